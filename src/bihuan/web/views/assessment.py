"""考核指标: metric, unit and period with the formula in words; every number opens its rows. The score of a unit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bihuan.assessment import queries
from bihuan.assessment.queries import telling
from bihuan.assessment.types import Board, FactRow, Figure, Period, Score, Term, UnitFigures, Weighed
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.ledgers import commands as ledgers
from bihuan.ledgers.types import Asked, Reason, Which
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.assessment import Metric
from bihuan.policy.assessment import Term as Summed
from bihuan.policy.loader import pack
from bihuan.subjects.registry import REGISTRY
from bihuan.web import drafting
from bihuan.web.forms import Filled, Typed, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

SIDES = ("over", "under")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A metric of a unit: n ÷ d as it is shown, the same with what is left out, and the ways to the rows behind."""

    unit: UnitFigures
    figure: Figure
    value: str
    raw: str
    """Empty where nothing was left out."""
    over: str
    under: str
    raw_over: str
    raw_under: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One sum of several that make a number."""

    words: str
    sign: str
    n: int
    url: str
    here: bool


def must_be_known(standing: Standing) -> None:
    """Where the regulation has no figures there is no such page."""
    if not organisations.knows(standing.jurisdiction, norms.ASSESS_FIGURES):
        raise Unknown("figures")


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The figures of a period: all metrics of one unit (of all together), or one metric of all units."""
    return _page(request, standing, request.GET.get("of", ""))


def _page(
    request: HttpRequest, standing: Standing, name: str, *, exporting: Filled[Reason] | None = None, status: int = 200
) -> HttpResponse:
    must_be_known(standing)
    board = queries.board(standing.actor, queries.period_named(name, now=standing.now), now=standing.now)
    metric, unit = request.GET.get("metric", ""), request.GET.get("unit", "")
    chosen = next((one for one in board.units if one.unit == unit), board.total)
    known = queries.periods(now=standing.now)
    period = board.period
    refusal = ledgers.may_export(standing.actor, pack(standing.jurisdiction.pack))
    said: dict[str, object] = {
        "board": board,
        "periods": known if period in known else (period, *known),
        "chosen": chosen,
        "metric": board.metrics.get(metric),
        "lines": list(_lines(board, board.metrics.get(metric), chosen)),
        "scored": _scored(standing) and chosen.unit and chosen.group,
        "export_refusal": refusal.reason if refusal else "",
        **({} if refusal else drafting.begun_export(_export_mark(standing, period.name), back=True)),
    }
    said |= {"exporting": exporting} if exporting else {}
    return render(request, "assessment/figures.html", said, status=status)


def _scored(standing: Standing) -> bool:
    return bool(pack(standing.jurisdiction.pack).assessed.components)


def _lines(board: Board, metric: Metric | None, chosen: UnitFigures) -> Iterator[Line]:
    """One metric of every unit, or every metric of one."""
    if metric:
        units = [board.total, *(() if metric.whole else board.units)]
        yield from (_line(board, unit, unit.figures[metric.code]) for unit in units)
        return
    for figure in chosen.figures.values():
        if not (figure.metric.whole and chosen.unit):
            yield _line(board, chosen, figure)


def _line(board: Board, unit: UnitFigures, figure: Figure) -> Line:
    bounds = board.thresholds.get(figure.metric.code, ())
    ways = {(side, raw): _way(board.period, unit, figure, side, raw=raw) for side in SIDES for raw in (False, True)}
    same = (figure.n, figure.d) == (figure.raw_n, figure.raw_d)
    return Line(
        unit,
        figure,
        telling.value(figure, bounds),
        "" if same else telling.value(figure, bounds, raw=True),
        *(ways[side, raw] for raw in (False, True) for side in SIDES),
    )


def _way(period: Period, unit: UnitFigures, figure: Figure, side: str, *, raw: bool) -> str:
    """To the rows behind a number; empty where the reader may not open them."""
    return rows_of(period, unit.unit, figure.metric.code, side, raw=raw) if unit.opens else ""


def rows_of(period: Period, unit: str, metric: str, side: str, *, raw: bool = False) -> str:
    """Where the rows behind a number of a metric stand."""
    asked = {"of": period.name, "metric": metric, "side": side, "unit": unit, **({"raw": "1"} if raw else {})}
    return f"/figures/rows/?{urlencode(asked)}"


