"""The workbench and the dispatch desk."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.cases import queries as cases
from bihuan.cases.commands import LIFE
from bihuan.cases.types import Act, Basis, CaseBrief, DutyKind
from bihuan.dispatch import queries as dispatch
from bihuan.dispatch.types import Suggestion
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyFilters, DutyRow
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, ResponsibilityRow, Standing
from bihuan.policy.loader import pack
from bihuan.record import queries as record
from bihuan.record.commands import ACTS
from bihuan.web.forms import Choices, Typed, fill, typed_in
from bihuan.web.kinds import KINDS
from bihuan.web.standing import signed_in
from bihuan.web.tasks import rows
from bihuan.web.views.paging import SIZE, without
from bihuan.web.words import entry_basis

LABELS = {kind: label for known in KINDS.values() for kind, label in known.labels.items()}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is owed, with where it is done."""

    duty: DutyRow
    number: str
    title: str
    url: str
    urgent: bool
    case: CaseBrief | None
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the case stands where it can be dispatched."""
        return self.case is not None and LIFE.table.row(self.case.stage, Act.DISPATCH) is not None


@dataclass(frozen=True, slots=True)
class Chip:
    """How many duties of a kind are open, and late, in the scope that is shown."""

    kind: str
    label: str
    open: int
    late: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several cases that were dispatched together."""

    number: str
    done: bool
    words: str
    citation: str = ""


