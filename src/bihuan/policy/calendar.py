"""Working time: which days count, when a limit runs out, and the day-by-day explanation.

`reckon` is the fast path (a look-up in prefix sums), `explain` the slow walk that tells every day; the two are
written apart so that each checks the other. All moments carry a zone and come back in Asia/Shanghai.

How days are counted (domain practice, each value in the pack's office hours):

- the day of receipt is not counted; what comes after the cut-off counts as received on the next day;
- a limit in working days runs out when the office closes on its last counted day;
- working hours run inside office hours only; minutes, hours and days are natural time;
- `endOfDay` is 23:59:59 of the natural day of receipt;
- a pause costs what it lasts: to working days the whole office days are given back to which the paused working time
  sums up, over all pauses since the days are counted, and what is left over is carried on and never rounded up; to
  limits in hours and in natural time the paused time itself is given back. A pause gives nothing until it has ended,
  and nothing to what was due before it began;
- an extension in the limit's own unit is added to its amount, any other is counted from the old due moment.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise

import chinese_calendar  # type: ignore[import-untyped]

from bihuan.kernel.fields import is_before
from bihuan.kernel.norm import carries_out
from bihuan.kernel.zone import ZONE as ZONE
from bihuan.policy import norms
from bihuan.policy.limits import Limit, Unit

WORKDAY = "调休上班"
"""In a year's notice: the day is worked although it is a Saturday or Sunday."""

_FIRST, _LAST = date(1992, 1, 1), date(2100, 12, 31)  # China kept summer time until 1991
_BASE = _FIRST.toordinal()
_MIDNIGHT_IS_NEAR = time(23, 59, 59)
_WEEKDAYS = "一二三四五六日"
_SECOND = 1_000_000


class Calendar:
    """Which days are worked. A year without a notice counts Monday to Friday and is provisional."""

    def __init__(self, announced: Mapping[int, Mapping[date, str]]) -> None:
        """`announced`: year → the days of its notice that differ from the week, with the holiday's name or WORKDAY."""
        self._announced = {year: dict(days) for year, days in announced.items()}
        for year, days in self._announced.items():
            for on in days:
                if on.year not in (year, year - 1) or not _FIRST <= on <= _LAST:
                    raise ValueError(f"the notice of {year} cannot say anything about {on}")
        self._special = {on: name for year in sorted(announced) for on, name in announced[year].items()}
        span = range(_BASE, _LAST.toordinal() + 1)
        worked = [self._works(date.fromordinal(day)) for day in span]
        self._working = [day for day, works in zip(span, worked, strict=True) if works]
        self._worked_before = [0, *accumulate(worked)]

    @classmethod
    def shipped(cls) -> "Calendar":
        """The notices of the State Council that the library chinese-calendar ships (2004 onwards)."""
        return _shipped()

    def with_years(self, announced: Mapping[int, Mapping[date, str]]) -> "Calendar":
        """The same calendar with the notices of these years entered (or replaced)."""
        return Calendar({**self._announced, **announced})

    def announced(self, year: int) -> Mapping[date, str] | None:
        """The days of the year's notice that differ from the week; None where there is none."""
        return self._announced.get(year)

    @property
    def announced_years(self) -> frozenset[int]:
        """Years whose notice is known."""
        return frozenset(self._announced)

    def is_working(self, on: date) -> bool:
        """Whether the day is worked."""
        index = self._index(on)
        return self._worked_before[index] != self._worked_before[index + 1]

    def provisional(self, on: date) -> bool:
        """Whether the notice of the day's year is not there yet."""
        return on.year not in self._announced

    def name(self, on: date) -> str:
        """Why the day counts or not: 国庆节, 周末, 调休上班, 工作日."""
        return self._special.get(on) or ("周末" if on.weekday() > 4 else "工作日")

    def worked_before(self, on: date) -> int:
        """How many working days lie before the day; a position that `working_day` turns back into a day."""
        return self._worked_before[self._index(on)]

    def working_day(self, position: int) -> date:
        """The working day with that many working days before it."""
        if not 0 <= position < len(self._working):
            raise OverflowError(f"the calendar reaches from {_FIRST.year} to {_LAST.year} only")
        return date.fromordinal(self._working[position])

    def _works(self, on: date) -> bool:
        special = self._special.get(on)
        return special == WORKDAY if special else on.weekday() < 5

    def _index(self, on: date) -> int:
        if not _FIRST <= on <= _LAST:
            raise OverflowError(f"the calendar reaches from {_FIRST.year} to {_LAST.year}, not to {on}")
        return on.toordinal() - _BASE


