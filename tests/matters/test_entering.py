"""Onto the ledger: by more than one person's word, once for one matter, and not in its owner's place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import papers, rules
from bihuan.matters import queries as matters
from bihuan.matters.models import Matter
from bihuan.matters.types import Act, DutyKind, Stage
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, with_station
from tests.towns import START, Town, found_desk, give_channel, settle
from tests.walks import SecretWalk, Walk

PAST = datetime(2025, 2, 28, 17, 30, tzinfo=ZONE)
OWN_BOOKS: dict[str, Any] = {
    "case": "",
    "channel": "zfxf",
    "origin_number": "热线2025-017",
    "title": "加压泵停用",
    "content": "六楼以上住户没有水。",
    "tier1_due_at": PAST,
}


def reported(town: Town, **said: Any) -> MatterWalk:
    """A candidate from the station's own books."""
    walk = MatterWalk(town)
    walk.do(Act.REPORT, **{"by": "station.registrar", **OWN_BOOKS, **said})
    return walk


def cited(refused: pytest.ExceptionInfo[Refused]) -> str | None:
    """The clause behind a refusal."""
    assert refused.value.refusal.norm is not None
    return pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id


@pytest.mark.clause("HN-1.2")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"done": ""}, "done"),
        ({"why_unresolved": ""}, "why_unresolved"),
        ({"tier1_due_at": None}, "override_reason"),
        ({"tier1_due_at": START + timedelta(days=1)}, "override_reason"),
        ({"tier1_due_at": None, "office_override_reason": "群众长期反映。"}, None),
        ({"tier1_due_at": None, "office_override_reason": "群众长期反映。", "done": ""}, "done"),
        (
            {"tier1_due_at": None, "office_override_reason": "群众长期反映。", "by": "station.registrar"},
            "override_reason",
        ),
        ({"by": "station.registrar"}, None),
    ],
)
def test_what_the_office_enters_is_overdue_or_it_says_itself_why(
    given: dict[str, Any], field: str | None, huainan: Town
) -> None:
    """F28: the reporter's own word is never the office's, and nobody decides specially on what they reported."""
    with_station(huainan)
    walk = reported(huainan)
    whole = {"tier1_due_at": PAST, "done": "已到现场", "why_unresolved": "产权不清", "office_override_reason": ""}
    by = str(given.pop("by", "office.list_keeper"))
    refusal = rules.may_be_entered(walk.facts, walk.actor(by), **{**whole, **given}, now=walk.now)
    assert (refusal.field if refusal else None) == field


@pytest.mark.clause("HN-1.2")
def test_an_empty_form_enters_nothing_that_is_not_overdue_and_both_reasons_are_told(huainan: Town) -> None:
    with_station(huainan)
    walk = reported(huainan, tier1_due_at=None, done="", why_unresolved="", override_reason="栏目组要求提前列入。")
    empty = {"done": "", "why_unresolved": "", "override_reason": ""}
    for said, field in (
        (empty, "done"),
        ({**empty, "done": "已到现场"}, "why_unresolved"),
        ({**empty, "done": "已到现场", "why_unresolved": "产权不清"}, "override_reason"),
    ):
        with pytest.raises(Refused) as refused:
            walk.do(Act.REGISTER, **said)
        assert (cited(refused), refused.value.refusal.field) == ("HN-1.2", field)
    walk.do(Act.REGISTER, override_reason="群众长期反映。")
    listed = events(walk.facts.subject)[-1]
    assert listed.sentence == "登记入账，清单编号HXQD〔2025〕001（特殊列入）"
    assert listed.private is not None
    assert (listed.private["override_reason"], listed.private["office_override_reason"]) == (
        "栏目组要求提前列入。",
        "群众长期反映。",
    )
    walk.along(Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)
    walk.do(Act.STRIKE_OFF)
    both = "报送理由：栏目组要求提前列入。；⟨office⟩理由：群众长期反映。"
    keeper = walk.actor("office.list_keeper")
    assert matters.strike_off_slip(walk.number, keeper).specially == both
    assert papers.struck_off(walk.number, keeper, walk.now).specially == both.replace("⟨office⟩", "领导小组办公室")


@pytest.mark.clause("HN-1.2")
def test_what_is_entered_by_the_rule_is_not_special(huainan: Town) -> None:
    with_station(huainan)
    walk = reported(huainan).along(Act.REGISTER)
    assert events(walk.facts.subject)[-1].sentence == "登记入账，清单编号HXQD〔2025〕001"
    assert (walk.facts.office_override_reason, walk.facts.override_reason) == ("", "")


