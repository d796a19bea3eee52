"""A key matter is followed by the supervision body from its assignment until it is confirmed (F19)."""

from datetime import datetime, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import papers
from bihuan.matters import queries as matters
from bihuan.matters.commands import LIFE, following
from bihuan.matters.jobs import follow_key
from bihuan.matters.models import Round
from bihuan.matters.types import Act, MatterClass, Stage
from bihuan.organisations.queries import unit_names
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, Calendar, OfficeHours, half_way
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, to_class, to_confirmed
from tests.towns import Town

HOURS = OfficeHours()
TO_CONFIRMED = (Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)


def _at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        (_at(2025, 3, 3, 10), _at(2025, 3, 24, 17, 30), _at(2025, 3, 12, 17, 30)),  # 15 working days: the 7th
        (_at(2025, 3, 3, 10), _at(2025, 3, 5, 17, 30), _at(2025, 3, 4, 17, 30)),
        (_at(2025, 3, 3, 10), _at(2025, 3, 4, 17, 30), _at(2025, 3, 3, 17, 30)),  # one day: the day before
        (_at(2025, 3, 3, 18), _at(2025, 3, 4, 17, 30), _at(2025, 3, 4, 17, 30)),  # that one is closed already
        (_at(2025, 3, 3, 10), _at(2025, 3, 3, 17, 30), _at(2025, 3, 3, 17, 30)),
        (_at(2025, 3, 7, 10), _at(2025, 3, 9, 17, 30), _at(2025, 3, 7, 17, 30)),  # a weekend alone
        (_at(2025, 3, 8, 10), _at(2025, 3, 9, 17, 30), _at(2025, 3, 9, 17, 30)),
        (_at(2025, 9, 29, 10), _at(2025, 10, 13, 17, 30), _at(2025, 10, 9, 17, 30)),  # the holidays do not count
    ],
)
def test_half_way_is_counted_in_working_days(since: datetime, until: datetime, due: datetime) -> None:
    assert half_way(since, until, calendar=Calendar.shipped(), hours=HOURS) == due


def _followed(walk: MatterWalk) -> list[tuple[str, str]]:
    rows = Duty.objects.filter(subject=walk.facts.subject, kind="list_track").order_by("id")
    return list(rows.values_list("holder", "outcome"))


