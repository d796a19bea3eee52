"""Reads the file of a regulation pack and tells everything that is wrong with it, by line and clause."""

import hashlib
import json
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import assessing, norms
from bihuan.policy.assessment import Assessment
from bihuan.policy.calendar import OfficeHours
from bihuan.policy.ladders import (
    LADDER_SELECTORS,
    LISTED,
    USUAL_LISTING,
    At,
    By,
    Do,
    Ladder,
    Level,
    Mode,
    Need,
    Step,
    To,
    Wanted,
)
from bihuan.policy.limits import Limit, Unit
from bihuan.policy.pack import (
    COUNTS,
    DETECTORS,
    LIMIT_NAMES,
    PARAMETERS,
    SITUATIONS,
    USUAL_GROUNDS,
    USUAL_URGENCIES,
    Binding,
    Body,
    BodySeat,
    Capacity,
    Category,
    Channel,
    Clause,
    Demand,
    Detector,
    Ground,
    GroundOf,
    Instrument,
    KeyClass,
    KeyProof,
    LimitRule,
    Name,
    Pack,
    Post,
    Situation,
    UnitType,
    Urgency,
)
from bihuan.policy.rhythms import LATEST_DUE, Every, Regular, Rhythm
from bihuan.policy.toml import line_of, words_of

SHIPPED = Path(__file__).parent / "packs"
NEEDS: Mapping[str, tuple[str, str]] = {
    **{
        norm.name: (norms.LIST_COPY.name, "没有抄送，就没有督查考核机构参加办理")
        for norm in (norms.LIST_SUPERVISION_FEEDBACK, norms.LIST_TRACK)
    },
    norms.DETERMINATION_REFER.name: (norms.DETERMINATION_JOINT.name, "没有这一项，移交了没有人提出会商意见"),
    norms.CALLBACK.name: (norms.CALLBACK_ATTEMPTS.name, "没有这一项，回访无法登记"),
    norms.COMMITMENT_REGISTER.name: (norms.COMMITMENT_KEEP.name, "没有这一项，登记了的承诺没有人跟踪"),
    norms.COMMITMENT_KEEP.name: (norms.COMMITMENT_REGISTER.name, "没有登记，就没有承诺可以跟踪"),
    **{
        norm.name: (norms.WHISTLE_TYPE.name, "没有哨型，就没有攻坚哨和重点哨")
        for norm in (norms.WHISTLE_EMERGENCY, norms.WHISTLE_TOPICS, norms.WHISTLE_KEY)
    },
}
"""Norm → the norm without which nobody could carry it out, and why."""

KINDS: Mapping[type, str] = {
    str: "文字（写在英文双引号里）",
    int: "整数",
    bool: "true 或 false",
    list: "列表（写在方括号里）",
    dict: "一组参数（写在花括号里）",
    date: "日期，如 2030-01-01",
    time: "时刻，如 08:30:00",
}
"""What a value should be, in words."""

TABLES = frozenset(
    {"instrument", "hours", "clause", "default", "parameter", "unit_type", "channel", "post", "limit", "ground"}
    | {"urgency", "category", "name", "ladder", "key_class", "rhythm", "body", "seat", "situation", "detector"}
    | {"assessment"}
)
Item = TypeVar("Item")
Where = tuple[str, str]
"""What stands somewhere in the file: the table and its code, or what a norm or limit is called."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something in a pack, with the line on which it stands and the clause that it is about."""

    line: int
    what: str
    clause: str = ""

    @property
    def words(self) -> str:
        """Without the file and the line."""
        told = f"条款 {self.clause}"
        return f"{told}：{self.what}" if self.clause and told not in self.what else self.what


class PackError(Exception):
    """A pack is wrong; says everything that is, the first of it in the message."""

    def __init__(self, path: Path, faults: tuple[Fault, ...]) -> None:
        first, more = faults[0], f"（另有{len(faults) - 1}处）" if len(faults) > 1 else ""
        super().__init__(f"{path}:{first.line}: {first.words}{more}")
        self.path, self.faults = path, faults
        self.line, self.clause = first.line, first.clause


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: what is wrong, and as much of the regulation as could be read."""

    path: Path
    faults: tuple[Fault, ...]
    pack: Pack | None
    places: Mapping[Where, tuple[int, str]]
    """What stands in the file → its line and its clause."""
    spoiled: frozenset[str]
    """The tables with something wrong, of which not everything is in the pack."""
    ref: str
    """What it calls itself, as far as that can be read: id/version."""

    def fault(self, what: str, *where: Where) -> Fault:
        """Something wrong at the first of these places that the file has."""
        line, clause = next((self.places[one] for one in where if one in self.places), (1, ""))
        return Fault(line, what, clause)


class _Wrong(Exception):
    """What is read now is wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def read(path: Path) -> Reading:
    """Read one file. What is wrong is told, never raised (but for a file that cannot be opened)."""
    if not stat.S_ISREG(path.stat().st_mode):
        return Reading(path, (Fault(1, "不是普通文件"),), None, {}, TABLES, "/")
    with path.open("rb") as file:
        written = file.read(LARGEST + 1)
    text = _text(written)
    if isinstance(text, Fault):
        return Reading(path, (text,), None, {}, TABLES, _ref(written.decode("latin-1")))
    document = _document(text)
    if isinstance(document, Fault):
        return Reading(path, (document,), None, {}, TABLES, _ref(text))
    return _Reader(path, document, _lines(text), _ref(text)).read()


LARGEST = 1024 * 1024
"""Bytes; the longest regulation that is shipped takes a twentieth of them."""
DEEPEST, GREATEST = 16, 2**31
"""So deep do tables and lists stand in one another at most, and so great are numbers: nothing of a pack comes near."""


