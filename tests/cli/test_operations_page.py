"""What the manuals say of settings and commands is what the code reads and understands (F130)."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bihuan.cli.main import Commands
from bihuan.startup.server import THREADS
from tests.manuals import CODE, DOCS, FENCE, blocks, sections, typed

HERE = Path(__file__).parents[2]
MANUAL = (DOCS / "operations.md").read_text("utf-8")
CHINESE = DOCS / "operations.zh-CN.md"
NAME = r"(?:BIHUAN_[A-Z_]+[A-Z]|DATABASE_URL)"
ROW = re.compile(r"^\| (`[^|]+) \| ([^|]*) \| [^|]+ \|$", re.MULTILINE)
SECRETS = r'known_secret\("(\w+)"\)'
ELSEWHERE = {"PYTHON"}
"""In the table, and read by make alone."""


def sources() -> Iterator[str]:
    """The program, and what makes and installs it."""
    for path in (*(HERE / "src").rglob("*.py"), HERE / "Makefile", *(HERE / "tools").iterdir()):
        if path.is_file():
            yield path.read_text("utf-8")


def read_by_code() -> set[str]:
    """Every setting that the code asks the environment for."""
    text = "\n".join(sources())
    secrets = {f"BIHUAN_{name.upper()}_KEY" for name in re.findall(SECRETS, text)}
    return {*re.findall(rf"\b{NAME}\b", text), *secrets}


def defaults() -> dict[str, str]:
    """Setting → its default, where the code says one in so many words."""
    text = "\n".join(sources())
    found = dict(re.findall(rf'os\.environ\.get\("({NAME})", "([^"]+)"\)', text))
    for name, said in re.findall(rf'envvar="({NAME})", default="?([\w.]+)"?,', text):
        found[name] = str(THREADS) if said == "THREADS" else said
    return found


def table() -> dict[str, str]:
    """Setting → what stands in the column of defaults, of the table of the manual."""
    return {name: row[2] for row in ROW.finditer(MANUAL) for name in re.findall(rf"`({NAME}|PYTHON)`", row[1])}


def test_the_table_has_every_setting_that_the_code_reads_and_no_other() -> None:
    assert table().keys() - ELSEWHERE == read_by_code()


def test_the_table_says_the_defaults_of_the_code() -> None:
    said, known = table(), defaults()
    assert len(known) >= 15
    wrong = {name: (value, said[name]) for name, value in known.items() if f"`{value}`" not in said[name]}
    assert wrong == {}


def test_the_chinese_manual_has_the_same_headings_blocks_tables_and_words_of_code() -> None:
    english, chinese = sections(DOCS / "operations.md"), sections(CHINESE)
    assert [one.level for one in chinese] == [one.level for one in english]
    assert blocks(CHINESE) == blocks(DOCS / "operations.md")
    for one, other in zip(english, chinese, strict=True):
        shapes = [[[len(table), *map(len, table)] for table in each.tables] for each in (one, other)]
        assert shapes[0] == shapes[1], one.heading
        assert Counter(one.codes) == Counter(other.codes), one.heading


def test_figures_of_the_chinese_manual_are_those_of_the_english_one() -> None:
    for one, other in zip(sections(DOCS / "operations.md"), sections(CHINESE), strict=True):
        said = [[row[0] for row in table[1:]] for table in other.tables]
        codes = [CODE.findall(cell) for table in said for cell in table]
        assert codes == [CODE.findall(row[0]) for table in one.tables for row in table[1:]], other.heading


REPEATED = (
    ("citizens.md", r"一共不超过 (\d+) MB", "BIHUAN_FORM_MB"),
    ("citizens.md", r"(\d+) MB（`BIHUAN_FORM_MB`", "BIHUAN_FORM_MB"),
    ("upgrading.md", r"client_max_body_size (\d+)m", "BIHUAN_FORM_MB"),
    ("using.md", r"默认不超过(\d+)MB", "BIHUAN_ATTACHMENT_MB"),
    ("api.md", r"(\d+) MB \(`BIHUAN_ATTACHMENT_MB`", "BIHUAN_ATTACHMENT_MB"),
    ("security.md", r"(\d+) MB \(`BIHUAN_ATTACHMENT_MB`", "BIHUAN_ATTACHMENT_MB"),
    ("using.md", r"离开(\d+)分钟", "BIHUAN_SESSION_IDLE_MINUTES"),
    ("using.md", r"连续使用(\d+)小时", "BIHUAN_SESSION_HOURS"),
)
"""Where other manuals say the default of a setting."""


@pytest.mark.parametrize(("page", "said", "setting"), REPEATED)
def test_other_manuals_say_the_same_defaults(page: str, said: str, setting: str) -> None:
    numbers = re.findall(said, (DOCS / page).read_text("utf-8"))
    assert numbers
    assert set(numbers) == {defaults()[setting]}


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_no_manual_names_a_setting_that_nobody_reads(page: Path) -> None:
    read = read_by_code() | read_by_tests()
    assert {name for name in re.findall(rf"\b{NAME}\b", page.read_text("utf-8")) if name not in read} == set()


def read_by_tests() -> set[str]:
    """What only the tests ask for: how many things they draw, and by which seed."""
    paths = (*(HERE / "tests").rglob("*.py"), *(HERE / "bench").rglob("*.py"))
    return {name for path in paths for name in re.findall(rf"\b{NAME}\b", path.read_text("utf-8"))}


def mentioned(page: Path) -> Iterator[list[str]]:
    """What a page says of commands wherever it names them: in a line of text, or as what another program starts."""
    text = page.read_text("utf-8")
    within = "\n".join(block.text for block in blocks(page)).replace("\\\n", " ").splitlines()
    started = [line for line in within if re.match(r"(?:podman (?:run|exec)|systemd-run) ", line)]
    named = [code for code in CODE.findall(FENCE.sub("", text)) if re.match(r"(?:\S*/)?bihuan ", code)]
    for line in [*named, *started]:
        yield shlex.split(re.split(r"(?:^|.* )(?:\S*/)?bihuan ", line.partition("  #")[0] + " ")[1])


def known(words: list[str]) -> str:
    """What the console does not know of these words: a command, or an option of it."""
    here: click.Command = Commands("bihuan")
    for number, word in enumerate(words):
        if not isinstance(here, click.Group):
            options = {name for parameter in here.params for name in parameter.opts} | {"--help"}
            return next((w for w in words[number:] if w.startswith("--") and w != "--" and w not in options), "")
        if word.startswith("-") or (command := here.get_command(click.Context(here), word)) is None:
            return word if word.isascii() and not word.startswith("-") and "." not in word else ""
        here = command
    return ""


@pytest.mark.parametrize("page", [*sorted(DOCS.glob("*.md")), *sorted(HERE.glob("README*.md"))], ids=lambda p: p.name)
def test_the_console_knows_every_command_and_option_that_the_manuals_name(page: Path) -> None:
    said = [(words, known(words)) for words in [*mentioned(page), *typed(page)]]
    assert [one for one in said if one[1]] == []


def test_the_manuals_have_commands() -> None:
    assert sum(1 for page in DOCS.glob("*.md") for _ in typed(page)) >= 30
    assert sum(1 for page in DOCS.glob("*.md") for _ in mentioned(page)) >= 80
    assert known(["calendar", "announces"]) == "announces"
    assert known(["unit", "end", "辖区", "--heir", "单位"]) == "--heir"
