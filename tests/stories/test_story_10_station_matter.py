"""故事十：电视台受理的事项逾期，报送、登记、交办并抄送；反馈未签字被拒，盖章后接受；审核、销号。"""

from datetime import date, datetime

import pytest

from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import queries as matters
from bihuan.matters.types import Act, Stage
from bihuan.organisations import commands as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, with_station
from tests.towns import FOUNDER, Town

OWN_BOOKS = {
    "case": "",
    "channel": "zfxf",
    "origin_number": "热线2025-017",
    "title": "老旧小区加压泵停用，六楼以上没有水",
    "content": "节目接到反映：小区加压泵停用半个月，六楼以上住户早晚没有水。",
    "name": "陈某",
    "phone": "13900005678",
}


def cited(refused: pytest.ExceptionInfo[Refused]) -> str | None:
    """The clause behind a refusal."""
    return pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id


@pytest.mark.clause(
    "HN-0", "HN-1.1", "HN-1.2", "HN-2.2c", "HN-2.4", "HN-3.1", "HN-3.2a", "HN-3.2c", "HN-3.4a", "HN-3.4b"
)
def test_a_matter_of_the_television_station_goes_all_the_way_to_its_strike_off(huainan: Town) -> None:
    station = with_station(huainan)
    walk = MatterWalk(huainan)

    # The station's own limit has passed; it reports to the government's office.
    walk.do(Act.REPORT, by="station.registrar", tier1_due_at=datetime(2025, 2, 28, 17, 30, tzinfo=ZONE), **OWN_BOOKS)
    assert walk.facts.stage == Stage.CANDIDATE
    assert walk.facts.parts["reporter"] == {station}
    assert set(walk.facts.duties) == {"list_register"}

    walk.do(Act.REGISTER)
    assert walk.facts.list_number == "HXQD〔2025〕001"
    assert set(walk.facts.duties) == {"list_classify"}
    walk.do(Act.CLASSIFY)

    # Assigned with a limit and a basis, and copied to the supervision body at once.
    supervisor = walk.actor("supervision.supervisor")
    with pytest.raises(Unknown):
        matters.visible_facts(walk.number, supervisor)
    walk.do(Act.ASSIGN, ground="territory", basis="小区在该单位辖区", due_on="2025-03-14")
    matter = matters.visible_facts(walk.number, supervisor)
    assert matter.copied_at == walk.now
    assert matter.duties["list_handle"] == datetime(2025, 3, 14, 17, 30, tzinfo=ZONE)
    assigned, copied = events(f"matter:{walk.number}")[-2:]
    assert (assigned.clause, copied.clause) == ("HN-3.2a", "HN-3.2c")
    assert copied.sentence == "抄送hn.supervision"

    walk.do(Act.SIGN_IN)
    walk.do(Act.DRAFT_FEEDBACK, result="更换了加压泵，恢复供水，陈某确认。")
    assert set(matters.facts(walk.number).duties) == {"list_handle", "list_sign"}

    # Without signature or seal the result does not leave the unit.
    with pytest.raises(Refused, match="主要负责人签字或加盖公章") as refused:
        walk.do(Act.SUBMIT_FEEDBACK, by="unit.deputy", proof=None)
    assert cited(refused) == "HN-3.4a"
    with pytest.raises(Refused, match="主要负责人"):
        walk.do(Act.SUBMIT_FEEDBACK, by="unit.deputy", proof="signature")
    with pytest.raises(Refused, match="盖章件扫描"):
        walk.do(Act.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal")
    assert walk.facts.stage == Stage.FEEDBACK

    walk.do(Act.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal", seal=[walk.scan(by="unit.deputy")])
    assert walk.facts.stage == Stage.REVIEW
    assert set(walk.facts.duties) == {"list_review"}

    # The office wants more first, then confirms; somebody else strikes off.
    first_due = walk.facts.first_due_at
    walk.do(Act.SEND_BACK)
    again = [d for d in matters.view(walk.number, walk.actor("unit.handler"), now=walk.now).duties if not d.outcome]
    assert [(d.kind, d.first_due_at) for d in again] == [("list_rework", first_due)]
    walk.do(Act.DRAFT_FEEDBACK, result="更换了加压泵，恢复供水，附现场照片。")
    walk.do(Act.SUBMIT_FEEDBACK)
    walk.do(Act.CONFIRM)
    struck = walk.do(Act.STRIKE_OFF, opinion="同意销号")

    assert struck.stage == Stage.STRUCK_OFF
    assert walk.facts.duties == {}, "nothing ends while a duty on it is open"
    slip = matters.strike_off_slip(walk.number, walk.actor("office.list_keeper"))
    assert (slip.list_number, slip.feedback.signer_name, slip.late) == ("HXQD〔2025〕001", "unit.head", False)
    assert (slip.confirmed_by_name, slip.struck_off_by_name) == ("office.list_keeper", "office.list_director")
    month = matters.reconciliation(walk.actor("office.list_keeper"), walk.now.date(), now=walk.now)
    assert (month.opening, month.entered, month.struck_off, month.closing, month.balanced) == (0, 1, 1, 0, True)


@pytest.mark.clause("HN-1.2", "HN-2.4")
def test_the_station_may_not_report_what_is_not_overdue_or_without_its_history(huainan: Town) -> None:
    with_station(huainan)
    walk = MatterWalk(huainan)
    past = datetime(2025, 2, 28, 17, 30, tzinfo=ZONE)
    for missing, match in (
        ({"tier1_due_at": None}, "没有原办理时限"),
        ({"tier1_due_at": datetime(2025, 3, 28, 17, 30, tzinfo=ZONE)}, "还没有到"),
        ({"done": ""}, "已做的工作"),
        ({"why_unresolved": ""}, "原因"),
    ):
        with pytest.raises(Refused, match=match) as refused:
            walk.do(Act.REPORT, by="station.registrar", **{"tier1_due_at": past, **OWN_BOOKS, **missing})
        assert cited(refused) == "HN-1.2"
        assert refused.value.refusal.field == next(iter(missing))
    walk.do(Act.REPORT, by="station.registrar", override_reason="市领导要求提前列入", **OWN_BOOKS)
    told = events(f"matter:{walk.number}")[0]
    assert told.private is not None
    assert told.private["override_reason"] == "市领导要求提前列入"


@pytest.mark.clause("HN-2.4", "HN-2.5", "HN-2.6")
@pytest.mark.parametrize(
    ("owner", "channel"),
    [("broadcaster", "zfxf"), ("newspaper", "xmwz"), ("data_bureau", "ahzwfw"), ("data_bureau", "gjzwfw")],
)
def test_only_the_owner_of_the_channel_reports_from_its_books(huainan: Town, owner: str, channel: str) -> None:
    unit = with_station(huainan, owner, channel)
    walk = MatterWalk(huainan)
    said = {**OWN_BOOKS, "channel": channel, "tier1_due_at": datetime(2025, 2, 28, 17, 30, tzinfo=ZONE)}
    with pytest.raises(Refused, match="只有受理单位"):
        walk.do(Act.REPORT, by="desk.registrar", **said)
    walk.do(Act.REPORT, by="station.registrar", **said)
    assert (walk.facts.channel, walk.facts.parts["reporter"]) == (channel, {unit})


@pytest.mark.clause("HN-3.4a")
def test_an_acting_head_signs_and_a_head_of_yesterday_does_not(huainan: Town) -> None:
    walk = MatterWalk(huainan)
    walk.with_overdue_case().along(Act.REPORT, Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK)
    today = walk.now.astimezone(ZONE).date()
    organisations.dismiss(
        account="hn.unit.head", unit=huainan.unit, post="head", until_on=today, actor=FOUNDER, now=walk.now
    )
    walk.actors.clear()
    with pytest.raises(Unknown):
        walk.do(Act.SUBMIT_FEEDBACK, by="unit.head")
    organisations.appoint(
        account="hn.unit.deputy",
        unit=huainan.unit,
        post="head",
        from_on=date(2025, 3, 1),
        acting=True,
        actor=FOUNDER,
        now=walk.now,
    )
    walk.actors.clear()
    walk.do(Act.SUBMIT_FEEDBACK, by="unit.deputy")
    feedback = matters.view(walk.number, walk.actor("unit.deputy"), now=walk.now).feedbacks[0]
    assert (feedback.signer_name, feedback.acting) == ("unit.deputy", True)
