"""What is still missing before the office of a jurisdiction may open: for `bihuan doctor`, the console and the page.

Knows no Django: `Ask` puts a statement to whatever connection there is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bihuan.organisations import rules
from bihuan.organisations.types import DESK_POSTS, AppointmentRow, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.loader import Unusable, pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.vetting.bodies import Body, bodies

Weight = Literal["failure", "warning"]
Ask = Callable[[str, dict[str, str]], Sequence[tuple[Any, ...]]]
LEAST_ADMINISTRATORS = 2
NEVER_SIGNED_IN = "/accounts/?who=never"
"""The page of accounts, with those alone who never signed in."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: what, on which page it is mended, and whether the office cannot work without."""

    weight: Weight
    words: str
    page: str


@dataclass(frozen=True, slots=True)
class City:
    """A jurisdiction with whatever its opening depends on."""

    code: str
    name: str
    pack: str
    training: bool
    units: tuple[UnitFacts, ...]
    holders: tuple[AppointmentRow, ...]
    desks: Mapping[str, str]
    entries: int
    topics: int
    places: int
    liaisons: frozenset[str]
    """Units with a liaison."""
    contacts: frozenset[str]
    """Units that somebody speaks for in determinations."""
    never: tuple[str, ...] = ()
    """The names of those in office who never signed in."""

    def held(self, unit: str) -> tuple[AppointmentRow, ...]:
        """Who holds a post of the unit today."""
        return tuple(row for row in self.holders if row.unit == unit)


_CITIES = """
SELECT j.code, j.name, coalesce((
  SELECT v.pack FROM organisations_packadoption v WHERE v.jurisdiction_id = j.code
    AND v.from_on <= ((now() + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date
  ORDER BY v.from_on DESC, v.id DESC LIMIT 1), j.pack), j.training
FROM organisations_jurisdiction j WHERE %(place)s IN ('', j.code) ORDER BY j.code"""
_UNITS = """
SELECT code, name, type, parent_id, superior_body, active FROM organisations_unit
WHERE jurisdiction_id = %(place)s ORDER BY code"""
_HOLDERS = """
SELECT p.account, p.name, a.unit_id, a.post, a.from_on, a.until_on, a.acting FROM organisations_appointment a
JOIN organisations_person p ON p.id = a.person_id AND p.is_active
JOIN organisations_jurisdiction j ON j.code = p.jurisdiction_id
WHERE j.code = %(place)s AND daterange(a.from_on, a.until_on)
  @> ((now() + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date ORDER BY 3, 4, 1"""
_DESKS = """
SELECT d.channel, d.unit_id FROM organisations_channeldesk d
JOIN organisations_jurisdiction j ON j.code = d.jurisdiction_id
WHERE j.code = %(place)s AND daterange(d.from_on, d.until_on)
  @> ((now() + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date"""
_NEVER = """
SELECT p.name FROM organisations_person p JOIN organisations_jurisdiction j ON j.code = p.jurisdiction_id
WHERE j.code = %(place)s AND p.is_active AND p.last_login IS NULL
  AND NOT EXISTS (SELECT 1 FROM access_signin s WHERE s.person_id = p.id)
  AND EXISTS (SELECT 1 FROM organisations_appointment a WHERE a.person_id = p.id AND daterange(a.from_on, a.until_on)
    @> ((now() + j.clock_offset) AT TIME ZONE 'Asia/Shanghai')::date) ORDER BY p.account"""
_LISTS = """
SELECT
  (SELECT count(*) FROM organisations_responsibilityentry WHERE jurisdiction_id = %(place)s AND until_on IS NULL),
  (SELECT count(*) FROM joint_whistletopic WHERE jurisdiction = %(place)s AND until_on IS NULL),
  (SELECT count(*) FROM localities_locality WHERE jurisdiction = %(place)s AND ended_on IS NULL),
  (SELECT coalesce(array_agg(DISTINCT unit), '{}') FROM joint_liaison
   WHERE jurisdiction = %(place)s AND until_on IS NULL),
  (SELECT coalesce(array_agg(DISTINCT unit), '{}') FROM determination_contact
   WHERE jurisdiction = %(place)s AND until_on IS NULL)"""


