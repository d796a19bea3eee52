"""Answers, and extensions that wait for a decision."""

from django.db import models

from bihuan.cases.models import Case
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Answer(models.Model):
    """What the unit answered; a new version with every attempt, none is ever changed."""

    erasure = Erasure(
        kinds=("case",),
        of="case_id",
        instead=("to_requester", "to_platform", "policy_basis"),
        emptied=("differs_because",),
        lasting={"feedback_by": "反馈人姓名，公务信息"},
    )
    reform = Reform(keeps={"unit": "当时答复的单位"})

    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    version = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    to_requester = models.TextField()
    to_platform = models.TextField()
    outcome = models.CharField(max_length=16)
    policy_basis = models.TextField(blank=True)
    feedback_method = models.CharField(max_length=16, blank=True)
    feedback_at = models.DateTimeField(null=True)
    feedback_by = models.CharField(max_length=200, blank=True)
    follow_up = models.CharField(max_length=16, blank=True)
    contradicts_form = models.CharField(max_length=64, blank=True, default="", db_default="")
    differs_because = models.TextField(blank=True, default="", db_default="")
    signed_off_by = models.CharField(max_length=64, blank=True)
    signed_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="answer_version_once"),
            models.CheckConstraint(
                condition=models.Q(signed_off_at__isnull=True, signed_off_by="")
                | models.Q(signed_off_at__isnull=False) & ~models.Q(signed_off_by=""),
                name="answer_signed_by_somebody",
            ),
        ]


class ExtensionRequest(models.Model):
    """More time was asked for; decided at most once."""

    erasure = Erasure(kinds=("case",), of="case_id", instead=("reason",))

    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    days = models.SmallIntegerField()
    reason = models.TextField()
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(decided_at__isnull=True), name="extension_one_pending"
            )
        ]
