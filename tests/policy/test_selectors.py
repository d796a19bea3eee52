"""For what a limit holds, and which of several that hold wins."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from bihuan.policy.limits import Limit
from bihuan.policy.pack import LimitRule, NoLimit, Pack
from tests.facts import WENDENG


def pack(*scopes: dict[str, str]) -> Pack:
    """A regulation with limits for these, each as many days as its place."""
    rules = [LimitRule("handle", Limit.parse(f"{n}wd"), **scope) for n, scope in enumerate(scopes, 1)]  # type: ignore[arg-type]
    return replace(WENDENG, limits={"handle": tuple(sorted(rules, key=lambda rule: rule.scope, reverse=True))})


EVERYBODY: dict[str, str] = {}
URGENT, PHONE, HELP = {"urgency": "urgent"}, {"channel": "hotline"}, {"appeal_type": "HELP"}
CLASS, LOWER, TOWN = {"category": "03"}, {"category": "03.02"}, {"unit_type": "township"}
WINS = (
    ("everybody", (EVERYBODY,), {}, 1),
    ("what is named", (EVERYBODY, HELP), HELP, 2),
    ("not what is not", (EVERYBODY, HELP), {"appeal_type": "CONSULT"}, 1),
    ("the channel above the type", (HELP, PHONE), {**HELP, **PHONE}, 2),
    ("urgency above the channel", (PHONE, URGENT), {**PHONE, **URGENT}, 2),
    ("urgency above a class", (LOWER, URGENT), {**LOWER, **URGENT}, 2),
    ("both above one", (URGENT, {**URGENT, **PHONE}), {**URGENT, **PHONE}, 2),
    ("a class", (EVERYBODY, CLASS), CLASS, 2),
    ("what lies below a class", (EVERYBODY, CLASS), {"category": "03.02.05"}, 2),
    ("the lower class", (EVERYBODY, CLASS, LOWER), {"category": "03.02.05"}, 3),
    ("the upper class beside the lower", (EVERYBODY, CLASS, LOWER), {"category": "03.03"}, 2),
    ("no class that begins alike", (EVERYBODY, CLASS), {"category": "031"}, 1),
    ("no class where none was said", (EVERYBODY, CLASS), {"category": ""}, 1),
    ("a type of unit", (EVERYBODY, TOWN), TOWN, 2),
    ("not another one", (EVERYBODY, TOWN), {"unit_type": "department"}, 1),
    ("not where nobody knows the unit", (EVERYBODY, TOWN), {}, 1),
    ("a class and a type of unit", (EVERYBODY, CLASS, TOWN, {**CLASS, **TOWN}), {**CLASS, **TOWN}, 4),
)


@pytest.mark.parametrize(("scopes", "asked", "place"), [row[1:] for row in WINS], ids=[row[0] for row in WINS])
def test_the_most_specific_wins_in_whatever_order(
    scopes: tuple[dict[str, str], ...], asked: dict[str, Any], place: int
) -> None:
    won = scopes[place - 1]
    for order in permutations(scopes):
        assert pack(*order).limit("handle", **asked).selectors == won


def test_where_none_holds_there_is_no_limit() -> None:
    with pytest.raises(NoLimit):
        pack(CLASS, TOWN).limit("handle", category="04", unit_type="department")


def test_a_limit_is_named_by_what_it_holds_for() -> None:
    assert [rule.key for rule in pack(EVERYBODY).limits["handle"]] == ["handle|||"]
    assert [rule.key for rule in pack({**URGENT, **HELP}).limits["handle"]] == ["handle|urgent||HELP"]
    (rule,) = pack({**LOWER, **TOWN}).limits["handle"]
    assert rule.key == "handle||||03.02|township"
    assert pack({**LOWER, **TOWN}).limit_of(rule.key) == rule
    assert WENDENG.limit_of("handle|nobody||") is None
    assert WENDENG.selected(LimitRule("handle", rule.limit, **URGENT, **HELP)) == ("紧急", "求助")
