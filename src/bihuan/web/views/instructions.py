"""The list of instructions of leaders, and the pages with which one begins."""

from collections.abc import Collection, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.instructions import commands
from bihuan.instructions import queries as instructions
from bihuan.instructions.types import CALLS_IN, ENTERS, InstructionStage, Purpose
from bihuan.instructions.types.forms import CallIn, EnterInstruction, GiveInstruction
from bihuan.instructions.types.rows import InstructionFilters
from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy import norms
from bihuan.web.standing import signed_in
from bihuan.web.views.intake import Beginning, Told, begin
from bihuan.web.views.paging import SIZE, position, without

_SAYS = ("批示内容", ("text", "purpose", "about", "topic", "not_secret"))
_TASKS = ("交办", ("units", "task", "due_on", "on_free_day"))
GIVE = Beginning(
    "/instructions/give/",
    "作出批示",
    "在系统内作出的批示即时生效，由⟨supervision⟩承接、跟踪，办理情况报您审结。",
    "作出批示",
    GiveInstruction,
    commands.give,
    (_SAYS, _TASKS),
    by_channel=False,
    back="/instructions/",
)
ENTER = Beginning(
    "/instructions/enter/",
    "登记批示",
    "登记领导的书面批示，附批示件扫描；由登记人以外的人核实后生效。",
    "登记批示",
    EnterInstruction,
    commands.enter_one,
    (("批示", ("leader", "leader_account", "issued_on", "reference", "scan")), _SAYS, _TASKS),
    by_channel=False,
    back="/instructions/",
)
CALL_IN = Beginning(
    "/instructions/call-in/",
    "登记电话批示",
    "情况紧急、等不及书面批示的，登记后即时生效，限时补交批示件扫描。",
    "登记电话批示",
    CallIn,
    commands.call_in,
    (("批示", ("leader", "leader_account", "issued_on", "emergency")), _SAYS, _TASKS),
    by_channel=False,
    back="/instructions/",
)
BEGINNINGS: Mapping[Norm, tuple[tuple[Beginning, Collection[str]], ...]] = {
    norms.INSTRUCTION_BY_POST: ((GIVE, (Post.LEADER,)), (ENTER, ENTERS.posts)),
    norms.INSTRUCTION_SCAN: ((CALL_IN, CALLS_IN.posts),),
}
"""Norm → the pages with which an instruction begins, each with the posts that begin one there."""


def _must_be_known(standing: Standing, *norm: Norm) -> None:
    """Where the regulation knows nothing of the kind there is no such page."""
    if not all(organisations.knows(standing.jurisdiction, one) for one in (norms.INSTRUCTION_BY_POST, *norm)):
        raise Unknown("instructions")


@require_safe
@signed_in
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The instructions in which the actor's units take part, the newest first."""
    _must_be_known(standing)
    stage, purpose = request.GET.get("stage", ""), request.GET.get("purpose", "")
    everything = request.GET.get("all") == "1"
    filters = InstructionFilters(
        stage=stage if stage in set(map(str, InstructionStage)) else None,
        open=None if everything else True,
        purpose=purpose if purpose in set(map(str, Purpose)) else None,
    )
    after = position(request.GET.get("after", ""))
    rows = instructions.ledger(standing.actor, filters, now=standing.now, after=after, limit=SIZE + 1)
    said = {
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "query": without(request, "after"),
        "stages": list(InstructionStage),
        "stage": stage,
        "purposes": list(Purpose),
        "purpose": purpose,
        "everything": everything,
        "beginnings": [
            page
            for norm, pages in BEGINNINGS.items()
            for page, posts in pages
            if organisations.knows(standing.jurisdiction, norm) and standing.actor.holds(*posts)
        ],
    }
    return render(request, "instructions/list.html", said)


def _begun(request: HttpRequest, words: str) -> Told:
    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, f"{number}：{words}", extra_tags=form)
        return redirect(f"/instructions/{number}/")

    return told


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def give(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """A leader gives an instruction."""
    _must_be_known(standing)
    return begin(request, standing, GIVE, _begun(request, _("批示已生效。")))


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Enter what a leader wrote."""
    _must_be_known(standing)
    return begin(request, standing, ENTER, _begun(request, _("批示已登记，待核实。")))


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def call_in(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Enter what a leader said on the telephone."""
    _must_be_known(standing, norms.INSTRUCTION_SCAN)
    return begin(request, standing, CALL_IN, _begun(request, _("电话批示已登记，请限时补交批示件扫描。")))
