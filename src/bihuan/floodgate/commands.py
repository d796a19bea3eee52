"""Taking tokens. This is no part of the record: it is written also where nothing else may be."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from bihuan.floodgate.models import Bucket, mark_of
from bihuan.floodgate.types import Measure, TooMany

LONGEST = timedelta(days=1)
"""No measure takes longer to fill up, so that a bucket not touched since is full."""

_THERE = """least(%(tokens)s, b."left" + greatest(0, extract(epoch FROM excluded.at - b.at)) * %(per_second)s)"""
_TAKE = f"""
INSERT INTO floodgate_bucket AS b (mark, "left", at) VALUES (%(mark)s, %(tokens)s - 1, %(at)s)
ON CONFLICT (mark) DO UPDATE SET "left" = {_THERE} - 1, at = greatest(b.at, excluded.at) WHERE {_THERE} >= 1
RETURNING b."left" """  # noqa: S608 constants only
_LOSE = f"""
INSERT INTO floodgate_bucket AS b (mark, "left", at) VALUES (%(mark)s, %(tokens)s - 1, %(at)s)
ON CONFLICT (mark) DO UPDATE SET "left" = greatest({_THERE} - 1, %(least)s), at = greatest(b.at, excluded.at)"""  # noqa: S608
_GIVE_BACK = """UPDATE floodgate_bucket SET "left" = least(%s, "left" + 1) WHERE mark = %s"""


def take(measure: Measure, key: str, *, at: datetime) -> float:
    """Take one token, in a transaction of its own, and answer how many are left; raises TooMany where none is there.

    `at` is the real moment.
    """
    mark = mark_of(measure, key)
    said: dict[str, bytes | float | datetime] = {
        "mark": mark,
        "tokens": float(measure.tokens),
        "per_second": measure.per_second,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, said)
        if (found := cursor.fetchone()) is not None:
            return float(found[0])
    raise TooMany(measure, _wait(measure, Bucket.objects.filter(mark=mark).first(), at))


def lose(measure: Measure, key: str, *, at: datetime) -> None:
    """Take one token whether it is there or not: what is taken beyond is owed, `measure.debt` at most."""
    said: dict[str, bytes | float | datetime] = {
        "mark": mark_of(measure, key),
        "tokens": float(measure.tokens),
        "per_second": measure.per_second,
        "least": float(-measure.debt),
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOSE, said)


def forget(measure: Measure, key: str) -> bool:
    """Fill the bucket up; answers whether anything had been taken."""
    return Bucket.objects.filter(mark=mark_of(measure, key)).delete()[0] > 0


def give_back(measure: Measure, key: str) -> None:
    """Put a token back that was taken for what turned out not to count."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [float(measure.tokens), mark_of(measure, key)])


def _wait(measure: Measure, bucket: Bucket | None, at: datetime) -> int:
    if bucket is None:
        return 1
    return max(1, round((1 - bucket.holds(measure, at)) / measure.per_second + 0.5))


def sweep(*, at: datetime) -> int:
    """Forget the buckets that are full again; answers how many."""
    return Bucket.objects.filter(at__lt=at - LONGEST).delete()[0]
