"""When something that could not be sent is tried again."""

from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360))
"""So long after each try the next one comes; after the last of these every so often."""
GIVEN_UP = timedelta(hours=72)
"""So long something is tried."""
LEASE = timedelta(seconds=60)
"""What was taken up to be sent and not noted down so long after was broken off."""


def next_try(attempts: int, *, since: datetime, at: datetime) -> datetime | None:
    """When to try again after so many tries, the first of them at `since`; None where it was tried for long enough."""
    last = since + GIVEN_UP
    return min(at + WAITS[min(max(attempts, 1), len(WAITS)) - 1], last) if at < last else None
