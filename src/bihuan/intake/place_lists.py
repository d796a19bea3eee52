"""Reading a list of places from a table: csv or a workbook with a column of codes and one of names."""

from pathlib import Path

from bihuan.intake.sheets import BadSheet, open_sheet
from bihuan.intake.workbooks import MOST_ROWS, PATIENT
from bihuan.localities.types import Line
from bihuan.sandbox.work import Bounds

CODES = ("代码", "地点代码", "区划代码", "行政区划代码", "统计用区划代码", "code")
NAMES = ("名称", "地点名称", "区划名称", "单位名称", "name")


def lines_of(path: Path, bounds: Bounds = PATIENT) -> list[Line]:
    """Every line of the table that says anything. Raises BadSheet."""
    sheet = open_sheet(path, bounds=bounds)
    code, name = _column(sheet.headings, CODES), _column(sheet.headings, NAMES)
    width = max(code, name) + 1
    lines = []
    for row in sheet.rows:
        cells = (*row.cells, *[""] * width)
        if cells[code].strip() or cells[name].strip():
            lines.append(Line(row.line, cells[code].strip(), cells[name].strip()))
        if len(lines) > MOST_ROWS:
            raise BadSheet(f"名录最多{MOST_ROWS:,}个地点")
    return lines


def _column(headings: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    lowered = [heading.lower() for heading in headings]
    for word in wanted:
        if word in lowered:
            return lowered.index(word)
    raise BadSheet(f"表里没有“{wanted[0]}”这一列；表头：{'、'.join(headings)}")
