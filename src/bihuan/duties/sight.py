"""Who sees what: the one rule, as a filter for lists, as a question about one subject, as a condition of its lock.

A subject is seen by the units that take part in it now. Each package with a stage table keeps those parts in a table
of its own with the columns `unit` and `until`; nothing else decides who may see. A requester sees their own case alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.kernel.refusal import Unknown
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


def parts_of(pairs: Iterable[str]) -> dict[str, frozenset[str]]:
    """Part → units, from the pairs "part unit" that a statement answers."""
    units: dict[str, set[str]] = {}
    for pair in pairs:
        part, unit = pair.split(" ", 1)
        units.setdefault(part, set()).add(unit)
    return {part: frozenset(found) for part, found in units.items()}


def parts_among(parts: "QuerySet[Part]", actor: Actor) -> "QuerySet[Part]":
    """The parts that the actor's units take now."""
    return parts.filter(unit__in=sorted(actor.units), until__isnull=True)


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
    """In which table subjects of a kind stand, and in which view who takes part in them now, by which column."""

    subjects: str
    taking_part: str
    of: str

    def condition(self, number: str, actor: Actor) -> Condition:
        """That the actor sees the subject of that number: asked in the statement that locks it, before the lock."""
        there = f"SELECT FROM {self.subjects} s WHERE s.number = %s AND s.jurisdiction = %s"
        if actor.account == CLOCKWORK:
            return Condition(f"EXISTS ({there})", (number, actor.jurisdiction))
        if actor.is_requester:
            return Condition(f"EXISTS ({there} AND s.number = %s)", (number, actor.jurisdiction, actor.own))
        mine = f"SELECT FROM {self.taking_part} p WHERE p.{self.of} = s.id AND p.unit = ANY (%s)"
        return Condition(f"EXISTS ({there} AND EXISTS ({mine}))", (number, actor.jurisdiction, sorted(actor.units)))


def may_see(subject: Shared, actor: Actor) -> bool:
    """Whether the subject is visible to the actor: the same rule, asked of facts."""
    if actor.jurisdiction != subject.jurisdiction:
        return False
    if actor.is_requester:
        return actor.own == subject.number
    return actor.account == CLOCKWORK or any(units & actor.units for units in subject.parts.values())


def must_see(subject: Shared, actor: Actor) -> None:
    """Raise Unknown unless the subject is visible to the actor."""
    if not may_see(subject, actor):
        raise Unknown(subject.number)
