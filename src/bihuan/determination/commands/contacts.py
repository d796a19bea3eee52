"""Who speaks for the three bodies in determinations: nothing is deleted, everything has dates."""

from datetime import datetime

from bihuan.determination import queries, rules
from bihuan.determination.models import Contact
from bihuan.determination.types import DutyKind
from bihuan.determination.types.forms import NameContact
from bihuan.determination.types.happenings import ContactNamed
from bihuan.duties import commands as duties
from bihuan.duties.types import Ending, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Succession
from bihuan.policy import norms
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.types import subject_of

NORM = norms.DETERMINATION_CONTACTS


def _inherit(passed: Succession, actor: Actor, now: datetime) -> None:
    """Whoever takes up the post of a contact who holds no other there then speaks for the unit, from the same day."""
    row = Contact.objects.filter(unit=passed.unit, account=passed.before, until_on__isnull=True).first()
    if row is None or organisations.is_there(passed.before, passed.unit, passed.on):
        return
    on, pack = max(passed.on, row.from_on), organisations.pack_of(passed.jurisdiction, now=now)
    books = lock(subject_of("jurisdiction", passed.jurisdiction))
    Contact.objects.filter(id=row.id).update(until_on=on)
    Contact.objects.create(jurisdiction=passed.jurisdiction, unit=passed.unit, account=passed.after, from_on=on)
    happening = ContactNamed(unit=passed.unit, account=passed.after, from_on=on, succeeded=passed.before)
    append(books, happening, actor=actor, seat=min(actor.seats, default=NOWHERE), norm=NORM, pack=pack, now=now)


organisation_commands.inherits(_inherit)


def enter_contact(unit: str, fields: NameContact, *, actor: Actor, now: datetime) -> ContactNamed:
    """Enter the contact in the register, inside the command of whoever names; answers what happened."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    known = organisations.named([unit], actor.jurisdiction, now=now)
    staff = {holder.account for holder in organisations.holders([unit], now)}
    granted(rules.may_name(fields.account, unit=known.get(unit), actor=actor, staff=staff, pack=pack), pack=pack.ref)
    from_on = fields.from_on or organisations.today(now)
    standing = Contact.objects.filter(unit=unit, until_on__isnull=True)
    before = standing.first()
    granted(rules.may_begin_on(from_on, last=before.from_on if before else None))
    standing.update(until_on=from_on)
    Contact.objects.create(jurisdiction=actor.jurisdiction, unit=unit, account=fields.account, from_on=from_on)
    return ContactNamed(unit=unit, account=fields.account, from_on=from_on, succeeded=before.account if before else "")


@command()
def name_contact(*, unit: str, fields: NameContact, actor: Actor, now: datetime) -> None:
    """One of the three bodies names who speaks for it; where a determination wanted the name, it has it."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    granted(None if pack.binds(NORM) else Refusal("本地规定没有这一项。", NORM))
    held = [lock(subject_of("determination", number)) for number in queries.lacking_contact(unit)]
    books = lock(subject_of("jurisdiction", actor.jurisdiction))
    happening = enter_contact(unit, fields, actor=actor, now=now)
    seat = min((s for s in actor.seats if s.unit == unit), default=NOWHERE)
    wanted = Singly(settles=((str(DutyKind.CONTACT), unit),))
    for chain in held:
        settled, _ = duties.discharge(chain.subject, Ending(now=now, singly=wanted))
        if settled:
            extra: dict[str, object] = {"settles": [list(one) for one in settled]}
            append(chain, happening, actor=actor, seat=seat, norm=NORM, pack=pack, now=now, extra=extra)
    append(books, happening, actor=actor, seat=seat, norm=NORM, pack=pack, now=now)
