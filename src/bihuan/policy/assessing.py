"""Reading the table `[assessment]` of a regulation, with everything that is refused in it."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import zip_longest
from types import MappingProxyType
from typing import Protocol, TypeVar

from bihuan.policy.assessment import (
    ATOMS,
    METRICS,
    PLAIN,
    SATISFIED,
    Assessment,
    Band,
    Bottom,
    Component,
    Deduction,
    Exclusion,
    Group,
    Metric,
    Rating,
    Replace,
    Target,
    Term,
    Yearly,
)
from bihuan.policy.limits import Limit

Item = TypeVar("Item")


class Entry(Protocol):
    """A table of the file, or one of those within it."""

    def need(self, key: str, kind: type[Item]) -> Item:
        """What must be there."""

    def may(self, key: str, kind: type[Item]) -> Item | None:
        """What may be there."""

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings that may be left out."""

    def wrong(self, what: str, key: str = "") -> Exception:
        """What is raised for something wrong."""

    def inside(self, key: str, values: dict[str, object]) -> "Entry":
        """A table that stands within this one."""

    def must_be_known(self) -> None:
        """Refuse what nobody asked for."""


_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,2})?")
_SHARE = re.compile(r"\d{1,3}(\.\d{1,2})?%")


def assessment(entry: Entry, *, unit_types: frozenset[str], clauses: frozenset[str]) -> Assessment:
    """What the table says; raises for the first thing that is wrong."""
    own = dict(_own_metrics(entry))
    metrics = MappingProxyType({**METRICS, **own})
    ratings = _ratings(entry)
    said = Assessment(
        replace=_replace(entry),
        min_valid=_number(entry, "min_valid", 10, least=0),
        rank=entry.may("rank", bool) is not False,
        consecutive=_number(entry, "consecutive", 2, least=1),
        gap=_number(entry, "gap", 2, least=0),
        bottom=_bottom(entry),
        yearly=_yearly(entry, metrics, clauses),
        appeal=_limit(entry, "appeal", "3wd"),
        freeze=_limit(entry, "freeze", "5wd"),
        bonus_most=_points(entry, "bonus_most") if entry.may("bonus_most", str) else Fraction(2),
        satisfied=frozenset(code for code, (_, is_so) in ratings.items() if is_so) if ratings else SATISFIED,
        ratings={code: label for code, (label, _) in ratings.items()},
        groups=MappingProxyType(_groups(entry, unit_types)),
        bands=_bands(entry),
        metrics=metrics,
        components=_components(entry, metrics),
        deductions=_counted(entry, "deduction", clauses),
        bonuses=_counted(entry, "bonus", clauses),
        exclusions=MappingProxyType({one.code: one for one in _exclusions(entry)}),
        target=_target(entry),
    )
    entry.must_be_known()
    return said


def _each(entry: Entry, key: str) -> Iterator[Entry]:
    """The tables of a list."""
    for values in entry.may(key, list) or []:
        if not isinstance(values, dict):
            raise entry.wrong(f"{key} 的每一项应写成 {{ … }}", key)
        yield entry.inside(key, values)


def _one(entry: Entry, key: str) -> Entry | None:
    values = entry.may(key, dict)
    return None if values is None else entry.inside(key, values)


def _code(entry: Entry, taken: Mapping[str, object]) -> str:
    code = entry.need("code", str)
    if not _CODE.fullmatch(code):
        raise entry.wrong(f"code 应为小写字母、数字和下划线，最多32个，不能是 {code}", "code")
    if code in taken:
        raise entry.wrong(f"已有 {code}，一个代码只能写一次", "code")
    return code


def _number(entry: Entry, key: str, usual: int, *, least: int) -> int:
    said = entry.may(key, int)
    if said is not None and said < least:
        raise entry.wrong(f"{key} 不能小于{least}", key)
    return usual if said is None else said


def _points(entry: Entry, key: str) -> Fraction:
    said = entry.need(key, str)
    if not _DECIMAL.fullmatch(said):
        raise entry.wrong(f"{key} 应写成分数，最多两位小数，如 0.5，不能是 {said}", key)
    return Fraction(said)


