"""The kinds of subject that random people meet, each with its table, its people and what they may say.

A further kind joins by one more `Sort` in `SORTS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bihuan.accountability.stages import TABLE as CLUE
from bihuan.accountability.types import ClueAct
from bihuan.bulletins.stages import TABLE as BULLETIN
from bihuan.cases import queries as cases
from bihuan.cases.stages import ANSWERED, ENDS, LISTABLE, RELISTABLE
from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts, Part
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.stages import DETERMINATION, ON_THE_CASE, REFERRAL
from bihuan.determination.types import Act as DeterminationAct
from bihuan.determination.types import ReferralAct
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.duties.life import Living
from bihuan.duties.models import Duty
from bihuan.instructions.stages import TABLE as INSTRUCTION
from bihuan.instructions.types import InstructionAct
from bihuan.joint.stages import TABLES as JOINT
from bihuan.joint.types import DUTIES as JOINT_DUTIES
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.stages import StageTable
from bihuan.matters import queries as matters
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.matters.stages import TRACKED
from bihuan.matters.types import ON_LEDGER, MatterFacts
from bihuan.matters.types import Act as MatterAct
from bihuan.matters.types import DutyKind as MatterDuty
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.stages import TABLE as MEETING
from bihuan.meetings.types import MeetingAct
from bihuan.organisations.queries import pack_of
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from bihuan.rhythm.stages import TABLE as RHYTHM
from bihuan.rhythm.types import RhythmAct, RhythmStage
from bihuan.supervision.stages import COLOURED, ORDER, REMINDER, URGE
from bihuan.supervision.types import ColouredAct, OrderAct, ReminderAct
from tests.accountability.walks import DOERS as CLUE_DOERS
from tests.accountability.walks import ClueWalk, with_accountable
from tests.bulletins.walks import DOERS as BULLETIN_DOERS
from tests.bulletins.walks import BulletinWalk
from tests.cases.test_squares import PEOPLE as CASE_PEOPLE
from tests.determination.test_squares import PEOPLE as DETERMINATION_PEOPLE
from tests.determination.walks import DOERS as DETERMINATION_DOERS
from tests.determination.walks import REFERRAL_DOERS, DeterminationWalk, ReferralWalk
from tests.instructions.walks import DOERS as INSTRUCTION_DOERS
from tests.instructions.walks import InstructionWalk
from tests.joint.test_squares import PEOPLE as JOINT_PEOPLE
from tests.joint.walks import DOERS as JOINT_DOERS
from tests.joint.walks import JointWalk, joint_bodies, third
from tests.matters.test_squares import PEOPLE as MATTER_PEOPLE
from tests.matters.walks import DOERS as MATTER_DOERS
from tests.matters.walks import MatterWalk
from tests.meetings.walks import DOERS as MEETING_DOERS
from tests.meetings.walks import MeetingWalk
from tests.rhythm.walks import DOERS as RHYTHM_DOERS
from tests.rhythm.walks import RhythmWalk
from tests.supervision.walks import (
    COLOURED_DOERS,
    ORDER_DOERS,
    REMINDER_DOERS,
    ColouredWalk,
    OrderWalk,
    ReminderWalk,
    UrgeWalk,
    with_supervisors,
)
from tests.supervision.walks import DOERS as URGE_DOERS
from tests.towns import Town
from tests.walks import DOERS as CASE_DOERS
from tests.walks import Walk, led_by_a_town

Said = Mapping[str, Any]


class Walking(Protocol):
    """A subject that walks through a town."""

    town: Town
    number: str
    now: datetime

    @property
    def facts(self) -> Living: ...
    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done: ...


Many = list[Walking]
"""What is in random hands so far, the oldest first."""


@dataclass(frozen=True)
class Sort:
    """A kind of subject: how it begins, who acts by the book, who else may try, and what they may say otherwise."""

    table: StageTable
    needs: str
    """The norm without which a regulation has no such thing."""
    begin: Callable[[Town, datetime, int], Many]
    doers: Mapping[str, str]
    people: Sequence[str]
    different: Mapping[str, Sequence[Said]] = field(default_factory=dict)
    seldom: frozenset[str] = frozenset()
    """Acts that would end most stories early."""
    holds: Callable[[Any], None] = lambda walk: None
    """What must be true of one such subject, besides what is true of all."""
    owed_before: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    """Act → what must not be so when it succeeds."""

    def has(self, town: Town) -> bool:
        """Whether the town's regulation has such a thing."""
        return bool(pack_of(town.code).binds(self.needs))

    @property
    def acts(self) -> list[str]:
        """What can be done to one that is there."""
        known = [str(act) for subject, act in ACTS if subject == self.table.subject and act in self.doers]
        return [act for act in known if self.table.row(None, act) is None]  # type: ignore[arg-type]

    def doer(self, act: str, walk: Any) -> str:
        """Who does the act by the book, in the unit that leads now, or in one that helps it."""
        facts = walk.facts
        lead = facts.unit if isinstance(walk, RhythmWalk) else getattr(facts, "lead", None)
        helping = sorted(facts.parts.get(Part.CO, ()))
        if self.doers[act].startswith("co."):
            return self.doers[act].replace("co.", f"{(helping or [walk.town.other])[0].rpartition('.')[2]}.")
        return self.doers[act].replace("unit.", f"{lead.rpartition('.')[2]}.") if lead else self.doers[act]


