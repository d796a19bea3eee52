"""Any sign that somebody can type is printed, or something stands for it and the paper says so (F55, F56)."""

import io
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pypdf
import pytest
from docx import Document

from bihuan.documents import pdf, word
from bihuan.documents.layout import lay_out, template
from bihuan.documents.signs import BREAK, Printable, printable
from bihuan.documents.types.sheets import SHEETS, Graded, Position, Sheet
from tests.documents.test_templates import filled, solid

AT = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
NOWHERE = "\U0010fffd"
"""A sign for which no standard has a shape."""
CHINESE = frozenset(
    "本件有个字无法印出见第谢好路灯李测试，。：、（）[]□ abcdefghijklmnopqrstuvwxyz/.0123456789U+FAEéABC"
    "双手合十施工勾号按钮按键家庭男人女人女孩拇指向上中等肤色国旗英格兰"
)


def has(sign: str) -> bool:
    """A font with a few signs."""
    return sign in CHINESE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("谢谢，路灯好。", Printable("谢谢，路灯好。")),
        ("谢谢🙏", Printable("谢谢[双手合十]", names=1)),
        ("🚧✅", Printable("[施工][勾号按钮]", names=2)),
        ("1️⃣", Printable("[按键：1]", names=1)),
        ("👨‍👩‍👧好", Printable("[家庭：男人女人女孩]好", names=1)),
        ("👍🏽", Printable("[拇指向上：中等肤色]", names=1)),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", Printable("[英格兰]", names=1)),
        ("\U0001f1e6路", Printable("[U+1F1E6]路")),
        ("李𠀀", Printable("李□", boxes=1)),
        ("བོད་", Printable("□□□", boxes=3)),
        ("a\u0337\u0338\u0336测\u0337", Printable("a□测□", boxes=2)),
        ("\u0e01\u0e31\u0e49\u0e01", Printable("□□", boxes=2)),
        ("测\u202e试\u202c\u2066路\u2069", Printable("测试路")),
        ("\ufeff测\u200b试\u2060路\u00ad灯\u200e", Printable("测试路灯")),
        ("路\u200d灯\u200c路", Printable("路灯路")),
        ("路\u00a0灯\u202f路\u1680灯", Printable("路 灯 路 灯")),
        ("路\n灯", Printable("路\n灯")),
        (f"路{NOWHERE}{NOWHERE}\ue000", Printable("路□□□", boxes=3)),
        ("a" * 24, Printable("a" * 24)),
        ("a" * 25, Printable("a" * 12 + BREAK + "a" * 12 + BREAK + "a")),
        ("路" * 200, Printable("路" * 200)),
        ("！" * 2 + "路", Printable("□□路", boxes=2)),
        ("aaaaaaaaaaa/" * 3, Printable(BREAK.join(["a" * 10, "a/" + "a" * 10, "a/" + "a" * 10, "a/"]))),
    ],
    ids=lambda value: ascii(value)[:24] if isinstance(value, str) else "",
)
def test_what_is_printed_for_signs_that_no_font_has(text: str, said: Printable) -> None:
    assert printable(text, has) == said


def test_an_emoji_that_a_font_has_is_printed_as_it_is() -> None:
    assert printable("谢谢🙏🏽", lambda sign: True) == Printable("谢谢🙏🏽")
    assert printable("1️⃣", lambda sign: sign in "1\u20e3") == Printable("1️⃣")


def in_every_field(sheet: type[Sheet], text: str) -> Sheet:
    """A sheet whose every text is this one."""
    values: dict[object, Any] = {
        str: text,
        tuple[str, ...]: (text, text),
        tuple[Graded, ...]: (Graded(text, text, text), Graded(f"{text}乙", text, text)),
        tuple[Position, ...]: (Position(text, text, text),),
    }
    hints = get_type_hints(sheet)
    return filled(sheet, **{name: values[kind] for name, kind in hints.items() if kind in values})


def one_of_every_block() -> str:
    """A sign of each block of Unicode: where in a stretch of sixteen the names begin with another word, a block may."""
    picked, before = [], ""
    for start in range(0, 0x110000, 16):
        block = [chr(code) for code in range(start, start + 16) if not 0xD800 <= code < 0xE000]
        for sign in block:
            kind = unicodedata.category(sign)
            word = unicodedata.name(sign, kind).split()[0]
            if word != before or (kind in ("Cn", "Co") and start % 0x8000 == 0):
                picked.append(sign)
                before = word
                break
    return "".join(picked)


@pytest.fixture(params=sorted(SHEETS))
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def printed(sheet: Sheet) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(lay_out(sheet, serial="WS00000001"), at=AT)))
    return "\n".join(page.extract_text() for page in reader.pages)


def written(sheet: Sheet) -> str:
    draft = Document(io.BytesIO(word.render(lay_out(sheet, serial="WS00000001"))))
    cells = (cell.text for table in draft.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in draft.paragraphs), *cells])


def longest(code: str) -> str:
    """The field of a sheet that holds most."""
    names = ("content", "result", "task", "facts", "reason", "basis", "law", "difficulty", "answer")
    hints = get_type_hints(SHEETS[code])
    return next((name for name in names if name in hints), None) or next(
        part.text[1:-1] for part in template(code).sections if hints.get(part.text[1:-1]) is str
    )


