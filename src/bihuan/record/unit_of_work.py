"""How an act reaches the database: what it writes waits, and goes ahead of what is asked next, in the same trip.

A trip is what costs: the program waits for the answer of the database. Within a command

- `write` queues a statement that changes rows, with how many it must change;
- `ahead` queues a question, so that its answer comes with the next trip; `ask` wants an answer now; what is known
  already is not asked;
- the next statement of whoever it is (`ask`, the ORM, a cursor) takes along all that is queued, in the order in which
  it was queued, by a pipeline of psycopg: each is a statement of its own, with a view of the rows of its own;
- what is left goes before the commit.

So an act that has no more to ask than its subject takes three trips: lock and facts; writes; commit. A lock and what is
read under it are two statements of one trip, never one: a statement sees the rows as they stood when it began, and
one that had to wait for a lock would tell of the time before.

Whatever goes, goes by a cursor of Django: its log, `CaptureQueriesContext` and the traces tell of each statement.
Outside of a command everything is carried out at once.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import psycopg
from django.db import DatabaseError, connection
from django.db import transaction as transactions
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model
from psycopg.abc import PQGen
from psycopg.generators import send
from psycopg.pq import TransactionStatus

from bihuan.kernel.refusal import Refusal, Refused
from bihuan.record.planning import Kept

Answer = TypeVar("Answer", covariant=True)
Row = tuple[Any, ...]
Values = Sequence[object] | Mapping[str, object]


class Miscounted(AssertionError):
    """A statement changed more or fewer rows than it was meant to: a defect, and nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """A statement that reads, and what its rows tell."""

    sql: str
    values: Values
    read: Callable[[list[Row]], Answer] = field(compare=False)
    of: str = ""
    """The subject of whose rows alone it asks; what is written of another one leaves its answer as it is."""


class Pending(Generic[Answer]):
    """A question under way; one without a statement has no rows to wait for."""

    __slots__ = ("_rows", "question")

    def __init__(self, question: Question[Answer], rows: list[Row] | None = None) -> None:
        self.question = question
        self._rows = rows if question.sql else []

    def hear(self, cursor: CursorWrapper) -> None:
        """Take the rows that the statement answers."""
        self._rows = cursor.fetchall()

    @property
    def answer(self) -> Answer:
        """What the rows tell; where the question still waits it goes now."""
        if self._rows is None:
            flush()
        assert self._rows is not None, "it went with the queue"
        return self.question.read(self._rows)


@dataclass(frozen=True, slots=True)
class _Queued:
    sql: str
    values: Values
    hear: Callable[[CursorWrapper], None]
    """Told the cursor, when the answers are there."""
    refusals: Mapping[str, Refusal]


class _Unit:
    """What waits, and what was asked ahead, in the transaction of one command."""

    def __init__(self) -> None:
        self.queue: list[_Queued] = []
        self.known: list[Pending[object]] = []
        self.sending = False

    def forget(self, sql: str, of: str = "") -> None:
        """What was asked of a table holds until this act writes to it, or waits for others.

        What was asked of one subject holds while another one is written to, and of one that this act holds while it
        waits: nobody else writes of that.
        """
        if _waits(sql):
            held = {one.question.of for one in self.known if _waits(one.question.sql)} - {""}
            self.known = [one for one in self.known if _waits(one.question.sql) or one.question.of in held]
        elif tables := _written(sql):
            self.known = [
                one
                for one in self.known
                if (of and one.question.of and of != one.question.of)
                or not any(table in one.question.sql for table in tables)
            ]

    def send(self) -> None:
        """One trip: what is queued."""
        if self.queue:
            with self.trip():
                pass

    @contextmanager
    def trip(self) -> Iterator[None]:
        """What is queued, and behind it what is asked inside."""
        batch, self.queue = self.queue, []
        self.sending = True
        try:
            with _pipeline():
                cursors = [_execute(one.sql, one.values) for one in batch]
                yield
        except DatabaseError as error:
            _tell(error, batch)
            raise
        finally:
            self.sending = False
        for one, cursor in zip(batch, cursors, strict=True):
            one.hear(cursor)


