"""What the shipped regulations do about what is late: who urges, who lays drafts before whom, and when."""

from datetime import datetime, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Part
from bihuan.duties.ladder import duty_in_full
from bihuan.duties.models import Duty, Step
from bihuan.duties.types import OverdueTold
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind as JointKind
from bihuan.matters.types import Act as MatterAct
from bihuan.matters.types import MatterClass
from bihuan.policy import loader
from bihuan.record.queries import events
from bihuan.supervision import queries
from bihuan.supervision.models import About, Directive
from bihuan.supervision.types import ColouredStage, Kind, OrderStage, ReminderAct, ReminderStage, UrgeAct
from tests.duties.test_ladder import take
from tests.joint.walks import JointWalk
from tests.matters.walks import MatterWalk, to_class
from tests.supervision.test_ladder import sent
from tests.supervision.walks import (
    CA,
    OrderWalk,
    ReminderWalk,
    UrgeWalk,
    coloured_at,
    order_at,
    reminder_at,
)
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import put
from tests.walks import TO_HANDLING, Walk

CONTACTED = (*TO_HANDLING, CaseAct.RECORD_CONTACT)
SOON, DAY = timedelta(minutes=1), timedelta(days=1)


def day_by_day(town: Town, since: datetime, days: int) -> datetime:
    """Let the clock take what is due, three times a day; answers the last moment."""
    for hours in range(0, days * 24 + 1, 8):
        take(town, since + timedelta(hours=hours))
    return since + days * DAY


WALKS = {Kind.URGE: UrgeWalk, Kind.REMINDER: ReminderWalk, Kind.ORDER: OrderWalk}


def act_on(town: Town, kind: Kind, act: str, number: str, now: datetime, **more: str) -> None:
    """Do by the book what is done with something that was sent or drafted."""
    WALKS[kind](town, Walk(town, now), number).do(act, **more)


def late(town: Town, kind: str, number: str) -> datetime:
    """Just after a duty of a case fell due."""
    return Duty.objects.get(subject=f"case:{number}", kind=kind, discharged_at__isnull=True).due_at + SOON


@pytest.mark.clause("WD-5a", "WD-6.1a", "A1-4b")
def test_who_is_silent_is_urged_three_times_reminded_and_ordered_by_the_desk(district: Town) -> None:
    walk = Walk(district).along(*CONTACTED)
    began = late(district, "handle", walk.number)
    take(district, began)
    assert sent(Kind.URGE) == [("sent", district.desk, district.unit, 1)]
    now = day_by_day(district, began, 8)
    assert sent(Kind.URGE)[0][3] == 3
    assert sent(Kind.REMINDER) == [("draft", district.desk, district.unit, 1)]
    now = day_by_day(district, now, 4)
    assert sent(Kind.ORDER) == [], "nobody is ordered over a reminder that nobody sent"
    act_on(district, Kind.REMINDER, ReminderAct.SEND_DRAFT, Directive.objects.get(kind=Kind.REMINDER).number, now)
    now = day_by_day(district, now, 5)
    assert sent(Kind.ORDER) == []
    day_by_day(district, now, 7)
    assert [(stage, issuer) for stage, issuer, *_ in sent(Kind.ORDER)] == [("draft", district.desk)]
    assert not Step.objects.filter(outcome="failed").exists()
    assert verify(district.code).findings == ()


def test_who_replies_in_time_is_urged_again_and_not_reminded(district: Town) -> None:
    walk = Walk(district).along(*CONTACTED)
    now = late(district, "handle", walk.number)
    for times in (1, 2, 3):
        take(district, now)
        urges = Directive.objects.filter(kind=Kind.URGE).order_by("id")
        assert urges.count() == times
        act_on(district, Kind.URGE, UrgeAct.REPLY, urges[times - 1].number, now + timedelta(hours=1))
        now = day_by_day(district, now + timedelta(hours=1), 3)
    day_by_day(district, now, 10)
    assert len(sent(Kind.URGE)) == 3
    assert sent(Kind.REMINDER) == sent(Kind.ORDER) == []


