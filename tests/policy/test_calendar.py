"""Working time: against chinese-calendar, against a naive walk, and day by day."""

from dataclasses import replace
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
    PauseRule,
    explain,
    explain_put_off,
    put_off,
    put_off_by,
    reckon,
    untimely,
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


def pause(begin: str, end: str, rule: PauseRule = PauseRule.WORKING_TIME) -> Pause:
    return Pause(at(begin), at(end), "待补充", rule)


def test_whole_paused_days_are_given_back() -> None:
    whole = pause("2025-06-10 08:30", "2025-06-11 17:30")
    assert due("2025-06-09 10:00", "2wd", pauses=[whole]) == at("2025-06-13 17:30")
    over_the_weekend = pause("2025-06-13 12:00", "2025-06-16 12:00")
    assert due("2025-06-09 10:00", "5wd", pauses=[over_the_weekend]) == at("2025-06-17 17:30")


def test_a_minute_over_closing_time_gives_nothing_however_often() -> None:
    """F49: four pauses of two minutes gave four working days."""
    nights = [pause(f"2025-06-{day} 17:29", f"2025-06-{day + 1} 08:31") for day in range(10, 13)]
    assert due("2025-06-09 10:00", "5wd", pauses=nights) == due("2025-06-09 10:00", "5wd")


def test_parts_of_days_sum_up_and_the_rest_is_carried_on() -> None:
    """F49: a pause from the morning until a minute before closing gave nothing, however often it was repeated."""
    days = [pause(f"2025-06-{day} 08:30", f"2025-06-{day} 17:29") for day in (10, 11, 12)]
    assert due("2025-06-09 10:00", "5wd", pauses=days[:1]) == at("2025-06-16 17:30")
    assert due("2025-06-09 10:00", "5wd", pauses=days[:2]) == at("2025-06-17 17:30")
    assert due("2025-06-09 10:00", "5wd", pauses=days) == at("2025-06-18 17:30")
    told = explain(at("2025-06-09 10:00"), Limit.parse("5wd"), calendar=SHIPPED, hours=HOURS, pauses=days[:2])
    assert "暂停累计17小时58分办公时间，满1个工作日，顺延1个工作日" in told.words
    (reached,) = (note for note in told.days if "累计满1个工作日" in note.words)
    assert reached.on == date(2025, 6, 11)
    assert told.days[-1].ordinal == 6
    one = explain(at("2025-06-09 10:00"), Limit.parse("5wd"), calendar=SHIPPED, hours=HOURS, pauses=days[:1])
    assert "暂停累计8小时59分办公时间，不满1个工作日，不顺延" in one.words


def test_what_was_paused_on_the_day_of_receipt_counts_no_more_than_that_day() -> None:
    first = pause("2025-06-09 10:00", "2025-06-09 17:30")
    second = pause("2025-06-10 08:30", "2025-06-10 16:00")
    assert due("2025-06-09 09:00", "2wd", pauses=[first, second]) == at("2025-06-11 17:30")


def test_a_pause_gives_nothing_to_what_was_due_before_it_and_all_of_itself_to_what_was_not() -> None:
    late = pause("2025-06-11 17:31", "2025-06-20 17:30")
    assert due("2025-06-09 10:00", "2wd", pauses=[late]) == at("2025-06-11 17:30")
    just = pause("2025-06-11 17:30", "2025-06-12 17:30")
    assert due("2025-06-09 10:00", "2wd", pauses=[just]) == at("2025-06-12 17:30")
    before = pause("2025-06-11 17:00", "2025-06-13 17:00")
    assert due("2025-06-09 10:00", "2wd", pauses=[before]) == at("2025-06-13 17:30")


def test_end_of_day_is_put_off_by_what_a_pause_lasts_and_not_by_a_day() -> None:
    midnight = pause("2025-06-09 23:59", "2025-06-10 00:01")
    assert due("2025-06-09 10:00", "endOfDay", pauses=[midnight]) == at("2025-06-10 00:01:59")
    afternoon = pause("2025-06-09 14:00", "2025-06-09 16:00")
    assert due("2025-06-09 10:00", "endOfDay", pauses=[afternoon]) == at("2025-06-10 01:59:59")