def test_every_block_of_unicode_goes_through_every_template(code: str) -> None:
    every = one_of_every_block()
    assert len(every) > 600
    sheet = filled(SHEETS[code], **{longest(code): every})
    assert re.search(r"本件有\d+个字无法印出", solid(printed(sheet)))
    kept = solid(written(sheet))
    for sign in every:
        if unicodedata.category(sign)[0] in "LNS" or unicodedata.category(sign) == "Co":
            assert sign in kept, f"U+{ord(sign):04X} stands in the Word file as it was typed"


AWKWARD = {
    "pictures": "谢谢🙏 路口🚧 已办✅ 1️⃣ 👨‍👩‍👧 🇨🇳 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \U0001f1e6",
    "scripts": "བོད་ཡིག สวัสดี ᠮᠣᠩᠭᠣᠯ ꆈꌠꉙ ئۇيغۇرچە ﷽ ﷺ Ελλ עברית हिन्दी",
    "rare hanzi": "𠀀𪚥𫖯𬭎𰻝䶮㐂龘靐齉爨",
    "nowhere": f"{NOWHERE}\ue000\uf8ff\U000f0000\uffff\ufffe\U0001ffff",
    "invisible": "\ufeff\u200b\u200c\u200d\u2060\u00ad\u034f\u180e\u3164\uffa0\U000e0041路",
    "directions": "路\u202e灯\u202d不\u202c亮\u2066甲\u2067乙\u2068丙\u2069\u200e\u200f\u061c",
    "controls": "路\x01\x07\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029灯\t亮\r\n完",
    "half a sign": "路\ud83d灯\udc00亮",
    "marks on marks": "路" + "\u0337\u0489\u20dd" * 300 + "a" + "\u0301" * 300,
    "markup": "#set $x$ *b* {{ 7*7 }} {% if %} <w:t> & ]]> ${x} %s",
}


def test_awkward_texts_fill_every_field_of_every_template(code: str) -> None:
    sheet = in_every_field(SHEETS[code], "\n".join(AWKWARD.values()))
    assert printed(sheet)
    assert written(sheet)


def test_the_foot_of_a_paper_tells_how_many_signs_are_missing_and_the_word_file_has_them(code: str) -> None:
    text = f"甲{NOWHERE}乙{NOWHERE}{NOWHERE}丙"
    sheet = filled(SHEETS[code], **{longest(code): text})
    paper, draft = solid(printed(sheet)), solid(written(sheet))
    assert "甲□乙□□丙" in paper
    assert "（本件有3个字无法印出，见Word）" in paper
    assert text in draft
    assert "无法印出" not in draft
    assert "无法印出" not in solid(printed(filled(SHEETS[code], **{longest(code): "甲乙丙"})))


UNBROKEN = {"letters": "A", "exclamation marks": "！", "openings": "（", "dashes": "—", "letters with marks": "a\u0301",
            "wide": "W", "underlines": "_"}  # fmt: skip


def run_on(code: str, sign: str, many: int) -> None:
    """A word of so many signs is broken into lines that fit, and none of its signs is lost."""
    text = sign * many
    lines = printed(filled(SHEETS[code], **{longest(code): text})).replace("\u200b", "").split("\n")
    runs = [line for line in lines if line.count(sign[0]) > 6]
    assert len(runs) > many // 130, "the word was broken"
    assert max(map(len, runs)) <= 130
    base = unicodedata.normalize("NFC", sign)[0]
    assert sum(unicodedata.normalize("NFC", line).count(base) for line in lines) >= many


@pytest.mark.parametrize("code", ["D02", "D12"])
@pytest.mark.parametrize("sign", UNBROKEN.values(), ids=UNBROKEN.keys())
def test_a_word_of_20_000_signs_runs_on_from_line_to_line(code: str, sign: str) -> None:
    run_on(code, sign, 20_000)


def test_long_words_are_broken_in_every_template(code: str) -> None:
    run_on(code, "A", 2_000)


def test_a_failure_names_the_field_and_the_sign() -> None:
    page = lay_out(filled(SHEETS["D02"], content="路灯不亮\U0010fffd谢谢"), serial="WS00000001")
    with pytest.raises(pdf.Unprintable, match=r"“诉求内容”里的“.”（U\+10FFFD）印不出来"):
        pdf.typeset(page, at=AT)


def test_what_a_paper_replaces_stands_at_the_foot_of_both_files(code: str) -> None:
    sheet = filled(SHEETS[code], **{longest(code): f"甲{NOWHERE}乙"})
    page = lay_out(sheet, serial="WS00000002", replaced="诉联〔2026〕1号")
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(page, at=AT)))
    text = solid("".join(one.extract_text() for one in reader.pages))
    assert "（本件代替诉联〔2026〕1号；本件有1个字无法印出，见Word）" in text
    draft = Document(io.BytesIO(word.render(page)))
    assert "（本件代替诉联〔2026〕1号）" in [p.text for p in draft.paragraphs]
