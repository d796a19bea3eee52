"""Who sees what: the one rule, as a filter for lists and as a question about one subject.

A subject is seen by the units that take part in it now. Each package with a stage table keeps those parts in a table
of its own with the columns `unit` and `until`; nothing else decides who may see. A requester sees their own case alone.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from bihuan.duties.life import Living
from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.kernel.refusal import Unknown

Row = TypeVar("Row", bound=Model)
Part = TypeVar("Part", bound=Model)


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


def must_see(subject: Living, actor: Actor) -> None:
    """Raise Unknown unless the subject is visible to the actor: the same rule, asked of facts."""
    if actor.jurisdiction != subject.jurisdiction:
        raise Unknown(subject.number)
    if actor.is_requester:
        if actor.own != subject.number:
            raise Unknown(subject.number)
    elif actor.account != CLOCKWORK and not any(units & actor.units for units in subject.parts.values()):
        raise Unknown(subject.number)
