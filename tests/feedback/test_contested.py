"""Whoever asked can object to what the desk recorded of its call; somebody who did not call finds out (F102)."""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import DutyKind, Stage
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.feedback.queries import callbacks
from bihuan.feedback.types import CallbackMethod, Solved
from bihuan.kernel.refusal import Refused
from tests.towns import Town
from tests.walks import TO_CALLBACK, A, Walk, called, contested

CHECK = DutyKind.CALLBACK_CHECK


@pytest.mark.parametrize(("act", "recorded"), [(A.CLOSE, "yes"), (A.REWORK, "no")])
def test_it_is_neither_closed_nor_done_again_before_it_was_found_out_what_was_said(
    act: str, recorded: str, wendeng: Town
) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    walk.do(A.RECORD_CALLBACK, solved=recorded, satisfied=recorded)
    walk.do(A.CONTEST)
    assert CHECK in walk.facts.duties
    with pytest.raises(Refused, match="核实以前"):
        walk.do(act)


def test_what_the_requester_says_stands_once_it_is_found_true(wendeng: Town) -> None:
    walk = contested(wendeng, Stage.CALLBACK).along(A.CHECK_CALLBACK)
    said = callbacks(walk.number)[-1]
    assert (said.method, said.solved, said.verbatim) == (CallbackMethod.SELF, Solved.NO, "电话里我说的是没有修好。")
    with pytest.raises(Refused, match="须发回重办"):
        walk.do(A.CLOSE)
    walk.do(A.REWORK)
    assert Duty.objects.get(subject=walk.facts.subject, kind=CHECK).outcome == Outcome.MET


def test_what_was_recorded_stands_where_it_is_found_true(wendeng: Town) -> None:
    walk = contested(wendeng, Stage.CALLBACK)
    walk.do(A.CHECK_CALLBACK, finding="kept")
    assert len(callbacks(walk.number)) == 1
    walk.do(A.CLOSE)
    assert walk.facts.stage is Stage.CLOSED


def test_after_closing_it_is_followed_up_where_it_was_not_solved(wendeng: Town) -> None:
    walk = contested(wendeng, Stage.CLOSED)
    with pytest.raises(Refused, match="核实以前"):
        walk.later(days=60).do(A.ARCHIVE)
    walk.do(A.CHECK_CALLBACK)
    assert set(walk.facts.duties) == {DutyKind.UNSOLVED_FOLLOW_UP}
    walk.do(A.DECIDE_UNSOLVED)
    assert not walk.facts.duties
    assert [str(broken) for broken in verify(wendeng.code).findings] == []


def test_it_is_objected_once_by_whoever_asked_and_checked_by_somebody_who_did_not_call(wendeng: Town) -> None:
    walk = called(wendeng, Stage.CALLBACK)
    with pytest.raises(Refused):
        walk.do(A.CONTEST, by="desk.caller")
    with pytest.raises(Refused):
        walk.do(A.CHECK_CALLBACK)
    walk.do(A.CONTEST)
    with pytest.raises(Refused):
        walk.do(A.CHECK_CALLBACK, by="desk.caller")
    walk.do(A.CHECK_CALLBACK, finding="kept")
    with pytest.raises(Refused, match="已经提出过异议"):
        walk.do(A.CONTEST)
