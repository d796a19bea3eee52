"""The ledger of listed matters, its months, and the confirmation of a strike-off."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.matters import queries as matters
from bihuan.matters.types import REPORTER, MatterClass, Stage
from bihuan.matters.types.rows import MatterFilters
from bihuan.organisations.queries import today
from bihuan.organisations.types import Standing
from bihuan.web.forms import Choices, typed_in
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE, position, without

SHOWN_MONTHS = 6


@require_safe
@signed_in
def ledger(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every matter that the actor may see, the newest first."""
    typed = typed_in(request.GET)
    filters = MatterFilters(
        stage=typed.one("stage") if typed.one("stage") in set(Stage) else None,
        open={"1": True, "0": False}.get(typed.one("open")),
        matter_class=typed.one("class") if typed.one("class") in set(MatterClass) else None,
        lead=typed.one("lead") or None,
        number=typed.one("q").strip() or None,
    )
    after = position(typed.one("after"))
    found = matters.ledger(standing.actor, filters, now=standing.now, after=after, limit=SIZE + 1)
    said: dict[str, Any] = {
        "rows": found[:SIZE],
        "onward": found[SIZE - 1].id if len(found) > SIZE else "",
        "query": without(request, "after"),
        "filtered": filters != MatterFilters(),
    }
    if getattr(request, "htmx", False) and after is not None:
        return render(request, "matters/_rows.html", said)
    said |= {
        "filters": filters,
        "open_word": typed.one("open"),
        "stages": tuple(Stage),
        "classes": tuple(MatterClass),
        "units": Choices(standing).unit,
        "may_report": standing.actor.holds(*REPORTER.posts),
    }
    return render(request, "matters/ledger.html", said)


@require_safe
@signed_in
def months(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The reconciliation of a month and of those before it: opening + new − struck off = closing."""
    last = _month(request.GET.get("month", "")) or today(standing.now).replace(day=1)
    shown = [_before(last, n) for n in range(SHOWN_MONTHS)]
    rows = [matters.reconciliation(standing.actor, month, now=standing.now) for month in shown]
    return render(request, "matters/months.html", {"rows": rows, "month": last})


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 1993 <= found.year < 2100 else None


def _before(month: date, by: int) -> date:
    months = month.year * 12 + month.month - 1 - by
    return date(months // 12, months % 12 + 1, 1)


@require_safe
@signed_in
def slip(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The confirmation of the last strike-off, for the files."""
    return render(request, "matters/slip.html", {"slip": matters.strike_off_slip(number, standing.actor)})
