"""Tables of regular work."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights

_OPEN = "due"


class Rhythm(models.Model):
    """The work of one period, as a subject of its own: what, by which unit and post, until when."""

    erasure = Erasure(lasting={"title": "工作名称", "summary": "单位自身工作，不写诉求人信息"})
    reform = Reform(passes=("unit",))
    rights = Rights(lasting="id number jurisdiction pack code started_at started_by")

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    every = models.CharField(max_length=16)
    period = models.CharField(max_length=16)
    unit = models.CharField(max_length=64)
    post = models.CharField(max_length=32)
    begins_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    done_by = models.CharField(max_length=96, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "code", "period"], name="rhythm_period"),
            models.Index(fields=["jurisdiction", "unit"], condition=Q(stage=_OPEN), name="rhythm_open"),
        ]


class Log(models.Model):
    """What was written down of a training, a briefing or a review."""

    erasure = Erasure(
        lasting={
            "topic": "培训内容",
            "people": "参训公务人员的职务",
            "heard_by": "职务",
            "reported_by": "职务",
            "summary": "单位自身工作，不写诉求人信息",
            "decided": "单位自身工作，不写诉求人信息",
        }
    )
    reform = Reform(keeps={"units": "当时参加的单位"})

    rhythm = models.OneToOneField(Rhythm, on_delete=models.PROTECT, related_name="log")
    done_on = models.DateField()
    way = models.CharField(max_length=16, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    units = ArrayField(models.CharField(max_length=64), default=list)
    people = models.TextField(blank=True)
    heard_by = models.CharField(max_length=200, blank=True)
    reported_by = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    decided = models.TextField(blank=True)


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see it is read here alone."""

    reform = Reform(passes=("unit",))

    rhythm = models.ForeignKey(Rhythm, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rhythm", "unit", "part"], condition=Q(until__isnull=True), name="rhythm_part_once"
            ),
        ]
        indexes = [models.Index(F("unit"), F("rhythm").desc(), name="rhythm_list", condition=Q(until__isnull=True))]
