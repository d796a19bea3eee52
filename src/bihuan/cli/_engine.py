"""What the generated pages are read off besides: the shipped regulations, and the tests marked with a clause."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bihuan.policy.loader import SHIPPED, all_packs, load
from bihuan.policy.pack import Pack


def packs(*, more: bool = False) -> tuple[Pack, ...]:
    """The regulations that the program ships; `more` with those of `BIHUAN_PACKS`."""
    return all_packs() if more else tuple(load(path) for path in sorted(SHIPPED.glob("*.toml")))


def tests(folder: Path) -> dict[str, list[str]]:
    """Clause → the tests that are marked with it, read without running them."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole_file = [c for node in tree.body if isinstance(node, ast.Assign) for c in _marked(node.value)]
        for name, clauses in _marked_tests(tree):
            for clause in [*whole_file, *clauses]:
                found.setdefault(clause, {})[f"{path.relative_to(folder).as_posix()}::{name}"] = None
    return {clause: [*names] for clause, names in found.items()}


def _marked_tests(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inherited = [clause for mark in node.decorator_list for clause in _marked(mark)]
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name.startswith("test"):
                    own = [clause for mark in method.decorator_list for clause in _marked(mark)]
                    yield f"{node.name}::{method.name}", inherited + own
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node.name, [clause for mark in node.decorator_list for clause in _marked(mark)]


def _marked(node: ast.expr) -> list[str]:
    """The clauses in `pytest.mark.clause("…", …)`, also inside a list of marks."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
