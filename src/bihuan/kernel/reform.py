"""What becomes of a table's units when one of them is ended: said beside the table, carried out by its package."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reform:
    """Every column of a table that holds codes of units is named here once.

    `passes` are the columns in which the successor takes the unit's place where something is still open; `keeps` go on
    naming the unit, each for its reason.
    """

    passes: tuple[str, ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Every column of which it says something."""
        return {*self.passes, *self.keeps}
