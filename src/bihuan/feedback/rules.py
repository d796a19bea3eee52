"""Rules of review, call-back, rework and closing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bihuan.cases.stages import ANSWERED, ENDS
from bihuan.cases.types import CaseFacts, ClosureType, DutyKind, Part, Stage
from bihuan.commitments.rules import may_conclude_as
from bihuan.feedback.types import CallbackMethod, CallbackRow, Solved
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Need, Needs
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import OUR_NUMBER, Pack

CLOSABLE = (ClosureType.SOLVED, ClosureType.PARTIAL, ClosureType.EXPLAINED, ClosureType.PROMISED)


def handlers(case: CaseFacts) -> frozenset[str]:
    """The units that handle the case: its lead, and whoever was asked to join."""
    joined = (case.parts.get(part, frozenset()) for part in (Part.CO, Part.RESPONDER))
    return frozenset((case.lead,) if case.lead else ()).union(*joined)


@carries_out(norms.REVIEW, norms.SEPARATION, norms.SEND_BACK)
def may_review(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """审核须由承办单位以外、没有起草或审签答复的人进行。"""
    if actor.account in (case.answered_by, case.signed_off_by) and pack.binds(norms.SEPARATION):
        return Refusal("答复是您起草或审签的，须由另一人审核。", norms.SEPARATION)
    if handlers(case) & {seat.unit for seat in actor.seats if seat.unit != case.desk} and pack.binds(norms.REVIEW):
        return Refusal("您同时在承办或者参加办理的单位任职，须由另一机构的人审核。", norms.REVIEW)
    return None


@carries_out(norms.REVIEW, norms.CALLBACK)
def may_approve(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """审核通过后转回访：审核人与办理人分离，诉求人可以回访。"""
    return may_review(case, actor, now, pack) or may_pass_to_callback(case)


@carries_out(norms.SEPARATION, norms.CALLBACK)
def may_call_back(case: CaseFacts, actor: Actor, *, pack: Pack) -> Refusal | None:
    """办理、审签、审核过本件的人不得回访；承办单位不得回访自己办的件。"""
    if not pack.binds(norms.SEPARATION):
        return None
    if handlers(case) & actor.units:
        return Refusal("您在承办或者参加办理的单位任职，本单位不得回访自己办理的诉求。", norms.SEPARATION)
    if actor.account in (case.answered_by, case.signed_off_by, case.reviewed_by):
        return Refusal("本件由您办理、审签或审核，须由另一人回访。", norms.SEPARATION)
    return None


@carries_out(norms.CLOSE_WITHOUT_CALLBACK, norms.REVIEW)
def may_close_without_callback(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有匿名、或诉求人不要求回访的，可以不回访办结，由可以审核的人办理。"""
    if refusal := may_review(case, actor, now, pack):
        return refusal
    if pack.binds(norms.CALLBACK) and case.callback_wanted and not case.anonymous:
        return Refusal("诉求人接受回访，须先回访再办结。", norms.CLOSE_WITHOUT_CALLBACK)
    return None


@carries_out(norms.CALLBACK)
def may_pass_to_callback(case: CaseFacts) -> Refusal | None:
    """匿名或不要求回访的，无从回访。"""
    if case.anonymous or not case.callback_wanted:
        return Refusal("诉求人匿名或不要求回访，请直接审核办结。", norms.CALLBACK)
    return None


@carries_out(norms.CALLBACK_ATTEMPTS)
def tried_enough(attempts: Iterable[datetime], *, pack: Pack) -> bool:
    """联系不上的，按规定次数、分两天以上联系过，才不再联系。"""
    most = pack.parameter(norms.CALLBACK_ATTEMPTS, "max", 3)
    tried = [at.astimezone(ZONE).date() for at in attempts]
    return len(tried) >= most and len(set(tried)) >= min(2, most)


def _already(callbacks: Sequence[CallbackRow]) -> str:
    """What a requester is told who has spoken, or been heard, in this round."""
    own = any(c.reached and c.method is CallbackMethod.SELF for c in callbacks)
    return "您已经评价过这一轮办理。" if own else "受理单位已经登记了您的意见。"


@carries_out(norms.CALLBACK_ATTEMPTS)
def may_record_callback(
    case: CaseFacts, actor: Actor, callbacks: Sequence[CallbackRow], *, pack: Pack, parent: CaseFacts | None = None
) -> Refusal | None:
    """一轮办理只记一次有效回访，由可以回访的人登记；并单的，看主单是谁办的。"""
    if refusal := may_hear_joined(case) if case.stage is Stage.MERGED else None:
        return refusal
    if refusal := may_call_back(parent or case, actor, pack=pack):
        return refusal
    if any(c.reached for c in callbacks) and actor.is_requester:
        return Refusal(_already(callbacks), None)
    if any(c.reached for c in callbacks):
        again = pack.binds(norms.REWORK) and may_rework(case, actor, callbacks, pack=pack) is None
        return Refusal(f"本轮已有有效回访，请{'发回重办' if again else '办结'}。", norms.CALLBACK_ATTEMPTS)
    return None


