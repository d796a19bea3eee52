"""What is printed for signs that no font has: PDF/A holds none of them, so they are replaced before a page is set."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import emoji

BOX: Final = "□"
BREAK: Final = "\u200b"
"""Where a long word may be broken; `common.typ` makes a break of it that leaves no sign in the PDF."""
LONGEST_WORD: Final = 24
"""Signs that always fit into a line, be they as wide as a 汉字."""
_PIECE: Final = 12
_IDEOGRAPHS: Final = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd"
_WORD = re.compile(rf"[^\s{_IDEOGRAPHS}]{{{LONGEST_WORD + 1},}}")
_GLUE: Final = "\u00a0\u2007\u202f"
_SPACE = re.compile(r"[^\S\n ]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    f"|(?<=[{_IDEOGRAPHS}])[\u200c\u200d]+"
)
"""Signs without a shape of their own: marks of direction, fillers, joiners where nothing joins."""
_JOINERS = re.compile("[\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose a shape of the sign before them."""
_PICTURES: Final = range(0x1F000, 0x1FC00)

Has = Callable[[str], bool]
"""Whether some font has that sign."""


@dataclass(frozen=True, slots=True)
class Printable:
    """A text that can be set, and how many of its signs are told by a box, or by their names."""

    text: str
    boxes: int = 0
    names: int = 0


def printable(text: str, has: Has) -> Printable:
    """The text as it can be set: emoji without a font by their names, other such signs as boxes, long words broken."""
    lacking = {sign for sign in set(text) if not (sign.isspace() or _JOINERS.match(sign) or has(sign))}
    names = boxes = 0
    if lacking:
        text, names = _named(text, lacking)
    text = _INVISIBLE.sub("", text)
    if lacking:
        text, boxes = _boxed(text, lacking)
    text = _SPACE.sub(lambda found: found[0] if has(found[0]) and found[0] not in _GLUE else " ", text)
    return Printable(_WORD.sub(lambda found: BREAK.join(_pieces(found[0])), text), boxes, names)


def _named(text: str, lacking: set[str]) -> tuple[str, int]:
    """The text with the Chinese names of its emoji, as Unicode's own list has them, where one of its signs lacks."""
    count = 0

    def name(found: str, _: object) -> str:
        nonlocal count
        if lacking.isdisjoint(found):
            return found
        count += 1
        return f"[{emoji.demojize(found, delimiters=('', ''), language='zh').replace('_', '：')}]"

    return emoji.replace_emoji(text, name), count


def _boxed(text: str, lacking: set[str]) -> tuple[str, int]:
    """The text with a box for each sign that lacks, be it with marks above; for pictures of no name with their code."""
    kept, boxes, replaced = list[str](), 0, False
    for sign in text:
        if replaced and _leans(sign) and (sign in lacking or _JOINERS.match(sign)):
            continue
        replaced = sign in lacking
        picture = replaced and ord(sign) in _PICTURES
        boxes += replaced and not picture
        kept.append(f"[U+{ord(sign):04X}]" if picture else BOX if replaced else sign)
    return "".join(kept), boxes


def _pieces(word: str) -> list[str]:
    """The word in pieces, parted between two letters or digits where there are any, else wherever it is long enough."""
    pieces, start = list[str](), 0
    while len(word) - start > _PIECE:
        last = start + _PIECE
        end = next((n for n in range(last, start, -1) if word[n - 1].isalnum() and word[n].isalnum()), last)
        pieces.append(word[start:end])
        start = end
    return [*pieces, word[start:]]


def _leans(sign: str) -> bool:
    """Whether the sign is a mark of the one before it."""
    return bool(_JOINERS.match(sign)) or unicodedata.category(sign).startswith("M")
