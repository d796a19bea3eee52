"""What the pages say can be said in English, and what is installed says it."""

import os
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from tools.catalogue import compile_stale, compile_to, compiled, written

from bihuan.config.settings import NODE_MODULES
from tests.architecture import messages as m
from tests.architecture.sources import ROOT

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
    assert written(ROOT) == [m.CATALOG]
    compile_to(m.CATALOG, tmp_path / "django.mo")
    assert (tmp_path / "django.mo").read_bytes() == compiled(m.CATALOG).read_bytes(), "run tools/install"


def test_a_catalogue_is_compiled_where_it_was_not_and_again_when_its_words_changed(tmp_path: Path) -> None:
    words = tmp_path / "src" / "bihuan" / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    words.parent.mkdir(parents=True)
    shutil.copy2(m.CATALOG, words)
    compile_stale(tmp_path)
    first = compiled(words).read_bytes()
    assert first == compiled(m.CATALOG).read_bytes()
    words.write_text(words.read_text() + '\nmsgid "新说的"\nmsgstr "newly said"\n')
    os.utime(words, ns=(0, compiled(words).stat().st_mtime_ns))
    compile_stale(tmp_path)
    assert b"newly said" in compiled(words).read_bytes()
    assert {path.name for path in words.parent.iterdir()} == {"django.po", "django.mo"}


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
