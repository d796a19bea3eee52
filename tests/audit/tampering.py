"""Hands of somebody with the owner's rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bihuan.audit import queries
from bihuan.record.hashing import event_hash
from bihuan.record.types import Broken


@contextmanager
def unguarded(*tables: str) -> Iterator[None]:
    """The tables' own triggers are off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper(table: str, statement: str, *parameters: Any) -> None:
    """Run one statement against a table behind its triggers' back; it must hit something."""
    with unguarded(table), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount > 0, statement


def found(subject: str) -> list[Broken]:
    """What a verification finds about a subject."""
    return [f for f in queries.verify().findings if f.subject == subject]


def named(subject: str, sequence: int | None, words: str) -> bool:
    """Whether a verification names that place, with these words."""
    return any(f.sequence == sequence and words in f.reason for f in found(subject))


def retold(subject: str, change: Callable[[str], str]) -> None:
    """Change the facts of the last event of a chain, and compute its hashes anew."""
    with unguarded("record_event", "record_chain"), connection.cursor() as cursor:
        cursor.execute("SELECT length FROM record_chain WHERE subject = %s", [subject])
        ((sequence,),) = cursor.fetchall()
        last = [subject, sequence]
        cursor.execute("SELECT facts::text FROM record_event WHERE subject = %s AND sequence = %s", last)
        ((text,),) = cursor.fetchall()
        cursor.execute(
            "UPDATE record_event SET facts = %s WHERE subject = %s AND sequence = %s RETURNING jurisdiction, at, kind,"
            " norm, clause, account, name, unit, post, sentence, facts::text, commitment, previous",
            [change(text), *last],
        )
        ((jurisdiction, at, *said, facts, committed, previous),) = cursor.fetchall()
        head = event_hash(
            bytes(previous), subject, sequence, jurisdiction, at, tuple(said), facts, committed and bytes(committed)
        )
        cursor.execute("UPDATE record_event SET hash = %s WHERE subject = %s AND sequence = %s", [head, *last])
        cursor.execute("UPDATE record_chain SET head = %s WHERE subject = %s", [head, subject])
