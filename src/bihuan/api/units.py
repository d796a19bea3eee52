"""The units of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import AppointmentRow, UnitFacts


@dataclass(frozen=True, slots=True)
class Units:
    """All units, by code."""

    items: tuple[UnitFacts, ...]


@dataclass(frozen=True, slots=True)
class UnitShown:
    """A unit, who holds its posts today, and the channels that it takes in."""

    unit: UnitFacts
    holders: tuple[AppointmentRow, ...]
    channels: tuple[str, ...]


def endpoints() -> Iterator[Endpoint]:
    """The units."""
    yield Endpoint(
        method="GET",
        path="units",
        view=lambda call: Reply(Units(organisations.units(call.actor.jurisdiction))),
        name="list_units",
        tag="单位",
        summary="本地全部单位",
        returns=Units,
        leads={"get_unit": ("code", "/items/0/code")},
    )
    yield Endpoint(
        method="GET",
        path="units/{code}",
        view=_unit,
        name="get_unit",
        tag="单位",
        summary="一个单位：任职人员、受理渠道",
        returns=UnitShown,
    )


def _unit(call: Call) -> Reply:
    code = call.path["code"]
    unit = organisations.unit(code, call.actor.jurisdiction, now=call.now)
    return Reply(UnitShown(unit, organisations.holders([code], call.now), organisations.channels_of([code])))
