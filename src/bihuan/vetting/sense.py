"""What a regulation says beyond its form: words that exist, names that are its own, numbers that make sense."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from itertools import combinations, product
from typing import Any

from bihuan.cases.types import AppealType
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, Calendar, reckon
from bihuan.policy.limits import Limit, LimitName, Unit
from bihuan.policy.loader import SHIPPED
from bihuan.policy.pack import PARAMETERS, SELECTORS, SITUATIONS, LimitRule, Pack
from bihuan.policy.reading import Fault, Reading
from bihuan.policy.rhythms import Regular
from bihuan.vetting.specimens import MONDAY

PREFIX = re.compile(r"[A-Z]{2,8}")
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_DAYS = 366
MOST_TIMES = 99
"""So often at most anything is done again."""
UNBOUNDED = frozenset({LimitName.ARCHIVE, LimitName.RETENTION, LimitName.HANG_REVIEW})
"""What may lie further off than a year."""
ORDERED = (
    (LimitName.SIGN_IN, LimitName.HANDLE),
    (LimitName.FIRST_CONTACT, LimitName.HANDLE),
    (LimitName.LIST_SIGN_IN, LimitName.LIST_HANDLE),
)
"""The first is over before the second."""
WITHIN = (LimitName.RETURN_REQUEST, LimitName.REWORK, LimitName.SIGN_OFF, LimitName.JOINT_CONCLUDE)
"""What takes no longer than the handling may that takes longest."""
YEARS = (1949, 2098)
"""Between these a regulation comes into force; the working calendar ends then."""
PLAIN = Calendar({})


def vocabulary(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Words that the engine does not know, and tables that must not be empty."""
    for rules in pack.limits.values():
        for rule in rules:
            for key, written, known in (
                ("urgency", rule.urgency, pack.urgencies),
                ("appeal_type", rule.appeal_type, AppealType),
            ):
                if written is not None and written not in set(known):
                    words = f"时限 {rule.name} 的 {key} 不能是 {written}；可用的有{'、'.join(known)}"
                    yield reading.fault(words, ("limit", rule.key))
    for code in pack.posts:
        if code not in set(Post):
            yield reading.fault(f"没有职务 {code}；可用的有{'、'.join(Post)}", ("post", code))
    if Post.ADMINISTRATOR not in pack.posts and pack.posts and "post" not in reading.spoiled:
        words = "没有职务 administrator：没有系统管理员，单位、人员、渠道都录入不了；请在 [[post]] 中写明"
        yield Fault(1, words)
    yield from _urgencies(reading, pack)
    for of, listed in pack.grounds.items():
        labels = [ground.label for ground in listed.values()]
        for ground in listed.values():
            if labels.count(ground.label) > 1:
                words = f"{ground.of.label}的理由中有两项都叫“{ground.label}”，选的人分不清，请改名"
                yield reading.fault(words, ("ground", f"{of}|{ground.code}"))
    yield from _key_classes(reading, pack)
    yield from _rhythms(reading, pack)
    yield from _bodies(reading, pack)
    yield from _situations(reading, pack)
    said = (("clause", pack.clauses), ("channel", pack.channels), ("unit_type", pack.unit_types), ("post", pack.posts))
    for name, there in said:
        if not there and name not in reading.spoiled:
            yield Fault(1, f"至少要有一个 [[{name}]]")


