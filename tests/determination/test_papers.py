"""The papers of a determination: from what is on file, under the numbers that the bodies gave."""

import pytest

from bihuan.determination import papers
from bihuan.kernel.refusal import Unknown
from tests.determination.walks import A, DeterminationWalk, to_gap, to_submitted
from tests.towns import Town
from tests.walks import Walk


@pytest.mark.clause("WD-4a")
def test_the_letter_of_referral_tells_the_dispute_with_every_position(district: Town) -> None:
    walk = DeterminationWalk(district, Walk(district)).begin()
    refusal = papers.submitted(walk.facts)
    assert refusal is not None
    assert "尚未移交" in refusal.reason
    walk.do(A.STATE_POSITION, by="other.handler", position="不在权责清单之内。")
    walk.do(A.SUBMIT)
    assert papers.submitted(walk.facts) is None
    sheet = papers.referral(walk.number, walk.actor("desk.dispatcher"), walk.now)
    assert (sheet.number, sheet.issuer) == (walk.case.number, district.desk)
    assert sheet.recipient == f"{district.code}.staffing、{district.code}.justice"
    assert [p.unit for p in sheet.positions] == [district.unit, district.other]
    with pytest.raises(Unknown):
        papers.referral(walk.number, walk.actor("third.handler"), walk.now)


@pytest.mark.clause("WD-4b", "WD-4d")
def test_the_opinion_and_the_special_report_keep_their_own_numbers(district: Town) -> None:
    walk = to_submitted(DeterminationWalk(district, Walk(district)))
    assert papers.issued(walk.facts) is not None
    walk = to_gap(DeterminationWalk(district, Walk(district)))
    opinion = papers.written_opinion(walk.number, walk.actor("staffing.deputy"), walk.now)
    assert opinion.reference == walk.facts.opinion_number
    assert opinion.staffing_office == f"{district.code}.staffing"
    assert papers.reported(walk.facts) is not None
    walk.do(A.REPORT)
    report = papers.special_report(walk.number, walk.actor("leaders.leader"), walk.now)
    assert report.reference == "群众诉求专报〔2025〕第1期"
    assert (report.recipient, bool(report.facts), bool(report.gap)) == (f"{district.code}.leaders", True, True)
