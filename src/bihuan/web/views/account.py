"""Signing in and out, and the training clock."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bihuan.access import commands as access
from bihuan.access import queries as entered
from bihuan.access.types import Way
from bihuan.clockwork import commands as clockwork
from bihuan.kernel.refusal import Refused
from bihuan.organisations import queries
from bihuan.organisations.types import Standing
from bihuan.policy.calendar import ZONE
from bihuan.web.entering import (
    LOCKED,
    PENDING,
    await_code,
    come_in,
    failed,
    has_post,
    held_up,
    leave,
    locked,
    onward_of,
    sign_in_page,
)
from bihuan.web.here import sent_only
from bihuan.web.standing import presence_of, signed_in, standing_of
from bihuan.web.words import moment

STEPS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "P7D": timedelta(days=7)}
PATIENCE = timedelta(minutes=5)
"""How long a password that was right waits for its second factor."""
WRONG = "账号或密码不对。请检查大小写和输入法；忘记密码请联系本单位系统管理员。"
NO_POST = "账号没有在任的职务，不能办理业务。请联系本单位系统管理员核对任职。"


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in with account and password; somebody without a post today is told so."""
    onward = onward_of(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        return redirect(onward) if standing_of(request) else sign_in_page(request, onward)
    account = request.POST.get("account", "").replace("\x00", "").strip()[:64]
    password = request.POST.get("password", "").replace("\x00", "")[:1024]
    if not account or not password:
        return sign_in_page(request, onward, account, "请填写账号和密码。")
    if why := held_up(request, account):
        return sign_in_page(request, onward, account, why, 429)
    if authenticate(request, account=account, password=password) is None:
        failed(request)
        rests = locked(account)
        return sign_in_page(request, onward, account, LOCKED if rests else WRONG, 429 if rests else 422)
    if not has_post(account):
        return sign_in_page(request, onward, account, NO_POST)
    if entered.enrolled(account):
        await_code(request, account, onward, Way.PASSWORD)
        return redirect("/sign-in/code/")
    return come_in(request, account, Way.PASSWORD, strong=False, onward=onward)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponseBase:
    """The second step: a code of the telephone, or a recovery code."""
    waiting = request.session.get(PENDING) or {}
    account, onward = str(waiting.get("account", "")), str(waiting.get("next", "/"))
    if not account or _too_late(waiting):
        request.session.pop(PENDING, None)
        messages.error(request, "等待验证码的时间已过，请重新登录。")
        return redirect("/sign-in/")
    if request.method != "POST":
        return _code_page(request)
    if why := held_up(request, account):
        return _code_page(request, why, 429)
    if not _shown(request, account, request.POST.get("code", "").replace("\x00", "").strip()[:64]):
        user_login_failed.send(__name__, credentials={"account": account}, request=request)
        failed(request)
        return _code_page(request, "验证码不对或已经用过。请输入手机上当前显示的6位数字，或一个恢复码。")
    return come_in(request, account, Way(waiting["way"]), strong=True, onward=onward)


def _shown(request: HttpRequest, account: str, code: str) -> bool:
    at = timezone.now()
    if access.show_second_factor(account=account, code=code, at=at):
        return True
    standing = queries.by_account(account, at=at)
    if standing is None or len(code) < 12:
        return False
    try:
        access.use_recovery_code(account=account, code=code, actor=standing.actor, now=standing.now)
    except Refused:
        return False
    messages.warning(request, "已使用一个恢复码。手机找不到的，请系统管理员解除二次验证后重新启用。")
    return True


def _too_late(waiting: dict[str, str]) -> bool:
    return timezone.now() - datetime.fromisoformat(waiting["at"]) > PATIENCE


def _code_page(request: HttpRequest, error: str = "", status: int = 422) -> HttpResponse:
    return render(request, "account/code.html", {"error": error}, status=status if error else 200)


@sent_only
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out."""
    if found := presence_of(request):
        access.sign_out(sign_in=found.sign_in, account=found.standing.actor.account, at=timezone.now())
    response = leave(request)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@sent_only
@signed_in
def advance_clock(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Move the training clock forward by a step, or to a moment."""
    onward = onward_of(request, request.POST.get("next", ""))
    to = _asked_moment(request, standing)
    if to is None:
        messages.error(request, "请选择要拨到的日期和时间。")
        return redirect(onward)
    code = standing.jurisdiction.code
    seen = standing.jurisdiction.offset
    clockwork.advance_clock(jurisdiction=code, to=to, seen=seen, actor=standing.actor, now=standing.now)
    messages.success(request, f"教学时钟已拨到 {moment(to)}。")
    return redirect(onward)


def _asked_moment(request: HttpRequest, standing: Standing) -> datetime | None:
    if step := STEPS.get(request.POST.get("advance", "")):
        return standing.now + step
    try:
        found = datetime.fromisoformat(request.POST.get("to", ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)
