"""Who acts: a person holding posts in units of one jurisdiction at that moment."""

from dataclasses import dataclass
from typing import Self

CLOCKWORK = "clockwork"


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A post in a unit, both by code."""

    unit: str
    post: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the seats of this moment. `scopes` limits an API token; a session has all of them."""

    account: str
    name: str
    jurisdiction: str
    seats: frozenset[Seat] = frozenset()
    scopes: frozenset[str] = frozenset({"read", "act"})

    @property
    def units(self) -> frozenset[str]:
        """Codes of the units in which the actor holds a post."""
        return frozenset(seat.unit for seat in self.seats)

    def holds(self, *posts: str, unit: str | None = None) -> bool:
        """Whether the actor holds one of the posts (in that unit, where one is named)."""
        return any(seat.post in posts and unit in (None, seat.unit) for seat in self.seats)

    @classmethod
    def clockwork(cls, jurisdiction: str) -> Self:
        """The jobs of a jurisdiction: they hold no post and act by the calendar alone."""
        return cls(account=CLOCKWORK, name="系统", jurisdiction=jurisdiction)
