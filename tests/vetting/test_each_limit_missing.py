"""F113: every limit of the shipped regulations left out in turn: the check refuses it, and where a pack was made wrong
after all, whoever wants it is refused in words, with an error in the log, and nothing breaks."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bihuan.accountability.types import ClueAct, ClueStage
from bihuan.cases.types import Act as CaseAct
from bihuan.determination.types import Act as DeterminationAct
from bihuan.instructions.types import InstructionAct, InstructionStage
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.kernel.stages import Move
from bihuan.matters.types import Act as MatterAct
from bihuan.meetings.types import MeetingAct, MeetingStage
from bihuan.policy import loader
from bihuan.policy.limits import LimitName
from bihuan.supervision.types import ColouredAct, ColouredStage, OrderStage, ReminderStage, UrgeStage
from bihuan.vetting import engine
from bihuan.vetting.check import check
from tests.accountability.walks import ClueWalk, clue_at, with_accountable
from tests.cases.rows import BY_A_MATTER, UNWALKED
from tests.cases.rows import ready_for as case_ready
from tests.determination.test_squares import ready_for as determination_ready
from tests.determination.walks import DeterminationWalk, ReferralWalk, with_determiners
from tests.instructions.walks import InstructionWalk, instruction_at
from tests.joint.test_squares import ready_for as joint_ready
from tests.joint.walks import JointWalk, joint_bodies, to_concluded, tough
from tests.matters.test_squares import ready_for as matter_ready
from tests.matters.walks import MatterWalk
from tests.meetings.walks import MeetingWalk, meeting_at
from tests.supervision.walks import (
    ColouredWalk,
    OrderWalk,
    ReminderWalk,
    UrgeWalk,
    coloured_at,
    order_at,
    reminder_at,
    with_supervisors,
)
from tests.supervision.walks import walk_to as urge_at
from tests.towns import Town, found
from tests.vetting.edits import base, no_limit
from tests.walks import TO_CALLBACK, KeyWalk, Walk, led_by_a_town

PACKS = {"wd": loader.pack("wendeng-2021-10"), "hn": loader.pack("huainan-2021-55")}
LIMITS = [(name, limit) for name, rulebook in PACKS.items() for limit in sorted(rulebook.limits)]
BESIDE_COMMANDS = {LimitName.ARCHIVE, LimitName.SILENCE, LimitName.LIST_HANDLE, LimitName.FIRST_CONTACT}
"""Asked for by the sweep and by a page that suggests, which go on without, and what has a limit of our own where it is
the desk's (`tests/api/test_lacking_limits.py`)."""
GOES_WITHOUT = {
    *((name, limit) for name in PACKS for limit in ("retention", "callback_check", "unsolved_follow_up", "unmerge")),
}
"""Optional, with a limit of our own, or, of a regulation without a list, wanted by nothing."""
Story = Callable[[], object]


def coloured_ready(move: Move, town: Town) -> ColouredWalk:
    """A coloured order of which the act may be done."""
    walk = coloured_at(ColouredStage(str(move.origin)), with_supervisors(town))
    return walk.along(ColouredAct.REPLY) if move.act == ColouredAct.ANSWER_UP else walk


def instruction_ready(move: Move, town: Town) -> InstructionWalk:
    """An instruction of which the act may be done."""
    town = with_supervisors(town)
    if move.act == InstructionAct.ADD_SCAN:
        return InstructionWalk(town, Walk(town)).begin(InstructionAct.CALL_IN)
    walk = instruction_at(InstructionStage(str(move.origin)), town)
    return walk.along(InstructionAct.REPORT) if move.act == InstructionAct.REPORT_UP else walk


def meeting_ready(move: Move, town: Town) -> MeetingWalk:
    """A meeting of which the act may be done."""
    walk = meeting_at(MeetingStage(str(move.origin)), town)
    return walk.along(MeetingAct.REPORT) if move.act == MeetingAct.CLOSE else walk


def clue_ready(move: Move, town: Town) -> ClueWalk:
    """A clue of which the act may be done."""
    town = with_accountable(town)
    walk = clue_at(ClueStage(str(move.origin)), town)
    return walk.along(ClueAct.RECEIVE) if move.act == ClueAct.RESULT else walk


