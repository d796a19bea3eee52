"""The ladder with few and with many open duties, beside one statement that writes the same rows; the stream's lag; the
supervisors' board.

Two workers take the steps that are due. Nothing else is written meanwhile, so that what is compared is the climbing.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection, transaction
from tests.towns import settle

from bench.fill import Filled, filled
from bench.pages import CLIENTS, P95_LIMIT_MS, SECONDS, WARM, drive, signed_in
from bench.site import database, rest, served
from bihuan.duties.jobs import climb
from bihuan.duties.types import FellDue
from bihuan.kernel.actor import Actor
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record import stream
from bihuan.record.commands import Told, append_all, lock_all
from bihuan.subjects.registry import REGISTRY

SMALL = int(os.environ.get("BENCH_SMALL", "100000"))
LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))
DUE = int(os.environ.get("BENCH_DUE", "10000"))
WORKERS = 2
BOARD = "/supervision/"
STEPS_LIMIT, SHARE_LIMIT, GROWTH_LIMIT = 5_000, 0.5, 1.2
EVENTS_A_SECOND, STREAM_SECONDS, LAG_LIMIT_S = 500, 10, 2.0
TOGETHER = 5
"""So many events are written by one transaction."""
READER = stream.Consumer("bench", begins=stream.Begins.NOW)

_REST = """
UPDATE duties_duty SET due_at = now() + interval '1 day' + id % 10000 * interval '1 minute', next_step_at = NULL
WHERE discharged_at IS NULL"""
_DUE = """
UPDATE duties_duty SET due_at = %(due)s, next_step_at = %(due)s WHERE id IN (
  SELECT id FROM duties_duty WHERE discharged_at IS NULL AND kind = 'handle' AND next_step_at IS NULL
    AND due_at > now() ORDER BY hashint8(id) LIMIT %(most)s)"""
_SAME = """
WITH due AS (SELECT id, subject, jurisdiction FROM duties_duty WHERE discharged_at IS NULL AND next_step_at < now()),
chains AS (UPDATE record_chain c SET length = length + 1, head = sha256(head) FROM due WHERE c.subject = due.subject
  RETURNING c.subject, c.length, c.head),
events AS (INSERT INTO record_event (subject, sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post,
    sentence, facts, previous, hash)
  SELECT due.subject, length, due.jurisdiction, now(), e.kind, e.norm, e.clause, e.account, e.name, e.unit, e.post,
    e.sentence, e.facts, head, head
  FROM due JOIN chains USING (subject),
    (SELECT * FROM record_event WHERE kind = 'duties.fell-due' ORDER BY id DESC LIMIT 1) e),
steps AS (INSERT INTO duties_step (duty_id, jurisdiction, step, occurrence, ladder, level, planned_at, taken_at,
    outcome, made, attempts, why)
  SELECT id, jurisdiction, 'fall_due@0', 1, '', '', now(), now(), 'taken', '', 0, '' FROM due)
UPDATE duties_duty d SET next_step_at = NULL, steps_taken = steps_taken + 1 FROM due WHERE d.id = due.id"""
_TOLD = "SELECT count(*) FROM record_event WHERE kind = 'duties.fell-due' AND txid >= %s"
_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def work(town: str) -> None:
    """What one worker does: it takes steps until none is due."""
    climb(town, datetime.now(UTC), labels=REGISTRY.duty_labels)


def make_due() -> None:
    """So many duties fell due a second ago, and every other one rests."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"due": datetime.now(UTC) - timedelta(seconds=1), "most": DUE})
        assert cursor.rowcount == DUE, cursor.rowcount
    rest()


def climbed(place: Filled) -> float:
    """Seconds that two workers take for the steps that are due."""
    make_due()
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        (since,) = cursor.fetchone()
    words = [sys.executable, "-c", f"import bench; import django; django.setup(); {_WORK.format(place.town.code)}"]
    workers = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()  # it stands ready
    started = time.perf_counter()
    for worker in workers:
        worker.communicate(b"\n")
        assert worker.returncode == 0
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [since])
        (told,) = cursor.fetchone()
    assert told == DUE, (told, DUE)
    return seconds


_WORK = "from bench import ladder; print(flush=True); input(); ladder.work({!r})"


def written_at_once() -> float:
    """Seconds of one statement that writes the rows which as many steps write."""
    make_due()
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_SAME)
        assert cursor.rowcount == DUE, cursor.rowcount
    return time.perf_counter() - started