def _document(text: str) -> dict[str, object] | Fault:
    """What the file says, where that can be worked with at all."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Fault(line_of(error) or text.count("\n") + 1, f"不是正确的 TOML：{words_of(error)}")
    except RecursionError:
        return Fault(1, TOO_DEEP)
    except ValueError:  # an integer of thousands of digits
        return Fault(1, TOO_GREAT)
    left: list[tuple[int, object]] = [(0, document)]
    while left:
        depth, value = left.pop()
        if depth > DEEPEST:
            return Fault(1, TOO_DEEP)
        if isinstance(value, int) and abs(value) >= GREATEST:
            return Fault(1, TOO_GREAT)
        within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        left += [(depth + 1, one) for one in within]
    return document


TOO_DEEP = f"表和列表一层套一层，超过{DEEPEST}层，不是规则文件的写法"
TOO_GREAT = "文件中有过大的整数"


_ID = re.compile(r'^id\s*=\s*"([^"]+)"', re.MULTILINE)
_VERSION = re.compile(r"^version\s*=\s*([0-9]+)", re.MULTILINE)


def _ref(text: str) -> str:
    """What a file calls itself, be the rest of it right or wrong."""
    id, version = _ID.search(text), _VERSION.search(text)
    return f"{id[1] if id else ''}/{version[1] if version else ''}"


def _text(written: bytes) -> str | Fault:
    """The text of a file in UTF-8, with or without a byte order mark."""
    if len(written) > LARGEST:
        return Fault(1, f"文件超过{LARGEST // 1024 // 1024}MB，不是规则文件")
    if written.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault(1, "文件是 UTF-16 编码，请另存为 UTF-8")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        try:
            written.decode("gb18030")
        except UnicodeDecodeError:
            return Fault(line, "文件不是 UTF-8 编码，请另存为 UTF-8")
        return Fault(line, "文件是 GBK（GB 18030）编码，请另存为 UTF-8")


@dataclass(slots=True)
class _Entry:
    """One table of the file, with the line on which it stands and those of its keys."""

    name: str
    values: dict[str, object]
    lines: Mapping[str, int]
    known: set[str] = field(default_factory=set)

    def fault(self, what: str, key: str = "") -> Fault:
        named = self.values.get("id" if self.name == "clause" else "clause")
        clause = "" if self.name == "ground" else str(named or "")  # it is a fault of the ground, whatever it cites
        return Fault(self.lines.get(key, self.lines[""]), what, clause)

    def wrong(self, what: str, key: str = "") -> _Wrong:
        """The error for this entry, or for one of its keys."""
        return _Wrong(self.fault(what, key))

    def need(self, key: str, kind: type[Item]) -> Item:
        """The value of a key that must be there."""
        value = self.may(key, kind)
        if value is None or value == "":
            raise self.wrong(f"[{self.name}] 缺少 {key}", key)
        return value

    def may(self, key: str, kind: type[Item]) -> Item | None:
        """The value of a key that may be there."""
        self.known.add(key)
        value = self.values.get(key)
        if value is not None and type(value) is not kind:
            raise self.wrong(f"{key} 应为{KINDS[kind]}，不能是 {_told(value)}", key)
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings that may be left out."""
        values = self.may(key, list) or []
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(f"{key} 中的 {_told(value)} 应为{KINDS[str]}", key)
        return tuple(values)

    def inside(self, key: str, values: dict[str, object]) -> "_Entry":
        """A table that stands within this one, told at the line of its key."""
        return _Entry(key, values, {"": self.lines.get(key, self.lines[""])})

    def must_be_known(self) -> None:
        """Refuse a key that nobody asked for."""
        for fault in self.strangers():
            raise _Wrong(fault)

    def strangers(self) -> Iterator[Fault]:
        """The keys that nobody asked for."""
        for key in self.values:
            if key not in self.known:
                yield self.fault(f"[{self.name}] 没有 {key} 这一项", key)


