"""One rule for texts and questions: how a text is folded, and the neighbouring signs, its grams, by which it is found.

Folded are, sign by sign, compatible forms (full width, ligatures, circled digits), marks above letters, case, and
traditional characters. White space falls away, and between two digits dashes and brackets too, so that 0631-8450000,
（0631）8450000 and 06318450000 are one. What then is neither a letter nor a digit divides: a place where no pair lies.

Grams are all pairs; and, of Latin letters and digits, all fours: pairs of digits stand nearly everywhere, so that a
telephone number would be looked for in half of all texts.
"""

import re
import unicodedata
from array import array
from functools import cache
from importlib.resources import files
from struct import unpack_from
from sys import byteorder

DIVIDER = "\x1f"
SECTION = "\x1e"
"""Between the parts of a text that is kept for the search: no question reaches over it."""

_KEPT_WITHIN = frozenset(".:/@#%")
"""They stay between Latin letters and digits: an address, a sum, an hour, a building's number."""
_JOINING = frozenset("·•・‧∙⋅")
"""They fall away: 买买提·艾力 is 买买提艾力."""
_DASH, _BRACKETS = "-", frozenset("()")

_BETWEEN_LATIN = re.compile(r"(?<=[a-z]) +(?=[a-z])")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[-()]+(?=[0-9])")
_NOT_WITHIN = re.compile(r"[-()]|[.:/@#%](?:(?![a-z0-9])|(?<![a-z0-9].))")
_DIVIDERS = re.compile(f"{DIVIDER}{DIVIDER}+")
_FOUR = 4
_LATIN = re.compile(f"[!-~]{{{_FOUR},}}")


class _Folds(dict[int, str]):
    """Code of a sign → what it is folded to."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


_folds = _Folds()


def fold(text: str) -> str:
    """The text as it is compared: what is folded alike is alike."""
    plain = text.translate(_folds)
    if " " in plain:
        plain = _BETWEEN_LATIN.sub(DIVIDER, plain).replace(" ", "")
    if "-" in plain or "(" in plain or ")" in plain:
        plain = _BETWEEN_DIGITS.sub("", plain)
    return _DIVIDERS.sub(DIVIDER, _NOT_WITHIN.sub(DIVIDER, plain)).strip(DIVIDER)


def grams(folded: str) -> list[int]:
    """What a text is found by, once each, as numbers of 32 bits; a sign that takes two units is a pair by itself."""
    found = _pairs(folded)
    for run in _LATIN.findall(folded):
        found |= _fours(run)
    return _without_dividers(found)


def sought(folded: str) -> list[int]:
    """The fewest grams that tell as much as all of them: where fours stand, their pairs tell nothing more."""
    found = _pairs(folded)
    runs = _LATIN.findall(folded)
    for run in runs:
        found -= _pairs(run)
    fours = set().union(*map(_fours, runs))
    telling = {four for four in fours if len(set(four.to_bytes(_FOUR))) > 1}  # 0000 fills up every number
    return sorted(_without_dividers(found | (telling or fours)))


def _fours(run: str) -> set[int]:
    signs = run.encode("ascii")
    return {four for at in range(_FOUR) for four in unpack_from(f">{(len(signs) - at) // _FOUR}i", signs, at)}


def _pairs(folded: str) -> set[int]:
    """All pairs, those with a divider too."""
    units = folded.encode("utf-16-be")
    even, odd = len(units) // _FOUR * _FOUR, max(len(units) - 2, 0) // _FOUR * _FOUR
    found = array("i", units[:even] + units[2 : 2 + odd])
    if byteorder == "little":
        found.byteswap()
    return set(found)


def _without_dividers(found: set[int]) -> list[int]:
    """No pair lies over U+001E or U+001F; a four, all of visible signs, never looks like one that does."""
    return [gram for gram in found if gram & 0xFFFE != 0x1E and gram >> 17 != 0x1E >> 1]


def _folded(sign: str) -> str:
    if sign == DIVIDER:
        return DIVIDER
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return "".join(map(_one, wide))


def _one(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isspace() or kind[0] == "Z":
        return " "
    if kind[0] == "M" or kind in ("Cc", "Cf", "Cs") or sign in _JOINING:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind == "Pd" or sign == "−":
        return _DASH
    if sign in _KEPT_WITHIN or sign in _BRACKETS:
        return sign
    return DIVIDER if kind[0] in "PS" else _simplified().get(sign, sign)


@cache
def _simplified() -> dict[str, str]:
    lines = files("bihuan.text").joinpath("simplified.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1] for line in lines if not line.startswith("#")}