READY: dict[str, Callable[[Move, Town], Any]] = {
    "case": case_ready,
    "matter": matter_ready,
    "linkage": partial(joint_ready, Kind.LINKAGE),
    "whistle": partial(joint_ready, Kind.WHISTLE),
    "determination": determination_ready,
    "referral": determination_ready,
    "coloured": coloured_ready,
    "instructing": instruction_ready,
    "meeting": meeting_ready,
    "clue": clue_ready,
    "ordering": lambda move, town: order_at(OrderStage(str(move.origin)), with_supervisors(town)),
    "reminder": lambda move, town: reminder_at(ReminderStage(str(move.origin)), with_supervisors(town)),
    "urging": lambda move, town: urge_at(UrgeStage(str(move.origin)), with_supervisors(town)),
}


@pytest.mark.parametrize(("name", "limit"), LIMITS, ids=[f"{name}-{limit}" for name, limit in LIMITS])
def test_a_pack_without_it_is_refused_for_that(name: str, limit: str, tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(no_limit(limit)(base(name)), encoding="utf-8")
    faults = [fault.words for fault in check(path).faults]
    assert bool(faults) is ((name, limit) not in GOES_WITHOUT)
    assert [words for words in faults if f"缺少时限 {limit}（{LimitName(limit).label}）" not in words] == []


def begun(word: str, town: Town) -> Iterator[Story]:
    """How such a life begins."""
    if word == "case":
        yield partial(Walk(town).do, CaseAct.REGISTER)
    elif word == "matter":
        yield from (
            partial(MatterWalk(town).with_overdue_case().do, act) for act in (MatterAct.REPORT, MatterAct.PROPOSE)
        )
    elif word == "determination":
        yield DeterminationWalk(town, Walk(town)).begin
    elif word == "referral":
        yield ReferralWalk(town, Walk(town)).begin
    elif word == "urging":
        yield partial(
            UrgeWalk(with_supervisors(town), Walk(town).along("register", "dispatch")).begin, by="desk.supervisor"
        )
    elif word == "clue":
        yield ClueWalk(with_accountable(town), Walk(town).along("register", "dispatch")).begin
    elif word == "instructing":
        instruction = InstructionWalk(with_supervisors(town), Walk(town).along("register", "dispatch"))
        given = (InstructionAct.GIVE,) if joint_bodies(instruction.town) else ()
        yield from (partial(instruction.begin, act) for act in (InstructionAct.ENTER, InstructionAct.CALL_IN, *given))
    elif word == "meeting":
        yield partial(MeetingWalk(town).do, MeetingAct.CALL)
    elif word == "coloured":
        yield ColouredWalk(with_supervisors(town), Walk(town).along("register", "dispatch")).begin
    elif word == "ordering":
        order = OrderWalk(with_supervisors(town), Walk(town).along("register", "dispatch"))
        by = "offices.supervisor" if town.township else "supervision.supervisor"
        yield from (partial(order.begin, by=by, progress=True), order.suggested)
    elif word == "reminder":
        reminder = ReminderWalk(with_supervisors(town), Walk(town).along("register", "dispatch"))
        yield from (reminder.begin, reminder.suggested)
    elif word in ("linkage", "whistle"):
        yield JointWalk(town, Kind(word), Walk(town)).begin


def wanted(limit: str, town: Town, name: str) -> Iterator[Story]:
    """What is done that opens a duty which is counted by the limit, one way after the other."""
    binds = PACKS[name].binds
    for subject in engine.subjects():
        word = subject.table.subject
        kinds = {kind for kind, spec in subject.duties.items() if spec.limit == limit and spec.holds(binds)}
        for move in subject.table.under(binds).moves if kinds else ():
            if not kinds & {*map(str, (*move.opens, *move.may_open))}:
                continue
            if move.origin is None:
                yield from begun(word, town)
            elif (move.origin, move.act) not in UNWALKED and move.act not in BY_A_MATTER:
                yield lambda word=word, move=move: READY[word](move, town).do(move.act)  # type: ignore[misc]
    if limit in BESIDES:
        yield partial(BESIDES[limit], town)


def asked_to_extend(town: Town) -> None:
    Walk(town).along("register", "dispatch", "sign_in", "request_extension")


def asked_to_return(town: Town) -> None:
    Walk(town).along("register", "dispatch", "request_return")


def blown(town: Town, **said: object) -> None:
    walk = led_by_a_town(town)
    walk.do(CaseAct.WHISTLE, by="township.handler", **said)


def key_whistle(town: Town) -> None:
    walk = to_concluded(tough(JointWalk(town, Kind.WHISTLE, Walk(town))), resolved=False)
    walk.along(JointAct.RAISE_TO_KEY, JointAct.INSTRUCT)


def hung(town: Town) -> None:
    Walk(town).along("register", "dispatch", "sign_in", "hang")


def designated(town: Town) -> None:
    (table,) = (subject.table for subject in engine.subjects() if subject.table.subject == "determination")
    move = next(m for m in table.moves if m.act is DeterminationAct.ASSIGN and str(m.origin) == "designated")
    determination_ready(move, town).do(move.act)


def unsolved(town: Town) -> None:
    to_concluded(JointWalk(town, Kind.LINKAGE, Walk(town)).begin(), resolved=False)


def with_a_co_unit(town: Town) -> None:
    walk = Walk(town).along("register")
    walk.do(CaseAct.DISPATCH, co_units=[town.other])


def instructed(town: Town) -> None:
    if town.office:
        MatterWalk(town).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER).instructed()
    else:
        JointWalk(town, Kind.LINKAGE, Walk(town)).begin().along(JointAct.REPORT).instructed()


