"""What a ledger is made of: its columns with the expressions that fill them, and how their values are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet

from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.ledgers.types import Asked, Choice, Column, Filter, Kind, Value, Which
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import of_packs
from bihuan.policy.loader import pack as load_pack
from bihuan.requesters.types import MaskedIdentity

Say = Callable[[Any], Value]
MASKED = "requester"
"""The join that stands for identities: they are unsealed and masked, never joined."""


@dataclass(frozen=True, slots=True)
class Source:
    """A column and where it comes from: an expression, the joins it needs, and how its value is told."""

    column: Column
    sql: str
    joins: tuple[str, ...] = ()
    say: Say | None = None
    identity: Callable[[MaskedIdentity], str] | None = None


@dataclass(frozen=True)
class Ledger:
    """A ledger: where its rows are, what can be asked of it, and what its columns are."""

    which: Which
    table: str
    sources: Mapping[str, Source]
    joins: Mapping[str, str]
    filters: Callable[[JurisdictionFacts, Sequence[Choice]], tuple[Filter, ...]]
    narrowed: Callable[[Actor, Asked, datetime, int, int | None], "QuerySet[Any]"]
    """The rows that the actor may see, narrowed by what was asked, with ids above and below some."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in order."""
        return tuple(s.column for s in self.sources.values())

    def chosen(self, asked: Asked) -> tuple[Source, ...]:
        """The columns asked for, or the usual ones; always in the ledger's own order."""
        keys = set(asked.columns) or {c.key for c in self.columns if c.usual}
        return tuple(s for key, s in self.sources.items() if key in keys)


@dataclass(frozen=True)
class Table:
    """A table of figures that can be carried out as ledgers are: every row at once, with all of its columns."""

    which: Which
    columns: tuple[Column, ...]
    known: tuple[Filter, ...]
    rows: Callable[[Actor, Asked, datetime], Sequence[tuple[Value, ...]]]


def source(
    key: str,
    label: str,
    sql: str,
    *joins: str,
    kind: Kind = Kind.TEXT,
    width: int = 14,
    usual: bool = False,
    say: Say | None = None,
) -> Source:
    """A column of the ledger."""
    return Source(Column(key, label, kind, width, usual), sql, joins, say)


def word(key: str, label: str, sql: str, *joins: str, say: Say, width: int = 14, usual: bool = False) -> Source:
    """A column of words from a list, which a page may say in another language."""
    return source(key, label, sql, *joins, kind=Kind.WORD, width=width, usual=usual, say=say)


def moment(key: str, label: str, sql: str, *joins: str, usual: bool = False) -> Source:
    """A column of moments."""
    return source(key, label, sql, *joins, kind=Kind.MOMENT, width=17, usual=usual)


def number(key: str, label: str, sql: str, *joins: str, say: Say | None = None) -> Source:
    """A column of numbers."""
    return source(key, label, sql, *joins, kind=Kind.NUMBER, width=9, say=say)


def identity(key: str, label: str, told: Callable[[MaskedIdentity], str]) -> Source:
    """A column of the requester's masked identity."""
    return Source(Column(key, label, width=16), "s.requester", (MASKED,), None, told)


def labels(*words: type[Vocabulary]) -> Say:
    """A word as its label; nothing for nothing."""
    known = {str(word): word.label for listed in words for word in listed}
    return lambda value: known.get(value, value) if value else None


def choices(words: type[Vocabulary]) -> tuple[Choice, ...]:
    """The words as choices of a filter."""
    return tuple(Choice(str(word), word.label, words.context) for word in words)


@of_packs
@lru_cache(maxsize=1024)
def channel(packed: str) -> str:
    """The channel's label under the regulation of the subject: `pack channel`."""
    ref, _, code = packed.partition(" ")
    known = load_pack(ref).channels.get(code)
    return known.label if known else code


@of_packs
@lru_cache(maxsize=1024)
def urgency(packed: str) -> str:
    """What an urgency is called under the regulation of the subject: `pack urgency`."""
    ref, _, code = packed.partition(" ")
    return load_pack(ref).urgency(code).label


@of_packs
@lru_cache(maxsize=1024)
def post(packed: str) -> str:
    """The post's label under the regulation of the subject: `pack post`."""
    ref, _, code = packed.partition(" ")
    known = load_pack(ref).posts.get(code)
    return known.label if known else code


def yes_no(value: bool | None) -> str | None:
    """是 or 否; nothing for nothing."""
    return None if value is None else "是" if value else "否"


def working_days(span: Sequence[datetime | None] | None) -> int | None:
    """How many working days lie after the first day until the last, that one included."""
    if not span or span[0] is None or span[1] is None:
        return None
    first, last = span[0].astimezone(ZONE).date(), span[1].astimezone(ZONE).date()
    return _working_days(first, last, duties.calendar_edition())


@lru_cache(maxsize=4096)
def _working_days(first: date, last: date, edition: int) -> int | None:
    calendar = duties.calendar_of(edition)
    try:
        until = calendar.worked_before(last) + calendar.is_working(last)
        return max(0, until - calendar.worked_before(first) - calendar.is_working(first))
    except OverflowError:
        return None


def next_duty(key: str, number: str = "s.number") -> str:
    """The join to the open duty that is due first."""
    return f"""LEFT JOIN LATERAL (
  SELECT kind, holder, post, clause, due_at, paused_at FROM duties_duty
  WHERE subject = '{key}' || {number} AND discharged_at IS NULL ORDER BY due_at LIMIT 1) next ON true"""  # noqa: S608


@cache
def handled(key: str) -> str:
    """The join to the duty that says until when the subject is to be handled."""
    return f"""LEFT JOIN LATERAL (
  SELECT due_at FROM duties_duty WHERE subject = '{key}' || s.number AND kind IN ('handle', 'rework')
  AND outcome <> 'waived' ORDER BY opened_at DESC, id DESC LIMIT 1) handle ON true"""  # noqa: S608


def late(key: str, number: str = "s.number") -> str:
    """An expression: whether anything was done late, or is late now."""
    return f"""(coalesce(next.due_at < %(now)s AND next.paused_at IS NULL, false) OR EXISTS (
  SELECT FROM duties_duty WHERE subject = '{key}' || {number} AND outcome = 'late'))"""
