"""Which columns of which tables our code writes again, read from the source."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.architecture.sources import Function, Module, modules
from tests.architecture.writes import Names, Scope

AGAIN = {"update", "save", "bulk_update", "update_or_create"}
SET = re.compile(r"UPDATE (\w+)(?: \w+)? SET (.*?)(?: FROM | WHERE | RETURNING |$)", re.DOTALL)
UPSERT = re.compile(r"INSERT INTO (\w+).*DO UPDATE SET (.*?)(?: WHERE | RETURNING |$)", re.DOTALL)
COLUMN = re.compile(r'(?:^|, )"?(\w+)"? = ')


@dataclass
class Written:
    """Table → columns that are written again; tables of which not all that is written can be seen, and where."""

    columns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unseen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def written() -> Written:
    """What all of our code writes again."""
    found = Written()
    for module in modules():
        scope = Scope(module)
        for name, function in scope.functions():
            names = scope.names_in(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in AGAIN:
                    _call(found, scope, f"{module.name}.{name}", function, names, node)
        for text in _texts(module.tree):
            for table, said in (*SET.findall(text), *UPSERT.findall(text)):
                found.columns[table] |= set(COLUMN.findall(said))
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
            yield " ".join("".join(parts).split())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def _call(found: Written, scope: Scope, where: str, function: Function, names: Names, node: ast.Call) -> None:
    assert isinstance(node.func, ast.Attribute)
    models = scope.behind(node.func.value, names)
    if models == frozenset():
        return
    said = {word.arg: word.value for word in node.keywords}
    seen = _Seen(scope, function, names)
    match node.func.attr:
        case "save" if "force_insert" in said:
            return
        case "save":
            columns = seen.listed(said["update_fields"]) if "update_fields" in said else None
        case "bulk_update":
            columns = seen.listed(node.args[1])
        case "update_or_create":
            columns = seen.keys(said["defaults"])
        case _:
            columns = seen.words(node.keywords)
    for model in models or ():
        by_name = {n: str(f.column) for f in model._meta.concrete_fields for n in (f.name, f.attname)}
        table = model._meta.db_table
        if columns is None:
            found.unseen[table].add(where)
        found.columns[table] |= {by_name[column] for column in columns or ()}
    if models is None:
        found.unseen[""].add(where)


@dataclass
class _Seen:
    """What can be seen of the names that are given; None where it cannot."""

    scope: Scope
    function: Function
    names: Names

    def words(self, keywords: Iterable[ast.keyword]) -> set[str] | None:
        return _all(self.keys(word.value) if word.arg is None else {word.arg} for word in keywords)

    def keys(self, node: ast.expr) -> set[str] | None:
        match node:
            case ast.Dict(keys=keys, values=values):
                return _all(
                    self.keys(value) if key is None else _constant(key) for key, value in zip(keys, values, strict=True)
                )
            case ast.IfExp(body=body, orelse=other) | ast.BinOp(left=body, op=ast.BitOr(), right=other):
                return _all((self.keys(body), self.keys(other)))
            case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[listed, *_]):
                return self.listed(listed)
            case ast.Name(id=name) if self.function.args.kwarg and self.function.args.kwarg.arg == name:
                return self._of_callers()
            case ast.Name(id=name):
                given = [*self.names.get(name, ()), *_added(self.function, name)]
                plain = [one for one in given if not type(one).__name__.startswith("_")]
                return _all(map(self.keys, plain)) if plain else None
        return None

    def listed(self, node: ast.expr) -> set[str] | None:
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return _all(self.listed(one.value) if isinstance(one, ast.Starred) else _constant(one) for one in parts)
            case ast.Name(id=name):
                for there in self.scope.module.tree.body:
                    if isinstance(there, ast.Assign) and ast.unparse(there.targets[0]) == name:
                        return self.listed(there.value)
        return None

    def _of_callers(self) -> set[str] | None:
        """What those say who call a function that passes on what it is told."""
        package = self.scope.module.name.split(".")[1]
        told: list[set[str] | None] = []
        for module in modules():
            if module.name.split(".")[1:2] != [package]:
                continue
            scope = Scope(module)
            for _, function in scope.functions():
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == self.function.name:
                        seen = _Seen(scope, function, scope.names_in(function))
                        given = [w for w in node.keywords if w.arg not in _named(self.function)]
                        told.append(seen.words(given))
        return _all(told)


def _named(function: Function) -> set[str]:
    return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}


def _added(function: Function, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.AugAssign(target=ast.Name(id=found), op=ast.BitOr(), value=value) if found == name:
                yield value


def _constant(node: ast.expr) -> set[str] | None:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _all(found: Iterable[set[str] | None]) -> set[str] | None:
    parts = list(found)
    return None if None in parts else set().union(*(one for one in parts if one is not None))


def named_in(packages: Iterable[str], names: Iterable[str]) -> Mapping[str, set[str]]:
    """Which of these names stand as keys of what moves a subject (`changes`), and in which modules."""
    wanted, found = set(names), defaultdict[str, set[str]](set)
    for module in modules():
        if module.name.split(".")[1:2] and module.name.split(".")[1] in packages:
            for name in _changed(module) & wanted:
                found[name].add(module.name)
    return found


def _changed(module: Module) -> set[str]:
    """Every key that stands in a dictionary called `changes`, or given as that."""
    said: set[str] = set()
    for node in ast.walk(module.tree):
        given: ast.expr | None = None
        match node:
            case ast.keyword(arg="changes", value=value):
                given = value
            case ast.Assign(targets=[ast.Name(id="changes")], value=value):
                given = value
            case ast.AnnAssign(target=ast.Name(id="changes"), value=value):
                given = value
        for part in ast.walk(given) if given else ():
            if isinstance(part, ast.Dict):
                said |= {str(key.value) for key in part.keys if isinstance(key, ast.Constant)}
    return said