@lru_cache(maxsize=1)
def _shipped() -> Calendar:
    chinese = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    announced: dict[int, dict[date, str]] = {}
    for on, english in chinese_calendar.holidays.items():
        announced.setdefault(on.year, {})[on] = chinese[english]
    for on in chinese_calendar.workdays:
        announced.setdefault(on.year, {})[on] = WORKDAY
    return Calendar(announced)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office works, and until when something counts as received today."""

    opens: time = time(8, 30)
    closes: time = time(17, 30)
    cut_off: time = time(17, 0)
    breaks: tuple[tuple[time, time], ...] = ()

    spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    """The worked spans of a day, in seconds since midnight."""
    seconds: int = field(init=False, repr=False, compare=False)
    """Worked seconds of a day."""

    def __post_init__(self) -> None:
        moments = [self.opens, *(t for span in self.breaks for t in span), self.closes]
        if any(earlier >= later for earlier, later in pairwise(moments)):
            raise ValueError("office hours must open, break and close in that order")
        clock = [t.hour * 3600 + t.minute * 60 + t.second for t in moments]
        spans = tuple(zip(clock[::2], clock[1::2], strict=True))
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "seconds", sum(end - begin for begin, end in spans))


class PauseRule(StrEnum):
    """How a pause is given back."""

    WORKING_TIME = "working_time"
    """By the working time that it lasts."""
    CLOSINGS = "closings"
    """By the working days on whose closing time it lasts (`endOfDay`: by midnights): how pauses were reckoned that
    began before the rule above."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the duty does not run; `until_at` None while it lasts."""

    from_at: datetime
    until_at: datetime | None
    why: str
    reckoned_by: PauseRule = PauseRule.WORKING_TIME


_Span = tuple[datetime, datetime, PauseRule]
"""A pause that is over: since, until, and how it is given back."""


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, as it was granted."""

    limit: Limit
    why: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The due moment; provisional while the notice of a year on the way to it is not there."""

    due_at: datetime
    provisional: bool


@carries_out(norms.WORKING_TIME)
def reckon(
    start: datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    hours: OfficeHours,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
) -> Reckoning:
    """When what began at `start` is due."""
    start = _local(start)
    spans = _ended(pauses) if pauses else ()
    if not extensions:
        return _reckon_leg(start, limit, _received(start, hours), calendar, hours, spans)
    due, provisional, received = start, False, _received(start, hours)
    for leg, _ in _legs(limit, extensions):
        reckoning = _reckon_leg(due, leg, received, calendar, hours, spans)
        due, provisional = reckoning.due_at, provisional or reckoning.provisional
        received = due.date()
    return Reckoning(due, provisional)


def _reckon_leg(
    start: datetime,
    limit: Limit,
    received: date,
    calendar: Calendar,
    hours: OfficeHours,
    pauses: Sequence[_Span],
) -> Reckoning:
    if limit.unit is Unit.WORKING_DAYS:
        due = _after_working_days(received, limit.amount, calendar, hours, pauses)
    elif limit.unit is Unit.WORKING_HOURS:
        due = _after_working_hours(start, limit.amount, calendar, hours, pauses)
    elif limit.unit is Unit.END_OF_DAY:
        return Reckoning(_end_of_day(start, pauses), False)
    else:
        return Reckoning(_after_natural_time(start, _natural(limit), pauses), False)
    return Reckoning(due, _provisional(calendar, start.date(), due.date()))


def _after_working_days(
    received: date, amount: int, calendar: Calendar, hours: OfficeHours, pauses: Sequence[_Span]
) -> datetime:
    last = calendar.worked_before(received + timedelta(days=1)) + amount - 1

    def due(given: int) -> datetime:
        return datetime.combine(calendar.working_day(last + given), hours.closes, ZONE)

    return due(_days_back(received, due, calendar, hours, pauses) if pauses else 0)


