"""What the database itself holds: each table behind a policy or named as open, reads that cannot write."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from pytest_django import Settings

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.types import Act, CaseFilters
from bihuan.duties.models import Duty
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused, Unknown
from bihuan.record import scope
from bihuan.subjects.registry import REGISTRY
from bihuan.walls.policies import DELETING, FUNCTIONS, LIBRARIES, OPEN, SEEN
from bihuan.walls.roles import ROLE, WORKER
from tests.architecture.checks import tables
from tests.architecture.sources import SOURCE, modules
from tests.architecture.writes import writes
from tests.matters.walks import propose_candidates
from tests.towns import START, Town, found
from tests.walks import TO_HANDLING, Walk
from tests.walls.roles import as_a_job, as_the_site

A = Act
WITHOUT_SUBJECTS = (
    "auth_", "axes_", "django_", "procrastinate_", "access_", "floodgate_", "organisations_",
    "ledgers_export", "ledgers_savedview", "joint_liaison", "joint_portfolio", "joint_whistletopic",
    "duties_announcedyear", "duties_limitoverride", "duties_dutystanding", "duties_dutyfigure", "duties_figurecount",
    "intake_publicsite", "intake_columnplan", "localities_", "determination_contact", "mailbags_",
)  # fmt: skip
"""Tables that hold no case, matter or requester: people and units, machinery, what a jurisdiction has set."""


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


def test_every_table_stands_behind_a_policy_or_is_named_as_open(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, rowsecurity FROM pg_tables WHERE schemaname = 'public'")
        tables = dict(cursor.fetchall())
    unknown = {name for name in tables if not name.startswith(WITHOUT_SUBJECTS)} - SEEN.keys() - OPEN.keys()
    assert not unknown, f"say in walls/policies.py who sees {unknown}"
    assert {name for name, walled in tables.items() if walled} == SEEN.keys()


def test_whatever_names_a_subject_stands_behind_a_policy() -> None:
    """Asked of every table: a new one that points to a subject, or keeps the name of one, is not forgotten."""
    rows = {kind.row for kind in REGISTRY}
    naming = {
        model._meta.db_table
        for model in apps.get_models()
        if any(f.related_model in rows or f.name in ("subject", "subject_number") for f in model._meta.concrete_fields)
    }
    assert naming - OPEN.keys() <= SEEN.keys()
    assert {kind.parts._meta.db_table for kind in REGISTRY} <= naming


def test_who_has_named_nobody_sees_nothing_and_everybody_sees_their_own(wendeng: Town) -> None:
    ours, theirs = Walk(wendeng).along(*TO_HANDLING), Walk(wendeng).along(A.REGISTER)
    far = Walk(found("ws", "wendeng-2021-10", prefix="YX")).along(A.REGISTER)

    def seen(actor: Actor) -> set[str]:
        with scope.reading(actor):
            return set(Case.objects.values_list("number", flat=True))

    with as_the_site():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL bihuan.scope = ''")  # as a fresh connection begins
        assert set(Case.objects.all()) == set()
        assert seen(ours.actor("unit.handler")) == {ours.number}
        assert seen(ours.actor("desk.registrar")) == {ours.number, theirs.number}
        assert seen(ours.actor("other.head")) == set()
        assert seen(Actor.requester("wd", own=theirs.number)) == {theirs.number}
        assert seen(Actor.requester("ws", own=theirs.number)) == set()
        assert seen(Actor.clockwork("wd")) == {ours.number, theirs.number}, "no more than a command there"
    with as_a_job():
        assert seen(Actor.clockwork("wd")) == {ours.number, theirs.number, far.number}


def test_the_role_of_the_site_cannot_name_the_scope_of_the_jobs(wendeng: Town) -> None:
    """F74: whoever holds the site's login says `system`, and is shown no more than a command of one jurisdiction."""
    walk, far = Walk(wendeng).along(A.REGISTER), found("ws", "wendeng-2021-10", prefix="YX")
    with as_the_site(), transaction.atomic(), connection.cursor() as cursor:
        for jurisdiction, seen in (("", 0), ("ws", 0), ("wd", 1)):
            cursor.execute("SET LOCAL bihuan.scope = 'system'")
            cursor.execute("SELECT set_config('bihuan.jurisdiction', %s, true)", [jurisdiction])
            assert Case.objects.count() == seen, jurisdiction
        cursor.execute("SELECT set_config('bihuan.jurisdiction', %s, true)", [far.code])
        assert Case.objects.filter(number=walk.number).update(title="改") == 0


