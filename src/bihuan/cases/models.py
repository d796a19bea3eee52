"""Tables of a case: a small row that moves often, its text, and who takes part."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from bihuan.cases.stages import OPEN
from bihuan.cases.types import Part, Stage
from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Case(models.Model):
    """A citizen's request on its way. The row is kept small: its text stands in CaseText."""

    erasure = Erasure(
        kinds=("case",),
        of="number",
        emptied=("place", "place_code"),
        instead=("title",),
        lasting={"statutory_basis": "法律法规的名称和条款"},
    )
    reform = Reform(passes=("desk", "lead", "accused"), keeps={"first_receiver": "首先接收派单的单位"})

    number = models.CharField(max_length=32, unique=True)
    jurisdiction = models.CharField(max_length=32)
    pack = models.CharField(max_length=64)
    query_mark = models.BinaryField()
    title = models.CharField(max_length=200)
    appeal_type = models.CharField(max_length=16)
    urgency = models.CharField(max_length=16)
    channel = models.CharField(max_length=32)
    subject_code = models.CharField(max_length=32, blank=True)
    place_code = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=200, blank=True)
    secret = models.BooleanField(default=False)
    accused = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    """Units of which the requester complains (被反映单位), as the desk was told."""
    anonymous = models.BooleanField(default=False)
    callback_wanted = models.BooleanField(default=True)
    requester = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closure = models.CharField(max_length=16, blank=True)
    desk = models.CharField(max_length=64)
    lead = models.CharField(max_length=64, null=True)
    first_receiver = models.CharField(max_length=64, null=True)
    designated = models.BooleanField(default=False)
    adjudicated = models.BooleanField(default=False)
    assigned_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    round = models.SmallIntegerField(default=1)
    returns = models.SmallIntegerField(default=0)
    extensions = models.SmallIntegerField(default=0)
    waits = models.SmallIntegerField(default=0, db_default=0)
    statutory_limit = models.CharField(max_length=16, blank=True, default="", db_default="")
    statutory_basis = models.CharField(max_length=240, blank=True, default="", db_default="")
    reworks = models.SmallIntegerField(default=0)
    registered_by = models.CharField(max_length=64)
    proposed_by = models.CharField(max_length=64, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    signed_off_by = models.CharField(max_length=64, blank=True)
    reviewed_by = models.CharField(max_length=64, blank=True)
    form_resolved = models.BooleanField(null=True)
    """Whether it was solved together, as the newest signed form says that stands with the case."""
    form_follow_up = models.CharField(max_length=16, blank=True, default="", db_default="")
    """What the requester said of it, as the same form says."""
    key = models.BooleanField(default=False, db_default=False)
    """Whether it is a key one (重点办件): by which ways it came is kept beside it."""
    parent = models.ForeignKey(
        "self", to_field="number", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "closed_at"], name="case_to_archive", condition=Q(stage="closed")),
            models.Index(fields=["desk", "assigned_at"], name="case_just_sent", condition=Q(stage=Stage.DISPATCHED)),
            models.Index(F("id").desc(), name="case_open", condition=Q(stage__in=sorted(map(str, OPEN)))),
            models.Index(
                F("lead"),
                F("id").desc(),
                name="case_led",
                condition=Q(lead__isnull=False),
                include=["jurisdiction", "number", "stage", "appeal_type", "urgency", "channel", "closure"],
            ),
            models.Index(
                F("lead"),
                F("closure"),
                F("appeal_type"),
                F("id").desc(),
                name="case_led_closed",
                condition=~Q(closure=""),
                include=["jurisdiction", "stage"],
            ),
            models.Index(fields=["number"], name="case_key", condition=Q(key=True)),
            models.Index(fields=["requester"], name="case_requester", condition=Q(requester__isnull=False)),
            models.Index(fields=["parent"], name="case_merged", condition=Q(parent__isnull=False)),
            BrinIndex(fields=["registered_at"], name="case_registered", autosummarize=True, pages_per_range=32),
        ]


class CaseText(models.Model):
    """What the requester said, and what the search keeps of the case: `cases.types.Section` tells its parts.

    `grams` is empty where the search does not know the case yet. `words` served the search before, for processes of
    that version; what is indexed anew has none.
    """

    erasure = Erasure(kinds=("case",), of="case__number", emptied=("content", "folded", "grams", "words"))

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    folded = models.TextField(default="", db_default="")
    grams = ArrayField(models.IntegerField(), null=True)
    words = SearchVectorField(default="", db_default="")

    class Meta:
        indexes = [
            GinIndex(fields=["grams"], name="case_grams"),
            models.Index(fields=["case"], name="case_not_indexed", condition=Q(grams__isnull=True)),
        ]


class Participation(models.Model):
    """A unit takes part in a case, as what, since and until when. Who may see a case is read here alone."""

    erasure = Erasure(kinds=("case",), of="case__number", instead=("basis",))
    reform = Reform(passes=("unit",))

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participations", db_index=False)
    unit = models.CharField(max_length=64)
    part = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    posts = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    """The posts in the unit that take part; empty: the whole unit."""
    basis_kind = models.CharField(max_length=16, blank=True)
    basis = models.TextField(blank=True)
    departure = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(part=Part.LEAD, until__isnull=True), name="case_has_one_lead"
            ),
            models.UniqueConstraint(
                fields=["case", "unit", "part"], condition=Q(until__isnull=True), name="participation_once"
            ),
        ]
        indexes = [
            models.Index(
                F("unit"),
                F("case").desc(),
                name="participation_seen",
                condition=Q(until__isnull=True),
                include=["posts"],
            ),
            models.Index(fields=["case"], name="participation_past", condition=Q(until__isnull=False)),
            models.Index(
                fields=["since"], name="participation_former", condition=Q(part=Part.FORMER, until__isnull=True)
            ),
        ]
