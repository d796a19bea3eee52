"""A city as one workbook: what is wrong with a file, carrying it in as a whole, and writing out what is there."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from pydantic import ValidationError
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from bihuan.intake.sheets import BadSheet, opened
from bihuan.intake.workbooks import PATIENT, BadWorkbook, decode
from bihuan.joint import commands as joint
from bihuan.joint import queries as lists
from bihuan.joint.types.forms import CoverUnit, NameLiaison, NewTopic
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands as places
from bihuan.localities import queries as localities
from bihuan.localities.types import Line as Place
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Fill, Give, NewEntry, NewPerson, NewUnit
from bihuan.organisations.types import HashedPassword, Standing
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.record import scope
from bihuan.sandbox.work import Bounds

YES, NO = "是", "否"
_EMPTY = HashedPassword("!")
"""No password at all: what a dry run gives, which keeps nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the field that it fills, its heading, and what is written in it."""

    key: str
    heading: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet of the workbook; one of a norm is there only where the regulation binds it."""

    name: str
    columns: tuple[Column, ...]
    norm: Norm | None = None


_FROM = Column("from_on", "自哪一天起", "2026-01-31 或日期格式；不填为今天")
UNITS = Plan("单位", (
    Column("code", "代码", "小写字母、数字、点、横线，录入后不能改"),
    Column("name", "名称"),
    Column("type", "类型", "名称或代码"),
    Column("parent", "隶属单位", "名称或代码，可不填"),
    Column("superior_body", "上级主管机关", "驻地单位和公共服务企业必填"),
    Column("active", "启用", "是、否；不填为是"),
))  # fmt: skip
PEOPLE = Plan("人员", (Column("account", "账号", "小写字母、数字、点、横线，录入后不能改"), Column("name", "姓名")))
POSTS = Plan("职务", (
    Column("unit", "单位", "名称或代码"),
    Column("account", "账号"),
    Column("post", "职务", "名称或代码"),
    Column("from_on", "任职日期", "2026-01-31 或日期格式；不填为今天"),
    Column("acting", "临时代理", "是、否；不填为否"),
))  # fmt: skip
CHANNELS = Plan("渠道", (Column("channel", "渠道", "名称或代码"), Column("unit", "受理单位", "名称或代码"), _FROM))
ENTRIES = Plan("派单目录", (
    Column("code", "目录编号"),
    Column("matter", "事项"),
    Column("lead", "承办单位", "名称或代码"),
    Column("co_units", "协办单位", "名称或代码，用顿号分开，可不填"),
    Column("basis", "依据"),
    _FROM,
))  # fmt: skip
PORTFOLIOS = Plan("分管", (
    Column("unit", "单位", "名称或代码"), Column("account", "分管领导账号"), _FROM,
), norms.LINKAGE_COORDINATE)  # fmt: skip
LIAISONS = Plan("联络员", (
    Column("unit", "单位", "名称或代码"), Column("account", "联络员账号", "本单位现任的分管负责人"), _FROM,
), norms.WHISTLE_LIAISON)  # fmt: skip
TOPICS = Plan("攻坚哨事项", (
    Column("code", "清单编号"),
    Column("matter", "事项"),
    Column("responders", "配合部门", "名称或代码，用顿号分开"),
    Column("basis", "依据"),
    _FROM,
), norms.WHISTLE_TOPICS)  # fmt: skip
PLACES = Plan("地点", (Column("code", "代码", "下级的代码以上级的代码开头"), Column("name", "名称")))
PLANS = (UNITS, PEOPLE, POSTS, CHANNELS, ENTRIES, PORTFOLIOS, LIAISONS, TOPICS, PLACES)
NOTES = "说明"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet under its number as a spreadsheet shows it: field → what stands in its cell."""

    plan: Plan
    number: int
    cells: Mapping[str, str]
    at: Mapping[str, int]
    """Field → its column, counted from 0."""

    def cell(self, key: str) -> str:
        """Where a field stands, as a spreadsheet calls it; the line alone for none."""
        return str(xl_rowcol_to_cell(self.number - 1, self.at[key])) if key in self.at else f"第{self.number}行"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong where."""

    sheet: str
    cell: str
    reason: str

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}：{self.reason}"


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


