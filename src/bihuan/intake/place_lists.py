"""Reading a list of places from a table: csv or a workbook with a column of codes and one of names."""

from pathlib import Path

from bihuan.intake.sheets import BadSheet, SeveralSheets, Sheet, opened
from bihuan.intake.workbooks import PATIENT
from bihuan.localities.types import Line
from bihuan.sandbox.work import Bounds

CODES = ("代码", "地点代码", "区划代码", "行政区划代码", "统计用区划代码", "code")
NAMES = ("名称", "地点名称", "区划名称", "单位名称", "name")


def lines_of(path: Path, bounds: Bounds = PATIENT) -> list[Line]:
    """Every line of the table that says anything; of a workbook that of its first sheet. Raises BadSheet."""
    try:
        with opened(path, knows=_are_headings, bounds=bounds) as sheet:
            return _lines(sheet)
    except SeveralSheets as several:
        with opened(path, several.names[0], knows=_are_headings, bounds=bounds) as sheet:
            return _lines(sheet)


def _are_headings(names: tuple[str, ...]) -> bool:
    lowered = {name.lower() for name in names}
    return bool(lowered & set(CODES)) and bool(lowered & set(NAMES))


def _lines(sheet: Sheet) -> list[Line]:
    code, name = _column(sheet.headings, CODES), _column(sheet.headings, NAMES)
    width = max(code, name) + 1
    return [
        Line(row.line, cells[code].strip(), cells[name].strip())
        for row in sheet.rows
        if any((cells := (*row.cells, *[""] * width))[at].strip() for at in (code, name))
    ]


def _column(headings: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    lowered = [heading.lower() for heading in headings]
    for word in wanted:
        if word in lowered:
            return lowered.index(word)
    raise BadSheet(f"表里没有“{wanted[0]}”这一列；表头：{'、'.join(headings)}")
