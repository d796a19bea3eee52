"""What the rules of limits say to which facts."""

from datetime import date, timedelta

import pytest

from bihuan.duties import rules
from bihuan.duties.types import Difference, Wording
from bihuan.policy import norms
from bihuan.policy.calendar import WORKDAY, Calendar
from bihuan.policy.limits import Limit
from bihuan.policy.pack import LimitRule
from tests.facts import HUAINAN, NOW, WENDENG
from tests.rule_tables import Row, asked

TODAY, DAY = NOW.date(), timedelta(days=1)
TOMORROW = TODAY + DAY
SIGN_IN = next(rule for rule in WENDENG.limits["sign_in"] if rule.urgency is None)
SCOPED = LimitRule("handle", Limit.parse("1wd"), urgency="urgent", channel="web", appeal_type="HELP")

rule_named = asked(rules.rule_named, text=SIGN_IN.key, pack=WENDENG)
adjust = asked(
    rules.may_adjust,
    rule=SIGN_IN,
    limit=Limit.parse("99h"),
    from_on=TOMORROW,
    earliest=TOMORROW,
    adjustable=("sign_in",),
)
end = asked(rules.may_end, until_on=TOMORROW, tomorrow=TOMORROW)
N = norms.WORKING_TIME
NEW_YEAR, SATURDAY, FRIDAY = date(2025, 1, 1), date(2025, 1, 4), date(2025, 1, 3)
HOLIDAYS = {date(2025, 2, day): name for day, name in enumerate(rules.STATUTORY, 1)}
WHOLE = {**HOLIDAYS, SATURDAY: WORKDAY}
LESS = {SATURDAY: WORKDAY}
differ = asked(rules.difference, former=None, days=WHOLE)
affected = asked(rules.days_affected, year=2025, former=WHOLE, days=WHOLE)
announce = asked(
    rules.may_announce, wording=Wording(2025, "国办发明电〔2024〕12号", WHOLE), former=None, training=False
)


def notice(days: dict[date, str], reason: str = "", title: str = "国办发明电〔2024〕12号") -> Wording:
    """A notice of 2025."""
    return Wording(2025, title, days, reason)


fall = asked(rules.may_fall_on, on=FRIDAY, calendar=Calendar.shipped(), on_free_day=False, field="due_on")

ROWS = (
    differ.gives("the first of a year", Difference(True, WHOLE, {}, ())),
    differ.gives("the same again", Difference(False, {}, {}, ()), former=WHOLE),
    differ.gives(
        "a name alone", Difference(False, {}, {}, ()), former=WHOLE, days={**WHOLE, date(2025, 2, 1): "元旦节"}
    ),
    differ.gives(
        "a day more", Difference(False, {FRIDAY: "春节"}, {}, ()), former=WHOLE, days={**WHOLE, FRIDAY: "春节"}
    ),
    differ.gives("a day less", Difference(False, {}, {FRIDAY: "春节"}, ()), former={**WHOLE, FRIDAY: "春节"}),
    differ.gives(
        "a day that is worked, and was free",
        Difference(False, {SATURDAY: WORKDAY}, {SATURDAY: "元旦"}, ()),
        former={**WHOLE, SATURDAY: "元旦"},
    ),
    differ.gives(
        "a day that is free, and was worked",
        Difference(False, {SATURDAY: "元旦"}, {SATURDAY: WORKDAY}, ()),
        former=WHOLE,
        days={**WHOLE, SATURDAY: "元旦"},
    ),
    differ.gives("no holiday at all", Difference(True, LESS, {}, rules.STATUTORY), days=LESS),
    differ.gives("one holiday", Difference(True, {NEW_YEAR: "元旦"}, {}, rules.STATUTORY[1:]), days={NEW_YEAR: "元旦"}),
    differ.gives(
        "a holiday named by a day of work",
        Difference(True, {SATURDAY: WORKDAY, NEW_YEAR: "休息"}, {}, rules.STATUTORY),
        days={SATURDAY: WORKDAY, NEW_YEAR: "休息"},
    ),
    affected.gives("by the same", None),
    affected.gives("by the first", (NEW_YEAR, date(2025, 12, 31)), former=None),
    affected.gives("by one day more", (FRIDAY, FRIDAY), days={**WHOLE, FRIDAY: "春节"}),
    affected.gives("by one day less", (SATURDAY, SATURDAY), days=HOLIDAYS),
    affected.gives(
        "by another name and a day more", (FRIDAY, SATURDAY), days={**WHOLE, SATURDAY: "元旦", FRIDAY: "春节"}
    ),
    #
    announce.allows("the whole year"),
    announce.allows("the same again", former=WHOLE),
    announce.refuses("without its number", N, "notice", wording=notice(WHOLE, title=" ")),
    announce.refuses("a day of another year", N, "holidays", wording=notice({**WHOLE, date(2026, 1, 1): "元旦"})),
    announce.refuses("a day without a name", N, "holidays", wording=notice({**WHOLE, NEW_YEAR: " "})),
    announce.allows("a Sunday that is worked", wording=notice({**WHOLE, date(2025, 1, 5): WORKDAY})),
    announce.refuses("a Friday that is worked", N, "workdays", wording=notice({**WHOLE, FRIDAY: WORKDAY})),
    announce.refuses("a day less", N, "reason", former={**WHOLE, FRIDAY: "春节"}),
    announce.allows("a day less, for a reason", wording=notice(WHOLE, "更正"), former={**WHOLE, FRIDAY: "春节"}),
    announce.refuses("a year without a holiday", N, "reason", wording=notice(LESS)),
    announce.allows("a year without a holiday, for a reason", wording=notice(LESS, "只定到二月")),
    announce.allows("a year without a holiday, where people train", wording=notice(LESS), training=True),
    announce.refuses("a day less, where people train", N, "reason", former={**WHOLE, FRIDAY: "春节"}, training=True),
    #
    rule_named.gives("one of the regulation", SIGN_IN),
    rule_named.refuses("none of it", N, "rule", text="sign_in|sometimes||"),
    adjust.allows("from tomorrow"),
    adjust.refuses("what no duty is counted by", N, "rule", adjustable=("handle",)),
    adjust.refuses("to what it is", N, "limit", limit=SIGN_IN.limit),
    adjust.refuses("from today", N, "from_on", from_on=TODAY),
    adjust.allows("from any day, where nothing was owed yet", from_on=TODAY, earliest=None),
    end.allows("from tomorrow"),
    end.refuses("from today", N, "until_on", until_on=TODAY),
    fall.allows("a working day"),
    fall.allows("none", on=None),
    fall.refuses("a Saturday", N, "due_on", on=SATURDAY),
    fall.allows("a Saturday that is meant", on=SATURDAY, on_free_day=True),
    fall.refuses("a holiday", N, "due_on", on=date(2025, 4, 4)),
    fall.allows("a Sunday that is worked", on=date(2025, 4, 27)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_limits_says(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("pack", [WENDENG, HUAINAN], ids=lambda pack: pack.id)
def test_every_limit_of_a_regulation_is_found_again_by_its_name(pack: object) -> None:
    for rule in (rule for found in pack.limits.values() for rule in found):  # type: ignore[attr-defined]
        assert rules.rule_named(rule.key, pack) == rule
