"""Tables of the list of places."""

from django.db import models

from bihuan.kernel.erasure import Erasure


class Locality(models.Model):
    """A place of a jurisdiction; what lies below it has a code that begins with its own. Nothing is deleted."""

    erasure = Erasure(lasting={"full_name": "地点名录", "folded": "地点名录"})

    jurisdiction = models.CharField(max_length=32)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    full_name = models.CharField(max_length=1000)
    folded = models.TextField(default="", db_default="")
    """The full name as it is searched; empty where it was entered before there was a fold."""
    renamed = models.BooleanField(default=False, db_default=False)
    """Whether the search may still find cases that lie there by a name of before."""
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "code"], name="locality_once")]
