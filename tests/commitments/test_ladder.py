"""What is promised and not kept at its day is urged and reminded of by the shipped ladder; people send the reminder."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Stage
from bihuan.clockwork.commands import sweep
from bihuan.commitments import queries
from bihuan.commitments.types import Standing
from bihuan.supervision.models import Directive
from bihuan.supervision.types import Kind, ReminderStage
from tests.duties.test_ladder import take
from tests.supervision.walks import with_supervisors
from tests.towns import Town
from tests.walks import A, Walk


@pytest.mark.clause("WD-6.2d")
def test_a_promise_that_its_day_passes_is_broken_urged_and_drafted_as_a_reminder(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    walk = Walk(town).promised(Stage.CLOSED)
    due = walk.facts.duties["commitment_fulfil"]
    take(town, due + timedelta(minutes=1))
    (urge,) = Directive.objects.filter(kind=Kind.URGE)
    assert (urge.issuer, urge.unit) == (town.desk, town.unit)
    sweep(town.code, due + timedelta(days=1))
    (row,) = queries.of_subject(walk.facts.subject)
    assert row.standing is Standing.BROKEN
    take(town, due + timedelta(days=4))
    (reminder,) = Directive.objects.filter(kind=Kind.REMINDER)
    assert (reminder.stage, reminder.ground) == (str(ReminderStage.DRAFT), "promise_broken")
    walk.at(due + timedelta(days=4)).do(A.FULFIL_PROMISE)
    assert Directive.objects.get(kind=Kind.URGE).stage == "settled"
    assert [str(f) for f in verify(town.code).findings] == []
