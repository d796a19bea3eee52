"""Every square of the table: each stage × each act × each person is decided, by table and commands alike."""

import itertools
from functools import cache

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.sight import may_see
from bihuan.instructions.commands import LIFE
from bihuan.instructions.stages import TABLE
from bihuan.instructions.types import InstructionStage
from tests.attempts import Attempts
from tests.instructions.walks import DOERS, InstructionWalk, instruction_at
from tests.towns import Town

DONE_BY: dict[str, set[str]] = {
    "⟨leader⟩": {"leaders.leader", "leaders.second"},
    "督查机构⟨supervisor⟩或负责人": {"offices.supervisor"},
    "登记单位登记人员或负责人": {"desk.dispatcher", "desk.reviewer", "desk.supervisor", "desk.head"},
    "登记单位负责人": {"desk.head"},
    "承办单位⟨deputy⟩或⟨head⟩": {"unit.deputy", "unit.head"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "other.deputy", "desk.registrar", "unit.handler")


def _attempt(attempts: Attempts, walk: InstructionWalk, act: str, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; everything is as it was afterwards."""
    now, number = walk.now, walk.number
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.case.now, walk.number = now, number


@pytest.mark.parametrize("stage", InstructionStage, ids=str)
def test_every_act_by_every_person_is_decided_by_the_table(stage: InstructionStage, led: Town) -> None:
    walk = instruction_at(stage, led)
    before, attempts = walk.facts, Attempts()

    @cache
    def offered(person: str) -> set[str]:
        offers = LIFE.offers(before, walk.actor(person), walk.now)
        return {offer.act for offer in offers if offer.refusal is None}

    known = {str(move.act): move.act for move in TABLE.moves if move.origin is not None}
    for act, person in itertools.product((act for act in DOERS if str(act) in known), PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = TABLE.row(stage, known[str(act)])
        if not may_see(before, walk.actor(person)):
            assert outcome == "unknown", (act, person, outcome)
        elif row is None or not any(person in DONE_BY[role.label] for role in row.who):
            assert outcome == "refused", (act, person, outcome)
        else:
            assert outcome in (row.target, "refused"), (act, person, outcome)
            assert (outcome == row.target) is (act in offered(person)), (act, person)
    assert walk.facts == before, "an attempt that was taken back leaves nothing"
    assert verify().findings == ()
