"""故事二：派错了单位，沟通后两个工作日内退单，重新派单，原单位不再承担。"""

from datetime import timedelta

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import Act, Stage
from bihuan.kernel.refusal import Refused, Unknown
from tests.towns import Town
from tests.walks import Walk


@pytest.mark.clause("WD-2.1a", "WD-2.1e")
def test_the_wrong_unit_gives_the_case_back_and_carries_nothing_of_it(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    first_due = walk.facts.duties["handle"]
    walk.later(days=1).do(Act.REQUEST_RETURN, suggested_unit=wendeng.other)
    assert walk.facts.stage == Stage.RETURN_REVIEW
    assert walk.facts.duties["handle"] == first_due, "asking does not stop the clock"
    assert "return_decision" in walk.facts.duties

    walk.do(Act.APPROVE_RETURN, wrong_dispatch=True)
    case = walk.facts
    assert (case.stage, case.lead, case.returns) == (Stage.TRIAGE, None, 1)
    assert set(case.duties) == {"dispatch"}, "the unit owes nothing any more"
    with pytest.raises(Unknown):
        cases.visible_facts(walk.number, walk.actor("unit.handler"))

    walk.do(Act.DISPATCH, lead=wendeng.other)
    case = walk.facts
    assert case.lead == wendeng.other
    assert case.first_receiver == wendeng.unit, "who received it first stays in its history"
    assert case.duties["handle"] > first_due, "the new unit has its own limit"
    walk.do(Act.SIGN_IN, by="other.handler")
    walk.do(Act.ANSWER, by="other.handler")
    walk.do(Act.SIGN_OFF, by="other.deputy")
    walk.along(Act.APPROVE, Act.RECORD_CALLBACK)
    assert walk.do(Act.CLOSE).stage == Stage.CLOSED
    participants = cases.view(walk.number, walk.actor("desk.caller"), now=walk.now).participants
    assert [(p.unit, p.departure) for p in participants if p.part == "lead"] == [
        (wendeng.unit, "returned"),
        (wendeng.other, ""),
    ]


@pytest.mark.clause("WD-2.1e")
def test_a_late_return_is_refused_and_changes_nothing(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    before = walk.facts
    walk.later(days=3)
    with pytest.raises(Refused, match="退单时限已过") as refused:
        walk.do(Act.REQUEST_RETURN)
    assert refused.value.refusal.norm.name == "return.within-window"
    assert walk.facts == before


@pytest.mark.clause("WD-2.1e")
def test_a_refused_return_leaves_the_case_and_its_clock_with_the_unit(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    due = walk.facts.duties["handle"]
    walk.along(Act.REQUEST_RETURN, Act.REFUSE_RETURN)
    assert walk.facts.stage == Stage.HANDLING
    assert walk.facts.duties["handle"] == due
    assert "first_contact" in walk.facts.duties


@pytest.mark.clause("WD-2.1e")
def test_a_refused_return_is_asked_again_once_and_on_other_grounds(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH, Act.REQUEST_RETURN, Act.REFUSE_RETURN)
    for basis in ("三定规定：路灯由供电单位维护。", "三定规定，路灯由供电单位维护"):
        with pytest.raises(Refused, match="不同意以这一理由申请") as refused:
            walk.do(Act.REQUEST_RETURN, basis=basis)
        assert (refused.value.refusal.norm.name, refused.value.refusal.field) == ("return.decided-by-desk", "basis")
    walk.do(Act.REQUEST_RETURN, basis="区政府2024年第7次会议纪要：该路段移交镇街。")
    walk.do(Act.REFUSE_RETURN)
    with pytest.raises(Refused, match="已申请退单2次"):
        walk.do(Act.REQUEST_RETURN, basis="另有一个依据。")
    walk.do(Act.REDISPATCH)
    given_anew = Walk(wendeng, walk.now, number=walk.number, actors=walk.actors)
    given_anew.do(Act.REQUEST_RETURN, by="other.handler")
    assert walk.facts.stage == Stage.RETURN_REVIEW, "whoever has it now has asked for nothing yet"


@pytest.mark.parametrize(
    ("ask", "refuse"),
    [(Act.REQUEST_EXTENSION, Act.REFUSE_EXTENSION), (Act.REQUEST_TERMINATION, Act.REFUSE_TERMINATION)],
)
def test_what_was_refused_is_not_asked_for_again_for_the_same_reason(ask: Act, refuse: Act, wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN, ask, refuse)
    with pytest.raises(Refused, match="写明以后再申请") as refused:
        walk.do(ask)
    assert refused.value.refusal.field == "reason"
    walk.do(ask, reason="情况有变：配件停产，须改型。")


@pytest.mark.clause("WD-2.1d")
def test_a_designated_lead_may_not_return_and_the_attempt_is_kept_as_evidence(wendeng: Town) -> None:
    from bihuan.record.queries import events

    walk = Walk(wendeng).along(Act.REGISTER)
    walk.do(Act.DISPATCH, co_units=[wendeng.other])
    assert walk.facts.designated
    before = walk.facts
    with pytest.raises(Refused, match="不得以任何理由推脱"):
        walk.do(Act.REQUEST_RETURN)
    attempt = events(f"case:{walk.number}")[-1]
    assert (attempt.kind, attempt.clause) == ("record.attempt-refused", "WD-2.1d")
    assert attempt.account == "wd.unit.handler"
    after = walk.facts
    assert after.version == before.version + 1
    assert (after.stage, after.duties, after.lead) == (before.stage, before.duties, before.lead)


def test_the_contact_before_a_return_lies_between_dispatch_and_now(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    for moment in (walk.now + timedelta(days=1), walk.now - timedelta(days=1)):
        with pytest.raises(Refused, match="沟通时间") as refused:
            walk.do(Act.REQUEST_RETURN, contacted_at=moment.isoformat())
        assert refused.value.refusal.field == "contacted_at"
