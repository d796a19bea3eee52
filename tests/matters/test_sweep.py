"""The nightly sweep: every overdue case becomes a candidate exactly once, however many workers run."""

import contextlib
from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.kernel.refusal import Refused
from bihuan.matters import queries as matters
from bihuan.matters.types import Act, Stage
from bihuan.policy import norms
from bihuan.record.queries import events
from bihuan.record.types import Done
from tests.matters.walks import MatterWalk, early, propose_candidates, twice
from tests.races.test_same_case import race
from tests.towns import START, Town, found
from tests.walks import Walk

CANDIDATES = matters.MatterFilters(stage="candidate")


def listed(town: Town) -> dict[str | None, list[str]]:
    """Case → its matters, as the office sees them."""
    rows = matters.ledger(town.actor("office.list_keeper"), matters.MatterFilters(), now=START, limit=500)
    found_: dict[str | None, list[str]] = {}
    for row in rows:
        found_.setdefault(row.case, []).append(row.number)
    return found_


@pytest.mark.clause("HN-1.2", "HN-2.2b")
def test_only_what_is_overdue_becomes_a_candidate_and_only_once(huainan: Town) -> None:
    handled = Walk(huainan).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
    due = handled.facts.duties["handle"]
    answered = Walk(huainan).along(
        CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN, CaseAct.ANSWER, CaseAct.SIGN_OFF
    )
    waiting = Walk(huainan).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN, CaseAct.AWAIT_REQUESTER)
    undispatched = Walk(huainan).along(CaseAct.REGISTER)

    assert propose_candidates(huainan.code, due) == 0, "at its due moment a case is not overdue yet"
    assert propose_candidates(huainan.code, due + timedelta(seconds=1)) == 1
    assert set(listed(huainan)) == {handled.number}
    assert propose_candidates(huainan.code, due + timedelta(days=30)) == 0
    first = events(f"matter:{listed(huainan)[handled.number][0]}")[0]
    assert (first.account, first.clause) == ("clockwork", "HN-1.2")
    assert first.sentence.startswith(f"工单{handled.number}逾期未办结")
    for other in (answered, waiting, undispatched):
        assert matters.open_of_case(other.number) == ""


@pytest.mark.clause("HN-1.2")
def test_a_case_that_was_resumed_is_proposed_by_its_later_due_moment(huainan: Town) -> None:
    walk = Walk(huainan).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN, CaseAct.AWAIT_REQUESTER)
    walk.later(days=4).do(CaseAct.RESUME)
    due = walk.facts.duties["handle"]
    assert propose_candidates(huainan.code, due) == 0
    assert propose_candidates(huainan.code, due + timedelta(minutes=1)) == 1


def test_what_its_owner_reported_already_is_not_proposed_again(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case()
    walk.do(Act.REPORT)
    assert propose_candidates(huainan.code, walk.now) == 0


@pytest.mark.clause("HN-1.2")
def test_what_is_late_is_never_dropped(huainan: Town) -> None:
    """The office itself takes in four channels: it lets none of what is late there off the list."""
    walk = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE)
    with pytest.raises(Refused, match="未能按时解决的事项，应登记入账") as refused:
        walk.do(Act.DROP, reason="承办单位近日即可办结。")
    assert refused.value.refusal.norm == norms.LIST_OVERDUE
    case = Walk(huainan, walk.now, number=walk.case, actors=walk.actors)
    case.do(CaseAct.AWAIT_REQUESTER)
    with pytest.raises(Refused, match="应登记入账"):
        walk.at(case.now).do(Act.DROP)


@pytest.mark.clause("HN-1.2")
def test_what_was_dropped_before_it_was_late_is_proposed_when_it_is(huainan: Town) -> None:
    walk = early(MatterWalk(huainan)).along(Act.DROP)
    assert propose_candidates(huainan.code, walk.now) == 0
    assert propose_candidates(huainan.code, walk.now + timedelta(days=20)) == 1


