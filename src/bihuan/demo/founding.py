"""Setting a training jurisdiction up: units, people by post, channels, the responsibility list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from bihuan.demo import localities
from bihuan.demo.plans import PlacePlan, Responsibility, UnitPlan
from bihuan.intake import commands as intake
from bihuan.kernel.actor import Actor
from bihuan.localities import commands as places
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries
from bihuan.organisations.types import HashedPassword, Post
from bihuan.policy.pack import Pack

FOUNDER = Actor.installer()
IN_OFFICE_SINCE = date(2021, 12, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in to a training jurisdiction."""

    account: str
    name: str
    unit: UnitPlan
    posts: tuple[Post, ...]


@dataclass(slots=True)
class Place:
    """A training jurisdiction as it was set up: who is who, and who answers for what."""

    plan: PlacePlan
    pack: Pack
    accounts: list[Account] = field(default_factory=list)
    actors: dict[tuple[str, Post], Actor] = field(default_factory=dict)
    """(unit, post) → who holds it."""

    def code_of(self, unit: str) -> str:
        """The code of a unit of the plan."""
        return f"{self.plan.prefix.lower()}.{unit}"

    def responsible(self, topic: str) -> Responsibility | None:
        """The entry of the responsibility list for a topic; None where the territory answers for it."""
        return next((entry for entry in self.plan.responsibilities if entry.topic == topic), None)


def steps(plan: PlacePlan) -> int:
    """In how many steps the place is set up."""
    return 1 + len(plan.units)


def found(plan: PlacePlan, pack: Pack, password: HashedPassword, now: datetime, step: Callable[[], None]) -> Place:
    """Set a training jurisdiction up by commands."""
    organisations.found_jurisdiction(
        code=plan.code,
        name=plan.name,
        pack_ref=plan.pack,
        training=True,
        second_factor=False,
        prefix=plan.prefix,
        actor=FOUNDER,
        now=now,
    )
    place = Place(plan, pack)
    step()
    for unit in plan.units:
        place.accounts += _found_unit(place, unit, password, now)
        step()
    keeper = next(actor for (_, post), actor in place.actors.items() if post == Post.ADMINISTRATOR)
    places.load(lines=localities.lines(plan), actor=keeper, now=now)
    for channel, (desk, _) in plan.channels.items():
        organisations.give_channel(
            jurisdiction=plan.code,
            channel=channel,
            unit=place.code_of(desk),
            from_on=IN_OFFICE_SINCE,
            actor=FOUNDER,
            now=now,
        )
        if pack.channels[channel].public:
            intake.open_public_site(jurisdiction=plan.code, channel=channel, actor=FOUNDER, now=now)
    for number, entry in enumerate(plan.responsibilities, 1):
        organisations.enter_responsibility(
            jurisdiction=plan.code,
            code=f"{plan.prefix}-{number:03d}",
            matter=entry.matter,
            lead=place.code_of(entry.lead),
            co_units=[place.code_of(unit) for unit in entry.co_units],
            basis=entry.basis,
            from_on=IN_OFFICE_SINCE,
            actor=FOUNDER,
            now=now,
        )
    return place


def _found_unit(place: Place, unit: UnitPlan, password: HashedPassword, now: datetime) -> Iterator[Account]:
    code, jurisdiction = place.code_of(unit.code), place.plan.code
    organisations.found_unit(
        jurisdiction=jurisdiction,
        code=code,
        name=unit.name,
        type_code=unit.type,
        superior_body=unit.superior,
        actor=FOUNDER,
        now=now,
    )
    for post in unit.posts:
        account, name = f"{code}.{post}", f"{unit.name}{place.pack.posts[post].label}"
        organisations.enter_person(
            jurisdiction=jurisdiction, account=account, name=name, password=password, actor=FOUNDER, now=now
        )
        organisations.appoint(account=account, unit=code, post=post, from_on=IN_OFFICE_SINCE, actor=FOUNDER, now=now)
        standing = queries.by_account(account, at=now)
        assert standing is not None
        place.actors[unit.code, post] = standing.actor
        yield Account(account, name, unit, (post,))
    organisations.activate_unit(jurisdiction=jurisdiction, code=code, actor=FOUNDER, now=now)
