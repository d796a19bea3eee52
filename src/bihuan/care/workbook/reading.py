"""Reading a workbook: every line of every sheet, and what cannot be read at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]

from bihuan.care.workbook.plans import CODES, NOTES, PLANS, Plan, plans
from bihuan.intake.sheets import BadSheet, Sheet, must_be_book, opened
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
        """Where a field stands, as a spreadsheet calls it; the first cell of the line where it has none."""
        column = self.at.get(key, self.at[self.plan.columns[0].key])
        return str(xl_rowcol_to_cell(self.number - 1, column))


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong where, or was not read."""

    sheet: str
    cell: str
    reason: str
    place: tuple[int, int, int] = (0, 0, 0)
    """Sheet, line and column, for their order."""

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook holds: its lines, what is wrong with its sheets, and what of it is not read."""

    lines: tuple[Line, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    left: tuple[Wrong, ...] = ()


def read(path: Path, rulebook: Pack, bounds: Bounds = PATIENT) -> Book:
    """Every line of every sheet that says anything, and what cannot be read at all. Raises BadSheet."""
    wanted = {plan.name: plan for plan in plans(rulebook)}
    must_be_book(path)
    try:
        with TemporaryDirectory(prefix="bihuan-") as folder:
            names = decode(path, None, Path(folder, "first.csv"), bounds).sheets
    except BadWorkbook as bad:
        raise BadSheet(f"{path.name} {bad}") from bad
    lines, wrong, left = list[Line](), list[Wrong](), list[Wrong]()
    for name in names:
        plan = wanted.get(name)
        if plan is not None:
            try:
                found, more = _lines(path, plan, bounds)
            except BadSheet as bad:
                wrong.append(Wrong(name, "表头", str(bad), (PLANS.index(plan), 0, 0)))
            else:
                lines += found
                left += more
        elif name not in (NOTES, CODES):
            known = next((plan for plan in PLANS if plan.name == name), None)
            reason = "适用的规则没有这张表" if known else f"没有这张表，应为{'、'.join(wanted)}之一"
            wrong.append(Wrong(name, "表名", reason))
    return Book(tuple(lines), tuple(wrong), tuple(left))


def _lines(path: Path, plan: Plan, bounds: Bounds) -> tuple[list[Line], list[Wrong]]:
    headings = {column.heading: column.key for column in plan.columns}
    with opened(path, plan.name, knows=lambda names: plan.columns[0].heading in names, bounds=bounds) as sheet:
        at = {headings[name]: place for place, name in enumerate(sheet.headings) if name in headings}
        if missing := [column.heading for column in plan.columns if column.key not in at]:
            others = [name for name in sheet.headings if name not in headings]
            seen = f"；不认识的列：{'、'.join(others)}" if others else ""
            raise BadSheet(f"缺少{'、'.join(missing)}这几列{seen}；表头应为：{'、'.join(headings)}")
        rows = [row for row in sheet.rows if any(cell.strip() for cell in row.cells)]
        lines = [Line(plan, row.line, {key: _cell(row.cells, place) for key, place in at.items()}, at) for row in rows]
        return lines, list(_left(plan, sheet, headings, [row.cells for row in rows]))


def _left(plan: Plan, sheet: Sheet, headings: Mapping[str, str], rows: Sequence[Sequence[str]]) -> Iterator[Wrong]:
    """Columns that hold something and are none of the sheet's."""
    names, width = sheet.headings, max([len(sheet.headings), *map(len, rows)])
    for place in range(width):
        name = names[place] if place < len(names) and names[place] != f"第{place + 1}列" else ""
        if name not in headings and (name or any(_cell(row, place) for row in rows)):
            named = f"“{name}”" if name else ""
            where = (PLANS.index(plan), sheet.heading_line, place)
            yield Wrong(plan.name, f"{xl_col_to_name(place)}列", f"没有{named}这一列，其中的内容没有读取", where)


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""
