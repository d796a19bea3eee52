"""What stands in a city of that which the sheets with days hold: who, what and which, from when until when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.care.workbook.plans import (
    CHANNELS,
    CONTACTS,
    ENTRIES,
    LIAISONS,
    LIMITS,
    NO,
    PORTFOLIOS,
    POSTS,
    TOPICS,
    YES,
    Plan,
)
from bihuan.cases.types import AppealType
from bihuan.determination import queries as determination
from bihuan.determination.types.rows import ContactRow
from bihuan.duties import queries as duties
from bihuan.joint import queries as joint
from bihuan.joint.types.rows import NamedRow
from bihuan.organisations import queries
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Pack

Cells = Mapping[str, tuple[object, str]]
"""Field → what it is, and how that is told."""


@dataclass(frozen=True, slots=True)
class Stands:
    """One row of what stands, or stood, from when until when."""

    cells: Cells
    from_on: date
    until_on: date | None
    asked_on: date | None = None
    """The earlier day for which it was proposed, where a second person confirmed it later."""
    line: int = 0
    """The line of the workbook that says it, where it does not stand yet."""

    def begins(self, on: date | None) -> bool:
        """Whether that is the day that whoever enters it says."""
        return on is not None and on in (self.from_on, self.asked_on)

    def key(self, plan: Plan) -> tuple[object, ...]:
        """What a line of the sheet names it by."""
        return tuple(self.cells[name][0] for name in plan.keys)

    def lives(self, today: date) -> bool:
        """Whether it holds today, or will."""
        return self.until_on is None or self.until_on > max(today, self.from_on)


@dataclass(frozen=True, slots=True)
class City:
    """Whose it is, under which regulation, and how its units are called."""

    code: str
    rulebook: Pack
    now: datetime
    names: Mapping[str, str]

    def unit(self, code: str) -> tuple[str, str]:
        """A unit and its name."""
        return code, self.names.get(code, code)

    def units(self, codes: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """Units and their names."""
        return tuple(codes), "、".join(self.names.get(code, code) for code in codes)


def city(code: str, rulebook: Pack, now: datetime) -> City:
    """The city as it is now."""
    return City(code, rulebook, now, {unit.code: unit.name for unit in queries.units(code)})


def _said(said: str) -> tuple[str, str]:
    return said, said


def _posts(here: City) -> Iterable[Stands]:
    labels = {post.code: post.label for post in here.rulebook.posts.values()}
    asked = queries.confirmed_later(here.code)
    for row in queries.appointments(here.code, now=here.now, ended=True):
        acting = (row.acting, YES if row.acting else NO)
        post = (row.post, labels.get(row.post, row.post))
        cells = {"unit": here.unit(row.unit), "account": _said(row.account), "post": post, "acting": acting}
        asked_on = asked.get((row.account, row.unit, row.post, row.from_on))
        yield Stands(cells, row.from_on, row.until_on, asked_on)


def _channels(here: City) -> Iterable[Stands]:
    labels = {channel.code: channel.label for channel in here.rulebook.channels.values()}
    for row in queries.desks_ever(here.code):
        channel = (row.channel, labels.get(row.channel, row.channel))
        yield Stands({"channel": channel, "unit": here.unit(row.unit)}, row.from_on, row.until_on)


def _entries(here: City) -> Iterable[Stands]:
    for row in queries.entries(here.code):
        cells = {
            "code": _said(row.code), "matter": _said(row.matter), "lead": here.unit(row.lead),
            "co_units": here.units(row.co_units), "basis": _said(row.basis),
        }  # fmt: skip
        yield Stands(cells, row.from_on, row.until_on)


def _topics(here: City) -> Iterable[Stands]:
    for row in joint.topics(here.code):
        cells = {
            "code": _said(row.code), "matter": _said(row.matter), "responders": here.units(row.responders),
            "basis": _said(row.basis),
        }  # fmt: skip
        yield Stands(cells, row.from_on, row.until_on)


def _named(found: Iterable[NamedRow | ContactRow], here: City) -> Iterable[Stands]:
    """Whoever left the post that it wants answers for the unit no more."""
    today = queries.today(here.now)
    for row in found:
        until_on = (row.until_on or today) if row.vacant else row.until_on
        yield Stands({"unit": here.unit(row.unit), "account": _said(row.account)}, row.from_on, until_on)


def _limits(here: City) -> Iterable[Stands]:
    channels = {channel.code: channel.label for channel in here.rulebook.channels.values()}
    urgencies = {one.code: one.label for one in here.rulebook.urgencies.values()}
    appeals = {str(one): one.label for one in AppealType}
    classes = {one.code: one.label for one in here.rulebook.categories.values()}
    kinds = {one.code: one.label for one in here.rulebook.unit_types.values()}
    for row in duties.overrides(here.code):
        cells = {
            "limit_name": (row.name, LimitName(row.name).label),
            "urgency": (row.urgency, urgencies.get(row.urgency, row.urgency)),
            "channel": (row.channel, channels.get(row.channel, row.channel)),
            "appeal_type": (row.appeal_type, appeals.get(row.appeal_type, row.appeal_type)),
            "category": (row.category, classes.get(row.category, row.category)),
            "unit_type": (row.unit_type, kinds.get(row.unit_type, row.unit_type)),
            "limit": (row.limit, str(row.limit)),
            "reason": _said(row.reason),
            "basis": _said(row.basis),
        }
        yield Stands(cells, row.from_on, row.until_on)


_OF: Mapping[Plan, Callable[[City], Iterable[Stands]]] = {
    POSTS: _posts,
    CHANNELS: _channels,
    ENTRIES: _entries,
    PORTFOLIOS: lambda here: _named(joint.portfolios(here.code, now=here.now), here),
    LIAISONS: lambda here: _named(joint.liaisons(here.code, now=here.now), here),
    TOPICS: _topics,
    CONTACTS: lambda here: _named(determination.contacts(here.code, now=here.now, ever=True), here),
    LIMITS: _limits,
}
DATED = tuple(_OF)
"""The sheets whose lines hold from a day on."""


def standing(plan: Plan, here: City) -> list[Stands]:
    """Everything that stands or ever stood of a sheet; what another replaced before its day came never did."""
    return [one for one in _OF[plan](here) if one.until_on is None or one.until_on > one.from_on]
