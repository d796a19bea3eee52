"""Carrying a workbook in: all of its lines or none, each by the command of the page that it stands for.

The workbook adds. A line that says what stands is there already; one that says something else is told with what
stands, and one with a later day, where the list knows days, is what holds from that day on. What is wrong is told all
at once: every cell of a line, and every line, also where another one on which it rests is wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bihuan.care import here
from bihuan.care.workbook.cells import BLAMED, Bad, Cells, LineId, OneTime, Report, Skipped, line_id, plan_of, repeated
from bihuan.care.workbook.plans import (
    ACCOUNT,
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
    UNIT,
    UNITS,
    YES,
    Plan,
)
from bihuan.care.workbook.reading import Book, Line
from bihuan.care.workbook.standing import DATED, Stands, city, standing
from bihuan.determination import commands as determination
from bihuan.determination.types.forms import NameContact
from bihuan.duties import commands as duties
from bihuan.duties import queries as adjusted
from bihuan.duties.forms import WORKED, Adjust, EndAdjustment, Notice
from bihuan.duties.types import WordingRow
from bihuan.intake.moments import moment
from bihuan.joint import commands as joint
from bihuan.joint.types.forms import CoverUnit, EndTopic, NameLiaison, NewTopic
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown, held
from bihuan.localities import commands as places
from bihuan.localities import queries as localities
from bihuan.localities.types import Line as Place
from bihuan.localities.types import NewLocality
from bihuan.organisations import commands, queries, rules
from bihuan.organisations.forms import AmendEntry, EndEntry, Fill, Give, NewEntry, NewPerson, NewUnit
from bihuan.organisations.types import HashedPassword, PersonRow, Post, Standing, UnitFacts
from bihuan.policy.calendar import WORKDAY
from bihuan.policy.limits import Limit
from bihuan.policy.pack import SELECTORS, key_of
from bihuan.record import scope
from bihuan.vetting.limits import ADJUSTABLE

_EMPTY = HashedPassword("!")
"""No password at all: what a dry run gives, which keeps nothing."""
_TERM = "工作簿写明的期限"
"""Why something ends on the day that its line tells."""
_MOST_DAYS = 31
Keep = Callable[[Sequence[OneTime]], None]


class _Back(Exception):
    """Nothing of it is kept."""


def carry_in(
    book: Book,
    *,
    standing: Standing,
    dry: bool,
    keep: Keep = lambda passwords: None,
    step: Callable[[int], object] = lambda lines: None,
) -> Report:
    """Carry a workbook in, all of its lines or none; what is wrong is told all at once. A dry run keeps nothing.

    `keep` has the one-time passwords before anything is kept; where it fails, nothing is. `step` is told of so many
    more lines that were looked at.
    """
    carrying = _Carrying(standing, book, dry=dry, step=step)
    report = carrying.report
    report.wrong += book.wrong
    report.left += book.left
    try:
        with scope.one_transaction(), transaction.atomic(), scope.acting_as(standing.actor):
            carrying.all()
            report.wrong = carrying.with_consequences()
            report.passwords = [replace(one, units=carrying.serves(one.account)) for one in report.passwords]
            if not report.wrong:
                report.lacks = here.lacks(standing.jurisdiction.code)
            if dry or report.wrong:
                raise _Back
            if report.passwords:
                keep(report.passwords)
    except _Back:
        report.passwords.clear()
    return report


ADDED, SAME, WAITING = "added", "same", "waiting"


class _Carrying(Cells):
    """One workbook on its way in."""

    def __init__(self, standing: Standing, book: Book, *, dry: bool, step: Callable[[int], object]) -> None:
        place, now = standing.jurisdiction.code, standing.now
        super().__init__(place, queries.pack_of(place, now=now), now, book.lines)
        self.actor: Actor = standing.actor
        self.dry, self.step, self.lines = dry, step, book.lines
        self.persons = {row.account: row for row in queries.people(self.place, now=self.now)}
        self.people |= self.persons.keys()
        self.lost: dict[tuple[str, str, str], LineId] = {}
        """Unit, account and post of what stands in a line that is wrong: that it is missing is not told besides."""
        self.unready: set[str] = set()
        """Units of which it was told that they lack somebody, or that wait for a second person."""
        self.known: dict[tuple[object, ...], list[Stands]] = {}
        """Sheet and what a line of it names → what stands or stood of that, the newest first."""

    def all(self) -> None:
        """Every sheet in the order in which one rests on the other."""
        by_sheet = {plan: plan_of(self.lines, plan) for plan in PLANS}
        self._tell_repeated(by_sheet)
        for line in _parents_first(by_sheet[UNITS]):
            self._one(line, self._unit)
        for line in by_sheet[PEOPLE]:
            self._one(line, self._person)
        self._sheet(POSTS, by_sheet[POSTS], self._post)
        for line in by_sheet[POSTS]:
            if self.is_spoilt(line):
                unit = self.plain(line, "unit")
                named = (self.meant.get(unit, unit), line.cells["account"], self.plain(line, "post"))
                self.lost.setdefault(named, line_id(line))
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

    def serves(self, account: str) -> tuple[str, ...]:
        """The names of the units in which the workbook gives somebody a post."""
        lines = (line for line in plan_of(self.lines, POSTS) if line.cells["account"] == account)
        codes = dict.fromkeys(self.units.get(line.cells["unit"], "") for line in lines)
        return tuple(self.facts[code].name for code in codes if code)

    def _tell_repeated(self, by_sheet: Mapping[Plan, Sequence[Line]]) -> None:
        """What the workbook itself says twice, under both lines."""
        for plan, key, what in (
            (UNITS, "code", "代码"), (UNITS, "name", "名称"), (PEOPLE, "account", "账号"), (PLACES, "code", "代码"),
        ):  # fmt: skip
            said = {line.number: (line.cells[key],) for line in by_sheet[plan] if line.cells[key]}
            self._tell(by_sheet[plan], said, key, what)
        for plan in DATED:
            lines = [line for line in by_sheet[plan] if line.cells[plan.keys[0]]]
            about = {line.number: tuple(self.plain(line, key) for key in plan.keys) for line in lines}
            undated = {about[line.number] for line in lines if not line.cells["from_on"]}
            keys = {
                line.number: (*about[line.number], "" if about[line.number] in undated else self._begun(line))
                for line in lines
            }
            named = "、".join(column.heading for column in plan.columns if column.key in plan.keys[:3])
            self._tell(lines, keys, plan.keys[0], named, "，或者都写明日期，各不相同")

    def _tell(
        self, lines: Sequence[Line], said: Mapping[int, tuple[object, ...]], key: str, what: str, more: str = ""
    ) -> None:
        """The first of those that say the same is carried in, so that what rests on it is looked at too."""
        found = repeated(lines, said)
        for line in lines:
            if (other := found.get(line.number)) is not None:
                told = f"{what}与本表第{other}行重复，请只留一行{more}"
                self.wrong(line, key, told, spoils=other < line.number)

    def _begun(self, line: Line) -> object:
        """The day that a line names, as it stands where it cannot be read; that is told later."""
        try:
            return moment(line.cells["from_on"]).date() if line.cells["from_on"] else ""
        except ValueError:
            return line.cells["from_on"]

    def _sheet(self, plan: Plan, lines: Sequence[Line], do: Callable[[Line], str]) -> None:
        """A sheet whose lines hold from a day on."""
        if not lines:
            return
        for one in standing(plan, city(self.place, self.rulebook, self.now)):
            self.known.setdefault((plan.name, *one.key(plan)), []).append(one)
        for line in lines:
            self.term(line)
            self._one(line, do)

    def _one(self, line: Line, do: Callable[[Line], str], *, counted: bool = True) -> None:
        """Carry a line in; what is wrong with it is noted under its cells, and the next one goes on."""
        if counted:
            self.step(1)
        try:
            with transaction.atomic():
                outcome = do(line)
        except Skipped:
            return
        except Bad as bad:
            self.wrong(line, bad.key, str(bad))
        except Refused as refused:
            for one in refused.all:
                self.wrong(line, BLAMED.get(one.field or "", one.field or ""), one.reason)
        except Unknown as unknown:
            self.wrong(line, "", f"没有“{unknown}”")
        else:
            if counted:
                {ADDED: self.report.added, SAME: self.report.same, WAITING: self.report.waiting}[outcome][
                    line.plan.name
                ] += 1

    def _agreed(self, line: Line) -> None:
        """Go on where nothing is wrong with the line. Raises Skipped."""
        if self.is_spoilt(line):
            raise Skipped

    def _dated(self, line: Line, said: Mapping[str, object], add: Callable[[], str]) -> str:
        """Add what a line with days says, unless it stands already. Raises Bad where something else stands."""
        from_on, until_on = self.day(line), self.day(line, "until_on") if line.cells.get("until_on") else None
        key = (line.plan.name, *(said[name] for name in line.plan.keys))
        known = self.known.setdefault(key, [])
        if self._stands(line, said, known):
            return SAME
        if until_on is not None and until_on <= from_on:
            raise Bad("until_on", f"应晚于{from_on}")
        outcome = add()
        cells = {name: (value, line.cells[name]) for name, value in said.items()}
        known.insert(0, Stands(cells, from_on, until_on, line=line.number))
        return outcome

    def _stands(self, line: Line, said: Mapping[str, object], known: Sequence[Stands]) -> bool:
        """Whether what a line says stands already; False where it is new. Raises Bad where something else stands."""
        if not known:
            return False
        on, last = self.day(line) if line.cells["from_on"] else None, max(known, key=lambda one: one.from_on)
        living = [one for one in known if one.lives(self.today)]
        if not living:
            if on is None and not _different(said, last):
                raise Bad("from_on", f"已自{last.until_on}起不再适用；确要再录的，请写明自哪一天起")
            if on is not None and last.until_on is not None and on < last.until_on:
                raise Bad("from_on", f"已自{last.until_on}起不再适用，不能早于这一天")
            return False
        one = next((row for row in living if row.begins(on) or (on is None and not _different(said, row))), last)
        different = _different(said, one)
        if not different and (on is None or one.begins(on)):
            self._same_end(line, one, known)
            return True
        if on is not None and (on >= last.until_on if last.until_on else line.plan.follows and on > last.from_on):
            return False
        changed = "请只留一行，或写明以后的日子" if one.line else line.plan.changed
        stands = f"本表第{one.line}行写的" if one.line else "现"
        for name in different:
            self.wrong(line, name, f"{stands}为“{one.cells[name][1]}”（自{one.from_on}起）；{changed}")
        self._agreed(line)
        raise Bad("from_on", f"{stands if one.line else '现有'}的自{one.from_on}起；{changed}".replace("的的", "的"))

    def _same_end(self, line: Line, one: Stands, known: Sequence[Stands]) -> None:
        """What a line says of the end is what stands; what another row follows ends on its day, said or not."""
        if "until_on" not in line.cells:
            return
        said = self.day(line, "until_on") if line.cells["until_on"] else None
        followed = said is None and any(row.from_on == one.until_on for row in known)
        if said != one.until_on and not followed:
            stands = f"现定于{one.until_on}" if one.until_on else "现在没有定下这一天"
            raise Bad("until_on", f"{stands}；{line.plan.changed}")

    def _unit(self, line: Line) -> str:
        parent = self.unit(line, "parent") if line.cells["parent"] else ""
        kind, active = self.coded(line, "type"), self.yes(line, "active", otherwise=True)
        superior = line.cells["superior_body"]
        if kind in self.rulebook.unit_types:
            refusal = rules.may_found(type_code=kind, superior_body=superior, pack=self.rulebook)
            if (barred := held(refusal, self.rulebook.binds)) is not None:
                self.wrong(line, barred.field or "", barred.reason)
        fields = self.form(
            line,
            NewUnit,
            code=line.cells["code"],
            name=line.cells["name"],
            type=kind,
            parent=parent,
            superior_body=superior,
        )
        there = self.facts.get(fields.code)
        if there is None:
            said = fields.model_dump(exclude={"type"})
            commands.found_unit(jurisdiction=self.place, **said, type_code=fields.type, actor=self.actor, now=self.now)
            above, body = fields.parent or None, fields.superior_body
            self.know(UnitFacts(fields.code, self.place, fields.name, kind, above, body, active=False))
            return ADDED
        if there.ended_on is not None:
            raise Bad("code", f"这个单位已于{there.ended_on}撤销，代码不能再用")
        kinds = self.lists["unit_type"].known
        for key, before, after, told in (
            ("name", there.name, fields.name, there.name),
            ("type", there.type, fields.type, kinds.get(there.type, there.type)),
            ("parent", there.parent or "", fields.parent, there.parent or ""),
            ("superior_body", there.superior_body, fields.superior_body, there.superior_body),
            ("active", there.active and not active, False, YES),
        ):
            if before != after:
                self.wrong(line, key, f"这个单位已有，现为“{told}”；{UNITS.changed}")
        self._agreed(line)
        return SAME

    def _activate(self, line: Line) -> str:
        """Let a unit take part in the work: whom it lacks is told of every unit, whatever else is wrong."""
        code = line.cells["code"]
        if not code or line.cells["active"] not in ("", YES):
            raise Skipped
        there = queries.named([code], self.place, now=self.now).get(code)
        if there is not None and there.active:
            return SAME
        posts = there.posts if there else frozenset()
        facts = UnitFacts(code, self.place, line.cells["name"], self.kinds.get(code, ""), None, "", False, posts)
        if there is not None and not rules.lacking(facts, self.rulebook):
            commands.activate_unit(jurisdiction=self.place, code=code, actor=self.actor, now=self.now)
            return ADDED
        self.unready.add(code)
        coming = {post for unit, _account, post in self.lost if unit == code}
        if there is not None:
            coming |= {row.post for row in queries.proposals(self.place, unit=code)}
        missing = rules.lacking(replace(facts, posts=posts | coming), self.rulebook)
        strange = sum(unit == code and post not in self.rulebook.posts for unit, _account, post in self.lost)
        if len(missing) > strange:
            raise Bad("active", f"缺{'、'.join(missing)}，不能启用；请在“{POSTS.name}”一表补上，或者这一格写“{NO}”")
        raise Skipped

    def _person(self, line: Line) -> str:
        fields = self.form(line, NewPerson, account=line.cells["account"], name=line.cells["name"])
        there = self.persons.get(fields.account)
        if there is not None:
            if there.name != fields.name:
                self.wrong(line, "name", f"账号{fields.account}已有，姓名是“{there.name}”；{PEOPLE.changed}")
            if not there.active:
                self.wrong(line, "account", f"账号{fields.account}已停用，不能再用")
            self._agreed(line)
            return SAME
        once = commands.enter_person(
            jurisdiction=self.place,
            account=fields.account,
            name=fields.name,
            password=_EMPTY if self.dry else "",
            actor=self.actor,
            now=self.now,
        )
        self.report.passwords.append(OneTime(fields.account, fields.name, (), once))
        self.persons[fields.account] = PersonRow(fields.account, fields.name, True, True, ())
        return ADDED

    def _post(self, line: Line) -> str:
        unit, account, post = self.unit(line, "unit"), self.account(line), self.coded(line, "post")
        name, kind = self.facts[unit].name if unit in self.facts else unit, self.kinds.get(unit, "")
        if refusal := rules.may_serve_in(post=post, name=name, kind=kind, pack=self.rulebook):
            self.wrong(line, "post", refusal.reason)
        acting = self.yes(line, "acting", otherwise=False)
        fields = self.form(line, Fill, account=account, post=post, from_on=self.day(line), acting=acting)
        self._stands_there(line, account)
        waits = queries.proposals(self.place, unit=unit)
        if any((row.account, row.post) == (account, fields.post) for row in waits):
            return SAME
        said = {"unit": unit, "account": account, "post": fields.post, "acting": fields.acting}
        return self._dated(line, said, lambda: self._appoint(line, unit, fields))

    def _stands_there(self, line: Line, account: str) -> None:
        """Go on where there is such an account. Raises Skipped where the workbook has it, but wrong."""
        if account not in self.persons:
            self.rest(line, self.where.get((ACCOUNT, account)))
            raise Skipped

    def _not_lost(self, line: Line, unit: str, account: str, post: str = "") -> None:
        """Go on where what is missed stands in no line that is wrong, and was told there. Raises Skipped."""
        for (u, a, p), at in self.lost.items():
            said = not post or p == post or p not in self.rulebook.posts
            if (u == unit or not unit) and (a == account or not account) and said:
                self.rest(line, at)
                raise Skipped

    def _appoint(self, line: Line, unit: str, fields: Fill) -> str:
        done = commands.appoint(unit=unit, **fields.model_dump(), actor=self.actor, now=self.now)
        if line.cells["until_on"]:
            if not done:
                raise Bad("until_on", "这项任职须由第二人确认，确认以后在单位页写明免职日期")
            commands.dismiss(
                account=fields.account,
                unit=unit,
                post=fields.post,
                until_on=self.day(line, "until_on"),
                actor=self.actor,
                now=self.now,
            )
        return ADDED if done else WAITING

    def _channel(self, line: Line) -> str:
        channel, unit = self.coded(line, "channel"), self.unit(line, "unit")
        named = self.rulebook.channels.get(channel)
        kind = self.kinds.get(unit)
        if named and kind and kind != named.owner_unit_type and (unit not in self.facts or self.is_spoilt(line)):
            owner = self.lists["unit_type"].known.get(named.owner_unit_type, named.owner_unit_type)
            told = self.lists["unit_type"].known.get(kind, kind)
            self.wrong(line, "unit", f"渠道“{named.label}”由{owner}受理，{line.cells['unit']}是{told}")
        fields = self.form(line, Give, channel=channel, unit=unit, from_on=self.day(line))
        return self._dated(line, {"channel": channel, "unit": unit}, lambda: self._give(line, fields))

    def _give(self, line: Line, fields: Give) -> str:
        try:
            commands.give_channel(jurisdiction=self.place, **fields.model_dump(), actor=self.actor, now=self.now)
        except Refused:
            if queries.proposals(self.place, unit=fields.unit):
                return WAITING  # its people wait for a second person: it is given on its page afterwards
            self._not_lost(line, fields.unit, "", Post.REGISTRAR)
            if fields.unit in self.unready:
                self.rest(line, self.where.get((UNIT, fields.unit)))
                raise Skipped from None
            raise
        return ADDED

    def _entry(self, line: Line) -> str:
        lead, co_units = self.unit(line, "lead"), self.several(line, "co_units")
        said = {
            "code": line.cells["code"], "matter": line.cells["matter"], "lead": lead, "co_units": co_units,
            "basis": line.cells["basis"],
        }  # fmt: skip
        for key, unit in (("lead", lead), *(("co_units", unit) for unit in co_units)):
            name = self.facts[unit].name if unit in self.facts else unit
            refusal = rules.may_be_entered(name, self.kinds.get(unit, ""), pack=self.rulebook, field=key)
            if refusal is not None:
                self.wrong(line, key, refusal.reason)
        fields = self.form(line, NewEntry, **said, from_on=self.day(line))
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
            ends = EndEntry(until_on=self.day(line, "until_on"), reason=_TERM)
            commands.end_responsibility(code=fields.code, fields=ends, **who)
        return ADDED

    def _portfolio(self, line: Line) -> str:
        unit, account = self.unit(line, "unit"), self.account(line)
        fields = self.form(line, CoverUnit, unit=unit, account=account, from_on=self.day(line))
        self._stands_there(line, account)
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._cover(line, fields))

    def _cover(self, line: Line, fields: CoverUnit) -> str:
        self._not_lost(line, "", fields.account, Post.LEADER)
        joint.cover(fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _liaison(self, line: Line) -> str:
        unit, account = self.unit(line, "unit"), self.account(line)
        fields = self.form(line, NameLiaison, account=account, from_on=self.day(line))
        self._stands_there(line, account)
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._name_liaison(line, unit, fields))

    def _name_liaison(self, line: Line, unit: str, fields: NameLiaison) -> str:
        self._not_lost(line, unit, fields.account, Post.DEPUTY)
        joint.name_liaison(unit=unit, fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _contact(self, line: Line) -> str:
        unit, account = self.unit(line, "unit"), self.account(line)
        fields = self.form(line, NameContact, account=account, from_on=self.day(line))
        self._stands_there(line, account)
        return self._dated(line, {"unit": unit, "account": account}, lambda: self._name_contact(line, unit, fields))

    def _name_contact(self, line: Line, unit: str, fields: NameContact) -> str:
        self._not_lost(line, unit, fields.account)
        determination.name_contact(unit=unit, fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _topic(self, line: Line) -> str:
        said = {
            "code": line.cells["code"], "matter": line.cells["matter"],
            "responders": self.several(line, "responders"), "basis": line.cells["basis"],
        }  # fmt: skip
        fields = self.form(line, NewTopic, **said, from_on=self.day(line))
        return self._dated(line, said, lambda: self._enter_topic(line, fields))

    def _enter_topic(self, line: Line, fields: NewTopic) -> str:
        joint.enter_topic(fields=fields, actor=self.actor, now=self.now)
        if line.cells["until_on"]:
            ends = EndTopic(code=fields.code, until_on=self.day(line, "until_on"), reason=_TERM)
            joint.end_topic(fields=ends, actor=self.actor, now=self.now)
        return ADDED

    def _limit(self, line: Line) -> str:
        name = self.coded(line, "limit_name")
        key = {selector: self.coded(line, selector, must=False) for selector in SELECTORS}
        fields = self.form(
            line,
            Adjust,
            rule=key_of(name, key),
            limit=line.cells["limit"],
            from_on=self.day(line),
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
            ends = EndAdjustment(until_on=self.day(line, "until_on"), reason=_TERM)
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
                try:
                    self.form(line, NewLocality, code=line.cells["code"], name=name)
                except Skipped:
                    continue
                fresh.append(line)
            elif there.ended_on is not None:
                self.wrong(line, "code", f"“{there.name}”已于{there.ended_on}停用；恢复请在地点页录入")
            elif there.name != name:
                self.wrong(line, "name", f"现为“{there.name}”；{PLACES.changed}")
            elif not self.is_spoilt(line):
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
            for on in self._span(line):
                if on in found:
                    other = found[on][1]
                    self.wrong(line, "first", f"{on}写了两次，第{other.number}行也有")
                    self.wrong(other, "first", f"{on}写了两次，第{line.number}行也有")
                found.setdefault(on, (line.cells["name"], line))
        return found

    def _span(self, line: Line) -> list[date]:
        """The days of a line."""
        year, name = line.cells["year"], line.cells["name"]
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            self.wrong(line, "year", "请填四位年份，如 2026")
        for key in ("first", "name", "notice"):
            if not line.cells[key]:
                self.wrong(line, key, "请填写")
        if any(sign.isdigit() for sign in name):
            self.wrong(line, "name", "名称里不能有数字")
        first = self.day(line, "first")
        last = self.day(line, "last") if line.cells["last"] else first
        if self.is_spoilt(line):
            return []
        if not first <= last < first + timedelta(days=_MOST_DAYS):
            self.wrong(line, "last", "最后一天应在第一天以后一个月之内")
        if first.year != int(year) or last.year != int(year):
            self.wrong(line, "first", f"不在{year}年")
        return [] if self.is_spoilt(line) else [first + timedelta(days=day) for day in range((last - first).days + 1)]

    def _notice(self, lines: Sequence[Line], days: Mapping[date, tuple[str, Line]]) -> str:
        """Enter the notice of a year that has none. Raises Bad where another stands."""
        year, first = int(lines[0].cells["year"]), lines[0]
        if wordings := adjusted.wordings(year):
            self._same_days(wordings[0], first, days)
            self.report.same[CALENDAR.name] += len(lines)
            return SAME
        worked = [str(on) for on, (name, _) in days.items() if name in WORKED]
        off = [f"{on} {name}" for on, (name, _) in days.items() if name not in WORKED]
        fields = self.form(
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
            raise Bad("notice", f"{stands.year}年已录入，依据是“{stands.notice}”；{CALENDAR.changed}")
        different = sorted(on for on in said.keys() | stands.days.keys() if said.get(on) != stands.days.get(on))
        for on in different:
            line, now = days[on][1] if on in days else first, stands.days.get(on, "没有特别安排")
            self.wrong(line, "name" if on in days else "first", f"{on}现为“{now}”；{CALENDAR.changed}")
        if different:
            raise Skipped


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
