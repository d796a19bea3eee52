"""What is missing before the office may open, and the city as one workbook."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.http import FileResponse
from django.http.response import HttpResponseBase
from pydantic import Field

from bihuan.api.administering import for_administrators, must_administer
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.api.subjects import read_off
from bihuan.attachments.types import FileKind
from bihuan.care import here, workbook
from bihuan.care.opening import Lack
from bihuan.care.workbook import Wrong, running
from bihuan.care.workbook.running import Run, SheetCarried, State
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
class CellTold:
    """A cell, and what is wrong with it; of what was not read, where it stands."""

    sheet: str
    cell: str
    reason: str


@dataclass(frozen=True, slots=True)
class OneTimeTold:
    """Somebody who got an account, the units where they serve, and the one-time password."""

    account: str
    name: str
    units: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class WorkbookTold:
    """A workbook that this person sent: how far it is, and what became of it, or would.

    `state` is `waiting`, `running`, `done` or `stopped`; `trouble` says in Chinese why nothing was done. Where anything
    is `wrong`, nothing was carried in. `lacks` is what the office lacks with it before it may open. It is kept for a
    day with the one-time passwords, for this account alone, or until it is dropped.
    """

    id: str
    name: str
    dry_run: bool
    sent_at: datetime
    state: State
    state_label: str
    lines: int
    """How many of its lines were looked at."""
    of: int
    """How many lines it has; 0 as long as that is not known."""
    trouble: str
    wrong: tuple[CellTold, ...]
    left: tuple[CellTold, ...]
    """What was not read: columns that the sheet does not have."""
    sheets: tuple[SheetCarried, ...]
    lacks: tuple[Lack, ...]
    passwords: tuple[OneTimeTold, ...]


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
    one = {"get_workbook_run": ("id", "/id"), "drop_workbook_run": ("id", "/id")}
    yield Endpoint(
        method="POST",
        path="workbook",
        view=_sent,
        name="carry_workbook",
        tag=TAG,
        summary="录入工作簿，由后台办理，全部录入或者都不录入；默认只检查（系统管理员）",
        query=HowToCarry,
        upload=True,
        examined=False,
        returns=WorkbookTold,
        status=201,
        leads=one,
    )
    yield Endpoint(
        method="GET",
        path="workbook/runs/{id}",
        view=for_administrators(lambda call: Reply(_told(running.run(call.path["id"], call.actor)))),
        name="get_workbook_run",
        tag=TAG,
        summary="本人上传的一份工作簿：进度、哪里不对、录入了多少、一次性密码（系统管理员）",
        returns=WorkbookTold,
    )
    yield Endpoint(
        method="POST",
        path="workbook/runs/{id}/drop",
        view=_dropped,
        name="drop_workbook_run",
        tag=TAG,
        summary="删除一份工作簿的结果和一次性密码；录入的内容不受影响（系统管理员）",
        returns=WorkbookTold,
    )


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


def _sent(call: Call) -> Reply:
    must_administer(call)
    assert call.file is not None
    sent = call.file.sent
    sent.seek(0)
    id = running.send(
        name=sent.name or "", data=sent, size=sent.size or 0, dry=call.query.dry_run, standing=call.standing
    )
    return Reply(_told(running.run(id, call.actor)), place=f"{BASE}/workbook/runs/{id}")


def _dropped(call: Call) -> Reply:
    must_administer(call)
    run = running.run(call.path["id"], call.actor)
    running.drop(run.id, call.actor)
    return Reply(_told(replace(run, passwords=())))


def _told(run: Run) -> WorkbookTold:
    return read_off(
        WorkbookTold,
        run,
        state_label=run.state.label,
        wrong=_cells(run.wrong),
        left=_cells(run.left),
        passwords=tuple(OneTimeTold(one.account, one.name, one.units, one.password) for one in run.passwords),
    )


def _cells(found: tuple[Wrong, ...]) -> tuple[CellTold, ...]:
    return tuple(CellTold(one.sheet, one.cell, one.reason) for one in found)
