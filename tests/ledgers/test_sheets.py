"""What a cell holds of a text that is too long for it, and that the file counts such cells."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bihuan.kernel.cells import CUT, cell_of
from bihuan.ledgers.sheets import LedgerBook
from bihuan.ledgers.types import Column, Kind
from bihuan.policy.loader import pack

LIMIT = 32_767


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", False),
        ("字" * LIMIT, False),
        ("字" * (LIMIT + 1), True),
        ("😀" * (LIMIT // 2), False),
        ("😀" * (LIMIT // 2) + "字", False),
        ("😀" * (LIMIT // 2) + "字字", True),
        ("字" + "😀" * LIMIT, True),
    ],
)
def test_a_cell_holds_as_many_signs_as_spreadsheets_count_and_says_where_it_was_cut(text: str, cut: bool) -> None:
    held, was_cut = cell_of(text)
    assert was_cut is cut
    assert held.endswith(CUT) is cut
    assert text.startswith(held.removesuffix(CUT))
    length = len(held.encode("utf-16-le")) // 2
    assert length <= LIMIT
    assert length >= LIMIT - 1 if cut else held == text


def test_a_ledger_counts_the_cells_that_it_cut(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    columns = [Column("a", "标题", Kind.TEXT, 20), Column("b", "内容", Kind.TEXT, 20)]
    book = LedgerBook(path, columns, title="台账", rulebook=pack("wendeng-2021-10"))
    book.write([("短", "=" * LIMIT), ("短", "长" * (LIMIT + 1)), ("&" * (LIMIT + 1), "长" * (2 * LIMIT))])
    book.close(mark="某人", told=[("用途", "试" * (LIMIT + 1))])
    assert book.cut == 3
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    assert [[str(cell).endswith(CUT) for cell in row] for row in rows] == [[False, False], [False, True], [True, True]]
    assert {len(str(cell)) for row in rows for cell in row} == {1, LIMIT}
