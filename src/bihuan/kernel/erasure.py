"""What becomes of a table's texts when personal data are erased: said beside the table, carried out by `privacy`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ERASED = "（内容已依法删除）"
"""What stands where a text stood that may not be empty."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Every column of a table that takes sentences is named here once.

    `kinds` are the subjects to which rows belong, and `of` is the way from a row to its subject's number. Where
    `named`, it leads to the subject's name (`word:number`), and rows belong to subjects of every kind.
    `emptied` columns become empty; `instead` columns say `ERASED`, where they said anything; `within` names the keys
    of a list of objects that do so; `lasting` ones stay, each for its reason.
    """

    kinds: tuple[str, ...] = ()
    of: str = ""
    named: bool = False
    emptied: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lasting: Mapping[str, str] = field(default_factory=dict)

    def of_kind(self, word: str) -> bool:
        """Whether rows may belong to subjects of that kind."""
        return self.named or word in self.kinds

    @property
    def columns(self) -> set[str]:
        """Every column of which it says something."""
        return {*self.emptied, *self.instead, *self.within, *self.lasting}
