"""Figures over the API: every number with its formula, and the rows behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api import cursors
from bihuan.api.cursors import Page, Paging, RowId
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.assessment import queries
from bihuan.assessment.queries import telling
from bihuan.assessment.types import Board, FactRow, Period, ScoreCard, UnitFigures, Weighed
from bihuan.kernel.fields import Fields, Line
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.assessment import Term

TAG = "考核指标"
ALL = "all"
"""In an address: all units together."""


@dataclass(frozen=True, slots=True)
class MetricShown:
    """A metric of a unit: what is shown, and what it was made of; `raw` with what is left out elsewhere."""

    unit: str
    unit_name: str
    metric: str
    label: str
    words: str
    value: str
    over: int
    under: int
    raw: str
    raw_over: int
    raw_under: int


@dataclass(frozen=True, slots=True)
class FiguresShown:
    """The figures of a period; `until` is until when the record was read."""

    period: str
    since: date
    last: date
    until: datetime
    items: tuple[MetricShown, ...]


@dataclass(frozen=True, slots=True)
class TermShown:
    """A component of a score."""

    metric: str
    label: str
    weight: int
    over: int
    under: int
    value: str
    points: str


@dataclass(frozen=True, slots=True)
class CountedShown:
    """Points taken away or given for something that happened."""

    atom: str
    label: str
    n: int
    each: str
    points: str
    clause: str | None


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """A unit's score with every term; `weight` is the sum of the weights that counted."""

    unit: str
    unit_name: str
    group: str
    period: str
    until: datetime
    result: str
    weight: int
    terms: tuple[TermShown, ...]
    deductions: tuple[CountedShown, ...]
    bonuses: tuple[CountedShown, ...]


class RowsOf(Paging):
    """Which of a metric's rows."""

    side: Line = Field("over", title="分子或分母", description="over 分子，under 分母", pattern="^(over|under)$")
    term: int = Field(0, title="第几项", description="分子、分母由几项相加减的，从0数起", ge=0, le=20)
    raw: bool = Field(False, title="不剔除")


class ScoreOf(Fields):
    """Of which period."""

    of: Line = Field("", title="期间", description="2026、2026-Q4 或 2026-11；不写为本月")


def endpoints() -> Iterator[Endpoint]:
    """Figures of a period, the rows behind them, the score of a unit."""
    yield Endpoint(
        method="GET",
        path="figures/{period}",
        view=_shown,
        name="show_figures",
        tag=TAG,
        summary="一期的指标：合计和可见范围内的各单位，附分子、分母和口径",
        returns=FiguresShown,
        leads={
            "list_figure_rows": (("period", "/period"), ("metric", "/items/0/metric"), ("unit", "/items/0/unit")),
        },
    )
    yield Endpoint(
        method="GET",
        path="figures/{period}/{metric}/{unit}/rows",
        view=_rows,
        name="list_figure_rows",
        tag=TAG,
        summary=f"一个数字里的每一件；全部单位写 {ALL}",
        query=RowsOf,
        returns=Page[FactRow],
    )
    yield Endpoint(
        method="GET",
        path="units/{code}/score",
        view=_score,
        name="show_score",
        tag=TAG,
        summary="一个单位的考核得分，逐项列出",
        query=ScoreOf,
        returns=ScoreShown,
        leads={"show_figures": ("period", "/period")},
    )


def _period(name: str, call: Call) -> Period:
    """The period of that name. Raises Unknown, and where the regulation has no figures."""
    place = organisations.jurisdiction(call.actor.jurisdiction, now=call.now)
    found = queries.period_named(name, now=call.now)
    if not organisations.knows(place, norms.ASSESS_FIGURES) or (name and found.name != name):
        raise Unknown(name)
    return found


def _shown(call: Call) -> Reply:
    board = queries.board(call.actor, _period(call.path["period"], call), now=call.now)
    units = (board.total, *board.units)
    items = tuple(one for unit in units for one in _of(board, unit))
    return Reply(FiguresShown(board.period.name, board.period.since, board.period.until, board.until, items))


def _of(board: Board, unit: UnitFigures) -> Iterator[MetricShown]:
    for code, figure in unit.figures.items():
        if figure.metric.whole and unit.unit:
            continue
        bounds = board.thresholds.get(code, ())
        yield MetricShown(
            unit.unit,
            unit.name,
            code,
            figure.metric.label,
            figure.metric.words,
            telling.value(figure, bounds),
            figure.n,
            figure.d,
            telling.value(figure, bounds, raw=True),
            figure.raw_n,
            figure.raw_d,
        )


def _rows(call: Call) -> Reply:
    asked: RowsOf = call.query
    period = _period(call.path["period"], call)
    metric = organisations.pack_of(call.actor.jurisdiction, now=call.now).assessed.metrics.get(call.path["metric"])
    if metric is None:
        raise Unknown(call.path["metric"])
    terms: tuple[Term, ...] = metric.over if asked.side == "over" else metric.under
    if asked.term >= len(terms):
        raise Unknown(str(asked.term))
    after: tuple[RowId] | None = cursors.read(asked.cursor, tuple[RowId])
    unit = "" if call.path["unit"] == ALL else call.path["unit"]
    found = queries.rows(
        call.actor,
        terms[asked.term],
        unit,
        period,
        raw=asked.raw,
        after=after[0] if after else 0,
        limit=asked.limit + 1,
        now=call.now,
    )
    return Reply(cursors.page(list(found.rows), asked.limit, lambda row: (row.id,)))


def _score(call: Call) -> Reply:
    asked: ScoreOf = call.query
    return Reply(_card(queries.score_card(call.actor, call.path["code"], _period(asked.of, call), now=call.now)))


def _card(card: ScoreCard) -> ScoreShown:
    found = card.score
    terms = tuple(
        TermShown(
            term.figure.metric.code,
            term.figure.metric.label,
            term.weight,
            term.figure.n,
            term.figure.d,
            telling.value(term.figure),
            telling.points(term.points) if term.points is not None else "–",
        )
        for term in found.terms
    )
    result = telling.points(found.result) if found.result is not None else "–"
    return ScoreShown(
        card.unit,
        card.name,
        card.group,
        card.period.name,
        card.until,
        result,
        found.weight,
        terms,
        tuple(map(_counted, found.deductions)),
        tuple(map(_counted, found.bonuses)),
    )


def _counted(one: Weighed) -> CountedShown:
    each, points = telling.points(one.each), telling.points(one.points)
    return CountedShown(one.atom.code, one.atom.label, one.n, each, points, one.clause)
