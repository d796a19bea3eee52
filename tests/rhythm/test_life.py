"""定期工作: opened by the clock, done by its log, late or missed."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.clockwork.commands import sweep
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.policy.calendar import ZONE
from bihuan.policy.rhythms import Every, over_from, period_of, periods_from
from bihuan.record import queries as record
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.jobs import keep
from bihuan.rhythm.models import Rhythm
from bihuan.rhythm.types import RhythmFilters, RhythmStage
from tests.rhythm.walks import A, RhythmWalk, rhythm_at
from tests.supervision.test_urging import owed
from tests.supervision.walks import with_supervisors
from tests.towns import START, Town, end_unit

S = RhythmStage


@pytest.mark.parametrize(
    ("every", "key", "begins", "ends", "over"),
    [
        (Every.MONTH, "2025-12", date(2025, 12, 1), date(2025, 12, 31), date(2026, 2, 1)),
        (Every.QUARTER, "2025-Q4", date(2025, 10, 1), date(2025, 12, 31), date(2026, 4, 1)),
        (Every.HALF_YEAR, "2025-H2", date(2025, 7, 1), date(2025, 12, 31), date(2026, 7, 1)),
        (Every.YEAR, "2025-Y", date(2025, 1, 1), date(2025, 12, 31), date(2027, 1, 1)),
    ],
)
def test_periods_follow_each_other(every: Every, key: str, begins: date, ends: date, over: date) -> None:
    found = period_of(every, date(2025, 12, 31))
    assert (found.key, found.begins_on, found.ends_on) == (key, begins, ends)
    assert over_from(every, ends) == over
    years = periods_from(every, date(2024, 2, 29), date(2026, 1, 1))
    assert (
        sum((one.ends_on - one.begins_on).days + 1 for one in years)
        == (years[-1].ends_on - years[0].begins_on + timedelta(days=1)).days
    )


@pytest.mark.clause("HN-5.1b")
def test_each_head_owes_a_briefing_every_quarter_and_its_log_does_it(huainan: Town) -> None:
    walk = RhythmWalk(huainan).begin()
    assert owed(walk.facts.subject) == [("rhythm_do", huainan.unit)]
    due = walk.facts.duties["rhythm_do"].astimezone(ZONE)
    assert (due.date(), walk.facts.due_on) == (date(2025, 3, 31), date(2025, 3, 31))
    units = set(Rhythm.objects.filter(code="briefing").values_list("unit", flat=True))
    assert {huainan.unit, huainan.other} <= units
    assert keep(huainan.code, walk.now) == 0, "once a period"
    with pytest.raises(Refused, match="登记听取汇报情况"):
        walk.do(A.DO)
    with pytest.raises(Refused):
        walk.do(A.LOG_BRIEFING, by="unit.handler")
    with pytest.raises(Unknown):
        walk.do(A.LOG_BRIEFING, by="other.head")
    with pytest.raises(Refused) as refused:
        walk.do(A.LOG_BRIEFING, done_on="2024-12-31")
    assert refused.value.refusal.field == "done_on"
    walk.do(A.LOG_BRIEFING)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.DONE, [])
    view = rhythms.view(walk.number, walk.actor("unit.handler"), now=walk.now)
    assert view.log is not None
    assert (view.log.heard_by, view.log.decided) == ("局长", "由办公室牵头解决路灯问题。")
    assert "听取分管副局长汇报" in [*record.events(walk.facts.subject)][-1].sentence
    assert verify().findings == ()


@pytest.mark.clause("HN-5.3")
def test_the_director_goes_through_the_rules_once_a_year(huainan: Town) -> None:
    walk = RhythmWalk(huainan, code="rule_review").begin()
    assert (walk.facts.period, walk.facts.unit, walk.facts.post) == ("2025-Y", huainan.office, "list_director")
    walk.do(A.ENTER_REVIEW)
    assert (walk.facts.period, walk.facts.stage) == ("2025-Y", S.DONE)
    before = walk.number
    walk.do(A.ENTER_REVIEW)
    assert walk.number != before, "a second one is a log of its own"
    assert (walk.facts.stage, walk.facts.closed_at) == (S.DONE, walk.now)
    assert verify().findings == ()


@pytest.mark.clause("WD-6.3a")
def test_training_is_due_every_half_year_and_tells_who_was_trained(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    walk = RhythmWalk(town, code="training").begin()
    assert (walk.facts.period, owed(walk.facts.subject)) == ("2025-H1", [("rhythm_do", town.desk)])
    due = walk.number
    with pytest.raises(Refused):
        walk.do(A.ENTER_TRAINING, by="desk.dispatcher")
    walk.do(A.ENTER_TRAINING)
    assert (walk.number, walk.facts.stage) == (due, S.DONE)
    walk.do(A.ENTER_TRAINING, way="visit", units=[town.other], topic="备案表怎样填")
    assert walk.number != due
    assert set(rhythms.trained(town.code, date(2025, 1, 1))) == {town.unit, town.other}
    seen = rhythms.ledger(walk.actor("other.handler"), RhythmFilters(), now=walk.now)
    assert {one.number for one in seen} == {due, walk.number}, "who was trained sees it"
    assert [one.number for one in rhythms.ledger(walk.actor("unit.head"), RhythmFilters(), now=walk.now)] == [due]
    with pytest.raises(Refused) as refused:
        walk.do(A.ENTER_TRAINING, units=["nobody"])
    assert refused.value.refusal.field == "units"
    assert verify().findings == ()


def test_what_nobody_did_is_overdue_named_and_missed_when_the_next_but_one_begins(huainan: Town) -> None:
    walk = rhythm_at(S.DUE, huainan)
    walk.later(days=29)
    assert walk.facts.stage is S.DUE
    assert walk.number in {one.number for one in rhythms.behind(huainan.code, now=walk.now)}
    walk.later(days=90)
    assert walk.facts.stage is S.DUE, "until the end of the next one"
    walk.later(days=2)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.MISSED, [])
    assert walk.number in {one.number for one in rhythms.behind(huainan.code, now=walk.now)}
    assert verify().findings == ()


def test_a_late_one_is_done_late(huainan: Town) -> None:
    walk = rhythm_at(S.DUE, huainan).later(days=40)
    walk.do(A.LOG_BRIEFING)
    assert walk.facts.stage is S.DONE
    assert verify().findings == ()


def test_a_successor_does_what_a_unit_had_to(huainan: Town) -> None:
    walk = rhythm_at(S.DUE, huainan)
    end_unit(huainan, huainan.unit, walk.now, successor=huainan.other)
    sweep(huainan.code, walk.now + timedelta(minutes=1))
    assert owed(walk.facts.subject) == [("rhythm_do", huainan.other)]
    walk.do(A.LOG_BRIEFING, by="other.head")
    assert walk.facts.stage is S.DONE
    assert verify().findings == ()


def test_whoever_takes_no_part_sees_nothing(huainan: Town) -> None:
    walk = rhythm_at(S.DUE, huainan)
    with pytest.raises(Unknown):
        rhythms.view(walk.number, walk.actor("other.head"), now=START)
    assert rhythms.view(walk.number, walk.actor("office.list_keeper"), now=START).facts.unit == huainan.unit
