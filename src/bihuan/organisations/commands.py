"""Setting up jurisdictions, units, people and their posts; the training clock."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError

from bihuan.drafts import commands as drafts
from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted, held
from bihuan.organisations import queries, rules
from bihuan.organisations.forms import (
    Adopt,
    AmendEntry,
    ChangeUnit,
    EndEntry,
    EndUnit,
    Fill,
    Founding,
    KeepUnit,
    MergeUnits,
    NewPerson,
)
from bihuan.organisations.hashers import OneTimeHasher
from bihuan.organisations.models import (
    ApiToken,
    Appointment,
    ChannelDesk,
    Jurisdiction,
    PackAdoption,
    Person,
    ProposedAppointment,
    ProposedVersion,
    ResponsibilityEntry,
    Unit,
    UnitEnding,
)
from bihuan.organisations.types import (
    AccountClosed,
    Appointed,
    AppointmentProposed,
    ChannelGiven,
    ClockAdvanced,
    ClockReset,
    Dismissed,
    Founded,
    HashedPassword,
    JurisdictionFounded,
    PackAdopted,
    Passing,
    PersonEntered,
    Post,
    ProposalDropped,
    ResponsibilityEnded,
    ResponsibilityEntered,
    Succession,
    TokenIssued,
    TokenRenewed,
    TokenRevoked,
    UnitActivated,
    UnitCarriedOn,
    UnitChanged,
    UnitEndCalledOff,
    UnitEndDecided,
    UnitEnded,
    UnitFacts,
    UnitFounded,
    VersionDropped,
    VersionProposed,
)
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record import sealing
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
        pack=queries.pack_of(jurisdiction, now=now),
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
    granted(rules.may_install(actor))
    if not second_factor:
        granted(rules.may_waive_second_factor(training=training))
    rulebook = pack(pack_ref)
    cases, matters = prefix or rulebook.case_prefix, f"{prefix}QD" if prefix else rulebook.matter_prefix
    others = queries.jurisdictions()
    granted(rules.may_found_jurisdiction(code=code, prefix=cases, matter_prefix=matters, others=others))
    try:
        Jurisdiction.objects.create(
            code=code,
            name=name,
            prefix=cases,
            matter_prefix=matters,
            pack=rulebook.ref,
            digest=rulebook.digest,
            training=training,
            second_factor=second_factor,
        )
    except IntegrityError as taken:
        raise Refused(Refusal("代码或编号前缀刚被另一个辖区使用。", norms.WORKING_TIME, field="code")) from taken
    happening = JurisdictionFounded(
        name=name, pack=rulebook.ref, training=training, second_factor=second_factor, digest=rulebook.digest
    )
    _note(subject_of("jurisdiction", code), code, happening, norms.WORKING_TIME, actor, now, first=True)


@command()
def found(*, fields: Founding, administrators: Sequence[NewPerson], actor: Actor, now: datetime) -> Founded:
    """Set up a jurisdiction, its first unit, and who administers it; answers their one-time passwords."""
    rulebook = queries.known_pack(fields.pack)
    kind = fields.office_type or rules.first_type(rulebook)
    granted(rules.may_be_first(kind, pack=rulebook))
    found_jurisdiction(
        code=fields.code,
        name=fields.name,
        pack_ref=rulebook.ref,
        training=fields.training,
        prefix=fields.prefix,
        actor=actor,
        now=now,
    )
    unit = f"{fields.code}.office"
    found_unit(jurisdiction=fields.code, code=unit, name=fields.office, type_code=kind, actor=actor, now=now)
    passwords = []
    for person in administrators:
        password = enter_person(
            jurisdiction=fields.code, account=person.account, name=person.name, actor=actor, now=now
        )
        appoint(
            account=person.account,
            unit=unit,
            post=Post.ADMINISTRATOR,
            from_on=queries.today(now),
            actor=actor,
            now=now,
        )
        passwords.append((person.account, password))
    return Founded(fields.code, fields.name, unit, tuple(passwords))


@command()
def adopt_pack(*, jurisdiction: str, fields: Adopt, checked: str, actor: Actor, now: datetime) -> bool:
    """Take up another version of the regulation: from that midnight on new subjects stand under it, others keep theirs.

    `checked` is the digest of what was found sound; only packages above can look. The version that would be in force
    anyway, taken up from the day of one that is planned, takes that one back. Answers whether that is decided: it waits
    for a second administrator, training and the installer apart.
    """
    _administer(jurisdiction, actor)
    subject = subject_of("jurisdiction", jurisdiction)
    lock(subject)
    after, before = queries.taken_up(jurisdiction, fields.pack, on=fields.from_on, checked=checked, now=now)
    if actor.account != CONSOLE and not queries.jurisdiction(jurisdiction).training:
        _propose_version(jurisdiction, fields, after.digest, actor, now)
        return False
    _adopt(jurisdiction, fields, after.digest, before, actor, now)
    return True


def _adopt(
    jurisdiction: str, fields: Adopt, digest: str, before: str, actor: Actor, now: datetime, *, proposed_by: str = ""
) -> None:
    """Write that a version is taken up; `proposed_by` is who proposed what the actor confirms."""
    PackAdoption.objects.create(
        jurisdiction_id=jurisdiction,
        **fields.model_dump(),
        digest=digest,
        adopted_at=now,
        adopted_by=proposed_by or actor.account,
        confirmed_by=actor.account if proposed_by else "",
    )
    happening = PackAdopted(**fields.model_dump(), before=before, digest=digest, proposed_by=proposed_by)
    subject = subject_of("jurisdiction", jurisdiction)
    _note(subject, jurisdiction, happening, norms.WORKING_TIME, actor, now, first=False)


def _propose_version(jurisdiction: str, fields: Adopt, digest: str, actor: Actor, now: datetime) -> None:
    granted(rules.may_propose_version(waiting=queries.proposed_version(jurisdiction) is not None))
    ProposedVersion.objects.create(
        jurisdiction_id=jurisdiction,
        **fields.model_dump(),
        digest=digest,
        proposed_by=actor.account,
        proposed_at=now,
    )
    happening = VersionProposed(**fields.model_dump(), digest=digest)
    subject = subject_of("jurisdiction", jurisdiction)
    _note(subject, jurisdiction, happening, norms.WORKING_TIME, actor, now, first=False)


@command()
def confirm_version(*, proposal: int, actor: Actor, now: datetime) -> None:
    """Let a proposed version be taken up from its day on, as it was when it was proposed: a second administrator."""
    row = _proposed_version(proposal, actor)
    granted(rules.may_confirm_version(actor, proposed_by=row.proposed_by))
    place, fields = actor.jurisdiction, Adopt.model_validate({name: getattr(row, name) for name in Adopt.model_fields})
    after, before = queries.taken_up(place, row.pack, on=row.from_on, checked=row.digest, now=now)
    _settle_version(row, actor, now)
    _adopt(place, fields, after.digest, before, actor, now, proposed_by=row.proposed_by)


@command()
def drop_version(*, proposal: int, actor: Actor, now: datetime) -> None:
    """Take back the version that one proposed, or do not confirm what another administrator did."""
    row = _proposed_version(proposal, actor)
    _settle_version(row, actor, now)
    happening = VersionDropped(pack=row.pack, from_on=row.from_on)
    subject = subject_of("jurisdiction", actor.jurisdiction)
    _note(subject, actor.jurisdiction, happening, norms.WORKING_TIME, actor, now, first=False)


def _proposed_version(id: int, actor: Actor) -> ProposedVersion:
    """The version that waits in the administrator's jurisdiction, with its books under lock."""
    granted(rules.may_administer(actor))
    lock(subject_of("jurisdiction", actor.jurisdiction))
    row = ProposedVersion.objects.filter(pk=id, jurisdiction_id=actor.jurisdiction, settled_at__isnull=True).first()
    if row is None:
        raise Unknown(str(id))
    return row