def test_a_pause_from_before_the_rule_is_given_back_as_it_was_then() -> None:
    old = pause("2025-06-10 17:00", "2025-06-11 17:31", PauseRule.CLOSINGS)
    assert due("2025-06-09 10:00", "2wd", pauses=[old]) == at("2025-06-13 17:30")
    back_in_time = pause("2025-06-10 09:00", "2025-06-10 17:30", PauseRule.CLOSINGS)
    assert due("2025-06-09 10:00", "2wd", pauses=[back_in_time]) == at("2025-06-11 17:30")
    midnight = pause("2025-06-09 23:59", "2025-06-10 00:01", PauseRule.CLOSINGS)
    assert due("2025-06-09 10:00", "endOfDay", pauses=[midnight]) == at("2025-06-10 23:59:59")
    told = explain(at("2025-06-09 10:00"), Limit.parse("2wd"), calendar=SHIPPED, hours=HOURS, pauses=[old])
    assert [note.on.day for note in told.days if note.words == "暂停（待补充），不计"] == [10, 11]


def test_paused_time_is_taken_out_of_hours() -> None:
    pause = Pause(at("2025-06-13 10:00"), at("2025-06-16 10:00"), "待补充")
    assert due("2025-06-13 09:30", "2wh", pauses=[pause]) == at("2025-06-16 11:30")
    assert due("2025-06-13 09:30", "2h", pauses=[pause]) == at("2025-06-16 11:30")


def test_a_pause_that_lasts_moves_nothing_yet_and_the_explanation_says_so() -> None:
    pause = Pause(at("2025-06-10 09:00"), None, "待补充")
    assert due("2025-06-09 10:00", "2wd", pauses=[pause]) == due("2025-06-09 10:00", "2wd")
    told = explain(at("2025-06-09 10:00"), Limit.parse("2wd"), calendar=SHIPPED, hours=HOURS, pauses=[pause])
    assert "起暂停（待补充），恢复后按暂停的时间顺延" in told.words


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
    """Pauses by working time, some overlapping, after older ones by closings."""
    found, ruled_from = [], start + draw(st.timedeltas(timedelta(days=-12), timedelta(days=12)))
    for _ in range(draw(st.integers(0, 5))):
        begin = start + draw(st.timedeltas(timedelta(days=-10), timedelta(days=30)))
        short, long = st.timedeltas(timedelta(), timedelta(hours=12)), st.timedeltas(timedelta(), timedelta(days=12))
        length = draw(st.one_of(st.none(), short, long))
        end = None if length is None else begin + length
        if begin < ruled_from:
            found.append(Pause(begin, min(end or ruled_from, ruled_from), "待补充", PauseRule.CLOSINGS))
        else:
            found.append(Pause(begin, end, "待补充"))
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
    given = sum("个工作日，顺延" in note.words for note in told.days)
    assert [note.ordinal for note in told.days if note.counted] == list(range(1, amount + given + 1))
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
    counted = {"calendar": SHIPPED, "hours": HOURS}
    moved = reckon(start, limit, pauses=[pause], **counted).due_at
    later = put_off(whole, start=set_at, pauses=[pause], **counted)
    assert whole <= later <= moved
    assert put_off(pause.from_at - quarter, start=set_at, pauses=[pause], **counted) == pause.from_at - quarter
    old = replace(pause, reckoned_by=PauseRule.CLOSINGS)
    moved = reckon(start, limit, pauses=[old], **counted).due_at
    assert whole <= put_off_by(whole, old, start=set_at, **counted) <= moved
    assert put_off_by(pause.from_at, old, start=set_at, **counted) == pause.from_at


QUARTER = timedelta(minutes=15)
A_DAY = 36
"""Quarters of an hour from half past eight to half past five."""
quarters = st.integers(0, 40 * 24 * 4)


@given(
    opened=st.integers(0, 500 * 24 * 4),
    amount=st.integers(1, 15),
    spans=st.lists(st.tuples(quarters, st.one_of(st.integers(1, 50), st.integers(1, 9 * 24 * 4))), max_size=5),
)
def test_pauses_are_given_back_as_a_naive_loop_counts_them(
    opened: int, amount: int, spans: list[tuple[int, int]]
) -> None:
    """F49: quarter by quarter, with nothing of the calendar's own, against both ways of reckoning."""
    start = datetime(2024, 12, 20, tzinfo=ZONE) + opened * QUARTER
    held = [Pause(start + a * QUARTER, start + (a + n) * QUARTER, "待补充") for a, n in spans]
    known: dict[str, object] = {"calendar": SHIPPED, "hours": HOURS, "pauses": held}
    right = _naively(start, amount, held)
    assert reckon(start, Limit(amount, Unit.WORKING_DAYS), **known).due_at == right  # type: ignore[arg-type]
    assert explain(start, Limit(amount, Unit.WORKING_DAYS), **known).due_at == right  # type: ignore[arg-type]


