"""The desk of supervision, what is sent from it, and the lists of what was sent."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.cases.types import Part
from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.policy.pack import Pack
from bihuan.subjects.declaration import Kind as SubjectKind
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import commands
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import STAGES, Kind
from bihuan.supervision.types.forms import IssueOrder, IssueReminder, RegisterColoured, SendUrge, UrgeSelected
from bihuan.supervision.types.rows import DirectiveFilters, RedRow
from bihuan.web import drafting
from bihuan.web.administering import AdministrationChoices
from bihuan.web.drafting import Mark, typed_of
from bihuan.web.forms import Choice, Choices, Typed, fill, typed_in
from bihuan.web.standing import signed_in
from bihuan.web.views.intake import NAMING, Beginning, begin
from bihuan.web.views.paging import SIZE, position, without

NORMS: Mapping[Kind, Norm] = {
    Kind.URGE: norms.SUPERVISE_URGE,
    Kind.REMINDER: norms.SUPERVISE_REMIND,
    Kind.ORDER: norms.SUPERVISE_ORDER,
    Kind.COLOURED: norms.SUPERVISE_COLOURED,
}
"""Kind → the norm without which there is nothing of it."""


def _about(standing: Standing, typed: Typed) -> RedRow | None:
    """What is owed that the form names, where whoever urges sees it."""
    named, duty = typed.one("subject"), position(typed.one("duty"))
    if not named or len(named) > 64:
        return None
    return supervision.to_urge(named, duty, standing.actor, now=standing.now, besides=standing.actor.units)


class OtherUnits(AdministrationChoices):
    """What can be chosen by whoever sends something to another unit."""

    @cached_property
    def any_unit(self) -> tuple[Choice, ...]:
        """Every unit but the one in whose name it is sent; where that may be one of several, all."""
        known = organisations.units(self._standing.jurisdiction.code)
        sending = supervision.issuing_units(self._standing.actor, known, pack(self._standing.jurisdiction.pack))
        own = sending if len(sending) == 1 else frozenset[str]()
        return tuple(Choice(u.code, u.name) for u in known if u.ended_on is None and u.code not in own)


URGE = Beginning(
    "/supervision/urge/",
    "催办",
    "被催办的单位须限时回复；催办不改变任务的时限。",
    "催办",
    SendUrge,
    commands.send,
    (("催办", ("subject", "duty", "demand")),),
    by_channel=False,
    back="/supervision/",
    about=_about,
    named=NAMING,
)
REMINDER = Beginning(
    "/supervision/remind/",
    "工作提醒",
    "写明问题、事实和整改期限；被提醒的单位整改后由分管或主要负责人签发回复，可以申辩。",
    "发出工作提醒",
    IssueReminder,
    commands.remind,
    (
        ("提醒", ("unit", "about", "ground", "facts", "attachments")),
        ("整改", ("demand", "rectify_by", "on_free_day")),
    ),
    by_channel=False,
    choices=OtherUnits,
    back="/supervision/",
)
ORDER = Beginning(
    "/supervision/order/",
    "督办单",
    "督办其他单位限期办结；由被督办单位主要负责人签发回复，发出单位认定后解除督办。",
    "发出督办单",
    IssueOrder,
    commands.order,
    (
        ("督办", ("unit", "about", "order_kind", "ground", "facts", "attachments")),
        ("要求", ("demand", "reply_by", "on_free_day", "progress")),
    ),
    by_channel=False,
    choices=OtherUnits,
    back="/supervision/",
)
COLOURED = Beginning(
    "/supervision/coloured/",
    "三色督办单",
    "登记上级下发的三色督办单；登记后由⟨supervision⟩分派给承办单位，各单位回复后答复上级，直至上级解除。",
    "登记三色督办单",
    RegisterColoured,
    commands.register_coloured,
    (
        ("督办单", ("colour", "superior", "document_number", "issued_on", "received_on", "scan")),
        ("内容", ("demand", "due_on", "about")),
        ("前后承接", ("previous", "no_previous")),
    ),
    by_channel=False,
)
COLOURED_SHOWN = 12
"""So many open coloured orders stand on the desk; the list has all."""
BEGINNINGS: Mapping[Norm, Beginning] = {
    norms.SUPERVISE_REMIND: REMINDER,
    norms.SUPERVISE_ORDER: ORDER,
    norms.SUPERVISE_COLOURED: COLOURED,
}
"""What begins at the desk besides what is urged row by row."""


def _must_be_known(standing: Standing, *any_of: Norm) -> None:
    """Where the regulation knows nothing of the kind there is no such page."""
    if not any(organisations.knows(standing.jurisdiction, norm) for norm in any_of):
        raise Unknown("supervision")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def desk(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What other units owe and is overdue, the oldest first; many are urged at once, each with its own result."""
    _must_be_known(standing, *NORMS.values())
    unit, kind = request.GET.get("unit", ""), request.GET.get("kind", "")
    key, on = request.GET.get("key") == "1", _day(request.GET.get("on", ""))
    query = without(request, "after")
    mark = drafting.mark_of_page(
        standing, "/supervision/", back=f"/supervision/?{query}" if 0 < len(query) < 200 else ""
    )
    said, status = _urged(request, standing, mark) if request.method == "POST" else _begun(mark)
    rows = supervision.overdue(
        standing.actor,
        now=standing.now,
        unit=unit if len(unit) <= 64 else "",
        kind=kind if kind in REGISTRY.duty_labels else "",
        key=key,
        on=on,
        after=_position(request.GET.get("after", "")),
        limit=SIZE + 1,
    )
    place = standing.jurisdiction
    known = organisations.directory(place.code, now=standing.now).units
    last = rows[SIZE - 1].duty if len(rows) > SIZE else None
    coloured = (
        supervision.coloured_open(standing.actor, now=standing.now, limit=COLOURED_SHOWN)
        if organisations.knows(place, norms.SUPERVISE_COLOURED)
        else []
    )
    sending = supervision.issuing_units(standing.actor, known, pack(place.pack))
    said = {"demand": _("请抓紧办理，并回复办理进展。"), **said} | {
        "coloured": coloured,
        "key": key,
        "on": on,
        "today": organisations.today(standing.now),
        "load": supervision.load(standing.actor, now=standing.now),
        "waiting": supervision.waiting(sending) if sending else {},
        "most_waiting": supervision.MOST_WAITING,
        "rows": rows[:SIZE],
        "onward": f"{last.due_at.isoformat()}~{last.id}" if last else "",
        "unit": unit,
        "kind": kind,
        "units": Choices(standing, known).unit,
        "kinds": kinds_of_duty(pack(place.pack)),
        "query": query,
        "lists": [one for one in Kind if organisations.knows(place, NORMS[one])],
        "beginnings": [page for norm, page in BEGINNINGS.items() if organisations.knows(place, norm)],
        "may_urge": bool(sending),
    }
    return render(request, "supervision/desk.html", said, status=status)


