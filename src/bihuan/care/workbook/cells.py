"""What the cells of a line say. Whatever is wrong is noted under its cell, and the others are read all the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
LineId = tuple[str, int]
ALMOST = 0.8
"""How like what was meant a code is that somebody mistyped."""
MOST_NAMED, NEAREST, MOST_CELLS = 12, 3, 5
"""So many words of a list are told whole; of a longer one so many of the nearest; so many cells with the same."""


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

    @property
    def changes(self) -> bool:
        """Whether anything in it is new."""
        return bool(self.added.total() or self.waiting.total())


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
        self.spoilt: set[LineId] = set()
        """Lines of which something is wrong, or that rest on one."""
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
        self.keyless: set[LineId] = set()
        """Lines whose code or account was told to be wrong."""
        self.meant: dict[str, str] = {}
        """What is called like no unit → the code of the one whose name or code is most like it."""
        self.where: dict[tuple[str, str], LineId] = {}
        """UNIT or ACCOUNT with its code → the line in which it stands."""
        self.because: dict[LineId, LineId] = {}
        """A line that was not looked at → the one on which it rests, where something is wrong."""
        self.unknown: dict[tuple[str, str], Wrong] = {}
        """What is not known, of which list → where that was told first; the others are counted there."""
        self.again: dict[Wrong, list[str]] = {}
        """What was told → in which other cells the same stands."""
        for unit in queries.units(place):
            self.know(unit)
        for line in lines:
            if line.plan is UNITS and line.cells["code"]:
                code = line.cells["code"]
                self.where.setdefault((UNIT, code), line_id(line))
                self.said |= {one: code for one in (line.cells["name"], code) if one and one not in self.said}
                kind = self.lists["unit_type"].known
                said = line.cells["type"]
                self.kinds.setdefault(code, next((c for c, label in kind.items() if said in (c, label)), ""))
            elif line.plan is PEOPLE:
                self.where.setdefault((ACCOUNT, line.cells["account"]), line_id(line))
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
            self.spoilt.add(line_id(line))
        if key == line.plan.columns[0].key:
            self.keyless.add(line_id(line))
        cell = line.cell(key)
        if (line.plan.name, cell) not in self.noted:
            self.noted.add((line.plan.name, cell))
            column = line.at.get(key, 0)
            self.report.wrong.append(Wrong(line.plan.name, cell, reason, (PLANS.index(line.plan), line.number, column)))

    def strange(self, line: Line, key: str, of: str, said: str, reason: str) -> None:
        """Note that a cell names what there is not; where others name it too, that is told with the first of them."""
        self.spoilt.add(line_id(line))
        first = self.unknown.get((of, said))
        if first is None:
            before = len(self.report.wrong)
            self.wrong(line, key, reason)
            if len(self.report.wrong) > before:
                self.unknown[(of, said)] = self.report.wrong[-1]
        elif (line.plan.name, cell := line.cell(key)) not in self.noted:
            self.noted.add((line.plan.name, cell))
            self.again.setdefault(first, []).append(f"{line.plan.name} {cell}")

    def rest(self, line: Line, on: LineId | None) -> None:
        """A line rests on another one with which something is wrong: it is not looked at, and that is told there."""
        self.spoilt.add(line_id(line))
        if on is not None and on != line_id(line):
            self.because.setdefault(line_id(line), on)

    def with_consequences(self) -> list[Wrong]:
        """What is wrong, in the order of the workbook; what only follows from it is counted with its cause."""
        told = sorted(self.report.wrong, key=lambda one: one.place)
        first = {(one.sheet, one.place[1]): one for one in reversed(told)}
        waiting = Counter(cause for one in self.because if (cause := self._cause(one)) in first and one not in first)
        shown = []
        for one in told:
            more = self.again.get(one, [])
            reason = one.reason
            if more:
                named = "、".join(more[:MOST_CELLS]) + ("等" if len(more) > MOST_CELLS else "")
                reason += f"；另有{len(more)}处也这样写：{named}"
            at = (one.sheet, one.place[1])
            if first.get(at) is one and waiting[at]:
                reason += f"；另有{waiting[at]}行因此还没有核对"
            shown.append(replace(one, reason=reason))
        return shown

    def _cause(self, line: LineId) -> LineId:
        """The line with which it began."""
        seen = {line}
        while (on := self.because.get(line)) is not None and on not in seen:
            line = on
            seen.add(on)
        return line

    def is_spoilt(self, line: Line) -> bool:
        """Whether anything is wrong with the line."""
        return line_id(line) in self.spoilt

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
            self.rest(line, self.where.get((UNIT, self.said[said])))
            return self.said[said]
        else:
            if like := _like(said, self.said):
                self.meant.setdefault(said, self.said[like[0]])
            if (at := self._misspelt(UNIT, said)) is not None:
                self.rest(line, at)
                return said
            told = f"没有单位“{said}”{_nearest(said, self.said)}；单位先写在“{UNITS.name}”一表"
            self.strange(line, key, UNIT, said, told)
        return said

    def _misspelt(self, of: str, said: str) -> LineId | None:
        """The line that is meant: its code or account is nearly the same, and was told to be none."""
        codes = [code for (what, code), at in self.where.items() if what == of and at in self.keyless]
        like = get_close_matches(said, codes, 1, ALMOST)
        return self.where[(of, like[0])] if like else None

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
            if (at := self._misspelt(ACCOUNT, said)) is not None:
                self.rest(line, at)
                return said
            told = f"没有账号“{said}”{_nearest(said, self.people)}；账号先写在“{PEOPLE.name}”一表"
            self.strange(line, "account", ACCOUNT, said, told)
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
            self.strange(line, key, column.of, said, f"没有{one.what}“{said}”{_choice(said, one.known)}")
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


def _like(said: str, known: Iterable[str]) -> list[str]:
    return get_close_matches(said, sorted(set(known) - {""}), NEAREST, 0.5)


def _nearest(said: str, known: Iterable[str]) -> str:
    """What of the known is most like what was said."""
    like = _like(said, known)
    return f"，最接近的是{'、'.join(f'“{one}”' for one in like)}" if like else ""


def line_id(line: Line) -> LineId:
    """By which a line is known: its sheet and number."""
    return line.plan.name, line.number


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
