"""Tables of facts: of subjects by their numbers and of units by their codes, and nothing that somebody said."""

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights

_KEPT = "记在当时承担的单位名下"
_DERIVED = ("assessment.commands._replace",)


class Duty(models.Model):
    """A duty whose question was decided: done in time, late, never, or fallen due and still open. Once each."""

    reform = Reform(keeps={"unit": _KEPT})
    rights = Rights(seen="unit", deleted_by=_DERIVED)

    duty = models.BigIntegerField(primary_key=True)
    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=96)
    kind = models.CharField(max_length=64)
    """Subject and kind, as `case.handle`."""
    counted = models.CharField(max_length=16, blank=True)
    """The figure to which it belongs; empty for none."""
    norm = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    """As what the unit answers for it."""
    urgency = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16)
    decided_on = models.DateField()
    first_met = models.BooleanField()
    """Whether it was done before its first due moment."""
    fell_due = models.BooleanField()
    """Whether it was still open when it fell due."""
    ended_on = models.DateField(null=True)
    excluded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="assessed_duty_subject"),
            models.Index(
                F("jurisdiction"), F("counted"), F("decided_on"), F("duty"), name="assessed_duty_counted",
                condition=~Q(counted=""),
            ),
        ]  # fmt: skip


class Result(models.Model):
    """What came of a cycle of a case, for each unit that shares it."""

    reform = Reform(keeps={"unit": _KEPT})
    rights = Rights(seen="unit", deleted_by=_DERIVED)

    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=96)
    cycle = models.SmallIntegerField()
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    channel = models.CharField(max_length=32, blank=True)
    first_on = models.DateField(null=True)
    """The day of its first valid call-back; the others below are of that month, or year."""
    month_satisfied = models.CharField(max_length=8, blank=True)
    month_solved = models.CharField(max_length=8, blank=True)
    month_contacted = models.BooleanField(null=True)
    month_true = models.BooleanField(null=True)
    year_satisfied = models.CharField(max_length=8, blank=True)
    year_solved = models.CharField(max_length=8, blank=True)
    satisfied = models.BooleanField(null=True)
    """Whether the month's word counts as satisfied by the regulation of the case."""
    year_is_satisfied = models.BooleanField(null=True)
    bad_on = models.DateField(null=True)
    """The day of the last valid call-back after a dissatisfied one, or of that one where none followed."""
    fixed = models.BooleanField(null=True)
    closed_on = models.DateField(null=True)
    days = models.IntegerField(null=True)
    """Working days from the first dispatch of the cycle until its answer was signed off."""
    excluded = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "cycle", "unit"], name="result_once")]
        indexes = [
            models.Index(fields=["jurisdiction", "first_on", "id"], name="result_first_on"),
            models.Index(fields=["jurisdiction", "closed_on", "id"], name="result_closed_on"),
        ]


class Event(models.Model):
    """Something that happened and is counted by itself: a dispatch, a return, a grade, a reminder."""

    reform = Reform(keeps={"unit": _KEPT})
    rights = Rights(seen="unit", deleted_by=_DERIVED)

    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=96)
    event = models.BigIntegerField()
    """Id of what the record tells of it."""
    atom = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    channel = models.CharField(max_length=32, blank=True)
    on = models.DateField()
    n = models.IntegerField()
    excluded = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "atom", "unit", "part"], name="counted_event_once")]
        indexes = [
            models.Index(fields=["subject"], name="counted_event_subject"),
            models.Index(fields=["jurisdiction", "atom", "on", "id"], name="counted_event_atom"),
        ]


class Count(models.Model):
    """The sum of an atom for a unit: of a day (2026-11-05) and of a month (2026-11)."""

    reform = Reform(keeps={"unit": _KEPT})
    rights = Rights(again="n", seen="place")

    jurisdiction = models.CharField(max_length=32)
    period = models.CharField(max_length=10)
    measure = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    channel = models.CharField(max_length=32, blank=True)
    excluded = models.BooleanField()
    n = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "period", "measure", "unit", "part", "channel", "excluded"], name="count_once"
            )
        ]
