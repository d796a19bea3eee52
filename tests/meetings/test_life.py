"""会商: planned by the clock, held, minuted, signed by another, and followed until everybody has reported."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.clockwork.commands import sweep
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as MatterAct
from bihuan.meetings import queries as meetings
from bihuan.meetings.types import MOST_DECISIONS, MeetingFilters
from bihuan.organisations import commands as organisations
from bihuan.record import queries as record
from bihuan.record.commands import ACTS
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.types import RhythmStage
from tests.matters.walks import MatterWalk
from tests.meetings.walks import A, MeetingWalk, S, decided, leading, meeting_at
from tests.supervision.test_urging import owed
from tests.towns import FOUNDER, START, Town, end_unit


@pytest.mark.clause("HN-4.1a")
def test_every_month_wants_a_meeting_and_to_hold_it_does_the_regular_work(huainan: Town) -> None:
    walk = MeetingWalk(huainan).begin()
    work = rhythms.facts(walk.facts.rhythm)
    assert (work.code, work.period, work.due_on) == ("meeting", "2025-03", date(2025, 3, 31))
    assert owed(walk.facts.subject) == [("meeting_hold", huainan.office)]
    assert walk.facts.duties["meeting_hold"] == work.duties["rhythm_do"], "both by the last day of the month"
    sweep(huainan.code, walk.now)
    assert len(meetings.ledger(walk.actor("office.list_keeper"), MeetingFilters(), now=walk.now)) == 1
    with pytest.raises(Refused):
        walk.do(A.HOLD)
    walk.along(A.CONVENE, A.HOLD)
    work = rhythms.facts(work.number)
    assert (work.stage, work.done_by) == (RhythmStage.DONE, walk.facts.subject)
    walk.later(days=30)
    assert len(meetings.ledger(walk.actor("office.list_keeper"), MeetingFilters(), now=walk.now)) == 2
    assert verify().findings == ()


def test_a_month_without_a_meeting_is_overdue_and_missed(huainan: Town) -> None:
    walk = MeetingWalk(huainan).begin()
    walk.later(days=30)
    behind = rhythms.behind(huainan.code, now=walk.now)
    assert walk.facts.rhythm in {one.number for one in behind}, "a bulletin names it"
    assert walk.facts.stage is S.PLANNED, "it may be held still"
    walk.later(days=30)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.LAPSED, [])
    assert verify().findings == ()


@pytest.mark.clause("HN-4.1b")
def test_something_weighty_is_met_about_at_any_time_and_belongs_to_no_month(huainan: Town) -> None:
    walk = MeetingWalk(huainan)
    with pytest.raises(Refused):
        walk.do(A.CALL, by="unit.head")
    walk.do(A.CALL)
    assert (walk.facts.rhythm, walk.facts.title) == ("", "临时会商会议：城北片区停水")
    assert owed(walk.facts.subject) == [("meeting_hold", huainan.office)]
    walk.along(A.CONVENE, A.HOLD, A.DECIDE, A.SIGN, A.REPORT, A.CLOSE)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.CLOSED, [])
    assert verify().findings == ()


@pytest.mark.clause("HN-4.1c")
def test_the_agenda_has_four_parts_from_the_data_and_what_is_decided_is_done_or_explained(huainan: Town) -> None:
    matter = MatterWalk(huainan).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER)
    walk = MeetingWalk(huainan, matter.now).begin()
    begins = ACTS[("meeting", A.CONVENE)].begins
    assert begins is not None
    drawn = begins(walk.facts)
    assert matter.facts.list_number in str(drawn["progress"]) + str(drawn["difficult"])
    assert set(drawn) == {"progress", "analysis", "difficult", "policy"}
    assert all(drawn.values())
    walk.do(A.CONVENE, difficult="只议一件。")
    assert (walk.facts.difficult, walk.facts.stage) == ("只议一件。", S.CONVENED)
    assert begins(walk.facts)["difficult"] == "只议一件。", "what was edited stays"
    walk.do(A.CONVENE, starts="下午3时")
    view = meetings.view(walk.number, walk.actor("other.handler"), now=walk.now)
    assert view.facts.starts == "下午3时", "who is asked sees it"
    walk.do(A.HOLD)
    assert owed(walk.facts.subject) == [("meeting_minutes", huainan.office)]
    with pytest.raises(Refused, match="没有登记决定"):
        walk.do(A.SIGN)
    with pytest.raises(Refused) as refused:
        walk.do(A.DECIDE, about=["HN2020X1"])
    assert refused.value.refusal.field == "about"
    walk.do(A.DECIDE, about=[matter.number], units=[huainan.unit, huainan.other])
    walk.do(A.DECIDE, text="十日内报长效办法。", due_on="2025-03-28")
    walk.do(A.DECIDE, kind="policy", text="建议修订供水规程。", units=[])
    walk.do(A.STRIKE, nth=3)
    with pytest.raises(Refused):
        walk.do(A.SIGN, by="office.list_keeper")
    walk.do(A.RETURN)
    walk.do(A.SIGN)
    assert walk.facts.minutes_number == "会商纪要〔2025〕第1期"
    assert [one.nth for one in meetings.decisions_of(walk.facts.id)] == [1, 2]
    told = [event.sentence for event in record.events(matter.facts.subject)]
    assert "会商纪要〔2025〕第1期第1项决定涉及本件（任务）" in told
    assert sorted(owed(walk.facts.subject)) == [
        ("decision_task", huainan.other),
        ("decision_task", huainan.unit),
        ("meeting_close", huainan.office),
    ]
    with pytest.raises(Refused, match="还有单位没有报告"):
        walk.do(A.CLOSE)
    walk.do(A.REPORT)
    assert ("decision_task", huainan.unit) in owed(walk.facts.subject), "its second decision is next"
    walk.do(A.REPORT)
    with pytest.raises(Refused) as again:
        walk.do(A.REPORT)
    assert again.value.refusal.moot
    walk.do(A.REPORT, by="other.head", done=False, result="等待配件，下周完成。")
    walk.do(A.CLOSE)
    view = meetings.view(walk.number, walk.actor("unit.handler"), now=walk.now)
    assert [(task.nth, task.unit, task.done) for task in view.tasks] == [
        (1, huainan.unit, True),
        (1, huainan.other, False),
        (2, huainan.unit, True),
    ]
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.CLOSED, [])
    assert verify().findings == ()


def test_a_meeting_decides_no_more_than_it_may(huainan: Town) -> None:
    walk = meeting_at(S.CONVENED, huainan)
    walk.do(A.HOLD)
    for _ in range(MOST_DECISIONS):
        walk.do(A.DECIDE, kind="policy", units=[])
    with pytest.raises(Refused, match="最多"):
        walk.do(A.DECIDE)


def test_a_successor_does_what_was_decided(huainan: Town) -> None:
    walk = meeting_at(S.SIGNED, huainan)
    end_unit(huainan, huainan.unit, walk.now, successor=huainan.other)
    sweep(huainan.code, walk.now + timedelta(minutes=1))
    assert ("decision_task", huainan.other) in owed(walk.facts.subject)
    walk.do(A.REPORT, by="other.deputy")
    walk.do(A.CLOSE)
    assert verify().findings == ()


def test_what_is_signed_binds_units_that_are_there(huainan: Town) -> None:
    """A task does not fall away in silence because its unit ended between the decision and the signing."""
    walk = meeting_at(S.HELD, huainan)
    end_unit(huainan, huainan.unit, walk.now, successor=huainan.other)
    sweep(huainan.code, walk.now + timedelta(minutes=1))
    with pytest.raises(Refused, match=f"第1项决定的责任单位{huainan.unit}已不在册"):
        walk.do(A.SIGN)
    walk.do(A.STRIKE)
    walk.do(A.DECIDE, units=[huainan.other])
    walk.do(A.SIGN)
    assert ("decision_task", huainan.other) in owed(walk.facts.subject)


def test_whoever_wrote_of_the_minutes_at_any_time_does_not_sign_them(huainan: Town) -> None:
    organisations.appoint(
        account=f"{huainan.code}.office.list_director",
        unit=huainan.office or "",
        post="list_keeper",
        from_on=START.date(),
        actor=FOUNDER,
        now=START,
    )
    walk = meeting_at(S.CONVENED, huainan)
    walk.do(A.HOLD, by="office.list_director")
    walk.do(A.DECIDE)
    with pytest.raises(Refused, match="您参与了纪要的整理"):
        walk.do(A.SIGN)


def test_whoever_takes_no_part_sees_nothing(huainan: Town) -> None:
    walk = meeting_at(S.PLANNED, huainan)
    with pytest.raises(Unknown):
        meetings.view(walk.number, walk.actor("unit.head"), now=START)


def test_a_matter_is_weighty_by_a_signed_decision_that_names_it_and_by_no_other(huainan: Town) -> None:
    matter = MatterWalk(huainan).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER)
    walk = MeetingWalk(huainan, matter.now).begin()
    key = {"matter_class": "key", "key_basis": "meeting"}

    def refused(norm_field: str = "meeting_number", **said: object) -> None:
        with pytest.raises(Refused) as no:
            matter.at(max(matter.now, walk.now)).do(MatterAct.CLASSIFY, **{**key, **said})
        assert no.value.refusal.field == norm_field

    refused(meeting_number="HN2025M99999")
    refused(meeting_number=walk.number)
    walk.along(A.CONVENE, A.HOLD)
    walk.do(A.DECIDE, about=[matter.number])
    walk.do(A.SIGN)
    refused(meeting_number=walk.number)
    number = decided(huainan, max(matter.now, walk.now), matter.number)
    walk.now += timedelta(hours=2)
    refused("key_basis", meeting_number=number, key_basis="instruction")
    matter.at(max(matter.now, walk.now)).do(MatterAct.CLASSIFY, **key, meeting_number=number)
    minutes = meetings.facts(number).minutes_number
    told = [event.sentence for event in record.events(matter.facts.subject)]
    assert any(minutes in sentence and "会商确定" in sentence for sentence in told)
    assert "key_paper" not in matter.facts.duties, "its minutes stand with it"
    assert verify().findings == ()


@pytest.mark.clause("HN-2.1")
def test_the_leading_group_meets_about_what_is_hard_and_its_decisions_are_followed(huainan: Town) -> None:
    walk = MeetingWalk(huainan)
    with pytest.raises(Refused) as refused:
        walk.do(A.CALL, of_group=True)
    assert refused.value.refusal.field == "of_group"
    before = MeetingWalk(huainan)
    before.along(A.CALL, A.CONVENE, A.HOLD)
    before.do(A.DECIDE, kind="group", text="城北片区停水请领导小组研究。", units=[])
    before.do(A.SIGN)
    (laid,) = meetings.for_group(huainan.code)
    assert (laid.of_group, laid.text) == (False, "城北片区停水请领导小组研究。")
    leading(huainan)
    walk.now = before.now
    walk.do(A.CALL, of_group=True)
    assert (walk.facts.of_group, walk.facts.title) == (True, "议事协调机构会议：城北片区停水")
    assert meetings.view(walk.number, walk.actor("leading.leader"), now=walk.now).facts.of_group
    walk.along(A.CONVENE, A.HOLD, A.DECIDE, A.SIGN)
    found = meetings.for_group(huainan.code)
    assert [(one.of_group, one.tasks, one.reported) for one in found] == [(True, 1, 0), (False, 0, 0)]
    walk.do(A.REPORT)
    assert meetings.for_group(huainan.code)[0].reported == 1
    assert verify().findings == ()
