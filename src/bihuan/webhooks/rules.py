"""Rules of webhooks: who sets them up, what may be told where, and when an endpoint is left alone."""

from collections.abc import Collection
from datetime import datetime

from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post
from bihuan.outbound.trying import GIVEN_UP
from bihuan.policy import norms
from bihuan.webhooks.types import DeliveryState, EndpointState

MOST = 20
"""Endpoints of a jurisdiction that have not ended."""
RESTS_AFTER = 3
"""After so many failures in a row an endpoint is asked again by one event at a time."""
_NORM = norms.IDENTITY_PROTECTED


@carries_out(_NORM)
def may_tend(actor: Actor) -> Refusal | None:
    """只有系统管理员、运维员可以查看推送、暂停、恢复和重新推送。"""
    if actor.account == CONSOLE or actor.holds(Post.ADMINISTRATOR, Post.OPERATOR):
        return None
    return Refusal("只有⟨administrator⟩和⟨operator⟩可以查看、办理事件推送。", _NORM)


@carries_out(_NORM)
def may_call(why: str) -> Refusal | None:
    """接收地址须为公网的 https 地址，或者由运维员列明。"""
    return Refusal(why, _NORM, field="address") if why else None


@carries_out(_NORM)
def may_bind(*, known: bool) -> Refusal | None:
    """推送依一个本辖区启用的账号的可见范围。"""
    return None if known else Refusal("本辖区没有这个账号，或者已经停用。", _NORM, field="account")


@carries_out(_NORM)
def may_add(*, labels: Collection[str], label: str) -> Refusal | None:
    """一个辖区的推送不超过二十个，名称不重复。"""
    if label in labels:
        return Refusal(f"已有名称为“{label}”的推送。", _NORM, field="label")
    if len(labels) >= MOST:
        return Refusal(f"最多设置{MOST}个推送，请先结束不用的。", _NORM)
    return None


@carries_out(_NORM)
def may_tell(kinds: Collection[str], known: Collection[str]) -> Refusal | None:
    """事件种类须是系统中有的，可以用 .* 表示一类。"""
    strange = sorted(one for one in kinds if not any(is_of(kind, [one]) for kind in known))
    if not strange:
        return None
    return Refusal(f"没有这样的事件种类：{'、'.join(strange[:5])}。", _NORM, field="kinds")


def is_of(kind: str, wanted: Collection[str]) -> bool:
    """Whether a kind of event is among those that are wanted: all of them, where none is named."""
    if not wanted:
        return True
    return kind in wanted or any(one.endswith(".*") and kind.startswith(one[:-1]) for one in wanted)


@carries_out(_NORM)
def may_change(state: str) -> Refusal | None:
    """已结束的推送不再修改、恢复。"""
    if state == EndpointState.ENDED:
        return Refusal("这个推送已经结束，请另行设置。", _NORM)
    return None


@carries_out(_NORM)
def may_suspend(state: str) -> Refusal | None:
    """推送中的才能暂停。"""
    return None if state == EndpointState.ACTIVE else Refusal("这个推送没有在进行。", _NORM)


@carries_out(_NORM)
def may_resume(state: str) -> Refusal | None:
    """暂停的才能恢复。"""
    return None if state == EndpointState.SUSPENDED else Refusal("这个推送没有暂停。", _NORM)


@carries_out(_NORM)
def may_drop_secret(*, two: bool) -> Refusal | None:
    """只有一个密钥的不能停用。"""
    return None if two else Refusal("这个推送只有一个签名密钥。", _NORM)


@carries_out(_NORM)
def may_redeliver(times: int) -> Refusal | None:
    """重新推送的须是三十天以内已经送达或者不再推送的。"""
    return None if times else Refusal("没有可以重新推送的事件：日志保留30天，等待推送的不用重新推送。", _NORM)


@carries_out(_NORM)
def may_pass_by(state: str) -> Refusal | None:
    """只有等待推送的事件可以不再推送。"""
    return None if state == DeliveryState.WAITING else Refusal("这条事件没有在等待推送。", _NORM)


def is_given_up(since: datetime | None, at: datetime) -> bool:
    """Whether nothing was taken for as long as it is tried."""
    return since is not None and at - since >= GIVEN_UP
