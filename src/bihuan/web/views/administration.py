"""Units, people, posts and the responsibility list: everybody reads them, the administrator keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.care import here
from bihuan.clockwork import commands as clockwork
from bihuan.duties import queries as duties
from bihuan.duties.types import Figures
from bihuan.joint import queries as joint
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import (
    AmendEntry,
    ChangeUnit,
    EndEntry,
    EndUnit,
    Fill,
    Give,
    KeepUnit,
    MergeUnits,
    NewEntry,
    NewPerson,
    NewUnit,
    Vacate,
)
from bihuan.organisations.types import (
    DESK_POSTS,
    Appointed,
    AppointmentProposed,
    AppointmentRow,
    Dismissed,
    Post,
    ProposalDropped,
    ProposalRow,
    Standing,
    UnitActivated,
    UnitFacts,
)
from bihuan.policy.loader import pack
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.types import EventRow
from bihuan.web.administering import AdministrationChoices, Shown, Tried, administers, send, show
from bihuan.web.standing import signed_in
from bihuan.web.views.regulations import LABELS
from bihuan.web.words import label_of


def _label(post: str, rulebook: Pack) -> str:
    return label_of(rulebook.posts[post].label if post in rulebook.posts else post)


def _type(unit: UnitFacts, rulebook: Pack) -> str:
    return label_of(rulebook.unit_types[unit.type].label if unit.type in rulebook.unit_types else unit.type)


TOLD_BY_NAMES = {
    happening.kind: happening.sentence
    for happening in (Appointed, AppointmentProposed, ProposalDropped, Dismissed, UnitActivated)
}


def _told(subject: str, rulebook: Pack) -> list[EventRow]:
    """The record of a unit or person, the newest first; appointments tell names and posts where they keep codes."""
    events = list(reversed(record.events(subject)))
    told = [event for event in events if event.kind in TOLD_BY_NAMES]
    people = queries.person_names(str(event.facts.get("account", "")) for event in told)
    units = queries.unit_names(str(event.facts.get("unit", "")) for event in told)

    def named(event: EventRow) -> EventRow:
        said = {name: str(value) for name, value in event.facts.items()}
        account, unit, post = (said.get(name, "") for name in ("account", "unit", "post"))
        names = {"account": people.get(account, account), "unit": units.get(unit, unit)}
        posts = {"post": rulebook.posts[post].label if post in rulebook.posts else post}
        return replace(event, sentence=TOLD_BY_NAMES[event.kind].format_map(said | names | posts))

    return [named(event) if event.kind in TOLD_BY_NAMES else event for event in events]


@dataclass(frozen=True, slots=True)
class Held:
    """A post of a unit with those who hold it."""

    label: str
    holders: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the tree."""

    unit: UnitFacts
    depth: int
    type: str
    posts: tuple[Held, ...]
    missing: tuple[str, ...]
    figures: Figures


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def units(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The tree of units, each with its posts, who holds them since when, and what it owes."""
    tried = None
    if request.method == "POST" and request.POST.get("do") == "merge":
        tried = send(request, standing, "merge", MergeUnits, lambda f: _merge(f, standing))
        if tried is None:
            messages.success(request, _("合并已记录，到那一天由系统办理。"))
            return redirect("/units/")
    elif request.method == "POST":
        tried = send(
            request,
            standing,
            "unit",
            NewUnit,
            lambda f: commands.found_unit(
                jurisdiction=standing.jurisdiction.code,
                code=f.code,
                name=f.name,
                type_code=f.type,
                parent=f.parent,
                superior_body=f.superior_body,
                actor=standing.actor,
                now=standing.now,
            ),
        )
        if tried is None:
            messages.success(request, _("单位已录入；任命三类责任人后即可启用。"))
            return redirect("/units/")
    place = standing.jurisdiction
    rulebook, found = pack(place.pack), queries.units(place.code)
    held: dict[str, list[AppointmentRow]] = {}
    for row in queries.holders([unit.code for unit in found], standing.now):
        held.setdefault(row.unit, []).append(row)
    owed = duties.owed_by_unit(place.code)
    rows = [
        UnitRow(
            unit,
            depth,
            _type(unit, rulebook),
            _posts(held.get(unit.code, ()), rulebook),
            _missing(unit, held.get(unit.code, ()), rulebook),
            owed.get(unit.code, Figures()),
        )
        for unit, depth in _as_tree(found)
    ]
    choices = AdministrationChoices(standing, found)
    said = {
        "rows": rows,
        "merge": _merging(standing, tried, choices) if administers(standing) else None,
        "own": standing.actor.units,
        "section": "units",
        "may": administers(standing),
        "add": _form("unit", NewUnit, standing, "/units/", _("录入单位"), _("录入"), tried),
        "endings": [row for row in queries.endings(place.code) if row.done_at is None],
        "inactive": sum(not row.unit.active and row.unit.ended_on is None for row in rows),
        "proposed": _proposed(standing, rulebook),
        **_idle(standing, rulebook),
    }
    return render(request, "units/page.html", said, status=422 if tried else 200)


def _merging(standing: Standing, tried: Tried | None, choices: AdministrationChoices) -> Shown:
    """To merge units into another, by default from tomorrow on."""
    return show(
        "merge", MergeUnits, standing, action="/units/", title=_("合并单位"), button=_("合并"), tried=tried,
        begin={"from_on": queries.today(standing.now) + timedelta(days=1)}, choices=choices,
    )  # fmt: skip


def _merge(fields: MergeUnits, standing: Standing) -> None:
    commands.merge_units(fields=fields, actor=standing.actor, now=standing.now)
    clockwork.catch_up(standing.jurisdiction.code)


def _end(code: str, fields: EndUnit, standing: Standing) -> None:
    commands.end_unit(code=code, fields=fields, actor=standing.actor, now=standing.now)
    clockwork.catch_up(standing.jurisdiction.code)


def _idle(standing: Standing, rulebook: Pack) -> dict[str, Any]:
    """Duties that nobody can do, and appointments after which that will be so: for the administrator and the desk."""
    if not standing.actor.holds(Post.ADMINISTRATOR, *DESK_POSTS):
        return {}
    place, now = standing.jurisdiction.code, standing.now
    soon = queries.leaving(place, now=now)
    owed = duties.open_in_posts({row.unit for row in soon}, place) if soon else {}
    covering = joint.portfolios(place, now=now) if standing.actor.holds(Post.ADMINISTRATOR) else ()
    return {
        "uncovered": [row for row in covering if row.vacant],
        "unheld": [(row, _label(row.post, rulebook)) for row in duties.unheld(place, now=now)],
        "leaving": [(row, _label(row.post, rulebook), owed.get((row.unit, row.post), 0)) for row in soon],
    }


def _as_tree(found: Iterable[UnitFacts]) -> list[tuple[UnitFacts, int]]:
    """Parents before their children, each with how deep it lies."""
    below: dict[str | None, list[UnitFacts]] = {}
    for unit in found:
        below.setdefault(unit.parent, []).append(unit)
    ordered: list[tuple[UnitFacts, int]] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append((unit, depth))
        waiting.extend((child, depth + 1) for child in reversed(below.get(unit.code, [])))
    return ordered


def _posts(held: Iterable[AppointmentRow], rulebook: Pack) -> tuple[Held, ...]:
    """The posts in the order of the regulation."""
    by_post: dict[str, list[AppointmentRow]] = {}
    for row in held:
        by_post.setdefault(row.post, []).append(row)
    order = {code: place for place, code in enumerate(rulebook.posts)}
    return tuple(
        Held(_label(post, rulebook), tuple(by_post[post]))
        for post in sorted(by_post, key=lambda post: order.get(post, len(order)))
    )


def _missing(unit: UnitFacts, held: Iterable[AppointmentRow], rulebook: Pack) -> tuple[str, ...]:
    """The persons that a handling unit lacks today, without whom it is given no work."""
    if unit.type not in rulebook.unit_types or unit.ended_on is not None:
        return ()
    return tuple(label_of(label) for label in queries.missing(unit, held, rulebook))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def unit(request: HttpRequest, standing: Standing, code: str) -> HttpResponseBase:
    """A unit: its posts, those who held them, what is open in it, and what happened to it."""
    tried, doing = None, request.POST.get("do", "")
    if request.method == "POST":
        tried, words = _change_unit(request, standing, code, doing)
        if tried is None:
            messages.success(request, words)
            return redirect(f"/units/at/{code}/")
    return _unit(request, standing, code, tried)


def _change_unit(request: HttpRequest, standing: Standing, code: str, doing: str) -> tuple[Tried | None, str]:
    """Do what a form of the unit's page asks for; answers why not, or what to say."""
    actor, now = standing.actor, standing.now
    match doing:
        case "fill":
            held: list[bool] = []
            tried = send(
                request,
                standing,
                doing,
                Fill,
                lambda f: held.append(commands.appoint(unit=code, **f.model_dump(), actor=actor, now=now)),
            )
            if held == [False]:
                return tried, _("任命已提出，由另一位系统管理员或本单位主要负责人确认后生效。")
            return tried, _("任命已记录。")
        case "confirm":
            commands.confirm_post(proposal=_proposal(request), actor=actor, now=now)
            return None, _("任命已确认生效。")
        case "drop":
            commands.drop_post(proposal=_proposal(request), actor=actor, now=now)
            return None, _("这项任命不再等待确认。")
        case "change":
            tried = send(
                request,
                standing,
                doing,
                ChangeUnit,
                lambda f: commands.change_unit(code=code, fields=f, actor=actor, now=now),
            )
            return tried, _("单位已变更。")
        case "end":
            tried = send(request, standing, doing, EndUnit, lambda f: _end(code, f, standing))
            return tried, _("撤销已记录，到那一天由系统办理。")
        case "keep":
            tried = send(
                request,
                standing,
                doing,
                KeepUnit,
                lambda f: commands.keep_unit(code=code, fields=f, actor=actor, now=now),
            )
            return tried, _("已取消撤销。")
        case "open":
            commands.activate_unit(jurisdiction=standing.jurisdiction.code, code=code, actor=actor, now=now)
            return None, _("单位已启用，可以派单。")
        case "vacate":
            account, post = request.POST.get("account", ""), request.POST.get("post", "")
            owed = duties.open_in_posts([code], standing.jurisdiction.code).get((code, post), 0)
            ended: list[bool] = []
            tried = send(
                request,
                standing,
                f"vacate-{account}-{post}",
                Vacate,
                lambda f: ended.append(
                    commands.dismiss(
                        account=account, unit=code, post=post, **f.model_dump(), owed=owed, actor=actor, now=now
                    )
                ),
            )
            if ended == [False]:
                return tried, _("接任已提出，由另一位系统管理员或本单位主要负责人确认后生效，现任同时免职。")
            return tried, _("免职已记录。")
    raise Unknown(doing)


def _proposal(request: HttpRequest) -> int:
    said = request.POST.get("proposal", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Unknown(said)
    return int(said)


def _unit(request: HttpRequest, standing: Standing, code: str, tried: Tried | None) -> HttpResponse:
    place, now = standing.jurisdiction, standing.now
    rulebook, every = pack(place.pack), {unit.code: unit for unit in queries.units(place.code)}
    if code not in every:
        raise Unknown(code)
    found = every[code]
    today, may = queries.today(now), administers(standing)
    ever = queries.appointments(place.code, now=now, unit=code, ended=True)
    owed = duties.open_of(code, place.code)
    labels = {post: _label(post, rulebook) for post, _kind in owed}
    choices = AdministrationChoices(standing, every.values(), kind=found.type)
    holding = [row for row in ever if row.until_on is None or row.until_on > today]
    there = [row for row in holding if row.from_on <= today]
    forms: dict[str, Any] = {}
    if may and found.ended_on is None:
        url = f"/units/at/{code}/"
        forms |= _ending_forms(found.ends_on, standing, url, today, tried, choices)
        forms["fill"] = show(
            "fill", Fill, standing, action=url, title=_("任命"), button=_("任命"), tried=tried,
            begin={"from_on": today, "account": request.GET.get("person", "")}, choices=choices,
        )  # fmt: skip
        forms["change"] = show(
            "change", ChangeUnit, standing, action=url, title=_("变更名称、隶属"), button=_("变更"), tried=tried,
            begin={"name": found.name, "parent": found.parent or "", "superior_body": found.superior_body},
            choices=choices,
        )  # fmt: skip
    said = {
        "unit": found,
        "type": _type(found, rulebook),
        "parent": every[found.parent].name if found.parent else "",
        "holding": [
            (
                row,
                _label(row.post, rulebook),
                _vacating(row, standing, tried, choices) if may and row.until_on is None else None,
                sum(n for (post, _kind), n in owed.items() if post == row.post),
            )
            for row in holding
        ],
        "former": [(row, _label(row.post, rulebook)) for row in ever if row not in holding],
        "owed": [(labels[post], label_of(LABELS.get(kind, kind)), n) for (post, kind), n in owed.items()],
        "missing": _missing(found, there, rulebook),
        "lone": queries.lone(there, rulebook),
        "entries": [e for e in queries.responsibilities(place.code, now=now) if code in (e.lead, *e.co_units)],
        "events": _told(f"unit:{code}", rulebook),
        "proposed": _proposed(standing, rulebook, unit=code),
        "waived": place.training,
        "refused": tried.words if tried and not may else "",
        "today": today,
        "section": "units",
        "may": may,
        **forms,
    }
    return render(request, "units/unit.html", said, status=tried.status if tried else 200)


def _ending_forms(
    ends_on: date | None,
    standing: Standing,
    url: str,
    today: date,
    tried: Tried | None,
    choices: AdministrationChoices,
) -> dict[str, Shown]:
    """To end a unit, or to call off that it ends."""
    if ends_on is None:
        form = show(
            "end", EndUnit, standing, action=url, title=_("撤销单位"), button=_("撤销"), tried=tried,
            begin={"from_on": today + timedelta(days=1)}, choices=choices,
        )  # fmt: skip
        return {"end": form}
    form = show("keep", KeepUnit, standing, action=url, title=_("取消撤销"), button=_("取消撤销"), tried=tried)
    return {"keep": form}


@dataclass(frozen=True, slots=True)
class Proposed:
    """An appointment that waits for a second person, and what whoever reads may do about it."""

    row: ProposalRow
    post: str
    confirm: bool
    drop: bool


def _proposed(standing: Standing, rulebook: Pack, *, unit: str = "") -> list[Proposed]:
    """What waits for a second person, for those who propose and confirm; in training nothing does."""
    actor = standing.actor
    if standing.jurisdiction.training or not actor.holds(Post.ADMINISTRATOR, Post.HEAD):
        return []
    found = queries.proposals(standing.jurisdiction.code, unit=unit)
    mine = {row.id for row in queries.to_confirm(actor, found)}
    return [
        Proposed(row, _label(row.post, rulebook), row.id in mine, row.id in mine or row.proposed_by == actor.account)
        for row in found
        if row.id in mine or actor.holds(Post.ADMINISTRATOR)
    ]


def _vacating(row: AppointmentRow, standing: Standing, tried: Tried | None, choices: AdministrationChoices) -> Shown:
    name = f"vacate-{row.account}-{row.post}"
    return show(
        name,
        Vacate,
        standing,
        action=f"/units/at/{row.unit}/",
        title=_("免职"),
        button=_("免职"),
        tried=tried,
        begin={"until_on": queries.today(standing.now) + timedelta(days=1)},
        choices=choices,
        prefix=f"{name.replace('.', '-')}",
    )


def _form(
    name: str, form: Any, standing: Standing, action: str, title: str, button: str, tried: Tried | None, **begin: object
) -> Shown | None:
    """A form of the administrator's; nobody else is shown one."""
    if not administers(standing):
        return None
    return show(name, form, standing, action=action, title=title, button=button, tried=tried, begin=begin)


def _must_administer(standing: Standing) -> None:
    if refusal := access.barred(Power.ADMINISTER, standing.actor, standing.jurisdiction):
        raise Refused(refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def people(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Everybody with an account and the posts they hold; a new account's one-time password is told once, here."""
    _must_administer(standing)
    tried, told = None, None
    if request.method == "POST":
        passwords: list[str] = []
        tried = send(
            request,
            standing,
            "person",
            NewPerson,
            lambda f: passwords.append(
                commands.enter_person(
                    jurisdiction=standing.jurisdiction.code, **f.model_dump(), actor=standing.actor, now=standing.now
                )
            ),
        )
        if passwords:
            told = (request.POST.get("account", "").strip(), passwords[0])
    rulebook, place = pack(standing.jurisdiction.pack), standing.jurisdiction.code
    found = queries.people(place, now=standing.now)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:64]
    shown = [p for p in found if asked.lower() in f"{p.name} {p.account}".lower()]
    names = queries.unit_names({a.unit for p in shown for a in p.posts})
    rows = [
        (
            p,
            [(names[a.unit], a.unit, _label(a.post, rulebook), a) for a in p.posts],
        )
        for p in shown
    ]
    said = {
        "rows": rows,
        "asked": asked,
        "told": told,
        "today": queries.today(standing.now),
        "add": _form("person", NewPerson, standing, "/units/people/", _("开设账号"), _("开设"), tried),
        "section": "people",
        "may": True,
    }
    return render(request, "units/people.html", said, status=422 if tried else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def person(request: HttpRequest, standing: Standing, account: str) -> HttpResponseBase:
    """Somebody with every post they ever held, and what happened to the account."""
    _must_administer(standing)
    found = queries.person(account, standing.jurisdiction.code, now=standing.now)
    if request.method == "POST":
        try:
            commands.close_account(account=account, actor=standing.actor, now=standing.now, at=timezone.now())
            messages.success(request, _("账号已停用。"))
        except Refused as refused:
            messages.error(request, refused.refusal.reason)
        return redirect(f"/units/people/{account}/")
    rulebook = pack(standing.jurisdiction.pack)
    names = queries.unit_names({a.unit for a in found.posts})
    today = queries.today(standing.now)
    said = {
        "person": found,
        "posts": [(names[a.unit], a, _label(a.post, rulebook)) for a in found.posts],
        "held": any(a.until_on is None or a.until_on > today for a in found.posts),
        "events": _told(f"person:{account}", rulebook),
        "today": today,
        "section": "people",
        "may": True,
    }
    return render(request, "units/person.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def responsibilities(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The responsibility list: who answers for what, and on what basis."""
    tried = None
    if request.method == "POST":
        tried = send(
            request,
            standing,
            "entry",
            NewEntry,
            lambda f: commands.enter_responsibility(
                jurisdiction=standing.jurisdiction.code,
                **f.model_dump(),
                actor=standing.actor,
                now=standing.now,
            ),
        )
        if tried is None:
            messages.success(request, _("目录条目已录入。"))
            return redirect("/units/responsibilities/")
    today = queries.today(standing.now)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:64]
    found = queries.entries(standing.jurisdiction.code)
    names = queries.unit_names({unit for e in found for unit in e.co_units})
    shown = [
        (e, [names.get(u, u) for u in e.co_units], e.from_on > today)
        for e in found
        if (e.until_on is None or e.until_on > today) and asked in f"{e.code} {e.matter} {e.lead_name} {e.basis}"
    ]
    said = {
        "rows": shown,
        "asked": asked,
        "add": _form(
            "entry", NewEntry, standing, "/units/responsibilities/", _("新增条目"), _("录入"), tried, from_on=today
        ),
        "section": "responsibilities",
        "may": administers(standing),
    }
    return render(request, "units/responsibilities.html", said, status=422 if tried else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def responsibility(request: HttpRequest, standing: Standing, code: str) -> HttpResponseBase:
    """An entry of the list with every wording it had."""
    tried, doing, url = None, request.POST.get("do", ""), f"/units/responsibilities/{code}/"
    actor, now = standing.actor, standing.now
    if request.method == "POST":
        if doing == "amend":
            tried = send(
                request,
                standing,
                doing,
                AmendEntry,
                lambda f: commands.amend_responsibility(code=code, fields=f, actor=actor, now=now),
            )
        elif doing == "end":
            tried = send(
                request,
                standing,
                doing,
                EndEntry,
                lambda f: commands.end_responsibility(code=code, fields=f, actor=actor, now=now),
            )
        else:
            raise Unknown(doing)
        if tried is None:
            messages.success(request, _("目录已更新，原来的内容仍可在下面查到。"))
            return redirect(url)
    found = queries.entries(standing.jurisdiction.code, code=code)
    if not found:
        raise Unknown(code)
    names = queries.unit_names({unit for e in found for unit in e.co_units})
    current, today = found[0], queries.today(now)
    begin = {
        "matter": current.matter, "lead": current.lead, "co_units": current.co_units, "basis": current.basis,
        "from_on": today,
    }  # fmt: skip
    live = current.until_on is None
    said = {
        "code": code,
        "rows": [(e, [names.get(u, u) for u in e.co_units]) for e in found],
        "today": today,
        "amend": _form("amend", AmendEntry, standing, url, _("修改条目"), _("修改"), tried, **begin) if live else None,
        "end": _form("end", EndEntry, standing, url, _("停用条目"), _("停用"), tried, until_on=today) if live else None,
        "events": [
            e
            for e in reversed(record.events(f"jurisdiction:{standing.jurisdiction.code}"))
            if e.kind.startswith("organisations.responsibility") and e.facts.get("code") == code
        ],
        "section": "responsibilities",
        "may": administers(standing),
    }
    return render(request, "units/responsibility.html", said, status=422 if tried else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def channels(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Which unit takes in the requests of each channel, since when, and who did before."""
    tried, place, now = None, standing.jurisdiction, standing.now
    if request.method == "POST":
        tried = send(
            request,
            standing,
            "give",
            Give,
            lambda f: commands.give_channel(jurisdiction=place.code, **f.model_dump(), actor=standing.actor, now=now),
        )
        if tried is None:
            messages.success(request, _("渠道的受理单位已确定。"))
            return redirect("/units/channels/")
    today, rulebook = queries.today(now), pack(place.pack)
    ever = queries.desks_ever(place.code)
    said = {
        "rows": [
            (
                channel,
                rulebook.unit_types[channel.owner_unit_type].label,
                [d for d in ever if d.channel == channel.code and (d.until_on is None or d.until_on > today)],
                [d for d in ever if d.channel == channel.code and d.until_on is not None and d.until_on <= today],
            )
            for channel in rulebook.channels.values()
        ],
        "today": today,
        "give": _form("give", Give, standing, "/units/channels/", _("确定受理单位"), _("确定"), tried, from_on=today),
        "section": "channels",
        "may": administers(standing),
    }
    return render(request, "units/channels.html", said, status=tried.status if tried else 200)


@require_http_methods(["GET", "HEAD"])
@signed_in
def opening(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """What is still missing before the office may open, as the doctor tells it too."""
    _must_administer(standing)
    rows = here.lacks(standing.jurisdiction.code)
    must = sum(row.weight == "failure" for row in rows)
    return render(request, "units/opening.html", {"rows": rows, "must": must, "section": "opening", "may": True})
