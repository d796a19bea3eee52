"""Random people doing random acts at random moments, on everything that lives: whatever comes, the invariants hold.

Cases, linkages, whistles, determinations, referrals and listed matters of three towns under three regulations, in one
run. The number of steps is set by BIHUAN_RANDOM_STEPS (default 600; the full run does 10,000).
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bihuan.assessment import commands as figures
from bihuan.audit.queries import verify
from bihuan.bulletins import queries as bulletins
from bihuan.bulletins.types import BulletinFilters
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.clockwork.commands import sweep
from bihuan.determination import queries as determination
from bihuan.determination.types.rows import DeterminationFilters, ReferralFilters
from bihuan.instructions import queries as instructions
from bihuan.instructions.types.rows import InstructionFilters
from bihuan.joint import queries as joint
from bihuan.joint.types.rows import JointFilters
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import queries as matters
from bihuan.matters.types import Act as MatterAct
from bihuan.matters.types.rows import MatterFilters
from bihuan.meetings import queries as meetings
from bihuan.meetings.types import MeetingFilters
from bihuan.record.queries import events
from bihuan.rhythm import queries as rhythm
from bihuan.rhythm.types import RhythmFilters
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Kind as Sent
from bihuan.supervision.types.rows import DirectiveFilters
from bihuan.vetting import engine
from tests.accountability.walks import ClueWalk
from tests.assessment import naive
from tests.assessment.reading import read
from tests.determination.walks import with_determiners
from tests.stateful.sorts import SORTS, Many, Said, Sort, Walking
from tests.towns import START, Town, found, pack_of
from tests.walks import Walk

STEPS = int(os.environ.get("BIHUAN_RANDOM_STEPS", "600"))
PER_EXAMPLE = 50
SURVIVING = {
    one.table.subject: {kind for kind, spec in one.duties.items() if spec.survives} for one in engine.subjects()
}
"""By kind of subject: what may be owed on one that has ended."""
DONE: Counter[str] = Counter()
"""What random people succeeded in, over the whole run."""
TRIED: Counter[str] = Counter()
"""By kind of thing, how often somebody tried something."""
LISTED: Counter[str] = Counter()
"""What of that they did to cases on the list, and to their matters."""


def sort_of(walk: Walking) -> Sort:
    """What kind of subject it is."""
    return SORTS[walk.facts.subject.partition(":")[0]]


class Everything(RuleBasedStateMachine):
    """Whatever lives in three towns, moved by whoever comes along, by one clock."""

    towns: tuple[Town, ...]

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.walks: Many = []
        self.pools: dict[str, Many] = {}
        """By kind of thing, and what began with a matter by itself: the case and the matter that it became."""
        self.touched: Many = []

    @initialize(variant=st.integers(0, 3))
    def one_of_each(self, variant: int) -> None:
        for town in self.towns:
            for sort in SORTS.values():
                if sort.has(town):
                    self._begin(sort, town, variant if sort.table.subject == "matter" else 0)

    @rule(kind=st.sampled_from(sorted(SORTS)), town=st.integers(0, 2), variant=st.integers(0, 3))
    def begin(self, kind: str, town: int, variant: int) -> None:
        if SORTS[kind].has(self.towns[town]):
            self._begin(SORTS[kind], self.towns[town], variant)

    def _begin(self, sort: Sort, town: Town, variant: int) -> None:
        fresh = sort.begin(town, self.now, variant)
        self.now = max(self.now, *(walk.now for walk in fresh))
        self.walks += fresh
        for walk in fresh:
            kind = "pair" if sort.table.subject == "matter" else walk.facts.subject.partition(":")[0]
            self.pools.setdefault(kind, []).append(walk)
            if walk.facts.stage in sort_of(walk).table.ends:  # somebody's act began and ended it
                DONE[f"{kind}.begin"] += 1
        self.touched += fresh

    @rule(
        which=st.integers(0, 10**6),
        turn=st.integers(0, 10**6),
        by_the_book=st.integers(0, 9),
        variant=st.integers(0, 3),
        hours=st.sampled_from([0, 0, 0, 1, 24, 96]),
    )
    def act(self, which: int, turn: int, by_the_book: int, variant: int, hours: int) -> None:
        kinds = sorted(self.pools)  # as often one kind as another, however many there are of each
        least = min(kinds, key=lambda kind: TRIED[kind])
        for kind in (kinds[which % len(kinds)], least):
            self._act(kind, which // len(kinds), turn, by_the_book, variant, hours)

    def _act(self, kind: str, which: int, turn: int, by_the_book: int, variant: int, hours: int) -> None:
        TRIED[kind] += 1
        turn += TRIED[kind]  # what is drawn is mostly small, and would be the same act again and again
        pool = self.pools[kind]
        walk = pool[which % len(pool)]
        sort, before = sort_of(walk), walk.facts
        known = sort.acts
        act, person = known[turn % len(known)], sort.people[turn // 7 % len(sort.people)]
        if by_the_book < 8:  # mostly what the stage allows, so that stories get far
            possible = [str(m.act) for m in sort.table.rows_from(before.stage) if str(m.act) in known]
            possible = [a for a in possible if variant == 3 or a not in sort.seldom]
            if possible:
                act = possible[turn % len(possible)]
                person = sort.doer(act, walk)
        self._try(walk, sort, act, person, variant, hours)

    @rule(which=st.integers(0, 10**6), turn=st.integers(0, 10**6))
    def act_on_the_list(self, which: int, turn: int) -> None:
        """What may be done with a case on the list is little, and would seldom be hit upon."""
        listed = [walk for walk in self.pools.get("pair", ()) if walk.facts.stage == CaseStage.LISTED]
        if listed:
            walk = listed[which % len(listed)]
            sort = sort_of(walk)
            possible = [str(m.act) for m in sort.table.rows_from(walk.facts.stage) if str(m.act) in sort.acts]
            act = possible[turn % len(possible)]
            self._try(walk, sort, act, sort.doer(act, walk), turn // len(possible), 0)

    def _try(self, walk: Any, sort: Sort, act: str, person: str, variant: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        walk.now = max(self.now, walk.now)
        before = walk.facts
        barred = act in sort.owed_before and sort.owed_before[act](walk)
        said = sort.different.get(act, [{}])
        more: Said = self._merged(walk) if act == CaseAct.MERGE and isinstance(walk, Walk) else {}
        if sort.table.subject == "matter" and act in (MatterAct.ASSIGN, MatterAct.REASSIGN) and variant % 2:
            more = {"co_units": [walk.town.other if act == MatterAct.ASSIGN else walk.town.unit]}
        listed = _is_listed(walk)
        try:
            done = walk.do(act, by=person, **said[variant % len(said)], **more)
        except Unknown:
            assert walk.facts == before
        except Refused as refused:
            kept = 1 if refused.refusal.evidence else 0
            assert walk.facts == replace(before, version=before.version + kept)
        else:
            row = sort.table.under(pack_of(walk.town.code).binds).row(before.stage, act)
            assert row is not None
            assert done.stage == row.target
            assert done.version > before.version
            assert not barred, "what had to be there before was not"
            DONE[f"{sort.table.subject}.{act}"] += 1
            LISTED[f"{sort.table.subject}.{act}"] += listed
        self.now = max(self.now, walk.now)
        self.touched.append(walk)

    def _merged(self, walk: Walk) -> dict[str, str]:
        """Another case of the town, into which this one may be merged."""
        others = [w.number for w in self.walks if isinstance(w, Walk) and w.town is walk.town and w is not walk]
        return {"parent": others[-1] if others else walk.number, "reason": "同一件事。", "requester_told": "电话"}

    @rule(town=st.integers(0, 2), days=st.sampled_from([0, 1, 30]))
    def time_goes_by(self, town: int, days: int) -> None:
        self.now += timedelta(days=days)
        sweep(self.towns[town].code, self.now)
        self.touched += self.walks[-3:]

    @invariant()
    def what_was_touched_is_whole(self) -> None:
        touched, self.touched = self.touched, []
        for walk in touched:
            _is_whole(walk)
            for other in self.walks:
                if _stands_with(other, walk):
                    _is_whole(other)

    def teardown(self) -> None:
        figures.take_in()
        for town in self.towns:
            sweep(town.code, self.now)
            assert [str(broken) for broken in verify(town.code).findings] == []
            _nobody_sees_more(town, [walk for walk in self.walks if walk.town is town], self.now)
        for walk in self.walks:
            _is_whole(walk)
            told = events(walk.facts.subject)
            assert [e.sequence for e in told] == list(range(1, len(told) + 1))
            stages = [e.facts["stage"] for e in told if "stage" in e.facts]
            assert stages[-1] == walk.facts.stage, "replaying the record gives the stored stage"


def _stands_with(other: Walking, walk: Walking) -> bool:
    """Whether the other stands on this one, or this one on it: what is done to one may move both."""
    of_other, of_this = getattr(other, "case", None), getattr(walk, "case", None)
    return of_other in (walk, walk.number) or (isinstance(of_this, str) and of_this == other.number)


def _is_listed(walk: Any) -> bool:
    """Whether it is a case on the list, or the matter of one."""
    facts = walk.facts
    return CaseStage.LISTED in (facts.stage, getattr(facts, "case_stage", None))


def _is_whole(walk: Walking) -> None:
    """Open means owed by somebody, ended means owed by nobody; and what its own kind holds."""
    told, sort = walk.facts, sort_of(walk)
    holding = set(told.duties) - SURVIVING[sort.table.subject]
    assert bool(holding) == (told.stage not in sort.table.ends), (told.number, told.stage, told.duties)
    sort.holds(walk)


def _nobody_sees_more(town: Town, walks: Many, now: Any) -> None:
    """Everybody's lists show what their units take part in, and nothing else."""
    for who in ("unit.handler", "other.handler", "third.handler", "desk.dispatcher"):
        actor = town.actor(who, now)
        seen = {row.number for row in cases.ledger(actor, cases.CaseFilters(), now=now, limit=5000)}
        seen |= {row.number for row in matters.ledger(actor, MatterFilters(), now=now, limit=5000)}
        seen |= {row.number for row in joint.ledger(actor, JointFilters(), now=now, limit=5000)}
        seen |= {row.number for row in determination.ledger(actor, DeterminationFilters(), now=now, limit=5000)}
        seen |= {row.number for row in determination.referrals(actor, ReferralFilters(), now=now, limit=5000)}
        seen |= {row.number for row in instructions.ledger(actor, InstructionFilters(), now=now, limit=5000)}
        seen |= {row.number for row in rhythm.ledger(actor, RhythmFilters(), now=now, limit=5000)}
        seen |= {row.number for row in meetings.ledger(actor, MeetingFilters(), now=now, limit=5000)}
        seen |= {row.number for row in bulletins.ledger(actor, BulletinFilters(), now=now, limit=5000)}
        for kind in Sent:
            rows = supervision.ledger(actor, kind, DirectiveFilters(), now=now, limit=5000)
            seen |= {row.number for row in rows}
        listed = [walk for walk in walks if not isinstance(walk, ClueWalk)]  # of a clue not the whole unit is told
        mine = {walk.number for walk in listed if actor.units & set().union(*walk.facts.parts.values())}
        assert seen & {walk.number for walk in walks} == mine, who


