"""The desk of determinations, the referrals of units that refused, and who speaks for the three bodies."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.determination import commands
from bihuan.determination import queries as determination
from bihuan.determination.types import ReferralStage, Stage
from bihuan.determination.types.forms import NameContact
from bihuan.determination.types.rows import DeterminationFilters, ReferralFilters
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from bihuan.web.administering import AdministrationChoices, Tried, send, show
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE, position


@require_safe
@signed_in
def desk(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The determinations in which the actor's units take part, the newest first."""
    _must_be_known(standing)
    stage, everything = _word(Stage, request), request.GET.get("all") == "1"
    filters = DeterminationFilters(stage=stage, open=None if everything else True)
    place = position(request.GET.get("after", ""))
    rows = determination.ledger(standing.actor, filters, now=standing.now, after=place, limit=SIZE + 1)
    return _listed(request, "determination/desk.html", rows, list(Stage), stage, everything)


@require_safe
@signed_in
def referrals(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The referrals in which the actor's units take part, the newest first."""
    _must_be_known(standing)
    stage, everything = _word(ReferralStage, request), request.GET.get("all") == "1"
    filters = ReferralFilters(stage=stage, open=None if everything else True)
    place = position(request.GET.get("after", ""))
    rows = determination.referrals(standing.actor, filters, now=standing.now, after=place, limit=SIZE + 1)
    return _listed(request, "determination/referrals.html", rows, list(ReferralStage), stage, everything)


def _listed(
    request: HttpRequest, template: str, rows: Sequence[Any], stages: Sequence[Any], stage: str | None, everything: bool
) -> HttpResponse:
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "stages": stages,
        "stage": stage,
        "everything": everything,
    }
    return render(request, template, said)


def _must_be_known(standing: Standing) -> None:
    """Where the regulation knows no determination there is no such page."""
    if not organisations.knows(standing.jurisdiction, norms.DETERMINATION_REFER):
        raise Unknown("determination")


def _word(words: type[Vocabulary], request: HttpRequest) -> str | None:
    text = request.GET.get("stage", "")
    return text if text in set(map(str, words)) else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def contacts(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Who speaks for the three bodies, with all who did before; each names its own."""
    _must_be_known(standing)
    own, tried = _own_unit(standing), None
    if request.method == "POST":
        tried = send(request, standing, "named", NameContact, lambda fields: _name(own, fields, standing))
        if tried is None:
            messages.success(request, _("联络人已更新。"))
            return redirect("/determinations/contacts/")
    said = {
        "rows": determination.contacts(standing.jurisdiction.code, now=standing.now, ever=True),
        "forms": [_form(standing, tried)] if own or tried else [],
    }
    return render(request, "determination/contacts.html", said, status=409 if tried else 200)


def _name(unit: str, fields: NameContact, standing: Standing) -> None:
    commands.name_contact(unit=unit, fields=fields, actor=standing.actor, now=standing.now)


def _form(standing: Standing, tried: Tried | None) -> Any:
    return show(
        "named",
        NameContact,
        standing,
        action="/determinations/contacts/",
        title=_("明确本单位联络人"),
        button=_("保存"),
        tried=tried,
        choices=AdministrationChoices(standing),
    )


def _own_unit(standing: Standing) -> str:
    """The body for which the actor may name a contact."""
    place = standing.jurisdiction.code
    naming = (Capacity.STAFFING, Capacity.DETERMINATION, Capacity.DESK)
    bodies = {u.code for c in naming for u in organisations.units_with(c, place)}
    return min(
        (s.unit for s in standing.actor.seats if s.unit in bodies and s.post in determination.NAMING), default=""
    )