@pytest.mark.clause("HN-3.1")
def test_a_number_of_a_channel_is_one_matter(huainan: Town) -> None:
    """F29: the same original number is told which matter it is, as far as the reporter may see that."""
    with_station(huainan)
    walk = reported(huainan)
    with pytest.raises(Refused, match=f"热线2025-017已报送为{walk.number}。") as refused:
        reported(huainan, title="另一个标题")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (None, "origin_number")
    reported(huainan, origin_number="热线2025-018")
    walk.do(Act.DROP)
    again = reported(huainan)
    row = Matter.objects.get(number=again.number)
    with pytest.raises(IntegrityError, match="matter_one_of_a_number"), transaction.atomic():
        Matter.objects.filter(number=walk.number).update(stage="candidate")
    assert row.known_by_number


@pytest.mark.clause("HN-3.1")
def test_a_number_that_a_case_carries_is_that_case(huainan: Town) -> None:
    with_station(huainan)
    for post in ("dispatcher", "reviewer", "caller"):
        settle(huainan.code, f"{huainan.code}.station", f"station.{post}", post)
    case = Walk(huainan)
    case.do(CaseAct.REGISTER, by="station.registrar", channel="zfxf", origin_number="热线2025-017")
    with pytest.raises(Refused, match=f"已登记为工单{case.number}，请按工单号报送"):
        reported(huainan)


@pytest.mark.clause("HN-3.1")
def test_a_number_tells_no_case_that_the_reporter_does_not_see(huainan: Town) -> None:
    with_station(huainan)
    case = Walk(huainan)
    case.do(CaseAct.REGISTER, by="station.registrar", channel="zfxf", origin_number="热线2025-017")
    give_channel(huainan.code, "zfxf", found_desk(huainan.code, "second", kind="broadcaster"), on=START.date())
    with pytest.raises(Refused, match="热线2025-017已登记为一件工单") as refused:
        reported(huainan, by="second.registrar")
    assert case.number not in refused.value.refusal.reason


@pytest.mark.clause("HN-3.1")
def test_two_candidates_that_are_the_same_become_one(huainan: Town) -> None:
    """F29: the joined one ends with the other's number; its reporter takes part there, its sources stand there."""
    station = with_station(huainan)
    kept = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE, Act.EXPLAIN)
    walk = MatterWalk(huainan, kept.now, actors=kept.actors)
    walk.do(Act.REPORT, by="station.registrar", **OWN_BOOKS)
    keeper = walk.actor("office.list_keeper")
    for into in ("没有这一件", walk.number):
        with pytest.raises(Refused, match="没有找到要并入的事项") as refused:
            walk.do(Act.JOIN, into=into)
        assert refused.value.refusal.field == "into"
    joined = walk.do(Act.JOIN, into=kept.number)
    assert (joined.stage, joined.sentence) == (Stage.JOINED, f"并入{kept.number}")
    assert (walk.facts.joined_to, walk.facts.duties) == (kept.number, {})
    assert kept.facts.parts["reporter"] == {huainan.desk, station}
    told = events(kept.facts.subject)[-1]
    assert (
        told.sentence
        == f"{walk.number}并入本件（淮南广播电视台《政风行风热线》，原编号热线2025-017），市广播电视台参与"
    )
    view = matters.view(kept.number, keeper, now=walk.now)
    assert [(one.number, one.origin_number) for one in view.joined] == [(walk.number, "热线2025-017")]
    kept.at(walk.now).do(Act.REGISTER)
    month = matters.reconciliation(keeper, walk.now.date(), now=kept.now)
    assert (month.entered, month.closing, month.balanced) == (1, 1, True)
    with pytest.raises(Refused, match="并入"):
        walk.at(kept.now).do(Act.REGISTER)
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-3.1")
def test_a_case_whose_candidate_was_joined_is_listed_as_the_other(huainan: Town) -> None:
    kept = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE, Act.EXPLAIN, Act.REGISTER)
    walk = MatterWalk(huainan, kept.now, actors=kept.actors).with_overdue_case().along(Act.PROPOSE)
    walk.do(Act.JOIN, into=str(kept.facts.list_number))
    assert matters.open_of_case(walk.case) == kept.number
    with pytest.raises(Refused, match=f"已列为{kept.number}"):
        MatterWalk(huainan, walk.now, case=walk.case, actors=walk.actors).do(Act.PROPOSE)

    # Its own case ends by itself: nothing happens to the one that is kept.
    case = Walk(huainan, walk.now, number=walk.case, actors=walk.actors)
    case.along(CaseAct.ANSWER, CaseAct.SIGN_OFF, CaseAct.APPROVE, CaseAct.RECORD_CALLBACK, CaseAct.CLOSE)
    assert kept.facts.stage == Stage.LISTED
    kept.at(case.now).along(Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)
    kept.do(Act.STRIKE_OFF)
    assert matters.open_of_case(walk.case) == ""
    another = MatterWalk(huainan, kept.now, actors=kept.actors).with_overdue_case().along(Act.PROPOSE)
    with pytest.raises(Refused, match="已销号，不能并入"):
        another.do(Act.JOIN, into=kept.number)


