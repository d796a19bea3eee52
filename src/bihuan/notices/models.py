"""The table of notices: a subject by its number, a duty by its kind, and nothing that somebody said."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.reform import Reform


class Notice(models.Model):
    """Something that concerns an account: of one event, or of `times` events that came together."""

    reform = Reform(keeps={"unit": "当时任职的单位"})

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    group = models.CharField(max_length=16)
    subject = models.CharField(max_length=64, blank=True)
    duty = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    event = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    times = models.IntegerField(default=1)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "event", "group", "duty", "unit"], name="notice_once")
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="notice_of_account"),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["at"], name="notice_at"),
        ]
