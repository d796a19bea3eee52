"""What docs/security.md names as shown exists: a page of claims must not outlive what it points to."""

import ast
import re
from pathlib import Path

from bihuan.organisations.types import POWERS
from bihuan.policy.loader import all_packs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
TESTS = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
SOURCES = re.compile(r"`((?:[a-z]+/)+[\w.]+\.(?:py|html|js))`")


def test_every_test_that_the_page_names_is_there() -> None:
    named = TESTS.findall(PAGE)
    assert len(named) > 80
    missing = []
    for path, name in named:
        file = ROOT / path
        found = {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}
        missing += [f"{path}::{name}"] if name and name not in found else []
    assert missing == []


def test_every_file_that_the_page_names_is_there() -> None:
    named = {path for path in SOURCES.findall(PAGE) if not path.startswith(("tests/", "docs/"))}
    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / "src" / "bihuan" / path).is_file()] == []


def test_every_met_says_why() -> None:
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| \d+\.\d+", line)]
    assert len(rows) > 200
    assert [row[0] for row in rows if row[2].strip() in ("met", "part") and not row[3].strip()] == []
    assert {row[2].strip() for row in rows} <= {"met", "part", "open", "operator", "n/a"}


def test_the_table_of_powers_is_the_one_that_is_asked() -> None:
    labels = {code: post.label for pack in all_packs() for code, post in pack.posts.items()}
    for power, posts in POWERS.items():
        line = next((line for line in PAGE.splitlines() if line.startswith(f"| {power.label} |")), "")
        assert [labels[post] for post in posts if labels[post] not in line] == [], power.label
