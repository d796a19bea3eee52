"""What is missing before an office may open, told from plain facts."""

from dataclasses import replace

import pytest

from bihuan.care.opening import City, Lack, lacks
from bihuan.organisations.types import DESK_POSTS
from bihuan.policy.loader import all_packs, pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.vetting.bodies import bodies
from tests.facts import appointed, unit

PACKS = [one.ref for one in all_packs()]
NAMED = frozenset(
    {*DESK_POSTS, "head", "deputy", "handler", "leader", "supervisor", "list_keeper", "list_director", "assessor"}
)


def whole(ref: str) -> City:
    """A city under the regulation in which nothing is missing: one unit of each type, all posts filled."""
    rulebook = pack(ref)
    units = tuple(unit(kind.code, kind.code, posts=NAMED) for kind in rulebook.unit_types.values())
    desks = {channel.code: channel.owner_unit_type for channel in rulebook.channels.values()}
    chiefs = tuple(replace(appointed(account, "administrator"), unit="office") for account in ("one", "two"))
    liaisons = frozenset(one.code for one in units)
    return City("xx", "某区", ref, False, units, chiefs, desks, 1, 1, 1, liaisons, liaisons)


def without(city: City, capacity: Capacity, rulebook: Pack) -> City:
    """The same city without any unit of that capacity."""
    kept = tuple(u for u in city.units if capacity not in rulebook.unit_types[u.type].capacities)
    return replace(city, units=kept)


def failures(city: City) -> list[str]:
    return [lack.words for lack in lacks(city) if lack.weight == "failure"]


@pytest.mark.parametrize("ref", PACKS)
def test_nothing_is_missing_in_a_whole_city(ref: str) -> None:
    assert lacks(whole(ref)) == ()


@pytest.mark.parametrize("ref", PACKS)
def test_every_body_that_is_wanted_is_missed(ref: str) -> None:
    city, rulebook = whole(ref), pack(ref)
    wanted = {one.capacity for one in bodies(rulebook)}
    assert {Capacity.DESK, Capacity.HANDLING} <= wanted
    for capacity in set(Capacity) - {Capacity.DESK}:
        missed = any("规则要求" in words for words in failures(without(city, capacity, rulebook)))
        assert missed == (capacity in wanted), capacity


@pytest.mark.parametrize("ref", PACKS)
def test_every_channel_wants_its_desk_at_work(ref: str) -> None:
    city, rulebook = whole(ref), pack(ref)
    for channel in rulebook.channels.values():
        left = {code: desk for code, desk in city.desks.items() if code != channel.code}
        assert failures(replace(city, desks=left)) == [f"渠道“{channel.label}”还没有受理单位"]
    desk = next(iter(city.desks.values()))
    for post in (one for one in DESK_POSTS if one in rulebook.posts):
        units = tuple(replace(u, posts=NAMED - {post}) if u.code == desk else u for u in city.units)
        assert failures(replace(city, units=units)) == [f"受理单位{desk}没有{rulebook.posts[post].label}"]
    asleep = tuple(replace(u, active=False) if u.code == desk else u for u in city.units)
    assert any(f"受理单位{desk}没有启用" in words for words in failures(replace(city, units=asleep)))


def test_a_city_without_administrator_cannot_open_and_with_one_alone_is_told() -> None:
    city = whole("wendeng-2021-10/1")
    assert failures(replace(city, holders=())) == ["没有在任的系统管理员"]
    one = replace(city, holders=city.holders[:1])
    assert [lack.weight for lack in lacks(one)] == ["warning"]
    assert lacks(replace(one, training=True)) == ()


def test_both_bodies_of_determinations_are_wanted() -> None:
    city = whole("wendeng-2021-10/1")
    alone = replace(city, units=tuple(u for u in city.units if u.type != "justice"))
    assert [words for words in failures(alone) if "区司法局" in words]


@pytest.mark.parametrize("ref", PACKS)
def test_whoever_owes_something_in_a_body_is_missed(ref: str) -> None:
    """A body that is at work with nobody in the post to which its duties go cannot do what it is for."""
    city, rulebook = whole(ref), pack(ref)
    for one in bodies(rulebook):
        kinds = {kind.code for kind in rulebook.unit_types.values() if kind.serves(one.capacity)}
        units = tuple(
            replace(u, posts=NAMED - {one.post} if one.post else frozenset()) if u.type in kinds else u
            for u in city.units
        )
        label = rulebook.posts[one.post].label if one.post else "没有"
        assert any(label in words for words in failures(replace(city, units=units))), one


def test_a_body_that_nobody_is_in_is_told() -> None:
    city = whole("wendeng-2021-10/1")
    empty = tuple(replace(u, posts=frozenset()) if u.type == "two_offices" else u for u in city.units)
    told = failures(replace(city, units=empty))
    assert [words for words in told if words.startswith("two_offices还没有任何人任职")]


def test_posts_units_and_lists_that_lack_are_told() -> None:
    city = whole("huainan-2021-55/1")
    units = tuple(replace(u, posts=NAMED - {"list_director"}) for u in city.units)
    assert any("领导小组办公室主任" in words for words in failures(replace(city, units=units)))
    idle = tuple(replace(u, posts=NAMED - {"handler"}) if u.type == "county" else u for u in city.units)
    assert failures(replace(city, units=idle)) == ["county缺经办人，不能交给新的办理事项"]
    empty = replace(whole("wendeng-2021-10/1"), entries=0, places=0, topics=0)
    empty = replace(empty, liaisons=frozenset(), contacts=frozenset())
    assert {lack.page for lack in lacks(empty)} == {
        "/units/responsibilities/", "/units/places/", "/whistles/topics/", "/whistles/liaisons/",
        "/determinations/contacts/",
    }  # fmt: skip
    assert {lack.weight for lack in lacks(empty)} == {"warning"}


def test_one_person_in_two_posts_that_want_two_people_is_told() -> None:
    city = whole("wendeng-2021-10/1")
    both = tuple(replace(appointed("alone", post), unit="department") for post in ("handler", "deputy"))
    told = lacks(replace(city, holders=city.holders + both))
    assert [(lack.weight, lack.page) for lack in told] == [("warning", "/units/at/department/")]
    assert isinstance(told[0], Lack)


def test_a_city_whose_pack_is_gone_is_told() -> None:
    told = lacks(replace(whole("wendeng-2021-10/1"), pack="nowhere/1"))
    assert [(lack.weight, "nowhere/1" in lack.words) for lack in told] == [("failure", True)]


def test_a_body_that_is_not_there_is_told_once() -> None:
    city, rulebook = whole("wendeng-2021-10/1"), pack("wendeng-2021-10/1")
    for capacity in (Capacity.SUPERVISION, Capacity.LEADERSHIP, Capacity.DISCIPLINE):
        told = [words for words in failures(without(city, capacity, rulebook)) if "没有启用的" in words]
        assert len(told) == 1, told
