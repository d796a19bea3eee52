"""The page of a subject, its acts, and its requester."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import at_work
from bihuan.duties.sight import posts_in
from bihuan.duties.types import DutyRow
from bihuan.kernel.doors import with_files
from bihuan.kernel.needs import Allowed, lacking
from bihuan.kernel.refusal import Overtaken, Refusal, Refused, Unknown
from bihuan.matters.types import DutyKind as MatterDuty
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.record.commands import ACTS
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as identities
from bihuan.requesters.types import DiscloseFields, Ground, Identity
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY
from bihuan.web import drafting
from bihuan.web.drafting import mark_of_act, settling
from bihuan.web.forms import ALL, Choices, Filled, Typed, blame, controls, fill, fill_from, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.subjects import Attempt, SubjectPage, Told, page, typed_words
from bihuan.web.views import errors

PREFIX = "unmask"
SORTS = {"all": _("全部"), "people": _("人员办理"), "clock": _("系统自动"), "refused": _("被拒绝的")}
"""What the record of a subject can be narrowed to."""


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing, kind: str, number: str) -> HttpResponse:
    """The page of a subject; the query may open an act's form and say with what it begins.

    A page that is open asks with the version that it shows, and gets nothing (204) while that is the last one.
    """
    known, since = REGISTRY[kind], request.GET.get("since", "")
    if getattr(request, "htmx", False) and since and known.see(number, standing.actor).version == _number(since):
        return HttpResponse(status=204)
    return _render(request, standing, known, number, begin=typed_in(request.GET))


@with_files
@sent_only
@signed_in
def act(request: HttpRequest, standing: Standing, kind: str, number: str, act: str) -> HttpResponseBase:
    """Do an act; where it does not succeed the page says why and keeps what was typed."""
    known, declared = REGISTRY[kind], ACTS.get((kind, act))
    if declared is None or all(m.origin is None for m in known.life.table.moves if m.act == act):
        raise Unknown(act)
    try:
        facts = known.see(number, standing.actor)  # sight is asked before the form is read and its files are kept
    except Unknown:
        if _was_theirs(request, standing, known, number):
            return errors.taken_away(request, number, typed_words(known, act, typed_in(request.POST), standing))
        raise
    filled = fill_from(request, declared.fields, standing)
    tried = Attempt(act, filled.typed, filled.errors)
    if filled.fields is None:
        drafting.keep(request)
        needs = declared.required(facts, pack(facts.pack)) if declared.required else {}
        lacked = {r.field: r.reason for r in lacking(filled.typed.one, needs) if r.field}
        tried = replace(tried, errors={**lacked, **filled.errors})
        against = known.life.against(declared.word, facts, standing.actor, standing.now)
        if against is not None:  # nothing that could be filled in would help
            cited = known.life.rulebook(facts).cite(against.norm).words
            seen = _version(request)
            overtaken = seen if seen != facts.version else None
            tried = replace(tried, words=against.reason, citation=cited, seen=overtaken)
        return _render(request, standing, known, number, attempt=tried, status=409 if against else 422)
    try:
        with settling(standing, mark_of_act(standing, kind, number, act, known.page_of(number))):
            done = declared.run(
                number=number, fields=filled.fields, actor=standing.actor, now=standing.now, version=_version(request)
            )
    except Refused as refused:
        drafting.keep(request)
        tried = _refused(tried, refused, standing, blame(refused.all, declared.fields))
        return _render(request, standing, known, number, attempt=tried, status=409)
    except Unknown:  # it was taken away while the form was read
        if _was_theirs(request, standing, known, number):
            return errors.taken_away(request, number, typed_words(known, act, filled.typed, standing))
        raise
    except Overtaken as late:
        drafting.keep(request)
        tried = Attempt(act, filled.typed, {}, words=str(late), seen=late.seen)
        return _render(request, standing, known, number, attempt=tried, status=409)
    if done.secret:
        return render(request, "cases/renewed.html", {"number": number, "code": done.secret})
    messages.success(request, f"{number}：{done.sentence}。")
    return redirect(known.page_of(number))


def _refused(tried: Attempt, refused: Refused, standing: Standing, errors: Mapping[str, str]) -> Attempt:
    rulebook = pack(refused.pack or standing.jurisdiction.pack)
    return Attempt(tried.act, tried.typed, errors, refused.refusal.reason, rulebook.cite(refused.refusal.norm).words)


TAKEN_AWAY_WITHIN = timedelta(days=1)
"""So long after a subject was taken from a unit whoever had its form open is told so."""


def _was_theirs(request: HttpRequest, standing: Standing, known: Kind, number: str) -> bool:
    """Whether this person was shown the form on a subject that was taken from their unit since.

    The mark that we signed says that they were; everybody else is told what is told of a number that there is not.
    """
    mark = drafting.marked(request)
    shown = mark is not None and (mark.account, mark.subject) == (standing.actor.account, f"{known.word}:{number}")
    return shown and known.was_taken_away(number, standing.actor, since=standing.now - TAKEN_AWAY_WITHIN)


def _version(request: HttpRequest) -> int | None:
    return _number(request.POST.get("version", ""))


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


@sent_only
@signed_in
def unmask(request: HttpRequest, standing: Standing, kind: str, number: str) -> HttpResponse:
    """Show the requester in clear, once, to somebody who says why; the look is recorded.

    Where a page asks that stands open, it is given the requester alone: what is typed on it stays.
    """
    known = REGISTRY[kind]
    facts = known.see(number, standing.actor)
    if facts.requester is None:
        raise Unknown(number)
    filled = fill(DiscloseFields, Typed(typed_in(request.POST).values, posted=True))
    try:
        shown = _disclose(request, standing, facts, filled)
    except Refused as refused:
        errors = blame(refused.all, DiscloseFields) or {"reason": refused.refusal.reason}
        filled, shown = Filled(filled.typed, None, errors), None
    part, told = bool(getattr(request, "htmx", False)), 200 if shown else 422
    return _render(
        request, standing, known, number, unmasking=filled, shown=shown, status=200 if part else told, part=part
    )


def _sorts(timeline: Sequence[Told]) -> list[tuple[str, str, int]]:
    counted = Counter(told.sort for told in timeline)
    return [(sort, str(words), len(timeline) if sort == "all" else counted[sort]) for sort, words in SORTS.items()]


def _disclose(
    request: HttpRequest, standing: Standing, facts: object, filled: Filled[DiscloseFields]
) -> Identity | None:
    if filled.fields is None:
        return None
    return requesters.disclose(
        requester=facts.requester,  # type: ignore[attr-defined]
        subject=facts.subject,  # type: ignore[attr-defined]
        barred=None,
        fields=filled.fields,
        actor=standing.actor,
        pack=pack(facts.pack),  # type: ignore[attr-defined]
        now=standing.now,
        units=at_work(facts.parts),  # type: ignore[attr-defined]
        posts=posts_in(facts.parts),  # type: ignore[attr-defined]
        confidants=facts.confidants,  # type: ignore[attr-defined]
        ip=request.META.get("REMOTE_ADDR", ""),
    )


GROUNDS: Mapping[str, Ground] = {
    CaseDuty.FIRST_CONTACT: Ground.CONTACT,
    CaseDuty.RELAY: Ground.CONTACT,
    MatterDuty.RELAY: Ground.CONTACT,
    CaseDuty.CALLBACK: Ground.CALLBACK,
}
"""Duty → on which ground whoever owes it looks at the requester."""


@dataclass(frozen=True, slots=True)
class LookFor:
    """Why somebody would look at the requester now: a duty of theirs says it."""

    ground: Ground
    reason: str


def _look_for(duties: Sequence[DutyRow], standing: Standing) -> LookFor | None:
    """The ground and the reason that a duty of one's own gives; None where none does."""
    mine = (d for d in duties if d.kind in GROUNDS and standing.actor.holds(d.post, unit=d.holder))
    first = min(mine, key=lambda d: d.due_at, default=None)
    return LookFor(GROUNDS[first.kind], f"办理“{first.label}”") if first else None


