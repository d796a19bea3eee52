"""Working time: against chinese-calendar, against a naive walk, and day by day."""

from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.policy.calendar import (
    WORKDAY,
    ZONE,
    Calendar,
    Extension,
    OfficeHours,
    Pause,
    explain,
    put_off_by,
    reckon,
)
from bihuan.policy.limits import Limit, Unit

SHIPPED = Calendar.shipped()
HOURS = OfficeHours()
LUNCH = OfficeHours(time(9), time(18), time(16), ((time(12), time(13, 30)),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(start: str, limit: str, **more: object) -> datetime:
    options: dict[str, object] = {"calendar": SHIPPED, "hours": HOURS, **more}
    return reckon(at(start), Limit.parse(limit), **options).due_at  # type: ignore[arg-type]


@pytest.mark.clause("HN-3.2a", "HN-5.2a", "WD-2.3a", "WD-6.2b")
def test_every_start_day_and_every_limit_up_to_sixty_agrees_with_chinese_calendar() -> None:
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked = [chinese_calendar.is_workday(day) for day in days]
    limits = [Limit(amount, Unit.WORKING_DAYS) for amount in range(1, 61)]
    compared = 0
    for number, start in enumerate(days):
        moment = datetime.combine(start, time(10), ZONE)
        counted = 0
        for later in range(number + 1, len(days)):
            if not worked[later]:
                continue
            counted += 1
            reckoning = reckon(moment, limits[counted - 1], calendar=SHIPPED, hours=HOURS)
            assert reckoning.due_at.date() == days[later], (start, counted)
            assert not reckoning.provisional
            compared += 1
            if counted == 60:
                break
    assert compared > 490_000


def test_every_day_is_worked_or_not_as_chinese_calendar_says() -> None:
    for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days):
        day = date(2004, 1, 1) + timedelta(days=n)
        assert SHIPPED.is_working(day) is chinese_calendar.is_workday(day), day


def test_national_day_and_the_make_up_saturday_are_told_by_name() -> None:
    assert SHIPPED.name(date(2025, 10, 1)) == "国庆节"
    assert SHIPPED.name(date(2025, 10, 11)) == WORKDAY
    assert SHIPPED.name(date(2025, 10, 12)) == "周末"
    assert SHIPPED.name(date(2025, 10, 13)) == "工作日"
    assert due("2025-09-29 10:00", "5wd") == at("2025-10-13 17:30")


def test_the_day_of_receipt_is_not_counted_and_the_limit_ends_when_the_office_closes() -> None:
    assert due("2025-06-09 08:31", "1wd") == at("2025-06-10 17:30")


def test_what_comes_after_the_cut_off_counts_as_received_on_the_next_day() -> None:
    assert due("2025-06-09 17:00", "1wd") == at("2025-06-10 17:30")
    assert due("2025-06-09 17:00:01", "1wd") == at("2025-06-11 17:30")
    assert due("2025-06-13 17:30", "1wd") == at("2025-06-16 17:30"), "Friday evening counts as Saturday"


def test_receipt_on_a_free_day_counts_from_the_first_working_day_after_it() -> None:
    assert due("2025-06-14 10:00", "1wd") == at("2025-06-16 17:30")


def test_working_hours_run_inside_office_hours_only() -> None:
    assert due("2025-06-13 16:00", "4wh") == at("2025-06-16 11:00")
    assert due("2025-06-13 11:00", "2wh", hours=LUNCH) == at("2025-06-13 14:30")
    assert due("2025-06-13 09:30", "8wh") == at("2025-06-13 17:30"), "at closing, not at the next opening"
    assert due("2025-06-14 12:00", "1wh") == at("2025-06-16 09:30")


def test_urgent_limits_run_in_natural_time() -> None:
    assert due("2025-10-01 23:50", "30min") == at("2025-10-02 00:20")
    assert due("2025-10-01 23:50", "2h") == at("2025-10-02 01:50")
    assert due("2025-10-01 23:50", "3d") == at("2025-10-04 23:50")
    assert due("2025-10-01 23:50", "endOfDay") == at("2025-10-01 23:59:59")


def test_a_day_paused_at_closing_time_is_not_counted() -> None:
    whole = Pause(at("2025-06-10 17:00"), at("2025-06-11 17:31"), "待补充")
    assert due("2025-06-09 10:00", "2wd", pauses=[whole]) == at("2025-06-13 17:30")
    back_in_time = Pause(at("2025-06-10 09:00"), at("2025-06-10 17:30"), "待补充")
    assert due("2025-06-09 10:00", "2wd", pauses=[back_in_time]) == at("2025-06-11 17:30")


def test_paused_time_is_taken_out_of_hours() -> None:
    pause = Pause(at("2025-06-13 10:00"), at("2025-06-16 10:00"), "待补充")
    assert due("2025-06-13 09:30", "2wh", pauses=[pause]) == at("2025-06-16 11:30")
    assert due("2025-06-13 09:30", "2h", pauses=[pause]) == at("2025-06-16 11:30")


def test_a_pause_that_lasts_moves_nothing_yet_and_the_explanation_says_so() -> None:
    pause = Pause(at("2025-06-10 09:00"), None, "待补充")
    assert due("2025-06-09 10:00", "2wd", pauses=[pause]) == due("2025-06-09 10:00", "2wd")
    told = explain(at("2025-06-09 10:00"), Limit.parse("2wd"), calendar=SHIPPED, hours=HOURS, pauses=[pause])
    assert "起暂停（待补充），恢复后顺延" in told.words


def test_an_extension_of_the_same_unit_is_added_and_another_counts_from_the_old_due_moment() -> None:
    same = Extension(Limit.parse("10wd"), "情况复杂")
    assert due("2025-06-09 10:00", "5wd", extensions=[same]) == due("2025-06-09 10:00", "15wd")
    other = Extension(Limit.parse("2wd"), "情况复杂")
    assert due("2025-06-09 10:00", "endOfDay", extensions=[other]) == at("2025-06-11 17:30")


def test_a_year_without_notice_is_provisional_until_its_notice_is_entered() -> None:
    start, limit = at("2026-12-28 10:00"), Limit.parse("5wd")
    before = reckon(start, limit, calendar=SHIPPED, hours=HOURS)
    assert before.provisional
    assert before.due_at == at("2027-01-04 17:30")
    told = explain(start, limit, calendar=SHIPPED, hours=HOURS)
    assert "2027年放假通知尚未录入" in told.words
    entered = SHIPPED.with_years({2027: {date(2027, 1, 1): "元旦", date(2027, 1, 3): WORKDAY}})
    after = reckon(start, limit, calendar=entered, hours=HOURS)
    assert after.due_at == at("2027-01-04 17:30")
    assert not after.provisional
    assert not SHIPPED.is_working(date(2027, 1, 3)), "the shipped calendar stays as it was"


def test_a_notice_that_is_entered_replaces_the_shipped_one() -> None:
    changed = SHIPPED.with_years({2026: {date(2026, 3, 4): "临时放假"}})
    assert changed.name(date(2026, 3, 4)) == "临时放假"
    assert not changed.is_working(date(2026, 3, 4))
    assert changed.is_working(date(2026, 10, 1)), "whoever replaces a notice gives all of it"
    with pytest.raises(ValueError, match="cannot say anything about"):
        SHIPPED.with_years({2027: {date(2028, 1, 1): "元旦"}})


def test_moments_outside_the_calendar_or_without_a_zone_are_refused() -> None:
    with pytest.raises(OverflowError):
        due("1980-01-01 10:00", "1wd")
    with pytest.raises(OverflowError):
        due("2100-12-30 10:00", "60wd")
    with pytest.raises(ValueError, match="without a zone"):
        reckon(datetime(2025, 1, 1), Limit.parse("1wd"), calendar=SHIPPED, hours=HOURS)  # noqa: DTZ001


def test_moments_in_another_zone_are_reckoned_in_shanghai() -> None:
    utc = datetime.fromisoformat("2025-06-09T10:00:00+00:00")  # 18:00 in Shanghai, after the cut-off
    assert reckon(utc, Limit.parse("1wd"), calendar=SHIPPED, hours=HOURS).due_at == at("2025-06-11 17:30")


def test_office_hours_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="in that order"):
        OfficeHours(time(9), time(17), breaks=((time(13), time(12)),))


