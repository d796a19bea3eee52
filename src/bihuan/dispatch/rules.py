"""Rules of dispatch and handling."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bihuan.cases.rules import (
    BASED,
    DESK_SPEAKS,
    asked_of_ground,
    asked_to_tell,
    counted_by_law,
    grounds,
    may_ask_desk,
    may_be_told_by,
    may_pass_on,
    tried_enough,
)
from bihuan.cases.types import DESK_HEAD, DESK_SPEAKER, Basis, CaseFacts, ClosureType, DutyKind
from bihuan.commitments.rules import conclusions, may_conclude_as
from bihuan.dispatch.types import AT_ONCE, Draft, FeedbackMethod, LawUnit, Length, SetStatutoryLimit, UnitFollowUp
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.rules import may_take_work
from bihuan.organisations.types import AppointmentRow, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import told, untimely
from bihuan.policy.limits import LimitName, Unit
from bihuan.policy.pack import Capacity, GroundOf, Pack
from bihuan.text.folding import fold

ANSWERABLE = (ClosureType.SOLVED, ClosureType.PARTIAL, ClosureType.EXPLAINED, ClosureType.PROMISED)


@carries_out(norms.ONE_LEAD, norms.FIRST_RECEIVER, norms.DISPATCH_WITH_BASIS)
def may_dispatch_to(unit: UnitFacts | None, *, desk: str, pack: Pack, field: str = "lead") -> Refusal | None:
    """派单须给一个已启用、责任人在任的承办单位；受理单位不得把自己受理的件派给自己复核。"""
    if unit is None or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("没有这个承办单位。", None, field=field)
    if not unit.active:
        return Refusal(f"{unit.name}尚未启用（责任人未明确），不能派单。", norms.ONE_LEAD, field=field)
    if unit.code == desk:
        return Refusal("承办单位不能是受理单位自己，否则无法由另一机构审核。", norms.ONE_LEAD, field=field)
    return may_take_work(unit, pack, field=field)


@carries_out(norms.DESIGNATE_LEAD, norms.DETERMINATION_ASSIGN)
def may_designate(*, lead: str, co_units: Collection[str], basis: Basis, pack: Pack) -> Refusal | None:
    """牵头单位不得同时列为协办单位；有协办单位的，牵头单位即为指定首接。"""
    if lead in co_units or len(set(co_units)) != len(co_units):
        return Refusal("协办单位不能重复，也不能是牵头单位自己。", norms.DESIGNATE_LEAD, field="co_units")
    if co_units and not (pack.binds(norms.DESIGNATE_LEAD) and pack.binds(norms.LINKAGE_REQUEST)):
        return Refusal("本地规定没有协办单位联动办理这一环节，不能指定协办单位。", None, field="co_units")
    if basis in (Basis.ADJUDICATION, Basis.INSTRUCTION):
        if pack.binds(norms.DETERMINATION_ASSIGN):
            reason = f"依据为“{basis.label}”的，先启动责任主体认定，再在其中按认定结果派单。"
            return Refusal(reason, norms.DETERMINATION_ASSIGN, field="basis_kind")
        reason = f"本地规定没有责任主体认定这一环节，没有“{basis.label}”可以作依据，请另选派单依据。"
        return Refusal(reason, None, field="basis_kind")
    if basis == Basis.DESIGNATION and not pack.binds(norms.DESIGNATE_LEAD):
        return Refusal("本地规定没有指定首接这一环节。", None, field="basis_kind")
    return None


def is_designated(*, co_units: Collection[str], basis: Basis) -> bool:
    """Whether the centre designates the lead with this dispatch."""
    return bool(co_units) or basis == Basis.DESIGNATION


@carries_out(norms.MISDIRECTED, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD)
def may_take_from_lead(*, determined: bool) -> Refusal | None:
    """经认定或者由领导指定的承办单位，只能经认定改变。"""
    if determined:
        return Refusal(
            "承办单位是经联合认定或者由⟨leadership⟩指定的，只能重新认定，不能撤回、改派。",
            norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD,
        )
    return None


@carries_out(norms.MISDIRECTED)
def may_go_back(*, ended: bool) -> Refusal | None:
    """承办单位撤销的，工单收回重新分派。"""
    return None if ended else Refusal("承办单位没有撤销，仍由它承办。", norms.MISDIRECTED)


@carries_out(norms.MISDIRECTED)
def may_end_handler(pack: Pack, *, followed: bool) -> Refusal | None:
    """没有单位承接的，工单收回重新分派；规则中没有改派的，撤销须有单位承接。"""
    if followed or pack.binds(norms.MISDIRECTED):
        return None
    reason = "本地规定没有收回重新分派这一环节，请写明承接单位。"
    return Refusal(reason, norms.MISDIRECTED, field="successor")


def bases(pack: Pack) -> list[str]:
    """By what a case may be given to a unit at the desk, where the local rule knows it and no other act is for it."""
    return [basis for basis in Basis if may_designate(lead="", co_units=(), basis=basis, pack=pack) is None]


ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+条")
"""How an article of a law is named."""


def says_laws(case: CaseFacts, actor: Actor, pack: Pack) -> bool:
    """Whether the actor is one who says that a law gives the case a limit of its own."""
    by_head = pack.parameter(norms.STATUTORY_LIMIT, "by_head", False)
    return not by_head or actor.holds(*DESK_HEAD.posts, unit=case.desk)


@carries_out(norms.STATUTORY_LIMIT)
def may_set_statutory_limit(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """由本地规定授权的人确定；办理时限已过的，不能再改为法定时限。"""
    if not says_laws(case, actor, pack):
        return Refusal("本地规定由受理单位负责人确定法定时限。", norms.STATUTORY_LIMIT)
    due = [at for kind, at in case.duties.items() if counted_by_law(kind, pack)]
    if due and now > min(due):
        return Refusal(f"办理时限已过（{told(min(due))}），不能再改为法定时限。", norms.STATUTORY_LIMIT)
    return None


def bounds_of_law(unit: LawUnit, pack: Pack) -> tuple[int, int]:
    """How short and how long a limit by a law may be."""
    if unit is LawUnit.DAYS:
        shortest = pack.parameter(norms.STATUTORY_LIMIT, "shortest_days", 1)
        return shortest, pack.parameter(norms.STATUTORY_LIMIT, "longest_days", 90)
    shortest = pack.parameter(norms.STATUTORY_LIMIT, "shortest_working_days", 1)
    return shortest, pack.parameter(norms.STATUTORY_LIMIT, "longest_working_days", 60)


@carries_out(norms.STATUTORY_LIMIT)
def may_be_the_law(fields: SetStatutoryLimit, *, pack: Pack) -> Refusal | None:
    """写明第几条，期限在本地规定允许的范围内。"""
    if not ARTICLE.search(fields.article):
        return Refusal("请写明是第几条，如 第四十二条。", norms.STATUTORY_LIMIT, field="article")
    shortest, longest = bounds_of_law(fields.unit, pack)
    if not shortest <= fields.amount <= longest:
        reason = f"本地规定法定时限须在{_within_law(fields.unit, pack)}之间。"
        return Refusal(reason, norms.STATUTORY_LIMIT, field="amount")
    return None


@carries_out(norms.STATUTORY_LIMIT)
def may_be_due_by_law(due: Collection[datetime], *, now: datetime) -> Refusal | None:
    """改为法定时限，不能使正在办理的已经逾期。"""
    if due and min(due) <= now:
        reason = f"按这个期限算到{told(min(due))}，已经过了；期限不能改得使承办单位已经逾期。"
        return Refusal(reason, norms.STATUTORY_LIMIT, field="amount")
    return None


@carries_out(norms.MISDIRECTED)
def may_recall_for(reason: str, *, assigned_at: datetime | None, now: datetime) -> Refusal | None:
    """派出十分钟内可以直接撤回，之后须写明理由。"""
    if not reason and (assigned_at is None or now > assigned_at + AT_ONCE):
        return Refusal("派出已满十分钟，撤回须写明理由。", norms.MISDIRECTED, field="reason")
    return None


@carries_out(norms.MISDIRECTED)
def may_redispatch_to(lead: str, *, case: CaseFacts) -> Refusal | None:
    """改派给另一个单位。"""
    if lead == case.lead:
        return Refusal("本件就在这个单位，改派须另选承办单位。", norms.MISDIRECTED, field="lead")
    return None


@carries_out(norms.RETURN_BARRED_FOR_DESIGNATED_LEAD, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD)
def may_return(case: CaseFacts, actor: Actor, now: datetime, pack: Pack, *, determined: bool = False) -> Refusal | None:
    """被指定的首接单位、经认定的或者认定中由领导指定的承办主体不得退单。"""
    if bar := barred(case, pack, determined=determined):
        return Refusal(f"本单位是{bar.lead}，不得以任何理由推脱、退单。", bar.norm, evidence=True)
    return None


class Barred(NamedTuple):
    """Why a lead may not give its case back: by which norm, and as what it was named."""

    norm: Norm
    lead: str


def barred(case: CaseFacts, pack: Pack, *, determined: bool = False) -> Barred | None:
    """What bars the lead from giving the case back, if anything does; `determined` where the leadership designated it
    on a determination."""
    by_bodies, by_desk = norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD, norms.RETURN_BARRED_FOR_DESIGNATED_LEAD
    bars = (
        (case.adjudicated, Barred(by_bodies, "经联合认定的承办主体")),
        (case.designated and determined, Barred(by_bodies, "责任主体认定中由⟨leadership⟩指定的承办主体")),
        (case.designated, Barred(by_desk, "被指定的首接单位")),
    )
    return next((bar for so, bar in bars if so and pack.binds(bar.norm)), None)


@carries_out(norms.RETURN_WITHIN_WINDOW, limits=(LimitName.RETURN_REQUEST,))
def may_return_now(*, window_ends_at: datetime | None, now: datetime) -> Refusal | None:
    """退单须在派单后的规定时限内提出。"""
    if window_ends_at is not None and now > window_ends_at:
        return Refusal(f"退单时限已过（截止{told(window_ends_at)}），应继续办理。", norms.RETURN_WITHIN_WINDOW)
    return None


@carries_out(norms.RETURN_NOT_OWN_DUTY, norms.RETURN_WITHIN_WINDOW)
def may_request_return(
    case: CaseFacts,
    actor: Actor,
    now: datetime,
    pack: Pack,
    *,
    window_ends_at: datetime | None,
    determined: bool = False,
) -> Refusal | None:
    """可以退单的承办单位，在规定时限内申请退单。"""
    return may_return(case, actor, now, pack, determined=determined) or may_return_now(
        window_ends_at=window_ends_at, now=now
    )


@carries_out(norms.RETURN_NOT_OWN_DUTY)
def may_return_on(*, contacted_at: datetime, assigned_at: datetime | None, now: datetime) -> Refusal | None:
    """退单前须与受理平台沟通：沟通应在派单之后、现在之前。"""
    if words := untimely(contacted_at, of="派单", since=assigned_at, now=now):
        return Refusal(f"沟通时间{words}。", norms.RETURN_NOT_OWN_DUTY, field="contacted_at")
    return None


RETURNS_ASKED = 2
"""So often a unit asks to give one dispatch back: the second time on other grounds than those that were refused."""


@carries_out(norms.RETURN_DECIDED_BY_DESK)
def may_ask_to_return_again(basis: str, *, refused: Collection[str]) -> Refusal | None:
    """受理单位不同意退单的，同一次派单只能凭新的依据再申请一次。"""
    if len(refused) >= RETURNS_ASKED:
        said = f"本次派单已申请退单{len(refused)}次，受理单位都没有同意，应继续办理。"
        return Refusal(said, norms.RETURN_DECIDED_BY_DESK, evidence=True)
    return may_ask_again(basis, refused=refused, norm=norms.RETURN_DECIDED_BY_DESK, field="basis")


@carries_out(norms.RETURN_DECIDED_BY_DESK, norms.EXTENSION_WITH_APPROVAL, norms.AWAIT_REQUESTER, norms.TERMINATE)
def may_ask_again(ground: str, *, refused: Collection[str], norm: Norm, field: str = "reason") -> Refusal | None:
    """受理单位没有同意的，不能以同样的理由再申请；有新情况的，写明新的理由。"""
    if _letters(ground) in {_letters(before) for before in refused}:
        said = "受理单位已经不同意以这一理由申请；有新的情况、新的依据的，写明以后再申请。"
        return Refusal(said, norm, field=field)
    return None


def _letters(text: str) -> str:
    """What is compared of a ground: other punctuation makes no other one."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


