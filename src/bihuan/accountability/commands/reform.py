"""A unit ends: its successor keeps the clues that it kept, and answers in its place."""

from datetime import datetime

from bihuan.accountability import queries
from bihuan.accountability.models import Clue, Participation
from bihuan.accountability.types import DUTIES, KIND
from bihuan.duties import commands as duties
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.kernel.actor import Actor
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations.types import Passing
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import lock
from bihuan.record.types import subject_of


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """Everything in which the unit takes part, and in which something is still owed."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass(number, passing, actor, now)


def _pass(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, found = lock(subject_of(KIND, number)), queries.facts(number)
    unit, successor = passing.unit, passing.successor
    if successor:
        Clue.objects.filter(pk=found.id, keeper=unit).update(keeper=successor)
    owed = owed_pairs(found.subject)
    moved = shift(found.parts, owed, DUTIES, unit=unit, successor=successor, goes_back=False)
    if not moved.something:
        return
    there = Participation.objects.filter(clue_id=found.id, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    duties.hand_over(chain, moved, passing, pack=load_pack(found.pack), actor=actor, now=now)


organisation_commands.passes_on(_pass_on)
