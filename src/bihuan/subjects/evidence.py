"""What `verify` holds against the record: gapless numbers, digests of texts, what events say of a subject."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any

from django.db.models import F, Func, Model, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from bihuan.kernel.happening import Happening
from bihuan.kernel.stages import Move


@dataclass(slots=True)
class Owed:
    """A duty that the record says is owed."""

    kind: str
    holder: str
    due_at: datetime


@dataclass(slots=True)
class Told:
    """What the record of one subject says so far. `texts` are digests of what was written, by name."""

    number: str
    stage: str | None = None
    length: int = 0
    lead: str | None = None
    owed: list[Owed] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    broken: list[tuple[int, str]] = field(default_factory=list)
    remarked: list[tuple[int, str]] = field(default_factory=list)
    steps: dict[tuple[str | None, str, str | None], tuple[Move, ...]] = field(default_factory=dict)
    """The rows along any of which it came from stage to stage."""
    waived: list[Owed] = field(default_factory=list)
    """What the last event that touched the ledger waived."""
    old: bool = False
    """Whether the last event was written before duties had creditors."""

    def let_off(self, reason: str) -> None:
        """A duty was waived by whom it may not be: a remark where duties had no creditors yet."""
        (self.remarked if self.old else self.broken).append((self.length, reason))


Facts = dict[str, Any]
Note = Callable[[Told, Facts], None]
"""What a kind of event says besides stage and duties."""


def text(name: str) -> Note:
    """The event tells the digest of the text of that name; braces name facts of the event."""

    def note(told: Told, facts: Facts) -> None:
        told.texts[name.format(**facts)] = facts["digest"]

    return note


def lead(fact: str = "lead") -> Note:
    """The event tells by that fact which unit leads."""

    def note(told: Told, facts: Facts) -> None:
        told.lead = facts[fact]

    return note


def no_lead(told: Told, facts: Facts) -> None:
    """After the event no unit leads."""
    told.lead = None


def both(*notes: Note) -> Note:
    """The event says several things."""

    def note(told: Told, facts: Facts) -> None:
        for one in notes:
            one(told, facts)

    return note


EVERY_ROW = Q()


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """A gapless series of numbers.

    `counter` is the first word of the counter's name; the two groups of `pattern` are the period, which is the last
    word of that name, and the place in it. `model` is the table whose `column` keeps the numbers; None is the subject's
    own.
    """

    counter: str
    pattern: str
    column: str = "number"
    model: type[Model] | None = None


class _Sha256(Func):
    """The digest of a text, as commands compute it."""

    template = "encode(pg_catalog.sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


@dataclass(frozen=True, slots=True)
class Digest:
    """A text of which the record keeps the digest.

    `columns` lead from a row of `model` to its parts, `of` leads to the number of its subject, `where` tells which rows
    have such a text now. Braces in `name` name columns. What is `lasting` has a text after an erasure, too, of which
    the erasure tells the digest.
    """

    name: str
    model: type[Model]
    columns: tuple[str | Combinable, ...]
    of: str = "number"
    where: Q = EVERY_ROW
    lasting: bool = False

    def kept(self, numbers: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """Number, name and digest of each such text of the subjects of these numbers."""
        named = [column for _, column, _, _ in Formatter().parse(self.name) if column]
        parts: list[Combinable] = [F(column) if isinstance(column, str) else column for column in self.columns]
        lines = [part for one in parts for part in (Value("\n"), one)][1:]
        rows = self.model._default_manager.filter(self.where, **{f"{self.of}__in": list(numbers)})
        found = rows.annotate(told=_Sha256(Concat(*lines, output_field=TextField()) if len(parts) > 1 else parts[0]))
        for number, digest, *told in found.values_list(self.of, "told", *named):
            yield number, self.name.format(**dict(zip(named, told, strict=True))), digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What `verify` holds against the record of a kind of subject, as far as one package knows it."""

    numbers: tuple[NumberSeries, ...] = ()
    digests: tuple[Digest, ...] = ()
    replay: Mapping[type[Happening], Note] = field(default_factory=dict)
