"""The units of the actor's own jurisdiction."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.api.administering import write
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.clockwork import commands as clockwork
from bihuan.organisations import commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import ChangeUnit, EndUnit, Give, KeepUnit, MergeUnits, NewUnit
from bihuan.organisations.types import AppointmentRow, DeskRow, EndingRow, UnitFacts
from bihuan.policy.loader import pack


@dataclass(frozen=True, slots=True)
class Units:
    """All units, by code."""

    items: tuple[UnitFacts, ...]


@dataclass(frozen=True, slots=True)
class UnitTypeShown:
    """A type of unit under the regulation, and whether a unit of it names the body above it."""

    code: str
    label: str
    needs_superior: bool


@dataclass(frozen=True, slots=True)
class UnitTypes:
    """The types of units, in the order of the regulation."""

    items: tuple[UnitTypeShown, ...]


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
    desks: tuple[DeskRow, ...]
    """All that took it in, take it in or will, the newest first."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of the regulation, in its order."""

    items: tuple[ChannelShown, ...]


@dataclass(frozen=True, slots=True)
class Endings:
    """The units that have ended or will, by day."""

    items: tuple[EndingRow, ...]


_OF_A_UNIT = (
    "change_unit", "activate_unit", "end_unit", "keep_unit", "list_appointments", "appoint", "vacate_post",
)  # fmt: skip
"""What can be asked of a unit."""


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
        leads=dict.fromkeys(_OF_A_UNIT, ("code", "/unit/code")),
    )
    yield Endpoint(
        method="GET",
        path="unit-types",
        view=lambda call: Reply(_types(call)),
        name="list_unit_types",
        tag="单位",
        summary="规则中的单位类型",
        returns=UnitTypes,
    )
    yield write("单位", "units", "enter_unit", "录入单位", _found, UnitShown, NewUnit, status=201)
    yield write("单位", "units/{code}/change", "change_unit", "变更名称、隶属", _change, UnitShown, ChangeUnit)
    yield write("单位", "units/{code}/activate", "activate_unit", "启用单位", _activate, UnitShown)
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
    ever = organisations.desks_ever(place.code)
    desks = {row.channel: row.unit for row in ever if row.from_on <= on and (row.until_on is None or row.until_on > on)}
    return Channels(
        tuple(
            ChannelShown(
                c.code,
                c.number,
                c.label,
                c.owner_unit_type,
                c.public,
                desks.get(c.code),
                tuple(row for row in ever if row.channel == c.code),
            )
            for c in organisations.pack_of(place.code, now=call.now).channels.values()
        )
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
    return Reply(_shown(call.path["code"], call))


def _shown(code: str, call: Call) -> UnitShown:
    unit = organisations.unit(code, call.actor.jurisdiction, now=call.now)
    return UnitShown(unit, organisations.holders([code], call.now), organisations.channels_of([code], now=call.now))


def _types(call: Call) -> UnitTypes:
    known = pack(call.standing.jurisdiction.pack).unit_types.values()
    return UnitTypes(tuple(UnitTypeShown(kind.code, kind.label, kind.needs_superior) for kind in known))


def _found(call: Call) -> Reply:
    asked: NewUnit = call.fields
    commands.found_unit(
        jurisdiction=call.actor.jurisdiction,
        **asked.model_dump(exclude={"type"}),
        type_code=asked.type,
        actor=call.actor,
        now=call.now,
    )
    return Reply(_shown(asked.code, call), place=f"{BASE}/units/{asked.code}")


def _change(call: Call) -> Reply:
    commands.change_unit(code=call.path["code"], fields=call.fields, actor=call.actor, now=call.now)
    return _unit(call)


def _activate(call: Call) -> Reply:
    place = call.actor.jurisdiction
    commands.activate_unit(jurisdiction=place, code=call.path["code"], actor=call.actor, now=call.now)
    return _unit(call)


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
