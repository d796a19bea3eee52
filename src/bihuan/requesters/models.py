"""Tables of the identities. What identifies is sealed; what is looked at is logged for ever (see the migration)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Requester(models.Model):
    """A requester: one sealed blob and the keyed hashes by which it is found."""

    id = models.BigIntegerField(primary_key=True)
    jurisdiction = models.CharField(max_length=32)
    kind = models.CharField(max_length=8)
    sealed = models.BinaryField(null=True)
    sealed_with = models.CharField(max_length=48, null=True)
    phone = models.BigIntegerField(null=True)
    phone_tail8 = models.BigIntegerField(null=True)
    phone_tail4 = models.BigIntegerField(null=True)
    name = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=[mark], name=f"requester_{mark}", condition=models.Q(**{f"{mark}__isnull": False}))
            for mark in ("phone", "phone_tail8", "phone_tail4", "name")
        ]


class Look(models.Model):
    """The access log: one look at an identity in clear, or one search for requesters; without one it found nobody."""

    erasure = Erasure(lasting={"reason": "谁查看过、为什么，是诉求人的证据"})
    reform = Reform(keeps={"unit": "查看时任职的单位"})

    at = models.DateTimeField()
    jurisdiction = models.CharField(max_length=32)
    requester = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=96)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    post = models.CharField(max_length=32)
    ground = models.CharField(max_length=16)
    reason = models.TextField()
    fields = ArrayField(models.CharField(max_length=16))
    ip = models.CharField(max_length=45)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="look_subject"),
            models.Index(fields=["jurisdiction", "at"], name="look_jurisdiction_at"),
        ]