def _settle_version(row: ProposedVersion, actor: Actor, now: datetime) -> None:
    ProposedVersion.objects.filter(pk=row.pk).update(settled_at=now, settled_by=actor.account)


def _administer(jurisdiction: str, actor: Actor) -> None:
    """Let the jurisdiction's administrator go on, and the installer at the console; another's jurisdiction is not
    known."""
    granted(rules.may_administer(actor))
    if actor.account != CONSOLE and actor.jurisdiction != jurisdiction:
        raise Unknown(jurisdiction)


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
    _administer(jurisdiction, actor)
    lock(subject_of("jurisdiction", jurisdiction))
    above = queries.named([parent], jurisdiction, now=now).get(parent) if parent else None
    rulebook = queries.pack_of(jurisdiction, now=now)
    granted(
        rules.may_be_called(name, taken=_called(name, jurisdiction)),
        rules.may_be_coded(code, taken=Unit.objects.filter(code=code).exists()),
        Refusal("没有这个单位。", None, field="parent") if parent and above is None else None,
        rules.may_found(type_code=type_code, superior_body=superior_body, pack=rulebook),
        rules.may_still(above, field="parent"),
        binds=rulebook.binds,
    )
    Unit.objects.create(
        code=code,
        jurisdiction_id=jurisdiction,
        name=name,
        type=type_code,
        parent_id=parent or None,
        superior_body=superior_body,
    )
    happening = UnitFounded(unit=code, name=name, type=type_code, parent=parent or None, superior_body=superior_body)
    _note(subject_of("unit", code), jurisdiction, happening, norms.SUPERIOR_BODY, actor, now, first=True)


@command()
def activate_unit(*, jurisdiction: str, code: str, actor: Actor, now: datetime) -> None:
    """Let a unit take part in the work; refused while responsible persons are missing."""
    _administer(jurisdiction, actor)
    rulebook = queries.pack_of(jurisdiction, now=now)
    place = queries.unit(code, jurisdiction, now=now)
    granted(rules.may_still(place), rules.may_be_active(place, rulebook))
    Unit.objects.filter(code=code).update(active=True)
    happening = UnitActivated(unit=code)
    _note(subject_of("unit", code), jurisdiction, happening, norms.RESPONSIBLE_PERSONS, actor, now, first=False)


def hash_password(password: str) -> HashedPassword:
    """A password as it is kept; made on purpose so that it takes its time."""
    return HashedPassword(make_password(password))


def _hash_one_time(password: str) -> HashedPassword:
    """A random password as it is kept until it is changed."""
    return HashedPassword(make_password(password, hasher=OneTimeHasher.algorithm))


