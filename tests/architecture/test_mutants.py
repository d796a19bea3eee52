"""The mutation run finds what no row notices: shown on rules made for it."""

import ast
from collections import Counter
from pathlib import Path
from types import FunctionType

import pytest

from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal
from tests.architecture.sources import Module, is_rule
from tests.mutants import Mutant, Mutation, Report, Row, Rule, mutants_of
from tests.rule_tables import asked

N = Norm("some.norm", "一项规则")
WRITTEN = """
def may_pay(amount: int, *, most: int, open: bool) -> Refusal | None:
    if amount > most or not open:
        return Refusal("不能付。", N, field="amount")
    return None
"""


def written(text: str) -> Rule:
    """A rule from its text."""
    names: dict[str, object] = {"Refusal": Refusal, "N": N}
    tree = ast.parse(text)
    exec(compile(tree, "made.py", "exec"), names)
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    made = names[function.name]
    assert isinstance(made, FunctionType)
    return Rule(Module("bihuan.made.rules", Path("made.py"), tree), function.name, function, made)


def survivors(rule: Rule, *rows: object) -> set[str]:
    """What the rows do not notice."""
    run = Mutation()
    run.run([rule], [Row(str(one), one.holds) for one in rows])  # type: ignore[attr-defined]
    assert not run.red_before
    return {one.change for one in run.survivors}


def test_every_small_way_of_breaking_a_rule_is_tried() -> None:
    rule = written(WRITTEN)
    changes = [one.change for one in mutants_of(rule.module, rule.name, rule.written)]
    line = "if amount > most or not open"
    assert Counter(changes) == Counter(
        [
            "deleted: return Refusal('不能付。', N, field='amount')",
            "return Refusal('不能付。', N, field='amount') → return Refusal('不能付。', N)",
            f"{line} → if True",
            f"{line} → if amount > most and (not open)",
            f"{line} → if not open",
            f"{line} → if amount > most",
            f"{line} → if amount >= most or not open",
            f"{line} → if amount <= most or not open",
            f"{line} → if amount > most or open",
        ]
    )
    assert ast.unparse(rule.written) == ast.unparse(ast.parse(WRITTEN).body[0]), "the rule is as it was"


def test_a_table_with_every_row_leaves_no_survivor_and_one_without_the_limit_leaves_it() -> None:
    rule = written(WRITTEN)
    pay = asked(rule.function, amount=5, most=5, open=True)
    at, over, shut = (
        pay.allows("at"),
        pay.refuses("over", N, "amount", amount=6),
        pay.refuses("shut", N, "amount", open=False),
    )
    assert survivors(rule, at, over, shut) == set()
    assert survivors(rule, pay.allows("below", amount=4), over, shut) == {
        "if amount > most or not open → if amount >= most or not open"
    }
    assert "deleted: return Refusal('不能付。', N, field='amount')" in survivors(rule, at)
    assert survivors(rule) == {one.change for one in mutants_of(rule.module, rule.name, rule.written)}


def test_a_mutant_that_never_ends_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.mutants.PATIENCE", 0.05)
    rule = written("def may_end(n: int) -> Refusal | None:\n    while n > 0:\n        n -= 1\n    return None\n")
    assert survivors(rule, asked(rule.function, n=3).allows("ends")) >= {"while n > 0 → while n >= 0"}


def test_a_row_that_misses_an_exception_is_red() -> None:
    def misses() -> None:
        with pytest.raises(KeyError):
            pass

    assert Row("misses", misses).is_red()


def test_what_the_rows_think_before_anything_is_broken_is_told() -> None:
    rule = written(WRITTEN)
    run = Mutation()
    run.run([rule], [Row("wrong", asked(rule.function, amount=6, most=5, open=True).allows("wrong").holds)])
    assert run.red_before == ["wrong"]


MUTANT = Mutant("bihuan.made.rules", "may_pay", "deleted: return", 3, (lambda: None).__code__)


@pytest.mark.parametrize(
    ("reasons", "whole", "holds"),
    [
        ({}, True, False),
        ({str(MUTANT): " "}, True, False),
        ({str(MUTANT): "both answer alike"}, True, True),
        ({str(MUTANT): "both answer alike", "gone": "was there once"}, True, False),
        ({str(MUTANT): "both answer alike", "gone": "was there once"}, False, True),
    ],
)
def test_a_survivor_needs_a_reason_and_a_reason_its_survivor(reasons: dict[str, str], whole: bool, holds: bool) -> None:
    report = Report({"bihuan.made.rules": 40}, [MUTANT], reasons, whole)
    assert report.holds is holds
    assert list(report.lines())[-1].startswith("97.5 % of 40 mutants")


def test_a_module_is_not_carried_by_the_others() -> None:
    report = Report({"bihuan.made.rules": 19, "bihuan.more.rules": 900}, [MUTANT], {str(MUTANT): "both answer alike"})
    assert (report.holds, report.weak) == (False, ["bihuan.made.rules"])


def test_fewer_than_are_wanted_fail_whatever_the_reasons() -> None:
    assert not Report({"bihuan.made.rules": 19}, [MUTANT], {str(MUTANT): "both answer alike"}).holds


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ("Refusal | None", True),
        ("str | Refusal", True),
        ('"Refusal | None"', True),
        ("Refused | None", False),
        ("None", False),
    ],
)
def test_a_rule_is_known_by_what_it_answers(answers: str, rule: bool) -> None:
    function = ast.parse(f"def anything() -> {answers}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert is_rule(function) is rule
