"""Nobody ends what controls them, and nothing ends while something on it is owed: asked of every table and row."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bihuan.accountability.commands import LIFE as CLUE_LIFE
from bihuan.accountability.types import ClueStage
from bihuan.bulletins.commands import LIFE as BULLETIN_LIFE
from bihuan.bulletins.types import BulletinStage
from bihuan.cases.commands import LIFE as CASE_LIFE
from bihuan.cases.types import Act, DutyKind
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.commands.life import LIFE as DETERMINATION_LIFE
from bihuan.determination.commands.life import REFERRAL_LIFE
from bihuan.determination.types import ReferralStage as Referred
from bihuan.determination.types import Stage as Determined
from bihuan.duties import creditors
from bihuan.duties.life import Life, Locked
from bihuan.duties.types import Bar, DutySpec, Figures
from bihuan.feedback.types import CaseClosed
from bihuan.instructions.commands import LIFE as INSTRUCTION_LIFE
from bihuan.instructions.types import InstructionStage
from bihuan.intake.types import CaseWithdrawn
from bihuan.joint.commands.life import LIVES
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.actor import CLOCKWORK, REQUESTER, Actor, Seat
from bihuan.kernel.refusal import Defect
from bihuan.kernel.stages import Move, Role, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters.commands import LIFE as MATTER_LIFE
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.commands import LIFE as MEETING_LIFE
from bihuan.meetings.types import MeetingAct, MeetingStage
from bihuan.policy import norms as n
from bihuan.record.commands import lock
from bihuan.rhythm.commands import LIFE as RHYTHM_LIFE
from bihuan.rhythm.types import RhythmStage
from bihuan.supervision.commands import LIVES as DIRECTIVES
from bihuan.supervision.commands import URGE_LIFE
from bihuan.supervision.types import ColouredStage, OrderStage, ReminderStage, UrgeStage
from bihuan.supervision.types import Kind as Sent
from bihuan.vetting import engine
from tests.accountability.walks import clue_at, with_accountable
from tests.bulletins.walks import bulletin_at
from tests.determination.walks import referral_at, with_determiners
from tests.determination.walks import walk_to as determined_at
from tests.instructions.walks import instruction_at
from tests.joint.walks import walk_to as joint_at
from tests.joint.walks import with_bodies
from tests.matters.walks import walk_to as matter_at
from tests.meetings.walks import meeting_at
from tests.rhythm.walks import rhythm_at
from tests.supervision.walks import coloured_at, order_at, reminder_at, with_supervisors
from tests.supervision.walks import walk_to as urge_at
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk
from tests.walks import walk_to as case_at


class S(Vocabulary):
    """Stages of a table of the test's own."""

    OPEN = "open", "办理中"
    DONE = "done", "办结"


class A(Vocabulary):
    """What can be done in it."""

    BEGIN = "begin", "开始"
    DO = "do", "办理"
    CHECK = "check", "检查"
    END = "end", "结束"


class D(Vocabulary):
    """What can be owed in it."""

    WORK = "work", "办理"
    CHECK = "check", "检查"


LEAD, DESK = Role("经办人", ("handler",), "lead"), Role("派单员", ("dispatcher",), "desk")
CLOCK, CITIZEN, CLERK = Role("系统", ()), Role("诉求人", (REQUESTER,)), Role("受理员", ("registrar",), "desk")
WORK = DutySpec(D.WORK, "lead", "handler", n.HANDLE_WITHIN_LIMIT, "handle", waived_by=frozenset({"desk"}))
CHECK = DutySpec(D.CHECK, "desk", "dispatcher", n.REVIEW, "review")
END = Move(S.OPEN, A.END, S.DONE, (LEAD,), n.CLOSE)


def faults(*moves: Move, work: DutySpec = WORK, check: DutySpec = CHECK, excepted: Mapping = {}) -> list[str]:
    """What is wrong with a table in which a lead works and a desk checks."""
    begin = Move(None, A.BEGIN, S.OPEN, (LEAD,), n.REGISTER, opens=(D.WORK, D.CHECK))
    table = StageTable("thing", "事项", frozenset({S.DONE}), [begin, *moves], exceptions=excepted)
    return list(creditors.faults(table, {D.WORK: work, D.CHECK: check}))


DOING = replace(END, discharges=(D.WORK, D.CHECK))
REFUSED = [
    pytest.param([replace(END, discharges=(D.WORK,))], "done: ends while check may be open", id="an end with a hole"),
    pytest.param([replace(DOING, discharges=(D.WORK,), lapses=(D.CHECK,))], "let off check", id="the checked waives"),
    pytest.param([replace(END, lapses_all=True)], "may not let off", id="the checked waives everything"),
    pytest.param([replace(DOING, discharges=(D.CHECK,), lapses=(D.WORK,))], "let off work", id="the holder waives"),
    pytest.param([replace(DOING, frees=(D.CHECK,), discharges=(D.WORK,))], "check", id="waived for single units"),
]