@pytest.mark.clause("HN-2.3a", "HN-3.3", "HN-0")
@pytest.mark.parametrize("matter_class", [MatterClass.KEY, MatterClass.SPECIAL])
def test_whoever_supervises_owes_a_look_from_the_assignment_on(matter_class: MatterClass, huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), matter_class)
    assert "list_track" not in walk.facts.duties
    walk.do(Act.ASSIGN)
    limit = walk.facts.due_at
    assert limit is not None
    due = walk.facts.duties["list_track"]
    assert walk.now < due < limit
    duty = Duty.objects.get(subject=walk.facts.subject, kind="list_track")
    assert (duty.holder, duty.post, duty.basis) == (
        f"{huainan.code}.supervision",
        "supervisor",
        "交办到办理期限的一半（按工作日计）",
    )
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.3a", "HN-3.3")
def test_it_looks_again_and_again_until_the_matter_is_confirmed(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.KEY).along(Act.ASSIGN, Act.SIGN_IN)
    with pytest.raises(Refused, match="只有督查考核机构督办员"):
        walk.do(Act.TRACK, by="office.list_keeper")
    with pytest.raises(Refused, match=r"今天（.*）之后"):
        walk.do(Act.TRACK, next_on=walk.now.date())
    saturday = walk.now.date() + timedelta(days=5 - walk.now.weekday() % 7 + 7)
    with pytest.raises(Refused, match="休息日到期"):
        walk.do(Act.TRACK, next_on=saturday, on_free_day=False)
    walk.do(Act.TRACK, next_on=(walk.now + timedelta(days=3)).date())
    told = events(walk.facts.subject)[-1]
    next_on = walk.facts.duties["list_track"].astimezone(ZONE)
    assert told.sentence == f"跟踪督办（第1次，现场查看），{next_on:%Y-%m-%d}前再次跟踪"
    assert (told.private, next_on.date()) == (
        {"finding": "现场正在施工，进度正常。"},
        (walk.now + timedelta(days=3)).date(),
    )
    walk.do(Act.URGE, by="supervision.supervisor")
    assert walk.facts.duties["list_track"] > walk.now + timedelta(days=12), "ten working days"
    walk.along(Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.TRACK, Act.CONFIRM)
    assert _followed(walk) == [(f"{huainan.code}.supervision", "met")] * 4
    assert (walk.facts.supervisions, walk.facts.overseen, walk.facts.looks) == (3, 3, 2)
    walk.along(Act.SUPERVISE, Act.STRIKE_OFF)
    keeper = walk.actor("office.list_keeper")
    slip = matters.strike_off_slip(walk.number, keeper)
    assert (slip.round.overseen, slip.round.looks) == (3, 2)
    looked = slip.round.looked_at
    assert looked is not None
    assert papers.struck_off(walk.number, keeper, walk.now).overseen == f"3次，最近一次跟踪{looked:%Y-%m-%d}"
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.3b")
def test_whoever_has_a_special_matter_tells_within_the_time_that_was_set(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.ASSIGN, Act.SIGN_IN)
    with pytest.raises(Refused, match="重要特殊事项须限时反馈"):
        walk.do(Act.TRACK, feedback_by=None)
    with pytest.raises(Refused, match="没有要求限时反馈的"):
        walk.do(Act.REPLY_TRACK)
    saturday = walk.now.date() + timedelta(days=7 + (5 - walk.now.weekday()) % 7)
    with pytest.raises(Refused) as refused:
        walk.do(Act.TRACK, feedback_by=saturday, feedback_on_free_day=False)
    assert refused.value.refusal.field == "feedback_by"
    by = (walk.now + timedelta(days=5)).date()
    walk.do(Act.TRACK, feedback_by=by, feedback_on_free_day=True)
    assert events(walk.facts.subject)[-1].sentence.endswith(f"，承办单位{by}前反馈")
    owed = Duty.objects.get(subject=walk.facts.subject, kind="list_track_reply")
    assert (owed.holder, owed.post, owed.due_at.astimezone(ZONE).date()) == (huainan.unit, "handler", by)
    with pytest.raises(Refused, match="上一次要求的反馈还没有到"):
        walk.do(Act.TRACK, feedback_by=by, feedback_on_free_day=True)
    walk.do(Act.TRACK)
    walk.do(Act.REPLY_TRACK, attachments=[walk.scan()])
    told = events(walk.facts.subject)[-1]
    assert (told.sentence, told.private) == ("限时反馈办理进展", {"progress": "灯具已更换八成，月底完工。"})
    assert Duty.objects.get(subject=walk.facts.subject, kind="list_track_reply").outcome == "met"
    walk.do(Act.TRACK)
    assert "list_track_reply" in walk.facts.duties, "every look asks for a word"
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.3b")
@pytest.mark.parametrize(("days", "outcome"), [(0, "waived"), (20, "unmet")])
def test_a_word_that_never_came_ends_with_the_confirmation(days: int, outcome: str, huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.ASSIGN, Act.SIGN_IN, Act.TRACK)
    walk.along(Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK)
    assert "list_track_reply" in walk.facts.duties, "feedback is no word to whoever looked"
    with pytest.raises(Refused, match="已经报送反馈"):
        walk.do(Act.TRACK, feedback_by=(walk.now + timedelta(days=3)).date(), feedback_on_free_day=True)
    walk.later(days=days).do(Act.CONFIRM)
    assert Duty.objects.get(subject=walk.facts.subject, kind="list_track_reply").outcome == outcome
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-2.3a")
def test_what_nobody_supervised_is_told_so_and_not_struck_off(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.KEY).along(Act.ASSIGN, *TO_CONFIRMED)
    assert _followed(walk) == [(f"{huainan.code}.supervision", "unmet")]
    assert (walk.facts.supervisions, walk.facts.overseen) == (0, 0)
    with pytest.raises(Refused, match="重点事项没有督查记录，不能销号") as refused:
        walk.do(Act.SUPERVISE)
    assert refused.value.refusal.norm is not None
    assert pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id == "HN-2.3a"
    assert set(walk.facts.duties) == {"list_supervision_feedback"}, "it is the supervision body's turn"
    with pytest.raises(Refused, match="不再定下次跟踪期限"):
        walk.do(Act.TRACK, next_on=(walk.now + timedelta(days=3)).date())
    walk.do(Act.TRACK)
    assert events(walk.facts.subject)[-1].sentence == "跟踪督办（第1次，现场查看）"
    assert set(walk.facts.duties) == {"list_supervision_feedback"}
    walk.do(Act.SUPERVISE)
    Round.objects.filter(matter_id=walk.number).update(looks=0)
    with pytest.raises(Refused, match="重点事项没有督查记录，不能销号"):
        walk.do(Act.STRIKE_OFF)
    Round.objects.filter(matter_id=walk.number).update(looks=1)
    assert walk.do(Act.STRIKE_OFF).stage == Stage.STRUCK_OFF


