"""The ledger of what was promised to requesters, and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.commitments import queries as commitments
from bihuan.commitments.types import CommitmentFilters
from bihuan.commitments.types import Standing as Kept
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE, position

SHOWN = [one for one in Kept if one is not Kept.DRAFT]
"""What waits for its review is no commitment yet."""


def _must_be_known(standing: Standing) -> None:
    """Where the regulation keeps no promises there is no such page."""
    if not organisations.knows(standing.jurisdiction, norms.COMMITMENT_REGISTER):
        raise Unknown("commitments")


@require_safe
@signed_in
def ledger(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What was promised of the subjects that the actor sees, the newest first."""
    _must_be_known(standing)
    asked, everything = request.GET.get("stage", ""), request.GET.get("all") == "1"
    narrowed = next((one for one in SHOWN if str(one) == asked), None)
    filters = CommitmentFilters(standing=narrowed, open=None if everything or narrowed else True)
    after = position(request.GET.get("after", ""))
    rows = commitments.ledger(standing.actor, filters, after=after, limit=SIZE + 1)
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "stages": SHOWN,
        "stage": narrowed,
        "everything": everything,
        "today": organisations.today(standing.now),
    }
    return render(request, "commitments/ledger.html", said)


@require_safe
@signed_in
def one(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One commitment, with what happened to it; it is acted upon on the page of its subject."""
    found = commitments.view(number, standing.actor)
    said = {
        "found": found,
        "c": found.row,
        "names": found.names,
        "pack_id": standing.jurisdiction.pack.partition("/")[0],
        "today": organisations.today(standing.now),
    }
    return render(request, "commitments/page.html", said)
