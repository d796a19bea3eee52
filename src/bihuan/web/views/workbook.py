"""The city as one workbook: the administrator fetches it, and has it looked through or carried in."""

import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.care import workbook
from bihuan.care.workbook import PLANS, Report
from bihuan.care.workbook.prompt import MOST_PEOPLE
from bihuan.intake.sheets import BadSheet
from bihuan.kernel.doors import with_files
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.web.standing import signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = "file"
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
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What a workbook holds, how to get one, and what became of the one that was sent."""
    _must_administer(standing)
    done, trouble, dry = None, "", request.POST.get("do") != "carry"
    if request.method == "POST":
        done, trouble = _carried(request, standing, dry=dry)
    passwords = [] if done is None or dry else done.passwords
    wrong = [] if done is None else done.wrong
    said = {
        "done": done,
        "rows": [
            (plan.name, done.added[plan.name], done.waiting[plan.name], done.same[plan.name])
            for plan in PLANS
            if any(count[plan.name] for count in (done.added, done.waiting, done.same))
        ]
        if done is not None and not done.wrong
        else [],
        "trouble": trouble,
        "wrong": wrong[:MOST_TOLD],
        "all_wrong": len(wrong),
        "dry": dry,
        "passwords": passwords,
        "most": MOST_PEOPLE,
        "file": FILE,
        "section": "workbook",
        "may": True,
    }
    return render(request, "units/workbook.html", said, status=422 if wrong or trouble else 200)


def _carried(request: HttpRequest, standing: Standing, *, dry: bool) -> tuple[Report | None, str]:
    """What became of the workbook that was sent, or why nothing did."""
    upload, limit = request.FILES.get(FILE), int(settings.ATTACHMENT_LIMIT)
    if not isinstance(upload, UploadedFile):
        return None, _("请选择一个 xlsx 文件。")
    if (upload.size or 0) > limit:
        return None, _("文件不能超过%(n)dMB。") % {"n": limit // 2**20}
    try:
        return workbook.carry_sent(upload.read(), standing, dry=dry), ""
    except BadSheet as bad:
        return None, str(bad)
