"""What every template may use: who, where, when, and where one can go.

These names stand above those of a view: no view calls anything `standing`, `look`, `here`, `now`, `places`,
`csrf_input` or `messages`.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from bihuan.cases.types import DutyKind
from bihuan.duties import queries as duties
from bihuan.duties.types import Tally
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types import URGERS
from bihuan.web.here import here
from bihuan.web.look import look_of
from bihuan.web.standing import owes, standing_of


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; `count` is what waits there."""

    url: str
    label: str
    count: int = 0
    late: int = 0
    here: bool = False
    live: str = ""
    """From where the page fetches what waits there, when it is shown."""


def page(request: HttpRequest) -> dict[str, Any]:
    """The standing and the navigation; both cost nothing where a template does not ask.

    The token of the forms is masked once for a page: Django would draw another mask for every form.
    """
    standing = standing_of(request)
    told = {
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "here": SimpleLazyObject(lambda: here(request)),
        "look": look_of(request),
    }
    if standing is None:
        return {**told, "standing": None}
    return {
        **told,
        "standing": standing,
        "now": standing.now,
        "places": [] if owes(request) else SimpleLazyObject(lambda: places(standing, request.path_info)),
    }


def _to_confirm(standing: Standing) -> int:
    """How many appointments wait for the actor; training asks for no second person."""
    if standing.jurisdiction.training or not standing.actor.holds(Post.ADMINISTRATOR, Post.HEAD):
        return 0
    return len(organisations.to_confirm(standing.actor, organisations.proposals(standing.jurisdiction.code)))


MENU = sorted(((kind, entry) for kind in REGISTRY if (entry := kind.menu)), key=lambda one: one[1].order)


def _there(entry: MenuEntry, standing: Standing) -> bool:
    """Whether something in the place may stand under a regulation that has such subjects."""
    return entry.norm is None or organisations.knows(standing.jurisdiction, entry.norm)


@dataclass(frozen=True, slots=True)
class Places:
    """What stands in the navigation under one heading."""

    heading: str
    found: tuple[Place, ...]


def places(standing: Standing, path: str) -> list[Places]:
    """Where the actor can go, with what waits there; headings under which nothing stands are left out."""
    groups = (
        ("", _daily(standing)),
        (_("台账"), _of(MenuGroup.LEDGERS, standing)),
        (_("监督"), [*_board(standing), *_of(MenuGroup.SUPERVISION, standing), *_promises(standing)]),
        (_("会商通报"), [*_of(MenuGroup.MEETINGS, standing), *_leading(standing)]),
        (_("考核问责"), [*_figures(standing), *_of(MenuGroup.ASSESSMENT, standing)]),
        (_("资料"), _known(standing)),
        (_("管理"), _kept(standing)),
    )
    urls = [place.url for _heading, found in groups for place in found]
    at = max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return [
        Places(heading, tuple(replace(place, here=place.url == at) for place in found))
        for heading, found in groups
        if found
    ]


def _daily(standing: Standing) -> list[Place]:
    actor = standing.actor
    counted = duties.counts(actor, now=standing.now).mine
    to_dispatch = counted.get(str(DutyKind.DISPATCH), Tally())
    mine = sum(counted.values(), Tally())
    found = [
        Place("/", _("工作台"), mine.open, mine.overdue),
        Place("/notices/", _("通知"), live="/notices/count/"),
    ]
    if actor.holds(Post.REGISTRAR):
        found.append(Place("/cases/new/", _("登记诉求")))
    if actor.holds(Post.DISPATCHER):
        found.append(Place("/dispatch/", _("派单台"), to_dispatch.open, to_dispatch.overdue))
    return found


def _of(group: MenuGroup, standing: Standing) -> list[Place]:
    return [Place(kind.url, _(entry.label)) for kind, entry in MENU if entry.group is group and _there(entry, standing)]


def _board(standing: Standing) -> list[Place]:
    if standing.actor.holds(*URGERS) and organisations.knows(standing.jurisdiction, norms.SUPERVISE_URGE):
        return [Place("/supervision/", _("督办台"))]
    return []


def _promises(standing: Standing) -> list[Place]:
    known = organisations.knows(standing.jurisdiction, norms.COMMITMENT_REGISTER)
    return [Place("/commitments/", _("承诺"))] if known else []


def _leading(standing: Standing) -> list[Place]:
    known = organisations.knows(standing.jurisdiction, norms.BODY_ROSTER)
    return [Place("/leading-group/", _("议事协调机构"))] if known else []


def _figures(standing: Standing) -> list[Place]:
    known = organisations.knows(standing.jurisdiction, norms.ASSESS_FIGURES)
    return [Place("/figures/", _("考核指标"))] if known else []


def _known(standing: Standing) -> list[Place]:
    return [Place("/regulations/", _("规定原文")), Place("/units/", _("单位与职务"), _to_confirm(standing))]


def _kept(standing: Standing) -> list[Place]:
    actor, found = standing.actor, list[Place]()
    if actor.holds(Post.SUPERVISOR, Post.ADMINISTRATOR):
        found.append(Place("/looks/", _("查看记录")))
    if actor.holds(Post.ADMINISTRATOR, Post.OPERATOR):
        found.append(Place("/webhooks/", _("事件推送")))
    if actor.holds(Post.ADMINISTRATOR):
        found.append(Place("/carriers/", _("通知外发")))
    if actor.holds(Post.OPERATOR):
        found.append(Place("/operations/", _("运行情况")))
    if actor.holds(Post.ADMINISTRATOR):
        found.append(Place("/accounts/", _("账号安全")))
    return found
