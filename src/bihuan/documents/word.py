"""Documents as Word files, for an official to go on with: docxtpl fills a template, ours or the site's own."""

import io
import zipfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from docx import Document
from docx.document import Document as Draft
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate, Listing

from bihuan.documents.layout import Page, Template, template

FANG: Final = "仿宋_GB2312"
HEI: Final = "黑体"
HEAD: Final = "方正小标宋简体"
RED: Final = RGBColor(0xC0, 0, 0)
LINE: Final = Mm(225 / 22)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(page: Page) -> bytes:
    """The Word file; the same page is the same file, byte for byte."""
    filled = DocxTemplate(io.BytesIO(_source(page.code)))
    filled.render(_listed(asdict(page)), autoescape=True)
    made = io.BytesIO()
    filled.save(made)
    return _dateless(made.getvalue())


def _source(code: str) -> bytes:
    """The site's own template, or else ours."""
    try:
        return (Path(settings.LETTERHEAD) / f"{code}.docx").read_bytes()
    except FileNotFoundError:
        return _ours(code)


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
    _say(draft, "{{ issuer }}", font=HEAD, size=30, middle=True, red=True)
    _say(draft, "{{ reference }}", middle=True)
    if known.instructions:
        table = draft.add_table(rows=1, cols=2, style="Table Grid")
        _write(table.cell(0, 0).paragraphs[0], "{{ instructions }}", font=HEI)
        table.cell(0, 0).width, table.cell(0, 1).width = Mm(20), Mm(136)
        table.rows[0].height = Mm(36)
    _say(draft, "")
    _say(draft, "{{ title }}", font=HEAD, size=22, middle=True)
    _say(draft, "")
    _say(draft, "{{ recipient }}：")
    _say(draft, "{%p for block in blocks %}")
    _say(draft, "{%p if block.heading %}")
    _say(draft, "{{ block.heading }}", font=HEI, indented=True)
    _say(draft, "{%p endif %}")
    _say(draft, "{%p for paragraph in block.paragraphs %}")
    _say(draft, "{{ paragraph }}", indented=True)
    _say(draft, "{%p endfor %}")
    _say(draft, "{%p endfor %}")
    _say(draft, "")
    if known.signatures:
        _say(draft, "{%p for signature in signatures %}")
        _say(draft, "{{ signature }}", right=True)
        _say(draft, "{%p endfor %}")
    else:
        _say(draft, "{{ issuer }}", right=True)
    _say(draft, "{{ on }}", right=True)
    _say(draft, "{%p if contact %}")
    _say(draft, "（联系方式：{{ contact }}）", indented=True)
    _say(draft, "{%p endif %}")
    _say(draft, "{%p if copies %}")
    _say(draft, "抄送：{{ copies }}。", size=14)
    _say(draft, "{%p endif %}")
    return draft


def _form(known: Template) -> Draft:
    draft = _paper(top=30, left=24, right=24, bottom=25)
    if known.attachment:
        _say(draft, "{{ attachment }}", font=HEI)
    _say(draft, "{{ title }}", font=HEAD, size=20, middle=True)
    table = draft.add_table(rows=len(known.rows), cols=len(known.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    unit = 162 / sum(known.columns)
    for y, row in enumerate(known.rows):
        table.rows[y].height = Mm(max(cell.height for cell in row))
        x = 0
        for n, cell in enumerate(row):
            place = table.cell(y, x)
            if cell.span > 1:
                place = place.merge(table.cell(y, x + cell.span - 1))
            place.width = Mm(unit * sum(known.columns[x : x + cell.span]))
            place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            told, font = (cell.label, HEI) if cell.label else (f"{{{{ rows[{y}][{n}].text }}}}", FANG)
            _write(place.paragraphs[0], told, font=font, size=14, middle=not cell.left, tight=True)
            x += cell.span
    for n, note in enumerate(known.notes):
        _say(draft, ("注：" if n == 0 else "") + note, size=12, tight=True)
    _say(draft, "{{ serial }}", size=9, tight=True)
    return draft


def _paper(*, top: int, left: int, right: int, bottom: int) -> Draft:
    draft = Document()
    section = draft.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    return draft


def _say(draft: Draft, text: str, **how: Any) -> None:
    _write(draft.add_paragraph(), text, **how)


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
    run.font.bold = font == HEAD
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = RED
    shape.space_before = shape.space_after = Pt(0)
    if not tight:
        shape.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        shape.line_spacing = LINE
    if indented:
        shape.first_line_indent = Pt(2 * size)
    if middle or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if middle else WD_ALIGN_PARAGRAPH.RIGHT


def _dateless(content: bytes) -> bytes:
    """The same archive without the moment of its making."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
