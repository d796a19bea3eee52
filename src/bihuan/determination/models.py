"""Tables of determinations: the dispute file, who takes part, what was held; special reports; contacts; referrals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.cases.models import Case
from bihuan.determination.stages import ON_THE_CASE
from bihuan.determination.types import Outcome, ReferralStage
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Determination(models.Model):
    """Whose a case is, is determined by both bodies together: the dispute file, the opinion, what followed."""

    erasure = Erasure(
        kinds=("determination",),
        of="number",
        emptied=("background", "law", "question", "missing", "opinion_law", "reasonableness"),
        instead=("title", "dispute", "opinion"),
    )
    reform = Reform(keeps={"unit": "意见书写明的单位，派单时交其承接单位", "requested_by": "当时请求的单位"})

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)
    dispute = models.TextField()
    background = models.TextField(blank=True)
    law = models.TextField(blank=True)
    question = models.TextField(blank=True)
    missing = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    verdict = models.CharField(max_length=16, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    opinion_number = models.CharField(max_length=64, blank=True)
    opinion = models.TextField(blank=True)
    opinion_law = models.TextField(blank=True)
    reasonableness = models.TextField(blank=True)
    opinion_digest = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=64, blank=True)
    issued_by_name = models.CharField(max_length=64, blank=True)
    issued_by_post = models.CharField(max_length=32, blank=True)
    assigned_at = models.DateTimeField(null=True)
    entry = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(stage__in=sorted(map(str, ON_THE_CASE))),
                name="determination_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "opinion_number"],
                condition=~Q(opinion_number=""),
                name="determination_opinion_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=str(Outcome.UNIT)) | ~Q(unit=""), name="determination_names_a_unit"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="determination_case")]


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see a determination is read here alone."""

    reform = Reform(passes=("unit",))

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["determination", "unit", "part"],
                condition=Q(until__isnull=True),
                name="determination_part_once",
            ),
        ]
        indexes = [
            models.Index(
                F("unit"), F("determination").desc(), name="determination_list", condition=Q(until__isnull=True)
            )
        ]


class Position(models.Model):
    """What a unit holds about who is responsible; it may say so again, and the last counts."""

    erasure = Erasure(kinds=("determination",), of="determination_id", emptied=("law",), instead=("position",))
    reform = Reform(keeps={"unit": "当时陈述的单位", "suggested": "当时建议的单位"})

    determination = models.ForeignKey(
        Determination, to_field="number", on_delete=models.PROTECT, related_name="+", db_index=True
    )
    unit = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    position = models.TextField()
    law = models.TextField()
    suggested = models.CharField(max_length=64, blank=True)
    attachments = ArrayField(models.BigIntegerField(), default=list)


class Opinion(models.Model):
    """What the staffing or the justice body holds; each says so once."""

    erasure = Erasure(kinds=("determination",), of="determination_id", emptied=("law",), instead=("opinion",))
    reform = Reform(keeps={"unit": "当时会商的单位", "suggested": "当时建议的单位"})

    determination = models.ForeignKey(Determination, to_field="number", on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=64)
    body = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    suggested = models.CharField(max_length=64, blank=True)
    opinion = models.TextField()
    law = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["determination", "body"], name="determination_one_opinion_a_body"),
        ]


class SpecialReport(models.Model):
    """A gap in duties put before the district (专报), and what it decided."""

    erasure = Erasure(
        kinds=("determination",),
        of="determination_id",
        emptied=("gap", "reasonableness", "suggestion", "instruction"),
        instead=("background",),
        lasting={"leader": "职务"},
    )
    reform = Reform(keeps={"unit": "批示写明的单位，派单时交其承接单位"})

    number = models.CharField(max_length=32)
    jurisdiction = models.CharField(max_length=32)
    determination = models.OneToOneField(Determination, to_field="number", on_delete=models.PROTECT, related_name="+")
    background = models.TextField()
    gap = models.TextField()
    reasonableness = models.TextField()
    suggestion = models.TextField()
    signer = models.CharField(max_length=64)
    signer_name = models.CharField(max_length=64)
    signer_post = models.CharField(max_length=32)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    leader = models.CharField(max_length=200, blank=True)
    instruction = models.TextField(blank=True)
    unit = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)
    designated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "number"], name="special_report_number_once"),
            models.CheckConstraint(
                condition=Q(designated_at__isnull=True) | ~Q(unit=""), name="special_report_names_a_unit"
            ),
        ]


class Contact(models.Model):
    """Who speaks for one of the three bodies in determinations: one at a time, with all who did before."""

    reform = Reform(passes=("unit",))

    jurisdiction = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    account = models.CharField(max_length=64)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until_on__isnull=True), name="contact_one_a_unit"),
        ]


class Referral(models.Model):
    """A designated or determined unit that refuses: what it said, its side, and to whom it was handed over."""

    erasure = Erasure(
        kinds=("referral",),
        of="number",
        emptied=("explanation", "verified", "dropped", "designation", "how", "taken_by", "result"),
        instead=("title", "situation"),
        lasting={"result_reference": "结果文号"},
    )
    reform = Reform(keeps={"unit": "拒不承担的单位"})

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    designation = models.CharField(max_length=200)
    how = models.CharField(max_length=200)
    refused_at = models.DateTimeField()
    situation = models.TextField()
    explained_at = models.DateTimeField(null=True)
    explanation = models.TextField(blank=True)
    recipient = models.CharField(max_length=64, blank=True)
    document_number = models.CharField(max_length=64, blank=True)
    verified = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    dropped = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    signer_name = models.CharField(max_length=64, blank=True, db_default="")
    signer_post = models.CharField(max_length=64, blank=True, db_default="")
    taken_by = models.CharField(max_length=200, blank=True, db_default="")
    taken_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True, db_default="")
    result_reference = models.CharField(max_length=200, blank=True, db_default="")
    concluded_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"],
                condition=Q(stage=str(ReferralStage.OPEN)),
                name="referral_one_open_for_a_unit",
            ),
        ]
        indexes = [models.Index(fields=["case"], name="referral_case")]


class ReferralParticipation(models.Model):
    """A unit takes part in a referral. Who may see it is read here alone."""

    reform = Reform(passes=("unit",))

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "unit", "part"], condition=Q(until__isnull=True), name="referral_part_once"
            ),
        ]
        indexes = [models.Index(F("unit"), F("referral").desc(), name="referral_list", condition=Q(until__isnull=True))]


class Evidence(models.Model):
    """One piece of evidence of a refusal."""

    erasure = Erasure(kinds=("referral",), of="referral_id", instead=("text",))

    referral = models.ForeignKey(Referral, to_field="number", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    what = models.CharField(max_length=64)
    text = models.TextField()
    attachments = ArrayField(models.BigIntegerField(), default=list)