@pytest.mark.clause("HN-3.3")
@pytest.mark.parametrize(("days", "outcome"), [(1, "waived"), (20, "unmet")])
def test_given_to_another_unit_it_is_followed_anew(days: int, outcome: str, huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.KEY).along(Act.ASSIGN, Act.SIGN_IN)
    walk.later(days=days).do(Act.REASSIGN)
    assert [ended for _, ended in _followed(walk)] == [outcome, ""]
    assert walk.facts.due_at is not None
    assert walk.now < walk.facts.duties["list_track"] < walk.facts.due_at


@pytest.mark.clause("HN-3.3")
def test_what_becomes_key_while_it_is_handled_is_followed_and_what_is_none_any_more_is_not(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan)).along(Act.ASSIGN, Act.SIGN_IN)
    assert "list_track" not in walk.facts.duties
    with pytest.raises(Refused, match="一般事项不需要跟踪督办"):
        walk.do(Act.TRACK)
    assert "track" not in {offer.act for offer in _offers(walk)}, "what is nobody's turn is not offered"
    assigned = walk.facts.duties["list_handle"]
    walk.later(days=2).classified(MatterClass.KEY)
    half = walk.facts.duties["list_track"]
    assert walk.now < half < assigned
    walk.later(days=1).classified(MatterClass.SPECIAL)
    assert walk.facts.duties["list_track"] == half
    lighter = {"key_basis": "meeting", "reference": "会商纪要〔2025〕第4期"}
    with pytest.raises(Refused, match="会商纪要须当时附上") as refused:
        walk.do(Act.CLASSIFY, **lighter)
    assert refused.value.refusal.norm == norms.LIST_KEY_BASIS
    walk.do(Act.CLASSIFY, attachments=[walk.scan("office.list_keeper")], **lighter)
    assert walk.facts.matter_class == MatterClass.GENERAL
    assert [ended for _, ended in _followed(walk)] == ["waived"]
    # Late already, it is looked at within the pack's limit; an instruction that was not given takes it back.
    walk.later(days=30).instructed()
    assert walk.now + timedelta(days=12) < walk.facts.duties["list_track"]
    walk.do(Act.DENY)
    assert [ended for _, ended in _followed(walk)] == ["waived", "waived"]
    assert verify(huainan.code).findings == ()


def _offers(walk: MatterWalk) -> list[object]:
    return list(LIFE.offers(walk.facts, walk.actor("supervision.supervisor"), walk.now))


@pytest.mark.clause("HN-3.3")
def test_an_instruction_that_made_it_less_and_was_not_given_brings_the_look_back(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.KEY).along(Act.ASSIGN, Act.SIGN_IN)
    walk.instructed("general")
    assert "list_track" not in walk.facts.duties
    walk.do(Act.DENY)
    assert walk.facts.matter_class == MatterClass.KEY
    assert "list_track" in walk.facts.duties


