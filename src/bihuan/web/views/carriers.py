"""通知外发: how notices leave by e-mail and text message, for the administrator; and where one is told oneself."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.carriers import commands, queries
from bihuan.carriers.types import CarrierKind, CarrierRow, MessageState, Preferences, SetMail, SetSms
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.web.administering import Shown, Tried, send, show
from bihuan.web.standing import signed_in

URL = "/carriers/"
OWN = "/notices/preferences/"
SIZE = 50
MOST_DIGITS = 18
FORMS: Mapping[CarrierKind, type[SetMail] | type[SetSms]] = {CarrierKind.SMTP: SetMail, CarrierKind.SMS: SetSms}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The carriers of the jurisdiction with their settings, and what is on its way."""
    tried = None
    if request.method == "POST":
        queries.carriers(standing.actor)
        doing = request.POST.get("do", "")
        if doing in set(CarrierKind):
            tried = _set_up(request, standing, CarrierKind(doing))
        else:
            _step(request, standing, doing)
            return redirect(URL)
        if tried is None:
            messages.success(request, _("已办理。"))
            return redirect(URL)
    state = request.GET.get("state", "")
    state = state if state in set(MessageState) else ""
    rows = queries.carriers(standing.actor)
    found = queries.messages(standing.actor, state=state, before=_number(request.GET.get("before", "")), limit=SIZE + 1)
    said = {
        "rows": rows,
        "forms": [(str(kind), _form(standing, kind, rows, tried)) for kind in CarrierKind],
        "found": found[:SIZE],
        "onward": found[SIZE - 1].id if len(found) > SIZE else None,
        "state": state,
        "states": list(MessageState),
        "lost": sum(row.failed + row.unknown for row in rows),
    }
    return render(request, "carriers/page.html", said, status=422 if tried else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _set_up(request: HttpRequest, standing: Standing, kind: CarrierKind) -> Tried | None:
    actor, now, at = standing.actor, standing.now, timezone.now()
    return send(
        request,
        standing,
        str(kind),
        FORMS[kind],
        lambda f: commands.set_up(kind=kind, fields=f, actor=actor, now=now, at=at),
    )


def _step(request: HttpRequest, standing: Standing, doing: str) -> None:
    actor, now, at = standing.actor, standing.now, timezone.now()
    steps: dict[str, Callable[[], object]] = {
        "resend": lambda: commands.resend(actor=actor, now=now, at=at),
        **{
            f"stop-{kind}": lambda kind=kind: commands.stop(kind=kind, actor=actor, now=now, at=at)  # type: ignore[misc]
            for kind in CarrierKind
        },
    }
    if doing not in steps:
        raise Unknown(doing)
    try:
        steps[doing]()
    except Refused as refused:
        messages.error(request, refused.refusal.reason)
    else:
        messages.success(request, _("已办理。"))


def _form(standing: Standing, kind: CarrierKind, rows: tuple[CarrierRow, ...], tried: Tried | None) -> Shown:
    row = next((row for row in rows if row.kind is kind), None)
    title = _("设置%(what)s") % {"what": _(kind.label)}
    begin = dict(row.settings) if row else None
    return show(str(kind), FORMS[kind], standing, action=URL, title=title, button=_("保存"), tried=tried, begin=begin)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Where one is told, and what of it when."""
    tried = None
    if request.method == "POST":
        tried = send(request, standing, "own", Preferences, lambda f: commands.prefer(fields=f, actor=standing.actor))
        if tried is None:
            messages.success(request, _("已保存。"))
            return redirect(OWN)
    kept = queries.preferences(standing.actor)
    form = show(
        "own",
        Preferences,
        standing,
        action=OWN,
        title=_("什么时候发给我"),
        button=_("保存"),
        tried=tried,
        begin={name: str(value) for name, value in kept.model_dump().items()},
    )
    said = {"form": replace(form, open=True), "offered": queries.offered(standing.jurisdiction.code)}
    return render(request, "carriers/own.html", said, status=422 if tried else 200)