def without_its_paper(town: Town) -> None:
    walk = MatterWalk(town).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER)
    walk.do(MatterAct.CLASSIFY, matter_class="key", key_basis="meeting", reference="会商纪要〔2025〕第3期")


def approved_as_key(town: Town) -> None:
    KeyWalk(with_supervisors(town)).along(*TO_CALLBACK)


def on_the_list(town: Town) -> None:
    MatterWalk(town).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER)


BESIDES: dict[str, Callable[[Town], None]] = {
    LimitName.EXTENSION: asked_to_extend,
    LimitName.RETURN_REQUEST: asked_to_return,
    LimitName.CHECK_IN_TOUGH: partial(blown, whistle_type="tough", off_list_reason="清单中没有。"),
    LimitName.CHECK_IN_EMERGENCY: partial(blown, whistle_type="tough", emergency="crowd"),
    LimitName.CHECK_IN_KEY: key_whistle,
    LimitName.HANG_REVIEW: hung,
    LimitName.DESIGNATED_HANDLE: designated,
    LimitName.DIFFICULTY_DECISION: unsolved,
    LimitName.EMERGENCY_NOTICE: partial(blown, whistle_type="tough", emergency="crowd"),
    LimitName.INSTRUCTION_VERIFY: instructed,
    LimitName.LINK: with_a_co_unit,
    LimitName.KEY_PAPER: without_its_paper,
    LimitName.KEY_FEEDBACK: approved_as_key,
    LimitName.LISTED: on_the_list,
}
"""What is counted by limits beside those of duties."""


@pytest.mark.parametrize(
    ("name", "limit"),
    [each for each in LIMITS if each not in GOES_WITHOUT and each[1] not in BESIDE_COMMANDS],
    ids=lambda said: str(said),
)
def test_whoever_wants_it_is_refused_in_words(
    name: str,
    limit: str,
    db: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "somewhere.toml").write_text(no_limit(limit)(base(name)), encoding="utf-8")
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    loader.look_again()
    town = with_determiners(found("sw", "somewhere-2031-1", prefix="SWX"))
    words = f"本地规定没有设定“{LimitName(limit).label}”的时限"
    refusals = refused(wanted(limit, town, name))
    told = next((refusal for refusal in refusals if words in refusal.reason), None)
    assert told is not None, "nobody asks for it"
    assert told.norm is None
    assert words in caplog.text


def refused(stories: Iterable[Story]) -> Iterator[Refusal]:
    """What stories that do not go through are refused by."""
    for story in stories:
        try:
            story()
        except Refused as no:
            yield no.refusal
