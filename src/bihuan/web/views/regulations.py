"""The regulation: clause by clause with its acts, its duties and how it fares; its limits; the working calendar."""

from calendar import Calendar as Months
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.duties import commands, queries
from bihuan.duties.forms import Adjust, EndAdjustment, Notice, lines_of
from bihuan.duties.types import DutyRow, Figures, Outcome, WordingRow
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.calendar import WORKDAY, ZONE, Calendar
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import all_packs, pack
from bihuan.policy.pack import Channel, Citation, Clause, Ground, Pack
from bihuan.subjects.registry import REGISTRY
from bihuan.vetting.limits import ADJUSTABLE
from bihuan.web.administering import AdministrationChoices, Tried, administers, send, show
from bihuan.web.charts import charts_of
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import SIZE, without
from bihuan.web.words import scope_words

LABELS = REGISTRY.duty_labels
SPANS = {"7": 7, "30": 30, "90": 90, "365": 365}
STATES = {queries.OPEN: "未办结", queries.OVERDUE: "已逾期", **{str(o): o.label for o in Outcome}}
EARLIEST = date(2004, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one until another (included)."""

    since: date
    until: date
    span: str

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({"since": self.since, "until": self.until})

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day."""
        return datetime.combine(self.since, time(), ZONE), datetime.combine(
            self.until + timedelta(days=1), time(), ZONE
        )


def period_of(request: HttpRequest, now: datetime) -> Period:
    """The period that the address names: a span until today, or two days; else the last thirty days."""
    today, span = organisations.today(now), request.GET.get("days", "")
    if span not in SPANS:
        since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
        if since and until and since <= until:
            return Period(since, until, "")
        span = "30"
    return Period(today - timedelta(days=SPANS[span] - 1), today, span)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= date(2099, 12, 31) else None


def named_pack(pack_id: str, standing: Standing, version: str = "") -> Pack:
    """A version of a regulation; where none is asked for, the one under which the actor's jurisdiction stands, of
    another regulation the newest. Raises Unknown."""
    there = [p for p in all_packs() if p.id == pack_id and version in ("", str(p.version))]
    own = pack(standing.jurisdiction.pack)
    if own in there:
        return own
    if not there:
        raise Unknown(pack_id)
    return there[-1]


class Force(Vocabulary, context="version"):
    """How a version of the own regulation stands to the one in force."""

    NOW = "now", "现行"
    LATER = "later", "尚未施行"
    BEFORE = "before", "已被代替"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a regulation, and whether it is in force here; of others' regulations nobody here says so."""

    version: int
    force: Force | None
    shown: bool
    since: date | None
    """The day from which it is in force here, where it was or is to be taken up after the founding."""


def _versions(shown: Pack, own: Pack, standing: Standing) -> list[VersionLine]:
    there = [one for one in all_packs() if one.id == shown.id]
    several = len(there) > 1 and shown.id == own.id
    told = organisations.versions(standing.jurisdiction.code) if several else ()
    held = [row for row in told if row.from_on is None or row.from_on != row.until_on]
    since, today = {row.pack: row.from_on for row in held}, organisations.today(standing.now)
    gone = {row.pack for row in held if row.until_on is not None and row.until_on <= today}
    return [VersionLine(one.version, _force(one, own, gone), one is shown, since.get(one.ref)) for one in there]


def _force(one: Pack, own: Pack, gone: Collection[str]) -> Force | None:
    if one.id != own.id:
        return None
    if one.version == own.version:
        return Force.NOW
    return Force.LATER if one.version > own.version and one.ref not in gone else Force.BEFORE


_COUNTS = ("open", "overdue", "met", "late", "unmet", "waived")


@dataclass(frozen=True, slots=True)
class NormRow:
    """A norm on the page: what carries it out, and how it fares."""

    name: str
    title: str
    acts: tuple[str, ...]
    duties: tuple[str, ...]
    figures: Figures
    also: bool = False


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause on the page."""

    clause: Clause
    norms: tuple[NormRow, ...]

    @property
    def figures(self) -> Figures:
        """The figures of all its own norms."""
        own = [norm.figures for norm in self.norms if not norm.also]
        return Figures(*(sum(getattr(f, name) for f in own) for name in _COUNTS))


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel on the page: what kind of unit takes it in, and which one does here."""

    channel: Channel
    owner: str
    desk: str


@require_safe
@signed_in
def regulation(request: HttpRequest, standing: Standing, pack_id: str = "") -> HttpResponseBase:
    """The clauses of a regulation, each with its acts, its duties and how they fare in a period."""
    rulebook = pack(standing.jurisdiction.pack)
    own = rulebook.id
    if not pack_id:
        return redirect(f"/regulations/{own}/")
    found = named_pack(pack_id, standing, request.GET.get("version", ""))
    period = period_of(request, standing.now)
    everyone = request.GET.get("scope") == "all"
    counted = queries.figures(
        standing.jurisdiction.code,
        found.id,
        since=period.since,
        until=period.until,
        holders=None if everyone else sorted(standing.actor.units),
    )
    fares = counted.by_norm
    said = {
        "pack": found,
        "versions": _versions(found, rulebook, standing),
        "clauses": [_clause(clause, fares) for clause in found.clauses.values()],
        "defaults": [(_norm(b.norm, fares), b.basis) for b in found.bindings.values() if b.clause is None],
        "channels": _channels(
            found, {} if found is not rulebook else organisations.desks(standing.jurisdiction.code, now=standing.now)
        ),
        "grounds": _grounds(found),
        "whole": ClauseRow(Clause("", ""), tuple(_norm(name, fares) for name in found.bindings)).figures,
        "counted_at": counted.at,
        "period": period,
        "spans": SPANS,
        "everyone": everyone,
        "foreign": found is not rulebook,
        "charts": [(f"/regulations/{found.id}/charts/{c.word}/", c.title(found)) for c in charts_of(found)],
        "section": "clauses",
    }
    return render(request, "regulations/page.html", said)


def _channels(found: Pack, desks: Mapping[str, str]) -> list[ChannelLine]:
    known = sorted(found.channels.values(), key=lambda channel: channel.number)
    return [ChannelLine(c, found.unit_types[c.owner_unit_type].label, desks.get(c.code, "")) for c in known]


def _grounds(found: Pack) -> list[tuple[Ground, Citation]]:
    """The grounds that somebody may name, with what stands behind each, where the norm behind them holds."""
    bound = (g for listed in found.grounds.values() for g in listed.values() if found.binds(g.of.norm))
    return [(ground, found.behind(ground)) for ground in bound]


def _clause(clause: Clause, fares: Mapping[str, Figures]) -> ClauseRow:
    own = tuple(_norm(name, fares) for name in clause.norms)
    return ClauseRow(clause, own + tuple(_norm(name, fares, also=True) for name in clause.also))


def _norm(name: str, fares: Mapping[str, Figures], *, also: bool = False) -> NormRow:
    acts, owed = _carried_out(name)
    return NormRow(name, norms.norm(name).title, acts, owed, fares.get(name, Figures()), also)


@cache
def _carried_out(norm: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """By which acts a norm is carried out, and what is owed by it."""
    specs = (spec for kind in REGISTRY for spec in kind.duties.values())
    acts = dict.fromkeys(m.act.label for kind in REGISTRY for m in kind.table.moves if m.norm.name == norm)
    owed = dict.fromkeys(spec.kind.label for spec in specs if spec.norm.name == norm)
    return tuple(acts), tuple(owed)


@require_safe
@signed_in
def duties(request: HttpRequest, standing: Standing, pack_id: str) -> HttpResponse:
    """The duties behind a figure: those of the actor's units."""
    found, period = named_pack(pack_id, standing), period_of(request, standing.now)
    name, state = request.GET.get("norm", ""), request.GET.get("state", "")
    if name not in norms.ALL or state not in STATES:
        raise Unknown(name)
    since, until = period.moments
    rows = queries.of_norm(
        standing.actor,
        name,
        found.id,
        state,
        since=since,
        until=until,
        labels=LABELS,
        now=standing.now,
        after=_position(request.GET.get("after", "")),
        limit=SIZE + 1,
    )
    shown = rows[:SIZE]
    last = shown[-1] if len(rows) > SIZE else None
    at = last and (last.due_at if state in (queries.OPEN, queries.OVERDUE) else last.discharged_at)
    said = {
        "pack": found,
        "norm": norms.norm(name),
        "citation": found.cite(name).words,
        "state": state,
        "states": STATES,
        "rows": list(_with_titles(shown, standing)),
        "onward": f"{at.isoformat()}~{last.id}" if last and at else "",
        "query": without(request, "after"),
        "period": period,
        "done": state not in (queries.OPEN, queries.OVERDUE),
    }
    return render(request, "regulations/duties.html", said)


def _position(text: str) -> tuple[datetime, int] | None:
    at, _sign, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(id)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _with_titles(found: Sequence[DutyRow], standing: Standing) -> Iterable[tuple[DutyRow, str, str, str]]:
    """Every duty with the number, the title and the page of what it stands on; no title for what one may not see."""
    numbers: dict[str, list[str]] = {kind.word: [] for kind in REGISTRY}
    for duty in found:
        word, _sign, number = duty.subject.partition(":")
        numbers[word].append(number)
    briefs = {word: REGISTRY[word].briefs(of, standing.actor) for word, of in numbers.items() if of}
    for duty in found:
        word, _sign, number = duty.subject.partition(":")
        brief = briefs[word].get(number)
        yield duty, number, brief.title if brief else "", REGISTRY[word].page_of(number) if brief else ""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def limits(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The limits of the regulation and those that the jurisdiction adjusted; the administrator adjusts one here."""
    tried = None
    if request.method == "POST":
        actor, now = standing.actor, standing.now
        tried = send(
            request,
            standing,
            "adjust",
            Adjust,
            lambda fields: commands.adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=actor, now=now),
        )
        if tried is None:
            messages.success(request, _("时限调整已录入，自生效之日起新产生的职责按它计算。"))
            return redirect("/regulations/limits/")
    return _limits(request, standing, tried)


@sent_only
@signed_in
def end_adjustment(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """Go back to the regulation's limit."""
    tried = send(
        request,
        standing,
        f"end-{id}",
        EndAdjustment,
        lambda fields: commands.end_adjustment(id=id, fields=fields, actor=standing.actor, now=standing.now),
    )
    if tried is not None:
        return _limits(request, standing, tried)
    messages.success(request, _("已录入恢复日期。"))
    return redirect("/regulations/limits/")


def _limits(request: HttpRequest, standing: Standing, tried: Tried | None) -> HttpResponse:
    rulebook, today = pack(standing.jurisdiction.pack), organisations.today(standing.now)
    known = queries.overrides(standing.jurisdiction.code)
    choices = AdministrationChoices(standing)
    may = administers(standing)
    names = organisations.person_names({o.entered_by for o in known})
    rows = [
        {
            "label": LimitName(rule.name).label,
            "for": scope_words(rule, rulebook),
            "rule": rule,
            "source": rulebook.source(rule).words,
            "adjusted": [o for o in known if o.fits(rule) and (o.until_on is None or o.until_on > today)],
        }
        for rules in rulebook.limits.values()
        for rule in rules
    ]
    tomorrow = today + timedelta(days=1)
    adjust = show(
        "adjust",
        Adjust,
        standing,
        action="/regulations/limits/",
        title=_("调整一项时限"),
        button=_("调整"),
        tried=tried,
        begin={"from_on": tomorrow},
        choices=choices,
    )
    history = [
        {
            "row": o,
            "label": LimitName(o.name).label,
            "by": names.get(o.entered_by, o.entered_by),
            "state": "past" if o.until_on and o.until_on <= today else "coming" if o.from_on > today else "now",
            "end": show(
                f"end-{o.id}",
                EndAdjustment,
                standing,
                action=f"/regulations/limits/{o.id}/end/",
                title=_("恢复为文件规定"),
                button=_("恢复"),
                tried=tried,
                begin={"until_on": max(tomorrow, o.from_on)},
            )
            if may and o.until_on is None
            else None,
        }
        for o in known
    ]
    said = {
        "pack": rulebook,
        "rows": rows,
        "history": history,
        "adjust": adjust if may else None,
        "today": today,
        "section": "limits",
    }
    return render(request, "regulations/limits.html", said, status=422 if tried else 200)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the year view."""

    on: date
    name: str
    works: bool
    special: bool
    today: bool


HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""The holidays that notices name, with or without their last character; a cell of the calendar has room for two."""
DAYS = ("周末", "工作日", "调休上班")


def _months(year: int, known: Calendar, today: date) -> Iterable[tuple[str, list[list[DayCell | None]]]]:
    for month in range(1, 13):
        weeks = Months(firstweekday=0).monthdatescalendar(year, month)
        yield (
            f"{month}月",
            [[_cell(on, known, today) if on.month == month else None for on in week] for week in weeks],
        )


def _cell(on: date, known: Calendar, today: date) -> DayCell:
    name = known.name(on)
    special = name not in ("周末", "工作日")
    return DayCell(on, f"{name}节" if f"{name}节" in HOLIDAYS else name, known.is_working(on), special, on == today)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def calendar(request: HttpRequest, standing: Standing, year: int | None = None) -> HttpResponseBase:
    """The working calendar of a year; the administrator enters a year's notice, and sees first what it would move."""
    today = organisations.today(standing.now)
    shown = year or today.year
    if not EARLIEST.year <= shown <= 2099:
        raise Unknown(str(shown))
    tried, preview = None, None
    if request.method == "POST" and request.POST.get("confirmed"):
        tried = send(request, standing, "notice", Notice, lambda f: _enter(f, standing))
        if tried is None:
            messages.success(request, _("放假安排已录入，受影响的到期时间正由后台作业重新计算。"))
            return redirect(f"/regulations/calendar/{shown}/")
    elif request.method == "POST":
        seen: list[dict[str, Any]] = []
        tried = send(request, standing, "notice", Notice, lambda f: seen.append(_weigh(f, standing)))
        preview = seen[0] if seen else None
    return _calendar(request, standing, shown, today, tried, preview)


def _enter(fields: Notice, standing: Standing) -> None:
    commands.enter_notice(fields=fields, actor=standing.actor, now=standing.now)


def _weigh(fields: Notice, standing: Standing) -> dict[str, Any]:
    """What the notice would change, before it is entered."""
    impact = commands.weigh_notice(fields=fields, actor=standing.actor)
    names = organisations.unit_names({m.holder for m in impact.first})
    rows = [
        {
            "moving": m,
            "number": m.subject.partition(":")[2],
            "label": LABELS.get(m.kind, m.kind),
            "holder": names.get(m.holder, m.holder),
        }
        for m in impact.first
    ]
    days = fields.days
    return {
        "fields": fields,
        "difference": impact.difference,
        "added": sorted(impact.difference.added.items()),
        "dropped": sorted(impact.difference.dropped.items()),
        "moving": impact.moving,
        "rows": rows,
        "off": sum(name != WORKDAY for name in days.values()),
        "on": sum(name == WORKDAY for name in days.values()),
    }


def _calendar(
    request: HttpRequest, standing: Standing, year: int, today: date, tried: Tried | None, preview: Any
) -> HttpResponse:
    known, wordings = queries.calendar(), queries.wordings(year)
    begin: dict[str, object] = {"year": next(y for y in range(today.year, 2100) if y not in known.announced_years)}
    correcting = bool(wordings) and "correct" in request.GET
    if preview:
        begin = preview["fields"].model_dump()
    elif correcting:
        holidays, workdays = lines_of(wordings[0].days)
        begin = {"year": year, "holidays": holidays, "workdays": workdays}
    notice = show(
        "notice",
        Notice,
        standing,
        action=f"/regulations/calendar/{year}/",
        title=_("更正年度放假安排") if correcting else _("录入或更正年度放假安排"),
        button=_("查看影响"),
        tried=tried,
        begin=begin,
    )
    said = {
        "pack": pack(standing.jurisdiction.pack),
        "year": year,
        "months": list(_months(year, known, today)),
        "working": sum(known.is_working(date(year, 1, 1) + timedelta(days=n)) for n in range(_length(year))),
        "provisional": known.provisional(date(year, 7, 1)),
        "wordings": [_wording(row) for row in wordings],
        "notice": replace(notice, open=notice.open or correcting) if administers(standing) else None,
        "preview": preview,
        "section": "calendar",
    }
    return render(request, "regulations/calendar.html", said, status=422 if tried else 200)


def _wording(row: WordingRow) -> dict[str, Any]:
    """A wording of a year's notice, with its days as they are typed."""
    holidays, workdays = lines_of(row.days)
    return {"row": row, "holidays": holidays.splitlines(), "workdays": workdays.splitlines()}


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
