"""Rules of coming in: who has which power, who needs a second factor, and when a sign-in has ended."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from bihuan.access.types import LONGEST_WAIT, POWERS, Owed, Power
from bihuan.kernel.actor import CONSOLE, Actor, Seat
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post
from bihuan.organisations.types import powers as powers
from bihuan.policy import norms


@carries_out(norms.IDENTITY_PROTECTED)
def may(power: Power, actor: Actor, *, units: Iterable[str] | None = None, labels: dict[str, str]) -> Refusal | None:
    """只有须联系诉求人的职务可以查看完整信息，只有指定职务可以导出和管理账号。"""
    within = None if units is None else frozenset(units)
    posts = (seat.post for seat in actor.seats if within is None or seat.unit in within)
    if power in powers(posts):
        return None
    named = "、".join(labels[post] for post in Post if post in POWERS[power] and post in labels)
    return Refusal(f"您的职务不能{power.label}；{named}可以。", norms.IDENTITY_PROTECTED)


def needs_second_factor(seats: Iterable[Seat], *, required: bool) -> bool:
    """Whether these posts sign in with a second factor."""
    return required and bool(powers(seat.post for seat in seats))


def owed(*, provisional: bool, strong: bool, enrolled: bool, needed: bool) -> Owed | None:
    """What somebody signed in must do before anything else."""
    if provisional:
        return Owed.PASSWORD
    return Owed.SECOND_FACTOR if needed and not strong else None


def alive(*, began_at: datetime, seen_at: datetime, at: datetime, idle: timedelta, whole: timedelta) -> bool:
    """Whether a sign-in still holds: not left alone for too long, and not too old."""
    return at - seen_at < idle and at - began_at < whole


def wait(left: float, last: datetime | None, at: datetime) -> int:
    """Seconds that a network still waits before its next try: the longer the more failures are owed."""
    if left >= 1 or last is None:
        return 0
    owed = min(LONGEST_WAIT, 1 << max(0, round(-left)))
    return max(0, math.ceil(owed - (at - last).total_seconds()))


def within(networks: Sequence[str], address: str) -> bool:
    """Whether a token may be used from an address: from everywhere, unless networks are named."""
    if not networks:
        return True
    try:
        came = ip_address(address)
        came = getattr(came, "ipv4_mapped", None) or came
    except ValueError:
        return False
    return any(came in ip_network(one) for one in networks)


@carries_out(norms.IDENTITY_PROTECTED)
def may_change_password(*, tokens: int, chosen: bool) -> Refusal | None:
    """修改密码时有接口令牌的，须说明一并收回还是保留。"""
    if not tokens or chosen:
        return None
    return Refusal(
        f"您有{tokens}个接口令牌仍可使用，请选择一并收回还是保留。", norms.IDENTITY_PROTECTED, field="tokens"
    )


@carries_out(norms.IDENTITY_PROTECTED)
def may_administer(actor: Actor, *, account: str, jurisdiction: str) -> Refusal | None:
    """账号由本地系统管理员管理，本人的锁定和二次验证须由他人解除。"""
    if actor.account == CONSOLE:
        return None
    if actor.jurisdiction != jurisdiction or Power.ADMINISTER not in powers(seat.post for seat in actor.seats):
        return Refusal("只有本地⟨administrator⟩可以管理账号。", norms.IDENTITY_PROTECTED)
    if actor.account == account:
        return Refusal("自己的账号请由另一位⟨administrator⟩处理。", norms.IDENTITY_PROTECTED)
    return None
