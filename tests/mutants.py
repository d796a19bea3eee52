"""Mutants of the rules: each is broken in every small way, one at a time, and the rows of the tables are asked again.

A mutant that turns no row red is a survivor: a word of the regulation that could be deleted and nobody would notice.
`tools/mutants` runs this. No database takes part: a mutant is the compiled function put in the place of the rule's own,
so that a thousand of them take seconds.
"""

import ast
import importlib
import inspect
import os
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.architecture.sources import Function, Module, is_rule, modules

TABLES = "test_rules.py"
SURVIVORS = Path(__file__).parent / "mutants.toml"
LEAST = 95.0
"""Percent of the mutants of every module that must turn a row red."""
PATIENCE = 5.0
"""Seconds that the rows of one mutant may take: a mutant that never ends is found out too."""
WORDS_OF = ("Refusal", "Unfit")
"""What says no: its first argument is text for people, which tables do not assert."""
TURNED: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
"""A comparison → the same beside its limit, and its opposite."""


@dataclass(frozen=True)
class Mutant:
    """One rule with one thing changed."""

    module: str
    rule: str
    """The name of the function in its module."""
    change: str
    line: int
    code: CodeType = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.module}.{self.rule}: {self.change}"


Site = tuple[ast.AST, str, Any]
"""A node, the name of its field, and what is put there instead."""


def mutants_of(module: Module, name: str, function: Function) -> Iterator[Mutant]:
    """Every mutant of one function."""
    seen = Counter[str]()
    for statement, (node, slot, changed) in _sites(function.body, function):
        before, kept = _line(statement), getattr(node, slot)
        setattr(node, slot, changed)
        try:
            after, code = _line(statement), _compiled(function, module.path)
        finally:
            setattr(node, slot, kept)
        change = f"deleted: {before}" if after == before else f"{before} → {after}"
        seen[change] += 1
        more = f" ({seen[change]})" if seen[change] > 1 else ""
        yield Mutant(module.name, name, change + more, statement.lineno, code)


def _line(statement: ast.stmt) -> str:
    """A statement in one line, without what stands below it."""
    match statement:
        case ast.If(test=test):
            return f"if {ast.unparse(test)}"
        case ast.While(test=test):
            return f"while {ast.unparse(test)}"
        case ast.For(target=target, iter=of):
            return f"for {ast.unparse(target)} in {ast.unparse(of)}"
        case ast.With(items=items):
            return f"with {', '.join(map(ast.unparse, items))}"
    return " ".join(ast.unparse(statement).split())


def _compiled(function: Function, path: Path) -> CodeType:
    """The code of the function as it stands now."""
    bare = ast.FunctionDef(function.name, function.args, function.body, [], None, lineno=1, col_offset=0)
    whole = compile(ast.fix_missing_locations(ast.Module([bare], [])), str(path), "exec")
    return next(part for part in whole.co_consts if isinstance(part, CodeType) and part.co_name == function.name)


def _sites(body: list[ast.stmt], owner: ast.AST, slot: str = "body") -> Iterator[tuple[ast.stmt, Site]]:
    """What can be changed in these statements, each with the statement that it stands in."""
    for at, statement in enumerate(body):
        if _ends(statement):
            yield statement, (owner, slot, [*body[:at], ast.Pass(), *body[at + 1 :]])
        if isinstance(statement, ast.If):
            yield statement, (statement, "test", ast.Constant(True))
        for name, value in ast.iter_fields(statement):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from _sites(value, statement, name)
            elif isinstance(value, list) and value and isinstance(value[0], ast.match_case | ast.ExceptHandler):
                for inner in value:
                    yield from _sites(inner.body, inner)
            else:
                for site in _in_value(value, statement, name):
                    yield statement, site


def _ends(statement: ast.stmt) -> bool:
    """Whether the statement ends the rule with something said, or skips what follows."""
    match statement:
        case ast.Return(value=None | ast.Constant(value=None)):
            return False
    return isinstance(statement, ast.Return | ast.Raise | ast.Continue)


def _is_text(node: ast.expr) -> bool:
    """Whether it is words for people: which of two are said is wording, and tables do not assert that."""
    match node:
        case ast.JoinedStr() | ast.Attribute(attr="label"):
            return True
        case ast.Constant(value=str(text)):
            return text != ""
    return False


def _in_value(value: object, owner: ast.AST, slot: str) -> Iterator[Site]:
    if isinstance(value, list):
        for at, item in enumerate(value):
            for node, name, changed in _in_value(item, owner, slot):
                if node is owner and name == slot and changed is not value:
                    yield (
                        owner,
                        slot,
                        changed if isinstance(changed, list) else [*value[:at], changed, *value[at + 1 :]],
                    )
                else:
                    yield node, name, changed
    elif isinstance(value, ast.expr | ast.keyword | ast.comprehension | ast.withitem):
        yield from _in_expression(value, owner, slot)


