"""认定意见出自联合认定: what is issued against what one of the two bodies holds says why."""

import pytest

from bihuan.audit.queries import verify
from bihuan.determination.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.determination.walks import DeterminationWalk, to_submitted, with_determiners
from tests.towns import Town
from tests.walks import Walk

A = Act


@pytest.mark.clause("WD-4a", "WD-4b")
@pytest.mark.parametrize("issue", [A.ISSUE_GAP, A.ISSUE_UNREASONABLE])
def test_an_opinion_against_both_bodies_says_why(wendeng: Town, issue: str) -> None:
    town = with_determiners(wendeng)
    walk = to_submitted(DeterminationWalk(town, Walk(town))).heard()
    with pytest.raises(Refused) as found:
        walk.do(issue)
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.DETERMINATION_JOINT, "differs_because")
    walk.do(issue, differs_because="补充材料后查明没有主管单位。")
    told = events(walk.facts.subject)[-1]
    assert "会商意见不一致，已说明理由" in told.sentence
    assert told.private["differs_because"] == "补充材料后查明没有主管单位。"
    assert verify().findings == ()


@pytest.mark.clause("WD-4a", "WD-4b")
def test_an_opinion_against_one_body_says_why(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = to_submitted(DeterminationWalk(town, Walk(town)))
    walk.do(A.STATE_POSITION, by="other.handler")
    walk.do(A.OPINE)
    walk.do(A.OPINE, by="justice.handler", outcome="gap", unit=None)
    with pytest.raises(Refused, match="justice"):
        walk.do(A.ISSUE_UNIT)
    walk.do(A.ISSUE_UNIT, differs_because="以三定规定为准。")
