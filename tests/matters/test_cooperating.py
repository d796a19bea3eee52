"""The co-units of a matter have a duty and an act of their own (F20)."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters import papers
from bihuan.matters import queries as matters
from bihuan.matters.commands import LIFE
from bihuan.matters.types import Act, MatterClass, Stage
from bihuan.record.queries import events
from tests.matters.walks import MatterWalk, to_class, with_third
from tests.towns import Town


def third(town: Town) -> str:
    """The third unit of the town."""
    return f"{town.code}.third"


ANSWERED = (Act.SIGN_IN, Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK)
WORK = "已提供灯杆产权资料，派电工到场。"


def helped(town: Town, *co_units: str, weight: MatterClass = MatterClass.GENERAL) -> MatterWalk:
    """A matter that was given to a lead and to these co-units."""
    with_third(town)
    walk = to_class(MatterWalk(town), weight)
    walk.do(Act.ASSIGN, co_units=list(co_units))
    return walk


def _owed(walk: MatterWalk) -> list[tuple[str, str]]:
    rows = Duty.objects.filter(subject=walk.facts.subject, kind="list_cooperate").order_by("id")
    return list(rows.values_list("holder", "outcome"))


def _mine(walk: MatterWalk, who: str) -> set[str]:
    return {offer.act for offer in LIFE.offers(walk.facts, walk.actor(who), walk.now) if offer.mine}


@pytest.mark.clause("HN-0")
def test_a_co_unit_owes_its_help_until_the_limit_and_tells_what_it_did(huainan: Town) -> None:
    walk = helped(huainan, huainan.other, third(huainan))
    limit = walk.facts.due_at
    owed = Duty.objects.filter(subject=walk.facts.subject, kind="list_cooperate").order_by("holder")
    assert {(duty.holder, duty.post, duty.due_at) for duty in owed} == {
        (huainan.other, "handler", limit),
        (third(huainan), "handler", limit),
    }
    assert "record_cooperation" in _mine(walk, "other.handler")
    scan = walk.scan("other.handler")
    walk.do(Act.RECORD_COOPERATION, attachments=[scan])
    told = events(walk.facts.subject)[-1]
    assert (told.sentence, told.unit, told.private) == (
        f"{huainan.other}登记配合办理情况",
        huainan.other,
        {"work": WORK},
    )
    assert told.facts["attachments"] == [scan]
    assert _owed(walk) == [(huainan.other, "met"), (third(huainan), "")]
    assert "record_cooperation" not in _mine(walk, "other.handler"), "it is not offered twice"
    with pytest.raises(Refused, match="没有待登记的配合情况"):
        walk.do(Act.RECORD_COOPERATION)
    with pytest.raises(Refused, match="只有配合单位经办人"):
        walk.do(Act.RECORD_COOPERATION, by="unit.handler")
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-0")
@pytest.mark.parametrize(("days", "outcome"), [(0, "waived"), (20, "unmet")])
def test_what_was_not_done_ends_with_the_feedback_and_stands_on_it(days: int, outcome: str, huainan: Town) -> None:
    walk = helped(huainan, huainan.other, third(huainan)).along(Act.SIGN_IN, Act.RECORD_COOPERATION)
    walk.later(days=days).do(Act.DRAFT_FEEDBACK)
    handler = walk.actor("unit.handler")
    drafted = papers.feedback(walk.number, handler, walk.now).cooperation
    walk.do(Act.SUBMIT_FEEDBACK)
    assert dict(_owed(walk)) == {huainan.other: "met", third(huainan): outcome}
    view = matters.view(walk.number, handler, now=walk.now)
    did, did_not = view.cooperation
    assert did.told_at is not None
    assert (did.unit, did.told_by, did.work) == (huainan.other, "other.handler", WORK)
    assert (did_not.unit, did_not.told_at, str(did_not.outcome)) == (third(huainan), None, outcome)
    said = f"{huainan.other}（{did.told_at:%Y-%m-%d}）：{WORK}\n{third(huainan)}：没有登记配合情况"
    assert drafted == papers.feedback(walk.number, handler, walk.now).cooperation == said
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-0")
def test_help_that_came_late_is_told_so(huainan: Town) -> None:
    walk = helped(huainan, huainan.other).along(Act.SIGN_IN).later(days=20)
    walk.do(Act.RECORD_COOPERATION)
    assert _owed(walk) == [(huainan.other, "late")]
    (row,) = matters.view(walk.number, walk.actor("unit.handler"), now=walk.now).cooperation
    assert "，逾期）：" in row.words


@pytest.mark.clause("HN-0")
def test_whoever_did_nothing_is_asked_again_when_the_feedback_comes_back(huainan: Town) -> None:
    walk = helped(huainan, huainan.other, third(huainan)).along(Act.RECORD_COOPERATION, *ANSWERED)
    walk.do(Act.SEND_BACK, due_on=(walk.now + timedelta(days=5)).date(), on_free_day=True)
    assert walk.facts.cooperating == {third(huainan)}
    owed = Duty.objects.get(subject=walk.facts.subject, kind="list_cooperate", outcome="")
    assert owed.due_at == walk.facts.duties["list_rework"]
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-0", "HN-2.3b")
def test_what_is_on_the_ledger_again_asks_all_of_them_anew(huainan: Town) -> None:
    walk = helped(huainan, huainan.other, third(huainan), weight=MatterClass.SPECIAL)
    walk.along(Act.RECORD_COOPERATION, Act.TRACK, *ANSWERED, Act.CONFIRM, Act.SUPERVISE, Act.STRIKE_OFF_AND_TRACK)
    walk.do(Act.REOPEN)
    assert walk.facts.cooperating == {huainan.other, third(huainan)}
    rows = matters.cooperation(walk.facts)
    assert [row.told_at for row in rows] == [None, None], "what was told in the round before is not told in this one"


@pytest.mark.clause("HN-0")
def test_another_lead_brings_its_own_co_units(huainan: Town) -> None:
    walk = helped(huainan, third(huainan))
    walk.do(Act.REASSIGN, co_units=[huainan.unit])
    assert _owed(walk) == [(third(huainan), "waived"), (huainan.unit, "")]
    assert walk.facts.cooperating == {huainan.unit}
    walk.do(Act.RECORD_COOPERATION, by="unit.handler")
    assert walk.facts.stage == Stage.ASSIGNED
    assert verify(huainan.code).findings == ()
