"""Hands of somebody with the owner's rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bihuan.audit import queries
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
