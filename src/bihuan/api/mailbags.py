"""Tables of letters that a registrar brings: looked through by a job, agreed to, registered; receipts are fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.http import FileResponse
from django.http.response import HttpResponseBase
from pydantic import Field

from bihuan.api import cursors
from bihuan.api.cursors import Page, Paging, RowId
from bihuan.api.endpoints import BASE, DISCLOSE, Call, Endpoint, Reply
from bihuan.api.subjects import read_off
from bihuan.attachments.types import FileKind
from bihuan.intake.letters import Column, Note
from bihuan.intake.plans import Origin
from bihuan.kernel.fields import Fields, RequiredLine
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.mailbags import commands, queries
from bihuan.mailbags.types import Bring, Found, MailbagRow, Output, Reading, State

TAG = "来件表"


class Brought(Fields):
    """By which channel the letters came."""

    channel: RequiredLine = Field(title="来件渠道")


class Agreed(Fields):
    """Which look at the table somebody agrees to."""

    round: int = Field(title="所看过的检查", description="来件表的 round；后来又检查过的，答 409", ge=0, lt=2**31)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailbagTold:
    """A table that this person brought: how far it is, and what would become or became of its lines.

    `may` tells that it can be registered as it was looked through; `trouble` says in Chinese what is in the way.
    """

    id: int
    name: str
    channel: str
    channel_label: str
    size: int
    brought_at: datetime
    expires_at: datetime
    state: State
    state_label: str
    round: int
    """How often it was looked through."""
    reading: Reading
    share: float
    """How much of it was gone through, from 0 to 1."""
    lines: int
    registered: int
    """Of a table that is not registered yet: how many letters can be."""
    known: int
    rejected: int
    may: bool
    trouble: str
    receipts: bool
    rejects: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnFound:
    """A column: its heading, as what it will be read and who says so, and its first cells."""

    at: int
    heading: str
    column: Column
    by_itself: Column
    origin: Origin
    samples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A cell that holds what looks like further lines."""

    line: int
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """What was made good, and in how many lines."""

    note: Note
    label: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SentBack:
    """Why lines were sent back, and how many."""

    reason: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LineSentBack:
    """A line that was sent back, with its beginning."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MailbagFound:
    """A table with what was found in it. `rejected` lists the first lines sent back; the file has all of them.

    What stands in cells is told where the token is good for `disclose`: they say who asks.
    """

    id: int
    table: MailbagTold
    sheets: tuple[str, ...]
    """Of a workbook in which several hold something: one of them is to be named in `reading`."""
    heading_line: int
    above: tuple[str, ...]
    columns: tuple[ColumnFound, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[Noted, ...]
    reasons: tuple[SentBack, ...]
    rejected: tuple[LineSentBack, ...]
    cut: int


def endpoints() -> Iterator[Endpoint]:
    """Everything that can be asked of one's own tables."""
    one = {"get_mailbag": ("id", "/id")}
    yield Endpoint(
        method="GET",
        path="mailbags",
        view=_listed,
        name="list_mailbags",
        tag=TAG,
        summary="本人上传的来件表，新的在前",
        query=Paging,
        returns=Page[MailbagTold],
        leads={"get_mailbag": ("id", "/items/0/id")},
    )
    yield Endpoint(
        method="POST",
        path="mailbags",
        view=_brought,
        name="bring_mailbag",
        tag=TAG,
        summary="上传来件表（csv 或 xlsx），由后台检查，先不登记",
        query=Brought,
        upload=True,
        examined=False,
        returns=MailbagTold,
        status=201,
        leads=one,
    )
    yield Endpoint(
        method="GET",
        path="mailbags/{id}",
        view=_told,
        name="get_mailbag",
        tag=TAG,
        summary="一份来件表：进度，各列作为什么读，退回哪些行和原因",
        returns=MailbagFound,
    )
    yield Endpoint(
        method="POST",
        path="mailbags/{id}/reading",
        view=_read_again,
        name="read_mailbag_again",
        tag=TAG,
        summary="指明各列、表头所在行、年月日的顺序，重新检查",
        body=Reading,
        returns=MailbagTold,
        leads=one,
    )
    yield Endpoint(
        method="POST",
        path="mailbags/{id}/register",
        view=_registered,
        name="register_mailbag",
        tag=TAG,
        summary="按看过的检查结果登记，由后台办理",
        body=Agreed,
        returns=MailbagTold,
        leads=one,
    )
    yield Endpoint(
        method="POST",
        path="mailbags/{id}/drop",
        view=_dropped,
        name="drop_mailbag",
        tag=TAG,
        summary="删除来件表；已登记的工单不受影响",
        returns=MailbagTold,
    )
    yield Endpoint(
        method="POST",
        path="mailbags/{id}/receipts",
        view=_receipts,
        name="fetch_mailbag_receipts",
        tag=TAG,
        summary="下载登记结果（xlsx，含查询码），每次下载都留痕",
        returns=None,
    )
    yield Endpoint(
        method="GET",
        path="mailbags/{id}/rejects",
        view=_rejects,
        name="fetch_mailbag_rejects",
        tag=TAG,
        summary="下载退回的行（xlsx）",
        returns=None,
        discloses=True,
    )


