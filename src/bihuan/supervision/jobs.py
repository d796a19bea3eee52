"""The clockwork of supervision."""

from datetime import datetime

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types.forms import NoFields
from bihuan.record.commands import ACTS
from bihuan.supervision import commands, queries
from bihuan.supervision.types import Kind


def end_urges(jurisdiction: str, now: datetime) -> int:
    """End the urges about what was settled without an act of its subject, as when a unit ended; answers how many."""
    ended = 0
    for number, outcome in queries.settled_in(jurisdiction):
        try:
            act = ACTS[(Kind.URGE, commands.end_of(outcome))]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except (Refused, Unknown):  # done by another worker meanwhile
            continue
    return ended
