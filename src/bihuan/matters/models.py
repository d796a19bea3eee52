"""Tables of listed matters: the matter, its rounds on the ledger, the units in it, what they fed back."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from bihuan.cases.models import Case
from bihuan.cases.types import Part
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.matters.stages import ENDS
from bihuan.matters.types import MatterClass, Proof, Stage


class Matter(models.Model):
    """What was not solved in time, from its proposal to its strike-off."""

    erasure = Erasure(
        kinds=("matter",),
        of="number",
        emptied=(
            "folded",
            "grams",
            "content",
            "done",
            "why_unresolved",
            "override_reason",
            "office_override_reason",
            "on_behalf_because",
            "instruction",
            "requirements",
        ),
        instead=("title",),
        lasting={"origin_number": "对账用的来件编号", "reference": "文号", "leader": "职务"},
    )
    reform = Reform(passes=("lead",))

    number = models.CharField(max_length=32, unique=True)
    list_number = models.CharField(max_length=32, null=True, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    case = models.ForeignKey(Case, to_field="number", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=32)
    origin_number = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200)
    content = models.TextField()
    requester = models.BigIntegerField(null=True)
    tier1_due_at = models.DateTimeField(null=True)
    done = models.TextField(blank=True)
    why_unresolved = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    office_override_reason = models.TextField(blank=True, default="", db_default="")
    on_behalf_because = models.TextField(blank=True, default="", db_default="")
    joined_to = models.CharField(max_length=32, blank=True, default="", db_default="")
    known_by_number = models.BooleanField(default=True, db_default=True)
    """Whether its channel's number names it alone: it does not where one was reported twice before that was refused."""
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    matter_class = models.CharField(max_length=16, blank=True)
    key_basis = models.CharField(max_length=16, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    leader = models.CharField(max_length=200, blank=True)
    instruction = models.TextField(blank=True)
    paperless = models.BooleanField(default=False, db_default=False)
    """Whether a meeting made it a key matter, and its minutes do not stand with it."""
    lead = models.CharField(max_length=64, null=True)
    requirements = models.TextField(blank=True)
    drafted_by = models.CharField(max_length=64, blank=True)
    submitted_by = models.CharField(max_length=64, blank=True)
    urges = models.SmallIntegerField(default=0)
    settled = models.CharField(max_length=8, blank=True, default="", db_default="")
    """Whether what was tracked is solved, as whoever ended the tracking said."""
    supervisions = models.SmallIntegerField(default=0)
    round = models.SmallIntegerField(default=1)
    folded = models.TextField(default="", db_default="")
    grams = ArrayField(models.IntegerField(), null=True)
    """What the search keeps of it: title, content and numbers; no grams while it does not know it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(stage__in=sorted(map(str, ENDS))),
                name="matter_one_open_of_a_case",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "channel", "origin_number"],
                condition=~Q(origin_number="")
                & Q(known_by_number=True)
                & ~Q(stage__in=[str(Stage.DROPPED), str(Stage.JOINED)]),
                name="matter_one_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(matter_class__in=["", str(MatterClass.GENERAL)]) | ~Q(key_basis=""),
                name="matter_key_has_a_basis",
            ),
        ]
        indexes = [
            GinIndex(fields=["grams"], name="matter_grams"),
            models.Index(fields=["id"], name="matter_not_indexed", condition=Q(grams__isnull=True)),
        ]


class Round(models.Model):
    """One stay on the ledger, from entry to strike-off; a matter that is reopened stays another time."""

    erasure = Erasure(
        kinds=("matter",), of="matter_id", instead=("confirm_opinion", "supervision_finding", "strike_off_opinion")
    )

    matter = models.ForeignKey(Matter, to_field="number", on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    entered_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    overseen = models.SmallIntegerField(default=0, db_default=0)
    """How often the supervision body urged the unit on, or looked."""
    looks = models.SmallIntegerField(default=0, db_default=0)
    """How often it looked, and when it did last."""
    looked_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirm_opinion = models.TextField(blank=True)
    supervised_by = models.CharField(max_length=64, blank=True)
    supervised_at = models.DateTimeField(null=True)
    supervision_finding = models.TextField(blank=True)
    struck_off_by = models.CharField(max_length=64, blank=True)
    struck_off_at = models.DateTimeField(null=True)
    strike_off_opinion = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "round"], name="round_once"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(struck_off_at__isnull=True), name="round_one_on_the_ledger"
            ),
            models.CheckConstraint(
                condition=Q(assigned_at__isnull=True) | Q(due_at__isnull=False, first_due_at__isnull=False),
                name="round_assigned_with_a_limit",
            ),
            models.CheckConstraint(
                condition=Q(struck_off_at__isnull=True)
                | Q(confirmed_at__isnull=False)
                & Q(struck_off_at__gte=F("entered_at"))
                & ~Q(struck_off_by=F("confirmed_by")),
                name="round_struck_off_after_another_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["entered_at"], name="round_entered")]


class Participation(models.Model):
    """A unit takes part in a matter, as what, since and until when. Who may see a matter is read here alone."""

    erasure = Erasure(kinds=("matter",), of="matter__number", instead=("basis",))
    reform = Reform(passes=("unit",))

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="participations")
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""
    ground = models.CharField(max_length=16, blank=True)
    basis = models.TextField(blank=True)
    departure = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(part=str(Part.LEAD), until__isnull=True), name="matter_has_one_lead"
            ),
            models.UniqueConstraint(
                fields=["matter", "unit", "part"], condition=Q(until__isnull=True), name="matter_participation_once"
            ),
            models.CheckConstraint(
                condition=~Q(part=str(Part.LEAD)) | ~Q(ground="") & ~Q(basis=""), name="matter_lead_with_a_basis"
            ),
        ]
        indexes = [models.Index(F("unit"), F("matter").desc(), name="matter_list", condition=Q(until__isnull=True))]


class Feedback(models.Model):
    """What a unit fed back; a new version with every draft, none is ever changed but by its proof."""

    erasure = Erasure(
        kinds=("matter",), of="matter_id", instead=("result", "policy_basis", "requester_view", "opinion")
    )
    reform = Reform(keeps={"unit": "当时反馈的单位"})

    matter = models.ForeignKey(Matter, to_field="number", on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    version = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    result = models.TextField()
    outcome = models.CharField(max_length=16)
    policy_basis = models.TextField(blank=True)
    told_method = models.CharField(max_length=16)
    told_at = models.DateTimeField(null=True)
    requester_view = models.CharField(max_length=200, blank=True)
    proof = models.CharField(max_length=16, blank=True)
    signer = models.CharField(max_length=64, blank=True)
    signer_name = models.CharField(max_length=64, blank=True)
    acting = models.BooleanField(default=False)
    seal = ArrayField(models.BigIntegerField(), default=list)
    opinion = models.TextField(blank=True)
    submitted_by = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="matter_feedback_version_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, proof="")
                | Q(submitted_at__isnull=False, proof=str(Proof.SIGNATURE)) & ~Q(signer="")
                | Q(submitted_at__isnull=False, proof=str(Proof.SEAL), seal__len__gt=0),
                name="matter_feedback_signed_or_sealed",
            ),
        ]
