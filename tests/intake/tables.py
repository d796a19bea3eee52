"""Tables in the shapes in which people send them."""

import csv
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """A text file."""
    path.write_bytes(content.encode(encoding))
    return path


def table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A csv table of these lines."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def workbook(
    path: Path, rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int, int]] = (), name: str = "来件"
) -> Path:
    """A workbook of these lines, some cells of which are merged (top, left, bottom, right)."""
    with Workbook(path) as book:
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, column, cell)
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    return path