def kinds_of_duty(rulebook: Pack) -> list[tuple[str, str, str]]:
    """Kinds of duty of a regulation, each with its words and, where several have the same, with the subject on which it
    stands."""
    told = {
        code: (words, kind)
        for kind in REGISTRY
        for code, words in kind.labels.items()
        if kind.duties[code].holds(rulebook.binds)
    }
    often = Counter(words for words, _kind in told.values())
    alike = Counter((words, kind.word) for words, kind in told.values())
    return sorted(
        (words, code, _of(kind, code, among=alike[words, kind.word]) if often[words] > 1 else "")
        for code, (words, kind) in told.items()
    )


def _of(kind: SubjectKind, code: str, *, among: int) -> str:
    """On which subject a duty stands; where several have its words there, also as what its holder takes part."""
    return kind.label if among == 1 else f"{kind.label}，{Part(kind.duties[code].part).label}"


def _begun(mark: Mark) -> tuple[dict[str, object], int]:
    """What the desk begins with: what was ticked and written on it before, and not sent."""
    kept = drafting.kept_for(mark)
    typed = typed_of(kept.draft) if kept.draft else Typed()
    demand = {"demand": typed.one("demand")} if kept.draft else {}
    return {"kept": kept, "ticked": typed.all("duties"), **demand}, 200


def _urged(request: HttpRequest, standing: Standing, mark: Mark) -> tuple[dict[str, object], int]:
    """What became of those that were ticked."""
    said, status = _urge_ticked(request, standing)
    if said.get("outcomes") and "demand" not in said:
        drafting.drop(mark)
    elif said.get("outcomes"):
        typed = typed_in(request.POST)
        drafting.keep(request, typed=Typed({name: v for name, v in typed.values.items() if name != "duties"}))
    else:
        drafting.keep(request)
    return {"kept": drafting.given_back(mark, []), **said}, status


