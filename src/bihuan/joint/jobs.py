"""The clockwork of joint handling."""

from datetime import datetime

from bihuan.joint import queries
from bihuan.joint.types import Act
from bihuan.joint.types.forms import NoFields
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.record.commands import ACTS


def dissolve_stranded(jurisdiction: str, now: datetime) -> int:
    """End what stands on cases that have ended or went to another lead; answers how many."""
    ended = 0
    for kind, number in queries.stranded(jurisdiction):
        try:
            act = ACTS[(kind, Act.DISSOLVE)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except Refused:  # done by another worker meanwhile, or taken up again
            continue
    return ended
