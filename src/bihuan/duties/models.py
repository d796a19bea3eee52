"""Tables of the duty ledger: due moments are stored and indexed, never counted down."""

from django.db import models
from django.db.models import F, Q


class Duty(models.Model):
    """Someone owes an act by a moment."""

    jurisdiction = models.CharField(max_length=32)
    subject = models.CharField(max_length=96)
    kind = models.CharField(max_length=32)
    norm = models.CharField(max_length=64)
    clause = models.CharField(max_length=32, blank=True)
    pack = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    post = models.CharField(max_length=32, blank=True)
    limit = models.CharField(max_length=16, blank=True)
    basis = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    discharged_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True)
    next_step_at = models.DateTimeField(null=True)
    steps_taken = models.SmallIntegerField(default=0)
    recomputed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(discharged_at__isnull=True, outcome="") | Q(discharged_at__isnull=False) & ~Q(outcome=""),
                name="duty_ends_with_an_outcome",
            ),
            models.CheckConstraint(condition=~Q(holder=""), name="duty_is_somebodys"),
        ]
        indexes = [
            models.Index(fields=["subject"], name="duty_subject"),
            models.Index(
                fields=["holder", "due_at", "id"], name="duty_open_by_holder", condition=Q(discharged_at__isnull=True)
            ),
            models.Index(
                fields=["jurisdiction", "due_at", "id"],
                name="duty_open_by_due",
                condition=Q(discharged_at__isnull=True),
            ),
            models.Index(
                F("next_step_at"),
                name="duty_next_step",
                condition=Q(discharged_at__isnull=True, next_step_at__isnull=False),
            ),
        ]


class Interruption(models.Model):
    """The duty's clock stood still, and why."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="interruptions")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200)


class Extension(models.Model):
    """More time was allowed, and why."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="extensions")
    limit = models.CharField(max_length=16)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()


class AnnouncedYear(models.Model):
    """A year's public holidays and make-up days as the notice gives them, for years the shipped table lacks."""

    year = models.IntegerField(primary_key=True)
    notice = models.CharField(max_length=200)
    days = models.JSONField()
    announced_at = models.DateTimeField()
