"""What a page in another language says in Chinese is marked as Chinese, so that a screen reader says it as such.

Names, quotations of law and what people typed stay Chinese on every page. They come from many places and stand inside
sentences, so that they are marked in one: in the page as it leaves.
"""

import re
from collections.abc import Iterator

CHINESE = "zh-Hans"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_CLOSING = "》〉」』】〕）”’、，。；：！？…—·"
_HAN_ANY = re.compile(f"[{_HAN}]")
_BRACKETS = "（[^（）<>&]*）"
_OPENING = "《「『【〔（“‘"
_RUN = re.compile(
    f"(?<![{_OPENING}])[{_OPENING}]*+[{_HAN}](?:(?:{_BRACKETS}|[^A-Za-z<>&])*(?:{_BRACKETS}|[{_HAN}{_CLOSING}*]))?"
)
"""From the first sign of Chinese to the last before a Latin letter, with the marks and the brackets around them.

Looked for where brackets begin, and not again at each of them.
"""
_TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w:-]*)([^>]*)>|<[^>]*>|[^<]+", re.S)
_LANG = re.compile(r"\blang=[\"']?([\w-]+)")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_RAW = frozenset({"script", "style", "title"})
_WHOLE = frozenset({"option", "textarea", "text", "tspan"})
"""Elements in which no other can stand: they are marked themselves, though a word of another language is in them."""


def marked(html: str) -> str:
    """The page with its Chinese marked."""
    return "".join(_marked(html)) if _HAN_ANY.search(html) else html


def _marked(html: str) -> Iterator[str]:
    open_elements: list[tuple[str, bool]] = []
    held = ""
    """The tag that was opened last, while it can still be marked itself."""
    for token in _TOKEN.finditer(html):
        said, name = token[0], (token[2] or "").lower()
        if not said.startswith("<"):
            known, element = bool(open_elements and open_elements[-1][1]), open_elements[-1][0] if open_elements else ""
            if known or element in _RAW or not _HAN_ANY.search(said):
                yield held + said
            elif element in _WHOLE:
                yield (f'{held[:-1]} lang="{CHINESE}">' if held else "") + said
            else:
                yield held + _in_spans(said)
            held = ""
            continue
        yield held
        held = ""
        if not name:
            yield said
        elif token[1]:
            _close(open_elements, name)
            yield said
        elif name in _VOID or said.endswith("/>"):
            yield said
        else:
            spoken = _LANG.search(token[3])
            before = bool(open_elements and open_elements[-1][1])
            open_elements.append((name, spoken[1].startswith("zh") if spoken else before))
            held = said
    yield held


def _close(open_elements: list[tuple[str, bool]], name: str) -> None:
    if any(name == element for element, _ in open_elements):
        while open_elements.pop()[0] != name:
            pass


def _in_spans(said: str) -> str:
    """A text with its Chinese marked: in one element, for where each of them stands by itself."""
    core = said.strip()
    at = said.index(core)
    begin, end = said[:at], said[at + len(core) :]
    if (run := _RUN.match(core)) and run.end() == len(core):
        return f'{begin}<span lang="{CHINESE}">{core}</span>{end}'
    inside = _RUN.sub(lambda run: f'<span lang="{CHINESE}">{run[0]}</span>', core)
    return f"{begin}<span>{inside}</span>{end}"
