"""Tables of bulletins."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights

_OWN = "公开印发的文件，不含诉求人信息"


class Bulletin(models.Model):
    """A bulletin as a subject of its own: its four texts, its number."""

    erasure = Erasure(
        lasting={
            "title": "通报名称",
            "overview": _OWN,
            "experience": _OWN,
            "problems": _OWN,
            "demands": _OWN,
            "issue_number": "文号",
        }
    )
    reform = Reform(passes=("unit",))
    rights = Rights(lasting="id number jurisdiction pack rhythm period started_at started_by")

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=200)
    rhythm = models.CharField(max_length=32, unique=True)
    period = models.CharField(max_length=16)
    begins_on = models.DateField()
    ends_on = models.DateField()
    unit = models.CharField(max_length=64)
    overview = models.TextField(blank=True)
    experience = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    demands = models.TextField(blank=True)
    issue_number = models.CharField(max_length=48, null=True, unique=True)
    issued_on = models.DateField(null=True)


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see it is read here alone."""

    reform = Reform(passes=("unit",))

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "unit", "part"], condition=Q(until__isnull=True), name="bulletin_part_once"
            ),
        ]
        indexes = [models.Index(F("unit"), F("bulletin").desc(), name="bulletin_list", condition=Q(until__isnull=True))]


class Line(models.Model):
    """What the table says of a unit, fixed when the bulletin was laid before the director."""

    reform = Reform(keeps={"unit": "通报所列的单位"})
    rights = Rights(again="entered struck open overdue decided met")

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="lines")
    unit = models.CharField(max_length=64)
    entered = models.IntegerField()
    struck = models.IntegerField()
    open = models.IntegerField()
    overdue = models.IntegerField()
    decided = models.IntegerField()
    met = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "unit"], name="bulletin_line_once")]


class Naming(models.Model):
    """A unit that is named, and for what; struck with a reason it stays, and says so."""

    erasure = Erasure(lasting={"text": _OWN, "struck": "不点名的理由"})
    reform = Reform(keeps={"unit": "通报所列的单位"})
    rights = Rights(again="struck")

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="namings")
    nth = models.SmallIntegerField()
    unit = models.CharField(max_length=64)
    text = models.CharField(max_length=300)
    struck = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "nth"], name="bulletin_naming_once")]


class Correction(models.Model):
    """A note that stands with an issued bulletin."""

    erasure = Erasure(lasting={"note": _OWN, "by_name": "公务人员"})

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="corrections")
    nth = models.SmallIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "nth"], name="bulletin_correction_once")]
