"""What a module may do, judged by what stands in it and not by what it is called: each check answers what is wrong."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from tests.architecture.sources import Function, Module, heights, is_rule
from tests.architecture.writes import WRITERS, writes

DECLARED = Path(__file__).parent / "declared.toml"
"""Exceptions, each with its reason."""
ROOMS_OF_RULES = frozenset({"rules", "papers"})
"""Where rules are written; everywhere else a rule is asked."""


@cache
def declared() -> Mapping[str, Any]:
    """The exceptions."""
    return tomllib.loads(DECLARED.read_text(encoding="utf-8"))


def _at(module: Module, line: int, wrong: str) -> str:
    return f"{module.name}:{line}: {wrong}"


def rules_without_norm(module: Module) -> Iterator[str]:
    """A rule names the norms that it carries out, every one that it refuses by among them."""
    if module.room not in ROOMS_OF_RULES:
        return
    for name, function in module.functions():
        if not is_rule(function) or name.startswith("_"):
            continue
        carried = _carried_out(function)
        if not carried:
            yield _at(module, function.lineno, f"{name} names no norm that it carries out (@carries_out)")
        for cited in sorted(_cited(function) - carried) if carried else ():
            yield _at(module, function.lineno, f"{name} refuses by {cited} and does not say that it carries it out")


def _carried_out(function: Function) -> set[str]:
    return {
        ast.unparse(norm).rsplit(".", 1)[-1]
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "carries_out"
        for norm in decorator.args
    }


def _cited(function: Function) -> set[str]:
    """The norms that stand in its refusals by name."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    norms = (call.args[1] for call in calls if ast.unparse(call.func) == "Refusal" and len(call.args) > 1)
    return {norm.attr for norm in norms if isinstance(norm, ast.Attribute) and ast.unparse(norm.value) == "norms"}


def questions_that_decide(module: Module) -> Iterator[str]:
    """Outside of the rooms of rules, a function that answers a refusal reads facts and asks one rule."""
    if module.room in ROOMS_OF_RULES or module.package == "kernel":
        return
    known = {function: name for name, function in module.functions()}
    for function in (node for node in ast.walk(module.tree) if isinstance(node, Function)):
        name = known.get(function, function.name)
        if is_rule(function) and f"{module.name}.{name}" not in declared()["questions"]:
            for node in ast.walk(function):
                if isinstance(node, ast.If | ast.IfExp | ast.BoolOp) and not _only_a_value(node, function):
                    yield _at(module, node.lineno, f"{name} decides; let a rule do it, and ask that one")
                elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal":
                    yield _at(module, node.lineno, f"{name} refuses by itself; let a rule do it, and ask that one")


def _only_a_value(node: ast.AST, function: Function) -> bool:
    """Whether it makes a value that is given to a rule, such as `case.closed_at or now`."""
    returned = {id(one.value) for one in ast.walk(function) if isinstance(one, ast.Return)}
    return isinstance(node, ast.BoolOp) and id(node) not in returned


def foreign_models(module: Module) -> Iterator[str]:
    """The models of a package are its own; models above may point to them, others are declared."""
    for line, package in packages_of_models(module):
        known = declared()["models"].get(module.name, {})
        if package == module.package or package in known:
            continue
        if module.room == "models" and _is_below(package, module.package):
            continue
        yield _at(module, line, f"the models of {package} are its own; ask its queries and commands")


def packages_of_models(module: Module) -> Iterator[tuple[int, str]]:
    """Every package whose models are imported, or asked for by their name."""
    for node in ast.walk(module.tree):
        match node:
            case ast.ImportFrom(module=str(where), names=names):
                for dotted in (where, *(f"{where}.{alias.name}" for alias in names)):
                    if found := re.match(r"bihuan\.(\w+)\.models\b", dotted):
                        yield node.lineno, found[1]
                        break
            case ast.Import(names=names):
                for alias in names:
                    if found := re.match(r"bihuan\.(\w+)\.models\b", alias.name):
                        yield node.lineno, found[1]
            case ast.Call(func=ast.Attribute(attr="get_model"), args=[ast.Constant(value=str(name)), *_]):
                yield node.lineno, name.split(".")[0]


def writes_out_of_place(module: Module) -> Iterator[str]:
    """Only commands write, and only the tables of their own package."""
    allowed = {module.package, *declared()["writes"].get(module.name, {})}
    for write in writes(module):
        owners = {_owner(model.__module__) for model in write.models or ()}
        if write.models is None and module.name not in declared()["everything"]:
            yield _at(module, write.line, f"does not show whose rows it writes, if any: {write.text}")
        elif module.room not in WRITERS:
            yield _at(module, write.line, f"writes; only commands do: {write.text}")
        elif foreign := sorted(owners - allowed):
            yield _at(module, write.line, f"writes tables of {', '.join(foreign)}: {write.text}")


def packages_written(module: Module) -> set[str]:
    """The packages whose tables the module writes, as far as can be seen."""
    return {_owner(model.__module__) for write in writes(module) for model in write.models or ()}


def _owner(module: str) -> str:
    return module.split(".")[1] if module.startswith("bihuan.") else module.split(".")[0]


@cache
def tables() -> Mapping[str, str]:
    """Table → the package that it belongs to."""
    return {model._meta.db_table: _owner(model.__module__) for model in apps.get_models(include_auto_created=True)}


_WORD = re.compile(r"[a-z][a-z0-9_]*")
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY|MERGE\s+INTO)\s+\"?([a-z][a-z0-9_]*)")


def named_tables(module: Module) -> Iterator[tuple[int, str, str]]:
    """Every table of another package that stands in a text: line, owner, table."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _named(node.value, node.lineno, module.package)
    folder = module.path.parent
    if module.path.name == "__init__.py":
        for sql in sorted(folder.glob("*.sql")):
            yield from _named(sql.read_text(encoding="utf-8"), 1, module.package)


def _named(text: str, line: int, package: str) -> Iterator[tuple[int, str, str]]:
    for word in _WORD.findall(text):
        if (owner := tables().get(word, package)) != package:
            yield line, owner, word


def tables_from_above(module: Module) -> Iterator[tuple[str, str, str]]:
    """Tables that lie above the package that names them, or beside it: owner, table, and where."""
    for line, owner, table in named_tables(module):
        if not _is_below(owner, module.package):
            yield owner, table, _at(module, line, table)


def tables_written_by_others(module: Module) -> Iterator[str]:
    """No statement writes a table of another package."""
    allowed = declared()["writes"].get(module.name, {})
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for table in _WRITES.findall(node.value):
                owner = tables().get(table, module.package)
                if owner != module.package and owner not in allowed:
                    yield _at(module, node.lineno, f"writes {table}, a table of {owner}")


def _is_below(package: str, other: str) -> bool:
    """Whether a package lies below another; what is not ours lies below everything."""
    known = heights()
    return known.get(package, 0) < known.get(other, 0)
