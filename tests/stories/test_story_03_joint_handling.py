"""故事三：指定首接单位和两个协办单位，一家评价为差，备案表审签上传，平台回访不满意。"""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint import queries as joint
from bihuan.joint.types import Absence, Stage
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests.joint.walks import LINKAGE, A, JointWalk, third, with_bodies
from tests.towns import Town
from tests.walks import Walk

C = CaseAct


def designated(town: Town) -> JointWalk:
    """A case whose lead the centre designated, with two co-units."""
    walk = JointWalk(town, LINKAGE, Walk(town).along(C.REGISTER))
    walk.case.do(C.DISPATCH, co_units=[town.other, third(town)])
    walk.case.do(C.SIGN_IN)
    return walk


@pytest.mark.clause(
    "WD-2.0", "WD-2.1c", "WD-2.2a", "WD-2.2b", "WD-2.2d", "WD-2.2e", "WD-2.2f", "WD-2.2g", "WD-2.2h", "WD-2.2i",
    "WD-2.3b", "WD-2.4b", "WD-2.4c", "WD-2.4d", "WD-2.4e", "WD-F2",
)  # fmt: skip
def test_a_designated_lead_and_two_co_units_until_the_case_is_closed(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = designated(town)
    case = walk.case
    assert "link" in case.facts.duties, "the lead owes the request to the units that were named"
    with pytest.raises(Refused, match="先向协办单位提出联动要求") as refused:
        case.do(C.ANSWER)
    assert refused.value.refusal.norm.name == "linkage.request"

    walk.start(units=[town.other, third(town)])
    assert "link" not in case.facts.duties
    assert "linkage_form" in case.facts.duties
    assert {"joint_filing", "linkage_accept", "joint_work", "joint_conclude"} == set(walk.facts.duties)
    walk.along(A.ACKNOWLEDGE, A.ACCEPT, A.HOLD_MEETING, A.RECORD_WORK, A.FINISH)
    with pytest.raises(Refused, match="还没有办完"):
        walk.do(A.CONCLUDE)
    walk.do(A.NOTIFY, unit=third(town))
    assert "joint_remind" in walk.facts.duties
    walk.do(A.REMIND)
    assert ("joint_explain", third(town)) in joint.owed_by(walk.facts.subject)
    walk.do(A.CONCLUDE)

    case.do(C.ANSWER)
    with pytest.raises(Refused, match="备案表还没有填报并审签") as refused:
        case.do(C.SIGN_OFF)
    assert refused.value.refusal.norm.name == "linkage.form-uploaded"
    assert case.facts.stage == CaseStage.SIGN_OFF

    walk.do(A.GRADE)
    with pytest.raises(Refused, match="请先评价") as refused:
        walk.do(A.FILE_FORM)
    with pytest.raises(Refused, match="要说明原因") as refused:
        walk.do(A.GRADE, unit=third(town), grade="poor")
    assert (refused.value.refusal.norm.name, refused.value.refusal.field) == ("linkage.grade", "reason")
    walk.do(A.GRADE, unit=third(town), grade="poor", reason="始终没有派人。")
    walk.do(A.FILE_FORM, follow_up="satisfied")
    with pytest.raises(Refused) as refused:
        walk.do(A.FILE_FORM)
    assert refused.value.refusal.norm.name == "linkage.form", "one form for one matter"
    with pytest.raises(Refused, match="备案表还没有填报并审签"):
        case.do(C.SIGN_OFF)
    with pytest.raises(Refused, match="盖章件"):
        walk.do(A.SIGN_FORM, seal=())
    with pytest.raises(Refused, match="由分管负责人审签"):
        walk.do(A.SIGN_FORM, by="lead.head")
    walk.do(A.SIGN_FORM)
    assert walk.facts.stage == Stage.SIGNED
    form = joint.form(walk.number, walk.actor("desk.reviewer"), kind=LINKAGE)
    assert [(g.unit, g.grade) for g in form.grades] == [(town.other, "good"), (third(town), "poor")]
    assert (form.signer_post, form.follow_up, len(form.digest)) == ("deputy", "satisfied", 64)
    assert events(f"case:{case.number}")[-1].clause == "WD-2.2i"

    case.do(C.SIGN_OFF)
    case.do(C.APPROVE)
    case.do(C.RECORD_CALLBACK, solved="yes", satisfied="no")
    assert case.do(C.CLOSE).stage == CaseStage.CLOSED
    walk.do(A.EXPLAIN, by="third.handler")
    for reader in ("desk.reviewer", "unit.handler", "third.handler"):
        shared = joint.view(walk.number, walk.actor(reader), now=walk.now).shared
        assert shared is not None
        assert {one.unit for one in shared.units} == {town.unit, town.other, third(town)}
        assert (shared.solved, shared.satisfied, shared.mismatch) == ("yes", "no", True), "the unit said otherwise"
    assert [str(b.reason) for b in verify(town.code).findings] == []


@pytest.mark.clause("WD-2.2c", "WD-2.3c")
def test_a_co_unit_asks_out_at_the_lead_alone(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    with pytest.raises(Refused, match="承办单位经办人"):
        walk.case.do(C.REQUEST_RETURN, by="other.handler")
    walk.do(A.RETURN)
    with pytest.raises(Refused):
        walk.do(A.RELEASE, by="desk.dispatcher")
    walk.do(A.RELEASE)
    with pytest.raises(Unknown):
        joint.visible_facts(walk.number, walk.actor("other.handler"))
    with pytest.raises(Refused, match="没有参加单位"):
        walk.do(A.CONCLUDE)
    walk.do(A.VOID)
    assert "linkage_form" not in walk.case.facts.duties
    walk.case.along(C.ANSWER, C.SIGN_OFF)


@pytest.mark.clause("WD-2.3d", "WD-2.3e")
def test_a_difficulty_goes_to_the_leader_whose_portfolio_covers_the_unit(wendeng: Town) -> None:
    from tests.joint.walks import cover

    town = with_bodies(wendeng)
    cover(town, town.unit, "leaders.second")
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    with pytest.raises(Refused, match="主要负责人"):
        walk.do(A.REPORT, by="lead.deputy")
    walk.do(A.REPORT)
    assert walk.facts.routed_to == f"{town.code}.leaders.second"
    with pytest.raises(Refused, match="已转分管该单位的区领导"):
        walk.do(A.INSTRUCT)
    walk.do(A.INSTRUCT, by="leaders.second", units=[third(town)])
    assert walk.facts.stage == Stage.ACTIVE
    assert {m.unit for m in walk.facts.present} == {town.other, third(town)}


@pytest.mark.clause("WD-2.2h")
def test_the_head_signs_while_the_deputy_is_away_and_says_so(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    walk.along(A.ACCEPT, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM)
    back = (walk.now + timedelta(days=3)).date()
    walk.do(
        A.SIGN_FORM, by="lead.head", absence_kind=Absence.TRAVEL, absence_until=back, absence="分管负责人外出学习。"
    )
    form = joint.form(walk.number, walk.actor("desk.reviewer"), kind=LINKAGE)
    assert (form.signer_post, form.absence) == ("head", f"出差，至{back}，分管负责人外出学习。")


@pytest.mark.clause("WD-2.0", "WD-2.1a")
def test_after_a_rework_the_units_are_asked_again_and_the_form_stays_one(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    walk.along(A.ACCEPT, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM, A.SIGN_FORM)
    walk.case.along(C.ANSWER, C.SIGN_OFF, C.SEND_BACK)
    walk.do(A.RENEW)
    assert "linkage_form" in walk.case.facts.duties
    walk.along(A.ACCEPT, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM, A.SIGN_FORM)
    assert joint.form(walk.number, walk.actor("desk.reviewer"), kind=LINKAGE).version == 2
    walk.case.along(C.ANSWER, C.SIGN_OFF)
    assert [str(b.reason) for b in verify(town.code).findings] == []
