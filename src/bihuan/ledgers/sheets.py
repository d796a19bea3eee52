"""Writing a ledger as a worksheet, row by row, in constant memory.

The workbook is XlsxWriter's; the rows of the ledger go past its cells straight into the file that it keeps for them,
because a million cells one by one take it several times as long as the database needs to find them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from bihuan.kernel.cells import cell_of
from bihuan.ledgers.rules import harmless
from bihuan.ledgers.types import Column, Kind, Value
from bihuan.policy.calendar import ZONE
from bihuan.policy.names import put
from bihuan.policy.pack import Pack

_EPOCH = datetime(1899, 12, 30, tzinfo=ZONE)
_NOT_PLAIN = re.compile(r"[&<>\x00-\x1f￾￿]|_x[0-9A-Fa-f]{4}_|^\s|\s$").search
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f￾￿]")
_LOOKS_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
Cell = Callable[[int, Any], str]


class LedgerSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes whole rows."""

    def take(self, number: int, cells: str) -> None:
        """Put down a row, counted from nought, after those before it."""
        self._write_single_row(number + 1)
        self.row_data_fh.write(f'<row r="{number + 1}">{cells}</row>')
        self.dim_rowmax = number


class LedgerBook:
    """A workbook with one ledger and a sheet that says whose it is."""

    def __init__(self, path: Path, columns: Sequence[Column], *, title: str, rulebook: Pack) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = Workbook(str(path), options)
        self._sheet: LedgerSheet = self._book.add_worksheet(title, worksheet_class=LedgerSheet)
        self._rows, self._rulebook = 0, rulebook
        self.cut = 0
        """Cells so far that do not hold all of their text."""
        self._head(columns)
        self._cells = [self._cell(at, column) for at, column in enumerate(columns)]

    def _head(self, columns: Sequence[Column]) -> None:
        sheet = self._sheet
        head = self._book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True})
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, put(column.label, self._rulebook), head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _cell(self, at: int, column: Column) -> Cell:
        """How the values of a column are put down."""
        name = xl_col_to_name(at)
        if column.kind is Kind.MOMENT:
            style = self._style({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
            return lambda n, v: f'<c r="{name}{n}" s="{style}"><v>{serial(v)!r}</v></c>'
        if column.kind is Kind.NUMBER:
            return lambda n, v: f'<c r="{name}{n}"><v>{v}</v></c>'
        quoted = self._style({"quote_prefix": True})
        return lambda n, v: (
            f'<c r="{name}{n}"{"" if harmless(v) else f""" s="{quoted}" """} t="inlineStr"><is>{self._text(v)}</is></c>'
        )

    def _text(self, value: str) -> str:
        value, cut = cell_of(put(value, self._rulebook))
        self.cut += cut
        if _NOT_PLAIN(value) is None:
            return f"<t>{value}</t>"
        kept = _LOOKS_ESCAPED.sub(r"_x005F_\1", value)
        kept = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", kept)
        return f'<t xml:space="preserve">{kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}</t>'

    def _style(self, said: dict[str, Any]) -> int:
        return int(self._book.add_format(said)._get_xf_index())

    def write(self, rows: Iterable[Sequence[Value]]) -> int:
        """Put down rows; answers how many there are by now."""
        cells, take, number = self._cells, self._sheet.take, self._rows
        for row in rows:
            number += 1
            line = number + 1
            take(
                number,
                "".join([tell(line, value) for tell, value in zip(cells, row, strict=True) if value not in (None, "")]),
            )
        self._rows = number
        return number

    def close(self, *, mark: str, told: Sequence[tuple[str, str]]) -> None:
        """Sign every printed page, say on a sheet of its own whose file it is, and finish."""
        self._sheet.set_header(f"&L{_printed(mark)}&R内部资料，注意保密")
        self._sheet.set_footer(f"&L{_printed(mark)}&R第&P页 共&N页")
        if self._rows:
            self._sheet.autofilter(0, 0, self._rows, len(self._cells) - 1)
        page = self._book.add_worksheet("导出说明")
        page.set_column(0, 0, 14)
        page.set_column(1, 1, 90)
        wrap = self._book.add_format({"text_wrap": True, "quote_prefix": True})
        for at, (label, text) in enumerate(told):
            page.write_string(at, 0, label)
            page.write_string(at, 1, cell_of(put(text, self._rulebook))[0], wrap)
        self._book.set_properties({"title": self._sheet.name, "author": mark, "comments": mark})
        self._book.close()


def serial(at: datetime) -> float:
    """A moment as spreadsheets count it: days in China's time, to the minute."""
    span = at.astimezone(ZONE) - _EPOCH
    return span.days + span.seconds // 60 / 1440


def _printed(text: str) -> str:
    """Text as headers and footers take it: short, and without their commands."""
    return text.replace("&", "&&")[:100]
