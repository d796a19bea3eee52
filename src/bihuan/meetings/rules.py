"""Rules of meetings: what is decided, by whom it is signed, and what may rest on it."""

from collections.abc import Collection, Mapping
from datetime import date

from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.meetings.types import MOST_DECISIONS, DecisionKind, MeetingDecision, MeetingFacts, MeetingStage
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity, Pack

_agenda, _meeting = norms.RHYTHM_MEETING_AGENDA, norms.RHYTHM_MEETING


@carries_out(_agenda)
def may_attend(unit: UnitFacts | None, *, field: str) -> Refusal | None:
    """参会单位、责任单位须是在册单位。"""
    if unit is None or not unit.active:
        return Refusal("单位须是在册单位。", _agenda, field=field)
    return None


@carries_out(norms.BODY_COORDINATES)
def may_meet(*, group: bool, leaders: Collection[UnitFacts]) -> Refusal | None:
    """提请议事协调机构研究的，须有议事协调机构。"""
    if group and not leaders:
        return Refusal(
            "没有录入议事协调机构（领导机构单位），不能召开议事协调机构会议。", norms.BODY_COORDINATES, field="of_group"
        )
    return None


@carries_out(_agenda)
def may_do_task(unit: UnitFacts | None, *, pack: Pack) -> Refusal | None:
    """决定事项交给承办单位或者受理单位。"""
    if unit is None or not unit.active:
        return Refusal("责任单位须是在册单位。", _agenda, field="units")
    if not (pack.can(unit.type, Capacity.HANDLING) or pack.can(unit.type, Capacity.DESK)):
        return Refusal(f"{unit.name}不是承办单位。", _agenda, field="units")
    return None


@carries_out(_agenda)
def may_convene_on(held_on: date, *, today: date) -> Refusal | None:
    """会议日期不早于今天。"""
    return Refusal(f"会议日期不能早于今天（{today}）。", _agenda, field="held_on") if held_on < today else None


@carries_out(_agenda)
def may_have_been_held(held_on: date, *, planned_on: date, today: date) -> Refusal | None:
    """召开日期在列入计划之后，不晚于今天。"""
    if planned_on <= held_on <= today:
        return None
    return Refusal(f"召开日期应在{planned_on}至今天（{today}）之间。", _agenda, field="held_on")


@carries_out(_agenda)
def may_decide_more(meeting: MeetingFacts) -> Refusal | None:
    """一次会议的决定不超过规定项数。"""
    if meeting.decided < MOST_DECISIONS:
        return None
    return Refusal(f"一次会议最多登记{MOST_DECISIONS}项决定。", _agenda)


@carries_out(_agenda)
def may_be_due(due_on: date | None, *, today: date) -> Refusal | None:
    """完成时限不早于今天。"""
    if due_on is None or due_on >= today:
        return None
    return Refusal(f"完成时限不能早于今天（{today}）。", _agenda, field="due_on")


@carries_out(_agenda)
def may_strike(nth: int, numbers: Collection[int]) -> Refusal | None:
    """只能删去已经登记的决定。"""
    return None if nth in numbers else Refusal(f"没有第{nth}项决定。", _agenda, field="nth")


@carries_out(_agenda)
def may_sign(meeting: MeetingFacts, actor: Actor, *, minuted_by: Collection[str]) -> Refusal | None:
    """纪要由负责人签发，签发的人没有参与整理，至少有一项决定。"""
    if meeting.decided == 0:
        return Refusal("纪要还没有登记决定事项，不能签发。", _agenda)
    if actor.account in minuted_by:
        return Refusal("您参与了纪要的整理，须由另一人签发。", _agenda)
    return None


@carries_out(_agenda)
def may_bind(decision: MeetingDecision, units: Mapping[str, UnitFacts]) -> Refusal | None:
    """签发时，每项决定的责任单位都须在册：已经撤销的，由整理的人改写这项决定。"""
    gone = [units[unit].name if unit in units else unit for unit in decision.units if not _is_there(units.get(unit))]
    if not gone:
        return None
    return Refusal(f"第{decision.nth}项决定的责任单位{'、'.join(gone)}已不在册，请退回，删去后重新登记。", _agenda)


def _is_there(unit: UnitFacts | None) -> bool:
    return unit is not None and unit.active


@carries_out(_agenda)
def may_report(meeting: MeetingFacts, actor: Actor) -> Refusal | None:
    """每个责任单位报告一次。"""
    if meeting.seat_owing(actor) is None:
        return Refusal("本单位没有待报告的决定事项。", _agenda, moot=True)
    return None


@carries_out(_meeting)
def may_lapse(*, missed: bool) -> Refusal | None:
    """当月会商列为未完成的，会议列为未召开。"""
    return None if missed else Refusal("还没有到列为未召开的时候。", _meeting)


@carries_out(_meeting, _agenda)
def may_rest_on(
    meeting: MeetingFacts | None, decisions: Collection[MeetingDecision], *, subjects: Collection[str], field: str
) -> Refusal | None:
    """以会商为依据的，须是已经签发的会议纪要，其中有提到本件的决定。"""
    if meeting is None:
        return Refusal("没有这次会商会议；请填写会议编号或者纪要文号。", _agenda, field=field)
    if meeting.stage not in (MeetingStage.SIGNED, MeetingStage.CLOSED):
        return Refusal("会议没有签发，不能作为依据。", _agenda, field=field)
    kinds = (DecisionKind.KEY, DecisionKind.ASSIGN)
    if not any(one.kind in kinds and {*one.subjects} & {*subjects} for one in decisions):
        return Refusal("决定没有提到本件。", _agenda, field=field)
    return None


@carries_out(_agenda)
def is_convened(meeting: MeetingFacts) -> Refusal | None:
    """会议通知在召集以后出具。"""
    if meeting.stage in (MeetingStage.PLANNED, MeetingStage.LAPSED) or meeting.held_on is None:
        return Refusal("会议还没有召集。", _agenda)
    return None


@carries_out(_agenda)
def is_signed(meeting: MeetingFacts) -> Refusal | None:
    """会议纪要在签发以后出具。"""
    if meeting.stage in (MeetingStage.SIGNED, MeetingStage.CLOSED):
        return None
    return Refusal("会议纪要还没有签发。", _agenda)
