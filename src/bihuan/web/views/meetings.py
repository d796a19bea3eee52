"""The list of meetings, and the page with which one is called besides."""

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
from bihuan.meetings import commands
from bihuan.meetings import queries as meetings
from bihuan.meetings.types import KEEPER, CallMeeting, MeetingFilters, MeetingStage
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.web.standing import signed_in
from bihuan.web.views.intake import Beginning, begin
from bihuan.web.views.paging import SIZE, position, without

CALL = Beginning(
    "/meetings/call/",
    "提请临时会商",
    "有重大事项、等不到每月会商的，随时召开会议。",
    "提请临时会商",
    CallMeeting,
    commands.call,
    (("临时会商", ("topic", "reason", "of_group")),),
    by_channel=False,
    back="/meetings/",
)


def _must_be_known(standing: Standing, norm: Norm = norms.RHYTHM_MEETING_AGENDA) -> None:
    if not organisations.knows(standing.jurisdiction, norm):
        raise Unknown("meetings")


@require_safe
@signed_in
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The meetings in which the actor's units take part, the newest first."""
    _must_be_known(standing)
    stage = request.GET.get("stage", "")
    filters = MeetingFilters(stage=stage if stage in set(map(str, MeetingStage)) else None)
    after = position(request.GET.get("after", ""))
    rows = meetings.ledger(standing.actor, filters, now=standing.now, after=after, limit=SIZE + 1)
    adhoc = organisations.knows(standing.jurisdiction, norms.RHYTHM_MEETING_ADHOC)
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "query": without(request, "after"),
        "stages": list(MeetingStage),
        "stage": stage,
        "may_call": adhoc and standing.actor.holds(*KEEPER.posts),
    }
    return render(request, "meetings/list.html", said)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def call(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Call a meeting about something weighty."""
    _must_be_known(standing, norms.RHYTHM_MEETING_ADHOC)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("已提请临时会商。"), extra_tags=form)
        return redirect(f"/meetings/{number}/")

    return begin(request, standing, CALL, told)
