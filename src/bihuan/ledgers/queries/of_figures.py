"""The figures of how the two mechanisms are carried out, as a table: a row for each unit, mechanism and side."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.joint import queries as joint
from bihuan.joint.types.figures import Figure
from bihuan.kernel.actor import Actor
from bihuan.ledgers.queries.parts import Table
from bihuan.ledgers.types import Ask, Asked, Column, Filter, Kind, Value, Which

_COLUMNS = (
    Column("period", "期间", width=16, usual=True),
    Column("unit", "单位", width=24, usual=True),
    Column("kind", "机制", width=10, usual=True),
    Column("side", "方面", width=8, usual=True),
    *(Column(figure, figure.label, Kind.NUMBER, 12, usual=True) for figure in Figure),
)


def _rows(actor: Actor, asked: Asked, now: datetime) -> Sequence[tuple[Value, ...]]:
    period = joint.period_named(asked.values.get("of", ""), now=now)
    return [
        (period.label, row.name, row.kind.label, row.side.label, *(row.counts.get(figure) for figure in Figure))
        for row in joint.carried_out(actor, period, now=now).rows
    ]


TABLE = Table(Which.FIGURES, _COLUMNS, (Filter("of", "期间", Ask.LINE),), _rows)
