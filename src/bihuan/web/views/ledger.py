"""A ledger, of cases or of matters: its page, count, saved views, search by telephone and exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bihuan.cases.types import Stage as CaseStage
from bihuan.floodgate.types import TooMany
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.ledgers import commands, queries
from bihuan.ledgers.types import (
    COUNTED,
    MOST_PAGES,
    SEARCHES,
    Ask,
    Asked,
    Choice,
    ExportRow,
    Filter,
    Place,
    Reason,
    SaveView,
    Shown,
    State,
    Which,
    WhoAsked,
)
from bihuan.matters.types import REPORTER
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.web import drafting
from bihuan.web.forms import Filled, Typed, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.lines import body
from bihuan.web.standing import signed_in
from bihuan.web.views.paging import position

URLS: Mapping[Which, str] = {
    Which.CASE: "/cases/",
    Which.MATTER: "/matters/",
    Which.JOINT: "/joint/",
    Which.FIGURES: "/joint/figures/",
    Which.ASSESSMENT: "/figures/",
}
STAGES: Mapping[Which, type[CaseStage] | type[MatterStage] | type[JointStage]] = {
    Which.CASE: CaseStage,
    Which.MATTER: MatterStage,
    Which.JOINT: JointStage,
}
"""Columns that lead to the subject."""
MOST_QUERY = 400
"""A longer question does not go into the address to which one comes back."""
BACK = "exporting"
"""By this one is led back to what one asked to be exported; no other page of a ledger asks if something is kept."""
POLLED = (State.WAITING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Control:
    """A filter with what was asked of it."""

    filter: Filter
    value: str
    error: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing by which the page is narrowed, and the way to it without."""

    label: str
    choice: Choice
    without: str


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked of a ledger."""

    which: Which
    known: tuple[Filter, ...]
    asked: Asked
    errors: Mapping[str, str]
    unread: Mapping[str, str]
    """What was typed where it could not be read: it stays in its box beside the reason."""


CONTROLS: Mapping[Ask, str] = {
    Ask.SEARCH: "search",
    Ask.LINE: "text",
    Ask.PLACE: "text",
    Ask.DAY: "date",
    Ask.MONTH: "month",
}


@require_safe
@signed_in
def show(request: HttpRequest, standing: Standing, which: str) -> HttpResponseBase:
    """The ledger, narrowed, searched, page by page; without a question the view that one begins with."""
    ledger = Which(which)
    views = queries.views(ledger, standing.actor, now=standing.now)
    begin = next((v for v in views if v.default), None)
    if begin is not None and not request.GET:
        return redirect(f"{URLS[ledger]}?{_with(begin.query, view=begin.id)}")
    question = _question(ledger, request.GET.lists(), standing)
    typed = typed_in(request.GET)
    place = Place(_number(typed.one("page")), position(typed.one("after")), position(typed.one("before")))
    return _page(request, standing, question, place, said={"views": views, "view": typed.one("view")})


@require_safe
@signed_in
def count(request: HttpRequest, standing: Standing, which: str) -> HttpResponse:
    """How many rows the question finds, counted no farther than is worth while."""
    question = _question(Which(which), request.GET.lists(), standing)
    found = queries.counted(question.asked, standing.actor, now=standing.now)
    said = {"count": min(found, COUNTED), "beyond": found > COUNTED, "query": question.asked.query()}
    if getattr(request, "htmx", False):
        return render(request, "ledger/_count.html", said)
    return _page(request, standing, question, Place(), said=said)


@sent_only
@signed_in
def save_view(request: HttpRequest, standing: Standing, which: str) -> HttpResponseBase:
    """Keep the question under a name."""
    question = _posted(request, Which(which), standing)
    filled = _filled(request, SaveView)
    if filled.fields is None:
        return _page(request, standing, question, Place(), said={"saving": filled}, status=422)
    query = question.asked.query()
    commands.save_view(which=question.which, query=query, fields=filled.fields, actor=standing.actor)
    messages.success(request, f"视图“{filled.fields.name}”已保存。")
    return redirect(f"{URLS[question.which]}?{query or 'view='}")


@sent_only
@signed_in
def drop_view(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """Forget a view of one's own."""
    which = commands.drop_view(id=id, actor=standing.actor, now=standing.now)
    messages.success(request, "视图已删除。")
    return redirect(f"{URLS[which]}?view=")


