"""What an answer promises without saying so is found, decided by the reviewer one by one, and kept like any promise."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.commands import LIFE
from bihuan.cases.types import Stage
from bihuan.commitments import queries
from bihuan.commitments.types import Standing
from bihuan.duties.queries import owed_on
from bihuan.kernel.refusal import Refused
from bihuan.policy.loader import pack
from bihuan.record import queries as record
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import off
from tests.walks import TO_HANDLING, A, Walk, office_day, promise
from tests.web.officials import Official

TOLD = "灯杆已扶正。我公司将于本月底前更换全部灯具。请留意，预计10日内恢复照明。"


def reviewed(town: Town, told: str = TOLD, **differs: object) -> Walk:
    """A case whose answer waits for its review."""
    walk = Walk(town).along(*TO_HANDLING)
    walk.do(A.ANSWER, to_requester=told, **differs)
    walk.do(A.SIGN_OFF)
    return walk


def allowed(walk: Walk, act: str, by: str) -> dict[str, object]:
    offer = next(o for o in LIFE.offers(walk.facts, walk.actor(by), walk.now) if o.act == act)
    return dict(offer.allowed)


def refused(walk: Walk, act: str, **fields: object) -> Refused:
    before = (walk.facts, queries.of_subject(walk.facts.subject))
    with pytest.raises(Refused) as caught:
        walk.do(act, **fields)
    assert (walk.facts, queries.of_subject(walk.facts.subject)) == before
    return caught.value


@pytest.mark.clause("WD-6.2d")
def test_no_answer_passes_while_one_promise_in_it_is_undecided(wendeng: Town) -> None:
    walk = reviewed(wendeng)
    asked = allowed(walk, A.APPROVE, "desk.reviewer")
    assert asked["confirmed"] == {"1": "1．我公司将于本月底前更换全部灯具", "2": "2．预计10日内恢复照明"}
    assert asked["dismissed"] == asked["confirmed"]
    for said in ({}, {"confirmed": ["1"]}, {"dismissed": ["2"]}):
        no = refused(walk, A.APPROVE, **said)
        assert (no.refusal.field, pack(walk.facts.pack).cite(no.refusal.norm).clause_id) == ("confirmed", "WD-6.2d")
    assert refused(walk, A.APPROVE, confirmed=["1"], dismissed=["2"]).refusal.field == "promise_person"
    details = {"promise_person": f"{wendeng.code}.unit.handler"}
    assert refused(walk, A.APPROVE, confirmed=["1"], dismissed=["2"], **details).refusal.field == "promise_due_on"
    details["promise_due_on"] = walk.now.date().isoformat()
    assert refused(walk, A.APPROVE, confirmed=["1"], dismissed=["2"], **details).refusal.field == "promise_due_on"
    assert refused(walk, A.APPROVE, dismissed=["1", "2"], **details).refusal.field == "promise_person"


@pytest.mark.clause("WD-6.2d")
def test_what_the_reviewer_confirms_is_owed_by_the_unit_whatever_the_answer_is_called(wendeng: Town) -> None:
    walk = reviewed(wendeng)
    due_on = office_day(walk.now + timedelta(days=10))
    walk.do(
        A.APPROVE,
        confirmed=["1"],
        dismissed=["2"],
        promise_person=f"{wendeng.code}.unit.handler",
        promise_due_on=due_on,
    )
    (row,) = queries.of_subject(walk.facts.subject)
    assert (row.standing, row.text) == (Standing.OPEN, "我公司将于本月底前更换全部灯具")
    owed = {(kind, holder) for kind, holder, _ in owed_on([walk.facts.subject])[walk.facts.subject]}
    assert ("commitment_fulfil", wendeng.unit) in owed
    approved = next(e for e in record.events(walk.facts.subject) if e.kind == "case.approved")
    assert (approved.private or {})["dismissed"] == "预计10日内恢复照明"
    walk.along(A.RECORD_CALLBACK, A.CLOSE, A.FULFIL_PROMISE, A.CHECK_PROMISE)
    assert [str(f) for f in verify(wendeng.code).findings] == []


def test_what_is_no_promise_is_dismissed_and_nothing_is_owed(wendeng: Town) -> None:
    walk = reviewed(wendeng)
    walk.do(A.APPROVE, dismissed=["1", "2"])
    assert queries.of_subject(walk.facts.subject) == ()
    assert walk.facts.stage is Stage.CALLBACK


def test_what_the_unit_declared_is_not_registered_twice(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(A.ANSWER, to_requester=TOLD, **promise(wendeng, walk.now))
    walk.do(A.SIGN_OFF)
    asked = allowed(walk, A.APPROVE, "desk.reviewer")
    assert [asked[name] for name in ("promise_unit", "promise_person", "promise_due_on")] == [{}, {}, {}]
    no = refused(walk, A.APPROVE, confirmed=["1", "2"], promise_person=f"{wendeng.code}.unit.handler")
    assert no.refusal.field == "promise_person"
    walk.do(A.APPROVE, confirmed=["1", "2"])
    (row,) = queries.of_subject(walk.facts.subject)
    assert row.text == "更换全部老旧灯杆。"


def test_an_answer_without_a_promise_asks_for_nothing(wendeng: Town) -> None:
    walk = reviewed(wendeng, "路灯已修复，感谢反映。")
    asked = allowed(walk, A.APPROVE, "desk.reviewer")
    assert set(asked) == {"confirmed", "dismissed", "promise_unit", "promise_person", "promise_due_on"}
    assert all(values == {} for values in asked.values())
    assert refused(walk, A.APPROVE, confirmed=["1"]).refusal.field == "confirmed"
    walk.do(A.APPROVE)


def test_the_answer_to_somebody_whom_nobody_calls_back_is_decided_too(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, callback_wanted=False)
    walk.along(A.DISPATCH, A.SIGN_IN)
    walk.do(A.ANSWER, to_requester=TOLD)
    walk.do(A.SIGN_OFF)
    assert set(allowed(walk, A.CLOSE_WITHOUT_CALLBACK, "desk.reviewer")) >= {"confirmed", "dismissed", "closure"}
    assert refused(walk, A.CLOSE_WITHOUT_CALLBACK).refusal.field == "confirmed"
    assert refused(walk, A.CLOSE_WITHOUT_CALLBACK, confirmed=["1", "2"]).refusal.field == "closure"
    said = {**promise(wendeng, walk.now)}
    said.pop("outcome")
    walk.do(A.CLOSE_WITHOUT_CALLBACK, closure="PROMISED", confirmed=["1", "2"], **said)
    (row,) = queries.of_subject(walk.facts.subject)
    assert row.standing is Standing.OPEN


def test_where_nobody_keeps_promises_none_is_looked_for(somewhere: Founding) -> None:
    town = somewhere(off("commitment.register", "commitment.keep"))
    walk = reviewed(town)
    with pytest.raises(Refused) as caught:
        walk.do(A.APPROVE, confirmed=["1"])
    assert caught.value.refusal.field == "confirmed"
    walk.do(A.APPROVE)


def test_the_reviewer_ticks_on_the_page_and_what_was_ticked_stands_there_again(wendeng: Town) -> None:
    walk = reviewed(wendeng)
    url, client = f"/cases/{walk.number}/", Official(f"{wendeng.code}.desk.reviewer").client
    shown = client.get(url).content.decode()
    assert [shown.count(f'name="{name}" value="{n}"') for name in ("confirmed", "dismissed") for n in (1, 2)] == [1] * 4
    assert "预计10日内恢复照明" in shown
    version = str(walk.facts.version)
    refused = client.post(f"{url}acts/approve/", {"confirmed": ["1"], "version": version})
    assert refused.status_code in (409, 422)
    assert 'name="confirmed" value="1" checked' in refused.content.decode()
    assert "第2项还没有认定" in refused.content.decode()
    done = client.post(f"{url}acts/approve/", {"dismissed": ["1", "2"], "version": version})
    assert done.status_code == 302
    assert walk.facts.stage is Stage.CALLBACK
