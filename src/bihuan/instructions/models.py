"""Tables of instructions: what an act rests on that somebody entered for a leader, and instructions with a life."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.instructions.types import KIND
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights


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


class LeaderInstruction(models.Model):
    """What a leader instructed, as a subject of its own: by which post, when, on which paper, and what came of it."""

    erasure = Erasure(
        kinds=(KIND,),
        of="number",
        emptied=("topic", "emergency", "report", "outcome"),
        instead=("text",),
        lasting={"title": "职务和文号，不含诉求人信息", "leader": "职务", "reference": "文号"},
    )
    reform = Reform(passes=("unit",))

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    of_case = models.CharField(max_length=32, blank=True)
    """Number of the case that it names, or that stands behind what it names: with its data its own are erased."""
    title = models.CharField(max_length=450)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    leader = models.CharField(max_length=200)
    account = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    medium = models.CharField(max_length=16)
    reference = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    purpose = models.CharField(max_length=16)
    topic = models.CharField(max_length=200, blank=True)
    emergency = models.TextField(blank=True)
    scan = ArrayField(models.BigIntegerField(), default=list)
    unit = models.CharField(max_length=64)
    """Who keeps it: the unit that entered it, or whoever supervises where a leader gave it here."""
    post = models.CharField(max_length=32)
    entered_by = models.CharField(max_length=64, blank=True)
    """Account of who entered it for the leader; empty where the leader gave it."""
    reported_by = models.CharField(max_length=64, blank=True)
    report = models.TextField(blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["of_case"], name="instruction_of_case", condition=~Q(of_case=""))]


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see an instruction is read here alone."""

    reform = Reform(passes=("unit",))

    instruction = models.ForeignKey(LeaderInstruction, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "unit", "part"], condition=Q(until__isnull=True), name="instruction_part_once"
            ),
        ]
        indexes = [
            models.Index(F("unit"), F("instruction").desc(), name="instruction_list", condition=Q(until__isnull=True))
        ]


class Target(models.Model):
    """A subject that an instruction names."""

    instruction = models.ForeignKey(LeaderInstruction, on_delete=models.PROTECT, related_name="targets")
    subject = models.CharField(max_length=96)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction", "subject"], name="instruction_names_once")]
        indexes = [models.Index(fields=["subject"], name="instruction_target")]


class Task(models.Model):
    """What a unit is to do by an instruction, and what it reported."""

    erasure = Erasure(
        kinds=(KIND,),
        of="instruction__number",
        emptied=("result",),
        instead=("task",),
        lasting={"reported_by_name": "公务人员", "reported_post": "签发人的职务"},
    )
    reform = Reform(passes=("unit",))
    rights = Rights(again="unit result done_on reported_at reported_by_name reported_post")

    instruction = models.ForeignKey(LeaderInstruction, on_delete=models.PROTECT, related_name="tasks")
    unit = models.CharField(max_length=64)
    task = models.TextField()
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    result = models.TextField(blank=True)
    done_on = models.DateField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_by_name = models.CharField(max_length=200, blank=True)
    reported_post = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit"], name="instruction_task_unit")]