def _listed(call: Call) -> Reply:
    asked: Paging = call.query
    below: tuple[RowId] | None = cursors.read(asked.cursor, tuple[RowId])
    rows = queries.mailbags(call.actor, most=asked.limit + 1, below=below[0] if below else None)
    return Reply(cursors.page([_table(row) for row in rows], asked.limit, lambda row: (row.id,)))


def _brought(call: Call) -> Reply:
    assert call.file is not None
    sent = call.file.sent
    sent.seek(0)
    id = commands.bring(
        name=sent.name or "",
        data=sent,
        size=sent.size or 0,
        fields=Bring(channel=call.query.channel),
        actor=call.actor,
        now=call.now,
    )
    return Reply(_table(queries.mailbag(id, call.actor)), place=f"{BASE}/mailbags/{id}")


def _told(call: Call) -> Reply:
    row = queries.mailbag(call.row_id, call.actor)
    try:
        found = queries.found(row.id, call.actor, now=call.now)
        return Reply(_with(row, found if DISCLOSE in call.actor.scopes else _without_cells(found)))
    except Refused as refused:  # how far it is, and no letter of it
        return Reply(_with(row, Found(), may=False, trouble=refused.refusal.reason))


def _without_cells(found: Found) -> Found:
    return replace(
        found,
        above=(),
        columns=tuple(replace(one, samples=()) for one in found.columns),
        doubts=tuple((line, heading, "") for line, heading, _ in found.doubts),
        rejected=tuple((line, reason, "") for line, reason, _ in found.rejected),
    )


def _read_again(call: Call) -> Reply:
    commands.read_again(id=call.row_id, fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_table(queries.mailbag(call.row_id, call.actor)))


def _registered(call: Call) -> Reply:
    commands.register(id=call.row_id, seen=call.fields.round, actor=call.actor, now=call.now)
    return Reply(_table(queries.mailbag(call.row_id, call.actor)))


def _dropped(call: Call) -> Reply:
    row = queries.mailbag(call.row_id, call.actor)
    commands.drop(id=row.id, actor=call.actor)
    return Reply(_table(row, state=State.GONE, state_label=State.GONE.label, receipts=False, rejects=False, may=False))


def _receipts(call: Call) -> HttpResponseBase:
    ip = call.request.META.get("REMOTE_ADDR", "")
    row, place = commands.fetch_receipts(id=call.row_id, actor=call.actor, now=call.now, ip=ip)
    return _file(row, place, Output.RECEIPTS)


def _rejects(call: Call) -> HttpResponseBase:
    return _file(*queries.rejects(call.row_id, call.actor, now=call.now), Output.REJECTS)


def _file(row: MailbagRow, place: Path, which: Output) -> HttpResponseBase:
    try:
        file = place.open("rb")
    except FileNotFoundError:  # there is none, or its time was over this very moment
        raise Unknown(str(row.id)) from None
    name = f"{row.name.rsplit('.', 1)[0]}-{which.label}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=str(FileKind.XLSX))


def _table(row: MailbagRow, **other: object) -> MailbagTold:
    said = {
        "state_label": row.state.label,
        "receipts": Output.RECEIPTS in row.outputs,
        "rejects": Output.REJECTS in row.outputs,
        **other,
    }
    return read_off(MailbagTold, row, **said)


def _with(row: MailbagRow, found: Found, **other: object) -> MailbagFound:
    return MailbagFound(
        id=row.id,
        table=_table(row, **other),
        sheets=found.sheets,
        heading_line=found.heading_line,
        above=found.above,
        columns=tuple(
            ColumnFound(
                at=at,
                heading=one.heading,
                column=one.column,
                by_itself=one.by_itself,
                origin=Origin(one.origin),
                samples=one.samples,
            )
            for at, one in enumerate(found.columns)
        ),
        doubts=tuple(Doubt(line=line, heading=heading, text=text) for line, heading, text in found.doubts),
        notes=tuple(Noted(note=Note(note), label=Note(note).label, number=number) for note, number in found.notes),
        reasons=tuple(SentBack(reason=reason, number=number) for reason, number in found.reasons),
        rejected=tuple(LineSentBack(line=line, reason=reason, text=text) for line, reason, text in found.rejected),
        cut=found.cut,
    )
