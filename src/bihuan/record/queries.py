"""Reading the record."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Exists, Expression, F, OuterRef, Q

from bihuan.policy.calendar import ZONE
from bihuan.record import keeping
from bihuan.record.models import Chain, Event
from bihuan.record.types import AttemptRefused, EventRow, Kept, KeyReused, PublicEvent

_DONE = ~Q(kind=AttemptRefused.kind)
"""What was refused was not done."""


def events(subject: str, *, after: int = 0, limit: int = 1000) -> list[EventRow]:
    """The events of a subject in order; the caller has made sure that its reader may see the subject."""
    return _told(Event.objects.filter(subject=subject, sequence__gt=after).order_by("sequence")[:limit])


def events_of(subjects: Collection[str], *, limit: int = 1000) -> dict[str, list[EventRow]]:
    """The same of several subjects, in one statement."""
    found: dict[str, list[EventRow]] = {subject: [] for subject in subjects}
    for row in _told(Event.objects.filter(subject__in=subjects, sequence__lte=limit).order_by("subject", "sequence")):
        found[row.subject].append(row)
    return found


def public_of(subjects: Collection[str]) -> dict[str, list[PublicEvent]]:
    """Subject → what its record tells, in order, without private facts: for what is reckoned from the record."""
    found: dict[str, list[PublicEvent]] = {subject: [] for subject in subjects}
    rows = Event.objects.filter(_DONE, subject__in=sorted(found)).order_by("subject", "sequence")
    for subject, jurisdiction, id, at, kind, unit, facts in rows.values_list(
        "subject", "jurisdiction", "id", "at", "kind", "unit", "facts"
    ):
        found[subject].append(PublicEvent(jurisdiction, id, at, kind, unit, _plain(facts)))
    return found


def subjects_after(subject: str, *, jurisdiction: str, most: int) -> list[str]:
    """The next subjects of a jurisdiction that have a record, by name."""
    rows = Chain.objects.filter(jurisdiction=jurisdiction, subject__gt=subject, length__gt=0)
    return list(rows.order_by("subject").values_list("subject", flat=True)[:most])


def subjects_between(jurisdiction: str, since: date, until: date) -> set[str]:
    """The subjects of a jurisdiction of which something is told between two days (both included)."""
    begin, end = (datetime.combine(on, time(), ZONE) for on in (since, until + timedelta(days=1)))
    rows = Event.objects.filter(jurisdiction=jurisdiction, at__gte=begin, at__lt=end)
    return set(rows.values_list("subject", flat=True).distinct())


def _told(rows: Iterable[Event]) -> list[EventRow]:
    return [
        EventRow(
            e.subject,
            e.sequence,
            e.at,
            e.kind,
            e.sentence,
            e.account,
            e.name,
            e.unit,
            e.post,
            e.norm,
            e.clause,
            _plain(e.facts),
            _plain(e.private) if e.private is not None else None,
            bytes(e.hash).hex(),
        )
        for e in rows
    ]


def private_facts(subjects: Collection[str], kind: str) -> dict[str, list[dict[str, object]]]:
    """Subject → the private facts of its events of one kind, in order; what was erased is not there."""
    found: dict[str, list[dict[str, object]]] = {subject: [] for subject in subjects}
    rows = Event.objects.filter(subject__in=list(subjects), kind=kind, private__isnull=False).order_by("id")
    for subject, private in rows.values_list("subject", "private"):
        found[subject].append(_plain(private))
    return found


def happened(subject: Expression, kinds: Collection[str], *, after: F | OuterRef) -> Exists:
    """An expression: one of these kinds of event stands in the subject's record after that moment."""
    return Exists(Event.objects.filter(subject=subject, kind__in=kinds, at__gt=after))


def acted(subject: Expression, *, unit: F, after: datetime) -> Exists:
    """An expression: somebody of that unit did something on the subject after that moment."""
    return Exists(Event.objects.filter(_DONE, subject=subject, unit=unit, at__gt=after))


def tells_of(subject: str, kind: str) -> bool:
    """Whether an event of that kind stands in the subject's record."""
    return Event.objects.filter(subject=subject, kind=kind).exists()


def hands(subject: str, kinds: Collection[str]) -> frozenset[str]:
    """The accounts that had a hand in events of these kinds."""
    rows = Event.objects.filter(subject=subject, kind__in=kinds)
    return frozenset(rows.values_list("account", flat=True).distinct())


def last_done(subjects: Collection[str], *, unit: str) -> datetime | None:
    """When somebody of a unit last did something on one of the subjects."""
    done = Event.objects.filter(_DONE, subject__in=subjects, unit=unit)
    return done.order_by("-at").values_list("at", flat=True).first()


def version(subject: str) -> int:
    """How long the subject's chain is; 0 where there is none."""
    return Chain.objects.filter(subject=subject).values_list("length", flat=True).first() or 0


def lengths(subjects: Iterable[str]) -> dict[str, int]:
    """How long the chains of these subjects are: it changes with whatever is done to one of them."""
    return dict(Chain.objects.filter(subject__in=sorted(set(subjects))).values_list("subject", "length"))


def _plain(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def kept(*, account: str, key: str, request: bytes) -> Kept | None:
    """What `once` answered under the key already; None where it did not. Raises KeyReused for another request's key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT request, status, answer->>'sealed' FROM record_onceness WHERE account = %s AND key = %s",
            [account, keeping.mark(account, key)],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    known, status, sealed = found
    if bytes(known) != request:
        raise KeyReused(key)
    return Kept(status, keeping.Sealing(account, key).open(sealed))