def test_a_table_of_ones_own_with_the_name_of_a_walled_one_shows_nothing_more(wendeng: Town) -> None:
    """Whether a subject is shown is asked by a function: names in its text would be looked up when it is called."""
    walk = Walk(wendeng).along(A.REGISTER)

    def shown(actor: Actor) -> bool:
        with scope.reading(actor):
            return Duty.objects.filter(subject=f"case:{walk.number}").exists()

    with as_the_site():
        assert (shown(walk.actor("desk.registrar")), shown(walk.actor("other.head"))) == (True, False)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE cases_case (number varchar)")
            cursor.execute("INSERT INTO pg_temp.cases_case VALUES (%s)", [walk.number])
            cursor.execute("DISCARD PLANS")
        assert not shown(walk.actor("other.head"))


def test_neither_role_is_or_becomes_another(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, o.rolname FROM pg_roles r, pg_roles o WHERE r.rolname = ANY(%s) AND r.oid <> o.oid"
            " AND pg_has_role(r.oid, o.oid, 'MEMBER')",
            [[ROLE, WORKER]],
        )
        assert cursor.fetchall() == []


def test_a_read_cannot_write_and_what_is_set_for_it_does_not_outlive_it(wendeng: Town) -> None:
    walk = Walk(wendeng).along(A.REGISTER)
    actor = walk.actor("desk.registrar")
    with pytest.raises(DatabaseError, match="read-only"), scope.reading(actor):
        Case.objects.filter(number=walk.number).update(title="改")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('bihuan.scope', true), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("acting", "off"), "as the last command left it"


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE record_event SET sentence = ''",
        "DELETE FROM record_event",
        "TRUNCATE record_event",
        "DELETE FROM requesters_look",
        "UPDATE requesters_look SET reason = ''",
        "UPDATE record_seal SET leaves = 0",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY wall ON cases_case",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "UPDATE cases_taking_part SET unit = 'x'",
        "DELETE FROM cases_case",
        "DELETE FROM organisations_person",
        "DELETE FROM duties_duty",
        "UPDATE organisations_jurisdiction SET training = true",
        "UPDATE organisations_jurisdiction SET pack = 'x/1'",
        "INSERT INTO organisations_jurisdiction (code, name, prefix, pack) VALUES ('x', 'x', 'X', 'x/1')",
        "UPDATE organisations_packadoption SET pack = 'x/1'",
        "DELETE FROM organisations_packadoption",
        "ALTER TABLE record_event DISABLE TRIGGER ALL",
        "ALTER TABLE record_event NO FORCE ROW LEVEL SECURITY",
        "SET session_replication_role = replica",
        "SET LOCAL row_security = off; SELECT number FROM cases_case",
    ],
)
@pytest.mark.parametrize("role", [ROLE, WORKER])
def test_the_roles_of_the_site_and_its_jobs_own_nothing(db: None, forbidden: str, role: str) -> None:
    with as_the_site(role), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forbidden)


def test_what_works_with_the_rights_of_the_owner_serves_the_two_roles_alone(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, array_agg(coalesce(rolname, 'everybody')) FROM pg_proc, aclexplode(proacl)"
            " LEFT JOIN pg_roles r ON r.oid = grantee WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND grantee <> proowner GROUP BY proname"
        )
        told = {name: set(roles) for name, roles in cursor.fetchall()}
    assert told == {head.partition("(")[0]: {ROLE, WORKER} for head in FUNCTIONS}


def test_the_site_seals_nothing(db: None) -> None:
    with as_the_site(), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO record_seal DEFAULT VALUES")


