"""The clockwork of meetings: what a month wants is planned, what two months went by without is not held."""

from datetime import datetime

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.meetings import commands, queries
from bihuan.meetings.types import LapseMeeting
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.rhythms import Regular
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.types import RhythmStage


def keep(jurisdiction: str, now: datetime) -> int:
    """Plan the meetings that are wanted and not planned yet; answers how many."""
    if not organisations.pack_of(jurisdiction, now=now).binds(norms.RHYTHM_MEETING):
        return 0
    clock = Actor.clockwork(jurisdiction)
    wanted = rhythms.due_of(jurisdiction, Regular.MEETING)
    planned = queries.of_rhythm(wanted)
    lacking = [number for number in wanted if number not in planned]
    made = 0
    for work in rhythms.facts_of(lacking) if lacking else ():
        try:
            commands.plan(work=work, actor=clock, now=now)
        except Refused:  # planned by another worker meanwhile
            continue
        made += 1
    waiting = queries.not_held(jurisdiction)
    missed = {
        work.number
        for work in (rhythms.facts_of([of for _, of in waiting]) if waiting else ())
        if work.stage is RhythmStage.MISSED
    }
    for number in (number for number, of in waiting if of in missed):
        try:
            commands.lapse(number=number, fields=LapseMeeting(), actor=clock, now=now)
        except (Refused, Unknown):  # done by another worker meanwhile
            continue
    return made
