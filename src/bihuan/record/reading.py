"""Several lists of a page read in one statement, each still described by the package that owns its table."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import cache, wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Func, JSONField, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import JSONObject
from pydantic import TypeAdapter

from bihuan.record.unit_of_work import Question, ask

Row = TypeVar("Row")
Texts = ParamSpec("Texts")
_JSON = JSONField()


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """Rows of a table, told as `row`; a field that is not a column of that name says where it comes from."""

    rows: "QuerySet[Any]"
    row: type[Row]
    columns: "dict[str, str | Combinable]"

    def statement(self) -> tuple[str, tuple[Any, ...]] | None:
        """The statement that tells each row as JSON, and what it is asked with; None where there can be no row."""
        said = {f.name: self.columns.get(f.name, f.name) for f in fields(self.row)}  # type: ignore[arg-type]
        plain, others = dict[str, str](), dict[str, str | Combinable]()
        known = {f.attname: f.column for f in self.rows.model._meta.concrete_fields}
        for name, source in said.items():
            if isinstance(source, str) and source in known:
                plain[name] = known[source]
            else:
                others[name] = source
        told: Combinable = self._plain(plain)
        if others:
            told = Func(told, JSONObject(**others), template="(%(expressions)s)", arg_joiner=" || ", output_field=_JSON)
        try:
            asked = self.rows.order_by().annotate(told_=told).values_list("told_")
            return cast("tuple[str, tuple[Any, ...]]", asked.query.sql_with_params())
        except EmptyResultSet:
            return None

    def _plain(self, columns: Mapping[str, str]) -> RawSQL:
        """Columns of the table itself, without the ORM's way of resolving each: pages read hundreds of them."""
        quote, alias = connection.ops.quote_name, self.rows.query.get_initial_alias()
        said = ", ".join(f"'{name}', {quote(alias)}.{quote(column)}" for name, column in columns.items())
        return RawSQL(f"jsonb_build_object({said})", (), output_field=_JSON)  # noqa: S611 names of fields alone


@dataclass(frozen=True, slots=True)
class Asked(Generic[Row]):
    """A reading of which nothing but the texts that it looks for differs from one asking to the next."""

    build: Callable[..., Reading[Row]]
    texts: tuple[str, ...]


Readable = Reading[Any] | Asked[Any]
Found = list[list[Any]]
"""The rows of each reading."""


def reading(build: Callable[Texts, Reading[Row]]) -> Callable[Texts, Asked[Row]]:
    """A reading whose statement is written once: the ORM takes longer to write one than PostgreSQL to answer it.

    Its arguments are texts, and it does nothing with them but look for them.
    """

    @wraps(build)
    def ask(*texts: Texts.args, **none: Texts.kwargs) -> Asked[Row]:
        return Asked(build, tuple(str(text) for text in texts))

    return ask


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement; each of its parameters is either one of the texts, by its place, or always the same."""

    sql: str
    parameters: tuple[tuple[int | None, Any], ...]
    row: Hashable


@cache
def _written(build: Callable[..., Reading[Any]], texts: int) -> _Written:
    marks = [f"\x01Text{n}" for n in range(texts)]
    reading = build(*marks)
    statement = reading.statement()
    sql, parameters = statement or ("", ())
    places = [marks.index(p) if isinstance(p, str) and p in marks else None for p in parameters]
    if not set(places) >= set(range(texts)):
        raise ValueError(f"{build.__name__} does not look for its texts as they are")
    return _Written(sql, tuple(zip(places, parameters, strict=True)), cast("Hashable", reading.row))


def gather(*readings: Readable) -> Found:
    """The rows of every reading, in one statement and in no order."""
    return ask(question(*readings))


def question(*readings: Readable) -> Question[Found]:
    """The question that `gather` asks."""
    parts, said, rows = list[str](), list[Any](), list[Hashable]()
    for place, one in enumerate(readings):
        if isinstance(one, Asked):
            written = _written(one.build, len(one.texts))
            sql, row = written.sql, written.row
            said += [same if n is None else one.texts[n] for n, same in written.parameters]
        else:
            sql, parameters = one.statement() or ("", ())
            row = cast("Hashable", one.row)
            said += parameters
        rows.append(row)
        if sql:
            parts.append(f"SELECT {place}, told_::text FROM ({sql}) AS told")  # noqa: S608 written by the ORM

    def read(answered: list[tuple[int, str]]) -> Found:
        found: list[list[str]] = [[] for _ in readings]
        for place, told in answered:
            found[place].append(told)
        return [_adapter(row).validate_json(f"[{','.join(told)}]") for row, told in zip(rows, found, strict=True)]

    return Question(" UNION ALL ".join(parts), said, read)


_seen: ContextVar[dict[Hashable, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """While a page or several rules look at one state of things, each thing is read once."""
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def seen(key: Hashable, read: Callable[[], Row]) -> Row:
    """What is read under that key; within one look the same as before."""
    known = _seen.get()
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    found: Row = known[key]
    return found


@cache
def _adapter(row: Hashable) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[row])  # type: ignore[valid-type]
