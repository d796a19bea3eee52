"""One's own account: password, second factor, sign-ins, tokens."""

import re
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.access import commands, queries
from bihuan.access.types import Power, Presence, TokenRow
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries as people
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.web.entering import leave
from bihuan.web.here import sent_only
from bihuan.web.proving import PROOF, proved_again, wrong
from bihuan.web.standing import presence_of, signed_in, signed_in_whoever
from bihuan.web.words import moment

SCOPES = {"read": "查询", "act": "办理", "disclose": "查看诉求人完整信息", "calendar": "订阅到期日历"}
DAYS = (30, 60, 90)


@require_safe
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Who one is, how one signed in, from where else, and which systems sign as oneself."""
    return _page(request, standing)


def _page(request: HttpRequest, standing: Standing, *, status: int = 200, **more: Any) -> HttpResponse:
    account, at = standing.actor.account, timezone.now()
    names = people.unit_names(standing.actor.units)
    posts = pack(standing.jurisdiction.pack).posts
    said = {
        "presence": _present(request),
        "seats": [
            (names.get(seat.unit, seat.unit), posts[seat.post].label if seat.post in posts else seat.post)
            for seat in sorted(standing.actor.seats)
        ],
        "powers": [
            (power.label, queries.barred(power, standing.actor, standing.jurisdiction) is None) for power in Power
        ],
        "sign_ins": queries.sign_ins(account, at=at),
        "tokens": queries.tokens(account, at=at),
        "codes_left": queries.codes_left(account),
        "scopes": SCOPES,
        "days": DAYS,
        "may_disclose": queries.second_factor(account, standing.jurisdiction),
    }
    return render(request, "account/page.html", {**said, **more}, status=status)


def _present(request: HttpRequest) -> Presence:
    found = presence_of(request)
    assert found is not None, "the page is for somebody signed in"
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("old", "new", "again")
@signed_in_whoever
def password(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Change one's password; the other sign-ins end."""
    live = queries.tokens(standing.actor.account, at=timezone.now())
    if request.method != "POST":
        return render(request, "account/password.html", {"presence": _present(request), "tokens": live})
    old, new, again = (request.POST.get(name, "").replace("\x00", "")[:1024] for name in ("old", "new", "again"))
    account = standing.actor.account
    known = request.user.is_authenticated  # asked before the change: afterwards the session would not fit the password
    try:
        if trouble := wrong(request, account, old):
            raise Refused(_no(trouble, "old"))
        if new != again:
            raise Refused(_no("两次输入的新密码不一样。", "again"))
        commands.change_password(
            account=account,
            old=old,
            new=new,
            actor=standing.actor,
            now=standing.now,
            at=timezone.now(),
            keep=_present(request).sign_in,
            keep_tokens={"keep": True, "revoke": False}.get(request.POST.get("tokens", "")),
        )
    except Refused as refused:
        wrongs = {refused.refusal.field: refused.refusal.reason}
        said = {"presence": _present(request), "tokens": live, "wrong": wrongs, "chosen": request.POST.get("tokens")}
        return render(request, "account/password.html", said, status=422)
    if known and (person := queries.official(account)):
        update_session_auth_hash(request, person)
    messages.success(request, f"密码已修改，其他地方的登录已退出{_left_of(account, live)}。")
    return redirect("/account/")


def _left_of(account: str, before: list[TokenRow]) -> str:
    """What became of the tokens, where there were any."""
    if not before:
        return ""
    left = len(queries.tokens(account, at=timezone.now()))
    return f"，保留了{left}个接口令牌" if left else f"，收回了{len(before)}个接口令牌"


def _no(reason: str, field: str) -> Refusal:
    return Refusal(reason, norms.IDENTITY_PROTECTED, field=field)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", PROOF)