def test_the_explanation_names_every_day() -> None:
    told = explain(at("2025-09-29 18:00"), Limit.parse("2wd"), calendar=SHIPPED, hours=HOURS)
    assert [(n.on.day, n.counted, n.ordinal) for n in told.days[:3]] == [
        (29, False, None),
        (30, False, None),
        (1, False, None),
    ]
    assert told.days[0].words == "18:00 收到，晚于 17:00，按次日收到计算"
    assert told.days[2].words == "国庆节，不计"
    assert told.days[-1].words == "工作日，第2个工作日，17:30 到期"
    assert tuple(told) == told.days
    assert told.words.startswith("时限2个工作日，应于2025-10-10 17:30（周五）前完成。")


# What any limit, pause and extension must satisfy.

moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 6, 30), timezones=st.just(ZONE))  # noqa: DTZ001
limits = st.builds(
    Limit.parse,
    st.one_of(
        st.builds("{}{}".format, st.integers(1, 40), st.sampled_from(["wd", "wh", "d", "h", "min"])),
        st.just("endOfDay"),
    ),
)
hours = st.sampled_from([HOURS, LUNCH])
calendars = st.sampled_from(
    [
        SHIPPED,
        SHIPPED.with_years({2027: {date(2027, 2, n): "春节" for n in range(6, 13)} | {date(2027, 2, 14): WORKDAY}}),
    ]
)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + draw(st.timedeltas(timedelta(days=-10), timedelta(days=30)))
        length = draw(st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=12))))
        found.append(Pause(begin, None if length is None else begin + length, "待补充"))
    return found


