"""What the norms that a regulation binds want of it: limits and holders of duties, posts of those who act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from bihuan.cases.types import AppealType, Part
from bihuan.duties.types import DutySpec
from bihuan.kernel.actor import REQUESTER
from bihuan.kernel.norm import WANTED
from bihuan.kernel.stages import Move, Role
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import SELECTORS, Capacity, Pack
from bihuan.policy.reading import Fault, Reading
from bihuan.vetting import loop
from bihuan.vetting.engine import Subject, know_rules, subjects


@dataclass(frozen=True, slots=True)
class Reached:
    """What of a kind of subject comes about under a regulation: the rows that are walked, the duties that they open."""

    subject: Subject
    moves: tuple[Move, ...]
    duties: tuple[DutySpec, ...]


def reached(life: loop.Life) -> Reached:
    """The rows and the duties that can come about."""
    subject, pack = life.subject, life.pack
    moves = tuple(m for stage in life.stages for m in subject.table.rows_from(stage) if m.holds(pack.binds))
    kinds = dict.fromkeys(kind for move in moves for kind in (*move.opens, *move.may_open))
    specs = tuple(subject.duties[kind] for kind in kinds)
    return Reached(subject, moves, tuple(spec for spec in specs if spec.holds(pack.binds)))


def limits(reading: Reading, pack: Pack, all_reached: list[Reached]) -> Iterator[Fault]:
    """The limits that duties and rules are counted by, and the regulation does not set for every request."""
    told = set[str]()
    for name, norm, why in [*_of_duties(all_reached), *_of_rules(pack)]:
        if name not in told and (lacking := _lacking(name, pack)) is not None:
            told.add(name)
            words = f"缺少时限 {name}（{LimitName(name).label}）{lacking}：{why}"
            yield reading.fault(words, ("norm", norm))


EVERYTHING = frozenset(SELECTORS)
KNOWN: Mapping[str, frozenset[str]] = {
    "case": EVERYTHING,
    "linkage": EVERYTHING,
    "whistle": EVERYTHING,
    "determination": frozenset({"urgency", "unit_type"}),
    "matter": frozenset({"channel", "unit_type"}),
    "referral": frozenset({"unit_type"}),
    "urging": frozenset({"unit_type"}),
    "reminder": frozenset({"unit_type"}),
    "ordering": frozenset({"unit_type"}),
    "coloured": frozenset({"unit_type"}),
    "instructing": frozenset({"unit_type"}),
    "rhythm": frozenset({"unit_type"}),
    "bulletin": frozenset({"unit_type"}),
    "meeting": frozenset({"unit_type"}),
    "clue": frozenset({"unit_type"}),
}
"""Subject → by what its limits may differ."""
FOR_ALL = frozenset(
    {LimitName.EXTENSION, LimitName.HANG_REVIEW, LimitName.ARCHIVE, LimitName.RETENTION, LimitName.SILENCE}
)
"""Limits that are the same for every request."""
CALLED = {
    "urgency": "紧急程度",
    "channel": "渠道",
    "category": "主题分类",
    "unit_type": "单位类型",
    "appeal_type": "诉求类型",
}


def selectors(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """The limits that differ by what is not asked where they are counted: they would never hold."""
    counted = [(spec.limit, subject.table.subject) for subject in subjects() for spec in subject.duties.values()]
    for rule in (rule for rules in pack.limits.values() for rule in rules):
        known = [KNOWN[subject] for limit, subject in counted if limit == rule.name] or [EVERYTHING]
        told = frozenset[str]() if rule.name in FOR_ALL else frozenset[str]().union(*known)
        for name in sorted(rule.selectors.keys() - told):
            what = f"{rule.name}（{LimitName(rule.name).label}）"
            words = f"时限 {what}不分{CALLED[name]}，写 {name} 的这一项用不上；请删去 {name}"
            yield reading.fault(words, ("limit", rule.key))


def unit_types(reading: Reading, pack: Pack, all_reached: list[Reached]) -> Iterator[Fault]:
    """The limits for a type of unit that never has them."""
    specs = [spec for one in all_reached for spec in one.duties]
    for rule in (rule for rules in pack.limits.values() for rule in rules if rule.unit_type in pack.unit_types):
        named = f"单位类型 {rule.unit_type}（{pack.unit_types[str(rule.unit_type)].label}）"
        wanted = {Part(spec.part).capacity for spec in specs if spec.limit == rule.name} | OF_HOLDERS.get(
            rule.name, set()
        )
        if wanted and not wanted & pack.unit_types[str(rule.unit_type)].capacities:
            words = f"{named}不承担“{LimitName(rule.name).label}”，时限 {rule.name} 的这一项用不上；请改正 unit_type"
            yield reading.fault(words, ("limit", rule.key))


OF_HOLDERS: Mapping[str, set[str]] = {
    LimitName.RETURN_REQUEST: {Capacity.HANDLING},
    LimitName.DESIGNATED_HANDLE: {Capacity.HANDLING},
}
"""Limits by which no duty is declared, and that differ by the unit that has them all the same."""


def wanted_limits(all_reached: list[Reached], pack: Pack) -> frozenset[str]:
    """The names of all limits that something is counted by."""
    by_duties = {spec.limit for one in all_reached for spec in one.duties}
    return frozenset({*by_duties, *(name for name, _, _ in _of_rules(pack))})


def _of_duties(all_reached: list[Reached]) -> Iterator[tuple[str, str, str]]:
    for one in all_reached:
        for spec in one.duties:
            if spec.limit and not spec.otherwise:
                yield spec.limit, spec.norm.name, f"规范 {spec.norm.name} 的职责“{spec.kind.label}”按它计算"


def _of_rules(pack: Pack) -> Iterator[tuple[str, str, str]]:
    know_rules()
    for norm, wants in sorted(WANTED.items()):
        for name in sorted(wants.limits) if pack.binds(norm) else ():
            yield name, norm, f"规范 {norm}（{norms.norm(norm).title}）按它计算"


def _lacking(name: str, pack: Pack) -> str | None:
    """That the limit is not set, or for whom alone it is; None where it is set for every request."""
    if name not in pack.limits:
        return ""
    only = "、".join(f"“{'、'.join(pack.selected(rule))}”" for rule in pack.limits[name])
    for urgency, appeal, channel in product(pack.urgencies.values(), AppealType, pack.channels or ("",)):
        try:
            pack.limit(name, urgency=urgency.code, appeal_type=appeal, channel=channel)
        except KeyError:
            return f"（只写了{only}的，其他诉求的没有写；请再写一项不分情形的）"
    return None


def holders(reading: Reading, pack: Pack, all_reached: list[Reached]) -> Iterator[Fault]:
    """The duties that no unit and no post of the regulation could hold, and the acts that nobody could do."""
    told = set[str]()
    asked = (*_unheld(pack, all_reached), *_undone(pack, all_reached), *_asked_of_units(pack), *_unsent(pack))
    for norm, what in asked:
        if what not in told:
            told.add(what)
            yield reading.fault(what, ("norm", norm))


def _unheld(pack: Pack, all_reached: list[Reached]) -> Iterator[tuple[str, str]]:
    for one in all_reached:
        for spec in one.duties:
            if not spec.limit:
                continue  # its holder is whom the act names
            owed = f"职责“{spec.kind.label}”（{spec.norm.name}）"
            if (lacking := _no_unit(Part(spec.part).capacity, pack)) is not None:
                yield spec.norm.name, f"{lacking}，{owed}没有人承担"
            if spec.post not in pack.posts:
                yield spec.norm.name, f"没有职务 {spec.post}，{owed}没有人承担"


def _undone(pack: Pack, all_reached: list[Reached]) -> Iterator[tuple[str, str]]:
    for one in all_reached:
        for move in one.moves:
            lacking = [_unfilled(role, pack) for role in move.who]
            if None not in lacking:
                words = f"“{one.subject.table.label}”的“{move.act.label}”（{move.norm.name}）没有人能办"
                yield move.norm.name, f"{'；'.join(dict.fromkeys(filter(None, lacking)))}，{words}"


def _asked_of_units(pack: Pack) -> Iterator[tuple[str, str]]:
    know_rules()
    for norm, wants in sorted(WANTED.items()):
        for capacity in sorted(wants.capacities) if pack.binds(norm) else ():
            if (lacking := _no_unit(capacity, pack)) is not None:
                yield norm, f"{lacking}，规范 {norm}（{norms.norm(norm).title}）没有人能办"


def _unsent(pack: Pack) -> Iterator[tuple[str, str]]:
    """Orders that nobody may send: the supervising body does, and a desk only where a norm lets it."""
    order, by_desk = norms.SUPERVISE_ORDER, norms.SUPERVISE_ORDER_BY_DESK
    lacking = _no_unit(Capacity.SUPERVISION, pack)
    if pack.binds(order) and not pack.binds(by_desk) and lacking is not None:
        yield order.name, f"{lacking}，督办单没有人能发；由受理单位发的，请一并确立 {by_desk}（{by_desk.title}）"


def _no_unit(capacity: str, pack: Pack) -> str | None:
    """That no type of unit has a capacity; None where one has."""
    if any(kind.serves(capacity) for kind in pack.unit_types.values()):
        return None
    beside = "、不含 staffing" if any(capacity in kind.capacities for kind in pack.unit_types.values()) else ""
    return f"没有一种单位类型的职能（capacities）含 {capacity}（{Capacity(capacity).label}）{beside}"


def _unfilled(role: Role, pack: Pack) -> str | None:
    """Why nobody can hold this role; the clock and the requester always do."""
    if not role.posts or REQUESTER in role.posts:
        return None
    if role.part is not None and (lacking := _no_unit(Part(role.part).capacity, pack)) is not None:
        return lacking
    if any(post in pack.posts for post in role.posts):
        return None
    return f"没有职务 {'、'.join(role.posts)}"


def owners(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """The channels whose owner takes nothing in."""
    for channel in pack.channels.values():
        kind = pack.unit_types.get(channel.owner_unit_type)
        if kind is not None and Capacity.DESK not in kind.capacities:
            words = f"渠道 {channel.code} 的受理单位类型 {kind.code}（{kind.label}）没有受理职能（desk）"
            yield reading.fault(words, ("channel", channel.code))
