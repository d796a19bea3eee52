"""What a person types to the minute is not before whatever happened within that minute (F132)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.accountability import rules as accountability
from bihuan.cases.types import ClosureType
from bihuan.determination import rules as determination
from bihuan.dispatch import rules as dispatch
from bihuan.dispatch.types import FeedbackMethod
from bihuan.intake import rules as intake
from bihuan.joint import rules as joint
from bihuan.joint.types.happenings import CallRecorded
from bihuan.kernel.fields import whole_minute
from bihuan.kernel.refusal import Refusal
from bihuan.matters import rules as matters
from bihuan.policy import norms
from bihuan.record.commands import ACTS
from tests.facts import HUAINAN, case
from tests.towns import START

MOMENTS = st.integers(0, 366 * 86_400_000_000).map(lambda us: START + timedelta(microseconds=us))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Rule = Callable[[datetime, datetime, datetime], Refusal | None]


def _joint(typed: datetime, recorded: datetime, now: datetime) -> Refusal | None:
    return joint.may_have_happened(typed, since=recorded, now=now, field="held_at", norm=norms.WHISTLE_CONVENE)


def _answer(typed: datetime, recorded: datetime, now: datetime) -> Refusal | None:
    return dispatch.may_have_fed_back(
        case(assigned_at=recorded), feedback_method=FeedbackMethod.PHONE, feedback_at=typed, now=now
    )


def _feedback(typed: datetime, recorded: datetime, now: datetime) -> Refusal | None:
    return matters.may_feed_back(
        outcome=ClosureType.SOLVED, policy_basis="", told_at=typed, since=recorded, now=now, pack=HUAINAN
    )


AFTER: dict[str, Rule] = {
    "record_contact contacted_at": lambda typed, recorded, now: dispatch.may_have_happened(
        typed, now=now, field="contacted_at", since=recorded
    ),
    "answer feedback_at": _answer,
    "receive taken_at": lambda typed, recorded, now: accountability.may_have_been_taken(
        typed, referred_at=recorded, now=now
    ),
    "draft_feedback told_at": _feedback,
    "request_return contacted_at": lambda typed, recorded, now: dispatch.may_return_on(
        contacted_at=typed, assigned_at=recorded, now=now
    ),
    "record_refusal refused_at": lambda typed, recorded, now: determination.may_have_refused(
        typed, since=recorded, now=now, standing=""
    ),
    "withdraw confirmed_at": lambda typed, recorded, now: intake.may_have_confirmed(
        typed, registered_at=recorded, now=now
    ),
    "receipt taken_at": lambda typed, recorded, now: determination.may_have_been_taken(
        typed, sent_at=recorded, now=now
    ),
    "whistle blown_at": lambda typed, recorded, now: joint.may_have_been_blown(
        typed, assigned_at=recorded, now=now, late_entry="电话吹哨。"
    ),
    **dict.fromkeys(
        ("record_call called_at", "check_in arrived_at", "contact_upward contacted_at", "hold_meeting held_at"), _joint
    ),
}
"""Act and field → the rule that compares what is typed there with what was recorded."""
NOT_COMPARED = {
    *(f"{act} due_at" for act in ("link", "whistle", "add_units", "renew", "instruct", "raise_to_tough", "designate")),
    "register received_at",
    "answer_relay told_at",
    "report tier1_due_at",
    "register tier1_due_at",
    "file_form from_at",
    "file_form to_at",
}
"""Moments that may lie before everything on record, or must lie in the future."""


@given(MOMENTS)
@pytest.mark.parametrize("field", AFTER)
def test_the_same_minute_is_allowed_and_the_minute_before_refused(field: str, recorded: datetime) -> None:
    minute, now = whole_minute(recorded), recorded + HOUR / 2
    assert AFTER[field](minute, recorded, now) is None
    assert AFTER[field](minute - MINUTE, recorded, now) is not None


def test_every_moment_that_a_form_asks_for_is_told_here() -> None:
    asked = {
        f"{act} {name}"
        for (_, act), entry in ACTS.items()
        for name, info in entry.fields.model_fields.items()
        if "AwareDatetime" in str(info.annotation)
    }
    assert asked - AFTER.keys() - NOT_COMPARED == set(), "say with what it is compared"


def test_a_moment_in_a_sentence_is_told_in_the_zone_of_the_jurisdictions_however_it_was_sent() -> None:
    at = datetime(2025, 3, 3, 1, tzinfo=UTC)
    assert CallRecorded(caller="某", called_at=at, note="").tell() == "平台登记电话报备（来电时间2025-03-03 09:00）"
