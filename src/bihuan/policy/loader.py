"""Reads regulation packs, refusing by file, line and clause what is wrong with them."""

import logging
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Protocol, TypeVar

from bihuan.policy import norms
from bihuan.policy.calendar import OfficeHours
from bihuan.policy.limits import Limit
from bihuan.policy.pack import (
    LIMIT_NAMES,
    PARAMETERS,
    Binding,
    Capacity,
    Channel,
    Clause,
    Instrument,
    LimitRule,
    Pack,
    Post,
    UnitType,
)

SHIPPED = Path(__file__).parent / "packs"
MORE_FOLDERS = "BIHUAN_PACKS"
"""Environment variable with further folders of packs, separated by colons."""

NEEDS: Mapping[str, tuple[str, str]] = {
    norm.name: (norms.LIST_COPY.name, "without a copy no supervision body takes part in the matter")
    for norm in (norms.LIST_SUPERVISION_FEEDBACK, norms.LIST_TRACK)
}
"""Norm → the norm without which nobody could carry it out, and why."""

Item = TypeVar("Item")
LOOKED_EVERY = 1.0
"""So many seconds lie between two looks at the files of packs."""
_looked_at = 0.0
_log = logging.getLogger(__name__)


class Remembering(Protocol):
    """A function that remembers."""

    def cache_clear(self) -> None: ...


Remembers = TypeVar("Remembers", bound=Remembering)
_REMEMBERED: list[Remembering] = []


class PackError(Exception):
    """A pack is wrong; says where."""

    def __init__(self, path: Path, line: int, what: str, *, clause: str = "") -> None:
        super().__init__(f"{path}:{line}: " + (f"clause {clause}: " if clause else "") + what)
        self.path, self.line, self.clause = path, line, clause


def pack(ref: str, *, folders: Sequence[Path] = ()) -> Pack:
    """The pack "id/version", or of "id" the newest version. KeyError for one that is not there."""
    found = _library(_searched(folders))
    try:
        return found[ref]
    except KeyError:
        raise KeyError(f"there is no regulation pack {ref!r}; there are {', '.join(sorted(found))}") from None


def all_packs(*, folders: Sequence[Path] = ()) -> tuple[Pack, ...]:
    """Every version of every pack, by id and version."""
    packs = set(_library(_searched(folders)).values())
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.version)))


def of_packs(remembered: Remembers) -> Remembers:
    """What a function remembers (`lru_cache`) of packs is forgotten when their files were read anew."""
    _REMEMBERED.append(remembered)
    return remembered


def look_again() -> None:
    """See new and changed files of packs, without a restart; asked at the beginning of every answer.

    Where one of them is wrong, what was read before goes on to hold, and the log says what is wrong.
    """
    global _looked_at
    if (now := monotonic()) < _looked_at + LOOKED_EVERY:
        return
    _looked_at, folders = now, _searched(())
    before, after = _seen.get(folders), _files(folders)
    if before is None or before == after:
        return
    _seen[folders] = after
    try:
        read = _read(folders)
    except (PackError, OSError, UnicodeError) as error:
        _log.error("regulation packs changed and cannot be read, those read before hold: %s", error)
        return
    _libraries[folders] = read
    for remembered in _REMEMBERED:
        remembered.cache_clear()