def _told(value: object) -> str:
    """A value as the file writes it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value).replace("'", '"')


class _Reader:
    """Turns the tables of one file into a pack."""

    def __init__(
        self, path: Path, document: dict[str, object], lines: Mapping[tuple[str, int], dict[str, int]], ref: str
    ) -> None:
        self.ref = ref
        self.path, self.document, self.lines = path, document, lines
        self.faults: list[Fault] = []
        self.spoiled: set[str] = set()
        self.places: dict[Where, tuple[int, str]] = {}
        self.clauses: dict[str, Clause] = {}
        self.bindings: dict[str, Binding] = {}
        self.told = {name: self.written(name) for name in ("clause", "channel", "unit_type", "category", "body")}
        """Codes that the file gives, be the rest of their tables right or wrong: they are there."""

    def read(self) -> Reading:
        """Everything in the file, right or wrong."""
        identity = self.identity()
        instrument, hours = self.one("instrument", _instrument), self.one("hours", _hours)
        self.each("clause", "id", self.clauses, self.clause)
        self.bind()
        self.supported()
        unit_types: dict[str, UnitType] = {}
        self.each("unit_type", "code", unit_types, self.unit_type)
        channels: dict[str, Channel] = {}
        self.each("channel", "code", channels, self.channel)
        posts: dict[str, Post] = {}
        self.each("post", "code", posts, lambda entry: Post(entry.need("code", str), entry.need("label", str)))
        urgencies: dict[str, Urgency] = {}
        self.each("urgency", "code", urgencies, self.urgency)
        if not self.entries("urgency"):
            urgencies = {one.code: one for one in USUAL_URGENCIES}
        categories: dict[str, Category] = {}
        self.each("category", "code", categories, self.category)
        key_classes: dict[str, KeyClass] = {}
        self.each("key_class", "code", key_classes, self.key_class)
        rhythms: dict[str, Rhythm] = {}
        self.each("rhythm", "code", rhythms, self.rhythm)
        bodies: dict[str, Body] = {}
        self.each("body", "code", bodies, self.body)
        seats: dict[str, BodySeat] = {}
        self.each("seat", "code", seats, self.seat)
        situations: dict[str, Situation] = {}
        self.each("situation", "code", situations, self.situation)
        self.situations = situations
        detectors: dict[str, Detector] = {}
        self.each("detector", "code", detectors, self.detector)
        on = {code: one for code, one in detectors.items() if one.on}
        limits, grounds, ladders = self.limits(), self.grounds(), self.ladders()
        names: dict[str, str] = {}
        self.each("name", "code", names, self.name)
        assessment = self.one("assessment", self.assessed) if "assessment" in self.document else None
        self.refuse_unknown_tables()
        pack = None
        if identity and instrument and hours:
            pack = Pack(
                *identity, instrument, hours, MappingProxyType(self.clauses), MappingProxyType(self.bindings),
                MappingProxyType(channels), MappingProxyType(unit_types), MappingProxyType(posts),
                MappingProxyType(limits), MappingProxyType(grounds),
                digest=_digest(self.document, shipped=self.path.resolve().parent == SHIPPED.resolve()),
                urgencies=MappingProxyType(urgencies), categories=MappingProxyType(categories),
                key_classes=MappingProxyType(key_classes), names=_called(names, unit_types, posts),
                ladders=MappingProxyType(ladders), rhythms=MappingProxyType(rhythms),
                bodies=MappingProxyType(bodies), seats=MappingProxyType(seats),
                situations=MappingProxyType(situations),
                detectors=MappingProxyType(on),
                assessment=assessment,
            )  # fmt: skip
        faults = tuple(sorted(self.faults))
        return Reading(self.path, faults, pack, MappingProxyType(self.places), frozenset(self.spoiled), self.ref)

    def identity(self) -> tuple[str, int, str, str] | None:
        """What stands above all tables."""
        top = _Entry(
            "pack",
            {key: value for key, value in self.document.items() if not _is_table(value)},
            self.lines.get(("", 0), {"": 1}),
        )
        found = None
        with self.noting("pack"):
            found = (top.need("id", str), top.need("version", int))
        prefixes = None
        with self.noting("pack"):
            prefixes = (top.need("case_prefix", str), top.need("matter_prefix", str))
        if found and prefixes:
            self.faults += top.strangers()
        for key in top.values:
            self.places["pack", key] = (top.lines.get(key, 1), "")
        return (*found, *prefixes) if found and prefixes else None

    @contextmanager
    def noting(self, table: str) -> Iterator[None]:
        """Note what is found wrong, and go on."""
        try:
            yield
        except _Wrong as wrong:
            self.faults.append(wrong.fault)
            self.spoiled.add(table)

    def note(self, table: str, fault: Fault) -> None:
        """Note something wrong with a table."""
        self.faults.append(fault)
        self.spoiled.add(table)

    def entries(self, name: str) -> list[_Entry]:
        """The tables [[name]] in the order of the file."""
        tables = self.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(values, dict) for values in tables):
            self.note(name, Fault(self.line(name), f"请写成 [[{name}]]，每一项一个"))
            return []
        return [_Entry(name, values, self.lines.get((name, number), {"": 1})) for number, values in enumerate(tables)]

    def line(self, name: str) -> int:
        return self.lines.get((name, 0), {}).get("") or self.lines[("", 0)].get(name, 1)

    def written(self, name: str) -> frozenset[str]:
        """The codes of the tables [[name]], whatever else they say."""
        tables, key = self.document.get(name, []), "id" if name == "clause" else "code"
        among = tables if isinstance(tables, list) else []
        return frozenset(str(values.get(key)) for values in among if isinstance(values, dict))

    def one(self, name: str, make: Callable[[_Entry], Item]) -> Item | None:
        """What the table [name] says; an empty one where it is left out."""
        values = self.document.get(name, {})
        if not isinstance(values, dict):
            self.note(name, Fault(self.line(name), f"[{name}] 只写一次，写成 [{name}]"))
            return None
        entry, made = _Entry(name, values, self.lines.get((name, 0), {"": 1})), None
        with self.noting(name):
            made = make(entry)
        self.strangers(name, entry, whole=made is not None)
        for key in ("", *values):
            self.places[name, key] = (entry.lines.get(key, entry.lines[""]), "")
        return made

    def strangers(self, name: str, entry: _Entry, *, whole: bool) -> None:
        """Note the keys that nobody asked for, where everything was asked."""
        for fault in entry.strangers() if whole else ():
            self.note(name, fault)

    def each(self, name: str, key: str, into: dict[str, Item], make: Callable[[_Entry], Item]) -> None:
        """The tables [[name]] by their code (clauses: id), which must be unique."""
        for entry in self.entries(name):
            made = None
            with self.noting(name):
                code = entry.need(key, str)
                if (name, code) in self.places:
                    raise entry.wrong(f"[[{name}]] 中已有 {code}", key)
                self.places[name, code] = (entry.lines.get(key, entry.lines[""]), code if name == "clause" else "")
                made = into[code] = make(entry)
            self.strangers(name, entry, whole=made is not None)

    def clause(self, entry: _Entry) -> Clause:
        clause = Clause(
            id=entry.need("id", str),
            text=entry.need("text", str),
            organisational=bool(entry.may("organisational", bool)),
            norms=entry.words("norms"),
            also=entry.words("also"),
            partly=self.reason(entry, "partly"),
        )
        for key in ("norms", "also"):
            for name in getattr(clause, key):
                self.known_norm(entry, name, key)
        if clause.organisational and (clause.norms or clause.also):
            raise entry.wrong("组织措施（organisational）不能再写规范", "organisational")
        if clause.partly and not (clause.norms or clause.also):
            raise entry.wrong("部分落实（partly）的，要写明由哪些规范（norms）落实", "partly")
        for name in clause.norms:
            self.add(entry, Binding(name, clause.id, None, MappingProxyType({})), "norms")
        return clause

    def reason(self, entry: _Entry, key: str) -> str:
        """What says why, where it is there at all: empty it says nothing."""
        said = entry.may(key, str)
        if said is not None and not said.strip():
            raise entry.wrong(f"{key} 不能为空；没有要说的，请删去这一项", key)
        return said or ""

    def known_norm(self, entry: _Entry, name: str, key: str) -> None:
        if name not in norms.ALL:
            raise entry.wrong(f"程序没有规范 {name}；可用的见规范目录", key)

    def add(self, entry: _Entry, binding: Binding, key: str) -> None:
        if binding.norm in self.bindings:
            held = self.bindings[binding.norm]
            raise entry.wrong(
                f"规范 {binding.norm} 已由“{held.clause or held.basis}”确立，只能写一处，他处写在 also", key
            )
        self.bindings[binding.norm] = binding
        clause = str(entry.values.get("id", "")) if entry.name == "clause" else ""
        self.places["norm", binding.norm] = (entry.lines.get(key, entry.lines[""]), clause)

    def supported(self) -> None:
        """Refuse a norm whose duties would find no holder, because the norm that brings the holder in is left off."""
        if self.spoiled & {"clause", "default"}:
            return
        for norm, (needed, why) in NEEDS.items():
            if norm in self.bindings and needed not in self.bindings:
                line, clause = self.places["norm", norm]
                what = f"规范 {norm} 须与 {needed}（{norms.norm(needed).title}）一起确立：{why}"
                self.note("clause", Fault(line, what, clause))

    def bind(self) -> None:
        """Add the defaults and the parameters to what the clauses bind."""
        for entry in self.entries("default"):
            with self.noting("default"):
                self.default(entry)
        for entry in self.entries("parameter"):
            with self.noting("parameter"):
                self.parameter(entry)
        for number, clause in enumerate(self.entries("clause")):
            with self.noting("clause"):
                self.bound_elsewhere(clause, number)

    def default(self, entry: _Entry) -> None:
        norm, basis = entry.need("norm", str), entry.need("basis", str)
        self.known_norm(entry, norm, "norm")
        parameters = entry.may("parameters", dict) or {}
        for name, value in parameters.items():
            self.known_parameter(entry, norm, name, value)
        self.add(entry, Binding(norm, None, basis, MappingProxyType(parameters)), "norm")
        self.strangers("default", entry, whole=True)

    def parameter(self, entry: _Entry) -> None:
        norm, name, basis = entry.need("norm", str), entry.need("name", str), entry.need("basis", str)
        value = entry.need("value", type(entry.values.get("value", "")))
        self.known_norm(entry, norm, "norm")
        self.known_parameter(entry, norm, name, value)
        if norm not in self.bindings:
            raise entry.wrong(f"参数所属的规范 {norm} 没有确立", "norm")
        bound = self.bindings[norm]
        self.bindings[norm] = Binding(
            norm, bound.clause, bound.basis or basis, MappingProxyType({**bound.parameters, name: value})
        )
        self.strangers("parameter", entry, whole=True)

    def bound_elsewhere(self, entry: _Entry, number: int) -> None:
        """What a clause names under `also` is bound to another one, or by default."""
        clause = self.clauses.get(str(entry.values.get("id")))
        for name in clause.also if clause is not None else ():
            if name not in self.bindings and not self.spoiled & {"clause", "default"}:
                raise entry.wrong(f"规范 {name} 没有在任何条款或默认值中确立", "also")

    def known_parameter(self, entry: _Entry, norm: str, name: str, value: object) -> None:
        default = PARAMETERS.get(norm, {}).get(name)
        key = "name" if entry.name == "parameter" else "parameters"
        if default is None:
            known = "、".join(PARAMETERS.get(norm, {}))
            listed = f"可用的有{known}" if known else "它没有可以设的参数"
            raise entry.wrong(f"规范 {norm} 没有参数 {name}；{listed}", key)
        if type(value) is not type(default):
            raise entry.wrong(f"规范 {norm} 的参数 {name} 应为{KINDS[type(default)]}", key)
        self.places["parameter", f"{norm}.{name}"] = (entry.lines.get(key, entry.lines[""]), "")

    def known_clause(self, entry: _Entry, key: str) -> str | None:
        clause = entry.may(key, str)
        if clause is not None and clause not in self.told["clause"]:
            raise entry.wrong(f"没有条款 {clause}", key)
        return clause

    def unit_type(self, entry: _Entry) -> UnitType:
        capacities = entry.words("capacities")
        for capacity in capacities:
            if capacity not in set(Capacity):
                raise entry.wrong(f"单位没有 {capacity} 这种职能；可用的有{'、'.join(Capacity)}", "capacities")
        code, label = entry.need("code", str), entry.need("label", str)
        return UnitType(code, label, frozenset(capacities), bool(entry.may("needs_superior", bool)))

    def channel(self, entry: _Entry) -> Channel:
        channel = Channel(
            code=entry.need("code", str),
            number=entry.need("number", str),
            label=entry.need("label", str),
            owner_unit_type=entry.need("owner_unit_type", str),
            named_in=self.known_clause(entry, "named_in"),
            reported_under=self.known_clause(entry, "reported_under"),
            public=bool(entry.may("public", bool)),
        )
        if not re.fullmatch(r"[0-9]{2}", channel.number):
            raise entry.wrong("渠道编号（number）应为两位数字", "number")
        if ("channel number", channel.number) in self.places:
            raise entry.wrong(f"渠道编号 {channel.number} 已被另一渠道使用", "number")
        self.places["channel number", channel.number] = (entry.lines[""], "")
        if channel.owner_unit_type not in self.told["unit_type"]:
            known = "、".join(self.told["unit_type"])
            raise entry.wrong(f"没有单位类型 {channel.owner_unit_type}；可用的有{known}", "owner_unit_type")
        return channel

    def urgency(self, entry: _Entry) -> Urgency:
        urgency = Urgency(
            code=self.word(entry, longest=16),
            label=entry.need("label", str),
            usual=bool(entry.may("usual", bool)),
            urgent=bool(entry.may("urgent", bool)),
        )
        if urgency.usual and urgency.urgent:
            raise entry.wrong("没有说紧急的按 usual 办理，它不能又是紧急的（urgent），请只留一项", "urgent")
        return urgency

    def key_class(self, entry: _Entry) -> KeyClass:
        norm = norms.SUPERVISE_KEY_CLASS
        if norm.name not in self.bindings and not self.spoiled & {"clause", "default"}:
            raise entry.wrong(f"没有确立规范 {norm}（{norm.title}），重点办件不分种类；请确立它，或删去这一项", "code")
        code, proof = self.word(entry, longest=32), entry.may("proof", str) or KeyProof.PAPER
        if proof not in set(KeyProof):
            raise entry.wrong(f"重点办件不能以 {proof} 为凭；proof 可用的有{'、'.join(KeyProof)}", "proof")
        if proof == KeyProof.COLOURED and norms.SUPERVISE_COLOURED.name not in self.bindings:
            needed = norms.SUPERVISE_COLOURED
            raise entry.wrong(f"没有确立规范 {needed}（{needed.title}），没有三色督办单可以为凭", "proof")
        return KeyClass(
            code=code,
            label=entry.need("label", str),
            clause=self.known_clause(entry, "clause"),
            basis=entry.may("basis", str),
            blocks=bool(entry.may("blocks", bool)),
            proof=KeyProof(proof),
        )

    def rhythm(self, entry: _Entry) -> Rhythm:
        code, every = self.word(entry, longest=16), entry.need("every", str)
        known = {str(one): one.norm for one in Regular}
        needed = (norms.RHYTHM_KEEP, *([known[code]] if code in known else ()))
        for norm in needed if not self.spoiled & {"clause", "default"} else ():
            if norm.name not in self.bindings:
                raise entry.wrong(
                    f"没有确立规范 {norm}（{norm.title}），{code} 没有人办；请确立它，或删去这一项", "code"
                )
        if every not in set(Every):
            raise entry.wrong(f"周期（every）不能是 {every}；可用的有{'、'.join(Every)}", "every")
        due = entry.may("due", int) or 0
        if not 0 <= due <= LATEST_DUE:
            raise entry.wrong(f"due 是周期结束后的天数，0至{LATEST_DUE}，不能是 {due}", "due")
        capacity, _, post = entry.need("holder", str).partition(".")
        if capacity not in set(Capacity) or not CODE.fullmatch(post):
            words = f"holder 写成“职能.职务”，如 office.list_keeper；职能可用的有{'、'.join(Capacity)}"
            raise entry.wrong(words, "holder")
        clause, basis = self.known_clause(entry, "clause"), entry.may("basis", str)
        if bool(clause) == bool(basis):
            raise entry.wrong(f"定期工作 {code} 的条款（clause）和依据（basis）须写一项，只写一项", "clause")
        return Rhythm(
            code=code,
            label=entry.need("label", str),
            every=Every(every),
            capacity=capacity,
            post=post,
            due=due,
            clause=clause,
            basis=basis,
            each=bool(entry.may("each", bool)),
        )

    def body(self, entry: _Entry) -> Body:
        code, office = self.word(entry, longest=32), bool(entry.may("office", bool))
        norm = norms.BODY_OFFICE if office else norms.BODY_ROSTER
        if norm.name not in self.bindings and not self.spoiled & {"clause", "default"}:
            raise entry.wrong(f"没有确立规范 {norm}（{norm.title}）；请确立它，或删去 {code}", "code")
        return Body(code, entry.need("label", str), self.known_clause(entry, "clause"), office)

    def seat(self, entry: _Entry) -> BodySeat:
        code, body = self.word(entry, longest=32), entry.need("body", str)
        if body not in self.told["body"]:
            raise entry.wrong(f"席位 {code} 所属的机构 {body} 没有写在 [[body]] 中", "body")
        text = entry.need("text", str)
        return BodySeat(code, body, entry.need("role", str), text, self.known_clause(entry, "clause"))

    def situation(self, entry: _Entry) -> Situation:
        """A situation stands under a norm of its own, which the regulation binds."""
        code, norm = self.word(entry, longest=32), entry.need("norm", str)
        if norm not in {one.name for one in SITUATIONS}:
            known = "、".join(one.name for one in SITUATIONS)
            raise entry.wrong(f"问责情形不能以 {norm} 为依据；norm 可用的有{known}", "norm")
        for needed in (norm, norms.ACCOUNT_CLUE.name):
            if needed not in self.bindings and not self.spoiled & {"clause", "default"}:
                title = norms.norm(needed).title
                raise entry.wrong(f"没有确立规范 {needed}（{title}），这一情形没有依据；请确立它，或删去这一项", "norm")
        return Situation(code=code, label=entry.need("label", str), norm=norm)

    def detector(self, entry: _Entry) -> Detector:
        """What looks for clues is one that the program has, for a situation that is listed, with all its values."""
        code, situation = entry.need("code", str), entry.need("situation", str)
        if code not in DETECTORS:
            raise entry.wrong(f"程序没有检测项 {code}；可用的有{'、'.join(DETECTORS)}", "code")
        if situation not in self.situations and "situation" not in self.spoiled:
            raise entry.wrong(f"没有问责情形 {situation}，检测项 {code} 发现的线索没有依据", "situation")
        switched, values = entry.may("on", bool), {name: self.value(entry, name) for name in DETECTORS[code]}
        return Detector(code, situation, MappingProxyType(values), on=switched is not False)

    def value(self, entry: _Entry, name: str) -> int | Limit:
        """A value of a detector: how often, or after which limit."""
        if name in COUNTS:
            times = entry.need(name, int)
            if not 1 <= times <= 100:
                raise entry.wrong(f"{name} 应为1至100的次数，不能是 {times}", name)
            return times
        try:
            return Limit.parse(entry.need(name, str))
        except ValueError:
            raise entry.wrong(f"{name} 应为时限，如 5wd、30d", name) from None

    def assessed(self, entry: _Entry) -> Assessment:
        """The table [assessment]."""
        norm = norms.ASSESS_SCORE
        if norm.name not in self.bindings and not self.spoiled & {"clause", "default"}:
            raise entry.wrong(f"没有确立规范 {norm}（{norm.title}），不计考核得分；请确立它，或删去这一项")
        return assessing.assessment(entry, unit_types=self.told["unit_type"], clauses=self.told["clause"])

    def category(self, entry: _Entry) -> Category:
        code = entry.need("code", str)
        if not CLASS.fullmatch(code) or len(code) > 32:
            words = f"主题分类的 code 应为字母、数字，下一级用点分开（如 03.02），最多32个，不能是 {code}"
            raise entry.wrong(words, "code")
        return Category(code, entry.need("label", str))

    def word(self, entry: _Entry, *, longest: int) -> str:
        """A code that a record can keep."""
        code = entry.need("code", str)
        if not CODE.fullmatch(code) or len(code) > longest:
            raise entry.wrong(f"code 应为小写字母、数字和下划线，最多{longest}个，不能是 {code}", "code")
        return code

    def name(self, entry: _Entry) -> str:
        bodies = [name for name in Name if name.capacity]
        if (code := entry.need("code", str)) not in bodies:
            raise entry.wrong(f"名称没有 {code} 这一种；可用的有{'、'.join(bodies)}", "code")
        label = entry.need("label", str)
        if MARKS & set(label):
            raise entry.wrong("名称（label）不能分行，不能有“⟨”“⟩”", "label")
        return label

    def limits(self) -> dict[str, tuple[LimitRule, ...]]:
        found: dict[str, list[LimitRule]] = {}
        for entry in self.entries("limit"):
            rule = None
            with self.noting("limit"):
                rule = self.limit(entry)
                where = ("limit", rule.key)
                if where in self.places:
                    raise entry.wrong(f"时限 {rule.name} 对同样的诉求设了两次", "name")
                self.places[where] = (entry.lines.get("limit", entry.lines[""]), rule.clause or "")
                found.setdefault(rule.name, []).append(rule)
            self.strangers("limit", entry, whole=rule is not None)
        return {name: tuple(sorted(rules, key=lambda r: r.scope, reverse=True)) for name, rules in found.items()}

    def limit(self, entry: _Entry) -> LimitRule:
        name = entry.need("name", str)
        if name not in LIMIT_NAMES:
            raise entry.wrong(f"程序没有时限 {name}；可用的见规范目录", "name")
        written = entry.need("limit", str)
        try:
            limit = Limit.parse(written)
        except ValueError as error:
            why = "时限不能为零" if re.fullmatch(r"0+[a-z]+", written) else f"{written} 不是时限"
            words = f"{why}；写成 5wd、4wh、30d、2h、15min 或 endOfDay"
            raise entry.wrong(words, "limit") from error
        clause, basis = self.known_clause(entry, "clause"), entry.may("basis", str)
        if clause and basis:
            raise entry.wrong(f"时限 {name} 的条款（clause）和依据（basis）只能写一项：文件写了的写条款", "basis")
        if not clause and not basis:
            raise entry.wrong(f"时限 {name} 既没有条款（clause）也没有依据（basis）", "name")
        channel = entry.may("channel", str)
        if channel is not None and channel not in self.told["channel"]:
            raise entry.wrong(f"没有渠道 {channel}", "channel")
        category, unit_type = entry.may("category", str), entry.may("unit_type", str)
        if category is not None and category not in self.told["category"]:
            raise entry.wrong(f"没有主题分类 {category}，请先在 [[category]] 中列出", "category")
        if unit_type is not None and unit_type not in self.told["unit_type"]:
            raise entry.wrong(f"没有单位类型 {unit_type}", "unit_type")
        return LimitRule(
            name,
            limit,
            clause,
            basis,
            urgency=entry.may("urgency", str),
            appeal_type=entry.may("appeal_type", str),
            channel=channel,
            category=category,
            unit_type=unit_type,
        )

    def grounds(self) -> dict[str, Mapping[str, Ground]]:
        """The grounds by what is decided on them; the usual ones where the file lists none."""
        found: dict[str, dict[str, Ground]] = {}
        for entry in self.entries("ground"):
            ground = None
            with self.noting("ground"):
                ground = self.ground(entry)
                where = ("ground", f"{ground.of}|{ground.code}")
                if where in self.places:
                    raise entry.wrong(f"{ground.of.label}的理由中已有 {ground.code}", "code")
                self.places[where] = (entry.lines.get("code", entry.lines[""]), "")
                found.setdefault(ground.of, {})[ground.code] = ground
            self.strangers("ground", entry, whole=ground is not None)
        usual: dict[str, dict[str, Ground]] = {}
        for ground in USUAL_GROUNDS:
            usual.setdefault(ground.of, {})[ground.code] = ground
        return {of: MappingProxyType(listed) for of, listed in {**usual, **found}.items()}

    def ground(self, entry: _Entry) -> Ground:
        named, code = entry.need("of", str), self.word(entry, longest=32)
        if named not in set(GroundOf):
            raise entry.wrong(f"没有 {named} 的理由；of 可用的有{'、'.join(GroundOf)}", "of")
        of = GroundOf(named)
        if of.norm.name not in self.bindings and not self.spoiled & {"clause", "default"}:
            words = f"没有确立规范 {of.norm}（{of.norm.title}），{of.label}不问理由；请确立它，或删去这一项"
            raise entry.wrong(words, "of")
        demands = entry.words("demands")
        for demand in demands:
            if demand not in of.may_demand:
                words = f"{of.label}的理由不能要求 {demand}；demands 可用的有{'、'.join(of.may_demand)}"
                raise entry.wrong(words, "demands")
        return Ground(
            of=of,
            code=code,
            label=entry.need("label", str),
            clause=self.known_clause(entry, "clause"),
            basis=entry.may("basis", str),
            demands=frozenset(map(Demand, demands)),
        )

    def ladders(self) -> dict[str, tuple[Ladder, ...]]:
        """Kind of duty → its ladders, the most specific first."""
        found: dict[str, list[Ladder]] = {}
        for entry in self.entries("ladder"):
            ladder = None
            with self.noting("ladder"):
                ladder = self.ladder(entry)
                self.only_ladder(entry, ladder)
                for kind in ladder.duties:
                    found.setdefault(kind, []).append(ladder)
            self.strangers("ladder", entry, whole=ladder is not None)
        if Do.LIST.norm and Do.LIST.norm.name in self.bindings:
            self.list_what_is_late(found)
        return {kind: tuple(sorted(among, key=lambda one: one.scope, reverse=True)) for kind, among in found.items()}

    def list_what_is_late(self, found: dict[str, list[Ladder]]) -> None:
        """Where the regulation has a list, every ladder of what belongs on it leads there."""
        for kind in LISTED:
            for ladder in found.get(kind, ()):
                if "ladder" not in self.spoiled and Do.LIST not in {step.do for step in ladder.steps}:
                    line, _ = self.places["ladder", ladder.key]
                    words = (
                        f'规范 {Do.LIST.norm} 要逾期的列入清单：阶梯 {ladder.name} 用于 {kind}，须有一步 do = "list"'
                    )
                    self.faults.append(Fault(line, words))
            if all(ladder.selectors for ladder in found.get(kind, ())):
                found.setdefault(kind, []).append(USUAL_LISTING)

    def only_ladder(self, entry: _Entry, ladder: Ladder) -> None:
        """Neither a second one of its name and scope, nor a second one for a duty of its scope."""
        if ("ladder", ladder.key) in self.places:
            raise entry.wrong(
                f"阶梯 {ladder.name} 对同样的诉求写了两次；请合并，或写明各自的 urgency、channel、unit_type", "name"
            )
        self.places["ladder", ladder.key] = (entry.lines.get("name", entry.lines[""]), "")
        for number in range(len(ladder.steps)):
            self.places["ladder", f"{ladder.key}|{number}"] = (_line_of_step(entry, number), "")
        for kind in ladder.duties:
            where = ("ladder of", "|".join((kind, *(ladder.selectors.get(name, "") for name in LADDER_SELECTORS))))
            if where in self.places:
                raise entry.wrong(
                    f"职责 {kind} 对同样的诉求已在另一阶梯中；一项职责只能走一个阶梯，请删去一处", "duties"
                )
            self.places[where] = (entry.lines.get("duties", entry.lines[""]), "")

    def ladder(self, entry: _Entry) -> Ladder:
        name = entry.need("name", str)
        if not CODE.fullmatch(name) or len(name) > 32:
            raise entry.wrong(f"阶梯的 name 应为小写字母、数字和下划线，最多32个，不能是 {name}", "name")
        label, duties = entry.need("label", str), entry.words("duties")
        if not duties or len({*duties}) < len(duties):
            raise entry.wrong(f"阶梯 {name} 要写明用于哪些职责（duties），如 case.handle，每项一次", "duties")
        scope = {selector: entry.may(selector, str) for selector in LADDER_SELECTORS}
        for selector, table, called in (("channel", "channel", "渠道"), ("unit_type", "unit_type", "单位类型")):
            if scope[selector] is not None and scope[selector] not in self.told[table]:
                raise entry.wrong(f"没有{called} {scope[selector]}", selector)
        written = entry.may("steps", list) or []
        if not written:
            raise entry.wrong(f"阶梯 {name} 没有步骤，请写 steps，或删去这一阶梯", "steps")
        steps = tuple(step for number, one in enumerate(written) if (step := self.step(entry, number, one)))
        for number, step in enumerate(steps):
            if step.key in {other.key for other in steps[:number]}:
                words = f"阶梯 {name} 中“{step.words}”写了两次，请删去一处，或写明各由谁（by）"
                raise _Wrong(Fault(_line_of_step(entry, number), words))
        return Ladder(name, label, duties, steps, **scope)

    def step(self, ladder: _Entry, number: int, values: object) -> Step | None:
        """One of a ladder's steps; everything that is wrong with them is told, not the first alone."""
        line = _line_of_step(ladder, number)
        if not isinstance(values, dict):
            self.note("ladder", Fault(line, f"第{number + 1}步应写成 {{ level = …, at = …, do = …, mode = … }}"))
            return None
        entry = _Entry("steps", values, {"": line})
        with self.noting("ladder"):
            step = self.whole_step(entry)
            self.strangers("ladder", entry, whole=True)
            return step
        return None

    def whole_step(self, entry: _Entry) -> Step:
        do = _one_of(entry, "do", "程序没有 {} 这种措施", (one for one in Do if one.modes))
        level = _one_of(entry, "level", "没有级别 {}", Level)
        mode = _one_of(entry, "mode", "没有方式 {}", Mode)
        if mode not in do.modes:
            allowed = "、".join(f'mode = "{one}"（{one.label}）' for one in do.modes)
            raise entry.wrong(f'{do}（{do.label}）不能写 mode = "{mode}"；只能写{allowed}')
        self.must_bind(entry, do, do.norm)
        at = _parsed(entry, entry.need("at", str), At.parse, "at 应写成 -1wd、0 或 +2h，不能是 {}")
        if do is Do.WARN and at.sign >= 0:
            raise entry.wrong(f"{do.label}应在到期之前，at 不能是 {at}，请写成 -1wd 等")
        to = tuple(_among(entry, word, "to 中没有 {}", To) for word in entry.words("to"))
        if (do is Do.INFORM) != (To.OFFICE in to) or (do is Do.INFORM and len(to) > 1):
            raise entry.wrong(f'{Do.INFORM.label}写 do = "{Do.INFORM}"、to = ["{To.OFFICE}"]，二者只能一起用')
        if do is Do.INFORM and at.sign < 0:
            raise entry.wrong(f"{do.label}不能在到期之前，at 不能是 {at}，请写成 0 或 +1wd 等")
        by = _one_of(entry, "by", "by 中没有 {}", By) if "by" in entry.values else None
        if do.senders and by not in do.senders:
            allowed = "、".join(f'by = "{one}"（{one.label}）' for one in do.senders)
            raise entry.wrong(f"{do.label}要写明以谁的名义：{allowed}")
        self.must_bind(entry, do, do.senders.get(by) if by else None)
        repeat, times = _repeated(entry)
        return Step(
            do=do,
            at=at,
            level=level,
            mode=mode,
            to=to,
            by=by,
            needs=tuple(_parsed(entry, word, Wanted.parse, _NEEDS) for word in entry.words("needs")),
            repeat=repeat,
            times=times,
        )

    def must_bind(self, entry: _Entry, do: Do, norm: Norm | None) -> None:
        """What a regulation leaves off is no step of its ladders."""
        if norm is not None and norm.name not in self.bindings and not self.spoiled & {"clause", "default"}:
            words = f"没有确立规范 {norm}（{norm.title}），{do.label}不能作为一步；请确立它，或删去这一步"
            raise entry.wrong(words)

    def refuse_unknown_tables(self) -> None:
        for name, value in self.document.items():
            if _is_table(value) and name not in TABLES:
                self.faults.append(Fault(self.line(name), f"规则文件没有 [{name}] 这种表"))