@command()
def enter_person(
    *, jurisdiction: str, account: str, name: str, password: str | HashedPassword = "", actor: Actor, now: datetime
) -> str:
    """Give a person an account; answers the one-time password, which is kept nowhere in clear.

    It must be changed at the first sign-in. Where a password is given, that one holds and nothing is answered.
    """
    _administer(jurisdiction, actor)
    once = "" if password else _one_time_password()
    if isinstance(password, HashedPassword):
        hashed = password
    else:
        hashed = hash_password(password) if password else _hash_one_time(once)
    try:
        Person.objects.create(
            account=account, name=name, jurisdiction_id=jurisdiction, password=hashed.text, provisional=bool(once)
        )
    except IntegrityError as taken:
        raise Refused(Refusal(f"账号{account}已被使用。", norms.SUCCESSION, field="account")) from taken
    happening = PersonEntered(account=account, name=name)
    _note(subject_of("person", account), jurisdiction, happening, norms.SUCCESSION, actor, now, first=True)
    return once


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
) -> bool:
    """Give a person a post; with `succeed` whoever holds it leaves it that day, no further document needed.

    Answers whether that holds: an appointment to a post with a power waits for a second person, training apart. The
    installer's holds at once: there may be no second person yet.
    """
    place = _unit_of(unit, actor)
    _administer(place.jurisdiction_id, actor)
    lock(subject_of("unit", unit))
    granted(rules.may_still(queries.unit(unit, place.jurisdiction_id, now=now)))
    fields = Fill(account=account, post=post, from_on=from_on, acting=acting, succeed=succeed)
    person = _fillable(place, fields)
    training = actor.account == CONSOLE or queries.jurisdiction(place.jurisdiction_id).training
    if rules.needs_confirmation(post, training=training):
        _propose(place, person, fields, actor, now)
        return False
    _appoint(place, person, fields, actor, now)
    return True


def _appoint(place: Unit, person: Person, fields: Fill, actor: Actor, now: datetime, *, proposed_by: str = "") -> None:
    """Write an appointment; `proposed_by` is who proposed what the actor confirms."""
    post, from_on = fields.post, fields.from_on
    rulebook = queries.pack_of(place.jurisdiction_id, now=now)
    granted(
        rules.may_appoint(post=post, pack=rulebook)
        or rules.may_serve_in(post=post, name=place.name, kind=place.type, pack=rulebook)
    )
    lock(subject_of("person", person.account))  # two posts given at once must not be more together than one by one
    granted(_may_take(post, person, now, by=actor.account))
    gone: list[str] = []
    if fields.succeed:
        before = Appointment.objects.filter(unit=place, post=post, until_on__isnull=True).exclude(person=person)
        gone = list(before.values_list("person__account", flat=True))
        before.update(until_on=from_on)
    Appointment.objects.create(
        person=person,
        unit=place,
        post=post,
        from_on=from_on,
        acting=fields.acting,
        appointed_at=now,
        appointed_by=proposed_by or actor.account,
        confirmed_by=actor.account if proposed_by else "",
    )
    happening = Appointed(
        account=person.account,
        unit=place.code,
        post=post,
        from_on=from_on,
        acting=fields.acting,
        succeeded=tuple(gone),
        proposed_by=proposed_by,
    )
    subject = subject_of("unit", place.code)
    _note(subject, place.jurisdiction_id, happening, norms.SUCCESSION, actor, now, first=False)
    for one in gone:
        _pass_on(place, post, one, person.account, from_on, actor, now)


Inherit = Callable[[Succession, Actor, datetime], None]
_HEIRS: list[Inherit] = []


def inherits(inherit: Inherit) -> None:
    """Declare who is told, in its transaction, that a post passes to a successor: what hangs on it passes too."""
    _HEIRS.append(inherit)


def _pass_on(place: Unit, post: str, before: str, after: str, on: date, actor: Actor, now: datetime) -> None:
    for inherit in _HEIRS:
        inherit(Succession(place.jurisdiction_id, place.code, post, before, after, on), actor, now)


def _may_take(post: str, person: Person, now: datetime, *, by: str) -> Refusal | None:
    held = Appointment.objects.filter(person=person).exclude(until_on__lte=queries.today(now))
    return rules.may_take_post(
        post=post, account=person.account, held=frozenset(held.values_list("post", flat=True)), by=by
    )


@command()
def dismiss(
    *,
    account: str,
    unit: str,
    post: str,
    until_on: date,
    successor: str = "",
    left_open: bool = False,
    owed: int = 0,
    actor: Actor,
    now: datetime,
) -> bool:
    """End an appointment on a date (that day not included); a successor who is named takes up the post that day.

    `owed` is how many duties are open in the post; only packages above know. Answers whether it ends: where nobody
    else holds the post, it ends when a second person confirms the successor, training apart. The installer may leave
    a post without anybody.
    """
    place = _unit_of(unit, actor)
    _administer(place.jurisdiction_id, actor)
    lock(subject_of("jurisdiction", place.jurisdiction_id))
    holding = Appointment.objects.filter(unit__jurisdiction_id=place.jurisdiction_id, post=post, until_on__isnull=True)
    held = holding.filter(person__account=account, unit=place).first()
    if held is None:
        raise Unknown(account)
    if until_on < held.from_on:
        reason = f"任职日期是{held.from_on}，免职不能早于这一天。"
        raise Refused(Refusal(reason, norms.SUCCESSION, field="until_on"))
    everybody = holding.exclude(id=held.id).filter(from_on__lte=until_on, person__is_active=True)
    beside = everybody.filter(unit=place).count()
    others = everybody.count() if post == Post.ADMINISTRATOR else beside
    if actor.account != CONSOLE:
        facts = queries.unit(unit, place.jurisdiction_id, now=now)
        rulebook = queries.pack_of(place.jurisdiction_id, now=now)
        label, followed = rulebook.posts[post].label if post in rulebook.posts else post, bool(successor)
        granted(
            rules.may_leave(facts, rulebook, post=post, others=others, followed=followed),
            rules.may_leave_open(label, owed=owed, others=beside, followed=followed, left_open=left_open),
        )
    holds = False
    if successor:
        try:
            holds = appoint(
                account=successor, unit=unit, post=post, from_on=until_on, succeed=not beside, actor=actor, now=now
            )
        except Refused as refused:
            blamed = {"account": "successor", "from_on": "until_on"}.get(refused.refusal.field or "")
            raise Refused(replace(refused.refusal, field=blamed)) from refused
        if not beside:
            return holds
    Appointment.objects.filter(pk=held.pk).update(until_on=until_on)
    happening = Dismissed(account=account, unit=unit, post=post, until_on=until_on)
    _note(subject_of("unit", unit), place.jurisdiction_id, happening, norms.SUCCESSION, actor, now, first=False)
    if holds:
        _pass_on(place, post, account, successor, until_on, actor, now)
    return True


