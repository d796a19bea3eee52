"""Facts for rules that are asked without a database: what matters is named, the rest is unremarkable."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bihuan.kernel.vocabulary import Vocabulary

MONDAY = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
"""A Monday morning in China on which nothing is remarkable."""
Facts = TypeVar("Facts")


def plain(kind: type[Facts], /, **known: Any) -> Facts:
    """A dataclass of facts: what is not known and has no default says as little as its type lets it."""
    asked: Any = kind
    return kind(**{**_unremarkable(asked), **known})


@cache
def _unremarkable(kind: Any) -> Mapping[str, object]:
    hints = get_type_hints(kind)
    return MappingProxyType(
        {
            one.name: _nothing(hints[one.name])
            for one in fields(kind)
            if one.init and one.default is MISSING and one.default_factory is MISSING
        }
    )


def _nothing(hint: Any) -> object:
    """None where it may be, else the empty, the first word of a list of words, or a Monday morning."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return None if NoneType in get_args(hint) else _nothing(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Vocabulary):
        return next(iter(hint))
    if hint in (datetime, date):
        return MONDAY if hint is datetime else MONDAY.date()
    if hint is timedelta:
        return timedelta(0)
    if origin is not None:
        return {} if issubclass(origin, Mapping) else origin()
    return hint()
