"""What stands on a case ends with it, whether a clause says so or not; and its result goes up once it is done."""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.commands import LIFE as CASES
from bihuan.cases.types import Act as C
from bihuan.clockwork.commands import sweep
from bihuan.duties.queries import owed_on
from bihuan.joint.types import Act, Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.determination.walks import DeterminationWalk, with_determiners
from tests.joint.walks import JointWalk, with_bodies
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import off
from tests.walks import TO_HANDLING, Walk

FORMS = [
    f"{kind}.{part}" for kind in ("linkage", "whistle") for part in ("form", "form-signed", "form-uploaded", "grade")
]
BEGUN = {Kind.LINKAGE: norms.LINKAGE_REQUEST, Kind.WHISTLE: norms.WHISTLE_BLOW}


def begun(town: Town, kind: Kind) -> JointWalk:
    """A linkage or a whistle on a case in handling."""
    return JointWalk(with_bodies(town), kind, Walk(town)).begin()


def ended(walk: JointWalk) -> JointWalk:
    """The same once its case was ended by the desk."""
    walk.case.do(C.REQUEST_TERMINATION, by=f"{walk.lead}.handler")
    walk.case.do(C.APPROVE_TERMINATION)
    return walk


def broken(town: Town) -> list[str]:
    return [f"{one.subject} {one.reason}" for one in verify(town.code).findings if not one.remark]


@pytest.mark.parametrize("kind", Kind)
def test_it_ends_with_its_case_where_no_clause_says_so(kind: Kind, somewhere: Founding) -> None:
    walk = ended(begun(somewhere(off("joint.ends-with-case")), kind))
    with pytest.raises(Refused) as refused:
        walk.do(Act.HOLD_MEETING)
    assert refused.value.refusal.norm is BEGUN[kind]
    sweep(walk.town.code, walk.now)
    assert walk.facts.stage is Stage.DISSOLVED
    assert owed_on([walk.facts.subject])[walk.facts.subject] == []
    assert events(walk.facts.subject)[-1].norm == BEGUN[kind].name
    assert broken(walk.town) == []


def test_it_goes_on_with_its_case(somewhere: Founding) -> None:
    walk = begun(somewhere(off("joint.ends-with-case")), Kind.LINKAGE)
    with pytest.raises(Refused) as refused:
        walk.do(Act.DISSOLVE)
    assert refused.value.refusal.norm is norms.LINKAGE_REQUEST
    sweep(walk.town.code, walk.now)
    assert walk.facts.stage is Stage.ACTIVE


def test_a_determination_ends_with_its_case_where_no_clause_says_so(somewhere: Founding) -> None:
    town = with_determiners(somewhere(off("determination.ends-with-case")))
    case = Walk(town).along(*TO_HANDLING)
    walk = DeterminationWalk(town, case).start(C.REQUEST_DETERMINATION)
    case.along(C.REQUEST_TERMINATION, C.APPROVE_TERMINATION)
    sweep(town.code, case.now)
    assert walk.facts.stage == "dissolved"
    assert broken(town) == []


def test_verify_tells_of_what_stands_on_a_case_that_ended_long_ago(wendeng: Town) -> None:
    walk = ended(begun(wendeng, Kind.LINKAGE))
    assert broken(wendeng) == []
    Walk(wendeng, walk.now).later(days=2).do(C.REGISTER)
    assert broken(wendeng) == [f"linkage:{walk.number} 所在的工单早已终结或者改派，却没有随工单终止"]
    sweep(wendeng.code, walk.now)
    assert broken(wendeng) == []


@pytest.mark.clause("WD-2.2d", "WD-3.2d")
@pytest.mark.parametrize("kind", Kind)
def test_the_result_goes_up_once_the_work_together_is_done(kind: Kind, somewhere: Founding) -> None:
    walk = begun(somewhere(off(*FORMS)), kind)
    case, lead = walk.case, walk.lead
    answerer = walk.actor("lead.handler")
    (offer,) = (o for o in CASES.offers(case.facts, answerer, walk.now) if o.act == C.ANSWER)
    assert offer.refusal is not None
    assert offer.refusal.norm is norms.ANSWER_TWO_PARTS
    with pytest.raises(Refused, match=f"{kind.label}还没有结束"):
        case.do(C.ANSWER, by=f"{lead}.handler")
    walk.along(*((Act.ACCEPT,) if kind is Kind.LINKAGE else (Act.CHECK_IN,)), Act.FINISH, Act.CONCLUDE)
    assert (walk.facts.stage, walk.facts.stage.label) == (Stage.SIGNED, "联合办理结束")
    case.do(C.ANSWER, by=f"{lead}.handler")
    case.do(C.SIGN_OFF, by=f"{lead}.deputy")
    assert broken(walk.town) == []