@command()
def give_channel(*, jurisdiction: str, channel: str, unit: str, from_on: date, actor: Actor, now: datetime) -> None:
    """Say which unit takes in the requests of a channel from a day on; what it took in before stays where it is."""
    _administer(jurisdiction, actor)
    lock(subject_of("jurisdiction", jurisdiction))
    given = queries.named([unit], jurisdiction, now=now).get(unit)
    granted(rules.may_give_channel(channel, given, pack=queries.pack_of(jurisdiction, now=now)))
    desks = ChannelDesk.objects.filter(jurisdiction_id=jurisdiction, channel=channel)
    running = desks.filter(until_on__isnull=True).first()
    granted(rules.may_give_from(from_on, today=queries.today(now), running=running.from_on if running else None))
    if running is not None and running.unit_id == unit:
        raise Refused(Refusal("这条渠道已经由这个单位受理。", None, field="unit"))
    desks.filter(until_on__isnull=True).update(until_on=from_on)
    ChannelDesk.objects.create(jurisdiction_id=jurisdiction, channel=channel, unit_id=unit, from_on=from_on)
    happening = ChannelGiven(channel=channel, unit=unit, from_on=from_on, before=running.unit_id if running else "")
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
    decided: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Add an entry to the responsibility list.

    The administrator's act, unless it was `decided`: then the act that decided it has asked its own rules.
    """
    if not decided:
        _administer(jurisdiction, actor)
    lock(subject_of("jurisdiction", jurisdiction))
    known = ResponsibilityEntry.objects.filter(jurisdiction_id=jurisdiction, code=code, until_on__isnull=True)
    if known.exists():
        raise Refused(Refusal(f"目录编号{code}已被使用。", norms.DISPATCH_WITH_BASIS, field="code"))
    helpers = tuple(co_units)
    units = queries.named([lead, *helpers], jurisdiction, now=now)
    granted(
        rules.may_enter(lead=lead, co_units=helpers, known=units, pack=queries.pack_of(jurisdiction, now=now)),
        rules.may_still(units.get(lead), field="lead"),
        *(rules.may_still(units.get(helper), field="co_units") for helper in helpers),
    )
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
    days: int = rules.TOKEN_DAYS,
    networks: Iterable[str] = (),
    second_factor: bool = False,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> str:
    """Issue a bearer token and answer it, once. `at` is the real moment: tokens do not expire by a training clock.

    `second_factor` is whether the account has one, or its jurisdiction asks for none; only packages above know.
    """
    person = Person.objects.filter(account=account).first()
    if person is None:
        raise Unknown(account)
    granted_scopes, named = tuple(sorted(set(scopes))), tuple(networks)
    granted(rules.may_issue_token(scopes=granted_scopes, days=days, networks=named, second_factor=second_factor))
    named = tuple(str(rules.network(one)) for one in named)
    token = secrets.token_urlsafe(32)
    expires_at = at + timedelta(days=days)
    ApiToken.objects.create(
        digest=queries.token_digest(token),
        person=person,
        label=label,
        scopes=list(granted_scopes),
        networks=list(named),
        created_at=at,
        expires_at=expires_at,
    )
    _note_of_token(
        person,
        TokenIssued(account=account, label=label, scopes=granted_scopes, expires_at=expires_at, networks=named),
        actor,
        now,
    )
    return token


def _note_of_token(person: Person, happening: Happening, actor: Actor, now: datetime) -> None:
    subject, norm = subject_of("person", person.account), norms.IDENTITY_PROTECTED
    _note(subject, person.jurisdiction_id, happening, norm, actor, now, first=False)


@command()
def renew_token(*, account: str, label: str, actor: Actor, now: datetime, at: datetime) -> datetime:
    """Let one's own token be good for as long again as one may be; answers until when."""
    granted(rules.may_renew_token(actor, account=account))
    live = ApiToken.objects.filter(person__account=account, label=label, revoked_at__isnull=True, expires_at__gt=at)
    expires_at = at + timedelta(days=rules.TOKEN_DAYS)
    if not live.update(expires_at=expires_at):
        raise Unknown(label)
    happening = TokenRenewed(account=account, label=label, expires_at=expires_at)
    _note_of_token(Person.objects.get(account=account), happening, actor, now)
    return expires_at


@command()
def revoke_token(*, account: str, label: str, actor: Actor, now: datetime, at: datetime) -> None:
    """Take back a person's tokens of that label."""
    live = ApiToken.objects.filter(person__account=account, label=label, revoked_at__isnull=True)
    if not live.update(revoked_at=at):
        raise Unknown(account)
    happening = TokenRevoked(account=account, label=label)
    _note_of_token(Person.objects.get(account=account), happening, actor, now)


def revoke_tokens(*, account: str, actor: Actor, now: datetime, at: datetime) -> int:
    """Take back all tokens of a person that are still good, inside the command that ends the sign-ins; how many."""
    live = ApiToken.objects.filter(person__account=account, revoked_at__isnull=True, expires_at__gt=at)
    labels = list(live.values_list("label", flat=True))
    for label in sorted(set(labels)):
        revoke_token(account=account, label=label, actor=actor, now=now, at=at)
    return len(labels)


