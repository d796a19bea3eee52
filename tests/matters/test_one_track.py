"""One request has one track: what becomes of the case is told to the matter, and the other way round."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.queries import own, visible_facts
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.stages import LISTABLE
from bihuan.cases.types import Stage as CaseStage
from bihuan.clockwork.commands import sweep
from bihuan.dispatch.queries import answers
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.commands import LIFE
from bihuan.matters.models import Matter
from bihuan.matters.queries import open_of_case
from bihuan.matters.types import Act, MatterClass, Stage
from bihuan.matters.types.happenings import RequesterSaid
from bihuan.policy.loader import pack
from bihuan.public.story import Story, story
from bihuan.record.queries import events
from tests.matters.walks import EARLY, MatterWalk, ReportedWalk
from tests.towns import Town
from tests.walks import WAYS, A, Walk


@pytest.mark.clause("HN-1.2", "HN-2.2c")
@pytest.mark.parametrize("end", sorted(CASE_ENDS - {CaseStage.ARCHIVED}))
def test_a_case_that_ends_is_no_candidate_any_more(end: CaseStage, huainan: Town) -> None:
    """F26: whatever ends the case drops its open candidate at once, by the clock's hand."""
    case = ReportedWalk(huainan)
    WAYS[end](case)
    assert case.facts.stage == end
    matter = case.matter
    assert matter is not None
    assert (matter.facts.stage, matter.facts.duties) == (Stage.DROPPED, {})
    dropped = events(matter.facts.subject)[-1]
    assert (dropped.account, dropped.private) == ("clockwork", {"reason": f"工单已{end.label.removeprefix('已')}"})
    assert dropped.facts["lapses"] == ["list_register"]
    with pytest.raises(Refused, match="不予列入"):
        matter.at(max(matter.now, case.now)).do(Act.REGISTER, override_reason=EARLY)
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-1.2")
def test_an_entry_that_is_overdue_when_the_case_ends_was_never_made(huainan: Town) -> None:
    matter = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE)
    case = Walk(huainan, matter.now, number=matter.case).later(days=10)
    case.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    assert matter.facts.stage == Stage.DROPPED
    outcomes = Duty.objects.filter(subject=matter.facts.subject).values_list("kind", "outcome")
    assert dict(outcomes) == {"list_report": "unmet", "list_register": "unmet"}


@pytest.mark.clause("HN-1.2")
def test_of_what_was_put_together_the_late_parent_is_the_candidate(huainan: Town) -> None:
    """A late case is given back and put to another one that is late as well."""
    parent = MatterWalk(huainan).with_overdue_case()
    case = Walk(huainan, parent.now).along(A.REGISTER, A.DISPATCH, A.REQUEST_RETURN).later(days=20)
    child = MatterWalk(huainan, case.now, case=case.number).along(Act.PROPOSE)
    case.at(child.now).along(A.APPROVE_RETURN)
    case.do(A.MERGE, parent=parent.case, reason="同一盏路灯。", requester_told="电话告知")
    assert child.facts.stage == Stage.DROPPED
    assert open_of_case(parent.case) not in ("", child.number)
    assert verify(huainan.code).findings == ()


def _late(town: Town, **said: Any) -> tuple[Walk, MatterWalk]:
    """A case that its unit did not settle in time, and the candidate that it became."""
    case = Walk(town)
    case.do(A.REGISTER, **said)
    case.along(A.DISPATCH, A.SIGN_IN).later(days=20)
    return case, MatterWalk(town, case.now, case=case.number, actors=case.actors).along(Act.PROPOSE, Act.EXPLAIN)


def _owed(subject: str) -> dict[str, str]:
    return dict(Duty.objects.filter(subject=subject).exclude(outcome="").values_list("kind", "outcome"))


TO_CONFIRMED = (Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)
STRUCK_AND_TRACKED = (Act.TRACK, Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK)


