"""协调: the office settles what is hard, and units do their part, or say why not."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Stage
from bihuan.policy import norms
from bihuan.record import queries as record
from tests.cases.test_bodies_accused import late
from tests.matters.walks import A, MatterWalk
from tests.matters.walks import walk_to as matter_at
from tests.supervision.test_urging import owed
from tests.towns import Town


@pytest.mark.clause("HN-2.2a")
def test_what_is_hard_is_settled_with_others_and_units_report_what_they_did(huainan: Town) -> None:
    walk = matter_at(Stage.HANDLING, huainan)
    with pytest.raises(Unknown):
        walk.do(A.REPORT_COORDINATION, by="other.handler")
    with pytest.raises(Refused):
        walk.do(A.COORDINATE, by="unit.handler")
    walk.do(A.COORDINATE, units=[huainan.other])
    assert ("coordination_task", huainan.other) in owed(walk.facts.subject)
    with pytest.raises(Refused) as refused:
        walk.do(A.COORDINATE, units=[huainan.other])
    assert refused.value.refusal.field == "units"
    with pytest.raises(Refused) as moot:
        walk.do(A.REPORT_COORDINATION)
    assert moot.value.refusal.moot or "只有" in moot.value.refusal.reason
    until = (walk.now + timedelta(days=10)).date().isoformat()
    walk.do(A.COORDINATE, due_on=until, on_free_day=True)
    walk.do(A.REPORT_COORDINATION, by="other.handler")
    assert ("coordination_task", huainan.other) not in owed(walk.facts.subject)
    walk.along(A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM, A.STRIKE_OFF)
    assert owed(walk.facts.subject) == [("coordination_task", huainan.unit)], "it is owed beyond the strike-off"
    walk.do(A.REPORT_COORDINATION)
    assert owed(walk.facts.subject) == []
    told = [event.sentence for event in record.events(walk.facts.subject)]
    assert any(sentence.startswith("与供电公司协调，任务单位：") for sentence in told)
    assert verify().findings == ()


def test_nothing_is_asked_of_anybody_where_it_was_settled_at_once(huainan: Town) -> None:
    walk = matter_at(Stage.ASSIGNED, huainan)
    before = owed(walk.facts.subject)
    walk.do(A.COORDINATE, units=[], task="")
    assert owed(walk.facts.subject) == before
    assert verify().findings == ()


def test_a_unit_that_something_put_to_the_matter_accuses_in_secret_is_asked_nothing(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case().along(A.PROPOSE, A.EXPLAIN, A.REGISTER, A.CLASSIFY, A.ASSIGN)
    of = late(huainan, huainan.other)
    secret = MatterWalk(huainan, of.now, case=of.number, actors=of.actors).along(A.PROPOSE)
    secret.do(A.JOIN, into=walk.number)
    walk.at(secret.now)
    with pytest.raises(Refused) as refused:
        walk.do(A.COORDINATE, units=[huainan.other], accused_reason="没有别的单位可办。")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "units")
    assert walk.do(A.COORDINATE, units=[huainan.unit])
