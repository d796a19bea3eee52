"""Every square of the table: each stage × each act × each person is decided, by table and commands alike."""

import itertools
from functools import cache

import pytest

from bihuan.accountability.commands import LIFE
from bihuan.accountability.stages import TABLE
from bihuan.accountability.types import ClueStage
from bihuan.audit.queries import verify
from bihuan.duties.sight import may_see
from tests.accountability.walks import DOERS, ClueWalk, clue_at
from tests.attempts import Attempts
from tests.towns import Town

DONE_BY: dict[str, set[str]] = {
    "考核员": {"desk.assessor"},
    "考核员或清单管理机构负责人": {"desk.assessor"},
    "督查机构督办员": {"offices.supervisor"},
    "受理单位（清单管理机构）负责人": {"desk.head"},
    "被问责单位分管或主要负责人": {"unit.deputy", "unit.head"},
    "⟨discipline⟩": {"discipline.handler"},
    "组织部门考核员": {"personnel.assessor"},
    "系统": set(),
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "other.head", "desk.dispatcher", "desk.supervisor", "unit.handler")


def _attempt(attempts: Attempts, walk: ClueWalk, act: str, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; everything is as it was afterwards."""
    now, number = walk.now, walk.number
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.case.now, walk.number = now, number


@pytest.mark.parametrize("stage", ClueStage, ids=str)
def test_every_act_by_every_person_is_decided_by_the_table(stage: ClueStage, held: Town) -> None:
    walk = clue_at(stage, held)
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
