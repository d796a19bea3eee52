"""Entering an instruction for a leader, inside the act that rests on it; confirming and denying it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import impartial, may_go_to
from bihuan.cases.types import Part
from bihuan.duties.life import Acted
from bihuan.duties.types import Opening, Singly
from bihuan.instructions import models, queries, rules
from bihuan.instructions.commands.life import noon
from bihuan.instructions.commands.recording import confirmed_later
from bihuan.instructions.types import (
    KIND,
    PARTS,
    VERIFY_LIMIT,
    Entered,
    Instruction,
    InstructionRow,
    Purpose,
)
from bihuan.instructions.types.happenings import ActRested
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing, Post
from bihuan.policy.pack import Capacity
from bihuan.record.commands import append, lock
from bihuan.record.types import subject_of

Form = TypeVar("Form", bound=Fields)
NUMBER = "instruction_number"
"""The field of a form that tells the number of an instruction."""


def by_number(
    locked: Acted,
    fields: Form,
    *,
    subjects: Collection[str],
    purpose: Purpose,
    stands_in: Mapping[str, str] = MappingProxyType({}),
) -> Form:
    """The form with what the instruction says of which it tells the number; as it is, where it tells none.

    `subjects` are the keys of which the instruction must name one; `stands_in` names the fields of the form in which a
    part stands under another name. Raises Refused.
    """
    locked.grant(*locked.beyond(fields))
    number: str = getattr(fields, NUMBER)
    if not number:
        return fields
    places = {**PARTS, **stands_in}
    besides = next((field for field in places.values() if getattr(fields, field)), "")
    found = queries.seen(number, locked.actor)
    if found is not None:
        lock(found.subject)
        found = queries.facts(number)
    locked.grant(rules.may_name(found, number=number, subjects=subjects, purpose=purpose, besides=besides))
    assert found is not None, "asked by the rule"
    said = {
        "leader": found.leader,
        "account": found.account,
        "issued_on": found.issued_on,
        "reference": found.reference or found.number,
        "text": found.text,
    }
    return fields.model_copy(update={places[part]: value for part, value in said.items()})


def _rested(locked: Acted, number: str, subject: str, act: Vocabulary) -> None:
    """Tell in the record of the instruction what was done by it."""
    happening = ActRested(number=subject.partition(":")[2], act=act.label)
    chain = lock(subject_of(KIND, number))
    who, why, pack, now = locked.actor, locked.move.norm, locked.pack, locked.now
    append(chain, happening, actor=who, seat=locked.seat, norm=why, pack=pack, now=now)


def enter(
    locked: Acted,
    given: Instruction,
    *,
    subject: str,
    act: Vocabulary,
    verify: Vocabulary,
    norm: Norm,
    stands_in: Mapping[str, str] = MappingProxyType({}),
    units: Sequence[str] = (),
    before: Mapping[str, str] = MappingProxyType({}),
) -> Entered:
    """What an act rests on: a leader who acts in person needs nothing but their post, anybody else all of it, or the
    number of an instruction that is in force. What a leader decides in person stands in the record of the act alone.

    `verify` is the kind of duty by which the instruction must be confirmed; `norm` is what wants it;
    `stands_in` names the fields of the form in which a part stands under another name.
    """
    if given.number:
        _rested(locked, given.number, subject, act)
        return Entered(given.leader, given.account, given.issued_on, given.reference)
    if locked.seat.post == Post.LEADER:
        return Entered(locked.pack.called(Post.LEADER))
    place, now = locked.facts.jurisdiction, locked.now
    there = queries.leaders(place, noon(given.issued_on)) if given.issued_on else {}
    today = organisations.today(now)
    by = locked.actor.account
    locked.grant(rules.may_rest_on(given, norm=norm, today=today, leaders=there.keys(), by=by, stands_in=stands_in))
    kind, _, number = subject.partition(":")
    scans = attachments.bind(ids=given.scan, subject_kind=kind, subject_number=number, actor=locked.actor, fresh=True)
    locked.grant(rules.may_be_scan([scan.mime for scan in scans], norm=norm, field=stands_in.get("scan", "scan")))
    assert given.issued_on is not None
    body = there[given.account].unit if given.account else ""
    locked.grant(may_go_to([body], case=locked.facts, known={}, field=stands_in.get("account", "account")))
    part, holder, post = _confirming(locked, body)
    models.Instruction.objects.create(
        jurisdiction=place,
        subject=subject,
        act=str(act),
        leader=given.leader,
        account=given.account,
        issued_on=given.issued_on,
        reference=given.reference,
        scan=list(given.scan),
        entered_by=by,
        entered_at=now,
        unit=locked.seat.unit,
        holder=holder,
        post=post,
        units=list(units),
        before=dict(before),
    )
    rule = locked.pack.limit(VERIFY_LIMIT, **locked.facts.limit_scope)
    said = (str(rule.limit), rule.clause or "", rule.basis or "", None, None, rule)
    opens = (Opening(verify, norm, holder, post, *said),)
    told = (given.leader, given.account, given.issued_on, given.reference, given.scan)
    return Entered(*told, part=part, opens=opens)


def _confirming(locked: Acted, body: str) -> tuple[str, str, str]:
    """As what, which unit and which post must confirm: the leader's body; else the supervision office, where somebody
    sits there; else the heads of the unit that entered it."""
    if body:
        return str(Part.LEADERS), body, Post.LEADER
    bodies = organisations.units_with(Capacity.SUPERVISION, locked.facts.jurisdiction)
    offices = [unit.code for unit in impartial(bodies, locked.facts)]
    manned = {a.unit for a in organisations.holders(offices, locked.now) if a.post == Post.SUPERVISOR}
    if manned:
        return str(Part.SUPERVISION), min(manned), Post.SUPERVISOR
    return "", locked.seat.unit, Post.HEAD


def confirm(locked: Acted, *, text: str, purpose: Purpose) -> InstructionRow:
    """The newest instruction that waits is true: from now on it is one with a number and a life of its own.

    `text` is what it says, as it stands with the subject.
    """
    found = _settle(locked, verified_at=locked.now)
    is_last = not models.Instruction.objects.filter(subject=locked.facts.subject, pk__gt=found.id).exists()
    confirmed_later(locked, found, text if is_last else "", purpose=purpose)
    return found


def deny(locked: Acted) -> InstructionRow:
    """The newest instruction that waits is not true."""
    return _settle(locked, denied_at=locked.now)


def _settle(locked: Acted, **when: datetime) -> InstructionRow:
    found = queries.pending(locked.facts.subject, now=locked.now)
    assert found is not None, "asked by the rule behind the act"
    models.Instruction.objects.filter(pk=found.id).update(settled_by=locked.actor.account, **when)
    return found


def done(locked: Acted, found: InstructionRow, kind: Vocabulary) -> Singly:
    """The duty to confirm it, unless the same unit has another one to confirm here."""
    if queries.others_pending(locked.facts.subject, holder=found.holder, but=found.id):
        return Singly()
    return Singly(settles=((str(kind), found.holder),))


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What a body that ends had to confirm its successor confirms; whom an instruction called, it called as well."""
    if not passing.successor:
        return
    here = models.Instruction.objects.filter(jurisdiction=passing.jurisdiction)
    waiting = here.filter(verified_at__isnull=True, denied_at__isnull=True)
    waiting.filter(holder=passing.unit).update(holder=passing.successor)
    for row in waiting.filter(units__contains=[passing.unit]):
        units = [passing.successor if unit == passing.unit else unit for unit in row.units]
        models.Instruction.objects.filter(pk=row.pk).update(units=units)


organisation_commands.passes_on(_pass_on)