Word = TypeVar("Word", bound=Vocabulary)
_NEEDS = "needs 中没有 {}；可用的有" + "、".join(
    f"{need}{':次数' if need.argument is int else ':时限' if need.argument else ''}" for need in Need
)


def _one_of(entry: _Entry, key: str, strange: str, words: Iterable[Word]) -> Word:
    """A word of a closed list that must be there."""
    return _among(entry, entry.need(key, str), strange, words)


def _among(entry: _Entry, said: str, strange: str, words: Iterable[Word]) -> Word:
    known = list(words)
    found = next((word for word in known if word == said), None)
    if found is None:
        raise entry.wrong(f"{strange.format(said)}；可用的有{'、'.join(f'{word}（{word.label}）' for word in known)}")
    return found


def _parsed(entry: _Entry, said: str, parse: Callable[[str], Item], strange: str) -> Item:
    try:
        return parse(said)
    except ValueError as error:
        raise entry.wrong(strange.format(said)) from error


MOST_TIMES = 20


def _repeated(entry: _Entry) -> tuple[Limit | None, int]:
    """How often a step is taken, and after how long again."""
    repeat, times = entry.may("repeat", str), entry.may("times", int)
    if (repeat is None) != (times is None):
        raise entry.wrong("repeat（每隔多久再来一次）和 times（共几次）要一起写")
    if repeat is None or times is None:
        return None, 1
    if not 2 <= times <= MOST_TIMES:
        raise entry.wrong(f"times 应为2至{MOST_TIMES}，不能是 {times}")
    limit = _parsed(entry, repeat, Limit.parse, "repeat 应写成 2wd、4wh 或 2h，不能是 {}")
    if limit.unit is Unit.END_OF_DAY:
        raise entry.wrong("repeat 应写成 2wd、4wh 或 2h，不能是 endOfDay")
    return limit, times


