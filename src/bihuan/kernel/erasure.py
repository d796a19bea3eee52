"""What becomes of a table's texts when personal data are erased: said beside the table, carried out by `privacy`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ERASED = "（内容已依法删除）"
"""What stands where a text stood that may not be empty."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Every column of a table that takes sentences is named here once.

    `kinds` are the subjects to which rows belong, `of` the way from a row to its subject's number, or, where `named`,
    to its name (`case:…`). `emptied` columns become empty; `instead` columns say `ERASED`, where they said anything;
    `within` names the keys of a list of objects that do so; `lasting` ones stay, each for its reason.
    """

    kinds: tuple[str, ...] = ()
    of: str = ""
    named: bool = False
    emptied: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lasting: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Every column of which it says something."""
        return {*self.emptied, *self.instead, *self.within, *self.lasting}
