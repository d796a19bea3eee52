"""Who acts: a person holding posts in units of one jurisdiction at that moment, or a requester in their own case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

CLOCKWORK = "clockwork"
CONSOLE = "console"
"""The account under which the operator acts on the server itself."""
INSTALLER = "控制台（运维人员）"
"""How that account is called where it is shown: it is no person's."""
REQUESTER = "requester"


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A post in a unit, both by code."""

    unit: str
    post: str


def seats_among(parts: Mapping[str, frozenset[str]], posts: Mapping[str, frozenset[str]]) -> frozenset[Seat]:
    """The seats of these posts (part → posts) in the units that take part in a subject (part → units)."""
    return frozenset(Seat(unit, post) for part, held in posts.items() for unit in parts.get(part, ()) for post in held)


_SIGHTLESS = frozenset({"operator", "administrator"})
"""Posts that keep the installation and its accounts: they bring no sight of the unit's cases."""
_ASKS = frozenset({Seat(unit="", post=REQUESTER)})
"""The seat of whoever asks: in no unit, so that no rule about units ever fits it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the seats of this moment. `scopes` limits an API token; a session has all of them.

    `own` is the number of the one case to which a query code binds a requester; an official has none.
    """

    account: str
    name: str
    jurisdiction: str
    seats: frozenset[Seat] = frozenset()
    scopes: frozenset[str] = frozenset({"read", "act"})
    own: str = ""

    @property
    def units(self) -> frozenset[str]:
        """Codes of the units in whose cases the actor takes part by a post."""
        return frozenset(seat.unit for seat in self.seats if seat.post not in _SIGHTLESS)

    @property
    def seats_told(self) -> frozenset[str]:
        """The posts by which the actor takes part, each as "unit post"."""
        return frozenset(f"{seat.unit} {seat.post}" for seat in self.seats if seat.unit in self.units)

    def holds(self, *posts: str, unit: str | None = None) -> bool:
        """Whether the actor holds one of the posts (in that unit, where one is named)."""
        return any(seat.post in posts and unit in (None, seat.unit) for seat in self.seats)

    @property
    def is_requester(self) -> bool:
        """Whether this is a citizen, with no seat but that of who asks."""
        return self.seats == _ASKS

    @classmethod
    def requester(cls, jurisdiction: str, *, own: str = "", visit: str = "") -> Self:
        """A citizen on the public site: bound to one case by its query code, or about to submit one (`visit`)."""
        account = f"{REQUESTER}:{own or visit}"
        return cls(account=account, name="诉求人", jurisdiction=jurisdiction, seats=_ASKS, own=own)

    @classmethod
    def installer(cls, jurisdiction: str = "") -> Self:
        """The operator at the console of the server, who founds jurisdictions and helps where no administrator can."""
        return cls(account=CONSOLE, name=INSTALLER, jurisdiction=jurisdiction)

    @classmethod
    def clockwork(cls, jurisdiction: str) -> Self:
        """The jobs of a jurisdiction: they hold no post and act by the calendar alone."""
        return cls(account=CLOCKWORK, name="系统", jurisdiction=jurisdiction)
