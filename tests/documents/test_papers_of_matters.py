"""The papers of a listed matter are drawn up from what is on file, by whoever may see the matter."""

import pytest

from bihuan.audit.queries import verify
from bihuan.documents import commands, queries
from bihuan.documents.types import State
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import papers
from bihuan.matters.types import Act, Stage
from tests.documents.test_drawing_up import text_of
from tests.matters.walks import MatterWalk, walk_to
from tests.towns import Town

pytestmark = pytest.mark.django_db
A = Act


def offered(walk: MatterWalk) -> set[str]:
    return {paper.code for paper in commands.papers_of("matter") if paper.ask(walk.facts) is None}


def draw(walk: MatterWalk, code: str, who: str = "office.list_keeper") -> str:
    said = {"subject_kind": "matter", "actor": walk.actor(who), "now": walk.now}
    document = commands.issue(code=code, facts=walk.facts, **said).id
    assert commands.make(document, clock=lambda _: walk.now) == State.READY
    row = next(row for row in queries.of("matter", walk.number) if row.id == document)
    return text_of(row.pdf).replace("\n", "")


WHEN = {
    Stage.CLASSIFIED: set[str](),
    Stage.ASSIGNED: {"D02", "D03"},
    Stage.FEEDBACK: {"D02", "D03", "D15"},
    Stage.REVIEW: {"D02", "D03", "D15"},
    Stage.STRUCK_OFF: {"D02", "D03", "D15", "D17"},
}


@pytest.mark.parametrize("stage", WHEN, ids=str)
def test_a_paper_is_offered_once_there_is_something_to_tell(huainan: Town, stage: Stage) -> None:
    assert offered(walk_to(stage, huainan)) == WHEN[stage]


@pytest.mark.clause("HN-3.2a", "HN-3.2c")
def test_what_was_given_to_a_unit_has_its_order_and_the_copy_to_supervision(huainan: Town) -> None:
    walk = walk_to(Stage.ASSIGNED, huainan)
    assert walk.facts.list_number is not None
    order, copy = draw(walk, "D02"), draw(walk, "D03", "office.list_director")
    for text in (order, copy):
        assert walk.facts.list_number in text
        assert huainan.unit in text
    assert "抄送单位" in copy
    assert huainan.supervision in copy


@pytest.mark.clause("HN-3.4a")
def test_the_result_has_its_form_with_the_signature_of_the_head_or_a_place_for_it(huainan: Town) -> None:
    walk = walk_to(Stage.FEEDBACK, huainan)
    blank = papers.feedback(walk.number, walk.actor("unit.handler"), walk.now)
    assert (blank.signed_by, blank.signed_at) == ("", None)
    text = draw(walk, "D15", "unit.handler")
    assert "主要负责人签字" in text.replace(" ", "")
    walk.do(A.SUBMIT_FEEDBACK)
    signed = papers.feedback(walk.number, walk.actor("unit.handler"), walk.now)
    assert bool(signed.signed_by) != bool(signed.proof), "by hand or by seal"
    assert signed.result == blank.result


def test_what_is_sent_back_has_its_slip_while_it_is_to_be_made_good(huainan: Town) -> None:
    walk = walk_to(Stage.REVIEW, huainan)
    with pytest.raises(Refused, match="没有被退回"):
        draw(walk, "D16")
    walk.do(A.SEND_BACK)
    slip = papers.sent_back(walk.number, walk.actor("unit.handler"), walk.now)
    assert slip.reason
    assert slip.again_until == walk.facts.duties["list_rework"]
    assert slip.reason in draw(walk, "D16")


@pytest.mark.clause("HN-3.4b")
def test_what_was_struck_off_has_its_confirmation(huainan: Town) -> None:
    walk = walk_to(Stage.STRUCK_OFF, huainan)
    slip = papers.struck_off(walk.number, walk.actor("office.list_keeper"), walk.now)
    assert slip.struck_off_by
    assert slip.struck_off_by != slip.confirmed_by
    text = draw(walk, "D17")
    assert slip.number in text
    assert [str(b.reason) for b in verify(huainan.code).findings] == []


def test_who_does_not_see_the_matter_draws_up_nothing(huainan: Town) -> None:
    walk = walk_to(Stage.ASSIGNED, huainan)
    with pytest.raises(Unknown):
        draw(walk, "D02", "other.handler")
    assert queries.of("matter", walk.number) == []