@signed_in_whoever
@proved_again
def second_factor(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Take a second factor up: read the picture with the telephone, then type the first code."""
    present, account, at = _present(request), standing.actor.account, timezone.now()
    if present.enrolled:
        return redirect("/account/")
    if request.method != "POST":
        return _enrolment_page(request, standing)
    if "begin" in request.POST:
        commands.begin_second_factor(account=account, at=at)
        return redirect("/account/second-factor/")
    try:
        codes = commands.confirm_second_factor(
            account=account,
            code=request.POST.get("code", "").replace("\x00", "")[:64],
            sign_in=present.sign_in,
            actor=standing.actor,
            now=standing.now,
            at=at,
        )
    except Refused as refused:
        return _enrolment_page(request, standing, error=refused.refusal.reason)
    request.session.cycle_key()
    return render(request, "account/codes.html", {"codes": codes})


def _enrolment_page(request: HttpRequest, standing: Standing, *, error: str = "") -> HttpResponse:
    found = queries.enrolment(standing.actor.account)
    said = {
        "presence": _present(request),
        "enrolment": found,
        "secret": " ".join(found.secret[i : i + 4] for i in range(0, len(found.secret), 4)) if found else "",
        "picture": _picture(found.address) if found else "",
        "error": error,
    }
    return render(request, "account/second_factor.html", said, status=422 if error else 200)


def _picture(address: str) -> str:
    """The address as a QR code, drawn here as an SVG, so that no other site learns of it."""
    drawn: str = segno.make(address, error="m").svg_inline(
        scale=5, border=4, svgclass="qr", lineclass=None, omitsize=True
    )
    return drawn


@sent_only
@sensitive_post_parameters(PROOF)
@signed_in
@proved_again
def recovery_codes(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """New recovery codes, shown once."""
    codes = commands.renew_recovery_codes(account=standing.actor.account, actor=standing.actor, now=standing.now)
    return render(request, "account/codes.html", {"codes": codes})


@sent_only
@sensitive_post_parameters(PROOF)
@signed_in_whoever
@proved_again
def end_sign_in(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """End one of one's own sign-ins."""
    commands.sign_out(sign_in=id, account=standing.actor.account, at=timezone.now())
    if id == _present(request).sign_in:
        return leave(request)
    messages.success(request, "这个登录已退出。")
    return redirect("/account/")


@sent_only
@sensitive_post_parameters(PROOF)
@signed_in_whoever
@proved_again
def sign_out_everywhere(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """End all of one's sign-ins, this one too, and take all tokens back."""
    actor = standing.actor
    commands.sign_out_everywhere(account=actor.account, actor=actor, now=standing.now, at=timezone.now())
    return leave(request)


@sent_only
@sensitive_post_parameters(PROOF)
@signed_in
@proved_again
def issue_token(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """A token for a system that signs as oneself, shown once."""
    label = request.POST.get("label", "").replace("\x00", "").strip()
    scopes = [scope for scope in SCOPES if scope in request.POST.getlist("scopes")]
    days, said = request.POST.get("days", ""), request.POST.get("networks", "").replace("\x00", "")[:1000]
    account, at = standing.actor.account, timezone.now()
    typed = {"label": label, "chosen": scopes, "networks": said}
    if wrong := _wrong_token(label, days, queries.tokens(account, at=at)):
        return _page(request, standing, status=422, wrong=wrong, **typed)
    try:
        token = organisations.issue_token(
            account=account,
            label=label,
            scopes=scopes,
            days=int(days),
            networks=_SEPARATORS.sub(" ", said).split(),
            second_factor=queries.second_factor(account, standing.jurisdiction),
            actor=standing.actor,
            now=standing.now,
            at=at,
        )
    except Refused as refused:
        return _page(request, standing, status=422, wrong=refused.refusal.reason, **typed)
    address = request.build_absolute_uri(f"/supervision/calendar/{token}.ics") if "calendar" in scopes else ""
    return _page(request, standing, token=token, label=label, subscription=address)


_SEPARATORS = re.compile(r"[,，、;；]")


def _wrong_token(label: str, days: str, known: list[TokenRow]) -> str:
    if not 0 < len(label) <= 64:
        return "请填写用途，不超过64个字。"
    if any(row.label == label for row in known):
        return f"已有用途为“{label}”的令牌，请换一个名称，或先收回原来的。"
    return "" if days in map(str, DAYS) else "请选择有效期。"


@sent_only
@sensitive_post_parameters(PROOF)
@signed_in
@proved_again
def renew_token(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Let one's token be good for another ninety days."""
    label, actor = request.POST.get("label", "").replace("\x00", ""), standing.actor
    until = organisations.renew_token(
        account=actor.account, label=label, actor=actor, now=standing.now, at=timezone.now()
    )
    messages.success(request, f"“{label}”令牌已续期到 {moment(until)}。")
    return redirect("/account/#tokens")


@sent_only
@signed_in
def revoke_token(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Take one's tokens of a label back."""
    label, actor = request.POST.get("label", "").replace("\x00", ""), standing.actor
    commands.revoke_token(account=actor.account, label=label, actor=actor, now=standing.now, at=timezone.now())
    messages.success(request, f"“{label}”令牌已收回，立即失效。")
    return redirect("/account/#tokens")
