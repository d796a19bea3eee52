"""故事八：上级下发黄色督办单，中心发了工作提醒，单位不予理会；上级升级为橙色，前后承接，一直办到上级解除。"""

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Refused
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Colour, ColouredStage, Kind, ReminderStage
from tests.supervision.test_urging import owed
from tests.supervision.walks import CA, ColouredWalk, R, ReminderWalk, settled
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with everybody who supervises."""
    return settled()


@pytest.mark.clause("A1-5", "A1-7(7)")
def test_yellow_then_a_reminder_that_nobody_answers_then_orange(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    yellow = ColouredWalk(district, case).begin(by="desk.supervisor", superior="威海市政务服务热线办公室")
    offices = f"{district.code}.offices"
    assert owed(yellow.facts.subject) == [("coloured_distribute", offices)], (
        "whoever received it, both offices follow it up"
    )
    yellow.do(CA.DISTRIBUTE)
    yellow.do(CA.RECEIVE)

    # The centre reminds the unit; it keeps silent.
    reminder = ReminderWalk(district, case).begin()
    case.later(days=20)
    assert reminder.facts.stage == ReminderStage.ISSUED
    assert {kind for kind, _ in owed(reminder.facts.subject)} == {"reminder_receipt", "reminder_reply"}
    with pytest.raises(Refused, match="还没有回复，不能答复上级") as refused:
        yellow.do(CA.ANSWER_UP)
    assert pack("wendeng-2021-10").cite(refused.value.refusal.norm).clause_id == "A1-5"

    # Weihai sends orange about the same: the yellow one is raised, what the unit owed on it was not done.
    orange = ColouredWalk(district, case, str(yellow.do(CA.RAISE).began))
    told = events(yellow.facts.subject)[-1]
    assert told.sentence == f"上级升级为橙色督办单（{orange.facts.from_above.document_number}）"
    assert {kind: outcome for kind, outcome, _ in told.facts["settles"]}["coloured_reply"] == "unmet"
    view = supervision.view(orange.number, orange.actor("offices.supervisor"), now=orange.now, kind=Kind.COLOURED)
    assert [(one.colour, one.stage) for one in view.chain] == [
        (Colour.YELLOW, ColouredStage.RAISED),
        (Colour.ORANGE, ColouredStage.REGISTERED),
    ]
    assert [one.subject for one in view.facts.about] == [case.facts.subject]
    seen = supervision.view(orange.number, orange.actor("desk.supervisor"), now=orange.now, kind=Kind.COLOURED)
    assert [one.number for one in seen.reminders] == [reminder.number], "the centre sees what it sent before"

    # The unit answers at last, and Weihai is content.
    orange.along(CA.DISTRIBUTE, CA.RECEIVE, CA.REPLY)
    reminder.along(R.RECEIVE, R.REPLY)
    orange.along(CA.ANSWER_UP, CA.RELEASE)
    assert orange.facts.stage == ColouredStage.RELEASED
    assert sum(orange.number in event.sentence for event in events(case.facts.subject)) == 5
    assert verify().findings == ()