def _files(folders: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    """The files of packs, with their time and size."""
    found = (path for folder in folders for path in sorted(folder.glob("*.toml")))
    return tuple((str(path), (told := path.stat()).st_mtime_ns, told.st_size) for path in found)


def _searched(folders: Sequence[Path]) -> tuple[Path, ...]:
    more = (Path(folder) for folder in os.environ.get(MORE_FOLDERS, "").split(":") if folder)
    return SHIPPED, *more, *folders


_libraries: dict[tuple[Path, ...], Mapping[str, Pack]] = {}
_seen: dict[tuple[Path, ...], tuple[tuple[str, int, int], ...]] = {}


def _library(folders: tuple[Path, ...]) -> Mapping[str, Pack]:
    """The packs of these folders, read once until a file changes."""
    if folders not in _libraries:
        _seen[folders] = _files(folders)
        _libraries[folders] = _read(folders)
    return _libraries[folders]


def _read(folders: tuple[Path, ...]) -> Mapping[str, Pack]:
    packs: dict[str, Pack] = {}
    for path in dict.fromkeys(path.resolve() for folder in folders for path in sorted(folder.glob("*.toml"))):
        read = load(path)
        if read.ref in packs:
            raise PackError(path, 1, f"{read.ref} is already in another file")
        packs[read.ref] = read
    for read in sorted(packs.values(), key=lambda pack: pack.version):
        packs[read.id] = read
    return MappingProxyType(packs)


def load(path: Path) -> Pack:
    """Read and check one pack. PackError names the file, the line and the clause of what is wrong."""
    text = path.read_text(encoding="utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PackError(path, int(line[1]) if line else text.count("\n") + 1, str(error)) from error
    return _Reader(path, document, _lines(text)).pack()


@dataclass(slots=True)
class _Entry:
    """One table of the file, with the line on which it stands and those of its keys."""

    path: Path
    name: str
    values: dict[str, object]
    lines: Mapping[str, int]
    known: set[str] = field(default_factory=set)

    def wrong(self, what: str, key: str = "") -> PackError:
        """The error for this entry, or for one of its keys."""
        clause = self.values.get("id") if self.name == "clause" else self.values.get("clause")
        return PackError(self.path, self.lines.get(key, self.lines[""]), what, clause=str(clause or ""))

    def need(self, key: str, kind: type[Item]) -> Item:
        """The value of a key that must be there."""
        value = self.may(key, kind)
        if value is None or value == "":
            raise self.wrong(f"{self.name} lacks {key}", key)
        return value

    def may(self, key: str, kind: type[Item]) -> Item | None:
        """The value of a key that may be there."""
        self.known.add(key)
        value = self.values.get(key)
        if value is not None and type(value) is not kind:
            raise self.wrong(f"{key} = {value!r} is no {kind.__name__}", key)
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings that may be left out."""
        values = self.may(key, list) or []
        for value in values:
            if not isinstance(value, str):
                raise self.wrong(f"{key} holds {value!r}, which is no string", key)
        return tuple(values)

    def done(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self.values:
            if key not in self.known:
                raise self.wrong(f"{self.name} does not know the key {key!r}", key)


class _Reader:
    """Turns the tables of one file into a pack."""

    def __init__(
        self, path: Path, document: dict[str, object], lines: Mapping[tuple[str, int], dict[str, int]]
    ) -> None:
        self.path, self.document, self.lines = path, document, lines
        self.clauses: dict[str, Clause] = {}
        self.bindings: dict[str, Binding] = {}
        self.bound_at: dict[str, tuple[_Entry, str]] = {}

    def pack(self) -> Pack:
        top = _Entry(
            self.path,
            "pack",
            {key: value for key, value in self.document.items() if not _is_table(value)},
            self.lines.get(("", 0), {"": 1}),
        )
        identity = top.need("id", str), top.need("version", int)
        prefixes = top.need("case_prefix", str), top.need("matter_prefix", str)
        top.done()
        instrument, hours = self.instrument(), self.hours()
        self.clauses = self.named("clause", self.clause)
        self.bind()
        self.supported()
        unit_types = self.named("unit_type", self.unit_type)
        channels = self.named("channel", lambda entry: self.channel(entry, unit_types))
        posts = self.named("post", lambda entry: Post(entry.need("code", str), entry.need("label", str)))
        limits = self.limits(channels)
        self.refuse_unknown_tables()
        return Pack(
            *identity, *prefixes, instrument, hours, MappingProxyType(self.clauses), MappingProxyType(self.bindings),
            MappingProxyType(channels), MappingProxyType(unit_types), MappingProxyType(posts), MappingProxyType(limits),
        )  # fmt: skip

    def entries(self, name: str) -> Iterator[_Entry]:
        """The tables [[name]] in the order of the file."""
        tables = self.document.get(name, [])
        if not isinstance(tables, list):
            raise PackError(self.path, self.line(name), f"write [[{name}]]")
        for number, values in enumerate(tables):
            entry = _Entry(self.path, name, values, self.lines.get((name, number), {"": 1}))
            yield entry
            entry.done()

    def line(self, name: str) -> int:
        return self.lines.get((name, 0), {"": 1})[""]

    def single(self, name: str) -> _Entry:
        """The table [name]; an empty one where it is left out."""
        values = self.document.get(name, {})
        if not isinstance(values, dict):
            raise PackError(self.path, self.line(name), f"write [{name}] once")
        return _Entry(self.path, name, values, self.lines.get((name, 0), {"": 1}))

    def named(self, name: str, read: Callable[[_Entry], Item]) -> dict[str, Item]:
        """The tables [[name]] by their code (clauses: id), which must be unique."""
        key = "id" if name == "clause" else "code"
        found: dict[str, Item] = {}
        for entry in self.entries(name):
            code = entry.need(key, str)
            if code in found:
                raise entry.wrong(f"there is already a {name} {code!r}", key)
            found[code] = read(entry)
        return found

    def instrument(self) -> Instrument:
        entry = self.single("instrument")
        read = Instrument(
            title=entry.need("title", str),
            number=entry.need("number", str),
            issuer=entry.need("issuer", str),
            in_force_from=entry.need("in_force_from", date),
        )
        entry.done()
        return read

    def hours(self) -> OfficeHours:
        entry = self.single("hours")
        given = {key: entry.may(key, time) for key in ("opens", "closes", "cut_off")}
        breaks = tuple((begin, end) for begin, end in entry.may("breaks", list) or [])
        entry.done()
        try:
            return OfficeHours(**{key: value for key, value in given.items() if value is not None}, breaks=breaks)
        except (ValueError, TypeError) as error:
            raise entry.wrong(str(error)) from error

    def clause(self, entry: _Entry) -> Clause:
        read = Clause(
            id=entry.need("id", str),
            text=entry.need("text", str),
            organisational=bool(entry.may("organisational", bool)),
            norms=entry.words("norms"),
            also=entry.words("also"),
            partly=entry.may("partly", str) or "",
        )
        for key in ("norms", "also"):
            for name in getattr(read, key):
                self.known_norm(entry, name, key)
        if read.organisational and (read.norms or read.also):
            raise entry.wrong("an organisational clause cannot carry norms", "organisational")
        if read.partly and not (read.norms or read.also):
            raise entry.wrong("what is carried out in part names the norms that do it", "partly")
        for name in read.norms:
            self.add(entry, Binding(name, read.id, None, MappingProxyType({})), "norms")
        return read

    def known_norm(self, entry: _Entry, name: str, key: str) -> None:
        if name not in norms.ALL:
            raise entry.wrong(f"the engine lacks the norm {name!r}", key)

    def add(self, entry: _Entry, binding: Binding, key: str) -> None:
        if binding.norm in self.bindings:
            held = self.bindings[binding.norm]
            raise entry.wrong(f"the norm {binding.norm!r} is already bound to {held.clause or held.basis}", key)
        self.bindings[binding.norm] = binding
        self.bound_at[binding.norm] = entry, key

    def supported(self) -> None:
        """Refuse a norm whose duties would find no holder, because the norm that brings the holder in is left off."""
        for norm, (needed, why) in NEEDS.items():
            if norm in self.bindings and needed not in self.bindings:
                entry, key = self.bound_at[norm]
                raise entry.wrong(f"the norm {norm!r} needs {needed!r}, which is bound nowhere: {why}", key)

    def bind(self) -> None:
        """Add the defaults and the parameters to what the clauses bind."""
        for entry in self.entries("default"):
            norm, basis = entry.need("norm", str), entry.need("basis", str)
            self.known_norm(entry, norm, "norm")
            parameters = entry.may("parameters", dict) or {}
            for name, value in parameters.items():
                self.known_parameter(entry, norm, name, value)
            self.add(entry, Binding(norm, None, basis, MappingProxyType(parameters)), "norm")
        for entry in self.entries("parameter"):
            norm, name, basis = entry.need("norm", str), entry.need("name", str), entry.need("basis", str)
            value = entry.need("value", type(entry.values.get("value", "")))
            self.known_norm(entry, norm, "norm")
            self.known_parameter(entry, norm, name, value)
            if norm not in self.bindings:
                raise entry.wrong(f"a parameter for {norm!r}, which is not bound", "norm")
            bound = self.bindings[norm]
            self.bindings[norm] = Binding(
                norm, bound.clause, bound.basis or basis, MappingProxyType({**bound.parameters, name: value})
            )
        for number, clause in enumerate(self.clauses.values()):
            for name in clause.also:
                if name not in self.bindings:
                    line = self.lines[("clause", number)].get("also", 1)
                    raise PackError(self.path, line, f"the norm {name!r} is bound nowhere", clause=clause.id)

    def known_parameter(self, entry: _Entry, norm: str, name: str, value: object) -> None:
        kind = PARAMETERS.get(norm, {}).get(name)
        if kind is None:
            raise entry.wrong(f"the norm {norm!r} has no parameter {name!r}", "parameters")
        if type(value) is not kind:
            raise entry.wrong(f"the parameter {name!r} of {norm!r} is no {kind.__name__}", "parameters")

    def known_clause(self, entry: _Entry, key: str) -> str | None:
        clause = entry.may(key, str)
        if clause is not None and clause not in self.clauses:
            raise entry.wrong(f"there is no clause {clause!r}", key)
        return clause

    def unit_type(self, entry: _Entry) -> UnitType:
        capacities = entry.words("capacities")
        for capacity in capacities:
            if capacity not in set(Capacity):
                raise entry.wrong(f"there is no capacity {capacity!r}", "capacities")
        code, label = entry.need("code", str), entry.need("label", str)
        return UnitType(code, label, frozenset(capacities), bool(entry.may("needs_superior", bool)))

    def channel(self, entry: _Entry, unit_types: Mapping[str, UnitType]) -> Channel:
        read = Channel(
            code=entry.need("code", str),
            number=entry.need("number", str),
            label=entry.need("label", str),
            owner_unit_type=entry.need("owner_unit_type", str),
            named_in=self.known_clause(entry, "named_in"),
            reported_under=self.known_clause(entry, "reported_under"),
            public=bool(entry.may("public", bool)),
        )
        if not re.fullmatch(r"[0-9]{2}", read.number):
            raise entry.wrong("the number of a channel has two digits", "number")
        if read.owner_unit_type not in unit_types:
            raise entry.wrong(f"there is no unit type {read.owner_unit_type!r}", "owner_unit_type")
        return read

    def limits(self, channels: Mapping[str, Channel]) -> dict[str, tuple[LimitRule, ...]]:
        found: dict[str, list[LimitRule]] = {}
        for entry in self.entries("limit"):
            rule = self.limit(entry, channels)
            rules = found.setdefault(rule.name, [])
            scope = (rule.urgency, rule.channel, rule.appeal_type)
            if any((r.urgency, r.channel, r.appeal_type) == scope for r in rules):
                raise entry.wrong(f"the limit {rule.name!r} is set twice for the same cases", "name")
            rules.append(rule)
        return {name: tuple(sorted(rules, key=lambda r: r.scope, reverse=True)) for name, rules in found.items()}

    def limit(self, entry: _Entry, channels: Mapping[str, Channel]) -> LimitRule:
        name = entry.need("name", str)
        if name not in LIMIT_NAMES:
            raise entry.wrong(f"the engine knows no limit {name!r}", "name")
        try:
            limit = Limit.parse(entry.need("limit", str))
        except ValueError as error:
            raise entry.wrong(str(error), "limit") from error
        clause, basis = self.known_clause(entry, "clause"), entry.may("basis", str)
        if not clause and not basis:
            raise entry.wrong(f"the limit {name!r} has neither clause nor basis", "name")
        channel = entry.may("channel", str)
        if channel is not None and channel not in channels:
            raise entry.wrong(f"there is no channel {channel!r}", "channel")
        return LimitRule(name, limit, clause, basis, entry.may("urgency", str), entry.may("appeal_type", str), channel)

    def refuse_unknown_tables(self) -> None:
        known = {"instrument", "hours", "clause", "default", "parameter", "unit_type", "channel", "post", "limit"}
        for name, value in self.document.items():
            if _is_table(value) and name not in known:
                raise PackError(self.path, self.line(name), f"a pack has no table {name!r}")


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


_HEADER = re.compile(r"\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"([\w-]+)\s*=")


def _lines(text: str) -> dict[tuple[str, int], dict[str, int]]:
    """Table and its number → key → line; the key "" is the table's own line. TOML readers do not tell lines."""
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
        inside ^= line.count('"""') % 2 == 1
    return found
