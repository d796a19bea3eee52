"""F115: no body of Wendeng or Huainan is named in the program; what they are called stands in their packs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.policy.loader import load
from bihuan.policy.pack import Name
from tests.architecture.messages import SOURCE, kept
from tests.names import IN_ENGLISH, WORDS

MARKS = re.compile("⟨([a-z_]+)⟩")
THEIRS = {SOURCE / "policy" / "packs", SOURCE / "demo"}
"""The regulations of the two cities, and their training towns."""


def ours() -> Iterator[Path]:
    """What the program is made of, but for what belongs to a city."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in (".py", ".html", ".toml", ".js", ".css", ".sql", ".txt") and not THEIRS & set(path.parents):
            yield path


def test_the_program_names_no_body_of_a_city() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{number}: {line.strip()}"
        for path in ours()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]
    assert found == []


def test_every_mark_stands_for_somebody() -> None:
    found = {mark for path in ours() for mark in MARKS.findall(path.read_text(encoding="utf-8"))}
    assert found <= {name.value for name in Name}
    assert found >= {name.value for name in Name}, "a name that no text says"


def test_no_mark_stands_where_python_puts_words_in() -> None:
    """What is compared, counted or stored by its words would see the mark."""
    for path in ours():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Compare):
                    said = [c.value for c in (node.left, *node.comparators) if isinstance(c, ast.Constant)]
                    assert not any(MARKS.search(str(one)) for one in said), (path, node.lineno)


def test_the_catalogue_translates_names_of_packs_alone() -> None:
    """English that names a body stands beside the word of a pack; elsewhere the mark stands in both languages."""
    packs = [load(path) for path in sorted((SOURCE / "policy" / "packs").glob("*.toml"))]
    theirs = {
        one.label for pack in packs for table in (pack.unit_types, pack.posts, pack.channels) for one in table.values()
    }
    theirs |= {word for pack in packs for word in pack.names.values()}
    for message in kept():
        said = [message.id] if isinstance(message.id, str) else [*message.id]
        told = [message.string] if isinstance(message.string, str) else [*message.string]
        if said[0] not in theirs:
            assert not WORDS.search(said[0])
            assert not IN_ENGLISH.search("".join(told))
            for one, other in zip(said, told, strict=True):
                assert sorted(MARKS.findall(one)) == sorted(MARKS.findall(other)), (one, other)


@pytest.mark.parametrize("pack", ["wendeng-2021-10", "huainan-2021-55"])
def test_a_shipped_pack_names_whom_its_texts_name(pack: str) -> None:
    names = load(SOURCE / "policy" / "packs" / f"{pack}.toml").names
    assert names.keys() == {name.value for name in Name}
    assert names["leader"] == {"w": "区领导", "h": "市领导"}[pack[0]]