@pytest.mark.clause("HN-1.2")
def test_what_was_dropped_as_it_had_longer_is_proposed_when_that_is_over(huainan: Town) -> None:
    case = Walk(huainan).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN, CaseAct.REQUEST_EXTENSION)
    due = case.facts.duties["handle"]
    assert propose_candidates(huainan.code, due + timedelta(seconds=1)) == 1
    case.at(due + timedelta(minutes=1)).do(CaseAct.APPROVE_EXTENSION)
    later = case.facts.duties["handle"]
    assert later > case.now
    walk = MatterWalk(huainan, case.now, number=matters.open_of_case(case.number), actors=case.actors)
    walk.do(Act.DROP)
    assert propose_candidates(huainan.code, later) == 0
    assert propose_candidates(huainan.code, later + timedelta(seconds=1)) == 1


@pytest.mark.clause("HN-1.2", "HN-2.2c")
def test_what_was_joined_and_is_still_late_is_proposed_when_the_other_is_over(huainan: Town) -> None:
    walk = twice(MatterWalk(huainan)).along(Act.JOIN)
    assert propose_candidates(huainan.code, walk.now) == 0
    kept = MatterWalk(huainan, walk.now, number=walk.same, actors=walk.actors)
    kept.along(Act.EXPLAIN, Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.SIGN_IN)
    kept.along(Act.DRAFT_FEEDBACK, Act.SUBMIT_FEEDBACK, Act.CONFIRM)
    assert propose_candidates(huainan.code, kept.now) == 0, "it stands on the list with the other"
    kept.do(Act.STRIKE_OFF)
    assert propose_candidates(huainan.code, kept.now) == 1
    again = matters.facts(matters.open_of_case(walk.case))
    assert (again.case, again.stage) == (walk.case, Stage.CANDIDATE)
    assert verify(huainan.code).findings == ()


def test_a_regulation_without_a_list_is_left_alone(wendeng: Town) -> None:
    walk = Walk(wendeng).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    assert propose_candidates(wendeng.code, walk.now + timedelta(days=60)) == 0


@pytest.mark.clause("HN-1.2")
@pytest.mark.django_db(transaction=True)
def test_two_workers_an_owner_and_a_handler_at_the_same_time_make_one_matter_a_case() -> None:
    town = found("hs", "huainan-2021-55", prefix="HS")
    handler, owner = town.actor("unit.handler"), town.actor("desk.registrar")
    numbers = [Walk(town).along(CaseAct.REGISTER, CaseAct.DISPATCH).number for _ in range(40)]
    late = START + timedelta(days=30)

    def sweep() -> Done:
        return Done("", "", propose_candidates(town.code, late, most=3), "")

    def report() -> Done:
        done = 0
        for number in reversed(numbers):
            walk = MatterWalk(town, late, actors={"desk.registrar": owner}, case=number)
            with contextlib.suppress(Refused):
                walk.do(Act.REPORT)
                done += 1
        return Done("", "", done, "")

    def handle() -> Done:
        for number in numbers:
            Walk(town, late, number, actors={"unit.handler": handler}).along(CaseAct.SIGN_IN, CaseAct.ANSWER)
        return Done("", "", 0, "")

    outcomes = race(sweep, sweep, report, handle)
    assert all(isinstance(o, Done) for o in outcomes), outcomes
    propose_candidates(town.code, late + timedelta(days=1))
    by_case = listed(town)
    assert {case: len(found_) for case, found_ in by_case.items()} == dict.fromkeys(numbers, 1)
    assert sorted(n for found_ in by_case.values() for n in found_) == [f"HSQD2025H{i:04d}" for i in range(1, 41)]
    assert sum(o.version for o in outcomes if isinstance(o, Done)) == 40
    assert all(cases.facts(number).stage == "sign_off" for number in numbers)
    assert verify(town.code).findings == ()
