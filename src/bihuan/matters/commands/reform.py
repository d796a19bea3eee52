"""A unit ends: its successor follows in the matters of the list."""

from dataclasses import replace
from datetime import datetime

from bihuan.cases.rules import may_be_known_to
from bihuan.cases.types import Departure, Part
from bihuan.duties import commands as duties
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.matters import queries, rules
from bihuan.matters.commands.life import LIFE, hold, leave
from bihuan.matters.models import Matter, Participation
from bihuan.matters.types import DUTIES, Act, MatterFacts
from bihuan.matters.types.forms import NoFields
from bihuan.matters.types.happenings import MatterLeadEnded
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import command
from bihuan.record.types import Done


def _lead_has_ended(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    ending = organisations.ending_of(matter.lead, matter.jurisdiction, now=now)
    return rules.may_go_back(ended=ending is not None)


@command(subject="matter", act=Act.LEAD_ENDED, fields=NoFields, ask=_lead_has_ended)
def lead_ended(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit that had it is no more: the office gives the matter out anew."""
    locked = LIFE.begin(number, Act.LEAD_ENDED, actor=actor, now=now, version=version)
    ending = organisations.ending_of(locked.facts.lead, locked.facts.jurisdiction, now=now)
    assert ending is not None, "asked by the rule behind the act"
    leave(number, Part.leaving_with_lead(), how=Departure.REFORMED, now=now)
    happening = MatterLeadEnded(unit=ending.unit, unit_name=ending.unit_name, basis=ending.basis)
    return LIFE.advance(locked, happening, changes={"lead": None})


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """The matters of a unit that ends go to its successor; those that nobody follows in are to be assigned anew."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass_one(number, passing, actor, now)
        matter = queries.facts(number)
        if matter.lead == passing.unit and LIFE.has(matter, Act.LEAD_ENDED):
            lead_ended(number=number, fields=NoFields(), actor=actor, now=now)


def _pass_one(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain = hold(queries.facts(number))
    matter = queries.facts(number)
    leads = matter.lead == passing.unit
    if leads and may_be_known_to(matter, passing.successor):
        passing = replace(passing, successor="", successor_name="")
    moved = shift(
        matter.parts,
        owed_pairs(matter.subject),
        DUTIES,
        unit=passing.unit,
        successor=passing.successor,
        helping=(Part.CO,),
    )
    if not moved.something:
        return
    for part, leaving in moved.ending:
        there = Participation.objects.filter(matter__number=number, unit=leaving, part=part, until__isnull=True)
        there.update(until=now, departure=str(Departure.REFORMED))
    _follow_in(number, moved.passing, passing, now)
    if leads and Part.LEAD in moved.passing:
        Matter.objects.filter(number=number).update(lead=passing.successor)
    duties.hand_over(chain, moved, passing, pack=load_pack(matter.pack), actor=actor, now=now)


def _follow_in(number: str, parts: tuple[str, ...], passing: Passing, now: datetime) -> None:
    """The successor takes these parts from now on, as the unit took them."""
    there = Participation.objects.filter(matter__number=number, unit=passing.unit, part__in=parts, until__isnull=True)
    rows = list(there)
    there.update(until=now, departure=str(Departure.REFORMED))
    for row in rows:
        row.pk, row.unit, row.since = None, passing.successor, now
    Participation.objects.bulk_create(rows)


organisation_commands.passes_on(_pass_on)
