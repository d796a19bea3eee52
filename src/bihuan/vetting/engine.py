"""What the engine can carry out, read off its own declarations: stage tables, duties, rules, charts."""

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import bihuan
from bihuan.duties.types import DutySpec
from bihuan.kernel.norm import CARRIED_OUT_BY
from bihuan.kernel.stages import Branch, StageTable


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that has a life: its stage table and the duties that it can carry."""

    table: StageTable
    duties: Mapping[str, DutySpec]


@dataclass(slots=True)
class Carriers:
    """What carries out a norm."""

    rules: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rules or self.acts or self.duties)


@cache
def subjects() -> tuple[Subject, ...]:
    """Every package with a stage table."""
    packages = (package for package in _packages_with("stages") if package != "bihuan.kernel")
    return tuple(subject for package in packages for subject in _living_in(package))


def _living_in(package: str) -> Iterator[Subject]:
    """What lives in a package: by one table, or by several with a set of duties each."""
    stages, duties = import_module(f"{package}.stages"), import_module(f"{package}.types").DUTIES
    if hasattr(stages, "TABLE"):
        yield Subject(stages.TABLE, duties)
    else:
        yield from (Subject(table, duties[kind]) for kind, table in stages.TABLES.items())


def carriers(subjects: Sequence[Subject]) -> dict[str, Carriers]:
    """Norm name → the rules, acts and duties that carry it out."""
    found: dict[str, Carriers] = {}
    know_rules()
    for norm, rules in CARRIED_OUT_BY.items():
        found.setdefault(norm, Carriers()).rules = sorted({rule.removeprefix("bihuan.") for rule in rules})
    for subject in subjects:
        for move in subject.table.moves:
            _once(found.setdefault(move.norm.name, Carriers()).acts, f"{subject.table.label}·{move.act.label}")
        for spec in subject.duties.values():
            _once(found.setdefault(spec.norm.name, Carriers()).duties, f"{subject.table.label}·{spec.kind.label}")
    for branch in _branches():
        _once(found.setdefault(branch.chart.name, Carriers()).acts, f"{branch.table.label}·流程图")
    return found


@cache
def know_rules() -> None:
    """Import every room of rules: what they declare beside themselves is known then."""
    for package in _packages_with("rules"):
        rules_of = import_module(f"{package}.rules")
        for room in pkgutil.iter_modules(getattr(rules_of, "__path__", [])):
            import_module(f"{package}.rules.{room.name}")


def _branches() -> list[Branch]:
    """Every life that begins in another one, and is printed with it."""
    rooms = (import_module(f"{package}.stages") for package in _packages_with("stages"))
    return [branch for room in rooms for branch in getattr(room, "BRANCHES", {}).values()]


@cache
def _packages_with(room: str) -> tuple[str, ...]:
    names = sorted(f"bihuan.{module.name}" for module in pkgutil.iter_modules(bihuan.__path__) if module.ispkg)
    return tuple(name for name in names if find_spec(f"{name}.{room}"))


def _once(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
