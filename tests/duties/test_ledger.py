"""The duty ledger through random lives: what is stored is always what its own facts give."""

from datetime import date, datetime, timedelta
from itertools import count

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.cases.types import DutyKind
from bihuan.duties import commands, queries
from bihuan.duties.models import Interruption
from bihuan.duties.types import Ending, Opening
from bihuan.kernel.actor import Actor
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, Calendar, Extension, Pause, PauseRule, reckon
from bihuan.policy.limits import Limit
from bihuan.policy.loader import pack
from tests import years

PACK = pack("wendeng-2021-10")
LIMITS = ("1wd", "5wd", "10wd", "4wh", "30d", "24h", "15min", "endOfDay")
_subjects = count(1)

Step = tuple[str, timedelta, str]
SPANS = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=12))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "extend"]), SPANS, st.sampled_from(["1wd", "3wd", "24h", "2d", "8wh"])
    ),
    max_size=6,
)
BEGINNINGS = st.integers(0, 600 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


def opened(limit: str, now: datetime) -> str:
    """A subject that owes one handling."""
    subject = f"case:LEDGER{next(_subjects)}"
    opening = Opening(DutyKind.HANDLE, norms.HANDLE_WITHIN_LIMIT, "u", "handler", limit, "", "本单位规定")
    commands.open_all([opening], subject=subject, jurisdiction="wd", pack=PACK, now=now)
    return subject


def row(subject: str) -> dict[str, object]:
    """The ledger's one row on the subject."""
    columns = "id, due_at, first_due_at, paused_at, next_step_at, discharged_at, outcome, provisional"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM duties_duty WHERE subject = %s", [subject])
        (found,) = cursor.fetchall()
    return dict(zip(columns.split(", "), found, strict=True))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(limit=st.sampled_from(LIMITS), now=BEGINNINGS, steps=STEPS, last=SPANS)
def test_a_random_life_of_a_duty(db: None, limit: str, now: datetime, steps: list[Step], last: timedelta) -> None:
    begun, subject = now, opened(limit, now)
    first_due = row(subject)["due_at"]
    pauses: list[Pause] = []
    extensions: list[Extension] = []
    for act, span, more in steps:
        now += span
        running = not pauses or pauses[-1].until_at is not None
        if act == "pause":
            commands.pause(subject, [DutyKind.HANDLE], why="等待", now=now)
            pauses += [Pause(now, None, "等待")] if running else []
        elif act == "resume":
            moved = commands.resume(subject, now=now)
            assert len(moved) == (0 if running else 1)
            if not running:
                pauses[-1] = Pause(pauses[-1].from_at, now, "等待")
        else:
            assert commands.extend(subject, DutyKind.HANDLE, limit=more, why="配件", now=now) == row(subject)["due_at"]
            extensions.append(Extension(Limit.parse(more), "配件"))
        _is_what_its_facts_give(subject, begun, limit, pauses, extensions)
        assert row(subject)["first_due_at"] == first_due
    now += last
    _settles_as_it_should(subject, now)


def _is_what_its_facts_give(
    subject: str, begun: datetime, limit: str, pauses: list[Pause], extensions: list[Extension]
) -> None:
    duty = row(subject)
    right = reckon(
        begun,
        Limit.parse(limit),
        calendar=Calendar.shipped(),
        hours=PACK.hours,
        pauses=pauses,
        extensions=extensions,
    )
    assert duty["due_at"] == right.due_at
    assert duty["provisional"] == right.provisional
    paused = bool(pauses) and pauses[-1].until_at is None
    assert (duty["paused_at"] is not None) is paused
    assert duty["next_step_at"] == (None if paused else min(moments(right.due_at, begun)))
    told = queries.explain_duty(int(str(duty["id"])))
    assert told.due_at == right.due_at
    assert told.days[-1].on == right.due_at.date()
    assert f"{right.due_at:%Y-%m-%d %H:%M}" in told.note
    assert list(queries.misreckoned(None)) == []


def moments(due_at: datetime, begun: datetime) -> list[datetime]:
    """The steps of an ordinary handling, day by day: a working day before it is due, and then."""
    on = due_at.date()
    while not (Calendar.shipped().is_working(on) and _working_days(on, due_at.date()) >= 1):
        on -= timedelta(days=1)
    clock = min(max(due_at.time(), PACK.hours.opens), PACK.hours.closes)
    warned = datetime.combine(on, clock, ZONE)
    return [due_at, *([warned] if warned > begun else [])]


def _working_days(after: date, until: date) -> int:
    return sum(Calendar.shipped().is_working(after + timedelta(days=n + 1)) for n in range((until - after).days))


def _settles_as_it_should(subject: str, now: datetime) -> None:
    before = row(subject)
    stopped = before["paused_at"] or now
    expected = "met" if stopped <= before["due_at"] else "late"  # type: ignore[operator]
    assert commands.discharge(subject, Ending(now=now, done=[DutyKind.HANDLE])) == ([("handle", expected)], [])
    after = row(subject)
    assert (after["outcome"], after["discharged_at"], after["next_step_at"]) == (expected, now, None)
    assert commands.discharge(subject, Ending(now=now, done=[DutyKind.HANDLE])) == ([], [])
    assert commands.resume(subject, now=now) == []
    assert commands.extend(subject, DutyKind.HANDLE, limit="1wd", why="迟了", now=now) is None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def promised(due_at: datetime, now: datetime) -> str:
    """A subject that owes one handling by a moment that a person set."""
    subject = f"case:LEDGER{next(_subjects)}"
    opening = Opening(DutyKind.HANDLE, norms.HANDLE_WITHIN_LIMIT, "u", "handler", "", "", "批示确定", due_at)
    commands.open_all([opening], subject=subject, jurisdiction="wd", pack=PACK, now=now)
    return subject


def test_what_a_person_set_is_put_off_by_whole_days_and_extended_from_there(db: None) -> None:
    """F49, and an approved extension of such a duty used to give nothing."""
    subject = promised(at("2025-06-13 12:00"), at("2025-06-09 09:00"))
    for begin, end, due_at in [
        ("2025-06-10 17:29", "2025-06-11 08:31", "2025-06-13 12:00"),
        ("2025-06-11 09:00", "2025-06-12 10:00", "2025-06-16 12:00"),
    ]:
        commands.pause(subject, [DutyKind.HANDLE], why="等待", now=at(begin))
        commands.resume(subject, now=at(end))
        assert row(subject)["due_at"] == at(due_at)
    assert commands.extend(subject, DutyKind.HANDLE, limit="2wd", why="配件", now=at("2025-06-12 11:00"))
    assert row(subject)["due_at"] == at("2025-06-18 17:30")
    note = queries.explain_duty(int(str(row(subject)["id"]))).note
    assert "应于2025-06-18 17:30前完成。原定2025-06-13 12:00。" in note
    assert "满1个工作日，顺延1个工作日" in note
    assert "延期2个工作日（配件）" in note
    assert list(queries.misreckoned(None)) == []


def test_a_pause_from_before_the_upgrade_keeps_its_rule(db: None) -> None:
    """F49: what was paused before is given back as it was promised then, also where the pause ends after it."""
    for subject, old_due, new_due in [
        (opened("5wd", at("2025-06-09 09:00")), "2025-06-17 17:30", "2025-06-17 17:30"),
        (promised(at("2025-06-13 12:00"), at("2025-06-09 09:00")), "2025-06-16 12:00", "2025-06-16 12:00"),
    ]:
        commands.pause(subject, [DutyKind.HANDLE], why="等待", now=at("2025-06-10 17:29"))
        Interruption.objects.filter(duty__subject=subject).update(reckoned_by=PauseRule.CLOSINGS)
        commands.resume(subject, now=at("2025-06-11 08:31"))
        assert row(subject)["due_at"] == at(old_due)
        commands.pause(subject, [DutyKind.HANDLE], why="等待", now=at("2025-06-11 17:29"))
        commands.resume(subject, now=at("2025-06-12 08:31"))
        assert row(subject)["due_at"] == at(new_due)
        assert list(queries.misreckoned(None)) == []
        told = queries.explain_duty(int(str(row(subject)["id"])))
        assert not told.days or told.days[-1].on == at(new_due).date()


def test_what_lapses_is_waived_and_nothing_else(db: None) -> None:
    now = datetime(2025, 3, 3, 9, tzinfo=ZONE)
    subject = opened("5wd", now)
    assert commands.discharge(subject, Ending(now=now, lapsed=[DutyKind.SIGN_IN])) == ([], [])
    assert commands.discharge(subject, Ending(now=now, lapsed=[DutyKind.HANDLE])) == ([], ["handle"])
    assert row(subject)["outcome"] == "waived"


def test_an_actor_sees_the_duties_of_its_own_units(db: None) -> None:
    opened("1wd", datetime(2025, 3, 3, 9, tzinfo=ZONE))
    assert queries.visible_to(Actor("a", "甲", "wd")).count() == 0


def test_the_day_of_a_notice_that_was_entered(db: None) -> None:
    """A year that nobody announced counts Monday to Friday."""
    days = {date(2031, 1, 1): "元旦", date(2031, 1, 4): "调休上班"}
    years.announce(2031, days, datetime(2030, 11, 1, 9, tzinfo=ZONE), actor=Actor("admin", "管理员", ""))
    calendar = queries.calendar()
    assert (calendar.is_working(date(2031, 1, 1)), calendar.is_working(date(2031, 1, 4))) == (False, True)
