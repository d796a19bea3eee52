"""Every template prints what it is given, literally, in the layout that the standard asks for."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pypdf
import pytest
from docx import Document
from docx.document import Document as Draft
from docx.enum.text import WD_ALIGN_PARAGRAPH

from bihuan.documents import pdf, word
from bihuan.documents.layout import Page, lay_out, template, words
from bihuan.documents.types.sheets import SHEETS, Graded, LinkageForm, Position, Sheet, SpecialReport
from bihuan.policy import norms
from bihuan.policy.loader import pack

AT = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
AWKWARD = "堃赟犇#set$x$*b*_i_@r<l>[c]{{ 7*7 }}{% if %}&\\\"'`=//*"
VALUES: dict[object, Any] = {
    str: AWKWARD,
    int: 5,
    date: date(2026, 3, 5),
    datetime: AT,
    date | None: date(2026, 3, 5),
    datetime | None: AT,
    tuple[str, ...]: (AWKWARD, "第二个"),
    tuple[Graded, ...]: (Graded(AWKWARD, "好"), Graded("乙局", "较好", AWKWARD)),
    tuple[Position, ...]: (Position("甲局", AWKWARD, "三定规定"), Position("乙局", "不属本局")),
}


def filled(sheet: type[Sheet], **said: Any) -> Sheet:
    hints = get_type_hints(sheet)
    return sheet(**{f.name: VALUES[hints[f.name]] for f in fields(sheet)} | said)


def print_of(page: Page) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(page, at=AT)))
    return [found.extract_text() for found in reader.pages]


def word_of(page: Page) -> str:
    draft = Document(io.BytesIO(word.render(page)))
    cells = (cell.text for table in draft.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in draft.paragraphs), *cells])


def solid(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(params=sorted(SHEETS))
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_template_names_only_what_its_sheet_has_and_a_norm_of_the_engine(code: str) -> None:
    known = template(code)
    assert known.fields() <= words(filled(SHEETS[code])).keys()
    assert norms.norm(known.norm)


@pytest.mark.parametrize("read", [lambda page: "".join(print_of(page)), word_of], ids=["pdf", "word"])
def test_markup_and_rare_characters_come_out_as_they_were_written(code: str, read: Callable[[Page], str]) -> None:
    page = lay_out(filled(SHEETS[code]), serial="WS00000001")
    assert solid(AWKWARD) in solid(read(page))


def test_the_same_page_is_the_same_file(code: str) -> None:
    page = lay_out(filled(SHEETS[code]), serial="WS00000001")
    assert pdf.render(page, at=AT) == pdf.render(page, at=AT)
    assert word.render(page) == word.render(page)


def test_several_documents_are_made_at_once() -> None:
    pages = [lay_out(filled(SHEETS[code], title=f"第{n}件"), serial="")
             for n in range(6) for code in ("D02", "D12")]  # fmt: skip
    alone = [pdf.render(page, at=AT) for page in pages]
    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(lambda page: pdf.render(page, at=AT), pages)) == alone


def test_long_words_run_over_to_further_pages_and_none_is_lost(code: str) -> None:
    hints = get_type_hints(SHEETS[code])
    longest = next(
        n
        for n in (
            "content",
            "result",
            "task",
            "facts",
            "reason",
            "basis",
            "law",
            "difficulty",
            "answer",
            "minutes",
            "overview",
            "progress",
        )
        if n in hints
    )
    lines = "\n".join(f"第{n}行，已核实。" for n in range(120))
    page = lay_out(filled(SHEETS[code], **{longest: lines}), serial="WS00000001")
    printed = print_of(page)
    assert len(printed) > 1
    text = solid("".join(printed))
    assert all(f"第{n}行" in text for n in range(120))
    assert pdf.pages(pdf.render(page, at=AT)) == len(printed)


def test_a_letter_has_28_characters_a_line_and_22_lines_a_page() -> None:
    report = filled(SpecialReport, facts="测" * 28 * 60, title="漏水")
    second = print_of(lay_out(report, serial=""))[1]
    lines = [line for line in second.splitlines() if set(line) == {"测"}]
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}


FORM_2 = """
诉求事项\t\t\t
首接单位\t\t联动单位\t
办理结果\t\t\t
联动评价\t\t评价说明\t
回访情况\t\t联动时间\t
分管负责人签字\t\t盖章\t
"""
FORM_3 = """
诉求事项\t\t\t\t\t
吹哨主体\t\t吹哨类型\t\t报到单位\t
办理结果\t\t\t\t\t
评价\t\t评价说明\t\t\t
回访情况\t\t\t联动时间\t\t
分管负责人签字\t\t\t盖章\t\t
"""
"""The tables as the regulation prints them: what stands in each column, merged ones empty."""


def printed(code: str) -> str:
    """The table of a form in the same manner."""
    rows = ("\t".join("\t".join([cell.label, *[""] * (cell.span - 1)]) for cell in row) for row in template(code).rows)
    return "\n" + "\n".join(rows) + "\n"


@pytest.mark.clause("WD-F2", "WD-F3")
@pytest.mark.parametrize(("code", "table"), [("D08", FORM_2), ("D09", FORM_3)], ids=["2", "3"])
def test_the_forms_have_the_rows_columns_and_notes_that_the_regulation_prints(code: str, table: str) -> None:
    assert printed(code) == table
    clause = pack("wendeng-2021-10").clauses["WD-F2" if code == "D08" else "WD-F3"].text
    known = template(code)
    assert clause.splitlines()[0] == known.title
    assert [line.removeprefix("注：") for line in clause.splitlines()[2:]] == list(known.notes)
    assert "；".join(cell.label for row in known.rows for cell in row if cell.label) == clause.splitlines()[1]
    text = solid("".join(print_of(lay_out(filled(SHEETS[code]), serial="WS00000001"))))
    for note in known.notes:
        assert solid(note) in text


@pytest.mark.parametrize(
    ("code", "field"), [("D08", "signed_by"), ("D11", "opinion"), ("D12", "facts"), ("D17", "result")]
)
def test_rare_names_are_drawn_by_fonts_that_have_them(code: str, field: str) -> None:
    def look(name: str) -> bytes:
        return b"".join(pdf.picture(lay_out(filled(SHEETS[code], **{field: name}), serial=""), ppi=48))

    page = lay_out(filled(SHEETS[code], **{field: "王堃、李犇"}), serial="")
    assert "王堃、李犇" in solid("".join(print_of(page)))
    nowhere = "\U0010fffd"
    pictures = {look(name) for name in ("王堃", "王犇", "王赟", f"王{nowhere}")}
    assert len(pictures) == 4, "each is a sign of its own, and none the box of a font without it"


THREE = (
    Graded("住房和城乡建设局", "好"),
    Graded("综合行政执法局", "较好", "次日到场"),
    Graded("供电公司", "差", "两次通知未到场"),
)


@pytest.mark.parametrize("code", ["D08", "D09"])
def test_every_unit_stands_with_its_grade_beside_its_reason(code: str) -> None:
    said = dict.fromkeys(("matter", "lead", "result", "follow_up", "signed_by", "absence", "whistle_type"), "简述")
    named = {f.name for f in fields(SHEETS[code])}
    page = lay_out(
        filled(SHEETS[code], **{n: v for n, v in said.items() if n in named}, grades=THREE), serial="WS00000001"
    )
    [paper] = print_of(page)
    places = [paper.index(word) for word in ("综合行政执法局\n较好", "次日到场", "供电公司\n差", "两次通知未到场")]
    assert places == sorted(places), "line by line: each reason before the next unit"

    draft = Document(io.BytesIO(word.render(page)))
    rows = [[cell.text for cell in row.cells] for row in draft.tables[0].rows]
    graded = [row for row in rows if row[0].endswith("评价")]
    reasons = [(row[1], row[-1]) for row in graded]
    assert reasons == [(f"{one.unit}\n{one.grade}", one.reason) for one in THREE]
    assert len({tuple(row[0::2][:2]) for row in graded}) == 1, "the labels stand once, over all of the lines"


@pytest.mark.parametrize("code", ["D08", "D09"])
def test_one_unit_has_its_grade_in_the_cells_as_they_are_printed(code: str) -> None:
    one = lay_out(filled(SHEETS[code], grades=(Graded("供电公司", "差", "未到场"),)), serial="")
    empty = lay_out(filled(SHEETS[code], grades=()), serial="")
    for page, said in ((one, ("差", "未到场")), (empty, ("", ""))):
        table = Document(io.BytesIO(word.render(page))).tables[0]
        assert len(table.rows) == len(template(code).rows)
        assert (table.rows[3].cells[1].text, table.rows[3].cells[-1].text) == said


def test_a_signature_is_never_alone_on_its_page() -> None:
    for lines in range(4, 24):
        said = {"facts": "\n".join(["经查"] * lines), "recipient": "区委", "contact": "市政科", "copies": ()}
        report = filled(SpecialReport, **said, title="漏水", gap="无", suggestion="无", reasonableness="合理")
        last = print_of(lay_out(report, serial=""))[-1]
        assert "妥否，请批示。" in last
        assert "（联系方式：市政科）" in last


def letter_in_word(code: str) -> Draft:
    return Document(io.BytesIO(word.render(lay_out(filled(SHEETS[code]), serial="WS00000001"))))


def test_a_letter_in_word_has_the_page_that_the_standard_asks_for() -> None:
    draft = letter_in_word("D12")
    section = draft.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(m.mm) for m in (section.top_margin, section.left_margin, section.right_margin)] == [37, 28, 26]
    outside = [(foot.paragraphs[0].alignment, foot._element.xpath(".//w:fldSimple/@w:instr"))
               for foot in (section.footer, section.even_page_footer)]  # fmt: skip
    assert outside == [(WD_ALIGN_PARAGRAPH.RIGHT, ["PAGE"]), (None, ["PAGE"])]
    body = next(p for p in draft.paragraphs if p.text == "妥否，请批示。")
    spacing = int(body.runs[0]._r.xpath("./w:rPr/w:spacing/@w:val")[0]) / 20
    room = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    assert room // (body.runs[0].font.size.pt + spacing) == 28
    assert (section.page_height.pt - section.top_margin.pt - section.bottom_margin.pt) // (
        body.paragraph_format.line_spacing.pt - 0.1
    ) == 22


def test_a_letter_in_word_keeps_its_signature_with_its_last_words_and_rules_its_head() -> None:
    draft = letter_in_word("D12")
    texts = [p.text for p in draft.paragraphs]
    last, date_line = texts.index("妥否，请批示。"), texts.index("2026年3月5日")
    assert all(p.paragraph_format.keep_with_next for p in draft.paragraphs[last:date_line])
    red = draft.element.xpath(".//w:pBdr/w:bottom[@w:color='C00000']/ancestor::w:p[1]//w:t/text()")
    assert solid("".join(red)) == solid(AWKWARD), "below the document number"
    assert [row.cells[0].text for row in draft.tables[0].rows] == ["领\n导\n批\n示"]


def test_a_word_file_says_of_itself_what_it_is_and_nothing_of_its_maker(code: str) -> None:
    about = letter_in_word(code).core_properties
    page = lay_out(filled(SHEETS[code]), serial="")
    assert (about.title, about.author) == (page.title, page.issuer)
    assert (about.comments, about.created, about.last_modified_by) == ("", None, "")
    assert about.language == "zh-CN"


def test_the_reason_of_a_grade_stands_beside_its_unit() -> None:
    two = (Graded("甲局", "好"), Graded("乙局", "差", "两次未到场"))
    form = filled(LinkageForm, grades=two)
    assert words(form)["grade"] == "甲局：好\n乙局：差"
    assert words(form)["reasons"] == "乙局：两次未到场"