@pytest.mark.parametrize(("moves", "words"), REFUSED)
def test_a_table_by_which_the_controlled_frees_itself_is_refused(moves: list[Move], words: str) -> None:
    assert any(words in fault for fault in faults(*moves)), faults(*moves)


ALLOWED = [
    pytest.param([DOING], id="all is done"),
    pytest.param([replace(END, who=(CLOCK,), lapses_all=True)], id="the clock"),
    pytest.param([replace(END, who=(CITIZEN,), lapses_all=True)], id="the requester"),
    pytest.param([replace(END, who=(CLERK, CITIZEN), lapses_all=True)], id="whoever speaks for the requester"),
    pytest.param([replace(END, who=(DESK,), discharges=(D.CHECK,), lapses=(D.WORK,))], id="the creditor"),
    pytest.param([replace(END, discharges=(D.CHECK,), forfeits=(D.WORK,))], id="who goes on without doing ends unmet"),
]


@pytest.mark.parametrize("moves", ALLOWED)
def test_the_clock_the_requester_and_the_creditor_may_let_off(moves: list[Move]) -> None:
    assert faults(*moves) == []


def test_a_duty_that_bars_the_end_leaves_no_hole() -> None:
    barring = replace(CHECK, bars=(Bar(A.END, "请先检查。"),))
    check = Move(S.OPEN, A.CHECK, S.OPEN, (DESK,), n.REVIEW, discharges=(D.CHECK,))
    assert faults(replace(END, discharges=(D.WORK,)), check, check=barring) == []


def test_a_duty_that_survives_needs_a_row_from_the_end_on() -> None:
    surviving = replace(CHECK, survives=True)
    ends = replace(END, discharges=(D.WORK,))
    assert faults(ends, check=surviving) == ["done: check survives, and no row from there fulfils it"]
    later = Move(S.DONE, A.CHECK, S.DONE, (DESK,), n.REVIEW, discharges=(D.CHECK,))
    assert faults(ends, later, check=surviving) == []


def test_lapsing_all_leaves_what_survives() -> None:
    surviving = replace(CHECK, survives=True)
    ends = replace(END, who=(DESK,), lapses_all=True)
    assert faults(ends, check=surviving) == ["done: check survives, and no row from there fulfils it"]


def test_an_exception_says_what_it_excepts() -> None:
    waives_own = replace(END, who=(DESK,), lapses_all=True)
    assert faults(waives_own) == ["open.end: 派单员 may not let off check"]
    assert faults(waives_own, excepted={(A.END, D.CHECK): "办结后无可检查"}) == []
    assert "excepts nothing" in faults(DOING, excepted={(A.END, D.CHECK): "办结后无可检查"})[0]


def test_nobody_is_the_creditor_of_what_they_owe() -> None:
    own = replace(WORK, waived_by=frozenset({"lead"}))
    assert faults(DOING, work=own) == ["work: whoever owes it is named as its creditor"]


@pytest.mark.parametrize("subject", engine.subjects(), ids=lambda s: s.table.subject)
def test_no_table_of_the_house_lets_the_controlled_free_itself(subject: engine.Subject) -> None:
    assert list(creditors.faults(subject.table, subject.duties)) == []


@pytest.mark.parametrize("subject", engine.subjects(), ids=lambda s: s.table.subject)
def test_every_exception_has_its_reason(subject: engine.Subject) -> None:
    assert all(len(why) > 6 for why in subject.table.exceptions.values())


def test_an_end_with_a_duty_open_is_refused_by_the_mover_itself(wendeng: Town) -> None:
    """Somebody adds a duty to a case and forgets it: whatever the table says, the case does not end."""
    walk = Walk(wendeng).along(*TO_HANDLING)
    locked = CASE_LIFE.begin(walk.number, Act.WITHDRAW, actor=wendeng.actor("desk.registrar"), now=walk.now)
    forgotten = replace(locked, move=replace(locked.move, lapses_all=False, lapses=(DutyKind.FIRST_CONTACT,)))
    with pytest.raises(Defect, match="handle"):
        CASE_LIFE.advance(forgotten, CaseWithdrawn(reason="不需要了", confirmed_by="电话"))


