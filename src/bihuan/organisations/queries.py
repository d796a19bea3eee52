"""Who is who, today."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from bihuan.kernel.actor import CONSOLE, INSTALLER, Actor, Seat
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.organisations import rules
from bihuan.organisations.models import (
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
    POWERS,
    AppointmentRow,
    DeskRow,
    EndingRow,
    EntryRow,
    InUse,
    JurisdictionFacts,
    Leaving,
    Lone,
    NewPowerRow,
    PersonRow,
    Post,
    ProposalRow,
    ProposedVersionRow,
    ResponsibilityRow,
    Standing,
    UnitFacts,
    VersionRow,
)
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import SHIPPED, Unusable, all_packs, library, pack, usable
from bihuan.policy.names import speak
from bihuan.policy.pack import Capacity, Pack
from bihuan.policy.reading import Fault, PackError
from bihuan.record.unit_of_work import Question, Row, ask

_LAWS = """ARRAY(
    SELECT v.pack || ' ' || v.digest FROM organisations_packadoption v WHERE v.jurisdiction_id = j.code
      AND v.from_on <= (({at}) AT TIME ZONE 'Asia/Shanghai')::date
    ORDER BY v.from_on DESC, v.id DESC) || (j.pack || ' ' || j.digest)"""
"""The versions under which the jurisdiction `j` stood until a moment of its own, with the digest of each: the one in
force then first."""

_STANDING = """
SELECT p.account, p.name,
  j.code, j.name, j.prefix, j.matter_prefix, {laws}, j.training, j.clock_offset, j.second_factor, {scopes},
  (SELECT coalesce(array_agg(a.unit_id || ' ' || a.post), '{{}}') FROM organisations_appointment a
   WHERE a.person_id = p.id
     AND a.from_on <= ((%(at)s + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date
     AND (a.until_on IS NULL OR a.until_on > ((%(at)s + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date)){more}
FROM organisations_person p JOIN organisations_jurisdiction j ON j.code = p.jurisdiction_id {found}"""
_SESSION = "ARRAY['read', 'act', 'admin']"
_UNTIL_NOW = _LAWS.format(at="%(at)s + j.clock_offset")
_OF_ACCOUNT = "WHERE p.account = %(account)s AND p.is_active"
_BY_ACCOUNT = _STANDING.format(laws=_UNTIL_NOW, scopes=_SESSION, found=_OF_ACCOUNT, more="")
_BEARER = (
    "JOIN organisations_apitoken t ON t.person_id = p.id"
    " WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(at)s"
)


def token_digest(token: str) -> bytes:
    """What is kept of a token; tokens are 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).digest()


def by_account(account: str, *, at: datetime) -> Standing | None:
    """The standing of a signed-in person; `at` is the real moment, the answer's `now` is the jurisdiction's."""
    row = _row(_BY_ACCOUNT, {"account": account, "at": at})
    return None if row is None else _read(row, at)


def by_token(token: str, *, more: str, at: datetime) -> tuple[Standing, tuple[Any, ...]] | None:
    """The standing of a bearer, with what `more` columns say; None for a token unknown, expired or taken back."""
    return _found(_BEARER, "t.scopes", more, {"digest": token_digest(token), "at": at})


def by_session(*, join: str, more: str, parameters: dict[str, Any]) -> tuple[Standing, tuple[Any, ...]] | None:
    """The standing of whoever a session's own table names (`join`), with what `more` of its columns say."""
    return _found(join, _SESSION, more, parameters)


def _found(found: str, scopes: str, more: str, parameters: dict[str, Any]) -> tuple[Standing, tuple[Any, ...]] | None:
    asked = _STANDING.format(laws=_UNTIL_NOW, scopes=scopes, found=f"{found} AND p.is_active", more=f", {more}")
    row = _row(asked, parameters)
    return None if row is None else (_read(row, parameters["at"]), row[12:])


def _row(sql: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _read(row: tuple[Any, ...], at: datetime) -> Standing:
    account, name, *place, scopes, seats = row[:12]
    facts, offset = _place(place), place[6]
    held = frozenset(Seat(*seat.split(" ", 1)) for seat in seats)
    return Standing(Actor(account, name, facts.code, held, frozenset(scopes)), facts, at + offset)


def _place(row: Sequence[Any]) -> JurisdictionFacts:
    code, name, prefix, matter_prefix, laws, training, offset, second = row
    (in_force, digest), *before = (law.split(" ", 1) for law in laws)
    former = tuple(ref for ref in dict.fromkeys(ref for ref, _ in before) if ref != in_force)
    return JurisdictionFacts(
        code, name, prefix, matter_prefix, in_force, training, offset, second, former=former, digest=digest
    )


def as_taken_up(place: JurisdictionFacts) -> None:
    """Let an answer name bodies as the regulation in force does, and raise Unusable where its file was edited in place
    since it was taken up; asked at the beginning of an answer, after a look at the files.

    A shipped one changes with the program: of that `bihuan doctor` and `bihuan verify` tell alone.
    """
    speak(place.pack)
    if not place.digest or not usable(place.pack) or pack(place.pack).digest == place.digest:
        return
    path = library().files[place.pack]
    if path.parent != SHIPPED.resolve():
        words = "内容与采用时不同，请恢复采用时的文件；修订规则应另写一个文件，id 相同、version 加一"
        raise Unusable(place.pack, PackError(path, (Fault(1, words),)))


def jurisdiction(code: str, *, now: datetime | None = None) -> JurisdictionFacts:
    """The jurisdiction of that code, with the regulation in force then, or by its own clock now. Raises Unknown."""
    found = jurisdictions(code, now=now)
    if not found:
        raise Unknown(code)
    return found[0]


_PLACES = """
SELECT j.code, j.name, j.prefix, j.matter_prefix, {laws}, j.training, j.clock_offset, j.second_factor
FROM organisations_jurisdiction j WHERE %(codes)s::text[] IS NULL OR j.code = ANY (%(codes)s::text[]) ORDER BY j.code"""
_ALL_PLACES = _PLACES.format(laws=_LAWS.format(at="coalesce(%(now)s::timestamptz, now() + j.clock_offset)"))


def jurisdictions(*codes: str, now: datetime | None = None) -> tuple[JurisdictionFacts, ...]:
    """All jurisdictions, or those named, each with the regulation in force then, or by its own clock now."""
    asked = {"now": now, "codes": list(codes) or None}
    return ask(Question(_ALL_PLACES, asked, lambda rows: tuple(_place(row) for row in rows)))


def founded() -> bool:
    """Whether there is any jurisdiction yet."""
    return Jurisdiction.objects.exists()


def known_pack(ref: str) -> Pack:
    """The pack "id/version", or of "id" the newest version. Refused for one that is not there, with those that are."""
    try:
        return pack(ref)
    except KeyError:
        there = "、".join(one.ref for one in all_packs()) or "没有"
        raise Refused(Refusal(f"没有规则包“{ref}”。现有：{there}。", None, field="pack")) from None
    except Unusable as error:
        raise Refused(Refusal(f"规则包“{ref}”有误，不能采用：{error}", None, field="pack")) from None


def pack_of(code: str, *, now: datetime | None = None) -> Pack:
    """The regulation under which what begins in the jurisdiction at that moment stands; by its own clock now, where
    none is given."""
    return pack(jurisdiction(code, now=now).pack)


def packs_of(code: str, *, now: datetime) -> tuple[Pack, ...]:
    """Every version under which something of the jurisdiction may stand that began until that moment, the one in force
    first. A former one whose file cannot be used is left out: what stands under it tells so by itself."""
    place = jurisdiction(code, now=now)
    return pack(place.pack), *(pack(ref) for ref in place.former if usable(ref))


def knows(place: JurisdictionFacts, norm: Norm) -> bool:
    """Whether something in the place may stand under a version that holds the norm: then its pages are there."""
    former = (pack(ref) for ref in place.former if usable(ref))
    return pack(place.pack).binds(norm) or any(one.binds(norm) for one in former)


def versions(code: str) -> tuple[VersionRow, ...]:
    """The versions of regulations under which a jurisdiction stood, stands and will stand, in the order of their days:
    first the one with which it was founded. Raises Unknown."""
    place = Jurisdiction.objects.filter(code=code).first()
    if place is None:
        raise Unknown(code)
    rows = PackAdoption.objects.filter(jurisdiction=place).annotate(
        by_name=person_name_of("adopted_by"), confirmed_name=person_name_of("confirmed_by")
    )
    told = [VersionRow(place.pack, None)]
    for row in rows.order_by("from_on", "id"):
        told[-1] = replace(told[-1], until_on=row.from_on)
        told.append(
            VersionRow(
                row.pack,
                row.from_on,
                basis=row.basis,
                approver=row.approver,
                by=row.adopted_by,
                by_name=row.by_name or row.adopted_by,
                at=row.adopted_at,
                confirmed_name=row.confirmed_name or row.confirmed_by,
            )
        )
    return tuple(told)


def proposed_version(code: str) -> ProposedVersionRow | None:
    """The version of a regulation that waits in the jurisdiction for a second administrator."""
    rows = ProposedVersion.objects.filter(jurisdiction_id=code, settled_at__isnull=True)
    row = rows.annotate(by_name=person_name_of("proposed_by")).first()
    if row is None:
        return None
    return ProposedVersionRow(
        row.pk, row.pack, row.from_on, row.basis, row.approver, row.proposed_by, row.by_name, row.proposed_at
    )


def taken_up(code: str, ref: str, *, on: date, checked: str, now: datetime) -> tuple[Pack, str]:
    """The version of that name as the jurisdiction may take it up from that day on, and what would be in force then.

    `checked` is the digest of what was found sound. Raises Refused, Unknown.
    """
    after, known = known_pack(ref), versions(code)
    before = next(row.pack for row in known if row.holds(on))
    granted(
        rules.may_adopt_on(on, after, today=today(now), planned=known[-1].from_on),
        rules.may_adopt(after, before=before, checked=checked)
        or rules.may_do_without(after, own=pack_of(code, now=now), used=in_use(code, on=on)),
    )
    return after, before


def in_use(code: str, *, on: date) -> InUse:
    """What of a regulation the jurisdiction will use on that day, as things stand."""
    types = Unit.objects.filter(jurisdiction_id=code).values_list("type", flat=True).distinct()
    held = Appointment.objects.filter(unit__jurisdiction_id=code).exclude(until_on__lte=on)
    proposed = ProposedAppointment.objects.filter(unit__jurisdiction_id=code, settled_at__isnull=True)
    desks = ChannelDesk.objects.filter(jurisdiction_id=code).exclude(until_on__lte=on)
    posts = {*held.values_list("post", flat=True).distinct(), *proposed.values_list("post", flat=True).distinct()}
    return InUse(frozenset(types), frozenset(posts), dict(desks.values_list("channel", "unit__type")))


def today(now: datetime) -> date:
    """The date in Asia/Shanghai."""
    return now.astimezone(ZONE).date()


def holders(units: Iterable[str], now: datetime) -> tuple[AppointmentRow, ...]:
    """Who holds which post of these units today."""
    on = today(now)
    rows = (
        Appointment.objects.filter(unit_id__in=list(units), from_on__lte=on)
        .exclude(until_on__lte=on)
        .select_related("person")
        .order_by("unit_id", "post", "person__account")
    )
    return tuple(
        AppointmentRow(a.person.account, a.person.name, a.unit_id, a.post, a.from_on, a.until_on, a.acting)
        for a in rows
    )


def holders_by_post(units: Iterable[str], *, now: datetime) -> dict[tuple[str, str], list[str]]:
    """Unit and post → the active accounts that hold it that day."""
    on = today(now)
    rows = Appointment.objects.filter(unit_id__in=sorted(units), person__is_active=True, from_on__lte=on)
    found: dict[tuple[str, str], list[str]] = {}
    for unit, post, account in rows.exclude(until_on__lte=on).values_list("unit_id", "post", "person__account"):
        found.setdefault((unit, post), []).append(account)
    return found


def who_confirms(unit: str, jurisdiction: str, *, besides: Collection[str], now: datetime) -> tuple[str, ...]:
    """Names of the administrators of the jurisdiction and the heads of a unit, with an account and but for these."""
    on = today(now)
    may = Q(post=Post.ADMINISTRATOR) | Q(post=Post.HEAD, unit=unit)
    rows = Appointment.objects.filter(may, unit__jurisdiction=jurisdiction, person__is_active=True, from_on__lte=on)
    there = rows.exclude(until_on__lte=on).exclude(person__account__in=list(besides))
    return tuple(there.order_by("person__account").values_list("person__name", flat=True).distinct())


def unit(code: str, jurisdiction: str, *, now: datetime) -> UnitFacts:
    """The unit with its filled posts. Raises Unknown, also for a unit of another jurisdiction."""
    found = named([code], jurisdiction, now=now)
    if code not in found:
        raise Unknown(code)
    return found[code]


def units(jurisdiction: str) -> tuple[UnitFacts, ...]:
    """All units of the jurisdiction, by code, with the day on which they end."""
    ending = UnitEnding.objects.filter(unit=OuterRef("pk"), called_off_at__isnull=True).values("from_on")
    rows = Unit.objects.filter(jurisdiction_id=jurisdiction).annotate(ends=Subquery(ending)).order_by("code")
    return tuple(replace(_unit(u), ends_on=u.ends) for u in rows)


def active_units(jurisdiction: str, **asked: Combinable) -> list[dict[str, Any]]:
    """Code and name of every active unit, each with what else is asked of the jurisdiction in the same statement."""
    rows = Unit.objects.filter(jurisdiction_id=jurisdiction, active=True).order_by("code")
    return list(rows.annotate(**asked).values("code", "name", *asked))


_NAMED = """
SELECT u.code, u.jurisdiction_id, u.name, u.type, u.parent_id, u.superior_body, u.active,
  ARRAY(SELECT a.post FROM organisations_appointment a WHERE a.unit_id = u.code
    AND a.from_on <= %(on)s AND (a.until_on IS NULL OR a.until_on > %(on)s)), u.ended_on
FROM organisations_unit u WHERE u.code = ANY (%(codes)s::text[]) AND u.jurisdiction_id = %(place)s"""


def named(codes: Iterable[str], jurisdiction: str, *, now: datetime) -> dict[str, UnitFacts]:
    """The units of these codes that the jurisdiction has, each with its filled posts."""
    return ask(naming(codes, jurisdiction, now=now))


def naming(codes: Iterable[str], jurisdiction: str, *, now: datetime) -> Question[dict[str, UnitFacts]]:
    """The question that `named` asks."""
    asked = {"codes": sorted(set(codes)), "place": jurisdiction, "on": today(now)}
    return Question(_NAMED, asked, lambda rows: {row[0]: _unit_told(row) for row in rows})


def _unit_told(row: Row) -> UnitFacts:
    code, place, name, kind, parent, superior_body, active, posts, ended_on = row
    return UnitFacts(code, place, name, kind, parent, superior_body, active, frozenset(posts), ended_on)


def _filled(unit: str, on: date) -> ArraySubquery:
    """An expression: the posts that somebody holds on that day, of the unit whose code stands in the column."""
    held = Appointment.objects.filter(unit=OuterRef(unit), from_on__lte=on).exclude(until_on__lte=on)
    return ArraySubquery(held.values("post"))


def type_of(unit: str) -> str | None:
    """The type of a unit; None for one that is not there."""
    return Unit.objects.filter(code=unit).values_list("type", flat=True).first()


def unit_names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name."""
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "name"))


def person_names(accounts: Iterable[str]) -> dict[str, str]:
    """Account → name."""
    asked = set(accounts)
    console = {CONSOLE: INSTALLER} if CONSOLE in asked else {}
    return console | dict(Person.objects.filter(account__in=asked).values_list("account", "name"))


@dataclass(frozen=True)
class Directory:
    """The units of a jurisdiction, and the names of some people."""

    units: tuple[UnitFacts, ...]
    people: Mapping[str, str]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code → name."""
        return {unit.code: unit.name for unit in self.units}


_DIRECTORY = """
SELECT u.code, u.name, u.type, u.parent_id, u.superior_body, u.active, coalesce(h.posts, '{}')
FROM organisations_unit u LEFT JOIN (
  SELECT a.unit_id, array_agg(a.post) AS posts FROM organisations_appointment a
  WHERE a.from_on <= %(on)s AND (a.until_on IS NULL OR a.until_on > %(on)s)
  GROUP BY a.unit_id
) h ON h.unit_id = u.code WHERE u.jurisdiction_id = %(place)s
UNION ALL
SELECT account, name, '', NULL, '', NULL, '{}' FROM organisations_person WHERE account = ANY(%(accounts)s) ORDER BY 1"""


def directory(jurisdiction: str, accounts: Iterable[str] = (), *, now: datetime) -> Directory:
    """Every unit of the jurisdiction with its filled posts, and these people, in one statement: what a page needs to
    name whom it tells of."""
    said: dict[str, Any] = {"on": today(now), "place": jurisdiction, "accounts": sorted(set(accounts))}
    with connection.cursor() as cursor:
        cursor.execute(_DIRECTORY, said)
        found = cursor.fetchall()
    units = (
        UnitFacts(code, jurisdiction, name, type_code, parent, superior, active, frozenset(posts))
        for code, name, type_code, parent, superior, active, posts in found
        if active is not None
    )
    return Directory(tuple(units), {row[0]: row[1] for row in found if row[5] is None})


def missing(unit: UnitFacts, held: Iterable[AppointmentRow], pack: Pack) -> tuple[str, ...]:
    """The labels of the posts that a handling unit must have filled to be given work and has nobody in."""
    return rules.lacking(replace(unit, posts=frozenset(row.post for row in held)), pack)


def posts_of(kind: str, pack: Pack) -> tuple[str, ...]:
    """The posts that make sense in units of that type, in the order of the regulation."""
    return rules.posts_of(kind, pack)


def lone(held: Iterable[AppointmentRow], pack: Pack) -> tuple[Lone, ...]:
    """What two people must do in a unit and one person alone is there for."""
    return rules.lone(held, pack)


def able(found: Iterable[UnitFacts], capacity: str, pack: Pack) -> tuple[UnitFacts, ...]:
    """The active units among these whose type has the capacity under the regulation, and who have today whom that
    wants."""
    types = {t.code for t in pack.unit_types.values() if capacity in t.capacities}
    return tuple(u for u in found if u.active and u.type in types and not rules.lacking(u, pack))


def held_post(post: str, now: datetime, *, account: str = "account", unit: str = "") -> Exists:
    """An expression: whoever stands in the column holds the post today (any, where none is named), in the unit of that
    column where one is named."""
    on = today(now)
    held = Appointment.objects.filter(person__account=OuterRef(account), person__is_active=True, from_on__lte=on)
    held = held.exclude(until_on__lte=on)
    held = held.filter(post=post) if post else held
    return Exists(held.filter(unit=OuterRef(unit)) if unit else held)


def left_post(post: str, now: datetime, *, account: str = "account", unit: str = "") -> Subquery:
    """An expression: the day from which whoever stands in the column holds the post no more, in the unit of that column
    where one is named; nothing where they never did."""
    left = Appointment.objects.filter(person__account=OuterRef(account), post=post, until_on__lte=today(now))
    left = left.filter(unit=OuterRef(unit)) if unit else left
    return Subquery(left.order_by("-until_on").values("until_on")[:1])


def is_there(account: str, unit: str, on: date) -> bool:
    """Whether somebody holds any post of the unit on that day."""
    held = Appointment.objects.filter(person__account=account, unit_id=unit, from_on__lte=on)
    return held.exclude(until_on__lte=on).exists()


def name_of(column: str) -> Coalesce:
    """An expression: the name of the unit whose code stands in the column."""
    named = Unit.objects.filter(code=OuterRef(column)).values("name")
    return Coalesce(Subquery(named), F(column), output_field=CharField())


def person_name_of(column: str) -> Coalesce:
    """An expression: the name of the person whose account stands in the column, or the console's; empty for nobody."""
    named = Person.objects.filter(account=OuterRef(column)).values("name")
    console = Case(When(**{column: CONSOLE}, then=Value(INSTALLER)), default=Value(""))
    return Coalesce(Subquery(named), console, output_field=CharField())


def _unit(row: Unit, posts: frozenset[str] = frozenset()) -> UnitFacts:
    said = (row.code, row.jurisdiction_id, row.name, row.type, row.parent_id, row.superior_body, row.active)
    return UnitFacts(*said, posts, row.ended_on)


def endings(jurisdiction: str, *, unit: str = "") -> tuple[EndingRow, ...]:
    """The units that have ended or will, by day: of the jurisdiction, or the one that is named."""
    rows = UnitEnding.objects.filter(unit__jurisdiction_id=jurisdiction, called_off_at__isnull=True)
    if unit:
        rows = rows.filter(unit_id=unit)
    return tuple(
        EndingRow(
            e.unit_id,
            e.unit.name,
            e.successor_id or "",
            e.successor.name if e.successor else "",
            e.from_on,
            e.basis,
            e.decided_at,
            e.done_at,
        )
        for e in rows.select_related("unit", "successor").order_by("from_on", "unit_id")
    )


def ending_of(code: str | None, jurisdiction: str, *, now: datetime) -> EndingRow | None:
    """That a unit has ended, or ends today."""
    rows = endings(jurisdiction, unit=code) if code else ()
    return next((row for row in rows if row.from_on <= today(now)), None)


def carried_on_by(code: str, jurisdiction: str) -> str:
    """The unit that carries on what a unit had: itself while there is it, empty where nobody does."""
    after = {e.unit: e.successor for e in endings(jurisdiction) if e.done_at is not None}
    while code in after:
        code = after[code]
    return code


def has_last_administrator(code: str, jurisdiction: str, *, on: date) -> bool:
    """Whether whoever administers the jurisdiction on that day does so from that unit alone."""
    rows = Appointment.objects.filter(unit__jurisdiction_id=jurisdiction, post=Post.ADMINISTRATOR, from_on__lte=on)
    there = rows.exclude(until_on__lte=on).filter(person__is_active=True).values_list("unit_id", flat=True)
    return set(there) == {code}


def units_with(capacity: str, jurisdiction: str, *, now: datetime | None = None) -> tuple[UnitFacts, ...]:
    """Active units whose type has the capacity under the jurisdiction's regulation."""
    types = [t.code for t in pack_of(jurisdiction, now=now).unit_types.values() if capacity in t.capacities]
    rows = Unit.objects.filter(jurisdiction_id=jurisdiction, type__in=types, active=True).order_by("code")
    return tuple(_unit(u) for u in rows)


def _desks_on(on: date) -> QuerySet[ChannelDesk]:
    return ChannelDesk.objects.filter(from_on__lte=on).exclude(until_on__lte=on)


_DESK = """
SELECT unit_id FROM organisations_channeldesk WHERE jurisdiction_id = %(place)s AND channel = %(channel)s
  AND from_on <= %(on)s AND (until_on IS NULL OR until_on > %(on)s) ORDER BY id LIMIT 1"""


def desk_of(channel: str, jurisdiction: str, *, now: datetime) -> str | None:
    """Code of the unit that takes in the channel's requests today."""
    return ask(finding_desk(channel, jurisdiction, now=now))


def finding_desk(channel: str, jurisdiction: str, *, now: datetime) -> Question[str | None]:
    """The question that `desk_of` asks."""
    asked = {"place": jurisdiction, "channel": channel, "on": today(now)}
    return Question(_DESK, asked, lambda rows: rows[0][0] if rows else None)


def desks(jurisdiction: str, *, now: datetime) -> dict[str, str]:
    """Channel → the name of the unit that takes in its requests today."""
    return dict(_desks_on(today(now)).filter(jurisdiction_id=jurisdiction).values_list("channel", "unit__name"))


def desks_ever(jurisdiction: str) -> tuple[DeskRow, ...]:
    """Which units took in, take in and will take in the channels, by channel and then the newest first."""
    rows = ChannelDesk.objects.filter(jurisdiction_id=jurisdiction).select_related("unit")
    return tuple(
        DeskRow(d.channel, d.unit_id, d.unit.name, d.from_on, d.until_on)
        for d in rows.order_by("channel", "-from_on", "-id")
        if d.until_on is None or d.until_on > d.from_on
    )


def channels_of(units: Iterable[str], *, now: datetime) -> tuple[str, ...]:
    """Channels that these units take in today."""
    rows = _desks_on(today(now)).filter(unit_id__in=list(units)).order_by("channel")
    return tuple(rows.values_list("channel", flat=True))


def responsibilities(jurisdiction: str, *, now: datetime) -> tuple[ResponsibilityRow, ...]:
    """The responsibility list in force today."""
    on = today(now)
    rows = (
        ResponsibilityEntry.objects.filter(jurisdiction_id=jurisdiction, from_on__lte=on)
        .exclude(until_on__lte=on)
        .select_related("lead")
        .annotate(filled=_filled("lead_id", on), law=_law("jurisdiction", on))
        .order_by("code")
    )

    def able_now(entry: Any) -> bool:
        unit = _unit(entry.lead, frozenset(entry.filled))
        return bool(able([unit], Capacity.HANDLING, pack(entry.law)))

    return tuple(
        ResponsibilityRow(e.code, e.matter, e.lead_id, e.lead.name, tuple(e.co_units), e.basis, able_now(e))
        for e in rows
    )


def _law(jurisdiction: str, on: date) -> Coalesce:
    """An expression: the regulation in force on that day in the jurisdiction that stands in the column."""
    adopted = PackAdoption.objects.filter(jurisdiction=OuterRef(jurisdiction), from_on__lte=on)
    newest = Subquery(adopted.order_by("-from_on", "-id").values("pack")[:1])
    return Coalesce(newest, F(f"{jurisdiction}__pack"), output_field=CharField())


def people(jurisdiction: str, *, now: datetime) -> tuple[PersonRow, ...]:
    """Everybody of the jurisdiction with an account, with the posts held today or later."""
    held: dict[str, list[AppointmentRow]] = {}
    for row in appointments(jurisdiction, now=now):
        held.setdefault(row.account, []).append(row)
    rows = Person.objects.filter(jurisdiction_id=jurisdiction).order_by("account")
    return tuple(PersonRow(p.account, p.name, p.is_active, p.provisional, tuple(held.get(p.account, ()))) for p in rows)


def open_accounts(jurisdiction: str) -> dict[str, str]:
    """Account → name, of everybody of the jurisdiction who may sign in."""
    rows = Person.objects.filter(jurisdiction_id=jurisdiction, is_active=True).order_by("account")
    return dict(rows.values_list("account", "name"))


def appointments(
    jurisdiction: str, *, now: datetime, account: str = "", unit: str = "", ended: bool = False
) -> tuple[AppointmentRow, ...]:
    """Appointments of a person or a unit: those that have not ended, or all of them, the newest first."""
    rows = Appointment.objects.filter(unit__jurisdiction_id=jurisdiction).select_related("person")
    if account:
        rows = rows.filter(person__account=account)
    if unit:
        rows = rows.filter(unit_id=unit)
    if not ended:
        rows = rows.exclude(until_on__lte=today(now))
    return tuple(
        AppointmentRow(a.person.account, a.person.name, a.unit_id, a.post, a.from_on, a.until_on, a.acting)
        for a in rows.order_by("unit_id", "post", "-from_on", "person__account")
    )


def confirmed_later(jurisdiction: str) -> dict[tuple[str, str, str, date], date]:
    """(account, unit, post, day) of what a second person confirmed on that day → the earlier one that was proposed."""
    rows = ProposedAppointment.objects.filter(unit__jurisdiction_id=jurisdiction, settled_at__isnull=False)
    said = rows.values_list("person__account", "unit_id", "post", "from_on", "settled_at")
    days = ((who, unit, post, asked, today(at)) for who, unit, post, asked, at in said if at is not None)
    return {(who, unit, post, on): asked for who, unit, post, asked, on in days if asked < on}


ENDS_SOON = timedelta(days=7)
"""So long before an appointment ends it is told."""


def leaving(jurisdiction: str, *, now: datetime) -> tuple[Leaving, ...]:
    """Appointments that end within seven days, after which nobody holds the post in the unit."""
    on = today(now)
    follows = Appointment.objects.filter(unit=OuterRef("unit"), post=OuterRef("post"), person__is_active=True).filter(
        Q(until_on__isnull=True) | Q(until_on__gt=OuterRef("until_on")), from_on__lte=OuterRef("until_on")
    )
    rows = (
        Appointment.objects.filter(unit__jurisdiction_id=jurisdiction, until_on__gt=on, until_on__lte=on + ENDS_SOON)
        .exclude(Exists(follows))
        .select_related("person", "unit")
        .order_by("until_on", "unit_id", "post", "person__account")
    )
    return tuple(
        Leaving(a.person.account, a.person.name, a.unit_id, a.unit.name, a.post, a.until_on)
        for a in rows
        if a.until_on is not None
    )


def proposals(jurisdiction: str, *, unit: str = "") -> tuple[ProposalRow, ...]:
    """Appointments that wait for a second person: of the jurisdiction or of a unit, the oldest first."""
    rows = ProposedAppointment.objects.filter(unit__jurisdiction_id=jurisdiction, settled_at__isnull=True)
    if unit:
        rows = rows.filter(unit_id=unit)
    found = rows.select_related("person", "unit").annotate(by_name=person_name_of("proposed_by")).order_by("id")
    return tuple(
        ProposalRow(
            p.pk,
            p.person.account,
            p.person.name,
            p.unit_id,
            p.unit.name,
            p.post,
            p.from_on,
            p.acting,
            p.proposed_by,
            p.by_name or p.proposed_by,
            p.proposed_at,
        )
        for p in found
    )


def to_confirm(actor: Actor, found: Iterable[ProposalRow]) -> tuple[ProposalRow, ...]:
    """Those among the proposals that the actor may confirm."""
    return tuple(
        p for p in found if rules.may_confirm(actor, unit=p.unit, account=p.account, proposed_by=p.proposed_by) is None
    )


NEW_POWERS = timedelta(days=30)
"""So long a power counts as new."""


def new_powers(jurisdiction: str, *, now: datetime) -> tuple[NewPowerRow, ...]:
    """Who was given a post with a power of late, whatever the day from which it holds; the newest first."""
    powerful = sorted({post for posts in POWERS.values() for post in posts})
    rows = (
        Appointment.objects.filter(
            unit__jurisdiction_id=jurisdiction, post__in=powerful, appointed_at__gt=now - NEW_POWERS
        )
        .select_related("person", "unit")
        .annotate(by_name=person_name_of("appointed_by"), confirmed_name=person_name_of("confirmed_by"))
        .order_by("-appointed_at", "-id")
    )
    return tuple(
        NewPowerRow(
            a.person.account,
            a.person.name,
            a.unit.name,
            a.post,
            a.from_on,
            a.until_on,
            a.appointed_at or now,
            a.by_name or a.appointed_by,
            a.confirmed_name or a.confirmed_by,
        )
        for a in rows
    )


def person(account: str, jurisdiction: str, *, now: datetime) -> PersonRow:
    """Somebody of the jurisdiction, with every appointment there ever was. Raises Unknown."""
    row = Person.objects.filter(account=account, jurisdiction_id=jurisdiction).first()
    if row is None:
        raise Unknown(account)
    held = appointments(jurisdiction, now=now, account=account, ended=True)
    return PersonRow(row.account, row.name, row.is_active, row.provisional, held)


def entries(jurisdiction: str, *, code: str = "") -> tuple[EntryRow, ...]:
    """The responsibility list with every wording it ever had, by code and then the newest first."""
    rows = ResponsibilityEntry.objects.filter(jurisdiction_id=jurisdiction).select_related("lead")
    if code:
        rows = rows.filter(code=code)
    return tuple(
        EntryRow(e.id, e.code, e.matter, e.lead_id, e.lead.name, tuple(e.co_units), e.basis, e.from_on, e.until_on)
        for e in rows.order_by("code", "-from_on", "-id")
    )
