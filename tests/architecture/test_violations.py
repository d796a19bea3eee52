"""The checks of the architecture refuse what they are for: modules made to violate it, kept in `violations`."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture import checks
from tests.architecture.sources import Module, module

FOLDER = Path(__file__).parent / "violations" / "bihuan"
RULES, QUERY, COMMAND, SQL = (
    module(FOLDER / path, source=FOLDER)
    for path in ("joint/rules/__init__.py", "cases/queries.py", "dispatch/commands.py", "duties/queries.py")
)


@pytest.mark.parametrize(
    ("check", "where", "found"),
    [
        (
            checks.rules_without_norm,
            RULES,
            ["may_do_anything names no norm", "may_do_more refuses by JOINT_AGAIN and does not say"],
        ),
        (
            checks.writes_out_of_place,
            QUERY,
            [
                "writes; only commands do: rows.update(title='')",
                "writes; only commands do: text.delete()",
                "writes; only commands do: text.case.save()",
                "does not show whose rows it writes, if any: row.save()",
                "does not show whose rows it writes, if any: apps.get_model('matters', 'Matter')",
            ],
        ),
        (checks.foreign_models, QUERY, ["the models of matters are its own"]),
        (checks.tables_written_by_others, QUERY, ["writes joint_undertaking, a table of joint"]),
        (
            checks.writes_out_of_place,
            COMMAND,
            [
                "writes tables of cases: case.save",
                "writes tables of cases: insert(Case",
                "writes tables of matters: unit_of_work.update(Matter",
                "writes tables of matters: matter.delete",
            ],
        ),
        (checks.foreign_models, COMMAND, ["the models of cases are its own", "the models of matters are its own"]),
        (
            checks.questions_that_decide,
            COMMAND,
            ["_may_shut decides", "_may_shut refuses by itself", "_may_open decides"],
        ),
        (
            lambda where: (text for *_, text in checks.tables_from_above(where)),
            SQL,
            ["joint_undertaking", "cases_case"],
        ),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_violation_is_found_and_nothing_beside_it(
    check: Callable[[Module], Iterable[str]], where: Module, found: list[str]
) -> None:
    wrong = list(check(where))
    assert len(wrong) == len(found), wrong
    for told, expected in zip(wrong, found, strict=True):
        assert told.startswith(f"{where.name}:")
        assert expected in told
