"""The record as a stream: every event once, each subject's in order, whatever commits when."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from bihuan.record import stream
from bihuan.record.stream import Begins, Consumer, StreamEvent
from bihuan.record.types import FAR_BEHIND
from tests.record.streams import all_ended
from tests.waits import LATE

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2025, 3, 3, 1, tzinfo=UTC)
ALL = Consumer("all", begins=Begins.BEGINNING)
WRITTEN = """
INSERT INTO record_event (subject, sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence,
  facts, previous, hash) VALUES (%s, %s, 'x', %s, %s, '', '', '', '', '', '', '', '{}', '', '')"""


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The consumer is known; the era is put back."""
    monkeypatch.setitem(stream.CONSUMERS, ALL.name, ALL)
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_event ALTER COLUMN era SET DEFAULT 0")
        cursor.execute("DELETE FROM record_consumer")


def write(subject: str, sequence: int, kind: str = "test.happened") -> None:
    """An event."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [subject, sequence, AT, kind])


def read_now(consumer: Consumer = ALL, *, lane: int = 0, most: int = 3) -> list[tuple[str, int]]:
    """All there is to read now, batch by batch."""
    found: list[tuple[str, int]] = []
    while True:
        with stream.batch(consumer, lane=lane, most=most) as events:
            if not events:
                return found
            assert len(events) <= most
            found += [(event.subject, event.sequence) for event in events]


def read(consumer: Consumer = ALL, *, lane: int = 0, most: int = 3) -> list[tuple[str, int]]:
    """All that is committed, as soon as the transactions that began before have ended."""
    all_ended()
    return read_now(consumer, lane=lane, most=most)


class Writer:
    """Another connection that writes in one transaction, step by step."""

    def __init__(self) -> None:
        self._steps: list[tuple[threading.Event, threading.Event, tuple[str, int] | None]] = []
        self._wake, self._done = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._work)
        self._next: tuple[str, int] | None = None
        self._thread.start()

    def _work(self) -> None:
        try:
            with transaction.atomic():
                while self._wake.acquire(timeout=LATE) and self._next is not None:
                    write(*self._next)
                    self._done.release()
        finally:
            connection.close()

    def write(self, subject: str, sequence: int) -> None:
        """Write an event, and let the transaction stay open."""
        self._next = (subject, sequence)
        self._wake.release()
        assert self._done.acquire(timeout=LATE)

    def commit(self) -> None:
        """End the transaction."""
        self._next = None
        self._wake.release()
        self._thread.join(LATE)


def test_nothing_is_passed_by_that_was_committed_later() -> None:
    early = Writer()
    early.write("case:A", 1)
    write("case:B", 1)  # a later transaction, a greater id, committed first
    assert read_now() == []
    early.commit()
    assert read() == [("case:A", 1), ("case:B", 1)]
    assert read() == []


def test_events_of_a_subject_come_in_order_whichever_transaction_is_older() -> None:
    older = Writer()
    older.write("case:C", 1)  # has its number now, and writes for A only after the younger one
    younger = Writer()
    younger.write("case:A", 5)
    younger.commit()
    older.write("case:A", 6)
    older.commit()
    write("case:A", 7)
    assert [sequence for subject, sequence in read(most=1) if subject == "case:A"] == [5, 6, 7]


def test_what_was_read_is_read_once_and_what_was_rolled_back_again() -> None:
    for n in range(5):
        write(f"case:{n}", 1)

    def killed() -> None:
        with stream.batch(ALL, most=2) as events:
            raise ZeroDivisionError(len(events or ()))

    all_ended()
    with pytest.raises(ZeroDivisionError, match="2"):
        killed()
    assert read() == [(f"case:{n}", 1) for n in range(5)]
    assert read() == []


def test_one_worker_reads_a_lane_at_a_time() -> None:
    write("case:A", 1)
    assert read() == [("case:A", 1)]
    write("case:A", 2)
    with stream.batch(ALL):
        other: list[object] = []

        def try_too() -> None:
            with stream.batch(ALL) as found:
                other.append(found)
            connection.close()

        thread = threading.Thread(target=try_too)
        thread.start()
        thread.join(LATE)
        assert other == [None]


def test_kinds_and_lanes_and_where_a_consumer_begins() -> None:
    write("case:A", 1)
    late = Consumer("late")
    assert read_now(late) == []
    write("case:A", 2)
    write("case:A", 3, "test.other")
    assert read(late) == [("case:A", 2), ("case:A", 3)]
    others = Consumer("others", frozenset({"test.other"}), Begins.BEGINNING)
    assert read(others) == [("case:A", 3)]
    for n in range(40):
        write(f"case:N{n}", 1)
    lanes = Consumer("lanes", begins=Begins.BEGINNING, lanes=3)
    found = [read(lanes, lane=lane, most=7) for lane in range(3)]
    assert all(found)
    assert sorted(one for lane in found for one in lane) == sorted(
        [("case:A", 1), ("case:A", 2), ("case:A", 3)] + [(f"case:N{n}", 1) for n in range(40)]
    )


def test_after_a_restore_the_rest_is_read_and_then_what_is_written_anew() -> None:
    """A new cluster counts its transactions from the beginning: below all that was written before."""
    write("case:A", 1)
    assert read() == [("case:A", 1)]
    write("case:A", 2)
    with connection.cursor() as cursor:  # as if the cluster before had come much farther
        cursor.execute("ALTER TABLE record_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE record_event SET txid = txid + 1000000000")
        cursor.execute("ALTER TABLE record_event ENABLE TRIGGER USER")
        cursor.execute("UPDATE record_consumer SET from_tx = from_tx + 1000000000, to_tx = to_tx + 1000000000")
        cursor.execute(stream.NEXT_ERA)
    assert stream.era() == 1
    write("case:A", 3)
    write("case:B", 1)
    assert read() == [("case:A", 2), ("case:A", 3), ("case:B", 1)]
    write("case:A", 4)
    assert read() == [("case:A", 4)]


def test_how_far_behind_a_consumer_is() -> None:
    write("case:A", 1)
    assert read() == [("case:A", 1)]
    assert [lag.seconds for lag in stream.lags()] == [0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_consumer SET read_at = clock_timestamp() - interval '11 minutes'")
    assert [lag.seconds for lag in stream.lags()] == [0], "nothing has come since"
    write("case:A", 2)
    (lag,) = stream.lags()
    assert (lag.name, lag.lane, lag.seconds >= FAR_BEHIND) == ("all", 0, True)
    assert read() == [("case:A", 2)]
    assert [lag.seconds for lag in stream.lags()] == [0]


def test_a_consumer_is_told_nothing_private() -> None:
    assert "private" not in StreamEvent.__slots__


def test_a_consumer_has_its_name_for_itself() -> None:
    with pytest.raises(ValueError, match="already"):
        stream.consumes(Consumer("all"))
