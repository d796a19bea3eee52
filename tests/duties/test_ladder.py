"""督办阶梯: what is due is told once, in order, whatever came between, and restarts no clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind
from bihuan.duties import commands, ladder
from bihuan.duties.jobs import climb
from bihuan.duties.ladder import Made, NotYet, Registered, Taking, action, need
from bihuan.duties.models import Duty, Step
from bihuan.duties.types import FallsDue, FellDue, Opening
from bihuan.kernel.refusal import Overtaken
from bihuan.policy import loader, norms
from bihuan.policy.calendar import ZONE, Calendar, OfficeHours, counted_back, counted_on, working_time
from bihuan.policy.ladders import At, Do, Need, Wanted
from bihuan.policy.limits import Limit
from bihuan.policy.loader import pack
from bihuan.record.queries import events, version
from bihuan.record.types import Done
from bihuan.subjects.registry import REGISTRY
from tests.matters.walks import propose_candidates
from tests.races.test_same_case import race
from tests.town_fixtures import Founding
from tests.towns import START, Town, found, pack_of
from tests.vetting.edits import base, put, warns_alone
from tests.walks import TO_HANDLING, Walk

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def wendeng(somewhere: Founding) -> Town:
    """A town under Wendeng's regulation whose ladders warn and do no more: what is urged is told elsewhere."""
    return somewhere(warns_alone)


def take(town: Town | str, now: datetime, **more: int) -> dict[str, int]:
    """Take what is due."""
    code = town if isinstance(town, str) else town.code
    return dict(climb(code, now, labels=REGISTRY.duty_labels, **more))


def told(number: str, *kinds: str) -> list[str]:
    """What the clock told of the handling of a case."""
    wanted = kinds or (FellDue.kind, FallsDue.kind)
    return [e.kind for e in events(f"case:{number}") if e.kind in wanted and e.facts["duty"] == "handle"]


@dataclass(frozen=True)
class Told:
    """A step as the ledger keeps it."""

    step: str
    occurrence: int
    outcome: str


def steps(number: str, kind: str = "handle") -> list[Told]:
    """What became of the steps of a case's duty."""
    rows = Step.objects.filter(duty__subject=f"case:{number}", duty__kind=kind).order_by("planned_at", "id")
    return [Told(*row) for row in rows.values_list("step", "occurrence", "outcome")]


def handled(town: Town) -> Walk:
    """A case in the unit's hands."""
    return Walk(town).along(*TO_HANDLING)


def test_what_is_late_is_told_once_whatever_the_regulation(wendeng: Town) -> None:
    walk = handled(wendeng)
    due = walk.facts.duties["handle"]
    take(wendeng, due - 3 * DAY)
    assert told(walk.number) == []
    take(wendeng, due)
    assert told(walk.number) == [FallsDue.kind], "at its due moment nothing is late yet"
    assert take(wendeng, due + SECOND) == {"fall_due": 1}
    assert take(wendeng, due + 9 * DAY) == {}
    assert told(walk.number) == [FallsDue.kind, FellDue.kind]
    last = events(f"case:{walk.number}")[-1]
    assert (last.account, last.norm, last.facts["holder"]) == (
        "clockwork",
        norms.HANDLE_WITHIN_LIMIT.name,
        wendeng.unit,
    )
    assert last.sentence == f"“办理答复”到期未完成（{wendeng.unit}，应于{due.astimezone(ZONE):%Y-%m-%d %H:%M}前完成）"
    assert steps(walk.number) == [Told("warn@-1wd", 1, "taken"), Told("fall_due@0", 1, "taken")]
    assert verify(wendeng.code).findings == ()


def test_every_kind_of_duty_falls_due(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER)
    duties = Duty.objects.filter(subject=f"case:{walk.number}")
    assert not any(pack(duty.pack).ladder(f"case.{duty.kind}") for duty in duties), "no ladder tells of them"
    assert take(wendeng, max(duty.due_at for duty in duties) + SECOND) == {"fall_due": len(duties)}
    late = [str(e.facts["duty"]) for e in events(f"case:{walk.number}") if e.kind == FellDue.kind]
    assert sorted(late) == sorted(duty.kind for duty in duties)


def test_nobody_is_overtaken_by_what_the_clock_says(wendeng: Town) -> None:
    walk = handled(wendeng)
    seen, due = version(f"case:{walk.number}"), walk.facts.duties["handle"]
    take(wendeng, due + SECOND)
    assert version(f"case:{walk.number}") > seen
    walk.at(due + MINUTE).do(Act.RECORD_CONTACT, version=seen)
    with pytest.raises(Overtaken):
        walk.do(Act.ANSWER, version=seen)


