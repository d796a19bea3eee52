"""The record as a stream: every event once, and each subject's in order, to whoever consumes it.

Events are read by windows. A window is all events of transactions from one number up to another that have all ended
when it is opened; inside it events come by their id, some at a time, then the next one is opened. By the id alone an
event could be passed by for ever that is committed after a later one; by the transaction alone a subject's sixth
event could come before its fifth, for its writer may have waited for a lock.

    with stream.batch(NOTICES) as events:  # None where another worker reads the lane
        for event in events or (): ...  # what the consumer writes

What the consumer writes and how far it has read are committed together: exactly once inside the database. What leaves
the house is written as a row of the consumer's own and sent by a job of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import connection, transaction

from bihuan.record.types import Lag


class Begins(Enum):
    """From where a new consumer reads."""

    NOW = "now"
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who reads the stream: which kinds of event (all, where none are named), from where, in how many lanes.

    A lane may be read by one worker at a time; a subject's events stay in one lane.
    """

    name: str
    kinds: frozenset[str] = frozenset()
    begins: Begins = Begins.NOW
    lanes: int = 1


CONSUMERS: dict[str, Consumer] = {}
"""Everybody who reads, by name."""


def consumes(consumer: Consumer) -> Consumer:
    """Make a consumer known. ValueError where one of the name is."""
    if consumer.name in CONSUMERS:
        raise ValueError(f"there is a consumer {consumer.name} already")
    CONSUMERS[consumer.name] = consumer
    return consumer


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """An event as consumers get it: without its private facts."""

    id: int
    subject: str
    sequence: int
    jurisdiction: str
    at: datetime
    kind: str
    norm: str
    clause: str
    account: str
    unit: str
    post: str
    sentence: str
    facts: Mapping[str, object]


_ENDLESS = 2**63 - 1
"""The end of the last window of an era that is over: all of its transactions have ended."""
_ENDED = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
"""Every transaction below this number has ended."""
_BEGUN = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
"""No transaction from this number on had begun."""
_BEGIN = f"""
INSERT INTO record_consumer (name, lane, era, from_tx, to_tx, after_id, read_at)
SELECT %(name)s, %(lane)s, begun.era, begun.tx, begun.tx, 0, clock_timestamp()
FROM (SELECT CASE WHEN %(now)s THEN %(era)s::smallint ELSE 0 END AS era,
             CASE WHEN %(now)s THEN {_BEGUN} ELSE 0 END AS tx) begun
ON CONFLICT (name, lane) DO NOTHING"""  # noqa: S608 constants only
_HOLD = """
SELECT era, from_tx, to_tx, after_id FROM record_consumer WHERE name = %s AND lane = %s FOR UPDATE SKIP LOCKED"""
_READ = """
SELECT id, subject, sequence, jurisdiction, at, kind, norm, clause, account, unit, post, sentence, facts
FROM record_event WHERE era = %(era)s AND txid >= %(from)s AND txid < %(to)s AND id > %(after)s
  AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
  AND (%(lanes)s = 1 OR (hashtextextended(subject, 0) & 65535) %% %(lanes)s = %(lane)s)
ORDER BY id LIMIT %(most)s"""
_MOVE = """
UPDATE record_consumer SET era = %(era)s, from_tx = %(from)s, to_tx = %(to)s, after_id = %(after)s,
  read_at = CASE WHEN %(all)s THEN clock_timestamp() ELSE read_at END
WHERE name = %(name)s AND lane = %(lane)s"""
_ERA = """
SELECT substring(pg_get_expr(d.adbin, d.adrelid) FROM '[0-9]+')::int FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.adrelid = 'record_event'::regclass AND a.attname = 'era'"""
NEXT_ERA = f"""
DO $$ BEGIN EXECUTE format('ALTER TABLE record_event ALTER COLUMN era SET DEFAULT %s', ({_ERA}) + 1); END $$"""
"""After a restore, for the owner of the tables: the new cluster counts its transactions from the beginning, and what is
written from now on belongs to the next era."""
LAGS = """
SELECT c.name, c.lane, CASE WHEN EXISTS (
  SELECT FROM record_event e WHERE (e.era, e.txid) >= (c.era, c.to_tx)
    OR e.era = c.era AND e.txid >= c.from_tx AND e.txid < c.to_tx AND e.id > c.after_id)
  THEN extract(epoch FROM clock_timestamp() - c.read_at)::int ELSE 0 END AS seconds
FROM record_consumer c"""
"""The view `record_lags`, read with the owner's rights: whoever sees no event sees how far behind somebody is."""


