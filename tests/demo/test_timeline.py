"""Stories wait in worked time, and happen in the order of the clock."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.cases.types import Act, Stage
from bihuan.demo import letters
from bihuan.demo.founding import Place
from bihuan.demo.huainan import HUAINAN
from bihuan.demo.stories import CaseWalk
from bihuan.demo.timeline import Office, Rested, Story, Timeline
from bihuan.demo.walk import Walk
from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import ZONE, Calendar, OfficeHours
from bihuan.policy.loader import pack

OFFICE = Office(Calendar.shipped(), OfficeHours())
FRIDAY = datetime(2025, 3, 7, 17, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (10, datetime(2025, 3, 7, 17, 10, tzinfo=ZONE)),
        (30, datetime(2025, 3, 10, 8, 30, tzinfo=ZONE)),
        (60, datetime(2025, 3, 10, 9, 0, tzinfo=ZONE)),
        (540, datetime(2025, 3, 10, 17, 0, tzinfo=ZONE)),
    ],
)
def test_time_goes_by_in_office_hours_alone(minutes: int, expected: datetime) -> None:
    assert OFFICE.later(FRIDAY, minutes) == expected


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 1), timezones=st.just(ZONE)),  # noqa: DTZ001
    st.integers(1, 20_000),
)
def test_what_is_counted_forward_is_counted_back(moment: datetime, minutes: int) -> None:
    start = OFFICE.later(moment, 0)
    reached = OFFICE.later(start, minutes)
    assert OFFICE.calendar.is_working(reached.date())
    assert OFFICE.hours.opens <= reached.timetz().replace(tzinfo=None) < OFFICE.hours.closes
    back = OFFICE.earlier(reached, minutes)
    assert OFFICE.later(back, 0) == start


def test_stories_happen_side_by_side_until_the_present() -> None:
    begins = datetime(2025, 1, 1, tzinfo=UTC)
    time = Timeline(until=begins + timedelta(hours=10), now=begins)
    seen: list[str] = []

    def story(name: str, hours: int) -> Story:
        while True:
            seen.append(f"{name}{(time.now - begins).seconds // 3600}")
            yield time.now + timedelta(hours=hours)

    def resting() -> Story:
        yield time.now + timedelta(hours=1)
        seen.append("到此为止")
        raise Rested

    time.begin(begins, story("甲", 4))
    time.begin(begins + timedelta(hours=1), story("乙", 6))
    time.begin(begins + timedelta(hours=2), resting())
    time.begin(begins + timedelta(hours=11), story("丙", 1))
    time.run(lambda moment: None)
    assert seen == ["甲0", "乙1", "到此为止", "甲4", "乙7", "甲8"]


def test_who_took_a_request_over_has_it_alone() -> None:
    """A story that waits while the list has its request, and longer, does not go on with what the list settled."""
    time = Timeline(until=FRIDAY, now=FRIDAY)
    walk = Walk("case", Place(HUAINAN, pack(HUAINAN.pack)), time, OFFICE, Random(1), number="1")
    request = letters.invent(letters.templates()[0], walk.chance, roads=HUAINAN.roads, towns=("甲镇", "乙镇"))
    case = CaseWalk(walk, request, desk="shifuban", channel="szrx", origin_number="1", lead="fagai")
    case.neighbours.append(case)
    after = case.taken_over(stage=Stage.CLOSED, lead="chengxiang")
    assert (after.lead, after.walk.number, after.walk.stage, after.walk.taken) == ("chengxiang", "1", "closed", False)
    assert case.neighbours == [case, after]
    with pytest.raises(Rested):
        walk.do(Act.ANSWER, Actor.clockwork(HUAINAN.code))
