"""The figures of assessment as a table: a row for each unit and metric, with what is left out and without."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.assessment import queries as assessment
from bihuan.assessment.queries import telling
from bihuan.kernel.actor import Actor
from bihuan.ledgers.queries.parts import Table
from bihuan.ledgers.types import Ask, Asked, Column, Filter, Kind, Value, Which

_COLUMNS = (
    Column("period", "期间", width=16, usual=True),
    Column("unit", "单位", width=24, usual=True),
    Column("group", "分组", width=14, usual=True),
    Column("metric", "指标", width=18, usual=True),
    Column("value", "数值", width=12, usual=True),
    Column("over", "分子", Kind.NUMBER, 10, usual=True),
    Column("under", "分母", Kind.NUMBER, 10, usual=True),
    Column("raw", "不剔除", width=12, usual=True),
    Column("raw_over", "不剔除的分子", Kind.NUMBER, 12, usual=True),
    Column("raw_under", "不剔除的分母", Kind.NUMBER, 12, usual=True),
    Column("words", "怎样计算", width=60, usual=True),
)


def _rows(actor: Actor, asked: Asked, now: datetime) -> Sequence[tuple[Value, ...]]:
    board = assessment.board(actor, assessment.period_named(asked.values.get("of", ""), now=now), now=now)
    return [
        (
            board.period.label,
            unit.name,
            board.groups.get(unit.group, ""),
            figure.metric.label,
            telling.value(figure, board.thresholds.get(code, ())),
            figure.n,
            figure.d,
            telling.value(figure, board.thresholds.get(code, ()), raw=True),
            figure.raw_n,
            figure.raw_d,
            figure.metric.words,
        )
        for unit in (board.total, *board.units)
        for code, figure in unit.figures.items()
        if not (figure.metric.whole and unit.unit)
    ]


TABLE = Table(Which.ASSESSMENT, _COLUMNS, (Filter("of", "期间", Ask.LINE),), _rows)