def _works(moment: datetime) -> bool:
    return time(8, 30) <= moment.time() < time(17, 30) and chinese_calendar.is_workday(moment.date())


def _naively(start: datetime, amount: int, held: list[Pause]) -> datetime:
    received = start.date() + timedelta(days=start.time() > time(17))
    stood = []
    for begin, end in _met(held):
        moments = [begin + n * QUARTER for n in range((end - begin) // QUARTER)]
        stood.append((begin, sum(_works(moment) for moment in moments if moment.date() > received)))
    on, closed = received, 0
    while True:
        on += timedelta(days=1)
        closed += chinese_calendar.is_workday(on)
        closing = datetime.combine(on, time(17, 30), ZONE)
        given = sum(worked for begin, worked in stood if begin <= closing) // A_DAY
        if chinese_calendar.is_workday(on) and closed == amount + given:
            return closing


def _met(held: list[Pause]) -> list[tuple[datetime, datetime]]:
    """Pauses that meet are one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted((p.from_at, p.until_at) for p in held if p.until_at):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


@given(st.lists(st.tuples(st.integers(0, 4 * 24 * 4), st.integers(1, A_DAY)), max_size=40))
def test_many_short_pauses_never_gain_a_day_before_they_sum_up_to_one(spans: list[tuple[int, int]]) -> None:
    """F49: whatever their number, and wherever in the day, over the night or over the weekend they stand."""
    moment, left, held = at("2025-03-03 09:00"), A_DAY - 1, []
    for gap, length in spans:
        moment += gap * QUARTER
        begin = moment
        while length and left:
            worked = moment.date() > date(2025, 3, 3) and _works(moment)
            length, left, moment = length - worked, left - worked, moment + QUARTER
        held.append(Pause(begin, moment, "待补充"))
    plain = due("2025-03-03 09:00", "400wd")
    assert due("2025-03-03 09:00", "400wd", pauses=held) == plain
    more = Pause(moment + timedelta(days=9), moment + timedelta(days=23), "待补充")  # longer than any holiday
    assert due("2025-03-03 09:00", "400wd", pauses=[*held, more]) > plain


def test_a_moment_that_a_person_set_is_put_off_by_the_same_whole_days_and_says_why() -> None:
    known: dict[str, object] = {"start": at("2025-06-09 10:00"), "calendar": SHIPPED, "hours": HOURS}
    night = pause("2025-06-12 14:59", "2025-06-13 08:31")
    week = pause("2025-06-11 08:30", "2025-06-12 10:00")
    noon = at("2025-06-13 12:00")
    assert put_off(noon, pauses=[night], **known) == noon  # type: ignore[arg-type]
    assert put_off(noon, pauses=[week, night], **known) == at("2025-06-16 12:00")  # type: ignore[arg-type]
    words = explain_put_off(noon, pauses=[week, night], **known)  # type: ignore[arg-type]
    assert words.endswith("暂停（待补充），暂停累计13小时2分办公时间，满1个工作日，顺延1个工作日。")
    more = Extension(Limit.parse("2wd"), "情况复杂")
    assert put_off(noon, pauses=[week], extensions=[more], **known) == at("2025-06-18 17:30")  # type: ignore[arg-type]


SENT = datetime(2025, 3, 3, 9, 30, 40, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (SENT, ""),
        (SENT.replace(second=0), ""),
        (SENT - timedelta(minutes=1), "应在派单（2025-03-03 09:30）之后、现在（2025-03-03 11:00）之前"),
        (SENT + timedelta(hours=2), "应在派单（2025-03-03 09:30）之后、现在（2025-03-03 11:00）之前"),
    ],
)
def test_what_is_untimely_is_told_with_the_moments_between_which_it_must_lie(at: datetime, words: str) -> None:
    now = SENT.replace(hour=11, minute=0)
    assert untimely(at, of="派单", since=SENT, now=now) == words
    assert untimely(at, of="派单", since=None, now=now) == ("应在现在（2025-03-03 11:00）之前" if at > now else "")
