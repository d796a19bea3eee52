"""What is asked of a matter on its way off the list: the reply to whoever urged, and whether it is solved."""

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import papers, rules
from bihuan.matters import queries as matters
from bihuan.matters.types import Act, MatterClass, Settled, Stage
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, to_class, to_confirmed
from tests.towns import Town


@pytest.mark.clause("HN-2.3b")
def test_what_is_not_solved_is_tracked_further() -> None:
    """F18: whoever ends the tracking is asked; what is not solved stays."""
    refusal = rules.may_end_tracking(settled=Settled.NO)
    assert refusal is not None
    assert refusal.norm is not None
    assert pack("huainan-2021-55").cite(refusal.norm).clause_id == "HN-2.3b"
    assert (refusal.field, rules.may_end_tracking(settled=Settled.YES)) == ("settled", None)


@pytest.mark.clause("HN-2.3b")
@pytest.mark.parametrize(
    ("said", "told", "way"), [({}, "已解决", "现场查看"), ({"settled": None, "way": None}, "未写明", "未写明")]
)
def test_an_answer_that_nobody_gave_is_told_as_none(said: dict[str, None], told: str, way: str, huainan: Town) -> None:
    walk = to_confirmed(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK)
    keeper = walk.actor("office.list_keeper")
    assert matters.strike_off_slip(walk.number, keeper).tracked == ""
    with pytest.raises(Refused, match="没有解决的不能结束跟踪"):
        walk.do(Act.END_TRACKING, settled="no")
    assert walk.do(Act.END_TRACKING, **said).stage == Stage.STRUCK_OFF
    sentence = events(walk.facts.subject)[-1].sentence
    assert sentence == f"复查通过，结束跟踪（问题是否解决：{told}；核查方式：{way}）"
    assert matters.strike_off_slip(walk.number, keeper).tracked == told
    assert papers.struck_off(walk.number, keeper, walk.now).tracked == f"问题是否解决：{told}"


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
