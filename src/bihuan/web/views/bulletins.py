"""The list of bulletins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.bulletins import queries as bulletins
from bihuan.bulletins.types import BulletinFilters
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE, position


@require_safe
@signed_in
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The bulletins that the actor's units write or were told of, the newest first."""
    if not organisations.knows(standing.jurisdiction, norms.RHYTHM_BULLETIN):
        raise Unknown("bulletins")
    after = position(request.GET.get("after", ""))
    rows = bulletins.ledger(standing.actor, BulletinFilters(), now=standing.now, after=after, limit=SIZE + 1)
    said = {"rows": rows[:SIZE], "onward": rows[SIZE - 1].id if len(rows) > SIZE else None}
    return render(request, "bulletins/list.html", said)
