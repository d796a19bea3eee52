"""How much of the house must be known by whoever changes one room of it: measures that may only fall.

.venv/bin/python tools/house    what each measures now, beside what it may be
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from bihuan.kernel.stages import StageTable
from tests.architecture import checks
from tests.architecture.sources import SOURCE, Module, heights, modules

KEPT = Path(__file__).parent / "house.toml"
LOOKING = ("walls", "audit", "ledgers")
"""Packages that look at everything and should be told what there is."""
LAW = frozenset({"policy", "demo"})
"""The words of the law, and invented data: they name what they speak of."""
ANY = re.compile(r"\bAny\b")


def foreign_tables() -> int:
    """Tables of other packages that stand in texts of those packages that look at everything."""
    return len({(m.package, t) for m in modules() if m.package in LOOKING for _, _, t in checks.named_tables(m)})


def foreign_models() -> int:
    """Modules that open tables of another package, once for each package."""
    return len({(m.name, p) for m in modules() for _, p in checks.packages_of_models(m) if p != m.package})


def lists_by_hand() -> int:
    """Modules that name three kinds of subject or more: lists of them that somebody keeps by hand."""
    return sum(len(_words_in(module)) > 2 for module in modules() if module.package not in LAW)


def upper_words() -> int:
    """How often a kind of subject is named in a package below its own."""
    height = heights()
    return sum(
        count
        for module in modules()
        if module.package not in LAW
        for word, count in _words_in(module).items()
        if height.get(module.package, 0) < height[_homes()[word]]
    )


def knowing_determination() -> int:
    """Modules of other packages that import the latest package with a subject: so many know of it."""
    wanted = re.compile(r"\bbihuan\.determination\b")
    others = (module for module in modules() if module.package not in {"determination", *LAW})
    return sum(any(map(wanted.match, _imports(module))) for module in others)


def untyped() -> int:
    """Annotations that say `Any`."""
    texts = (module.path.read_text(encoding="utf-8").splitlines() for module in modules())
    return sum(len(ANY.findall(line)) for lines in texts for line in lines if not line.startswith(("from ", "import ")))


def long_template_lines() -> int:
    """Lines of templates of more than 160 characters."""
    texts = (path.read_text(encoding="utf-8") for path in SOURCE.glob("*/templates/**/*.html"))
    return sum(len(line) > 160 for text in texts for line in text.splitlines())


MEASURES = (
    foreign_tables,
    foreign_models,
    lists_by_hand,
    upper_words,
    knowing_determination,
    untyped,
    long_template_lines,
)


def measured() -> dict[str, int]:
    """What each measures now."""
    return {measure.__name__: measure() for measure in MEASURES}


def kept() -> Mapping[str, int]:
    """What each may be at most."""
    return tomllib.loads(KEPT.read_text(encoding="utf-8"))


@cache
def _homes() -> Mapping[str, str]:
    """Kind of subject → the package in which it lives."""
    rooms = {module.package: import_module(module.name) for module in modules() if module.room == "stages"}
    return {
        value.subject: package
        for package in sorted(rooms, key=lambda package: -heights()[package])
        for value in vars(rooms[package]).values()
        if isinstance(value, StageTable)
    }


def _words_in(module: Module) -> dict[str, int]:
    """Kind of subject → how often it is named in texts of the module, as `word` or `word:…`."""
    counted: dict[str, int] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in _homes():
                if node.value == word or f"{word}:" in node.value:
                    counted[word] = counted.get(word, 0) + 1
    return counted


def _imports(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