def test_after_days_without_a_worker_nobody_is_flooded(district: Town) -> None:
    walks = [Walk(district).along(*CONTACTED) for _ in range(12)]
    stopped = max(late(district, "handle", walk.number) for walk in walks) + 12 * DAY
    take(district, stopped)
    assert [times for *_, times in sent(Kind.URGE)] == [1] * 12, "of those that were missed one"
    assert sent(Kind.REMINDER) == sent(Kind.ORDER) == [], "who was not urged did not leave it unanswered"
    day_by_day(district, stopped, 5)
    (draft,) = Directive.objects.filter(kind=Kind.REMINDER)
    assert About.objects.filter(directive=draft).count() == 12, "of one unit, ground and day is one draft"
    assert sent(Kind.ORDER) == []


@pytest.mark.clause("WD-5a")
def test_the_desk_is_reminded_by_those_who_supervise_it(district: Town) -> None:
    walk = Walk(district).along(CaseAct.REGISTER, CaseAct.ACCEPT)
    offices = f"{district.code}.offices"
    now = day_by_day(district, late(district, "dispatch", walk.number), 4)
    assert sent(Kind.URGE) == []
    assert sent(Kind.REMINDER) == [("draft", offices, district.desk, 1)]
    parts = walk.facts.parts
    assert not parts.get(Part.SUPERVISION), "as long as nobody decided it is none of theirs"
    number = Directive.objects.get(kind=Kind.REMINDER).number
    act_on(district, Kind.REMINDER, ReminderAct.SEND_DRAFT, number, now, by="offices.supervisor")
    assert walk.facts.parts[Part.SUPERVISION] == {offices}
    assert verify(district.code).findings == ()


def test_whom_a_secret_request_complains_of_reminds_nobody_of_it(district: Town) -> None:
    walk = Walk(district)
    walk.do(CaseAct.REGISTER, accused=[f"{district.code}.offices"], secrecy_requested=True)
    day_by_day(district, late(district, "dispatch", walk.number), 4)
    assert sent(Kind.REMINDER) == []
    assert not Step.objects.filter(outcome="failed").exists()


@pytest.mark.clause("HN-2.3a", "HN-3.3")
@pytest.mark.parametrize(
    ("weighs", "by", "ordered"), [(MatterClass.KEY, "supervision", 1), (MatterClass.GENERAL, "office", 0)]
)
def test_key_matters_are_urged_and_ordered_by_the_supervision_body(
    huainan: Town, weighs: MatterClass, by: str, ordered: int
) -> None:
    walk = to_class(MatterWalk(huainan).with_overdue_case(), weighs).along(MatterAct.ASSIGN, MatterAct.SIGN_IN)
    duty = Duty.objects.get(subject=f"matter:{walk.facts.number}", kind="list_handle")
    issuer = getattr(huainan, by)
    take(huainan, duty.due_at + SOON)
    urged = Directive.objects.filter(kind=Kind.URGE, about__duty=duty.id)
    assert [row.issuer for row in urged] == [issuer]
    take(huainan, duty.due_at + 14 * DAY)
    orders = Directive.objects.filter(kind=Kind.ORDER, about__duty=duty.id)
    assert [row.issuer for row in orders] == [huainan.supervision] * ordered
    assert queries.is_key(duty.subject) == queries.is_key(f"case:{walk.case}") == bool(ordered)
    steps = {
        step.words.partition("，")[2]: step.clause for step in duty_in_full(duty.id, labels={}, now=walk.now).steps
    }
    assert steps["催办，每2个工作日一次，共3次（属于重点事项）"] == "HN-3.3"
    assert steps["拟发督办单（属于重点事项）"] == "HN-2.3a"


def test_in_huainan_the_office_urges_what_is_late_and_the_supervision_body_the_desks(huainan: Town) -> None:
    handled, waiting = Walk(huainan).along(*CONTACTED), Walk(huainan).along(CaseAct.REGISTER, CaseAct.ACCEPT)
    take(huainan, late(huainan, "handle", handled.number) + DAY * 4)
    by = {row.about.get().subject: row.issuer for row in Directive.objects.filter(kind=Kind.URGE)}
    assert by[f"case:{waiting.number}"] == huainan.supervision
    assert by[f"case:{handled.number}"] == huainan.office
    assert sent(Kind.REMINDER) == []


