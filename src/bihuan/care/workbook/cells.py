"""What the cells of a line say. Whatever is wrong is noted under its cell, and the others are read all the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TypeVar

from pydantic import ValidationError

from bihuan.care.opening import Lack
from bihuan.care.workbook.plans import ACCOUNT, CODES, NO, PEOPLE, PLANS, UNIT, UNITS, YES, Plan, listed
from bihuan.care.workbook.reading import Line, Wrong
from bihuan.intake.moments import moment
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.organisations import queries
from bihuan.organisations.types import UnitFacts
from bihuan.policy.pack import Pack

Form = TypeVar("Form", bound=Fields)
Passwords = list["OneTime"]
MOST_NAMED, NEAREST = 12, 3
"""So many words of a list are told whole; of a longer one so many of the nearest."""


@dataclass(frozen=True, slots=True)
class OneTime:
    """Somebody who got an account, with the units where they serve: to be told the password once."""

    account: str
    name: str
    units: tuple[str, ...]
    password: str


@dataclass(slots=True)
class Report:
    """What became of a workbook: by sheet what was added, was there already, or waits for a second person."""

    added: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    left: list[Wrong] = field(default_factory=list)
    """What was not read."""
    passwords: Passwords = field(default_factory=list)
    """Told once."""
    lacks: tuple[Lack, ...] = ()
    """What the office still lacks with it, before it may open."""


class Bad(Exception):
    """What stands in a cell cannot be; says why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class Skipped(Exception):
    """What is wrong was told already, or stands in another line."""


class Cells:
    """The cells of a workbook under a regulation, in a city as it stands with what the workbook adds to it."""

    def __init__(self, place: str, rulebook: Pack, now: datetime, lines: Sequence[Line]) -> None:
        self.place, self.rulebook, self.now, self.today = place, rulebook, now, queries.today(now)
        self.report = Report()
        self.lists = listed(rulebook)
        self.spoilt: set[tuple[str, int]] = set()
        """(sheet, number) of lines of which something is wrong, or that rest on one."""
        self.noted: set[tuple[str, str]] = set()
        """(sheet, cell) of which something was told."""
        self.facts: dict[str, UnitFacts] = {}
        """Code → the unit as it stands."""
        self.units: dict[str, str] = {}
        """Code and name of a unit that stands → its code."""
        self.said: dict[str, str] = {}
        """Code and name of a unit that stands or that the workbook names → its code."""
        self.kinds: dict[str, str] = {}
        """Code of a unit → its type, as it stands or as the workbook says."""
        self.people: set[str] = set()
        """Accounts that stand, or that the workbook names."""
        for unit in queries.units(place):
            self.know(unit)
        for line in lines:
            if line.plan is UNITS and line.cells["code"]:
                code = line.cells["code"]
                self.said |= {one: code for one in (line.cells["name"], code) if one and one not in self.said}
                kind = self.lists["unit_type"].known
                said = line.cells["type"]
                self.kinds.setdefault(code, next((c for c, label in kind.items() if said in (c, label)), ""))
            elif line.plan is PEOPLE:
                self.people.add(line.cells["account"])

    def know(self, unit: UnitFacts) -> None:
        """A unit stands."""
        self.facts[unit.code] = unit
        self.units |= {unit.name: unit.code, unit.code: unit.code}
        self.said |= {unit.name: unit.code, unit.code: unit.code}
        self.kinds[unit.code] = unit.type

    def wrong(self, line: Line, key: str, reason: str, *, spoils: bool = True) -> None:
        """Note what is wrong with a cell; the first of it is told. What `spoils` a line keeps it from being carried."""
        if spoils:
            self.spoilt.add((line.plan.name, line.number))
        cell = line.cell(key)
        if (line.plan.name, cell) not in self.noted:
            self.noted.add((line.plan.name, cell))
            column = line.at.get(key, 0)
            self.report.wrong.append(Wrong(line.plan.name, cell, reason, (PLANS.index(line.plan), line.number, column)))

    def is_spoilt(self, line: Line) -> bool:
        """Whether anything is wrong with the line."""
        return (line.plan.name, line.number) in self.spoilt

    def form(self, line: Line, form: type[Form], **said: object) -> Form:
        """The form filled in. Raises Skipped where anything is wrong with the line, all of which is noted then."""
        try:
            filled = form.model_validate(said)
        except ValidationError as error:
            for one in complaints(error, form):
                self.wrong(line, BLAMED.get(one.field, one.field), one.text)
            raise Skipped from None
        if self.is_spoilt(line):
            raise Skipped
        return filled

    def unit(self, line: Line, key: str, said: str = "") -> str:
        """The unit that a cell names, by code or by name; one that the workbook has, but wrong, spoils the line."""
        said = said or line.cells[key]
        if not said:
            self.wrong(line, key, "请填写")
        elif said in self.units:
            return self.units[said]
        elif said in self.said:
            self.spoilt.add((line.plan.name, line.number))
            return self.said[said]
        else:
            near = _nearest(said, self.said)
            self.wrong(line, key, f"没有单位“{said}”{near}；单位先写在“{UNITS.name}”一表")
        return said

    def several(self, line: Line, key: str) -> tuple[str, ...]:
        """The units that a cell names, parted by 、 or a comma."""
        said = line.cells[key]
        for sign in "，,；;":
            said = said.replace(sign, "、")
        return tuple(self.unit(line, key, one.strip()) for one in said.split("、") if one.strip())

    def account(self, line: Line) -> str:
        """The account that a line names."""
        said = line.cells["account"]
        if said and said not in self.people:
            near = _nearest(said, self.people)
            self.wrong(line, "account", f"没有账号“{said}”{near}；账号先写在“{PEOPLE.name}”一表")
        return said

    def day(self, line: Line, key: str = "from_on") -> date:
        """The day that a cell names, in any usual writing; today where it says nothing."""
        said = line.cells[key]
        if not said:
            return self.today
        try:
            return moment(said).date()
        except ValueError:
            self.wrong(line, key, f"日期“{said}”看不懂，请写作 2026-01-31、2026/1/31 或 2026年1月31日")
            return self.today

    def yes(self, line: Line, key: str, *, otherwise: bool) -> bool:
        """是 or 否."""
        said = line.cells[key]
        if said not in ("", YES, NO):
            self.wrong(line, key, f"“{said}”看不懂，请填“{YES}”或“{NO}”")
        return said == YES if said else otherwise

    def coded(self, line: Line, key: str, *, must: bool = True) -> str:
        """The code of what a cell names, by code or label; nothing where it `must` not say anything."""
        said = line.cells[key]
        column = next(column for column in line.plan.columns if column.key == key)
        if not said and not must:
            return ""
        found, one = self.code(column.of, said), self.lists.get(column.of)
        if found is not None:
            return found
        if not said:
            self.wrong(line, key, "请填写")
        elif one is None:
            self.wrong(line, key, f"适用的规则没有列{column.heading}，这一格请留空")
        else:
            self.wrong(line, key, f"没有{one.what}“{said}”{_choice(said, one.known)}")
        return said

    def code(self, of: str, said: str) -> str | None:
        """The code of what is said by code or label."""
        known = self.lists[of].known if of in self.lists else {}
        return said if said in known else next((code for code, label in known.items() if label == said), None)

    def plain(self, line: Line, key: str) -> str:
        """What a cell means, whether it says so by code or by name; as it stands where that is not known."""
        said = line.cells[key]
        of = next(column.of for column in line.plan.columns if column.key == key)
        if of == UNIT:
            return self.said.get(said, said)
        return said if of in ("", ACCOUNT) else self.code(of, said) or said

    def term(self, line: Line) -> tuple[date | None, date | None]:
        """From when until when a line says that it holds; nothing where it does not say."""
        cells = line.cells
        begun = self.day(line) if cells.get("from_on") else None
        until = self.day(line, "until_on") if cells.get("until_on") else None
        if begun and until and until <= begun and not self.is_spoilt(line):
            self.wrong(line, "until_on", f"应晚于{begun}")
        return begun, until


