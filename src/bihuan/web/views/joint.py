"""The desk of linkages and whistles, the list of tough whistles, and who answers them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.joint import commands
from bihuan.joint import queries as joint
from bihuan.joint.types import Kind, Stage, WhistleType
from bihuan.joint.types.forms import CoverUnit, EndTopic, NameLiaison, NewTopic
from bihuan.joint.types.rows import JointFilters, NamedRow
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy.pack import Capacity
from bihuan.web.administering import AdministrationChoices, Tried, send, show
from bihuan.web.forms import Choice
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.views.figures import must_be_known
from bihuan.web.views.paging import SIZE


@require_safe
@signed_in
def desk(request: HttpRequest, standing: Standing, which: str) -> HttpResponse:
    """What is handled together, as far as the actor's units take part, the newest first."""
    kind = Kind(which)
    must_be_known(standing)
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


def _word(words: type[Stage] | type[WhistleType], text: str) -> str | None:
    return text if text in set(map(str, words)) else None


@require_safe
@signed_in
def topics(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list of tough whistles with every wording it had; the staffing body keeps it."""
    return _topics(request, standing)


@sent_only
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
    must_be_known(standing)
    place = standing.jurisdiction.code
    directory = organisations.directory(place, now=standing.now)
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


class JointChoices(AdministrationChoices):
    """Who can be named in the lists behind joint handling."""

    own_unit = ""

    @cached_property
    def deputy(self) -> tuple[Choice, ...]:
        """The responsible deputies of the actor's own unit today."""
        found = joint.deputies(self.own_unit, now=self._standing.now) if self.own_unit else ()
        return tuple(Choice(d.account, f"{d.name}（{d.account}）") for d in found)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def liaisons(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Who answers whistles, unit by unit, with all who did before; a unit names its own."""
    must_be_known(standing)
    choices = JointChoices(standing)
    choices.own_unit = next(iter(sorted(_own_units(standing))), "")

    def name(fields: NameLiaison) -> None:
        commands.name_liaison(unit=choices.own_unit, fields=fields, actor=standing.actor, now=standing.now)

    return _entrusted(
        request,
        standing,
        Entrusting(
            "/whistles/liaisons/", "joint/liaisons.html", NameLiaison, _("明确本单位联络员"), _("联络员已更新。"), name
        ),
        rows=joint.liaisons(standing.jurisdiction.code, now=standing.now),
        choices=choices,
        may=bool(choices.own_unit),
        lacking=joint.without_liaison(standing.jurisdiction.code, now=standing.now),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def portfolios(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Which leader's portfolio covers which unit, with all who did before; the administrator enters them."""
    must_be_known(standing)

    def cover(fields: CoverUnit) -> None:
        commands.cover(fields=fields, actor=standing.actor, now=standing.now)

    return _entrusted(
        request,
        standing,
        Entrusting(
            "/joint/portfolios/",
            "joint/portfolios.html",
            CoverUnit,
            _("登记分管⟨leader⟩"),
            _("分管关系已更新。"),
            cover,
        ),
        rows=joint.portfolios(standing.jurisdiction.code, now=standing.now),
        choices=JointChoices(standing),
        may=standing.actor.holds(Post.ADMINISTRATOR),
    )


@dataclass(frozen=True, slots=True)
class Entrusting:
    """A page where somebody is named for a unit: its address, template, form, words, and what its form does."""

    url: str
    template: str
    form: type[Any]
    title: str
    done: str
    run: Callable[[Any], None]


def _entrusted(
    request: HttpRequest,
    standing: Standing,
    page: Entrusting,
    *,
    rows: Sequence[NamedRow],
    choices: JointChoices,
    may: bool,
    lacking: Sequence[str] = (),
) -> HttpResponseBase:
    tried = None
    if request.method == "POST":
        tried = send(request, standing, "named", page.form, page.run)
        if tried is None:
            messages.success(request, page.done)
            return redirect(page.url)
    form = show(
        "named",
        page.form,
        standing,
        action=page.url,
        title=page.title,
        button=_("保存"),
        tried=tried,
        choices=choices,
    )
    said = {"rows": rows, "forms": [form] if may or tried else [], "lacking": lacking}
    return render(request, page.template, said, status=409 if tried else 200)


@require_safe
@signed_in
def either(request: HttpRequest, standing: Standing, number: str) -> HttpResponseBase:
    """To the page of a linkage or a whistle, whichever has the number."""
    found = joint.visible_facts(number, standing.actor)
    return redirect(f"/{found.kind}s/{found.number}/")


def _own_units(standing: Standing) -> set[str]:
    """The handling units for which the actor may name a liaison."""
    actor = standing.actor
    handling = {u.code for u in organisations.units_with(Capacity.HANDLING, standing.jurisdiction.code)}
    return {s.unit for s in actor.seats if s.unit in handling and s.post in (Post.HEAD, Post.DEPUTY, Post.HANDLER)}