def _key_classes(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Where cases are key ones there is something by which they are, each called otherwise."""
    norm, listed = norms.SUPERVISE_KEY_CLASS, list(pack.key_classes.values())
    if pack.binds(norm) and not listed and "key_class" not in reading.spoiled:
        words = f"规范 {norm}（{norm.title}）要列出重点办件的种类，请写 [[key_class]]"
        yield reading.fault(words, ("norm", norm.name))
    for one in listed:
        if sum(other.label == one.label for other in listed) > 1:
            yield reading.fault(f"有两种重点办件都叫“{one.label}”，登记的人分不清，请改名", ("key_class", one.code))


def _bodies(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """A body that is set up has seats, and a norm that wants one has it."""
    for body in pack.bodies.values():
        if not any(seat.body == body.code for seat in pack.seats.values()) and "seat" not in reading.spoiled:
            yield reading.fault(f"机构 {body.code}（{body.label}）没有席位，请写 [[seat]]", ("body", body.code))
    for norm, office in ((norms.BODY_ROSTER, False), (norms.BODY_OFFICE, True)):
        there = any(body.office is office for body in pack.bodies.values())
        if pack.binds(norm) and not there and "body" not in reading.spoiled:
            how = "，其中一个写 office = true" if office else ""
            words = f"规范 {norm}（{norm.title}）要写明机构和席位，请写 [[body]]{how}"
            yield reading.fault(words, ("norm", norm.name))


def _rhythms(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """What is to be done regularly has units and a post that do it, and a norm that wants it has its period."""
    for one in pack.rhythms.values():
        if not any(one.capacity in kind.capacities for kind in pack.unit_types.values()):
            words = f"定期工作 {one.code}（{one.label}）没有人办：没有一种单位类型的职能（capacities）含 {one.capacity}"
            yield reading.fault(words, ("rhythm", one.code))
        if one.post not in pack.posts and "post" not in reading.spoiled:
            words = f"定期工作 {one.code}（{one.label}）没有人办：没有职务 {one.post}"
            yield reading.fault(words, ("rhythm", one.code))
        if sum(other.label == one.label for other in pack.rhythms.values()) > 1:
            yield reading.fault(f"有两项定期工作都叫“{one.label}”，请改名", ("rhythm", one.code))
    if "rhythm" in reading.spoiled:
        return
    for norm, code in [(norms.RHYTHM_KEEP, ""), *((one.norm, str(one)) for one in Regular)]:
        if pack.binds(norm) and not (code in pack.rhythms if code else pack.rhythms):
            words = f"规范 {norm}（{norm.title}）要写明周期和责任人，请写 [[rhythm]]{f' code = {code}' if code else ''}"
            yield reading.fault(words, ("norm", norm.name))


def _situations(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Where clues are opened there is something for which, each called otherwise, and each norm of one is named."""
    norm, listed = norms.ACCOUNT_CLUE, list(pack.situations.values())
    if pack.binds(norm) and not listed and "situation" not in reading.spoiled:
        known = "、".join(one.name for one in SITUATIONS)
        words = f"规范 {norm}（{norm.title}）要列出应当问责的情形，请写 [[situation]]，norm 可用的有{known}"
        yield reading.fault(words, ("norm", norm.name))
    for one in listed:
        if sum(other.label == one.label for other in listed) > 1:
            yield reading.fault(f"有两种问责情形都叫“{one.label}”，核实的人分不清，请改名", ("situation", one.code))
    named = {one.norm for one in listed}
    for bound in SITUATIONS:
        if pack.binds(bound) and bound.name not in named and "situation" not in reading.spoiled:
            words = f'确立了规范 {bound}（{bound.title}），没有这种情形；请写一个 norm = "{bound}" 的 [[situation]]'
            yield reading.fault(words, ("norm", bound.name))


def _urgencies(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """One urgency is the usual one, each is called otherwise, and what is for urgent requests alone has some."""
    if "urgency" in reading.spoiled:
        return
    listed = list(pack.urgencies.values())
    if (usual := sum(one.usual for one in listed)) != 1:
        words = f"要有且只有一种紧急程度写 usual = true（没有说紧急的按它办理），现在有{usual}种"
        yield reading.fault(words, *(("urgency", one.code) for one in listed))
    for one in listed:
        if sum(other.label == one.label for other in listed) > 1:
            yield reading.fault(f"有两种紧急程度都叫“{one.label}”，登记的人分不清，请改名", ("urgency", one.code))
    for norm in (norms.HAND_OVER_EMERGENCY, norms.WHISTLE_EMERGENCY):
        if pack.binds(norm) and not any(one.urgent for one in listed):
            words = f"规范 {norm}（{norm.title}）只用于紧急的，请给一种紧急程度写 urgent = true"
            yield reading.fault(words, *(("urgency", one.code) for one in listed))


def names(reading: Reading, pack: Pack, others: tuple[Pack, ...]) -> Iterator[Fault]:
    """Its name and its prefixes: of the form that numbers and files can bear, and nobody else's."""
    if not IDENTIFIER.fullmatch(pack.id):
        yield reading.fault(f"id 应为小写字母、数字和连字符，不能是 {pack.id}", ("pack", "id"))
    if pack.version < 1:
        yield reading.fault(f"version 应从1开始，不能是 {pack.version}", ("pack", "version"))
    if pack.ref in {other.ref for other in others}:
        of = "系统自带的规则" if (SHIPPED / f"{pack.id}.toml").exists() else "另一个文件中的规则"
        yield reading.fault(f"{pack.ref} 是{of}，请换一个 id，或者提高 version", ("pack", "id"))
    taken = {prefix: one.id for one in others if one.id != pack.id for prefix in (one.case_prefix, one.matter_prefix)}
    for key, prefix in (("case_prefix", pack.case_prefix), ("matter_prefix", pack.matter_prefix)):
        if not PREFIX.fullmatch(prefix):
            yield reading.fault(f"{key} 应为2至8个大写字母，不能是 {prefix}", ("pack", key))
        elif prefix in taken:
            yield reading.fault(f"{key} {prefix} 已由 {taken[prefix]} 使用", ("pack", key))
    if pack.case_prefix == pack.matter_prefix:
        yield reading.fault("case_prefix 与 matter_prefix 不能相同", ("pack", "matter_prefix"))


def always(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """The norms that cannot be left off: the program does so whatever a regulation says."""
    for norm in norms.ALL.values():
        if norm.always and not pack.binds(norm) and not reading.spoiled & {"clause", "default"}:
            yield Fault(1, f"规范 {norm.name}（{norm.title}）不能不设：程序始终这样做，请以条款或 [[default]] 确立")


def times(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Office hours and limits that make sense together."""
    hours = pack.hours
    if not hours.opens <= hours.cut_off <= hours.closes:
        words = (
            f"当日受理截止（cut_off {hours.cut_off:%H:%M}）应在办公时间 {hours.opens:%H:%M}–{hours.closes:%H:%M} 之内"
        )
        yield reading.fault(words, ("hours", "cut_off"), ("hours", ""))
    for rules in pack.limits.values():
        for rule in rules:
            if rule.name not in UNBOUNDED and _days(rule.limit) > LONGEST_DAYS:
                words = f"时限 {rule.name} 为{rule.limit.words}，超过{LONGEST_DAYS}天"
                yield reading.fault(words, ("limit", rule.key))
    if not YEARS[0] <= pack.instrument.in_force_from.year <= YEARS[1]:
        words = f"in_force_from 应在{YEARS[0]}年至{YEARS[1]}年之间，不能是 {pack.instrument.in_force_from}"
        yield reading.fault(words, ("instrument", "in_force_from"))
    yield from _beyond_handling(reading, pack)
    yield from _kept_too_short(reading, pack)
    yield from _ambiguous(reading, pack)
    yield from _urgent(reading, pack)
    yield from _in_order(reading, pack)
    yield from _extension(reading, pack)


UNRANKED = frozenset({"category", "unit_type"})
"""Selectors that stand neither above nor below the others, but for urgency."""


def _ambiguous(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Two limits that may hold for one request, of which nobody says which is the more specific."""
    for name, rules in pack.limits.items():
        for one, other in combinations(rules, 2):
            both = {**one.selectors, **other.selectors}
            if one.category and other.category:
                both["category"] = max(one.category, other.category, key=len)
            if not _unranked(one, other) or one.limit == other.limit:
                continue
            if not (one.holds(_asked(both)) and other.holds(_asked(both))):
                continue
            if any(rule.selectors == both for rule in rules):
                continue
            first, second = ("、".join(pack.selected(rule)) for rule in (one, other))
            words = (
                f"时限 {name} 对“{first}”的是{one.limit.words}，对“{second}”的是{other.limit.words}，"
                f"两样都是的分不清按哪一项；请再写一项同时写明两者的"
            )
            yield reading.fault(words, ("limit", other.key), ("limit", one.key))


def _unranked(one: LimitRule, other: LimitRule) -> bool:
    """Whether neither names all that the other does, and what one names alone is not ranked."""
    mine, theirs = _named(one), _named(other)
    alone = {name.rstrip(".") for name in mine ^ theirs}
    return bool(mine - theirs and theirs - mine and alone & UNRANKED and "urgency" not in alone)


def _named(rule: LimitRule) -> set[str]:
    """What a limit names; each level of a class by itself."""
    levels = rule.category.count(".") + 1 if rule.category else 0
    return {*rule.selectors, *("category" + "." * level for level in range(levels))}


def _asked(said: Mapping[str, str]) -> dict[str, str | None]:
    return {name: said.get(name) for name in SELECTORS}


def _beyond_handling(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """A part of the handling, or doing it again, takes no longer than the whole of it ever may."""
    if "limit" in reading.spoiled:
        return  # the longest may be the one that cannot be read
    handling = [rule.limit for rule in pack.limits.get(LimitName.HANDLE, ())]
    longest = max(handling, key=lambda limit: _over(pack, limit), default=None)
    for name in WITHIN:
        for rule in pack.limits.get(name, ()) if longest is not None else ():
            if longest is not None and _over(pack, rule.limit) > _over(pack, longest):
                words = f"“{name.label}”的时限（{rule.limit.words}）比“办理”最长的（{longest.words}）还长"
                yield reading.fault(words, ("limit", rule.key))


def _kept_too_short(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Whoever asked is known at least until the case is archived."""
    archive, retention = (_set(pack, name) for name in (LimitName.ARCHIVE, LimitName.RETENTION))
    if archive is not None and retention is not None and _over(pack, retention.limit) < _over(pack, archive.limit):
        words = (
            f"诉求人信息的保存期限（retention {retention.limit.words}）比归档（archive {archive.limit.words}）还短，"
            "应不短于归档"
        )
        yield reading.fault(words, ("limit", retention.key))


def _urgent(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """What is urgent has no longer than what is not."""
    for rules in pack.limits.values():
        for rule in rules:
            called = pack.urgency(rule.urgency or "")
            if not called.urgent:
                continue
            ordinary = _set(pack, rule.name, **{**rule.selectors, "urgency": ""})
            if ordinary is not None and _over(pack, ordinary.limit) < _over(pack, rule.limit):
                usual = pack.urgency(pack.usual_urgency).label
                words = (
                    f"时限 {rule.name}：{called.label}的（{rule.limit.words}）比{usual}的（{ordinary.limit.words}）还长"
                )
                yield reading.fault(words, ("limit", rule.key))


def _in_order(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """What comes first is over first."""
    told = set[str]()
    for first, then in ORDERED:
        named = [rule for name in (first, then) for rule in pack.limits.get(name, ())]
        categories = {rule.category: None for rule in named} | {None: None}
        unit_types = {rule.unit_type: None for rule in named} | {None: None}
        for urgency, appeal, *others in product(
            pack.urgencies.values(), AppealType, pack.channels or (None,), categories, unit_types
        ):
            scope = dict(zip(("channel", "category", "unit_type"), others, strict=True))
            early, late = (
                _set(pack, name, urgency=urgency.code, appeal_type=appeal, **scope) for name in (first, then)
            )
            if early is None or late is None or not _outlasts(pack, early.limit, late.limit):
                continue
            whom = "、".join(dict.fromkeys((*pack.selected(early), *pack.selected(late))))
            words = (
                f"“{first.label}”的时限（{early.limit.words}）比“{then.label}”的（{late.limit.words}）还长"
                f"{f'（{whom}）' if whom else ''}"
            )
            if first not in told:
                told.add(first)
                yield reading.fault(words, ("limit", early.key))


def _extension(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """An extension is added to the handling; it is approved, or told and no more."""
    by_approval, by_notice = (pack.binds(norm) for norm in (norms.EXTENSION_WITH_APPROVAL, norms.EXTENSION_BY_NOTICE))
    if by_approval and by_notice:
        words = (
            f"规范 {norms.EXTENSION_WITH_APPROVAL} 与 {norms.EXTENSION_BY_NOTICE} 只能确立一项："
            "延期要么须经批准，要么只须告知，请删去一项"
        )
        yield reading.fault(words, ("norm", norms.EXTENSION_BY_NOTICE.name))
    if not by_approval and not by_notice:
        return
    more, handling = (_set(pack, name) for name in (LimitName.EXTENSION, LimitName.HANDLE))
    if more is not None and handling is not None and not more.limit.adds_to(handling.limit):
        words = f"延期（{more.limit.words}）与办理时限（{handling.limit.words}）单位不同，不能相加"
        yield reading.fault(words, ("limit", more.key))


def parameters(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """Numbers of times are one at least, and no more than anybody would do."""
    for norm, known in PARAMETERS.items():
        binding = pack.bindings.get(norm)
        for name in known if binding is not None else ():
            value = binding.parameters.get(name) if binding is not None else None
            if type(value) is int and value < 1:
                words = f"规范 {norm} 的参数 {name} 应不小于1，不能是 {value}"
                yield reading.fault(words, ("parameter", f"{norm}.{name}"))
            elif type(value) is int and norm != norms.STATUTORY_LIMIT.name and value > MOST_TIMES:
                words = f"规范 {norm} 的参数 {name} 应不大于{MOST_TIMES}，不能是 {value}"
                yield reading.fault(words, ("parameter", f"{norm}.{name}"), ("norm", norm))


def by_law(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """The bounds of limits by law: the shortest below the longest, none over a year; and that somebody may set one."""
    norm = norms.STATUTORY_LIMIT.name
    if norm not in pack.bindings:
        return
    known = PARAMETERS[norm]
    for counted in ("working_days", "days"):
        shortest, longest = (
            pack.parameter(norm, f"{end}_{counted}", int(known[f"{end}_{counted}"])) for end in ("shortest", "longest")
        )
        if not shortest <= longest <= LONGEST_DAYS:
            words = (
                f"规范 {norm} 的 shortest_{counted}（{shortest}）应不大于 longest_{counted}（{longest}），"
                f"后者不超过{LONGEST_DAYS}"
            )
            yield reading.fault(words, ("parameter", f"{norm}.longest_{counted}"), ("norm", norm))
    if pack.parameter(norm, "by_head", False) and not {str(Post.HEAD), str(Post.DEPUTY)} & pack.posts.keys():
        words = f"规范 {norm} 的 by_head 要由受理单位负责人确定，请在 [[post]] 中写明 head 或 deputy"
        yield reading.fault(words, ("parameter", f"{norm}.by_head"), ("norm", norm))


def _set(pack: Pack, name: str, **scope: Any) -> LimitRule | None:
    try:
        return pack.limit(name, **scope)
    except KeyError:
        return None


def _over(pack: Pack, limit: Limit, begun: time | None = None) -> datetime:
    """When what begins on a Monday as the office opens, or at another time of day, is over."""
    start = datetime.combine(MONDAY.date(), begun or pack.hours.opens, tzinfo=ZONE)
    return reckon(start, limit, calendar=PLAIN, hours=pack.hours).due_at


def _outlasts(pack: Pack, one: Limit, other: Limit) -> bool:
    """Whether one limit is still running when the other is over; where that is the end of the day, as late in it as
    the offices still take something in."""
    begun = pack.hours.cut_off if other.unit is Unit.END_OF_DAY else pack.hours.opens
    return _over(pack, one, begun) > _over(pack, other, begun)


def _days(limit: Limit) -> float:
    per_day = {Unit.DAYS: 1, Unit.WORKING_DAYS: 1, Unit.WORKING_HOURS: 8, Unit.HOURS: 24, Unit.MINUTES: 24 * 60}
    return limit.amount / per_day.get(limit.unit, 1)
