"""The accounts of a jurisdiction, for its administrator: locks, second factors, sign-ins, passwords."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bihuan.access import commands, queries
from bihuan.access.types import Power
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.views.mine import SCOPES

Act = Callable[[HttpRequest, Standing, str], str]


@require_safe
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every account: who is in, who is locked out, who lacks a second factor."""
    return _page(request, standing)


def _page(request: HttpRequest, standing: Standing, *, status: int = 200, **more: Any) -> HttpResponse:
    if refusal := queries.barred(Power.ADMINISTER, standing.actor, standing.jurisdiction):
        raise Refused(refusal)
    rows = queries.accounts(standing.jurisdiction, now=standing.now, at=timezone.now())
    never = [row for row in rows if row.active and row.posts and row.last_seen is None]
    alone = request.GET.get("who") == "never"
    said = {
        "rows": never if alone else rows,
        "lacking": sum(row.needs_second_factor and not row.enrolled for row in rows),
        "everybody": len(rows),
        "never": len(never),
        "alone": alone,
        "scopes": SCOPES,
    }
    return render(request, "account/accounts.html", {**said, **more}, status=status)


@sent_only
@signed_in
def act(request: HttpRequest, standing: Standing, account: str, act: str) -> HttpResponseBase:
    """Unlock, sign out everywhere, reset the second factor, give a new password, or take a token back."""
    done = ACTS.get(act)
    if done is None:
        raise Unknown(act)
    try:
        said = done(request, standing, account)
    except Refused as refused:
        messages.error(request, refused.refusal.reason)
        return redirect("/accounts/")
    if act == "password":
        return _page(request, standing, account=account, password=said)
    messages.success(request, said)
    return redirect("/accounts/")


def _unlock(request: HttpRequest, standing: Standing, account: str) -> str:
    commands.unlock(account=account, actor=standing.actor, now=standing.now)
    return f"{account}：登录锁定已解除。"


def _sign_out(request: HttpRequest, standing: Standing, account: str) -> str:
    tokens = commands.sign_out_everywhere(account=account, actor=standing.actor, now=standing.now, at=timezone.now())
    return f"{account}：全部登录已退出" + (f"，{tokens}个接口令牌已收回。" if tokens else "。")


def _reset(request: HttpRequest, standing: Standing, account: str) -> str:
    commands.reset_second_factor(
        account=account,
        reason=request.POST.get("reason", "").replace("\x00", ""),
        actor=standing.actor,
        now=standing.now,
        at=timezone.now(),
    )
    return f"{account}：二次验证已解除，下次登录须重新启用。"


def _password(request: HttpRequest, standing: Standing, account: str) -> str:
    return commands.give_password(account=account, actor=standing.actor, now=standing.now, at=timezone.now())


def _token(request: HttpRequest, standing: Standing, account: str) -> str:
    label = request.POST.get("label", "").replace("\x00", "")
    commands.revoke_token(account=account, label=label, actor=standing.actor, now=standing.now, at=timezone.now())
    return f"{account}：“{label}”令牌已收回，立即失效。"


ACTS: dict[str, Act] = {
    "unlock": _unlock,
    "sign-out": _sign_out,
    "second-factor": _reset,
    "password": _password,
    "token": _token,
}
