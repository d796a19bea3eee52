"""The papers of joint handling are drawn up from what is on file, and verify finds nothing amiss."""

import pytest

from bihuan.audit.queries import verify
from bihuan.documents import commands, queries
from bihuan.documents.types import State
from bihuan.joint import papers
from bihuan.kernel.refusal import Refused, Unknown
from tests.documents.test_drawing_up import text_of
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, third, with_bodies
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.django_db


def test_the_form_of_a_linkage_is_drawn_up_once_it_is_filled_in(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    actor = walk.actor("lead.deputy")
    said = {"subject_kind": "linkage", "code": "D08", "actor": actor}
    with pytest.raises(Refused):
        commands.issue(facts=walk.facts, now=walk.now, **said)
    walk.along(A.ACCEPT, A.FINISH, A.CONCLUDE)
    with pytest.raises(Refused, match="尚未填写"):
        commands.issue(facts=walk.facts, now=walk.now, **said)
    walk.along(A.GRADE, A.FILE_FORM, A.SIGN_FORM)
    form = papers.linkage_form(walk.number, actor, walk.now)
    assert form.signed_by
    assert all(graded.grade for graded in form.grades)
    document = commands.issue(facts=walk.facts, now=walk.now, **said).id
    assert commands.make(document, clock=lambda _: walk.now) == State.READY
    (row,) = queries.of("linkage", walk.number)
    assert row.title == "“首接负责”工作机制落实情况备案表"
    assert [str(b.reason) for b in verify(town.code).findings] == []


@pytest.fixture
def town(wendeng: Town) -> Town:
    return with_bodies(wendeng)


def offered(walk: JointWalk) -> set[str]:
    return {paper.code for paper in commands.papers_of(walk.kind) if paper.ask(walk.facts) is None}


@pytest.mark.clause("WD-2.2a", "WD-2.2b")
def test_a_linkage_has_its_letter_to_the_units_and_its_filing(town: Town) -> None:
    walk = JointWalk(town, LINKAGE, Walk(town)).begin()
    assert offered(walk) == {"D06", "D07"}
    actor = walk.actor("other.handler")
    letter = papers.request(walk.number, actor, walk.now)
    assert (letter.number, letter.issuer, letter.recipient) == (walk.case.number, town.unit, town.other)
    assert letter.task == "请派员断电，配合更换灯具。"
    filing = papers.linkage_filing(walk.number, actor, walk.now)
    assert (filing.mechanism, filing.method, filing.acknowledged_by) == ("首接联动", "电子报备", "")
    walk.along(A.ACKNOWLEDGE)
    filing = papers.linkage_filing(walk.number, actor, walk.now)
    assert filing.acknowledged_by
    assert filing.acknowledged_at == walk.now
    walk.do(A.ADD_UNITS)
    letter = papers.request(walk.number, actor, walk.now)
    assert letter.recipient == f"{town.other}、{third(town)}"
    assert f"{third(town)}：请派人到现场配合。" in letter.task
    with pytest.raises(Unknown):
        papers.request(walk.number, Walk(town).actor("township.handler"), walk.now)


@pytest.mark.clause("WD-3.3b")
def test_a_whistle_that_was_called_in_has_its_filing_once_the_platform_noted_the_call(town: Town) -> None:
    walk = JointWalk(town, WHISTLE, Walk(town)).begin(filing="phone")
    assert offered(walk) == set()
    walk.do(A.RECORD_CALL, note="燃气味明显。")
    assert offered(walk) == {"D07"}
    filing = papers.whistle_filing(walk.number, walk.actor("desk.registrar"), walk.now)
    assert (filing.mechanism, filing.method, filing.filed_by, filing.note) == (
        "常规哨",
        "电话报备",
        "值班员",
        "燃气味明显。",
    )
    assert filing.acknowledged_by


@pytest.mark.clause("WD-2.3d")
@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE], ids=str)
def test_what_went_to_the_district_is_a_report_signed_by_the_head(town: Town, kind: str) -> None:
    walk = JointWalk(town, kind, Walk(town)).begin()
    assert "D13" not in offered(walk)
    walk.do(A.REPORT)
    assert "D13" in offered(walk)
    said = {"subject_kind": kind, "code": "D13", "actor": walk.actor("lead.head"), "now": walk.now}
    document = commands.issue(facts=walk.facts, **said).id
    assert commands.make(document, clock=lambda _: walk.now) == State.READY
    (row,) = queries.of(kind, walk.number)
    assert row.reference == f"诉汇〔{walk.now.year}〕1号"
    text = text_of(row.pdf).replace("\n", "")
    assert "灯杆产权不清，经费没有来源。" in text
    assert "请明确经费。" in text
    assert "领导批示" in text.replace(" ", "")
    assert "主要负责人（签字）" in text
    assert [str(b.reason) for b in verify(town.code).findings] == []