@pytest.mark.clause("HN-0", "HN-2.2c", "HN-3.4b", "HN-5.2c")
def test_what_is_listed_goes_one_way_until_its_requester_was_asked(huainan: Town) -> None:
    """F25: the late case is listed, given to another unit, settled there, struck off: that is its answer."""
    case, matter = _late(huainan)
    first = case.facts.lead
    matter.do(Act.REGISTER)
    on_list = case.facts
    assert (on_list.stage, set(on_list.duties), on_list.lead) == (CaseStage.LISTED, {"listed"}, first)
    assert _owed(on_list.subject)["handle"] == "unmet"
    with pytest.raises(Refused, match="已列入清单"):
        case.at(matter.now).do(A.ANSWER)

    matter.do(Act.CLASSIFY)
    matter.do(Act.ASSIGN, lead=huainan.other)
    given = case.facts
    assert (given.lead, given.first_receiver) == (huainan.other, first)
    assert given.parts["lead"] == {huainan.other}
    assert given.duties == {"listed": matter.facts.due_at}, "one unit under one limit"
    with pytest.raises(Unknown):
        visible_facts(case.number, case.actor("unit.handler"))

    # What the requester adds reaches the matter; a wish to withdraw is handed on, and takes nothing off the list.
    case.at(matter.now).do(A.SUPPLEMENT, by="requester")
    assert case.do(A.WITHDRAW, by="requester").stage == CaseStage.LISTED
    told = [event for event in events(matter.facts.subject) if event.kind == RequesterSaid.kind]
    assert [(e.sentence, e.post) for e in told] == [("诉求人补充情况", "requester"), ("诉求人要求撤回", "requester")]
    assert told[0].private == {"text": "东门左手第二根灯杆，编号0317。"}
    assert matter.facts.stage == Stage.ASSIGNED

    matter.at(case.now)
    for act in (Act.SIGN_IN, Act.DRAFT_FEEDBACK):
        matter.do(act, by="other.handler")
    matter.do(Act.SUBMIT_FEEDBACK, by="other.head")
    matter.along(Act.CONFIRM, Act.STRIKE_OFF)
    struck = case.facts
    assert (struck.stage, set(struck.duties)) == (CaseStage.CALLBACK, {"callback"})
    assert _owed(struck.subject)["listed"] == "met"
    (answer,) = answers(case.number)
    assert (answer.unit, answer.to_requester) == (huainan.other, "已修复路灯，诉求人到场确认。")
    assert (answer.signed_off_by, answer.by) == ("hn.other.head", "hn.other.handler")
    sentences = [event.sentence for event in events(case.facts.subject)]
    assert [s for s in sentences if "清单" in s] == [
        "列入清单（HXQD〔2025〕001），此后随清单办理",
        f"随清单由{huainan.other}办理，期限2025-04-06 17:30",
        "诉求人要求撤回；本件已列入清单，要求转清单办理，销号前继续办理",
        "清单事项HXQD〔2025〕001销号（已解决），办理结果即为答复，转回访",
    ]
    assert Duty.objects.filter(subject=struck.subject, kind="handle").count() == 1, "nobody else ever owed the handling"

    # Dissatisfied and unsolved: done again by the matter's unit; late again, it is a candidate anew.
    case.at(matter.now).do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    case.do(A.REWORK)
    assert case.facts.lead == huainan.other
    again = MatterWalk(huainan, case.later(days=20).now, case=case.number, actors=case.actors)
    again.along(Act.PROPOSE, Act.EXPLAIN, Act.REGISTER)
    assert case.facts.stage == CaseStage.LISTED
    assert again.number != matter.number
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.2c")
@pytest.mark.parametrize(
    "said", [{"callback_wanted": False}, {"anonymous": True, "name": "", "phone": "", "address": ""}]
)
def test_where_nobody_can_be_asked_the_strike_off_closes_the_case(said: dict[str, Any], huainan: Town) -> None:
    case, matter = _late(huainan, **said)
    matter.along(Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN)
    untold: dict[str, Any] = {"told_method": None, "told_at": None}
    with nullcontext() if case.facts.anonymous else pytest.raises(Refused) as refused:
        matter.do(Act.DRAFT_FEEDBACK, **untold)
    if refused is not None:
        assert refused.value.refusal.field == "told_method"
        matter.do(Act.DRAFT_FEEDBACK)
    matter.along(*TO_CONFIRMED[2:], Act.STRIKE_OFF)
    assert (case.facts.stage, case.facts.closure, case.facts.duties) == (CaseStage.CLOSED, "SOLVED", {})
    (answer,) = answers(case.number)
    assert bool(answer.feedback_at) is not case.facts.anonymous
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.2c")
def test_a_limit_that_moves_moves_that_of_the_case(huainan: Town) -> None:
    case, matter = _late(huainan)
    matter.along(Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.REASSIGN)
    assert (case.facts.lead, case.facts.duties["listed"]) == (huainan.other, matter.facts.duties["list_handle"])
    for act in (Act.SIGN_IN, Act.DRAFT_FEEDBACK):
        matter.do(act, by="other.handler")
    matter.do(Act.SUBMIT_FEEDBACK, by="other.head")
    matter.do(Act.SEND_BACK, due_on=(matter.now + timedelta(days=40)).date(), on_free_day=True)
    assert case.facts.duties["listed"] == matter.facts.duties["list_rework"]
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.3b")
@pytest.mark.parametrize("asked", [False, True])
def test_what_comes_back_is_on_the_list_again_with_its_case(asked: bool, huainan: Town) -> None:
    """A special matter fails its re-check, before the requester was asked or after the case was closed."""
    case, matter = _late(huainan)
    matter.do(Act.REGISTER)
    matter.classified(MatterClass.SPECIAL).along(Act.ASSIGN, *TO_CONFIRMED, *STRUCK_AND_TRACKED)
    if asked:
        case.at(matter.now).along(A.RECORD_CALLBACK, A.CLOSE)
    matter.later(days=20).do(Act.REOPEN)
    again = case.facts
    assert (again.stage, again.round, again.closure, again.closed_at) == (CaseStage.LISTED, 2, "", None)
    assert again.duties == {"listed": matter.facts.duties["list_handle"]}
    matter.along(*TO_CONFIRMED, *STRUCK_AND_TRACKED)
    assert [answer.version for answer in answers(case.number)] == [2, 1]
    case.at(matter.now).along(A.RECORD_CALLBACK, A.CLOSE)

    # Watched further, the case stays out of the archive.
    with pytest.raises(Refused, match="还在销号后跟踪") as refused:
        case.later(days=60).do(A.ARCHIVE)
    assert pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id == "HN-2.3b"
    matter.at(case.now).do(Act.END_TRACKING)
    assert case.at(matter.now).do(A.ARCHIVE).stage == CaseStage.ARCHIVED
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-1.2", "HN-2.2c")
@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ((A.ANSWER, A.SIGN_OFF), "答复已报审核，待审核、回访后再定"),
        ((A.ANSWER, A.SIGN_OFF, A.APPROVE), "答复已报审核，待审核、回访后再定"),
    ],
)
def test_what_was_answered_is_not_entered_before_it_was_checked(acts: tuple[str, ...], why: str, huainan: Town) -> None:
    case, matter = _late(huainan)
    case.at(matter.now).along(*acts)
    with pytest.raises(Refused, match=why):
        matter.at(case.now).do(Act.REGISTER)
    offers = LIFE.offers(matter.facts, matter.actor("office.list_keeper"), case.now)
    assert [offer.refusal.reason for offer in offers if offer.act == Act.REGISTER and offer.refusal] == [f"{why}。"]