def _in_expression(node: ast.AST, owner: ast.AST, slot: str) -> Iterator[Site]:
    match node:
        case ast.JoinedStr():
            return
        case ast.Call(func=ast.Name(id=called), keywords=keywords) if called in WORDS_OF:
            yield from ((node, "keywords", [k for k in keywords if k is not one]) for one in keywords)
            for argument in node.args[1:]:
                yield from _in_value(argument, node, "args")
            return
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                for other in TURNED[type(op)]:
                    yield node, "ops", [*ops[:at], other(), *ops[at + 1 :]]
        case ast.BoolOp(op=op, values=values):
            yield node, "op", ast.Or() if isinstance(op, ast.And) else ast.And()
            for at in range(len(values)):
                fewer = [*values[:at], *values[at + 1 :]]
                yield owner, slot, fewer[0] if len(fewer) == 1 else ast.BoolOp(op, fewer)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield owner, slot, operand
        case ast.IfExp(body=body, orelse=other) if _is_text(body) and _is_text(other):
            return
        case ast.IfExp(test=test):
            yield node, "test", ast.UnaryOp(ast.Not(), test)
        case ast.comprehension(ifs=ifs) if ifs:
            yield node, "ifs", []
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield owner, slot, ast.Constant(number + 1)
            yield owner, slot, ast.Constant(number - 1)
            return
    for name, value in ast.iter_fields(node):
        yield from _in_value(value, node, name)


@dataclass(frozen=True)
class Rule:
    """A function under mutation: where it is written, and the function as it runs."""

    module: Module
    name: str
    written: Function
    function: FunctionType

    @property
    def dotted(self) -> str:
        """Its dotted name."""
        return f"{self.module.name}.{self.name}"


def rules(only: Collection[str] = ()) -> Iterator[Rule]:
    """Every rule wherever it stands, and whatever else decides in a room of rules; `only` names modules."""
    for module in modules():
        if only and module.name not in only:
            continue
        for name, written in module.functions():
            if module.room == "rules" or (is_rule(written) and module.room not in ROOMS_THAT_READ):
                function = _found(module.name, name)
                if function is not None:
                    yield Rule(module, name, written, function)


ROOMS_THAT_READ = frozenset({"commands", "life", "subjects", "views"})
"""Here a rule is asked with what was read before, and none is written (see tests/architecture/test_rules.py)."""


def _found(module: str, name: str) -> FunctionType | None:
    """The function behind a name, without what is wrapped around it."""
    here: object = importlib.import_module(module)
    for part in name.split("."):
        here = inspect.getattr_static(here, part)
    if isinstance(here, property):
        here = here.fget
    here = inspect.unwrap(getattr(here, "__func__", here))  # type: ignore[arg-type]
    return here if isinstance(here, FunctionType) else None


@dataclass
class Row:
    """One test of a rule table, as often as it is needed."""

    name: str
    run: Callable[[], object]
    seconds: float = 0.0

    def is_red(self) -> bool:
        """Whether it fails now."""
        try:
            self.run()
        except (Exception, _Endless, pytest.fail.Exception):
            return True
        return False


class _Endless(BaseException):
    """The rows took longer than anybody waits."""


def _rows(items: Sequence[pytest.Item]) -> Iterator[Row]:
    """The tests that need nothing but their parameters; no properties, which take a hundred times as long."""
    for item in items:
        if not isinstance(item, pytest.Function) or hasattr(item.obj, "hypothesis"):
            continue
        given = item.callspec.params if hasattr(item, "callspec") else {}
        wanted = inspect.signature(item.obj).parameters
        if "django_db" in {mark.name for mark in item.iter_markers()} or not wanted.keys() <= given.keys():
            continue
        values = {name: given[name] for name in wanted}
        yield Row(item.nodeid, lambda test=item.obj, values=values: test(**values))


