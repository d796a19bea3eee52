"""Tables of the organisations. Everything that ends has dates; nothing is deleted."""

from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform


class Jurisdiction(models.Model):
    """A city or district that runs one regulation: `pack` since its founding, later versions by `PackAdoption`."""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=8, unique=True)
    matter_prefix = models.CharField(max_length=8)
    pack = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True, db_default="")
    """Of the law in its file at the founding; empty where nobody noted it."""
    training = models.BooleanField(default=False)
    second_factor = models.BooleanField(default=True)
    clock_offset = models.DurationField(default=timedelta)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="second_factor_waived_in_training_only",
                condition=models.Q(training=True) | models.Q(second_factor=True),
            )
        ]


class PackAdoption(models.Model):
    """A version of a regulation that a jurisdiction took up: from that day on new subjects stand under it.

    Of two from one day the later row holds.
    """

    erasure = Erasure(lasting={"basis": "公务文字，不含诉求人信息"})

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    from_on = models.DateField()
    basis = models.CharField(max_length=200)
    approver = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=64)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "from_on"], name="adoption_from_a_day_on")]


class ProposedVersion(models.Model):
    """A version of a regulation that an administrator would take up, until another one confirms it or it is dropped."""

    erasure = Erasure(lasting={"basis": "公务文字，不含诉求人信息"})

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    from_on = models.DateField()
    basis = models.CharField(max_length=200)
    approver = models.CharField(max_length=64)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction"],
                condition=models.Q(settled_at__isnull=True),
                name="version_proposed_once",
            ),
        ]


class Unit(models.Model):
    """A unit of a jurisdiction; units form a tree."""

    reform = Reform(passes=("parent",))

    code = models.CharField(primary_key=True, max_length=64)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    type = models.CharField(max_length=32)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    superior_body = models.CharField(max_length=64, blank=True)
    active = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    """Since when it is no more; its name goes on telling of it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "name"], name="unit_name_once")]


class UnitEnding(models.Model):
    """A unit ends on a day, with who carries on what it has open; decided before, and called off until it is done."""

    erasure = Erasure(lasting={"basis": "公务文字，不含诉求人信息"})
    reform = Reform(keeps={"unit": "撤销的单位", "successor": "当时确定的承接单位"})

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    basis = models.CharField(max_length=200)
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(called_off_at__isnull=True), name="unit_ends_once"
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("unit")),
                name="unit_is_not_its_own_successor",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(called_off_at__isnull=True),
                name="unit_ending_done_or_called_off",
            ),
        ]


class ChannelDesk(models.Model):
    """Which unit takes in the requests of a channel, from a date until another (not included)."""

    reform = Reform(passes=("unit",))

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(db_default=date(2000, 1, 1))
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "channel"],
                condition=models.Q(until_on__isnull=True),
                name="channel_one_desk_now",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="channel_desk_ends_after_it_begins",
            ),
        ]


class Person(AbstractBaseUser):
    """An official with an account."""

    erasure = Erasure(lasting={"password": "口令的摘要"})

    account = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    provisional = models.BooleanField(default=False)
    """Whether the password was given by somebody else and must be changed at the first sign-in."""

    objects = BaseUserManager()

    USERNAME_FIELD = "account"


class Appointment(models.Model):
    """A person holds a post of a unit from a date until another (not included)."""

    reform = Reform(keeps={"unit": "任职到撤销之日为止"})

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=32)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    acting = models.BooleanField(default=False)
    appointed_at = models.DateTimeField(null=True)
    appointed_by = models.CharField(max_length=64, blank=True, db_default="")
    confirmed_by = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="appointment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "post"],
                condition=models.Q(until_on__isnull=True),
                name="appointment_held_once",
            ),
        ]
        indexes = [models.Index(fields=["unit", "post"], name="appointment_unit_post")]


class ProposedAppointment(models.Model):
    """An appointment to a post with a power, until a second person confirms it or it is dropped."""

    reform = Reform(keeps={"unit": "不再确认"})

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=32)
    from_on = models.DateField()
    acting = models.BooleanField()
    succeed = models.BooleanField()
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "post"],
                condition=models.Q(settled_at__isnull=True),
                name="proposed_once",
            ),
        ]


class ApiToken(models.Model):
    """A bearer token of a person; only its digest is kept."""

    digest = models.BinaryField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=16))
    networks = ArrayField(models.CharField(max_length=43), default=list, db_default=[])
    """From where it is good; from everywhere where none is named."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class ResponsibilityEntry(models.Model):
    """One entry of the responsibility list (派单目录)."""

    erasure = Erasure(lasting={"matter": "派单目录", "basis": "公务文字，不含诉求人信息"})
    reform = Reform(passes=("lead", "co_units"))

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    matter = models.CharField(max_length=200)
    lead = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    co_units = ArrayField(models.CharField(max_length=64), default=list)
    basis = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"],
                condition=models.Q(until_on__isnull=True),
                name="responsibility_code_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="responsibility_ends_after_it_begins",
            ),
        ]
