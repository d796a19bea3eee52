"""Reading a workbook: every line of every sheet, and what cannot be read at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from bihuan.care.workbook.plans import NOTES, Plan, plans
from bihuan.intake.sheets import BadSheet, opened
from bihuan.intake.workbooks import PATIENT, BadWorkbook, decode
from bihuan.policy.pack import Pack
from bihuan.sandbox.work import Bounds


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet under its number as a spreadsheet shows it: field → what stands in its cell."""

    plan: Plan
    number: int
    cells: Mapping[str, str]
    at: Mapping[str, int]
    """Field → its column, counted from 0."""

    def cell(self, key: str) -> str:
        """Where a field stands, as a spreadsheet calls it; the line alone for none."""
        return str(xl_rowcol_to_cell(self.number - 1, self.at[key])) if key in self.at else f"第{self.number}行"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong where."""

    sheet: str
    cell: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}：{self.reason}"


def read(path: Path, rulebook: Pack, bounds: Bounds = PATIENT) -> tuple[list[Line], list[Wrong]]:
    """Every line of every sheet that says anything, and what cannot be read at all. Raises BadSheet."""
    wanted = {plan.name: plan for plan in plans(rulebook)}
    try:
        with TemporaryDirectory(prefix="bihuan-") as folder:
            names = decode(path, None, Path(folder, "first.csv"), bounds).sheets
    except BadWorkbook as bad:
        raise BadSheet(f"{path.name} {bad}") from bad
    lines, wrong = [], []
    for name in names:
        plan = wanted.get(name)
        if plan is not None:
            try:
                lines += _lines(path, plan, bounds)
            except BadSheet as bad:
                wrong.append(Wrong(name, "表头", str(bad)))
        elif name != NOTES:
            wrong.append(Wrong(name, "表名", f"没有这张表，应为{'、'.join(wanted)}之一"))
    return lines, wrong


def _lines(path: Path, plan: Plan, bounds: Bounds) -> list[Line]:
    headings = {column.heading: column.key for column in plan.columns}
    with opened(path, plan.name, knows=lambda names: plan.columns[0].heading in names, bounds=bounds) as sheet:
        at = {headings[name]: place for place, name in enumerate(sheet.headings) if name in headings}
        if missing := [column.heading for column in plan.columns if column.key not in at]:
            raise BadSheet(f"缺少{'、'.join(missing)}这几列；表头应为：{'、'.join(headings)}")
        return [
            Line(plan, row.line, {key: _cell(row.cells, place) for key, place in at.items()}, at)
            for row in sheet.rows
            if any(cell.strip() for cell in row.cells)
        ]


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""
