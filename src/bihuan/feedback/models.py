"""Call-backs by the platform."""

from django.db import models

from bihuan.cases.models import Case
from bihuan.kernel.erasure import Erasure


class Callback(models.Model):
    """One call-back of a round of handling."""

    erasure = Erasure(kinds=("case",), of="case_id", emptied=("verbatim",))

    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    attempt = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    method = models.CharField(max_length=16)
    reached = models.BooleanField()
    contacted_by_unit = models.BooleanField(null=True)
    facts_true = models.BooleanField(null=True)
    solved = models.CharField(max_length=8, blank=True)
    satisfied = models.CharField(max_length=8, blank=True)
    verbatim = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "attempt"], name="callback_attempt_once"),
            models.CheckConstraint(
                condition=models.Q(reached=True) | models.Q(solved="", satisfied=""),
                name="callback_not_reached_says_nothing",
            ),
        ]