@contextmanager
def batch(consumer: Consumer, *, lane: int = 0, most: int = 500) -> Iterator[Sequence[StreamEvent] | None]:
    """The next events of a lane, in a transaction with what is written inside; None where another worker holds it.

    Where nothing is raised inside, they count as read when it is committed.
    """
    with transaction.atomic():
        cursor = _Cursor.held(consumer, lane)
        if cursor is None:
            yield None
            return
        events = cursor.read(most)
        yield events
        cursor.move()


@contextmanager
def still(consumer: Consumer, *, lane: int = 0) -> Iterator[bool]:
    """Keep a lane where it is, in a transaction: nobody reads on meanwhile. False where another worker holds it."""
    with transaction.atomic():
        yield _Cursor.held(consumer, lane) is not None


class _Cursor:
    """Where in the stream a lane is read, under lock."""

    def __init__(self, consumer: Consumer, lane: int, at: tuple[int, int, int, int]) -> None:
        self.consumer, self.lane = consumer, lane
        self.era, self.begin, self.end, self.after = at
        self.all_read = False

    @classmethod
    def held(cls, consumer: Consumer, lane: int) -> "_Cursor | None":
        """The lane's place, at its beginning where it was never read; None where another holds it."""
        with connection.cursor() as asked:
            asked.execute(_HOLD, [consumer.name, lane])
            row = asked.fetchone()
            if row is None:
                said: dict[str, str | int | bool] = {
                    "name": consumer.name,
                    "lane": lane,
                    "now": consumer.begins is Begins.NOW,
                    "era": era(),
                }
                asked.execute(_BEGIN, said)
                asked.execute(_HOLD, [consumer.name, lane])
                row = asked.fetchone()
        return cls(consumer, lane, row) if row else None

    def read(self, most: int) -> list[StreamEvent]:
        """The next events of this window, or of the next one that has any."""
        while not (found := self._read(most)):
            if not self._open_next():
                self.all_read = True
                return []
        self.after = found[-1].id
        return found

    def _read(self, most: int) -> list[StreamEvent]:
        if self.begin == self.end:
            return []
        said = {
            "era": self.era,
            "from": self.begin,
            "to": self.end,
            "after": self.after,
            "kinds": sorted(self.consumer.kinds) or None,
            "lanes": self.consumer.lanes,
            "lane": self.lane,
            "most": most,
        }
        with connection.cursor() as asked:
            asked.execute(_READ, said)
            return [StreamEvent(*row) for row in asked.fetchall()]

    def _open_next(self) -> bool:
        """Go on to the next window; answers whether there is one."""
        with connection.cursor() as asked:
            asked.execute(f"SELECT {_ENDED}")
            ended = int(asked.fetchone()[0])
        if (now := era()) > self.era:
            if self.end < _ENDLESS:
                self.begin, self.end, self.after = self.end, _ENDLESS, 0
            else:
                self.era, self.begin, self.end, self.after = (
                    self.era + 1,
                    0,
                    ended if self.era + 1 == now else _ENDLESS,
                    0,
                )
            return True
        if ended <= self.end:
            self.begin, self.after = self.end, 0
            return False
        self.begin, self.end, self.after = self.end, ended, 0
        return True

    def move(self) -> None:
        """Keep how far it was read."""
        with connection.cursor() as asked:
            asked.execute(
                _MOVE,
                {
                    "era": self.era,
                    "from": self.begin,
                    "to": self.end,
                    "after": self.after,
                    "all": self.all_read,
                    "name": self.consumer.name,
                    "lane": self.lane,
                },
            )


def era() -> int:
    """How often the database was restored: in which era events are written now."""
    with connection.cursor() as asked:
        asked.execute(f"SELECT ({_ERA})")
        return int(asked.fetchone()[0])


def lags() -> list[Lag]:
    """How far behind each consumer is, lane by lane."""
    with connection.cursor() as asked:
        asked.execute(
            "SELECT name, lane, seconds FROM record_lags WHERE name = ANY(%s) ORDER BY name, lane", [sorted(CONSUMERS)]
        )
        return [Lag(*row) for row in asked.fetchall()]
