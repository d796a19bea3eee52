"""故事四：被指定的首接单位想退单，被拦下并留痕。"""

import pytest

from bihuan.cases.types import Act as CaseAct
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from tests.joint.walks import with_bodies
from tests.stories.test_story_03_joint_handling import designated
from tests.towns import Town


@pytest.mark.clause("WD-2.1d", "WD-4i")
def test_a_designated_lead_may_not_return_before_or_after_it_asked_others(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = designated(town)
    for begun in (False, True):
        if begun:
            walk.start()
        before = walk.case.facts
        with pytest.raises(Refused, match="不得以任何理由推脱"):
            walk.case.do(CaseAct.REQUEST_RETURN)
        attempt = events(f"case:{walk.case.number}")[-1]
        assert (attempt.kind, attempt.clause) == ("record.attempt-refused", "WD-2.1d")
        after = walk.case.facts
        assert (after.lead, after.stage, after.duties) == (before.lead, before.stage, before.duties)
        assert after.parts["lead"] == {town.unit}
