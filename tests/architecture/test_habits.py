"""What imports cannot show: who writes, who reads the clock, which way tables point, which norm a rule names."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import bihuan
from bihuan.kernel.norm import CARRIED_OUT_BY
from bihuan.policy import norms
from bihuan.record.commands import ACTS, COMMANDS

SOURCE = Path(bihuan.__file__).parent
FACES = {"web", "api", "cli", "public", "config", "startup", "demo"}
LAYERS = [
    {"record"},
    {"organisations"},
    {"duties"},
    {"requesters", "attachments"},
    {"cases"},
    {"intake", "dispatch"},
    {"feedback"},
    {"matters", "joint", "determination"},
]
WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the source but migrations."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(SOURCE), ast.parse(path.read_text())


def _is_write(call: ast.Call) -> bool:
    """A call of a writing method on something that looks like a queryset."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    return ".objects" in ast.unparse(call.func.value)


def test_only_commands_write() -> None:
    writers = {
        str(path)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_write(node)
    }
    allowed = {w for w in writers if Path(w).name in ("commands.py", "keeping.py", "bulk.py", "importing.py")}
    allowed |= {w for w in writers if "commands" in Path(w).parts}
    assert writers == allowed


CLOCK = "organisations/clocks.py"
"""The one place that reads the clock for jobs: it tells the real time, and each jurisdiction's own."""
READS_THE_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.fromtimestamp", "timezone.now", "timezone.localtime",
    "timezone.localdate", "date.today", "date.fromtimestamp", "time.time", "localtime", "localdate",
}  # fmt: skip
BELOW_THE_JURISDICTIONS = {"floodgate/jobs.py"}
"""Guards the real world by the moment for which the queue set its job."""


def test_only_faces_and_the_one_clock_read_the_time() -> None:
    readers = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("dt.") in READS_THE_CLOCK:
                readers.add(str(path))
    assert {path for path in readers if Path(path).parts[0] not in FACES} == {CLOCK} | BELOW_THE_JURISDICTIONS


def test_every_act_takes_who_and_when() -> None:
    assert ACTS
    for name, command in COMMANDS.items():
        parameters = inspect.signature(command).parameters
        assert {"actor", "now"} <= parameters.keys(), name
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values()), name


def test_foreign_keys_point_down() -> None:
    height = {package: level for level, packages in enumerate(LAYERS) for package in packages}
    for model in apps.get_models():
        if not model.__module__.startswith("bihuan."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or not getattr(field, "concrete", False) or not hasattr(target, "_meta"):
                continue
            here, there = height.get(model._meta.app_label), height.get(target._meta.app_label)
            if here is not None and there is not None:
                assert there <= here, f"{model.__name__}.{field.name}"


def test_every_rule_names_its_norm() -> None:
    carried = {name for names in CARRIED_OUT_BY.values() for name in names}
    for path, tree in modules():
        if path.name != "rules.py":
            continue
        module = "bihuan." + ".".join(path.with_suffix("").parts)
        importlib.import_module(module)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("may_"):
                assert f"{module}.{node.name}" in carried, f"{module}.{node.name}"


def test_every_norm_that_a_rule_names_is_in_the_catalogue() -> None:
    assert CARRIED_OUT_BY.keys() <= norms.ALL.keys()


@pytest.mark.parametrize("room", ["rules.py", "types.py", "stages.py"])
def test_rules_words_and_tables_know_no_django(room: str) -> None:
    for path, tree in modules():
        if path.name != room or path.parts[0] in FACES:
            continue
        for node in ast.walk(tree):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not any(n == "django" or n.startswith("django.") for n in names), path
