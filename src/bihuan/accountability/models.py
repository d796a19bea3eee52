"""Tables of clues: what a unit may be held to account for, its evidence, and who takes part."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.accountability.types import KIND
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights


class Clue(models.Model):
    """What a unit may be held to account for, as far as people have looked into it, and what came of that."""

    erasure = Erasure(
        kinds=(KIND,),
        of="number",
        emptied=(
            "question",
            "explanation",
            "finding",
            "consequence",
            "route_reason",
            "suggestion",
            "guidance",
            "result",
            "result_posts",
            "taken_by",
            "filed",
            "dismissal",
        ),
        instead=("facts",),
        lasting={
            "title": "单位和情形，不含诉求人信息",
            "recipient": "接受移交的机关",
            "copies": "抄送的机关",
            "document_number": "文号",
            "result_reference": "结果文号",
            "about": "所涉事项的编号",
        },
    )
    reform = Reform(passes=("keeper",), keeps={"unit": "涉及的单位", "recipient_unit": "当时接受移交的机关"})
    rights = Rights(lasting="id number jurisdiction pack unit detector started_at started_by")

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    of_case = models.CharField(max_length=32, blank=True)
    """Number of the case that it is about, or that stands behind what it is about: with its data its own are erased."""
    title = models.CharField(max_length=300)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    unit = models.CharField(max_length=64)
    keeper = models.CharField(max_length=64)
    situation = models.CharField(max_length=32)
    about = models.CharField(max_length=96, blank=True)
    detector = models.CharField(max_length=32, blank=True)
    express = models.BooleanField(default=False)
    facts = models.TextField()
    question = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)
    consequence = models.TextField(blank=True)
    severity = models.CharField(max_length=16, blank=True)
    verified_by = models.CharField(max_length=64, blank=True)
    route = models.CharField(max_length=16, blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    recipient_unit = models.CharField(max_length=64, blank=True)
    copies = ArrayField(models.CharField(max_length=200), default=list)
    route_reason = models.TextField(blank=True)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    document_number = models.CharField(max_length=100, blank=True)
    suggestion = models.TextField(blank=True)
    referred_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)
    guidance = models.TextField(blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    result = models.TextField(blank=True)
    result_posts = models.CharField(max_length=200, blank=True)
    result_reference = models.CharField(max_length=200, blank=True)
    concluded_on = models.DateField(null=True)
    filed = models.TextField(blank=True)
    dismissal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "unit", "situation", "about"],
                condition=Q(closed_at__isnull=True),
                name="clue_one_open",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("verified_by")), name="clue_approved_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["of_case"], name="clue_of_case", condition=~Q(of_case="")),
            models.Index(fields=["unit", "situation", "about"], name="clue_of_unit"),
        ]


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see a clue is read here alone."""

    reform = Reform(passes=("unit",))

    clue = models.ForeignKey(Clue, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "unit", "part"], condition=Q(until__isnull=True), name="clue_part_once"
            ),
        ]
        indexes = [models.Index(F("unit"), F("clue").desc(), name="clue_list", condition=Q(until__isnull=True))]


class Sign(models.Model):
    """One event that opens nothing by itself, and does where there are several: what a detector counts."""

    reform = Reform(keeps={"unit": "当时的单位"})
    rights = Rights("INSERT, SELECT", seen="place")

    jurisdiction = models.CharField(max_length=32)
    detector = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    at = models.DateTimeField()
    subject = models.CharField(max_length=96)
    sequence = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["detector", "unit", "subject", "sequence"], name="clue_sign_once")
        ]
        indexes = [models.Index(fields=["unit", "detector", "at"], name="clue_sign_of_unit")]


class DossierEntry(models.Model):
    """What of supervision and accountability stands in the dossier of a unit: which act, by number and day."""

    reform = Reform(keeps={"unit": "当时的单位"})
    rights = Rights("INSERT, SELECT", seen="place")

    jurisdiction = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    what = models.CharField(max_length=32)
    at = models.DateTimeField()
    subject = models.CharField(max_length=96)
    sequence = models.IntegerField()
    outcome = models.CharField(max_length=16, blank=True)
    """How a unit was held to account, where that is what came of it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "what", "subject", "sequence"], name="dossier_entry_once")
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="dossier_of_unit")]


class Evidence(models.Model):
    """One piece of evidence: what somebody put on file, or where in a record something stands. It copies nothing."""

    erasure = Erasure(
        kinds=(KIND,),
        of="clue__number",
        instead=("text",),
        lasting={"what": "证据的种类", "subject": "所在事项的编号"},
    )

    clue = models.ForeignKey(Clue, on_delete=models.PROTECT, related_name="evidence")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    what = models.CharField(max_length=64)
    text = models.TextField()
    subject = models.CharField(max_length=96, blank=True)
    sequence = models.IntegerField(null=True)
    attachments = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "subject", "sequence"],
                condition=Q(sequence__isnull=False),
                name="clue_evidence_once",
            )
        ]
