"""Two people act at the same moment on what was sent: units that reply, and those who judge a reply."""

from collections.abc import Callable

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from bihuan.supervision.types import ColouredDuty, ColouredStage, Kind, OrderStage, ReminderStage
from tests.races.test_same_case import race
from tests.supervision.walks import (
    CA,
    OA,
    ColouredWalk,
    DirectiveWalk,
    R,
    coloured_at,
    order_at,
    reminder_at,
    with_supervisors,
)
from tests.towns import Town, found


def district() -> Town:
    """Wendeng with everybody who supervises."""
    return with_supervisors(found("rr", "wendeng-2021-10", prefix="RR"))


def doing(walk: DirectiveWalk, act: str, by: str) -> Callable[[], Done]:
    """An act of somebody, filled in as the book says."""
    entry = ACTS[(walk.kind, act)]
    form, actor = entry.fields.model_validate(walk.forms(act, walk.town, walk.now)), walk.actor(by)
    return lambda: entry.run(number=walk.number, fields=form, actor=actor, now=walk.now)


@pytest.mark.django_db(transaction=True)
def test_the_last_two_replies_at_once_open_the_answer_upward_once() -> None:
    walk: ColouredWalk = coloured_at(ColouredStage.REGISTERED, district())
    walk.do(CA.DISTRIBUTE, units=[walk.town.unit, walk.town.other])
    outcomes = race(doing(walk, CA.REPLY, "unit.head"), doing(walk, CA.REPLY, "other.head"))
    assert [type(one) for one in outcomes] == [Done, Done]
    answering = Duty.objects.filter(subject=walk.facts.subject, kind=str(ColouredDuty.ANSWER))
    assert answering.count() == 1
    assert not Duty.objects.filter(subject=walk.facts.subject, kind=str(ColouredDuty.REPLY), outcome="").exists()
    assert verify(walk.town.code).findings == ()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.ORDER])
def test_of_two_verdicts_at_once_one_holds(kind: Kind) -> None:
    if kind is Kind.REMINDER:
        walk, acts, by = reminder_at(ReminderStage.REPLIED, district()), (R.ACCEPT, R.REJECT), "desk.supervisor"
    else:
        walk, acts, by = order_at(OrderStage.REPLIED, district()), (OA.ACCEPT, OA.REJECT), "offices.supervisor"
    walk.now = walk.case.later(minutes=10).now
    outcomes = race(*(doing(walk, act, by) for act in acts))
    (won,) = [one for one in outcomes if isinstance(one, Done)]
    (lost,) = [one for one in outcomes if not isinstance(one, Done)]
    assert isinstance(lost, Refused | Overtaken)
    assert str(walk.facts.stage) == won.stage
    assert verify(walk.town.code).findings == ()
