"""A refusal goes out by a signed letter; who got it signs for it and says what came of it, by both routes."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.determination import papers
from bihuan.determination.types import ReferralStage
from bihuan.duties.queries import owed_on
from bihuan.kernel.refusal import Refused
from bihuan.organisations.models import Unit
from tests.determination.walks import R, ReferralWalk, referral_at
from tests.towns import Town


def owed(walk: ReferralWalk) -> set[tuple[str, str]]:
    """Kind and holder of what is owed on the referral."""
    return {(kind, holder) for kind, holder, _ in owed_on([walk.facts.subject])[walk.facts.subject]}


@pytest.mark.clause("WD-4j")
def test_the_discipline_body_signs_for_the_letter_and_tells_what_came_of_it(district: Town) -> None:
    walk = referral_at(ReferralStage.SENT, district)
    assert owed(walk) == {("sign_letter", district.desk)}
    assert papers.signed(walk.facts) is not None, "no letter before somebody signs it"
    walk.do(R.SIGN_LETTER)
    assert papers.signed(walk.facts) is None
    body = f"{district.code}.discipline"
    assert owed(walk) == {("referral_receipt", body), ("referral_result", body)}
    with pytest.raises(Refused, match="区纪委监委登记"):
        walk.do(R.RECEIPT, by="desk.dispatcher")
    with pytest.raises(Refused, match="还没有签收"):
        walk.do(R.RESULT)
    tomorrow = walk.now + timedelta(days=1)
    with pytest.raises(Refused, match="签收时间应在移交"):
        walk.do(R.RECEIPT, taken_at=tomorrow)
    walk.do(R.RECEIPT)
    with pytest.raises(Refused, match="结果应在移交"):
        walk.do(R.RESULT, concluded_on=tomorrow.date())
    walk.do(R.RESULT)
    assert owed(walk) == set()
    assert walk.facts.stage is ReferralStage.SENT
    letter = papers.handover(walk.number, walk.actor("desk.head"), walk.now)
    assert letter.recipient == body
    assert letter.evidence
    assert "移交区纪委监委" in letter.basis
    assert "上级主管机关" in letter.basis
    assert [str(f) for f in verify(district.code).findings] == []


@pytest.mark.clause("A1-8")
def test_for_a_body_outside_the_desk_enters_receipt_and_result(district: Town) -> None:
    walk = referral_at(ReferralStage.OPEN, district).along(R.EXPLAIN)
    Unit.objects.filter(code=walk.facts.unit).update(type="resident", superior_body="市供电公司")
    walk.along(R.SEND, R.SIGN_LETTER)
    assert walk.facts.recipient == "市供电公司"
    assert owed(walk) == {("referral_receipt", district.desk), ("referral_result", district.desk)}
    walk.do(R.RECEIPT, by="desk.dispatcher")
    walk.do(R.RESULT, by="desk.dispatcher")
    assert owed(walk) == set()
