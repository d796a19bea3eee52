"""Reading and writing the tables that people keep letters in: csv in any usual encoding, Excel workbooks."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from bihuan.intake import workbooks
from bihuan.intake.workbooks import PATIENT, BadWorkbook
from bihuan.kernel.cells import cell_of
from bihuan.sandbox.work import Bounds

BLOCK = 1 << 20
LONGEST_CELL = 1 << 24
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class BadSheet(ValueError):
    """The file cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table under its number as a spreadsheet shows it; `read` is the share of the file behind it."""

    line: int
    cells: tuple[str, ...]
    read: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, its other lines to be read once, and where to open it again."""

    headings: tuple[str, ...]
    rows: Iterator[Row]
    path: Path
    name: str | None
    encoding: str = ""


def sheet_names(path: Path, bounds: Bounds = PATIENT) -> tuple[str, ...]:
    """The sheets of a workbook that hold anything, in their order; none for a text file. Raises BadSheet."""
    if not _is_book(path):
        return ()
    with _told_of(path):
        return workbooks.names(path, bounds)


def open_sheet(path: Path, name: str | None = None, bounds: Bounds = PATIENT) -> Sheet:
    """The table of the file: of a workbook the sheet of that name, or the first. Raises BadSheet.

    A workbook is read in the sandbox, within the bounds, before this returns.
    """
    is_book = _is_book(path)
    if name is not None and not is_book:
        raise BadSheet(f"{path.name} 是文本文件，没有工作表“{name}”")
    try:
        with _told_of(path):
            lines, encoding = (_book(path, name, bounds), "") if is_book else _text(path)
        first = next(lines, None)
    except OSError as error:
        raise BadSheet(f"读不了文件 {path}：{error.strerror}") from error
    if first is None:
        raise BadSheet(f"{path.name} 里没有内容")
    headings = tuple(" ".join(cell.split()) for cell in first.cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    if twice := {h for h in headings if h and headings.count(h) > 1}:
        raise BadSheet(f"表头有重复的列：{'、'.join(sorted(twice))}")
    return Sheet(headings, lines, path, name, encoding)


def _is_book(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4).startswith(_BOOKS)
    except OSError as error:
        raise BadSheet(f"读不了文件 {path}：{error.strerror}") from error


def _book(path: Path, name: str | None, bounds: Bounds) -> Iterator[Row]:
    return (Row(*row) for row in workbooks.rows(path, name, bounds))


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """What is wrong with a workbook, with the name of its file."""
    try:
        yield
    except BadWorkbook as bad:
        raise BadSheet(f"{path.name} {bad}") from bad


def _text(path: Path) -> tuple[Iterator[Row], str]:
    encoding = _encoding(path)
    return _lines(path, encoding), encoding


def _lines(path: Path, encoding: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, newline="") as text:
        delimiter = _delimiter(text.readline())
        text.seek(0)
        try:
            for line, cells in enumerate(csv.reader(text, delimiter=delimiter), 1):
                if any(cell.strip() for cell in cells):
                    yield Row(line, tuple(cells), min(raw.tell() / size, 1.0))
        except csv.Error as error:
            raise BadSheet(f"{path.name} 不是合格的 csv 文件：{error}") from error


def _delimiter(heading: str) -> str:
    """The sign that parts the headings most often."""
    return max(",\t;", key=heading.count)


def _encoding(path: Path) -> str:
    """The first encoding under which the whole file makes sense; a mark at its beginning decides at once."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in _MARKS.items():
            if start.startswith(mark):
                return encoding
        for encoding in ("utf-8", "gb18030"):
            file.seek(0)
            if _decodes(file, encoding):
                return encoding
    raise BadSheet(f"{path.name} 的文字编码既不是 UTF-8 也不是 GB18030")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class Table:
    """An Excel table that is written line by line; the file appears when it is closed, if it has lines."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path = path
        self.lines = 0
        self.cut = 0
        """Cells that do not hold all of their text."""
        self._headings = headings
        self._book: Workbook = None

    def write(self, cells: Iterable[str]) -> None:
        """Add a line. Everything is written as text: a cell that begins with = is no formula."""
        if self._book is None:
            self._book = Workbook(self.path, {"constant_memory": True})
            self._sheet = self._book.add_worksheet()
            self._line(0, self._headings)
        self.lines += 1
        self._line(self.lines, cells)

    def _line(self, line: int, cells: Iterable[str]) -> None:
        for column, cell in enumerate(cells):
            text, cut = cell_of(cell)
            self.cut += cut
            self._sheet.write_string(line, column, text)

    def close(self) -> None:
        """Put the file in its place."""
        if self._book is not None:
            self._book.close()
