"""Whatever somebody with the owner's rights changes, the verification names it."""

import hashlib
import importlib.util
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection
from pytest_django import Settings

from bihuan.audit import queries
from bihuan.cases.types import Act
from bihuan.record import sealing
from bihuan.record.hashing import event_hash
from tests.audit.tampering import found, named, retold, tamper, unguarded
from tests.joint import walks as joint
from tests.joint.walks import with_bodies
from tests.matters import walks as matters
from tests.towns import Town
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk

EVENT, CHAIN = "record_event", "record_chain"


@pytest.fixture
def closed(wendeng: Town) -> Walk:
    """A case that went all the way round."""
    return Walk(wendeng).along(*TO_CALLBACK, Act.RECORD_CALLBACK, Act.CLOSE)


@pytest.fixture
def handled(closed: Walk) -> Walk:
    """Another that is being handled by its unit."""
    walk = Walk(closed.town, closed.now).along(*TO_HANDLING)
    assert queries.verify().clean
    return walk


def sealed(walk: Walk) -> Walk:
    """The same, with its day sealed."""
    assert sealing.seal_finished(walk.town.code, walk.now + timedelta(days=1))
    return walk


def of(walk: Walk) -> str:
    """The name of the case's chain."""
    return f"case:{walk.number}"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sentence", "没有这回事"),
        ("facts", '{"act":"sign_in","stage":"handling"}'),
        ("account", "somebody.else"),
        ("at", "2025-03-03 01:00:01+00"),
        ("clause", "WD-9.9"),
        ("norm", "x"),
        ("commitment", b"x" * 32),
    ],
)
def test_a_changed_column_of_an_event(handled: Walk, column: str, value: object) -> None:
    tamper(EVENT, f"UPDATE record_event SET {column} = %s WHERE subject = %s AND sequence = 3", value, of(handled))
    assert named(of(handled), 3, "内容与其校验值不符")


def test_changed_private_facts(closed: Walk) -> None:
    tamper(
        EVENT,
        'UPDATE record_event SET private = \'{"told":"x"}\' WHERE subject = %s AND private IS NOT NULL',
        of(closed),
    )
    assert any("非公开内容" in f.reason for f in found(of(closed)))


def test_an_event_changed_together_with_its_hash(handled: Walk) -> None:
    tamper(EVENT, "UPDATE record_event SET hash = sha256('x') WHERE subject = %s AND sequence = 2", of(handled))
    assert named(of(handled), 2, "内容与其校验值不符")
    assert named(of(handled), 3, "衔接不上")


def test_two_events_swapped(closed: Walk) -> None:
    with unguarded(EVENT), connection.cursor() as cursor:
        for before, after in ((3, 999), (4, 3), (999, 4)):
            cursor.execute(
                "UPDATE record_event SET sequence = %s WHERE subject = %s AND sequence = %s",
                [after, of(closed), before],
            )
    assert {f.sequence for f in found(of(closed))} >= {3, 4}


def test_an_event_missing_in_the_middle(closed: Walk) -> None:
    tamper(EVENT, "DELETE FROM record_event WHERE subject = %s AND sequence = 2", of(closed))
    assert named(of(closed), 3, "第2条记录缺失")


def test_the_last_event_deleted(handled: Walk) -> None:
    tamper(EVENT, "DELETE FROM record_event WHERE subject = %s AND sequence = 3", of(handled))
    assert named(of(handled), 2, "末尾的记录已被删除")


def test_a_sealed_chain_cut_and_its_row_put_right(handled: Walk) -> None:
    sealed(handled)
    tamper(EVENT, "DELETE FROM record_event WHERE subject = %s AND sequence = 3", of(handled))
    tamper(
        CHAIN,
        "UPDATE record_chain c SET length = 2, head = e.hash FROM record_event e"
        " WHERE c.subject = %s AND e.subject = c.subject AND e.sequence = 2",
        of(handled),
    )
    assert named(of(handled), 3, "封存时有这条记录")


