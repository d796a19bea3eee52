"""The workbench and the dispatch desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.cases import queries as cases
from bihuan.cases.commands import LIFE
from bihuan.cases.types import Act, CaseBrief, DutyKind
from bihuan.dispatch import queries as dispatch
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyFilters, DutyRow
from bihuan.organisations.types import ResponsibilityRow, Standing
from bihuan.web.kinds import KINDS
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE

LABELS = {kind: label for known in KINDS.values() for kind, label in known.labels.items()}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is owed, with where it is done."""

    duty: DutyRow
    number: str
    title: str
    url: str
    urgent: bool
    mine: bool
    case: CaseBrief | None
    suggestions: tuple[ResponsibilityRow, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the case stands where it can be dispatched."""
        return self.case is not None and LIFE.table.row(self.case.stage, Act.DISPATCH) is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many duties of a kind are open, and late."""

    kind: str
    label: str
    open: int
    late: int
    chosen: bool


@require_safe
@signed_in
def workbench(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What my units owe, the most urgent first."""
    everyone, late = request.GET.get("all") == "1", request.GET.get("late") == "1"
    kind = request.GET.get("kind", "")
    kind = kind if kind in LABELS else ""
    filters = DutyFilters(kind=kind or None, overdue=True if late else None, mine=not everyone)
    tasks, onward = _owed(standing, filters, request.GET.get("after", ""))
    counted = duties.counts(standing.actor, now=standing.now)
    tallies = [Tally(k, LABELS.get(k, k), n["open"], n["overdue"], k == kind) for k, n in counted.items()]
    said = {
        "tasks": tasks,
        "onward": onward,
        "tallies": tallies,
        "open": sum(t.open for t in tallies),
        "late": sum(t.late for t in tallies),
        "everyone": everyone,
        "late_only": late,
        "kind": kind,
    }
    return render(request, "desk/_tasks.html" if _wants_rows(request) else "desk/workbench.html", said)


@require_safe
@signed_in
def dispatch_desk(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Cases that wait for their unit, with the units that the responsibility list suggests."""
    tasks, onward = _owed(standing, DutyFilters(kind=DutyKind.DISPATCH), request.GET.get("after", ""))
    texts = cases.texts([t.number for t in tasks], standing.actor)
    open_to = {t.number: texts[t.number] for t in tasks if t.ready and t.number in texts}
    found = dispatch.suggestions(open_to, standing.jurisdiction.code, now=standing.now)
    shown = [Task(t.duty, t.number, t.title, t.url, t.urgent, t.mine, t.case, found.get(t.number, ())) for t in tasks]
    said = {"tasks": shown, "onward": onward, "texts": texts}
    return render(request, "desk/_dispatch_rows.html" if _wants_rows(request) else "desk/dispatch.html", said)


def _wants_rows(request: HttpRequest) -> bool:
    """Whether the page is there already and only asks for more rows."""
    return bool(getattr(request, "htmx", False)) and "after" in request.GET


def _owed(standing: Standing, filters: DutyFilters, after: str) -> tuple[list[Task], str]:
    """One page of duties, and the position from which the next one goes on."""
    found = duties.owed(
        standing.actor, filters, labels=LABELS, now=standing.now, after=_position(after), limit=SIZE + 1
    )
    shown = found[:SIZE]
    onward = f"{shown[-1].due_at.isoformat()}~{shown[-1].id}" if len(found) > SIZE else ""
    return list(_tasks(shown, standing)), onward


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
            mine=standing.actor.holds(*_posts(duty.post), unit=duty.holder),
            case=brief if isinstance(brief, CaseBrief) else None,
        )


def _posts(post: str) -> tuple[str, ...]:
    return ("deputy", "head") if post == "deputy" else (post,)
