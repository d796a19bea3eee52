"""Waiting for the requester: twice a round by the unit itself, then with the desk; no longer in all than once (F49)."""

from datetime import datetime, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.clockwork.commands import sweep
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused
from bihuan.organisations.queries import pack_of
from bihuan.policy import norms
from bihuan.policy.calendar import Calendar, working_time
from tests.towns import Town
from tests.walks import TWICE_AWAITED, Walk

A = Act
GIVEN = 5
"""Working days that the regulation gives to wait, as the walks below find it."""


def handled(town: Town) -> Walk:
    """A case that its unit handles."""
    return Walk(town).along(A.REGISTER, A.DISPATCH, A.SIGN_IN)


def refused(walk: Walk, act: str, **fields: object) -> Refused:
    """That the act is refused, by the norm of waiting."""
    with pytest.raises(Refused) as caught:
        walk.do(act, **fields)
    assert caught.value.refusal.norm == norms.AWAIT_REQUESTER
    return caught.value


def test_the_third_wait_of_a_round_is_the_desks_to_allow(wendeng: Town) -> None:
    walk = handled(wendeng)
    refused(walk, A.REQUEST_WAIT)
    walk.along(*TWICE_AWAITED)
    assert "向受理单位申请" in str(refused(walk, A.AWAIT_REQUESTER))
    refused(walk, A.APPROVE_WAIT)
    walk.along(A.REQUEST_WAIT)
    refused(walk, A.REQUEST_WAIT)
    owed = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.WAIT_DECISION)
    assert (owed.holder, owed.post, walk.facts.stage) == (wendeng.desk, "dispatcher", Stage.HANDLING)
    walk.along(A.REFUSE_WAIT)
    assert "写明以后再申请" in str(refused(walk, A.REQUEST_WAIT)), "the same reason was refused"
    walk.do(A.REQUEST_WAIT, reason="诉求人说照片明天才能拍到。")
    walk.along(A.APPROVE_WAIT)
    assert walk.facts.stage == Stage.AWAITING
    assert walk.facts.waits == 3
    walk.along(A.RESUME)
    refused(walk, A.AWAIT_REQUESTER)
    assert verify().clean


def test_what_was_asked_for_ends_with_the_answer_and_a_new_round_begins_anew(wendeng: Town) -> None:
    walk = handled(wendeng).along(*TWICE_AWAITED, A.REQUEST_WAIT, A.ANSWER)
    assert DutyKind.WAIT_DECISION not in walk.facts.duties
    walk.along(A.SIGN_OFF, A.APPROVE)
    walk.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.along(A.REWORK, A.SIGN_IN)
    assert walk.facts.waits == 0
    walk.along(*TWICE_AWAITED)
    refused(walk, A.AWAIT_REQUESTER)


def test_another_unit_has_waited_for_nobody(wendeng: Town) -> None:
    walk = handled(wendeng).along(*TWICE_AWAITED)
    walk.do(A.REDISPATCH, lead=wendeng.other)
    assert walk.facts.waits == 0
    walk.do(A.SIGN_IN, by="other.handler")
    walk.do(A.AWAIT_REQUESTER, by="other.handler")


def waiting_until(walk: Walk) -> datetime:
    """Until when it may wait now."""
    return walk.facts.duties[DutyKind.AWAIT_REQUESTER]


def stood(walk: Walk) -> timedelta:
    """How much working time the handling has stood still so far."""
    hours, calendar = pack_of(walk.town.code).hours, Calendar.shipped()
    duty = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.HANDLE)
    spans = duty.interruptions.filter(until_at__isnull=False).values_list("from_at", "until_at")
    return sum((working_time(*span, calendar=calendar, hours=hours) for span in spans), timedelta())


@pytest.mark.parametrize("days", [1, 2, 3])
def test_all_waits_of_a_round_are_no_longer_than_the_first_may_be(wendeng: Town, days: int) -> None:
    walk = handled(wendeng)
    hours, calendar = pack_of("wd").hours, Calendar.shipped()
    first_due = walk.facts.duties[DutyKind.HANDLE]
    walk.along(A.AWAIT_REQUESTER)
    given = working_time(walk.now, waiting_until(walk), calendar=calendar, hours=hours)
    walk.later(days=days).along(A.RESUME)
    walk.along(A.AWAIT_REQUESTER)
    left = working_time(walk.now, waiting_until(walk), calendar=calendar, hours=hours)
    assert left == given - stood(walk)
    walk.at(waiting_until(walk) + timedelta(days=30)).along(A.RESUME)
    assert stood(walk) == given, "what went by after the time to wait is nobody's gain"
    due = walk.facts.duties[DutyKind.HANDLE]
    moved = calendar.worked_before(due.date()) - calendar.worked_before(first_due.date())
    assert moved == given // timedelta(seconds=hours.seconds) <= GIVEN
    refused(walk, A.REQUEST_WAIT)
    assert verify().clean


def test_the_clock_takes_up_what_waited_long_enough(wendeng: Town) -> None:
    walk = handled(wendeng).along(A.AWAIT_REQUESTER)
    until = waiting_until(walk)
    sweep("wd", until)
    assert walk.facts.stage == Stage.AWAITING
    sweep("wd", until + timedelta(days=9))
    assert walk.facts.stage == Stage.HANDLING
    wait = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.AWAIT_REQUESTER)
    assert wait.outcome == Outcome.UNMET
    (pause,) = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.HANDLE).interruptions.all()
    assert pause.until_at == until
    walk.at(until + timedelta(days=9))
    refused(walk, A.AWAIT_REQUESTER)
    assert verify().clean
