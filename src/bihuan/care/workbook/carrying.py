"""Carrying a workbook in: all of its lines or none, each by the command of the page that it stands for.

The workbook adds. A line that says what stands is there already; one that says something else is told with what
stands, and one with a later day, where the list knows days, is what holds from that day on.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from pydantic import ValidationError

from bihuan.care.workbook.plans import (
    CALENDAR,
    CHANNELS,
    CONTACTS,
    ENTRIES,
    LIAISONS,
    LIMITS,
    NO,
    PEOPLE,
    PLACES,
    PLANS,
    PORTFOLIOS,
    POSTS,
    TOPICS,
    UNITS,
    YES,
    Plan,
)
from bihuan.care.workbook.reading import Line, Wrong
from bihuan.care.workbook.standing import Stands, city, standing
from bihuan.cases.types import AppealType
from bihuan.determination import commands as determination
from bihuan.determination.types.forms import NameContact
from bihuan.duties import commands as duties
from bihuan.duties import queries as adjusted
from bihuan.duties.forms import WORKED, Adjust, EndAdjustment, Notice
from bihuan.duties.types import WordingRow
from bihuan.joint import commands as joint
from bihuan.joint.types.forms import CoverUnit, EndTopic, NameLiaison, NewTopic
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands as places
from bihuan.localities import queries as localities
from bihuan.localities.types import Line as Place
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import AmendEntry, EndEntry, Fill, Give, NewEntry, NewPerson, NewUnit
from bihuan.organisations.types import HashedPassword, PersonRow, Standing
from bihuan.policy.calendar import WORKDAY
from bihuan.policy.limits import Limit, LimitName
from bihuan.policy.pack import key_of
from bihuan.record import scope
from bihuan.vetting.limits import ADJUSTABLE

Form = TypeVar("Form", bound=Fields)
_EMPTY = HashedPassword("!")
"""No password at all: what a dry run gives, which keeps nothing."""
_TERM = "工作簿写明的期限"
"""Why something ends on the day that its line tells."""
_MOST_DAYS = 31


@dataclass(slots=True)
class Report:
    """What became of a workbook: by sheet what was added, was there already, or waits for a second person."""

    added: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    """(account, name, one-time password), told once."""


class _Bad(Exception):
    """What stands in a cell cannot be; says why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class _Back(Exception):
    """Nothing of it is kept."""


def carry_in(
    lines: Sequence[Line],
    wrong: Sequence[Wrong] = (),
    *,
    standing: Standing,
    dry: bool,
    keep: Callable[[Sequence[tuple[str, str, str]]], None] = lambda passwords: None,
    step: Callable[[int], object] = lambda lines: None,
) -> Report:
    """Carry the lines in, all of them or none; what is wrong is told all at once. A dry run keeps nothing.

    `keep` has the one-time passwords before anything is kept; where it fails, nothing is. `step` is told of so many
    more lines that were looked at.
    """
    carrying = _Carrying(standing, dry, step)
    carrying.report.wrong += wrong
    try:
        with scope.one_transaction(), transaction.atomic(), scope.acting_as(standing.actor):
            carrying.all(lines)
            if dry or carrying.report.wrong:
                raise _Back
            if carrying.report.passwords:
                keep(carrying.report.passwords)
    except _Back:
        carrying.report.passwords.clear()
    return carrying.report


ADDED, SAME, WAITING = "added", "same", "waiting"


