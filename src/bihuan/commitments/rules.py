"""Rules of commitments: when one must be made, what it must say, who does what with it."""

from collections.abc import Collection, Iterable
from datetime import date

from bihuan.cases.rules import asked_to_tell
from bihuan.cases.types import CaseFacts, ClosureType
from bihuan.commitments.types import CommitmentRow, Promise, Standing
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Needs
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import AppointmentRow, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity, Pack

_MISSING = {
    "text": ("promise", "承诺办理的，须写明承诺事项。"),
    "person": ("promise_person", "承诺办理的，须写明责任人。"),
    "due_on": ("promise_due_on", "承诺办理的，须写明兑现日期。"),
}


@carries_out(norms.COMMITMENT_REGISTER)
def may_conclude_as(outcome: ClosureType, *, pack: Pack, field: str) -> Refusal | None:
    """规则中没有承诺事项的，不能以承诺办理作结：承诺了也没有人跟踪兑现。"""
    if outcome is ClosureType.PROMISED and not pack.binds(norms.COMMITMENT_REGISTER):
        reason = "本地规定没有承诺事项的登记和跟踪，承诺了没有人跟踪兑现，不能选“承诺办理”。"
        return Refusal(reason, None, field=field)
    return None


def conclusions(among: Iterable[ClosureType], pack: Pack) -> tuple[ClosureType, ...]:
    """Of what something may be concluded as, what the regulation has."""
    return tuple(one for one in among if may_conclude_as(one, pack=pack, field="") is None)


@carries_out(norms.COMMITMENT_REGISTER)
def may_promise(
    promise: Promise,
    *,
    outcome: ClosureType,
    unit: UnitFacts | None,
    people: Collection[AppointmentRow],
    standing: bool,
    today: date,
    pack: Pack,
) -> Refusal | None:
    """承诺办理的须明确事项、责任单位、责任人和将来的日期；已有承诺事项的除外。不是承诺办理的不填。"""
    if not pack.binds(norms.COMMITMENT_REGISTER):
        return None
    if outcome is not ClosureType.PROMISED:
        reason = "办理结果不是承诺办理的，不登记承诺事项。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="promise") if promise.said else None
    if standing:
        reason = "已有待兑现的承诺事项，不再另行登记。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="promise") if promise.said else None
    for part, (field, reason) in _MISSING.items():
        if not getattr(promise, part):
            return Refusal(reason, norms.COMMITMENT_REGISTER, field=field)
    if unit is None or not unit.active or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("承诺责任单位须是已启用的承办单位。", norms.COMMITMENT_REGISTER, field="promise_unit")
    if not any(promise.person in (a.account, a.name) for a in people):
        reason = f"承诺责任人须是{unit.name}的在任人员。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="promise_person")
    if promise.due_on is not None and promise.due_on <= today:
        return Refusal(f"承诺兑现日期须在今天（{today}）之后。", norms.COMMITMENT_REGISTER, field="promise_due_on")
    return None


@carries_out(norms.COMMITMENT_REGISTER)
def may_decide(
    found: int,
    *,
    confirmed: Collection[str],
    dismissed: Collection[str],
    said: bool,
    standing: bool,
    pack: Pack,
) -> Refusal | None:
    """答复中疑似承诺诉求人的话，审核人须逐项认定是不是承诺；是承诺的才登记，已经登记的不再登记。"""
    if not pack.binds(norms.COMMITMENT_REGISTER):
        return None
    known = {str(n) for n in range(1, found + 1)}
    for field, chosen in (("confirmed", confirmed), ("dismissed", dismissed)):
        if strange := _in_order(set(chosen) - known):
            return Refusal(f"答复中没有第{strange}项。", norms.COMMITMENT_REGISTER, field=field)
    if both := _in_order(set(confirmed) & set(dismissed)):
        reason = f"第{both}项不能既是承诺，又不是承诺。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="dismissed")
    if undecided := _in_order(known - set(confirmed) - set(dismissed)):
        reason = f"答复中有疑似承诺诉求人的话，请逐项认定是不是承诺：第{undecided}项还没有认定。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="confirmed")
    if said and (standing or not confirmed):
        reason = "承诺事项已经随答复登记，不再另行登记。" if standing else "没有认定为承诺的，不登记责任人和日期。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="promise_person")
    return None


