"""The clockwork of what was promised."""

from datetime import datetime

from bihuan.commitments import queries
from bihuan.commitments.types import BreakPromise
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.queries import today
from bihuan.record.commands import ACTS


def break_overdue(jurisdiction: str, now: datetime) -> int:
    """Say of what was promised and is past its day that it was not kept; answers how many."""
    broken = 0
    for subject in queries.past(jurisdiction, today(now)):
        kind, _, number = subject.partition(":")
        try:
            act = ACTS[(kind, "break_promise")]
            act.run(number=number, fields=BreakPromise(), actor=Actor.clockwork(jurisdiction), now=now)
            broken += 1
        except (Refused, Unknown):  # done by another worker meanwhile, or taken up again
            continue
    return broken
