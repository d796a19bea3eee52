"""Who writes which tables, read from the source: also through names, loops, relations and what other functions answer.

Outside of commands a call of a writing method is refused unless it is plain that nothing of a model is behind it. In
commands, only the models of the package itself may stand behind it. What cannot be seen is refused in either.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.db.models import Model

from tests.architecture.sources import Function, Module, modules

METHODS = frozenset(
    name
    for word in (
        "save",
        "create",
        "bulk_create",
        "update",
        "bulk_update",
        "delete",
        "get_or_create",
        "update_or_create",
    )
    for name in (word, f"a{word}")
) | {"copy_models"}
"""Methods that write, of rows, querysets and copiers."""
QUEUEING = frozenset(f"bihuan.record.unit_of_work.{word}" for word in ("insert", "update"))
"""Functions that queue a write to the table of their first argument."""
WRITERS = frozenset({"commands", "keeping", "bulk", "importing"})
"""Rooms that write."""

Names = Mapping[str, Sequence[ast.expr]]
Models = frozenset[type[Model]]
"""The models that may stand behind an expression; None where nobody can see what does."""
PLAIN: Models = frozenset()
_PLAIN_NODES = ast.Constant | ast.JoinedStr | ast.Dict | ast.Set | ast.DictComp | ast.SetComp | ast.Compare | ast.Lambda


@dataclass(frozen=True)
class Write:
    """A call of a writing method, and whose rows it may write."""

    line: int
    text: str
    models: Models | None


def writes(module: Module) -> Iterator[Write]:
    """Every call of a writing method that is not plainly none."""
    scope = Scope(module)
    for _, function in scope.functions():
        names = scope.names_in(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (behind := _written_by(node, scope)) is not None:
                models = scope.behind(behind, names)
                if models != PLAIN:
                    yield Write(node.lineno, " ".join(ast.unparse(node).split())[:100], models)


def _written_by(call: ast.Call, scope: "Scope") -> ast.expr | None:
    """Whose rows a call writes: those of its first argument where they are queued or copied, else of what it is called
    on; None where it is no writing method."""
    if call.args and scope.dotted(call.func) in QUEUEING:
        return call.args[0]
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in METHODS:
        return None
    return call.args[0] if call.func.attr == "copy_models" and call.args else call.func.value


@dataclass
class Scope:
    """What the names of a module mean."""

    module: Module
    imported: dict[str, str] = field(init=False)
    """Name → dotted name of what was imported under it, wherever in the module."""

    def __post_init__(self) -> None:
        self.imported = {}
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self.imported |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
            elif isinstance(node, ast.Import):
                self.imported |= {a.asname or a.name.split(".")[0]: a.name for a in node.names}

    def functions(self) -> Iterator[tuple[str, Function]]:
        """The functions, and the statements of the module itself as one more."""
        yield from self.module.functions()
        body = [node for node in self.module.tree.body if not isinstance(node, Function | ast.ClassDef)]
        nothing = ast.arguments([], [], None, [], [], None, [])
        yield "", ast.FunctionDef("module", nothing, body or [ast.Pass()], [], None, lineno=1)

    def names_in(self, function: Function) -> Names:
        """Name → all that it is given in the function; parameters are given their annotations."""
        given: dict[str, list[ast.expr]] = {}
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.annotation is not None:
                given[argument.arg] = [_Annotated(argument.annotation)]
        for node in ast.walk(function):
            for target, value in _bindings(node):
                for name, part in _paired(target, value):
                    given.setdefault(name, []).append(part)
        return given

    def behind(self, node: ast.expr, names: Names, seen: frozenset[str] = frozenset()) -> Models | None:
        """The models behind an expression."""
        match node:
            case _Annotated(annotation):
                return self.annotated(annotation)
            case ast.Name(id=name) if name in seen:
                return PLAIN
            case ast.Name(id=name) if name in names:
                return _all([self.behind(one, names, seen | {name}) for one in names[name]])
            case ast.Name(id=name):
                return self.named(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                return self.of_class(attribute)
            case ast.Attribute(value=value, attr=attribute):
                if (dotted := self.dotted(node)) is not None:
                    return _imported(dotted)
                return _related(self.behind(value, names, seen), attribute)
            case ast.Call(func=ast.Attribute(attr="get_model")):
                return None
            case ast.Call(func=called):
                return self.behind(called, names, seen)
            case ast.Subscript(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.behind(value, names, seen)
            case ast.NamedExpr(value=value):
                return self.behind(value, names, seen)
            case ast.IfExp(body=body, orelse=other):
                return _all([self.behind(one, names, seen) for one in (body, other)])
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
                return _all([self.behind(one, names, seen) for one in values])
            case ast.BinOp(left=left, right=right):
                return _all([self.behind(one, names, seen) for one in (left, right)])
            case ast.ListComp(elt=element, generators=loops) | ast.GeneratorExp(elt=element, generators=loops):
                own = {name: [part] for loop in loops for name, part in _paired(loop.target, loop.iter)}
                return self.behind(element, {**names, **own}, seen - own.keys())
            case _ if isinstance(node, _PLAIN_NODES):
                return PLAIN
        return None

    def dotted(self, node: ast.expr) -> str | None:
        """The dotted name of what was imported, where the expression is nothing else."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name)
            case ast.Attribute(value=value, attr=attribute):
                inner = self.dotted(value)
                return (
                    f"{inner}.{attribute}" if inner and (inner in _NAMES or not inner.startswith("bihuan.")) else None
                )
        return None

    def named(self, name: str) -> Models | None:
        """What a name of the module means."""
        if name in self.imported:
            return _imported(self.imported[name])
        if model := _models().get(f"{self.module.name}.{name}"):
            return frozenset({model})
        for node in self.module.tree.body:
            match node:
                case ast.FunctionDef(name=found, returns=returns) if found == name:
                    return self.annotated(returns) if returns is not None else None
                case ast.ClassDef(name=found) if found == name:
                    return PLAIN
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    return self.behind(value, {})
                case ast.AnnAssign(target=ast.Name(id=found), annotation=annotation) if found == name:
                    return self.annotated(annotation)
        return PLAIN if name in _BUILT_IN else None

    def annotated(self, annotation: ast.expr) -> Models | None:
        """The models that an annotation speaks of; an annotation that speaks of none is plain."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        found: set[type[Model]] = set()
        anything = False
        for node in ast.walk(annotation):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            dotted = self.dotted(node) or (f"{self.module.name}.{node.id}" if isinstance(node, ast.Name) else "")
            if dotted in _models():
                found.add(_models()[dotted])
            anything |= dotted.rsplit(".", 1)[-1] in {"Any", "Model", "QuerySet", "Manager", "object"}
        return None if anything and not found else frozenset(found)

    def of_class(self, attribute: str) -> Models | None:
        """What an attribute of a class of the module is declared as."""
        for node in ast.walk(self.module.tree):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if name == attribute:
                    return self.annotated(annotation)
                case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=annotation) if name == attribute:
                    return self.annotated(annotation)
                case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name == attribute:
                    return self.behind(value, {})
        return None


class _Annotated(ast.expr):
    """What stands for a parameter: its annotation."""

    __match_args__ = ("annotation",)
    _fields = ("annotation",)

    def __init__(self, annotation: ast.expr) -> None:
        super().__init__()
        self.annotation = annotation


_BUILT_IN = frozenset(dir(__builtins__)) | frozenset(__builtins__ if isinstance(__builtins__, dict) else ())


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield target, value
        case ast.AnnAssign(target=target, annotation=annotation):
            yield target, _Annotated(annotation)
        case ast.For(target=target, iter=value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.comprehension(target=target, iter=value):
            yield target, value
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
            for name, part in zip(names, values, strict=True):
                yield from _paired(name, part)
        case ast.Tuple(elts=names) | ast.List(elts=names), _:
            for name in names:
                yield from _paired(name, value)
        case ast.Starred(value=inner), _:
            yield from _paired(inner, value)


def _all(found: list[Models | None]) -> Models | None:
    """All of them; not known where one is not."""
    return None if None in found else frozenset().union(*(one for one in found if one is not None))


@cache
def _models() -> Mapping[str, type[Model]]:
    """Dotted name → model."""
    return {f"{m.__module__}.{m.__qualname__}": m for m in apps.get_models(include_auto_created=True)}


@cache
def _by_name() -> Mapping[str, Module]:
    return {module.name: module for module in modules()}


class _Names:
    def __contains__(self, name: str) -> bool:
        return name in _by_name()


_NAMES = _Names()


def _imported(dotted: str) -> Models | None:
    """What was imported from a module: a model, what a function answers, or something of another library."""
    if model := _models().get(dotted):
        return frozenset({model})
    where, _, name = dotted.rpartition(".")
    if (module := _by_name().get(where)) is not None:
        scope = Scope(module)
        return scope.named(name) if name not in scope.imported else _imported(scope.imported[name])
    if dotted in _by_name():
        return PLAIN
    return None if dotted.startswith(("bihuan.", "django.db", "django.apps")) else PLAIN


def _related(models: Models | None, attribute: str) -> Models | None:
    """Where an attribute leads: to the rows that it points to, else to more of the same."""
    if not models:
        return models
    found: set[type[Model]] = set()
    for model in models:
        fields = {f.name: f for f in model._meta.get_fields()}
        accessors = {f.get_accessor_name(): f for f in model._meta.related_objects}  # type: ignore[attr-defined]
        related = getattr(fields.get(attribute) or accessors.get(attribute), "related_model", None)
        found.add(related if isinstance(related, type) else model)
    return frozenset(found)
