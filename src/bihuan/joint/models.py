"""Tables of joint handling: the undertaking, its units, its form, its reports; the lists behind whistles."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from bihuan.cases.models import Case
from bihuan.cases.models import Participation as Assignment
from bihuan.cases.types import Part
from bihuan.joint.types import Grade, Stage
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Undertaking(models.Model):
    """A linkage or a whistle: units settle one case together, under the unit that leads it."""

    erasure = Erasure(
        kinds=("linkage", "whistle"),
        of="number",
        emptied=("folded", "grams", "off_list_reason", "beyond_reason", "pre_study", "instruction", "summary"),
        instead=("task", "basis"),
        lasting={"beyond_entry": "单位名称", "left_out": "单位名称"},
    )
    reform = Reform(passes=("initiator",))

    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    initiator = models.CharField(max_length=64)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Under which lead's part in the case it began: when the case goes to a lead anew, it ends."""
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    task = models.TextField()
    whistle_type = models.CharField(max_length=16, blank=True)
    emergency = models.CharField(max_length=16, blank=True)
    topic = models.CharField(max_length=32, blank=True)
    off_list_reason = models.TextField(blank=True)
    beyond_entry = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    """Names of departments that were called though the entry of the list does not name them."""
    beyond_reason = models.CharField(max_length=500, blank=True, db_default="")
    left_out = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    """Names of those that the entry names and that were not called."""
    pre_study = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    instruction = models.TextField(blank=True)
    filing = models.CharField(max_length=16)
    filed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    resolved = models.BooleanField(null=True)
    summary = models.TextField(blank=True)
    met_at = models.DateTimeField(null=True)
    """When the lead last called the units together, as far as that is on record."""
    concluded_at = models.DateTimeField(null=True)
    routed_to = models.CharField(max_length=64, blank=True)
    blown_at = models.DateTimeField(null=True)
    """When a whistle was blown that was entered later."""
    folded = models.TextField(default="", db_default="")
    grams = ArrayField(models.IntegerField(), null=True)
    """What the search keeps of it: title and content of its case, its task, both numbers; no grams while unknown."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(stage__in=[str(Stage.VOID), str(Stage.DISSOLVED)]),
                name="joint_one_of_a_kind_for_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="joint_case"),
            GinIndex(fields=["grams"], name="joint_by_grams"),
            models.Index(fields=["id"], name="joint_not_indexed", condition=Q(grams__isnull=True)),
        ]


class Participation(models.Model):
    """A unit takes part, as what, since and until when; what a unit that was asked to join did so far.

    Who may see an undertaking is read here alone.
    """

    erasure = Erasure(
        kinds=("linkage", "whistle"),
        of="undertaking__number",
        emptied=("task", "check_in_place", "people", "result", "asked_out_why", "notice", "explanation"),
        instead=("grade_reason",),
    )
    reform = Reform(passes=("unit",))

    undertaking = models.ForeignKey(Undertaking, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""
    leaving = models.CharField(max_length=16, blank=True)
    task = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    check_in_at = models.DateTimeField(null=True)
    check_in_place = models.CharField(max_length=200, blank=True)
    people = models.TextField(blank=True)
    work_form = models.CharField(max_length=16, blank=True)
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    asked_out_at = models.DateTimeField(null=True)
    asked_out_why = models.TextField(blank=True)
    notified_at = models.DateTimeField(null=True)
    notice = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True)
    explained_at = models.DateTimeField(null=True)
    explanation = models.TextField(blank=True)
    grade = models.CharField(max_length=16, blank=True)
    grade_reason = models.TextField(blank=True)
    designated = models.BooleanField(default=False, db_default=False)
    """Whether the centre named the unit when it dispatched the case: the centre alone lets it go."""
    asked_again_at = models.DateTimeField(null=True)
    """When the unit was last asked once more: what was said of it before was of what it had been asked before."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["undertaking"], condition=Q(part=str(Part.LEAD), until__isnull=True), name="joint_has_one_lead"
            ),
            models.UniqueConstraint(
                fields=["undertaking", "unit", "part"], condition=Q(until__isnull=True), name="joint_part_once"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=["", str(Grade.GOOD)]) | ~Q(grade_reason=""),
                name="joint_grade_below_good_says_why",
            ),
        ]
        indexes = [models.Index(F("unit"), F("undertaking").desc(), name="joint_list", condition=Q(until__isnull=True))]


class Form(models.Model):
    """The form of the mechanism (附件2, 附件3): one of a kind for one case, signed or not yet."""

    erasure = Erasure(
        kinds=("linkage", "whistle"),
        of="undertaking_id",
        emptied=("result",),
        instead=("matter",),
        within={"grades": ("reason",)},
        lasting={"absence": "负责人不在岗的情形"},
    )

    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    undertaking = models.ForeignKey(Undertaking, to_field="number", on_delete=models.PROTECT, related_name="+")
    version = models.SmallIntegerField(default=1)
    matter = models.TextField()
    result = models.TextField()
    follow_up = models.CharField(max_length=16, blank=True)
    grades = models.JSONField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    signer = models.CharField(max_length=64, blank=True)
    signer_name = models.CharField(max_length=64, blank=True)
    signer_post = models.CharField(max_length=32, blank=True)
    absence = models.CharField(max_length=200, blank=True)
    seal = ArrayField(models.BigIntegerField(), default=list)
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="joint_one_form_for_a_matter"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signer="") | Q(signed_at__isnull=False) & ~Q(signer=""),
                name="joint_form_signed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(to_at__gte=F("from_at")), name="joint_form_spans_time"),
        ]


class DistrictReport(models.Model):
    """What the head of the lead reported to the district, to whom it went, and what was decided."""

    erasure = Erasure(
        kinds=("linkage", "whistle"),
        of="undertaking_id",
        emptied=("request", "instruction"),
        instead=("difficulty",),
        lasting={"instruction_by": "职务"},
    )

    undertaking = models.ForeignKey(Undertaking, to_field="number", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signer = models.CharField(max_length=64)
    signer_name = models.CharField(max_length=64)
    signer_post = models.CharField(max_length=32)
    difficulty = models.TextField()
    request = models.TextField()
    leader = models.CharField(max_length=64, blank=True)
    instructed_at = models.DateTimeField(null=True)
    instruction_by = models.CharField(max_length=200, blank=True)
    instruction = models.TextField(blank=True)


class WhistleTopic(models.Model):
    """One wording of an entry of the list of tough whistles (攻坚哨事项清单)."""

    erasure = Erasure(lasting={"matter": "事项清单", "basis": "公务文字，不含诉求人信息"})
    reform = Reform(passes=("responders",))

    jurisdiction = models.CharField(max_length=32)
    code = models.CharField(max_length=32)
    matter = models.CharField(max_length=200)
    responders = ArrayField(models.CharField(max_length=64), default=list)
    basis = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"], condition=Q(until_on__isnull=True), name="whistle_topic_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="whistle_topic_ends_after_it_begins",
            ),
        ]


class Entrusted(models.Model):
    """Somebody answers for a unit in one respect: one at a time, with all who did before."""

    reform = Reform(passes=("unit",))

    jurisdiction = models.CharField(max_length=32)
    unit = models.CharField(max_length=64)
    account = models.CharField(max_length=64)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until_on__isnull=True), name="%(class)s_one_a_unit"),
        ]


class Liaison(Entrusted):
    """Who answers whistles for a unit (联络员)."""


class Portfolio(Entrusted):
    """Which leader of the district covers a unit (分管领导)."""
