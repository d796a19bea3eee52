"""Random people doing random acts at random moments: whatever comes of it, the invariants hold.

The number of steps is set by BIHUAN_RANDOM_STEPS (default 2,000; the full run does 10,000).
"""

import os
from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bihuan.cases import queries as cases
from bihuan.cases.stages import ENDS, OPEN, TABLE
from bihuan.cases.types import Act, CaseFacts, Part, Stage
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests.cases.test_squares import PEOPLE
from tests.towns import Town, found
from tests.walks import DOERS, Walk

STEPS = int(os.environ.get("BIHUAN_RANDOM_STEPS", "2000"))
PER_EXAMPLE = 50

DIFFERENT = {
    Act.REGISTER: [{}, {"urgency": "urgent"}, {"appeal_type": "CONSULT"}, {"callback_wanted": False}],
    Act.DISPATCH: [{}, {"basis_kind": "adjudication"}, {"basis_kind": "designation"}],
    Act.RECORD_CALLBACK: [
        {},
        {"solved": "no", "satisfied": "no"},
        {"reached": False, "solved": None, "satisfied": None, "facts_true": None},
    ],
    Act.CLOSE: [{}, {"closure": "EXPLAINED"}, {"closure": "WITHDRAWN"}],
    Act.ANSWER: [{}, {"truthful": False}, {"outcome": "EXPLAINED", "policy_basis": ""}],
}
ACTS_OF_A_CASE = [act for act in Act if act not in (Act.REGISTER, Act.MERGE)]


class Cases(RuleBasedStateMachine):
    """Cases of two towns, moved by whoever comes along."""

    towns: tuple[Town, ...]

    def __init__(self) -> None:
        super().__init__()
        self.walks: list[Walk] = []
        self.touched: list[Walk] = []

    @initialize()
    def begin(self) -> None:
        for town in self.towns:
            self.walks.append(Walk(town).along(Act.REGISTER))

    @rule(town=st.integers(0, 1), variant=st.integers(0, 3))
    def register(self, town: int, variant: int) -> None:
        walk = Walk(self.towns[town])
        walk.do(Act.REGISTER, **DIFFERENT[Act.REGISTER][variant])
        self.walks.append(walk)

    @rule(
        which=st.integers(0, 10**6),
        act=st.sampled_from(ACTS_OF_A_CASE),
        by_the_book=st.integers(0, 9),
        person=st.sampled_from(PEOPLE),
        variant=st.integers(0, 2),
        minutes=st.sampled_from([0, 0, 0, 30, 60 * 24, 60 * 24 * 4]),
    )
    def act(self, which: int, act: Act, by_the_book: int, person: str, variant: int, minutes: int) -> None:
        walk = self.walks[which % len(self.walks)]
        before = walk.facts
        if by_the_book < 8:  # mostly what the stage allows, so that cases get far
            possible = [m.act for m in TABLE.rows_from(before.stage) if m.act in ACTS_OF_A_CASE]
            if possible:
                act = Act(possible[which % len(possible)])
                person = DOERS[act]
                if before.lead and before.lead != walk.town.unit:
                    person = person.replace("unit.", "other.")
        variants = DIFFERENT.get(act, [{}])
        walk.later(minutes=minutes)
        try:
            done = walk.do(act, by=person, **variants[variant % len(variants)])
        except Unknown:
            assert walk.facts == before
        except Refused as refused:
            kept = 1 if refused.refusal.evidence else 0
            _unchanged(before, walk.facts, kept)
        else:
            row = TABLE.row(before.stage, act)
            assert row is not None
            assert done.stage == row.target
            assert done.version == before.version + 1
        self.touched = [walk]

    @invariant()
    def what_was_touched_is_whole(self) -> None:
        for walk in self.touched:
            _is_whole(walk)
        self.touched = []

    def teardown(self) -> None:
        for town in self.towns:
            mine = [w.facts.stage for w in self.walks if w.town is town]
            assert len(mine) == sum(s in OPEN for s in mine) + sum(s in ENDS for s in mine)
        for walk in self.walks:
            _is_whole(walk)
            told = events(f"case:{walk.number}")
            assert [e.sequence for e in told] == list(range(1, len(told) + 1))
            stages = [e.facts["stage"] for e in told if "stage" in e.facts]
            assert stages[-1] == walk.facts.stage, "replaying the record gives the stored stage"
            seen = cases.ledger(walk.actor("other.handler"), cases.CaseFilters(), now=walk.now, limit=500)
            others = {w.number for w in self.walks if w.town is walk.town and walk.town.other in _units(w)}
            assert {row.number for row in seen} == others, "nobody's list shows another unit's case"


WITH_A_UNIT = {Stage.DISPATCHED, Stage.HANDLING, Stage.AWAITING, Stage.RETURN_REVIEW, Stage.SIGN_OFF}
WITH_A_UNIT |= {Stage.SUBMITTED, Stage.CALLBACK, Stage.REWORK, Stage.HUNG}


def _is_whole(walk: Walk) -> None:
    """Open means owed by somebody, ended means owed by nobody; exactly one lead while a unit has the case."""
    case = walk.facts
    assert bool(case.duties) == (case.stage in OPEN), (case.number, case.stage, case.duties)
    leads = case.parts.get(Part.LEAD, frozenset())
    assert leads == (frozenset({case.lead}) if case.lead else frozenset())
    assert len(leads) == 1 or case.stage not in WITH_A_UNIT


def _unchanged(before: CaseFacts, after: CaseFacts, kept: int) -> None:
    assert after == replace(before, version=before.version + kept)


def _units(walk: Walk) -> set[str]:
    return set().union(*walk.facts.parts.values())


@pytest.mark.django_db(transaction=True)
def test_random_acts_keep_the_loop_closed() -> None:
    Cases.towns = (found("ra", "wendeng-2021-10", prefix="RA"), found("rb", "qingshan-2030-3", prefix="RB"))
    run_state_machine_as_test(
        Cases,
        settings=settings(
            max_examples=max(1, STEPS // PER_EXAMPLE),
            stateful_step_count=PER_EXAMPLE,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record_event WHERE subject LIKE 'case:%'")
        assert cursor.fetchone()[0] > STEPS / 2, "the random people got something done"
