"""Signing in and out, and the training clock."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.clockwork import commands as clockwork
from bihuan.organisations import queries
from bihuan.organisations.types import Standing
from bihuan.policy.calendar import ZONE
from bihuan.web.standing import signed_in, standing_of
from bihuan.web.words import moment

STEPS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "P7D": timedelta(days=7)}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in with account and password; somebody without a post today is told so."""
    onward = _onward(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        return redirect(onward) if standing_of(request) else _sign_in_page(request, onward)
    account = request.POST.get("account", "").replace("\x00", "").strip()
    password = request.POST.get("password", "").replace("\x00", "")
    if not account or not password:
        return _sign_in_page(request, onward, account, "请填写账号和密码。")
    person = authenticate(request, username=account, password=password)
    if person is None:
        return _sign_in_page(
            request, onward, account, "账号或密码不对。请检查大小写和输入法；忘记密码请联系本单位系统管理员。"
        )
    standing = queries.by_account(account, at=timezone.now())
    if standing is None or not standing.actor.seats:
        return _sign_in_page(
            request, onward, account, "账号没有在任的职务，不能办理业务。请联系本单位系统管理员核对任职。"
        )
    login(request, person)
    return redirect(onward)


def _sign_in_page(request: HttpRequest, onward: str, account: str = "", error: str = "") -> HttpResponse:
    said = {"next": onward, "account": account, "error": error}
    return render(request, "sign_in.html", said, status=422 if error else 200)


def _onward(request: HttpRequest, url: str) -> str:
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if url and safe else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out."""
    logout(request)
    return redirect("/sign-in/")


@require_POST
@signed_in
def advance_clock(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Move the training clock forward by a step, or to a moment."""
    onward = _onward(request, request.POST.get("next", ""))
    to = _asked_moment(request, standing)
    if to is None:
        messages.error(request, "请选择要拨到的日期和时间。")
        return redirect(onward)
    code = standing.jurisdiction.code
    clockwork.advance_clock(jurisdiction=code, to=to, actor=standing.actor, now=standing.now)
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
