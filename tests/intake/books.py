"""Workbooks that say little and claim much."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook


def book(*cells: tuple[int, int, str]) -> bytes:
    """A workbook with these cells: row and column from 0."""
    out = BytesIO()
    with Workbook(out) as made:
        sheet = made.add_worksheet()
        for row, column, text in cells:
            sheet.write_string(row, column, text)
    return out.getvalue()


def far_apart() -> bytes:
    """Two cells, 1.4 KB of sheet: the second in row 100,000 and column 400."""
    return book((0, 0, "代码"), (99_999, 399, "名称"))


def silent(content: bytes) -> bytes:
    """The same workbook without a word on its dimension."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.startswith("xl/worksheets/"):
                before, _, rest = text.partition(b"<dimension ")
                text = before + rest.partition(b"/>")[2]
            new.writestr(part, text)
    return out.getvalue()


def long(rows: int, columns: int = 1) -> bytes:
    """So many rows of so many cells."""
    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, [1] * columns)
    return out.getvalue()


def laid_down(folder: Path, content: bytes) -> Path:
    """As a file."""
    path = folder / "名录.xlsx"
    path.write_bytes(content)
    return path
