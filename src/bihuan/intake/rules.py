"""Rules of intake."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from bihuan.cases.rules import asked_of_ground, asked_to_tell, grounds
from bihuan.cases.stages import ENDS
from bihuan.cases.types import AppealType, CaseFacts, Part
from bihuan.intake.types import Agreed, Confirmed, Register
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, told, untimely
from bihuan.policy.pack import Demand, Ground, GroundOf, Pack


@carries_out(norms.NAMED_CHANNEL)
def may_take_in(*, channel: str, desk: str | None, pack: Pack) -> Refusal | None:
    """只从规则列明、已确定受理单位的渠道登记。"""
    if channel not in pack.channels:
        named = "、".join(f"{code}（{known.label}）" for code, known in pack.channels.items())
        return Refusal(f"规则中没有渠道“{channel}”；有：{named}。", norms.NAMED_CHANNEL, field="channel")
    if desk is None:
        return Refusal(
            f"渠道“{pack.channels[channel].label}”还没有确定受理单位。", norms.NAMED_CHANNEL, field="channel"
        )
    return None


def asked_of_withdrawal(case: CaseFacts, pack: Pack) -> Needs:
    """What the desk must say that enters a withdrawal for the requester."""
    when, how = (
        "受理单位登记撤回的，须写明什么时候与诉求人确认。",
        "受理单位登记撤回的，须写明通过什么渠道与诉求人确认。",
    )
    return {"confirmed_how": (Need(how, norms.WITHDRAW),), "confirmed_at": (Need(when, norms.WITHDRAW),)}


@carries_out(norms.WITHDRAW)
def may_have_confirmed(at: datetime | None, *, registered_at: datetime, now: datetime) -> Refusal | None:
    """与诉求人确认撤回的时间在登记之后、现在之前。"""
    if at is not None and (words := untimely(at, of="登记", since=registered_at, now=now)):
        return Refusal(f"与诉求人确认的时间{words}。", norms.WITHDRAW, field="confirmed_at")
    return None


@carries_out(norms.WITHDRAW)
def may_contest(*, by_desk: bool, until: datetime | None, now: datetime) -> Refusal | None:
    """受理单位代为登记的撤回，诉求人在归档期限内可以说明没有撤回；本人凭查询码撤回的另行提出。"""
    if not by_desk:
        return Refusal("本件由诉求人凭查询码自行撤回，需要时请另提一件。", norms.WITHDRAW)
    if until is not None and now >= until:
        return Refusal(f"撤回已满归档期限（{until.astimezone(ZONE):%Y-%m-%d}），需要时请另提一件。", norms.WITHDRAW)
    return None


@carries_out(norms.NAMED_CHANNEL)
def may_be_public(channel: str, *, pack: Pack) -> Refusal | None:
    """诉求人只能从规则列明的网上渠道自行提交。"""
    named = pack.channels.get(channel)
    if named is None or not named.public:
        said = named.label if named else channel
        return Refusal(f"渠道“{said}”不是网上渠道，不能由诉求人自行提交。", norms.NAMED_CHANNEL, field="channel")
    return None


@carries_out(norms.CLOSE_WITHOUT_CALLBACK)
def may_leave_no_name(fields: Register, *, pack: Pack) -> Refusal | None:
    """规则没有规定匿名诉求怎样办结的，须留下联系方式。"""
    if fields.anonymous and not pack.binds(norms.CLOSE_WITHOUT_CALLBACK):
        return Refusal(
            "本地规定要求留下姓名和联系电话，不受理匿名诉求。", norms.CLOSE_WITHOUT_CALLBACK, field="anonymous"
        )
    return None


HARDLY = (Part.DESK, Part.FORMER, Part.MAIN)
"""Parts of whoever takes in a request, or merely may read it still, or what was joined."""


@carries_out(norms.IDENTITY_PROTECTED)
def may_name(case: CaseFacts, codes: Collection[str], *, names: Mapping[str, str]) -> Refusal | None:
    """补记的是原来没有登记的；要求保密的，它正参与办理的先让它退出。"""
    new = [code for code in codes if code not in case.accused]
    if not new:
        return Refusal("这些单位已经登记为被反映单位。", None, field="accused")
    at_work = frozenset[str]().union(*(units for part, units in case.parts.items() if part not in HARDLY))
    if case.secret and (there := [names.get(code, code) for code in new if code in at_work]):
        reason = f"{'、'.join(there)}正参与办理本件，诉求人要求保密：先改派、撤回派单或者让它退出联合办理，再登记。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="accused")
    return None


@carries_out(norms.REGISTER)
def may_be_accused(codes: Collection[str], *, known: Collection[str]) -> Refusal | None:
    """被反映单位须是本辖区登记的单位。"""
    if not set(codes) <= set(known):
        return Refusal("没有这个单位；名录里没有的，写在诉求内容里。", None, field="accused")
    return None


@carries_out(norms.REGISTER)
def may_have_come(received_at: datetime, *, now: datetime) -> Refusal | None:
    """来件时间不得晚于现在。"""
    if received_at > now:
        return Refusal(f"来件时间不能晚于现在（{told(now)}）。", None, field="received_at")
    return None


@carries_out(norms.REGISTER)
def may_be_called(urgency: str, *, pack: Pack) -> Refusal | None:
    """紧急程度须是本地规定列明的；不填的按一般办理。"""
    if urgency and urgency not in pack.urgencies:
        words = "、".join(f"{one.code}（{one.label}）" for one in pack.urgencies.values())
        return Refusal(f"本地规定没有“{urgency}”这一紧急程度；有：{words}。", norms.REGISTER, field="urgency")
    return None


@carries_out(norms.REGISTER)
def may_be_filed_under(category: str, *, pack: Pack) -> Refusal | None:
    """本地规定列明主题分类的，须是列明的一类或其下级。"""
    if category and not pack.lists_category(category):
        words = "、".join(f"{one.code}（{one.label}）" for one in pack.categories.values())
        return Refusal(f"主题分类须是本地规定列明的一类或其下级：{words}。", norms.REGISTER, field="subject_code")
    return None


@carries_out(norms.ANSWER_AT_ONCE)
def may_answer_at_once(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有咨询类诉求可以当即答复办结。"""
    if case.appeal_type != AppealType.CONSULT:
        return Refusal(f"{case.appeal_type.label}类诉求须派单办理，只有咨询可以当即答复。", norms.ANSWER_AT_ONCE)
    return None


