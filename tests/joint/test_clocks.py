"""The clocks of what stands on a case stand still with the case's own, and run on with them."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyRow
from bihuan.joint import queries as joint
from bihuan.joint.types import DutyKind, Kind
from bihuan.joint.types.rows import JointView
from bihuan.subjects.registry import REGISTRY
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, third
from tests.towns import Town
from tests.walks import Walk

C = CaseAct
WAITS = {C.AWAIT_REQUESTER: (C.RESUME, "等待诉求人补充"), C.HANG: (C.RESUME_HUNG, "挂账")}
RESTING = {
    LINKAGE: {DutyKind.ACCEPT, DutyKind.WORK, DutyKind.CONCLUDE},
    WHISTLE: {DutyKind.CHECK_IN, DutyKind.WORK, DutyKind.CONCLUDE},
}


def shown(walk: JointWalk) -> JointView:
    """What the lead's page shows."""
    return joint.view(walk.number, walk.actor("lead.handler"), now=walk.now)


def open_duties(walk: JointWalk) -> dict[tuple[str, str], DutyRow]:
    """What is owed, by kind and holder."""
    return {(d.kind, d.holder): d for d in shown(walk).duties if d.discharged_at is None}


def on_the_case(walk: JointWalk, act: C) -> None:
    """The case's act, by the unit that leads where it is the unit's."""
    desk = act in (C.HANG, C.RESUME_HUNG)
    walk.case.do(act, by="desk.dispatcher" if desk else f"{walk.lead}.handler")


STOOD = {
    C.HANG: (timedelta(days=13), timedelta(days=30)),
    C.AWAIT_REQUESTER: (timedelta(days=7), timedelta(days=11)),
}
"""What twenty days of it give back at least and at most: a wait for the requester no more than five working days."""


@pytest.mark.parametrize("act", WAITS)
@pytest.mark.parametrize("kind", Kind)
def test_clocks_rest_with_the_case_and_run_on_with_it(district: Town, kind: Kind, act: C) -> None:
    walk = JointWalk(district, kind, Walk(district)).begin()
    walk.case.later(hours=30)
    walk.do(A.ADD_UNITS)
    before = open_duties(walk)
    on_the_case(walk, act)
    onward, why = WAITS[act]
    resting = open_duties(walk)
    assert {d.kind for d in resting.values() if d.paused} == RESTING[kind]
    assert not resting[(DutyKind.FILING, district.desk)].paused, "the platform's own clocks run on"
    assert all(f"暂停（{why}）" in d.explanation.note for d in resting.values() if d.paused and d.explanation)
    walk.case.later(days=20)
    assert not any(d.overdue for d in open_duties(walk).values() if d.paused), "what rests is never overdue"
    on_the_case(walk, onward)
    after = open_duties(walk)
    assert not any(d.paused for d in after.values())
    for key, duty in after.items():
        moved = duty.due_at - before[key].due_at
        least, most = STOOD[act]
        assert least <= moved <= most if duty.kind in RESTING[kind] else moved == timedelta(), key
        assert duty.kind not in RESTING[kind] or "暂停" in str(duty.explanation), key
    sentences = [e.sentence for e in REGISTRY[kind].timeline(walk.number, walk.actor("lead.handler"))]
    assert any(f"{why}，各单位的时限随之暂停" in s for s in sentences)
    assert any("时限随之顺延" in s for s in sentences)
    assert [str(b.reason) for b in verify(district.code).findings] == []


@pytest.mark.parametrize("kind", Kind)
def test_what_opens_while_the_case_rests_begins_to_run_when_it_goes_on(district: Town, kind: Kind) -> None:
    walk = JointWalk(district, kind, Walk(district)).begin()
    walk.case.do(C.HANG)
    walk.do(A.ADD_UNITS)
    fresh = {key: d for key, d in open_duties(walk).items() if key[1] == third(district)}
    assert fresh
    assert all(d.paused for d in fresh.values())
    walk.case.later(days=20).do(C.RESUME_HUNG)
    for key, duty in open_duties(walk).items():
        assert not duty.paused
        assert key not in fresh or duty.due_at - fresh[key].due_at >= timedelta(days=13)
    assert [str(b.reason) for b in verify(district.code).findings] == []


def test_a_moment_that_a_person_set_is_put_off_with_the_cases_own_limit(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin()
    handle = walk.case.facts.duties["handle"]
    assert open_duties(walk)[(DutyKind.WORK, district.other)].due_at == handle
    walk.case.later(hours=1).do(C.AWAIT_REQUESTER)
    walk.case.later(days=4).do(C.RESUME)
    later = walk.case.facts.duties["handle"]
    assert later > handle
    work = open_duties(walk)[(DutyKind.WORK, district.other)]
    assert work.due_at == later
    assert work.explanation is not None
    assert "暂停（等待诉求人补充），暂停累计29小时30分办公时间，满3个工作日，顺延3个工作日" in work.explanation.note


def test_an_emergency_waits_for_nobody(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district)).begin(whistle_type="tough", emergency="accident")
    walk.case.do(C.HANG)
    walk.do(A.ADD_UNITS)
    assert not any(d.paused for d in open_duties(walk).values())


def test_a_supplement_of_the_requester_lets_the_clocks_run_too(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin()
    walk.case.do(C.AWAIT_REQUESTER)
    assert any(d.paused for d in open_duties(walk).values())
    walk.case.do(C.SUPPLEMENT)
    assert not any(d.paused for d in open_duties(walk).values())


def test_what_was_done_while_the_clock_stood_still_was_done_in_time(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district)).begin()
    walk.case.do(C.HANG)
    walk.case.later(days=30)
    walk.along(A.CHECK_IN, A.FINISH)
    done = {d.kind: d.outcome for d in shown(walk).duties if d.discharged_at}
    assert done[DutyKind.CHECK_IN] == done[DutyKind.WORK] == "met"


def test_what_was_paused_can_end_with_its_case(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin()
    walk.case.do(C.HANG)
    walk.case.do(C.WITHDRAW)
    walk.do(A.DISSOLVE)
    assert duties.owed_on([f"linkage:{walk.number}"]) == {}
    assert [str(b.reason) for b in verify(district.code).findings] == []
