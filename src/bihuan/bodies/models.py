"""Tables of bodies."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.erasure import Erasure
from bihuan.kernel.reform import Reform
from bihuan.kernel.rights import Rights


class SeatPosition(models.Model):
    """By which post of which unit a seat of a body is held, from when until when; never by whom."""

    erasure = Erasure(lasting={"noted": "公务人员"})
    reform = Reform(keeps={"unit": "席位当时对应的单位，撤销后空缺，由管理员另行对应"})
    rights = Rights(again="until_on noted", seen="place")

    jurisdiction = models.CharField(max_length=32)
    seat = models.CharField(max_length=32)
    unit = models.CharField(max_length=64, blank=True)
    post = models.CharField(max_length=32, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    noted = models.CharField(max_length=400, blank=True)
    """Who was a member when somebody looked last: whoever succeeds is noted."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "seat"], condition=Q(until_on__isnull=True), name="seat_position_once"
            ),
        ]
