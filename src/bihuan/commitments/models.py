"""The table of what was promised to requesters."""

from django.db import models
from django.db.models import Q

from bihuan.commitments.types import Standing
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform

OVER = [str(Standing.FULFILLED), str(Standing.ENDED)]


class Commitment(models.Model):
    """What a unit promised to a requester, of a case or a matter; one at a time of each."""

    erasure = Erasure(of="subject", named=True, emptied=("result",), instead=("text",))
    reform = Reform(passes=("unit",))

    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
    number = models.CharField(max_length=32, blank=True, default="", db_default="")
    """Its own number from the moment on from which it holds; empty before, for what waits may be dropped."""
    text = models.TextField()
    unit = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    due_on = models.DateField()
    first_due_on = models.DateField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    standing = models.CharField(max_length=16)
    claimed_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    times = models.SmallIntegerField(default=0)
    """How often it got a new date."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="commitment_number_once"),
            models.UniqueConstraint(
                fields=["subject"], condition=~Q(standing__in=OVER), name="commitment_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(unit="") & ~Q(person=""), name="commitment_of_somebody"),
        ]
        indexes = [
            models.Index(
                fields=["jurisdiction", "due_on"], condition=Q(standing=str(Standing.OPEN)), name="commitment_due"
            )
        ]
