"""F112: a refusal whose norm a regulation leaves off is none: every rule × every norm that it refuses by."""

from importlib import import_module
from pathlib import Path

import pytest

from bihuan.kernel.refusal import Refusal, held
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from tests.facts import WENDENG, without
from tests.rule_tables import Row, _No

TESTS = Path(__file__).parent.parent


def rows() -> list[Row]:
    """The rows of all tables of rules that ask a regulation and refuse by one of its norms."""
    tables = (import_module(f"tests.{path.parent.name}.test_rules") for path in sorted(TESTS.glob("*/test_rules.py")))
    lists = (value for table in tables for value in vars(table).values() if isinstance(value, tuple))
    found = [row for one in lists for row in one if isinstance(row, Row) and isinstance(row.answer, _No)]
    return [row for row in found if row.answer.norm and isinstance(row.facts.get("pack"), Pack)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("row", rows(), ids=str)
def test_with_its_norm_off_a_rule_refuses_by_another_one_or_not_at_all(row: Row) -> None:
    norm = row.answer.norm  # type: ignore[attr-defined]
    pack = without(row.facts["pack"], norm)
    given = row.rule(**{**row.facts, "pack": pack})
    assert given is None or isinstance(given, Refusal)
    left = held(given, pack.binds)
    assert left is None or norm.always or left.norm != norm


def test_tables_of_many_packages_are_asked() -> None:
    assert len(rows()) > 150
    assert len({row.rule.__module__ for row in rows()}) > 5


def test_what_is_wrong_in_form_and_what_always_holds_is_held() -> None:
    nothing = without(WENDENG, norms.SEPARATION, norms.IDENTITY_PROTECTED)
    form, always = Refusal("没有这个单位。", None), Refusal("不能查看。", norms.IDENTITY_PROTECTED)
    assert held(form, nothing.binds) is form
    assert held(always, nothing.binds) is always
    off = Refusal("须由另一人审核。", norms.SEPARATION)
    assert held(off, WENDENG.binds) is off
    assert held(off, nothing.binds) is None
    assert held(None, nothing.binds) is None
