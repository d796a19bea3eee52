"""What is asked of a matter on its way off the list: the reply to whoever urged, and whether it is solved."""

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import papers, rules
from bihuan.matters import queries as matters
from bihuan.matters.models import Matter
from bihuan.matters.types import Act, MatterClass, Settled, Stage
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, to_class, to_confirmed, to_tracking
from tests.towns import Town
from tests.walks import A, Walk


@pytest.mark.clause("HN-2.3b")
def test_what_is_not_solved_is_tracked_further() -> None:
    """F18: whoever ends the tracking is asked; what is not solved stays."""
    refusal = rules.may_end_tracking(settled=Settled.NO)
    assert refusal is not None
    assert refusal.norm is not None
    assert pack("huainan-2021-55").cite(refusal.norm).clause_id == "HN-2.3b"
    assert (refusal.field, rules.may_end_tracking(settled=Settled.YES)) == ("settled", None)


@pytest.mark.clause("HN-2.3b")
@pytest.mark.parametrize(("said", "way"), [({}, "现场查看"), ({"way": None}, "未写明")])
def test_nobody_stops_tracking_without_saying_that_it_is_solved(said: dict[str, None], way: str, huainan: Town) -> None:
    walk = to_tracking(MatterWalk(huainan))
    keeper = walk.actor("office.list_keeper")
    assert matters.strike_off_slip(walk.number, keeper).tracked == ""
    for answer, why in (("no", "没有解决的不能结束跟踪"), (None, "须写明问题是否解决")):
        with pytest.raises(Refused, match=why) as refused:
            walk.do(Act.END_TRACKING, settled=answer)
        assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.LIST_TRACK, "settled")
    assert walk.do(Act.END_TRACKING, **said).stage == Stage.STRUCK_OFF
    sentence = events(walk.facts.subject)[-1].sentence
    assert sentence == f"复查通过，结束跟踪（问题是否解决：已解决；核查方式：{way}）"
    assert matters.strike_off_slip(walk.number, keeper).tracked == "已解决"
    assert papers.struck_off(walk.number, keeper, walk.now).tracked == "问题是否解决：已解决"
    Matter.objects.filter(number=walk.number).update(settled="")  # as it was ended before that was asked
    assert matters.strike_off_slip(walk.number, keeper).tracked == "未写明"


@pytest.mark.clause("HN-2.3b")
def test_what_its_requester_calls_unsolved_is_tracked_further(huainan: Town) -> None:
    """Until they were asked, while the unit does it again, and until the desk decided of what stays unsolved."""
    walk = to_confirmed(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK)
    case = Walk(huainan, walk.now, number=walk.case, actors=walk.actors)

    def refused(why: str) -> None:
        with pytest.raises(Refused, match=why) as refusal:
            walk.at(case.now).do(Act.END_TRACKING)
        assert refusal.value.refusal.norm == norms.LIST_TRACK
        case.at(walk.now)

    for _ in range(2):
        refused("工单现在是“待回访”，还没有办结，不能结束跟踪")
        case.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
        case.do(A.REWORK)
        refused("还没有办结，不能结束跟踪")
        case.along(A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    case.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    case.do(A.CLOSE, closure="EXPLAINED")
    refused("诉求人认为没有解决，工单还没有决定怎样处理，不能结束跟踪")
    case.do(A.DECIDE_UNSOLVED)
    assert walk.at(case.now).do(Act.END_TRACKING).stage == Stage.STRUCK_OFF
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-3.3")
@pytest.mark.parametrize(("reply", "outcome"), [("", "unmet"), ("灯具已到货，明天安装。", "met")])
def test_feedback_is_no_reply_to_whoever_urged(reply: str, outcome: str, huainan: Town) -> None:
    """F04: the reply is asked for where the result is sent, or it was never made."""
    walk = to_class(MatterWalk(huainan)).along(Act.ASSIGN, Act.SIGN_IN, Act.URGE, Act.DRAFT_FEEDBACK)
    walk.do(Act.SUBMIT_FEEDBACK, urge_reply=reply)
    assert Duty.objects.get(subject=walk.facts.subject, kind="urge_reply").outcome == outcome
    sent = events(walk.facts.subject)[-1]
    assert sent.sentence.endswith("，回复催办督办") is bool(reply)
    assert (sent.private or {}).get("urge_reply", "") == reply
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-3.2a")
@pytest.mark.parametrize(("days", "outcome"), [(1, "waived"), (30, "unmet")])
def test_who_had_the_matter_until_it_was_late_never_did_it(days: int, outcome: str, huainan: Town) -> None:
    """F04: given to another unit, what the first one owed ends unmet where it was past due."""
    walk = to_class(MatterWalk(huainan)).along(Act.ASSIGN, Act.SIGN_IN)
    walk.later(days=days).do(Act.REASSIGN)
    first = Duty.objects.get(subject=walk.facts.subject, kind="list_handle", holder=huainan.unit)
    assert first.outcome == outcome
