"""The buckets."""

from django.db import models


class Bucket(models.Model):
    """What is left in one bucket. Its mark is a keyed digest, so that nothing here tells an address or a number."""

    mark = models.BinaryField(primary_key=True)
    left = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="bucket_at")]
