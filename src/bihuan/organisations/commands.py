"""Setting up jurisdictions, units, people and their posts; the training clock."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError

from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.organisations import queries, rules
from bihuan.organisations.models import (
    ApiToken,
    Appointment,
    ChannelDesk,
    Jurisdiction,
    Person,
    ResponsibilityEntry,
    Unit,
)
from bihuan.organisations.types import (
    Appointed,
    ChannelGiven,
    ClockAdvanced,
    Dismissed,
    HashedPassword,
    JurisdictionFounded,
    PersonEntered,
    ResponsibilityEntered,
    TokenIssued,
    TokenRevoked,
    UnitActivated,
    UnitFounded,
)
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.commands import NOWHERE, append, begin, command, lock
from bihuan.record.types import subject_of


def _note(
    subject: str, jurisdiction: str, happening: Happening, norm: Norm, actor: Actor, now: datetime, *, first: bool
) -> None:
    append(
        begin(subject, jurisdiction) if first else lock(subject),
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norm,
        pack=queries.pack_of(jurisdiction),
        now=now,
    )


@command()
def found_jurisdiction(
    *,
    code: str,
    name: str,
    pack_ref: str,
    training: bool,
    second_factor: bool = True,
    prefix: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Set up a jurisdiction under a regulation; `prefix` begins its case numbers (default: the pack's)."""
    if not second_factor:
        granted(rules.may_waive_second_factor(training=training))
    rulebook = pack(pack_ref)
    Jurisdiction.objects.create(
        code=code,
        name=name,
        prefix=prefix or rulebook.case_prefix,
        matter_prefix=rulebook.matter_prefix if not prefix else f"{prefix}QD",
        pack=rulebook.ref,
        training=training,
        second_factor=second_factor,
    )
    happening = JurisdictionFounded(name=name, pack=rulebook.ref, training=training, second_factor=second_factor)
    _note(subject_of("jurisdiction", code), code, happening, norms.WORKING_TIME, actor, now, first=True)