@command()
def advance_clock(*, jurisdiction: str, to: datetime, seen: timedelta, actor: Actor, now: datetime) -> datetime:
    """Move the training clock forward to a moment and answer it; other jurisdictions refuse.

    `seen` is how far it had been moved when it showed the asker `now`; under the lock it may show a later moment.
    """
    place = Jurisdiction.objects.select_for_update().filter(code=jurisdiction).first()
    if place is None:
        raise Unknown(jurisdiction)
    present = now - seen + place.clock_offset
    granted(rules.may_advance(queries.jurisdiction(jurisdiction), before=present, after=to))
    Jurisdiction.objects.filter(code=jurisdiction).update(clock_offset=place.clock_offset + (to - present))
    _note(
        subject_of("jurisdiction", jurisdiction),
        jurisdiction,
        ClockAdvanced(before=present, after=to),
        norms.TRAINING_CLOCK,
        actor,
        to,
        first=False,
    )
    return to


@command()
def reset_clock(*, jurisdiction: str, actor: Actor, now: datetime) -> datetime:
    """Put the training clock back to the real time `now`, or to the first day that is not sealed; answers which.

    What is sealed does not grow: nothing can happen any more on a day of which the seal is kept.
    """
    place = Jurisdiction.objects.select_for_update().filter(code=jurisdiction).first()
    if place is None:
        raise Unknown(jurisdiction)
    before, to = now + place.clock_offset, max(now, sealing.open_since(jurisdiction))
    granted(rules.may_reset(queries.jurisdiction(jurisdiction), actor, before=before, after=to))
    Jurisdiction.objects.filter(code=jurisdiction).update(clock_offset=to - now)
    _note(
        subject_of("jurisdiction", jurisdiction),
        jurisdiction,
        ClockReset(before=before, after=to),
        norms.TRAINING_CLOCK,
        actor,
        to,
        first=False,
    )
    return to


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for another when a password is read aloud."""


def _one_time_password() -> str:
    """Four groups of four: 79 bits, told once and changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _unit_of(code: str, actor: Actor) -> Unit:
    """The unit, if it is of the actor's jurisdiction; the installer knows every one."""
    place = Unit.objects.filter(code=code).first()
    if place is None or (actor.account != CONSOLE and place.jurisdiction_id != actor.jurisdiction):
        raise Unknown(code)
    return place


def _own_person(account: str, actor: Actor) -> Person:
    person = Person.objects.filter(account=account, jurisdiction_id=actor.jurisdiction).first()
    if person is None:
        raise Unknown(account)
    return person


def _called(name: str, jurisdiction: str, *, but: str = "") -> bool:
    """Whether another unit of the jurisdiction has that name."""
    return Unit.objects.filter(jurisdiction_id=jurisdiction, name=name).exclude(code=but).exists()


@command()
def change_unit(*, code: str, fields: ChangeUnit, actor: Actor, now: datetime) -> None:
    """Change what a unit is called, and to what it belongs."""
    granted(rules.may_administer(actor))
    lock(subject_of("jurisdiction", actor.jurisdiction))
    place = _unit_of(code, actor)
    every = {unit.code: unit for unit in queries.units(actor.jurisdiction)}
    parents = {unit.code: unit.parent for unit in every.values()}
    rulebook = queries.pack_of(actor.jurisdiction, now=now)
    granted(
        rules.may_be_called(fields.name, taken=_called(fields.name, actor.jurisdiction, but=code)),
        Refusal("没有这个单位。", None, field="parent") if fields.parent and fields.parent not in parents else None,
        rules.may_still(every[code]),
        rules.may_still(every.get(fields.parent), field="parent"),
        held(rules.may_found(type_code=place.type, superior_body=fields.superior_body, pack=rulebook), rulebook.binds),
        rules.may_belong(code, fields.parent, parents),
    )
    parent, superior = fields.parent or None, fields.superior_body
    Unit.objects.filter(code=code).update(name=fields.name, parent_id=parent, superior_body=superior)
    happening = UnitChanged(
        unit=code, before=place.name, name=fields.name, parent=parent, superior_body=superior, basis=fields.basis
    )
    subject = subject_of("unit", code)
    _note(subject, actor.jurisdiction, happening, norms.RESPONSIBLE_PERSONS, actor, now, first=False)


@command()
def close_account(*, account: str, actor: Actor, now: datetime, at: datetime) -> None:
    """Let somebody sign in no more, neither by the pages nor by a token; refused while they hold a post."""
    granted(rules.may_administer(actor))
    person, subject = _own_person(account, actor), subject_of("person", account)
    lock(subject)
    if Appointment.objects.filter(person=person).exclude(until_on__lte=queries.today(now)).exists():
        raise Refused(Refusal("还有在任的职务，请先免职。", norms.SUCCESSION))
    if not Person.objects.filter(id=person.id, is_active=True).update(is_active=False):
        raise Refused(Refusal("账号已经停用。", norms.SUCCESSION))
    revoke_tokens(account=account, actor=actor, now=now, at=at)
    drafts.drop_of(account)
    happening = AccountClosed(account=account)
    _note(subject, actor.jurisdiction, happening, norms.IDENTITY_PROTECTED, actor, now, first=False)


