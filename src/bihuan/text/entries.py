"""What the search keeps of a subject: its parts, folded one by one, and all of their grams."""

from collections.abc import Iterable
from typing import NamedTuple

from bihuan.text.folding import DIVIDER, SECTION, fold, grams


class Entry(NamedTuple):
    """The folded parts, in an order that the kind of subject sets, and their grams.

    These are kept as PostgreSQL writes an array: an import hands over millions, and each number by itself is slow.
    """

    folded: str
    array: str

    @property
    def grams(self) -> list[int]:
        """The same as numbers."""
        inner = self.array[1:-1]
        return [int(number) for number in inner.split(",")] if inner else []

    def with_also(self, part: int, text: str) -> "Entry":
        """The same with more in one of its parts; a gram that stood there before may stand twice."""
        more, parts = fold(text), self.folded.split(SECTION)
        if not more:
            return self
        parts[part] = f"{parts[part]}{DIVIDER}{more}" if parts[part] else more
        both = ",".join(filter(None, (self.array[1:-1], _array(grams(more))[1:-1])))
        return Entry(SECTION.join(parts), f"{{{both}}}")


def entry_of(*parts: str) -> Entry:
    """The entry of a subject with these parts."""
    folded = SECTION.join(map(fold, parts))
    return Entry(folded, _array(grams(folded)))


def kept(folded: str, numbers: Iterable[int]) -> Entry:
    """The entry that a row keeps."""
    return Entry(folded, _array(numbers))


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"
