"""Tables of the list of places."""

from django.db import models


class Locality(models.Model):
    """A place of a jurisdiction; what lies below it has a code that begins with its own. Nothing is deleted."""

    jurisdiction = models.CharField(max_length=32)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    full_name = models.CharField(max_length=1000)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "code"], name="locality_once")]
