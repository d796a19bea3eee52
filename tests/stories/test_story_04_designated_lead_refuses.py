"""故事四：被指定的首接单位想退单，被拦下并留痕；来函拒绝，听取说明后连同证据移交区纪委监委。"""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.determination import queries
from bihuan.determination.types import ReferralStage
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests.determination.walks import R, ReferralWalk, with_determiners
from tests.joint.walks import third, with_bodies
from tests.stories.test_story_03_joint_handling import designated
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.mark.clause("WD-2.1d", "WD-4i")
def test_a_designated_lead_may_not_return_before_or_after_it_asked_others(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = designated(town)
    for begun in (False, True):
        if begun:
            walk.start(units=[town.other, third(town)])
        before = walk.case.facts
        with pytest.raises(Refused, match="不得以任何理由推脱"):
            walk.case.do(CaseAct.REQUEST_RETURN)
        attempt = events(f"case:{walk.case.number}")[-1]
        assert (attempt.kind, attempt.clause) == ("record.attempt-refused", "WD-2.1d")
        after = walk.case.facts
        assert (after.lead, after.stage, after.duties) == (before.lead, before.stage, before.duties)
        assert after.parts["lead"] == {town.unit}


@pytest.mark.clause("WD-4j", "WD-4i")
def test_a_refusal_letter_goes_with_its_evidence_to_the_discipline_body(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    case = designated(town).case
    with pytest.raises(Refused):
        case.do(CaseAct.REQUEST_RETURN)
    walk = ReferralWalk(town, case).start()
    assert {"referral", "referral_explain"} == set(walk.facts.duties)
    with pytest.raises(Refused, match="已有一件待移交"):
        case.do(CaseAct.RECORD_REFUSAL)
    with pytest.raises(Refused, match="先听取"):
        walk.do(R.SEND)
    with pytest.raises(Unknown):
        queries.visible_referral(walk.number, walk.actor("discipline.handler"))
    walk.do(R.EXPLAIN, by="unit.handler")
    walk.along(R.ADD_EVIDENCE, R.SEND)
    view = queries.referral_view(walk.number, walk.actor("discipline.handler"), now=walk.now)
    assert view.facts.stage == ReferralStage.SENT
    assert [piece.what for piece in view.evidence] == ["系统留痕", "书面来函", "单位说明", "补充证据"]
    assert "试图“申请退单”" in view.evidence[0].text
    assert (view.facts.recipient, view.document_number) == (f"{town.code}.discipline", "文社协移〔2025〕1号")
    assert case.facts.lead == town.unit, "the case stays where it is"
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.clause("WD-4j")
def test_whoever_does_not_explain_in_time_is_handed_over_without(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = ReferralWalk(town, Walk(town)).begin()
    walk.case.later(days=5)
    walk.do(R.SEND)
    assert walk.facts.stage == ReferralStage.SENT
    explained = Duty.objects.get(subject=walk.facts.subject, kind="referral_explain")
    assert explained.outcome == Outcome.UNMET, "F04: what was never said was not let off"
    assert set(walk.facts.duties) == {"sign_letter"}, "F15: it goes out by a letter that somebody signs"


def test_only_a_designated_or_determined_unit_can_refuse(wendeng: Town) -> None:
    walk = Walk(with_determiners(wendeng)).along(*TO_HANDLING)
    with pytest.raises(Refused, match="不是被指定或经认定的"):
        walk.do(CaseAct.RECORD_REFUSAL)
