"""Any text becomes a paper with both files: generated ones, some in the suite, as many as wanted by the environment.

BIHUAN_PAPERS=2000 pytest -s tests/documents/test_any_text.py
"""

import os
import random
from dataclasses import replace
from typing import get_type_hints

import pytest

from bihuan.attachments import queries as attachments
from bihuan.cases.types import DISPATCHER, Act
from bihuan.documents import commands, queries
from bihuan.documents.types import State
from bihuan.documents.types.sheets import SHEETS, Letter, Sheet
from tests.documents.test_signs import AWKWARD, in_every_field
from tests.documents.test_templates import filled
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.django_db
PAPERS = int(os.environ.get("BIHUAN_PAPERS", "12"))
SEED = int(os.environ.get("BIHUAN_SEED", "12345"))
EMOJI = "🙏🚧✅👍😀🎉🏠🚗❤️👨‍👩‍👧🇨🇳1️⃣"
SCRIPTS = (
    range(0x0F40, 0x0F6D),  # Tibetan
    range(0x0E01, 0x0E2F),  # Thai
    range(0x1820, 0x1878),  # Mongolian
    range(0xA000, 0xA48D),  # Yi
    range(0x0620, 0x064B),  # Arabic, Uyghur
    range(0x0905, 0x093A),  # Devanagari
)
RARE = (range(0x3400, 0x4DB6), range(0x20000, 0x2A6D7), range(0x2B820, 0x2CEA2), range(0x30000, 0x3134B))
COMMON = "路灯不亮请尽快修复小区东门外三天夜间出行不便谢谢。，！？“”（）"


def some(dice: random.Random) -> str:
    """A text as somebody might type or paste it."""
    kinds = (
        lambda: "".join(dice.choices(COMMON, k=dice.randint(1, 200))),
        lambda: "".join(dice.choices(EMOJI, k=dice.randint(1, 20))),
        lambda: "".join(chr(dice.choice(dice.choice(SCRIPTS))) for _ in range(dice.randint(1, 80))),
        lambda: "".join(chr(dice.choice(dice.choice(RARE))) for _ in range(dice.randint(1, 40))),
        lambda: dice.choice("Aw9！—（_／") * dice.choice((30, 61, 500, 20_000)),
        lambda: "".join(chr(dice.choice(PLANES)) for _ in range(dice.randint(1, 60))),
        lambda: dice.choice([text for name, text in AWKWARD.items() if name != "half a sign"]),
    )
    parts = [dice.choice(kinds)() for _ in range(dice.randint(1, 4))]
    return dice.choice(("", "\n", " ")).join(parts)[:20_000]


PLANES = [code for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000]


def sheet_of(dice: random.Random) -> Sheet:
    """A sheet of any kind: with the text everywhere, or, where it is long, in one field."""
    kind, text = SHEETS[dice.choice(sorted(SHEETS))], some(dice)
    if len(text) < 300:
        return replace(in_every_field(kind, text), **({"reference": text[:64]} if issubclass(kind, Letter) else {}))
    texts = [name for name, hint in get_type_hints(kind).items() if hint is str and name not in ("code", "reference")]
    return filled(kind, **{dice.choice(texts): text})


def test_any_text_becomes_a_pdf_and_a_word_file(wendeng: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    dice, dispatcher = random.Random(SEED), walk.actor("desk.dispatcher")
    for n in range(PAPERS):
        sheet = sheet_of(dice)
        paper = commands.Paper("case", sheet.code, (DISPATCHER,), None, lambda _: None, lambda *_, sheet=sheet: sheet)
        monkeypatch.setitem(commands.PAPERS, ("case", sheet.code), paper)
        id = commands.issue(subject_kind="case", code=sheet.code, facts=walk.facts, actor=dispatcher, now=walk.now).id
        assert commands.make(id, clock=lambda _: walk.now) is State.READY, (n, sheet, queries.find(id))
        _, _, row = queries.find(id)
        for file, start in ((row.pdf, b"%PDF-"), (row.word, b"PK")):
            assert file is not None
            _, content = attachments.open(file)
            with content:
                assert content.read(5).startswith(start)


@pytest.mark.parametrize("name", AWKWARD)
def test_what_the_door_lets_in_is_printed(wendeng: Town, name: str) -> None:
    """Registered as somebody types it; what no door lets in (half a sign) is refused there."""
    walk = Walk(wendeng)
    if name == "half a sign":
        with pytest.raises(ValueError, match="unicode"):
            walk.do(Act.REGISTER, content=AWKWARD[name])
        return
    walk.do(Act.REGISTER, title=AWKWARD[name].replace("\n", " ")[:200], content=AWKWARD[name])
    walk.do(Act.DISPATCH, requirements=AWKWARD[name])
    facts, actor = walk.facts, walk.actor("desk.dispatcher")
    paper = commands.issue(subject_kind="case", code="D02", facts=facts, actor=actor, now=walk.now)
    assert commands.make(paper.id, clock=lambda _: walk.now) is State.READY
