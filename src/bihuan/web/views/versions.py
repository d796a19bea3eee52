"""Under which version of its regulation a jurisdiction stands from when on; the administrator takes up another."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Adopt
from bihuan.organisations.types import ProposedVersionRow, Standing, VersionRow
from bihuan.policy.loader import pack, usable
from bihuan.vetting.adoption import Weighed, weigh
from bihuan.web.administering import administers, send, show
from bihuan.web.standing import signed_in
from bihuan.web.views.regulations import Force

URL = "/regulations/versions/"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def versions(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The versions with their days; whoever takes up another one sees first what it says otherwise."""
    if request.POST.get("do") in ("confirm", "drop"):
        return _settle(request, standing)
    tried, weighed, confirmed = None, list[tuple[Adopt, Weighed]](), "confirmed" in request.POST
    decided: list[bool] = []

    def take(fields: Adopt) -> None:
        weighed.append((fields, weigh(fields, standing)))
        if confirmed:
            held = commands.adopt_pack(
                jurisdiction=standing.jurisdiction.code,
                fields=fields,
                checked=request.POST.get("checked", ""),
                actor=standing.actor,
                now=standing.now,
            )
            decided.append(held)

    if request.method == "POST":
        tried = send(request, standing, "adopt", Adopt, take)
        if tried is None and confirmed:
            done = _("已确定采用，到那一天零时起生效。")
            messages.success(request, done if decided[-1] else _("已提出，由另一位系统管理员确认后采用。"))
            return redirect(URL)
    today, begin = queries.today(standing.now), dict[str, object]()
    waiting = queries.proposed_version(standing.jurisdiction.code)
    if weighed and tried is None:
        begin = weighed[0][0].model_dump()
    adopt = show(
        "adopt",
        Adopt,
        standing,
        action=URL,
        title=_("采用另一版本"),
        button=_("查看不同"),
        tried=tried,
        begin=begin,
    )
    said = {
        "pack": pack(standing.jurisdiction.pack),
        "rows": [_row(row, today) for row in reversed(queries.versions(standing.jurisdiction.code))],
        "adopt": adopt if administers(standing) else None,
        "weighed": weighed[0][1] if weighed and tried is None else None,
        "waiting": waiting,
        "foretold": _foretold(waiting, standing) if waiting and administers(standing) else None,
        "actor": standing.actor,
        "section": "versions",
    }
    return render(request, "regulations/versions.html", said, status=tried.status if tried else 200)


def _foretold(row: ProposedVersionRow, standing: Standing) -> dict[str, Any]:
    """What the version that waits would change, or why it cannot be taken up as things stand."""
    said = {name: getattr(row, name) for name in Adopt.model_fields}
    try:
        return {"weighed": weigh(Adopt.model_validate(said), standing)}
    except Refused as refused:
        return {"trouble": refused.refusal.reason}


def _settle(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Confirm the version that another administrator proposed, or let it wait no more."""
    said, confirms = request.POST.get("proposal", ""), request.POST.get("do") == "confirm"
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Unknown(said)
    run = commands.confirm_version if confirms else commands.drop_version
    run(proposal=int(said), actor=standing.actor, now=standing.now)
    done = _("已确定采用，到那一天零时起生效。") if confirms else _("这个版本不再等待确认。")
    messages.success(request, done)
    return redirect(URL)


def _row(row: VersionRow, today: date) -> dict[str, Any]:
    """A version with the document that it writes down; without it where its file cannot be used."""
    to_come = row.from_on is not None and today < row.from_on and row.until_on != row.from_on
    force = Force.NOW if row.holds(today) else Force.LATER if to_come else Force.BEFORE
    return {"row": row, "law": pack(row.pack) if usable(row.pack) else None, "force": force}
