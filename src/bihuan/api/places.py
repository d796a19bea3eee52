"""The list of places of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.kernel.fields import Fields, Line
from bihuan.localities import queries as localities
from bihuan.localities.types import LocalityRow


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
    )


def _places(call: Call) -> Reply:
    here, said = call.actor.jurisdiction, call.query.q
    return Reply(Places(tuple(map(_place, localities.like(here, said, most=200) if said else localities.every(here)))))


def _place(row: LocalityRow) -> Place:
    return Place(row.code, row.name, row.full_name)
