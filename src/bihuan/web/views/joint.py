"""The desk of linkages and whistles, the list of tough whistles, and who answers them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.joint import commands
from bihuan.joint import queries as joint
from bihuan.joint.types import Kind, Stage, WhistleType
from bihuan.joint.types.forms import EndTopic, NameLiaison, NewTopic
from bihuan.joint.types.rows import JointFilters
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.policy.pack import Capacity
from bihuan.web.administering import Tried, send, show
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE


@require_safe
@signed_in
def desk(request: HttpRequest, standing: Standing, which: str) -> HttpResponse:
    """What is handled together, as far as the actor's units take part, the newest first."""
    kind = Kind(which)
    _must_be_known(standing)
    after = request.GET.get("after", "")
    filters = JointFilters(
        stage=_word(Stage, request.GET.get("stage", "")),
        whistle_type=_word(WhistleType, request.GET.get("type", "")),
        open=None if request.GET.get("all") == "1" else True,
    )
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None
    rows = joint.ledger(standing.actor, filters, now=standing.now, kind=kind, after=place, limit=SIZE + 1)
    said: dict[str, Any] = {
        "kind": kind,
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "stages": list(Stage),
        "types": list(WhistleType) if kind == Kind.WHISTLE else [],
        "stage": filters.stage,
        "type": filters.whistle_type,
        "everything": filters.open is None,
    }
    return render(request, "joint/desk.html", said)


def _must_be_known(standing: Standing) -> None:
    """Where the regulation knows no joint handling there is no such page."""
    if not pack(standing.jurisdiction.pack).binds(norms.LINKAGE_REQUEST):
        raise Unknown("joint")


def _word(words: type[Stage] | type[WhistleType], text: str) -> str | None:
    return text if text in set(map(str, words)) else None


@require_safe
@signed_in
def topics(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list of tough whistles with every wording it had; 编办 keeps it."""
    return _topics(request, standing)


@require_POST
@signed_in
def keep_topic(request: HttpRequest, standing: Standing, act: str) -> HttpResponseBase:
    """Enter, amend or end an entry of the list of tough whistles."""
    actor, now = standing.actor, standing.now
    match act:
        case "enter":
            tried = send(
                request,
                standing,
                act,
                NewTopic,
                lambda fields: commands.enter_topic(fields=fields, actor=actor, now=now),
            )
        case "end":
            tried = send(
                request, standing, act, EndTopic, lambda fields: commands.end_topic(fields=fields, actor=actor, now=now)
            )
        case _:
            raise Unknown(act)
    if tried is not None:
        return _topics(request, standing, tried)
    messages.success(request, _("攻坚哨事项清单已更新。"))
    return redirect("/whistles/topics/")


def _topics(request: HttpRequest, standing: Standing, tried: Tried | None = None) -> HttpResponse:
    _must_be_known(standing)
    place = standing.jurisdiction.code
    directory = organisations.directory(place)
    forms = []
    if _keeps_topics(standing):
        at = "/whistles/topics"
        enter, end = (_("录入或修改条目"), _("保存")), (_("停用条目"), _("停用"))
        forms = [
            show("enter", NewTopic, standing, action=f"{at}/enter/", title=enter[0], button=enter[1], tried=tried),
            show("end", EndTopic, standing, action=f"{at}/end/", title=end[0], button=end[1], tried=tried),
        ]
    said = {"rows": joint.topics(place), "names": directory.names, "forms": forms}
    return render(request, "joint/topics.html", said, status=409 if tried else 200)


def _keeps_topics(standing: Standing) -> bool:
    staffing = organisations.units_with(Capacity.STAFFING, standing.jurisdiction.code)
    return any(standing.actor.holds(Post.HANDLER, Post.DEPUTY, Post.HEAD, unit=unit.code) for unit in staffing)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def liaisons(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Who answers whistles, unit by unit, with all who did before; a unit names its own."""
    _must_be_known(standing)
    unit = next(iter(sorted(_own_units(standing))), "")
    tried = None
    if request.method == "POST":
        tried = send(
            request,
            standing,
            "liaison",
            NameLiaison,
            lambda fields: commands.name_liaison(unit=unit, fields=fields, actor=standing.actor, now=standing.now),
        )
        if tried is None:
            messages.success(request, _("联络员已更新。"))
            return redirect("/whistles/liaisons/")
    form = show(
        "liaison",
        NameLiaison,
        standing,
        action="/whistles/liaisons/",
        title=_("明确本单位联络员"),
        button=_("保存"),
        tried=tried,
    )
    deputies = joint.deputies(unit, now=standing.now) if unit else ()
    said = {
        "rows": joint.liaisons(standing.jurisdiction.code),
        "forms": [form] if unit else [],
        "deputies": deputies,
    }
    return render(request, "joint/liaisons.html", said, status=409 if tried else 200)


def _own_units(standing: Standing) -> set[str]:
    """The handling units for which the actor may name a liaison."""
    actor = standing.actor
    handling = {u.code for u in organisations.units_with(Capacity.HANDLING, standing.jurisdiction.code)}
    return {s.unit for s in actor.seats if s.unit in handling and s.post in (Post.HEAD, Post.DEPUTY, Post.HANDLER)}
