"""What the search keeps of a subject: its parts, folded one by one, and all of their grams."""

from array import array
from collections.abc import Sequence
from struct import Struct
from sys import byteorder
from typing import NamedTuple

from bihuan.text.folding import DIVIDER, SECTION, fold, grams

_HEAD = Struct(">iiIii")
"""How PostgreSQL's binary format begins an array: dimensions, whether there are nulls, type, length, first index."""
_INT4, _SIZE = 23, 4


class Entry(NamedTuple):
    """The folded parts, in an order that the kind of subject sets, and their grams.

    These are kept as PostgreSQL's binary format has an array: an import hands over millions, and each number by itself
    is slow.
    """

    folded: str
    packed: bytes

    @property
    def grams(self) -> list[int]:
        """The same as numbers."""
        return _turned(array("i", self.packed[_HEAD.size :]))[1::2].tolist()

    @property
    def literal(self) -> str:
        """The same as PostgreSQL writes an array."""
        return f"{{{','.join(map(str, self.grams))}}}"

    def with_also(self, part: int, text: str) -> "Entry":
        """The same with more in one of its parts; a gram that stood there before may stand twice."""
        more, parts = fold(text), self.folded.split(SECTION)
        if not more:
            return self
        parts[part] = f"{parts[part]}{DIVIDER}{more}" if parts[part] else more
        return Entry(SECTION.join(parts), _packed(grams(more), also=self.packed[_HEAD.size :]))


def entry_of(*parts: str) -> Entry:
    """The entry of a subject with these parts."""
    folded = SECTION.join(map(fold, parts))
    return Entry(folded, _packed(grams(folded)))


def kept(folded: str, numbers: Sequence[int]) -> Entry:
    """The entry that a row keeps."""
    return Entry(folded, _packed(numbers))


def _packed(numbers: Sequence[int], also: bytes = b"") -> bytes:
    items = array("i", [_SIZE]) * (2 * len(numbers))
    items[1::2] = array("i", numbers)
    all_items = also + _turned(items).tobytes()
    return _HEAD.pack(1, 0, _INT4, len(all_items) // (2 * _SIZE), 1) + all_items


def _turned(numbers: "array[int]") -> "array[int]":
    """From the order of bytes in the network to that of the machine, or the other way round."""
    if byteorder == "little":
        numbers.byteswap()
    return numbers
