"""`bihuan verify` over a million events; beside it the same rows copied out of PostgreSQL and hashed once.

Two cases of each day are walked through the commands, one to its close and one into handling; the rest of the day are
their copies under numbers, chains and hashes of their own. So there is nothing that the verification could pass over.
"""

import hashlib
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from psycopg import ClientCursor
from tests.towns import START, Town, found
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk

from bihuan.audit import queries
from bihuan.cases.types import Act
from bihuan.intake.numbers import case_number
from bihuan.organisations.queries import today
from bihuan.policy.loader import pack
from bihuan.record import sealing
from bihuan.record.commands import count_up
from bihuan.record.hashing import GENESIS, event_hash

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
DAYS = 20
CLOSED_OF_TEN = 9
TARGET_SECONDS = 60.0

_COLUMNS = (
    "subject, sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence, facts, private,"
    " salt, commitment, previous, hash"
)
_TEMPLATE = """
SELECT at, kind, norm, clause, account, name, unit, post, sentence, facts::text, private::text, salt, commitment
FROM record_event WHERE subject = %s ORDER BY sequence"""
_TABLES = (
    ("cases_case", "r.number = c.template", {"number": "c.number"}),
    ("cases_casetext", "r.case_id = t.id", {"case_id": "n.id"}),
    ("cases_participation", "r.case_id = t.id", {"case_id": "n.id"}),
    ("intake_source", "r.case_id = t.id", {"case_id": "n.id"}),
    ("dispatch_answer", "r.case_id = c.template", {"case_id": "c.number"}),
    ("feedback_callback", "r.case_id = c.template", {"case_id": "c.number"}),
    ("duties_duty", "r.subject = 'case:' || c.template", {"subject": "'case:' || c.number"}),
)


def run(events: int = EVENTS) -> dict[str, Any]:
    """Build, verify, and compare with the limit."""
    with _scratch():
        began = time.perf_counter()
        _build(events)
        built = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        limit_seconds, size = _limit()
        began = time.perf_counter()
        report = queries.verify()
        seconds = time.perf_counter() - began
    return {
        "events": report.counts["events"],
        "cases": report.counts["cases"],
        "seals": report.counts["seals"],
        "findings": [f"{f.subject}: {f.reason}" for f in report.findings[:5]],
        "seconds": round(seconds, 2),
        "events_per_second": round(report.counts["events"] / seconds),
        "limit": "COPY of the same rows to the client, SHA-256 over the bytes",
        "limit_seconds": round(limit_seconds, 2),
        "limit_megabytes": round(size / 1e6),
        "times_the_limit": round(seconds / limit_seconds, 1),
        "seconds_a_million": round(seconds / report.counts["events"] * 1e6, 1),
        "target_seconds_a_million": TARGET_SECONDS,
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "build_seconds": round(built, 1),
    }


def _limit() -> tuple[float, int]:
    began, size, total = time.perf_counter(), 0, hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT {_COLUMNS} FROM record_event) TO STDOUT") as rows:
        for block in rows:
            total.update(block)
            size += len(block)
    return time.perf_counter() - began, size


@contextmanager
def _scratch() -> Iterator[None]:
    """A database of the bench's own beside the one that is given."""
    given = connection.settings_dict["NAME"]
    name = f"{given}_verify"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    _move_to(name)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _move_to(given)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def _move_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _build(events: int) -> None:
    town = found("vf", "wendeng-2021-10", prefix="VF")
    last = START
    for day in range(DAYS):
        at = START + timedelta(days=day)
        closed = Walk(town, at).along(*TO_CALLBACK, Act.RECORD_CALLBACK, Act.CLOSE)
        handled = Walk(town, at).along(*TO_HANDLING, Act.RECORD_CONTACT)
        _copy_cases(town, at, (closed.number, handled.number), events // DAYS)
        last = at
    sealing.seal_finished(town.code, last + timedelta(days=2))


def _copy_cases(town: Town, at: datetime, templates: tuple[str, str], events: int) -> None:
    """Copies of the day's two cases until the day has so many events."""
    closed, handled = (_events_of(number) for number in templates)
    cases = int(events * 10 / (CLOSED_OF_TEN * len(closed) + (10 - CLOSED_OF_TEN) * len(handled))) - 2
    day = today(at)
    channel = pack("wendeng-2021-10").channels[town.channel].number
    last = count_up(f"case/{town.code}/{day:%Y%m%d}", town.code, cases)
    copies = [
        (templates[place % 10 >= CLOSED_OF_TEN], case_number("VF", day, channel, place))
        for place in range(last - cases + 1, last + 1)
    ]
    _copy_rows(copies)
    _copy_chains(town.code, copies, {templates[0]: closed, templates[1]: handled})


def _events_of(number: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATE, [f"case:{number}"])
        return list(cursor.fetchall())


def _copy_rows(copies: Sequence[tuple[str, str]]) -> None:
    with ClientCursor(connection.connection) as cursor:
        cursor.execute("CREATE TEMP TABLE copies (template text, number text)")
        with cursor.copy("COPY copies FROM STDIN") as rows:
            for copy in copies:
                rows.write_row(copy)
        cursor.execute("ANALYZE copies")
        for table, join, replaced in _TABLES:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attname <> 'id'"
                " AND NOT attisdropped",
                [table],
            )
            names = [row[0] for row in cursor.fetchall()]
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(replaced.get(name, f'r."{name}"') for name in names)
            cases = "JOIN cases_case t ON t.number = c.template JOIN cases_case n ON n.number = c.number"
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM copies c"
                f" {'' if table == 'cases_case' else cases} JOIN {table} r ON {join}"
            )
        cursor.execute("DROP TABLE copies")


def _copy_chains(
    jurisdiction: str, copies: Sequence[tuple[str, str]], templates: dict[str, list[tuple[Any, ...]]]
) -> None:
    """The events of the day in the order of time: first every registration, then every dispatch, and so on."""
    heads = {number: GENESIS for _, number in copies}
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY record_event ({_COLUMNS}) FROM STDIN") as rows:
            for place in range(max(map(len, templates.values()))):
                for template, number in copies:
                    if place < len(templates[template]):
                        at, *said, facts, private, salt, committed = templates[template][place]
                        head, previous, subject = heads[number], heads[number], f"case:{number}"
                        head = event_hash(previous, subject, place + 1, jurisdiction, at, tuple(said), facts, committed)
                        rows.write_row(
                            (
                                subject,
                                place + 1,
                                jurisdiction,
                                at,
                                *said,
                                facts,
                                private,
                                salt,
                                committed,
                                previous,
                                head,
                            )
                        )
                        heads[number] = head
        with cursor.copy("COPY record_chain (subject, jurisdiction, length, head) FROM STDIN") as rows:
            for template, number in copies:
                rows.write_row((f"case:{number}", jurisdiction, len(templates[template]), heads[number]))
