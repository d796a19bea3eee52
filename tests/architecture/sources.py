"""The source as its checks read it: by content, with packages, rooms and layers as `pyproject.toml` declares them."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bihuan

SOURCE = Path(bihuan.__file__).parent
ROOT = SOURCE.parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One module of the source: `bihuan.joint.rules.figures` stands in the room `rules` of the package `joint`."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package below `bihuan`."""
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def room(self) -> str:
        """The part of the package that the module belongs to, whether it is a file or a folder."""
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else ""

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function of the module and of its classes, by its qualified name; none that stands in another."""
        yield from _functions(self.tree.body, "")


def _functions(body: list[ast.stmt], inside: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, Function):
            yield inside + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{inside}{node.name}.")


def module(path: Path, *, source: Path = SOURCE) -> Module:
    """The module in a file."""
    parts = path.relative_to(source.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the source but migrations."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return tuple(module(path) for path in paths)


def is_rule(function: Function) -> bool:
    """Whether the function is a rule: it answers a `Refusal` or something else, most often None."""
    answers = _alternatives(function.returns) if function.returns is not None else set()
    return "Refusal" in answers and len(answers) > 1


def _alternatives(annotation: ast.expr) -> set[str]:
    """The names in `X | Y | None`, written as it is or as a string."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _alternatives(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _alternatives(annotation.left) | _alternatives(annotation.right)
    return {ast.unparse(annotation)}


@cache
def project() -> dict[str, Any]:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(name: str) -> dict[str, Any]:
    """A contract of import-linter by its id."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["id"] == name)


@cache
def heights() -> dict[str, int]:
    """Package → how high it stands: imports and keys lead to the same height or downwards."""
    rows = contract("one-way")["layers"]
    return {package.strip(" ()"): len(rows) - number for number, row in enumerate(rows) for package in row.split("|")}
