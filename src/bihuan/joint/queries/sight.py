"""Who sees a linkage or whistle: the units that take part in it now."""

from django.db.models import QuerySet

from bihuan.duties.sight import visible_among
from bihuan.joint.models import Participation, Undertaking
from bihuan.kernel.actor import Actor


def visible_to(actor: Actor) -> QuerySet[Undertaking]:
    """The linkages and whistles in which one of the actor's units takes part now."""
    return visible_among(Undertaking.objects.all(), Participation.objects.all(), "undertaking", actor)
