"""Taking tokens. This is no part of the record: it is written also where nothing else may be."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from bihuan.floodgate.models import Bucket
from bihuan.floodgate.types import Measure, TooMany

LONGEST = timedelta(days=1)
"""No measure takes longer to fill up, so that a bucket not touched since is full."""

_THERE = """least(%(tokens)s, b."left" + greatest(0, extract(epoch FROM excluded.at - b.at)) * %(per_second)s)"""
_TAKE = f"""
INSERT INTO floodgate_bucket AS b (mark, "left", at) VALUES (%(mark)s, %(tokens)s - 1, %(at)s)
ON CONFLICT (mark) DO UPDATE SET "left" = {_THERE} - 1, at = greatest(b.at, excluded.at) WHERE {_THERE} >= 1
RETURNING b."left" """  # noqa: S608 constants only
_GIVE_BACK = """UPDATE floodgate_bucket SET "left" = least(%s, "left" + 1) WHERE mark = %s"""


def take(measure: Measure, key: str, *, at: datetime) -> float:
    """Take one token, in a transaction of its own, and answer how many are left; raises TooMany where none is there.

    `at` is the real moment.
    """
    mark = _mark(measure, key)
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


def give_back(measure: Measure, key: str) -> None:
    """Put a token back that was taken for what turned out not to count."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [float(measure.tokens), _mark(measure, key)])


def _mark(measure: Measure, key: str) -> bytes:
    return bytes(salted_hmac(f"bihuan.floodgate.{measure.name}", key, algorithm="sha256").digest())


def _wait(measure: Measure, bucket: Bucket | None, at: datetime) -> int:
    if bucket is None:
        return 1
    there = bucket.left + max(0.0, (at - bucket.at).total_seconds()) * measure.per_second
    return max(1, round((1 - there) / measure.per_second + 0.5))


def sweep(*, at: datetime) -> int:
    """Forget the buckets that are full again; answers how many."""
    return Bucket.objects.filter(at__lt=at - LONGEST).delete()[0]
