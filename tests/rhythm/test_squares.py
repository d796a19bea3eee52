"""Every square of the table: each stage × each act × each person is decided, by table and commands alike."""

import itertools

import pytest

from bihuan.audit.queries import verify
from bihuan.duties.sight import may_see
from bihuan.rhythm.commands import LIFE
from bihuan.rhythm.stages import TABLE
from bihuan.rhythm.types import RhythmStage
from tests.attempts import Attempts
from tests.rhythm.walks import BEGIN, DOERS, RhythmWalk, rhythm_at
from tests.towns import Town

PEOPLE = ("unit.head", "unit.deputy", "unit.handler", "other.head", "office.list_director", "desk.dispatcher")


def _attempt(attempts: Attempts, walk: RhythmWalk, act: str, person: str) -> str:
    now, number = walk.now, walk.number
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.now, walk.number = now, number


@pytest.mark.parametrize("stage", RhythmStage, ids=str)
def test_every_act_by_every_person_is_decided_by_the_table(stage: RhythmStage, huainan: Town) -> None:
    walk = rhythm_at(stage, huainan)
    before, attempts = walk.facts, Attempts()
    known = {str(move.act): move.act for move in TABLE.moves if move.origin is not None}
    for act, person in itertools.product((act for act in DOERS if act not in BEGIN), PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = TABLE.row(stage, known[str(act)])
        offers = LIFE.offers(before, walk.actor(person), walk.now) if may_see(before, walk.actor(person)) else ()
        offered = {offer.act for offer in offers if offer.refusal is None}
        if not may_see(before, walk.actor(person)):
            assert outcome == "unknown", (act, person, outcome)
        elif row is None:
            assert outcome == "refused", (act, person, outcome)
        else:
            assert (outcome == row.target) is (str(act) in offered), (act, person, outcome)
            assert outcome in (row.target, "refused"), (act, person, outcome)
    assert walk.facts == before, "an attempt that was taken back leaves nothing"
    assert verify().findings == ()


def test_whoever_owes_it_may_do_it_and_nobody_else() -> None:
    acts = {str(move.act) for move in TABLE.moves if move.origin is RhythmStage.DUE and move.who[0].posts}
    assert acts == set(map(str, DOERS)) - set(map(str, BEGIN))
