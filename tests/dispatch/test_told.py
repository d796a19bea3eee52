"""What later serves as evidence of who was told and reached is said by a person, or not there (F11, F12)."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bihuan.audit.queries import verify
from bihuan.cases.types import DutyKind
from bihuan.dispatch.models import Answer
from bihuan.dispatch.types import Answer as AnswerForm
from bihuan.dispatch.types import RecordContact
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused
from bihuan.matters.types.forms import DraftFeedback
from bihuan.policy import norms
from bihuan.record.commands import ACTS
from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import TO_HANDLING, A, Walk

SAID = {"to_requester": "已修复。", "to_platform": "已更换灯具。", "outcome": "SOLVED", "truthful": True}
TOLD = {"feedback_method": "phone", "feedback_at": "2025-03-03T10:00:00+08:00", "feedback_by": "李某"}
UNTOLD = {"feedback_method": None, "feedback_at": None, "feedback_by": ""}
FIRST = DutyKind.FIRST_CONTACT
MISSED = {"reached": False}


def outcome(walk: Walk) -> str:
    """How the first contact ended."""
    return Duty.objects.get(subject=walk.facts.subject, kind=FIRST).outcome


@pytest.mark.parametrize("missing", TOLD)
def test_half_of_it_is_no_feedback(missing: str) -> None:
    with pytest.raises(ValidationError):
        AnswerForm.model_validate(SAID | TOLD | {missing: UNTOLD[missing]})


def test_nothing_of_it_is_made_up(wendeng: Town) -> None:
    assert AnswerForm.model_validate(SAID).feedback_method is None
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused, match="先反馈诉求人") as refused:
        walk.do(A.ANSWER, **UNTOLD)
    assert refused.value.refusal.missing
    walk.do(A.ANSWER)
    kept = Answer.objects.get(case_id=walk.number)
    assert (kept.feedback_method, kept.feedback_by, kept.feedback_at) == ("phone", "经办人", walk.now)


def test_who_left_no_name_is_told_by_nobody(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, anonymous=True, name="", phone="", address="")
    walk.along(A.DISPATCH, A.SIGN_IN).do(A.ANSWER, **UNTOLD)
    kept = Answer.objects.get(case_id=walk.number)
    assert (kept.feedback_method, kept.feedback_at, kept.feedback_by) == ("", None, "")


@pytest.mark.parametrize("away", [timedelta(minutes=-1), timedelta(days=1)])
def test_nobody_was_called_before_the_unit_had_the_case_or_will_be(away: timedelta, wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    at = walk.now + away if away > timedelta() else (walk.facts.assigned_at or walk.now) + away
    with pytest.raises(Refused) as refused:
        walk.do(A.RECORD_CONTACT, contacted_at=at)
    assert refused.value.refusal.field == "contacted_at"


def test_nobody_is_told_before_the_unit_had_the_case(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused, match=r"派单（.*）之后"):
        walk.do(A.ANSWER, feedback_at=(walk.facts.assigned_at or walk.now) - timedelta(minutes=1))
    walk.do(A.ANSWER, feedback_at=(walk.facts.assigned_at or walk.now).replace(second=0, microsecond=0))


def test_a_matter_is_fed_back_by_somebody_at_some_time() -> None:
    said = {"result": "已修复。", "outcome": "SOLVED"}
    for half in ({"told_method": None, "told_at": "2025-03-04T09:00:00+08:00"}, {"told_method": "phone"}):
        with pytest.raises(ValidationError):
            DraftFeedback.model_validate(said | half)
    assert DraftFeedback.model_validate(said | {"told_method": "through_desk"}).told_at is None


def test_nobody_is_refused_at_a_moment_that_nobody_named() -> None:
    assert ACTS["case", A.RECORD_REFUSAL].fields.model_fields["refused_at"].is_required()


def test_whether_somebody_was_reached_is_said() -> None:
    with pytest.raises(ValidationError):
        RecordContact.model_validate({"method": "phone"})


def test_an_attempt_is_no_contact(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.RECORD_CONTACT, **MISSED)
    assert events(walk.facts.subject)[-1].sentence == "联系诉求人，未联系上（电话）"
    assert walk.facts.contacted_at is None
    assert FIRST in walk.facts.duties
    walk.do(A.RECORD_CONTACT)
    assert events(walk.facts.subject)[-1].sentence == "首次联系诉求人（电话）"
    assert outcome(walk) == Outcome.MET
    with pytest.raises(Refused, match="已登记"):
        walk.do(A.RECORD_CONTACT)


def paused(walk: Walk) -> bool:
    return Duty.objects.get(subject=walk.facts.subject, kind=FIRST).paused_at is not None


def test_after_two_attempts_two_hours_apart_its_clock_rests_and_it_is_never_met(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.RECORD_CONTACT, **MISSED)
    walk.do(A.RECORD_CONTACT, **MISSED)
    assert not paused(walk), "ten minutes later is no second attempt"
    walk.later(hours=2).do(A.RECORD_CONTACT, **MISSED)
    assert paused(walk)
    walk.later(days=3).do(A.ANSWER, feedback_method="written")
    assert outcome(walk) == Outcome.WAIVED
    assert walk.facts.contacted_at is None
    assert "未联系上" in events(walk.facts.subject)[-1].sentence
    assert [str(broken) for broken in verify(wendeng.code).findings] == []


def test_it_rests_on_when_the_case_goes_on(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.RECORD_CONTACT, **MISSED)
    walk.later(hours=2).do(A.RECORD_CONTACT, **MISSED)
    walk.along(A.AWAIT_REQUESTER, A.RESUME)
    assert paused(walk)
    assert [str(broken) for broken in verify(wendeng.code).findings] == []


def test_who_is_reached_after_all_was_reached(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.RECORD_CONTACT, **MISSED)
    walk.later(hours=2).do(A.RECORD_CONTACT, **MISSED)
    walk.do(A.RECORD_CONTACT)
    assert outcome(walk) == Outcome.MET


def test_who_answers_in_writing_after_one_attempt_has_told_the_requester(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.RECORD_CONTACT, **MISSED)
    walk.do(A.ANSWER, feedback_method="message")
    assert outcome(walk) == Outcome.MET


@pytest.mark.clause("A1-3", "A1-7(1)")
@pytest.mark.parametrize(("method", "attempts"), [("phone", 1), ("phone", 2), ("visit", 2)])
def test_nobody_was_told_by_telephone_whom_no_recorded_call_reached(method: str, attempts: int, wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    for _ in range(attempts):
        walk.later(hours=2).do(A.RECORD_CONTACT, **MISSED)
    with pytest.raises(Refused, match="没有联系上诉求人") as refused:
        walk.do(A.ANSWER, feedback_method=method)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (
        norms.ANSWER_TRUTH_DECLARED,
        "feedback_method",
    )
    walk.do(A.RECORD_CONTACT)
    walk.do(A.ANSWER, feedback_method=method)
    assert outcome(walk) == Outcome.MET
