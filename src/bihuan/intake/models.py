"""Where the requests of a case came from."""

from django.db import models
from django.db.models import Q

from bihuan.cases.models import Case
from bihuan.kernel.erasure import Erasure


class Source(models.Model):
    """A request as it came in by a channel, under the channel's own number."""

    erasure = Erasure(kinds=("case",), of="case__number", lasting={"origin_number": "对账用的来件编号"})

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    origin_number = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "channel", "origin_number"],
                condition=~Q(origin_number=""),
                name="source_registered_once",
            )
        ]


class PublicSite(models.Model):
    """Where citizens submit requests themselves; once it is closed, theirs can still be followed."""

    jurisdiction = models.CharField(max_length=32, primary_key=True)
    channel = models.CharField(max_length=32)
    open = models.BooleanField(default=True)


class ColumnPlan(models.Model):
    """What the columns of a table hold, kept for the next table with the same headings."""

    erasure = Erasure(lasting={"columns": "表头的对应关系"})

    jurisdiction = models.CharField(max_length=32)
    channel = models.CharField(max_length=32)
    headings = models.CharField(max_length=64)
    columns = models.JSONField()
    agreed = models.BooleanField(default=True, db_default=True)
    """Not where an earlier release may have guessed from a part of a heading."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "channel", "headings"], name="column_plan_once"),
        ]
