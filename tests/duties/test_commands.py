"""The ledger's own commands: the year's notice, the hand-over, the explanation."""

from datetime import date, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind
from bihuan.dispatch.queries import return_window
from bihuan.duties import commands, queries
from bihuan.duties.models import Duty
from bihuan.duties.types import Wording
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import commands as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests import years
from tests.towns import FOUNDER, Town
from tests.walks import TO_HANDLING, Walk

LATE_2030 = datetime(2030, 12, 30, 9, tzinfo=ZONE)
HOLIDAYS = {date(2031, 1, 1): "元旦", date(2031, 1, 2): "元旦", date(2031, 1, 3): "元旦", date(2031, 1, 5): "调休上班"}
NOTICE = "国办发明电〔2030〕1号"


@pytest.fixture(autouse=True)
def _year_before(db: None) -> None:
    """The year in which the cases begin has its notice."""
    years.announce(2030, {}, LATE_2030 - timedelta(days=400))


def duty(walk: Walk, kind: str) -> queries.DutyRow:
    """The case's open duty of that kind."""
    (found,) = (
        d for d in queries.of_subject(f"case:{walk.number}", labels={}, now=walk.now, open_only=True) if d.kind == kind
    )
    return found


def announce(now: datetime, actor: Actor = FOUNDER) -> int:
    """Enter the notice of 2031."""
    return years.announce(2031, HOLIDAYS, now, notice=NOTICE, actor=actor)


def test_a_notice_moves_what_was_provisional_and_says_so(wendeng: Town) -> None:
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    before = duty(walk, DutyKind.HANDLE)
    assert before.provisional
    assert "2031年放假通知尚未录入" in queries.explain_duty(before.id).note
    assert announce(walk.now) > 0
    after = duty(walk, DutyKind.HANDLE)
    assert (after.provisional, after.due_at - before.due_at) == (False, timedelta(days=2))
    told = queries.explain_duty(after.id)
    assert told.note.endswith("放假安排公布或更正后，到期时间已重新计算。")
    assert any(day.words == "元旦，不计" for day in told.days)
    assert told.days[-1].on == after.due_at.astimezone(ZONE).date()
    event = events(f"case:{walk.number}")[-1]
    assert event.kind == "duties.due-recomputed"
    assert ["handle", after.due_at.astimezone(ZONE).isoformat(), wendeng.unit] in event.facts["moves"]
    assert events("calendar:2031")[0].sentence == f"录入2031年放假安排（{NOTICE}）"


def test_a_notice_entered_twice_moves_nothing_the_second_time(wendeng: Town) -> None:
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    announce(walk.now)
    length = len(events(f"case:{walk.number}"))
    assert announce(walk.now) == 0
    assert len(events(f"case:{walk.number}")) == length
    assert len(events("calendar:2031")) == 2


def test_a_correction_moves_everything_that_it_touches_and_nothing_else(wendeng: Town) -> None:
    """F50: a corrected notice used to recompute nothing, for nothing was provisional any more."""
    early = Walk(wendeng, LATE_2030 - timedelta(days=60)).along(*TO_HANDLING)
    untouched = {d.id: d.calendar_edition for d in Duty.objects.filter(subject=f"case:{early.number}")}
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    announce(walk.now)
    first = duty(walk, DutyKind.HANDLE).due_at
    days = {on: name for on, name in HOLIDAYS.items() if on != date(2031, 1, 2)}
    assert years.announce(2031, days, walk.now, reason="原件有误") > 0
    after = duty(walk, DutyKind.HANDLE)
    assert after.due_at < first
    assert queries.explain_duty(after.id).days[-1].on == after.due_at.astimezone(ZONE).date()
    event = events(f"case:{walk.number}")[-1]
    assert (event.kind, event.sentence) == ("duties.due-corrected", "2031年放假安排更正，到期时间重新计算")
    assert {d.id: d.calendar_edition for d in Duty.objects.filter(subject=f"case:{early.number}")} == untouched
    told = events("calendar:2031")[-1]
    assert told.sentence == "更正2031年放假安排（教学用放假安排）：去掉2031-01-02元旦"
    assert told.facts["reason"] == "原件有误"
    assert [row.notice for row in queries.wordings(2031)] == ["教学用放假安排", NOTICE]
    assert verify().findings == ()


def test_a_duty_is_explained_as_it_was_reckoned_until_it_is_reckoned_anew(wendeng: Town) -> None:
    """F50: the days never end on another day than the one on which it is due, not for a moment."""
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    before = duty(walk, DutyKind.HANDLE)
    wording = Wording(2031, NOTICE, HOLIDAYS)
    entered = commands.announce_year(wording=wording, actor=FOUNDER, now=walk.now)
    between = duty(walk, DutyKind.HANDLE)
    assert (between.due_at, between.explanation) == (before.due_at, before.explanation)
    assert {kind for _, kind, _, _ in queries.misreckoned(None)} >= {"handle"}
    fresh = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    years.recompute(entered.edition, walk.now)
    after = duty(walk, DutyKind.HANDLE)
    assert after.due_at == duty(fresh, DutyKind.HANDLE).due_at > before.due_at
    assert after.explanation is not None
    assert after.explanation.days[-1].on == after.due_at.astimezone(ZONE).date()
    assert list(queries.misreckoned(None)) == []


