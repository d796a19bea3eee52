"""Documents as Word files, for an official to go on with: docxtpl fills a template, ours or the site's own."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from docx import Document
from docx.document import Document as Draft
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docxtpl import DocxTemplate, Listing

from bihuan.documents.layout import Cell, Page, Template, template

FANG: Final = "仿宋_GB2312"
HEI: Final = "黑体"
SONG: Final = "宋体"
HEAD: Final = "方正小标宋简体"
RED: Final = RGBColor(0xC0, 0, 0)
LINE: Final = Mm(225 / 22)
_PROPERTIES: Final = ("w:pBdr", "w:tabs", "w:autoSpaceDE", "w:autoSpaceDN", "w:spacing", "w:ind", "w:jc", "w:rPr")
_LONGEST: Final = 255
"""Signs that a property of a Word file holds."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadTemplate(ValueError):
    """The site's own template of a paper cannot be filled in, in the user's words."""


def render(page: Page) -> bytes:
    """The Word file; the same page is the same file, byte for byte. Raises BadTemplate."""
    own = Path(settings.LETTERHEAD) / f"{page.code}.docx"
    if not own.exists():
        return _filled(_ours(page.code), page)
    try:
        return _filled(own.read_bytes(), page)
    except Exception as error:  # whatever a file of others may hold
        raise BadTemplate(f"本单位的 Word 模板 {own.name} 不能使用") from error


def _filled(source: bytes, page: Page) -> bytes:
    filled = DocxTemplate(io.BytesIO(source))
    filled.render(_listed(asdict(page)), autoescape=True)
    about = filled.docx.core_properties
    about.title, about.author = page.title[:_LONGEST], page.issuer[:_LONGEST]
    made = io.BytesIO()
    filled.save(made)
    return _dateless(made.getvalue())


@cache
def _ours(code: str) -> bytes:
    known = template(code)
    draft = _form(known) if known.layout == "form" else _letter(known)
    made = io.BytesIO()
    draft.save(made)
    return made.getvalue()


def _listed(value: Any) -> Any:
    """Words as docxtpl writes them literally, with their line breaks; nothing stays nothing."""
    if isinstance(value, str):
        return Listing(value) if value else ""
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value


def _letter(known: Template) -> Draft:
    draft = _paper(top=37, left=28, right=26, bottom=35)
    _numbered(draft)
    for size, when in ((30, "length <= 14"), (22, "length > 14")):
        _say(draft, f"{{%p if issuer|string|{when} %}}")
        _say(draft, "{{ issuer }}", font=HEAD, size=size, middle=True, red=True)
        _say(draft, "{%p endif %}")
    _edge(_say(draft, "{{ reference }}", middle=True), "bottom", size=10, space=12, color=RED)
    _say(draft, "", size=12, tight=True)
    if known.instructions:
        table = _table(draft, (Mm(12), Mm(144)))
        row = _line(table)
        row.height, label = Mm(36), row.cells[0]
        label.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _write(label.paragraphs[0], "\n".join(known.instructions), font=HEI, middle=True, tight=True)
    _say(draft, "")
    _say(draft, "{{ title }}", font=HEAD, size=22, middle=True)
    _say(draft, "")
    _say(draft, "{%p if recipient %}")
    _say(draft, "{{ recipient }}：")
    _say(draft, "{%p endif %}")
    _say(draft, "{%p for block in blocks %}")
    _say(draft, "{%p if block.heading %}")
    _say(draft, "{{ block.heading }}", font=HEI, indented=True).paragraph_format.keep_with_next = True
    _say(draft, "{%p endif %}")
    _say(draft, "{%p set closes = loop.last %}")
    _say(draft, "{%p for paragraph in block.paragraphs %}")
    _say(draft, "{%p if closes and loop.last %}")
    _say(draft, "{{ paragraph }}", indented=True).paragraph_format.keep_with_next = True
    _say(draft, "{%p else %}")
    _say(draft, "{{ paragraph }}", indented=True)
    _say(draft, "{%p endif %}")
    _say(draft, "{%p endfor %}")
    _say(draft, "{%p endfor %}")
    _say(draft, "").paragraph_format.keep_with_next = True
    if known.signatures:
        _say(draft, "{%p for signature in signatures %}")
        _signed(draft, "{{ signature }}", inwards=4)
        _say(draft, "{%p endfor %}")
    else:
        _signed(draft, "{{ issuer }}", inwards=2)
    _say(draft, "{{ on }}", right=True).paragraph_format.right_indent = Pt(4 * 16)
    _say(draft, "{%p if contact %}")
    _say(draft, "（联系方式：{{ contact }}）", indented=True)
    _say(draft, "{%p endif %}")
    _remarked(draft, indented=True)
    _say(draft, "{%p if copies %}")
    _say(draft, "")
    _edge(_say(draft, "", size=4, tight=True), "bottom", size=6, space=1)
    copies = _say(draft, "抄送：{{ copies }}。", size=14, tight=True).paragraph_format
    copies.left_indent, copies.first_line_indent, copies.right_indent = Pt(4 * 14), Pt(-3 * 14), Pt(14)
    _edge(_say(draft, "", size=4, tight=True), "top", size=6, space=4)
    _say(draft, "{%p endif %}")
    return draft