UNCALLED: Said = {"callback_wanted": False, "secrecy_requested": True}


def _case(town: Town, now: datetime, variant: int) -> Many:
    walk = Walk(town, now)
    forms: Sequence[Said] = ({}, {"urgency": "urgent"}, {"appeal_type": "CONSULT"}, UNCALLED)
    walk.do(CaseAct.REGISTER, **forms[variant % 4])
    return [walk]


BLOWN: Sequence[Said] = ({}, {"filing": "phone"}, {"whistle_type": "tough", "emergency": "crowd"})


def _linkage(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
    said = {"units": [town.other, third(town)]} if variant % 2 else {}
    return [case, JointWalk(town, Kind.LINKAGE, case).start(**said)]


def _whistle(town: Town, now: datetime, variant: int) -> Many:
    case = led_by_a_town(town, now)
    found: Many = [case, JointWalk(town, Kind.WHISTLE, case).start(**BLOWN[variant % 3])]
    return [*found, JointWalk(town, Kind.LINKAGE, case).start()] if variant % 4 == 3 else found


KEY = {"matter_class": "key", "key_basis": "meeting", "reference": "会商纪要〔2025〕第3期"}
HELPED = (MatterStage.ASSIGNED, MatterStage.HANDLING, MatterStage.FEEDBACK)
ONWARDS: Sequence[Sequence[tuple[str, Said]]] = (
    (),
    ((MatterAct.REGISTER, {}),),
    ((MatterAct.REGISTER, {}), (MatterAct.CLASSIFY, {}), (MatterAct.ASSIGN, {})),
    ((MatterAct.REGISTER, {}), (MatterAct.CLASSIFY, {**KEY, "matter_class": "special"}), (MatterAct.ASSIGN, {})),
)


def _matter(town: Town, now: datetime, variant: int) -> Many:
    """A case that its unit did not settle in time, and the matter that it became: both walk on, on one track."""
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN).later(days=20)
    matter = MatterWalk(town, case.now, case=case.number, actors=case.actors).along(MatterAct.REPORT)
    for act, said in ONWARDS[variant]:
        helped: Said = {"co_units": [town.other]} if act == MatterAct.ASSIGN and variant == 3 else {}
        matter.do(act, **said, **helped)
    case.at(matter.now)
    return [case, matter]


def _dispute(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER)
    if variant % 2:
        return [case, DeterminationWalk(town, case).start(CaseAct.OPEN_DETERMINATION)]
    case.along(CaseAct.DISPATCH, CaseAct.SIGN_IN)
    return [case, DeterminationWalk(town, case).start(CaseAct.REQUEST_DETERMINATION)]


def _refusal(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER)
    case.do(CaseAct.DISPATCH, basis_kind="designation", lead=town.other)
    return [case, ReferralWalk(town, case).start()]


