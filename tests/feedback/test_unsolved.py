"""What the requester says is unsolved after the last rework is closed as what it is, and followed up (F23)."""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import DutyKind, Stage
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import TO_CALLBACK, A, Walk, closed_unsolved

FOLLOW_UP = DutyKind.UNSOLVED_FOLLOW_UP


def outcome(walk: Walk) -> str:
    """How the follow-up ended."""
    return Duty.objects.get(subject=walk.facts.subject, kind=FOLLOW_UP).outcome


def test_after_two_reworks_it_ends_closed_not_solved_and_is_followed_up(wendeng: Town) -> None:
    walk = closed_unsolved(wendeng)
    assert (walk.facts.stage, walk.facts.closure) == (Stage.CLOSED, "EXPLAINED")
    assert set(walk.facts.duties) == {FOLLOW_UP}
    assert [str(broken) for broken in verify(wendeng.code).findings] == []


def test_it_is_not_put_away_before_that_was_decided(wendeng: Town) -> None:
    walk = closed_unsolved(wendeng).later(days=60)
    with pytest.raises(Refused, match="不能归档"):
        walk.do(A.ARCHIVE)
    walk.do(A.DECIDE_UNSOLVED)
    walk.do(A.ARCHIVE)
    assert walk.facts.stage is Stage.ARCHIVED


def test_it_is_settled_by_a_decision_that_the_requester_is_told_of(wendeng: Town) -> None:
    walk = closed_unsolved(wendeng)
    with pytest.raises(Refused):
        walk.do(A.DECIDE_UNSOLVED, by="desk.caller")
    walk.do(A.DECIDE_UNSOLVED)
    assert outcome(walk) == Outcome.MET
    assert (events(walk.facts.subject)[-1].private or {})["reason"] == "该路段年底改造，届时一并更换。"
    with pytest.raises(Refused, match="没有待跟进"):
        walk.do(A.DECIDE_UNSOLVED)


def test_it_is_settled_by_taking_it_up_again(wendeng: Town) -> None:
    walk = closed_unsolved(wendeng)
    walk.do(A.REOPEN)
    assert walk.facts.stage is Stage.HANDLING
    assert outcome(walk) == Outcome.MET


def test_who_is_satisfied_is_not_followed_up(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE)
    assert not walk.facts.duties
