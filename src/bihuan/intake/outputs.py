"""What an import writes beside the register: lines sent back, and receipts with the query codes.

An output is opened before the first letter is registered, and no file that is there is ever written over.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import mkstemp

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from bihuan.kernel.cells import cell_of
from bihuan.kernel.system_words import words_of

RECEIPTS = ("渠道原编号", "工单号", "查询码")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "'")


class NoOutput(ValueError):
    """A file cannot be written there; its words say why."""


class Table:
    """An Excel table that is written line by line; the file appears when it is closed, if it has lines."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self.path, self.lines = path, 0
        self.cut = 0
        """Cells that do not hold all of their text."""
        self._headings = headings
        self._book: Workbook = None
        _must_be_new(path)
        with _words_for(path):
            handle, draft = mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        self._draft = Path(draft)
        self._draft.unlink()  # it could be written; whoever is killed leaves nothing behind

    def write(self, cells: Iterable[str]) -> None:
        """Add a line. Everything is written as text: a cell that begins with = is no formula."""
        if self._book is None:
            self._book = Workbook(self._draft, {"constant_memory": True})
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
        """Put the file in its place, or beside it where somebody else's has come to be there meanwhile."""
        if self._book is None:
            return
        try:
            os.close(os.open(self._draft, os.O_CREAT | os.O_EXCL, 0o600))
            self._book.close()
            self.path = _put(self._draft, self.path)
        finally:
            self._draft.unlink(missing_ok=True)


class Receipts:
    """The receipts of the letters registered, safe on the disk batch by batch.

    They are written as csv; a workbook is made of them at the end, and whoever is interrupted finds the csv.
    Both are readable by their owner alone: a query code opens its case. `resumed` goes on with what was interrupted.
    """

    def __init__(self, path: Path, *, resumed: bool = False) -> None:
        self.path, self.lines = path, 0
        self.journal = path if path.suffix.lower() == ".csv" else path.with_name(f"{path.stem}.csv")
        if resumed and self.journal.exists():
            return
        for wanted in (path, self.journal):
            _must_be_new(wanted)
        with _words_for(self.journal):
            os.close(os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._write([(f"\ufeff{RECEIPTS[0]}", *RECEIPTS[1:])])

    def add(self, receipts: Sequence[tuple[str, str, str]]) -> None:
        """Keep the receipts of a batch; they are on the disk when this returns. Raises OSError, and keeps none."""
        self._write([tuple(map(_plain, receipt)) for receipt in receipts])
        self.lines += len(receipts)

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        text = StringIO()
        csv.writer(text).writerows(rows)
        with self.journal.open("ab", buffering=0) as file:
            before, rest = file.tell(), memoryview(text.getvalue().encode())
            try:
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(before)
                raise

    def close(self) -> None:
        """Make the workbook, where one was asked for; without receipts there is no file."""
        found = list(read_receipts(self.journal))
        if found and self.path != self.journal:
            table = Table(self.path, RECEIPTS)
            for receipt in found:
                table.write(receipt)
            table.close()
            self.path = table.path
        if not found or self.path != self.journal:
            self.journal.unlink()


def read_receipts(journal: Path) -> Iterator[tuple[str, ...]]:
    """The receipts of a journal; of a letter that stands there twice the later one, which alone is good."""
    with journal.open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(cell.removeprefix("'") for cell in row) for row in csv.reader(file)][1:]
    yield from {row[0]: row for row in rows}.values()


def unused(path: Path) -> Path:
    """A name like this one under which there is no file."""
    names = (path, *(path.with_stem(f"{path.stem}-{n}") for n in range(2, 10_000)))
    return next(name for name in names if not name.exists())


def _plain(cell: str) -> str:
    """The cell as a spreadsheet shows it and does not reckon with it."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _must_be_new(path: Path) -> None:
    if path.exists():
        raise NoOutput(f"{path} 已存在，不覆盖；请换一个文件名，或先移走它")


@contextmanager
def _words_for(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise NoOutput(f"{path} 已存在，不覆盖；请换一个文件名，或先移走它") from error
    except OSError as error:
        raise NoOutput(f"不能写入 {path}：{words_of(error)}；什么也没有登记") from error


def _put(draft: Path, path: Path) -> Path:
    """The draft under its name; under a like one where that is taken."""
    while True:
        try:
            path.open("xb").close()
        except FileExistsError:
            path = unused(path)
        else:
            return draft.replace(path)
