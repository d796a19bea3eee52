"""What processes remember of the database (the calendar, adjusted limits), and in which edition.

Whoever changes it begins a new edition in the same transaction (`record.commands.begin_edition`). The editions are read
with the first statement of every answer, which names the actor to the database (`record.scope`); from then on the whole
answer works with them, whatever others enter meanwhile. What is remembered under an edition never changes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from bihuan.policy import loader

READ = "(SELECT coalesce(jsonb_object_agg(name, value), '{}')::text FROM record_edition)"
"""As the last column of a statement that is asked anyway."""


class _Answer:
    """A page, an act or a job at work; `editions` None until its first statement."""

    __slots__ = ("editions",)

    def __init__(self) -> None:
        self.editions: dict[str, int] | None = None


_answer: ContextVar[_Answer | None] = ContextVar("answer", default=None)


@contextmanager
def one_answer() -> Iterator[None]:
    """Inside, everything is remembered in one edition. New files of regulation packs are seen from here on."""
    loader.look_again()
    token = _answer.set(_Answer())
    try:
        yield
    finally:
        _answer.reset(token)


def heard(said: str) -> None:
    """Take the editions that the first statement of an answer read; a later one changes nothing."""
    if (answer := _answer.get()) is not None and answer.editions is None:
        answer.editions = json.loads(said)


def begun(name: str, edition: int) -> None:
    """From here on the answer works with the edition that it began itself."""
    if (answer := _answer.get()) is not None and answer.editions is not None:
        answer.editions[name] = edition


def edition(name: str) -> int:
    """The edition of what is remembered under that name, 0 before the first; asked each time outside an answer."""
    answer = _answer.get()
    if answer is None:
        return _read().get(name, 0)
    if answer.editions is None:
        answer.editions = _read()
    return answer.editions.get(name, 0)


def _read() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {READ}")
        found: dict[str, int] = json.loads(cursor.fetchone()[0])
    return found
