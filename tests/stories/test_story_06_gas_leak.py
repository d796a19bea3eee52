"""故事六：燃气泄漏，攻坚哨30分钟内报到，通知两办；未解决，升为重点哨；区里批示后办结并作出承诺。"""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint import queries as joint
from bihuan.joint.types import Stage, WhistleType
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from tests.joint.walks import WHISTLE, A, JointWalk, cover, list_topic, third, to_concluded, with_bodies
from tests.towns import Town
from tests.walks import Walk, promise

C = CaseAct


@pytest.mark.clause("WD-3.1c", "WD-3.1d", "WD-3.3b", "WD-3.3e")
def test_a_gas_leak_from_the_emergency_whistle_to_the_commitment(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    cover(town, town.township or "")
    walk = JointWalk(town, WHISTLE, Walk(town)).begin(whistle_type="tough", emergency="accident")
    blown = walk.facts.started_at
    assert walk.facts.duties["check_in"] - blown == timedelta(minutes=30), "natural time"
    assert ("emergency_notice", f"{town.code}.offices") in joint.owed_by(walk.facts.subject)
    walk.do(A.NOTE_EMERGENCY)
    walk.along(A.ACKNOWLEDGE, A.CHECK_IN, A.CONTACT_UPWARD, A.FINISH)
    with pytest.raises(Refused):
        walk.do(A.RAISE_TO_KEY)
    walk.do(A.CONCLUDE, resolved=False)
    walk.do(A.RAISE_TO_KEY)
    assert (walk.facts.stage, walk.facts.whistle_type) == (Stage.ESCALATED, WhistleType.KEY)
    assert walk.facts.routed_to == f"{town.code}.leaders.leader"
    walk.do(A.INSTRUCT, units=[third(town)])
    assert {("check_in", town.other), ("check_in", third(town))} <= joint.owed_by(walk.facts.subject)
    for unit in ("other", "third"):
        for act in (A.CHECK_IN, A.FINISH):
            walk.do(act, by=f"{unit}.handler")
    walk.do(A.CONCLUDE)
    for unit in (town.other, third(town)):
        walk.do(A.GRADE, unit=unit)
    walk.along(A.FILE_FORM, A.SIGN_FORM)
    walk.case.do(C.ANSWER, by="township.handler", **promise(town, walk.now, "township.head"))
    walk.case.do(C.SIGN_OFF, by="township.deputy")
    walk.case.along(C.APPROVE, C.RECORD_CALLBACK)
    assert walk.case.do(C.CLOSE, closure="PROMISED").stage == CaseStage.CLOSED
    assert ("commitment_fulfil", town.township) in joint.owed_by(f"case:{walk.case.number}")
    assert [str(b.reason) for b in verify(town.code).findings] == []


@pytest.mark.clause("WD-3.1d")
def test_a_key_whistle_wants_a_tough_one_that_solved_nothing(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town))
    with pytest.raises(Refused, match="须经攻坚哨") as refused:
        walk.begin(whistle_type="key")
    assert refused.value.refusal.norm.name == "whistle.key-after-tough"
    walk.start()
    to_concluded(walk, resolved=False)
    with pytest.raises(Refused, match="本件不是攻坚哨"):
        walk.do(A.RAISE_TO_KEY)
    walk.do(A.RAISE_TO_TOUGH)
    assert walk.facts.whistle_type == WhistleType.TOUGH
    walk.along(A.CHECK_IN, A.FINISH)
    walk.do(A.CONCLUDE, resolved=True)
    with pytest.raises(Refused, match="已解决"):
        walk.do(A.RAISE_TO_KEY)


def test_the_district_may_order_a_key_whistle_at_once(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town)).ordered()
    assert walk.facts.whistle_type == WhistleType.KEY
    assert ("instruction_verify", f"{town.code}.leaders") in joint.owed_by(walk.facts.subject)
    assert joint.visible_facts(walk.number, town.actor("leaders.leader")).number == walk.number


@pytest.mark.clause("WD-3.1e")
def test_a_tough_whistle_stands_on_the_list_of_the_staffing_office_or_says_why_not(wendeng: Town) -> None:
    from bihuan.joint import commands
    from bihuan.joint.types.forms import NewTopic

    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town))
    with pytest.raises(Refused, match="须说明理由") as refused:
        walk.begin(whistle_type="tough")
    assert refused.value.refusal.norm.name == "whistle.topics"
    with pytest.raises(Refused, match="没有这一条"):
        walk.start(whistle_type="tough", topic="GJ-01")
    fields = NewTopic.model_validate(
        {"code": "GJ-01", "matter": "占道经营", "basis": "清单第1条", "from_on": "2021-06-01"}
    )
    with pytest.raises(Refused, match="由区委编办维护"):
        commands.enter_topic(fields=fields, actor=walk.actor("desk.dispatcher"), now=walk.now)
    list_topic(town)
    list_topic(town, matter="燃气泄漏应急处置", from_on="2022-01-01")
    walk.start(whistle_type="tough", topic="GJ-01")
    rows = joint.topics(town.code)
    assert [(row.matter, row.until_on is None) for row in rows] == [
        ("燃气泄漏应急处置", True),
        ("燃气泄漏处置", False),
    ]


@pytest.mark.clause("WD-3.1e", "WD-3.3c")
def test_a_department_that_the_entry_does_not_name_needs_a_reason_and_who_is_left_out_is_told(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    list_topic(town, responders=[third(town)])
    walk = JointWalk(town, WHISTLE, Walk(town))
    with pytest.raises(Refused) as refused:
        walk.begin(whistle_type="tough", topic="GJ-01")
    assert refused.value.refusal.field == "beyond_reason"
    assert refused.value.refusal.norm.name == "whistle.topics"
    walk.start(whistle_type="tough", topic="GJ-01", beyond_reason="现场需要其关闭阀门。")
    told = next(e for e in events(f"case:{walk.case.number}") if e.kind == "joint.whistle-blown")
    assert told.facts["beyond_entry"] == [town.other]
    assert told.facts["left_out"] == [third(town)]
    view = joint.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now)
    assert (view.beyond_entry, view.left_out) == ((town.other,), (third(town),))

    again = JointWalk(town, WHISTLE, Walk(town, walk.now)).begin()
    with pytest.raises(Refused):
        again.do(A.RAISE_TO_TOUGH, topic="GJ-01")
    again.do(A.RAISE_TO_TOUGH, topic="GJ-01", units=[third(town)], beyond_reason="仍需要其配合。")
    assert joint.view(again.number, again.actor("desk.dispatcher"), now=again.now).left_out == ()
