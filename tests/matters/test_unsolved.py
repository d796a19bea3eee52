"""What was done again to the end and is not solved is on the list, like what was not solved in time (HN-1.2)."""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import queries as matters
from bihuan.matters.types import Act, Stage
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk
from tests.towns import Town
from tests.walks import A, Walk, called, closed_unsolved

ONWARDS = (Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM, Act.STRIKE_OFF)


def _candidate(case: Walk) -> MatterWalk:
    return MatterWalk(case.town, case.now, number=matters.open_of_case(case.number), case=case.number)


@pytest.mark.clause("HN-1.2", "HN-2.2c")
def test_what_was_closed_unsolved_goes_over_the_list_to_its_requester(huainan: Town) -> None:
    case = closed_unsolved(huainan)
    walk = _candidate(case)
    first = events(walk.facts.subject)[0]
    assert (first.account, first.clause) == ("clockwork", "HN-1.2")
    assert first.sentence == f"工单{case.number}重办后仍未解决而办结，列为候选清单事项"
    assert verify(huainan.code).findings == ()

    walk.along(Act.EXPLAIN, Act.REGISTER)
    listed = case.facts
    assert (listed.stage, listed.round, listed.closure, listed.closed_at) == (CaseStage.LISTED, 4, "", None)
    assert set(listed.duties) == {"listed"}
    assert Duty.objects.get(subject=listed.subject, kind="unsolved_follow_up").outcome == "met"
    assert events(listed.subject)[-1].sentence == "列入清单（HXQD〔2025〕001），此后随清单办理"
    walk.along(*ONWARDS)
    assert case.facts.stage == CaseStage.CALLBACK
    assert verify(huainan.code).findings == ()

    # Unsolved once more, it is a candidate once more.
    case.at(walk.now).do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    case.do(A.CLOSE, closure="EXPLAINED")
    assert matters.open_of_case(case.number) not in ("", walk.number)


@pytest.mark.clause("HN-1.2")
def test_nobody_leaves_at_that_what_the_office_has_still_to_decide_of(huainan: Town) -> None:
    case = closed_unsolved(huainan)
    walk = _candidate(case)
    with pytest.raises(Refused, match=f"已列为清单候选{walk.number}") as refused:
        case.do(A.DECIDE_UNSOLVED)
    assert refused.value.refusal.norm == norms.LIST_OVERDUE
    walk.at(case.now).do(Act.DROP, reason="诉求与法定标准不符，已当面说明。")
    case.at(walk.now).do(A.DECIDE_UNSOLVED)
    assert (case.facts.duties, walk.facts.stage) == ({}, Stage.DROPPED)
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-1.2")
def test_what_turns_out_unsolved_after_the_closing_is_a_candidate_too(huainan: Town) -> None:
    case = called(huainan, CaseStage.CLOSED)
    assert matters.open_of_case(case.number) == ""
    case.along(A.CONTEST)
    assert matters.open_of_case(case.number) == ""
    case.do(A.CHECK_CALLBACK)
    assert _candidate(case).facts.stage == Stage.CANDIDATE
    case.do(A.REOPEN)
    assert case.facts.stage == CaseStage.HANDLING
    assert verify(huainan.code).findings == ()


def test_where_there_is_no_list_the_desk_decides(wendeng: Town) -> None:
    case = closed_unsolved(wendeng)
    assert matters.open_of_case(case.number) == ""
    case.do(A.DECIDE_UNSOLVED)
    assert case.facts.duties == {}
