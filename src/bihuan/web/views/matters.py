"""The months of the ledger of listed matters, and the confirmation of a strike-off."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.matters import queries as matters
from bihuan.organisations.queries import today
from bihuan.organisations.types import Standing
from bihuan.web.standing import signed_in

SHOWN_MONTHS = 6


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
