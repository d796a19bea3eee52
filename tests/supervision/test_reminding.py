"""工作提醒: suggested, sent, put right or contested, judged, taken back."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record import queries as record
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import ReminderStage
from tests.supervision.test_urging import owed
from tests.supervision.walks import R, ReminderWalk, a_working_day, reminder_at
from tests.towns import Town, end_unit
from tests.walks import TO_HANDLING, Walk


@pytest.mark.clause("A1-4b")
def test_a_unit_is_reminded_puts_it_right_and_that_is_found_right(district: Town) -> None:
    walk = ReminderWalk(district, Walk(district)).begin()
    assert owed(walk.facts.subject) == [("reminder_receipt", district.unit), ("reminder_reply", district.unit)]
    case = duties.owed_on([walk.case.facts.subject])
    walk.along(R.RECEIVE, R.REPLY)
    assert owed(walk.facts.subject) == [("reminder_verdict", district.desk)]
    walk.do(R.ACCEPT)
    assert walk.facts.stage == ReminderStage.ACCEPTED
    assert owed(walk.facts.subject) == []
    assert duties.owed_on([walk.case.facts.subject]) == case, "nothing restarts a clock"
    told = [event.sentence for event in record.events(walk.case.facts.subject) if walk.number in event.sentence]
    assert len(told) == 3
    assert verify().findings == ()


def test_what_is_not_put_right_is_owed_again_by_a_new_day(district: Town) -> None:
    walk = reminder_at(ReminderStage.REPLIED, district)
    walk.do(R.REJECT)
    assert walk.facts.times == 2
    assert owed(walk.facts.subject) == [("reminder_reply", district.unit)]
    ((_, _, due_at),) = duties.owed_on([walk.facts.subject])[walk.facts.subject]
    assert due_at.date().isoformat() == a_working_day(walk.now)
    walk.along(R.REPLY, R.ACCEPT)
    reply = supervision.view(walk.number, walk.actor("unit.handler"), now=walk.now, kind=walk.facts.kind).replies
    assert [one.verdict for one in reply] == ["rejected", "accepted"]


def test_a_reply_that_contests_may_be_upheld_by_the_head(district: Town) -> None:
    walk = reminder_at(ReminderStage.RECTIFYING, district)
    walk.do(R.REPLY, contests=True, contest_reason="逾期是等待检测报告所致。", measures="")
    with pytest.raises(Refused):
        walk.do(R.UPHOLD, by="desk.supervisor")
    walk.do(R.UPHOLD)
    assert walk.facts.stage == ReminderStage.WITHDRAWN
    with pytest.raises(Refused, match="没有提出申辩"):
        reminder_at(ReminderStage.REPLIED, district).do(R.UPHOLD)


def test_what_the_unit_did_not_do_while_it_stood_is_never_done(district: Town) -> None:
    walk = reminder_at(ReminderStage.ISSUED, district)
    walk.case.later(days=40)
    walk.do(R.WITHDRAW)
    done = duties.done_on([walk.facts.subject])[walk.facts.subject]
    assert sorted(done) == [f"reminder_receipt:{Outcome.UNMET}", f"reminder_reply:{Outcome.UNMET}"]


def test_a_draft_is_seen_by_nobody_but_whoever_decides(district: Town) -> None:
    walk = ReminderWalk(district, Walk(district)).suggested()
    assert owed(walk.facts.subject) == [("reminder_decide", district.desk)]
    with pytest.raises(Unknown):
        supervision.view(walk.number, walk.actor("unit.head"), now=walk.now, kind=walk.facts.kind)
    walk.do(R.SEND_DRAFT)
    assert supervision.view(walk.number, walk.actor("unit.head"), now=walk.now, kind=walk.facts.kind).facts.due_on
    assert owed(walk.facts.subject) == [("reminder_receipt", district.unit), ("reminder_reply", district.unit)]
    assert verify().findings == ()


def test_what_is_suggested_of_one_unit_on_one_day_is_one_draft(district: Town) -> None:
    first = ReminderWalk(district, Walk(district)).suggested()
    second = ReminderWalk(district, Walk(district, first.now)).suggested()
    assert second.number == first.number
    assert len(first.facts.about) == 2
    third = ReminderWalk(district, Walk(district, first.now + timedelta(days=1))).suggested()
    assert third.number != first.number
    again = ReminderWalk(district, third.case).suggested()
    assert (again.number, len(again.facts.about)) == (third.number, 1)


def test_the_same_subject_is_named_once_and_others_refused(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    twice = ReminderWalk(district, case).begin(about=[f"case:{case.number}", case.number])
    assert len(twice.facts.about) == 1
    for fields, field in (
        ({"about": ["case:WX0"]}, "about"),
        ({"unit": district.other}, "about"),
        ({"unit": district.desk}, "unit"),
        ({"unit": "nowhere"}, "unit"),
        ({"rectify_by": case.now.date().isoformat()}, "rectify_by"),
        ({"rectify_by": "2025-03-15"}, "rectify_by"),
    ):
        with pytest.raises(Refused) as refused:
            ReminderWalk(district, case).begin(**fields)
        assert field in {one.field for one in refused.value.all}, fields


def test_both_offices_remind_the_desk_of_what_it_owes_itself(district: Town) -> None:
    case = Walk(district).along("register")
    walk = ReminderWalk(district, case).begin(by="offices.supervisor", unit=district.desk)
    assert walk.facts.unit == district.desk
    with pytest.raises(Refused, match="提醒的是受理单位"):
        ReminderWalk(district, Walk(district)).begin(by="offices.supervisor")


def test_a_successor_puts_right_what_its_predecessor_was_reminded_of(district: Town) -> None:
    walk, alone = reminder_at(ReminderStage.ISSUED, district), reminder_at(ReminderStage.DRAFT, district)
    end_unit(district, district.unit, walk.now, successor=district.other)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert walk.facts.unit == district.other
    assert {holder for _, holder in owed(walk.facts.subject)} == {district.other}
    assert owed(alone.facts.subject) == [("reminder_decide", district.desk)]
    assert verify().findings == ()


def test_a_successor_goes_on_from_what_its_predecessor_replied(district: Town) -> None:
    walk = reminder_at(ReminderStage.REPLIED, district)
    end_unit(district, district.unit, walk.now, successor=district.other)
    sweep(district.code, walk.now + timedelta(minutes=1))
    walk.do(R.REJECT)
    assert owed(walk.facts.subject) == [("reminder_reply", district.other)]
    assert verify().findings == ()


def test_nobody_is_left_to_put_it_right(district: Town) -> None:
    walk = reminder_at(ReminderStage.RECTIFYING, district)
    end_unit(district, district.unit, walk.now)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert walk.facts.stage == ReminderStage.WITHDRAWN
    assert owed(walk.facts.subject) == []