@command()
def found_unit(
    *,
    jurisdiction: str,
    code: str,
    name: str,
    type_code: str,
    parent: str | None = None,
    superior_body: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Enter a unit; it gets work only once it is active."""
    granted(rules.may_found(type_code=type_code, superior_body=superior_body, pack=queries.pack_of(jurisdiction)))
    Unit.objects.create(
        code=code,
        jurisdiction_id=jurisdiction,
        name=name,
        type=type_code,
        parent_id=parent,
        superior_body=superior_body,
    )
    happening = UnitFounded(unit=code, name=name, type=type_code, parent=parent, superior_body=superior_body)
    _note(subject_of("unit", code), jurisdiction, happening, norms.SUPERIOR_BODY, actor, now, first=True)


@command()
def activate_unit(*, jurisdiction: str, code: str, actor: Actor, now: datetime) -> None:
    """Let a unit take part in the work; refused while responsible persons are missing."""
    granted(rules.may_be_active(queries.unit(code, jurisdiction, now=now), queries.pack_of(jurisdiction)))
    Unit.objects.filter(code=code).update(active=True)
    happening = UnitActivated(unit=code)
    _note(subject_of("unit", code), jurisdiction, happening, norms.RESPONSIBLE_PERSONS, actor, now, first=False)


def hash_password(password: str) -> HashedPassword:
    """A password as it is kept; made on purpose so that it takes its time."""
    return HashedPassword(make_password(password))


@command()
def enter_person(
    *,
    jurisdiction: str,
    account: str,
    name: str,
    password: str | HashedPassword,
    provisional: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a person an account; a provisional password must be changed at the first sign-in."""
    hashed = password if isinstance(password, HashedPassword) else hash_password(password)
    try:
        Person.objects.create(
            account=account, name=name, jurisdiction_id=jurisdiction, password=hashed.text, provisional=provisional
        )
    except IntegrityError as taken:
        raise Refused(Refusal(f"账号{account}已被使用。", norms.SUCCESSION, field="account")) from taken
    happening = PersonEntered(account=account, name=name)
    _note(subject_of("person", account), jurisdiction, happening, norms.SUCCESSION, actor, now, first=True)


@command()
def appoint(
    *,
    account: str,
    unit: str,
    post: str,
    from_on: date,
    acting: bool = False,
    succeed: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a person a post; with `succeed` whoever holds it leaves it that day, no further document needed."""
    person = Person.objects.filter(account=account).first()
    place = Unit.objects.filter(code=unit).first()
    if person is None or place is None or person.jurisdiction_id != place.jurisdiction_id:
        raise Unknown(account)
    granted(rules.may_appoint(post=post, pack=queries.pack_of(place.jurisdiction_id)))
    gone: list[str] = []
    if succeed:
        before = Appointment.objects.filter(unit=place, post=post, until_on__isnull=True).exclude(person=person)
        gone = list(before.values_list("person__account", flat=True))
        before.update(until_on=from_on)
    Appointment.objects.create(person=person, unit=place, post=post, from_on=from_on, acting=acting)
    happening = Appointed(account=account, unit=unit, post=post, from_on=from_on, acting=acting, succeeded=tuple(gone))
    _note(subject_of("unit", unit), place.jurisdiction_id, happening, norms.SUCCESSION, actor, now, first=False)


@command()
def dismiss(*, account: str, unit: str, post: str, until_on: date, actor: Actor, now: datetime) -> None:
    """End an appointment on a date (that day not included)."""
    held = Appointment.objects.filter(person__account=account, unit_id=unit, post=post, until_on__isnull=True)
    if not held.update(until_on=until_on):
        raise Unknown(account)
    place = Unit.objects.get(code=unit)
    happening = Dismissed(account=account, unit=unit, post=post, until_on=until_on)
    _note(subject_of("unit", unit), place.jurisdiction_id, happening, norms.SUCCESSION, actor, now, first=False)


@command()
def give_channel(*, jurisdiction: str, channel: str, unit: str, actor: Actor, now: datetime) -> None:
    """Say which unit takes in the requests of a channel."""
    if channel not in queries.pack_of(jurisdiction).channels:
        raise Refused(Refusal(f"规则中没有渠道“{channel}”。", norms.NAMED_CHANNEL, field="channel"))
    ChannelDesk.objects.update_or_create(jurisdiction_id=jurisdiction, channel=channel, defaults={"unit_id": unit})
    happening = ChannelGiven(channel=channel, unit=unit)
    _note(subject_of("unit", unit), jurisdiction, happening, norms.NAMED_CHANNEL, actor, now, first=False)


@command()
def enter_responsibility(
    *,
    jurisdiction: str,
    code: str,
    matter: str,
    lead: str,
    co_units: Iterable[str] = (),
    basis: str,
    from_on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Add an entry to the responsibility list."""
    helpers = tuple(co_units)
    known = queries.named([lead, *helpers], jurisdiction)
    if missing := {lead, *helpers} - known.keys():
        raise Unknown("、".join(sorted(missing)))
    ResponsibilityEntry.objects.create(
        jurisdiction_id=jurisdiction,
        code=code,
        matter=matter,
        lead_id=lead,
        co_units=list(helpers),
        basis=basis,
        from_on=from_on,
    )
    happening = ResponsibilityEntered(
        code=code, matter=matter, lead=lead, co_units=helpers, basis=basis, from_on=from_on
    )
    _note(
        subject_of("jurisdiction", jurisdiction),
        jurisdiction,
        happening,
        norms.DISPATCH_WITH_BASIS,
        actor,
        now,
        first=False,
    )


@command()
def issue_token(
    *,
    account: str,
    label: str,
    scopes: Iterable[str] = ("read", "act"),
    days: int = 90,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> str:
    """Issue a bearer token and answer it, once. `at` is the real moment: tokens do not expire by a training clock."""
    person = Person.objects.filter(account=account).first()
    if person is None:
        raise Unknown(account)
    token = secrets.token_urlsafe(32)
    expires_at = at + timedelta(days=days)
    ApiToken.objects.create(
        digest=queries.token_digest(token),
        person=person,
        label=label,
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    happening = TokenIssued(account=account, label=label, scopes=tuple(sorted(scopes)), expires_at=expires_at)
    _note(
        subject_of("person", account),
        person.jurisdiction_id,
        happening,
        norms.IDENTITY_PROTECTED,
        actor,
        now,
        first=False,
    )
    return token


@command()
def revoke_token(*, account: str, label: str, actor: Actor, now: datetime, at: datetime) -> None:
    """Take back a person's tokens of that label."""
    live = ApiToken.objects.filter(person__account=account, label=label, revoked_at__isnull=True)
    if not live.update(revoked_at=at):
        raise Unknown(account)
    _note(
        subject_of("person", account),
        Person.objects.get(account=account).jurisdiction_id,
        TokenRevoked(account=account, label=label),
        norms.IDENTITY_PROTECTED,
        actor,
        now,
        first=False,
    )


@command()
def advance_clock(*, jurisdiction: str, to: datetime, actor: Actor, now: datetime) -> datetime:
    """Move the training clock forward to a moment and answer it; other jurisdictions refuse."""
    place = Jurisdiction.objects.select_for_update().filter(code=jurisdiction).first()
    if place is None:
        raise Unknown(jurisdiction)
    granted(rules.may_advance(queries.jurisdiction(jurisdiction), before=now, after=to))
    Jurisdiction.objects.filter(code=jurisdiction).update(clock_offset=place.clock_offset + (to - now))
    _note(
        subject_of("jurisdiction", jurisdiction),
        jurisdiction,
        ClockAdvanced(before=now, after=to),
        norms.TRAINING_CLOCK,
        actor,
        to,
        first=False,
    )
    return to