def heard(callbacks: Sequence[CallbackRow]) -> CallbackRow | None:
    """What the requester said: the last that stands."""
    return next((c for c in reversed(callbacks) if c.reached), None)


@carries_out(norms.CALLBACK)
def may_contest(callbacks: Sequence[CallbackRow], *, contested: bool) -> Refusal | None:
    """工作人员登记的回访，诉求人说与其所说不符的，可以提出一次异议。"""
    said = heard(callbacks)
    if said is None or said.method is CallbackMethod.SELF:
        return Refusal("受理单位没有登记过您的意见，不用提出异议。", norms.CALLBACK, moot=True)
    if contested:
        return Refusal("您已经提出过异议。", norms.CALLBACK, moot=True)
    return None


@carries_out(norms.CALLBACK, norms.SEPARATION)
def may_check_callback(
    case: CaseFacts, actor: Actor, callbacks: Sequence[CallbackRow], *, pack: Pack
) -> Refusal | None:
    """回访记录由登记回访以外、不在承办和参加办理的单位任职的人核实。"""
    if DutyKind.CALLBACK_CHECK not in case.duties:
        return Refusal("没有待核实的回访记录。", norms.CALLBACK, moot=True)
    if handlers(case) & actor.units and pack.binds(norms.SEPARATION):
        return Refusal("您在承办或者参加办理的单位任职，回访记录须由另一人核实。", norms.SEPARATION)
    if (said := heard(callbacks)) is not None and said.by == actor.account:
        return Refusal("回访是您登记的，须由另一人核实。", norms.SEPARATION)
    return None


@carries_out(norms.CALLBACK)
def may_say_so(method: CallbackMethod, actor: Actor) -> Refusal | None:
    """回访方式须与说话的人一致：网上评价只由诉求人本人作出，他人不得代填。"""
    if (method is CallbackMethod.SELF) == actor.is_requester:
        return None
    others = "“诉求人在网上评价”只由诉求人本人作出，请选择您实际回访的方式。"
    return Refusal("您是诉求人，请选择网上评价。" if actor.is_requester else others, norms.CALLBACK, field="method")


@carries_out(norms.CLOSE, norms.CALLBACK, norms.CALLBACK_ATTEMPTS, norms.REWORK)
def may_close(case: CaseFacts, actor: Actor, callbacks: Sequence[CallbackRow], *, pack: Pack) -> Refusal | None:
    """办结须有有效回访，或已按规定次数、分两天以上联系不上；不满意且未解决的须重办（重办次数用尽的除外）。"""
    if refusal := may_call_back(case, actor, pack=pack):
        return refusal
    heard_or_tried = any(c.reached for c in callbacks) or tried_enough((c.at for c in callbacks), pack=pack)
    if not heard_or_tried and pack.binds(norms.CALLBACK_ATTEMPTS):
        most, ours = (
            pack.parameter(norms.CALLBACK_ATTEMPTS, "max", 3),
            pack.by_default(norms.CALLBACK_ATTEMPTS, "max"),
        )
        days = f"、分两天以上{OUR_NUMBER}" if most > 1 else ours
        wanted = f"联系不上的须回访{most}次{days}"
        return Refusal(f"还没有有效回访；{wanted}，目前{len(callbacks)}次。", norms.CALLBACK_ATTEMPTS)
    if pack.binds(norms.REWORK) and may_rework(case, actor, callbacks, pack=pack) is None:
        return Refusal("诉求人不满意且问题未解决，须发回重办。", norms.REWORK)
    return None


@carries_out(norms.CLOSE, norms.CALLBACK)
def may_close_as(closure: ClosureType, callbacks: Sequence[CallbackRow], *, pack: Pack) -> Refusal | None:
    """办结方式须与回访一致：诉求人说未解决，或不满意、说答复不属实的，不得按“已解决”办结。"""
    if closure not in CLOSABLE:
        return Refusal("办结方式应为已解决、部分解决、解释说明或承诺办理。", None, field="closure")
    if refusal := may_conclude_as(closure, pack=pack, field="closure"):
        return refusal
    said = heard(callbacks)
    if closure == ClosureType.SOLVED and said is not None and (said.solved == Solved.NO or said.dissatisfied):
        return Refusal("诉求人说问题未解决，不能按“已解决”办结。", norms.CALLBACK, field="closure")
    return None


AGREES: Mapping[Solved, frozenset[ClosureType]] = {
    Solved.YES: frozenset({ClosureType.SOLVED, ClosureType.PROMISED}),
    Solved.PARTLY: frozenset({ClosureType.PARTIAL, ClosureType.EXPLAINED, ClosureType.PROMISED}),
    Solved.NO: frozenset({ClosureType.EXPLAINED, ClosureType.PROMISED}),
}
"""What the requester says → as what a case is closed that agrees with it."""


def differs(closure: ClosureType, callbacks: Sequence[CallbackRow]) -> str:
    """What the requester says, where a case is closed as something else; nothing where that agrees."""
    said = heard(callbacks)
    word = Solved(said.solved) if said is not None and said.solved else None
    return "" if word is None or closure in AGREES[word] else word.label


