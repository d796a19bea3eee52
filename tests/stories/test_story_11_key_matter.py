"""故事十一：会商确定的重点事项由督考办督办，没有督考办反馈不能销号；重要特殊事项销号后复查不通过，重新办理。"""

from datetime import datetime, timedelta

import pytest

from bihuan.kernel.refusal import Refused
from bihuan.matters import queries as matters
from bihuan.matters.types import Act, MatterClass, Stage
from bihuan.organisations import commands as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, to_class, to_confirmed
from tests.towns import FOUNDER, START, Town, settle


def cited(refused: pytest.ExceptionInfo[Refused]) -> str | None:
    """The clause behind a refusal."""
    return pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id


@pytest.mark.clause("HN-3.2b")
def test_a_matter_is_key_only_by_a_meeting_or_an_instruction(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case().along(Act.REPORT, Act.REGISTER)
    for said, field in (
        ({}, "key_basis"),
        ({"key_basis": "meeting"}, "reference"),
    ):
        for matter_class in ("key", "special"):
            with pytest.raises(Refused) as refused:
                walk.do(Act.CLASSIFY, matter_class=matter_class, **said)
            assert (cited(refused), refused.value.refusal.field) == ("HN-3.2b", field)
    walk.instructed(reference="批示〔2025〕7号", leader="常务副市长")
    told = events(f"matter:{walk.number}")[-1]
    assert told.sentence == "分类为重点（领导批示，批示〔2025〕7号）"
    with pytest.raises(Refused, match="正在核实"):
        walk.do(Act.CLASSIFY, matter_class="general")
    walk.do(Act.VERIFY)
    with pytest.raises(Refused, match="不再列为重点") as refused:
        walk.do(Act.CLASSIFY, matter_class="general")
    assert cited(refused) == "HN-3.2b"


@pytest.mark.clause("HN-2.3a", "HN-3.3", "HN-3.2b", "HN-3.4b")
def test_the_office_cannot_strike_a_key_matter_off_before_the_supervision_body_has_fed_back(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.KEY).along(Act.ASSIGN, Act.SIGN_IN)

    # The supervision body presses on; the unit owes a reply.
    walk.do(Act.URGE, by="supervision.supervisor")
    assert (walk.facts.urges, walk.facts.supervisions) == (0, 1)
    assert walk.facts.duties["urge_reply"] == datetime(2025, 3, 25, 17, 30, tzinfo=ZONE), "two working days"
    with pytest.raises(Refused, match="只有承办单位经办人"):
        walk.do(Act.REPLY_URGE, by="supervision.supervisor")
    walk.do(Act.REPLY_URGE)
    assert "urge_reply" not in walk.facts.duties
    with pytest.raises(Refused, match="没有待回复"):
        walk.do(Act.REPLY_URGE)

    # A word to the unit is no look: without one there is no finding, and nothing is struck off.
    walk.along(Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK)
    assert "list_track" in walk.facts.duties
    walk.do(Act.CONFIRM)
    assert set(walk.facts.duties) == {"list_supervision_feedback"}
    for act in (Act.SUPERVISE, Act.STRIKE_OFF):
        with pytest.raises(Refused, match="没有督查记录，不能销号") as refused:
            walk.do(act)
        assert cited(refused) == "HN-2.3a"
    walk.do(Act.TRACK)
    with pytest.raises(Refused, match="须有督查考核机构的反馈才能销号") as refused:
        walk.do(Act.STRIKE_OFF)
    assert cited(refused) == "HN-2.3a"

    walk.do(Act.SUPERVISE)
    assert set(walk.facts.duties) == {"list_strike_off"}
    with pytest.raises(Refused, match="本轮已有督查反馈"):
        walk.do(Act.SUPERVISE)
    assert walk.do(Act.STRIKE_OFF).stage == Stage.STRUCK_OFF
    assert walk.facts.duties == {}
    slip = matters.strike_off_slip(walk.number, walk.actor("supervision.supervisor"))
    assert (slip.matter_class, slip.supervised_by_name) == (MatterClass.KEY, "supervision.supervisor")


@pytest.mark.clause("HN-2.3b", "HN-0")
def test_a_special_matter_that_fails_its_recheck_is_on_the_ledger_again_under_its_number(huainan: Town) -> None:
    walk = to_confirmed(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.SUPERVISE)
    with pytest.raises(Refused, match="持续跟踪") as refused:
        walk.do(Act.STRIKE_OFF)
    assert cited(refused) == "HN-2.3b"
    walk.do(Act.STRIKE_OFF_AND_TRACK, recheck_on=(walk.now + timedelta(days=10)).date(), on_free_day=True)
    matter = walk.facts
    assert (matter.stage, matter.closed_at, set(matter.duties)) == (Stage.TRACKING, None, {"list_recheck"})
    keeper = walk.actor("office.list_keeper")
    assert matters.reconciliation(keeper, walk.now.date(), now=walk.now).closing == 0, "it has left the ledger"

    # A first re-check passes and sets the next one; the second fails.
    with pytest.raises(Refused, match=r"今天（.*）之后"):
        walk.do(Act.RECHECK, recheck_on=walk.now.date())
    walk.later(days=9).do(Act.RECHECK)
    assert walk.facts.duties["list_recheck"] > walk.now + timedelta(days=29)
    walk.later(days=20).do(Act.REOPEN)

    again = walk.facts
    assert (again.stage, again.round, again.list_number) == (Stage.ASSIGNED, 2, matter.list_number)
    assert (again.lead, set(again.duties)) == (huainan.unit, {"list_sign_in", "list_handle", "list_track"})
    assert (again.confirmed_by, again.supervised_at) == ("", None), "the new round begins anew"
    month = matters.reconciliation(keeper, walk.now.date(), now=walk.now)
    assert (month.reopened, month.closing, month.counted, month.balanced) == (1, 1, 1, True)

    walk.along(Act.SIGN_IN, Act.TRACK, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)
    with pytest.raises(Refused, match="督查考核机构的反馈"):
        walk.do(Act.STRIKE_OFF_AND_TRACK)
    walk.along(Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK)
    with pytest.raises(Refused, match="工单现在是“待回访”，还没有办结，不能结束跟踪") as refused:
        walk.do(Act.END_TRACKING)
    assert cited(refused) == "HN-2.3b"
    ended = walk.called_back().later(days=29).do(Act.END_TRACKING)
    assert ended.stage == Stage.STRUCK_OFF
    assert (walk.facts.duties, walk.facts.closed_at) == ({}, walk.now)
    rounds = matters.view(walk.number, keeper, now=walk.now).rounds
    assert [r.round for r in rounds if r.struck_off_at] == [1, 2]


@pytest.mark.clause("HN-2.3a")
def test_the_supervision_body_may_send_a_confirmed_key_matter_back(huainan: Town) -> None:
    walk = to_confirmed(MatterWalk(huainan), MatterClass.KEY)
    walk.do(Act.SEND_BACK, by="supervision.supervisor", reason_code="not_factual", reason="现场仍未解决。")
    matter = walk.facts
    assert (matter.stage, matter.confirmed_by) == (Stage.HANDLING, "")
    assert set(matter.duties) == {"list_rework", "list_track"}


@pytest.mark.clause("HN-3.4b")
def test_who_confirmed_does_not_strike_off_nor_who_reported_confirm(huainan: Town) -> None:
    settle(huainan.code, huainan.desk, "double", "list_keeper")
    for post in ("list_director", "registrar"):
        organisations.appoint(
            account="hn.double", unit=huainan.desk, post=post, from_on=START.date(), actor=FOUNDER, now=START
        )
    walk = MatterWalk(huainan).with_overdue_case()
    walk.do(Act.REPORT, by="double")
    walk.along(Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK)
    with pytest.raises(Refused, match="您报送列入"):
        walk.do(Act.CONFIRM, by="double")
    walk.do(Act.CONFIRM)
    with pytest.raises(Refused, match="您报送列入或反馈"):
        walk.do(Act.STRIKE_OFF, by="double")
    walk.do(Act.STRIKE_OFF)

    another = MatterWalk(huainan, walk.now, actors=walk.actors).with_overdue_case()
    another.along(
        Act.REPORT, Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK
    )
    another.do(Act.CONFIRM, by="double")
    with pytest.raises(Refused, match="由您确认办结"):
        another.do(Act.STRIKE_OFF, by="double")
