"""The list of clues, and the page with which one is opened by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accountability import commands
from bihuan.accountability import queries as accountability
from bihuan.accountability.types import ClueStage
from bihuan.accountability.types.forms import OpenClue
from bihuan.accountability.types.rows import ClueFilters
from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.policy.pack import Capacity
from bihuan.web.standing import signed_in
from bihuan.web.views.intake import Beginning, begin
from bihuan.web.views.paging import SIZE, position, without

OPEN = Beginning(
    "/clues/open/",
    "提出问责线索",
    "提出的线索先由考核员初核、听取单位说明，再由人核实、批准；提出不是结论。",
    "提出线索",
    OpenClue,
    commands.open_one,
    (("线索", ("unit", "situation", "about", "express", "facts", "attachments")),),
    by_channel=False,
    back="/clues/",
    named=("unit", "about"),
)


def _must_be_known(standing: Standing) -> None:
    """Where the regulation knows nothing of the kind there is no such page."""
    if not organisations.knows(standing.jurisdiction, norms.ACCOUNT_CLUE):
        raise Unknown("clues")


@require_safe
@signed_in
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The clues in which the actor's units take part, the newest first."""
    _must_be_known(standing)
    stage, situation = request.GET.get("stage", ""), request.GET.get("situation", "")
    known = pack(standing.jurisdiction.pack).situations
    everything = request.GET.get("all") == "1"
    filters = ClueFilters(
        stage=stage if stage in set(map(str, ClueStage)) else None,
        open=None if everything else True,
        situation=situation if situation in known else None,
    )
    after = position(request.GET.get("after", ""))
    rows = accountability.ledger(standing.actor, filters, now=standing.now, after=after, limit=SIZE + 1)
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "query": without(request, "after"),
        "stages": list(ClueStage),
        "stage": stage,
        "situations": list(known.values()),
        "situation": situation,
        "everything": everything,
        "opens": commands.may_open(standing.actor, standing.now),
        "dossiers": accountability.may_read_dossiers(standing.actor, now=standing.now),
    }
    return render(request, "clues/list.html", said)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def open_one(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Lay before the assessor what a unit may be held to account for."""
    _must_be_known(standing)
    commands.must_open(standing.actor, standing.now)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, f"{number}：{_('线索已提出，待初核。')}", extra_tags=form)
        return redirect(f"/clues/{number}/")

    return begin(request, standing, OPEN, told)


@require_safe
@signed_in
def dossier(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """What personnel keeps of a unit."""
    this_year = organisations.today(standing.now).year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and this_year - 10 <= int(asked[:4]) <= this_year else this_year
    after = position(request.GET.get("after", ""))
    found = accountability.dossier(code, standing.actor, year=year, now=standing.now, after=after, limit=SIZE)
    years = range(this_year, this_year - 5, -1)
    return render(request, "clues/dossier.html", {"dossier": found, "years": years, "query": without(request, "after")})


@require_safe
@signed_in
def dossiers(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The units of which personnel keeps a dossier."""
    if not accountability.may_read_dossiers(standing.actor, now=standing.now):
        raise Unknown("dossiers")
    place = standing.jurisdiction
    units = organisations.able(
        organisations.directory(place.code, now=standing.now).units, Capacity.HANDLING, pack(place.pack)
    )
    return render(request, "clues/dossiers.html", {"units": units})
