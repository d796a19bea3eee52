"""The list of what is done regularly."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity
from bihuan.rhythm import commands
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.types import LogBriefing, LogReview, LogTraining, RhythmFilters, RhythmStage
from bihuan.web.standing import signed_in
from bihuan.web.views.intake import Beginning, begin
from bihuan.web.views.paging import SIZE, position, without

TRAINING = Beginning(
    "/rhythms/training/",
    "登记培训",
    "登记培训会或者上门指导；本期应当完成的培训随之完成。",
    "登记培训",
    LogTraining,
    commands.enter_training,
    (("培训", ("done_on", "way", "topic", "units", "people", "attachments")),),
    by_channel=False,
    back="/rhythms/",
)
BRIEFING = Beginning(
    "/rhythms/briefing/",
    "登记听取汇报",
    "登记主要负责人听取办理工作汇报的情况；本期应当听取的随之完成。",
    "登记听取汇报",
    LogBriefing,
    commands.enter_briefing,
    (("听取汇报", ("done_on", "heard_by", "reported_by", "summary", "decided", "attachments")),),
    by_channel=False,
    back="/rhythms/",
)
REVIEW = Beginning(
    "/rhythms/review/",
    "登记制度梳理",
    "登记制度、流程、分工的梳理情况；本年度应当完成的梳理随之完成。",
    "登记制度梳理",
    LogReview,
    commands.enter_review,
    (("制度梳理", ("done_on", "summary", "decided", "attachments")),),
    by_channel=False,
    back="/rhythms/",
)
BEGINNINGS: Mapping[str, tuple[Norm, Beginning]] = {
    "training": (norms.RHYTHM_TRAINING, TRAINING),
    "briefing": (norms.RHYTHM_BRIEFING, BRIEFING),
    "review": (norms.OFFICE_RULEBOOK, REVIEW),
}
"""What is logged → its norm and the page where that is done."""


@require_safe
@signed_in
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The regular work in which the actor's units take part, the newest first."""
    if not organisations.knows(standing.jurisdiction, norms.RHYTHM_KEEP):
        raise Unknown("rhythms")
    stage = request.GET.get("stage", "")
    filters = RhythmFilters(stage=stage if stage in set(map(str, RhythmStage)) else None)
    after = position(request.GET.get("after", ""))
    rows = rhythms.ledger(standing.actor, filters, now=standing.now, after=after, limit=SIZE + 1)
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "query": without(request, "after"),
        "stages": list(RhythmStage),
        "stage": stage,
        "links": [page for norm, page in BEGINNINGS.values() if _may_begin(standing, norm)],
    }
    return render(request, "rhythms/list.html", said | _trained(standing))


def _trained(standing: Standing) -> dict[str, int]:
    """Of how many units that handle there were people in a training of the last twelve months; told where trained."""
    pack, today = load_pack(standing.jurisdiction.pack), organisations.today(standing.now)
    if not pack.binds(norms.RHYTHM_TRAINING) or not _may_begin(standing, norms.RHYTHM_TRAINING):
        return {}
    place = standing.jurisdiction.code
    units = {unit.code for unit in organisations.units_with(Capacity.HANDLING, place, now=standing.now)}
    trained = rhythms.trained(place, today - timedelta(days=365)).keys() & units
    return {"trained": len(trained), "handling": len(units)}


def _may_begin(standing: Standing, norm: Norm) -> bool:
    """Whether the actor logs such a thing here."""
    return organisations.knows(standing.jurisdiction, norm) and commands.may_enter(norm, standing.actor, standing.now)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def log(request: HttpRequest, standing: Standing, what: str) -> HttpResponseBase:
    """Log something that was done, because it was due or besides."""
    norm, page = BEGINNINGS[what]
    if not organisations.knows(standing.jurisdiction, norm):
        raise Unknown("rhythms")

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("已登记。"), extra_tags=form)
        return redirect(f"/rhythms/{number}/")

    return begin(request, standing, page, told)
