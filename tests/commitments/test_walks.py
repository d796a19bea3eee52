"""A promise is refused without its parts, is owed after closing, and what is broken is the desk's."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Stage
from bihuan.clockwork.commands import sweep
from bihuan.commitments import queries
from bihuan.commitments.types import Standing
from bihuan.duties.queries import owed_on
from bihuan.feedback.commands import archive
from bihuan.feedback.types import Archive
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Act as M
from bihuan.policy.loader import pack
from bihuan.privacy import commands as privacy
from bihuan.privacy.types import Erase
from tests.matters.walks import MatterWalk, to_class
from tests.matters.walks import promised as promised_of_matter
from tests.towns import Town
from tests.walks import TO_HANDLING, A, Walk, promise


def owed(walk: Walk) -> set[tuple[str, str]]:
    """Kind and holder of what is owed on the case."""
    return {(kind, holder) for kind, holder, _ in owed_on([walk.facts.subject])[walk.facts.subject]}


@pytest.mark.clause("WD-6.2d")
@pytest.mark.parametrize("part", ["promise", "promise_person", "promise_due_on"])
def test_an_answer_or_a_closing_that_promises_says_what_by_whom_and_until_when(part: str, wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused) as refused:
        walk.do(A.ANSWER, **{**promise(wendeng, walk.now), part: None if part.endswith("_on") else ""})
    assert refused.value.refusal.field == part
    assert pack("wendeng-2021-10").cite(refused.value.refusal.norm).clause_id == "WD-6.2d"
    walk.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK)
    said = {**promise(wendeng, walk.now), part: None if part.endswith("_on") else ""}
    said.pop("outcome")
    with pytest.raises(Refused) as refused:
        walk.do(A.CLOSE, closure="PROMISED", **said)
    assert refused.value.refusal.field == part


@pytest.mark.clause("WD-6.2d")
def test_after_closing_the_unit_owes_it_and_the_desk_asks_the_requester(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED)
    assert owed(walk) == {("commitment_fulfil", wendeng.unit)}
    with pytest.raises(Refused, match="承诺事项还没有了结"):
        archive(
            number=walk.number, fields=Archive(), actor=Actor.clockwork(wendeng.code), now=walk.now + timedelta(days=90)
        )
    walk.do(A.FULFIL_PROMISE)
    assert owed(walk) == {("commitment_check", wendeng.desk)}
    walk.do(A.CHECK_PROMISE)
    assert owed(walk) == set()
    (kept,) = queries.of_subject(walk.facts.subject)
    assert kept.standing is Standing.FULFILLED
    assert [str(f) for f in verify(wendeng.code).findings] == []


@pytest.mark.clause("WD-6.2d")
def test_what_is_not_kept_is_owed_by_the_desk_until_a_new_date_or_a_reopening(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED).later(days=20)
    sweep(wendeng.code, walk.now)
    assert owed(walk) == {("commitment_fulfil", wendeng.unit), ("commitment_broken", wendeng.desk)}
    saturday = walk.now.date() + timedelta(days=7 + (5 - walk.now.weekday()) % 7)
    for day, free in ((walk.now.date(), True), (saturday, False)):
        with pytest.raises(Refused) as refused:
            walk.do(A.RENEW_PROMISE, due_on=day, on_free_day=free)
        assert refused.value.refusal.field == "due_on"
    walk.do(A.RENEW_PROMISE)
    assert owed(walk) == {("commitment_fulfil", wendeng.unit)}
    (row,) = queries.of_subject(walk.facts.subject)
    assert (row.standing, row.times) == (Standing.OPEN, 1)
    walk.later(days=1)
    with pytest.raises(Refused) as refused:
        walk.do(A.FULFIL_PROMISE, done_on=walk.now.date() + timedelta(days=1))
    assert refused.value.refusal.field == "done_on"
    walk.do(A.FULFIL_PROMISE)
    walk.do(A.CHECK_PROMISE, kept=False)
    assert owed(walk) == {("commitment_broken", wendeng.desk)}
    with pytest.raises(Refused, match="只能改期1次"):
        walk.do(A.RENEW_PROMISE)
    walk.do(A.REOPEN, ground="broken_promise")
    assert not {kind for kind, _ in owed(walk)} & {"commitment_fulfil", "commitment_check", "commitment_broken"}
    assert queries.running(walk.facts.subject) is None
    assert [str(f) for f in verify(wendeng.code).findings] == []


def test_what_another_answer_says_takes_the_place_of_a_promise_that_the_desk_has_not_passed(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.ANSWER, **promise(wendeng, walk.now))
    assert not queries.in_force(walk.facts.subject)
    walk.along(A.SEND_BACK_DRAFT, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    assert queries.of_subject(walk.facts.subject) == ()
    assert "commitment_fulfil" not in walk.facts.duties


def test_a_case_that_is_closed_with_a_promise_owes_it_too_and_another_unit_sees_it(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    walk.do(A.RECORD_CALLBACK, solved="partly")
    said = {**promise(wendeng, walk.now, "other.head"), "promise_unit": wendeng.other}
    said.pop("outcome")
    walk.do(A.CLOSE, closure="PROMISED", **said)
    assert owed(walk) == {("commitment_fulfil", wendeng.other)}
    with pytest.raises(Refused, match="报告兑现"):
        walk.do(A.FULFIL_PROMISE)
    walk.do(A.FULFIL_PROMISE, by="other.handler")
    assert owed(walk) == {("commitment_check", wendeng.desk)}


def test_what_is_promised_is_kept_before_the_case_is_put_away(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED).later(days=60)
    with pytest.raises(Refused, match="承诺事项还没有了结"):
        walk.do(A.ARCHIVE)
    walk.along(A.FULFIL_PROMISE, A.CHECK_PROMISE, A.ARCHIVE)
    assert walk.facts.stage is Stage.ARCHIVED


def test_what_is_promised_is_kept_before_anything_is_erased(wendeng: Town) -> None:
    walk = Walk(wendeng).promised(Stage.CLOSED)
    fields = Erase.model_validate({"ground": "requested", "basis": "诉求人书面申请"})
    with pytest.raises(Refused, match="没有办完的职责"):
        privacy.erase(number=walk.number, fields=fields, actor=walk.actor("desk.reviewer"), now=walk.now)
    walk.along(A.FULFIL_PROMISE, A.CHECK_PROMISE)
    privacy.erase(number=walk.number, fields=fields, actor=walk.actor("desk.reviewer"), now=walk.now)
    (row,) = queries.of_subject(walk.facts.subject)
    assert "灯杆" not in row.text


@pytest.mark.clause("HN-2.2c")
def test_feedback_of_a_matter_that_promises_is_kept_after_the_strike_off(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan)).along(M.ASSIGN, M.SIGN_IN)
    with pytest.raises(Refused) as refused:
        walk.do(M.DRAFT_FEEDBACK, outcome="PROMISED")
    assert refused.value.refusal.field == "promise"
    walk.do(M.DRAFT_FEEDBACK, **promised_of_matter(huainan, walk.now))
    assert "commitment_fulfil" not in walk.facts.duties
    walk.along(M.SUBMIT_FEEDBACK, M.CONFIRM, M.STRIKE_OFF)
    assert set(walk.facts.duties) == {"commitment_fulfil"}
    walk.along(M.FULFIL_PROMISE, M.CHECK_PROMISE)
    assert walk.facts.duties == {}
    assert [str(f) for f in verify(huainan.code).findings] == []