def _fillable(place: Unit, fields: Fill) -> Person:
    """The person whom the form names, if they can take the post from that day on."""
    people = Person.objects.filter(account=fields.account, jurisdiction_id=place.jurisdiction_id, is_active=True)
    person = people.first()
    if person is None:
        raise Refused(Refusal("没有这个人，或者账号已经停用。", None, field="account"))
    holding = Appointment.objects.filter(unit=place, post=fields.post, until_on__isnull=True)
    if holding.filter(person=person).exists():
        raise Refused(Refusal(f"{person.name}已经担任这一职务。", norms.SUCCESSION, field="account"))
    if fields.succeed and holding.filter(from_on__gt=fields.from_on).exists():
        reason = "现任的任职日期比这一天还晚，不能自这一天起接替。"
        raise Refused(Refusal(reason, norms.SUCCESSION, field="from_on"))
    return person


def _propose(place: Unit, person: Person, fields: Fill, actor: Actor, now: datetime) -> None:
    unit, rulebook = place.code, queries.pack_of(actor.jurisdiction, now=now)
    granted(
        rules.may_appoint(post=fields.post, pack=rulebook)
        or rules.may_serve_in(post=fields.post, name=place.name, kind=place.type, pack=rulebook),
        _may_take(fields.post, person, now, by=actor.account),
    )
    waiting = ProposedAppointment.objects.filter(person=person, unit_id=unit, post=fields.post, settled_at__isnull=True)
    if waiting.exists():
        raise Refused(Refusal("这项任命已经提出，正在等待确认。", norms.SUCCESSION, field="account"))
    ProposedAppointment.objects.create(
        person=person,
        unit_id=unit,
        post=fields.post,
        from_on=fields.from_on,
        acting=fields.acting,
        succeed=fields.succeed,
        proposed_by=actor.account,
        proposed_at=now,
    )
    happening = AppointmentProposed(
        account=person.account,
        unit=unit,
        post=fields.post,
        from_on=fields.from_on,
        acting=fields.acting,
        succeed=fields.succeed,
    )
    _note(subject_of("unit", unit), actor.jurisdiction, happening, norms.IDENTITY_PROTECTED, actor, now, first=False)


@command()
def confirm_post(*, proposal: int, actor: Actor, now: datetime) -> None:
    """Let a proposed appointment take effect, from its day on or from today: a second administrator or the head."""
    row = _proposed(proposal, actor)
    account, unit = row.person.account, row.unit_id
    others = queries.who_confirms(unit, actor.jurisdiction, besides=(account, row.proposed_by), now=now)
    granted(rules.may_confirm(actor, unit=unit, account=account, proposed_by=row.proposed_by, others=others))
    from_on = max(row.from_on, queries.today(now))
    fields = Fill(account=account, post=row.post, from_on=from_on, acting=row.acting, succeed=row.succeed)
    person = _fillable(row.unit, fields)
    _settle(row, actor, now)
    _appoint(row.unit, person, fields, actor, now, proposed_by=row.proposed_by)


@command()
def drop_post(*, proposal: int, actor: Actor, now: datetime) -> None:
    """Take back what one proposed, or do not confirm what another did."""
    row = _proposed(proposal, actor)
    account, unit = row.person.account, row.unit_id
    granted(rules.may_drop(actor, unit=unit, account=account, proposed_by=row.proposed_by))
    _settle(row, actor, now)
    happening = ProposalDropped(account=account, unit=unit, post=row.post)
    _note(subject_of("unit", unit), actor.jurisdiction, happening, norms.IDENTITY_PROTECTED, actor, now, first=False)


def _proposed(id: int, actor: Actor) -> ProposedAppointment:
    """The proposal that waits in the actor's jurisdiction, with its unit under lock."""
    waiting = ProposedAppointment.objects.filter(pk=id, unit__jurisdiction_id=actor.jurisdiction)
    found = waiting.values_list("unit_id", flat=True).first()
    if found is None:
        raise Unknown(str(id))
    lock(subject_of("unit", found))
    row = waiting.filter(settled_at__isnull=True).select_related("person", "unit").first()
    if row is None:
        raise Refused(Refusal("这项任命已经处理。", norms.SUCCESSION))
    return row


def _settle(row: ProposedAppointment, actor: Actor, now: datetime) -> None:
    ProposedAppointment.objects.filter(pk=row.pk).update(settled_at=now, settled_by=actor.account)


@command()
def amend_responsibility(*, code: str, fields: AmendEntry, actor: Actor, now: datetime) -> None:
    """Change an entry of the responsibility list from a day on; the former wording stays readable."""
    granted(rules.may_administer(actor))
    lock(subject_of("jurisdiction", actor.jurisdiction))
    _end_entry(code, fields.from_on, actor, field="from_on")
    enter_responsibility(
        jurisdiction=actor.jurisdiction,
        code=code,
        matter=fields.matter,
        lead=fields.lead,
        co_units=fields.co_units,
        basis=fields.basis,
        from_on=fields.from_on,
        actor=actor,
        now=now,
    )


@command()
def end_responsibility(*, code: str, fields: EndEntry, actor: Actor, now: datetime) -> None:
    """Take an entry off the responsibility list from a day on."""
    granted(rules.may_administer(actor))
    subject = subject_of("jurisdiction", actor.jurisdiction)
    lock(subject)
    _end_entry(code, fields.until_on, actor, field="until_on")
    happening = ResponsibilityEnded(code=code, until_on=fields.until_on, reason=fields.reason)
    _note(subject, actor.jurisdiction, happening, norms.DISPATCH_WITH_BASIS, actor, now, first=False)


def _end_entry(code: str, on: date, actor: Actor, *, field: str) -> None:
    """Let the wording in force hold until that day."""
    entries = ResponsibilityEntry.objects.filter(jurisdiction_id=actor.jurisdiction, code=code, until_on__isnull=True)
    entry = entries.first()
    if entry is None:
        raise Unknown(code)
    if on < entry.from_on:
        reason = f"现行内容自{entry.from_on}起，不能早于这一天。"
        raise Refused(Refusal(reason, norms.DISPATCH_WITH_BASIS, field=field))
    entries.update(until_on=on)


