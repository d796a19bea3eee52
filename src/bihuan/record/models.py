"""Tables of the record. A trigger (see the first migration) refuses every change of an event."""

from django.db import models

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights


class CurrentTransaction(models.Func):
    """The number of the transaction at hand, as PostgreSQL counts it since the cluster was made."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Chain(models.Model):
    """One chain a subject; its row is what a command locks, its length the subject's version."""

    rights = Rights("INSERT, SELECT, UPDATE", open="编号与长度，锁在命令里取，不含内容")

    subject = models.CharField(primary_key=True, max_length=96)
    jurisdiction = models.CharField(max_length=32)
    length = models.IntegerField()
    head = models.BinaryField()


class ExactJSONField(models.JSONField):
    """JSON kept as it was written, byte for byte, because the hash covers the text (`json`, not `jsonb`)."""

    def db_type(self, connection: object) -> str:
        """PostgreSQL's textual JSON type."""
        return "json"

    def from_db_value(self, value: object, expression: object, connection: object) -> object:
        """The driver has read it already."""
        return value


class Event(models.Model):
    """What happened, once and for ever."""

    erasure = Erasure(
        lasting={
            "sentence": "只说公开内容",
            "facts": "只有公开内容",
            "private": "删除时一并清空（record.erase_private）",
        }
    )
    reform = Reform(keeps={"unit": "当时任职的单位"})
    rights = Rights("INSERT, SELECT, UPDATE (private, salt)")

    subject = models.CharField(max_length=96)
    sequence = models.IntegerField()
    jurisdiction = models.CharField(max_length=32)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    norm = models.CharField(max_length=64)
    clause = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    post = models.CharField(max_length=32)
    sentence = models.TextField()
    facts = ExactJSONField()
    private = ExactJSONField(null=True)
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField(null=True)
    previous = models.BinaryField()
    hash = models.BinaryField()
    era = models.SmallIntegerField(db_default=0)
    """How often the database was restored before: transactions are counted from the beginning in each."""
    txid = models.BigIntegerField(db_default=CurrentTransaction())
    """The transaction that wrote it; 0 of what is older than the stream."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "sequence"], name="event_place_in_chain")]
        indexes = [
            models.Index(fields=["jurisdiction", "at"], name="event_jurisdiction_at"),
            models.Index(fields=["era", "txid"], name="event_era_txid"),
        ]


class Consumer(models.Model):
    """How far somebody has read the stream of events: a window of transactions that have ended, and where in it."""

    rights = Rights("INSERT, SELECT, UPDATE", open="各读取者读到记录的哪里，不含内容")

    name = models.CharField(max_length=32)
    lane = models.SmallIntegerField()
    era = models.SmallIntegerField()
    from_tx = models.BigIntegerField()
    to_tx = models.BigIntegerField()
    after_id = models.BigIntegerField()
    read_at = models.DateTimeField()
    """When it last had read everything, by the clock of the database."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "lane"], name="consumer_lane")]


class Seal(models.Model):
    """The seal of a jurisdiction's day over every chain that grew on it."""

    erasure = Erasure(lasting={"counters": "编号"})
    rights = Rights("INSERT, SELECT", open="封存摘要")

    jurisdiction = models.CharField(max_length=32)
    day = models.DateField()
    leaves = models.IntegerField()
    counters = models.JSONField(default=dict)
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "day"], name="seal_one_a_day")]


class SealLeaf(models.Model):
    """Where a chain ended on a sealed day."""

    rights = Rights("INSERT, SELECT", open="封存摘要")

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=96)
    sequence = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "subject"], name="seal_leaf_once")]


class Counter(models.Model):
    """Gapless numbers: a missing one betrays a deleted subject."""

    rights = Rights("INSERT, SELECT, UPDATE", open="计数")

    name = models.CharField(primary_key=True, max_length=96)
    jurisdiction = models.CharField(max_length=32)
    value = models.IntegerField()


class Edition(models.Model):
    """In which edition something stands that processes remember; see `record.editions`."""

    rights = Rights("INSERT, SELECT, UPDATE", open="日历、时限调整的版次，每次应答开头读取")

    name = models.CharField(primary_key=True, max_length=32)
    value = models.BigIntegerField()


class Milestone(models.Model):
    """Until which event the record was written under other rules of the engine."""

    rights = Rights("SELECT", open="各规则自哪一条记录起施行，不含内容")

    name = models.CharField(primary_key=True, max_length=32)
    event = models.BigIntegerField()


class Onceness(models.Model):
    """The answer given to a write that carried an idempotency key."""

    erasure = Erasure(lasting={"key": "键的摘要", "answer": "以键加密，一周后删除"})

    account = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    request = models.BinaryField()
    status = models.SmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="onceness_account_key")]
