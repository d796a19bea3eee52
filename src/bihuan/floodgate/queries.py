"""What is in the buckets."""

from datetime import datetime

from bihuan.floodgate.models import Bucket, mark_of
from bihuan.floodgate.types import Measure


def held(measure: Measure, key: str, *, at: datetime) -> tuple[float, datetime | None]:
    """What is left in a bucket (less than nothing is owed), and when it was last touched."""
    bucket = Bucket.objects.filter(mark=mark_of(measure, key)).first()
    return (bucket.holds(measure, at), bucket.at) if bucket else (float(measure.tokens), None)
