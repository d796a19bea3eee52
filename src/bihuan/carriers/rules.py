"""Rules of carriers: who sets them up, where a notice may go, and when."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from bihuan.carriers.types import NEVER_OFF, Timing, is_mail, is_mobile
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.zone import ZONE
from bihuan.policy import norms
from bihuan.policy.calendar import Calendar

_NORM = norms.IDENTITY_PROTECTED
QUIET_FROM, QUIET_UNTIL = time(20), time(8)
DIGEST_AT = time(8, 30)


@carries_out(_NORM)
def may_call(why: str) -> Refusal | None:
    """邮件服务器、短信网关须为加密的公网地址，或者由运维员列明。"""
    return Refusal(why, _NORM, field="address") if why else None


@carries_out(_NORM)
def may_write_to(mail: str, domains: Collection[str]) -> Refusal | None:
    """通知只发给系统管理员列明域名的工作邮箱。"""
    if not mail:
        return None
    if not domains:
        return Refusal("⟨administrator⟩还没有设置电子邮件。", _NORM, field="mail")
    if not is_mail(mail):
        return Refusal("这不是邮箱地址。", _NORM, field="mail")
    if mail.rpartition("@")[2].lower() not in domains:
        return Refusal(f"只能填写这些域名的工作邮箱：{'、'.join(sorted(domains))}。", _NORM, field="mail")
    return None


@carries_out(_NORM)
def may_text(mobile: str, *, offered: bool) -> Refusal | None:
    """通知短信只发给手机号码，辖区设置了短信的才能填写。"""
    if not mobile:
        return None
    if not offered:
        return Refusal("⟨administrator⟩还没有设置短信。", _NORM, field="mobile")
    return None if is_mobile(mobile) else Refusal("这不是手机号码。", _NORM, field="mobile")


@carries_out(_NORM)
def may_turn_off(group: str, timing: str, *, field: str) -> Refusal | None:
    """逾期的通知不能关闭。"""
    if group in NEVER_OFF and timing == Timing.OFF:
        return Refusal("逾期的通知不能关闭，可以改为每日汇总。", _NORM, field=field)
    return None


@carries_out(_NORM)
def may_stop(*, active: bool) -> Refusal | None:
    """设置了的渠道才能停用。"""
    return None if active else Refusal("这个渠道没有在用。", _NORM)


@carries_out(_NORM)
def may_resend(times: int) -> Refusal | None:
    """没有发出的、不知是否发出的，可以重新发送。"""
    return None if times else Refusal("没有需要重新发送的通知。", _NORM)


def goes_at(timing: str, *, now: datetime, due_at: datetime | None, calendar: Calendar) -> datetime:
    """When a notice goes: with the next digest; or at once, in quiet hours and on free days only where its duty falls
    due before they are over."""
    if timing == Timing.DIGEST:
        return _next(now, DIGEST_AT, calendar)
    local = now.astimezone(ZONE)
    if calendar.is_working(local.date()) and QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    over = _next(now, QUIET_UNTIL, calendar)
    return now if due_at is not None and now < due_at <= over else over


def _next(now: datetime, at: time, calendar: Calendar) -> datetime:
    """The next moment of a working day at that time of the day, after now."""
    local = now.astimezone(ZONE)
    day = local.date()
    while not (calendar.is_working(day) and datetime.combine(day, at, ZONE) > local):
        day += timedelta(days=1)
    return datetime.combine(day, at, ZONE)
