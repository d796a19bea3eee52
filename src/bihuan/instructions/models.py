"""The table of instructions that somebody entered for a leader."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Instruction(models.Model):
    """An instruction on which an act of a subject rests: whose, entered by whom, to be confirmed by whom.

    What it says stands with the subject. `before` is what the act put aside, for the case that it is denied.
    """

    erasure = Erasure(lasting={"leader": "职务", "reference": "文号", "before": "原来的环节"})
    reform = Reform(passes=("holder", "units"), keeps={"unit": "当时录入的单位"})

    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
    act = models.CharField(max_length=32)
    leader = models.CharField(max_length=200)
    account = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    reference = models.CharField(max_length=200)
    scan = ArrayField(models.BigIntegerField())
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    unit = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    post = models.CharField(max_length=32)
    units = ArrayField(models.CharField(max_length=64), default=list)
    before = models.JSONField(default=dict, db_default={})
    verified_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)
    denied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by="") | ~Q(settled_by=F("entered_by")), name="instruction_settled_by_another"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(denied_at__isnull=True), name="instruction_true_or_not"
            ),
            models.CheckConstraint(condition=~Q(scan=[]), name="instruction_has_scan"),
        ]
        indexes = [models.Index(fields=["subject"], name="instruction_subject")]
