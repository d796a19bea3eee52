"""How the two mechanisms are carried out: figures unit by unit, signs of failings, each with the cases behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from bihuan.joint import queries as joint
from bihuan.joint.types import Kind
from bihuan.joint.types.figures import (
    FORMULAS,
    GROUPS,
    SIDES,
    WHISTLES_ALONE,
    Carried,
    Figure,
    FigureCell,
    Period,
    Side,
    UnitFigures,
)
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.ledgers import commands as ledgers
from bihuan.ledgers.types import Asked, Reason, Which
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.web import drafting
from bihuan.web.forms import Filled, Typed, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

QUARTERS = (
    gettext_noop("%(year)s年第一季度"),
    gettext_noop("%(year)s年第二季度"),
    gettext_noop("%(year)s年第三季度"),
    gettext_noop("%(year)s年第四季度"),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a figure, late or never done, with the way to what it counts."""

    figure: Figure
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Number:
    """A figure with the way to what it counts."""

    cell: FigureCell
    url: str
    beside: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below one heading."""

    heading: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's line of a table."""

    unit: UnitFigures
    cells: tuple[Below, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one mechanism on one side."""

    kind: Kind
    side: Side
    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def must_be_known(standing: Standing) -> None:
    """Where the regulation knows no joint handling there is no such page."""
    if not organisations.knows(standing.jurisdiction, norms.LINKAGE_REQUEST):
        raise Unknown("joint")


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The figures of a period."""
    return _page(request, standing, request.GET.get("of", ""))


@sent_only
@signed_in
def ask_export(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Have the figures written as a file, for a reason."""
    must_be_known(standing)
    period = joint.period_named(request.POST.get("of", ""), now=standing.now)
    typed = Typed({"reason": typed_in(request.POST).all("reason")}, posted=True)
    filled = fill(Reason, typed)
    if filled.fields is None:
        drafting.keep(request)
        return _page(request, standing, period.name, exporting=filled, status=422)
    try:
        ledgers.ask_export(
            asked=Asked(Which.FIGURES, {"of": period.name}),
            told=f"期间：{period.label}",
            fields=filled.fields,
            actor=standing.actor,
            rulebook=pack(standing.jurisdiction.pack),
            now=standing.now,
        )
    except Refused as refused:
        drafting.keep(request)
        told = Filled[Reason](filled.typed, None, {"reason": refused.refusal.reason})
        return _page(request, standing, period.name, exporting=told, status=409)
    drafting.drop(_export_mark(standing, ""))
    return redirect("/exports/")


def _export_mark(standing: Standing, period: str) -> drafting.Mark:
    return drafting.mark_of_page(standing, "/joint/figures/export/", back=f"/joint/figures/?of={period}")


def _page(
    request: HttpRequest,
    standing: Standing,
    name: str,
    *,
    exporting: Filled[Reason] | None = None,
    status: int = 200,
) -> HttpResponse:
    must_be_known(standing)
    rulebook = pack(standing.jurisdiction.pack)
    found = joint.carried_out(standing.actor, joint.period_named(name, now=standing.now), now=standing.now)
    refusal = ledgers.may_export(standing.actor, rulebook)
    known = joint.periods(now=standing.now)
    offered = known if found.period in known else (found.period, *known)
    said: dict[str, Any] = {
        "found": found,
        "period": _words(found.period),
        "periods": [(period.name, _words(period)) for period in offered],
        "tables": [_table(found, kind, side) for kind in Kind for side in Side],
        "formulas": [(side, [(figure, FORMULAS[figure]) for figure in SIDES[side]]) for side in Side],
        "cited": _cited(standing),
        "export_refusal": refusal.reason if refusal else "",
        **({} if refusal else drafting.begun_export(_export_mark(standing, found.period.name), back=True)),
    }
    said |= {"exporting": exporting} if exporting else {}
    return render(request, "joint/figures.html", said, status=status)


def _words(period: Period) -> str:
    """A year, a quarter or a month in the language of the page."""
    year, _, part = period.name.partition("-")
    if part.startswith("Q"):
        return gettext(QUARTERS[int(part[1]) - 1]) % {"year": year}
    return (gettext("%(year)s年%(n)s月") if part else gettext("%(year)s年")) % {"year": year, "n": part.lstrip("0")}


def _cited(standing: Standing) -> Mapping[str, str]:
    """The clauses that want these figures."""
    rulebook = pack(standing.jurisdiction.pack)
    wanted = {
        str(Kind.LINKAGE): norms.LINKAGE_FIGURES,
        str(Kind.WHISTLE): norms.WHISTLE_FIGURES,
        "misuse": norms.WHISTLE_MISUSE,
    }
    return {name: rulebook.cite(norm).words for name, norm in wanted.items() if rulebook.binds(norm)}


def _table(found: Carried, kind: Kind, side: Side) -> Table:
    headings = [
        label
        for label, figures in GROUPS[side].items()
        if kind is Kind.WHISTLE or any(figure not in WHISTLES_ALONE for figure in figures)
    ]
    rows = [row for row in found.rows if (row.kind, row.side) == (kind, side)]
    return Table(kind, side, tuple(headings), tuple(_line(row, found) for row in rows))


def _line(row: UnitFigures, found: Carried) -> Line:
    return Line(
        row,
        tuple(Below(group.label, tuple(_number(cell, row, found) for cell in group.cells)) for group in row.groups),
    )


def _number(cell: FigureCell, row: UnitFigures, found: Carried) -> Number:
    of = {} if row.side is Side.DESK else {"of": row.unit, "side": row.side}
    where = {"kind": row.kind, **of, "from": found.period.since, "to": found.period.until}
    way = "/joint/?{}".format
    beside = tuple(Beside(figure, count, way(urlencode({"figure": figure, **where}))) for figure, count in cell.beside)
    return Number(cell, way(urlencode({"figure": cell.figure, **where})), beside)
