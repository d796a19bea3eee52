"""Somebody who is in the way of a command, so that one of the two must give up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg.errors import DeadlockDetected

from bihuan.record import retrying

BLOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
GIVING = """
    CREATE SEQUENCE rivals_met;
    CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        IF nextval('rivals_met') <= {} THEN
            RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER give_way AFTER INSERT ON record_event EXECUTE FUNCTION give_way();
"""
NEVER = "DROP TRIGGER give_way ON record_event; DROP FUNCTION give_way; DROP SEQUENCE rivals_met"


@contextmanager
def giving_way(times: int = 1) -> Iterator[None]:
    """Whoever writes the next act gives way so often: PostgreSQL ends the transaction as it ends one for a deadlock.

    Which of two PostgreSQL ends depends on who waited first for a second, and so on the machine: here it is certain.
    """
    with connection.cursor() as cursor:
        cursor.execute(GIVING.format(times))
        try:
            yield
            cursor.execute("SELECT last_value FROM rivals_met")
            (met,) = cursor.fetchone()
            assert met >= min(times + 1, retrying.TRIES), "the command gave way, and was tried again all the same"
        finally:
            cursor.execute(NEVER)


@contextmanager
def in_the_way(wanted: str) -> Iterator[None]:
    """Hold what every command wants at its end; once somebody waits for it, ask for what that one holds.

    That is a deadlock. PostgreSQL ends one of the two: mostly the command, which waited first; a rival that was late
    to ask is ended itself.
    """
    rival = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    met: list[bool] = []

    def be() -> None:
        with rival:
            while not _one(rival, BLOCKED):
                if over.wait(0.01):
                    return
            try:
                met.append(bool(rival.execute(wanted).fetchall()))
            except DeadlockDetected:
                met.append(True)
                rival.rollback()

    over = threading.Event()
    rival.execute("LOCK TABLE record_event IN SHARE MODE")
    thread = threading.Thread(target=be)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        rival.close()
    assert met == [True], "the two met, and one of them gave way"


def _one(rival: "psycopg.Connection[tuple[object, ...]]", sql: str) -> object:
    row = rival.execute(sql).fetchone()
    assert row is not None
    return row[0]
