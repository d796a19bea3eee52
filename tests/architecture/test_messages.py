"""What the pages say can be said in English, and the compiled catalogue is the written one."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from bihuan.config.settings import NODE_MODULES
from tests.architecture import messages as m

TAGS = re.compile(r"{%\s*trans\b.*?{%\s*endtrans\s*%}|{%.*?%}|{{.*?}}|{#.*?#}|>中文<", re.DOTALL)
WORD = re.compile(r"[\u4e00-\u9fff]")
STATIC = m.SOURCE / "web" / "static"
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")


BROKEN = "broken.html"
"""The page for when nothing works, translation neither."""


@pytest.mark.parametrize(
    "path", [path for path in m.templates() if path.name != BROKEN], ids=lambda path: "/".join(path.parts[-2:])
)
def test_a_template_says_nothing_that_cannot_be_put_into_english(path: Path) -> None:
    bare = [line for line in TAGS.sub("", path.read_text()).splitlines() if WORD.search(line)]
    assert bare == []


def test_everything_that_is_said_has_its_english() -> None:
    catalog = m.kept()
    assert len(m.gathered()) > 1_000
    assert [one for one in m.gathered() if (known := catalog.get(*one)) is None or not all(_told(known))] == []


def test_what_is_counted_somewhere_is_counted_everywhere() -> None:
    code = [path for package in ("web", "public") for path in (m.SOURCE / package).rglob("*.py")]
    found = [one for path in m.templates() for one in m.of_template(path)]
    found += [one for path in code for one in m.of_code(path)]
    counted = {one[0] for one in found if not isinstance(one, str)}
    assert len(counted) > 10
    assert [one for one in found if isinstance(one, str) and one in counted] == [], "its English would not be found"


def _told(message: Message) -> tuple[str, ...]:
    told = message.string
    return (told,) if isinstance(told, str) else tuple(told)


def test_the_compiled_catalogue_is_the_written_one(tmp_path: Path) -> None:
    m.compile_to(tmp_path / "django.mo")
    assert (tmp_path / "django.mo").read_bytes() == m.CATALOG.with_suffix(".mo").read_bytes(), "run tools/messages"


def test_english_keeps_what_is_filled_in() -> None:
    names = re.compile(r"%\((\w+)\)s")
    for message in m.kept():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(set(names.findall(t)) == set(names.findall(ids[0])) for t in told if t and ids[0]), message.id


def test_the_ground_has_every_class_of_tabler_that_a_template_uses() -> None:
    tabler = set(CLASS.findall((NODE_MODULES / "@tabler/core/dist/css/tabler.min.css").read_text()))
    ground = set(CLASS.findall((STATIC / "ground.css").read_text()))
    used = {
        c for path in m.templates() for said in re.findall(r'class="([^"{]*)', path.read_text()) for c in said.split()
    }
    own = set(CLASS.findall("".join(path.read_text() for path in STATIC.glob("*.css") if path.name != "ground.css")))
    assert (used & tabler) - ground - own == set(), "run tools/ground"
