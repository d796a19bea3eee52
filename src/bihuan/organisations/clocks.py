"""What time it is: in the real world, and in each jurisdiction, whose training clock may have been moved.

The real time guards the real world (sign-ins, tokens, floods, the job queue). Whatever stands beside a jurisdiction's
own events is told by its own clock, also by jobs; they ask here and nowhere else.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from bihuan.organisations import queries

Clock = Callable[[str], datetime]
"""Code of a jurisdiction → what time it is there."""


def real() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def here(jurisdiction: str) -> datetime:
    """What time it is in the jurisdiction. Raises Unknown."""
    return real() + queries.jurisdiction(jurisdiction).offset


def everywhere(at: datetime | None = None) -> dict[str, datetime]:
    """Jurisdiction → what time it is there, now or at a real moment."""
    moment = at or real()
    return {place.code: moment + place.offset for place in queries.jurisdictions()}
