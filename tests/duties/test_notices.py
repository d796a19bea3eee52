"""What the rules of a year's notice say to which facts."""

from dataclasses import replace
from datetime import date

import pytest

from bihuan.duties import rules
from bihuan.duties.types import Difference, Wording
from bihuan.policy import norms
from bihuan.policy.calendar import WORKDAY
from tests.rule_tables import Row, asked

TIME = norms.WORKING_TIME
DAYS = {
    date(2028, 1, 1): "元旦",
    date(2028, 1, 3): "元旦",
    date(2028, 1, 26): "春节",
    date(2028, 4, 4): "清明节",
    date(2028, 5, 1): "劳动节",
    date(2028, 5, 28): "端午节",
    date(2028, 10, 3): "国庆节、中秋节",
    date(2028, 10, 8): WORKDAY,
}
"""A notice with every statutory holiday; 2028-10-08 is a Sunday."""
NOTICE = Wording(2028, "国务院办公厅关于2028年部分节假日安排的通知", DAYS)


def notice(*without: date, **more: str) -> Wording:
    """The notice without some days, with others (d0201="名称")."""
    days = {on: name for on, name in DAYS.items() if on not in without}
    days |= {date(2028, int(on[1:3]), int(on[3:])): name for on, name in more.items()}
    return replace(NOTICE, days=days)


MAY_DAY = date(2028, 5, 1)
LONGER = notice(d0202="春节").days
"""A former wording with a day more."""
announce = asked(rules.may_announce, wording=NOTICE, former=None, training=False)
ROWS = (
    announce.allows("a whole notice"),
    announce.refuses("without a name", TIME, "notice", wording=replace(NOTICE, notice=" ")),
    announce.refuses("a day of another year", TIME, "holidays", wording=replace(NOTICE, year=2027)),
    announce.refuses("a day without a name", TIME, "holidays", wording=notice(d0201=" ")),
    announce.refuses("a make-up day on a Friday", TIME, "workdays", wording=notice(d0107=WORKDAY, d0225=WORKDAY)),
    announce.allows("a make-up day on a Saturday", wording=notice(d0226=WORKDAY)),
    announce.refuses("a statutory holiday is missing", TIME, "reason", wording=notice(MAY_DAY)),
    announce.allows("it is missing for a reason", wording=replace(notice(MAY_DAY), reason="另行通知")),
    announce.allows("it is missing where all is training", wording=notice(MAY_DAY), training=True),
    announce.refuses("a correction drops a day", TIME, "reason", former=LONGER),
    announce.refuses("the same in training", TIME, "reason", former=LONGER, training=True),
    announce.allows("a day is dropped for a reason", former=LONGER, wording=replace(NOTICE, reason="更正")),
    announce.refuses("a holiday becomes a day worked", TIME, "reason", former=notice(d1008="国庆节").days),
    announce.allows("a correction adds a day", former=notice(MAY_DAY).days),
    announce.allows("a correction names a day otherwise", former={**DAYS, MAY_DAY: "五一"}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_notices_says(row: Row) -> None:
    row.holds()


def test_the_difference_tells_what_comes_and_goes_and_what_is_missing() -> None:
    former = notice(MAY_DAY, d0202="春节", d1008="国庆节").days
    assert rules.difference(former, DAYS) == Difference(
        first=False,
        added={MAY_DAY: "劳动节", date(2028, 10, 8): WORKDAY},
        dropped={date(2028, 2, 2): "春节", date(2028, 10, 8): "国庆节"},
        missing=(),
    )
    assert rules.difference(None, {}).missing == rules.STATUTORY
    assert rules.difference(None, {}).first


def test_a_notice_touches_the_days_of_which_it_says_something_new() -> None:
    whole = (date(2028, 1, 1), date(2028, 12, 31))
    assert rules.days_affected(2028, None, DAYS) == whole
    assert rules.days_affected(2028, DAYS, DAYS) is None
    former = notice(MAY_DAY, d0202="春节").days
    assert rules.days_affected(2028, former, DAYS) == (date(2028, 2, 2), MAY_DAY)
    assert rules.days_affected(2028, {**DAYS, MAY_DAY: "五一"}, DAYS) == (MAY_DAY, MAY_DAY), "it is told by its name"
