"""Tables in the shapes in which people send them: read column by column and line by line, or refused in words."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from bihuan.intake import sheets
from bihuan.intake.letters import are_headings
from bihuan.intake.sheets import BadSheet, Row, SeveralSheets, Sheet, opened, rows_of
from bihuan.intake.workbooks import MOST_COLUMNS
from tests.intake.tables import text, workbook

TEXT = "编号,内容\n1,路灯不亮\n2,“井盖”缺失\n"


def read(path: Path, **how: object) -> tuple[Sheet, list[Row]]:
    """The table with all of its lines."""
    with opened(path, knows=are_headings, **how) as sheet:  # type: ignore[arg-type]
        return sheet, list(sheet.rows)


def cells(path: Path, **how: object) -> list[tuple[str, ...]]:
    """The cells of its lines."""
    return [row.cells for row in read(path, **how)[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    sheet, rows = read(text(tmp_path / "letters.csv", TEXT, encoding))
    assert sheet.headings == ("编号", "内容")
    assert [(row.line, row.cells) for row in rows] == [(2, ("1", "路灯不亮")), (3, ("2", "“井盖”缺失"))]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_the_one_that_parts_known_headings(tmp_path: Path, delimiter: str) -> None:
    path = text(tmp_path / "letters.csv", TEXT.replace(",", delimiter))
    assert read(path)[0].headings == ("编号", "内容")


def test_the_delimiter_of_unknown_headings_is_the_most_frequent_sign(tmp_path: Path) -> None:
    assert read(text(tmp_path / "letters.csv", "甲;乙,丙;丁\n1;2;3\n"))[0].headings == ("甲", "乙,丙", "丁")


@pytest.mark.parametrize("first", ["sep=,\n", "sep=;\r\n", '"sep=,"\n', "SEP=|\n"])
def test_excels_line_that_names_the_delimiter_is_no_heading(tmp_path: Path, first: str) -> None:
    sign = first.strip('"\r\n')[-1]
    sheet, rows = read(text(tmp_path / "letters.csv", f"\ufeff{first}" + TEXT.replace(",", sign)))
    assert sheet.headings == ("编号", "内容")
    assert [row.line for row in rows] == [2, 3], "as a spreadsheet counts them"


def test_a_cell_may_hold_lines_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", '编号,内容\n1,"第一行\n第二行"\n,\n3,末行\n')
    _, rows = read(path)
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
    assert cells(path) == [("188006", "2024-05-06 07:08:09", "路灯不亮")]
    assert cells(path.rename(tmp_path / "letters.csv")), "what a file is is told by its content"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "里没有内容"),
        ("blank.csv", b"\n \n,\n", "里没有内容"),
        ("noise.csv", b"\x81\xff\xff\x00", "文字编码"),
        ("half.csv", b"\xff\xfe\x00\xd8", "文字编码"),
        ("broken.xlsx", b"PK\x03\x04nothing of a workbook", "不是可以读的 Excel 文件"),
        ("broken.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nothing", "不是可以读的 Excel 文件"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table>", "是网页表格，请用 Excel 或 WPS 打开，另存为 xlsx"),
        ("page.xls", " \n<META charset=utf-8><TABLE>".encode("utf-16"), "是网页表格"),
        ("page.xls", b"MIME-Version: 1.0\nX-Document-Type: Workbook", "是网页存档"),
        (
            "old.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "是 XML 格式的旧表格",
        ),
        ("data.csv", b'<?xml version="1.0"?><letters/>', "是 XML 文件"),
        ("letters.csv", b"%PDF-1.7", "是 PDF 文件"),
        ("letters.xlsx", b"\x89PNG\r\n", "是图片"),
        ("letters.xlsx", b"Rar!\x1a\x07", "是压缩包，请先解压"),
    ],
)
def test_what_is_no_table_is_told_in_plain_words(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadSheet, match=reason):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("member", "reason"), [("word/document.xml", "是 Word 文档"), ("readme.txt", "是压缩包，不是工作簿")]
)
def test_an_archive_is_no_workbook(tmp_path: Path, member: str, reason: str) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "letters.xlsx", "w") as archive:
        archive.writestr(member, "")
    with pytest.raises(BadSheet, match=reason):
        read(tmp_path / "letters.xlsx")


def test_a_workbook_under_a_password_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(BadSheet, match="取消密码"):
        read(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="读不了文件"):
        read(tmp_path / "nothing.csv")


# ——— quotes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('编号,标题,内容\n1,路灯,"小张说灯坏了\n2,井盖,翘起\n', "第2行：引号没有闭合"),
        ('编号,标题,内容\n1,灯,好\n2,路灯,"小张\n3,井盖,"翘起"\n', "第3行：引号没有闭合"),
        ('编号,标题,内容\n1,路灯,"坏了"三天\n', "第2行：引号之后还有文字"),
        ('编号,标题,内容\n1,路灯,坏了"\n', "第2行：引号不成对"),
        ('sep=,\n编号,标题,内容\n1,路灯,"坏了\n', "第3行：引号没有闭合"),
        ("编号,标题,内容\n" + "0,灯,好\n" * 40 + '1,路灯,"坏了\n', "第42行：引号没有闭合"),
    ],
)
def test_a_quote_without_its_other_is_refused_with_its_line(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(BadSheet, match=reason):
        read(text(tmp_path / "letters.csv", content))


def test_quotes_in_pairs_within_a_cell_are_text(tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", '编号,内容\n1,他说"好"。\n2,"长5""的钉"\n')
    assert cells(path) == [("1", '他说"好"。'), ("2", '长5"的钉')]


letters = st.lists(
    st.tuples(
        st.integers(1, 9999).map(str),
        st.text(st.sampled_from('路灯"\n,;\r 。'), max_size=8),
        st.just("内容"),
        st.just(""),
    ),
    min_size=1,
    max_size=6,
)


@given(letters, st.integers(0), st.booleans())
def test_a_table_with_one_quote_removed_loses_no_letter_silently(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], which: int, all_quoted: bool
) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL).writerows(
        [("编号", "标题", "内容", "备注"), *rows]
    )
    whole = written.getvalue()
    path = tmp_path_factory.mktemp("tables") / "letters.csv"
    assert len(cells(text(path, whole))) == len(rows)
    at = [place for place, sign in enumerate(whole) if sign == '"']
    if at:
        gone = at[which % len(at)]
        with pytest.raises(BadSheet, match="引号"):
            read(text(path, whole[:gone] + whole[gone + 1 :]))


@pytest.mark.parametrize(
    ("content", "doubtful"),
    [
        ('编号,标题,内容\nT-1,灯,"坏了\nT-2,井盖,翘起\nT-13,噪音,夜里"\n', ["T-2,井盖,翘起", "T-13,噪音,夜里"]),
        ('编号,标题,内容\nT-1,"灯,坏了\nT-2,井盖",翘起\n', ["T-2,井盖"]),
        ('标题,内容,类型\n灯,"坏了\n井盖,翘起,投诉",投诉\n', ["井盖,翘起,投诉"]),
        ('编号,标题,内容\nT-1,灯,"坏了\n共三盏，一盏已修"\n', []),
        ('编号,标题,内容\nT-1,灯,"坏了\n甲,乙,丙"\n', []),
        ('编号,标题,内容\nT-1,灯,"坏了\n2,5"\n', []),
    ],
)
def test_a_cell_that_holds_what_looks_like_further_lines_is_doubted(
    tmp_path: Path, content: str, doubtful: list[str]
) -> None:
    sheet, _ = read(text(tmp_path / "letters.csv", content))
    assert [doubt.text for doubt in sheet.doubts] == doubtful
    assert all(doubt.line == 2 for doubt in sheet.doubts)


def test_cells_of_a_workbook_are_doubted_too(tmp_path: Path) -> None:
    rows = [("编号", "标题", "内容"), ("T-1", "灯", "坏了\nT-2\t井盖\t翘起")]
    assert [d.text for d in read(workbook(tmp_path / "letters.xlsx", rows))[0].doubts] == ["T-2\t井盖\t翘起"]


# ——— headings


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_columns_are_places_and_blank_headings_are_named_by_theirs(tmp_path: Path, kind: str) -> None:
    rows = [("编号", "", "标题", "", "诉求内容"), ("T-1", "序1", "路灯", "重点", "路灯不亮")]
    path = tmp_path / f"letters.{kind}"
    if kind == "csv":
        text(path, "\n".join(map(",".join, rows)))
    else:
        workbook(path, rows)
    sheet, lines = read(path)
    assert sheet.headings == ("编号", "第2列", "标题", "第4列", "诉求内容")
    assert [row.cells for row in lines] == [rows[1]]


def test_headings_of_the_same_name_are_told_apart_by_their_places(tmp_path: Path) -> None:
    assert read(text(tmp_path / "letters.csv", "内容,内容,标题\n1,2,3\n"))[0].headings == (
        "内容（第1列）",
        "内容（第2列）",
        "标题",
    )


def test_columns_without_heading_and_without_anything_below_are_none(tmp_path: Path) -> None:
    path = workbook(tmp_path / "letters.xlsx", [("编号", "内容", "", "", ""), ("1", "灯", "", "备", "")])
    assert read(path)[0].headings == ("编号", "内容", "第3列", "第4列")
    assert read(text(tmp_path / "letters.csv", "编号,内容,,\n1,灯,,\n"))[0].headings == ("编号", "内容")


def test_a_merged_heading_names_the_first_of_its_columns_that_holds_anything(tmp_path: Path) -> None:
    rows = [("编号", "", "诉求内容", ""), ("T-1", "序1", "", "路灯不亮"), ("T-2", "序2", "", "井盖缺失")]
    sheet, _ = read(workbook(tmp_path / "letters.xlsx", rows, merged=[(0, 0, 0, 1), (0, 2, 0, 3)]))
    assert sheet.headings == ("编号", "编号（第2列）", "诉求内容（第3列）", "诉求内容")


def test_of_headings_in_two_lines_the_lower_ones_hold(tmp_path: Path) -> None:
    rows = [("编号", "诉求人", "", "内容"), ("", "姓名", "电话", ""), ("T-1", "王某", "13800001234", "路灯不亮")]
    merged = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)]
    sheet, lines = read(workbook(tmp_path / "letters.xlsx", rows, merged))
    assert sheet.headings == ("编号", "姓名", "电话", "内容")
    assert [(row.line, row.cells) for row in lines] == [(3, rows[2])]


@pytest.mark.parametrize(
    "titles",
    [
        [("某市热线来件明细表（2025年1月）",)],
        [("工单_全部",) * 3],
        [("某市热线来件明细表",), ("", "", ""), ("导出时间：2025-01-31", "导出人：王某", "")],
    ],
)
def test_a_title_above_the_headings_is_found_and_told(tmp_path: Path, titles: list[tuple[str, ...]]) -> None:
    rows = [*titles, ("编号", "标题", "内容"), ("T-1", "路灯", "路灯不亮")]
    sheet, lines = read(workbook(tmp_path / "letters.xlsx", rows))
    assert sheet.headings == ("编号", "标题", "内容")
    assert sheet.heading_line == len(titles) + 1
    assert len(sheet.above) == sum(any(title) for title in titles)
    assert [row.line for row in lines] == [len(titles) + 2]


def test_where_no_heading_is_known_a_line_that_says_one_thing_is_a_title(tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", "明细表,,\n甲,乙,丙\n1,2,3\n")
    assert read(path)[0].headings == ("甲", "乙", "丙")


def test_the_line_of_the_headings_can_be_named(tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", "编号,内容\n列甲,列乙\n1,路灯不亮\n")
    sheet, lines = read(path, heading_line=2)
    assert (sheet.headings, sheet.above) == (("列甲", "列乙"), ("编号 内容",))
    assert [row.line for row in lines] == [3]
    with pytest.raises(BadSheet, match="第9行不能作表头"):
        read(path, heading_line=9)


# ——— bounds, sheets


def test_a_table_has_its_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = ",".join(f"列{n}" for n in range(MOST_COLUMNS + 1))
    with pytest.raises(BadSheet, match="表格太大，最多200,000行、100列"):
        read(text(tmp_path / "wide.csv", f"{wide}\n"))
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    for content in ("内容\n" + "灯\n" * 3, '内容\n"灯"\n' + "灯\n" * 3):
        with pytest.raises(BadSheet, match="请拆成几份"):
            read(text(tmp_path / "long.csv", content))
    assert len(cells(text(tmp_path / "fits.csv", "内容\n灯\n灯\n"))) == 2


@pytest.mark.parametrize("line", [2, 5])
def test_a_line_of_endless_columns_is_refused_before_its_columns_are_named(
    line: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To name a column was to count all others of the same heading: a line of ten million kept a worker for days."""
    named = sheets._named

    def bounded(cells: Sequence[str], *more: Iterable[tuple[int, int]], **how: object) -> tuple[str, ...]:
        assert len(cells) <= MOST_COLUMNS
        return named(cells, *more, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(sheets, "_named", bounded)
    content = "标题\n" * (line - 1) + ",".join(f"列{n % 7}" for n in range(5_000)) + "\n"
    with pytest.raises(BadSheet, match="表格太大，最多200,000行、100列"):
        read(text(tmp_path / "wide.csv", content))


def test_empty_cells_at_the_end_of_a_line_are_no_columns(tmp_path: Path) -> None:
    path = text(tmp_path / "wide.csv", f"编号,内容{',' * 16_000}\n1,路灯不亮{',' * 16_000}\n")
    sheet, rows = read(path)
    assert sheet.headings == ("编号", "内容")
    assert rows[0].cells[:2] == ("1", "路灯不亮")


def test_of_a_heading_without_end_the_beginning_names_its_column(tmp_path: Path) -> None:
    long = "很长的表头" * 1_000
    assert read(text(tmp_path / "letters.csv", f"内容,{long}\n灯,1\n"))[0].headings == ("内容", long[:200])


def test_no_sign_that_no_database_keeps_stands_in_a_heading(tmp_path: Path) -> None:
    """The letters were registered, and how they had been read could not be kept: the import never came to its end."""
    assert read(text(tmp_path / "letters.csv", "内容,姓\x00名\n灯,王\n"))[0].headings == ("内容", "姓名")


def _sheets(path: Path, **named: str) -> Path:
    with Workbook(path) as book:
        for name, content in named.items():
            sheet = book.add_worksheet(name)
            if content:
                sheet.write_row(0, 0, ["内容"])
                sheet.write_string(1, 0, content)
    return path


def test_a_workbook_of_several_sheets_tells_their_names_and_gives_the_one_asked_for(tmp_path: Path) -> None:
    path = _sheets(tmp_path / "letters.xlsx", 一月="路灯不亮", 说明="", 二月="井盖缺失")
    with pytest.raises(SeveralSheets, match="里有2张工作表：一月、二月") as several:
        read(path)
    assert several.value.names == ("一月", "二月")
    assert cells(path, name="二月") == [("井盖缺失",)]
    with pytest.raises(BadSheet, match="没有工作表“三月”；有：一月、说明、二月"):
        read(path, name="三月")
    with pytest.raises(BadSheet, match="里没有内容"):
        read(path, name="说明")


def test_of_a_workbook_the_only_sheet_that_holds_anything_is_read(tmp_path: Path) -> None:
    assert cells(_sheets(tmp_path / "letters.xlsx", 说明="", 一月="路灯不亮")) == [("路灯不亮",)]


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="没有工作表“一月”"):
        read(text(tmp_path / "letters.csv", TEXT), name="一月")


def test_another_process_reads_the_same_lines(tmp_path: Path) -> None:
    path = text(tmp_path / "letters.csv", "\ufeffsep=;\n明细表;\n编号;内容\n1;路灯不亮\n")
    with opened(path, knows=are_headings) as sheet:
        assert [row.cells for row in rows_of(sheet.layout)] == [row.cells for row in sheet.rows] == [("1", "路灯不亮")]
