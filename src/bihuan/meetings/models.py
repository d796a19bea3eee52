"""Tables of meetings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights

_OWN = "会议材料，按事项编号记述，不写诉求人信息"


class Meeting(models.Model):
    """A meeting as a subject of its own: its agenda, its minutes, and what came of it."""

    erasure = Erasure(
        lasting={
            "title": "会议名称",
            "topic": _OWN,
            "reason": _OWN,
            "place": "会议地点",
            "attendees": "职务",
            "progress": _OWN,
            "analysis": _OWN,
            "difficult": _OWN,
            "policy": _OWN,
            "attended": "职务",
            "minutes": _OWN,
            "minutes_number": "文号",
            "opinion": _OWN,
        }
    )
    reform = Reform(passes=("unit",), keeps={"units": "当时通知参会的单位"})
    rights = Rights(lasting="id number jurisdiction pack rhythm started_at started_by")

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=300)
    rhythm = models.CharField(max_length=32, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    of_group = models.BooleanField(default=False)
    unit = models.CharField(max_length=64)
    held_on = models.DateField(null=True)
    starts = models.CharField(max_length=32, blank=True)
    place = models.CharField(max_length=200, blank=True)
    attendees = models.TextField(blank=True)
    units = ArrayField(models.CharField(max_length=64), default=list)
    progress = models.TextField(blank=True)
    analysis = models.TextField(blank=True)
    difficult = models.TextField(blank=True)
    policy = models.TextField(blank=True)
    attended = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    minutes_number = models.CharField(max_length=48, null=True, unique=True)
    opinion = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rhythm"], condition=~Q(rhythm=""), name="meeting_of_rhythm_once"),
        ]


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see it is read here alone."""

    reform = Reform(passes=("unit",))

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "unit", "part"], condition=Q(until__isnull=True), name="meeting_part_once"
            ),
        ]
        indexes = [models.Index(F("unit"), F("meeting").desc(), name="meeting_list", condition=Q(until__isnull=True))]


class Decision(models.Model):
    """One thing that was decided; what was struck before it was signed stays, and says so."""

    erasure = Erasure(lasting={"text": _OWN, "struck": "删去的理由"})
    reform = Reform(keeps={"units": "决定所写的单位"})
    rights = Rights(again="struck")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    nth = models.SmallIntegerField()
    kind = models.CharField(max_length=16)
    text = models.TextField()
    subjects = ArrayField(models.CharField(max_length=96), default=list)
    units = ArrayField(models.CharField(max_length=64), default=list)
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    struck = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "nth"], name="meeting_decision_once")]


class Task(models.Model):
    """What a unit is to do by a decision, and what it reported."""

    erasure = Erasure(lasting={"result": _OWN, "reported_by_name": "公务人员"})
    reform = Reform(passes=("unit",))
    rights = Rights(again="unit result done reported_at reported_by_name")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="tasks")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="tasks")
    unit = models.CharField(max_length=64)
    result = models.TextField(blank=True)
    done = models.BooleanField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit"], name="meeting_task_unit")]
