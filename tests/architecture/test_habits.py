"""What imports cannot show: who writes, who reads the clock, which way tables point, which norm a rule names."""

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.apps import apps

from bihuan.kernel.norm import CARRIED_OUT_BY
from bihuan.policy import norms
from bihuan.record.commands import ACTS, COMMANDS
from tests.architecture import checks
from tests.architecture.sources import Module, heights, is_rule, modules
from tests.architecture.writes import writes

FACES = {"web", "api", "cli", "public", "config", "startup", "demo"}
Check = Callable[[Module], Iterable[str]]


@pytest.mark.parametrize(
    "check",
    [
        checks.rules_without_norm,
        checks.questions_that_decide,
        checks.foreign_models,
        checks.writes_out_of_place,
        checks.tables_written_by_others,
    ],
    ids=lambda check: check.__name__,
)
def test_no_module_does_what_its_place_forbids(check: Check) -> None:
    assert [wrong for module in modules() for wrong in check(module)] == []


def test_sql_names_tables_of_its_own_package_and_of_those_below() -> None:
    known = checks.declared()["tables"]
    found = Counter((module.package, owner) for module in modules() for owner, _, _ in checks.tables_from_above(module))
    allowed = Counter({(package, owner): count for package, owners in known.items() for owner, count in owners.items()})
    assert found - allowed == Counter(), "a package names tables that lie above it, or beside it"
    assert allowed - found == Counter(), "fewer than are declared: declare so many and no more"


def test_what_is_declared_as_an_exception_is_one() -> None:
    declared, by_name = checks.declared(), {module.name: module for module in modules()}
    for name, packages in declared["models"].items():
        assert packages.keys() == {found for _, found in checks.packages_of_models(by_name[name])} - {
            by_name[name].package
        }, name
    for name, packages in declared["writes"].items():
        assert packages.keys() <= declared["models"].get(name, {}).keys(), f"{name} writes what it does not open"
        assert packages.keys() == checks.packages_written(by_name[name]) - {by_name[name].package}, name
    for name in declared["everything"]:
        assert any(write.models is None for write in writes(by_name[name])), name
    rules = {f"{m.name}.{name}" for m in modules() for name, function in m.functions() if is_rule(function)}
    assert declared["questions"].keys() <= rules


CLOCK = "bihuan.organisations.clocks"
"""The one place that reads the clock for jobs: it tells the real time, and each jurisdiction's own."""
READS_THE_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.fromtimestamp", "timezone.now", "timezone.localtime",
    "timezone.localdate", "date.today", "date.fromtimestamp", "time.time", "localtime", "localdate",
}  # fmt: skip
BELOW_THE_JURISDICTIONS = {"bihuan.drafts.jobs", "bihuan.floodgate.jobs"}
"""Guards the real world by the moment for which the queue set its job."""


def test_only_faces_and_the_one_clock_read_the_time() -> None:
    readers = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("dt.") in READS_THE_CLOCK
        if module.package not in FACES
    }
    assert readers == {CLOCK} | BELOW_THE_JURISDICTIONS


def test_every_act_takes_who_and_when() -> None:
    assert ACTS
    for name, command in COMMANDS.items():
        parameters = inspect.signature(command).parameters
        assert {"actor", "now"} <= parameters.keys(), name
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values()), name


def test_foreign_keys_point_down() -> None:
    asked = 0
    for model in apps.get_models():
        if not model.__module__.startswith("bihuan."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or not getattr(field, "concrete", False) or not hasattr(target, "_meta"):
                continue
            if target.__module__.startswith("bihuan."):
                here, there = (heights()[one.__module__.split(".")[1]] for one in (model, target))
                asked += 1
                assert there <= here, f"{model.__name__}.{field.name}"
    assert asked


def test_every_rule_is_known_to_carry_out_its_norm() -> None:
    carried = {name for names in CARRIED_OUT_BY.values() for name in names}
    for module, name in _rules():
        importlib.import_module(module.name)
        assert f"{module.name}.{name}" in carried


def _rules() -> Iterator[tuple[Module, str]]:
    for module in modules():
        if module.room in checks.ROOMS_OF_RULES:
            for name, function in module.functions():
                if is_rule(function) and not name.startswith("_"):
                    yield module, name


def test_every_norm_that_a_rule_names_is_in_the_catalogue() -> None:
    assert CARRIED_OUT_BY.keys() <= norms.ALL.keys()


def test_rules_words_and_tables_know_no_django() -> None:
    for module in modules():
        if module.room in {"rules", "types", "stages"} and module.package not in FACES:
            for node in ast.walk(module.tree):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
                assert not any(name == "django" or name.startswith("django.") for name in names), module.name


COMPARES = re.compile(r"(应|须)在.*(之后|之前|以前)|(不能|不得)(早|晚)于")


def test_a_refusal_of_a_moment_names_the_moments_between_which_it_must_lie() -> None:
    told = [
        f"{module.name}: {reason.value}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal" and node.args
        for reason in [node.args[0]]
        if isinstance(reason, ast.Constant) and COMPARES.search(str(reason.value))
    ]
    assert told == []
