"""Words and rows of the record."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar, NamedTuple, Self

from bihuan.kernel.happening import Happening


def subject_of(kind: str, number: str) -> str:
    """The key of a chain: `case:WD…`, `matter:…`, `jurisdiction:…`."""
    return f"{kind}:{number}"


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of a subject's chain, under lock. `length` is the subject's version."""

    subject: str
    jurisdiction: str
    length: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold besides for a row to be found: SQL of the program's own, and its values."""

    sql: str
    values: tuple[Any, ...] = ()


ALWAYS = Condition("true")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answers: the subject's number, its new stage and version, and what the caller needs besides."""

    number: str
    stage: str
    version: int
    sentence: str
    secret: str = ""
    """Told once and kept nowhere in clear: a query code, a token."""
    began: str = ""
    """Number of what began on the subject by the act: a linkage, a whistle, a determination, a referral."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer given to a write that carried an idempotency key."""

    status: int
    answer: str


class KeyReused(Exception):
    """An idempotency key came a second time, with another request."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a timeline."""

    subject: str
    sequence: int
    at: datetime
    kind: str
    sentence: str
    account: str
    name: str
    unit: str
    post: str
    norm: str
    clause: str
    facts: dict[str, object]
    private: dict[str, object] | None
    hash: str


class PublicEvent(NamedTuple):
    """What the record tells of an event without its private facts."""

    jurisdiction: str
    id: int
    at: datetime
    kind: str
    unit: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that `verify` found: where, and what does not fit.

    A remark is told beside the verdict and does not change it: it was no breach when it was written, or it is a matter
    of posts and not of the record.
    """

    subject: str
    sequence: int | None
    reason: str
    day: date | None = None
    remark: bool = False


@dataclass(frozen=True, slots=True)
class SealLine:
    """A seal as it is told outside the database: digests in hex, one line of JSON each."""

    jurisdiction: str
    day: date
    leaves: int
    counters: Mapping[str, int]
    digest: str
    previous: str
    hash: str

    def text(self) -> str:
        """The line."""
        return json.dumps(asdict(self) | {"day": self.day.isoformat()}, ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line back; ValueError, KeyError or TypeError for anything else."""
        told = json.loads(line)
        return cls(**told | {"day": date.fromisoformat(told["day"])})


class Signed(Enum):
    """Whether a seal told outside is signed; those of older versions are not."""

    YES = "yes"
    NOT = "not"
    WRONGLY = "wrongly"


@dataclass(frozen=True, slots=True)
class PublishedSeal:
    """A seal as a file outside the database tells it."""

    seal: SealLine
    signed: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptRefused(Happening):
    """An act was tried that the regulation forbids; the attempt itself is evidence."""

    kind: ClassVar[str] = "record.attempt-refused"
    sentence: ClassVar[str] = "试图“{act}”，被拒绝：{reason}"

    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind a consumer is: for how many seconds it has not had read everything; 0 where it has."""

    name: str
    lane: int
    seconds: int


FAR_BEHIND = 600
"""A consumer so many seconds behind is told as trouble."""
