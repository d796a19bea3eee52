"""Where the regulation wants no approval, the unit tells the desk and the requester that it takes more time."""

from datetime import datetime, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.duties import queries
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.town_fixtures import Founding
from tests.towns import Town
from tests.vetting.edits import put
from tests.walks import SecretWalk, Walk

TO_HANDLING = (Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)


def handle(walk: Walk) -> Duty:
    return Duty.objects.get(subject=walk.facts.subject, kind="handle")


def test_it_holds_at_once_and_is_told_to_the_desk_and_the_requester(qingshan: Town) -> None:
    walk = Walk(qingshan).along(*TO_HANDLING)
    before = handle(walk).due_at
    done = walk.do(Act.NOTIFY_EXTENSION, days=2)
    after = handle(walk).due_at
    assert after > before
    assert done.sentence.startswith("告知延期2个工作日，新的到期时间")
    event = events(walk.facts.subject)[-1]
    assert event.private["requester_informed"] == "电话告知"
    ((kind, moved, holder),) = event.facts["moves"]  # type: ignore[misc]
    assert (kind, datetime.fromisoformat(moved), holder) == ("handle", after, qingshan.unit)
    assert "延期" in queries.explain_duty(handle(walk).id).note
    assert walk.facts.extensions == 1
    assert verify().clean


@pytest.mark.parametrize(("days", "field"), [(3, None), (4, "days")])
def test_the_longest_and_the_number_are_those_of_the_regulation(days: int, field: str | None, qingshan: Town) -> None:
    walk = Walk(qingshan).along(*TO_HANDLING)
    if field is None:
        walk.do(Act.NOTIFY_EXTENSION, days=days)
    with pytest.raises(Refused) as found:
        walk.do(Act.NOTIFY_EXTENSION, days=days)
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.EXTENSION_BY_NOTICE, field)


def test_no_more_is_asked_for_than_the_regulation_lets_the_desk_approve(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused) as found:
        walk.do(Act.REQUEST_EXTENSION, days=30)
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.EXTENSION_WITH_APPROVAL, "days")


def test_what_is_overdue_is_not_put_off_by_it(qingshan: Town) -> None:
    walk = Walk(qingshan).along(*TO_HANDLING)
    walk.at(handle(walk).due_at + timedelta(seconds=1))
    with pytest.raises(Refused) as found:
        walk.do(Act.NOTIFY_EXTENSION)
    assert found.value.refusal.norm == n.EXTENSION_BY_NOTICE


def test_nobody_approves_where_nobody_need(qingshan: Town, wendeng: Town) -> None:
    for town, act in ((qingshan, Act.REQUEST_EXTENSION), (wendeng, Act.NOTIFY_EXTENSION)):
        walk = Walk(town).along(*TO_HANDLING)
        with pytest.raises(Refused):
            walk.do(act)


def test_it_may_be_let_more_often(somewhere: Founding) -> None:
    more = put('basis = "青山市通行做法：延期的', 'parameters = { times = 2 }\nbasis = "青山市通行做法：延期的')
    walk = Walk(somewhere(more, of="qs")).along(*TO_HANDLING, Act.NOTIFY_EXTENSION, Act.NOTIFY_EXTENSION)
    assert walk.facts.extensions == 2


def test_of_a_secret_request_the_desk_tells(qingshan: Town) -> None:
    walk = SecretWalk(qingshan).along(*TO_HANDLING, Act.NOTIFY_EXTENSION)
    assert "relay" in walk.facts.duties