_unit: ContextVar[_Unit | None] = ContextVar("unit of work", default=None)


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction; what is queued in it goes before it is committed, or nowhere."""
    with transactions.atomic():
        unit = _Unit()
        token = _unit.set(unit)
        try:
            yield
            unit.send()
        finally:
            _unit.reset(token)


def flush() -> None:
    """Send what is queued."""
    if (unit := _unit.get()) is not None:
        unit.send()


def ahead(question: Question[Answer], *, anew: bool = False) -> Pending[Answer]:
    """Ask with the next trip; who asks the same again in this act has the same answer, as long as it holds.

    What takes something each time is asked `anew`.
    """
    unit = _unit.get()
    if not question.sql:
        return Pending(question)
    if unit is not None and not anew and (known := next((one for one in unit.known if one.question == question), None)):
        return cast("Pending[Answer]", known)
    asked = Pending(question)
    if unit is not None:
        unit.forget(question.sql)
    _queue(_Queued(question.sql, question.values, asked.hear, {}))
    if unit is not None and not anew:
        unit.known.append(asked)
    return asked


def ask(question: Question[Answer]) -> Answer:
    """The answer to a question: known already, or asked now."""
    return ahead(question).answer


def know(question: Question[Answer], rows: list[Row]) -> None:
    """Whoever holds or wrote what a question asks for need not ask it in this act: these are its rows."""
    if (unit := _unit.get()) is not None:
        unit.known = [*(one for one in unit.known if one.question != question), Pending(question, rows)]


def write(
    sql: str,
    values: Values,
    *,
    of: str = "",
    rows: int | None = 1,
    otherwise: Exception | None = None,
    refusals: Mapping[str, Refusal] | None = None,
    hear: Callable[[list[Row]], None] | None = None,
) -> None:
    """Queue a statement; errors come when it goes.

    It must touch so many `rows` (None: however many), else `otherwise` is raised. `refusals` tell by the name of a
    constraint why it was violated. `hear` is told the rows that it answers. What it writes is `of` one subject alone.
    """

    def count(cursor: CursorWrapper) -> None:
        if rows is not None and cursor.rowcount != rows:
            raise otherwise or Miscounted(f"{cursor.rowcount} rows and not {rows}: {sql}")
        if hear is not None:
            hear(cursor.fetchall())

    if (unit := _unit.get()) is not None:
        unit.forget(sql, of)
    _queue(_Queued(sql, values, count, refusals or {}))


def insert(kind: type[Model], *rows: Mapping[str, object], refusals: Mapping[str, Refusal] | None = None) -> None:
    """Queue new rows of a table by column, all of the same columns; what they leave out has a default."""
    if not rows:
        return
    own = {f.attname: f for f in kind._meta.concrete_fields}
    fields = [f for f in own.values() if f.attname in rows[0] or not (f.primary_key or _of_the_table(f))]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    values = [
        f.get_db_prep_save(row[f.attname] if f.attname in row else f.get_default(), connection)
        for row in rows
        for f in fields
    ]
    write(f'INSERT INTO "{kind._meta.db_table}" ({columns}) VALUES {places}', values, rows=len(rows), refusals=refusals)  # noqa: S608


def _of_the_table(column: "Field[object, object]") -> bool:
    """Whether the table alone has a default for it."""
    return column.has_db_default() and not column.has_default()


def update(
    kind: type[Model], where: Mapping[str, object], columns: Mapping[str, object], *, rows: int | None = 1
) -> None:
    """Queue a change of the rows of a table that have these values."""
    own = {f.attname: f for f in kind._meta.concrete_fields}
    said, asked = ([f'"{own[name].column}" = %s' for name in one] for one in (columns, where))
    values = [own[name].get_db_prep_save(value, connection) for one in (columns, where) for name, value in one.items()]
    sql = f'UPDATE "{kind._meta.db_table}" SET {", ".join(said)} WHERE {" AND ".join(asked)}'  # noqa: S608
    write(sql, values, rows=rows)


def behind_the_queue(
    execute: Callable[..., object], sql: object, params: object, many: bool, context: Mapping[str, object]
) -> object:
    """Django's wrapper of statements: whoever asks something takes along what waits."""
    unit = _unit.get()
    if unit is None or unit.sending:
        return execute(sql, params, many, context)
    text = sql if isinstance(sql, str) else ""
    unit.forget(text)
    if text.startswith("ROLLBACK TO"):
        unit.queue.clear()
        unit.known.clear()
    if not unit.queue:
        return execute(sql, params, many, context)
    if many or _is_named(context["cursor"]):
        unit.send()
        return execute(sql, params, many, context)
    with unit.trip():
        return execute(sql, params, many, context)


