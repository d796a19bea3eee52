"""Rules of regular work: who tells that it was done, where, and when it was missed."""

from collections.abc import Collection, Iterable
from datetime import date

from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity, Pack
from bihuan.policy.rhythms import Every, Regular, over_from
from bihuan.rhythm.types import RhythmAct, RhythmFacts

_keep = norms.RHYTHM_KEEP
ELSEWHERE = {
    Regular.MEETING: "召开会商会议并登记纪要",
    Regular.BULLETIN: "印发通报",
}
"""What is done regularly → by what of its own it is done."""
LOGGED = {
    Regular.TRAINING: RhythmAct.LOG_TRAINING,
    Regular.BRIEFING: RhythmAct.LOG_BRIEFING,
    Regular.RULE_REVIEW: RhythmAct.LOG_REVIEW,
}
"""What is done regularly → the act by which its log is kept."""
ENTERED = {
    RhythmAct.ENTER_TRAINING: Regular.TRAINING,
    RhythmAct.ENTER_BRIEFING: Regular.BRIEFING,
    RhythmAct.ENTER_REVIEW: Regular.RULE_REVIEW,
}
"""The act by which something is logged besides → what that is."""


@carries_out(_keep)
def may_begin_once(title: str, *, there: bool) -> Refusal | None:
    """一期的定期工作、它的会议和通报，只开始一次。"""
    return Refusal(f"{title}已经开始，不重复开始。", _keep) if there else None


@carries_out(_keep)
def may_do(work: RhythmFacts, actor: Actor) -> Refusal | None:
    """由责任人或者本单位负责人登记完成。"""
    if actor.holds(work.post, *HEADS, unit=work.unit):
        return None
    return Refusal(f"须由{work.unit_name}的责任人或者负责人登记。", _keep)


HEADS = (Post.HEAD, Post.DEPUTY, Post.LIST_DIRECTOR)


@carries_out(_keep)
def may_do_by_hand(work: RhythmFacts) -> Refusal | None:
    """有会议、通报、台账的，由那里的办理完成，不能另行登记。"""
    if work.code in set(LOGGED):
        return Refusal(f"{work.title}用“{LOGGED[Regular(work.code)].label}”登记。", _keep, moot=True)
    if work.code in set(ELSEWHERE):
        return Refusal(f"{work.title}由“{ELSEWHERE[Regular(work.code)]}”完成，不在这里登记。", _keep)
    return None


@carries_out(_keep)
def may_do_here(work: RhythmFacts, actor: Actor) -> Refusal | None:
    """在这里登记完成的，由责任人或者负责人登记，且没有会议、通报、台账。"""
    return may_do(work, actor) or may_do_by_hand(work)


@carries_out(_keep, norms.RHYTHM_TRAINING, norms.RHYTHM_BRIEFING, norms.OFFICE_RULEBOOK)
def may_log(work: RhythmFacts, act: RhythmAct, actor: Actor) -> Refusal | None:
    """各项台账只登记本项工作，由责任人或者负责人登记。"""
    known = next((code for code, log in LOGGED.items() if log == act), None)
    if known is not None and work.code == known:
        return may_do(work, actor)
    return Refusal(f"{work.title}不用“{act.label}”登记。", known.norm if known else _keep, moot=True)


@carries_out(norms.RHYTHM_TRAINING, norms.RHYTHM_BRIEFING, norms.OFFICE_RULEBOOK)
def may_enter(act: RhythmAct, actor: Actor, units: Collection[str], *, pack: Pack) -> Refusal | None:
    """由规定的责任人或者其单位负责人登记。"""
    code = ENTERED[act]
    work = pack.rhythms.get(code)
    if work is None:
        return Refusal(f"本地规定没有“{code.label}”这项定期工作。", None)
    if any(actor.holds(work.post, *HEADS, unit=unit) for unit in units):
        return None
    return Refusal(f"“{code.label}”由责任人或者其单位负责人登记。", code.norm)


@carries_out(norms.RHYTHM_TRAINING)
def may_train(units: Iterable[UnitFacts | None], *, pack: Pack) -> Refusal | None:
    """参加培训的是在册的承办单位或者受理单位。"""
    for unit in units:
        if unit is None or not unit.active:
            return Refusal("参加单位须是在册单位。", norms.RHYTHM_TRAINING, field="units")
        if not (pack.can(unit.type, Capacity.HANDLING) or pack.can(unit.type, Capacity.DESK)):
            return Refusal(f"{unit.name}不是承办单位。", norms.RHYTHM_TRAINING, field="units")
    return None


@carries_out(_keep)
def may_be_done_on(done_on: date, *, begins_on: date, today: date) -> Refusal | None:
    """完成日期在周期之内或者之后，不晚于今天。"""
    if begins_on <= done_on <= today:
        return None
    return Refusal(f"完成日期应在{begins_on}至今天（{today}）之间。", _keep, field="done_on")


@carries_out(_keep)
def may_miss(work: RhythmFacts, *, today: date) -> Refusal | None:
    """下一周期结束仍没有完成的，列为未完成。"""
    if today >= over_from(Every(work.every), work.ends_on):
        return None
    return Refusal("还没有到列为未完成的时候。", _keep)
