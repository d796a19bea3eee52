"""What the roles of the site and of its jobs may write is what our code writes: by table, and by column (F74)."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from bihuan.walls.policies import CHANGING, LASTING, LIBRARIES, WITHHELD
from bihuan.walls.raising import erased_columns, written_again
from bihuan.walls.roles import ROLE, WORKER
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk
from tests.walls.roles import as_the_site
from tests.walls.writing import Written, named_in, written

OF_LIBRARIES = {
    "organisations_person": {"last_login"},  # Django notes it at every sign-in
}
PASSED_ON = {
    "documents_document": {"pdf_trouble", "word_trouble"},  # what `_Files.troubles` tells
    "joint_liaison": {"until_on"},  # `_succeed` is told which of the two registers it keeps
    "joint_portfolio": {"until_on"},
}
"""What is written where the source does not show it."""
MOVED = {
    "cases_case": ("cases", "dispatch", "feedback", "intake"),
    "matters_matter": ("matters",),
    "joint_undertaking": ("joint",),
    "determination_determination": ("determination",),
    "supervision_directive": ("supervision",),
}
"""Table of what moves along a stage table → the packages whose acts say what changes."""


@pytest.fixture(scope="module")
def again() -> Written:
    return written()


def columns() -> dict[str, set[str]]:
    """Table → its columns."""
    return {
        model._meta.db_table: {str(field.column) for field in model._meta.concrete_fields}
        for model in apps.get_models(include_auto_created=True)
    }


def ours() -> Iterator[tuple[str, set[str]]]:
    """Tables that our code writes, with their columns."""
    for table, names in columns().items():
        if table not in WITHHELD and not table.startswith(LIBRARIES):
            yield table, names


def test_what_is_declared_is_there_and_said_once() -> None:
    known = columns()
    assert not CHANGING.keys() & LASTING.keys()
    assert not (CHANGING.keys() | LASTING.keys()) & WITHHELD.keys()
    assert not [table for table, names in erased_columns().items() if names & LASTING.get(table, frozenset())]
    for table, names in (*CHANGING.items(), *LASTING.items()):
        assert names <= known[table], table


def test_a_column_may_be_written_again_where_something_does_and_nowhere_else(again: Written) -> None:
    """A right that nobody needs any more is told, and so is code that writes without one."""
    for table, names in ours():
        seen = again.columns[table] | OF_LIBRARIES.get(table, set()) | PASSED_ON.get(table, set())
        if table in LASTING:
            assert not seen & LASTING[table], (table, seen & LASTING[table])
        else:
            assert seen == CHANGING.get(table, set()), table
        assert names


def test_only_of_what_moves_along_a_table_it_cannot_be_seen_what_is_written(again: Written) -> None:
    assert again.unseen.keys() - LASTING.keys() == {"", "documents_document"}, again.unseen
    assert again.unseen[""] == {"bihuan.privacy.commands._empty"}, "it writes what `erased_columns` tells"


@pytest.mark.parametrize("table", MOVED)
def test_what_lasts_is_never_among_the_changes_of_an_act(table: str) -> None:
    assert named_in(MOVED[table], LASTING[table]) == {}


@pytest.mark.parametrize("role", [ROLE, WORKER])
def test_the_roles_may_write_again_what_is_declared_and_no_other_column(db: None, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
            " AND has_column_privilege(%s, c.oid, a.attnum, 'UPDATE')",
            [role],
        )
        granted: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            granted.setdefault(table, set()).add(column)
    erased = erased_columns()
    for table, names in ours():
        assert granted.get(table, set()) == written_again(table, names, erased.get(table, set())), table


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE cases_case SET number = 'x'",
        "UPDATE cases_case SET registered_at = now()",
        "UPDATE cases_case SET title = '', jurisdiction = 'x'",
        "UPDATE matters_matter SET case_id = NULL",
        "UPDATE duties_duty SET opened_at = now()",
        "UPDATE duties_duty SET subject = 'case:x'",
        "UPDATE dispatch_answer SET at = now()",
        "UPDATE dispatch_extensionrequest SET days = 1",
        "UPDATE feedback_callback SET solved = 'yes'",
        "UPDATE intake_source SET channel = 'x'",
        "UPDATE duties_dutyfigure SET late = 0",
        "UPDATE duties_announcedyear SET notice = ''",
        "UPDATE organisations_person SET account = 'x'",
        "UPDATE organisations_apitoken SET scopes = '{}'",
        "UPDATE organisations_appointment SET unit_id = 'x'",
        "UPDATE attachments_attachment SET sha256 = ''",
        "UPDATE instructions_instruction SET leader = ''",
        "INSERT INTO auth_group (name) VALUES ('x')",
        "UPDATE auth_permission SET name = ''",
    ],
)
@pytest.mark.parametrize("role", [ROLE, WORKER])
def test_what_was_written_once_neither_role_can_change(db: None, forbidden: str, role: str) -> None:
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with as_the_site(role), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forbidden)


def test_a_case_is_moved_but_not_made_another(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with as_the_site(), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET stage = 'closed', pack = 'x/1'")
    assert walk.facts.stage == "handling"
