"""The leading group: who sits in it on a day, what it is to look into, what it decided, and what came of that."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pydantic import ValidationError

from bihuan.bodies import commands, queries
from bihuan.bodies.types import PlaceSeat
from bihuan.bulletins import reckoning
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.meetings import queries as meetings
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in


def _pack(standing: Standing) -> Pack:
    rulebook = load_pack(standing.jurisdiction.pack)
    if not rulebook.binds(norms.BODY_ROSTER):
        raise Unknown("leading-group")
    return rulebook


def _day(said: str, today: date) -> date:
    try:
        return min(date.fromisoformat(said), today)
    except ValueError:
        return today


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The seats on a day; whoever coordinates or supervises sees what is hot and difficult, too."""
    rulebook, place = _pack(standing), standing.jurisdiction.code
    today = organisations.today(standing.now)
    on = _day(request.GET.get("on", ""), today)
    found = queries.bodies(place, rulebook, on)
    known = organisations.named(standing.actor.units, place, now=standing.now)
    able = (Capacity.OFFICE, Capacity.SUPERVISION, Capacity.LEADERSHIP)
    coordinates = any(rulebook.can(unit.type, one) for unit in known.values() for one in able)
    administers = standing.actor.holds(Post.ADMINISTRATOR)
    said = {
        "bodies": found,
        "on": on,
        "today": today,
        "events": [event for body in found[:1] for event in reversed(queries.history(place, body.code))][:50],
        "hot": reckoning.agenda(place, standing.now).difficult.splitlines() if coordinates else (),
        "decided": meetings.for_group(place) if coordinates else (),
        "coordinates": coordinates,
        "administers": administers,
        "units": organisations.directory(place, now=standing.now).units if administers else (),
        "posts": tuple(rulebook.posts.values()) if administers else (),
    }
    return render(request, "bodies/page.html", said)


@sent_only
@signed_in
def place(request: HttpRequest, standing: Standing, seat: str) -> HttpResponseBase:
    """Say by which post a seat is held."""
    _pack(standing)
    try:
        fields = PlaceSeat.model_validate({name: request.POST.get(name, "") for name in PlaceSeat.model_fields})
        commands.place_seat(seat=seat, fields=fields, actor=standing.actor, now=standing.now)
    except ValidationError:
        messages.error(request, _("请填写自哪一天起。"))
    except Refused as refused:
        messages.error(request, refused.refusal.reason)
    else:
        messages.success(request, _("已对应职务。"))
    return redirect("/leading-group/")
