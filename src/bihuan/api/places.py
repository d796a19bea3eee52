"""The list of places of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from bihuan.api.administering import write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.kernel.fields import Fields, Line
from bihuan.localities import commands
from bihuan.localities import queries as localities
from bihuan.localities.types import EndLocality, Loaded, LocalityRow, NewLocality, RenameLocality
from bihuan.localities.types import Line as Listed


class Wanted(Fields):
    """Which places."""

    q: Line = Field("", title="名称或代码", description="名称中的词，或代码的开头；不填则为整个名录")


@dataclass(frozen=True, slots=True)
class Place:
    """A place from the list; what lies in it has a code that begins with its own."""

    code: str
    name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Places, wider ones before those in them."""

    items: tuple[Place, ...]


class WholeList(Fields):
    """A list of places; a complete one takes off the list what it lacks."""

    places: tuple[NewLocality, ...] = Field(title="地点", min_length=1, max_length=20_000)
    complete: bool = Field(False, title="是完整的名录", description="名录中有而这份没有的，停用")


def endpoints() -> Iterator[Endpoint]:
    """The list of places."""
    yield Endpoint(
        method="GET",
        path="places",
        view=_places,
        name="list_places",
        tag="单位",
        summary="本地地点名录",
        returns=Places,
        query=Wanted,
        leads=dict.fromkeys(("rename_place", "end_place"), ("code", "/items/0/code")),
    )
    yield write("单位", "places", "enter_place", "录入地点", _enter, Place, NewLocality, status=201)
    yield write("单位", "places/load", "load_places", "导入地点名录，有一处不对就不导入", _load, Loaded, WholeList)
    yield write("单位", "places/{code}/rename", "rename_place", "地点更名", _rename, Place, RenameLocality)
    yield write("单位", "places/{code}/end", "end_place", "停用地点，连同其下的", _end, Place, EndLocality)


def _places(call: Call) -> Reply:
    here, said = call.actor.jurisdiction, call.query.q
    return Reply(Places(tuple(map(_place, localities.like(here, said, most=200) if said else localities.every(here)))))


def _place(row: LocalityRow) -> Place:
    return Place(row.code, row.name, row.full_name)


def _shown(code: str, call: Call) -> Reply:
    return Reply(_place(localities.locality(code, call.actor.jurisdiction)))


def _enter(call: Call) -> Reply:
    commands.add(fields=call.fields, actor=call.actor, now=call.now)
    return _shown(call.fields.code, call)


def _load(call: Call) -> Reply:
    asked: WholeList = call.fields
    lines = [Listed(number, place.code, place.name) for number, place in enumerate(asked.places, 1)]
    return Reply(commands.load(lines=lines, complete=asked.complete, actor=call.actor, now=call.now))


def _rename(call: Call) -> Reply:
    commands.rename(code=call.path["code"], fields=call.fields, actor=call.actor, now=call.now)
    return _shown(call.path["code"], call)


def _end(call: Call) -> Reply:
    commands.end(code=call.path["code"], fields=call.fields, actor=call.actor, now=call.now)
    return _shown(call.path["code"], call)