def _signed(draft: Draft, text: str, *, inwards: int) -> None:
    """A signature as far from the right edge as the standard asks, on one page with the date."""
    shape = _say(draft, text, right=True).paragraph_format
    shape.right_indent, shape.keep_with_next = Pt(inwards * 16), True


def _form(known: Template) -> Draft:
    draft = _paper(top=30, left=24, right=24, bottom=25)
    foot = draft.sections[0].footer.paragraphs[0]
    foot.style = "Normal"
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(162), WD_TAB_ALIGNMENT.RIGHT)
    _write(foot, "{{ serial }}\t", font=SONG, size=9, tight=True)
    _counted(foot, "PAGE", size=9)
    _write(foot, " / ", font=SONG, size=9, tight=True)
    _counted(foot, "NUMPAGES", size=9)
    if known.attachment:
        _say(draft, "{{ attachment }}", font=HEI)
    _say(draft, "{{ title }}", font=HEAD, size=20, middle=True)
    _say(draft, "", size=8, tight=True)
    unit = 162 / sum(known.columns)
    table = _table(draft, [Mm(unit * part) for part in known.columns])
    for y, row in enumerate(known.rows):
        each = [n for n, cell in enumerate(row) if cell.each]
        if each:
            _steering(table, f"{{%tr for part in rows[{y}][{each[0]}].parts %}}")
        _row(table, y, row, divided=bool(each))
        if each:
            _steering(table, "{%tr endfor %}")
    _say(draft, "", size=6, tight=True)
    for n, note in enumerate(known.notes):
        shape = _say(draft, ("注：" if n == 0 else "") + note, size=12, tight=True).paragraph_format
        shape.left_indent, shape.first_line_indent = Pt(24), Pt(-24 if n == 0 else 0)
    _remarked(draft, size=12, tight=True)
    return draft


def _remarked(draft: Draft, **how: Any) -> None:
    _say(draft, "{%p if remarks %}")
    _say(draft, "（{{ remarks|join('；') }}）", **how)
    _say(draft, "{%p endif %}")


def _row(table: Table, y: int, row: Sequence[Cell], *, divided: bool) -> None:
    """A row of a form; of a divided one only the cells for each unit are written for every part."""
    made, x = _line(table), 0
    made.height = Mm(max(cell.height for cell in row))
    for n, cell in enumerate(row):
        place = made.cells[x]
        if cell.span > 1:
            place = place.merge(made.cells[x + cell.span - 1])
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        told = cell.label or f"{{{{ rows[{y}][{n}].{'parts[loop.index0]' if cell.each else 'text'} }}}}"
        if divided and not cell.each:
            told += "{% vm %}"
        font = HEI if cell.label else FANG
        _write(place.paragraphs[0], told, font=font, size=14, middle=not cell.left, tight=True)
        x += cell.span


def _steering(table: Table, told: str) -> None:
    """A row that docxtpl reads and leaves out."""
    _line(table).cells[0].paragraphs[0].add_run(told)


