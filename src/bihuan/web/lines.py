"""The lines of a ledger as HTML.

Written here and not in a template, which takes twice as long for five hundred cells.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markupsafe import escape

from bihuan.ledgers.types import Column, Kind, Row, Value
from bihuan.web.environment import stage
from bihuan.web.words import label_of, moment

LINKS = {"number", "title", "list_number"}
"""Columns whose text leads to the subject's page."""


def body(rows: Sequence[Row], columns: Sequence[Column], stages: Callable[[str], object], url: str) -> SafeString:
    """The body of the table; `url` is where the subjects' pages lie, `stages` the words of their stages."""
    opens = [
        f'<td data-label="{escape(label_of(column))}" class="is-{column.kind} at-{column.key}">' for column in columns
    ]
    late = f'<span class="visually-hidden">{escape(gettext("已逾期"))}</span>'

    def cell(row: Row, column: Column, value: Value) -> str:
        if column.key == "stage":
            return stage(stages(row.stage))
        text = escape(_text(value, column))
        if not text:
            return "—"
        if column.key in LINKS:
            return f'<a href="{url}{escape(row.number)}/">{text}</a>'
        told = _apart(text) if column.kind is Kind.MOMENT else text
        if column.key == "next_due_at" and row.late:
            return f'<span class="left left-late">{told}{late}</span>'
        return told

    lines = []
    for row in rows:
        cells = zip(opens, columns, row.values, strict=True)
        told = "".join([f"{opening}{cell(row, column, value)}</td>" for opening, column, value in cells])
        lines.append(f'<tr class="row-late">{told}</tr>' if row.late else f"<tr>{told}</tr>")
    return mark_safe("\n".join(lines))  # noqa: S308 every text in it is escaped above


def _apart(moment: str) -> str:
    """A moment that may stand in two lines, but never with its day in pieces."""
    on, _, at = moment.partition(" ")
    return f'<span class="day">{on}</span> {at}'


def _text(value: Value, column: Column) -> str:
    if value is None:
        return ""
    if column.kind is Kind.WORD:
        return label_of(value)
    return moment(value) if isinstance(value, datetime) and column.kind is Kind.MOMENT else str(value)