def test_a_duty_that_rests_takes_no_step_and_goes_on_where_it_stood(wendeng: Town) -> None:
    walk = handled(wendeng)
    due = walk.facts.duties["handle"]
    walk.do(Act.AWAIT_REQUESTER)
    take(wendeng, due + SECOND)
    assert told(walk.number, FellDue.kind) == []
    walk.at(due + 2 * DAY).do(Act.RESUME)
    later = walk.facts.duties["handle"]
    take(wendeng, later)
    assert told(walk.number, FellDue.kind) == []
    take(wendeng, later + SECOND)
    assert told(walk.number, FellDue.kind) == [FellDue.kind]


def test_what_was_taken_is_not_taken_again_when_there_is_more_time(wendeng: Town) -> None:
    walk = handled(wendeng).along(Act.REQUEST_EXTENSION)
    due = walk.facts.duties["handle"]
    take(wendeng, due)
    assert told(walk.number) == [FallsDue.kind]
    walk.at(due).do(Act.APPROVE_EXTENSION)
    later = walk.facts.duties["handle"]
    assert later > due
    take(wendeng, later)
    assert told(walk.number) == [FallsDue.kind]
    take(wendeng, later + SECOND)
    assert told(walk.number) == [FallsDue.kind, FellDue.kind]
    assert [t.step for t in steps(walk.number)] == ["warn@-1wd", "fall_due@0"]


def test_no_step_restarts_a_clock(wendeng: Town) -> None:
    walk = handled(wendeng)
    columns = ("due_at", "first_due_at", "paused_at", "opened_at", "discharged_at", "holder")
    before = list(Duty.objects.order_by("id").values_list(*columns))
    take(wendeng, walk.facts.duties["handle"] + 30 * DAY)
    assert list(Duty.objects.order_by("id").values_list(*columns)) == before
    assert list(Duty.objects.filter(discharged_at__isnull=True, next_step_at__isnull=False)) == []


def test_what_nobody_warned_of_in_time_is_not_warned_of_when_it_is_late(wendeng: Town) -> None:
    walk = handled(wendeng)
    take(wendeng, walk.facts.duties["handle"] + 5 * DAY)
    assert steps(walk.number) == [Told("warn@-1wd", 1, "too_late"), Told("fall_due@0", 1, "taken")]
    assert told(walk.number) == [FellDue.kind]


