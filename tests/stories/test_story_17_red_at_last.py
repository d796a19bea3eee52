"""故事十七：黄色，提醒不理，橙色，红色；两个单位分别办理回复，一个退回重办，都回复以后答复上级。"""

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Refused
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Colour, ColouredStage, Kind, Verdict
from tests.supervision.test_urging import owed
from tests.supervision.walks import CA, ColouredWalk, ReminderWalk, settled
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with everybody who supervises."""
    return settled()


@pytest.mark.clause("A1-5", "A1-7(7)")
def test_two_units_answer_a_red_one_and_the_superior_body_is_answered(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    walk = ColouredWalk(district, case).begin()
    numbers = [walk.number]
    walk.do(CA.DISTRIBUTE)
    ReminderWalk(district, case).begin()
    case.later(days=10)
    for colour in ("orange", "red"):
        walk.number = str(walk.do(CA.RAISE, colour=colour).began)
        numbers.append(walk.number)
        walk.do(CA.DISTRIBUTE, units=[district.unit])
    walk.do(CA.ADD_UNITS, units=[district.other], task="核查供电原因。")
    assert sorted(holder for kind, holder in owed(walk.facts.subject) if kind == "coloured_reply") == sorted(
        [district.unit, district.other]
    )
    walk.do(CA.REPLY, by="other.head", situation="供电正常。")
    with pytest.raises(Refused, match="不能答复上级"):
        walk.do(CA.ANSWER_UP)
    walk.do(CA.REPLY)
    walk.do(CA.SEND_BACK, unit=district.other, reason="没有附检测记录。")
    walk.do(CA.REPLY, by="other.head", situation="供电正常，检测记录附后。")
    walk.along(CA.ANSWER_UP, CA.RELEASE)

    view = supervision.view(walk.number, walk.actor("offices.supervisor"), now=walk.now, kind=Kind.COLOURED)
    assert [one.number for one in view.chain] == numbers
    assert [one.colour for one in view.chain] == list(Colour)
    assert [one.stage for one in view.chain] == [ColouredStage.RAISED, ColouredStage.RAISED, ColouredStage.RELEASED]
    assert [reply.verdict for reply in view.replies] == [Verdict.REJECTED, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert {task.unit: task.replied_at is not None for task in view.tasks} == {
        district.unit: True,
        district.other: True,
    }
    assert view.facts.from_above.answer_number, view.facts.from_above.outcome_number
    assert verify().findings == ()
