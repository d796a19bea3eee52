"""Every read of the identities: masked, all of them. In clear they come from `commands.disclose` alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count

from bihuan.duties.sight import Posts, takes_part
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refusal
from bihuan.policy.calendar import ZONE
from bihuan.record.types import subject_of
from bihuan.requesters import rules, vault
from bihuan.requesters.cipher import Unreadable
from bihuan.requesters.models import Look, Requester
from bihuan.requesters.types import Ground, LookRow, MaskedIdentity, PhoneTail, RequesterKind
from bihuan.subjects.registry import REGISTRY

MOST_FOUND = 500


def masked(ids: Collection[int]) -> dict[int, MaskedIdentity]:
    """The identities as they are shown, by number. The caller has asked who may see the cases."""
    keys = vault.ring()
    shown = {}
    for number, kind, sealed in Requester.objects.filter(pk__in=ids).values_list("id", "kind", "sealed"):
        try:
            shown[number] = rules.masked(number, vault.unseal(keys, number, kind, sealed))
        except Unreadable:
            shown[number] = MaskedIdentity(id=number, kind=RequesterKind(kind), name="（无法解密）", readable=False)
    return shown


def find_by_phone(jurisdiction: str, phone: str) -> list[int]:
    """Requesters with that number, newest first."""
    return _found(jurisdiction, phone__in=_marks_of(jurisdiction, phone))


def find_by_phone_tail(jurisdiction: str, tail: str, length: PhoneTail) -> list[int]:
    """Requesters whose number ends with these four or eight digits, newest first."""
    size = int(length)
    if not (tail.isascii() and tail.isdigit() and len(tail) == size):
        return []
    return _found(jurisdiction, **{f"phone_tail{size}": vault.ring().mark(jurisdiction, f"tail{size}", tail)})


def find_by_name(jurisdiction: str, name: str) -> list[int]:
    """Requesters of exactly that name, newest first."""
    plain = rules.plain_name(name)
    return _found(jurisdiction, name=vault.ring().mark(jurisdiction, "name", plain)) if plain else []


def is_on_file(requester: int, jurisdiction: str, phone: str) -> bool:
    """Whether that is the telephone number by which the requester can be reached."""
    marks = _marks_of(jurisdiction, phone)
    return Requester.objects.filter(pk=requester, jurisdiction=jurisdiction, phone__in=marks).exists()


def _marks_of(jurisdiction: str, phone: str) -> list[int]:
    """By what a number is found; also where it was kept with its extension, before that stood apart."""
    keys, digits = vault.ring(), {rules.digits_of(phone), rules.plain_digits(phone)} - {""}
    return [keys.mark(jurisdiction, "phone", one) for one in sorted(digits)]


def _found(jurisdiction: str, **mark: int | list[int]) -> list[int]:
    rows = Requester.objects.filter(jurisdiction=jurisdiction, **mark).order_by("-id")
    return list(rows.values_list("id", flat=True)[:MOST_FOUND])


def barred(actor: Actor, shown: MaskedIdentity | None, confidants: Collection[Seat]) -> Refusal | None:
    """Why the actor may not learn who asks, although the posts would allow it: secrecy was asked for."""
    secret = shown is not None and shown.secrecy_requested
    return rules.may_know(actor.seats, secret=secret, confidants=confidants)


def grounds(
    actor: Actor, shown: MaskedIdentity, *, units: Collection[str], posts: Posts, confidants: Collection[Seat]
) -> list[Ground]:
    """On which grounds the actor may look at the requester, by the posts held in these units: the rule of the look."""
    seats = [seat for seat in actor.seats if seat.unit in units and takes_part(seat, posts)]
    if shown.secrecy_requested:
        seats = [seat for seat in seats if seat in confidants]
    return [ground for ground in Ground if rules.looking_seat(seats, ground) is not None]


def looks(subject: str) -> list[LookRow]:
    """Who looked at the identities of a case or matter, oldest first."""
    return [_look(row) for row in Look.objects.filter(subject=subject).order_by("id")]


def looks_in(
    jurisdiction: str,
    *,
    account: str = "",
    number: str = "",
    ground: Ground | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 500,
) -> list[LookRow]:
    """Who looked at identities in a jurisdiction, the newest first; days are those of the office."""
    rows = Look.objects.filter(jurisdiction=jurisdiction)
    if account:
        rows = rows.filter(account=account)
    if number:
        rows = rows.filter(subject__in=[subject_of(kind.word, number) for kind in REGISTRY])
    if ground:
        rows = rows.filter(ground=ground)
    if since:
        rows = rows.filter(at__gte=datetime.combine(since, time(), ZONE))
    if until:
        rows = rows.filter(at__lt=datetime.combine(until, time(), ZONE) + timedelta(days=1))
    return [_look(row) for row in rows.order_by("-at", "-id")[:limit]]


def _look(row: Look) -> LookRow:
    return LookRow(
        at=row.at,
        requester=row.requester,
        subject=row.subject,
        account=row.account,
        name=row.name,
        unit=row.unit,
        post=row.post,
        ground=Ground(row.ground),
        reason=row.reason,
        fields=tuple(row.fields),
        ip=row.ip,
    )


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many identities a key and algorithm seal, and whether they are the current ones."""

    label: str
    rows: int
    current: bool
    held: bool


def key_use() -> list[KeyUse]:
    """Which keys are in use."""
    keys = vault.ring()
    rows = Requester.objects.filter(sealed__isnull=False).values_list("sealed_with").annotate(n=Count("id"))
    counted = {str(label): int(count) for label, count in rows}
    labels = {keys.label: None, **dict.fromkeys(counted), **{f"{keys.algorithm}:{k}": None for k in keys.secrets}}
    return [
        KeyUse(label, counted.get(label, 0), label == keys.label, label.partition(":")[2] in keys.secrets)
        for label in labels
    ]


def outstanding() -> int:
    """How many identities another key or algorithm than the current one seals."""
    return Requester.objects.filter(sealed__isnull=False).exclude(sealed_with=vault.ring().label).count()
