"""Tables of the ledgers: saved views, and exports."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.ledgers.types import State


class SavedView(models.Model):
    """A question kept under a name, by one person, perhaps for the colleagues of the unit."""

    erasure = Erasure(lasting={"query": "公务人员自己存的查询条件"})
    reform = Reform(passes=("unit",))

    account = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    unit = models.CharField(max_length=64, blank=True)
    which = models.CharField(max_length=8)
    name = models.CharField(max_length=40)
    query = models.TextField(blank=True)
    default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "which", "name"], name="view_name_once"),
            models.UniqueConstraint(fields=["account", "which"], condition=Q(default=True), name="view_one_default"),
        ]
        indexes = [models.Index(fields=["unit", "which"], name="view_shared", condition=~Q(unit=""))]


class Export(models.Model):
    """A ledger asked for as a file: what, by whom, why, and how far it is."""

    erasure = Erasure(
        lasting={
            "query": "一天后随导出文件删除",
            "told": "一天后随导出文件删除",
            "reason": "公务文字，不含诉求人信息",
            "trouble": "系统用语",
        }
    )

    jurisdiction = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    which = models.CharField(max_length=8)
    query = models.TextField(blank=True)
    told = models.TextField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=State.WAITING)
    asked_at = models.DateTimeField()
    done = models.IntegerField(default=0)
    cut = models.IntegerField(default=0, db_default=0)
    """Cells that do not hold all of their text."""
    total = models.IntegerField(null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    fetched = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="export_of_account"),
            models.Index(fields=["expires_at"], name="export_expiring", condition=Q(state=str(State.READY))),
        ]