def test_a_case_weighs_what_a_key_whistle_on_it_weighs(district: Town) -> None:
    walk = JointWalk(district, JointKind.WHISTLE, Walk(district)).begin(whistle_type="tough", off_list_reason="没有。")
    assert not queries.is_key(walk.facts.subject)
    walk.along(JointAct.CHECK_IN, JointAct.FINISH)
    walk.do(JointAct.CONCLUDE, resolved=False)
    walk.do(JointAct.RAISE_TO_KEY)
    assert queries.is_key(walk.facts.subject)
    assert queries.is_key(f"case:{walk.facts.case}")


def test_an_order_by_the_desk_is_a_step_only_where_the_desk_may_order(somewhere: Founding) -> None:
    with pytest.raises(loader.Unusable, match=r"没有确立规范 supervise.order-by-desk"):
        somewhere(put(', "supervise.order-by-desk"', ""))


def test_who_does_not_reply_to_what_was_sent_is_urged_by_whoever_sent_it(district: Town) -> None:
    reminder = reminder_at(ReminderStage.ISSUED, district)
    order = order_at(OrderStage.ISSUED, district, reminder.now)
    coloured = coloured_at(ColouredStage.REGISTERED, district, order.now)
    coloured.do(CA.DISTRIBUTE, units=[district.unit, district.other])
    offices = f"{district.code}.offices"
    expected = {
        f"reminder:{reminder.number}": [(district.desk, district.unit)],
        f"ordering:{order.number}": [(offices, district.unit)],
        f"coloured:{coloured.number}": sorted([(offices, district.unit), (offices, district.other)]),
    }
    due = {subject: reply_due(subject) for subject in expected}
    take(district, max(due.values()) + SOON)
    for subject, sent_by in expected.items():
        urges = Directive.objects.filter(kind=Kind.URGE, about__subject=subject)
        assert sorted((urge.issuer, urge.unit) for urge in urges) == sent_by, subject
    assert due == {subject: reply_due(subject) for subject in expected}, "nothing restarts a clock"
    assert not Step.objects.filter(outcome="failed").exists()
    reminder.case.now = max(due.values()) + DAY
    reminder.do(ReminderAct.REPLY)
    (urge,) = Directive.objects.filter(kind=Kind.URGE, about__subject=f"reminder:{reminder.number}")
    assert urge.stage == "settled", "the reply ends what urged for it"
    assert verify(district.code).findings == ()


def reply_due(subject: str) -> datetime:
    """When the reply to what was sent is due, of several the last one."""
    return Duty.objects.filter(subject=subject, kind__endswith="_reply").latest("due_at").due_at


def test_an_urge_by_hand_is_repeated_when_its_reply_is_late_and_one_of_the_clock_by_its_own_ladder(
    district: Town,
) -> None:
    by_hand = UrgeWalk(district, Walk(district).along(CaseAct.REGISTER)).begin()
    take(district, reply_due(f"urging:{by_hand.number}") + SOON)
    assert by_hand.facts.times == 2
    walk = Walk(district, by_hand.now).along(*CONTACTED)
    began = late(district, "handle", walk.number)
    take(district, began)
    (urge,) = Directive.objects.filter(kind=Kind.URGE, of_case=walk.number)
    take(district, reply_due(f"urging:{urge.number}") + SOON)
    urge.refresh_from_db()
    assert urge.times <= 2, "the reply is not urged a second time at the same moment"
    assert not Step.objects.filter(outcome="failed").exists()
    assert verify(district.code).findings == ()


@pytest.mark.clause("WD-5a")
def test_the_office_is_told_what_a_leader_has_not_decided_in_time(district: Town) -> None:
    walk = JointWalk(district, JointKind.WHISTLE, Walk(district)).begin(whistle_type="tough", off_list_reason="没有。")
    walk.along(JointAct.CHECK_IN, JointAct.FINISH)
    walk.do(JointAct.CONCLUDE, resolved=False)
    walk.do(JointAct.RAISE_TO_KEY)
    duty = Duty.objects.get(subject=walk.facts.subject, kind="district_instruction")
    take(district, duty.due_at + SOON)
    told = [event for event in events(walk.facts.subject) if event.kind == OverdueTold.kind]
    assert [event.facts["told"] for event in told] == [f"{district.code}.offices"]
    assert f"{district.code}.offices" in walk.facts.parts[Part.SUPERVISION]
    assert not Step.objects.filter(outcome="failed").exists()
    assert verify(district.code).findings == ()
