"""What is missing in a jurisdiction, asked by processes that serve: over Django's connection."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from bihuan.care import opening
from bihuan.care.opening import Lack


def _ask(sql: str, said: dict[str, str]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return list(cursor.fetchall())


def lacks(code: str) -> tuple[Lack, ...]:
    """What is missing before the office of that jurisdiction may open: first what nothing goes without."""
    return tuple(lack for city in opening.cities(_ask, code) for lack in opening.lacks(city))
