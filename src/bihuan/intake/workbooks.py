"""Reading a workbook in the sandbox: it becomes lines of JSON, which are read one by one.

A workbook of two cells may claim a million, and a reader lays all of them out in memory.
"""

import errno
import json
import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from bihuan.attachments.rules.archives import refuse_bomb
from bihuan.attachments.types import Unfit
from bihuan.sandbox.work import MB, Bounds, Broken, Crowded, Ended, Lane, call

log = logging.getLogger(__name__)

MOST_ROWS, MOST_COLUMNS = 200_000, 100
PATIENT = Bounds(cpu=120, memory=2048 * MB, seconds=600, written=2048 * MB)
"""For a console or a job, where somebody waits who brought the file."""
PROMPT = Bounds(cpu=5, memory=512 * MB, seconds=30, written=256 * MB)
"""For a page."""
_LANE = Lane()
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DECLARED = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3})([0-9]{1,7})"')
_BEGINNING = 4096
"""Bytes of a sheet in which its dimension stands."""
_TOO_LARGE = f"表格太大，最多{MOST_ROWS:,}行、{MOST_COLUMNS}列；空白的行列请删除后另存"
_DAMAGED = "不是可以读的 Excel 文件（可能已损坏或加密）"

Value = int | float | str | bool | time | date | datetime | timedelta


class BadWorkbook(ValueError):
    """The workbook cannot be read; says why."""


def names(path: Path, bounds: Bounds) -> tuple[str, ...]:
    """The sheets that hold anything, in their order. Raises BadWorkbook."""
    return tuple(_asked({"path": str(path)}, bounds)["names"])


def rows(path: Path, name: str | None, bounds: Bounds) -> Iterator[tuple[int, tuple[str, ...], float]]:
    """Every line of a sheet that holds anything: its number, its cells, and the share of the sheet up to it.

    The first sheet where none is named. All is read before this returns. Raises BadWorkbook.
    """
    with ExitStack() as stack:
        lines = stack.enter_context(tempfile.NamedTemporaryFile("r", encoding="utf-8", prefix="bihuan-sheet-"))
        said = _asked({"path": str(path), "name": name, "lines": lines.name}, bounds)
        stack.pop_all()
    return _lines(lines, max(int(said["height"]), 1))


def _lines(lines: IO[str], height: int) -> Iterator[tuple[int, tuple[str, ...], float]]:
    with lines:
        for text in lines:
            line, *cells = json.loads(text)
            yield line, tuple(cells), line / height


def _asked(said: dict[str, Any], bounds: Bounds) -> dict[str, Any]:
    """What the sandbox makes of it; a name that it does not know is told with those that it knows."""
    try:
        with _LANE.turn():
            told, _ = call(_read, said, bounds=bounds)
    except Crowded as crowded:
        raise BadWorkbook("没有读取：正在读取的表格太多，请稍后再传") from crowded
    except Broken as broken:
        log.warning("a workbook was not read: %s", broken)
        raise BadWorkbook(_DAMAGED) from broken
    except Ended as ended:
        raise BadWorkbook(_TOO_LARGE) from ended
    if "trouble" in told:
        raise BadWorkbook(told["trouble"])
    return told


def _read(said: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """Within the sandbox."""
    path = Path(said["path"])
    try:
        _refuse_what_is_declared(path)
        with CalamineWorkbook.from_path(path) as book:
            return (_written(book, said["name"], Path(said["lines"])) if "lines" in said else _named(book)), b""
    except (BadWorkbook, Unfit) as why:
        return {"trouble": str(why)}, b""
    except (CalamineError, BadZipFile, IndexError):
        return {"trouble": _DAMAGED}, b""
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return {"trouble": _TOO_LARGE}, b""


def _refuse_what_is_declared(path: Path) -> None:
    """Before anything is laid out: what the table of contents and the sheets say of themselves."""
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK"):
            return
    with ZipFile(path) as archive:
        refuse_bomb(archive, path.stat().st_size)
        for part in archive.namelist():
            if _SHEET.fullmatch(part):
                with archive.open(part) as sheet:
                    declared = _DECLARED.search(sheet.read(_BEGINNING))
                if declared:
                    _refuse_large(int(declared[2]), _column(declared[1]))


def _refuse_large(height: int, width: int) -> None:
    if height > MOST_ROWS or width > MOST_COLUMNS:
        raise BadWorkbook(_TOO_LARGE)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _named(book: CalamineWorkbook) -> dict[str, Any]:
    return {"names": [sheet.name for sheet in book.sheets_metadata if _holds_anything(book, sheet.name)]}


def _holds_anything(book: CalamineWorkbook, name: str) -> bool:
    try:
        return book.get_sheet_by_name(name).total_height > 0
    except CalamineError:  # a chart sheet has no cells
        return False


def _written(book: CalamineWorkbook, name: str | None, lines: Path) -> dict[str, Any]:
    if name is not None and name not in book.sheet_names:
        raise BadWorkbook(f"里没有工作表“{name}”；有：{'、'.join(book.sheet_names)}")
    sheet = book.get_sheet_by_index(0) if name is None else book.get_sheet_by_name(name)
    height, width = (end + 1 for end in sheet.end or (-1, -1))
    _refuse_large(height, width)
    with lines.open("w", encoding="utf-8") as out:
        for line, cells in _cells(sheet):
            out.write(json.dumps([line, *cells], ensure_ascii=False) + "\n")
    return {"height": height}


def _cells(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    _, empty = sheet.start or (0, 0)  # columns before the first that holds anything
    for line, row in enumerate(sheet.iter_rows(), 1):
        cells = [*[""] * empty, *map(_text, row)]
        if any(cells):
            yield line, cells


def _text(value: Value) -> str:
    """A cell as a person would write it: numbers without a superfluous .0, moments in full."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)
