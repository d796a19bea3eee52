"""The list of places: found while somebody types, read by everybody, kept by the administrator."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.intake.place_lists import lines_of
from bihuan.intake.sheets import BadSheet
from bihuan.intake.workbooks import PROMPT
from bihuan.kernel.doors import with_files
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands, queries
from bihuan.localities.types import EndLocality, LocalityRow, NewLocality, RenameLocality
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.record import queries as record
from bihuan.record import scope
from bihuan.web.administering import Tried, administers, send, show
from bihuan.web.forms import Typed, typed_in
from bihuan.web.standing import signed_in
from bihuan.web.views import errors

URL, FILE = "/units/places/", "file"
SHOWN = 100
"""So many of what was looked for are shown."""


@require_safe
@signed_in
def find(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What a box for a place offers while somebody types in it."""
    typed = typed_in(request.GET)
    said = " ".join((typed.one("place_code") or typed.one("place")).split())
    here = standing.jurisdiction.code
    found = queries.like(here, said) if said else queries.below("", here)[: queries.OFFERED]
    return render(request, "forms/_places.html", {"offered": found})


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """The widest places of the list, or what was looked for; the administrator adds one or loads a table."""
    tried, may = None, administers(standing)
    if request.method == "POST":
        load = request.POST.get("do") == "load"
        if load and not may:
            return errors.forbidden(request)  # before the table is read
        tried, words = _load(request, standing) if load else _add(request, standing)
        if tried is None:
            messages.success(request, words)
            return redirect(URL)
    asked, here = " ".join(typed_in(request.GET).one("q").split()), standing.jurisdiction.code
    rows = queries.like(here, asked, most=SHOWN + 1) if asked else queries.below("", here)
    said = {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "asked": asked,
        "section": "places",
        "may": may,
        "add": show(
            "place", NewLocality, standing, action=URL, title=_("录入地点"), button=_("录入"), tried=tried
        ) if may else None,
        "loading": tried if tried and tried.form == "load" else None,
        "file": FILE,
    }  # fmt: skip
    return render(request, "units/places.html", said, status=422 if tried else 200)


def _add(request: HttpRequest, standing: Standing) -> tuple[Tried | None, str]:
    actor, now = standing.actor, standing.now
    tried = send(request, standing, "place", NewLocality, lambda f: commands.add(fields=f, actor=actor, now=now))
    return tried, _("地点已录入。")


def _load(request: HttpRequest, standing: Standing) -> tuple[Tried | None, str]:
    """Load an uploaded table; answers why not, or what to say."""
    upload, limit = request.FILES.get(FILE), int(settings.ATTACHMENT_LIMIT)
    if not isinstance(upload, UploadedFile):
        return _not_loaded(_("请选择一个 csv 或 xlsx 文件。")), ""
    if (upload.size or 0) > limit:
        return _not_loaded(_("文件不能超过%(n)dMB。") % {"n": limit // 2**20}), ""
    try:
        with tempfile.TemporaryDirectory() as folder, scope.aside():
            path = Path(folder, "list")
            path.write_bytes(upload.read())
            lines = lines_of(path, PROMPT)
        complete = request.POST.get("complete") == "on"
        done = commands.load(lines=lines, complete=complete, actor=standing.actor, now=standing.now)
    except BadSheet as bad:
        return _not_loaded(str(bad)), ""
    except Refused as refused:
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return _not_loaded(refused.refusal.reason, citation), ""
    told = {"added": done.added, "renamed": done.renamed, "ended": done.ended, "same": done.same}
    return None, _("名录已导入：新增%(added)d个，更名%(renamed)d个，停用%(ended)d个，未变%(same)d个。") % told


def _not_loaded(words: str, citation: str = "") -> Tried:
    return Tried("load", Typed(posted=True), {FILE: words}, words, citation)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, standing: Standing, code: str) -> HttpResponseBase:
    """A place with those that lie right in it; the administrator renames it or takes it off the list."""
    here, url = standing.jurisdiction.code, f"{URL}{code}/"
    tried = None
    if request.method == "POST":
        tried = _change(request, standing, code)
        if tried is None:
            messages.success(request, _("名录已更新。"))
            return redirect(url)
    place = queries.locality(code, here)
    said = {
        "place": place,
        "rows": queries.below(code, here) if place.ended_on is None else (),
        "section": "places",
        "may": administers(standing),
        "forms": _forms(standing, place, url, tried),
        "events": [e for e in reversed(record.events(f"jurisdiction:{here}")) if e.facts.get("code") == code],
    }
    return render(request, "units/place.html", said, status=422 if tried else 200)


def _change(request: HttpRequest, standing: Standing, code: str) -> Tried | None:
    doing, actor, now = request.POST.get("do", ""), standing.actor, standing.now
    match doing:
        case "rename":
            return send(
                request,
                standing,
                doing,
                RenameLocality,
                lambda f: commands.rename(code=code, fields=f, actor=actor, now=now),
            )
        case "end":
            return send(
                request, standing, doing, EndLocality, lambda f: commands.end(code=code, fields=f, actor=actor, now=now)
            )
    raise Unknown(doing)


def _forms(standing: Standing, place: LocalityRow, url: str, tried: Tried | None) -> list[tuple[str, object]]:
    if not administers(standing) or place.ended_on is not None:
        return []
    begin = {"name": place.name}
    rename, end = (_("更名"), _("更名")), (_("停用，连同其下的地点"), _("停用"))
    return [
        ("rename", show("rename", RenameLocality, standing, action=url, title=rename[0], button=rename[1], tried=tried,
                        begin=begin)),
        ("end", show("end", EndLocality, standing, action=url, title=end[0], button=end[1], tried=tried)),
    ]  # fmt: skip
