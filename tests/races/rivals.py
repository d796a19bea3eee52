"""Somebody who is in the way of a command, so that one of the two must give up."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

BLOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


@contextmanager
def in_the_way(wanted: str) -> Iterator[None]:
    """Hold what every command wants at its end; once somebody waits for it, ask for what that one holds.

    That is a deadlock. PostgreSQL ends whoever waited first, which is the command: the rival gets what it wants.
    """
    rival = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    got: list[bool] = []

    def be() -> None:
        until = time.monotonic() + 30
        with rival:
            while not _one(rival, BLOCKED):
                if time.monotonic() > until:
                    return
                time.sleep(0.01)
            got.append(bool(rival.execute(wanted).fetchall()))

    rival.execute("LOCK TABLE record_event IN SHARE MODE")
    thread = threading.Thread(target=be)
    thread.start()
    yield
    thread.join(30)
    rival.close()
    assert got == [True], "the command gave way to the rival, and was done afterwards all the same"


def _one(rival: "psycopg.Connection[tuple[object, ...]]", sql: str) -> object:
    row = rival.execute(sql).fetchone()
    assert row is not None
    return row[0]
