"""Time for stories: each waits for its next moment, and all of them go by in the order of the clock."""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count

from bihuan.policy.calendar import ZONE, Calendar, OfficeHours

Story = Generator[datetime, None, None]
"""What yields the moment until which it waits, and acts when that moment has come."""


class Rested(Exception):
    """The story has come to where it is to stay."""


@dataclass(frozen=True, slots=True)
class Office:
    """When people are at work."""

    calendar: Calendar
    hours: OfficeHours

    def later(self, moment: datetime, minutes: float) -> datetime:
        """The moment after so many worked minutes."""
        at = moment.astimezone(ZONE)
        left = timedelta(minutes=minutes)
        while True:
            opens = datetime.combine(at.date(), self.hours.opens, ZONE)
            closes = datetime.combine(at.date(), self.hours.closes, ZONE)
            if self.calendar.is_working(at.date()) and at < closes:
                at = max(at, opens)
                if left < closes - at:
                    return at + left
                left -= closes - at
            at = datetime.combine(at.date() + timedelta(days=1), time(), ZONE)

    def earlier(self, moment: datetime, minutes: float) -> datetime:
        """The moment that lies so many worked minutes back."""
        at = moment.astimezone(ZONE)
        left = timedelta(minutes=minutes)
        while True:
            opens = datetime.combine(at.date(), self.hours.opens, ZONE)
            closes = datetime.combine(at.date(), self.hours.closes, ZONE)
            if self.calendar.is_working(at.date()) and at > opens:
                at = min(at, closes)
                if left <= at - opens:
                    return at - left
                left -= at - opens
            at = datetime.combine(at.date(), time(), ZONE) - timedelta(microseconds=1)


@dataclass(slots=True)
class Timeline:
    """Stories side by side until the present."""

    until: datetime
    now: datetime
    _order: "count[int]" = field(default_factory=count)
    _waiting: list[tuple[datetime, int, Story]] = field(default_factory=list)

    def begin(self, at: datetime, story: Story) -> None:
        """Let a story begin at that moment."""
        heapq.heappush(self._waiting, (at, next(self._order), story))

    def run(self, progress: Callable[[datetime], None]) -> None:
        """Let everything happen that happens until the present; what waits longer stays where it is."""
        while self._waiting and self._waiting[0][0] <= self.until:
            at, _, story = heapq.heappop(self._waiting)
            self.now = max(at, self.now)
            try:
                self.begin(max(next(story), self.now), story)
            except (StopIteration, Rested):
                story.close()
            progress(self.now)
        for _, _, story in self._waiting:
            story.close()
        self._waiting.clear()