def _share(entry: Entry, key: str) -> Fraction:
    said = entry.need(key, str)
    if not _SHARE.fullmatch(said) or not 0 < Fraction(said[:-1]) <= 100:
        raise entry.wrong(f"{key} 应写成百分比，如 10%，不能是 {said}", key)
    return Fraction(said[:-1]) / 100


def _limit(entry: Entry, key: str, usual: str) -> str:
    said = entry.may(key, str)
    if said is None:
        return usual
    try:
        return str(Limit.parse(said))
    except ValueError:
        raise entry.wrong(f"{key} 应写成时限，如 5wd，不能是 {said}", key) from None


def _clause(entry: Entry, clauses: frozenset[str]) -> str | None:
    said = entry.may("clause", str)
    if said is not None and said not in clauses:
        raise entry.wrong(f"没有条款 {said}", "clause")
    return said


def _replace(entry: Entry) -> Replace:
    said = entry.may("replace", str)
    if said is not None and said not in set(Replace):
        raise entry.wrong(f"replace 没有 {said}；可用的有{'、'.join(Replace)}", "replace")
    return Replace(said) if said else Replace.PERIOD


def _ratings(entry: Entry) -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for one in _each(entry, "rating"):
        code = one.need("code", str)
        if code not in set(Rating):
            raise one.wrong(f"回访没有 {code} 这种评价；可用的有{'、'.join(Rating)}", "code")
        if code in found:
            raise one.wrong(f"评价 {code} 写了两次", "code")
        found[code] = (one.need("label", str), bool(one.may("satisfied", bool)))
        one.must_be_known()
    if found and not any(satisfied for _, satisfied in found.values()):
        raise entry.wrong("没有一种评价算满意（satisfied = true），满意率总是零", "rating")
    return found


def _groups(entry: Entry, unit_types: frozenset[str]) -> dict[str, Group]:
    found: dict[str, Group] = {}
    placed: dict[str, str] = {}
    for one in _each(entry, "group"):
        code = _code(one, found)
        types = one.words("unit_types")
        if not types:
            raise one.wrong(f"分组 {code} 要写明有哪些单位类型（unit_types）", "unit_types")
        for kind in types:
            if kind not in unit_types:
                raise one.wrong(f"没有单位类型 {kind}", "unit_types")
            if kind in placed:
                raise one.wrong(f"单位类型 {kind} 已在分组 {placed[kind]} 中，只能在一个分组", "unit_types")
            placed[kind] = code
        found[code] = Group(code, one.need("label", str), types)
        one.must_be_known()
    return found


def _bands(entry: Entry) -> tuple[Band, ...]:
    found: dict[str, Band] = {}
    for one in _each(entry, "band"):
        code = _code(one, found)
        if (by := one.need("by", str)) != "valid":
            raise one.wrong(f"分档只能按有效回访件数（valid），不能按 {by}", "by")
        least = _number(one, "from", 0, least=0)
        below = one.may("below", int)
        if below is not None and below <= least:
            raise one.wrong(f"分档 {code} 的 below 应大于 from", "below")
        found[code] = Band(code, one.need("label", str), least, below)
        one.must_be_known()
    ordered = sorted(found.values(), key=lambda band: band.least)
    ended = []
    for band, following in zip_longest(ordered, ordered[1:]):
        if following and (band.least == following.least or (band.below or 0) > following.least):
            raise entry.wrong(f"分档 {band.code} 和 {following.code} 重叠", "band")
        below = band.below if band.below is not None or not following else following.least
        ended.append(Band(band.code, band.label, band.least, below))
    return tuple(ended)


def _own_metrics(entry: Entry) -> Iterator[tuple[str, Metric]]:
    taken: dict[str, object] = dict(METRICS)
    for one in _each(entry, "metric"):
        code = _code(one, taken)
        taken[code] = code
        over, under = _summed(one, "over"), _summed(one, "under")
        words = f"{_bracketed(over)} ÷ {_bracketed(under)}"
        yield code, Metric(code, one.need("label", str), over, under, words)
        one.must_be_known()


