"""Small towns for tests, built by commands alone: who is who is told by the account's name."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bihuan.kernel.actor import Actor
from bihuan.organisations import clocks
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries as organisations_known
from bihuan.organisations.forms import EndUnit
from bihuan.organisations.queries import by_account
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from tests.again import again

FOUNDER = Actor.installer()
START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in Shanghai
SINCE = date(2021, 1, 1)
PASSWORD = "correct horse 电池"


@dataclass(frozen=True)
class Town:
    """A jurisdiction with a desk and two handling units, and what else its regulation has."""

    code: str
    channel: str
    desk: str
    unit: str
    other: str
    office: str | None = None
    supervision: str | None = None
    township: str | None = None

    def actor(self, account: str, now: datetime = START) -> Actor:
        """The person with that account, with the seats of that moment; somebody without any for a post not there."""
        standing = by_account(f"{self.code}.{account}", at=now)
        return standing.actor if standing else Actor(f"{self.code}.{account}", account, self.code)


DESK_POSTS = ("registrar", "dispatcher", "reviewer", "caller")
UNIT_POSTS = ("head", "deputy", "handler")
OFFICE_POSTS = ("list_keeper", "list_director")
SUPERVISION_POSTS = ("supervisor", "head")


def found(code: str, pack_ref: str, *, prefix: str = "", training: bool = True, now: datetime = START) -> Town:
    """Found a town under a regulation: one person a post."""
    return _found(code, pack_ref, pack(pack_ref).digest, prefix=prefix, training=training, now=now)


@again
def _found(code: str, pack_ref: str, digest: str, *, prefix: str, training: bool, now: datetime) -> Town:
    """The same as long as the regulation says the same."""
    return found_anew(code, pack_ref, prefix=prefix, training=training, now=now)


def found_anew(code: str, pack_ref: str, *, prefix: str = "", training: bool = True, now: datetime = START) -> Town:
    """The same where others write meanwhile: nothing is kept for a second time."""
    rulebook = pack(pack_ref)
    organisations.found_jurisdiction(
        code=code,
        name=code,
        pack_ref=pack_ref,
        training=training,
        second_factor=not training,
        prefix=prefix,
        actor=FOUNDER,
        now=now,
    )
    types = rulebook.unit_types.values()
    desk_type = next(t.code for t in types if "desk" in t.capacities)
    unit_type = next(t.code for t in types if t.capacities == {"handling"} and not t.needs_superior)
    channel = next(c.code for c in rulebook.channels.values() if c.owner_unit_type == desk_type)
    desk, unit, other = f"{code}.desk", f"{code}.unit", f"{code}.other"
    _unit(code, desk, desk_type, "desk", DESK_POSTS, now)
    _unit(code, unit, unit_type, "unit", UNIT_POSTS, now)
    _unit(code, other, unit_type, "other", UNIT_POSTS, now)
    give_channel(code, channel, desk, now)
    office = _office(code, desk, desk_type, now)
    supervision = _supervision(code, now)
    return Town(code, channel, desk, unit, other, office, supervision, _township(code, now))


def give_channel(town: str, channel: str, unit: str, now: datetime = START, on: date | None = None) -> None:
    """Give a channel to a unit, by default for as long as the people of these towns have been in office."""
    organisations.give_channel(
        jurisdiction=town, channel=channel, unit=unit, from_on=on or SINCE, actor=FOUNDER, now=now
    )


def _office(town: str, desk: str, desk_type: str, now: datetime) -> str | None:
    """Who keeps the list, where the regulation has one: people of the desk's own unit, as in Huainan."""
    if not pack_of(town).binds("listing.register"):
        return None
    for post in OFFICE_POSTS:
        settle(town, desk, f"office.{post}", post, now)
    return desk


def _township(town: str, now: datetime) -> str | None:
    """A town that may blow the whistle, where the regulation has one."""
    if not pack_of(town).binds("whistle.blow"):
        return None
    kind = next(t.code for t in pack_of(town).unit_types.values() if "township" in t.capacities)
    unit = f"{town}.township"
    _unit(town, unit, kind, "township", UNIT_POSTS, now)
    return unit


def _supervision(town: str, now: datetime) -> str | None:
    """The supervision body, where the regulation has one."""
    if not pack_of(town).binds("listing.copy-to-supervision"):
        return None
    kind = next(t.code for t in pack_of(town).unit_types.values() if "supervision" in t.capacities)
    unit = f"{town}.supervision"
    _unit(town, unit, kind, "supervision", SUPERVISION_POSTS, now)
    return unit


def _unit(town: str, unit: str, type_code: str, short: str, posts: tuple[str, ...], now: datetime) -> None:
    rulebook = pack_of(town)
    organisations.found_unit(jurisdiction=town, code=unit, name=unit, type_code=type_code, actor=FOUNDER, now=now)
    handling = "handling" in rulebook.unit_types[type_code].capacities
    for post in dict.fromkeys((*posts, *(UNIT_POSTS if handling else ()))):
        if post in rulebook.posts:
            settle(town, unit, f"{short}.{post}", post, now)
    organisations.activate_unit(jurisdiction=town, code=unit, actor=FOUNDER, now=now)


def found_desk(town: str, short: str, kind: str = "", now: datetime = START) -> str:
    """Another receiving office with its people; answers its code."""
    kind = kind or next(t.code for t in pack_of(town).unit_types.values() if "desk" in t.capacities)
    _unit(town, f"{town}.{short}", kind, short, DESK_POSTS, now)
    return f"{town}.{short}"


def settle(town: str, unit: str, short: str, post: str, now: datetime = START) -> None:
    """A new person in a post."""
    account = f"{town}.{short}"
    organisations.enter_person(
        jurisdiction=town, account=account, name=short, password=PASSWORD, actor=FOUNDER, now=now
    )
    organisations.appoint(account=account, unit=unit, post=post, from_on=SINCE, actor=FOUNDER, now=now)


def end_unit(town: Town, unit: str, now: datetime, successor: str = "", on: date | None = None) -> None:
    """Decide that a unit ends, by default at once; the clockwork carries it out."""
    fields = EndUnit(from_on=on or now.astimezone(ZONE).date(), successor=successor, basis="机构改革方案第3条")
    organisations.end_unit(code=unit, fields=fields, actor=Actor.installer(town.code), now=now)


def put_ahead(town: str, by: timedelta) -> datetime:
    """Put the training clock of a town further ahead; answers what time it is there now."""
    seen, now = organisations_known.jurisdiction(town).offset, clocks.here(town)
    return organisations.advance_clock(jurisdiction=town, to=now + by, seen=seen, actor=FOUNDER, now=now)


def pack_of(town: str):
    """The regulation of a town."""
    from bihuan.organisations.queries import pack_of as found_pack

    return found_pack(town)
