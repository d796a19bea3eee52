"""The clockwork of handling."""

from datetime import datetime

from bihuan.dispatch import commands, queries
from bihuan.dispatch.types import EndWait
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown


def end_waits(jurisdiction: str, now: datetime) -> int:
    """Take up again what waits for its requester though the time for it is over; answers how many."""
    ended = 0
    for number in queries.past_waiting(jurisdiction, now):
        try:
            commands.end_wait(number=number, fields=EndWait(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except (Refused, Unknown):  # resumed meanwhile
            continue
    return ended
