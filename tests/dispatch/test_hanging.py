"""What hangs has somebody in office who answers for it and says so; whoever does not stand by it ends it."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import DutyKind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from tests.api.clients import Staff
from tests.towns import Town
from tests.walks import TO_HANDLING, A, Walk
from tests.web.officials import Office, typed_for


def clean(town: Town) -> None:
    """The record and the ledger agree."""
    assert [str(finding) for finding in verify(town.code).findings] == []


def test_a_title_answers_for_nothing_and_the_head_who_is_named_confirms(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused, match="分管负责人或主要负责人") as no:
        walk.do(A.HANG, leader="分管负责人")
    assert no.value.refusal.field == "leader"
    with pytest.raises(Refused) as all_at_once:
        walk.do(A.HANG, leader="分管负责人", review_on=walk.now.date())
    assert [refusal.field for refusal in all_at_once.value.all] == ["leader", "review_on"]
    walk.do(A.HANG, leader=f"{wendeng.code}.unit.head")
    assert "待责任领导" in events(walk.facts.subject)[-1].sentence
    with pytest.raises(Refused, match="还没有确认"):
        walk.do(A.REVIEW_HUNG)
    with pytest.raises(Refused, match="须由责任领导本人"):
        walk.do(A.CONFIRM_HANG)
    walk.do(A.CONFIRM_HANG, by="unit.head")
    assert set(walk.facts.duties) >= {DutyKind.HANG_REVIEW}
    assert DutyKind.HANG_CONFIRM not in walk.facts.duties
    walk.do(A.REVIEW_HUNG)
    clean(wendeng)


def test_page_and_api_say_who_is_wanted_in_place_of_a_title(wendeng: Town) -> None:
    office, staff = Office(wendeng), Staff(wendeng)
    number = office.walk(A.DISPATCH, A.SIGN_IN)
    typed = typed_for(A.HANG, wendeng, office.began) | {"leader": "分管负责人"}
    page = office.act("desk.dispatcher", number, A.HANG, status=409, **typed)
    answer = staff.do(number, A.HANG, leader="分管负责人")
    said = answer.json()
    assert (answer.status_code, said["field"], said["norm"]) == (409, "leader", "hang.with-plan")
    assert "姓名或账号，不填职务" in said["detail"]
    assert f"{wendeng.code}.unit.deputy" in said["detail"]
    assert f"{wendeng.code}.unit.head" in said["detail"]
    assert 'id="hang-leader-error"' in page.html
    assert said["detail"] in page.text
    acts = staff["desk.dispatcher"].get(f"/cases/{number}").json()["acts"]
    form = next(act["form"] for act in acts if act["act"] == A.HANG)
    assert "姓名或账号" in form["properties"]["leader"]["description"]


def test_whoever_does_not_stand_by_it_lets_the_clocks_run_on(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    due_at = walk.facts.duties[DutyKind.HANDLE]
    walk.do(A.HANG)
    walk.later(days=2).do(A.DENY_HANG)
    assert walk.facts.stage is Stage.HANDLING
    assert not {DutyKind.HANG_REVIEW, DutyKind.HANG_CONFIRM} & set(walk.facts.duties)
    assert walk.facts.duties[DutyKind.HANDLE] >= due_at + timedelta(days=1), (
        "the whole day that it stood still is added"
    )
    clean(wendeng)


def test_the_desk_may_take_it_up_again_unconfirmed(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING, A.HANG, A.RESUME_HUNG)
    assert DutyKind.HANG_CONFIRM not in walk.facts.duties
    clean(wendeng)
