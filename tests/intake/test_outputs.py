"""What an import writes beside the register: opened first, never over another file, safe batch by batch."""

import os
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bihuan.intake import outputs
from bihuan.intake.outputs import NoOutput, Receipts, Table, read_receipts, unused
from bihuan.kernel.cells import CUT

RECEIPT = ("T-1", "WD2025030301000015", "0402918375")


def lines(path: Path) -> list[list[object]]:
    """What stands in a workbook."""
    return list(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def test_a_written_table_holds_text_never_formulas(tmp_path: Path) -> None:
    table = Table(tmp_path / "rejects.xlsx", ("行号", "原因"))
    table.write(("2", '=HYPERLINK("http://x","点我")'))
    table.close()
    assert lines(table.path) == [["行号", "原因"], ["2", '=HYPERLINK("http://x","点我")']]


def test_cells_that_are_cut_say_so_and_are_counted(tmp_path: Path) -> None:
    table = Table(tmp_path / "rejects.xlsx", ("行号", "内容"))
    table.write(("2", "长" * 40_000))
    table.write(("3", "短"))
    table.close()
    assert table.cut == 1
    assert str(lines(table.path)[1][1]).endswith(f"长{CUT}")


def test_a_table_without_lines_leaves_no_file(tmp_path: Path) -> None:
    Table(tmp_path / "rejects.xlsx", ("行号", "原因")).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", [lambda path: Table(path, ("甲",)), Receipts])
def test_an_output_that_cannot_be_written_or_is_there_is_refused_at_once(
    output: type[Receipts], tmp_path: Path
) -> None:
    with pytest.raises(NoOutput, match="不能写入"):
        output(tmp_path / "nowhere" / "r.xlsx")
    (tmp_path / "r.xlsx").write_text("of yesterday")
    with pytest.raises(NoOutput, match="已存在，不覆盖"):
        output(tmp_path / "r.xlsx")
    assert (tmp_path / "r.xlsx").read_text() == "of yesterday"
    assert len(list(tmp_path.iterdir())) == 1


def test_receipts_are_on_the_disk_before_the_next_batch_and_a_workbook_in_the_end(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "r.xlsx")
    receipts.add([RECEIPT])
    assert list(read_receipts(tmp_path / "r.csv")) == [RECEIPT], "whoever is killed now finds this"
    receipts.add([("=T-2", "WD2025030301000026", "1111111111")])
    receipts.close()
    assert lines(tmp_path / "r.xlsx") == [
        ["渠道原编号", "工单号", "查询码"],
        [*RECEIPT],
        ["=T-2", "WD2025030301000026", "1111111111"],
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["r.xlsx"]
    assert (tmp_path / "r.xlsx").stat().st_mode & 0o777 == 0o600, "a query code opens its case"


def test_receipts_may_stay_a_text(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "r.csv")
    receipts.add([("=1+1", "WD2025030301000015", "0402918375")])
    receipts.close()
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in (tmp_path / "r.csv").read_text(), "no formula for whoever opens it"
    assert list(read_receipts(tmp_path / "r.csv")) == [("=1+1", "WD2025030301000015", "0402918375")]


def test_without_receipts_there_is_no_file(tmp_path: Path) -> None:
    Receipts(tmp_path / "r.xlsx").close()
    Receipts(tmp_path / "r.csv").close()
    assert list(tmp_path.iterdir()) == []


def test_what_was_interrupted_goes_on_and_the_later_receipt_of_a_letter_is_the_good_one(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "r.xlsx")
    receipts.add([RECEIPT, ("T-2", "WD2025030301000026", "1111111111")])
    again = Receipts(tmp_path / "r.xlsx", resumed=True)
    again.add([("T-2", "WD2025030301000026", "2222222222")])
    again.close()
    assert lines(tmp_path / "r.xlsx")[1:] == [[*RECEIPT], ["T-2", "WD2025030301000026", "2222222222"]]


def test_a_batch_that_does_not_fit_on_the_disk_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = Receipts(tmp_path / "r.csv")
    receipts.add([RECEIPT])
    before = (tmp_path / "r.csv").read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            receipts.add([("T-2", "WD2025030301000026", "1111111111")])
    assert (tmp_path / "r.csv").read_bytes() == before


def test_what_came_to_be_there_meanwhile_is_kept(tmp_path: Path) -> None:
    table = Table(tmp_path / "r.xlsx", ("甲",))
    table.write(("乙",))
    (tmp_path / "r.xlsx").write_text("another's")
    table.close()
    assert table.path == tmp_path / "r-2.xlsx"
    assert (tmp_path / "r.xlsx").read_text() == "another's"
    assert unused(tmp_path / "r.xlsx") == tmp_path / "r-3.xlsx"
    assert outputs.RECEIPTS[2] == "查询码"
