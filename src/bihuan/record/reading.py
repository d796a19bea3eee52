"""Several lists of a page read in one statement, each still described by the package that owns its table."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import cache, reduce
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Func, JSONField, Model, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import JSONObject
from pydantic import TypeAdapter

Row = TypeVar("Row")
_JSON = JSONField()


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """Rows of a table, told as `row`; a field that is not a column of that name says where it comes from."""

    rows: "QuerySet[Any]"
    row: type[Row]
    columns: "dict[str, str | Combinable]"

    def told(self, place: int) -> "QuerySet[Any, Any]":
        """The rows as JSON, with the reading's place among others."""
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
        asked: QuerySet[Any, Any] = self.rows.order_by().annotate(place_=Value(place), told_=told)
        return asked.values_list("place_", "told_")

    def _plain(self, columns: Mapping[str, str]) -> RawSQL:
        """Columns of the table itself, without the ORM's way of resolving each: pages read hundreds of them."""
        quote, alias = connection.ops.quote_name, self.rows.query.get_initial_alias()
        said = ", ".join(f"'{name}', {quote(alias)}.{quote(column)}" for name, column in columns.items())
        return RawSQL(f"jsonb_build_object({said})", (), output_field=_JSON)  # noqa: S611 names of fields alone


def gather(*readings: Reading[Any]) -> list[list[Any]]:
    """The rows of every reading, in one statement and in no order."""
    asked: Sequence[QuerySet[Model, Any]] = [reading.told(n) for n, reading in enumerate(readings)]
    found: list[list[Any]] = [[] for _ in readings]
    for place, told in reduce(lambda one, other: one.union(other, all=True), asked):
        found[place].append(told)
    return [_adapter(cast("Hashable", r.row)).validate_python(rows) for r, rows in zip(readings, found, strict=True)]


_seen: ContextVar[dict[Hashable, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """While several rules look at one state of things, each thing is read once."""
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
