"""What is read of a question to a ledger, and what is not."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pytest

from bihuan.ledgers import rules
from bihuan.ledgers.types import Ask, Asked, Choice, Filter, Which
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from tests.rule_tables import Row, asked

FILTERS = (
    Filter("stage", "阶段", Ask.WORD, (Choice("open", "未结"), Choice("closed", "已结"))),
    Filter("title", "标题", Ask.LINE),
    Filter("since", "自", Ask.DAY),
    Filter("month", "月份", Ask.MONTH),
    Filter("q", "检索", Ask.SEARCH),
    Filter("at", "地点", Ask.PLACE),
)
LONG = "长" * rules.LONGEST


def read(typed: Mapping[str, Sequence[str]], usual: Sequence[str] = ("a",)) -> rules.Reading:
    return rules.read(Which.CASE, typed, FILTERS, ("a", "b", "c"), usual)


day = asked(rules.day, text="2025-03-02")
start = asked(rules.start_of, text="2025-03-02", plus=0)
find = asked(rules.may_find_by, digits=4, posts=("registrar",))
another = asked(rules.may_ask_another, unfinished=2)
keep = asked(rules.may_keep_view, others=49)
told = asked(rules.told, asked=Asked(Which.CASE), filters=FILTERS)
harmless = asked(rules.harmless, text="路灯")

ROWS = (
    day.gives("a day", date(2025, 3, 2)),
    day.gives("a month by its first day", date(2025, 3, 1), text="2025-03"),
    day.gives("a day without dashes", date(2025, 3, 2), text="20250302"),
    day.gives("nothing", None, text="yesterday"),
    day.gives("the first year of the calendar", date(1993, 1, 1), text="1993-01-01"),
    day.gives("the year before", None, text="1992-12-31"),
    day.gives("the last year of the calendar", date(2099, 12, 31), text="2099-12-31"),
    day.gives("the year after", None, text="2100-01-01"),
    start.gives("midnight in China", datetime(2025, 3, 2, tzinfo=ZONE)),
    start.gives("the day after", datetime(2025, 3, 3, tzinfo=ZONE), plus=1),
    start.gives("nothing", None, text=""),
    start.gives("nothing that can be read", None, text="yesterday"),
    *(find.allows(f"four digits: a {post}", posts=(post,)) for post in ("registrar", "caller")),
    find.refuses("four digits: a handler", norms.IDENTITY_PROTECTED, "who", posts=("handler",)),
    find.refuses("four digits: nobody", norms.IDENTITY_PROTECTED, "who", posts=()),
    find.allows("eight digits: a handler", digits=8, posts=("handler",)),
    another.allows("a third"),
    another.refuses("a fourth", norms.IDENTITY_PROTECTED, "", unfinished=3),
    keep.allows("the fiftieth"),
    keep.refuses("one more", norms.IDENTITY_PROTECTED, "name", others=50),
    told.gives("everything", "全部"),
    told.gives(
        "a word and a line", "阶段：未结；标题：路灯", asked=Asked(Which.CASE, {"title": "路灯", "stage": "open"})
    ),
    told.gives("the old ones first", "旧的在前", asked=Asked(Which.CASE, oldest_first=True)),
    harmless.gives("words", True),
    *(harmless.gives(f"what begins with {sign!r}", False, text=f"{sign}1") for sign in "=+-@\t\r"),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_read_of_a_question(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize(
    ("typed", "values", "wrong"),
    [
        ({}, {}, set()),
        ({"stage": ["open"]}, {"stage": "open"}, set()),
        ({"stage": ["", "open"]}, {}, set()),
        ({"stage": [" open\x00 "]}, {"stage": "open"}, set()),
        ({"stage": ["half"]}, {}, {"stage"}),
        ({"title": [LONG]}, {"title": LONG}, set()),
        ({"title": [LONG + "长"]}, {}, {"title"}),
        ({"since": ["2025-03-01"]}, {"since": "2025-03-01"}, set()),
        ({"since": ["soon"]}, {}, {"since"}),
        ({"month": ["2025-03"]}, {"month": "2025-03"}, set()),
        ({"month": ["soon"]}, {}, {"month"}),
        ({"month": ["soon"], "title": ["路灯"]}, {"title": "路灯"}, {"month"}),
        ({"q": ["路灯"]}, {"q": "路灯"}, set()),
        ({"q": ["路"]}, {}, {"q"}),
        ({"at": ["路"]}, {}, {"at"}),
        ({"unknown": ["x"]}, {}, set()),
    ],
)
def test_what_cannot_be_read_is_told_and_narrows_nothing(
    typed: dict[str, list[str]], values: dict[str, str], wrong: set[str]
) -> None:
    found = read(typed)
    assert found.asked.values == values
    assert found.errors.keys() == wrong


def test_a_day_and_a_month_are_asked_for_each_in_its_own_form() -> None:
    errors = read({"since": ["soon"], "month": ["soon"]}).errors
    assert ("2025-03-01" in errors["since"], "2025-03-01" in errors["month"]) == (True, False)


@pytest.mark.parametrize(
    ("ticked", "columns"),
    [([], ()), (["a"], ()), (["b", "a"], ("a", "b")), (["c"], ("c",)), (["z"], ())],
)
def test_columns_that_differ_from_the_usual_ones_are_chosen(ticked: list[str], columns: tuple[str, ...]) -> None:
    assert read({"c": ticked}).asked.columns == columns


def test_the_old_ones_come_first_where_somebody_says_so() -> None:
    assert read({"order": ["oldest"]}).asked.oldest_first
    assert not read({"order": ["newest"]}).asked.oldest_first
    assert not read({}).asked.oldest_first