def _days_back(
    received: date, due: Callable[[int], datetime], calendar: Calendar, hours: OfficeHours, pauses: Sequence[_Span]
) -> int:
    """How many working days pauses give back; `due` tells the due moment with so many of them.

    What was paused before the day after the day of receipt counts for nothing, for that day does not either.
    """
    begins = received + timedelta(days=1)
    first, counted_from = calendar.worked_before(begins), datetime.combine(begins, time(), ZONE)
    closings, stood, day = 0, 0, hours.seconds * _SECOND
    for begin, end, rule in pauses:
        if begin > due(closings + stood // day):
            break
        if rule is PauseRule.CLOSINGS:
            paused_from = max(_closings_before(begin, calendar, hours), first)
            closings += max(_closings_before(end, calendar, hours) - paused_from, 0)
        elif end > counted_from:
            stood += _position(end, calendar, hours) - _position(max(begin, counted_from), calendar, hours)
    return closings + stood // day


def _closings_before(moment: datetime, calendar: Calendar, hours: OfficeHours) -> int:
    """How many working days close before the moment."""
    on = moment.date()
    return calendar.worked_before(on if moment.time() <= hours.closes else on + timedelta(days=1))


def _after_working_hours(
    start: datetime, amount: int, calendar: Calendar, hours: OfficeHours, pauses: Sequence[_Span]
) -> datetime:
    first = _position(start, calendar, hours)
    due = first + amount * 3600 * _SECOND
    for begin, end, _ in pauses:
        paused_from = max(_position(begin, calendar, hours), first)
        if paused_from >= due:
            break
        due += max(_position(end, calendar, hours) - paused_from, 0)
    return _moment(due, calendar, hours)


def _position(moment: datetime, calendar: Calendar, hours: OfficeHours) -> int:
    """Microseconds of working time that have passed since the calendar began."""
    on = moment.date()
    passed = calendar.worked_before(on) * hours.seconds * _SECOND
    if not calendar.is_working(on):
        return passed
    clock = (moment.hour * 3600 + moment.minute * 60 + moment.second) * _SECOND + moment.microsecond
    return passed + sum(max(min(clock, end * _SECOND) - begin * _SECOND, 0) for begin, end in hours.spans)


def _moment(position: int, calendar: Calendar, hours: OfficeHours) -> datetime:
    """The earliest moment at which so much working time has passed."""
    days, rest = divmod(position - 1, hours.seconds * _SECOND)
    for begin, end in hours.spans:
        length = (end - begin) * _SECOND
        if rest < length:
            midnight = datetime.combine(calendar.working_day(days), time(), ZONE)
            return midnight + timedelta(seconds=begin, microseconds=rest + 1)
        rest -= length
    raise AssertionError("the spans of a day hold all of its worked seconds")


def working_time(begin: datetime, end: datetime, *, calendar: Calendar, hours: OfficeHours) -> timedelta:
    """How much working time passes between two moments."""
    passed = _position(_local(end), calendar, hours) - _position(_local(begin), calendar, hours)
    return timedelta(microseconds=max(passed, 0))


def after_working_time(begin: datetime, length: timedelta, *, calendar: Calendar, hours: OfficeHours) -> datetime:
    """When so much working time, which is not none, has passed since a moment."""
    whole = length // timedelta(microseconds=1)
    return _moment(_position(_local(begin), calendar, hours) + whole, calendar, hours)


@carries_out(norms.WORKING_TIME)
def put_off(
    due: datetime,
    *,
    start: datetime,
    calendar: Calendar,
    hours: OfficeHours,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
) -> datetime:
    """When what a person set a moment for is due: as many working days later as pauses give back to a limit.

    An extension is counted from there. The day of receipt is not counted, as for limits, so that it never comes after
    a limit that began no later.
    """
    due, spans = _local(due), _ended(pauses)
    last = calendar.worked_before(due.date() + timedelta(days=1)) - 1

    def later(given: int) -> datetime:
        return datetime.combine(calendar.working_day(last + given), due.time(), ZONE) if given else due

    moment = later(_days_back(_received(_local(start), hours), later, calendar, hours, spans))
    for extension in extensions:
        moment = _reckon_leg(moment, extension.limit, moment.date(), calendar, hours, spans).due_at
    return moment


@carries_out(norms.WORKING_TIME)
def put_off_by(due: datetime, pause: Pause, *, start: datetime, calendar: Calendar, hours: OfficeHours) -> datetime:
    """The same after one pause that is reckoned by closings: where it is over already, it is due when the office closes
    next."""
    assert pause.until_at is not None, "the pause is over"
    due, begin, end = _local(due), _local(pause.from_at), _local(pause.until_at)
    if due <= begin:
        return due
    first = calendar.worked_before(_received(_local(start), hours) + timedelta(days=1))
    closed = max(_closings_before(end, calendar, hours) - max(_closings_before(begin, calendar, hours), first), 0)
    last_day = calendar.worked_before(due.date() + timedelta(days=1)) - 1
    later = datetime.combine(calendar.working_day(last_day + closed), due.time(), ZONE) if closed else due
    if later > end:
        return later
    return datetime.combine(calendar.working_day(_closings_before(end, calendar, hours)), hours.closes, ZONE)


@carries_out(norms.WORKING_TIME)
def half_way(since: datetime, until: datetime, *, calendar: Calendar, hours: OfficeHours) -> datetime:
    """When the office closes half-way between two moments, in working days, at least one of them before the end.

    Where no working day lies between, or that closing is over, it is the end itself.
    """
    since, until = _local(since), _local(until)
    first, last = (calendar.worked_before(at.date() + timedelta(days=1)) - 1 for at in (since, until))
    moment = datetime.combine(calendar.working_day(first + (last - first) // 2), hours.closes, ZONE)
    return moment if since < moment < until else until


@carries_out(norms.WORKING_TIME)
def counted_on(moment: datetime, limit: Limit, *, calendar: Calendar, hours: OfficeHours) -> datetime:
    """When so much has passed since a due moment, counted as an extension is."""
    moment = _local(moment)
    return _reckon_leg(moment, limit, moment.date(), calendar, hours, ()).due_at


@carries_out(norms.WORKING_TIME)
def counted_back(moment: datetime, limit: Limit, *, calendar: Calendar, hours: OfficeHours) -> datetime:
    """The latest moment from which so much, counted on, is over by a due moment.

    In working days it is the same time of day, within the office hours.
    """
    moment = _local(moment)
    if limit.unit is Unit.WORKING_DAYS:
        last = calendar.worked_before(moment.date() + timedelta(days=1)) - 1
        at = min(max(moment.time(), hours.opens), hours.closes)
        return datetime.combine(calendar.working_day(last - limit.amount), at, ZONE)
    if limit.unit is Unit.WORKING_HOURS:
        return _moment(_position(moment, calendar, hours) - limit.amount * 3600 * _SECOND, calendar, hours)
    return moment - _natural(limit)


def _after_natural_time(start: datetime, length: timedelta, pauses: Sequence[_Span]) -> datetime:
    due = start + length
    for begin, end, _ in pauses:
        paused_from = max(begin, start)
        if paused_from >= due:
            break
        due += max(end - paused_from, timedelta())
    return due


def _end_of_day(start: datetime, pauses: Sequence[_Span]) -> datetime:
    due = datetime.combine(start.date(), _MIDNIGHT_IS_NEAR, ZONE)
    for begin, end, rule in pauses:
        if rule is PauseRule.CLOSINGS:
            while begin <= due < end:
                due = datetime.combine(max(end.date(), due.date() + timedelta(days=1)), _MIDNIGHT_IS_NEAR, ZONE)
        elif begin < due:
            due += max(end - max(begin, start), timedelta())
    return due


def _natural(limit: Limit) -> timedelta:
    if limit.unit is Unit.DAYS:
        return timedelta(days=limit.amount)
    return timedelta(hours=limit.amount) if limit.unit is Unit.HOURS else timedelta(minutes=limit.amount)


def _received(start: datetime, hours: OfficeHours) -> date:
    """The day that counts as the day of receipt."""
    return start.date() + timedelta(days=1) if start.time() > hours.cut_off else start.date()


def _provisional(calendar: Calendar, first: date, last: date) -> bool:
    if first.year == last.year:
        return calendar.provisional(first)
    return any(year not in calendar.announced_years for year in range(first.year, last.year + 1))


def _legs(limit: Limit, extensions: Sequence[Extension]) -> list[tuple[Limit, str]]:
    """What is counted one after the other: the limit, and the extensions that cannot be added to it."""
    legs = [(limit, "")]
    for extension in extensions:
        last, why = legs[-1]
        if last.adds_to(extension.limit):
            legs[-1] = (last.plus(extension.limit), why)
        else:
            legs.append((extension.limit, extension.why))
    return legs


def _ended(pauses: Sequence[Pause]) -> list[_Span]:
    """The pauses that are over, in order, overlapping ones made one."""
    spans: list[_Span] = []
    over = ((_local(p.from_at), _local(p.until_at), p.reckoned_by) for p in pauses if p.until_at is not None)
    for begin, end, rule in sorted(over):
        if spans and begin <= spans[-1][1] and rule is spans[-1][2]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), rule)
        else:
            spans.append((begin, end, rule))
    return spans


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be reckoned with")
    return moment.astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class DayNote:
    """What one day meant for a limit; `ordinal` numbers the counted working days."""

    on: date
    counted: bool
    ordinal: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due moment came about: the days one by one, then the closing words."""

    days: tuple[DayNote, ...]
    words: str
    due_at: datetime
    provisional: bool

    def __iter__(self) -> Iterator[DayNote]:
        return iter(self.days)


@carries_out(norms.WORKING_TIME)
def explain(
    start: datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    hours: OfficeHours,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
) -> Explanation:
    """Walk from the start to the due moment and say of every day whether it counts, and why."""
    walk = _Walk(calendar, hours, tuple(pauses))
    moment = _local(start)
    received = walk.receive(moment)
    legs = _legs(limit, extensions)
    for number, (leg, why) in enumerate(legs):
        if number:
            walk.note(moment.date(), False, None, f"延期{leg.words}（{why}），自原到期时刻 {_at(moment)} 起算")
            received = moment.date()
        moment = walk.through(leg, moment, received)
    granted = "".join(f"，延期{e.limit.words}（{e.why}）" for e in extensions) + walk.told_pauses()
    held = "".join(_still_paused(p) for p in pauses if p.until_at is None)
    unknown = sorted(walk.years - calendar.announced_years)
    guess = "".join(f"{year}年放假通知尚未录入，暂按周一至周五计算，录入后重算。" for year in unknown)
    words = f"时限{limit.words}{granted}，应于{_at(moment)}前完成。{held}{guess}"
    return Explanation(tuple(walk.notes), words, moment, bool(unknown))


@carries_out(norms.WORKING_TIME)
def explain_put_off(
    due: datetime, *, start: datetime, calendar: Calendar, hours: OfficeHours, pauses: Sequence[Pause] = ()
) -> str:
    """What pauses give back to what a person set a moment for, in words; nothing where there was none."""
    walk = _Walk(calendar, hours, tuple(pauses))
    received = walk.receive(_local(start))
    moment = put_off(due, start=start, calendar=calendar, hours=hours, pauses=pauses)
    if stood := walk.stood_until(moment, received):
        walk.given.append((stood, walk.whole(stood)))
    over = (f"{_at(begin)}至{_at(end)}暂停（{pause.why}）" for begin, end, pause in walk.pauses)
    lasting = (_still_paused(pause) for pause in pauses if pause.until_at is None)
    return "".join((*(f"{words}{walk.told_pauses()}。" for words in ("；".join(over),) if words), *lasting))


class _Walk:
    """The slow way through the days, with a note on each."""

    def __init__(self, calendar: Calendar, hours: OfficeHours, pauses: tuple[Pause, ...]) -> None:
        self.calendar, self.hours = calendar, hours
        over = ((_local(p.from_at), _local(p.until_at), p) for p in pauses if p.until_at is not None)
        self.pauses = sorted(over, key=lambda span: span[:2])
        self.stood = _together((b, e) for b, e, p in self.pauses if p.reckoned_by is PauseRule.WORKING_TIME)
        self.notes: list[DayNote] = []
        self.years: set[int] = set()
        self.given: list[tuple[timedelta, int]] = []
        """Of every leg in working days on which there were pauses: how much they sum up to, and the days given back."""

    def note(self, on: date, counted: bool, ordinal: int | None, words: str) -> None:
        self.notes.append(DayNote(on, counted, ordinal, words))

    def told_pauses(self) -> str:
        """What the pauses sum up to, and what is given back for it."""
        return "".join(
            f"，暂停累计{_length(stood)}办公时间，"
            + (f"满{days}个工作日，顺延{days}个工作日" if days else "不满1个工作日，不顺延")
            for stood, days in self.given
        )

    def closed(self, moment: datetime) -> str | None:
        """Why a working day on whose closing time the duty does not run is not counted, by the older rule."""
        by_closings = (span for span in self.pauses if span[2].reckoned_by is PauseRule.CLOSINGS)
        return next((pause.why for begin, end, pause in by_closings if begin <= moment < end), None)

    def receive(self, start: datetime) -> date:
        """The day of receipt."""
        if start.time() <= self.hours.cut_off:
            return start.date()
        return start.date() + timedelta(days=1)

    def through(self, limit: Limit, start: datetime, received: date) -> datetime:
        if limit.unit is Unit.END_OF_DAY:
            return self.end_of_day(start)
        if limit.unit is Unit.WORKING_DAYS:
            due = self.working_days(limit.amount, start, received)
        elif limit.unit is Unit.WORKING_HOURS:
            due = self.working_hours(limit.amount, start)
        else:
            return self.natural_time(start, _natural(limit), f"计{limit.words}")
        self.years.update(range(start.year, due.year + 1))
        return due

    def working_days(self, amount: int, start: datetime, received: date) -> datetime:
        if received != start.date():
            self.note(start.date(), False, None, f"{start:%H:%M} 收到，晚于 {self.hours.cut_off:%H:%M}，按次日收到计算")
        self.note(received, False, None, f"起算日不计（{self.calendar.name(received)}）")
        on, counted, stood = received, 0, timedelta()
        while True:
            on += timedelta(days=1)
            closing = datetime.combine(on, self.hours.closes, ZONE)
            name = self.calendar.name(on)
            if not self.calendar.is_working(on):
                self.note(on, False, None, f"{name}，不计")
                continue
            if why := self.closed(closing):
                self.note(on, False, None, f"暂停（{why}），不计")
                continue
            counted += 1
            wanted = amount + self.whole(self.stood_until(closing, received))
            before, stood = stood, stood + self.stood_on(on, closing)
            ends = f"，{closing:%H:%M} 到期" if counted == wanted else ""
            self.note(on, True, counted, f"{name}，第{counted}个工作日{self.paused_words(on, before, stood)}{ends}")
            if counted == wanted:
                if total := self.stood_until(closing, received):
                    self.given.append((total, self.whole(total)))
                return closing

    def whole(self, stood: timedelta) -> int:
        """To how many whole office days paused working time sums up."""
        return stood // timedelta(seconds=self.hours.seconds)

    def stood_until(self, moment: datetime, received: date) -> timedelta:
        """The working time, after the day of receipt, of every pause that began by a moment, each to its own end."""
        counted_from = datetime.combine(received + timedelta(days=1), time(), ZONE)
        found = (
            self.office_time(on, max(begin, counted_from), end)
            for begin, end in self.stood
            if begin <= moment
            for on in _days(begin, end)
        )
        return sum(found, timedelta())

    def stood_on(self, on: date, closing: datetime) -> timedelta:
        """The working time of the day that was paused, by pauses that began by its closing."""
        found = (self.office_time(on, begin, end) for begin, end in self.stood if begin <= closing)
        return sum(found, timedelta())

    def office_time(self, on: date, begin: datetime, end: datetime) -> timedelta:
        """How much of a working day's office hours lies in a span."""
        if not self.calendar.is_working(on):
            return timedelta()
        midnight = datetime.combine(on, time(), ZONE)
        spans = ((midnight + timedelta(seconds=b), midnight + timedelta(seconds=e)) for b, e in self.hours.spans)
        return sum((max(min(e, end) - max(b, begin), timedelta()) for b, e in spans), timedelta())

    def paused_words(self, on: date, before: timedelta, stood: timedelta) -> str:
        """What is said of a working day on which the duty did not run all the time."""
        if stood == before:
            return ""
        midnight = datetime.combine(on, time(), ZONE)
        here = (p.why for b, e, p in self.pauses if b < midnight + timedelta(days=1) and e > midnight)
        words = f"，暂停{_length(stood - before)}（{'、'.join(dict.fromkeys(here))}）"
        if (days := self.whole(stood)) > self.whole(before):
            words += f"，累计满{days}个工作日，顺延{days}个工作日"
        return words

    def working_hours(self, amount: int, start: datetime) -> datetime:
        left = timedelta(hours=amount)
        on = start.date()
        while True:
            counted = timedelta()
            for begin, end in self.running(on, start):
                if left <= end - begin:
                    due = begin + left
                    self.note(on, True, None, f"计{_length(counted + left)}，{due:%H:%M} 到期")
                    return due
                left -= end - begin
                counted += end - begin
            if counted:
                self.note(on, True, None, f"计{_length(counted)}，余{_length(left)}")
            else:
                working = self.calendar.is_working(on)
                self.note(on, False, None, "办公时间内未运行，不计" if working else f"{self.calendar.name(on)}，不计")
            on += timedelta(days=1)

    def running(self, on: date, start: datetime) -> list[tuple[datetime, datetime]]:
        """The spans of the day in which working hours run: in the office, after the start, outside pauses."""
        if not self.calendar.is_working(on):
            return []
        midnight = datetime.combine(on, time(), ZONE)
        spans = [(midnight + timedelta(seconds=b), midnight + timedelta(seconds=e)) for b, e in self.hours.spans]
        spans = [(max(b, start), e) for b, e in spans if e > start]
        for begin, end, _pause in self.pauses:
            cut = [part for b, e in spans for part in ((b, min(e, begin)), (max(b, end), e))]
            spans = [(b, e) for b, e in cut if b < e]
        return spans

    def natural_time(self, start: datetime, length: timedelta, words: str) -> datetime:
        self.note(start.date(), True, None, f"自 {_at(start)} 起按自然时间{words}")
        due = start + length
        for begin, end, pause in self.pauses:
            begin = max(begin, start)
            if begin < end and begin < due:
                self.note(begin.date(), False, None, f"暂停（{pause.why}）{_length(end - begin)}，顺延")
                due += end - begin
                start = max(start, end)
        self.note(due.date(), True, None, f"{due:%H:%M} 到期")
        return due

    def end_of_day(self, start: datetime) -> datetime:
        due, seen = datetime.combine(start.date(), _MIDNIGHT_IS_NEAR, ZONE), start
        for begin, end, pause in self.pauses:
            begin = max(begin, seen)
            if pause.reckoned_by is PauseRule.CLOSINGS:
                while begin <= due < end:
                    self.note(due.date(), False, None, f"暂停（{pause.why}），顺延至次日")
                    due = datetime.combine(due.date() + timedelta(days=1), _MIDNIGHT_IS_NEAR, ZONE)
            elif begin < min(due, end):
                self.note(begin.date(), False, None, f"暂停（{pause.why}）{_length(end - begin)}，顺延")
                due += end - begin
            seen = max(seen, end)
        ends = "当日结束前到期" if due.time() == _MIDNIGHT_IS_NEAR else f"{due:%H:%M} 到期"
        self.note(due.date(), True, None, ends)
        return due


def _together(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Ordered spans, those that meet made one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _days(begin: datetime, end: datetime) -> Iterator[date]:
    """Every day that a span touches."""
    on = begin.date()
    while on <= end.date():
        yield on
        on += timedelta(days=1)


def _still_paused(pause: Pause) -> str:
    return f"自{_at(_local(pause.from_at))}起暂停（{pause.why}），恢复后按暂停的时间顺延。"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}（周{_WEEKDAYS[moment.weekday()]}）"


def _length(length: timedelta) -> str:
    hours, seconds = divmod(round(length.total_seconds()), 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [(hours, "小时"), (minutes, "分"), (seconds, "秒")]
    return "".join(f"{amount}{word}" for amount, word in parts if amount) or "0分"


def told(at: datetime) -> str:
    """2025-03-03 09:00 in Asia/Shanghai: how refusals name a moment."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def untimely(at: datetime, *, of: str, since: datetime | None, now: datetime) -> str:
    """Why something cannot have happened at a moment typed to the minute: after what it must lie, and when that was.

    Empty where it can.
    """
    if at <= now and not is_before(at, since):
        return ""
    after = f"{of}（{told(since)}）之后、" if since is not None else ""
    return f"应在{after}现在（{told(now)}）之前"
