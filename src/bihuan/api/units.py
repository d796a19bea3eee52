"""The units of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.clockwork import commands as clockwork
from bihuan.organisations import commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import EndUnit, Give, KeepUnit, MergeUnits
from bihuan.organisations.types import AppointmentRow, EndingRow, UnitFacts


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


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """A channel of the regulation, and the unit that takes in its requests today; null where there is none yet."""

    code: str
    number: str
    label: str
    owner_unit_type: str
    public: bool
    desk: str | None


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of the regulation, in its order."""

    items: tuple[ChannelShown, ...]


@dataclass(frozen=True, slots=True)
class Endings:
    """The units that have ended or will, by day."""

    items: tuple[EndingRow, ...]


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
    yield Endpoint(
        method="GET",
        path="channels",
        view=lambda call: Reply(_channels(call)),
        name="list_channels",
        tag="单位",
        summary="渠道和受理单位",
        returns=Channels,
    )
    yield Endpoint(
        method="POST",
        path="channels/desk",
        view=_give,
        name="give_channel",
        tag="单位",
        summary="把渠道交给一个单位受理（系统管理员）",
        body=Give,
        returns=Channels,
    )
    yield Endpoint(
        method="GET",
        path="unit-endings",
        view=lambda call: Reply(_endings(call)),
        name="list_endings",
        tag="单位",
        summary="已撤销和定于某日撤销的单位",
        returns=Endings,
    )
    yield Endpoint(
        method="POST",
        path="unit-endings/merge",
        view=_merge,
        name="merge_units",
        tag="单位",
        summary="几个单位并入另一个单位（系统管理员）",
        body=MergeUnits,
        returns=Endings,
    )
    yield Endpoint(
        method="POST",
        path="units/{code}/end",
        view=_end,
        name="end_unit",
        tag="单位",
        summary="自某日起撤销单位（系统管理员）",
        body=EndUnit,
        returns=Endings,
    )
    yield Endpoint(
        method="POST",
        path="units/{code}/keep",
        view=_keep,
        name="keep_unit",
        tag="单位",
        summary="取消撤销（系统管理员）",
        body=KeepUnit,
        returns=Endings,
    )


def _channels(call: Call) -> Channels:
    place, on = call.standing.jurisdiction, organisations.today(call.now)
    desks = {
        row.channel: row.unit
        for row in organisations.desks_ever(place.code)
        if row.from_on <= on and (row.until_on is None or row.until_on > on)
    }
    found = organisations.pack_of(place.code, now=call.now).channels.values()
    return Channels(
        tuple(ChannelShown(c.code, c.number, c.label, c.owner_unit_type, c.public, desks.get(c.code)) for c in found)
    )


def _give(call: Call) -> Reply:
    asked: Give = call.fields
    commands.give_channel(
        jurisdiction=call.actor.jurisdiction,
        channel=asked.channel,
        unit=asked.unit,
        from_on=asked.from_on,
        actor=call.actor,
        now=call.now,
    )
    return Reply(_channels(call))


def _unit(call: Call) -> Reply:
    code = call.path["code"]
    unit = organisations.unit(code, call.actor.jurisdiction, now=call.now)
    return Reply(
        UnitShown(unit, organisations.holders([code], call.now), organisations.channels_of([code], now=call.now))
    )


def _endings(call: Call) -> Endings:
    return Endings(organisations.endings(call.actor.jurisdiction))


def _end(call: Call) -> Reply:
    commands.end_unit(code=call.path["code"], fields=call.fields, actor=call.actor, now=call.now)
    clockwork.catch_up(call.actor.jurisdiction)
    return Reply(_endings(call))


def _merge(call: Call) -> Reply:
    commands.merge_units(fields=call.fields, actor=call.actor, now=call.now)
    clockwork.catch_up(call.actor.jurisdiction)
    return Reply(_endings(call))


def _keep(call: Call) -> Reply:
    commands.keep_unit(code=call.path["code"], fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_endings(call))