def cities(ask: Ask, place: str = "") -> Iterator[City]:
    """Every jurisdiction, or the one of that code, as it stands today."""
    for code, name, ref, training in ask(_CITIES, {"place": place}):
        said = {"place": code}
        held = tuple(AppointmentRow(*row) for row in ask(_HOLDERS, said))
        filled: dict[str, set[str]] = {}
        for one in held:
            filled.setdefault(one.unit, set()).add(one.post)
        units = tuple(
            UnitFacts(unit, code, called, kind, parent, superior, active, frozenset(filled.get(unit, ())))
            for unit, called, kind, parent, superior, active in ask(_UNITS, said)
        )
        ((entries, topics, places, liaisons, contacts),) = ask(_LISTS, said)
        desks = {str(channel): str(unit) for channel, unit in ask(_DESKS, said)}
        named = (frozenset(liaisons), frozenset(contacts), tuple(name for (name,) in ask(_NEVER, said)))
        yield City(code, name, ref, training, units, held, desks, entries, topics, places, *named)


def lacks(city: City) -> tuple[Lack, ...]:
    """What is missing under the regulation of the city: first what nothing goes without."""
    try:
        rulebook = pack(city.pack)
    except (KeyError, Unusable) as error:
        return (Lack("failure", f"规则包{city.pack}不能使用：{error}", "/regulations/"),)
    found = [
        *_administrators(city),
        *_channels(city, rulebook),
        *_bodies(city, rulebook),
        *_units(city, rulebook),
        *_lists(city, rulebook),
        *_never(city),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda lack: lack.weight != "failure"))


def _administrators(city: City) -> Iterator[Lack]:
    count = len({row.account for row in city.holders if row.post == Post.ADMINISTRATOR})
    if not count:
        yield Lack("failure", "没有在任的系统管理员", "/units/people/")
    elif count < LEAST_ADMINISTRATORS and not city.training:
        words = "系统管理员只有一位：有权限的职务须由第二人确认，请再任命一位"
        yield Lack("warning", words, "/units/people/")


def _channels(city: City, rulebook: Pack) -> Iterator[Lack]:
    known = {unit.code: unit for unit in city.units}
    for channel in rulebook.channels.values():
        desk = known.get(city.desks.get(channel.code, ""))
        if desk is None:
            yield Lack("failure", f"渠道“{channel.label}”还没有受理单位", "/units/channels/")
        elif not desk.active:
            yield Lack("failure", f"渠道“{channel.label}”的受理单位{desk.name}没有启用", f"/units/at/{desk.code}/")
    owed = [one.post for one in bodies(rulebook) if one.capacity == Capacity.DESK and one.post]
    posts = [post for post in dict.fromkeys((*DESK_POSTS, *owed)) if post in rulebook.posts]
    for desk in (known[code] for code in dict.fromkeys(city.desks.values()) if code in known):
        wanted = [post for post in posts if post not in desk.posts]
        if wanted:
            labels = "、".join(rulebook.posts[post].label for post in wanted)
            yield Lack("failure", f"受理单位{desk.name}没有{labels}", f"/units/at/{desk.code}/")


def _bodies(city: City, rulebook: Pack) -> Iterator[Lack]:
    """Bodies without which what the regulation says is carried out by nobody; of determinations each type of them.

    Desks are asked for by channels.
    """
    wanted: dict[Capacity, list[Body]] = {}
    for one in bodies(rulebook):
        if one.capacity != Capacity.DESK:
            wanted.setdefault(one.capacity, []).append(one)
    for capacity, asked in wanted.items():
        kinds = [kind for kind in rulebook.unit_types.values() if kind.serves(capacity)]
        for some in [[kind] for kind in kinds] if capacity == Capacity.DETERMINATION else [kinds]:
            codes, labels = {kind.code for kind in some}, "、".join(kind.label for kind in some)
            there = [unit for unit in city.units if unit.type in codes and unit.active]
            if not there:
                words = f"没有启用的“{labels or capacity.label}”单位：规则要求“{asked[0].why}”"
                yield Lack("failure", words, "/units/")
            else:
                yield from _within(there, asked, rulebook)