def test_a_sealed_chain_written_anew_from_the_first_event_on(closed: Walk) -> None:
    sealed(closed)
    with unguarded(EVENT, CHAIN), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence, facts::text,"
            " commitment FROM record_event WHERE subject = %s ORDER BY sequence",
            [of(closed)],
        )
        previous = bytes(32)
        for sequence, jurisdiction, at, *said, facts, committed in cursor.fetchall():
            said[-1] = said[-1].replace("派单", "转派")
            head = event_hash(previous, of(closed), sequence, jurisdiction, at, tuple(said), facts, committed)
            cursor.execute(
                "UPDATE record_event SET sentence = %s, previous = %s, hash = %s WHERE subject = %s AND sequence = %s",
                [said[-1], previous, head, of(closed), sequence],
            )
            previous = head
        cursor.execute("UPDATE record_chain SET head = %s WHERE subject = %s", [previous, of(closed)])
    assert [f.reason for f in found(of(closed))] == ["与封存时的校验值不符"]


def test_an_event_from_outside(handled: Walk) -> None:
    sealed(handled)
    columns = "jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence, facts, previous, hash"
    tamper(
        EVENT,
        f"INSERT INTO record_event (subject, sequence, {columns})"
        f" SELECT 'case:nowhere', 1, {columns} FROM record_event WHERE subject = %s AND sequence = 3",
        of(handled),
    )
    assert named("case:nowhere", 1, "没有链")
    assert named("case:nowhere", 1, "后来补进去的")


def test_a_chain_without_events(handled: Walk) -> None:
    tamper(EVENT, "DELETE FROM record_event WHERE subject = %s", of(handled))
    assert named(of(handled), None, "一条也没有")


def test_a_whole_case_deleted_with_everything(closed: Walk, handled: Walk) -> None:
    script().delete_case(connection.connection, handled.number)
    assert [f.reason for f in queries.verify().findings] == ["第2号诉求工单取过号，现在业务表中没有，已被删除"]


def test_a_whole_case_deleted_after_it_was_sealed(closed: Walk, handled: Walk) -> None:
    sealed(handled)
    script().delete_case(connection.connection, handled.number)
    assert named(of(handled), 3, "封存时有这条记录")
    tamper("record_counter", "UPDATE record_counter SET value = 1 WHERE name LIKE 'case/%%'")
    assert any("封存时编号用到2，现在是1" in f.reason for f in queries.verify().findings)


def test_what_the_script_changes(handled: Walk) -> None:
    script().change_event(connection.connection, of(handled), "2")
    assert named(of(handled), 2, "内容与其校验值不符")