@dataclass(frozen=True, slots=True)
class Overtook:
    """Who did something while a page stood open: oneself in another window, the clock, or somebody else; and what."""

    myself: bool
    clock: bool
    told: tuple[Told, ...]


def _overtook(found: SubjectPage, tried: Attempt, standing: Standing) -> Overtook | None:
    """Whoever was first; others are named before oneself and before the clock, who tell less of what has changed."""
    if tried.seen is None:
        return None
    since = found.since(tried.seen)
    own = tuple(told for told in since if told.event.account == standing.actor.account)
    others = tuple(told for told in since if told not in own and told.sort != "clock")
    shown = others or own or since
    return Overtook(not others and bool(own), bool(since) and not others and not own, shown[:3])


def _barred(view: Any, standing: Standing) -> Refusal | None:
    """Why the requester cannot be shown in clear to this person; nothing where there is none."""
    if view.requester is None:
        return None
    units = at_work(view.facts.parts)
    return access.barred(Power.UNMASK, standing.actor, standing.jurisdiction, units=units) or identities.barred(
        standing.actor, view.requester, view.facts.confidants
    )


def _grounds(view: Any, standing: Standing) -> Allowed:
    """The grounds on which the requester may be looked at; where there is none the page says who may."""
    if view.requester is None:
        return ALL
    parts = view.facts.parts
    found = identities.grounds(
        standing.actor,
        view.requester,
        units=at_work(parts),
        posts=posts_in(parts),
        confidants=view.facts.confidants,
    )
    return {"ground": found} if found else ALL


def _render(
    request: HttpRequest,
    standing: Standing,
    known: Kind,
    number: str,
    *,
    attempt: Attempt | None = None,
    begin: Typed | None = None,
    unmasking: Filled[DiscloseFields] | None = None,
    shown: Identity | None = None,
    status: int = 200,
    part: bool = False,
) -> HttpResponse:
    found = page(known, number, standing, attempt=attempt, begin=begin)
    typed, errors = (unmasking.typed, unmasking.errors) if unmasking else (Typed(), {})
    shown_sort = request.GET.get("record", "all")
    said = {
        "page": found,
        "sorts": _sorts(found.timeline),
        "record": shown_sort if shown_sort in SORTS else "all",
        "timeline": [t for t in found.timeline if shown_sort not in SORTS or shown_sort in ("all", t.sort)],
        "news": found.timeline[0] if request.GET.get("since") and found.timeline else None,
        "subject": found.view,
        "facts": found.view.facts,
        "pack_id": pack(found.view.facts.pack).id,
        "attempt": attempt,
        "overtook": _overtook(found, attempt, standing) if attempt else None,
        "unmask": controls(
            DiscloseFields,
            prefix=PREFIX,
            typed=typed,
            choices=Choices(standing),
            errors=errors,
            allowed=_grounds(found.view, standing),
        ),
        "unmasking": unmasking,
        "unmask_barred": _barred(found.view, standing),
        "shown": shown,
        "look_for": _look_for(found.open_duties, standing),
        **found.details,
    }
    return render(request, "subjects/_requester.html" if part else known.template, said, status=status)
