"""The tables that registrars bring; what stands in them lies in files that go with them."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.erasure import Erasure
from bihuan.mailbags.types import State


class Mailbag(models.Model):
    """A table of letters: by whom, by which channel, and how far it is."""

    erasure = Erasure(
        lasting={
            "name": "文件名，随来件表删除",
            "reading": "表头的对应关系",
            "trouble": "系统用语，随来件表删除",
        }
    )

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    folder = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    brought_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reading = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default=State.CHECKING)
    round = models.IntegerField(default=1)
    share = models.FloatField(default=0)
    lines = models.IntegerField(default=0)
    registered = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    may = models.BooleanField(default=False)
    """Whether it can be registered as it was looked through."""
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="mailbag_of_account"),
            models.Index(fields=["expires_at"], name="mailbag_expiring", condition=~Q(state=str(State.GONE))),
        ]
