"""A regulation's ladder urges and drafts by the clock, in the name of the unit that it says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.duties.models import Duty
from bihuan.policy import loader
from bihuan.record.queries import events
from bihuan.supervision.models import Directive
from bihuan.supervision.types import Kind, ReminderStage
from tests.duties.test_ladder import take
from tests.joint.walks import with_bodies
from tests.town_fixtures import Founding
from tests.towns import Town, settle
from tests.vetting.edits import warns_alone
from tests.walks import TO_HANDLING, Walk

WARNED = '  { level = "L0", at = "-1wd", do = "warn", mode = "auto", to = ["holder", "deputy"] },\n'
STEPS = (
    '{ level = "L1", at = "0", do = "urge", mode = "auto", by = "desk", repeat = "3wd", times = 2 }',
    '{ level = "L2", at = "+5wd", do = "reminder", mode = "draft", by = "desk" }',
    '{ level = "L3", at = "+8wd", do = "order", mode = "draft", by = "supervision" }',
)
SOON, DAY = timedelta(minutes=1), timedelta(days=1)


def climbing(*steps: str) -> Callable[[str], str]:
    """A regulation whose ladder of handling goes on after the warning."""
    return lambda text: warns_alone(text).replace(WARNED, WARNED + "".join(f"  {step},\n" for step in steps), 1)


@pytest.fixture
def town(somewhere: Founding) -> Town:
    found = with_bodies(somewhere(climbing(*STEPS)))
    settle(found.code, found.desk, "desk.supervisor", "supervisor")
    return found


def sent(kind: Kind) -> list[tuple[str, str, str, int]]:
    """What was sent or drafted: stage, in whose name, to whom, how often."""
    rows = Directive.objects.filter(kind=kind).order_by("id")
    return [(row.stage, row.issuer, row.unit, row.times) for row in rows]


def test_who_is_late_is_urged_once_more_reminded_and_ordered_each_step_in_its_turn(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    due = walk.facts.duties["handle"]
    take(town, due)
    assert sent(Kind.URGE) == [], "at its due moment nothing is late yet"
    take(town, due + SOON)
    assert sent(Kind.URGE) == [("sent", town.desk, town.unit, 1)]
    assert sent(Kind.REMINDER) == []
    take(town, due + 5 * DAY)
    assert sent(Kind.URGE) == [("sent", town.desk, town.unit, 2)], "nobody replied in time"
    take(town, due + 8 * DAY)
    assert sent(Kind.REMINDER) == [(str(ReminderStage.DRAFT), town.desk, town.unit, 1)], "people send it"
    take(town, due + 14 * DAY)
    assert [issuer for _, issuer, *_ in sent(Kind.ORDER)] == [town.supervision]
    assert Duty.objects.get(subject=f"case:{walk.number}", kind="handle").due_at == due, "no step restarts a clock"
    assert [event.facts["times"] for event in events(f"case:{walk.number}") if event.kind.endswith("urged")] == [1, 2]
    assert verify(town.code).findings == ()


def test_what_was_done_in_time_is_not_urged_and_an_urge_ends_with_what_it_is_about(town: Town) -> None:
    done, late = Walk(town).along(*TO_HANDLING, Act.ANSWER, Act.SIGN_OFF), Walk(town).along(*TO_HANDLING)
    take(town, late.facts.duties["handle"] + SOON)
    assert [row.title for row in Directive.objects.filter(kind=Kind.URGE)] == ["催办：办理答复"]
    assert Directive.objects.get().about.get().subject == f"case:{late.number}"
    late.at(late.facts.duties["handle"] + DAY).along(Act.ANSWER, Act.SIGN_OFF)
    take(town, late.now + 20 * DAY)
    assert "sent" not in {stage for stage, *_ in sent(Kind.URGE)}
    assert sent(Kind.REMINDER) == []
    assert done.facts.stage == "submitted"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('{ level = "L1", at = "0", do = "urge", mode = "auto" }', "催办要写明以谁的名义"),
        ('{ level = "L1", at = "0", do = "urge", mode = "draft", by = "desk" }', "只能写mode"),
        ('{ level = "L2", at = "+1wd", do = "reminder", mode = "auto", by = "desk" }', "只能写mode"),
        ('{ level = "L3", at = "+1wd", do = "order", mode = "draft", by = "office" }', "拟发督办单要写明以谁的名义"),
    ],
)
def test_what_is_sent_in_nobodys_name_or_by_itself_is_refused(somewhere: Founding, step: str, said: str) -> None:
    with pytest.raises(loader.Unusable, match=said):
        somewhere(climbing(step))