def _is_named(cursor: object) -> bool:
    """Whether it is a cursor of the server, which knows no pipeline."""
    return bool(getattr(getattr(cursor, "cursor", None), "name", None))


def _queue(one: _Queued) -> None:
    unit = _unit.get()
    if unit is not None:
        unit.queue.append(one)
        return
    try:
        cursor = _execute(one.sql, one.values)
    except DatabaseError as error:
        _tell(error, [one])
        raise
    one.hear(cursor)


def _execute(sql: str, values: Values) -> CursorWrapper:
    cursor = connection.cursor()
    cursor.execute(sql, cast("Sequence[str]", values))
    return cursor


class _Pipeline(psycopg.Pipeline):
    """Sends all at once, when it ends: psycopg would send each statement by itself, and the server begin on each."""

    def _communicate_gen(self) -> "PQGen[None]":
        yield from ()

    def _exit_gen(self) -> "PQGen[None]":
        self._enqueue_sync()
        while self.command_queue:
            self.command_queue.popleft()()
        yield from send(self.pgconn)
        yield from self._fetch_gen(flush=False)


@contextmanager
def _pipeline() -> Iterator[None]:
    """One trip for all that is executed inside; the first error is told, and what came behind it was not done."""
    session: psycopg.Connection[Row] = connection.connection
    session._pipeline = _Pipeline(session)
    with connection.wrap_database_errors:
        try:
            with session.pipeline():
                if session.autocommit or session.pgconn.transaction_status != TransactionStatus.IDLE:
                    yield
                    return
                session._autocommit = True  # psycopg would wait for the answer to a BEGIN of its own
                try:
                    session.execute("BEGIN", prepare=False)
                    yield
                finally:
                    session._autocommit = False
        except (psycopg.Error, DatabaseError) as error:
            if isinstance(session._prepared, Kept):
                session._prepared.doubt()
            raise _first(error)  # noqa: B904  the others only tell that one came before them


def _first(error: Exception) -> Exception:
    while isinstance(error, psycopg.errors.PipelineAborted) and isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    return error


def _tell(error: DatabaseError, batch: Sequence[_Queued]) -> None:
    """Refuse what a constraint refuses, where it is known why."""
    told = getattr(error.__cause__, "diag", None)
    for one in batch:
        if told and told.constraint_name in one.refusals:
            raise Refused(one.refusals[told.constraint_name]) from error


@lru_cache(maxsize=1024)
def _waits(sql: str) -> bool:
    """Whether a statement may have to wait for others, who change what was asked before."""
    return _WAITS.search(sql) is not None


@lru_cache(maxsize=1024)
def _written(sql: str) -> frozenset[str]:
    """The tables to which a statement writes."""
    return frozenset() if sql.startswith("SELECT") else frozenset(_WRITES.findall(sql))


_WAITS = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b|pg_advisory")
_WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)')
