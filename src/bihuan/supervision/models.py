"""Tables of supervision: what was sent, about what, who takes part, what was replied."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights
from bihuan.supervision.types import Kind, UrgeStage

KINDS = tuple(map(str, Kind))


class Directive(models.Model):
    """What a unit was sent by those who supervise it."""

    erasure = Erasure(
        kinds=KINDS,
        of="number",
        instead=("demand",),
        emptied=("facts",),
        lasting={"title": "任务名称、问题种类，不含诉求人信息"},
    )
    reform = Reform(passes=("issuer", "unit"))

    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    of_case = models.CharField(max_length=32, blank=True)
    """Number of the case that it is about, or that stands behind what it is about: with its data its own are erased."""
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    """To whom it was sent; empty where it goes to several, each with its task."""
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    demand = models.TextField()
    times = models.SmallIntegerField(default=1, db_default=1)
    ground = models.CharField(max_length=32, blank=True, db_default="")
    facts = models.TextField(blank=True, db_default="")
    due_on = models.DateField(null=True)
    """Until when something is to be put right."""
    order_kind = models.CharField(max_length=16, blank=True, db_default="")
    previous = models.CharField(max_length=32, blank=True, db_default="")
    """Number of what it goes on from."""
    issued_by = models.CharField(max_length=64, blank=True, db_default="")
    asked_days = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(issuer="") & (~Q(unit="") | Q(kind=str(Kind.COLOURED))), name="directive_from_to"
            ),
            models.CheckConstraint(condition=~Q(issuer=F("unit")), name="directive_to_another"),
        ]
        indexes = [
            models.Index(fields=["of_case"], name="directive_of_case", condition=~Q(of_case="")),
            models.Index(
                fields=["jurisdiction"],
                name="directive_urging",
                condition=Q(kind=str(Kind.URGE), stage=str(UrgeStage.SENT)),
            ),
        ]


class Participation(models.Model):
    """A unit takes part, as what, since and until when. Who may see a directive is read here alone."""

    reform = Reform(passes=("unit",))

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "unit", "part"], condition=Q(until__isnull=True), name="directive_part_once"
            ),
        ]
        indexes = [
            models.Index(F("unit"), F("directive").desc(), name="directive_list", condition=Q(until__isnull=True))
        ]


class About(models.Model):
    """A subject that a directive names, with the duty on it that is meant, as it was then."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="about")
    subject = models.CharField(max_length=96)
    duty = models.BigIntegerField(null=True)
    duty_kind = models.CharField(max_length=32, blank=True)
    clause = models.CharField(max_length=32, blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "subject"], name="directive_names_once")]
        indexes = [
            models.Index(fields=["subject"], name="directive_about"),
            models.Index(fields=["duty"], name="directive_about_duty", condition=Q(duty__isnull=False)),
        ]


class Reply(models.Model):
    """What a unit replied to what it was sent."""

    erasure = Erasure(
        kinds=KINDS,
        of="directive__number",
        emptied=("difficulty", "measures", "contest_reason", "opinion"),
        instead=("text",),
        lasting={"by_name": "公务人员", "post": "签发人的职务", "judged_by_name": "公务人员"},
    )

    reform = Reform(passes=("unit",))
    rights = Rights(again="unit verdict checked_how opinion judged_at judged_by_name")

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="replies")
    unit = models.CharField(max_length=64, blank=True, db_default="")
    """Who replied, of several that were asked; empty where one alone was."""
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    post = models.CharField(max_length=200)
    text = models.TextField()
    expected_on = models.DateField(null=True)
    difficulty = models.TextField(blank=True)
    is_report = models.BooleanField(default=False, db_default=False)
    """Whether it tells how far the unit is, and is no reply yet."""
    measures = models.TextField(blank=True, db_default="")
    done_on = models.DateField(null=True)
    contested = models.BooleanField(default=False, db_default=False)
    contest_reason = models.TextField(blank=True, db_default="")
    verdict = models.CharField(max_length=16, blank=True, db_default="")
    checked_how = models.CharField(max_length=16, blank=True, db_default="")
    opinion = models.TextField(blank=True, db_default="")
    judged_at = models.DateTimeField(null=True)
    judged_by_name = models.CharField(max_length=200, blank=True, db_default="")


class ColouredOrder(models.Model):
    """What a superior body sent down in a colour, what it was answered, and what it made of that."""

    erasure = Erasure(
        kinds=KINDS,
        of="directive__number",
        emptied=("no_previous", "answer", "outcome"),
        lasting={
            "superior": "机关名称",
            "document_number": "文号",
            "answer_number": "文号",
            "outcome_number": "文号",
        },
    )

    rights = Rights(again="answer_number answered_on answer outcome_number outcome_on outcome")

    directive = models.OneToOneField(Directive, on_delete=models.PROTECT, related_name="+")
    colour = models.CharField(max_length=16)
    superior = models.CharField(max_length=200)
    document_number = models.CharField(max_length=100)
    issued_on = models.DateField()
    received_on = models.DateField()
    first = models.CharField(max_length=32)
    """Number of the order with which the chain of colours begins."""
    no_previous = models.TextField(blank=True)
    answer_number = models.CharField(max_length=100, blank=True)
    answered_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    outcome_number = models.CharField(max_length=100, blank=True)
    outcome_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["document_number"], name="coloured_document"),
            models.Index(fields=["first"], name="coloured_chain"),
        ]


class Task(models.Model):
    """What a unit answers for, of an order that goes to several."""

    erasure = Erasure(kinds=KINDS, of="directive__number", instead=("task",))
    reform = Reform(passes=("unit",))
    rights = Rights(again="unit")

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="tasks")
    unit = models.CharField(max_length=64)
    task = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit"], name="task_unit")]


class KeyMark(models.Model):
    """By what way a case came for which the supervision body looks after it (重点办件)."""

    erasure = Erasure(
        kinds=("case",),
        of="case_id",
        emptied=("reason",),
        lasting={"label": "种类的名称", "document": "来源文件的名称和文号"},
    )
    reform = Reform(keeps={"unit": "当时列为重点办件的单位"})
    rights = Rights(again="ended_at ended_by reason")

    case = models.ForeignKey(
        "cases.Case", to_field="number", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=200)
    document = models.CharField(max_length=200, blank=True)
    received_on = models.DateField(null=True)
    order = models.CharField(max_length=32, blank=True)
    """Number of the coloured order by which it is one."""
    unit = models.CharField(max_length=64)
    marked_at = models.DateTimeField()
    marked_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code"], condition=Q(ended_at__isnull=True), name="key_mark_once_of_a_class"
            ),
        ]


class KeyLook(models.Model):
    """What the supervision body found when it looked at a key case."""

    erasure = Erasure(
        kinds=("case",),
        of="case_id",
        instead=("checked", "finding"),
        lasting={"by_name": "公务人员"},
    )
    reform = Reform(keeps={"unit": "当时督查的机构"})

    case = models.ForeignKey(
        "cases.Case", to_field="number", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    unit = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    checked = models.CharField(max_length=200)
    checked_how = models.CharField(max_length=16)
    finding = models.TextField()
    next_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="key_look_of_case")]
