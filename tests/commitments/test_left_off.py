"""Where a regulation keeps no promises nobody can promise: neither by the word nor by what a form has for it."""

from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.commands import LIFE as CASES
from bihuan.cases.types import Stage
from bihuan.commitments.types import PARTS_OF_PROMISE
from bihuan.kernel.refusal import Refused
from bihuan.matters.commands import LIFE as MATTERS
from bihuan.matters.types import Act as M
from bihuan.vetting.check import check
from tests.matters.walks import MatterWalk
from tests.town_fixtures import Founding
from tests.vetting.edits import base, off
from tests.walks import TO_HANDLING, A, Walk, promise

KEPT = ("commitment.register", "commitment.keep")


def said_of_promises(refused: "pytest.ExceptionInfo[Refused]") -> set[str | None]:
    return {one.field for one in refused.value.all}


def test_an_answer_does_not_promise(somewhere: Founding) -> None:
    town = somewhere(off(*KEPT))
    walk = Walk(town).along(*TO_HANDLING)
    (offer,) = (o for o in CASES.offers(walk.facts, walk.actor("unit.handler"), walk.now) if o.act == A.ANSWER)
    assert "PROMISED" not in offer.allowed["outcome"]
    assert {*PARTS_OF_PROMISE, "on_free_day"} == offer.left_off
    with pytest.raises(Refused) as refused:
        walk.do(A.ANSWER, outcome="PROMISED")
    assert said_of_promises(refused) == {"outcome"}
    with pytest.raises(Refused) as refused:
        walk.do(A.ANSWER, **{**promise(town, walk.now), "outcome": "SOLVED"})
    assert said_of_promises(refused) == {"promise", "promise_person", "promise_due_on"}
    walk.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK)
    with pytest.raises(Refused) as refused:
        walk.do(A.CLOSE, closure="PROMISED", promise="换灯杆。")
    assert said_of_promises(refused) == {"closure", "promise"}
    assert walk.do(A.CLOSE).stage == Stage.CLOSED


def test_nothing_is_closed_with_a_promise_without_a_call_back(somewhere: Founding) -> None:
    walk = Walk(somewhere(off(*KEPT)))
    walk.do(A.REGISTER, callback_wanted=False)
    walk.along(A.DISPATCH, A.SIGN_IN, A.ANSWER, A.SIGN_OFF)
    with pytest.raises(Refused) as refused:
        walk.do(A.CLOSE_WITHOUT_CALLBACK, closure="PROMISED", promise="换灯杆。")
    assert said_of_promises(refused) == {"closure", "promise"}


def test_a_matter_does_not_promise(somewhere: Founding) -> None:
    town = somewhere(off(*KEPT), of="hn")
    walk = MatterWalk(town).with_overdue_case().along(M.REPORT, M.REGISTER, M.CLASSIFY, M.ASSIGN, M.SIGN_IN)
    (offer,) = (
        o for o in MATTERS.offers(walk.facts, walk.actor("unit.handler"), walk.now) if o.act == M.DRAFT_FEEDBACK
    )
    assert "PROMISED" not in offer.allowed["outcome"]
    with pytest.raises(Refused) as refused:
        walk.do(M.DRAFT_FEEDBACK, **promise(town, walk.now))
    assert said_of_promises(refused) == {"outcome", "promise", "promise_person", "promise_due_on"}
    walk.do(M.DRAFT_FEEDBACK)
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.parametrize("half", KEPT)
def test_promises_are_written_down_and_kept_or_neither(half: str, tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(off(half)(base("wd")), encoding="utf-8")
    assert any(half in fault.words for fault in check(path).faults)
    path.write_text(off(*KEPT)(base("wd")), encoding="utf-8")
    assert check(path).faults == ()
