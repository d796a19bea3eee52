"""The city as one workbook: the administrator fetches it, and has it looked through or carried in."""

import tempfile
from io import BytesIO
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.care import workbook
from bihuan.care.workbook import running
from bihuan.kernel.doors import with_files
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.web.standing import signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
URL, FILE = "/units/workbook/", "file"
MOST_TOLD = 200
"""So many of the things that are wrong are told one by one."""


def _must_administer(standing: Standing) -> None:
    if refusal := access.barred(Power.ADMINISTER, standing.actor, standing.jurisdiction):
        raise Refused(refusal)


@require_safe
@signed_in
def fetch(request: HttpRequest, standing: Standing, which: str) -> HttpResponseBase:
    """The empty workbook, or the city as it stands."""
    _must_administer(standing)
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        path = Path(folder, "workbook.xlsx")
        match which:
            case "template":
                workbook.template(path, pack(standing.jurisdiction.pack))
            case "export":
                workbook.export(path, standing)
            case _other:
                raise Unknown(which)
        file = BytesIO(path.read_bytes())
    name = f"{standing.jurisdiction.name}-{'空表' if which == 'template' else '现状'}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """What a workbook holds, how to get one, and the form by which one is sent to be looked through or carried in."""
    _must_administer(standing)
    trouble = ""
    if request.method == "POST":
        upload = request.FILES.get(FILE)
        if isinstance(upload, UploadedFile):
            dry = request.POST.get("do") != "carry"
            try:
                id = running.send(
                    name=upload.name or "", data=upload, size=upload.size or 0, dry=dry, standing=standing
                )
            except Refused as refused:
                trouble = refused.refusal.reason
            else:
                return redirect(f"{URL}{id}/")
        else:
            trouble = _("请选择一个 xlsx 文件。")
    said = {
        "trouble": trouble,
        "runs": running.runs(standing.actor),
        "file": FILE,
        "section": "workbook",
        "may": True,
    }
    return render(request, "units/workbook.html", said, status=422 if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, standing: Standing, id: str) -> HttpResponseBase:
    """A workbook that was sent: how far it is, what became of it, and the one-time passwords."""
    _must_administer(standing)
    run = running.run(id, standing.actor)
    if request.method == "POST":
        running.drop(id, standing.actor)
        messages.success(request, _("已删除；录入的内容不受影响。"))
        return redirect(URL)
    said = {
        "run": run,
        "wrong": run.wrong[:MOST_TOLD],
        "must": [lack for lack in run.lacks if lack.weight == "failure"],
        "section": "workbook",
        "may": True,
    }
    part = getattr(request, "htmx", False)
    return render(request, "units/_workbook_run.html" if part else "units/workbook_run.html", said)
