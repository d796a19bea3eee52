"""Every square of the table: each stage × each act × each person is decided, by table and commands alike."""

import itertools

import pytest

from bihuan.audit.queries import verify
from bihuan.bulletins.commands import LIFE
from bihuan.bulletins.stages import TABLE
from bihuan.bulletins.types import BulletinStage
from bihuan.duties.sight import may_see
from tests.attempts import Attempts
from tests.bulletins.walks import DOERS, BulletinWalk, bulletin_at
from tests.towns import Town

DONE_BY: dict[str, set[str]] = {
    "清单管理员": {"office.list_keeper"},
    "清单管理机构负责人": {"office.list_director"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "other.deputy", "desk.registrar", "unit.head")


def _attempt(attempts: Attempts, walk: BulletinWalk, act: str, person: str) -> str:
    now = walk.now
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.now = now


@pytest.mark.parametrize("stage", BulletinStage, ids=str)
def test_every_act_by_every_person_is_decided_by_the_table(stage: BulletinStage, huainan: Town) -> None:
    walk = bulletin_at(stage, huainan)
    before, attempts = walk.facts, Attempts()
    known = {str(move.act): move.act for move in TABLE.moves if move.origin is not None}
    for act, person in itertools.product(DOERS, PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = TABLE.row(stage, known[str(act)])
        if not may_see(before, walk.actor(person)):
            assert outcome == "unknown", (act, person, outcome)
        elif row is None or not any(person in DONE_BY[role.label] for role in row.who):
            assert outcome == "refused", (act, person, outcome)
        else:
            offers = LIFE.offers(before, walk.actor(person), walk.now)
            offered = {offer.act for offer in offers if offer.refusal is None}
            assert outcome in (row.target, "refused"), (act, person, outcome)
            assert (outcome == row.target) is (str(act) in offered), (act, person)
    assert walk.facts == before, "an attempt that was taken back leaves nothing"
    assert verify().findings == ()
