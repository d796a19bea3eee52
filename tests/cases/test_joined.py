"""A request that was joined to another follows it: it is told of its answer, or goes on by itself (F27)."""

from dataclasses import replace

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import DutyKind, Part, Stage
from bihuan.clockwork.commands import sweep
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.feedback.types import ParentAnswered
from bihuan.kernel.actor import Seat
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.privacy import commands as privacy
from bihuan.privacy.types import Erase, EraseGround
from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import A, Walk, answer, joined, merge_into_another

UNSOLVED = {"solved": "no", "satisfied": "no"}
UNREACHED = {"reached": False, "solved": None, "satisfied": None, "facts_true": None}


def outcome(walk: Walk, kind: str) -> str:
    """How the newest duty of a kind ended."""
    return Duty.objects.filter(subject=walk.facts.subject, kind=kind).latest("id").outcome


def seen_by(walk: Walk, short: str) -> bool:
    try:
        return cases.visible_facts(walk.number, walk.actor(short)).number == walk.number
    except Unknown:
        return False


def erase(walk: Walk) -> None:
    """Erase what is personal in a case, as the clockwork does."""
    asked = Erase(ground=EraseGround.REQUESTED, basis="个人信息删除申请〔2025〕3号")
    privacy.erase(number=walk.number, fields=asked, actor=walk.actor("clockwork"), now=walk.now)


def sound(town: Town) -> None:
    assert [str(broken) for broken in verify(town.code).findings] == []


def test_whoever_leads_the_other_case_may_open_it_and_do_nothing_in_it(wendeng: Town) -> None:
    child, _ = joined(wendeng)
    assert seen_by(child, "unit.handler")
    assert not seen_by(child, "other.handler")
    for act in (A.SUPPLEMENT, A.UNMERGE, A.WITHDRAW):
        with pytest.raises(Refused):
            child.do(act, by="unit.handler")


