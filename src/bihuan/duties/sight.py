"""Who sees what: the one rule, as a filter for lists, as a question about one subject, as a condition of its lock.

A subject is seen by the units that take part in it now: by whoever holds a post there, or by the posts alone that the
part names. Each package with a stage table keeps those parts in a table of its own with the columns `unit`, `until` and
`posts`; nothing else decides who may see. A requester sees their own case alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.refusal import Unknown
from bihuan.policy.names import speak
from bihuan.record.types import Condition

Row = TypeVar("Row", bound=Model)
Part = TypeVar("Part", bound=Model)


class Shared(Protocol):
    """What tells who sees a subject: where it belongs, and which units take part in it."""

    @property
    def number(self) -> str: ...
    @property
    def jurisdiction(self) -> str: ...
    @property
    def parts(self) -> Mapping[str, frozenset[str]]: ...


class Subject(Shared, Protocol):
    """One that stands under a regulation."""

    @property
    def pack(self) -> str: ...


TAKING_PART = "part || ' ' || unit || ' ' || array_to_string(posts, ',')"
"""Of a row of a table of parts, what `parts_of` reads."""
Posts = Mapping[str, frozenset[str]]
"""Units of which some posts alone take part → those posts."""
EVERY_POST: Posts = {}


class Parts(dict[str, frozenset[str]]):
    """Part → units, with the posts of those units of which some posts alone take part."""

    posts: Posts = EVERY_POST


def parts_of(told: Iterable[str]) -> Parts:
    """Part → units, from what a statement answers of them (`TAKING_PART`)."""
    units, posts, whole = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), set[str]()
    for one in told:
        part, unit, named = one.split(" ", 2)
        units[part].add(unit)
        if named:
            posts[unit].update(named.split(","))
        else:
            whole.add(unit)
    parts = Parts({part: frozenset(found) for part, found in units.items()})
    parts.posts = {unit: frozenset(named) for unit, named in posts.items() if unit not in whole}
    return parts


def posts_in(parts: Mapping[str, frozenset[str]]) -> Posts:
    """The units of which some posts alone take part."""
    return parts.posts if isinstance(parts, Parts) else EVERY_POST


def takes_part(seat: Seat, posts: Posts) -> bool:
    """Whether the post in its unit, which takes part, does."""
    return seat.unit not in posts or seat.post in posts[seat.unit]


def posts_by_unit(actor: Actor) -> dict[str, list[str]]:
    """The units in which the actor takes part → the posts held there."""
    held = defaultdict[str, list[str]](list)
    for seat in sorted(actor.seats, key=lambda seat: (seat.unit, seat.post)):
        if seat.unit in actor.units:
            held[seat.unit].append(str(seat.post))
    return dict(held)


def parts_among(parts: "QuerySet[Part]", actor: Actor) -> "QuerySet[Part]":
    """The parts that the actor takes now by a post in a unit."""
    return _by_posts(parts, actor).filter(until__isnull=True)


def parts_ended(parts: "QuerySet[Part]", actor: Actor, *, since: datetime) -> "QuerySet[Part]":
    """The parts that the actor would still take by their posts, had they not ended since then."""
    return _by_posts(parts, actor).filter(until__gte=since)


def _by_posts(parts: "QuerySet[Part]", actor: Actor) -> "QuerySet[Part]":
    ways = [Q(unit=unit, posts__overlap=posts) for unit, posts in posts_by_unit(actor).items()]
    return parts.filter(Q(Q(posts=[]), *ways, _connector=Q.OR), unit__in=sorted(actor.units))


def visible_among(rows: "QuerySet[Row]", parts: "QuerySet[Model]", of: str, actor: Actor) -> "QuerySet[Row]":
    """The rows in which one of the actor's units takes part now; `of` is the parts' way to the row."""
    mine = rows.filter(jurisdiction=actor.jurisdiction)
    if actor.account == CLOCKWORK:
        return mine
    if actor.is_requester:
        return mine.filter(number=actor.own)
    return mine.filter(Exists(parts_among(parts.filter(**{of: OuterRef("pk")}), actor)))


@dataclass(frozen=True, slots=True)
class Sight:
    """In which table subjects of a kind stand, and in which view who takes part in them now, by which column.

    `upon` is SQL: of a subject `s`, the keys of those that are locked before it, on which it stands or which it names.
    """

    subjects: str
    taking_part: str
    of: str
    upon: str = ""

    def before(self, number: str) -> Condition | None:
        """What tells the keys of the subjects that are locked before the one of that number."""
        sql = f"SELECT {self.upon} FROM {self.subjects} s WHERE s.number = %s"  # noqa: S608 constants
        return Condition(sql, (number,)) if self.upon else None

    def condition(self, number: str, actor: Actor) -> Condition:
        """That the actor sees the subject of that number: asked in the statement that locks it, before the lock."""
        there = f"SELECT FROM {self.subjects} s WHERE s.number = %s AND s.jurisdiction = %s"
        if actor.account == CLOCKWORK:
            return Condition(f"EXISTS ({there})", (number, actor.jurisdiction))
        if actor.is_requester:
            return Condition(f"EXISTS ({there} AND s.number = %s)", (number, actor.jurisdiction, actor.own))
        mine = f"SELECT FROM {self.taking_part} p WHERE p.{self.of} = s.id AND p.unit = ANY (%s) AND {_BY_POST}"
        asked = (number, actor.jurisdiction, sorted(actor.units), sorted(actor.seats_told))
        return Condition(f"EXISTS ({there} AND EXISTS ({mine}))", asked)


_BY_POST = "(p.posts = '{}' OR EXISTS (SELECT FROM unnest(p.posts) post WHERE p.unit || ' ' || post = ANY (%s)))"


def may_see(subject: Shared, actor: Actor) -> bool:
    """Whether the subject is visible to the actor: the same rule, asked of facts."""
    if actor.jurisdiction != subject.jurisdiction:
        return False
    if actor.is_requester:
        return actor.own == subject.number
    if actor.account == CLOCKWORK:
        return True
    mine = frozenset[str]().union(*subject.parts.values()) & actor.units
    return any(seat.unit in mine and takes_part(seat, posts_in(subject.parts)) for seat in actor.seats)


def must_see(subject: Subject, actor: Actor) -> None:
    """Raise Unknown unless the subject is visible to the actor; an answer about it names bodies as its regulation
    does."""
    if not may_see(subject, actor):
        raise Unknown(subject.number)
    speak(subject.pack)