PassOn = Callable[[Passing, Actor, datetime], None]
"""What a package does with its own when a unit ends: it passes to the successor, or falls back where there is none."""
_PASSED_ON: list[PassOn] = []
ObjectToEnding = Callable[[Passing], Refusal | None]
_AGAINST_ENDING: list[ObjectToEnding] = []


def passes_on(pass_on: PassOn) -> None:
    """Declare who is told, in its transaction, that a unit ends: what it has open in the package's tables passes on."""
    _PASSED_ON.append(pass_on)


def objects_to_ending(ask: ObjectToEnding) -> None:
    """Declare what is asked of a package above before it is decided that a unit ends."""
    _AGAINST_ENDING.append(ask)


def _carried_on(successor: str) -> str:
    return f"由{successor}承接" if successor else "没有承接单位"


@command()
def end_unit(*, code: str, fields: EndUnit, actor: Actor, now: datetime) -> None:
    """Decide that a unit ends on a day; the clockwork carries it out then (`carry_out_ending`)."""
    place = _unit_of(code, actor).jurisdiction_id
    _administer(place, actor)
    lock(subject_of("jurisdiction", place))
    known = queries.named([code, *([fields.successor] if fields.successor else ())], place, now=now)
    unit, rulebook = known[code], queries.pack_of(place)
    ends = {row.unit: row for row in queries.endings(place)}
    follows = ends.get(fields.successor)
    granted(
        rules.may_still(unit),
        rules.may_end_unit(
            unit,
            on=fields.from_on,
            today=queries.today(now),
            planned=ends[code].from_on if code in ends else None,
            awaited=[row.unit_name for row in ends.values() if row.successor == code and row.done_at is None],
            last_administrator=queries.has_last_administrator(code, place, on=fields.from_on),
        ),
        (
            rules.may_carry_on(known.get(fields.successor), unit, rulebook, ends=follows.from_on if follows else None)
            if fields.successor
            else rules.may_end_alone(unit, rulebook)
        ),
    )
    _decide_ending(unit, known.get(fields.successor), fields, actor, now)


def _decide_ending(unit: UnitFacts, successor: UnitFacts | None, fields: EndUnit, actor: Actor, now: datetime) -> None:
    code, name = (successor.code, successor.name) if successor else ("", "")
    passing = Passing(unit.jurisdiction, unit.code, unit.name, code, name, fields.from_on, fields.basis)
    granted(*(ask(passing) for ask in _AGAINST_ENDING))
    UnitEnding.objects.create(
        unit_id=unit.code,
        successor_id=code or None,
        from_on=fields.from_on,
        basis=fields.basis,
        decided_by=actor.account,
        decided_at=now,
    )
    happening = UnitEndDecided(
        unit=unit.code,
        name=unit.name,
        from_on=fields.from_on,
        successor=code,
        carried_on=_carried_on(name),
        basis=fields.basis,
    )
    _note(subject_of("unit", unit.code), unit.jurisdiction, happening, norms.SUCCESSION, actor, now, first=False)


@command()
def merge_units(*, fields: MergeUnits, actor: Actor, now: datetime) -> None:
    """Decide that several units end on a day and one carries all of them on."""
    granted(rules.may_administer(actor), rules.may_merge(fields.units, fields.successor))
    names = queries.unit_names(fields.units)
    for code in fields.units:
        one = EndUnit(from_on=fields.from_on, successor=fields.successor, basis=fields.basis)
        try:
            end_unit(code=code, fields=one, actor=actor, now=now)
        except Refused as refused:
            reason = f"{names.get(code, code)}：{refused.refusal.reason}"
            raise Refused(replace(refused.refusal, reason=reason)) from refused


@command()
def keep_unit(*, code: str, fields: KeepUnit, actor: Actor, now: datetime) -> None:
    """Call off that a unit ends, before the day has come."""
    place = _unit_of(code, actor)
    _administer(place.jurisdiction_id, actor)
    lock(subject_of("jurisdiction", place.jurisdiction_id))
    row = UnitEnding.objects.filter(unit=place, called_off_at__isnull=True, done_at__isnull=True).first()
    if row is None:
        raise Unknown(code)
    UnitEnding.objects.filter(pk=row.pk).update(called_off_at=now)
    happening = UnitEndCalledOff(unit=code, name=place.name, from_on=row.from_on, reason=fields.reason)
    _note(subject_of("unit", code), place.jurisdiction_id, happening, norms.SUCCESSION, actor, now, first=False)


@command(repeatable=True)
def carry_out_ending(*, unit: str, actor: Actor, now: datetime) -> None:
    """Let a unit end whose day has come: what it has open passes on, its posts are vacant, and it is given nothing.

    Done once more, it passes on what came to the unit since: an act that was under way then, or was taken up again.
    """
    due = UnitEnding.objects.filter(unit_id=unit, unit__jurisdiction_id=actor.jurisdiction, called_off_at__isnull=True)
    row = due.filter(from_on__lte=queries.today(now)).select_related("unit", "successor").first()
    if row is None:
        raise Unknown(unit)
    heir = queries.carried_on_by(row.successor_id, actor.jurisdiction) if row.successor_id else ""
    name = queries.unit_names([heir]).get(heir, "")
    passing = Passing(actor.jurisdiction, unit, row.unit.name, heir, name, queries.today(now), row.basis)
    for pass_on in _PASSED_ON:
        pass_on(passing, actor, now)
    books = subject_of("jurisdiction", actor.jurisdiction)
    lock(books)
    _pass_entries(passing, actor, now)
    _pass_channels(passing, actor, now)
    _pass_sub_units(passing, actor, now)
    _empty_posts(passing, actor, now)
    if row.done_at is not None:
        return
    Unit.objects.filter(code=unit).update(active=False, ended_on=passing.on)
    UnitEnding.objects.filter(pk=row.pk).update(done_at=now)
    ended = UnitEnded(unit=unit, name=passing.name, successor=heir, carried_on=_carried_on(name), basis=passing.basis)
    _note(subject_of("unit", unit), actor.jurisdiction, ended, norms.SUCCESSION, actor, now, first=False)
    if heir:
        told = UnitCarriedOn(unit=unit, name=passing.name, basis=passing.basis)
        _note(subject_of("unit", heir), actor.jurisdiction, told, norms.SUCCESSION, actor, now, first=False)