OWING: dict[str, tuple[Life[Any], Callable[[Town], Any]]] = {
    "case": (CASE_LIFE, lambda town: case_at(CaseStage.HANDLING, town)),
    "matter": (MATTER_LIFE, lambda town: matter_at(MatterStage.CANDIDATE, town)),
    "linkage": (LIVES[Kind.LINKAGE], lambda town: joint_at(Kind.LINKAGE, JointStage.ACTIVE, with_bodies(town))),
    "whistle": (LIVES[Kind.WHISTLE], lambda town: joint_at(Kind.WHISTLE, JointStage.ACTIVE, with_bodies(town))),
    "determination": (DETERMINATION_LIFE, lambda town: determined_at(Determined.SUBMITTED, with_determiners(town))),
    "rhythm": (RHYTHM_LIFE, lambda town: rhythm_at(RhythmStage.DUE, town)),
    "meeting": (MEETING_LIFE, lambda town: meeting_at(MeetingStage.SIGNED, town).along(MeetingAct.REPORT)),
    "bulletin": (BULLETIN_LIFE, lambda town: bulletin_at(BulletinStage.SIGNING, town)),
    "referral": (REFERRAL_LIFE, lambda town: referral_at(Referred.OPEN, with_determiners(town))),
    "clue": (CLUE_LIFE, lambda town: clue_at(ClueStage.EXPLAINED, with_accountable(town))),
    "instructing": (
        INSTRUCTION_LIFE,
        lambda town: instruction_at(InstructionStage.IN_FORCE, with_supervisors(town)),
    ),
    "coloured": (
        DIRECTIVES[Sent.COLOURED],
        lambda town: coloured_at(ColouredStage.DISTRIBUTED, with_supervisors(town)),
    ),
    "ordering": (DIRECTIVES[Sent.ORDER], lambda town: order_at(OrderStage.ISSUED, with_supervisors(town))),
    "reminder": (DIRECTIVES[Sent.REMINDER], lambda town: reminder_at(ReminderStage.ISSUED, with_supervisors(town))),
    "urging": (URGE_LIFE, lambda town: urge_at(UrgeStage.SENT, with_supervisors(town))),
}
"""The mover of every table, and something that it moves and on which something is owed."""


def test_every_table_has_its_mover_here() -> None:
    assert OWING.keys() == {subject.table.subject for subject in engine.subjects()}


@pytest.mark.parametrize("kind", OWING)
def test_an_end_with_a_duty_open_is_refused_in_every_table(kind: str, wendeng: Town, huainan: Town) -> None:
    """F131: whichever way it ends, and whatever its row forgets to settle."""
    life, owing = OWING[kind]
    walk = owing(huainan if kind in ("matter", "rhythm", "meeting", "bulletin") else wendeng)
    facts = walk.facts
    held = [kind for kind in facts.duties if not life.specs[kind].survives]
    ends = [move for move in life.table.rows_from(facts.stage) if move.target in life.table.ends]
    assert held
    assert ends
    for move in ends:
        hollow = replace(move, lapses_all=False, lapses=(), discharges=(), forfeits=())
        actor = Actor.clockwork(facts.jurisdiction)
        seat = Seat(unit="", post=CLOCKWORK)
        locked = Locked(facts, lock(facts.subject), hollow, seat, life.rulebook(facts), actor, walk.now)
        with pytest.raises(Defect, match="would end while .*" + sorted(held)[0]):
            life.advance(locked, CaseWithdrawn(reason="不需要了", confirmed_by="电话"))
    assert walk.facts == facts


def test_an_act_touches_no_duty_that_its_row_does_not_name(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    locked = CASE_LIFE.begin(walk.number, Act.RECORD_CONTACT, actor=wendeng.actor("unit.handler"), now=walk.now)
    with pytest.raises(Defect, match="callback"):
        CASE_LIFE.advance(locked, CaseClosed(closure="SOLVED", note=""), also_opens=(DutyKind.CALLBACK,))


RATES = [
    (Figures(), "–"),
    (Figures(met=1), "100.00%"),
    (Figures(met=752, late=10, overdue=47), "92.95%"),
    (Figures(overdue=3), "0.00%"),
    (Figures(met=99999, late=1), "99.99%"),
    (Figures(met=1, late=99999), "0.01%"),
    (Figures(met=1, unmet=1, waived=5), "50.00%"),
    (Figures(met=949961, late=50039), "94.99%"),
    (Figures(met=95, late=5), "95.00%"),
    (Figures(met=950049, late=49951), "95.00%"),
    (Figures(met=94995, late=5005), "94.99%"),
]


@pytest.mark.parametrize(("figures", "percent"), RATES)
def test_the_rate_counts_what_is_overdue_and_what_was_never_done(figures: Figures, percent: str) -> None:
    assert figures.in_time.percent == percent


def test_a_rate_is_never_shown_as_reaching_what_it_does_not_reach() -> None:
    for whole in range(1, 400):
        for met in range(whole + 1):
            shown = Fraction(Figures(met=met, late=whole - met).in_time.percent.removesuffix("%"))
            assert all(
                (shown >= bound) <= (100 * met >= bound * whole) for bound in (int(shown), int(shown) + 1) if bound
            ), met
            assert abs(shown - Fraction(100 * met, whole)) < Fraction(1, 50)


def test_doing_nothing_lowers_a_rate() -> None:
    for met, late, unmet, overdue in (
        (m, k, u, o) for m in range(4) for k in range(3) for u in range(3) for o in range(3)
    ):
        before = Figures(met=met, late=late, unmet=unmet, overdue=overdue).in_time
        after = Figures(met=met, late=late, unmet=unmet, overdue=overdue + 1).in_time
        assert not before.part or after.part * before.whole < before.part * after.whole
        never = Figures(met=met, late=late, unmet=unmet + 1, overdue=overdue).in_time
        assert (never.part, never.whole) == (after.part, after.whole), "what was never done counts on"