def _clock(case: CaseFacts) -> datetime | None:
    """The due moment of the handling, first or again."""
    return case.duties.get(DutyKind.HANDLE) or case.duties.get(DutyKind.REWORK)


@carries_out(norms.EXTENSION_WITH_APPROVAL)
def may_request_extension(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """延期须在到期前申请，且不超过规定次数。"""
    if DutyKind.EXTENSION_DECISION in case.duties:
        return Refusal("已有一项延期申请待审批。", norms.EXTENSION_WITH_APPROVAL)
    return _may_extend(case, now, pack, norms.EXTENSION_WITH_APPROVAL)


@carries_out(norms.EXTENSION_BY_NOTICE)
def may_notify_extension(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只须告知的延期也须在到期前，且不超过规定次数。"""
    return _may_extend(case, now, pack, norms.EXTENSION_BY_NOTICE)


def _may_extend(case: CaseFacts, now: datetime, pack: Pack, norm: Norm) -> Refusal | None:
    times = pack.parameter(norm, "times", 1)
    if case.extensions >= times:
        ours = pack.by_default(norm, "times")
        return Refusal(f"每件最多延期{times}次{ours}，本件已延期{case.extensions}次。", norm)
    due_at = _clock(case)
    if due_at is None or now > due_at:
        return Refusal("办理时限已过，不能再申请延期。", norm)
    return None


def titles_of_extension(pack: Pack) -> Mapping[str, str]:
    """What is asked for is counted in the unit of the regulation's limit, and goes no further."""
    if LimitName.EXTENSION not in pack.limits:
        return {}
    most = pack.limit(LimitName.EXTENSION).limit
    return {"days": f"{Length(most.unit.value).label}，最多{most.amount}"} if most.unit.value in set(Length) else {}


def titles_of_hanging(pack: Pack) -> Mapping[str, str]:
    """How far away the day may be on which one looks again."""
    if LimitName.HANG_REVIEW not in pack.limits:
        return {}
    return {"review_on": f"复核日期，最长间隔{pack.limit(LimitName.HANG_REVIEW).limit.words}"}


def titles_of_law(pack: Pack) -> Mapping[str, str]:
    """Between which lengths a limit by a law may be."""
    return {"amount": f"法定期限，{'或者'.join(_within_law(unit, pack) for unit in LawUnit)}"}


def _within_law(unit: LawUnit, pack: Pack) -> str:
    shortest, longest = bounds_of_law(unit, pack)
    return f"{shortest}至{longest}{'个' if unit is LawUnit.WORKING_DAYS else ''}{unit.label}"


@carries_out(norms.EXTENSION_WITH_APPROVAL, norms.EXTENSION_BY_NOTICE, limits=(LimitName.EXTENSION,))
def may_extend_by(days: int, *, pack: Pack, norm: Norm = norms.EXTENSION_WITH_APPROVAL) -> Refusal | None:
    """延长的时间按规定时限的单位计算，不得超过规定。"""
    most = pack.limit(LimitName.EXTENSION).limit
    if most.unit is Unit.END_OF_DAY or days > most.amount:
        return Refusal(f"最多延长{most.words}。", norm, field="days")
    return None


@carries_out(norms.EXTENSION_WITH_APPROVAL)
def may_decide_extension(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有已提出的延期申请才能审批。"""
    if DutyKind.EXTENSION_DECISION not in case.duties:
        return Refusal("没有待审批的延期申请。", norms.EXTENSION_WITH_APPROVAL)
    return None


@carries_out(norms.FIRST_CONTACT, norms.IDENTITY_PROTECTED)
def may_record_contact(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """匿名诉求无从联系；要求保密的由受理单位联系，其他的由承办单位联系；首次联系只登记一次。"""
    if case.anonymous:
        return Refusal("匿名诉求没有联系方式。", norms.FIRST_CONTACT)
    for_desk = actor.holds(*DESK_SPEAKER.posts, unit=case.desk)
    if case.confidential and not for_desk:
        return Refusal(f"{DESK_SPEAKS}。", norms.IDENTITY_PROTECTED)
    if for_desk and not case.confidential and not actor.holds(Post.HANDLER, unit=case.lead):
        return Refusal("诉求人没有要求保密，由承办单位联系。", norms.FIRST_CONTACT, moot=True)
    if case.contacted_at is not None:
        return Refusal("首次联系已登记。", norms.FIRST_CONTACT)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_relay(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有要求保密的，承办单位才请受理单位转达。"""
    return may_ask_desk(confidential=case.confidential)


@carries_out(norms.IDENTITY_PROTECTED)
def may_answer_relay(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """有待转达的，受理单位才登记转达情况。"""
    return may_pass_on(owed=DutyKind.RELAY in case.duties)


@carries_out(norms.FIRST_CONTACT)
def may_have_happened(at: datetime, *, now: datetime, field: str, since: datetime | None = None) -> Refusal | None:
    """登记的事情不得发生在将来，也不得发生在派单之前。"""
    if words := untimely(at, of="派单", since=since, now=now):
        return Refusal(f"时间{words}。", None, field=field)
    return None


@carries_out(norms.FIRST_CONTACT)
def is_out_of_reach(attempts: Collection[datetime]) -> bool:
    """联系两次以上、相隔两小时以上都联系不上的，首次联系的时限不再计算。"""
    return bool(attempts) and tried_enough(max(attempts), earlier=attempts)


@carries_out(norms.AWAIT_REQUESTER)
def may_await(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """匿名诉求无从补充；一轮办理中自行等待两次，再等的须经受理单位同意。"""
    if case.anonymous:
        return Refusal("匿名诉求无法等待补充。", norms.AWAIT_REQUESTER)
    if case.waits >= OWN_WAITS:
        return Refusal(f"本轮已等待诉求人补充{case.waits}次，再等待的须向受理单位申请。", norms.AWAIT_REQUESTER)
    return None


OWN_WAITS = 2
"""So often in a round a unit waits for the requester without asking."""


@carries_out(norms.AWAIT_REQUESTER)
def may_request_wait(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """自行等待两次以后，才需要申请再次等待；一次只有一项申请。"""
    if case.anonymous:
        return Refusal("匿名诉求无法等待补充。", norms.AWAIT_REQUESTER, moot=True)
    if case.waits < OWN_WAITS:
        reason = f"一轮办理中前{OWN_WAITS}次等待由承办单位自行决定，不需要申请。"
        return Refusal(reason, norms.AWAIT_REQUESTER, moot=True)
    if DutyKind.WAIT_DECISION in case.duties:
        return Refusal("已有一项再次等待的申请待审批。", norms.AWAIT_REQUESTER)
    return None


@carries_out(norms.AWAIT_REQUESTER)
def may_decide_wait(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有已提出的申请才能审批。"""
    if DutyKind.WAIT_DECISION not in case.duties:
        return Refusal("没有待审批的再次等待申请。", norms.AWAIT_REQUESTER, moot=True)
    return None


@carries_out(norms.AWAIT_REQUESTER)
def may_wait_for(left: timedelta | None) -> Refusal | None:
    """一轮办理中各次等待累计不超过等待补充的时限。"""
    if left is not None and left <= timedelta():
        return Refusal("本轮等待诉求人补充累计已满规定的时限，应继续办理。", norms.AWAIT_REQUESTER)
    return None


@carries_out(norms.AWAIT_REQUESTER)
def may_end_wait(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """等待补充的时限已过，才由系统恢复办理。"""
    until = case.duties.get(DutyKind.AWAIT_REQUESTER)
    if until is None or now <= until:
        return Refusal("等待补充的时限未到。", norms.AWAIT_REQUESTER)
    return None


@carries_out(
    norms.ANSWER_TWO_PARTS,
    norms.ANSWER_POLICY_BASIS,
    norms.ANSWER_TRUTH_DECLARED,
    norms.ANSWER_EXPLAINED,
    norms.HANDLE_WITHIN_LIMIT,
)
def may_answer(
    case: CaseFacts,
    *,
    outcome: ClosureType,
    policy_basis: str,
    truthful: bool,
    pack: Pack,
) -> Refusal | None:
    """答复须声明真实；解释类、投诉举报类须写政策依据。"""
    if outcome not in ANSWERABLE:
        return Refusal("办理结果应为已解决、部分解决、解释说明或承诺办理。", None, field="outcome")
    if refusal := may_conclude_as(outcome, pack=pack, field="outcome"):
        return refusal
    if not truthful and pack.binds(norms.ANSWER_TRUTH_DECLARED):
        return Refusal("须声明本单位对回复内容的真实性负责。", norms.ANSWER_TRUTH_DECLARED, field="truthful")
    if outcome == ClosureType.EXPLAINED and not policy_basis and pack.binds(norms.ANSWER_EXPLAINED):
        return Refusal("暂不能解决的，须写明政策法规依据，向诉求人讲清。", norms.ANSWER_EXPLAINED, field="policy_basis")
    if case.appeal_type in BASED and not policy_basis and pack.binds(norms.ANSWER_POLICY_BASIS):
        return Refusal(
            f"{case.appeal_type.label}的答复须写明政策法规依据。", norms.ANSWER_POLICY_BASIS, field="policy_basis"
        )
    return None


FED_BACK = Need("答复前须先反馈诉求人，请填写反馈的方式、时间和反馈人。", norms.ANSWER_TWO_PARTS)
_DIRECTLY = {"feedback_method": tuple(way for way in FeedbackMethod if way is not FeedbackMethod.THROUGH_DESK)}
FED_BACK_BY: Needs = {
    "feedback_at": (Need("请填写什么时候反馈诉求人。", norms.ANSWER_TWO_PARTS, when=_DIRECTLY),),
    "feedback_by": (Need("请填写由谁反馈诉求人。", norms.ANSWER_TWO_PARTS, when=_DIRECTLY),),
}


@carries_out(norms.ANSWER_TWO_PARTS)
def may_have_fed_back(
    case: CaseFacts, *, feedback_method: FeedbackMethod | None, feedback_at: datetime | None, now: datetime
) -> Refusal | None:
    """答复前须先反馈诉求人，在派单之后（匿名除外）。"""
    if feedback_method is None and not case.anonymous:
        return Refusal(FED_BACK.reason, norms.ANSWER_TWO_PARTS, field="feedback_method", missing=True)
    if feedback_at is not None and (words := untimely(feedback_at, of="派单", since=case.assigned_at, now=now)):
        return Refusal(f"反馈时间{words}。", norms.ANSWER_TWO_PARTS, field="feedback_at")
    return None


SPOKEN = (FeedbackMethod.PHONE, FeedbackMethod.VISIT)
"""Ways of telling that somebody is reached by."""


@carries_out(norms.ANSWER_TRUTH_DECLARED)
def may_have_spoken(
    case: CaseFacts, *, feedback_method: FeedbackMethod | None, in_vain: Collection[datetime]
) -> Refusal | None:
    """登记的联系都没有联系上的，不得写电话、上门反馈；后来联系上了的，先登记。"""
    if feedback_method not in SPOKEN or not in_vain or case.contacted_at is not None:
        return None
    reason = (
        f"登记的{len(in_vain)}次联系都没有联系上诉求人，与“{feedback_method.label}”反馈不一致。"
        "后来联系上了的，先登记首次联系（已联系上）；没有联系上的，用短信或网络、书面反馈。"
    )
    return Refusal(reason, norms.ANSWER_TRUTH_DECLARED, field="feedback_method")


def answers(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """What an answer may say: how the case was handled, and by whom the requester was told."""
    told = [
        method
        for method in FeedbackMethod
        if may_be_told_by(through_desk=method is FeedbackMethod.THROUGH_DESK, confidential=case.confidential, field="")
        is None
    ]
    return {"outcome": conclusions(ANSWERABLE, pack), "feedback_method": told, **grounds(GroundOf.EXPLAIN, pack)}


def told_contradiction(case: CaseFacts, *, outcome: ClosureType, follow_up: UnitFollowUp | None) -> str:
    """In what an answer says otherwise than the form that was signed for the case; nothing where it does not."""
    said = (
        _unsolved(case) if outcome == ClosureType.SOLVED else "",
        _seen_otherwise(case) if follow_up and follow_up != case.form_follow_up else "",
    )
    return "，".join(filter(None, said))


def _unsolved(case: CaseFacts) -> str:
    return "未解决" if case.form_resolved is False else ""


def _seen_otherwise(case: CaseFacts) -> str:
    return f"诉求人{UnitFollowUp(case.form_follow_up).label}" if case.form_follow_up else ""


def _against_the_form(case: CaseFacts) -> list[Need]:
    """When an answer says otherwise than the form that was signed for the case, and has to say why."""
    otherwise = [view for view in UnitFollowUp if view != case.form_follow_up]
    differs = ((_unsolved(case), {"outcome": (ClosureType.SOLVED,)}), (_seen_otherwise(case), {"follow_up": otherwise}))
    return [
        Need(f"备案表写的是“{words}”，答复与它不一致，请说明理由。", norms.ANSWER_TRUTH_DECLARED, when=when)
        for words, when in differs
        if words
    ]


def asked_of_answer(case: CaseFacts, pack: Pack) -> Needs:
    """What an answer cannot do without on this case."""
    basis, explained = list[Need](), {"outcome": (ClosureType.EXPLAINED,)}
    if pack.binds(norms.ANSWER_EXPLAINED):
        words = "暂不能解决的，须写明政策法规依据，向诉求人讲清。"
        basis.append(Need(words, norms.ANSWER_EXPLAINED, when=explained))
    if case.appeal_type in BASED and pack.binds(norms.ANSWER_POLICY_BASIS):
        basis.append(Need(f"{case.appeal_type.label}的答复须写明政策法规依据。", norms.ANSWER_POLICY_BASIS))
    declared = Need("须声明本单位对回复内容的真实性负责。", norms.ANSWER_TRUTH_DECLARED)
    true = pack.binds(norms.ANSWER_TRUTH_DECLARED)
    differs = _against_the_form(case) if true else []
    by_ground = asked_of_ground(GroundOf.EXPLAIN, pack, when=explained)
    basis += by_ground.get("policy_basis", ())
    return {
        **by_ground,
        **({} if case.anonymous else {"feedback_method": (FED_BACK,)}),
        **({} if case.anonymous or case.confidential else FED_BACK_BY),
        **({"policy_basis": tuple(basis)} if basis else {}),
        **({"differs_because": tuple(differs)} if differs else {}),
        **({"truthful": (declared,)} if true else {}),
    }


@carries_out(norms.SIGN_OFF, norms.SEPARATION)
def may_sign_off(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """起草答复的人不得自己审签。"""
    if actor.account == case.answered_by:
        return Refusal("答复是您起草的，须由另一位负责人审签。", norms.SEPARATION)
    return None


@carries_out(norms.SIGN_OFF, norms.ANSWER_TRUTH_DECLARED)
def may_sign_off_answer(
    case: CaseFacts, actor: Actor, now: datetime, pack: Pack, *, given: Draft | None
) -> Refusal | None:
    """审签的不是自己起草的；先答复、后审签备案表的，答复也要与备案表一致，或者说明理由。"""
    return may_sign_off(case, actor, now, pack) or may_stand_beside_form(case, given=given, pack=pack)


@carries_out(norms.SIGN_OFF, norms.ANSWER_TRUTH_DECLARED)
def may_stand_beside_form(case: CaseFacts, *, given: Draft | None, pack: Pack) -> Refusal | None:
    """答复与备案表一致，或者说明理由。"""
    if given is None or not pack.binds(norms.ANSWER_TRUTH_DECLARED):
        return None
    words = told_contradiction(case, outcome=given.outcome, follow_up=given.follow_up)
    if words and words != given.explained:
        reason = f"备案表写的是“{words}”，答复与它不一致，没有说明理由，请退回修改。"
        return Refusal(reason, norms.ANSWER_TRUTH_DECLARED)
    return None


def grounds_to_return(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """On which grounds a case may be given back."""
    return dict(grounds(GroundOf.RETURN, pack))


@carries_out(norms.RETURN_NOT_OWN_DUTY)
def may_suggest(unit: str | None, *, case: CaseFacts) -> Refusal | None:
    """退单的，建议的承办单位是另一个单位。"""
    if unit == case.lead:
        reason = "建议承办单位应是另一个单位，不能是退单的单位自己。"
        return Refusal(reason, norms.RETURN_NOT_OWN_DUTY, field="suggested_unit")
    return None


def asked_of_return(case: CaseFacts, pack: Pack) -> Needs:
    """That one is named, and what it demands."""
    return asked_of_ground(GroundOf.RETURN, pack)


def grounds_to_terminate(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """On which grounds the handling may be ended."""
    return grounds(GroundOf.TERMINATE, pack)


def asked_of_termination(case: CaseFacts, pack: Pack) -> Needs:
    """That one is named, and what it demands; whoever may not give the case back shows by a paper that it must end."""
    asked = dict(asked_of_ground(GroundOf.TERMINATE, pack))
    if bar := barred(case, pack):
        words = "本单位不得以任何理由推脱；申请终止办理的，须附法定机关受理文书等证明材料。"
        asked["attachments"] = (Need(words, bar.norm), *asked.get("attachments", ()))
    return asked


@carries_out(norms.TERMINATE)
def may_request_termination(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """同一时间只能有一项终止办理申请。"""
    if DutyKind.TERMINATION_DECISION in case.duties:
        return Refusal("已有一项终止办理申请待审批。", norms.TERMINATE)
    return None


@carries_out(norms.TERMINATE)
def may_decide_termination(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """终止办理须有承办单位的书面申请。"""
    if DutyKind.TERMINATION_DECISION not in case.duties:
        return Refusal("承办单位没有提出终止办理申请。", norms.TERMINATE)
    return None


def asked_of_extension(case: CaseFacts, pack: Pack) -> Needs:
    """How whoever asked was told that it takes longer."""
    by_notice = pack.binds(norms.EXTENSION_BY_NOTICE)
    norm = norms.EXTENSION_BY_NOTICE if by_notice else norms.EXTENSION_WITH_APPROVAL
    return asked_to_tell(norm, anonymous=case.anonymous, field="requester_informed")


def asked_of_ending(case: CaseFacts, pack: Pack) -> Needs:
    """How whoever asked was told that the handling is ended."""
    return asked_to_tell(norms.TERMINATE, anonymous=case.anonymous)


def asked_of_hanging(case: CaseFacts, pack: Pack) -> Needs:
    """What hanging a case up cannot do without: its requester is told why it cannot be solved for now."""
    if case.anonymous or not pack.binds(norms.ANSWER_EXPLAINED):
        return {}
    words = "暂时不能解决的，由承办单位向诉求人解释、讲清政策，请写明怎样说明的。"
    return {"requester_told": (Need(words, norms.ANSWER_EXPLAINED),)}


@carries_out(norms.HANG)
def may_hang_until(review_on: date, *, today: date, latest: date) -> Refusal | None:
    """挂账须定复核日期，不得晚于规定的最长间隔。"""
    if not today < review_on <= latest:
        return Refusal(f"复核日期应在明天至{latest}之间。", norms.HANG, field="review_on")
    return None


@carries_out(norms.HANG)
def may_answer_for(leader: str, *, heads: Collection[AppointmentRow]) -> Refusal | None:
    """挂账的责任领导是承办单位在任的分管或主要负责人。"""
    names = {head.account: head.name for head in heads}
    if not names:
        reason = "承办单位没有在任的⟨deputy⟩或⟨head⟩，没有人可以作责任领导；请先由⟨administrator⟩补上任命。"
        return Refusal(reason, norms.HANG, field="leader")
    in_office = "、".join(f"{name}（{account}）" for account, name in names.items())
    if leader not in (*names, *names.values()):
        reason = f"责任领导填承办单位在任的⟨deputy⟩或⟨head⟩的姓名或账号，不填职务。现任：{in_office}。"
        return Refusal(reason, norms.HANG, field="leader")
    if leader not in names and list(names.values()).count(leader) > 1:
        return Refusal(f"在任的负责人中有同名的，责任领导请填账号：{in_office}。", norms.HANG, field="leader")
    return None


@carries_out(norms.HANG)
def may_confirm_hang(
    case: CaseFacts, actor: Actor, *, leader: str, heads: Collection[AppointmentRow]
) -> Refusal | None:
    """挂账由责任领导本人确认；已离任的，由承办单位在任的负责人确认。"""
    if DutyKind.HANG_CONFIRM not in case.duties:
        return Refusal("没有待确认的挂账。", norms.HANG, moot=True)
    named = next((head for head in heads if head.account == leader), None)
    if named is not None and actor.account != leader:
        return Refusal(f"须由责任领导本人（{named.name}）确认。", norms.HANG)
    return None
