"""Tables in the shapes in which people send them."""

from datetime import datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bihuan.intake.sheets import BadSheet, Table, open_sheet, sheet_names

TEXT = "编号,内容\n1,路灯不亮\n2,“井盖”缺失\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(TEXT.encode(encoding))
    sheet = open_sheet(path)
    assert sheet.headings == ("编号", "内容")
    assert [(row.line, row.cells) for row in sheet.rows] == [(2, ("1", "路灯不亮")), (3, ("2", "“井盖”缺失"))]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_seen_in_the_headings(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(TEXT.replace(",", delimiter))
    assert open_sheet(path).headings == ("编号", "内容")


def test_a_cell_may_hold_lines_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text('编号,内容\n1,"第一行\n第二行"\n,\n3,末行\n')
    rows = list(open_sheet(path).rows)
    assert [(row.line, row.cells[1]) for row in rows] == [(2, "第一行\n第二行"), (4, "末行")]
    assert rows[-1].read == 1.0


def test_a_workbook_gives_numbers_and_moments_as_a_person_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "时间", "内容"])
        sheet.write_number(1, 0, 188006)
        shown = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, 1, datetime.fromisoformat("2024-05-06 07:08:09"), shown)
        sheet.write_string(1, 2, "路灯不亮")
    assert [row.cells for row in open_sheet(path).rows] == [("188006", "2024-05-06 07:08:09", "路灯不亮")]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "没有内容"),
        ("twice.csv", "内容,内容\n1,2\n".encode(), "重复的列：内容"),
        ("noise.csv", b"\x81\xff\xff\x00", "文字编码"),
        ("broken.xlsx", b"PK\x03\x04nothing of a workbook", "不是可以读的 Excel 文件"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadSheet, match=reason):
        open_sheet(path)


def test_a_written_table_holds_text_never_formulas(tmp_path: Path) -> None:
    table = Table(tmp_path / "rejects.xlsx", ("行号", "原因"))
    table.write(("2", '=HYPERLINK("http://x","点我")'))
    table.close()
    assert CalamineWorkbook.from_path(table.path).get_sheet_by_index(0).to_python() == [
        ["行号", "原因"],
        ["2", '=HYPERLINK("http://x","点我")'],
    ]


def test_a_table_without_lines_leaves_no_file(tmp_path: Path) -> None:
    table = Table(tmp_path / "rejects.xlsx", ("行号", "原因"))
    table.close()
    assert not table.path.exists()


def _workbook(path: Path, **sheets: str) -> Path:
    with Workbook(path) as book:
        for name, text in sheets.items():
            sheet = book.add_worksheet(name)
            if text:
                sheet.write_row(0, 0, ["内容"])
                sheet.write_string(1, 0, text)
    return path


def test_a_workbook_of_several_sheets_tells_their_names_and_gives_the_one_asked_for(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "letters.xlsx", 一月="路灯不亮", 说明="", 二月="井盖缺失")
    assert sheet_names(path) == ("一月", "二月")
    assert [row.cells for row in open_sheet(path).rows] == [("路灯不亮",)]
    assert [row.cells for row in open_sheet(path, "二月").rows] == [("井盖缺失",)]
    with pytest.raises(BadSheet, match="没有工作表“三月”；有：一月、说明、二月"):
        open_sheet(path, "三月")


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(TEXT)
    assert sheet_names(path) == ()
    with pytest.raises(BadSheet, match="没有工作表“一月”"):
        open_sheet(path, "一月")


def test_a_cell_that_holds_less_than_the_line_says_so_and_is_counted(tmp_path: Path) -> None:
    table = Table(tmp_path / "rejects.xlsx", ("行号", "内容"))
    table.write(("2", "短"))
    table.write(("3", "长" * 40_000))
    table.close()
    assert table.cut == 1
    _, short, long = CalamineWorkbook.from_path(table.path).get_sheet_by_index(0).to_python()
    assert short == ["2", "短"]
    assert str(long[1]).startswith("长长")
    assert str(long[1]).endswith("…（已截断）")