def test_what_is_urgent_has_its_own_ladder(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(Act.REGISTER, urgency="urgent")
    walk.along(Act.DISPATCH, Act.SIGN_IN)
    (duty,) = Duty.objects.filter(subject=f"case:{walk.number}", kind="handle")
    assert (duty.ladder, duty.next_step_at) == ("handling|urgent||", duty.due_at - 2 * HOUR)


def test_an_act_settles_what_a_step_would_tell(wendeng: Town) -> None:
    walk = handled(wendeng)
    due = walk.facts.duties["handle"]
    walk.at(due - DAY).along(Act.ANSWER, Act.SIGN_OFF)
    take(wendeng, due + SECOND)
    assert told(walk.number, FellDue.kind) == []


# ---------------------------------------------------------------- steps of a city's own

LISTING = '  { level = "L1", at = "0", do = "list", mode = "auto", by = "office" },\n'


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None, request: pytest.FixtureRequest) -> Town:
    """A town whose ordinary handling has another step of the list: with what is written besides."""
    written = f", {request.param}" if request.param else ""
    text = put(LISTING, LISTING.replace('by = "office"', f'by = "office"{written}'))(warns_alone(base("hn")))
    (tmp_path / "somewhere.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("BIHUAN_PACKS", str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    loader.look_again()
    return found("sw", "somewhere-2031-1/1", prefix="SW")


class Listing:
    """Carries out the step `list` in the place of the matters', and keeps when."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken: list[tuple[str, int]] = []
        self.trouble: list[Exception] = []
        monkeypatch.setitem(ladder.ACTIONS, Do.LIST, Registered(self, alone=True))

    def __call__(self, step: Taking) -> Made:
        if self.trouble:
            raise self.trouble.pop()
        self.taken.append((step.duty.number, step.planned.occurrence))
        return Made(f"matter:{step.duty.number}")


@pytest.mark.parametrize("town", ['repeat = "2wd", times = 3'], indirect=True)
def test_a_step_comes_again_and_of_what_was_missed_the_last_is_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, walk, other = Listing(monkeypatch), handled(town), handled(town)
    due = walk.facts.duties["handle"]
    take(town, due + SECOND)
    assert listing.taken == [(walk.number, 1), (other.number, 1)]
    second = counted_on(due, Limit.parse("2wd"), calendar=Calendar.shipped(), hours=OfficeHours())
    take(town, second)
    assert len(listing.taken) == 2
    other.at(second).along(Act.ANSWER, Act.SIGN_OFF)
    take(town, second + 30 * DAY)
    assert listing.taken[2:] == [(walk.number, 3)]
    assert steps(walk.number)[1:] == [
        Told("fall_due@0", 1, "taken"),
        Told("list@0|office", 1, "taken"),
        Told("list@0|office", 2, "superseded"),
        Told("list@0|office", 3, "taken"),
    ]
    assert verify(town.code).findings == ()


@pytest.mark.parametrize("town", ['needs = ["extensions:1"]'], indirect=True)
def test_a_step_whose_needs_do_not_hold_is_asked_again_every_working_day(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, walk = Listing(monkeypatch), handled(town).along(Act.REQUEST_EXTENSION)
    due = walk.facts.duties["handle"]
    take(town, due + SECOND)
    assert listing.taken == []
    duty = Duty.objects.get(subject=f"case:{walk.number}", kind="handle")
    assert duty.next_step_at == counted_on(due, Limit.parse("1wd"), calendar=Calendar.shipped(), hours=OfficeHours())
    walk.at(due + MINUTE).do(Act.APPROVE_EXTENSION)
    take(town, walk.facts.duties["handle"] + SECOND)
    assert listing.taken == [(walk.number, 1)]


@pytest.mark.parametrize("town", ['needs = ["open_for:30d"]'], indirect=True)
def test_a_step_may_wait_until_the_duty_is_old(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    listing, walk = Listing(monkeypatch), handled(town)
    opened = Duty.objects.get(subject=f"case:{walk.number}", kind="handle").opened_at
    take(town, opened + 29 * DAY)
    assert listing.taken == []
    take(town, opened + 34 * DAY)
    assert listing.taken == [(walk.number, 1)]


@pytest.mark.parametrize("town", [""], indirect=True)
def test_a_step_that_fails_is_tried_again_and_the_others_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    listing, walk, other = Listing(monkeypatch), handled(town), handled(town)
    listing.trouble = [ValueError("x") for _ in range(2)]
    now = walk.facts.duties["handle"] + SECOND
    take(town, now)
    assert [t.outcome for t in steps(walk.number)[2:] + steps(other.number)[2:]] == ["failed", "failed"]
    assert told(walk.number, FellDue.kind) == [FellDue.kind], "what came before it stands"
    take(town, now + MINUTE)
    assert listing.taken == []
    take(town, now + MINUTE + SECOND)
    assert len(listing.taken) == 2
    assert Step.objects.filter(outcome="failed").count() == 0


@pytest.mark.parametrize("town", [""], indirect=True)
def test_a_step_that_failed_four_times_is_left_to_the_operator(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    listing, walk = Listing(monkeypatch), handled(town)
    listing.trouble = [ValueError("x") for _ in range(9)]
    now = walk.facts.duties["handle"] + SECOND
    for minutes in (0, 2, 10, 60):
        take(town, now + minutes * MINUTE)
    (failed,) = Step.objects.filter(outcome="failed")
    assert (failed.attempts, failed.again_at, failed.why) == (4, None, "ValueError")
    take(town, now + 30 * DAY)
    assert len(listing.trouble) == 5


@pytest.mark.parametrize("town", [""], indirect=True)
def test_a_step_for_which_something_is_not_there_yet_is_asked_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, walk = Listing(monkeypatch), handled(town)
    listing.trouble = [NotYet()]
    now = walk.facts.duties["handle"] + SECOND
    take(town, now)
    take(town, now + HOUR)
    assert listing.taken == []
    take(town, now + HOUR + SECOND)
    assert listing.taken == [(walk.number, 1)]


def test_a_word_is_carried_out_and_answered_by_one_alone() -> None:
    ladder.carried_out()
    with pytest.raises(ValueError, match="carried out by"):
        action(Do.WARN)(lambda step: Made())
    with pytest.raises(ValueError, match="answered already"):
        need(Need.OPEN_FOR)(lambda duty, said, now: True)


# ---------------------------------------------------------------- moments

LIMITS = st.sampled_from(["1wd", "3wd", "10wd", "1wh", "4wh", "20wh", "2h", "3d", "30min"])
MOMENTS = st.integers(0, 900 * 24 * 60).map(
    lambda minutes: datetime(2023, 5, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


@given(due=MOMENTS, written=LIMITS)
def test_what_is_counted_back_and_on_again_comes_to_the_same_day(due: datetime, written: str) -> None:
    how: dict[str, Any] = {"calendar": Calendar.shipped(), "hours": OfficeHours()}
    limit = Limit.parse(written)
    before = counted_back(due, limit, **how)
    again = counted_on(before, limit, **how)
    between = [again.date() + n * DAY for n in range(1, (due.date() - again.date()).days + 1)]
    if limit.unit == "wd":
        assert Calendar.shipped().is_working(before.date())
        assert again.date() <= due.date()
        assert not any(Calendar.shipped().is_working(on) for on in between), "as late as it may be"
    elif limit.unit == "wh":
        assert working_time(min(again, due), max(again, due), **how) == timedelta()
    else:
        assert again == due


@pytest.mark.parametrize("text", ["1wd", "-", "+0", "--1d", "-endOfDay", "0wd", "", "+1"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        At.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("0", "到期时"), ("-1wd", "到期前1个工作日"), ("+2h", "到期后2小时"), ("+30min", "到期后30分钟")],
)
def test_a_moment_as_it_is_written_and_read(text: str, words: str) -> None:
    assert (str(At.parse(text)), At.parse(text).words) == (text, words)


@pytest.mark.parametrize(
    "text", ["extensions", "extensions:0", "extensions:x", "open_for", "open_for:2", "keys", "key:1"]
)
def test_what_no_step_may_need(text: str) -> None:
    with pytest.raises(ValueError, match="is n"):
        Wanted.parse(text)


# ---------------------------------------------------------------- many at once


def _owing(subject: str, now: datetime, place: str, regulation: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_chain (subject, jurisdiction, length, head) VALUES (%s, %s, 0, %s)",
            [subject, place, bytes(32)],
        )
    opening = Opening(DutyKind.HANDLE, norms.HANDLE_WITHIN_LIMIT, "u", "handler", "2wd", "", "本单位规定")
    commands.open_all([opening], subject=subject, jurisdiction=place, pack=pack(regulation), now=now)


LIVES = st.lists(st.tuples(st.sampled_from(["pause", "resume", "extend", "climb"]), st.integers(1, 90)), max_size=9)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lives=LIVES, begun=MOMENTS)
def test_the_next_step_is_the_first_of_all_moments_that_was_not_taken(
    wendeng: Town, lives: list[tuple[str, int]], begun: datetime
) -> None:
    subject, now = f"case:LIFE{Duty.objects.count()}x{begun.timestamp():.0f}", begun
    if not Duty.objects.filter(subject=subject).exists():
        _owing(subject, now, "lives", pack_of(wendeng.code).ref)
    for act, hours in lives:
        now += timedelta(hours=hours)
        if act == "pause":
            commands.pause(subject, [DutyKind.HANDLE], why="等待", now=now)
        elif act == "resume":
            commands.resume(subject, now=now)
        elif act == "extend":
            commands.extend(subject, DutyKind.HANDLE, limit="1wd", why="配件", now=now)
        else:
            take("lives", now)
        duty = Duty.objects.get(subject=subject)
        gone = set(Step.objects.filter(duty=duty).values_list("step", flat=True))
        warned = counted_back(duty.due_at, Limit.parse("1wd"), calendar=Calendar.shipped(), hours=OfficeHours())
        naive = {"warn@-1wd": warned, "fall_due@0": duty.due_at}
        left = [at for step, at in naive.items() if step not in gone and (at > begun or step == "fall_due@0")]
        assert duty.next_step_at == (None if duty.paused_at else min(left, default=None))
        if act == "climb" and not duty.paused_at:
            assert all(at >= now for at in left)
    assert Step.objects.filter(duty=duty).count() == len(gone) if lives else True


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_who_acts_meanwhile_tell_everything_once() -> None:
    town = found("lr", "wendeng-2021-10", prefix="LR")
    handler = town.actor("unit.handler")
    numbers = [Walk(town).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN).number for _ in range(24)]
    late = START + timedelta(days=30)

    def worker() -> Done:
        take(town, late, most=5)
        return Done("", "", 0, "")

    def handle() -> Done:
        for number in numbers:
            Walk(town, late, number, actors={"unit.handler": handler}).do(Act.RECORD_CONTACT)
        return Done("", "", 0, "")

    outcomes = race(worker, worker, handle)
    assert all(isinstance(o, Done) for o in outcomes), outcomes
    take(town, late + MINUTE)
    for number in numbers:
        assert told(number, FellDue.kind) == [FellDue.kind]
    rows = Step.objects.filter(step="fall_due@0", outcome="taken", duty__kind="handle")
    assert rows.count() == len(numbers)
    assert verify(town.code).findings == ()


def test_what_the_list_made_stands_with_the_step(huainan: Town) -> None:
    walk = handled(huainan)
    assert propose_candidates(huainan.code, walk.facts.duties["handle"] + SECOND) == 1
    (made,) = Step.objects.filter(step="list@0|office").values_list("made", flat=True)
    assert made.startswith("matter:HXQD")


def test_what_is_due_on_a_day_that_is_gone(db: None) -> None:
    """Steps beyond the calendar are none."""
    hours, days = OfficeHours(), Calendar.shipped()
    with pytest.raises(OverflowError):
        counted_on(
            datetime.combine(date(2100, 12, 30), hours.closes, ZONE), Limit.parse("9wd"), calendar=days, hours=hours
        )
