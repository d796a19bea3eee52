"""The responsibility list of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from bihuan.api.administering import write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.kernel.fields import RequiredLine
from bihuan.organisations import commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import AmendEntry, EndEntry, NewEntry
from bihuan.organisations.types import EntryRow

TAG = "派单目录"


@dataclass(frozen=True, slots=True)
class Entries:
    """The responsibility list with every wording that its entries ever had, by code and then the newest first."""

    items: tuple[EntryRow, ...]


class AmendCoded(AmendEntry):
    """Changing an entry from a day on."""

    code: RequiredLine = Field(title="目录编号", max_length=32)


class EndCoded(EndEntry):
    """Taking an entry off the list from a day on."""

    code: RequiredLine = Field(title="目录编号", max_length=32)


def endpoints() -> Iterator[Endpoint]:
    """The responsibility list."""
    yield Endpoint(
        method="GET",
        path="responsibilities",
        view=lambda call: Reply(_entries(call)),
        name="list_responsibilities",
        tag=TAG,
        summary="派单目录及历次内容",
        returns=Entries,
    )
    path = "responsibilities"
    yield write(TAG, path, "enter_responsibility", "新增目录条目", _enter, Entries, NewEntry, status=201)
    yield write(TAG, f"{path}/amend", "amend_responsibility", "自某日起修改目录条目", _amend, Entries, AmendCoded)
    yield write(TAG, f"{path}/end", "end_responsibility", "自某日起停用目录条目", _end, Entries, EndCoded)


def _entries(call: Call) -> Entries:
    return Entries(organisations.entries(call.actor.jurisdiction))


def _enter(call: Call) -> Reply:
    said = call.fields.model_dump()
    commands.enter_responsibility(jurisdiction=call.actor.jurisdiction, **said, actor=call.actor, now=call.now)
    return Reply(_entries(call))


def _amend(call: Call) -> Reply:
    commands.amend_responsibility(code=call.fields.code, fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_entries(call))


def _end(call: Call) -> Reply:
    commands.end_responsibility(code=call.fields.code, fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_entries(call))