@pytest.mark.clause("HN-3.1")
def test_nobody_is_let_into_what_was_asked_in_secret(huainan: Town) -> None:
    from tests.matters.walks import SecretMatterWalk

    with_station(huainan)
    secret = SecretMatterWalk(huainan).with_overdue_case().along(Act.PROPOSE, Act.EXPLAIN)
    walk = MatterWalk(huainan, secret.now, actors=secret.actors)
    walk.do(Act.REPORT, by="station.registrar", **OWN_BOOKS)
    with pytest.raises(Refused, match="要求保密") as refused:
        walk.do(Act.JOIN, into=secret.number)
    assert refused.value.refusal.field == "into"


@pytest.mark.clause("HN-3.1")
def test_no_unit_reads_by_a_joining_who_complained_of_it_in_secret(huainan: Town) -> None:
    """What is kept tells of what was put to it, with the channel's own number: to whom that accused, too."""
    listed = (Act.PROPOSE, Act.EXPLAIN, Act.REGISTER, Act.CLASSIFY)
    kept = MatterWalk(huainan).with_overdue_case().along(*listed)
    kept.do(Act.ASSIGN, co_units=[huainan.other])
    case = SecretWalk(huainan, kept.now, actors=kept.actors)
    case.do(CaseAct.REGISTER, accused=[huainan.other], origin_number="密-2025-1")
    case.along(CaseAct.DISPATCH, CaseAct.SIGN_IN)
    secret = MatterWalk(huainan, case.now, case=case.number, actors=kept.actors).later(days=20).along(Act.PROPOSE)
    with pytest.raises(Refused, match="被反映单位参与办理那一件，诉求人要求保密") as refused:
        secret.do(Act.JOIN, into=kept.number)
    assert refused.value.refusal.field == "into"
    free = MatterWalk(huainan, secret.now, actors=kept.actors).with_overdue_case().along(*listed)
    secret.at(free.now).do(Act.JOIN, into=free.number)
    free.at(secret.now)
    given: tuple[tuple[str, dict[str, Any]], ...] = (
        ("lead", {"lead": huainan.other}),
        ("co_units", {"co_units": [huainan.other]}),
    )
    for field, said in given:
        with pytest.raises(Refused, match="诉求人要求保密，不能交给它") as refused:
            free.do(Act.ASSIGN, **said)
        assert refused.value.refusal.field == field
    free.do(Act.ASSIGN)


def _of_the_station(town: Town) -> MatterWalk:
    """A late case of the station's channel, as the clock makes it a candidate."""
    with_station(town)
    for post in ("dispatcher", "reviewer", "caller"):
        settle(town.code, f"{town.code}.station", f"station.{post}", post)
    case = Walk(town)
    case.do(CaseAct.REGISTER, by="station.registrar", channel="zfxf")
    case.do(CaseAct.DISPATCH, by="station.dispatcher")
    case.do(CaseAct.SIGN_IN)
    case.later(days=20)
    return MatterWalk(town, case.now, case=case.number, actors=case.actors).along(Act.PROPOSE)


@pytest.mark.clause("HN-2.4", "HN-2.5", "HN-2.6")
def test_the_office_enters_in_the_place_of_the_owner_only_with_a_reason(huainan: Town) -> None:
    """F06: before the owner's report is due, the office says why it does not wait, and that is told."""
    walk = _of_the_station(huainan)
    with pytest.raises(Refused, match="写明代为登记的理由") as refused:
        walk.do(Act.REGISTER)
    assert (cited(refused), refused.value.refusal.field) == ("HN-2.4", "on_behalf_because")
    walk.do(Act.REGISTER, on_behalf_because="群众连日来访。")
    listed = events(walk.facts.subject)[-1]
    assert listed.sentence.endswith("（代为登记）")
    assert listed.private is not None
    assert listed.private["on_behalf_because"] == "群众连日来访。"
    assert _outcome(walk) == "waived"


@pytest.mark.clause("HN-2.4", "HN-2.5", "HN-2.6")
def test_a_report_that_is_overdue_was_never_made(huainan: Town) -> None:
    walk = _of_the_station(huainan).later(days=6)
    assert isinstance(walk, MatterWalk)
    walk.do(Act.REGISTER)
    assert _outcome(walk) == "unmet"
    assert events(walk.facts.subject)[-1].sentence == "登记入账，清单编号HXQD〔2025〕001"
    assert verify(huainan.code).findings == ()


def _outcome(walk: MatterWalk) -> str:
    return str(Duty.objects.get(subject=walk.facts.subject, kind=str(DutyKind.REPORT)).outcome)
