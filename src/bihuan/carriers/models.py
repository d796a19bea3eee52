"""Tables of carriers: how a jurisdiction sends, where officials are told and when, and what is on its way."""

from django.db import models
from django.db.models import Q

from bihuan.carriers.types import MessageState
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.rights import Rights

OPEN = [str(MessageState.WAITING), str(MessageState.SENDING)]


class Carrier(models.Model):
    """How notices of a jurisdiction leave by one way; passwords and keys are sealed."""

    erasure = Erasure(lasting={"settings": "邮件服务器、短信网关的设置"})
    rights = Rights(again="active settings sealed entered_by changed_at", seen="place")

    jurisdiction = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    active = models.BooleanField(default=True)
    settings = models.JSONField()
    sealed = models.BinaryField(null=True)
    entered_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "kind"], name="carrier_once")]


class Address(models.Model):
    """Where an account is told by a carrier, sealed."""

    rights = Rights(again="sealed", seen="account", deleted_by=("carriers.commands._keep_address",))

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="carrier_address_once")]


class Preference(models.Model):
    """When notices of a group go to an account by a carrier."""

    rights = Rights(again="timing", seen="account")

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    group = models.CharField(max_length=16)
    timing = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "group"], name="carrier_preference_once")]


class Planned(models.Model):
    """Until which notice it is planned what goes by carriers; one row."""

    rights = Rights("INSERT, SELECT, UPDATE", open="读到哪一条通知，不含内容")

    id = models.SmallIntegerField(primary_key=True)
    notice = models.BigIntegerField()


class Message(models.Model):
    """A notice that goes by a carrier: of each notice one to an account. What goes together has one `mail`."""

    erasure = Erasure(lasting={"error": "没有发出的原因，三个月后删除"})
    rights = Rights(
        again="mail state attempts since next_at lease_until error reference sent_at",
        seen="place",
        deleted_by=("carriers.commands.forget",),
    )

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    notice = models.BigIntegerField()
    digest = models.BooleanField()
    queued_at = models.DateTimeField()
    mail = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=16, default=str(MessageState.WAITING))
    attempts = models.IntegerField(default=0)
    since = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "kind"], name="carrier_message_once")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=OPEN), name="carrier_message_open"),
            models.Index(fields=["jurisdiction", "-id"], name="carrier_message_newest"),
            models.Index(fields=["queued_at"], name="carrier_message_queued"),
        ]