@carries_out(norms.HAND_OVER_EMERGENCY)
def may_hand_over(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有紧急诉求可以直接移交紧急服务。"""
    if not pack.urgency(case.urgency).urgent:
        return Refusal("不是紧急诉求，不能直接移交紧急服务。", norms.HAND_OVER_EMERGENCY)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_renew_code(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """匿名诉求无从核实来电人是不是诉求人，不补发查询码。"""
    if case.requester is None:
        return Refusal("匿名诉求没有登记联系电话，无从核实是不是本人，不能补发查询码。", norms.IDENTITY_PROTECTED)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_be_given_code(*, agreed: Agreed, day: date | None, came_on: Collection[date], on_file: bool) -> Refusal | None:
    """来电或回拨的号码须是登记的联系电话；以来件日期核实的，日期须相符。"""
    if agreed is Agreed.DAY and day is None:
        return Refusal("请填写对方说的来件日期。", norms.IDENTITY_PROTECTED, field="day")
    if not on_file:
        reason = "这个号码不是本件登记的联系电话，不能补发查询码。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, evidence=True, field="phone")
    if agreed is Agreed.DAY and day not in came_on:
        reason = "对方说的来件日期与登记的不符，不能补发查询码。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, evidence=True, field="day")
    return None


def grounds_to_decline(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """On which grounds a request may be declined."""
    return grounds(GroundOf.DECLINE, pack)


def asked_of_decline(case: CaseFacts, pack: Pack) -> Needs:
    """What the ground demands that is named."""
    return asked_of_ground(GroundOf.DECLINE, pack)


def asked_of_declining(case: CaseFacts, pack: Pack) -> Needs:
    """That whoever asked is told, and how."""
    return asked_to_tell(norms.DECLINE_WITH_GROUND, anonymous=case.anonymous, field="told_how")


@carries_out(norms.DECLINE_WITH_GROUND)
def may_tell_decline(how: Confirmed | None, *, ground: Ground | None) -> Refusal | None:
    """本地规定要书面告知的，不以别的方式告知。"""
    if ground is not None and Demand.WRITTEN in ground.demands and how not in (None, Confirmed.WRITTEN):
        reason = f"以“{ground.label}”为由不予受理的，须{Demand.WRITTEN.label}。"
        return Refusal(reason, norms.DECLINE_WITH_GROUND, field="told_how")
    return None


def asked_of_merging(case: CaseFacts, pack: Pack) -> Needs:
    """How whoever asked was told that their request is handled with another one, or by itself again."""
    return asked_to_tell(norms.MERGE_REPEATS, anonymous=case.anonymous)


@carries_out(norms.DECLINE_SECOND_READER)
def may_decide_decline(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """提出不予受理的人不得自行复核。"""
    if actor.account == case.proposed_by:
        return Refusal("不予受理须由另一人复核，您是提出人。", norms.DECLINE_SECOND_READER)
    return None


@carries_out(norms.MERGE_REPEATS)
def may_merge(case: CaseFacts, parent: CaseFacts | None) -> Refusal | None:
    """只能并入同一受理单位正在办理、自身未被并入他件的工单。"""
    if parent is None or parent.desk != case.desk or parent.jurisdiction != case.jurisdiction:
        return Refusal("没有找到要并入的工单，或不是本单位受理的。", None, field="parent")
    if parent.number == case.number:
        return Refusal("不能并入自己。", norms.MERGE_REPEATS, field="parent")
    if parent.stage in ENDS:
        return Refusal(f"工单{parent.number}已{parent.stage.label}，不能并入。", norms.MERGE_REPEATS, field="parent")
    return None


@carries_out(norms.MERGE_REPEATS)
def may_be_merged(*, children: int) -> Refusal | None:
    """已有他件并入的工单不得再并入别处。"""
    if children:
        return Refusal(f"已有{children}件并入本工单，请先拆回。", norms.MERGE_REPEATS)
    return None
