"""故事一：一件简单的热线诉求，一个单位，按时办结，群众满意，归档。"""

from datetime import datetime

import pytest

from bihuan.cases.types import Act, Stage
from bihuan.kernel.refusal import Refused
from bihuan.policy.calendar import ZONE
from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import Walk


@pytest.mark.clause(
    "WD-1.1", "WD-1.2(1)", "WD-2.0", "WD-2.1a", "WD-2.1b", "WD-2.2d", "WD-2.3a", "WD-2.4b", "WD-6.2c", "A1-3"
)
def test_a_lamp_is_repaired_in_time_and_the_citizen_is_satisfied(wendeng: Town) -> None:
    walk = Walk(wendeng)
    told = walk.do(Act.REGISTER)
    assert len(told.secret) == 10, "the citizen gets a query code"
    assert told.number.startswith("WX20250303")
    assert set(walk.facts.duties) == {"dispatch"}

    walk.do(Act.DISPATCH)
    case = walk.facts
    assert (case.lead, case.first_receiver, case.designated) == (wendeng.unit, wendeng.unit, False)
    assert case.duties["handle"] == datetime(2025, 3, 10, 17, 30, tzinfo=ZONE), "five working days after Monday"

    walk.do(Act.SIGN_IN)
    assert set(walk.facts.duties) == {"handle", "first_contact"}
    walk.do(Act.RECORD_CONTACT)
    walk.later(days=2).do(Act.ANSWER, follow_up="satisfied")
    assert set(walk.facts.duties) == {"handle", "sign_off"}, "the clock runs until the head has signed"
    walk.do(Act.SIGN_OFF)
    walk.do(Act.APPROVE)
    walk.do(Act.RECORD_CALLBACK, solved="yes", satisfied="very")
    closed = walk.do(Act.CLOSE)

    assert closed.stage == Stage.CLOSED
    assert walk.facts.closure == "SOLVED"
    assert walk.facts.duties == {}, "nothing closes while a duty on it is open"
    told_by = [(e.sequence, e.clause) for e in events(f"case:{walk.number}")]
    assert [sequence for sequence, _ in told_by] == list(range(1, 10))
    assert told_by[1][1] == "WD-2.0"

    with pytest.raises(Refused, match="不能归档"):
        walk.later(days=20).do(Act.ARCHIVE)
    assert walk.later(days=20).do(Act.ARCHIVE).stage == Stage.ARCHIVED