def test_what_an_act_reckoned_that_began_before_the_notice_is_caught_up_with(wendeng: Town) -> None:
    """An act that began before a notice reckons by the calendar of its beginning and may end after the recomputing."""
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    handle = Duty.objects.get(subject=f"case:{walk.number}", kind="handle", discharged_at__isnull=True)
    old = handle.due_at, handle.calendar_edition, handle.provisional
    entered = commands.announce_year(wording=Wording(2031, NOTICE, HOLIDAYS), actor=FOUNDER, now=walk.now)
    years.recompute(entered.edition, walk.now)
    handle.due_at, handle.calendar_edition, handle.provisional = old
    handle.save()
    (again,) = ProcrastinateJob.objects.filter(task_name=commands.RECOMPUTE, args={"edition": entered.edition})
    assert again.scheduled_at is not None
    assert years.recompute(entered.edition, walk.now) == 1
    assert list(queries.misreckoned(None)) == []


def test_a_moment_that_a_person_set_follows_a_correction_too(wendeng: Town) -> None:
    """F50: what a pause gave back to it counts as many working days as there are."""
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING)
    handle = Duty.objects.filter(subject=f"case:{walk.number}", kind="handle")
    set_at = (LATE_2030 + timedelta(days=1)).replace(hour=12)  # the last day of the year, a Tuesday
    handle.update(limit="", set_due_at=set_at, due_at=set_at)
    walk.along(Act.HANG).later(days=2).along(Act.RESUME_HUNG)
    assert handle.get().due_at == set_at + timedelta(days=1)
    announce(walk.now)
    assert handle.get().due_at == set_at + timedelta(days=5), "the first working day after the holidays is a Sunday"
    assert list(queries.misreckoned(None)) == []
    assert verify().findings == ()


def test_a_notice_is_recorded_by_each_jurisdictions_own_clock(wendeng: Town, huainan: Town) -> None:
    ahead = LATE_2030 + timedelta(days=3)
    organisations.advance_clock(jurisdiction="wd", to=ahead, seen=timedelta(), actor=FOUNDER, now=LATE_2030)
    there, here = Walk(wendeng, ahead).along(*TO_HANDLING), Walk(huainan, LATE_2030).along(*TO_HANDLING)
    announce(ahead, Actor("wd.admin", "管理员", "wd"))
    assert events(f"case:{there.number}")[-1].at == ahead
    assert events(f"case:{here.number}")[-1].at == LATE_2030
    assert events("calendar:2031")[0].at == LATE_2030
    assert events(f"case:{here.number}")[-1].kind == "duties.due-recomputed"


def test_a_settled_duty_stays_as_it_was(wendeng: Town) -> None:
    walk = Walk(wendeng, LATE_2030).along(*TO_HANDLING, Act.ANSWER, Act.SIGN_OFF)
    before = {d.id: d.due_at for d in queries.of_subject(f"case:{walk.number}", labels={}, now=walk.now)}
    announce(walk.now)
    after = {d.id: d for d in queries.of_subject(f"case:{walk.number}", labels={}, now=walk.now)}
    for settled in (d for d in after.values() if d.discharged_at):
        assert settled.due_at == before[settled.id]


@pytest.mark.parametrize(("town", "named"), [("wendeng", {False}), ("huainan", {False}), ("qingshan", {True, False})])
def test_the_limits_own_source_and_the_norms_clause_are_told_apart(
    request: pytest.FixtureRequest, town: str, named: set[bool]
) -> None:
    """The shipped regulations set no limit themselves; the invented one names some."""
    walk = Walk(request.getfixturevalue(town)).along(*TO_HANDLING)
    rulebook, by_clause = pack(walk.facts.pack), set()
    for owed in queries.of_subject(f"case:{walk.number}", labels={}, now=walk.now):
        told = queries.explain_duty(owed.id)
        by_clause.add(bool(owed.clause))
        assert told.citation == rulebook.cite(owed.norm).words
        if owed.clause:
            assert told.limit_source == rulebook.quote(owed.clause).words
        else:
            source, _, _row = told.limit_source.partition("（适用于：")
            assert source == f"默认值，非文件规定（依据：{owed.basis}）"
    assert by_clause == named


def test_a_moment_set_by_a_person_is_told_as_such(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING, Act.HANG)
    told = queries.explain_duty(duty(walk, DutyKind.HANG_REVIEW).id)
    assert told.limit_source == "由办理人逐件确定（挂账时确定的复核日期）"
    assert told.days == ()
    assert told.note == f"应于{told.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}前完成。"


def test_pauses_and_extensions_are_explained(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING, Act.AWAIT_REQUESTER)
    handle = duty(walk, DutyKind.HANDLE)
    assert "暂停（等待诉求人补充），恢复后按暂停的时间顺延" in queries.explain_duty(handle.id).note
    walk.later(days=3).along(Act.RESUME, Act.REQUEST_EXTENSION, Act.APPROVE_EXTENSION)
    told = queries.explain_duty(handle.id)
    assert "延期5个工作日（配件须外地采购。）" in told.note
    assert any("（等待诉求人补充），累计满" in day.words for day in told.days)
    moves = [e.facts["moves"] for e in events(f"case:{walk.number}") if "moves" in e.facts]
    assert [kind for moved in moves for kind, *_ in moved].count("handle") == 2
    assert return_window(walk.facts) is not None


def test_an_unknown_duty_is_not_explained(db: None) -> None:
    with pytest.raises(Unknown):
        queries.explain_duty(0)
