"""事件推送: endpoints of other systems, and what goes to them. The administrator sets up, the operator tends."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.web.administering import Shown, Tried, administers, send, show
from bihuan.web.standing import signed_in
from bihuan.webhooks import commands, queries
from bihuan.webhooks.types import ChangeEndpoint, DeliveryState, EndpointRow, EndpointState, NewEndpoint, Redeliver

URL = "/webhooks/"
SIZE = 50
MOST_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every endpoint, and how it goes; the administrator adds one, and reads its secret once."""
    tried, told = None, list[tuple[int, str]]()
    if request.method == "POST":
        at = timezone.now()
        tried = send(
            request,
            standing,
            "webhook",
            NewEndpoint,
            lambda f: told.append(commands.add(fields=f, actor=standing.actor, now=standing.now, at=at)),
        )
    said = {
        "rows": queries.endpoints(standing.actor),
        "secret": told[0][1] if told else "",
        "add": show(
            "webhook", NewEndpoint, standing, action=URL, title=_("设置推送"), button=_("设置"), tried=tried
        ) if administers(standing) else None,
    }  # fmt: skip
    return render(request, "webhooks/page.html", said, status=422 if tried else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """An endpoint with what goes and went to it."""
    tried, secret = None, ""
    if request.method == "POST":
        row = queries.endpoint(id, standing.actor)
        doing = request.POST.get("do", "")
        if doing in ("change", "redeliver"):
            tried = _filled(request, standing, row, doing)
            if tried is None:
                messages.success(request, _("已办理。"))
                return redirect(f"{URL}{id}/")
        else:
            try:
                secret = _done(request, standing, id, doing)
            except Refused as refused:
                messages.error(request, refused.refusal.reason)
                return redirect(f"{URL}{id}/")
            if not secret:
                messages.success(request, _("已办理。"))
                return redirect(f"{URL}{id}/")
    return _one(request, standing, id, tried, secret)


def _one(request: HttpRequest, standing: Standing, id: int, tried: Tried | None, secret: str) -> HttpResponse:
    row = queries.endpoint(id, standing.actor)
    state = request.GET.get("state", "")
    state = state if state in set(DeliveryState) else ""
    before = _number(request.GET.get("before", ""))
    found = queries.deliveries(id, standing.actor, state=state, before=before, limit=SIZE + 1)
    said = {
        "row": row,
        "secret": secret,
        "forms": _forms(standing, row, tried),
        "steps": _steps(standing, row),
        "deliveries": found[:SIZE],
        "onward": found[SIZE - 1].id if len(found) > SIZE else None,
        "state": state,
        "states": list(DeliveryState),
        "open": row.state != EndpointState.ENDED,
    }
    return render(request, "webhooks/one.html", said, status=422 if tried else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _filled(request: HttpRequest, standing: Standing, row: EndpointRow, doing: str) -> Tried | None:
    actor, now = standing.actor, standing.now
    if doing == "change":
        return send(
            request,
            standing,
            doing,
            ChangeEndpoint,
            lambda f: commands.change(id=row.id, fields=f, actor=actor, now=now),
        )
    return send(
        request, standing, doing, Redeliver, lambda f: commands.redeliver(id=row.id, fields=f, actor=actor, now=now)
    )


def _forms(standing: Standing, row: EndpointRow, tried: Tried | None) -> list[tuple[str, Shown]]:
    if row.state == EndpointState.ENDED:
        return []
    url = f"{URL}{row.id}/"
    again = show(
        "redeliver",
        Redeliver,
        standing,
        action=url,
        title=_("重新推送一段时间的事件"),
        button=_("重新推送"),
        tried=tried,
    )
    if not administers(standing):
        return [("redeliver", again)]
    begin = {"label": row.label, "address": row.address, "kinds": " ".join(row.kinds)}
    change = show(
        "change", ChangeEndpoint, standing, action=url, title=_("修改"), button=_("保存"), tried=tried, begin=begin
    )
    return [("change", change), ("redeliver", again)]


def _done(request: HttpRequest, standing: Standing, id: int, doing: str) -> str:
    """Do one of the steps; answers a new secret where there is one."""
    actor, now, at = standing.actor, standing.now, timezone.now()
    delivery = _number(request.POST.get("delivery", "")) or 0
    steps: dict[str, Callable[[], object]] = {
        "suspend": lambda: commands.suspend(id=id, actor=actor, now=now, at=at),
        "resume": lambda: commands.resume(id=id, actor=actor, now=now, at=at),
        "end": lambda: commands.end(id=id, actor=actor, now=now, at=at),
        "drop-secret": lambda: commands.drop_secret(id=id, actor=actor, now=now),
        "again": lambda: commands.redeliver_one(id=id, delivery=delivery, actor=actor, now=now),
        "pass-by": lambda: commands.pass_by(id=id, delivery=delivery, actor=actor, now=now, at=at),
    }
    if doing == "secret":
        return commands.renew_secret(id=id, actor=actor, now=now)
    if doing not in steps:
        raise Unknown(doing)
    steps[doing]()
    return ""


def _steps(standing: Standing, row: EndpointRow) -> list[tuple[str, str]]:
    """What can be done with an endpoint without a form."""
    steps = {
        "suspend": (gettext_noop("暂停"), row.state == EndpointState.ACTIVE),
        "resume": (gettext_noop("恢复"), row.state == EndpointState.SUSPENDED),
    }
    if administers(standing):
        steps |= {
            "secret": (gettext_noop("更换密钥"), row.state != EndpointState.ENDED),
            "drop-secret": (gettext_noop("停用原密钥"), row.two_secrets),
            "end": (gettext_noop("结束推送"), row.state != EndpointState.ENDED),
        }
    return [(do, _(label)) for do, (label, offered) in steps.items() if offered]
