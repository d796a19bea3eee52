"""No file holds the marks that an unsolved merge leaves behind: a page would show them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
READ = {".py", ".html", ".md", ".toml", ".css", ".js", ".txt", ".po"}


def test_no_merge_is_left_unsolved() -> None:
    files = [file for place in ("src", "tests", "docs", "tools", "deploy") for file in (ROOT / place).rglob("*")]
    assert [str(f.relative_to(ROOT)) for f in files if f.suffix in READ and MARK.search(f.read_text("utf-8"))] == []
