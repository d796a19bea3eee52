"""Registering a whole table of letters: it is uploaded, looked through, agreed to, registered; receipts are fetched."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.intake.letters import Column, Note
from bihuan.intake.moments import Order
from bihuan.intake.plans import Origin
from bihuan.kernel.doors import with_files
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.mailbags import commands, queries
from bihuan.mailbags.types import AT_WORK, Bring, Found, MailbagRow, Output, Reading, State
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.web.forms import Choices, Filled, Typed, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

URL, FILE = "/cases/import/", "file"
LONGEST_ROUND = 10
"""Digits of a round; Python reads no integer of thousands."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """One's own tables, and the form by which one more is uploaded."""
    if request.method != "POST":
        return _page(request, standing)
    typed = Typed({"channel": typed_in(request.POST).values.get("channel", [])}, posted=True)
    filled, upload = fill(Bring, typed), request.FILES.get(FILE)
    errors = dict(filled.errors)
    if not isinstance(upload, UploadedFile):
        errors[FILE] = _("请选择一个 csv 或 xlsx 文件。")
    if filled.fields is None or errors:
        return _page(request, standing, typed, errors, status=422)
    assert isinstance(upload, UploadedFile)
    try:
        id = commands.bring(
            name=upload.name or "",
            data=upload,
            size=upload.size or 0,
            fields=filled.fields,
            actor=standing.actor,
            now=standing.now,
        )
    except Refused as refused:
        at = refused.refusal.field or ""
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return _page(request, standing, typed, {at: refused.refusal.reason}, citation, status=409)
    return redirect(f"{URL}{id}/")


def _page(
    request: HttpRequest,
    standing: Standing,
    typed: Typed = Typed(),  # noqa: B008
    errors: Mapping[str, str] | None = None,
    citation: str = "",
    *,
    status: int = 200,
) -> HttpResponseBase:
    channels = Choices(standing).channel
    said = {
        "channels": channels,
        "channel": typed.one("channel") or (channels[0].value if len(channels) == 1 else ""),
        "errors": errors or {},
        "citation": citation,
        "limit": int(settings.ATTACHMENT_LIMIT) // 2**20,
        "rows": queries.mailbags(standing.actor),
    }
    return render(request, "cases/imports.html", said, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """A table: how it will be read, what would become of it, what became of it."""
    errors: Mapping[str, str] = {}
    row, refused = queries.mailbag(id, standing.actor), None
    if request.method == "POST":
        try:
            errors = _do(request, standing, row)
        except Refused as no:
            refused = no
        else:
            if not errors:
                return redirect(URL if request.POST.get("do") == "drop" else f"{URL}{id}/")
        row = queries.mailbag(id, standing.actor)
    found = Found()
    try:
        found = queries.found(id, standing.actor, now=standing.now)
    except Refused as no:
        refused = refused or no
    refusal = refused.refusal.reason if refused else ""
    citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words if refused else ""
    said = _said(row, found)
    template = "cases/_import.html" if getattr(request, "htmx", False) else "cases/import.html"
    status = 409 if refusal else 422 if errors else 200
    return render(
        request, template, {**said, "refusal": refusal, "citation": citation, "errors": errors}, status=status
    )


def _do(request: HttpRequest, standing: Standing, row: MailbagRow) -> Mapping[str, str]:
    """Carry out what was asked for; answers what was not understood. Raises Refused."""
    actor, now, typed = standing.actor, standing.now, typed_in(request.POST)
    doing = typed.one("do")
    if doing == "drop":
        commands.drop(id=row.id, actor=actor)
        messages.success(request, _("来件表已删除；已登记的工单不受影响。"))
        return {}
    if doing not in ("read", "register"):
        raise Unknown(doing)
    if row.state is State.READY:
        filled = _reading(typed, row, queries.found(row.id, actor, now=now))
        if filled.fields is None:
            return filled.errors
        if doing == "read" or filled.fields != row.reading:
            commands.read_again(id=row.id, fields=filled.fields, actor=actor, now=now)
            if doing == "register":
                messages.warning(request, _("读法有改动，先重新检查；请看过结果再登记。"))
            return {}
    seen = typed.one("round")
    commands.register(
        id=row.id, seen=int(seen) if seen.isdecimal() and len(seen) < LONGEST_ROUND else 0, actor=actor, now=now
    )
    return {}


def _reading(typed: Typed, row: MailbagRow, found: Found) -> Filled[Reading]:
    """How the table is to be read: of the columns those that are other than by themselves."""
    said = {name: typed.values[name] for name in ("sheet", "heading_line", "order", "sure_of_cells") if typed.one(name)}
    filled = fill(Reading, Typed(said, posted=True))
    if filled.fields is None:
        return filled
    line, columns = filled.fields.heading_line, dict[int, Column]()
    same = line in (None, found.heading_line)
    for at, one in enumerate(found.columns if same else ()):
        try:
            column = Column(typed.one(f"column-{at}") or one.column)
        except ValueError:
            return Filled(typed, None, {"columns": _("没有这一项，请从列表中选择。")})
        if column is not one.by_itself and (column is not one.column or at in row.reading.columns):
            columns[at] = column
    if same and not found.asks_for_line:
        line = row.reading.heading_line
    return Filled(typed, filled.fields.model_copy(update={"columns": columns, "heading_line": line}), {})


def _said(row: MailbagRow, found: Found) -> dict[str, Any]:
    return {
        "row": row,
        "found": found,
        "at_work": row.state in AT_WORK,
        "may_read": row.state is State.READY,
        "may_register": row.may and row.state in (State.READY, State.STOPPED),
        "columns": list(Column),
        "origins": {str(origin): origin for origin in Origin},
        "orders": list(Order),
        "notes": [(Note(note), number) for note, number in found.notes],
        "heading_line": row.reading.heading_line or (not found.asks_for_line and found.heading_line) or "",
        "percent": int(100 * row.share),
        "done": row.state in (State.DONE, State.STOPPED),
        "receipts": Output.RECEIPTS in row.outputs,
        "rejects": Output.REJECTS in row.outputs,
    }


@sent_only
@signed_in
def fetch(request: HttpRequest, standing: Standing, id: int, which: str) -> HttpResponseBase:
    """Fetch what was made of a table; every fetching of query codes is recorded."""
    actor, now = standing.actor, standing.now
    match which:
        case Output.RECEIPTS:
            ip = request.META.get("REMOTE_ADDR", "")
            row, place = commands.fetch_receipts(id=id, actor=actor, now=now, ip=ip)
        case Output.REJECTS:
            row, place = queries.rejects(id, actor, now=standing.now)
        case _other:
            raise Unknown(which)
    try:
        file = place.open("rb")
    except FileNotFoundError:  # its time was over this very moment
        raise Unknown(str(id)) from None
    name = f"{row.name.rsplit('.', 1)[0]}-{Output(which).label}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
