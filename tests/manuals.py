"""Reading the manuals: their headings, blocks, tables, and what they say to type at the console."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and what stands in it."""

    language: str
    text: str


@dataclass(slots=True)
class Section:
    """What stands under one heading."""

    level: int
    heading: str
    blocks: list[Block] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The number before the heading: 3.2."""
        found = re.match(r"(\d+(?:\.\d+)*)\.? ", self.heading)
        return found[1] if found else ""


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    return [Block(*found) for found in FENCE.findall(page.read_text("utf-8"))]


def typed(page: Path) -> Iterator[list[str]]:
    """The commands of a page that one types at the console, in its order: what follows `bihuan`."""
    lines = "\n".join(block.text for block in blocks(page)).replace("\\\n", " ").splitlines()
    for line in lines:
        if re.match(r"(?:[A-Z_]+=\S+ )*(?:\S*/)?bihuan ", line):
            words = shlex.split(line, comments=True)
            yield words[next(n for n, word in enumerate(words) if word.endswith("bihuan")) + 1 :]


def sections(page: Path) -> list[Section]:
    """The sections of a page, in its order."""
    found, fences = list[Section](), dict[str, Block]()

    def put_by(fence: "re.Match[str]") -> str:
        fences[mark := f"\0{len(fences)}"] = Block(fence[1], fence[2])
        return mark

    table: list[list[str]] = []
    for line in [*FENCE.sub(put_by, page.read_text("utf-8")).splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in CELL.split(line)[1:-1]])
        elif table:
            found[-1].tables.append([table[0], *table[2:]])
            table = []
        if heading := re.match(r"(#+) (.*)", line):
            found.append(Section(len(heading[1]), heading[2]))
        elif line in fences:
            found[-1].blocks.append(fences[line])
        else:
            found[-1].codes += CODE.findall(line)
    return found
