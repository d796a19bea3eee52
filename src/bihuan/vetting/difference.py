"""What one version of a regulation says otherwise than another."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from typing import ClassVar, Protocol, TypeVar

from bihuan.policy import norms
from bihuan.policy.ladders import Ladder
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Binding, Clause, Ground, LimitRule, Pack

Item = TypeVar("Item")
Change = tuple[str, Item | None, Item | None]
"""Code, what stood there before, what stands there now."""


class Entry(Protocol):
    """An entry of a regulation: any of its dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


INSTRUMENT = {"title": "文件名称", "number": "文号", "issuer": "发文机关", "in_force_from": "施行日期"}


def differences(before: Pack, after: Pack) -> Iterator[str]:
    """Every difference, a line each: the document, clauses, norms, parameters, limits, channels, types of unit, posts,
    grounds, ladders, names, hours."""
    for name, label in INSTRUMENT.items():
        old, new = getattr(before.instrument, name), getattr(after.instrument, name)
        if old != new:
            yield f"修改{label}：{old} → {new}"
    for code, old, new in _changes(before.clauses, after.clauses):
        yield from _clause(code, old, new)
    for code, bound, binds in _changes(before.bindings, after.bindings):
        yield from _norm(code, bound, binds)
    for code, limited, limits in _changes(_limits(before), _limits(after)):
        yield _limit(limited, limits, code)
    listed: tuple[tuple[str, Mapping[str, Entry], Mapping[str, Entry]], ...] = (
        ("渠道", before.channels, after.channels),
        ("紧急程度", before.urgencies, after.urgencies),
        ("主题分类", before.categories, after.categories),
        ("重点办件", before.key_classes, after.key_classes),
        ("定期工作", before.rhythms, after.rhythms),
        ("机构", before.bodies, after.bodies),
        ("席位", before.seats, after.seats),
        ("问责情形", before.situations, after.situations),
        ("检测项", before.detectors, after.detectors),
        ("单位类型", before.unit_types, after.unit_types),
        ("职务", before.posts, after.posts),
    )
    for what, one, other in listed:
        for code, was, is_now in _changes(one, other):
            verb = "增加" if was is None else "删去" if is_now is None else "修改"
            told = f"：{'；'.join(_said(was, is_now))}" if was is not None and is_now is not None else ""
            yield f"{verb}{what} {code}（{getattr(is_now or was, 'label', '')}）{told}"
    for code, ground, other_ground in _changes(_grounds(before), _grounds(after)):
        yield _ground(code, ground, other_ground)
    for _, climbed, climbs in _changes(_ladders(before), _ladders(after)):
        yield _ladder(climbed, climbs)
    for code, called, is_called in _changes(before.names, after.names):
        yield f"名称 {code}：{called} → {is_called}"
    if before.hours != after.hours:
        yield f"修改办公时间：{'；'.join(_said(before.hours, after.hours))}"
    for name in ("case_prefix", "matter_prefix"):
        if getattr(before, name) != getattr(after, name):
            yield f"修改 {name}：{getattr(before, name)} → {getattr(after, name)}"


def _said(was: Entry, now: Entry) -> Iterator[str]:
    """What of an entry is not as it was, each key as the file writes it."""
    for one in fields(was):
        old, new = getattr(was, one.name), getattr(now, one.name)
        if old != new:
            yield f"{one.name} {_written(old)} → {_written(new)}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, frozenset):
        return "、".join(sorted(map(str, value))) or "没有"
    return "没有" if value in (None, "") else str(value)


def _changes(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[Change[Item]]:
    """What is not the same, what was there in its order first."""
    for code in dict.fromkeys([*before, *after]):
        if before.get(code) != after.get(code):
            yield code, before.get(code), after.get(code)


def _clause(code: str, old: Clause | None, new: Clause | None) -> Iterator[str]:
    if new is None:
        yield f"删去条款 {code}"
    elif old is None:
        yield f"增加条款 {code}（{new.state.label}）：{new.text}"
    elif old.text != new.text:
        yield f"修改条款 {code}：{old.text} → {new.text}"
    elif old.state != new.state or old.partly != new.partly:
        yield f"条款 {code}：{old.state.label} → {new.state.label}{f'（{new.partly}）' if new.partly else ''}"


def _norm(code: str, old: Binding | None, new: Binding | None) -> Iterator[str]:
    named = f"规范 {code}（{norms.norm(code).title}）"
    if new is None:
        yield f"不再确立{named}"
    elif old is None:
        yield f"新确立{named}，依据：{new.clause or new.basis}"
    else:
        if (old.clause, old.basis) != (new.clause, new.basis):
            yield f"{named}的依据：{old.clause or old.basis} → {new.clause or new.basis}"
        for name in dict.fromkeys([*old.parameters, *new.parameters]):
            if old.parameters.get(name) != new.parameters.get(name):
                yield f"{named}的参数 {name}：{old.parameters.get(name)} → {new.parameters.get(name)}"


def _grounds(pack: Pack) -> dict[str, Ground]:
    return {f"{of}|{code}": ground for of, listed in pack.grounds.items() for code, ground in listed.items()}


def _ground(code: str, old: Ground | None, new: Ground | None) -> str:
    one = new or old
    assert one is not None, "one of them has it"
    named = f"{one.of.label}的理由 {one.code}（{one.label}）"
    if new is None:
        return f"删去{named}"
    if old is None:
        return f"增加{named}"
    return f"修改{named}：{'；'.join(_said(old, new))}"


def _limits(pack: Pack) -> dict[str, LimitRule]:
    return {rule.key: rule for rules in pack.limits.values() for rule in rules}


def _limit(old: LimitRule | None, new: LimitRule | None, code: str) -> str:
    name, *scope = code.split("|")
    of = "、".join(word for word in scope if word)
    named = f"时限 {name}（{LimitName(name).label}{f'，{of}' if of else ''}）"
    if new is None:
        return f"删去{named}"
    if old is None:
        return f"增加{named}：{new.limit.words}"
    if old.limit == new.limit:
        return f"{named}的依据：{old.clause or old.basis} → {new.clause or new.basis}"
    return f"{named}：{old.limit.words} → {new.limit.words}"


def _ladders(pack: Pack) -> dict[str, Ladder]:
    return {ladder.key: ladder for among in pack.ladders.values() for ladder in among}


def _ladder(old: Ladder | None, new: Ladder | None) -> str:
    told = new or old
    assert told is not None
    verb = "增加" if old is None else "删去" if new is None else "修改"
    steps = "；".join(step.words for step in new.steps) if new else ""
    return f"{verb}督办阶梯 {told.name}（{told.label}）{f'：{steps}' if steps else ''}"