def _line_of_step(entry: _Entry, number: int) -> int:
    return entry.lines.get(f"{{{number}", entry.lines.get("steps", entry.lines[""]))


CLASS = re.compile(r"[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*")
CODE = re.compile(r"[a-z][a-z0-9_]*")
"""What a record keeps of a word that the file lists."""


COVERAGE = frozenset({"also", "partly", "organisational"})
"""Keys of a clause that tell how far the program carries it out: no law, and another release may say otherwise."""


MARKS = frozenset("⟨⟩\n")


def _called(
    given: Mapping[str, str], unit_types: Mapping[str, UnitType], posts: Mapping[str, Post]
) -> Mapping[str, str]:
    """What everybody is called whom texts of the program name."""
    labels = {code: post.label for code, post in posts.items()}
    of_types = {name.value: _only([t.label for t in unit_types.values() if _is(name, t)]) for name in Name}
    return MappingProxyType(
        {n.value: given.get(n) or of_types[n] or (labels.get(n) if not n.capacity else None) or n.label for n in Name}
    )


def _is(name: Name, kind: UnitType) -> bool:
    """Whether units of that type are the body."""
    return kind.serves(name.capacity)


def _only(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else ""


def _digest(document: Mapping[str, object], *, shipped: bool = False) -> str:
    """Of what the file commands, whoever carries it out and whatever others call it.

    The ladders and the assessment of a shipped one are the program's own defaults and change with it; those of a city
    are its law.
    """
    clauses = document.get("clause")
    law = {**document, "clause": [_commanded(one) for one in clauses] if isinstance(clauses, list) else clauses}
    law["ground"] = _beyond(law.get("ground"), "of", _USUAL_GROUNDS)
    if not law["ground"]:
        del law["ground"]
    if law.get("urgency") == _USUAL_URGENCIES:
        del law["urgency"]
    law.pop("name", None)
    if shipped:
        law.pop("ladder", None)
        law.pop("assessment", None)
    said = json.dumps(law, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _commanded(clause: object) -> object:
    """A clause without what the program says of its own coverage."""
    return {key: value for key, value in clause.items() if key not in COVERAGE} if isinstance(clause, dict) else clause


_USUAL_URGENCIES = [
    {"code": one.code, "label": one.label, **({"usual": True} if one.usual else {"urgent": True})}
    for one in USUAL_URGENCIES
]
_USUAL_GROUNDS: list[dict[str, object]] = [
    {"of": str(ground.of), "code": ground.code, "label": ground.label} for ground in USUAL_GROUNDS
]


def _beyond(listed: object, key: str, usual: list[dict[str, object]]) -> object:
    """Of a list, what holds only because it says so: what says the same as no list is no other law."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return listed
    kinds = {one[key] for one in usual}
    said = [one for one in listed if one.get(key) in kinds]
    return [one for one in listed if one not in said] if said == usual else listed


def _instrument(entry: _Entry) -> Instrument:
    return Instrument(
        title=entry.need("title", str),
        number=entry.need("number", str),
        issuer=entry.need("issuer", str),
        in_force_from=entry.need("in_force_from", date),
    )


def _hours(entry: _Entry) -> OfficeHours:
    given = {key: entry.may(key, time) for key in ("opens", "closes", "cut_off")}
    written = entry.may("breaks", list) or []
    try:
        breaks = tuple((begin, end) for begin, end in written)
        return OfficeHours(**{key: value for key, value in given.items() if value is not None}, breaks=breaks)
    except (ValueError, TypeError) as error:
        raise entry.wrong("办公时间应按上班、午休起止、下班的先后排列，午休写成 [[12:00:00, 13:30:00]]") from error


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


_HEADER = re.compile(r"\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"([\w-]+)\s*=")


def _lines(text: str) -> dict[tuple[str, int], dict[str, int]]:
    """Table and its number → key → line; the key "" is the table's own line, "{0" the first table within a list.

    TOML readers do not tell lines.
    """
    found: dict[tuple[str, int], dict[str, int]] = {("", 0): {"": 1}}
    current, inside = found[("", 0)], False
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not inside:
            if header := _HEADER.match(line):
                name = header[1]
                current = found[(name, seen.get(name, 0))] = {"": number}
                seen[name] = seen.get(name, 0) + 1
            elif key := _KEY.match(line):
                current[key[1]] = number
            elif line.lstrip().startswith("{"):
                current[f"{{{sum(known.startswith('{') for known in current)}"] = number
        inside ^= line.count('"""') % 2 == 1
    return found