def _within(there: list[UnitFacts], asked: list[Body], rulebook: Pack) -> Iterator[Lack]:
    """Whom a body lacks that is at work; what each unit of its kind must have is told of each."""
    first, page = there[0].name, f"/units/at/{there[0].code}/"
    if not any(unit.posts for unit in there):
        yield Lack("failure", f"{first}还没有任何人任职：规则要求“{asked[0].why}”", page)
        return
    told = rules.lacking(there[0], rulebook)
    for one in asked:
        label = rulebook.posts[one.post].label if one.post else ""
        if label and label not in told and not any(one.post in unit.posts for unit in there):
            yield Lack("failure", f"{first}没有{label}：规则要求“{one.why}”", page)


def _units(city: City, rulebook: Pack) -> Iterator[Lack]:
    for unit in city.units:
        if unit.type not in rulebook.unit_types or unit.ended_on is not None:
            continue
        missing, page = "、".join(rules.lacking(unit, rulebook)), f"/units/at/{unit.code}/"
        if not unit.active:
            yield Lack("warning", f"{unit.name}还没有启用{f'，缺{missing}' if missing else ''}", page)
        elif missing:
            yield Lack("failure", f"{unit.name}缺{missing}，不能交给新的办理事项", page)
        for one in rules.lone(city.held(unit.code), rulebook):
            words = f"{unit.name}的{'、'.join(one.posts)}只有{one.name}一人，{one.task.label}须由两人办理"
            yield Lack("warning", words, page)


def _never(city: City) -> Iterator[Lack]:
    """Who is in office and never signed in: the one-time password was not told, or nobody knows what to do."""
    if city.never:
        named = "、".join(city.never[:5]) + ("等" if len(city.never) > 5 else "")
        yield Lack("warning", f"{len(city.never)}位任职的人还没有登录过：{named}", NEVER_SIGNED_IN)


def _lists(city: City, rulebook: Pack) -> Iterator[Lack]:
    if not city.entries and rulebook.binds(norms.DISPATCH_WITH_BASIS):
        yield Lack("warning", "派单目录还是空的：派单时没有推荐的承办单位", "/units/responsibilities/")
    if not city.places:
        yield Lack("warning", "地点名录还是空的：登记时不能从名录中选地点", "/units/places/")
    if not city.topics and rulebook.binds(norms.WHISTLE_TOPICS):
        yield Lack("warning", "攻坚哨事项清单还是空的", "/whistles/topics/")
    if rulebook.binds(norms.WHISTLE_LIAISON):
        kinds = {kind.code for kind in rulebook.unit_types.values() if Capacity.HANDLING in kind.capacities}
        without = [u.name for u in city.units if u.active and u.type in kinds and u.code not in city.liaisons]
        if without:
            named = "、".join(without[:5]) + ("等" if len(without) > 5 else "")
            yield Lack("warning", f"{len(without)}个单位没有联络员：{named}", "/whistles/liaisons/")
    if rulebook.binds(norms.DETERMINATION_CONTACTS):
        of = (Capacity.STAFFING, Capacity.DETERMINATION)
        kinds = {kind.code for kind in rulebook.unit_types.values() if kind.capacities.intersection(of)}
        without = [u.name for u in city.units if u.active and u.type in kinds and u.code not in city.contacts]
        if without:
            yield Lack("warning", f"{'、'.join(without)}没有认定会商联络人", "/determinations/contacts/")
