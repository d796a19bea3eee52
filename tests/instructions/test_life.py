"""批示: entered and verified by another, given here, called in, tasks reported, laid before the leader, closed."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Part
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.instructions import queries as instructions
from bihuan.instructions.types import InstructionStage, Medium
from bihuan.instructions.types.rows import InstructionFilters
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.record import queries as record
from tests.instructions.walks import A, InstructionWalk, instruction_at
from tests.supervision.test_urging import owed
from tests.supervision.walks import a_working_day
from tests.towns import FOUNDER, Town, end_unit
from tests.walks import TO_HANDLING, Walk

S = InstructionStage


def of_kind(walk: InstructionWalk, kind: str) -> list[str]:
    """Who owes that about the instruction."""
    return sorted(holder for owing, holder in owed(walk.facts.subject) if owing == kind)


def due(walk: InstructionWalk, kind: str) -> object:
    """The day on which that is due."""
    return walk.facts.duties[kind].astimezone(ZONE).date()


@pytest.mark.clause("WD-2.3e", "A1-5")
def test_an_instruction_on_paper_is_verified_by_another_and_followed_until_the_leader_closes_it(led: Town) -> None:
    case = Walk(led).along(*TO_HANDLING)
    before = duties.owed_on([case.facts.subject])
    walk = InstructionWalk(led, case).begin(units=[led.unit, led.other])
    leaders, unit = f"{led.code}.leaders", led.unit
    assert (walk.facts.stage, walk.facts.medium, walk.facts.unit) == (S.ENTERED, Medium.PAPER, led.desk)
    assert owed(walk.facts.subject) == [("instruction_verify", leaders)]
    assert Part.ADDRESSEE not in walk.facts.parts
    with pytest.raises(Unknown):
        walk.do(A.REPORT)
    with pytest.raises(Refused, match="登记单位负责人可以"):
        walk.do(A.VERIFY, by="desk.dispatcher")
    walk.do(A.VERIFY)
    assert of_kind(walk, "instruction_task") == sorted([unit, led.other])
    assert of_kind(walk, "instruction_report") == [led.desk]
    with pytest.raises(Refused, match="还有单位没有报告办理情况"):
        walk.do(A.REPORT_UP)
    walk.do(A.REPORT)
    walk.do(A.REPORT, by="other.head")
    with pytest.raises(Refused) as again:
        walk.do(A.REPORT)
    assert again.value.refusal.moot
    walk.do(A.REPORT_UP)
    assert owed(walk.facts.subject) == [("instruction_close", leaders)]
    walk.do(A.AGAIN)
    assert of_kind(walk, "instruction_task") == [unit]
    walk.along(A.REPORT, A.REPORT_UP, A.CLOSE)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.CLOSED, [])
    assert duties.owed_on([case.facts.subject]) == before, "nothing restarts a clock"
    told = [event.sentence for event in record.events(case.facts.subject)]
    assert sum(walk.number in sentence for sentence in told) == 9
    view = instructions.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now)
    assert [(task.unit, task.result != "") for task in view.tasks] == [(unit, True), (led.other, True), (unit, True)]
    assert verify().findings == ()


def test_what_was_not_given_is_void(led: Town) -> None:
    walk = InstructionWalk(led, Walk(led)).begin()
    walk.do(A.REJECT)
    assert (walk.facts.stage, owed(walk.facts.subject), walk.facts.outcome) == (S.VOID, [], "没有作过这一批示。")
    assert verify().findings == ()


@pytest.mark.clause("WD-4e")
def test_a_leader_gives_one_here_and_whoever_supervises_keeps_it(led: Town) -> None:
    walk = InstructionWalk(led, Walk(led)).begin(A.GIVE)
    offices = f"{led.code}.offices"
    assert (walk.facts.stage, walk.facts.unit, walk.facts.medium) == (S.IN_FORCE, offices, Medium.SYSTEM)
    assert (of_kind(walk, "instruction_task"), of_kind(walk, "instruction_report")) == ([led.unit], [offices])
    assert cases.visible_facts(walk.case.number, walk.actor("offices.supervisor")).number
    walk.do(A.REPORT)
    walk.do(A.REPORT_UP, by="offices.supervisor")
    with pytest.raises(Refused, match="上报的，须由别人"):
        walk.do(A.CLOSE, by="offices.supervisor")
    with pytest.raises(Refused, match="本人"):
        walk.do(A.CLOSE, by="leaders.second")
    walk.do(A.CLOSE)
    assert verify().findings == ()


def test_what_was_said_on_the_telephone_is_in_force_and_its_scan_follows(led: Town) -> None:
    """故事15：电话批示，次日补件，其间领导调整。"""
    walk = InstructionWalk(led, Walk(led)).begin(A.CALL_IN)
    assert walk.facts.stage is S.IN_FORCE
    assert of_kind(walk, "instruction_scan") == [led.desk]
    walk.do(A.REPORT)
    with pytest.raises(Refused, match="还没有补交批示件扫描"):
        walk.do(A.REPORT_UP)
    leader = f"{led.code}.leaders.leader"
    organisations.dismiss(
        account=leader,
        unit=f"{led.code}.leaders",
        post="leader",
        until_on=walk.now.date(),
        actor=FOUNDER,
        now=walk.now,
    )
    walk.case.later(days=1)
    walk.along(A.ADD_SCAN, A.REPORT_UP)
    assert "批〔2025〕" in walk.facts.title
    assert of_kind(walk, "instruction_close") == [f"{led.code}.leaders"]
    walk.do(A.CLOSE, by="leaders.second")
    assert walk.facts.stage is S.CLOSED
    with pytest.raises(Refused):
        walk.do(A.ADD_SCAN)
    assert verify().findings == ()


@pytest.mark.clause("HN-3.2b")
def test_where_no_leader_has_an_account_whoever_supervises_verifies_and_closes_with_the_leaders_word(
    huainan: Town,
) -> None:
    walk = instruction_at(S.REPORTED, huainan)
    assert of_kind(walk, "instruction_close") == [f"{huainan.code}.supervision"]
    with pytest.raises(Refused) as refused:
        walk.do(A.CLOSE, scan=[])
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.INSTRUCTION_BY_POST, "scan")
    walk.do(A.CLOSE)
    assert verify().findings == ()


def test_the_report_upward_is_due_after_the_last_task_and_no_further_task_puts_it_off(led: Town) -> None:
    walk = InstructionWalk(led, Walk(led)).begin(due_on=a_working_day(Walk(led).now, 10))
    walk.do(A.VERIFY)
    known, task, report = duties.calendar(), due(walk, "instruction_task"), due(walk, "instruction_report")
    assert known.worked_before(report) - known.worked_before(task) == 3  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        walk.do(A.ADD_TASKS, due_on=a_working_day(walk.now, 60))
    assert refused.value.refusal.field == "due_on"
    with pytest.raises(Refused) as refused:
        walk.do(A.ADD_TASKS, units=[led.unit])
    assert refused.value.refusal.field == "units"
    walk.do(A.ADD_TASKS)
    assert due(walk, "instruction_report") == report
    assert of_kind(walk, "instruction_task") == sorted([led.unit, led.other])


def test_a_leader_takes_back_what_was_instructed(led: Town) -> None:
    walk = instruction_at(S.IN_FORCE, led)
    walk.do(A.REVOKE, by="offices.supervisor")
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.VOID, [])
    assert verify().findings == ()


def test_an_instruction_is_whole_or_it_is_refused(led: Town) -> None:
    walk = InstructionWalk(led, Walk(led))
    tomorrow = (walk.now + timedelta(days=1)).date().isoformat()
    for fields, field in (
        ({"issued_on": tomorrow}, "issued_on"),
        ({"leader_account": ""}, "leader_account"),
        ({"leader_account": f"{led.code}.unit.head"}, "leader_account"),
        ({"units": [led.desk]}, "units"),
        ({"due_on": "2024-01-02"}, "due_on"),
        ({"about": ["WX2025000009999"]}, "about"),
    ):
        with pytest.raises(Refused) as refused:
            walk.begin(**fields)
        assert refused.value.refusal.field == field, fields
    for fields in (
        {"about": [], "topic": ""},
        {"not_secret": False},
        {"task": ""},
        {"units": []},
        {"scan": []},
        {"purpose": "other"},
    ):
        with pytest.raises(ValueError, match="validation error"):
            walk.begin(**fields)


def test_nobody_is_tasked_with_what_complains_of_them_in_secret(led: Town) -> None:
    case = Walk(led)
    case.do("register", accused=[led.unit], secrecy_requested=True)
    walk = InstructionWalk(led, case)
    with pytest.raises(Refused) as refused:
        walk.do(A.ENTER)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "units")


def test_whoever_takes_no_part_sees_nothing(led: Town) -> None:
    walk = instruction_at(S.IN_FORCE, led)
    for short, sees in (
        ("unit.handler", True),
        ("other.handler", False),
        ("leaders.second", True),
        ("offices.supervisor", True),
    ):
        rows = instructions.ledger(walk.actor(short), InstructionFilters(), now=walk.now)
        assert [row.number for row in rows] == [walk.number] * sees, short
    with pytest.raises(Unknown):
        instructions.view(walk.number, walk.actor("other.head"), now=walk.now)
    dispatcher = walk.actor("desk.dispatcher")
    (row,) = instructions.ledger(dispatcher, InstructionFilters(unit=led.unit, open=True), now=walk.now)
    assert (row.subjects, row.next_duty != "") == ((walk.case.number,), True)
    assert instructions.ledger(dispatcher, InstructionFilters(open=False), now=walk.now) == []
    assert instructions.ledger(dispatcher, InstructionFilters(unit=led.other), now=walk.now) == []


def test_a_successor_does_what_a_unit_had_to(led: Town) -> None:
    walk = instruction_at(S.IN_FORCE, led)
    end_unit(led, led.unit, walk.now, successor=led.other)
    sweep(led.code, walk.now + timedelta(minutes=1))
    assert of_kind(walk, "instruction_task") == [led.other]
    walk.do(A.REPORT, by="other.deputy")
    assert verify().findings == ()


def test_a_unit_that_is_to_be_tasked_ends_before_the_instruction_is_verified(led: Town) -> None:
    waiting, left = (InstructionWalk(led, Walk(led)).begin() for _ in range(2))
    end_unit(led, led.unit, waiting.now, successor=led.other)
    sweep(led.code, waiting.now + timedelta(minutes=1))
    waiting.do(A.VERIFY)
    assert of_kind(waiting, "instruction_task") == [led.other]
    end_unit(led, led.other, waiting.now)
    sweep(led.code, waiting.now + timedelta(minutes=1))
    left.case.now = waiting.now
    left.do(A.VERIFY)
    assert of_kind(left, "instruction_task") == [], "there is nobody who could do it"
    left.do(A.REPORT_UP)
    assert verify().findings == ()
