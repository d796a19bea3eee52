"""Reading a workbook in the sandbox: one sheet of it becomes a text file, which is then read as any other.

A workbook of two cells may claim a million, and a reader lays all of them out in memory.
"""

import csv
import errno
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from bihuan.attachments.rules.archives import refuse_bomb
from bihuan.attachments.types import Unfit
from bihuan.sandbox.work import MB, Bounds, Broken, Crowded, Ended, Lane, call

log = logging.getLogger(__name__)

MOST_ROWS, MOST_COLUMNS = 200_000, 100
PATIENT = Bounds(cpu=120, memory=2048 * MB, seconds=600, written=2048 * MB)
"""For a console or a job, where somebody waits who brought the file."""
PROMPT = Bounds(cpu=5, memory=512 * MB, seconds=30, written=256 * MB)
"""For a page."""
TOO_LARGE = f"表格太大，最多{MOST_ROWS:,}行、{MOST_COLUMNS}列；空白的行列请删除后另存，仍太大的请拆成几份"
MOST_SHEETS, LONGEST_NAME = 100, 100
"""A spreadsheet itself takes names of 31 signs."""
TOO_MANY = f"里的工作表超过{MOST_SHEETS}张，或名称超过{LONGEST_NAME}字，请只留要导入的表另存"
UPPERMOST = 20
"""In so many lines headings are looked for, and merged cells with them."""
_LANE = Lane()
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DECLARED = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3})([0-9]{1,7})"')
_BEGINNING = 4096
"""Bytes of a sheet in which its dimension stands."""
_DAMAGED = "不是可以读的 Excel 文件（可能已损坏）"
_SEALED = "设有打开密码，请取消密码后另存"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Value = int | float | str | bool | time | date | datetime | timedelta


class BadWorkbook(ValueError):
    """The workbook cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What became of a workbook: the sheet that was written down, and its cells that are merged.

    Of a workbook of which several sheets hold something and none was named, only their names.
    """

    sheets: tuple[str, ...]
    merged: tuple[tuple[int, ...], ...]
    """Top, left, bottom and right, counted from 0, of those that begin in the uppermost lines."""


def decode(path: Path, name: str | None, at: Path, bounds: Bounds) -> Decoded:
    """Write a sheet down as csv: the one of that name, or the only one that holds anything. Raises BadWorkbook."""
    at.touch()
    said = _asked({"path": str(path.absolute()), "name": name, "at": str(at.absolute())}, bounds)
    return Decoded(tuple(said["sheets"]), tuple(map(tuple, said["merged"])))


def _asked(said: dict[str, Any], bounds: Bounds) -> dict[str, Any]:
    """What the sandbox makes of it."""
    try:
        with _LANE.turn():
            told, _ = call(_read, said, bounds=bounds)
    except Crowded as crowded:
        raise BadWorkbook("没有读取：正在读取的表格太多，请稍后再传") from crowded
    except Broken as broken:
        log.warning("a workbook was not read: %s", broken)
        raise BadWorkbook(_DAMAGED) from broken
    except Ended as ended:
        raise BadWorkbook(TOO_LARGE) from ended
    if "trouble" in told:
        raise BadWorkbook(told["trouble"])
    return told


def _read(said: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """Within the sandbox."""
    path = Path(said["path"])
    try:
        _refuse_what_is_none(path)
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            return _written(book, said["name"], Path(said["at"])), b""
    except (BadWorkbook, Unfit) as why:
        return {"trouble": str(why)}, b""
    except PasswordError:
        return {"trouble": _SEALED}, b""
    except (CalamineError, BadZipFile, IndexError):
        return {"trouble": _DAMAGED}, b""
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return {"trouble": TOO_LARGE}, b""


def _refuse_what_is_none(path: Path) -> None:
    """Before anything is laid out: what the file says of itself."""
    with path.open("rb") as file:
        if not file.read(2).startswith(b"PK"):
            if _ENCRYPTED in file.read():
                raise BadWorkbook(_SEALED)
            return
    with ZipFile(path) as archive:
        refuse_bomb(archive, path.stat().st_size)
        parts = archive.namelist()
        if "word/document.xml" in parts:
            raise BadWorkbook("是 Word 文档，请把其中的表另存为 xlsx")
        if not any(part.startswith("xl/") or part == "content.xml" for part in parts):
            raise BadWorkbook("是压缩包，不是工作簿，请先解压")
        for part in filter(_SHEET.fullmatch, parts):
            with archive.open(part) as sheet:
                declared = _DECLARED.search(sheet.read(_BEGINNING))
            if declared:
                _refuse_large(int(declared[2]), _column(declared[1]))


def _refuse_large(height: int, width: int) -> None:
    if height > MOST_ROWS or width > MOST_COLUMNS:
        raise BadWorkbook(TOO_LARGE)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _written(book: CalamineWorkbook, name: str | None, at: Path) -> dict[str, Any]:
    if len(book.sheet_names) > MOST_SHEETS or any(len(one) > LONGEST_NAME for one in book.sheet_names):
        raise BadWorkbook(TOO_MANY)
    if len(set(book.sheet_names)) < len(book.sheet_names):
        raise BadWorkbook(_DAMAGED)
    if name is not None and name not in book.sheet_names:
        raise BadWorkbook(f"里没有工作表“{name}”；有：{'、'.join(book.sheet_names)}")
    held = [one for one in book.sheet_names if name in (None, one) and _holds_anything(book, one)]
    if not held:
        raise BadWorkbook("里没有内容")
    if len(held) > 1:
        return {"sheets": held, "merged": []}
    sheet = book.get_sheet_by_name(held[0])
    _refuse_large(*(end + 1 for end in sheet.end or (-1, -1)))
    with at.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_rows(sheet))
    merged = {(*start, *end) for start, end in sheet.merged_cell_ranges or [] if start[0] < UPPERMOST}
    if len(merged) > UPPERMOST * MOST_COLUMNS:  # one cell lies in one of them
        raise BadWorkbook(_DAMAGED)
    return {"sheets": held, "merged": sorted(merged)}


def _holds_anything(book: CalamineWorkbook, name: str) -> bool:
    try:
        return book.get_sheet_by_name(name).end is not None
    except CalamineError:  # a chart sheet has no cells
        return False


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Every line from the first, so that they are counted as a spreadsheet counts them."""
    _, empty = sheet.start or (0, 0)  # columns before the first that holds anything
    for row in sheet.iter_rows():
        yield [*[""] * empty, *map(_text, row)]


def _text(value: Value) -> str:
    """A cell as a person would write it: numbers without a superfluous .0, moments in full."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value).replace("\x00", "")  # a spreadsheet writes it as _x0000_; no database keeps it