def plans(rulebook: Pack) -> tuple[Plan, ...]:
    """The sheets that the regulation wants."""
    return tuple(plan for plan in PLANS if plan.norm is None or rulebook.binds(plan.norm))


def read(path: Path, rulebook: Pack, bounds: Bounds = PATIENT) -> tuple[list[Line], list[Wrong]]:
    """Every line of every sheet that says anything, and what cannot be read at all. Raises BadSheet."""
    wanted = {plan.name: plan for plan in plans(rulebook)}
    try:
        with TemporaryDirectory(prefix="bihuan-") as folder:
            names = decode(path, None, Path(folder, "first.csv"), bounds).sheets
    except BadWorkbook as bad:
        raise BadSheet(f"{path.name} {bad}") from bad
    lines, wrong = [], []
    for name in names:
        plan = wanted.get(name)
        if plan is not None:
            try:
                lines += _lines(path, plan, bounds)
            except BadSheet as bad:
                wrong.append(Wrong(name, "表头", str(bad)))
        elif name != NOTES:
            wrong.append(Wrong(name, "表名", f"没有这张表，应为{'、'.join(wanted)}之一"))
    return lines, wrong


def _lines(path: Path, plan: Plan, bounds: Bounds) -> list[Line]:
    headings = {column.heading: column.key for column in plan.columns}
    with opened(path, plan.name, knows=lambda names: plan.columns[0].heading in names, bounds=bounds) as sheet:
        at = {headings[name]: place for place, name in enumerate(sheet.headings) if name in headings}
        if missing := [column.heading for column in plan.columns if column.key not in at]:
            raise BadSheet(f"缺少{'、'.join(missing)}这几列；表头应为：{'、'.join(headings)}")
        return [
            Line(plan, row.line, {key: _cell(row.cells, place) for key, place in at.items()}, at)
            for row in sheet.rows
            if any(cell.strip() for cell in row.cells)
        ]


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


