"""Tables of the duty ledger: due moments are stored and indexed, never counted down."""

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.policy.calendar import PauseRule


class Duty(models.Model):
    """Someone owes an act by a moment."""

    erasure = Erasure(
        lasting={
            "basis": "时限的依据，规定原文或系统用语",
            "rule": "规则中时限的代码",
            "ladder": "规则中督办阶梯的代码",
        }
    )
    reform = Reform(passes=("holder",))

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
    rule = models.CharField(max_length=160, blank=True, default="", db_default="")
    """Which limit of the regulation it was counted by, by its key."""
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    set_due_at = models.DateTimeField(null=True)
    """The moment that a person set, where no limit counts: pauses put it off."""
    provisional = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    discharged_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True)
    ladder = models.CharField(max_length=128, blank=True, default="", db_default="")
    """Which ladder of the regulation is climbed, by its key, where that is not the one for all."""
    next_step_at = models.DateTimeField(null=True)
    """The moment of the next step; none while the clock stands still, or where nothing is left to be done."""
    steps_taken = models.SmallIntegerField(default=0)
    """So many rows of the ladder's steps stand beside it."""
    recomputed_at = models.DateTimeField(null=True)
    calendar_edition = models.IntegerField(default=0, db_default=0)
    """By which edition of the calendar the due moment was reckoned."""

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
            models.Index(fields=["subject"], name="duty_open_by_subject", condition=Q(discharged_at__isnull=True)),
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
            models.Index(
                fields=["holder", "discharged_at", "id"],
                name="duty_done_by_holder",
                condition=Q(discharged_at__isnull=False),
            ),
        ]


class Interruption(models.Model):
    """The duty's clock stood still, and why."""

    erasure = Erasure(of="duty__subject", named=True, instead=("why",))

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="interruptions")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200)
    reckoned_by = models.CharField(max_length=16, default=PauseRule.WORKING_TIME, db_default=PauseRule.CLOSINGS.value)
    """A process of the version before the rule says nothing, and reckons by closings."""
    by_itself = models.BooleanField(default=False, db_default=False)
    """Whether the duty rests for a reason of its own: it rests on when its subject goes on."""


class Extension(models.Model):
    """More time was allowed, and why."""

    erasure = Erasure(of="duty__subject", named=True, instead=("why",))

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="extensions")
    limit = models.CharField(max_length=16)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()


class Step(models.Model):
    """What was done about a duty at a moment of its ladder, once for each occurrence."""

    erasure = Erasure(lasting={"why": "程序的错误类别，不含诉求内容"})
    reform = Reform(keeps={"step": "阶梯步骤的代码，不是单位", "made": "所产生事项的编号，不是单位"})

    jurisdiction = models.CharField(max_length=32)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="steps")
    ladder = models.CharField(max_length=32, blank=True)
    step = models.CharField(max_length=64)
    occurrence = models.SmallIntegerField()
    level = models.CharField(max_length=8, blank=True)
    planned_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    made = models.CharField(max_length=64, blank=True)
    """Key of what it made: a matter, a directive."""
    event = models.IntegerField(null=True)
    """Its place in the record of the duty's subject, where it is told there."""
    attempts = models.SmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)
    """When a step that failed is tried again."""
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "step", "occurrence"], name="step_once")]
        indexes = [
            models.Index(fields=["jurisdiction", "taken_at"], name="step_failed", condition=Q(outcome="failed")),
        ]


class AnnouncedYear(models.Model):
    """A wording of a year's notice: its public holidays and make-up days. It holds from an edition of the calendar on,
    until a later wording of the year does; none is ever changed. `announced_at` is the real moment."""

    erasure = Erasure(lasting={"notice": "公布的通知", "days": "公布的日期", "reason": "公务文字，不含诉求人信息"})

    year = models.IntegerField()
    edition = models.IntegerField(db_default=0)
    notice = models.CharField(max_length=200)
    days = models.JSONField()
    reason = models.TextField(blank=True, db_default="")
    by = models.CharField(max_length=64, blank=True, db_default="")
    announced_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "edition"], name="wording_once_an_edition")]


class LimitOverride(models.Model):
    """A jurisdiction counts by another limit than its regulation's, from a day until another (not included)."""

    erasure = Erasure(lasting={"reason": "公务文字，不含诉求人信息", "basis": "公务文字，不含诉求人信息"})

    jurisdiction = models.CharField(max_length=32)
    name = models.CharField(max_length=32)
    urgency = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=32, blank=True)
    appeal_type = models.CharField(max_length=16, blank=True)
    category = models.CharField(max_length=32, blank=True, default="", db_default="")
    unit_type = models.CharField(max_length=32, blank=True, default="", db_default="")
    limit = models.CharField(max_length=16)
    before = models.CharField(max_length=16)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.TextField()
    basis = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="override_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "name", "urgency", "channel", "appeal_type", "category", "unit_type"],
                condition=Q(until_on__isnull=True),
                name="override_once_in_force_for",
            ),
        ]


class DutyFigure(models.Model):
    """How many duties of a norm a unit settled on a day; without a holder, all units together."""

    reform = Reform(keeps={"holder": "当时的统计"})

    jurisdiction = models.CharField(max_length=32)
    day = models.DateField()
    pack = models.CharField(max_length=64)
    norm = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    met = models.IntegerField()
    late = models.IntegerField()
    unmet = models.IntegerField(default=0, db_default=0)
    waived = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "day", "pack", "norm", "holder"], name="figure_once_a_day")
        ]
        indexes = [models.Index(fields=["jurisdiction", "holder", "day"], name="figure_by_holder")]


class DutyStanding(models.Model):
    """How many duties of a norm a unit owed when they were counted last, and how many of them were late then."""

    reform = Reform(keeps={"holder": "每五分钟重新统计"})

    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    norm = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    open = models.IntegerField()
    overdue = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "pack", "norm", "holder"], name="standing_once")]


class FigureCount(models.Model):
    """When a jurisdiction's duties were counted last, and from which day on they are counted again."""

    jurisdiction = models.CharField(primary_key=True, max_length=32)
    counted_at = models.DateTimeField()
    again_from = models.DateField()