@given(st.data(), moments, limits, hours, calendars)
def test_the_explanation_always_ends_at_the_due_moment(
    data: st.DataObject, start: datetime, limit: Limit, hours: OfficeHours, calendar: Calendar
) -> None:
    held = data.draw(pauses(start))
    more = [Extension(extra, "情况复杂") for extra in data.draw(st.lists(limits, max_size=3))]
    reckoning = reckon(start, limit, calendar=calendar, hours=hours, pauses=held, extensions=more)
    told = explain(start, limit, calendar=calendar, hours=hours, pauses=held, extensions=more)
    assert (told.due_at, told.provisional) == (reckoning.due_at, reckoning.provisional)


@given(st.data(), moments, st.integers(1, 40), hours)
def test_as_many_days_are_counted_as_the_limit_has(
    data: st.DataObject, start: datetime, amount: int, hours: OfficeHours
) -> None:
    held = data.draw(pauses(start))
    limit = Limit(amount, Unit.WORKING_DAYS)
    told = explain(start, limit, calendar=SHIPPED, hours=hours, pauses=held)
    assert [note.ordinal for note in told.days if note.counted] == list(range(1, amount + 1))
    assert SHIPPED.is_working(told.due_at.date())
    assert told.due_at.time() == hours.closes
    assert told.due_at > start


@given(st.data(), moments, limits, hours)
def test_pauses_and_extensions_never_bring_the_due_moment_forward(
    data: st.DataObject, start: datetime, limit: Limit, hours: OfficeHours
) -> None:
    plain = reckon(start, limit, calendar=SHIPPED, hours=hours).due_at
    held = data.draw(pauses(start))
    paused = reckon(start, limit, calendar=SHIPPED, hours=hours, pauses=held).due_at
    assert plain <= paused
    extra = Extension(data.draw(limits), "情况复杂")
    assert paused <= reckon(start, limit, calendar=SHIPPED, hours=hours, pauses=held, extensions=[extra]).due_at


@given(moments, st.integers(1, 30), st.integers(1, 30), hours)
def test_working_days_add_up(start: datetime, first: int, second: int, hours: OfficeHours) -> None:
    together = reckon(start, Limit(first + second, Unit.WORKING_DAYS), calendar=SHIPPED, hours=hours).due_at
    middle = reckon(start, Limit(first, Unit.WORKING_DAYS), calendar=SHIPPED, hours=hours).due_at
    noon = datetime.combine(middle.date(), hours.opens, ZONE)
    assert together == reckon(noon, Limit(second, Unit.WORKING_DAYS), calendar=SHIPPED, hours=hours).due_at


@given(moments, moments, limits, hours)
def test_what_came_later_is_never_due_earlier(one: datetime, two: datetime, limit: Limit, hours: OfficeHours) -> None:
    earlier, later = sorted((one, two))
    first = reckon(earlier, limit, calendar=SHIPPED, hours=hours).due_at
    assert first <= reckon(later, limit, calendar=SHIPPED, hours=hours).due_at


@given(
    opened=st.integers(0, 30 * 24 * 4),
    days=st.integers(1, 15),
    begun=st.integers(0, 20 * 24 * 4),
    stood=st.integers(1, 40 * 24 * 4),
    later=st.integers(0, 5 * 24 * 4),
)
def test_a_moment_set_within_a_limit_stays_within_it_whatever_stood_still(
    opened: int, days: int, begun: int, stood: int, later: int
) -> None:
    quarter = timedelta(minutes=15)
    start = datetime(2025, 3, 3, 8, 0, tzinfo=ZONE) + opened * quarter
    limit = Limit(days, Unit.WORKING_DAYS)
    whole = reckon(start, limit, calendar=SHIPPED, hours=HOURS).due_at
    set_at = start + later * quarter
    pause = Pause(set_at + begun * quarter, set_at + (begun + stood) * quarter, "挂账")
    if set_at >= whole or pause.from_at >= whole:
        return
    moved = reckon(start, limit, calendar=SHIPPED, hours=HOURS, pauses=[pause]).due_at
    put_off = put_off_by(whole, pause, start=set_at, calendar=SHIPPED, hours=HOURS)
    assert whole <= put_off <= moved
    assert put_off_by(pause.from_at, pause, start=set_at, calendar=SHIPPED, hours=HOURS) == pause.from_at
