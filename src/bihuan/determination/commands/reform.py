"""A unit ends: its successor follows in determinations and referrals, and speaks for it."""

from datetime import datetime

from bihuan.determination import queries, rules
from bihuan.determination.commands.life import LIFE, REFERRAL_LIFE, hold
from bihuan.determination.models import Contact, Participation, ReferralParticipation
from bihuan.duties import commands as duties
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations.types import Passing
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import lock
from bihuan.record.types import subject_of


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """Determinations, referrals, then who speaks for the unit: nobody does any more."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass_determination(number, passing, actor, now)
    for number in queries.referrals_held_by(passing.unit, passing.jurisdiction):
        _pass_referral(number, passing, actor, now)
    for contact in Contact.objects.filter(unit=passing.unit, until_on__isnull=True):
        Contact.objects.filter(pk=contact.pk).update(until_on=max(passing.on, contact.from_on))


def _pass_determination(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain = hold(queries.facts(number))
    file = queries.facts(number)
    unit, successor = passing.unit, passing.successor
    moved = shift(file.parts, owed_pairs(file.subject), LIFE.specs, unit=unit, successor=successor)
    if not moved.something:
        return
    there = Participation.objects.filter(determination__number=number, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    duties.hand_over(chain, moved, passing, pack=load_pack(file.pack), actor=actor, now=now)


def _pass_referral(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, file = lock(subject_of("referral", number)), queries.referral(number)
    unit, successor = passing.unit, passing.successor
    owed = owed_pairs(file.subject)
    moved = shift(file.parts, owed, REFERRAL_LIFE.specs, unit=unit, successor=successor, goes_back=False)
    if not moved.something:
        return
    there = ReferralParticipation.objects.filter(referral__number=number, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    ReferralParticipation.objects.bulk_create(rows)
    duties.hand_over(chain, moved, passing, pack=load_pack(file.pack), actor=actor, now=now)


def _object_to_ending(passing: Passing) -> Refusal | None:
    """What was determined must be given to somebody."""
    waiting = queries.named_and_not_assigned(passing.unit, passing.jurisdiction)
    return rules.may_end_determined(waiting, followed=bool(passing.successor))


organisation_commands.passes_on(_pass_on)
organisation_commands.objects_to_ending(_object_to_ending)
