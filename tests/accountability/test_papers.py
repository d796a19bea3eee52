"""The papers of a clue: what they say, and that they go to whom the rule names."""

from bihuan.accountability import papers
from bihuan.accountability.types import ClueStage
from tests.accountability.walks import A, clue_at, with_accountable
from tests.towns import Town


def test_the_letter_prints_every_clause_and_the_silence_of_the_unit(held: Town) -> None:
    walk = clue_at(ClueStage.ASKED, held).silent()
    walk.do(A.VERIFY, situation="not_led", express=True)
    walk.do(A.APPROVE, party_body="")
    walk.do(A.REFER)
    letter = papers.handover(walk.number, walk.actor("desk.assessor"), walk.now)
    assert (letter.recipient, letter.explanation) == (f"{held.code}.discipline", papers.SILENT)
    assert [clause in letter.basis for clause in ("A1-7(2)", "WD-4j", "A1-7")] == [True, True, True]
    assert letter.deviation == ""
    assert letter.evidence.startswith("1. 提出线索：")


def test_another_route_stands_in_the_letter_with_its_reason(held: Town) -> None:
    walk = clue_at(ClueStage.VERIFIED, held)
    walk.do(A.APPROVE, route="discipline", party_body="", route_reason="涉及党组主要负责人。")
    walk.do(A.REFER)
    letter = papers.handover(walk.number, walk.actor("desk.assessor"), walk.now)
    assert letter.deviation == "涉及党组主要负责人。"


def test_the_copy_goes_to_both_bodies(huainan: Town) -> None:
    town = with_accountable(huainan)
    walk = clue_at(ClueStage.EXPLAINED, town)
    walk.do(A.VERIFY, severity="severe")
    walk.along(A.APPROVE, A.REFER)
    letter = papers.copy(walk.number, walk.actor("desk.assessor"), walk.now)
    assert letter.recipient == f"{town.code}.discipline、{town.code}.personnel"
    assert "HN-2.7b" in letter.basis
    assert "HN-2.7a" in letter.basis


def test_the_result_tells_posts_and_day(held: Town) -> None:
    walk = clue_at(ClueStage.CLOSED, held)
    sheet = papers.outcome(walk.number, walk.actor("personnel.assessor"), walk.now)
    assert (sheet.result_posts, sheet.outcome, sheet.filed) == ("分管副局长", "谈话提醒、批评教育", "记入本年度考核。")