def carry_in(
    lines: Sequence[Line],
    wrong: Sequence[Wrong] = (),
    *,
    standing: Standing,
    dry: bool,
    keep: Callable[[Sequence[tuple[str, str, str]]], None] = lambda passwords: None,
    step: Callable[[], None] = lambda: None,
) -> Report:
    """Carry the lines in, all of them or none; what is wrong is told all at once. A dry run keeps nothing.

    `keep` has the one-time passwords before anything is kept; where it fails, nothing is.
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

    def __init__(self, standing: Standing, dry: bool, step: Callable[[], None]) -> None:
        self.actor: Actor = standing.actor
        self.place, self.now, self.dry, self.step = standing.jurisdiction.code, standing.now, dry, step
        self.rulebook = queries.pack_of(self.place, now=self.now)
        self.report = Report()
        self.broken: set[tuple[str, str]] = set()
        """(sheet, code) of what could not be entered: what rests on it is not told a second time."""
        self.units: dict[str, str] = {}
        """Code and name of a unit → its code."""

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
            if not self._is_ours(line.cells["account"]):
                self.broken.add((PEOPLE.name, line.cells["account"]))
        for line in by_sheet[POSTS]:
            self._one(line, self._post)
        for line in by_sheet[UNITS]:
            self._one(line, self._activate, counted=False)
        for plan, do in (
            (CHANNELS, self._channel),
            (ENTRIES, self._entry),
            (PORTFOLIOS, self._portfolio),
            (LIAISONS, self._liaison),
            (TOPICS, self._topic),
        ):
            for line in by_sheet[plan]:
                self._one(line, do)
        self._places(by_sheet[PLACES])

    def _know_units(self) -> None:
        found = queries.units(self.place)
        self.units = {unit.name: unit.code for unit in found} | {unit.code: unit.code for unit in found}

    def _one(self, line: Line, do: Callable[[Line], str], *, counted: bool = True) -> None:
        """Carry a line in; what is wrong with it is noted under its cells, and the next one goes on."""
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
        self.step()

    def _wrong(self, line: Line, key: str, reason: str) -> None:
        self.report.wrong.append(Wrong(line.plan.name, line.cell(key), reason))

    def _form(self, line: Line, form: type[Fields], **said: object) -> Fields:
        """The form filled in; everything that is wrong with it is noted."""
        try:
            return form.model_validate(said)
        except ValidationError as error:
            for one in complaints(error, form):
                self._wrong(line, one.field, one.text)
            raise _Skipped from None

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
            return queries.today(self.now)
        try:
            return date.fromisoformat(said[:10].replace("/", "-"))
        except ValueError:
            raise _Bad(key, f"日期“{said}”看不懂，请写作 2026-01-31") from None

    def _yes(self, line: Line, key: str, *, otherwise: bool) -> bool:
        said = line.cells[key]
        if said not in ("", YES, NO):
            raise _Bad(key, f"请填“{YES}”或“{NO}”")
        return said == YES if said else otherwise

    def _coded(self, line: Line, key: str, known: Mapping[str, str], what: str) -> str:
        """The code of what a cell names, by code or label."""
        said = line.cells[key]
        if said in known:
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
        assert isinstance(fields, NewUnit)
        there = next((unit for unit in queries.units(self.place) if unit.code == fields.code), None)
        if there is None:
            said = fields.model_dump(exclude={"type"})
            commands.found_unit(jurisdiction=self.place, **said, type_code=fields.type, actor=self.actor, now=self.now)
            return ADDED
        for key, before, after in (
            ("name", there.name, fields.name),
            ("type", there.type, fields.type),
            ("parent", there.parent or "", fields.parent),
            ("superior_body", there.superior_body, fields.superior_body),
        ):
            if before != after:
                raise _Bad(key, f"这个单位已有，现为“{before}”；变更须写依据，请在单位页办理")
        return SAME

    def _activate(self, line: Line) -> str:
        code = line.cells["code"]
        if (UNITS.name, code) in self.broken or code not in self.units:
            raise _Skipped
        if not self._yes(line, "active", otherwise=True) or queries.unit(code, self.place, now=self.now).active:
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
        assert isinstance(fields, NewPerson)
        there = queries.person_names([fields.account]) if self._is_ours(fields.account) else {}
        if fields.account in there:
            if there[fields.account] != fields.name:
                raise _Bad("name", f"账号{fields.account}已有，姓名是“{there[fields.account]}”")
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
        return ADDED

    def _is_ours(self, account: str) -> bool:
        try:
            queries.person(account, self.place, now=self.now)
        except Unknown:
            return False
        return True

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
        assert isinstance(fields, Fill)
        held = queries.appointments(self.place, now=self.now, account=account, unit=unit)
        if any(row.post == fields.post and row.until_on is None for row in held):
            return SAME
        waits = queries.proposals(self.place, unit=unit)
        if any((row.account, row.post) == (account, fields.post) for row in waits):
            return SAME
        done = commands.appoint(unit=unit, **fields.model_dump(), actor=self.actor, now=self.now)
        return ADDED if done else WAITING

    def _channel(self, line: Line) -> str:
        labels = {channel.code: channel.label for channel in self.rulebook.channels.values()}
        channel, unit = self._coded(line, "channel", labels, "渠道"), self._unit_of(line, "unit")
        fields = self._form(line, Give, channel=channel, unit=unit, from_on=self._day(line))
        assert isinstance(fields, Give)
        ever = queries.desks_ever(self.place)
        if any((d.channel, d.unit, d.until_on) == (channel, unit, None) for d in ever):
            return SAME
        if not queries.unit(unit, self.place, now=self.now).active and self._told_of_posts():
            raise _Skipped
        try:
            commands.give_channel(jurisdiction=self.place, **fields.model_dump(), actor=self.actor, now=self.now)
        except Refused:
            if queries.proposals(self.place, unit=unit):
                return WAITING  # its people wait for a second person: it is given on its page afterwards
            raise
        return ADDED

    def _told_of_posts(self) -> bool:
        """Whether it was told already why a unit may not be at work."""
        return any(wrong.sheet in (POSTS.name, UNITS.name) for wrong in self.report.wrong)

    def _entry(self, line: Line) -> str:
        lead, co_units = self._unit_of(line, "lead"), self._several(line, "co_units")
        fields = self._form(
            line,
            NewEntry,
            code=line.cells["code"],
            matter=line.cells["matter"],
            lead=lead,
            co_units=co_units,
            basis=line.cells["basis"],
            from_on=self._day(line),
        )
        assert isinstance(fields, NewEntry)
        there = next((e for e in queries.entries(self.place, code=fields.code) if e.until_on is None), None)
        if there is not None:
            if (there.matter, there.lead, there.co_units, there.basis) != (fields.matter, lead, co_units, fields.basis):
                raise _Bad("code", "这个编号已有，内容不同；修改请在派单目录页办理")
            return SAME
        commands.enter_responsibility(jurisdiction=self.place, **fields.model_dump(), actor=self.actor, now=self.now)
        return ADDED

    def _portfolio(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        rows = lists.portfolios(self.place, now=self.now)
        if any((row.unit, row.account, row.until_on) == (unit, account, None) for row in rows):
            return SAME
        fields = self._form(line, CoverUnit, unit=unit, account=account, from_on=self._day(line))
        assert isinstance(fields, CoverUnit)
        joint.cover(fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _liaison(self, line: Line) -> str:
        unit, account = self._unit_of(line, "unit"), self._account(line)
        rows = lists.liaisons(self.place, now=self.now)
        if any((row.unit, row.account, row.until_on) == (unit, account, None) for row in rows):
            return SAME
        fields = self._form(line, NameLiaison, account=account, from_on=self._day(line))
        assert isinstance(fields, NameLiaison)
        joint.name_liaison(unit=unit, fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _topic(self, line: Line) -> str:
        responders = self._several(line, "responders")
        fields = self._form(
            line,
            NewTopic,
            code=line.cells["code"],
            matter=line.cells["matter"],
            responders=responders,
            basis=line.cells["basis"],
            from_on=self._day(line),
        )
        assert isinstance(fields, NewTopic)
        there = next((t for t in lists.topics(self.place) if t.code == fields.code and t.until_on is None), None)
        if there is not None:
            if (there.matter, there.responders, there.basis) != (fields.matter, responders, fields.basis):
                raise _Bad("code", "这个编号已有，内容不同；修改请在攻坚哨事项清单页办理")
            return SAME
        joint.enter_topic(fields=fields, actor=self.actor, now=self.now)
        return ADDED

    def _places(self, lines: Sequence[Line]) -> None:
        """All places at once: a place lies in another one of the same list."""
        names = {row.code: row.name for row in localities.every(self.place)}
        fresh = [line for line in lines if names.get(line.cells["code"]) != line.cells["name"]]
        self.report.same[PLACES.name] += len(lines) - len(fresh)
        if not fresh:
            return
        said = [Place(line.number, line.cells["code"], line.cells["name"]) for line in lines]

        def load(_: Line) -> str:
            places.load(lines=said, actor=self.actor, now=self.now)
            return ADDED

        self._one(fresh[0], load, counted=False)
        self.report.added[PLACES.name] += len(fresh)


class _Skipped(Exception):
    """What is wrong was told already, or stands in another line."""


_BLAMED = {"type_code": "type", "units": "unit"}


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


def template(path: Path, rulebook: Pack) -> None:
    """Write an empty workbook with its headings, and what may be chosen."""
    _write(path, rulebook, {})


def export(path: Path, standing: Standing) -> None:
    """Write the city as it stands today, as it could be carried in."""
    place, now = standing.jurisdiction.code, standing.now
    with scope.reading(standing.actor):
        rulebook = queries.pack_of(place, now=now)
        _write(path, rulebook, {plan.name: list(rows) for plan, rows in _held(place, rulebook, now)})


def _held(place: str, rulebook: Pack, now: datetime) -> Iterator[tuple[Plan, Iterator[tuple[str, ...]]]]:
    units, names = queries.units(place), {unit.code: unit.name for unit in queries.units(place)}
    posts = {post.code: post.label for post in rulebook.posts.values()}
    kinds = {kind.code: kind.label for kind in rulebook.unit_types.values()}
    channels = {channel.code: channel.label for channel in rulebook.channels.values()}
    people = [person for person in queries.people(place, now=now) if person.active]

    def several(codes: Sequence[str]) -> str:
        return "、".join(names.get(code, code) for code in codes)

    yield UNITS, (
        (u.code, u.name, kinds.get(u.type, u.type), names.get(u.parent or "", ""), u.superior_body,
         YES if u.active else NO)
        for u in units
        if u.ended_on is None
    )  # fmt: skip
    yield PEOPLE, ((person.account, person.name) for person in people)
    yield (
        POSTS,
        (
            (names[a.unit], a.account, posts.get(a.post, a.post), str(a.from_on), YES if a.acting else "")
            for a in queries.appointments(place, now=now)
            if a.until_on is None
        ),
    )
    yield (
        CHANNELS,
        (
            (channels.get(d.channel, d.channel), d.unit_name, str(d.from_on))
            for d in queries.desks_ever(place)
            if d.until_on is None
        ),
    )
    yield (
        ENTRIES,
        (
            (e.code, e.matter, e.lead_name, several(e.co_units), e.basis, str(e.from_on))
            for e in queries.entries(place)
            if e.until_on is None
        ),
    )
    for plan, rows in ((PORTFOLIOS, lists.portfolios(place, now=now)), (LIAISONS, lists.liaisons(place, now=now))):
        yield (
            plan,
            ((row.unit_name, row.account, str(row.from_on)) for row in rows if row.until_on is None and not row.vacant),
        )
    yield (
        TOPICS,
        (
            (t.code, t.matter, several(t.responders), t.basis, str(t.from_on))
            for t in lists.topics(place)
            if t.until_on is None
        ),
    )
    yield PLACES, ((row.code, row.name) for row in localities.every(place))


def _write(path: Path, rulebook: Pack, rows: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Everything is written as text: a cell that begins with = is no formula."""
    with Workbook(path) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        for plan in plans(rulebook):
            sheet = book.add_worksheet(plan.name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(plan.columns):
                sheet.write_string(0, place, column.heading, bold)
                sheet.set_column(place, place, 22)
            for number, row in enumerate(rows.get(plan.name, ()), 1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
        notes = book.add_worksheet(NOTES)
        notes.set_column(0, 1, 24)
        notes.set_column(2, 2, 80)
        for number, line in enumerate(_notes(rulebook)):
            for place, cell in enumerate(line):
                notes.write_string(number, place, cell, wrapped)


def _notes(rulebook: Pack) -> Iterator[tuple[str, ...]]:
    """What each column holds, and what may be chosen under the regulation."""
    yield "表", "列", "怎样填写"
    for plan in plans(rulebook):
        for column in plan.columns:
            yield plan.name, column.heading, column.told or "必填"
    for what, known in (
        ("单位类型", rulebook.unit_types.values()),
        ("职务", rulebook.posts.values()),
        ("渠道", rulebook.channels.values()),
    ):
        for one in known:
            yield what, one.code, one.label