@dataclass
class Mutation:
    """A run: which mutants there were, and which turned no row red."""

    only: Collection[str] = ()
    red_before: list[str] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    """Module → how many mutants."""
    survivors: list[Mutant] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the place of the tests: the mutants."""
        self.run(list(rules(self.only)), list(_rows(session.items)))
        return True

    def run(self, targets: Sequence[Rule], rows: Sequence[Row]) -> None:
        """Put every mutant of every target before the rows that ask it."""
        with _Patience():
            self._run(targets, rows)

    def _run(self, targets: Sequence[Rule], rows: Sequence[Row]) -> None:
        asking = _asking({rule.function.__code__: rule.dotted for rule in targets}, rows)
        self.red_before = [row.name for row in rows if row.seconds < 0]
        if self.red_before:
            return
        for rule in targets:
            mine = sorted(asking[rule.dotted], key=lambda row: row.seconds)
            kept = rule.function.__code__
            for mutant in mutants_of(rule.module, rule.name, rule.written):
                self.made[rule.module.name] += 1
                rule.function.__code__ = mutant.code
                try:
                    found = _one_is_red(mine)
                finally:
                    rule.function.__code__ = kept
                if not found:
                    self.survivors.append(mutant)


def _asking(codes: Mapping[CodeType, str], rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    """Rule → the rows that ask it; a row that is red already gets a time below nothing."""
    asking: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        entered: set[CodeType] = set()

        def note(frame: FrameType, event: str, _: object, entered: set[CodeType] = entered) -> None:
            if event == "call":
                entered.add(frame.f_code)

        began = time.perf_counter()
        sys.setprofile(note)
        try:
            red = row.is_red()
        finally:
            sys.setprofile(None)
        row.seconds = -1.0 if red else time.perf_counter() - began
        for code in entered & codes.keys():
            asking[codes[code]].append(row)
    return asking


def _one_is_red(rows: Sequence[Row]) -> bool:
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
    try:
        return any(row.is_red() for row in rows)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Patience:
    """Within it, an alarm ends what runs."""

    def __enter__(self) -> None:
        def end(*_: object) -> None:
            raise _Endless

        self.before = signal.signal(signal.SIGALRM, end)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGALRM, self.before)


@dataclass(frozen=True)
class Report:
    """What a run found, beside what is known of survivors."""

    made: Mapping[str, int]
    survivors: Sequence[Mutant]
    reasons: Mapping[str, str]
    whole: bool = True
    """Whether every rule was asked: then a reason without its survivor is stale."""

    @property
    def percent(self) -> float:
        """The share that turned a row red."""
        return _percent(sum(self.made.values()), len(self.survivors))

    @property
    def weak(self) -> list[str]:
        """Modules of which too few mutants turned a row red, whatever the reasons."""
        lost = Counter(one.module for one in self.survivors)
        return sorted(name for name, made in self.made.items() if _percent(made, lost[name]) < LEAST)

    @property
    def unknown(self) -> list[Mutant]:
        """Survivors for which nobody gave a reason."""
        return [one for one in self.survivors if not self.reasons.get(str(one), "").strip()]

    @property
    def stale(self) -> list[str]:
        """Reasons for what does not survive, or is not there any more."""
        return sorted(self.reasons.keys() - {str(one) for one in self.survivors}) if self.whole else []

    @property
    def holds(self) -> bool:
        """Whether the tables are as good as they must be."""
        return not self.unknown and not self.stale and not self.weak

    def lines(self) -> Iterator[str]:
        """The report for a console; the percentage stands in the last line."""
        lost = Counter(one.module for one in self.survivors)
        for name, made in sorted(self.made.items()):
            yield f"{_percent(made, lost[name]):5.1f} %  {made - lost[name]:4} of {made:4}  {name}"
        for one in self.unknown:
            yield f"survived, no reason in {SURVIVORS.name}: line {one.line}: {one}"
        for name in self.weak:
            yield f"below {LEAST:g} %: {name}"
        for text in self.stale:
            yield f"no survivor, take it out of {SURVIVORS.name}: {text}"
        total = sum(self.made.values())
        yield f"{self.percent:.1f} % of {total} mutants turned a row red (at least {LEAST:g} % of every module)"


def _percent(made: int, survived: int) -> float:
    return 100.0 * (made - survived) / made if made else 100.0


def known_survivors(path: Path = SURVIVORS) -> Mapping[str, str]:
    """Survivor → why nothing can or need turn red."""
    return tomllib.loads(path.read_text(encoding="utf-8")).get("survivors", {}) if path.exists() else {}


def run(only: Collection[str] = ()) -> int:
    """Mutate, print the report, answer the exit code."""
    mutation = Mutation(only)
    packages = {name.split(".")[1] for name in only if "." in name}
    tables = sorted(
        str(path) for path in Path(__file__).parent.glob(f"*/{TABLES}") if not only or path.parent.name in packages
    )
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # those for browsers and contracts take longer than the run
    plugins = ["-p", "pytest_django.plugin", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
    options = ["-qq", "--no-header", *plugins]
    code = pytest.main([*options, *tables], plugins=[mutation])
    if mutation.red_before or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        print(*mutation.red_before, "the rule tables are red, or cannot be read, without any mutant", sep="\n")
        return 2
    report = Report(mutation.made, mutation.survivors, known_survivors(), whole=not only)
    print(*report.lines(), sep="\n")
    return 0 if report.holds else 1