def test_a_case_deleted_but_its_record(handled: Walk) -> None:
    number = handled.number
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("cases_casetext", "cases_participation", "intake_source"):
            cursor.execute(
                f"DELETE FROM {table} WHERE case_id = (SELECT id FROM cases_case WHERE number = %s)", [number]
            )
        cursor.execute("DELETE FROM cases_case WHERE number = %s", [number])
    assert named(of(handled), 3, "业务表中却没有这一件")
    assert named(of(handled), None, "所属的事项不存在")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE cases_case SET stage = 'triage' WHERE number = %s", "按记录应处于“handling”"),
        ("UPDATE cases_case SET closed_at = now() WHERE number = %s", "终结时间与所处阶段不符"),
        ("UPDATE cases_case SET lead = 'wd.other' WHERE number = %s", "按记录牵头单位应为wd.unit"),
        ("UPDATE cases_case SET title = '别的事' WHERE number = %s", "诉求内容已被改动"),
        (
            "UPDATE cases_casetext SET content = '别的事'"
            " WHERE case_id = (SELECT id FROM cases_case WHERE number = %s)",
            "诉求内容已被改动",
        ),
        (
            "UPDATE cases_participation SET unit = 'wd.other' WHERE part = 'lead'"
            " AND case_id = (SELECT id FROM cases_case WHERE number = %s)",
            "按记录牵头单位应为wd.unit",
        ),
        (
            "DELETE FROM cases_participation WHERE part = 'lead'"
            " AND case_id = (SELECT id FROM cases_case WHERE number = %s)",
            "参与单位中是无",
        ),
    ],
)
def test_a_changed_row_of_a_case(handled: Walk, statement: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [handled.number])
        assert cursor.rowcount == 1
    assert named(of(handled), 3, words)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE duties_duty SET due_at = due_at + interval '1 day'", "台账中没有：handle"),
        ("UPDATE duties_duty SET holder = 'wd.other'", "记录中没有：handle，wd.other"),
        ("UPDATE duties_duty SET kind = 'review'", "记录中没有：review"),
        ("DELETE FROM duties_duty", "台账中没有：handle"),
        ("UPDATE duties_duty SET discharged_at = now(), outcome = 'met'", "已了结的职责与记录不符：handle:met"),
    ],
)
def test_a_changed_open_duty(handled: Walk, statement: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE subject = %s AND kind = 'handle'", [of(handled)])
        assert cursor.rowcount == 1
    assert named(of(handled), 3, words)


def test_a_due_moment_moved_under_cover_of_an_extension(handled: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM duties_duty WHERE subject = %s AND kind = 'handle'", [of(handled)])
        ((duty,),) = cursor.fetchall()
        cursor.execute(
            'INSERT INTO duties_extension (duty_id, "limit", why, at) VALUES (%s, %s, %s, now())', [duty, "24h", "-"]
        )
        cursor.execute("UPDATE duties_duty SET due_at = due_at + interval '1 day' WHERE id = %s", [duty])
    assert named(of(handled), 3, "台账中没有：handle")
    assert not any("按起算时间" in f.reason for f in found(of(handled))), "the ledger alone would not have told"


def test_the_ledger_against_itself(handled: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE duties_duty SET opened_at = opened_at - interval '9 days' WHERE kind = 'handle'")
    assert named(of(handled), None, "职责“handle”的到期时间")


def test_a_late_duty_made_punctual(closed: Walk) -> None:
    late = Walk(closed.town, closed.now).along(*TO_HANDLING).later(days=40).along(Act.ANSWER, Act.SIGN_OFF)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE duties_duty SET outcome = 'met' WHERE outcome = 'late' AND kind = 'handle'")
        assert cursor.rowcount == 1
    assert named(of(late), 5, "handle:late、handle:met")


def test_a_duty_handed_to_nobody(handled: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE duties_duty DROP CONSTRAINT duty_is_somebodys")
        cursor.execute("UPDATE duties_duty SET holder = '' WHERE subject = %s AND kind = 'handle'", [of(handled)])
    assert named(of(handled), None, "没有责任单位")


def test_an_open_case_that_nobody_owes_any_more(handled: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM duties_duty WHERE subject = %s", [of(handled)])
    assert named(of(handled), None, "却没有任何未了结的职责")


def test_an_ended_case_with_an_open_duty(closed: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_duty SET discharged_at = NULL, outcome = '' WHERE subject = %s AND kind = 'callback'",
            [of(closed)],
        )
    assert named(of(closed), None, "还有未了结的职责")


def test_a_changed_answer(closed: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_answer SET to_requester = '已按时办结'")
    assert any(f.reason == "第1版答复已被改动" for f in found(of(closed)))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_answer")
    assert any(f.reason == "第1版答复已被删除" for f in found(of(closed)))


def rewritten(subject: str, old: str, new: str) -> None:
    """Say something else in the last event of a chain, with every hash computed anew."""

    def change(facts: str) -> str:
        assert old in facts, facts
        return facts.replace(old, new)

    retold(subject, change)


def test_a_step_that_the_table_does_not_have(handled: Walk) -> None:
    """Even a record whose hashes were all computed anew must tell of steps that the stage table has."""
    rewritten(of(handled), '"stage":"handling"', '"stage":"closed"')
    assert named(of(handled), 3, "环节表中没有这一步")


def let_off(walk: Walk) -> None:
    """Somebody who signs in waives their own duty to handle it."""
    rewritten(of(walk), '"stage":"handling"', '"stage":"handling","lapses":["handle"]')
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_duty d SET discharged_at = e.at, outcome = 'waived' FROM record_event e"
            " WHERE e.subject = d.subject AND e.sequence = 3 AND d.subject = %s AND d.kind = 'handle'",
            [of(walk)],
        )
        assert cursor.rowcount == 1


def test_a_duty_waived_by_a_step_of_whoever_owes_it(handled: Walk) -> None:
    let_off(handled)
    assert [(f.sequence, f.reason) for f in found(of(handled))] == [
        (3, "经“sign_in”免除了职责“handle”，这一步无权免除")
    ]


def test_what_was_let_off_before_duties_had_creditors_is_remarked(handled: Walk) -> None:
    let_off(handled)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_milestone SET event = (SELECT max(id) FROM record_event)")
        assert cursor.rowcount == 1
    report = queries.verify()
    assert report.clean
    assert [(r.subject, r.sequence) for r in report.remarks] == [(of(handled), 3)]


def test_a_step_of_a_norm_that_the_regulation_leaves_off(wendeng: Town) -> None:
    walk = joint.JointWalk(with_bodies(wendeng), joint.LINKAGE, Walk(wendeng)).begin()
    assert queries.verify().clean
    with connection.cursor() as cursor:
        cursor.execute("UPDATE joint_undertaking SET pack = 'huainan-2021-55/1' WHERE number = %s", [walk.number])
    assert any(
        "走过“提出联动要求”这一步，而huainan-2021-55/1没有确立" in f.reason for f in found(f"linkage:{walk.number}")
    )


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        ("record_seal", "UPDATE record_seal SET leaves = leaves + 1", "现在只有"),
        ("record_seal", "UPDATE record_seal SET day = day - 1", "封存记载与其校验值不符"),
        ("record_seal", "UPDATE record_seal SET counters = '{}'", "封存记载与其校验值不符"),
        ("record_seal", "UPDATE record_seal SET previous = sha256('x')", "封存记载与其校验值不符"),
        ("record_sealleaf", "UPDATE record_sealleaf SET sequence = 1 WHERE sequence = 3", "与摘要不符"),
    ],
)
def test_a_changed_seal(handled: Walk, table: str, statement: str, words: str) -> None:
    sealed(handled)
    tamper(table, statement)
    assert any(words in f.reason for f in found("seal:wd"))


def test_a_deleted_seal(handled: Walk, tmp_path: Path, settings: Settings) -> None:
    settings.DATA_FOLDER = tmp_path
    sealed(handled)
    later = Walk(handled.town, handled.now + timedelta(days=1)).along(Act.REGISTER)
    sealed(later)
    outside = tmp_path / "seals.jsonl"
    assert sealing.publish(outside) == (2, [])
    assert queries.verify(seals=sealing.published(outside)).clean
    tamper("record_sealleaf", "DELETE FROM record_sealleaf WHERE seal_id = (SELECT min(id) FROM record_seal)")
    tamper("record_seal", "DELETE FROM record_seal WHERE id = (SELECT min(id) FROM record_seal)")
    assert any("衔接不上" in f.reason for f in found("seal:wd"))
    told = [f.reason for f in queries.verify(seals=sealing.published(outside)).findings]
    assert "库外留存的这一次封存，库内没有或已不同" in told


def test_a_number_used_without_being_taken(closed: Walk) -> None:
    tamper("record_counter", "UPDATE record_counter SET value = 0 WHERE name LIKE 'case/%%'")
    assert any("没有取过号" in f.reason for f in queries.verify().findings)


def test_a_matters_place_in_the_list(huainan: Town) -> None:
    first = matters.to_class(matters.MatterWalk(huainan))
    matters.to_class(matters.MatterWalk(huainan, first.now))
    assert queries.verify().clean
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matters_matter SET list_number = NULL WHERE number = %s", [first.number])
    assert any(f.reason.startswith("第1号清单事项取过号") for f in queries.verify().findings)


def test_many_findings_are_counted_and_the_first_are_told(handled: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "TOLD", 2)
    tamper(EVENT, "UPDATE record_event SET name = 'x' WHERE subject = %s", of(handled))
    report = queries.verify()
    assert (len(report.findings), report.untold) == (2, 1)


def test_hashes_are_what_anybody_can_compute(handled: Walk) -> None:
    """The published recipe, written out once more without our code."""
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequence, jurisdiction, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'),"
            " kind, norm, clause, account, name, unit, post, sentence, facts::text, commitment, hash"
            " FROM record_event WHERE subject = %s ORDER BY sequence",
            [of(handled)],
        )
        previous = b"\0" * 32
        for sequence, *said, committed, stored in cursor.fetchall():
            text = [previous.hex(), of(handled), sequence, *said, bytes(committed).hex() if committed else ""]
            written = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
            assert hashlib.sha256(written.encode()).digest() == bytes(stored)
            previous = bytes(stored)


def script() -> ModuleType:
    """scripts/tamper.py, which the documentation names."""
    path = Path(__file__).parents[2] / "scripts" / "tamper.py"
    spec = importlib.util.spec_from_file_location("tamper", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
