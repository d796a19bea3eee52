"""Tables of webhooks: endpoints with their sealed secrets, what is on its way to them, and each try."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.rights import Rights
from bihuan.webhooks.types import KIND_LENGTH, DeliveryState, EndpointState

OPEN = [str(DeliveryState.WAITING), str(DeliveryState.SENDING)]


class Endpoint(models.Model):
    """Where events go. The address may hold a secret; the record tells its host alone."""

    erasure = Erasure(lasting={"address": "接收系统的地址"})
    rights = Rights(
        again="label address kinds state why sealed sealed_before failures failing_since next_at changed_at",
        seen="place",
    )

    jurisdiction = models.CharField(max_length=32)
    label = models.CharField(max_length=64)
    address = models.CharField(max_length=500)
    account = models.CharField(max_length=64)
    kinds = ArrayField(models.CharField(max_length=KIND_LENGTH), default=list)
    state = models.CharField(max_length=16)
    why = models.CharField(max_length=16)
    sealed = models.BinaryField()
    sealed_before = models.BinaryField(null=True)
    entered_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    """When it last began or ceased to be told: real time, as all that follows."""
    failures = models.IntegerField(default=0)
    """How often in a row it took nothing."""
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    """Before this nothing is tried."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "label"], condition=~Q(state=str(EndpointState.ENDED)), name="endpoint_once"
            )
        ]


class Delivery(models.Model):
    """An event on its way to an endpoint, under the same id and with the same body at each try."""

    erasure = Erasure(lasting={"body": "只有编号、阶段、行为、条款和职责，没有诉求人写的文字；30天后删除"})
    rights = Rights(
        again="state attempts since next_at lease_until sent_at", seen="place", deleted_by=("webhooks.commands.forget",)
    )

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=32)
    event = models.BigIntegerField()
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=KIND_LENGTH)
    at = models.DateTimeField()
    queued_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=16, default=str(DeliveryState.WAITING))
    attempts = models.IntegerField(default=0)
    since = models.DateTimeField(null=True)
    """When it was tried for the first time since it last began to wait."""
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    """When it was taken in, or passed by."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "id"], condition=Q(state__in=OPEN), name="delivery_open"),
            models.Index(fields=["endpoint", "subject", "id"], condition=Q(state__in=OPEN), name="delivery_of_subject"),
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="delivery_sent"),
        ]


class Attempt(models.Model):
    """One try to deliver."""

    erasure = Erasure(lasting={"answer": "对方系统的应答，30天后删除", "trouble": "没有送达的原因，30天后删除"})
    rights = Rights(seen="place", deleted_by=("webhooks.commands.forget",))

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=32)
    at = models.DateTimeField()
    milliseconds = models.IntegerField()
    status = models.SmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="attempt_at")]