class _Carrying:
    """One workbook on its way in."""

    def __init__(self, standing: Standing, dry: bool, step: Callable[[int], object]) -> None:
        self.actor: Actor = standing.actor
        self.place, self.now, self.dry, self.step = standing.jurisdiction.code, standing.now, dry, step
        self.rulebook, self.today = queries.pack_of(self.place, now=self.now), queries.today(self.now)
        self.report = Report()
        self.broken: set[tuple[str, str]] = set()
        """(sheet, code) of what could not be entered: what rests on it is not told a second time."""
        self.units: dict[str, str] = {}
        """Code and name of a unit → its code."""
        self.people = {row.account: row for row in queries.people(self.place, now=self.now)}
        self.known: dict[tuple[object, ...], list[Stands]] = {}
        """Sheet and what a line of it names → what stands or stood of that, the newest first."""

    def all(self, lines: Sequence[Line]) -> None:
        """Every sheet in the order in which one rests on the other."""
        by_sheet = {plan: [line for line in lines if line.plan is plan] for plan in PLANS}
        self._know_units()
        for line in _parents_first(by_sheet[UNITS]):
            self._one(line, self._unit)
            self._know_units()
            for word in (line.cells["code"], line.cells["name"]):
                if word not in self.units:
                    self.broken.add((UNITS.name, word))
        for line in by_sheet[PEOPLE]:
            self._one(line, self._person)
            if line.cells["account"] not in self.people:
                self.broken.add((PEOPLE.name, line.cells["account"]))
        self._sheet(POSTS, by_sheet[POSTS], self._post)
        for line in by_sheet[UNITS]:
            self._one(line, self._activate, counted=False)
        for plan, do in (
            (CHANNELS, self._channel),
            (ENTRIES, self._entry),
            (PORTFOLIOS, self._portfolio),
            (LIAISONS, self._liaison),
            (TOPICS, self._topic),
            (CONTACTS, self._contact),
            (LIMITS, self._limit),
        ):
            self._sheet(plan, by_sheet[plan], do)
        self._places(by_sheet[PLACES])
        self._calendar(by_sheet[CALENDAR])

    def _know_units(self) -> None:
        found = queries.units(self.place)
        self.units = {unit.name: unit.code for unit in found} | {unit.code: unit.code for unit in found}

    def _sheet(self, plan: Plan, lines: Sequence[Line], do: Callable[[Line], str]) -> None:
        """A sheet whose lines hold from a day on."""
        if not lines:
            return
        for one in standing(plan, city(self.place, self.rulebook, self.now)):
            self.known.setdefault((plan.name, *one.key(plan)), []).append(one)
        for line in lines:
            self._one(line, do)

    def _one(self, line: Line, do: Callable[[Line], str], *, counted: bool = True) -> None:
        """Carry a line in; what is wrong with it is noted under its cells, and the next one goes on."""
        if counted:
            self.step(1)
        try:
            with transaction.atomic():
                outcome = do(line)
        except _Skipped:
            return
        except _Bad as bad:
            self._wrong(line, bad.key, str(bad))
        except Refused as refused:
            for one in refused.all:
                self._wrong(line, _BLAMED.get(one.field or "", one.field or ""), one.reason)
        except Unknown as unknown:
            self._wrong(line, "", f"没有“{unknown}”")
        else:
            if counted:
                {ADDED: self.report.added, SAME: self.report.same, WAITING: self.report.waiting}[outcome][
                    line.plan.name
                ] += 1

    def _wrong(self, line: Line, key: str, reason: str) -> None:
        self.report.wrong.append(Wrong(line.plan.name, line.cell(key), reason))

    def _form(self, line: Line, form: type[Form], **said: object) -> Form:
        """The form filled in; everything that is wrong with it is noted."""
        try:
            return form.model_validate(said)
        except ValidationError as error:
            for one in complaints(error, form):
                self._wrong(line, _BLAMED.get(one.field, one.field), one.text)
            raise _Skipped from None

    def _dated(self, line: Line, said: Mapping[str, object], add: Callable[[], str]) -> str:
        """Add what a line with days says, unless it stands already. Raises _Bad where something else stands."""
        from_on, until_on = self._day(line), self._day(line, "until_on") if line.cells.get("until_on") else None
        key = (line.plan.name, *(said[name] for name in line.plan.keys))
        known = self.known.setdefault(key, [])
        if self._stands(line, said, known):
            return SAME
        if until_on is not None and until_on <= from_on:
            raise _Bad("until_on", f"应晚于{from_on}")
        outcome = add()
        known.insert(0, Stands({name: (value, str(value)) for name, value in said.items()}, from_on, until_on))
        return outcome

    def _stands(self, line: Line, said: Mapping[str, object], known: Sequence[Stands]) -> bool:
        """Whether what a line says stands already; False where it is new. Raises _Bad where something else stands."""
        if not known:
            return False
        on, last = self._day(line) if line.cells["from_on"] else None, max(known, key=lambda one: one.from_on)
        living = [one for one in known if one.lives(self.today)]
        if not living:
            if on is None and not _different(said, last):
                raise _Bad("from_on", f"已自{last.until_on}起不再适用；确要再录的，请写明自哪一天起")
            if on is not None and last.until_on is not None and on < last.until_on:
                raise _Bad("from_on", f"已自{last.until_on}起不再适用，不能早于这一天")
            return False
        one = next((row for row in living if row.begins(on) or (on is None and not _different(said, row))), last)
        different = _different(said, one)
        if not different and (on is None or one.begins(on)):
            self._same_end(line, one, known)
            return True
        if on is not None and (on >= last.until_on if last.until_on else line.plan.follows and on > last.from_on):
            return False
        changed = f"（自{one.from_on}起）；{line.plan.changed}"
        if different:
            raise _Bad(different[0], f"现为“{one.cells[different[0]][1]}”{changed}")
        raise _Bad("from_on", f"现有的自{one.from_on}起；{line.plan.changed}")

    def _same_end(self, line: Line, one: Stands, known: Sequence[Stands]) -> None:
        """What a line says of the end is what stands; what another row follows ends on its day, said or not."""
        if "until_on" not in line.cells:
            return
        said = self._day(line, "until_on") if line.cells["until_on"] else None
        followed = said is None and any(row.from_on == one.until_on for row in known)
        if said != one.until_on and not followed:
            stands = f"现定于{one.until_on}" if one.until_on else "现在没有定下这一天"
            raise _Bad("until_on", f"{stands}；{line.plan.changed}")

    def _unit_of(self, line: Line, key: str, said: str = "") -> str:
        """The unit that a cell names, by code or by name."""
        said = said or line.cells[key]
        if (UNITS.name, said) in self.broken:
            raise _Skipped
        if not said:
            raise _Bad(key, "请填写")
        if said not in self.units:
            raise _Bad(key, f"没有单位“{said}”")
        return self.units[said]

    def _several(self, line: Line, key: str) -> tuple[str, ...]:
        return tuple(
            self._unit_of(line, key, said) for said in line.cells[key].replace("，", "、").split("、") if said.strip()
        )

    def _account(self, line: Line) -> str:
        if (PEOPLE.name, line.cells["account"]) in self.broken:
            raise _Skipped
        return line.cells["account"]

    def _day(self, line: Line, key: str = "from_on") -> date:
        said = line.cells[key]
        if not said:
            return self.today
        try:
            return date.fromisoformat(said[:10].replace("/", "-"))
        except ValueError:
            raise _Bad(key, f"日期“{said}”看不懂，请写作 2026-01-31") from None

    def _yes(self, line: Line, key: str, *, otherwise: bool) -> bool:
        said = line.cells[key]
        if said not in ("", YES, NO):
            raise _Bad(key, f"请填“{YES}”或“{NO}”")
        return said == YES if said else otherwise

    def _coded(self, line: Line, key: str, known: Mapping[str, str], what: str, *, must: bool = True) -> str:
        """The code of what a cell names, by code or label; nothing where it `must` not say anything."""
        said = line.cells[key]
        if said in known or not (said or must):
            return said
        found = next((code for code, label in known.items() if label == said), None)
        if found is None:
            raise _Bad(key, f"没有{what}“{said}”" if said else "请填写")
        return found

    def _unit(self, line: Line) -> str:
        parent = self._unit_of(line, "parent") if line.cells["parent"] else ""
        kinds = {kind.code: kind.label for kind in self.rulebook.unit_types.values()}
        fields = self._form(
            line,
            NewUnit,
            code=line.cells["code"],
            name=line.cells["name"],
            type=self._coded(line, "type", kinds, "单位类型"),
            parent=parent,
            superior_body=line.cells["superior_body"],
        )
        active = self._yes(line, "active", otherwise=True)
        there = next((unit for unit in queries.units(self.place) if unit.code == fields.code), None)
        if there is None:
            said = fields.model_dump(exclude={"type"})
            commands.found_unit(jurisdiction=self.place, **said, type_code=fields.type, actor=self.actor, now=self.now)
            return ADDED
        if there.ended_on is not None:
            raise _Bad("code", f"这个单位已于{there.ended_on}撤销，代码不能再用")
        for key, before, after, told in (
            ("name", there.name, fields.name, there.name),
            ("type", there.type, fields.type, kinds.get(there.type, there.type)),
            ("parent", there.parent or "", fields.parent, there.parent or ""),
            ("superior_body", there.superior_body, fields.superior_body, there.superior_body),
            ("active", there.active and not active, False, YES),
        ):
            if before != after:
                raise _Bad(key, f"这个单位已有，现为“{told}”；{UNITS.changed}")
        return SAME

    def _activate(self, line: Line) -> str:
        code = line.cells["code"]
        if (UNITS.name, code) in self.broken or code not in self.units or line.cells["active"] not in ("", YES):
            raise _Skipped
        if queries.unit(code, self.place, now=self.now).active:
            return SAME
        try:
            commands.activate_unit(jurisdiction=self.place, code=code, actor=self.actor, now=self.now)
        except Refused as refused:
            if queries.proposals(self.place, unit=code):
                return WAITING  # its people wait for a second person: it is activated on its page afterwards
            if self._told_of_posts():
                raise _Skipped from None
            raise _Bad("active", refused.refusal.reason) from None
        return ADDED

    def _person(self, line: Line) -> str:
        fields = self._form(line, NewPerson, account=line.cells["account"], name=line.cells["name"])
        there = self.people.get(fields.account)
        if there is not None:
            if there.name != fields.name:
                raise _Bad("name", f"账号{fields.account}已有，姓名是“{there.name}”；{PEOPLE.changed}")
            if not there.active:
                raise _Bad("account", f"账号{fields.account}已停用，不能再用")
            return SAME
        once = commands.enter_person(
            jurisdiction=self.place,
            account=fields.account,
            name=fields.name,
            password=_EMPTY if self.dry else "",
            actor=self.actor,
            now=self.now,
        )
        self.report.passwords.append((fields.account, fields.name, once))
        self.people[fields.account] = PersonRow(fields.account, fields.name, True, True, ())
        return ADDED

    def _post(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        labels = {post.code: post.label for post in self.rulebook.posts.values()}
        fields = self._form(
            line,
            Fill,
            account=account,
            post=self._coded(line, "post", labels, "职务"),
            from_on=self._day(line),
            acting=self._yes(line, "acting", otherwise=False),
        )
        waits = queries.proposals(self.place, unit=unit)
        if any((row.account, row.post) == (account, fields.post) for row in waits):
            return SAME
        said = {"unit": unit, "account": account, "post": fields.post, "acting": fields.acting}
        return self._dated(line, said, lambda: self._appoint(line, unit, fields))

    def _appoint(self, line: Line, unit: str, fields: Fill) -> str:
        done = commands.appoint(unit=unit, **fields.model_dump(), actor=self.actor, now=self.now)
        if line.cells["until_on"]:
            if not done:
                raise _Bad("until_on", "这项任职须由第二人确认，确认以后在单位页写明免职日期")
            commands.dismiss(
                account=fields.account,
                unit=unit,
                post=fields.post,
                until_on=self._day(line, "until_on"),
                actor=self.actor,
                now=self.now,
            )
        return ADDED if done else WAITING

    def _channel(self, line: Line) -> str:
        labels = {channel.code: channel.label for channel in self.rulebook.channels.values()}
        channel, unit = self._coded(line, "channel", labels, "渠道"), self._unit_of(line, "unit")
        fields = self._form(line, Give, channel=channel, unit=unit, from_on=self._day(line))
        return self._dated(line, {"channel": channel, "unit": unit}, lambda: self._give(fields))

    def _give(self, fields: Give) -> str:
        if not queries.unit(fields.unit, self.place, now=self.now).active and self._told_of_posts():
            raise _Skipped
        try:
            commands.give_channel(jurisdiction=self.place, **fields.model_dump(), actor=self.actor, now=self.now)
        except Refused:
            if queries.proposals(self.place, unit=fields.unit):
                return WAITING  # its people wait for a second person: it is given on its page afterwards
            raise
        return ADDED

    def _told_of_posts(self) -> bool:
        """Whether it was told already why a unit may not be at work."""
        return any(wrong.sheet in (POSTS.name, UNITS.name) for wrong in self.report.wrong)

    def _entry(self, line: Line) -> str:
        said = {
            "code": line.cells["code"], "matter": line.cells["matter"], "lead": self._unit_of(line, "lead"),
            "co_units": self._several(line, "co_units"), "basis": line.cells["basis"],
        }  # fmt: skip
        fields = self._form(line, NewEntry, **said, from_on=self._day(line))
        return self._dated(line, said, lambda: self._enter(line, fields))

    def _enter(self, line: Line, fields: NewEntry) -> str:
        """A new entry, or another wording of one from its day on."""
        who: Any = {"actor": self.actor, "now": self.now}
        if any(one.until_on is None for one in self.known.get((ENTRIES.name, fields.code), ())):
            amended = AmendEntry(**fields.model_dump(exclude={"code"}))
            commands.amend_responsibility(code=fields.code, fields=amended, **who)
        else:
            commands.enter_responsibility(jurisdiction=self.place, **fields.model_dump(), **who)
        if line.cells["until_on"]:
            ends = EndEntry(until_on=self._day(line, "until_on"), reason=_TERM)
            commands.end_responsibility(code=fields.code, fields=ends, **who)
        return ADDED

    def _portfolio(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        fields = self._form(line, CoverUnit, unit=unit, account=account, from_on=self._day(line))
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._cover(fields))

    def _cover(self, fields: CoverUnit) -> str:
        joint.cover(fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _liaison(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        fields = self._form(line, NameLiaison, account=account, from_on=self._day(line))
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._name_liaison(unit, fields))

    def _name_liaison(self, unit: str, fields: NameLiaison) -> str:
        joint.name_liaison(unit=unit, fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _contact(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        fields = self._form(line, NameContact, account=account, from_on=self._day(line))
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._name_contact(unit, fields))

    def _name_contact(self, unit: str, fields: NameContact) -> str:
        determination.name_contact(unit=unit, fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _topic(self, line: Line) -> str:
        said = {
            "code": line.cells["code"], "matter": line.cells["matter"],
            "responders": self._several(line, "responders"), "basis": line.cells["basis"],
        }  # fmt: skip
        fields = self._form(line, NewTopic, **said, from_on=self._day(line))
        return self._dated(line, said, lambda: self._enter_topic(line, fields))

    def _enter_topic(self, line: Line, fields: NewTopic) -> str:
        joint.enter_topic(fields=fields, actor=self.actor, now=self.now)
        if line.cells["until_on"]:
            ends = EndTopic(code=fields.code, until_on=self._day(line, "until_on"), reason=_TERM)
            joint.end_topic(fields=ends, actor=self.actor, now=self.now)
        return ADDED

    def _limit(self, line: Line) -> str:
        labels = {name: LimitName(name).label for name in self.rulebook.limits}
        urgencies = {one.code: one.label for one in self.rulebook.urgencies.values()}
        appeals = {str(one): one.label for one in AppealType}
        channels = {channel.code: channel.label for channel in self.rulebook.channels.values()}
        classes = {one.code: one.label for one in self.rulebook.categories.values()}
        kinds = {one.code: one.label for one in self.rulebook.unit_types.values()}
        name = self._coded(line, "limit_name", labels, "时限")
        key = {
            "urgency": self._coded(line, "urgency", urgencies, "紧急程度", must=False),
            "channel": self._coded(line, "channel", channels, "渠道", must=False),
            "appeal_type": self._coded(line, "appeal_type", appeals, "诉求类型", must=False),
            "category": self._coded(line, "category", classes, "主题分类", must=False),
            "unit_type": self._coded(line, "unit_type", kinds, "单位类型", must=False),
        }
        fields = self._form(
            line,
            Adjust,
            rule=key_of(name, key),
            limit=line.cells["limit"],
            from_on=self._day(line),
            reason=line.cells["reason"],
            basis=line.cells["basis"],
        )
        said = {
            "limit_name": name,
            **key,
            "limit": Limit.parse(fields.limit),
            "reason": fields.reason,
            "basis": fields.basis,
        }
        return self._dated(line, said, lambda: self._adjust(line, fields))

    def _adjust(self, line: Line, fields: Adjust) -> str:
        duties.adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=self.actor, now=self.now)
        if line.cells["until_on"]:
            begun = next(o for o in adjusted.overrides(self.place) if o.until_on is None and o.scope == fields.rule)
            ends = EndAdjustment(until_on=self._day(line, "until_on"), reason=_TERM)
            duties.end_adjustment(id=begun.id, fields=ends, actor=self.actor, now=self.now)
        return ADDED

    def _places(self, lines: Sequence[Line]) -> None:
        """All places at once: a place lies in another one of the same list."""
        self.step(len(lines))
        known = {row.code: row for row in localities.ever(self.place)}
        fresh: list[Line] = []
        for line in lines:
            there, name = known.get(line.cells["code"]), line.cells["name"]
            if there is None:
                fresh.append(line)
            elif there.ended_on is not None:
                self._wrong(line, "code", f"“{there.name}”已于{there.ended_on}停用；恢复请在地点页录入")
            elif there.name != name:
                self._wrong(line, "name", f"现为“{there.name}”；{PLACES.changed}")
            else:
                self.report.same[PLACES.name] += 1
        if not fresh:
            return
        said = [Place(line.number, line.cells["code"], line.cells["name"]) for line in fresh]

        def load(_: Line) -> str:
            places.load(lines=said, actor=self.actor, now=self.now)
            return ADDED

        self._one(fresh[0], load, counted=False)
        self.report.added[PLACES.name] += len(fresh)

    def _calendar(self, lines: Sequence[Line]) -> None:
        """Year by year: the lines of a year are one notice."""
        years: dict[str, list[Line]] = {}
        for line in lines:
            years.setdefault(line.cells["year"], []).append(line)
        for of_year in years.values():
            self._year(of_year)

    def _year(self, lines: Sequence[Line]) -> None:
        self.step(len(lines))
        before, days = len(self.report.wrong), self._days(lines)
        if len(self.report.wrong) == before:
            self._one(lines[0], lambda _: self._notice(lines, days), counted=False)

    def _days(self, lines: Sequence[Line]) -> dict[date, tuple[str, Line]]:
        """Every day that the lines of a year name, and in which line; what is wrong with a line is noted."""
        found: dict[date, tuple[str, Line]] = {}
        for line in lines:
            try:
                for on in self._span(line):
                    if on in found:
                        raise _Bad("first", f"{on}写了两次")
                    found[on] = (line.cells["name"], line)
            except _Bad as bad:
                self._wrong(line, bad.key, str(bad))
        return found

    def _span(self, line: Line) -> list[date]:
        """The days of a line."""
        year, name = line.cells["year"], line.cells["name"]
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise _Bad("year", "请填四位年份")
        for key in ("first", "name", "notice"):
            if not line.cells[key]:
                raise _Bad(key, "请填写")
        if any(sign.isdigit() for sign in name):
            raise _Bad("name", "名称里不能有数字")
        first = self._day(line, "first")
        last = self._day(line, "last") if line.cells["last"] else first
        if not first <= last < first + timedelta(days=_MOST_DAYS):
            raise _Bad("last", "最后一天应在第一天以后一个月之内")
        if first.year != int(year) or last.year != int(year):
            raise _Bad("first", f"不在{year}年")
        return [first + timedelta(days=day) for day in range((last - first).days + 1)]

    def _notice(self, lines: Sequence[Line], days: Mapping[date, tuple[str, Line]]) -> str:
        """Enter the notice of a year that has none. Raises _Bad where another stands."""
        year, first = int(lines[0].cells["year"]), lines[0]
        if wordings := adjusted.wordings(year):
            self._same_days(wordings[0], first, days)
            self.report.same[CALENDAR.name] += len(lines)
            return SAME
        worked = [str(on) for on, (name, _) in days.items() if name in WORKED]
        off = [f"{on} {name}" for on, (name, _) in days.items() if name not in WORKED]
        fields = self._form(
            first,
            Notice,
            year=year,
            notice=first.cells["notice"],
            holidays="\n".join(off),
            workdays="\n".join(worked),
            reason=next((line.cells["reason"] for line in lines if line.cells["reason"]), ""),
        )
        duties.enter_notice(fields=fields, actor=self.actor, now=self.now)
        self.report.added[CALENDAR.name] += len(lines)
        return ADDED

    def _same_days(self, stands: WordingRow, first: Line, days: Mapping[date, tuple[str, Line]]) -> None:
        said = {on: WORKDAY if name in WORKED else name for on, (name, _) in days.items()}
        if stands.notice and stands.notice != first.cells["notice"]:
            raise _Bad("notice", f"{stands.year}年已录入，依据是“{stands.notice}”；{CALENDAR.changed}")
        different = sorted(on for on in said.keys() | stands.days.keys() if said.get(on) != stands.days.get(on))
        if different:
            on = different[0]
            line, now = days[on][1] if on in days else first, stands.days.get(on, "没有特别安排")
            self._wrong(line, "name" if on in days else "first", f"{on}现为“{now}”；{CALENDAR.changed}")
            raise _Skipped


class _Skipped(Exception):
    """What is wrong was told already, or stands in another line."""


_BLAMED = {
    "type_code": "type", "units": "unit", "rule": "limit_name", "holidays": "first", "workdays": "first",
    "successor": "until_on", "left_open": "until_on",
}  # fmt: skip
"""Field of a form, or of a refusal → the column that fills it."""


def _different(said: Mapping[str, object], one: Stands) -> list[str]:
    """Which fields differ from a row that stands."""
    return [name for name, value in said.items() if one.cells[name][0] != value]


def _parents_first(lines: Sequence[Line]) -> Iterator[Line]:
    """Units in an order in which each comes after the one that it belongs to; what stands in a circle comes last."""
    waiting = list(lines)
    said = {word for line in lines for word in (line.cells["code"], line.cells["name"]) if word}
    while waiting:
        ready = [line for line in waiting if not line.cells["parent"] or line.cells["parent"] not in said]
        if not ready:
            yield from waiting
            return
        yield from ready
        said -= {word for line in ready for word in (line.cells["code"], line.cells["name"])}
        waiting = [line for line in waiting if line not in ready]
