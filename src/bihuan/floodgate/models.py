"""The buckets."""

from datetime import datetime

from django.db import models
from django.utils.crypto import salted_hmac

from bihuan.floodgate.types import Measure


def mark_of(measure: Measure, key: str) -> bytes:
    """By what a bucket is found."""
    return bytes(salted_hmac(f"bihuan.floodgate.{measure.name}", key, algorithm="sha256").digest())


class Bucket(models.Model):
    """What is left in one bucket. Its mark is a keyed digest, so that nothing here tells an address or a number."""

    mark = models.BinaryField(primary_key=True)
    left = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="bucket_at")]

    def holds(self, measure: Measure, at: datetime) -> float:
        """What is in it at that moment."""
        back = max(0.0, (at - self.at).total_seconds()) * measure.per_second
        return min(float(measure.tokens), self.left + back)
