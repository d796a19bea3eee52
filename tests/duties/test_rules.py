"""What the rules of adjusted limits say to which facts."""

from datetime import timedelta

import pytest

from bihuan.duties import rules
from bihuan.policy import norms
from bihuan.policy.limits import Limit
from bihuan.policy.pack import LimitRule
from tests.facts import HUAINAN, NOW, WENDENG
from tests.rule_tables import Row, asked

TODAY, DAY = NOW.date(), timedelta(days=1)
TOMORROW = TODAY + DAY
SIGN_IN = next(rule for rule in WENDENG.limits["sign_in"] if rule.urgency is None)
SCOPED = LimitRule("handle", Limit.parse("1wd"), urgency="urgent", channel="web", appeal_type="HELP")

name_of = asked(rules.name_of, rule=SIGN_IN)
rule_named = asked(rules.rule_named, text=rules.name_of(SIGN_IN), pack=WENDENG)
adjust = asked(
    rules.may_adjust,
    rule=SIGN_IN,
    limit=Limit.parse("99h"),
    from_on=TOMORROW,
    tomorrow=TOMORROW,
    adjustable=("sign_in",),
)
end = asked(rules.may_end, until_on=TOMORROW, tomorrow=TOMORROW)
N = norms.WORKING_TIME

ROWS = (
    name_of.gives("for all requests", "sign_in|||"),
    name_of.gives("for some", "handle|urgent|web|HELP", rule=SCOPED),
    rule_named.gives("one of the regulation", SIGN_IN),
    rule_named.refuses("none of it", N, "rule", text="sign_in|sometimes||"),
    adjust.allows("from tomorrow"),
    adjust.refuses("what no duty is counted by", N, "rule", adjustable=("handle",)),
    adjust.refuses("to what it is", N, "limit", limit=SIGN_IN.limit),
    adjust.refuses("from today", N, "from_on", from_on=TODAY),
    end.allows("from tomorrow"),
    end.refuses("from today", N, "until_on", until_on=TODAY),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_limits_says(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("pack", [WENDENG, HUAINAN], ids=lambda pack: pack.id)
def test_every_limit_of_a_regulation_is_found_again_by_its_name(pack: object) -> None:
    for rule in (rule for found in pack.limits.values() for rule in found):  # type: ignore[attr-defined]
        assert rules.rule_named(rules.name_of(rule), pack) == rule  # type: ignore[arg-type]
