"""What a page in English says in Chinese without saying that it is Chinese."""

import re
from html.parser import HTMLParser

HAN = re.compile("[\u3400-\u9fff]")
MIXED = re.compile("[A-Za-z][，；。：、！？][A-Za-z ]|[，；：、] ?[A-Za-z]")
"""A full-width mark between English words."""
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
QUIET = frozenset({"script", "style", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = self.open[-1][1] if self.open else ""
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or above))

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, spoken = self.open[-1] if self.open else ("", "")
        if tag not in QUIET and not spoken.startswith("zh") and (HAN.search(data) or MIXED.search(data)):
            self.found.append(f"<{tag}> {data.strip()}")


def stray(html: str) -> list[str]:
    """Chinese without `lang`, and sentences of both languages at once."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