@pytest.mark.clause("HN-1.2")
def test_what_no_unit_handles_is_not_entered(huainan: Town) -> None:
    case = ReportedWalk(huainan).along(A.REGISTER)
    assert isinstance(case, ReportedWalk)
    assert case.matter is not None
    with pytest.raises(Refused, match="回到承办单位后再定"):
        case.matter.do(Act.REGISTER, override_reason=EARLY)


@pytest.mark.parametrize("stage", LISTABLE)
def test_wherever_the_unit_has_it_the_case_may_be_listed(stage: CaseStage, huainan: Town) -> None:
    case = ReportedWalk(huainan)
    WAYS[stage](case)
    assert case.matter is not None
    case.matter.at(case.now).do(Act.REGISTER, override_reason=EARLY)
    assert (case.facts.stage, set(case.facts.duties)) == (CaseStage.LISTED, {"listed"})
    assert verify(huainan.code).findings == ()


@pytest.mark.parametrize("by", ["the clock", "the strike-off"])
def test_a_matter_that_was_listed_before_takes_its_case_along(by: str, huainan: Town) -> None:
    case, matter = _late(huainan)
    with patch("bihuan.matters.commands.entry.take_along"), patch("bihuan.matters.commands.handling.take_along"):
        matter.along(Act.REGISTER, Act.CLASSIFY)
        matter.do(Act.ASSIGN, lead=huainan.other)
    assert (case.facts.stage, case.facts.lead) == (CaseStage.HANDLING, huainan.unit)
    assert [finding.subject for finding in verify(huainan.code).findings] == [matter.facts.subject]
    if by == "the clock":
        sweep(huainan.code, matter.now)
        assert (case.facts.stage, case.facts.lead) == (CaseStage.LISTED, huainan.other)
    matter.do(Act.SIGN_IN, by="other.handler")
    matter.do(Act.DRAFT_FEEDBACK, by="other.handler")
    matter.do(Act.SUBMIT_FEEDBACK, by="other.head")
    matter.along(Act.CONFIRM, Act.STRIKE_OFF)
    assert (case.facts.stage, case.facts.lead) == (CaseStage.CALLBACK, huainan.other)
    assert verify(huainan.code).findings == ()


