"""督办单: sent by both offices or the desk, reported on, answered for by the head, released, raised."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Stage as MatterStage
from bihuan.record import queries as record
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Kind, OrderStage, ReminderStage
from tests.matters.walks import walk_to as matter_at
from tests.supervision.test_urging import owed
from tests.supervision.walks import OA, OrderWalk, R, ReminderWalk, a_working_day, order_at, reminder_at
from tests.towns import Town, end_unit
from tests.walks import TO_HANDLING, Walk


@pytest.mark.clause("A1-5")
def test_both_offices_order_a_unit_whose_head_answers_for_it(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    walk = OrderWalk(district, case).begin(progress=True)
    assert sorted(owed(walk.facts.subject)) == [
        (kind, district.unit) for kind in ("order_progress", "order_receipt", "order_reply")
    ]
    assert cases.visible_facts(case.number, district.actor("offices.supervisor", case.now)).number
    before = duties.owed_on([case.facts.subject])
    walk.along(OA.RECEIVE, OA.REPORT, OA.TRACK)
    assert sorted(owed(walk.facts.subject)) == [("order_progress", district.unit), ("order_reply", district.unit)]
    with pytest.raises(Refused, match="主要负责人"):
        walk.do(OA.REPLY, by="unit.deputy")
    walk.along(OA.REPLY)
    assert owed(walk.facts.subject) == [("order_verdict", walk.facts.issuer)]
    walk.do(OA.ACCEPT)
    assert walk.facts.stage == OrderStage.RELEASED
    assert owed(walk.facts.subject) == []
    assert duties.owed_on([case.facts.subject]) == before, "nothing restarts a clock"
    assert any(walk.number in event.sentence for event in record.events(case.facts.subject))
    assert verify().findings == ()


@pytest.mark.clause("WD-6.1a")
def test_the_desk_orders_too_where_the_regulation_says_so(district: Town, huainan: Town) -> None:
    assert OrderWalk(district, Walk(district)).begin(by="desk.supervisor").facts.issuer == district.desk


@pytest.mark.clause("HN-2.3a")
def test_a_listed_matter_is_ordered_by_whoever_supervises(huainan: Town) -> None:
    matter = matter_at(MatterStage.HANDLING, huainan)
    case = Walk(huainan, matter.now, number=matter.facts.case)
    said = {"about": [f"matter:{matter.number}"]}
    walk = OrderWalk(huainan, case).begin(by="supervision.supervisor", **said)
    assert walk.facts.unit == huainan.unit
    assert verify().findings == ()


def test_time_is_asked_once_and_moves_the_reply(district: Town) -> None:
    walk = order_at(OrderStage.HANDLING, district)

    def due() -> object:
        return {kind: at for kind, _, at in duties.owed_on([walk.facts.subject])[walk.facts.subject]}["order_reply"]

    before = due()
    with pytest.raises(Refused, match="没有待审批"):
        walk.do(OA.GIVE_TIME)
    walk.along(OA.ASK_TIME, OA.GIVE_TIME)
    assert str(due()) > str(before)
    with pytest.raises(Refused, match="不能再申请"):
        walk.do(OA.ASK_TIME)
    other = order_at(OrderStage.HANDLING, district).along(OA.ASK_TIME, OA.REFUSE_TIME)
    assert sorted(kind for kind, _ in owed(other.facts.subject)) == ["order_reply"]
    asked = order_at(OrderStage.HANDLING, district).along(OA.ASK_TIME, OA.REPLY)
    assert owed(asked.facts.subject) == [("order_verdict", asked.facts.issuer)]
    assert verify().findings == ()


def test_a_reply_that_is_no_answer_is_owed_again(district: Town) -> None:
    walk = order_at(OrderStage.REPLIED, district).along(OA.REJECT)
    ((kind, _, due_at),) = duties.owed_on([walk.facts.subject])[walk.facts.subject]
    assert (kind, due_at.date().isoformat()) == ("order_reply", a_working_day(walk.now))
    walk.along(OA.REPLY, OA.ACCEPT)
    assert walk.facts.times == 2


def test_a_heavier_order_goes_on_from_a_lighter_one(district: Town) -> None:
    walk = order_at(OrderStage.HANDLING, district)
    with pytest.raises(Refused) as refused:
        walk.do(OA.RAISE, order_kind="general")
    assert refused.value.refusal.field == "order_kind"
    done = walk.do(OA.RAISE)
    after = supervision.facts(Kind.ORDER, done.began)
    assert (walk.facts.stage, after.previous, after.order_kind) == (OrderStage.RAISED, walk.number, "listed")
    assert owed(walk.facts.subject) == []
    assert verify().findings == ()


@pytest.mark.parametrize("stage", [ReminderStage.ISSUED, ReminderStage.RECTIFYING, ReminderStage.REPLIED])
def test_a_reminder_that_was_ignored_becomes_an_order(stage: ReminderStage, district: Town) -> None:
    walk = reminder_at(stage, district)
    done = walk.do(R.ESCALATE, ground="reminder_ignored")
    after = supervision.facts(Kind.ORDER, done.began)
    assert (walk.facts.stage, after.previous, after.unit) == (ReminderStage.ESCALATED, walk.number, district.unit)
    assert verify().findings == ()


def test_a_draft_is_seen_by_nobody_but_whoever_decides(district: Town) -> None:
    walk = OrderWalk(district, Walk(district)).suggested()
    assert owed(walk.facts.subject) == [("order_decide", walk.facts.issuer)]
    with pytest.raises(Unknown):
        supervision.view(walk.number, walk.actor("unit.head"), now=walk.now, kind=Kind.ORDER)
    with pytest.raises(Refused, match=walk.number):
        OrderWalk(district, walk.case).suggested()
    walk.do(OA.SEND_DRAFT, progress=True)
    assert len(owed(walk.facts.subject)) == 3
    assert verify().findings == ()


def test_whoever_is_ordered_because_it_is_late_is_late(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    with pytest.raises(Refused) as refused:
        OrderWalk(district, case).begin(ground="overdue")
    assert refused.value.refusal.field == "ground"
    case.later(days=40)
    assert OrderWalk(district, case).begin(ground="overdue").facts.ground == "overdue"


def test_nobody_is_left_to_answer(district: Town) -> None:
    walk = order_at(OrderStage.HANDLING, district)
    end_unit(district, district.unit, walk.now)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert walk.facts.stage == OrderStage.WITHDRAWN
    assert owed(walk.facts.subject) == []


def test_a_reminder_is_escalated_by_no_desk_that_may_not_order(district: Town) -> None:
    walk = ReminderWalk(district, Walk(district)).begin()
    with pytest.raises(Refused):
        walk.do(R.ESCALATE, by="unit.head")