def test_it_is_seen_by_whoever_leads_the_other_case_now(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    parent.along(A.REQUEST_RETURN, A.APPROVE_RETURN)
    assert not seen_by(child, "unit.handler")
    parent.do(A.DISPATCH, lead=wendeng.other)
    assert seen_by(child, "other.handler")
    child.at(parent.now).do(A.UNMERGE)
    assert not seen_by(child, "other.handler")


def test_it_is_seen_at_once_where_the_other_case_is_being_handled(wendeng: Town) -> None:
    parent = Walk(wendeng).along(A.REGISTER, A.DISPATCH, A.SIGN_IN)
    child = Walk(wendeng, parent.now).along(A.REGISTER)
    child.do(A.MERGE, parent=parent.number, reason="同一盏路灯。", requester_told="电话告知")
    assert seen_by(child, "unit.handler")
    assert not seen_by(child, "other.handler")


def test_what_accuses_the_lead_in_secret_stays_closed(wendeng: Town) -> None:
    child, _ = joined(wendeng, secrecy_requested=True, accused=[wendeng.unit])
    assert not seen_by(child, "unit.handler")
    assert Part.MAIN not in child.facts.parts


@pytest.mark.parametrize("person", ["requester", "desk.registrar"])
def test_what_is_added_to_it_is_told_in_the_other_case(person: str, wendeng: Town) -> None:
    child, parent = joined(wendeng)
    child.do(A.SUPPLEMENT, by=person)
    assert child.facts.stage is Stage.MERGED
    assert events(parent.facts.subject)[-1].sentence == f"并入的工单{child.number}补充了情况，见该工单"
    sound(wendeng)


def test_its_requester_is_told_when_the_answer_has_passed_and_says_what_they_think(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    parent.along(A.ANSWER, A.SIGN_OFF)
    assert not child.facts.duties, "it owes nothing until then"
    parent.do(A.APPROVE)
    assert set(child.facts.duties) == {DutyKind.TELL_RESULT}
    told = events(child.facts.subject)[-1]
    assert told.kind == ParentAnswered.kind
    assert told.private == {"answer": "路灯已修复，感谢反映。"}
    child.at(parent.now).do(A.RECORD_CALLBACK)
    assert not child.facts.duties
    assert outcome(child, DutyKind.TELL_RESULT) == Outcome.MET
    assert child.facts.stage is Stage.MERGED
    assert events(parent.facts.subject)[-1].sentence == f"回访并入的工单{child.number}的诉求人：已解决，满意"
    sound(wendeng)


def test_whoever_wants_no_call_back_is_told_all_the_same(wendeng: Town) -> None:
    child, parent = joined(wendeng, callback_wanted=False)
    answer(parent)
    child.at(parent.now)
    with pytest.raises(Refused, match="不要求回访"):
        child.do(A.RECORD_CALLBACK)
    child.do(A.TELL_RESULT)
    assert outcome(child, DutyKind.TELL_RESULT) == Outcome.MET


def test_whoever_wants_a_call_back_is_asked_and_not_only_told(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    answer(parent)
    with pytest.raises(Refused, match="请登记回访"):
        child.at(parent.now).do(A.TELL_RESULT)


def test_nobody_is_told_who_left_no_name(wendeng: Town) -> None:
    child, parent = joined(wendeng, anonymous=True, name="", phone="", address="")
    answer(parent)
    assert not child.facts.duties
    sweep(wendeng.code, parent.now)
    sound(wendeng)


@pytest.mark.parametrize(("act", "said"), [(A.RECORD_CALLBACK, UNREACHED), (A.TELL_RESULT, {"reached": False})])
def test_who_is_not_reached_is_tried_three_times_on_two_days(act: str, said: dict, wendeng: Town) -> None:
    child, parent = joined(wendeng, callback_wanted=act == A.RECORD_CALLBACK)
    answer(parent)
    child.at(parent.now)
    for _ in range(3):
        child.do(act, **said)
    assert DutyKind.TELL_RESULT in child.facts.duties, "three times, but on one day"
    child.later(days=1).do(act, **said)
    assert not child.facts.duties
    assert events(child.facts.subject)[-1].sentence.endswith("未联系上，不再联系")
    with pytest.raises(Refused):
        child.do(act, **said)
    sound(wendeng)


def test_nobody_calls_back_on_the_other_case_whom_its_own_rules_bar(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    answer(parent)
    both = child.actor("desk.reviewer")
    child.actors["desk.reviewer"] = replace(both, seats=both.seats | {Seat(wendeng.desk, "caller")})
    with pytest.raises(Refused, match="须由另一人回访"):
        child.at(parent.now).do(A.RECORD_CALLBACK, by="desk.reviewer")


def test_dissatisfied_and_unsolved_it_is_to_be_taken_out_again(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    answer(parent)
    child.at(parent.now).do(A.RECORD_CALLBACK, by="requester", method="self", **UNSOLVED)
    assert set(child.facts.duties) == {DutyKind.UNMERGE}
    child.do(A.UNMERGE)
    assert (child.facts.stage, set(child.facts.duties)) == (Stage.TRIAGE, {DutyKind.DISPATCH})
    assert (child.facts.closure, child.facts.parent, child.facts.closed_at) == ("", None, None)
    assert outcome(child, DutyKind.UNMERGE) == Outcome.MET
    sound(wendeng)


def test_with_every_further_answer_it_is_told_again(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    answer(parent)
    child.at(parent.now).do(A.RECORD_CALLBACK)
    parent.at(child.now).do(A.RECORD_CALLBACK, **UNSOLVED)
    parent.along(A.REWORK, A.SIGN_IN)
    answer(parent)
    assert (set(child.facts.duties), child.facts.round) == ({DutyKind.TELL_RESULT}, 2)
    child.at(parent.now).do(A.RECORD_CALLBACK)
    assert not child.facts.duties
    sound(wendeng)


def test_what_is_joined_to_an_answered_case_is_told_at_once(wendeng: Town) -> None:
    parent = answer(Walk(wendeng).along(A.REGISTER, A.DISPATCH, A.SIGN_IN))
    child = Walk(wendeng, parent.now).along(A.REGISTER)
    done = child.do(A.MERGE, parent=parent.number, reason="同一盏路灯。", requester_told="电话告知")
    assert set(child.facts.duties) == {DutyKind.TELL_RESULT}
    assert done.version == child.facts.version
    assert seen_by(child, "unit.handler")
    sound(wendeng)


def test_an_answer_at_once_is_told_too(wendeng: Town) -> None:
    child = Walk(wendeng).along(A.REGISTER)
    parent = Walk(wendeng, child.now)
    parent.do(A.REGISTER, appeal_type="CONSULT")
    child.at(parent.now).do(A.MERGE, parent=parent.number, reason="同一问题。", requester_told="电话告知")
    parent.at(child.now).do(A.ANSWER_AT_ONCE)
    assert set(child.facts.duties) == {DutyKind.TELL_RESULT}
    assert events(child.facts.subject)[-1].private == {"answer": "办理时间为工作日9点至17点。"}


ENDINGS = {
    "withdrawn": (A.WITHDRAW,),
    "terminated": (A.REQUEST_TERMINATION, A.APPROVE_TERMINATION),
}


@pytest.mark.parametrize("acts", ENDINGS.values(), ids=ENDINGS)
def test_where_the_other_case_ends_unanswered_it_goes_on_by_itself(acts: tuple[str, ...], wendeng: Town) -> None:
    child, parent = joined(wendeng)
    parent.along(*acts)
    assert (child.facts.stage, set(child.facts.duties)) == (Stage.TRIAGE, {DutyKind.DISPATCH})
    assert (child.facts.parent, child.facts.closure) == (None, "")
    assert not seen_by(child, "unit.handler")
    assert events(child.facts.subject)[-1].account == "clockwork", "nobody of the other case stands in its record"
    sound(wendeng)


@pytest.mark.parametrize("acts", [(A.REFER,), (A.PROPOSE_DECLINE, A.CONFIRM_DECLINE)], ids=["transferred", "declined"])
def test_where_the_other_case_is_not_handled_it_goes_on_by_itself(acts: tuple[str, ...], wendeng: Town) -> None:
    child = Walk(wendeng).along(A.REGISTER)
    merge_into_another(child).at(child.now).along(*acts)
    assert (child.facts.stage, set(child.facts.duties)) == (Stage.TRIAGE, {DutyKind.DISPATCH})
    sound(wendeng)


def test_it_may_be_withdrawn(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    answer(parent)
    child.at(parent.now).do(A.WITHDRAW, by="requester")
    assert (child.facts.stage, child.facts.duties, child.facts.parent) == (Stage.WITHDRAWN, {}, None)
    assert events(parent.facts.subject)[-1].sentence == f"并入的工单{child.number}已撤回"
    assert cases.joined(parent.number) == []
    sound(wendeng)


def test_neither_follows_before_its_time(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    with pytest.raises(Refused, match="还没有审核通过的答复"):
        child.do(A.PARENT_ANSWERED)
    with pytest.raises(Refused, match="还在办理"):
        child.do(A.PARENT_ENDED)
    answer(parent)
    with pytest.raises(Refused, match="已有答复"):
        child.at(parent.now).do(A.PARENT_ENDED)


def test_its_identity_is_kept_while_somebody_is_to_be_told(wendeng: Town) -> None:
    child, parent = joined(wendeng)
    with pytest.raises(Refused, match="还在办理"):
        erase(child)
    answer(parent)
    with pytest.raises(Refused, match="没有办完的职责"):
        erase(child.at(parent.now))
    parent.along(A.RECORD_CALLBACK, A.CLOSE)
    with pytest.raises(Refused, match="还没有告知诉求人"):
        erase(parent)
    child.at(parent.now).do(A.RECORD_CALLBACK, **UNSOLVED)
    erase(parent.at(child.now))
    told = next(e for e in events(child.facts.subject) if e.kind == ParentAnswered.kind)
    assert not told.private, "what was answered to the other requester is gone here too"
    child.do(A.UNMERGE)
    assert child.facts.stage is Stage.TRIAGE
    sound(wendeng)


def test_what_was_joined_under_an_earlier_version_catches_up(wendeng: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told, parent = joined(wendeng)
    alone = Walk(wendeng, parent.now).along(A.REGISTER)
    other = merge_into_another(alone)
    with monkeypatch.context() as before:
        before.setattr("bihuan.duties.life._HEARERS", {})
        answer(parent.at(other.now)).along(A.RECORD_CALLBACK, A.CLOSE)
        other.at(parent.now).along(A.WITHDRAW)
    assert not told.facts.duties
    sweep(wendeng.code, other.now)
    assert set(told.facts.duties) == {DutyKind.TELL_RESULT}
    assert alone.facts.stage is Stage.TRIAGE
    version = told.facts.version
    sweep(wendeng.code, other.now)
    assert told.facts.version == version, "once"
    sound(wendeng)


def test_verify_finds_one_that_was_forgotten(wendeng: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    child, parent = joined(wendeng)
    other = Walk(wendeng, parent.now).along(A.REGISTER)
    merge_into_another(other)
    with monkeypatch.context() as before:
        before.setattr("bihuan.duties.life._HEARERS", {})
        answer(parent)
    found = {str(broken) for broken in verify(wendeng.code).findings}
    assert len(found) == 1
    assert child.number in found.copy().pop()
    assert "主单已有答复" in found.pop()