@sent_only
@signed_in
def find_by_requester(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The cases of a requester told by telephone or name; neither stands in an address, and the look is kept."""
    question = _posted(request, Which.CASE, standing)
    filled = _filled(request, WhoAsked)
    said: dict[str, Any] = {"finding": filled}
    if filled.fields is None:
        return _page(request, standing, question, Place(), said=said, status=422)
    try:
        shown = commands.find_by_requester(
            fields=filled.fields,
            asked=question.asked,
            actor=standing.actor,
            rulebook=pack(standing.jurisdiction.pack),
            now=standing.now,
            at=timezone.now(),
            ip=request.META.get("REMOTE_ADDR", ""),
        )
    except Refused as refused:
        said["finding"] = Filled(filled.typed, None, {"who": refused.refusal.reason})
        return _page(request, standing, question, Place(), said=said, status=409)
    except TooMany as flood:
        said["finding"] = Filled(filled.typed, None, {"who": _wait(flood)})
        answer = _page(request, standing, question, Place(), said=said, status=429)
        answer.headers["Retry-After"] = str(flood.seconds)
        return answer
    return _page(request, standing, question, Place(), shown=shown, said=said)


def _wait(flood: TooMany) -> str:
    """Why not now, and when again."""
    most = "、".join(f"每{span}{measure.tokens}次" for span, measure in zip(("小时", "天"), SEARCHES, strict=True))
    return f"按诉求人查找太频繁（每个账号{most}），请约{-(-flood.seconds // 60)}分钟后再试。"


@sent_only
@signed_in
def ask_export(request: HttpRequest, standing: Standing, which: str) -> HttpResponseBase:
    """Have the ledger written as a file, exactly as the page shows it, for a reason."""
    question = _posted(request, Which(which), standing)
    filled = _filled(request, Reason)
    if filled.fields is None:
        drafting.keep(request)
        return _page(request, standing, question, Place(), said={"exporting": filled}, status=422)
    try:
        commands.ask_export(
            asked=question.asked,
            told=queries.told(question.asked, question.known),
            fields=filled.fields,
            actor=standing.actor,
            rulebook=pack(standing.jurisdiction.pack),
            now=standing.now,
        )
    except Refused as refused:
        drafting.keep(request)
        said: dict[str, Any] = {"exporting": Filled(filled.typed, None, {"reason": refused.refusal.reason})}
        return _page(request, standing, question, Place(), said=said, status=409)
    drafting.drop(_export_mark(standing, question.which, ""))
    return redirect("/exports/")


@require_safe
@signed_in
def exports(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What one asked to be exported, and how far it is."""
    rows = queries.exports(standing.actor)
    said = {"exports": [_export(row, standing.now) for row in rows], "refusal": _export_refusal(standing)}
    return render(request, "ledger/exports.html", said)


@require_safe
@signed_in
def export(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """One export: the page asks again until it is done."""
    row = queries.export(id, standing.actor)
    if not getattr(request, "htmx", False):
        return redirect("/exports/")
    return render(request, "ledger/_export.html", {"export": _export(row, standing.now)})


@sent_only
@signed_in
def fetch_export(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """Fetch the file; every time is recorded."""
    row, place = commands.fetch_export(
        id=id,
        actor=standing.actor,
        rulebook=pack(standing.jurisdiction.pack),
        now=standing.now,
        ip=request.META.get("REMOTE_ADDR", ""),
    )
    name = f"{standing.jurisdiction.name}{row.which.label}{row.number}.xlsx"
    try:
        file = place.open("rb")
    except FileNotFoundError:  # its time was over this very moment
        raise Unknown(str(id)) from None
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def _export(row: ExportRow, now: datetime) -> dict[str, Any]:
    share = 100 * row.done // row.total if row.total else 0
    expired = row.expires_at is not None and row.expires_at < now
    return {
        "row": row,
        "share": min(share, 100),
        "polled": row.state in POLLED,
        "ready": row.state is State.READY and not expired,
        "url": f"{URLS[row.which]}?{row.query or 'view='}",
    }


def _question(which: Which, said: Any, standing: Standing) -> Question:
    known = queries.filters(which, standing.jurisdiction)
    typed = dict(said)
    reading = queries.read(which, typed, known)
    unread = {key: str(typed[key][0]).replace("\x00", "") for key in reading.errors}
    return Question(which, known, reading.asked, reading.errors, unread)


def _posted(request: HttpRequest, which: Which, standing: Standing) -> Question:
    """The question of the page from which a form was sent."""
    return _question(which, parse_qs(request.POST.get("query", "")).items(), standing)


def _filled(request: HttpRequest, form: type[Any]) -> Filled[Any]:
    typed = Typed(typed_in(request.POST).values, posted=True)
    names = form.model_fields.keys()
    return fill(form, Typed({name: v for name, v in typed.values.items() if name in names}, posted=True))


def _page(
    request: HttpRequest,
    standing: Standing,
    question: Question,
    place: Place,
    *,
    shown: Shown | None = None,
    said: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    which, asked, rulebook = question.which, question.asked, pack(standing.jurisdiction.pack)
    found = shown or queries.page(asked, standing.actor, place, now=standing.now)
    controls = [_control(f, question) for f in question.known]
    barred = commands.may_find_by_requester(standing.actor, rulebook) if which is Which.CASE else None
    base = {
        "which": which,
        "url": URLS[which],
        "body": body(found.rows, found.columns, STAGES.get(which, str), URLS[which]),
        "shown": found,
        "first": [c for c in controls if c.filter.first],
        "more": [c for c in controls if not c.filter.first],
        "narrowed": bool(asked.values),
        "not_found_until": queries.not_found_until(asked, standing.actor),
        "opened": any(c.error or c.value for c in controls if not c.filter.first),
        "chips": [_chip(f, asked) for f in question.known if f.key in asked.values],
        "columns": queries.columns(which),
        "chosen": {c.key for c in found.columns},
        "asked": asked,
        "query": asked.query(),
        "ways": _ways(asked, found),
        "most_pages": MOST_PAGES,
        "export_refusal": _export_refusal(standing),
        "may_find": which is Which.CASE and barred is None,
        "may_find_by_end": commands.may_find_by_end(standing.actor),
        "by_requester": shown is not None,
        "may_report": which is Which.MATTER and standing.actor.holds(*REPORTER.posts),
    }
    if not base["export_refusal"]:
        mark = _export_mark(standing, which, asked.query())
        base |= drafting.begun_export(mark, back=request.GET.get(BACK) == "1")
    views = {"views": queries.views(which, standing.actor, now=standing.now)} if "views" not in said else {}
    return render(request, "ledger/page.html", {**base, **views, **said}, status=status)


def _export_mark(standing: Standing, which: Which, query: str) -> drafting.Mark:
    url, asked = URLS[which], f"{query}&" if 0 < len(query) < MOST_QUERY else ""
    return drafting.mark_of_page(standing, f"{url}export/", back=f"{url}?{asked}{BACK}=1")


def _export_refusal(standing: Standing) -> str:
    refusal = commands.may_export(standing.actor, pack(standing.jurisdiction.pack))
    return refusal.reason if refusal else ""


def _control(known: Filter, question: Question) -> Control:
    value = question.asked.values.get(known.key, "") or question.unread.get(known.key, "")
    return Control(known, value, question.errors.get(known.key, ""), CONTROLS.get(known.ask, ""))


def _chip(known: Filter, asked: Asked) -> Chip:
    rest = {name: value for name, value in asked.values.items() if name != known.key}
    query = Asked(asked.which, rest, asked.columns, asked.oldest_first).query()
    return Chip(known.label, known.choice(asked.values[known.key]), f"{URLS[asked.which]}?{query or 'view='}")


def _ways(asked: Asked, found: Shown) -> dict[str, str]:
    """The addresses of the pages before and after this one."""
    ways, query = dict[str, str](), asked.query()
    if found.before is not None:
        ways["before"] = _with(query, before=found.before, page=found.page and found.page - 1)
    if found.after is not None:
        ways["after"] = _with(query, after=found.after, page=found.page and found.page + 1)
    return {name: f"{URLS[asked.which]}?{way}" for name, way in ways.items()}


def _with(query: str, **more: object) -> str:
    added = urlencode({name: value for name, value in more.items() if value})
    return f"{query}&{added}" if query else added


def _number(text: str) -> int | None:
    found = position(text)
    return found if found and found <= MOST_PAGES else None