def test_verify_finds_a_case_on_the_list_without_its_matter(huainan: Town) -> None:
    case, matter = _late(huainan)
    matter.do(Act.REGISTER)
    Matter.objects.filter(number=matter.number).update(stage="dropped")
    reasons = [finding.reason for finding in verify(huainan.code).findings if finding.subject == case.facts.subject]
    assert reasons == ["列在清单，清单上却没有这一件"]
    Matter.objects.filter(number=matter.number).update(stage="struck_off")
    reasons = [finding.reason for finding in verify(huainan.code).findings if finding.subject == case.facts.subject]
    assert reasons == ["清单事项已经销号，工单却还列在清单"]


def test_only_what_calls_for_it_brings_a_case_on_the_list_or_off_it(huainan: Town) -> None:
    case, matter = _late(huainan)
    with pytest.raises(Refused, match="没有登记入账、尚未销号的清单事项"):
        case.at(matter.now).do(A.ENTER_LIST)
    matter.at(case.now).do(Act.REGISTER)
    for act, why in (
        (A.FOLLOW_LIST, "还没有交办"),
        (A.LEAVE_LIST, "没有已经销号的清单事项"),
        (A.CLOSE_LISTED, "没有已经销号的清单事项"),
    ):
        with pytest.raises(Refused, match=why):
            case.do(act)
    Matter.objects.filter(number=matter.number).update(stage="struck_off")
    with pytest.raises(Refused, match="应办理“清单销号，转回访”"):
        case.do(A.CLOSE_LISTED)


@pytest.mark.clause("HN-2.2c")
def test_the_requester_reads_since_when_it_is_listed_with_whom_and_until_when(huainan: Town) -> None:
    case, matter = _late(huainan)
    matter.do(Act.REGISTER)
    told = _story(case, matter)
    since = f"{matter.now:%Y-%m-%d}列入督办清单"
    assert (told.who, told.what) == (huainan.desk, f"{since}，正在确定由哪个单位办理。")
    matter.do(Act.CLASSIFY)
    matter.do(Act.ASSIGN, lead=huainan.other)
    case.at(matter.now).do(A.WITHDRAW, by="requester")
    told = _story(case, matter)
    assert (told.who, told.what) == (huainan.other, f"{since}，正由它办理。")
    assert [(due.what, due.at) for due in told.dues] == [("清单上办结", matter.facts.due_at)]
    assert [line.text for line in told.lines][-3:] == [
        "列入督办清单。",
        f"清单上交给{huainan.other}办理。",
        "您要求撤回，已转给清单上的办理单位。",
    ]
    matter.at(case.now)
    for act in (Act.SIGN_IN, Act.DRAFT_FEEDBACK):
        matter.do(act, by="other.handler")
    matter.do(Act.SUBMIT_FEEDBACK, by="other.head")
    matter.along(Act.CONFIRM, Act.STRIKE_OFF)
    (answer,) = _story(case, matter).answers
    assert (answer.by, answer.text, answer.newest) == (huainan.other, "已修复路灯，诉求人到场确认。", True)


def _story(case: Walk, matter: MatterWalk) -> Story:
    requester = case.actor("requester")
    facts = case.facts
    return story(facts, own(requester), events(facts.subject), answers(case.number), (), now=matter.now)
