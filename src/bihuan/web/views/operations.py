"""The operators' page: how the installation is doing, and failed jobs done again. No row of a case stands on it."""

import json
import os
import shutil
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.clockwork import commands, queries
from bihuan.kernel.refusal import Refused
from bihuan.organisations.types import Standing
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

STATUSES = {
    "todo": gettext_noop("等待"),
    "doing": gettext_noop("执行中"),
    "succeeded": gettext_noop("已完成"),
    "failed": gettext_noop("失败"),
    "aborted": gettext_noop("中止"),
    "cancelled": gettext_noop("已取消"),
}


@require_safe
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Version, migrations, jobs, seals, verification, database and storage."""
    if refusal := queries.barred(standing.actor):
        raise Refused(refusal)
    found = queries.operations()
    disk = shutil.disk_usage(settings.DATA_FOLDER)
    said = {
        "found": found,
        "version": version("bihuan"),
        "queue": [(_(label), found.queue.get(word, 0), word) for word, label in STATUSES.items()],
        "disk": disk,
        "disk_tight": disk.free < disk.total // 10,
        "attachments": _size(Path(settings.MEDIA_ROOT)),
        "verified": _verified(Path(settings.DATA_FOLDER) / "verified.json"),
        "statuses": {word: _(label) for word, label in STATUSES.items()},
        "at": timezone.now(),
    }
    return render(request, "operations/page.html", said)


@sent_only
@signed_in
def retry(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """Have a failed job done again."""
    done = commands.retry_job(id=id, actor=standing.actor, now=standing.now, at=timezone.now())
    messages.success(request, _("“%(what)s”将重新执行。") % {"what": done})
    return redirect("/operations/")


def _size(folder: Path) -> tuple[int, int]:
    """How many files lie in a folder, and how large they are together."""
    files = total = 0
    for here, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(here) / name).stat().st_size
                files += 1
            except OSError:  # gone meanwhile
                continue
    return files, total


def _verified(path: Path) -> dict[str, Any] | None:
    """What the last verification of the whole record said; None where none was noted."""
    try:
        told = json.loads(path.read_text("utf-8"))
        return {**told, "at": datetime.fromisoformat(told["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
