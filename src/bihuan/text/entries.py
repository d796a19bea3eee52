"""What the search keeps of a subject: its parts, folded one by one, and all of their grams."""

from typing import NamedTuple

from bihuan.text.folding import DIVIDER, SECTION, fold, grams


class Entry(NamedTuple):
    """The folded parts, in an order that the kind of subject sets, and their grams."""

    folded: str
    grams: list[int]

    @property
    def array(self) -> str:
        """The grams as PostgreSQL writes an array: for statements of many rows, where each number by itself is slow."""
        return f"{{{','.join(map(str, self.grams))}}}"

    def with_also(self, part: int, text: str) -> "Entry":
        """The same with more in one of its parts; a gram that stood there before may stand twice."""
        more, parts = fold(text), self.folded.split(SECTION)
        if not more:
            return self
        parts[part] = f"{parts[part]}{DIVIDER}{more}" if parts[part] else more
        return Entry(SECTION.join(parts), [*self.grams, *grams(more)])


def entry_of(*parts: str) -> Entry:
    """The entry of a subject with these parts."""
    folded = SECTION.join(map(fold, parts))
    return Entry(folded, grams(folded))
