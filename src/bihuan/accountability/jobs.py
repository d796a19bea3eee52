"""The clockwork of clues: what is verified although the unit said nothing."""

from datetime import datetime

from bihuan.accountability import queries
from bihuan.accountability.types import KIND, ClueAct
from bihuan.accountability.types.forms import NoFields
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.commands import ACTS


def go_on(jurisdiction: str, now: datetime) -> int:
    """Let clues be verified of which the unit did not give its side in time; answers how many."""
    gone = 0
    for number in queries.overdue_explanations(jurisdiction, now):
        try:
            act = ACTS[(KIND, ClueAct.GO_ON)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            gone += 1
        except (Refused, Unknown):  # it explained meanwhile, or another worker let it go on
            continue
    return gone