@require_safe
@signed_in
def workbench(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What I owe, or my units do, most urgent first; what waits for others or stands still comes last on its page."""
    everyone, late = request.GET.get("all") == "1", request.GET.get("late") == "1"
    kind = request.GET.get("kind", "")
    kind = kind if kind in LABELS else ""
    filters = DutyFilters(kind=kind or None, overdue=True if late else None, mine=not everyone, one_a_subject=True)
    found, onward = _owed(standing, filters, request.GET.get("after", ""))
    every = duties.counts(standing.actor, now=standing.now)
    counted = every.of_units if everyone else every.mine
    lengths = record.lengths(duty.subject for duty in found)
    told = {k: (tally.open, tally.overdue) for k, tally in counted.items()}
    if _unchanged(request, mark := _mark(found, {"counted": told, "lengths": lengths})):
        return HttpResponse(status=204)
    tallies = [Chip(k, LABELS.get(k, k), tally.open, tally.overdue, k == kind) for k, tally in counted.items()]
    said = {
        "tasks": rows(found, standing, labels=LABELS),
        "onward": onward,
        "mark": mark,
        "query": without(request, "since"),
        "scope": "all=1&" if everyone else "",
        "tallies": tallies,
        "open": sum(t.open for t in tallies),
        "late": sum(t.late for t in tallies),
        "everyone": everyone,
        "late_only": late,
        "kind": kind,
    }
    return render(request, "desk/_tasks.html" if _wants_rows(request) else "desk/workbench.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def dispatch_desk(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Cases that wait for their unit, with the units that the responsibility list suggests; many go out at once."""
    outcomes = _dispatch_all(request, standing) if request.method == "POST" else []
    found, onward = _owed(standing, DutyFilters(kind=DutyKind.DISPATCH), request.GET.get("after", ""))
    if _unchanged(request, mark := _mark(found, {})):
        return HttpResponse(status=204)
    tasks = list(_tasks(found, standing))
    texts = cases.texts([t.number for t in tasks], standing.actor)
    open_to = {t.number: texts[t.number] for t in tasks if t.ready and t.number in texts}
    accused = {t.number: t.case.accused for t in tasks if t.case is not None}
    fitting = dispatch.suggestions(open_to, standing.jurisdiction.code, now=standing.now, accused=accused)
    said = {
        "tasks": [replace(t, suggestions=fitting.get(t.number, ())) for t in sorted(tasks, key=lambda t: not t.ready)],
        "onward": onward,
        "texts": texts,
        "mark": mark,
        "outcomes": outcomes,
        "sent": sum(o.done for o in outcomes),
        "units": Choices(standing).unit,
        "may_dispatch": standing.actor.holds(Post.DISPATCHER),
    }
    return render(request, "desk/_dispatch_rows.html" if _wants_rows(request) else "desk/dispatch.html", said)


def _dispatch_all(request: HttpRequest, standing: Standing) -> list[Outcome]:
    """Dispatch every case that is ticked, each for itself: what one is refused does not hold up the others."""
    typed, place = typed_in(request.POST), standing.jurisdiction.code
    chosen = list(dict.fromkeys(typed.all("case")))[:SIZE]
    entries = {e.code: e for e in organisations.responsibilities(place, now=standing.now)}
    codes = {name: code for code, name in organisations.directory(place).names.items()}
    return [_dispatch_one(number, _choice(number, typed, entries, codes), standing) for number in chosen]


def _choice(number: str, typed: Typed, entries: Mapping[str, ResponsibilityRow], codes: Mapping[str, str]) -> Typed:
    """What the row says of a case: an entry of the responsibility list, or a unit named with a reason."""
    unit, entry = typed.one(f"unit-{number}").strip(), entries.get(typed.one(f"entry-{number}"))
    if unit or entry is None:
        basis = typed.one(f"basis-{number}")
        said = {"lead": codes.get(unit, unit), "basis_kind": typed.one(f"kind-{number}"), "basis": basis}
    else:
        said = {"lead": entry.lead, "basis_kind": Basis.LIST_ENTRY, "basis": entry_basis(entry)}
    return Typed({name: [value] for name, value in said.items() if value}, posted=True)


def _dispatch_one(number: str, typed: Typed, standing: Standing) -> Outcome:
    act = ACTS[("case", Act.DISPATCH)]
    filled = fill(act.fields, typed)
    if filled.fields is None:
        labels = {name: info.title or name for name, info in act.fields.model_fields.items()}
        wrong = "；".join(f"{labels.get(name, '')}：{words}" for name, words in filled.errors.items())
        return Outcome(number, False, wrong)
    try:
        done = act.run(number=number, fields=filled.fields, actor=standing.actor, now=standing.now)
    except Refused as refused:
        rulebook = pack(refused.pack or standing.jurisdiction.pack)
        return Outcome(number, False, refused.refusal.reason, rulebook.cite(refused.refusal.norm).words)
    except Unknown:
        return Outcome(number, False, gettext("没有这件工单，或者它不在您的职务可以办理的范围内。"))
    return Outcome(number, True, done.sentence)


def _mark(found: Sequence[DutyRow], counted: Mapping[str, Any]) -> str:
    """What a page of duties shows, in a few characters: it changes when something does, or falls overdue."""
    shown = [(d.id, d.due_at.isoformat(), d.paused, d.overdue) for d in found]
    return hashlib.blake2b(json.dumps([shown, counted], sort_keys=True).encode(), digest_size=9).hexdigest()


def _unchanged(request: HttpRequest, mark: str) -> bool:
    """Whether a page that is open asks, and shows all there is."""
    return bool(getattr(request, "htmx", False)) and request.GET.get("since") == mark


def _wants_rows(request: HttpRequest) -> bool:
    """Whether the page is there already and only asks for more rows."""
    return bool(getattr(request, "htmx", False)) and "after" in request.GET


def _owed(standing: Standing, filters: DutyFilters, after: str) -> tuple[list[DutyRow], str]:
    """One page of duties, and the position from which the next one goes on."""
    found = duties.owed(
        standing.actor, filters, labels=LABELS, now=standing.now, after=_position(after), limit=SIZE + 1
    )
    shown = found[:SIZE]
    onward = f"{shown[-1].due_at.isoformat()}~{shown[-1].id}" if len(found) > SIZE else ""
    return shown, onward


def _position(text: str) -> tuple[datetime, int] | None:
    at, _, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(id)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _tasks(found: Iterable[DutyRow], standing: Standing) -> Iterable[Task]:
    rows = [(duty, word, number) for duty in found for word, _, number in [duty.subject.partition(":")]]
    briefs = {
        word: known.briefs([number for _, w, number in rows if w == word], standing.actor)
        for word, known in KINDS.items()
        if any(w == word for _, w, _ in rows)
    }
    for duty, word, number in rows:
        known, brief = KINDS.get(word), briefs.get(word, {}).get(number)
        yield Task(
            duty=duty,
            number=number,
            title=brief.title if brief else "",
            url=known.page_of(number) if known else "",
            urgent=getattr(brief, "urgency", None) == "urgent",
            case=brief if isinstance(brief, CaseBrief) else None,
        )
