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
        for n in ("content", "result", "task", "facts", "reason", "basis", "law", "difficulty", "answer")
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


def test_the_reason_of_a_grade_stands_beside_its_unit() -> None:
    two = (Graded("甲局", "好"), Graded("乙局", "差", "两次未到场"))
    form = filled(LinkageForm, grades=two)
    assert words(form)["grade"] == "甲局：好\n乙局：差"
    assert words(form)["reasons"] == "乙局：两次未到场"