def _pass_entries(passing: Passing, actor: Actor, now: datetime) -> None:
    """The responsibility list names the successor from that day on; what nobody leads any more is taken off."""
    known = ResponsibilityEntry.objects.filter(jurisdiction_id=passing.jurisdiction, until_on__isnull=True)
    books, unit = subject_of("jurisdiction", passing.jurisdiction), passing.unit
    for entry in known.order_by("code"):
        if unit != entry.lead_id and unit not in entry.co_units:
            continue
        lead = passing.successor if entry.lead_id == unit else entry.lead_id
        named = (passing.successor if co == unit else co for co in entry.co_units)
        co_units = tuple(dict.fromkeys(co for co in named if co and co != lead))
        on = max(passing.on, entry.from_on)
        ResponsibilityEntry.objects.filter(pk=entry.pk).update(until_on=on)
        happening: Happening
        if lead:
            ResponsibilityEntry.objects.create(
                jurisdiction_id=passing.jurisdiction,
                code=entry.code,
                matter=entry.matter,
                lead_id=lead,
                co_units=list(co_units),
                basis=entry.basis,
                from_on=on,
            )
            happening = ResponsibilityEntered(
                code=entry.code, matter=entry.matter, lead=lead, co_units=co_units, basis=entry.basis, from_on=on
            )
        else:
            happening = ResponsibilityEnded(code=entry.code, until_on=on, reason=f"{passing.name}撤销")
        _note(books, passing.jurisdiction, happening, norms.DISPATCH_WITH_BASIS, actor, now, first=False)


def _pass_channels(passing: Passing, actor: Actor, now: datetime) -> None:
    """Its channels are taken in by the successor from that day on."""
    desks = ChannelDesk.objects.filter(jurisdiction_id=passing.jurisdiction, until_on__isnull=True)
    for desk in desks.filter(unit_id=passing.unit).order_by("channel"):
        on = max(passing.on, desk.from_on)
        ChannelDesk.objects.filter(pk=desk.pk).update(until_on=on)
        if not passing.successor:
            continue
        ChannelDesk.objects.create(
            jurisdiction_id=passing.jurisdiction, channel=desk.channel, unit_id=passing.successor, from_on=on
        )
        happening = ChannelGiven(channel=desk.channel, unit=passing.successor, from_on=on, before=passing.unit)
        subject = subject_of("unit", passing.successor)
        _note(subject, passing.jurisdiction, happening, norms.NAMED_CHANNEL, actor, now, first=False)


def _pass_sub_units(passing: Passing, actor: Actor, now: datetime) -> None:
    """Its sub-units belong to the successor, or to what it belonged to; the successor itself to the latter."""
    parents = {unit.code: unit.parent for unit in queries.units(passing.jurisdiction)}
    above = parents[passing.unit]
    under = _line(passing.successor, parents)
    for below in Unit.objects.filter(parent_id=passing.unit).order_by("code"):
        parent = passing.successor if passing.successor and below.code not in under else above
        Unit.objects.filter(code=below.code).update(parent_id=parent or None)
        happening = UnitChanged(
            unit=below.code,
            before=below.name,
            name=below.name,
            parent=parent or None,
            superior_body=below.superior_body,
            basis=passing.basis,
        )
        subject = subject_of("unit", below.code)
        _note(subject, passing.jurisdiction, happening, norms.RESPONSIBLE_PERSONS, actor, now, first=False)


def _line(code: str, parents: dict[str, str | None]) -> set[str]:
    """A unit and all to which it belongs."""
    found: set[str] = set()
    at: str | None = code
    while at:
        found.add(at)
        at = parents.get(at)
    return found


def _empty_posts(passing: Passing, actor: Actor, now: datetime) -> None:
    """Nobody holds a post there any more, and nobody is waited for who would."""
    subject, place = subject_of("unit", passing.unit), passing.jurisdiction
    held = Appointment.objects.filter(unit_id=passing.unit).exclude(until_on__lte=passing.on).select_related("person")
    for row in held.order_by("post", "person__account"):
        until = max(passing.on, row.from_on)
        if row.until_on == until:
            continue
        Appointment.objects.filter(pk=row.pk).update(until_on=until)
        happening = Dismissed(account=row.person.account, unit=passing.unit, post=row.post, until_on=until)
        _note(subject, place, happening, norms.SUCCESSION, actor, now, first=False)
    waiting = ProposedAppointment.objects.filter(unit_id=passing.unit, settled_at__isnull=True)
    for proposed in waiting.select_related("person").order_by("id"):
        ProposedAppointment.objects.filter(pk=proposed.pk).update(settled_at=now, settled_by=actor.account)
        dropped = ProposalDropped(account=proposed.person.account, unit=passing.unit, post=proposed.post)
        _note(subject, place, dropped, norms.IDENTITY_PROTECTED, actor, now, first=False)