@pytest.mark.clause("HN-2.3a")
def test_what_a_denied_instruction_makes_of_a_confirmed_matter_can_be_struck_off(huainan: Town) -> None:
    """No finding is asked of one that is no key matter any more, and one of what is key again."""
    walk = MatterWalk(huainan).with_overdue_case().along(Act.REPORT, Act.REGISTER).instructed()
    walk.along(Act.ASSIGN, *TO_CONFIRMED)
    assert "list_supervision_feedback" in walk.facts.duties
    walk.do(Act.DENY)
    assert set(walk.facts.duties) == {"list_strike_off"}
    assert walk.do(Act.STRIKE_OFF).stage == Stage.STRUCK_OFF

    walk = to_class(MatterWalk(huainan, walk.now, actors=walk.actors), MatterClass.KEY).along(Act.ASSIGN, Act.SIGN_IN)
    walk.instructed("general")
    walk.along(*TO_CONFIRMED[1:])
    assert "list_supervision_feedback" not in walk.facts.duties
    walk.do(Act.DENY)
    assert {"list_supervision_feedback", "list_strike_off"} <= set(walk.facts.duties)
    walk.do(Act.TRACK)
    with pytest.raises(Refused, match="须有督查考核机构的反馈才能销号"):
        walk.do(Act.STRIKE_OFF)
    walk.do(Act.SUPERVISE)
    assert walk.do(Act.STRIKE_OFF).stage == Stage.STRUCK_OFF
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-3.3", "HN-2.3b")
@pytest.mark.parametrize("way", ["review", "confirmed", "reopened"])
def test_what_comes_back_to_the_unit_is_followed(way: str, huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan), MatterClass.SPECIAL).along(Act.ASSIGN, Act.SIGN_IN, Act.TRACK)
    walk.along(Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK)
    if way == "review":
        before = walk.facts.duties["list_track"]
        walk.do(Act.SEND_BACK)
        assert walk.facts.duties["list_track"] == before, "it is owed still"
        return
    walk.do(Act.CONFIRM)
    if way == "confirmed":
        walk.do(
            Act.SEND_BACK, by="supervision.supervisor", due_on=(walk.now + timedelta(days=14)).date(), on_free_day=True
        )
        assert walk.now < walk.facts.duties["list_track"] < walk.facts.duties["list_rework"]
        return
    walk.along(Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK, Act.REOPEN)
    assert (walk.facts.supervisions, walk.facts.overseen, walk.facts.looks) == (1, 0, 0)
    assert walk.now < walk.facts.duties["list_track"] < walk.facts.duties["list_handle"]
    walk.along(*TO_CONFIRMED)
    assert _followed(walk)[-1][1] == "unmet", "a new round wants a look of its own"
    assert verify(huainan.code).findings == ()


def test_a_general_matter_is_struck_off_without_a_look(huainan: Town) -> None:
    walk = to_confirmed(MatterWalk(huainan))
    assert _followed(walk) == []
    keeper = walk.actor("office.list_keeper")
    assert walk.do(Act.STRIKE_OFF).stage == Stage.STRUCK_OFF
    assert papers.struck_off(walk.number, keeper, walk.now).overseen == ""


def _unowed(town: Town, matter_class: MatterClass, monkeypatch: pytest.MonkeyPatch) -> MatterWalk:
    """A matter as a version gave it to its unit that knew of no following."""
    with monkeypatch.context() as before:
        before.setattr(following, "_first", lambda *said, **named: ())
        return to_class(MatterWalk(town), matter_class).along(Act.ASSIGN, Act.SIGN_IN)


@pytest.mark.parametrize("matter_class", [MatterClass.KEY, MatterClass.SPECIAL])
def test_what_was_given_before_it_was_owed_is_followed_from_the_next_sweep_on(
    matter_class: MatterClass, huainan: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = _unowed(huainan, matter_class, monkeypatch)
    usual = _unowed(huainan, MatterClass.GENERAL, monkeypatch)
    owed = to_class(MatterWalk(huainan), matter_class).along(Act.ASSIGN)
    confirmed = _unowed(huainan, matter_class, monkeypatch).along(*TO_CONFIRMED[1:])
    assert "list_track" not in walk.facts.duties
    lengths = [one.facts.version for one in (usual, owed, confirmed)]
    assert follow_key(huainan.code, walk.now) == 1
    assert follow_key(huainan.code, walk.now) == 0, "once"
    due_at = walk.facts.duties["list_track"]
    limit = walk.facts.due_at
    assert limit is not None
    assert walk.now < due_at < limit, "half-way, as if it had been owed from the assignment on"
    told = events(walk.facts.subject)[-1]
    body = unit_names([f"{huainan.code}.supervision"])[f"{huainan.code}.supervision"]
    assert told.sentence == f"纳入跟踪督办，由{body}在{due_at.astimezone(ZONE):%Y-%m-%d}前跟踪"
    assert told.account == "clockwork"
    assert [one.facts.version for one in (usual, owed, confirmed)] == lengths
    walk.do(Act.TRACK)
    assert verify(huainan.code).findings == ()


def test_what_is_past_its_limit_is_followed_within_the_limit_of_the_regulation(
    huainan: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = _unowed(huainan, MatterClass.KEY, monkeypatch)
    limit = walk.facts.due_at
    assert limit is not None
    walk.now = limit + timedelta(days=3)
    assert follow_key(huainan.code, walk.now) == 1
    assert walk.facts.duties["list_track"] > walk.now + timedelta(days=9)
