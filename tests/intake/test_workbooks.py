"""A workbook is read where it can be ended, and what it claims is bound before it is laid out."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from bihuan.intake import workbooks
from bihuan.intake.sheets import BadSheet, Row, Sheet, opened
from bihuan.intake.workbooks import MOST_COLUMNS, MOST_ROWS, PATIENT, PROMPT, BadWorkbook, decode
from bihuan.sandbox.work import MB, Bounds
from tests.sandbox import work

from .books import book, far_apart, laid_down, long, silent


def read(path: Path, name: str | None = None, bounds: Bounds = PATIENT) -> tuple[Sheet, list[Row]]:
    """The table with all of its lines."""
    with opened(path, name, bounds=bounds) as sheet:
        return sheet, list(sheet.rows)


def test_what_a_workbook_declares_is_bound_before_it_is_laid_out(tmp_path: Path) -> None:
    path = laid_down(tmp_path, far_apart())
    with pytest.raises(BadSheet, match="表格太大，最多200,000行、100列"):
        read(path, bounds=PROMPT)


@pytest.mark.parametrize("make", [far_apart, partial(long, MOST_ROWS + 1)], ids=["far apart", "long"])
def test_what_a_workbook_does_not_declare_is_bound_too(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = laid_down(tmp_path, silent(make()))
    with pytest.raises(BadSheet, match="表格太大"):
        read(path, bounds=PROMPT)


@pytest.mark.parametrize("cell", [(0, MOST_COLUMNS, "x"), (MOST_ROWS, 0, "x")])
@pytest.mark.parametrize("shape", [book, lambda *cells: silent(book(*cells))], ids=["declared", "silent"])
def test_a_workbook_just_beyond_the_bounds_is_refused(
    cell: tuple[int, int, str], shape: object, tmp_path: Path
) -> None:
    with pytest.raises(BadSheet, match="表格太大"):
        read(laid_down(tmp_path, shape((0, 0, "代码"), cell)))  # type: ignore[operator]


def test_a_workbook_just_within_the_bounds_is_read(tmp_path: Path) -> None:
    tall, (last,) = read(laid_down(tmp_path, book((0, 1, "代码"), (MOST_ROWS - 1, 2, "末行"))))
    assert tall.headings == ("第1列", "代码", "第3列")
    assert (last.line, last.cells, last.read) == (MOST_ROWS, ("", "", "末行"), 1.0)
    wide, (only,) = read(laid_down(tmp_path, book((0, 1, "代码"), (0, MOST_COLUMNS - 1, "名称"), (1, 1, "9901"))))
    assert (wide.headings[1], wide.headings[-1], len(wide.headings)) == ("代码", "名称", MOST_COLUMNS)
    assert only.cells[1] == "9901"


def test_what_writes_too_much_is_ended_and_told(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="表格太大"):
        read(laid_down(tmp_path, long(1000, columns=12)), bounds=Bounds(cpu=60, seconds=300, written=1000))


@pytest.mark.parametrize(
    ("endless", "bounds"),
    [(work.burn, Bounds(cpu=1, seconds=300, written=MB)), (work.sleep, Bounds(cpu=60, seconds=1, written=MB))],
    ids=["of a processor", "in all"],
)
def test_what_takes_too_long_is_ended_and_told(
    endless: Callable[..., object], bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that never ends: how long a real workbook takes is a matter of the machine."""
    monkeypatch.setattr(workbooks, "_read", endless)
    with pytest.raises(BadSheet, match="表格太大"):
        read(laid_down(tmp_path, book((0, 0, "代码"))), bounds=bounds)


def test_a_bomb_among_the_parts_is_refused(tmp_path: Path) -> None:
    path = laid_down(tmp_path, book((0, 0, "代码")))
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/nothing.png", bytes(60 * MB))
    with pytest.raises(BadSheet, match="解开后过大"):
        read(path)


def test_a_reader_that_breaks_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_read", work.break_off)
    with pytest.raises(BadSheet, match="不是可以读的 Excel 文件"):
        read(laid_down(tmp_path, book((0, 0, "代码"))))


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="里没有工作表“二月”；有：Sheet1"):
        read(laid_down(tmp_path, book((0, 0, "代码"))), "二月")


def _renamed(path: Path, *pairs: tuple[str, str]) -> Path:
    """The same workbook with other names of its sheets than a spreadsheet would take."""
    out = BytesIO()
    with ZipFile(path) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            for before, after in pairs if part == "xl/workbook.xml" else ():
                text = text.replace(f'name="{before}"'.encode(), f'name="{after}"'.encode())
            new.writestr(part, text)
    path.write_bytes(out.getvalue())
    return path


def _of_sheets(path: Path, count: int) -> Path:
    with Workbook(path) as book:
        for number in range(count):
            book.add_worksheet(f"表{number}").write_string(0, 0, "内容")
    return path


def test_sheets_are_bound_in_number_and_name(tmp_path: Path) -> None:
    """Their names are kept and told where one is to be chosen: each could be of ten million signs."""
    at = tmp_path / "first.csv"
    for path in (
        _of_sheets(tmp_path / "many.xlsx", workbooks.MOST_SHEETS + 1),
        _renamed(_of_sheets(tmp_path / "long.xlsx", 2), ("表1", "长" * (workbooks.LONGEST_NAME + 1))),
    ):
        with pytest.raises(BadWorkbook, match="工作表超过100张，或名称超过100字"):
            decode(path, None, at, PROMPT)
    assert len(decode(_of_sheets(tmp_path / "fits.xlsx", 3), None, at, PROMPT).sheets) == 3


def test_two_sheets_of_one_name_are_no_workbook(tmp_path: Path) -> None:
    """Each of ten thousand was decoded anew where one is named."""
    path = _renamed(_of_sheets(tmp_path / "twice.xlsx", 2), ("表1", "表0"))
    with pytest.raises(BadWorkbook, match="不是可以读的 Excel 文件"):
        decode(path, None, tmp_path / "first.csv", PROMPT)


def test_more_merged_cells_than_there_are_cells_are_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    path.write_bytes(book((0, 0, "内容")))
    out = BytesIO()
    many = "".join(f'<mergeCell ref="A1:B{n}"/>' for n in range(2, 3_000))
    with ZipFile(path) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.startswith("xl/worksheets/"):
                text = text.replace(b"</sheetData>", f"</sheetData><mergeCells>{many}</mergeCells>".encode())
            new.writestr(part, text)
    path.write_bytes(out.getvalue())
    with pytest.raises(BadWorkbook, match="不是可以读的 Excel 文件"):
        decode(path, "Sheet1", tmp_path / "first.csv", PROMPT)


def test_a_cell_holds_no_sign_that_no_database_keeps(tmp_path: Path) -> None:
    """A workbook of a city with one in an account was answered by a page that is broken."""
    path, out = tmp_path / "nul.xlsx", BytesIO()
    with ZipFile(BytesIO(book((0, 0, "账号"), (1, 0, "a_x0000_b")))) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"_x005F_x0000_", b"_x0000_"))
    path.write_bytes(out.getvalue())
    _, (row,) = read(path)
    assert row.cells == ("ab",)
