"""The clockwork of bulletins: a quarter is over, and its bulletin begins."""

from datetime import datetime

from bihuan.bulletins import commands, queries
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.rhythms import Regular
from bihuan.rhythm import queries as rhythms


def keep(jurisdiction: str, now: datetime) -> int:
    """Draw up the bulletins of the periods that are over; answers how many."""
    if not organisations.pack_of(jurisdiction, now=now).binds(norms.RHYTHM_BULLETIN):
        return 0
    wanted = rhythms.due_of(jurisdiction, Regular.BULLETIN)
    there, today = queries.of_rhythm(wanted), organisations.today(now)
    lacking = [number for number in wanted if number not in there]
    over = [work for work in (rhythms.facts_of(lacking) if lacking else ()) if work.ends_on < today]
    made = 0
    for work in over:
        try:
            commands.draw_up(work=work, actor=Actor.clockwork(jurisdiction), now=now)
        except Refused:  # drawn up by another worker meanwhile
            continue
        made += 1
    return made
