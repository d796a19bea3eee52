"""A citizen submits a request."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.cases import queries as cases
from bihuan.cases.types import AppealType
from bihuan.floodgate.types import TooMany
from bihuan.intake import commands as intake
from bihuan.intake import queries
from bihuan.intake.types import Register, Site
from bihuan.kernel.actor import Actor
from bihuan.kernel.doors import with_files
from bihuan.kernel.refusal import Refused
from bihuan.localities import queries as localities
from bihuan.localities.types import Meant
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.public import errors, gates, humans
from bihuan.public.forms import MOST_FILES, Files, Filled, Submission, files_before, files_of, fill
from bihuan.public.humans import Ticket
from bihuan.public.views.entering import (
    UNSENT,
    hand_receipt,
    plainly,
    receipt_of,
    remember,
    requester_in,
    shown_to,
    standing,
)
from bihuan.record import queries as record
from bihuan.record.commands import once
from bihuan.record.types import Kept, KeyReused

NOWHERE = Meant()
"""Nothing was typed for the place."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The form on its page: whose site, which opening of it, what is in it and what is wrong."""

    request: HttpRequest
    site: Site
    ticket: Ticket
    filled: Filled[Submission]
    files: Files
    said: dict[str, str]
    meant: Meant = NOWHERE

    def show(self, trouble: str = "", *, citation: str = "", status: int = 200) -> HttpResponse:
        """The page, with what stands in the way above the form."""
        here = self.site.place.code
        units = organisations.active_units(here, has_places=localities.listed(here))
        told: dict[str, Any] = {
            "site": self.site,
            "place": self.site.place,
            "again": self.request.path if self.request.method == "POST" else "",
            "ticket": self.ticket,
            "typed": self.filled.typed,
            "errors": self.filled.errors,
            "files": self.files,
            "most_files": MOST_FILES,
            "trouble": trouble,
            "citation": citation,
            "kinds": list(AppealType),
            "units": units,
            "has_places": any(unit["has_places"] for unit in units),
            "meant": self.meant,
            "said": self.said,
            "work_bits": humans.WORK_BITS,
            "anonymity": self.site.pack.binds(norms.CLOSE_WITHOUT_CALLBACK),
        }
        return render(self.request, "public/submit.html", told, status=status)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@plainly
def submit(request: HttpRequest, place: str) -> HttpResponseBase:
    """Submit a request; the query code is told on the receipt, and never again once one goes on from it."""
    site, now = queries.public_site(place), timezone.now().timestamp()
    if site.channel is None:
        return render(request, "public/closed.html", {"site": site, "place": site.place})
    if request.method != "POST":
        return _Page(request, site, Ticket.issue(place, now), Filled(typed={"callback": "on"}), Files(), {}).show()
    return _submitted(request, site, site.channel, now)


def _submitted(request: HttpRequest, site: Site, channel: str, now: float) -> HttpResponseBase:
    """In the order of what it costs: ticket, doubts, what was answered before, buckets, and files only then."""
    came, page, who = _came_back(request, site, now)
    ticket, filled, meant = page.ticket, page.filled, page.meant
    if doubt := humans.doubts(came, request.POST, now):
        return page.show(doubt, status=422)
    try:
        if before := _answered_before(page, who, channel):
            return _receipt(page, before)
        taken = gates.take_all((gates.SUBMIT, gates.network(request)), (gates.SUBMIT_ALL, site.place.code))
        with shown_to(request, who.actor):
            page = replace(page, files=files_of(request, who))
        if filled.fields is None or page.files.error or meant.trouble:
            gates.give_back(taken)
            if before := _answered_before(page, who, channel):  # while the files were looked into
                return _receipt(page, before)
            return page.show(filled.errors.get("", "") or _("有几处需要改正，见下面红字。"), status=422)
        fields = filled.fields.register(channel, page.files.ids, meant.code)
        return _receipt(page, _once(who, ticket, fields))
    except TooMany as flood:
        answer = page.show(errors.wait(flood), status=429)
        answer.headers["Retry-After"] = str(flood.seconds)
        return answer
    except Refused as refused:
        citation = site.pack.cite(refused.refusal.norm).words
        return page.show(refused.refusal.reason, citation=citation, status=409)
    except KeyReused:
        fresh = Ticket.issue(site.place.code, now)
        again = _Page(request, site, fresh, filled, Files(), {})
        return again.show(_("这份表单已经提交过，没有重复登记。要另外反映一件事的，请核对内容后再提交。"), status=409)