def _urge(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    by = "offices.supervisor" if town.actor("offices.supervisor", now).seats else "supervision.supervisor"
    return [case, UrgeWalk(town, case).begin(by=by)]


def _reminder(town: Town, now: datetime, variant: int) -> Many:
    town = with_supervisors(town)
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    walk = ReminderWalk(town, case)
    return [case, walk.suggested() if variant % 2 else walk.begin()]


def _order(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    by = "offices.supervisor" if town.actor("offices.supervisor", now).seats else "supervision.supervisor"
    return [case, OrderWalk(town, case).begin(by=by, progress=bool(variant % 2))]


def _coloured(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    walk = ColouredWalk(town, case).begin(by="desk.supervisor" if variant % 2 else "offices.supervisor")
    if variant % 3:
        walk.do(ColouredAct.DISTRIBUTE, units=[town.unit, town.other])
    return [case, walk]


def _instruction(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    ways = (InstructionAct.ENTER, InstructionAct.CALL_IN, *((InstructionAct.GIVE,) if joint_bodies(town) else ()))
    return [case, InstructionWalk(town, case).begin(ways[variant % len(ways)])]


def _rhythm(town: Town, now: datetime, variant: int) -> Many:
    walk = RhythmWalk(town, now, "briefing").begin(variant)
    if walk.facts.stage is not RhythmStage.DUE:  # of this period nothing is left to do: it is entered besides
        walk.do(RhythmAct.ENTER_BRIEFING)
    return [walk]


def _meeting(town: Town, now: datetime, variant: int) -> Many:
    walk = MeetingWalk(town, now)
    if variant % 2:
        walk.do(MeetingAct.CALL)
        return [walk]
    return [walk.begin()]


def _bulletin(town: Town, now: datetime, variant: int) -> Many:
    return [BulletinWalk(town, now).begin()]


def _clue(town: Town, now: datetime, variant: int) -> Many:
    case = Walk(town, now).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    return [case, ClueWalk(with_accountable(town), case).begin()]


FORMS = {Kind.LINKAGE: CaseDuty.LINKAGE_FORM, Kind.WHISTLE: CaseDuty.WHISTLE_FORM}
RESTS = (CaseStage.AWAITING, CaseStage.HUNG, CaseStage.LISTED)
WITH_A_UNIT = frozenset(
    {
        CaseStage.DISPATCHED,
        CaseStage.HANDLING,
        CaseStage.AWAITING,
        CaseStage.RETURN_REVIEW,
        CaseStage.SIGN_OFF,
        CaseStage.SUBMITTED,
        CaseStage.CALLBACK,
        CaseStage.REWORK,
        CaseStage.HUNG,
        CaseStage.LISTED,
    }
)


def _case_holds(walk: Walk) -> None:
    """Exactly one lead while a unit has the case."""
    case = walk.facts
    leads = case.parts.get(Part.LEAD, frozenset())
    assert leads == (frozenset({case.lead}) if case.lead else frozenset())
    assert len(leads) == 1 or case.stage not in WITH_A_UNIT
    if case.stage is CaseStage.LISTED:
        matter = matters.last_of_case(case.number)
        assert matter is not None
        assert matter.stage in ON_LEDGER, "a case is on the list only with a matter that is"
        _on_one_track(case, matter)
    if case.stage is CaseStage.MERGED and case.parent:
        _follows(walk, cases.facts(case.parent))


def _follows(walk: Walk, parent: CaseFacts) -> None:
    """What was joined is told of every answer, and is not left with a case that ended without one."""
    assert parent.stage not in ENDS - ANSWERED
    told = Duty.objects.filter(subject=walk.facts.subject, kind=CaseDuty.TELL_RESULT)
    assert parent.stage not in ANSWERED or walk.facts.requester is None or told.exists()


def _on_one_track(case: CaseFacts, matter: MatterFacts) -> None:
    """While both are on the list, one unit has them until one moment, and the case's own unit owes nothing else."""
    assert not {CaseDuty.HANDLE, CaseDuty.REWORK} & case.duties.keys()
    assert CaseDuty.LISTED in case.duties
    if matter.lead is not None:
        assert case.lead == matter.lead
    if matter.stage in HELPED:
        assert case.duties[CaseDuty.LISTED] == matter.until


def _matter_holds(walk: MatterWalk) -> None:
    """What is on the ledger takes its case along; a key matter is followed; help is owed by those who take part."""
    matter = walk.facts
    if matter.case is not None and matter.stage in ON_LEDGER:
        case = cases.facts(matter.case)
        assert case.stage is CaseStage.LISTED or case.stage not in (*LISTABLE, *RELISTABLE), case.stage
        if case.stage is CaseStage.LISTED:
            _on_one_track(case, matter)
    assert (MatterDuty.TRACK in matter.duties) == (matter.key and matter.stage in TRACKED)
    assert matter.cooperating <= matter.parts.get(Part.CO, frozenset())
    assert not matter.cooperating or matter.stage in HELPED


def _joint_holds(walk: JointWalk) -> None:
    """The lead leads to the end; what is open stands between the case and its result, and rests when the case does."""
    joint, case = walk.facts, walk.case.facts
    assert joint.parts[Part.LEAD] == {joint.initiator}, "the lead stays the lead to the end"
    assert joint.stage != JointStage.SIGNED or joint.closed_at is not None
    if joint.stage in JOINT[walk.kind].ends or joint.assignment != joint.case_assignment:
        return
    if case.stage == CaseStage.HANDLING:
        assert FORMS[walk.kind] in case.duties, "what is open stands between the case and its result"
    if case.stage in WITH_A_UNIT:
        may_rest = [kind for kind, spec in JOINT_DUTIES[walk.kind].items() if spec.rests]
        owed = Duty.objects.filter(subject=joint.subject, kind__in=may_rest, discharged_at__isnull=True)
        rests = case.stage in RESTS and joint.emergency is None
        assert not owed.filter(paused_at__isnull=rests).exists(), "its clocks rest and run with those of its case"


def _determination_holds(walk: DeterminationWalk) -> None:
    """While it is determined the case waits for it and has no other; or the case has ended, and so will this."""
    told, case = walk.facts, walk.case.facts
    if told.stage in ON_THE_CASE and told.stage != DeterminationStage.DRAFT:
        assert case.stage in (CaseStage.ADJUDICATING, CaseStage.ESCALATED, *CASES.ends), (told.stage, case.stage)


def _owes_a_form(walk: Walk) -> bool:
    return bool(set(walk.facts.duties) & set(FORMS.values()))


CASE = Sort(
    table=CASES,
    needs="intake.register",
    begin=_case,
    doers=CASE_DOERS,
    people=(*CASE_PEOPLE, "township.handler"),
    different={
        CaseAct.DISPATCH: ({}, {"basis_kind": "adjudication"}, {"basis_kind": "designation"}),
        CaseAct.RECORD_CALLBACK: (
            {},
            {"solved": "no", "satisfied": "no"},
            {"reached": False, "solved": None, "satisfied": None, "facts_true": None},
        ),
        CaseAct.CLOSE: ({}, {"closure": "EXPLAINED"}, {"closure": "WITHDRAWN"}),
        CaseAct.ANSWER: (
            {},
            {"truthful": False},
            {"outcome": "EXPLAINED", "policy_basis": ""},
            {"feedback_method": "through_desk"},
        ),
        CaseAct.ANSWER_RELAY: ({}, {"outcome": "unreached"}),
    },
    seldom=frozenset({CaseAct.WITHDRAW, CaseAct.REQUEST_TERMINATION, CaseAct.APPROVE_RETURN, CaseAct.REFER}),
    holds=_case_holds,
    owed_before={CaseAct.SIGN_OFF: _owes_a_form},
)
_SAID_TOGETHER: Mapping[str, Sequence[Said]] = {
    JointAct.CONCLUDE: ({"resolved": False}, {}),
    JointAct.GRADE: ({}, {"grade": "poor"}, {"grade": "poor", "reason": "没有派人。"}),
    JointAct.SIGN_FORM: ({}, {"seal": ()}),
}


def _joint(kind: Kind, needs: str, begin: Callable[[Town, datetime, int], Many]) -> Sort:
    return Sort(JOINT[kind], needs, begin, JOINT_DOERS, JOINT_PEOPLE, _SAID_TOGETHER, holds=_joint_holds)


SORTS: Mapping[str, Sort] = {
    "case": CASE,
    "linkage": _joint(Kind.LINKAGE, "linkage.request", _linkage),
    "whistle": _joint(Kind.WHISTLE, "whistle.blow", _whistle),
    "matter": Sort(
        table=MATTERS,
        needs="listing.register",
        begin=_matter,
        doers={**MATTER_DOERS, MatterAct.RECORD_COOPERATION: "co.handler"},
        people=MATTER_PEOPLE,
        different={MatterAct.CLASSIFY: ({}, KEY, {**KEY, "matter_class": "special"}, {"matter_class": "key"})},
        seldom=frozenset({MatterAct.DROP}),
        holds=_matter_holds,
    ),
    "determination": Sort(
        table=DETERMINATION,
        needs="determination.refer",
        begin=_dispute,
        doers=DETERMINATION_DOERS,
        people=DETERMINATION_PEOPLE,
        different={
            DeterminationAct.OPINE: ({}, {"outcome": "gap"}, {"outcome": "gap"}),
            DeterminationAct.SUBMIT: ({}, {"missing": ""}),
        },
        seldom=frozenset({DeterminationAct.DECLINE, DeterminationAct.TAKE_BACK, DeterminationAct.ISSUE_UNREASONABLE}),
        holds=_determination_holds,
    ),
    "referral": Sort(
        table=REFERRAL,
        needs="refusal.referred",
        begin=_refusal,
        doers=REFERRAL_DOERS,
        people=DETERMINATION_PEOPLE,
        seldom=frozenset({ReferralAct.DROP}),
    ),
    "reminder": Sort(
        table=REMINDER,
        needs="supervise.remind",
        begin=_reminder,
        doers=REMINDER_DOERS,
        people=("desk.supervisor", "desk.head", "unit.handler", "other.handler", "desk.dispatcher"),
        different={ReminderAct.REPLY: ({}, {"contests": True, "contest_reason": "事实有误。"})},
        seldom=frozenset({ReminderAct.WITHDRAW}),
    ),
    "instructing": Sort(
        table=INSTRUCTION,
        needs="instruction.by-post",
        begin=_instruction,
        doers=INSTRUCTION_DOERS,
        people=("leaders.leader", "offices.supervisor", "desk.dispatcher", "desk.head", "unit.deputy", "other.head"),
        seldom=frozenset({InstructionAct.REJECT, InstructionAct.REVOKE}),
    ),
    "rhythm": Sort(
        table=RHYTHM,
        needs="rhythm.briefing",
        begin=_rhythm,
        doers=RHYTHM_DOERS,
        people=("unit.head", "unit.handler", "other.head", "office.list_director"),
    ),
    "meeting": Sort(
        table=MEETING,
        needs="rhythm.meeting",
        begin=_meeting,
        doers=MEETING_DOERS,
        people=("office.list_keeper", "office.list_director", "unit.deputy", "other.head", "desk.dispatcher"),
    ),
    "bulletin": Sort(
        table=BULLETIN,
        needs="rhythm.bulletin",
        begin=_bulletin,
        doers=BULLETIN_DOERS,
        people=("office.list_keeper", "office.list_director", "unit.head"),
    ),
    "clue": Sort(
        table=CLUE,
        needs="account.clue",
        begin=_clue,
        doers=CLUE_DOERS,
        people=(
            "desk.assessor",
            "desk.head",
            "offices.supervisor",
            "unit.deputy",
            "discipline.handler",
            "personnel.assessor",
            "other.head",
        ),
        seldom=frozenset({ClueAct.DISMISS}),
    ),
    "coloured": Sort(
        table=COLOURED,
        needs="supervise.coloured",
        begin=_coloured,
        doers=COLOURED_DOERS,
        people=("offices.supervisor", "desk.supervisor", "unit.handler", "unit.head", "other.head"),
        seldom=frozenset({ColouredAct.VOID, ColouredAct.RAISE}),
    ),
    "ordering": Sort(
        table=ORDER,
        needs="supervise.order",
        begin=_order,
        doers=ORDER_DOERS,
        people=("offices.supervisor", "supervision.supervisor", "unit.handler", "unit.head", "desk.dispatcher"),
        seldom=frozenset({OrderAct.WITHDRAW, OrderAct.RAISE}),
    ),
    "urging": Sort(
        table=URGE,
        needs="supervise.urge",
        begin=_urge,
        doers=URGE_DOERS,
        people=("offices.supervisor", "supervision.supervisor", "unit.handler", "other.handler", "desk.dispatcher"),
    ),
}
"""By the first word of the chain's name."""