def _summed(entry: Entry, key: str) -> tuple[Term, ...]:
    texts = entry.words(key)
    if not texts:
        raise entry.wrong(f"指标要写明 {key}", key)
    terms = []
    for text in texts:
        try:
            terms.append(Term.parse(text))
        except ValueError:
            raise entry.wrong(f"程序没有统计项 {text}；可用的见规范目录", key) from None
    return tuple(terms)


def _told(terms: tuple[Term, ...]) -> str:
    first, *others = terms
    told = f"{'−' if first.sign < 0 else ''}{first.words}"
    return told + "".join(f" {'−' if term.sign < 0 else '+'} {term.words}" for term in others)


def _bracketed(terms: tuple[Term, ...]) -> str:
    return _told(terms) if len(terms) == 1 else f"（{_told(terms)}）"


def _components(entry: Entry, metrics: Mapping[str, Metric]) -> tuple[Component, ...]:
    found: dict[str, Component] = {}
    for one in _each(entry, "component"):
        code = _metric(one, metrics)
        if code in found:
            raise one.wrong(f"指标 {code} 写了两次", "metric")
        if metrics[code].scale != 100 or metrics[code].worse:
            raise one.wrong(f"指标 {code}（{metrics[code].label}）不是越高越好的比率，不能计入得分", "metric")
        one.need("weight", int)
        found[code] = Component(code, _number(one, "weight", 0, least=1))
        one.must_be_known()
    if found and (total := sum(one.weight for one in found.values())) != 100:
        raise entry.wrong(f"权重（weight）之和应为100，现为{total}", "component")
    return tuple(found.values())


def _metric(entry: Entry, metrics: Mapping[str, Metric]) -> str:
    code = entry.need("metric", str)
    if code not in metrics:
        raise entry.wrong(f"没有指标 {code}；可用的见规范目录", "metric")
    return code


def _counted(entry: Entry, key: str, clauses: frozenset[str]) -> tuple[Deduction, ...]:
    found: dict[str, Deduction] = {}
    for one in _each(entry, key):
        count = one.need("count", str)
        if count not in PLAIN:
            known = "不能逐件计分" if count in ATOMS else "程序没有这一统计项"
            raise one.wrong(f"{count}：{known}；可用的见规范目录", "count")
        if count in found:
            raise one.wrong(f"{count} 写了两次", "count")
        found[count] = Deduction(count, _points(one, "points"), _clause(one, clauses))
        one.must_be_known()
    return tuple(found.values())


def _exclusions(entry: Entry) -> Iterator[Exclusion]:
    found: dict[str, object] = {}
    for one in _each(entry, "exclusion"):
        code = _code(one, found)
        found[code] = code
        unreasonable = one.may("unreasonable", bool) is not False
        yield Exclusion(code, one.need("label", str), unreasonable, bool(one.may("hearing", bool)))
        one.must_be_known()


def _bottom(entry: Entry) -> Bottom:
    if (one := _one(entry, "bottom")) is None:
        return Bottom()
    found = Bottom(
        _share(one, "share"),
        _number(one, "least", 1, least=0),
        _number(one, "most", 3, least=1),
        _number(one, "min_group", 5, least=1),
    )
    if found.least > found.most:
        raise one.wrong("least 不能大于 most", "least")
    one.must_be_known()
    return found


def _yearly(entry: Entry, metrics: Mapping[str, Metric], clauses: frozenset[str]) -> Yearly | None:
    if (one := _one(entry, "yearly")) is None:
        return None
    found = Yearly(
        _metric(one, metrics), _share(one, "below"), _number(one, "min_valid", 30, least=0), _clause(one, clauses)
    )
    one.must_be_known()
    return found


def _target(entry: Entry) -> Target | None:
    if (one := _one(entry, "target")) is None:
        return None
    found = Target(one.need("plan", str), _points(one, "weight"))
    if found.weight > 100:
        raise one.wrong("weight 不能大于100", "weight")
    one.must_be_known()
    return found