def _line(table: Table) -> _Row:
    made: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return made


def _table(draft: Draft, widths: Sequence[Length]) -> Table:
    """A table with columns as wide as that, whatever stands in them, and no text at its lines."""
    table: Table = draft.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    inside = OxmlElement("w:tblCellMar")
    for side, room in (("top", 60), ("left", 80), ("bottom", 60), ("right", 80)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(room))
        edge.set(qn("w:type"), "dxa")
        inside.append(edge)
    table._tblPr.insert_element_before(inside, "w:tblLook")
    return table


def _shaped(place: Paragraph, name: str) -> Any:
    """A property of a paragraph that python-docx does not know, in the place that the schema gives it."""
    made = OxmlElement(name)
    place._p.get_or_add_pPr().insert_element_before(made, *_PROPERTIES[_PROPERTIES.index(name) + 1 :])
    return made


def _paper(*, top: int, left: int, right: int, bottom: int) -> Draft:
    """An empty A4 paper in Chinese, without what the library says of its own maker and moment."""
    draft = Document()
    about = draft.core_properties
    about.comments, about.language = "", "zh-CN"
    for moment in ("dcterms:created", "dcterms:modified"):
        for found in about._element.findall(qn(moment)):
            about._element.remove(found)
    for spoken in draft.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:eastAsia"), "zh-CN")
    for control in draft.settings.element.iter(qn("w:characterSpacingControl")):
        control.set(qn("w:val"), "compressPunctuation")
    section = draft.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    return draft


def _numbered(draft: Draft) -> None:
    """Pages with their numbers, outside on both sides of a leaf."""
    section = draft.sections[0]
    section.footer_distance = Mm(35 - 7 - 5)
    draft.settings.odd_and_even_pages_header_footer = True
    for foot, right in ((section.footer, True), (section.even_page_footer, False)):
        place = foot.paragraphs[0]
        place.paragraph_format.left_indent = place.paragraph_format.right_indent = Pt(14)
        _write(place, "— ", font=SONG, size=14, right=right, tight=True)
        _counted(place, "PAGE", size=14)
        _write(place, " —", font=SONG, size=14, right=right, tight=True)


def _counted(place: Paragraph, field: str, *, size: int) -> None:
    """A number that the word processor counts."""
    found = OxmlElement("w:fldSimple")
    found.set(qn("w:instr"), field)
    place._p.append(found)
    _write(place, "1", font=SONG, size=size, tight=True)
    found.append(place.runs[-1]._r)


def _edge(place: Paragraph, side: str, *, size: int, space: int, color: object = "auto") -> None:
    """A line along a paragraph, `size` in eighths of a point."""
    edges = place._p.get_or_add_pPr().find(qn("w:pBdr"))
    if edges is None:
        edges = _shaped(place, "w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", color)):
        line.set(qn(f"w:{name}"), str(value))
    edges.append(line)


def _say(draft: Draft, text: str, **how: Any) -> Paragraph:
    said = draft.add_paragraph()
    _write(said, text, **how)
    return said


def _write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = FANG,
    size: int = 16,
    middle: bool = False,
    right: bool = False,
    indented: bool = False,
    red: bool = False,
    tight: bool = False,
) -> None:
    run, shape = paragraph.add_run(text), paragraph.paragraph_format
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = RED
    shape.space_before = shape.space_after = Pt(0)
    if paragraph._p.get_or_add_pPr().find(qn("w:autoSpaceDE")) is None:
        for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
            _shaped(paragraph, name).set(qn("w:val"), "0")
    if font == FANG and not tight:
        _spaced(run)
    if not tight:
        shape.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        shape.line_spacing = LINE
    if indented:
        shape.first_line_indent = Pt(2 * size)
    if middle or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if middle else WD_ALIGN_PARAGRAPH.RIGHT


def _spaced(run: Run) -> None:
    """Signs as close as 28 of them in a line of 156 millimetres stand, in twentieths of a point."""
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), "-5")
    run._r.get_or_add_rPr().insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")


def _dateless(content: bytes) -> bytes:
    """The same archive without the moment of its making."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
