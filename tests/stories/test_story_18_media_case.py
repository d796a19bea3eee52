"""故事十八：媒体曝光的一件，列为重点办件，区委办、政府办看得见，别的单位看不见；督查到办结以后，反馈督查情况。"""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFilters, DutyKind, Stage
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.supervision import queries as supervision
from tests.cases.test_bodies_accused import another
from tests.supervision.walks import settled
from tests.towns import Town
from tests.walks import TO_HANDLING, A, Walk


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with everybody who supervises."""
    return settled()


@pytest.mark.clause("A1-5")
def test_two_offices_see_a_media_case_and_others_do_not(district: Town) -> None:
    government = another(district, "offices", "supervision", ("supervisor",))
    walk, ordinary = Walk(district).along(*TO_HANDLING), Walk(district).along(*TO_HANDLING)
    walk.do(A.MARK_KEY)
    party_office = district.actor("offices.supervisor", walk.now)
    government_office = district.actor(f"{government.rpartition('.')[2]}.supervisor", walk.now)
    for actor in (party_office, government_office):
        seen = [row.number for row in cases.ledger(actor, CaseFilters(), now=walk.now)]
        assert seen == [walk.number], "the key case, and no other"
    for other in ("other.handler", "township.handler", "staffing.handler"):
        with pytest.raises(Unknown):
            cases.visible_facts(walk.number, district.actor(other, walk.now))
    assert ordinary.number not in {row.number for row in cases.ledger(party_office, CaseFilters(), now=walk.now)}

    walk.do(A.SUPERVISE_KEY, finding="维修单位已进场。")
    walk.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    assert walk.facts.stage is Stage.CLOSED, "the regulation lets it be closed before the feedback"
    with pytest.raises(Refused, match="督办员"):
        walk.do(A.SUPERVISE_KEY, by="desk.reviewer")
    short = government.rpartition(".")[2]
    walk.do(A.SUPERVISE_KEY, by=f"{short}.supervisor", checked="办理结果", finding="路灯已全部亮起，诉求人满意。")
    assert not walk.facts.duties.keys() & {DutyKind.KEY_SUPERVISE, DutyKind.KEY_FEEDBACK}
    marks, looks = supervision.key_case(walk.number)
    assert [mark.label for mark in marks] == ["媒体问政栏目曝光"]
    assert [look.finding for look in looks] == ["维修单位已进场。", "路灯已全部亮起，诉求人满意。"]
    assert verify(district.code).findings == ()