def _left_out() -> set[str]:
    """The kinds of thing on which nobody succeeded in anything."""
    return SORTS.keys() - {name.partition(".")[0] for name in DONE}


def _do_what_chance_left_out() -> None:
    """By the book, under the same invariants: a few hundred steps do not always come to every kind of thing."""
    rest = Everything()
    rest.one_of_each(0)
    for turn in range(100):
        for kind in sorted(_left_out()):
            rest._act("pair" if kind == "matter" else kind, turn, 0, 0, turn % 4, 0)
        rest.what_was_touched_is_whole()
    rest.teardown()


@pytest.mark.django_db(transaction=True)
def test_random_acts_keep_the_loop_closed() -> None:
    Everything.towns = (
        with_determiners(found("rw", "wendeng-2021-10", prefix="RW")),
        found("rh", "huainan-2021-55", prefix="RH"),
        found("rq", "qingshan-2030-3", prefix="RQ"),
    )
    DONE.clear()
    TRIED.clear()
    LISTED.clear()
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=max(1, STEPS // PER_EXAMPLE),
            stateful_step_count=PER_EXAMPLE,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    _do_what_chance_left_out()
    read()
    for town in Everything.towns:
        assert naive.differences(town.code) == {}, "the figures are those of a second, naive reckoning"
        assert figures.recount(town.code, check=True).first is None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM record_event WHERE subject ~ '^(case|linkage|whistle|determination|referral|matter):'"
        )
        assert cursor.fetchone()[0] > STEPS / 2, "the random people got something done"
    assert _left_out() == set(), "and on every kind of thing"
    assert {name.partition(".")[0] for name, n in LISTED.items() if n} == {"case", "matter"}, "on both ends of a track"
