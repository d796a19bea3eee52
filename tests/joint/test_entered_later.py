"""What happened before it was entered is told as it was (F51); an emergency hurries everybody alike (F52)."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as C
from bihuan.duties.models import Duty
from bihuan.duties.types import Outcome
from bihuan.joint.types import Act as J
from bihuan.joint.types import DutyKind, Emergency, Kind
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from tests.joint.walks import JointWalk, third, with_bodies
from tests.towns import Town
from tests.walks import Walk

WHISTLE = Kind.WHISTLE


@pytest.fixture
def town(wendeng: Town) -> Town:
    return with_bodies(wendeng)


def night(town: Town) -> tuple[JointWalk, datetime]:
    """A case that the town has had since the evening; it blows by telephone, and enters that in the morning."""
    walk = JointWalk(town, WHISTLE, Walk(town))
    walk.case.do(C.REGISTER)
    walk.case.do(C.DISPATCH, lead=town.township)
    walk.case.do(C.SIGN_IN, by="township.handler")
    blown = walk.now + timedelta(hours=2)
    walk.case.later(hours=8)
    return walk, blown


def enter(walk: JointWalk, blown: datetime, why: str = "夜间电话吹哨，上班后补录。") -> JointWalk:
    return walk.start(filing="phone", blown_at=blown, late_entry=why)


def test_what_happened_since_the_call_is_taken_and_met(town: Town) -> None:
    walk, blown = night(town)
    enter(walk, blown)
    assert walk.facts.blown_at == blown
    assert walk.facts.started_at > walk.facts.blown_at, "the clocks start at the entry"
    for act, field in ((J.RECORD_CALL, "called_at"), (J.CONTACT_UPWARD, "contacted_at")):
        for never in (blown - timedelta(minutes=1), walk.now + timedelta(days=1)):
            with pytest.raises(Refused) as refused:
                walk.do(act, **{field: never})
            assert refused.value.refusal.field == field
    walk.do(J.RECORD_CALL, called_at=blown)
    walk.do(J.CHECK_IN, arrived_at=blown + timedelta(minutes=40))
    walk.do(J.CONTACT_UPWARD, contacted_at=blown + timedelta(minutes=50))
    walk.do(J.HOLD_MEETING, held_at=blown + timedelta(minutes=60))
    met = Duty.objects.get(subject=walk.facts.subject, kind=DutyKind.CHECK_IN)
    assert met.outcome == Outcome.MET
    with pytest.raises(Refused) as refused:
        walk.do(J.HOLD_MEETING, held_at=blown - timedelta(minutes=1))
    assert refused.value.refusal.field == "held_at"


def test_who_is_asked_later_knows_nothing_of_the_call(town: Town) -> None:
    walk, blown = night(town)
    enter(walk, blown)
    walk.do(J.ADD_UNITS)
    joined = next(m for m in walk.facts.present if m.unit == third(town))
    with pytest.raises(Refused):
        walk.do(J.CHECK_IN, by="third.handler", arrived_at=joined.since - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("ago", "why", "field"),
    [
        (timedelta(hours=9), "补录。", "blown_at"),
        (timedelta(minutes=-30), "补录。", "blown_at"),
        (timedelta(hours=2), "", "late_entry"),
    ],
)
def test_it_was_blown_while_the_town_had_the_case_and_late_entries_say_why(
    town: Town, ago: timedelta, why: str, field: str
) -> None:
    walk, _ = night(town)
    entered = walk.now + timedelta(minutes=10)
    with pytest.raises(Refused) as refused:
        enter(walk, entered - ago, why)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.WHISTLE_BLOW, field)


def test_within_the_hour_nothing_is_asked(town: Town) -> None:
    walk, _ = night(town)
    enter(walk, walk.now - timedelta(minutes=45), "")


@pytest.mark.parametrize(("urgency", "emergency"), [*product(("normal", "urgent"), (None, *Emergency))])
def test_no_department_has_longer_than_the_town_in_an_emergency(
    town: Town, urgency: str, emergency: Emergency | None
) -> None:
    walk = JointWalk(town, WHISTLE, Walk(town))
    walk.case.do(C.REGISTER, urgency=urgency)
    walk.case.do(C.DISPATCH, lead=town.township)
    walk.case.do(C.SIGN_IN, by="township.handler")
    said = {"whistle_type": "tough", "emergency": emergency} if emergency else {}
    if emergency:
        with pytest.raises(Refused) as refused:
            walk.start(**said, due_at=walk.now + timedelta(days=2))
        assert refused.value.refusal.field == "due_at"
    walk.start(**said)

    def due(kind: DutyKind) -> list[datetime]:
        rows = Duty.objects.filter(subject=walk.facts.subject, kind=kind, discharged_at__isnull=True)
        return list(rows.values_list("due_at", flat=True))

    (town_ends,) = due(DutyKind.CONCLUDE)
    assert len(due(DutyKind.WORK)) == 1
    if emergency:
        assert max(due(DutyKind.WORK)) <= town_ends
    walk.do(J.ADD_UNITS)
    assert len(due(DutyKind.WORK)) == 2
    if emergency:
        assert max(due(DutyKind.WORK)) <= town_ends


@pytest.mark.parametrize("hung", [False, True])
def test_what_is_raised_to_an_emergency_is_due_as_one_that_began_so(town: Town, hung: bool) -> None:
    walk = JointWalk(town, WHISTLE, Walk(town)).begin()
    walk.do(J.CHECK_IN)
    if hung:
        walk.case.do(C.HANG)

    def due(kind: DutyKind) -> list[Duty]:
        return list(Duty.objects.filter(subject=walk.facts.subject, kind=kind, discharged_at__isnull=True))

    (before,) = due(DutyKind.CONCLUDE)
    with pytest.raises(Refused) as refused:
        walk.do(J.RAISE_TO_TOUGH, emergency="accident", units=[third(town)], due_at=walk.now + timedelta(days=2))
    assert refused.value.refusal.field == "due_at"
    walk.do(J.RAISE_TO_TOUGH, emergency="accident", units=[third(town)])
    (after,) = due(DutyKind.CONCLUDE)
    today = walk.now.astimezone(ZONE).date()
    assert after.due_at.astimezone(ZONE).date() == today < before.due_at.astimezone(ZONE).date()
    assert after.basis == "升为应急类攻坚哨，与应急吹哨时限相同"
    assert [duty.due_at <= after.due_at for duty in due(DutyKind.WORK)] == [True, True]
    assert not Duty.objects.filter(
        subject=walk.facts.subject, discharged_at__isnull=True, paused_at__isnull=False
    ).exists(), "an emergency waits for nobody"
    assert verify(town.code).findings == ()


def test_what_is_raised_and_no_emergency_keeps_its_limit(town: Town) -> None:
    walk = JointWalk(town, WHISTLE, Walk(town)).begin()
    before = walk.facts.duties[DutyKind.CONCLUDE]
    walk.do(J.RAISE_TO_TOUGH)
    assert walk.facts.duties[DutyKind.CONCLUDE] == before
