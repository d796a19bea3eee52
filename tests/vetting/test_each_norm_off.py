"""F112: whatever norm a regulation leaves off, it is refused with the reason, or every life still comes to its end.

Each norm that one of the shipped regulations binds is left off in turn, with what cannot be held without it. What the
check lets pass is walked through the commands: by the book as far as there is one, by officials alone.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bihuan.accountability.types import ClueAct
from bihuan.audit.queries import verify
from bihuan.bulletins.types import BulletinAct
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.types import Act as DeterminationAct
from bihuan.determination.types import ReferralAct, ReferralStage
from bihuan.determination.types import Stage as DeterminationStage
from bihuan.instructions.types import InstructionAct
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.norm import CARRIED_OUT_BY
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as MatterAct
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.types import MeetingAct
from bihuan.policy import loader
from bihuan.policy.pack import Pack
from bihuan.policy.reading import NEEDS
from bihuan.record.commands import ACTS
from bihuan.rhythm.types import RhythmAct
from bihuan.supervision.types import ColouredAct, OrderAct, ReminderAct, ReminderStage, UrgeAct
from bihuan.vetting import engine, loop
from bihuan.vetting.check import check
from tests.accountability.walks import TO_REFERRED, ClueWalk, with_accountable
from tests.bulletins.walks import BulletinWalk
from tests.determination.walks import DeterminationWalk, ReferralWalk, with_determiners
from tests.instructions.walks import InstructionWalk
from tests.joint.walks import JointWalk, with_bodies
from tests.matters.walks import MatterWalk
from tests.meetings.walks import MeetingWalk
from tests.rhythm.walks import RhythmWalk
from tests.supervision.walks import ColouredWalk, OrderWalk, ReminderWalk, UrgeWalk, with_supervisors
from tests.towns import Town, found, pack_of
from tests.vetting.edits import base, off
from tests.walks import DOERS, Walk

engine.know_rules()
PACKS = {"wd": loader.pack("wendeng-2021-10"), "hn": loader.pack("huainan-2021-55")}
LEFT_OFF = [
    *(("wd", name) for name in sorted(PACKS["wd"].bindings)),
    *(("hn", name) for name in sorted(PACKS["hn"].bindings.keys() - PACKS["wd"].bindings.keys())),
]
SUBJECTS = {subject.table.subject: subject for subject in engine.subjects()}
Book = tuple[str | tuple[str, str], ...]
"""Acts in the order in which they are tried, each by whom the book says or by somebody named."""

CASE: Book = (
    *(CaseAct.ACCEPT, CaseAct.DISPATCH, CaseAct.SIGN_IN, CaseAct.RECORD_CONTACT),
    *(CaseAct.ANSWER, CaseAct.SIGN_OFF, CaseAct.APPROVE),
    *(CaseAct.RECORD_CALLBACK, CaseAct.CLOSE, CaseAct.CLOSE_WITHOUT_CALLBACK),
)
JOINT: Book = (
    *(JointAct.ACKNOWLEDGE, JointAct.ACCEPT, JointAct.CHECK_IN, JointAct.FINISH),
    *(JointAct.CONCLUDE, JointAct.GRADE, JointAct.FILE_FORM, JointAct.SIGN_FORM),
)
DETERMINATION: Book = (
    (DeterminationAct.STATE_POSITION, "unit.handler"),
    (DeterminationAct.STATE_POSITION, "other.handler"),
    DeterminationAct.SUBMIT,
    (DeterminationAct.OPINE, "staffing.handler"),
    (DeterminationAct.OPINE, "justice.handler"),
    *(DeterminationAct.ISSUE_UNIT, DeterminationAct.ASSIGN),
)
REFERRAL: Book = (ReferralAct.EXPLAIN, ReferralAct.SEND)
MATTER: Book = (
    *(MatterAct.REGISTER, MatterAct.CLASSIFY, MatterAct.ASSIGN, MatterAct.SIGN_IN, MatterAct.TRACK),
    *(MatterAct.DRAFT_FEEDBACK, MatterAct.SUBMIT_FEEDBACK, MatterAct.CONFIRM),
    *(MatterAct.SUPERVISE, MatterAct.STRIKE_OFF),
)


def walked(walk: Any, book: Book, goals: Iterable[object], do: Callable[..., object] | None = None) -> None:
    """Do what there is to do until a goal is reached, each act once a stage, by whoever there is to do it."""
    done, goals = set[object](), {*goals}
    while (stage := walk.facts.stage) not in goals:
        refusals = list[str]()
        for step in book:
            act, by = step if isinstance(step, tuple) else (step, None)
            if (stage, step) in done:
                continue
            try:
                (do or walk.do)(act, **({"by": by} if by else {}))
            except (Refused, Unknown) as refused:
                refusals.append(f"{act}: {refused}")
                continue
            done.add((stage, step))
            break
        else:
            raise AssertionError(f"{stage.label}: nothing leads on: {refusals}")


def case_to(walk: Walk, *goals: CaseStage) -> None:
    """Walk a case by whichever unit has it."""

    def do(act: str) -> object:
        lead = (walk.facts.lead or "").rpartition(".")[2]
        return walk.do(act, by=DOERS[act].replace("unit.", f"{lead}.") if lead else None)

    if not walk.number:
        walk.do(CaseAct.REGISTER)
    walked(walk, CASE, goals, do)


def a_case(town: Town) -> None:
    case_to(Walk(town), CaseStage.CLOSED)


def together(kind: Kind) -> Callable[[Town], None]:
    def story(town: Town) -> None:
        walk = JointWalk(with_bodies(town), kind, Walk(town))
        walk.case.do(CaseAct.REGISTER)
        walk.case.do(CaseAct.DISPATCH, lead=town.township if kind is Kind.WHISTLE else town.unit)
        case_to(walk.case, CaseStage.HANDLING)
        walk.start()
        walked(walk, tuple(act for act in JOINT if (kind, act) in ACTS), {JointStage.SIGNED})
        case_to(walk.case, CaseStage.CLOSED)

    return story


def a_determination(town: Town) -> DeterminationWalk:
    walk = DeterminationWalk(with_determiners(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    asks = pack_of(town.code).binds("determination.request")
    walk.start(CaseAct.REQUEST_DETERMINATION if asks else CaseAct.OPEN_DETERMINATION)
    walked(walk, DETERMINATION, {DeterminationStage.SETTLED})
    return walk


def determined(town: Town) -> None:
    case_to(a_determination(town).case, CaseStage.CLOSED)


def a_referral(town: Town) -> None:
    walk = ReferralWalk(town, a_determination(town).case).start()
    walked(walk, REFERRAL, {ReferralStage.SENT})
    case_to(walk.case, CaseStage.CLOSED)


def a_matter(town: Town) -> None:
    walk = MatterWalk(town).with_overdue_case()
    walk.do(MatterAct.REPORT if pack_of(town.code).binds("listing.channel-owner-reports") else MatterAct.PROPOSE)
    walked(walk, MATTER, {MatterStage.STRUCK_OFF})
    case = Walk(town, walk.now, number=walk.case)
    case_to(case, CaseStage.CLOSED)


def an_urge(town: Town) -> None:
    walk = UrgeWalk(with_supervisors(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    walk.begin(by="desk.supervisor").along(UrgeAct.REPLY)


REMINDED = (ReminderAct.RECEIVE, ReminderAct.REPLY, ReminderAct.ACCEPT)


def a_reminder(town: Town) -> None:
    walk = ReminderWalk(with_supervisors(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    walk.begin()
    walked(walk, REMINDED, {ReminderStage.ACCEPTED})


def an_order(town: Town) -> None:
    walk = OrderWalk(with_supervisors(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    walk.begin(by="offices.supervisor" if town.township else "supervision.supervisor")
    walk.along(OrderAct.RECEIVE, OrderAct.REPLY)
    walk.do(OrderAct.ACCEPT, by="offices.supervisor" if town.township else "supervision.supervisor")


def a_coloured_order(town: Town) -> None:
    walk = ColouredWalk(with_supervisors(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    walk.begin().along(ColouredAct.DISTRIBUTE, ColouredAct.REPLY, ColouredAct.ANSWER_UP, ColouredAct.RELEASE)


def an_instruction(town: Town) -> None:
    walk = InstructionWalk(with_supervisors(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    tasks = pack_of(town.code).binds("instruction.tasks")
    walk.begin(**({} if tasks else {"units": [], "task": ""})).do(InstructionAct.VERIFY)
    if tasks:
        walk.do(InstructionAct.REPORT)
    walk.along(InstructionAct.REPORT_UP, InstructionAct.CLOSE)


def some_work(town: Town) -> None:
    for code, act in (("briefing", RhythmAct.LOG_BRIEFING), ("training", RhythmAct.LOG_TRAINING)):
        if code in pack_of(town.code).rhythms:
            RhythmWalk(with_supervisors(town), code=code).begin().do(act)


def a_meeting(town: Town) -> None:
    walk = MeetingWalk(town)
    if pack_of(town.code).binds("rhythm.meeting"):
        walk.begin()
    else:
        walk.do(MeetingAct.CALL)
    walk.along(MeetingAct.CONVENE, MeetingAct.HOLD, MeetingAct.DECIDE, MeetingAct.SIGN)
    walk.along(MeetingAct.REPORT, MeetingAct.CLOSE)


def a_bulletin(town: Town) -> None:
    BulletinWalk(town).begin().along(BulletinAct.EDIT, BulletinAct.SUBMIT, BulletinAct.ISSUE)


def a_clue(town: Town) -> None:
    walk = ClueWalk(with_accountable(town), Walk(town))
    case_to(walk.case, CaseStage.HANDLING)
    walk.begin().along(*TO_REFERRED, ClueAct.RECEIVE, ClueAct.RESULT)
    if pack_of(town.code).binds("account.dossier"):
        walk.do(ClueAct.FILE)


STORIES: Mapping[str, Callable[[Town], object]] = {
    "case": a_case,
    "linkage": together(Kind.LINKAGE),
    "whistle": together(Kind.WHISTLE),
    "determination": determined,
    "referral": a_referral,
    "matter": a_matter,
    "urging": an_urge,
    "reminder": a_reminder,
    "ordering": an_order,
    "coloured": a_coloured_order,
    "instructing": an_instruction,
    "rhythm": some_work,
    "meeting": a_meeting,
    "bulletin": a_bulletin,
    "clue": a_clue,
}
ROOMS: Mapping[str, tuple[str, ...]] = {
    "joint": ("linkage", "whistle"),
    "determination": ("determination", "referral"),
    "matters": ("matter",),
    "instructions": ("instructing",),
    "rhythm": ("rhythm",),
    "meetings": ("meeting",),
    "bulletins": ("bulletin",),
    "bodies": ("meeting",),
    "accountability": ("clue",),
    "supervision": ("urging", "reminder", "ordering", "coloured"),
}
"""Package of a rule → the lives of which it speaks, where it does not speak of cases."""


def speaks_of(name: str) -> set[str]:
    """The lives that a norm touches: their rows, their duties, their rules."""
    found = {
        word
        for word, subject in SUBJECTS.items()
        if any(name in map(str, (move.norm, move.given, move.unless)) for move in subject.table.moves)
        or any(name in map(str, (spec.norm, spec.given)) for spec in subject.duties.values())
    }
    for rule in CARRIED_OUT_BY.get(name, ()):
        found |= {*ROOMS.get(rule.split(".")[1], ("case",))}
    return found or {"case"}


def with_what_it_carries(name: str, rulebook: Pack) -> list[str]:
    """The norm, and the ones that the check lets nobody hold without it."""
    gone = [name]
    while more := [n for n, (needed, _) in NEEDS.items() if needed in gone and n not in gone and rulebook.binds(n)]:
        gone += more
    return gone


def begins(word: str, rulebook: Pack) -> bool:
    """Whether there is such a life; a referral here is of a unit that was determined."""
    own = loop.begins(SUBJECTS[word], rulebook)
    return own and (word != "referral" or loop.begins(SUBJECTS["determination"], rulebook))


@pytest.mark.parametrize(("name", "norm"), LEFT_OFF, ids=[f"{name}-{norm}" for name, norm in LEFT_OFF])
def test_it_is_refused_with_the_reason_or_every_life_comes_to_its_end(
    name: str, norm: str, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_off = with_what_it_carries(norm, PACKS[name])
    path = tmp_path / "somewhere.toml"
    path.write_text(off(*left_off)(base(name)), encoding="utf-8")
    if faults := check(path).faults:
        assert any(gone in fault.words for gone in left_off for fault in faults), [fault.words for fault in faults]
        return
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    loader.look_again()
    town = found("sw", "somewhere-2031-1", prefix="SWX")
    for word in sorted({word for gone in left_off for word in speaks_of(gone)}):
        if begins(word, loader.pack("somewhere-2031-1")):
            STORIES[word](town)
    assert [str(broken) for broken in verify(town.code).findings] == []


def test_every_norm_that_a_shipped_regulation_binds_is_left_off() -> None:
    bound = {name for rulebook in PACKS.values() for name in rulebook.bindings}
    assert {norm for _, norm in LEFT_OFF} == bound
    assert {word for _, norm in LEFT_OFF for word in speaks_of(norm)} == set(STORIES)
