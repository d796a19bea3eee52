"""A unit ends: its successor follows in what it sent and in what it was sent."""

from dataclasses import replace
from datetime import datetime

from bihuan.cases.types import Part
from bihuan.duties import commands as duties
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.kernel.actor import Actor
from bihuan.matters.types.forms import NoFields
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations.types import Passing
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import ACTS, lock
from bihuan.record.types import subject_of
from bihuan.supervision import queries
from bihuan.supervision.commands.life import LIVES
from bihuan.supervision.commands.urging import leave_alone
from bihuan.supervision.models import Directive, Participation, Reply, Task
from bihuan.supervision.types import ColouredAct, DirectiveFacts, Kind

FALL_AWAY = "fall_away"


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """Everything that the unit sent or was sent, and in which something is still owed."""
    for kind, number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass(kind, number, passing, actor, now)


def _pass(kind: Kind, number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, sent = lock(subject_of(kind, number)), queries.facts(kind, number)
    asked = sent.parts.get(str(Part.ADDRESSEE), frozenset())
    if passing.successor in (sent.issuer, *(asked if passing.unit == sent.issuer else ())):
        # nobody is sent something by itself
        passing = replace(passing, successor="", successor_name="")
    unit, successor = passing.unit, passing.successor
    owed = owed_pairs(sent.subject)
    moved = shift(sent.parts, owed, LIVES[kind].specs, unit=unit, successor=successor, goes_back=False)
    if not moved.something:
        return
    there = Participation.objects.filter(directive_id=sent.id, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    if successor:
        Directive.objects.filter(pk=sent.id, issuer=unit).update(issuer=successor)
        Directive.objects.filter(pk=sent.id, unit=unit).update(unit=successor)
        Task.objects.filter(directive_id=sent.id, unit=unit).update(unit=successor)
        Reply.objects.filter(directive_id=sent.id, unit=unit).update(unit=successor)
    duties.hand_over(chain, moved, passing, pack=load_pack(sent.pack), actor=actor, now=now)
    left = queries.facts(kind, number)
    if (end := _what_is_left(left)) and left.stage not in LIVES[kind].table.ends:
        _end(kind, number, end, Actor.clockwork(passing.jurisdiction), now)


def _what_is_left(sent: DirectiveFacts) -> str:
    """What the clock does with what nobody owes anything about any more; empty where somebody does."""
    if sent.kind is not Kind.COLOURED:
        return "" if sent.owing else FALL_AWAY
    if not sent.parts.get(str(Part.SUPERVISION)):
        return FALL_AWAY
    return "" if sent.owing else ColouredAct.COME_BACK


def _end(kind: Kind, number: str, act: str, clock: Actor, now: datetime) -> None:
    """Nobody is left who owes anything about it."""
    if kind is Kind.URGE:
        leave_alone(number, clock, now)
    else:
        ACTS[(kind, act)].run(number=number, fields=NoFields(), actor=clock, now=now)


organisation_commands.passes_on(_pass_on)