def _urge_ticked(request: HttpRequest, standing: Standing) -> tuple[dict[str, object], int]:
    filled = fill(UrgeSelected, Typed(typed_in(request.POST).values, posted=True))
    said: dict[str, object] = {"demand": filled.typed.one("demand"), "ticked": filled.typed.all("duties")}
    if filled.fields is None:
        if "duties" in filled.errors:
            said["refused"] = _("一件也没有勾选，没有催办。请先勾选要催办的任务。")
        return {**said, "wrong": filled.errors.get("demand", "")}, 422
    try:
        outcomes = commands.urge_selected(fields=filled.fields, actor=standing.actor, now=standing.now)
    except Refused as refused:
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return {**said, "refused": refused.refusal.reason, "citation": citation}, 409
    said = {} if all(one.done for one in outcomes) else {**said, "ticked": []}
    return {**said, "outcomes": outcomes, "sent": sum(one.done for one in outcomes)}, 200


def _day(text: str) -> date | None:
    """A day that somebody asks for; none of what no calendar reaches."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if FIRST_YEAR <= on.year <= LAST_YEAR else None


FIRST_YEAR, LAST_YEAR = 1993, 2099
"""In these lie the days of which a page is asked for; the calendar itself reaches a year farther."""


def _position(text: str) -> tuple[datetime, int] | None:
    at, _mark, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, position(id) or 0) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


@require_safe
@signed_in
def calendar(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What other units owe by the day on which it is due: a month, or a week with its kinds; a day opens its list."""
    _must_be_known(standing, *NORMS.values())
    today = organisations.today(standing.now)
    week = _day(request.GET.get("week", ""))
    first = _day(f"{request.GET.get('month', '')}-01") or today.replace(day=1)
    if week is not None:
        since = week - timedelta(days=week.weekday())
        until, before, after = since + _WEEK - _DAY, since - _WEEK, since + _WEEK
    else:
        last = (first + timedelta(days=31)).replace(day=1) - _DAY
        since, until = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
        before, after = (first - _DAY).replace(day=1), last + _DAY
    days = supervision.due_by_day(standing.actor, since=since, until=until, now=standing.now)
    shown = days if week is not None else [day for day in days if day.on.month == first.month]
    said = {
        "today": today,
        "week": since if week is not None else None,
        "first": first,
        "ends": until,
        "before": before if _reached(before) else None,
        "after": after if _reached(after) else None,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "many": sum(day.many for day in shown),
        "late": sum(day.late for day in shown),
        "promises": sum(day.promises for day in shown),
    }
    return render(request, "supervision/calendar.html", said)


_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def _reached(on: date) -> bool:
    """Whether the calendar leads there."""
    return FIRST_YEAR <= on.year <= LAST_YEAR


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def urge(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Urge a unit about what it owes on one subject."""
    _must_be_known(standing, norms.SUPERVISE_URGE)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("%(number)s：已催办。") % {"number": number}, extra_tags=form)
        return redirect(f"/urges/{number}/")

    return begin(request, standing, URGE, told)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remind(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Remind a unit of something that is wrong."""
    _must_be_known(standing, norms.SUPERVISE_REMIND)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("%(number)s：已发出工作提醒。") % {"number": number}, extra_tags=form)
        return redirect(f"/reminders/{number}/")

    return begin(request, standing, REMINDER, told)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def order(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Order a unit to settle something."""
    _must_be_known(standing, norms.SUPERVISE_ORDER)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("%(number)s：已发出督办单。") % {"number": number}, extra_tags=form)
        return redirect(f"/orders/{number}/")

    return begin(request, standing, ORDER, told)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_coloured(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Enter what a superior body sent down in a colour."""
    _must_be_known(standing, norms.SUPERVISE_COLOURED)

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        messages.success(request, _("%(number)s：已登记三色督办单。") % {"number": number}, extra_tags=form)
        return redirect(f"/coloured/{number}/")

    return begin(request, standing, COLOURED, told)


@require_safe
@signed_in
def sent(request: HttpRequest, standing: Standing, which: str) -> HttpResponse:
    """What the actor's units sent and were sent of a kind, the newest first."""
    kind = Kind(which)
    _must_be_known(standing, NORMS[kind])
    stage, everything = request.GET.get("stage", ""), request.GET.get("all") == "1"
    stages = list(STAGES[kind])
    filters = DirectiveFilters(
        stage=stage if stage in set(map(str, stages)) else None, open=None if everything else True
    )
    after = position(request.GET.get("after", ""))
    rows = supervision.ledger(standing.actor, kind, filters, now=standing.now, after=after, limit=SIZE + 1)
    said = {
        "what": kind,
        "url": REGISTRY[kind].url,
        "rows": rows[:SIZE],
        "onward": rows[SIZE - 1].id if len(rows) > SIZE else None,
        "stages": stages,
        "stage": stage,
        "everything": everything,
    }
    return render(request, "supervision/sent.html", said)
