"""Random people doing random acts on cases with linkages and whistles: exactly one lead, and the loop stays closed.

The number of steps is set by BIHUAN_RANDOM_STEPS, as for cases alone.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bihuan.audit.queries import verify
from bihuan.cases.stages import OPEN as CASE_OPEN
from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint.jobs import dissolve_stranded
from bihuan.joint.stages import OPEN, TABLES
from bihuan.joint.types import Act, Kind, Stage
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.commands import ACTS
from tests.joint.test_squares import PEOPLE
from tests.joint.walks import DOERS, LINKAGE, WHISTLE, JointWalk, third, with_bodies
from tests.towns import Town, found
from tests.walks import DOERS as CASE_DOERS
from tests.walks import Walk

STEPS = int(os.environ.get("BIHUAN_RANDOM_STEPS", "2000")) // 4
PER_EXAMPLE = 50
OF_THE_CASE = [a for a in CaseAct if a not in (CaseAct.REGISTER, CaseAct.MERGE, CaseAct.UNMERGE)]
EARLY_ENDS = (CaseAct.WITHDRAW, CaseAct.REQUEST_TERMINATION, CaseAct.ARCHIVE)
DIFFERENT = {
    Act.CONCLUDE: [{"resolved": False}, {}],
    Act.GRADE: [{}, {"grade": "poor"}, {"grade": "poor", "reason": "没有派人。"}],
    Act.SIGN_FORM: [{}, {"seal": ()}],
}
BLOWN = [{}, {"filing": "phone"}, {"whistle_type": "tough", "emergency": "crowd"}, {"whistle_type": "key"}]


class Together(RuleBasedStateMachine):
    """Cases of one town with what stands on them, moved by whoever comes along."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.walks: list[JointWalk] = []

    @initialize()
    def one_of_each(self) -> None:
        for kind in (LINKAGE, WHISTLE):
            self.walks.append(JointWalk(self.town, kind, Walk(self.town)).begin())

    @rule(kind=st.sampled_from(list(Kind)), variant=st.integers(0, 3))
    def begin(self, kind: Kind, variant: int) -> None:
        walk = JointWalk(self.town, kind, Walk(self.town))
        said = BLOWN[variant] if kind == WHISTLE else [{}, {"units": [self.town.other, third(self.town)]}][variant % 2]
        if said.get("whistle_type") == "key":
            with pytest.raises(Refused, match="须经攻坚哨"):
                walk.begin(**said)
        else:
            self.walks.append(walk.begin(**said))

    @rule(
        which=st.integers(0, 10**6),
        act=st.sampled_from([a for a in Act if a not in (Act.REQUEST, Act.BLOW)]),
        by_the_book=st.integers(0, 9),
        person=st.sampled_from(PEOPLE),
        variant=st.integers(0, 2),
        hours=st.sampled_from([0, 0, 1, 24, 96]),
    )
    def act(self, which: int, act: Act, by_the_book: int, person: str, variant: int, hours: int) -> None:
        walk = self.walks[which % len(self.walks)]
        before = walk.facts
        if by_the_book < 8:
            possible = [m.act for m in TABLES[walk.kind].rows_from(before.stage) if m.act != Act.DISSOLVE]
            if possible:
                act = Act(possible[which // 7 % len(possible)])
                person = DOERS[act]
        if (walk.kind, act) not in ACTS:
            return
        walk.case.later(hours=hours)
        variants = DIFFERENT.get(act, [{}])
        try:
            done = walk.do(act, by=person, **variants[variant % len(variants)])
        except (Refused, Unknown):
            assert walk.facts == before
        else:
            assert done.stage == TABLES[walk.kind].row(before.stage, act).target
            assert done.version == before.version + 1

    @rule(which=st.integers(0, 10**6), variant=st.integers(0, 9))
    def act_on_the_case(self, which: int, variant: int) -> None:
        walk = self.walks[which % len(self.walks)]
        case = walk.case
        before = case.facts
        possible = [m.act for m in CASES.rows_from(before.stage) if m.act in OF_THE_CASE]
        if variant:  # mostly onwards: what ends the case early ends the story
            possible = [
                a for a in possible if a not in (CaseAct.WITHDRAW, CaseAct.REQUEST_TERMINATION, CaseAct.ARCHIVE)
            ]
        if not possible:
            return
        act = CaseAct(possible[which // 7 % len(possible)])
        person = CASE_DOERS[act].replace("unit.", f"{walk.lead}.")
        owed = set(before.duties) & {CaseDuty.LINKAGE_FORM, CaseDuty.WHISTLE_FORM}
        try:
            case.do(act, by=person)
        except (Refused, Unknown):
            return
        assert not (act == CaseAct.SIGN_OFF and owed), "no result goes up without the signed form"

    @rule()
    def sweep(self) -> None:
        now = max(walk.now for walk in self.walks)
        dissolve_stranded(self.town.code, now)

    @invariant()
    def the_loop_is_closed_and_one_unit_leads(self) -> None:
        for walk in self.walks[-3:]:
            joint, case = walk.facts, walk.case.facts
            assert bool(joint.duties) == (joint.stage in OPEN), (joint.number, joint.stage, joint.duties)
            assert joint.parts[Part.LEAD] == {joint.initiator}, "the lead stays the lead to the end"
            assert bool(case.duties) == (case.stage in CASE_OPEN)
            assert len(case.parts.get(Part.LEAD, ())) == (1 if case.lead else 0)
            anew = case.assigned_at is not None and case.assigned_at > joint.started_at
            if joint.stage in OPEN and case.stage == CaseStage.HANDLING and case.lead == joint.initiator and not anew:
                form = CaseDuty.LINKAGE_FORM if walk.kind == LINKAGE else CaseDuty.WHISTLE_FORM
                assert form in case.duties, "what is open stands between the case and its result"
            assert joint.stage != Stage.SIGNED or joint.closed_at is not None

    def teardown(self) -> None:
        if self.walks:
            dissolve_stranded(self.town.code, max(walk.now for walk in self.walks))
            assert [str(broken) for broken in verify(self.town.code).findings] == []


@pytest.mark.django_db(transaction=True)
def test_random_acts_keep_one_lead_and_the_loop_closed() -> None:
    Together.town = with_bodies(found("rt", "wendeng-2021-10", prefix="RT"))
    run_state_machine_as_test(
        Together,
        settings=settings(
            max_examples=max(1, STEPS // PER_EXAMPLE),
            stateful_step_count=PER_EXAMPLE,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
