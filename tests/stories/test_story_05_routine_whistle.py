"""故事五：镇街吹常规哨，电话报备由平台登记，部门到场报到，附件3，办结。"""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint import queries as joint
from bihuan.joint.types import Stage
from bihuan.kernel.refusal import Refused
from tests.joint.walks import WHISTLE, A, JointWalk, name_liaison, seal, third, with_bodies
from tests.towns import START, Town
from tests.walks import Walk

C = CaseAct


@pytest.mark.clause(
    "WD-3.0", "WD-3.1a", "WD-3.1b", "WD-3.2a", "WD-3.2b", "WD-3.2c", "WD-3.2d", "WD-3.2e", "WD-3.2f", "WD-3.2g",
    "WD-3.3a", "WD-3.3d", "WD-3.4b", "WD-3.4c", "WD-F3",
)  # fmt: skip
def test_a_town_blows_a_routine_whistle_until_the_case_is_closed(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town)).begin(filing="phone")
    assert {"whistle_call", "check_in", "joint_work", "joint_conclude"} == set(walk.facts.duties)
    with pytest.raises(Refused, match="请登记来电"):
        walk.do(A.ACKNOWLEDGE)
    walk.do(A.RECORD_CALL, by="desk.registrar")
    with pytest.raises(Refused, match="请先报到"):
        walk.do(A.FINISH)
    photo = seal(walk.actor("other.handler"), walk.now)
    walk.do(A.CHECK_IN, photo=photo)
    member = walk.facts.members[0]
    assert (member.check_in_place, member.work_form) == ("阳光小区东门", "on_site")
    walk.along(A.CONTACT_UPWARD, A.FINISH, A.CONCLUDE)
    walk.case.do(C.ANSWER, by="township.handler")
    with pytest.raises(Refused, match="“吹哨报到”工作机制落实情况备案表") as refused:
        walk.case.do(C.SIGN_OFF, by="township.deputy")
    assert refused.value.refusal.norm.name == "whistle.form-uploaded"
    walk.along(A.GRADE, A.FILE_FORM, A.SIGN_FORM)
    form = joint.form(walk.number, walk.actor("desk.reviewer"), kind=WHISTLE)
    assert (form.whistle_type, form.initiator) == ("routine", town.township)
    walk.case.do(C.SIGN_OFF, by="township.deputy")
    walk.case.along(C.APPROVE, C.RECORD_CALLBACK)
    assert walk.case.do(C.CLOSE).stage == CaseStage.CLOSED
    assert [str(b.reason) for b in verify(town.code).findings] == []


@pytest.mark.clause("WD-3.3a", "WD-3.0")
def test_only_towns_blow_and_only_departments_are_called(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    department = Walk(town).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    before = department.facts
    with pytest.raises(Refused, match="只有镇街可以吹哨") as refused:
        department.do(C.WHISTLE)
    assert refused.value.refusal.norm.name == "whistle.blow"
    assert department.facts == before
    walk = JointWalk(town, WHISTLE, Walk(town))
    with pytest.raises(Refused, match="不能请本单位自己"):
        walk.begin(units=[town.township])
    with pytest.raises(Refused, match="没有这个承办单位"):
        walk.start(units=[town.desk])


@pytest.mark.clause("WD-3.3c")
def test_a_department_that_was_called_wrongly_objects_and_the_platform_rules(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town)).begin()
    walk.along(A.OBJECT, A.OVERRULE, A.OBJECT)
    walk.do(A.UPHOLD)
    assert walk.facts.members[0].leaving == "misdirected"
    assert "whistle_retarget" in walk.facts.duties, "the town must aim again"
    walk.do(A.ADD_UNITS)
    assert "whistle_retarget" not in walk.facts.duties
    assert [m.unit for m in walk.facts.present] == [third(town)]


@pytest.mark.clause("WD-3.3f")
def test_a_liaison_is_one_deputy_of_the_unit_and_the_change_is_kept(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    with pytest.raises(Refused, match="分管负责人"):
        name_liaison(town, "other", "other.handler")
    with pytest.raises(Refused, match="分管负责人"):
        name_liaison(town, "other", "third.deputy")
    name_liaison(town, "other", "other.deputy")
    name_liaison(town, "other", "other.deputy", on="2025-03-03")
    rows = joint.liaisons(town.code, now=START)
    assert [row.until_on is None for row in rows] == [True, False]


@pytest.mark.clause("WD-3.4e")
def test_a_department_that_does_not_come_is_told_of_and_must_explain(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town)).begin()
    walk.along(A.NOTIFY, A.REMIND)
    assert "joint_explain" in walk.facts.duties
    walk.do(A.EXPLAIN)
    assert "joint_explain" not in walk.facts.duties


def test_a_whistle_ends_with_its_case(wendeng: Town) -> None:
    from bihuan.joint.jobs import dissolve_stranded

    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Walk(town)).begin()
    assert dissolve_stranded(town.code, walk.now) == 0
    walk.case.do(C.WITHDRAW)
    assert dissolve_stranded(town.code, walk.now) == 1
    assert (walk.facts.stage, walk.facts.duties) == (Stage.DISSOLVED, {})
    assert [str(b.reason) for b in verify(town.code).findings] == []