BLAMED = {
    "type_code": "type", "units": "unit", "rule": "limit_name", "holidays": "first", "workdays": "first",
    "successor": "until_on", "left_open": "until_on",
}  # fmt: skip
"""Field of a form, or of a refusal → the column that fills it."""


def _choice(said: str, known: Mapping[str, str]) -> str:
    """What may be written instead: all of a short list, the nearest of a long one."""
    labels = list(dict.fromkeys(known.values()))
    if len(labels) <= MOST_NAMED:
        return f"，可写：{'、'.join(labels)}"
    return f"{_nearest(said, [*labels, *known])}；全部见“{CODES}”一表"


def _nearest(said: str, known: Iterable[str]) -> str:
    """What of the known is most like what was said."""
    like = get_close_matches(said, sorted(set(known) - {""}), NEAREST, 0.5)
    return f"，最接近的是{'、'.join(f'“{one}”' for one in like)}" if like else ""


def repeated(lines: Sequence[Line], said: Mapping[int, tuple[object, ...]]) -> dict[int, int]:
    """Line → another one that says the same key: both of a pair are told; `said` is by number what a line names."""
    first: dict[tuple[object, ...], int] = {}
    found: dict[int, int] = {}
    for line in lines:
        key = said.get(line.number)
        if key is None:
            continue
        if key in first:
            found[line.number] = first[key]
            found.setdefault(first[key], line.number)
        else:
            first[key] = line.number
    return found


def plan_of(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """The lines of a sheet."""
    return [line for line in lines if line.plan is plan]