def _came_back(request: HttpRequest, site: Site, now: float) -> tuple[Ticket | None, _Page, Standing]:
    """The ticket that came, the form on its page as it was filled in, and who that is."""
    came = Ticket.read(request.POST.get("ticket", ""), site.place.code, now)
    ticket = came or Ticket.issue(site.place.code, now)
    who = standing(site.place, Actor.requester(site.place.code, visit=ticket.visit))
    kept = {name: request.POST.get(name, "")[:16] for name in ("sum", "work")}
    with shown_to(request, who.actor):
        filled, files = fill(Submission, request.POST), files_before(request, who)
        picked = request.POST.get("place_code-picked", "")
        meant = localities.meant(site.place.code, filled.typed.get("place_code", ""), picked=picked)
    if picked and meant.full_name:  # the page need not ask again which one
        filled = replace(filled, typed={**filled.typed, "place_code": meant.full_name})
    page = _Page(request, site, ticket, filled, files, kept, meant)
    return came, page, who


@require_http_methods(["POST"])
@plainly
def unsent(request: HttpRequest, place: str) -> HttpResponseBase:
    """The form again, with all that was typed: what came could not be taken for sent from a page of ours."""
    site = queries.public_site(place)
    if site.channel is None:
        return errors.forged(request)
    _ticket, page, _who = _came_back(request, site, timezone.now().timestamp())
    return page.show(str(UNSENT), status=403)


def _answered_before(page: _Page, who: Standing, channel: str) -> Kept | None:
    """What a form that is sent twice was answered the first time. Raises KeyReused where it says something else."""
    if page.filled.fields is None or page.meant.trouble:
        return None
    fields = page.filled.fields.register(channel, (), page.meant.code)
    return record.kept(account=who.actor.account, key=page.ticket.visit, request=_digest(fields))


def _once(who: Standing, ticket: Ticket, fields: Register) -> Kept:
    """A form that is sent twice makes one case, and is told the same number both times."""

    def write() -> Kept:
        done = intake.register(fields=fields, actor=who.actor, now=who.now)
        return Kept(201, json.dumps([done.number, done.secret]))

    kept, _known = once(
        account=who.actor.account, key=ticket.visit, request=_digest(fields), at=timezone.now(), write=write
    )
    return kept


def _digest(fields: Register) -> bytes:
    return hashlib.sha256(fields.model_dump_json(exclude={"attachments"}).encode()).digest()


def _receipt(page: _Page, kept: Kept) -> HttpResponseBase:
    """Send the browser on to its receipt: going back or reloading then sends nothing again."""
    request, place, fields = page.request, page.site.place.code, page.filled.fields
    assert fields is not None, "nothing else is registered"
    number, code = map(str, json.loads(kept.answer))
    response = redirect(f"/p/{place}/receipt/")
    digest = _digest(fields.register(page.site.channel or "", (), page.meant.code))
    hand_receipt(response, place, page.ticket.visit, digest, secure=request.is_secure())
    remember(response, place, number, code, secure=request.is_secure())
    return response


@require_safe
@plainly
def receipt(request: HttpRequest, place: str) -> HttpResponseBase:
    """Number and query code of what was just submitted, until one goes on from here."""
    site, (visit, digest) = queries.public_site(place), receipt_of(request, place)
    who = requester_in(request, place)
    account = Actor.requester(place, visit=visit).account
    kept = record.kept(account=account, key=visit, request=digest) if visit else None
    if who is None or kept is None:
        return redirect(f"/p/{place}/case/")
    number, code = map(str, json.loads(kept.answer))
    with shown_to(request, who.actor):
        facts, own = cases.visible_facts(who.actor.own, who.actor), cases.own(who.actor)
    if number != who.actor.own:
        return redirect(f"/p/{place}/case/")
    told = {"site": site, "place": site.place, "code": code, "own": own, "case": facts}
    return render(request, "public/receipt.html", told)