@sent_only
@signed_in
def ask_export(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Have the figures written as a file, for a reason."""
    must_be_known(standing)
    period = queries.period_named(request.POST.get("of", ""), now=standing.now)
    filled = fill(Reason, Typed({"reason": typed_in(request.POST).all("reason")}, posted=True))
    if filled.fields is None:
        drafting.keep(request)
        return _page(request, standing, period.name, exporting=filled, status=422)
    try:
        ledgers.ask_export(
            asked=Asked(Which.ASSESSMENT, {"of": period.name}),
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
    return drafting.mark_of_page(standing, "/figures/export/", back=f"/figures/?of={period}")


@require_safe
@signed_in
def rows(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The rows behind a number: of a metric's upper or lower side, or of an atom."""
    must_be_known(standing)
    asked = request.GET
    period = queries.period_named(asked.get("of", ""), now=standing.now)
    unit, side, raw = asked.get("unit", ""), asked.get("side", ""), bool(asked.get("raw"))
    label, words, terms = _terms(standing, asked.get("metric", ""), side, asked.get("atom", ""))
    at = _number(asked.get("term", ""))
    if not 0 <= at < len(terms):
        raise Unknown(str(at))
    found = queries.rows(
        standing.actor,
        terms[at],
        unit,
        period,
        raw=raw,
        after=_number(asked.get("after", "")),
        limit=SIZE,
        now=standing.now,
        beside=terms,
    )
    said = {
        "label": label,
        "words": words,
        "period": period,
        "unit": found.unit_name,
        "raw": raw,
        "back": f"/figures/?{urlencode({'of': period.name, 'unit': unit})}",
        "total": sum(found.sums),
        "tabs": _tabs(request, terms, found.sums, at),
        "found": found,
        "lines": list(_with_pages(found.rows)),
        "onward": _again(request, after=str(found.more)) if found.more else "",
    }
    return render(request, "assessment/rows.html", said)


def _terms(standing: Standing, metric: str, side: str, atom: str) -> tuple[str, str, Sequence[Summed]]:
    """What a list is called, its formula, and what it adds up. Raises Unknown."""
    if atom:
        try:
            term = Summed.parse(atom)
        except ValueError:
            raise Unknown(atom) from None
        return term.words, "", (term,)
    found = pack(standing.jurisdiction.pack).assessed.metrics.get(metric)
    if found is None or side not in SIDES:
        raise Unknown(metric)
    return found.label, found.words, found.over if side == "over" else found.under


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tabs(request: HttpRequest, terms: Sequence[Summed], sums: Sequence[int], at: int) -> list[Tab]:
    if len(terms) == 1:
        return []
    return [
        Tab(
            term.words,
            "−" if term.sign < 0 else "+" if n else "",
            abs(total),
            _again(request, term=str(n), after=""),
            n == at,
        )
        for n, (term, total) in enumerate(zip(terms, sums, strict=True))
    ]


def _again(request: HttpRequest, **differs: str) -> str:
    asked = {**request.GET.dict(), **differs}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def _with_pages(found: Iterable[FactRow]) -> Iterator[tuple[FactRow, str, str]]:
    """Every row with the number of its subject, and its page for whoever sees it."""
    for row in found:
        word, _, number = row.subject.partition(":")
        yield row, number, "" if row.title is None else REGISTRY[word].page_of(number)


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a score as it is shown."""

    term: Term
    value: str
    points: str
    over: str
    under: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Points for something that happened, with the way to its rows."""

    weighed: Weighed
    each: str
    points: str
    clause: str
    url: str


@require_safe
@signed_in
def score(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The score of a unit in a period, with every term."""
    must_be_known(standing)
    period = queries.period_named(request.GET.get("of", ""), now=standing.now)
    card = queries.score_card(standing.actor, code, period, now=standing.now)
    known = queries.periods(now=standing.now)
    found = card.score
    rulebook = pack(standing.jurisdiction.pack)

    def counted(weighed: Sequence[Weighed]) -> list[Counted]:
        return [
            Counted(
                one,
                telling.points(one.each),
                telling.points(one.points),
                f"{rulebook.instrument.title} {one.clause}" if one.clause else "",
                f"/figures/rows/?{urlencode({'of': period.name, 'unit': code, 'atom': one.atom.code})}"
                if card.opens
                else "",
            )
            for one in weighed
        ]

    def opened(metric: str, side: str) -> str:
        return rows_of(period, code, metric, side) if card.opens else ""

    said = {
        "card": card,
        "periods": known if period in known else (period, *known),
        "components": [
            Component(
                term,
                telling.value(term.figure),
                telling.points(term.points) if term.points is not None else "–",
                *(opened(term.figure.metric.code, side) for side in SIDES),
            )
            for term in found.terms
        ],
        "deductions": counted(found.deductions),
        "bonuses": counted(found.bonuses),
        "bonus_most": telling.points(found.bonus_most),
        "result": _result(found),
        "cited": rulebook.cite(norms.ASSESS_SCORE).words,
    }
    return render(request, "assessment/score.html", said)


def _result(found: Score) -> str:
    return telling.points(found.result) if found.result is not None else "–"
