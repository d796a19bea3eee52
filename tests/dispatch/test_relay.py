"""Where the requester asked for secrecy the unit reaches them through the desk, and the answer waits for it."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.commands import LIFE
from bihuan.cases.types import Act as C
from bihuan.cases.types import CaseFacts, DutyKind, Stage
from bihuan.dispatch import queries as dispatch
from bihuan.duties import queries as duties
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Act as M
from bihuan.matters.types import DutyKind as MatterDuty
from bihuan.policy import norms
from bihuan.record import queries as record
from tests.matters.walks import MatterWalk, SecretMatterWalk
from tests.towns import Town
from tests.walks import TO_HANDLING, SecretWalk, Walk, with_a_relay

SECRET = {"secrecy_requested": True}


def secret(town: Town, *acts: str) -> Walk:
    """A secret case, without what a book of secret cases adds."""
    walk = Walk(town)
    walk.do(C.REGISTER, **SECRET)
    return walk.along(*acts)


def held(case: CaseFacts, kind: str) -> tuple[str, str]:
    """Who owes an open duty: unit and post."""
    row = Duty.objects.get(subject=case.subject, kind=kind, discharged_at__isnull=True)
    return row.holder, row.post


def outcome(case: CaseFacts, kind: str) -> str:
    """How the last duty of that kind ended."""
    return Duty.objects.filter(subject=case.subject, kind=kind).latest("id").outcome


def test_the_first_contact_is_the_desks_and_only_its_caller_records_it(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN)
    assert held(walk.facts, DutyKind.FIRST_CONTACT) == (wendeng.desk, "caller")
    with pytest.raises(Refused) as refused:
        walk.do(C.RECORD_CONTACT)
    assert (refused.value.refusal.norm, refused.value.refusal.reason) == (
        norms.IDENTITY_PROTECTED,
        "诉求人要求保密，由受理单位代为联系。",
    )
    walk.do(C.RECORD_CONTACT, by="desk.caller")
    assert outcome(walk.facts, DutyKind.FIRST_CONTACT) == "met"
    assert verify().clean


def test_of_an_ordinary_case_the_unit_makes_the_first_contact(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    assert held(walk.facts, DutyKind.FIRST_CONTACT) == (wendeng.unit, "handler")
    with pytest.raises(Refused):
        walk.do(C.RECORD_CONTACT, by="desk.caller")
    assert walk.do(C.RECORD_CONTACT)


def test_nothing_of_it_is_offered_where_nobody_asked_for_secrecy(wendeng: Town) -> None:
    for walk, shown in ((Walk(wendeng).along(*TO_HANDLING), False), (secret(wendeng, C.DISPATCH, C.SIGN_IN), True)):
        for person, act in (("unit.handler", C.RELAY), ("desk.caller", C.RECORD_CONTACT)):
            offers = {offer.act: offer for offer in LIFE.offers(walk.facts, walk.actor(person), walk.now)}
            assert (act in offers and offers[act].refusal is None) == shown, (person, act)
            assert (act in offers) == shown, "not even as a dead button"


def test_the_unit_asks_and_the_desk_answers_how_when_and_what_was_said(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN, C.RELAY)
    assert held(walk.facts, DutyKind.RELAY) == (wendeng.desk, "caller")
    walk.do(C.RELAY, message="请告诉诉求人明天停电一小时。")
    assert Duty.objects.filter(subject=walk.facts.subject, kind=DutyKind.RELAY).count() == 1
    with pytest.raises(Refused):
        walk.do(C.ANSWER_RELAY, by="unit.handler")
    done = walk.do(C.ANSWER_RELAY)
    assert done.sentence == "已向诉求人转达（电话）"
    assert not {DutyKind.RELAY, DutyKind.FIRST_CONTACT} & set(walk.facts.duties)
    assert outcome(walk.facts, DutyKind.RELAY) == outcome(walk.facts, DutyKind.FIRST_CONTACT) == "met"
    last = record.events(walk.facts.subject)[-1]
    assert last.private == {"said": "在东门左手第二根。"}
    assert last.facts["told_at"]
    with pytest.raises(Refused):
        walk.do(C.ANSWER_RELAY)
    assert verify().clean


def test_the_limit_of_a_relay_is_that_of_the_first_contact(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN, C.RELAY)
    relay, first = (
        Duty.objects.get(subject=walk.facts.subject, kind=kind) for kind in (DutyKind.RELAY, DutyKind.FIRST_CONTACT)
    )
    assert (relay.limit, relay.basis) == (first.limit, first.basis)


def test_a_regulation_without_a_first_contact_has_a_limit_all_the_same(qingshan: Town) -> None:
    walk = secret(qingshan, C.DISPATCH, C.SIGN_IN, C.RELAY)
    relay = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.RELAY)
    assert (relay.limit, relay.post) == ("1wd", "registrar"), "nobody calls back there"
    assert walk.do(C.ANSWER_RELAY, by="desk.registrar")


@pytest.mark.parametrize(
    "stage",
    [
        Stage.HANDLING,
        Stage.AWAITING,
        Stage.HUNG,
        Stage.RETURN_REVIEW,
        Stage.ADJUDICATING,
        Stage.ESCALATED,
        Stage.SIGN_OFF,
        Stage.SUBMITTED,
    ],
    ids=str,
)
def test_a_relay_can_be_answered_wherever_the_desk_may_still_owe_it(stage: Stage, wendeng: Town) -> None:
    walk = with_a_relay(stage, wendeng)
    walk.do(C.ANSWER_RELAY)
    assert (walk.facts.stage, DutyKind.RELAY in walk.facts.duties) == (stage, False)


def test_a_secret_case_is_answered_through_the_desk_alone_and_opens_a_relay(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN)
    with pytest.raises(Refused) as refused:
        walk.do(C.ANSWER, feedback_method="phone")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "feedback_method")
    walk.do(C.ANSWER, feedback_method="through_desk")
    assert held(walk.facts, DutyKind.RELAY) == (wendeng.desk, "caller")
    assert DutyKind.FIRST_CONTACT in walk.facts.duties, "the unit's answer is no contact of the desk's"
    (answer,) = dispatch.answers(walk.number)
    assert (answer.feedback_method, answer.feedback_at, answer.feedback_by) == ("through_desk", None, "")
    ordinary = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused) as refused:
        ordinary.do(C.ANSWER, feedback_method="through_desk")
    assert refused.value.refusal.field == "feedback_method"


@pytest.mark.parametrize("called", [True, False], ids=["with a call-back", "without one"])
def test_no_answer_is_passed_before_the_desk_told_the_requester(called: bool, wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(C.REGISTER, **SECRET, callback_wanted=called)
    walk.along(C.DISPATCH, C.SIGN_IN)
    walk.do(C.ANSWER, feedback_method="through_desk")
    walk.do(C.SIGN_OFF)
    passing = C.APPROVE if called else C.CLOSE_WITHOUT_CALLBACK
    with pytest.raises(Refused) as refused:
        walk.do(passing)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    walk.do(C.ANSWER_RELAY)
    walk.do(passing)
    assert walk.facts.stage == (Stage.CALLBACK if called else Stage.CLOSED)
    assert verify().clean


@pytest.mark.parametrize("act", [C.AWAIT_REQUESTER, C.REQUEST_EXTENSION], ids=str)
def test_whatever_the_unit_tells_the_requester_the_desk_passes_on(act: C, wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN, act)
    assert held(walk.facts, DutyKind.RELAY) == (wendeng.desk, "caller")
    ordinary = Walk(wendeng).along(*TO_HANDLING, act)
    assert DutyKind.RELAY not in ordinary.facts.duties


def test_nobody_reached_is_an_attempt_and_after_two_of_them_hours_apart_it_is_left_at_that(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN, C.RELAY)
    assert walk.do(C.ANSWER_RELAY, outcome="unreached").sentence == "联系诉求人，未联系上（电话）"
    walk.later(hours=1).do(C.ANSWER_RELAY, outcome="unreached")
    assert {DutyKind.RELAY, DutyKind.FIRST_CONTACT} <= set(walk.facts.duties)
    assert walk.facts.contacted_at is None
    done = walk.later(hours=1).do(C.ANSWER_RELAY, outcome="unreached")
    assert done.sentence == "联系诉求人，未联系上，不再转达（电话）"
    assert not {DutyKind.RELAY, DutyKind.FIRST_CONTACT} & set(walk.facts.duties)
    assert outcome(walk.facts, DutyKind.FIRST_CONTACT) != "met", "the contact was never made"
    assert walk.facts.contacted_at is None
    walk.do(C.RELAY)
    walk.later(hours=3).do(C.ANSWER_RELAY, outcome="unreached")
    assert DutyKind.RELAY in walk.facts.duties, "what was asked anew is tried anew"
    assert verify().clean


def test_when_the_desk_spoke_is_not_in_the_future(wendeng: Town) -> None:
    walk = secret(wendeng, C.DISPATCH, C.SIGN_IN, C.RELAY)
    with pytest.raises(Refused) as refused:
        walk.do(C.ANSWER_RELAY, told_at=(walk.now + timedelta(days=1)).isoformat())
    assert refused.value.refusal.field == "told_at"


def test_an_anonymous_secret_case_has_nobody_to_speak_with(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(C.REGISTER, **SECRET, anonymous=True, name="", phone="", address="")
    walk.along(C.DISPATCH, C.SIGN_IN)
    assert not {DutyKind.RELAY, DutyKind.FIRST_CONTACT} & set(walk.facts.duties)
    assert walk.do(C.ANSWER)
    assert DutyKind.RELAY not in walk.facts.duties


def test_a_secret_case_that_was_merely_asked_for_more_time_rests_and_goes_on(wendeng: Town) -> None:
    walk = SecretWalk(wendeng).along(*TO_HANDLING, C.AWAIT_REQUESTER)
    walk.later(days=1).do(C.ANSWER_RELAY)
    walk.do(C.SUPPLEMENT)
    assert walk.facts.stage == Stage.HANDLING
    assert duties.first_due(walk.facts.subject, DutyKind.HANDLE)


def test_of_a_matter_the_office_speaks_for_the_unit(huainan: Town) -> None:
    walk = SecretMatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER, M.CLASSIFY, M.ASSIGN, M.SIGN_IN)
    relay = Duty.objects.get(subject=walk.facts.subject, kind=MatterDuty.RELAY)
    assert (relay.holder, relay.post) == (huainan.office, "list_keeper")
    with pytest.raises(Refused) as refused:
        walk.do(M.DRAFT_FEEDBACK, told_method="phone")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "told_method")
    walk.do(M.ANSWER_RELAY)
    walk.do(M.DRAFT_FEEDBACK)
    walk.do(M.SUBMIT_FEEDBACK)
    with pytest.raises(Refused) as refused:
        walk.do(M.CONFIRM)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    walk.do(M.ANSWER_RELAY, outcome="unreached")
    with pytest.raises(Refused):
        walk.do(M.CONFIRM)
    with pytest.raises(Refused) as refused:
        walk.do(M.ANSWER_RELAY, told_at=(walk.now + timedelta(days=1)).isoformat())
    assert refused.value.refusal.field == "told_at"
    walk.later(hours=2).do(M.ANSWER_RELAY, outcome="unreached")
    walk.do(M.CONFIRM)
    ordinary = MatterWalk(huainan, walk.now).with_overdue_case()
    ordinary.along(M.REPORT, M.REGISTER, M.CLASSIFY, M.ASSIGN, M.SIGN_IN)
    for act in (M.RELAY, M.ANSWER_RELAY):
        with pytest.raises(Refused):
            ordinary.do(act)
    with pytest.raises(Refused):
        ordinary.do(M.DRAFT_FEEDBACK, told_method="through_desk")
    assert verify().clean
