"""Reading the tables that people keep letters in: csv in any usual encoding, Excel workbooks.

What cannot be read without a doubt is refused with its line, or told as a doubt.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO, TextIOWrapper
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from bihuan.intake.workbooks import MOST_COLUMNS, MOST_ROWS, PATIENT, TOO_LARGE, UPPERMOST, BadWorkbook, decode
from bihuan.kernel.system_words import words_of
from bihuan.sandbox.work import Bounds

BLOCK = 1 << 20
LONGEST_CELL = 1 << 24
MOST_DOUBTS = 20
LONGEST_HEADING = 200
"""Signs of a heading by which a column is named, kept and told."""
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = {
    b"%PDF": "是 PDF 文件，不是表格",
    b"\xff\xd8\xff": "是图片，不是表格",
    b"\x89PNG": "是图片，不是表格",
    b"GIF8": "是图片，不是表格",
    b"Rar!": "是压缩包，请先解压",
    b"7z\xbc\xaf": "是压缩包，请先解压",
    b"\x1f\x8b": "是压缩包，请先解压",
}
_SAVE_ANEW = "请用 Excel 或 WPS 打开，另存为 xlsx 后再导入"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_FIRST_SIGNS = 65_536
DELIMITERS = ",\t;"

Knows = Callable[[tuple[str, ...]], bool]


class BadSheet(ValueError):
    """The file cannot be read as a table; its words say why and what to do."""


class SeveralSheets(BadSheet):
    """The workbook holds several sheets, and none was named."""

    def __init__(self, file: str, names: Sequence[str]) -> None:
        super().__init__(f"{file} 里有{len(names)}张工作表：{'、'.join(names)}")
        self.names = tuple(names)


class Row(NamedTuple):
    """A line of the table under its number as a spreadsheet shows it; `read` is the share of the file behind it."""

    line: int
    cells: tuple[str, ...]
    read: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table lies as text, and how to read it: enough for another process to read it too."""

    path: Path
    encoding: str
    delimiter: str
    separator_named: bool = False
    """Whether the first line only names the delimiter (Excel's `sep=,`)."""
    last_heading: int = 0
    """The line of the lowest headings; the letters stand below."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that holds what looks like further lines of the table."""

    line: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, each under a name of its own, and its other lines to be read once."""

    headings: tuple[str, ...]
    heading_line: int
    guessed: bool
    """Whether nobody named the line of the headings, and nobody knows what stands in it: it may be a letter."""
    above: tuple[str, ...]
    """What stands above the headings and is not read."""
    rows: Iterator[Row]
    layout: Layout
    doubts: tuple[Doubt, ...]
    sheet: str | None


@contextmanager
def opened(
    path: Path,
    name: str | None = None,
    *,
    heading_line: int | None = None,
    knows: Knows = lambda headings: False,
    bounds: Bounds = PATIENT,
) -> Iterator[Sheet]:
    """The table of a file, told by its content: of a workbook the sheet of that name, or the only one.

    Its headings stand in that line, or in the first one that the caller knows, or in the first that is no title.
    A workbook is read in the sandbox, within the bounds. The whole file has been looked through once when this is
    entered: its rows raise nothing any more. Raises BadSheet.
    """
    with TemporaryDirectory(prefix="bihuan-") as folder:
        yield _opened(path, name, Path(folder, "table.csv"), heading_line, knows, bounds)


def _opened(
    path: Path, name: str | None, decoded: Path, heading_line: int | None, knows: Knows, bounds: Bounds
) -> Sheet:
    try:
        if _is_book(path):
            layout, merged, sheet = _decoded(path, name, decoded, bounds)
            delimiters = DELIMITERS
        elif name is not None:
            raise BadSheet(f"{path.name} 是文本文件，没有工作表“{name}”")
        else:
            layout, merged, sheet = _text(path, knows), (), None
            delimiters = layout.delimiter
        uppermost = [_within(row) for row in islice(_rows(layout), UPPERMOST)]
        found = _headings(uppermost, merged, heading_line, knows)
        return Sheet(
            headings=found.names,
            heading_line=found.first,
            guessed=heading_line is None and not knows(found.names),
            above=tuple(" ".join(filter(None, row.cells)) for row in uppermost if row.line < found.first),
            rows=rows_of(below := replace(layout, last_heading=found.last)),
            layout=below,
            doubts=tuple(islice(_doubts(below, found.names, delimiters), MOST_DOUBTS)),
            sheet=sheet,
        )
    except (BadLine, BadWorkbook) as bad:
        raise BadSheet(f"{path.name} {bad}") from bad
    except OSError as error:
        raise BadSheet(f"读不了文件 {path}：{words_of(error)}") from error


def _within(row: Row) -> Row:
    """A line without the empty cells at its end. Raises BadLine where it has more columns than a table has."""
    held = next((at for at in range(len(row.cells), 0, -1) if row.cells[at - 1].strip()), 0)
    if held > MOST_COLUMNS:
        raise BadLine(TOO_LARGE)
    return row if len(row.cells) <= MOST_COLUMNS else row._replace(cells=row.cells[:MOST_COLUMNS])


def rows_of(layout: Layout) -> Iterator[Row]:
    """The lines below the headings."""
    return (row for row in _rows(layout) if row.line > layout.last_heading)


def must_be_book(path: Path) -> None:
    """Raises BadSheet with what a file is that is no workbook, or that there is none."""
    try:
        book = _is_book(path)
    except FileNotFoundError:
        raise BadSheet(f"没有文件 {path}") from None
    except OSError as error:
        raise BadSheet(f"读不了文件 {path}：{words_of(error)}") from error
    if not book:
        raise BadSheet(f"{path.name} 是文本文件，不是工作簿；请另存为 xlsx")


def _is_book(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise BadSheet(f"{path.name} 里没有内容")
    for mark, words in _OTHERS.items():
        if start.startswith(mark):
            raise BadSheet(f"{path.name} {words}")
    if words := _markup(start):
        raise BadSheet(f"{path.name} {words}，{_SAVE_ANEW}")
    return start.startswith(_BOOKS)


def _markup(start: bytes) -> str:
    """What the file is where it is a page and not a table; many systems give theirs the name of a workbook."""
    encoding = next((e for mark, e in _MARKS.items() if start.startswith(mark)), "latin-1")
    text = start.decode(encoding, "ignore").lstrip().lower()
    if text.startswith("mime-version:"):
        return "是网页存档"
    if not text.startswith("<"):
        return ""
    if "schemas-microsoft-com:office:spreadsheet" in text:
        return "是 XML 格式的旧表格"
    return "是网页表格" if re.search(r"<(!doctype html|html|head|body|table|style|meta)\b", text) else "是 XML 文件"


Merged = Sequence[Sequence[int]]
"""Top, left, bottom and right of merged cells, counted from nought."""


def _decoded(path: Path, name: str | None, at: Path, bounds: Bounds) -> tuple[Layout, Merged, str]:
    """A sheet of a workbook as a text file, its merged cells, and its name."""
    decoded = decode(path, name, at, bounds)
    if len(decoded.sheets) > 1:
        raise SeveralSheets(path.name, decoded.sheets)
    return Layout(at, "utf-8", ","), decoded.merged, decoded.sheets[0]


def _text(path: Path, knows: Knows) -> Layout:
    """How a text file is read: in its encoding, parted by the sign that it names, or under which headings are known."""
    encoding = _encoding(path)
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, newline="") as text:
        start = text.read(_FIRST_SIGNS)
    first = next(iter(start.splitlines()), "")
    if named := _SEPARATOR.fullmatch(first):
        return Layout(path, encoding, named[1], separator_named=True)
    for delimiter in DELIMITERS:
        if any(knows(_named(cells[:MOST_COLUMNS])) for cells in _leniently(start, delimiter)):
            return Layout(path, encoding, delimiter)
    parted = next((line for line in start.splitlines() if any(sign in line for sign in DELIMITERS)), first)
    return Layout(path, encoding, max(DELIMITERS, key=parted.count))


def _leniently(start: str, delimiter: str) -> Iterator[list[str]]:
    """The uppermost lines of a text, whatever is wrong with them."""
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(StringIO(start, newline=""), delimiter=delimiter)
    return islice((cells for cells in rows if any(map(str.strip, cells))), UPPERMOST)


class BadLine(BadSheet):
    """What is wrong with a line of a text file."""


def _rows(layout: Layout) -> Iterator[Row]:
    """The lines that hold anything. Raises BadLine."""
    csv.field_size_limit(LONGEST_CELL)
    size = max(layout.path.stat().st_size, 1)
    with _read(layout) as (raw, text):
        reader, end = csv.reader(text, delimiter=layout.delimiter, strict=True), 0
        try:
            for line, cells in enumerate(reader, 1):
                end = reader.line_num
                if any(cell.strip() for cell in cells):
                    yield Row(line, tuple(cells), min(raw.tell() / size, 1.0))
        except csv.Error as error:
            raise _bad(error, end + 1, reader.line_num, layout) from error


@contextmanager
def _read(layout: Layout) -> Iterator[tuple[BinaryIO, TextIOWrapper]]:
    with layout.path.open("rb") as raw, TextIOWrapper(raw, layout.encoding, newline="") as text:
        if layout.separator_named:
            text.readline()
        yield raw, text


def _bad(error: csv.Error, begin: int, end: int, layout: Layout) -> BadLine:
    """What is wrong with the line of the file in which a record begins; the line that names the delimiter counts."""
    begin, end = begin + layout.separator_named, end + layout.separator_named
    if "field larger" in str(error):
        return BadLine(f"第{begin}行：一格超过{LONGEST_CELL // 2**20}MB")
    if "end of data" in str(error) or end > begin:
        return BadLine(f"第{begin}行：引号没有闭合，其后的各行都被当作这一格的内容；请补上引号")
    return BadLine(f"第{begin}行：引号之后还有文字；{_QUOTES}")


_QUOTES = "含引号、分隔符或换行的一格须整格加引号，格内的引号写两个"


def _doubts(layout: Layout, headings: Sequence[str], delimiters: str) -> Iterator[Doubt]:
    """Look through the whole file: cells that hold what looks like further lines. Raises BadLine.

    Quotes come in pairs. A file without any has one line a record; to count its lines is enough.
    """
    if not _holds(layout.path, b'"'):
        return
    quotes = 0

    def counted(text: Iterable[str]) -> Iterator[str]:
        nonlocal quotes
        for line in text:
            quotes += line.count('"')
            yield line

    with _read(layout) as (_, text):
        reader, end = csv.reader(counted(text), delimiter=layout.delimiter, strict=True), 0
        try:
            for line, cells in enumerate(reader, 1):
                if line > MOST_ROWS:
                    raise BadLine(TOO_LARGE)
                if quotes % 2:
                    raise BadLine(f"第{end + 1 + layout.separator_named}行：引号不成对；{_QUOTES}")
                if reader.line_num - end > 1 and line > layout.last_heading:
                    yield from _swallowed(line, cells, headings, delimiters)
                end = reader.line_num
        except csv.Error as error:
            raise _bad(error, end + 1, reader.line_num, layout) from error


def _holds(path: Path, sign: bytes) -> bool:
    """Whether a file holds a sign. Raises BadLine where it has too many lines."""
    lines, found = 0, False
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found = found or sign in block
            lines += block.count(b"\n")
    if lines > MOST_ROWS and not found:
        raise BadLine(TOO_LARGE)
    return found


def _swallowed(line: int, cells: Sequence[str], headings: Sequence[str], delimiters: str) -> Iterator[Doubt]:
    """Lines within cells that have the form of a line of the table: as many parts, and a like beginning."""
    width, own = len(headings), _form(cells[0])
    for at, cell in enumerate(cells[:width]):
        further = cell.splitlines()[1:]
        for number, text in enumerate(further, 1):
            for sign in delimiters:
                parts = text.split(sign)
                whole = len(parts) == width or (number == len(further) and len(parts) == at + 1)
                if len(parts) > 1 and whole and (_form(parts[0]) == own if "0" in own else width > 2):
                    yield Doubt(line, headings[at], text)
                    break


def _form(cell: str) -> str:
    """What cells of a column have in common: T-041 and T-2 are T-0."""
    return re.sub(r"[0-9]+", "0", cell.strip())


@dataclass(frozen=True, slots=True)
class _Headings:
    """Between which lines the headings stand, and the name of each column."""

    first: int
    last: int
    names: tuple[str, ...]


def _headings(uppermost: Sequence[Row], merged: Merged, line: int | None, knows: Knows) -> _Headings:
    if not uppermost:
        raise BadLine("里没有内容")
    if line is not None:
        row = next((row for row in uppermost if row.line == line), None)
        if row is None:
            raise BadLine(f"第{line}行不能作表头：空行，或在前{UPPERMOST}行有内容的行之外")
        return _block(row, uppermost, merged)
    blocks = [_block(row, uppermost, merged) for row in uppermost]
    known = (block for block in blocks if knows(block.names))
    parted = (
        block for block, row in zip(blocks, uppermost, strict=True) if len({*map(str.strip, row.cells)} - {""}) > 1
    )
    return next(known, None) or next(parted, None) or blocks[0]


def _block(row: Row, uppermost: Sequence[Row], merged: Merged) -> _Headings:
    """The headings that begin in that line: more lines than one where cells are merged downwards."""
    top = row.line - 1
    last = max([row.line, *(bottom + 1 for start, _, bottom, _ in merged if start == top)])
    lines = [r.cells for r in uppermost if row.line <= r.line <= last]
    below = [r.cells for r in uppermost if r.line > last]
    across = [(left, right) for start, left, _, right in merged if top <= start < last and right > left]
    return _Headings(row.line, last, _named(_lowest(lines), across, below))


def _lowest(lines: Sequence[Sequence[str]]) -> list[str]:
    """The lowest text of each column: where headings stand in two lines, the upper one only gathers some of them."""
    filled = zip_longest(*reversed(lines), fillvalue="")
    return [next((cell for cell in column if cell.strip()), "") for column in filled]


def _named(
    cells: Sequence[str], across: Iterable[tuple[int, int]] = (), below: Sequence[Sequence[str]] = ()
) -> tuple[str, ...]:
    """A name of its own for each column: the heading; where that is none, or not the only one, its place.

    A heading that is merged across columns names the first of them that holds anything.
    """
    own = [" ".join(cell.replace("\x00", "").split())[:LONGEST_HEADING] for cell in cells]
    count = Counter(own)
    names = [text if text and count[text] == 1 else _placed(text, at) for at, text in enumerate(own)]
    held = {at for row in below for at, cell in enumerate(row) if cell.strip()}
    covered = set[int]()
    for left, right in across:
        columns = [at for at in range(left, right + 1) if at < len(own)]
        if columns and own[left] and not any(own[at] for at in columns[1:]):
            covered.update(columns)
            holding = next((at for at in columns if at in held), left)
            for at in columns:
                names[at] = own[left] if at == holding else _placed(own[left], at)
    while names and not own[len(names) - 1] and not {len(names) - 1} & (held | covered):
        names.pop()
    return tuple(names)


def _placed(text: str, at: int) -> str:
    return f"{text}（第{at + 1}列）" if text else f"第{at + 1}列"


def _encoding(path: Path) -> str:
    """The first encoding under which the whole file makes sense; a mark at its beginning decides at once."""
    with path.open("rb") as file:
        start = file.read(4)
        marked = [encoding for mark, encoding in _MARKS.items() if start.startswith(mark)]
        for encoding in marked or ("utf-8", "gb18030"):
            file.seek(0)
            if _decodes(file, encoding):
                return encoding
    raise BadLine("的文字编码既不是 UTF-8 也不是 GB18030")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
