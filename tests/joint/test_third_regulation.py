"""F112: under a regulation that knows joint handling and nothing around it (no forms, grades, types, topics,
emergencies, filing, check-in, notices, reports) a linkage and a whistle come to their end, and nothing is made up."""

from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint.models import Undertaking
from bihuan.joint.types import Act, DutyKind, Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from bihuan.vetting.check import check
from tests.api.clients import Staff
from tests.joint.walks import JointWalk
from tests.towns import Town, found
from tests.walks import Walk
from tests.web.officials import Official

REF = "baihe-2032-1"
SAID = {
    Kind.LINKAGE: {"units": ["bh.other"], "task": "请派员断电，配合更换灯具。"},
    Kind.WHISTLE: {"units": ["bh.other"], "task": "请到现场配合处置占道经营。"},
}
UNKNOWN_HERE = ("常规哨", "攻坚哨", "重点哨", "报备", "备案表上传", "评价", "应急", "通报", "报到地点", "汇报")
"""What the record of a town without all that never says."""
BEGINS = {Kind.LINKAGE: CaseAct.LINK, Kind.WHISTLE: CaseAct.WHISTLE}


@pytest.fixture
def baihe(db: None) -> Town:
    """A town under that regulation."""
    return found("bh", REF, prefix="BX")


def handled(town: Town, kind: Kind) -> JointWalk:
    """A case in the hands of whoever may begin joint handling."""
    case = Walk(town)
    walk = JointWalk(town, kind, case)
    case.do(CaseAct.REGISTER)
    case.do(CaseAct.DISPATCH, **({"lead": town.township} if kind is Kind.WHISTLE else {}))
    case.do(CaseAct.SIGN_IN, by=f"{walk.lead}.handler")
    return walk


def test_the_regulation_is_in_order_and_has_no_default_of_joint_handling() -> None:
    path = Path(__file__).parent.parent / "packs" / f"{REF}.toml"
    assert check(path).faults == ()
    joint = [
        bound for name, bound in pack(REF).bindings.items() if name.split(".")[0] in ("linkage", "whistle", "joint")
    ]
    assert len(joint) == 6
    assert all(bound.clause for bound in joint)


@pytest.mark.parametrize("kind", Kind)
def test_joint_handling_comes_to_its_end_on_what_is_said_alone(kind: Kind, baihe: Town) -> None:
    walk = handled(baihe, kind)
    walk.start(**SAID[kind])
    row = Undertaking.objects.get(number=walk.number)
    assert (row.whistle_type, row.filing, row.filed_at, row.topic, row.emergency) == ("", "", None, "", "")
    assert (row.pre_study, row.basis, row.instruction) == ("", "", "")
    with_accepting = {DutyKind.ACCEPT} if kind is Kind.LINKAGE else set()
    assert set(walk.facts.duties) == {DutyKind.CONCLUDE, DutyKind.WORK} | with_accepting
    walk.along(Act.RECORD_WORK, Act.FINISH, Act.CONCLUDE)
    assert (walk.facts.stage, walk.facts.duties) == (Stage.SIGNED, {})
    case = walk.case
    for act, by in ((CaseAct.ANSWER, "handler"), (CaseAct.SIGN_OFF, "deputy")):
        case.do(act, by=f"{walk.lead}.{by}")
    case.do(CaseAct.CLOSE_WITHOUT_CALLBACK)
    assert case.facts.stage is CaseStage.CLOSED
    told = [event.sentence for subject in (f"case:{case.number}", walk.facts.subject) for event in events(subject)]
    assert [words for words in told if any(unknown in words for unknown in UNKNOWN_HERE)] == []
    assert [str(broken) for broken in verify(baihe.code).findings] == []


@pytest.mark.parametrize("kind", Kind)
def test_what_one_did_not_do_is_no_reason_to_wait(kind: Kind, baihe: Town) -> None:
    """There are no notices here: the lead ends it whatever the others did."""
    walk = handled(baihe, kind).start(**SAID[kind])
    walk.do(Act.CONCLUDE, resolved=False)
    assert (walk.facts.stage, walk.facts.duties) == (Stage.SIGNED, {})
    assert [str(broken) for broken in verify(baihe.code).findings] == []


@pytest.mark.parametrize("kind", Kind)
def test_no_result_goes_up_before_it_has_ended(kind: Kind, baihe: Town) -> None:
    walk = handled(baihe, kind).start(**SAID[kind])
    with pytest.raises(Refused, match="还没有结束"):
        walk.case.do(CaseAct.ANSWER, by=f"{walk.lead}.handler")
    walk.along(Act.FINISH, Act.CONCLUDE)
    assert walk.facts.stage is Stage.SIGNED
    walk.case.do(CaseAct.ANSWER, by=f"{walk.lead}.handler")
    walk.case.do(CaseAct.SIGN_OFF, by=f"{walk.lead}.deputy")


FORM_OF_A_WHISTLE = {"units", "task", "due_at", "accused_reason", "blown_at", "late_entry"}


def test_the_form_asks_for_nothing_that_is_not_there(baihe: Town) -> None:
    case = handled(baihe, Kind.WHISTLE).case
    acts = Staff(baihe)["township.handler"].get(f"/cases/{case.number}").json()["acts"]
    (offered,) = (act for act in acts if act["act"] == "whistle")
    assert set(offered["form"]["properties"]) == FORM_OF_A_WHISTLE
    assert set(offered["form"]["required"]) == {"units", "task"}
    page = Official(f"{baihe.code}.township.handler").read(f"/cases/{case.number}/")
    shown = page.form(f"/cases/{case.number}/acts/whistle/").controls
    assert {"units", "task", "blown_at"} <= set(shown)
    assert not {"whistle_type", "pre_study", "basis", "emergency", "topic", "instruction", "scan", "filing"} & set(
        shown
    )


@pytest.mark.parametrize(
    ("field", "value", "title"),
    [
        ("whistle_type", "tough", "吹哨类型"),
        ("emergency", "crowd", "应急类情况"),
        ("topic", "GJ-01", "攻坚哨事项清单条目"),
        ("filing", "phone", "报备方式"),
        ("instruction", "请处置。", "领导机关批示"),
        ("pre_study", "已研究。", "初步研究情况"),
    ],
)
def test_what_is_not_there_cannot_be_said(field: str, value: str, title: str, baihe: Town) -> None:
    walk = handled(baihe, Kind.WHISTLE)
    with pytest.raises(Refused, match=f"本地规定没有“{title}”这一项") as refused:
        walk.start(**SAID[Kind.WHISTLE], **{field: value})
    assert refused.value.refusal.field == field