def test_a_case_goes_all_the_way_round_under_the_role_of_the_site(wendeng: Town) -> None:
    walk = Walk(wendeng)
    for short in ("desk.registrar", "desk.dispatcher", "unit.handler", "unit.deputy", "desk.reviewer", "desk.caller"):
        walk.actor(short)
    with as_the_site():
        for act in (*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE, A.REOPEN):
            with transaction.atomic():
                walk.do(act)
        with scope.reading(walk.actor("unit.handler")):
            assert (
                cases.ledger(walk.actor("unit.handler"), CaseFilters(words="路灯"), now=walk.now)[0].number
                == walk.number
            )
        with scope.reading(walk.actor("unit.handler")), pytest.raises(Unknown):
            cases.visible_facts("WX2020010100000000", walk.actor("unit.handler"))


def test_a_forbidden_attempt_is_kept_under_the_role_of_the_site(wendeng: Town) -> None:
    walk = Walk(wendeng).along(A.REGISTER, A.DISPATCH, A.SIGN_IN)
    length = walk.facts.version
    walk.later(days=20)
    with as_the_site(), pytest.raises(Refused):
        walk.do(A.REQUEST_RETURN)
    assert walk.facts.version >= length


def test_a_command_cannot_touch_another_jurisdiction(wendeng: Town) -> None:
    walk = Walk(wendeng).along(A.REGISTER)
    far = found("ws", "wendeng-2021-10", prefix="YX").actor("desk.registrar")
    with as_the_site(), scope.acting(far):
        assert Case.objects.filter(number=walk.number).update(title="改") == 0
    assert walk.facts.title != "改"


def test_a_command_that_calls_another_elsewhere_goes_on_in_its_own_jurisdiction(wendeng: Town) -> None:
    walk, far = Walk(wendeng).along(A.REGISTER), found("ws", "wendeng-2021-10", prefix="YX")

    def seen() -> int:
        return Case.objects.filter(number=walk.number).count()

    with as_the_site(), scope.acting(walk.actor("desk.registrar")):
        with scope.acting_as(far.actor("desk.registrar")):
            assert seen() == 0
        assert seen() == 1
        with pytest.raises(Refused), transaction.atomic(), scope.acting_as(far.actor("desk.registrar")):
            raise Refused(Refusal("不行", None))
        assert seen() == 1
        with scope.acting_as(walk.actor("desk.dispatcher")):
            assert seen() == 1


def test_the_jobs_see_every_jurisdiction(huainan: Town) -> None:
    walk = Walk(huainan, START).along(*TO_HANDLING).later(days=40)
    with as_a_job():
        assert propose_candidates(huainan.code, walk.now) == 1


def deleting() -> set[str]:
    """Every function of ours that deletes a row, by its dotted name."""
    found = set[str]()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_deletes, ast.walk(function))):
                found.add(f"{module}.{function.name}")
    return found


def deleted() -> set[tuple[str, str]]:
    """Module and table, where rows of that table are deleted."""
    found = set[tuple[str, str]]()
    for module in modules():
        name = module.name.removeprefix("bihuan.")
        for write in writes(module):
            if ".delete(" in write.text:
                found |= {(name, model._meta.db_table) for model in write.models or ()}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and "DELETE FROM" in str(node.value):
                found |= {(name, word) for word in str(node.value).split() if word in tables()}
    return found


def test_who_is_said_to_delete_from_a_table_does() -> None:
    said = {(name.rpartition(".")[0], table) for table, names in DELETING.items() for name in names}
    assert said <= deleted()


def _deletes(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "delete" and not node.args
    return isinstance(node, ast.Constant) and "DELETE FROM" in str(node.value)


@pytest.mark.parametrize("role", [ROLE, WORKER])
def test_the_role_deletes_only_where_something_of_ours_does(db: None, role: str) -> None:
    """A right that nobody needs any more is told, and so is a function that deletes without one."""
    assert {name for names in DELETING.values() for name in names} == deleting()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(%s, oid, 'DELETE')",
            [role],
        )
        granted = {name for (name,) in cursor.fetchall()}
    assert {name for name in granted if not name.startswith(LIBRARIES)} == DELETING.keys()
