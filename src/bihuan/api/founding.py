"""What is missing before the office may open, and the city as one workbook."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.http import FileResponse
from django.http.response import HttpResponseBase
from pydantic import Field

from bihuan.api.administering import for_administrators, must_administer, write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.people import PasswordTold
from bihuan.api.problems import invalid
from bihuan.attachments.types import FileKind
from bihuan.care import here, workbook
from bihuan.care.opening import Lack
from bihuan.intake.sheets import BadSheet
from bihuan.kernel.complaints import Complaint
from bihuan.kernel.fields import Fields
from bihuan.policy.loader import pack

TAG = "设立"


@dataclass(frozen=True, slots=True)
class Lacks:
    """What is missing, first what the office cannot open without."""

    items: tuple[Lack, ...]


class HowToCarry(Fields):
    """Whether the workbook is only looked through."""

    dry_run: bool = Field(True, title="只检查", description="只检查，什么也不录入；录入写 false")


@dataclass(frozen=True, slots=True)
class SheetCarried:
    """What became of the lines of a sheet: added, waiting for a second person, there already."""

    sheet: str
    added: int
    waiting: int
    same: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the workbook, or would; one-time passwords are told once, and null in the answer to a repeat."""

    dry_run: bool
    items: tuple[SheetCarried, ...]
    passwords: tuple[PasswordTold, ...]


def endpoints() -> Iterator[Endpoint]:
    """The opening of an office."""
    yield Endpoint(
        method="GET",
        path="opening",
        view=for_administrators(lambda call: Reply(Lacks(here.lacks(call.actor.jurisdiction)))),
        name="list_lacks",
        tag=TAG,
        summary="开通清单：开通前还缺什么（系统管理员）",
        returns=Lacks,
    )
    for which, summary in (("template", "空的工作簿"), ("export", "按现状写出的工作簿")):
        yield Endpoint(
            method="GET",
            path=f"workbook/{which}",
            view=_fetch,
            name=f"fetch_workbook_{which}",
            tag=TAG,
            summary=f"{summary}（系统管理员）",
            returns=None,
        )
    said = "录入工作簿，全部录入或者都不录入；默认只检查"
    yield write(TAG, "workbook", "carry_workbook", said, _carry, Carried, query=HowToCarry, upload=True, examined=False)


def _fetch(call: Call) -> HttpResponseBase:
    must_administer(call)
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        path = Path(folder, "workbook.xlsx")
        if call.request.path_info.endswith("template"):
            workbook.template(path, pack(call.standing.jurisdiction.pack))
        else:
            workbook.export(path, call.standing)
        file = BytesIO(path.read_bytes())
    name = f"{call.standing.jurisdiction.name}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=str(FileKind.XLSX))


def _carry(call: Call) -> Reply:
    must_administer(call)
    assert call.file is not None
    dry = call.query.dry_run
    try:
        done = workbook.carry_sent(call.file.sent.read(), call.standing, dry=dry)
    except BadSheet as bad:
        raise invalid(str(bad)) from None
    if done.wrong:
        told = tuple(Complaint(f"{one.sheet}!{one.cell}", one.sheet, one.reason) for one in done.wrong)
        raise invalid(f"有{len(told)}处不对，什么也没有录入。", told)
    counts = (done.added, done.waiting, done.same)
    rows = tuple(
        SheetCarried(plan.name, *(count[plan.name] for count in counts))
        for plan in workbook.PLANS
        if any(count[plan.name] for count in counts)
    )
    passwords = () if dry else tuple(PasswordTold(account, once) for account, _, once in done.passwords)
    again = tuple(PasswordTold(one.account, None) for one in passwords)
    return Reply(Carried(dry, rows, passwords), again=Carried(dry, rows, again))
