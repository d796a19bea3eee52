"""Rules of the figures: which period, which share, what counts as a sign of a failing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

from bihuan.joint.types import Kind
from bihuan.joint.types.figures import (
    GROUPS,
    LATE,
    UNMET,
    WHISTLES_ALONE,
    Figure,
    FigureCell,
    FigureGroup,
    Misdirected,
    Period,
    Repeated,
    Suspicion,
    UnitFigures,
)
from bihuan.kernel.norm import carries_out
from bihuan.policy import norms
from bihuan.policy.pack import Pack

_NAME = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_QUARTERS = "一二三四"


def period(name: str) -> Period | None:
    """年、季或月：2025、2025-Q1、2025-03。"""
    found = _NAME.fullmatch(name)
    if found is None or not 1993 <= int(found[1]) < 2100:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        first = 3 * int(quarter) - 2
        return Period(name, f"{year}年第{_QUARTERS[int(quarter) - 1]}季度", date(year, first, 1), _end(year, first + 2))
    if month:
        return Period(name, f"{year}年{int(month)}月", date(year, int(month), 1), _end(year, int(month)))
    return Period(name, f"{year}年", date(year, 1, 1), date(year, 12, 31))


def _end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def periods(today: date) -> tuple[Period, ...]:
    """可选的期间：本年和上一年的全年、各季、各月（到今天为止），新的在前。"""
    names = [
        name
        for year in (today.year, today.year - 1)
        for name in (
            str(year),
            *(f"{year}-Q{q}" for q in range(4, 0, -1)),
            *(f"{year}-{m:02}" for m in range(12, 0, -1)),
        )
    ]
    known = [found for name in names if (found := period(name)) is not None]
    return tuple(p for p in known if p.since <= today)


@carries_out(norms.LINKAGE_FIGURES, norms.WHISTLE_FIGURES)
def groups(row: UnitFigures) -> tuple[FigureGroup, ...]:
    """一个单位一项机制的落实情况：每项件数，有时限的另列逾期件数和按时率。"""
    return tuple(
        FigureGroup(label, tuple(_cell(figure, row.counts) for figure in shown))
        for label, figures in GROUPS[row.side].items()
        if (shown := [f for f in figures if row.kind == Kind.WHISTLE or f not in WHISTLES_ALONE])
    )


def _cell(figure: Figure, counts: Mapping[Figure, int]) -> FigureCell:
    late, unmet = LATE.get(figure), UNMET.get(figure)
    return FigureCell(
        figure,
        counts.get(figure, 0),
        late,
        counts.get(late, 0) if late else 0,
        unmet,
        counts.get(unmet, 0) if unmet else 0,
    )


class _OfUnit(Protocol):
    @property
    def unit(self) -> str: ...
    @property
    def name(self) -> str: ...


Sign = TypeVar("Sign", bound=_OfUnit)


def _by_unit(signs: Iterable[Sign]) -> dict[tuple[str, str], list[Sign]]:
    found: dict[tuple[str, str], list[Sign]] = {}
    for sign in signs:
        found.setdefault((sign.unit, sign.name), []).append(sign)
    return found


def fewest_repeats(pack: Pack) -> int:
    """反复反映几次起列为线索。"""
    return pack.parameter(norms.WHISTLE_MISUSE, "repeats", 1)


def fewest_wrong(pack: Pack) -> int:
    """吹错几次起列为线索。"""
    return pack.parameter(norms.WHISTLE_MISUSE, "wrong", 1)


@carries_out(norms.WHISTLE_MISUSE)
def silent(cases: Sequence[Repeated], pack: Pack) -> tuple[Suspicion, ...]:
    """不敢吹、不愿吹：由乡镇（街道）承办、没有吹哨也没有联动，却重复反映达到次数的；件数多的在前。"""
    repeated = [case for case in cases if case.times >= fewest_repeats(pack)]
    found = [Suspicion(unit, name, silent=tuple(signs)) for (unit, name), signs in _by_unit(repeated).items()]
    return tuple(sorted(found, key=lambda s: (-len(s.silent), s.unit)))


@carries_out(norms.WHISTLE_MISUSE)
def wrong(rulings: Sequence[Misdirected], pack: Pack) -> tuple[Suspicion, ...]:
    """乱吹哨：经平台裁定吹错哨达到次数的乡镇（街道），附每一次裁定；次数多的在前。"""
    found = [Suspicion(unit, name, wrong=tuple(signs)) for (unit, name), signs in _by_unit(rulings).items()]
    return tuple(
        sorted((s for s in found if len(s.wrong) >= fewest_wrong(pack)), key=lambda s: (-len(s.wrong), s.unit))
    )
