"""The clockwork of determinations."""

from datetime import datetime

from bihuan.determination import queries
from bihuan.determination.types import Act
from bihuan.determination.types.forms import NoFields
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.record.commands import ACTS


def dissolve_settled(jurisdiction: str, now: datetime) -> int:
    """End the determinations for which no case waits any more; answers how many."""
    ended = 0
    for number in queries.stranded(jurisdiction):
        try:
            act = ACTS[("determination", Act.DISSOLVE)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except Refused:  # done by another worker meanwhile, or the case waits again
            continue
    return ended