def asked_of_closing(callbacks: Sequence[CallbackRow]) -> Needs:
    """Why a case is closed as something else than its requester says."""
    otherwise = [closure for closure in CLOSABLE if differs(closure, callbacks)]
    if not otherwise:
        return {}
    words = differs(otherwise[0], callbacks)
    why = f"诉求人在回访中说“{words}”，办结方式与它不一致，请在说明中写明理由。"
    return {"note": (Need(why, norms.CALLBACK, when={"closure": otherwise}),)}


def closures(callbacks: Sequence[CallbackRow], *, pack: Pack) -> list[str]:
    """As what a case may be closed after these call-backs."""
    return [closure for closure in CLOSABLE if may_close_as(closure, callbacks, pack=pack) is None]


def methods(actor: Actor) -> list[str]:
    """How somebody may say that they called back."""
    return [method for method in CallbackMethod if may_say_so(method, actor) is None]


@carries_out(norms.REWORK)
def may_rework(case: CaseFacts, actor: Actor, callbacks: Sequence[CallbackRow], *, pack: Pack) -> Refusal | None:
    """不满意且未解决（或答复不属实）的发回重办，不超过规定次数。"""
    if refusal := may_call_back(case, actor, pack=pack):
        return refusal
    reached = heard(callbacks)
    if reached is None or not reached.dissatisfied:
        return Refusal("只有诉求人不满意且问题未解决或答复不属实的，才能发回重办。", norms.REWORK)
    most = pack.parameter(norms.REWORK, "max", 2)
    if case.reworks >= most:
        ours = pack.by_default(norms.REWORK, "max")
        reason = f"最多重办{most}次{ours}，本件已重办{case.reworks}次，不再重办；请按实际情况办结，由⟨reviewer⟩跟进。"
        return Refusal(reason, norms.REWORK)
    return None


@carries_out(norms.REOPEN)
def may_reopen(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """没有派过单的（当即答复的）不重新办理，应另行登记。"""
    if case.lead is None:
        return Refusal("本件当即答复办结，没有承办单位；有新情况请另行登记。", norms.REOPEN)
    return None


@carries_out(norms.UNSOLVED, norms.SEPARATION)
def may_decide_unsolved(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """重办后仍不满意、未解决而办结的，才由受理单位决定不再办理；承办和参加办理的单位不替自己决定。"""
    if DutyKind.UNSOLVED_FOLLOW_UP not in case.duties:
        return Refusal("没有待跟进的未解决事项。", norms.UNSOLVED, moot=True)
    elsewhere = {seat.unit for seat in actor.seats if seat.unit != case.desk}
    if handlers(case) & elsewhere and pack.binds(norms.SEPARATION):
        return Refusal("您在承办或者参加办理的单位任职，须由另一人决定。", norms.SEPARATION)
    return None


@carries_out(norms.ARCHIVE, limits=(LimitName.ARCHIVE,))
def may_archive(*, ripe_at: datetime, now: datetime) -> Refusal | None:
    """办结满规定期限方可归档。"""
    if now < ripe_at:
        return Refusal(f"{ripe_at:%Y-%m-%d}前不能归档。", norms.ARCHIVE)
    return None


@carries_out(norms.MERGE_REPEATS, norms.CALLBACK)
def may_hear_joined(case: CaseFacts) -> Refusal | None:
    """并单的诉求人，主单答复以后才回访；不要求回访的只告知结果。"""
    if DutyKind.TELL_RESULT not in case.duties:
        return Refusal("主单还没有新的答复，或者已经告知诉求人，现在不用回访。", norms.MERGE_REPEATS, moot=True)
    if not case.callback_wanted:
        return Refusal("诉求人不要求回访，请登记告知结果。", norms.CALLBACK)
    return None


@carries_out(norms.MERGE_REPEATS, norms.CALLBACK)
def may_tell_result(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """主单答复以后告知并单的诉求人；诉求人接受回访的，以回访告知。"""
    if DutyKind.TELL_RESULT not in case.duties:
        return Refusal("主单还没有新的答复，或者已经告知诉求人。", norms.MERGE_REPEATS, moot=True)
    if case.callback_wanted and pack.binds(norms.CALLBACK):
        return Refusal("诉求人接受回访，请登记回访，告知结果并听取评价。", norms.CALLBACK)
    return None


@carries_out(norms.MERGE_REPEATS)
def may_follow_answer(parent: CaseFacts) -> Refusal | None:
    """主单的答复审核通过后，并单的诉求人才有结果可告知。"""
    if parent.stage not in ANSWERED:
        return Refusal("主单还没有审核通过的答复。", norms.MERGE_REPEATS)
    return None


@carries_out(norms.MERGE_REPEATS)
def may_go_on_alone(parent: CaseFacts) -> Refusal | None:
    """主单没有答复就终结的，并单的恢复单独办理。"""
    if parent.stage not in ENDS - ANSWERED:
        return Refusal("主单还在办理，或者已有答复。", norms.MERGE_REPEATS)
    return None
