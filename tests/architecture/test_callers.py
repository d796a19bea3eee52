"""Nothing is declared that nobody uses: commands, queries and rules have callers, keys of a regulation have readers."""

import ast
import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest

from bihuan.policy import pack
from tests.architecture import checks
from tests.architecture.sources import SOURCE, Function, Module, modules
from tests.architecture.writes import Scope

LOADER = "bihuan.policy.reading"
"""It writes every key, and reads none for anybody."""


def references(module: Module) -> Iterator[str]:
    """The dotted names to which the module refers, its own among them."""
    scope = Scope(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield scope.imported.get(node.id, f"{module.name}.{node.id}")
        elif isinstance(node, ast.Attribute) and (whole := scope.dotted(node)):
            yield whole


def handed_on() -> Mapping[str, str]:
    """The dotted name under which something is imported, and the one under which it is written."""
    return {f"{module.name}.{name}": dotted for module in modules() for name, dotted in Scope(module).imported.items()}


def _is_act(function: Function) -> bool:
    """Whether it is called through the registry of acts."""
    calls = (one for one in function.decorator_list if isinstance(one, ast.Call))
    return any(
        ast.unparse(call.func).split(".")[-1].endswith("act") or any(word.arg == "act" for word in call.keywords)
        for call in calls
    )


def uncalled(room: str) -> list[str]:
    """The public functions of a room to which nothing in the source refers."""
    handed, used = handed_on(), set[str]()
    for dotted in (dotted for module in modules() for dotted in references(module)):
        while dotted in handed and dotted not in used:
            used.add(dotted)
            dotted = handed[dotted]
        used.add(dotted)
    return [
        dotted
        for module in modules()
        if module.room == room
        for name, function in module.functions()
        if (dotted := f"{module.name}.{name}") not in used
        if not name.startswith("_") and "." not in name and not _is_act(function)
    ]


@pytest.mark.parametrize("room", ["commands", "queries", "rules"])
def test_what_a_room_offers_is_asked_for(room: str) -> None:
    assert set(uncalled(room)) == {dotted for dotted in checks.declared()["uncalled"] if f".{room}." in dotted}


def test_every_key_of_a_regulation_is_read_by_somebody() -> None:
    kinds = [
        kind for kind in vars(pack).values() if dataclasses.is_dataclass(kind) and kind.__module__ == pack.__name__
    ]
    keys = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    assert {"owner_unit_type", "named_in", "unit_types"} <= keys
    read = {
        node.attr
        for module in modules()
        if module.name != LOADER
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    shown = {word for page in SOURCE.rglob("*.html") for word in re.findall(r"\.(\w+)", page.read_text())}
    assert keys - read - shown == set()
