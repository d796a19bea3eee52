"""How the installation is doing, for whoever runs it: figures about work and storage, and nobody's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.duties.types import LadderState
from bihuan.kernel.happening import Happening
from bihuan.record.types import FAR_BEHIND, Lag


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job that failed, was stuck, or waits."""

    id: int
    task: str
    label: str
    status: str
    attempts: int
    scheduled_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A job that comes by itself: when it ran last, and how."""

    task: str
    label: str
    succeeded_at: datetime | None
    failed_at: datetime | None
    waiting: int

    @property
    def failing(self) -> bool:
        """Whether its last run failed."""
        return self.failed_at is not None and (self.succeeded_at is None or self.failed_at > self.succeeded_at)


@dataclass(frozen=True, slots=True)
class SealState:
    """How far a jurisdiction's record is sealed."""

    jurisdiction: str
    name: str
    day: date | None
    leaves: int
    sealed_at: datetime | None
    seals: int


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A statement that takes the most time, without its values."""

    text: str
    calls: int
    mean_ms: float
    total_s: float


@dataclass(frozen=True, slots=True)
class TableSize:
    """How much room a table takes, with its indexes; how many rows it is thought to have."""

    name: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Operations:
    """The operators' page."""

    server: str
    migrations: int
    waiting: tuple[str, ...]
    queue: Mapping[str, int]
    failed: tuple[JobRow, ...]
    rhythms: tuple[Rhythm, ...]
    workers: int
    seals: tuple[SealState, ...]
    counted: Mapping[str, datetime]
    database: str
    bytes: int
    connections: int
    tables: tuple[TableSize, ...]
    lags: tuple[Lag, ...]
    ladders: tuple[LadderState, ...]
    slow: tuple[SlowStatement, ...] | None
    """None where the server does not note statements."""

    @property
    def behind(self) -> tuple[Lag, ...]:
        """The consumers of the stream that are too far behind."""
        return tuple(lag for lag in self.lags if lag.seconds > FAR_BEHIND)

    @property
    def steps_failed(self) -> int:
        """How many steps of ladders failed and are not taken yet."""
        return sum(state.failed for state in self.ladders)


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRetried(Happening):
    """An operator had a failed job done again."""

    kind: ClassVar[str] = "clockwork.job-retried"
    sentence: ClassVar[str] = "重新执行后台作业“{label}”（编号{job}）"

    job: int
    task: str
    label: str
