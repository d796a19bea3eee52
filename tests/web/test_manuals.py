"""What the administrators' manuals call by its name on a page stands there under that name (F130)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tests.architecture.sources import SOURCE
from tests.manuals import CODE, DOCS, FENCE, sections

MANUALS = ("administering.md", "founding.md")
"""In these, what stands in bold is what a page calls something: a button, a heading, a stage, a post."""
PAGES = [*sorted(DOCS.glob("*.md")), *sorted(DOCS.parent.glob("README*.md"))]
FOLDERS = "tests|src|deploy|scripts|tools|docs|bench"
BOLD = re.compile(r"\*\*([^*]+)\*\*")


def said_by_the_program() -> Iterator[str]:
    """Templates, words and regulations."""
    for path in SOURCE.rglob("*"):
        if path.suffix in (".html", ".py", ".toml"):
            yield path.read_text("utf-8")


@pytest.mark.parametrize("name", MANUALS)
def test_what_stands_in_bold_stands_on_a_page(name: str) -> None:
    text, program = FENCE.sub("", (DOCS / name).read_text("utf-8")), "\n".join(said_by_the_program())
    named = BOLD.findall(text)
    assert len(named) > 25
    assert [word for word in named if word not in program] == []


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_address_that_a_manual_names_is_there(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for address in {code for code in CODE.findall(text) if re.fullmatch(r"/(?!api/)(?:[a-z-]+/)+", code)}:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{page.name} names {address}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_ours_that_a_manual_names_is_there(page: Path) -> None:
    named = re.findall(rf"`((?:{FOLDERS})/[\w./-]+?)(?:::[^`]*)?`", page.read_text("utf-8"))
    assert [file for file in named if not (DOCS.parent / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", FENCE.sub("", page.read_text("utf-8")))
    for file, anchor in links:
        there = page.parent / file if file else page
        assert there.exists(), file
        assert not anchor or anchor in anchors(there), (file, anchor)


def anchors(page: Path) -> set[str]:
    """What links may name after a hash sign: headings, small, without punctuation, with hyphens for blanks."""
    heads = (one.heading.replace("`", "").lower() for one in sections(page))
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads}