def _in_order(numbers: Iterable[str]) -> str:
    return "、".join(sorted(numbers, key=int))


@carries_out(norms.COMMITMENT_REGISTER)
def may_end_as(outcome: ClosureType, *, confirmed: Collection[str], pack: Pack) -> Refusal | None:
    """答复中有承诺的，不回访办结时，办结方式为承诺办理，登记后跟踪兑现。"""
    if confirmed and outcome is not ClosureType.PROMISED and pack.binds(norms.COMMITMENT_REGISTER):
        reason = "答复中有对诉求人的承诺，办结方式应为“承诺办理”。"
        return Refusal(reason, norms.COMMITMENT_REGISTER, field="closure")
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_fulfil(kept: CommitmentRow | None, actor: Actor) -> Refusal | None:
    """由承诺责任单位报告兑现。"""
    if kept is None or kept.standing not in (Standing.OPEN, Standing.BROKEN):
        return Refusal("没有待兑现的承诺事项。", norms.COMMITMENT_KEEP, moot=True)
    if not actor.holds(Post.HANDLER, unit=kept.unit):
        return Refusal(f"由{kept.unit_name}报告兑现。", norms.COMMITMENT_KEEP)
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_have_kept(done_on: date, *, made_on: date, today: date) -> Refusal | None:
    """兑现日期在承诺之后，不在将来。"""
    if not made_on <= done_on <= today:
        reason = f"兑现日期应在作出承诺（{made_on}）之后、今天（{today}）以前。"
        return Refusal(reason, norms.COMMITMENT_KEEP, field="done_on")
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_check(kept: CommitmentRow | None, actor: Actor) -> Refusal | None:
    """单位报告兑现后，由不属于该单位的人向诉求人核实。"""
    if kept is None or kept.standing is not Standing.CLAIMED:
        return Refusal("没有待核实的承诺事项。", norms.COMMITMENT_KEEP, moot=True)
    if kept.unit in actor.units:
        return Refusal("您在承诺责任单位任职，须由别人核实。", norms.COMMITMENT_KEEP)
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_renew(kept: CommitmentRow | None, *, pack: Pack) -> Refusal | None:
    """没有兑现的，说明理由、告知诉求人后可以改期，次数有限。"""
    if kept is None or kept.standing is not Standing.BROKEN:
        return Refusal("没有逾期未兑现的承诺事项。", norms.COMMITMENT_KEEP, moot=True)
    most = pack.parameter(norms.COMMITMENT_KEEP, "times", 1)
    if kept.times >= most:
        ours = pack.by_default(norms.COMMITMENT_KEEP, "times")
        reason = f"承诺只能改期{most}次{ours}，已经改期{kept.times}次；仍不能兑现的，请重新办理。"
        return Refusal(reason, norms.COMMITMENT_KEEP)
    return None


def is_anonymous(facts: object) -> bool:
    """Whether nobody knows who asked; of a matter on the list somebody is known."""
    return isinstance(facts, CaseFacts) and facts.anonymous


def asked_of_renewal(facts: object, pack: Pack) -> Needs:
    """How whoever asked was told of the new day."""
    return asked_to_tell(norms.COMMITMENT_KEEP, anonymous=is_anonymous(facts))


@carries_out(norms.COMMITMENT_KEEP)
def may_renew_until(due_on: date, *, today: date) -> Refusal | None:
    """新的日期在今天之后。"""
    if due_on <= today:
        return Refusal(f"新的兑现日期须在今天（{today}）之后。", norms.COMMITMENT_KEEP, field="due_on")
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_break(kept: CommitmentRow | None, *, today: date) -> Refusal | None:
    """兑现日期过去而没有报告兑现的，即为没有兑现。"""
    if kept is None or kept.standing is not Standing.OPEN or kept.due_on >= today:
        return Refusal("没有到期未兑现的承诺事项。", norms.COMMITMENT_KEEP, moot=True)
    return None


@carries_out(norms.COMMITMENT_KEEP)
def may_end_promiser(promised: int, *, followed: bool) -> Refusal | None:
    """单位还有没兑现的承诺事项的，撤销须有单位承接。"""
    if not promised or followed:
        return None
    reason = f"这个单位还有{promised}项承诺没有兑现，请写明承接单位。"
    return Refusal(reason, norms.COMMITMENT_KEEP, field="successor")
