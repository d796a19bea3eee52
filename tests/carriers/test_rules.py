"""What the rules of carriers say to which facts."""

from datetime import datetime, timedelta

import pytest

from bihuan.carriers import rules
from bihuan.carriers.types import Timing
from bihuan.kernel.zone import ZONE
from bihuan.notices.types import Group
from bihuan.policy import norms
from bihuan.policy.calendar import Calendar
from tests.rule_tables import Row, asked

N = norms.IDENTITY_PROTECTED
DOMAINS = ("xc.gov.cn",)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2025; the 3rd is a Monday."""
    return datetime(2025, 3, day, hour, minute, tzinfo=ZONE)


call = asked(rules.may_call, why="")
write = asked(rules.may_write_to, mail="wang@xc.gov.cn", domains=DOMAINS)
text = asked(rules.may_text, mobile="13800001234", offered=True)
off = asked(rules.may_turn_off, group=Group.FELL_DUE, timing=Timing.DIGEST, field="fell_due")
stop = asked(rules.may_stop, active=True)
resend = asked(rules.may_resend, times=1)
goes = asked(rules.goes_at, timing=Timing.NOW, now=at(3, 10), due_at=None, calendar=Calendar.shipped())

ROWS = (
    call.allows("an address against which nothing stands"),
    call.refuses("one that may not be called", N, "address", why="地址须加密。"),
    write.allows("an address of the town"),
    write.allows("none", mail=""),
    write.allows("whatever the case of its letters", mail="Wang@XC.gov.cn"),
    write.refuses("one of elsewhere", N, "mail", mail="wang@example.com"),
    write.refuses("one that only ends like it", N, "mail", mail="wang@evil-xc.gov.cn"),
    write.refuses("a domain below it", N, "mail", mail="wang@a.xc.gov.cn"),
    write.refuses("what is none", N, "mail", mail="wang@xc.gov.cn, li@xc.gov.cn"),
    write.refuses("where there is no e-mail", N, "mail", domains=()),
    text.allows("a mobile number"),
    text.allows("none", mobile="", offered=False),
    text.refuses("a land line", N, "mobile", mobile="06318451234"),
    text.refuses("where there are no text messages", N, "mobile", offered=False),
    off.allows("late ones together"),
    off.refuses("late ones never", N, "fell_due", timing=Timing.OFF),
    off.allows("new ones never", group=Group.OPENED, timing=Timing.OFF),
    stop.allows("one in use"),
    stop.refuses("one that is not", N, active=False),
    resend.allows("one"),
    resend.refuses("none", N, times=0),
    goes.gives("on a working day at once", at(3, 10)),
    goes.gives("from eight on", at(3, 8), now=at(3, 8)),
    goes.gives("before eight at eight", at(3, 8), now=at(3, 7, 59)),
    goes.gives("until eight in the evening", at(3, 19, 59), now=at(3, 19, 59)),
    goes.gives("from then on the next morning", at(4, 8), now=at(3, 20)),
    goes.gives("on a Saturday on Monday", at(10, 8), now=at(8, 12)),
    goes.gives("at night where it falls due in the night", at(3, 21), now=at(3, 21), due_at=at(4, 7)),
    goes.gives("at night where it falls due as the night ends", at(3, 21), now=at(3, 21), due_at=at(4, 8)),
    goes.gives("in the morning where it falls due later", at(4, 8), now=at(3, 21), due_at=at(4, 8, 1)),
    goes.gives("in the morning where it has fallen due", at(4, 8), now=at(3, 21), due_at=at(3, 20, 59)),
    goes.gives("in the morning where it falls due this very moment", at(4, 8), now=at(3, 21), due_at=at(3, 21)),
    goes.gives("in the digest of today", at(3, 8, 30), timing=Timing.DIGEST, now=at(3, 8, 29)),
    goes.gives("in that of tomorrow", at(4, 8, 30), timing=Timing.DIGEST, now=at(3, 8, 30)),
    goes.gives("in that of Monday", at(10, 8, 30), timing=Timing.DIGEST, now=at(7, 9)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_carriers_says(row: Row) -> None:
    row.holds()


def test_the_wait_is_never_shorter_than_nothing() -> None:
    for hour in range(24 * 7):
        now = at(3, 0) + timedelta(hours=hour)
        for timing in (Timing.NOW, Timing.DIGEST):
            assert rules.goes_at(timing, now=now, due_at=None, calendar=Calendar.shipped()) >= now