def lag(place: Filled) -> dict[str, float]:
    """How long events wait to be read, while so many are written every second."""
    stream.consumes(READER)
    done, waited, read = threading.Event(), list[float](), 0

    def write() -> None:
        started = time.perf_counter()
        for number in range(0, EVENTS_A_SECOND * STREAM_SECONDS, TOGETHER):
            time.sleep(max(0.0, started + number / EVENTS_A_SECOND - time.perf_counter()))
            _tell(place, subjects[number : number + TOGETHER])
        connection.close()
        done.set()

    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM record_chain ORDER BY 1 LIMIT %s", [EVENTS_A_SECOND * STREAM_SECONDS])
        subjects = [subject for (subject,) in cursor.fetchall()]

    with stream.batch(READER):
        pass  # it begins now
    writer = threading.Thread(target=write)
    writer.start()
    while not (done.is_set() and read >= EVENTS_A_SECOND * STREAM_SECONDS):
        with stream.batch(READER) as events:
            here = datetime.now(UTC)
            waited += [(here - event.at).total_seconds() for event in events or ()]
            read = len(waited)
        if not events:
            time.sleep(0.01)
    writer.join()
    waited.sort()
    return {
        "events_per_second": EVENTS_A_SECOND,
        "read": read,
        "median_s": round(median(waited), 3),
        "p95_s": round(waited[int(len(waited) * 0.95)], 3),
        "most_s": round(waited[-1], 3),
    }


def _tell(place: Filled, subjects: list[str]) -> None:
    """Write an event on each of some subjects."""
    now = datetime.now(UTC)
    said = FellDue(
        duty="handle", label="办理答复", holder=place.town.unit, holder_name="单位", due_at=now, post="handler"
    )
    with transaction.atomic():
        chains = lock_all(subjects)
        told = [(chain, Told(said, norms.HANDLE_WITHIN_LIMIT, pack("wendeng-2021-10"))) for chain in chains.values()]
        append_all(told, actor=Actor.clockwork(place.town.code), now=now)


def board(place: Filled) -> dict[str, float]:
    """What the supervisors' board takes, in milliseconds: eight clients."""
    settle(place.town.code, place.town.desk, "desk.supervisor", "supervisor", datetime.now(UTC))
    with served():
        cookie = signed_in(f"{place.town.code}.desk.supervisor")
        asyncio.run(drive(BOARD, cookie, WARM))
        took = asyncio.run(drive(BOARD, cookie, SECONDS))
    return {"median_ms": round(median(took), 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


def run() -> dict[str, object]:
    """Steps a second at both sizes beside one statement, the lag of the stream, the board; what keeps no limit."""
    steps: dict[int, dict[str, float]] = {}
    lagging: dict[str, float] = {}
    seen: dict[str, float] = {}
    for open_now in (SMALL, LARGE):
        place = filled(open_now, open=open_now)
        with database(place.name):
            with connection.cursor() as cursor:
                cursor.execute(_REST)
            climbed(place)  # once to be warm
            took, least = climbed(place), written_at_once()
            steps[open_now] = {
                "steps_per_second": round(DUE / took),
                "of_one_statement": round(DUE / least),
                "share": round(least / took, 2),
            }
            if open_now == LARGE:
                lagging, seen = lag(place), board(place)
    growth = steps[SMALL]["steps_per_second"] / steps[LARGE]["steps_per_second"]
    kept = {
        "steps": steps[LARGE]["steps_per_second"] >= STEPS_LIMIT or steps[LARGE]["share"] >= SHARE_LIMIT,
        "growth": growth <= GROWTH_LIMIT,
        "lag": lagging["most_s"] <= LAG_LIMIT_S,
        "board": seen["p95_ms"] < P95_LIMIT_MS,
    }
    return {
        "due": DUE,
        "workers": WORKERS,
        "clients_of_the_board": CLIENTS,
        "limits": {
            "steps_per_second": STEPS_LIMIT,
            "share": SHARE_LIMIT,
            "growth": GROWTH_LIMIT,
            "lag_s": LAG_LIMIT_S,
            "board_p95_ms": P95_LIMIT_MS,
        },
        **{f"with_{open_now}_open": found for open_now, found in steps.items()},
        "growth": round(growth, 2),
        "stream": lagging,
        "board": seen,
        "beyond_the_limits": [name for name, holds in kept.items() if not holds],
    }
