"""Two people act on one matter at the same moment: exactly one wins, the other is told."""

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.matters.stages import TABLE
from bihuan.matters.types import Act, MatterClass
from bihuan.record.commands import ACTS
from bihuan.record.queries import events
from bihuan.record.types import Done
from tests.matters.test_squares import WALKED, doer_of, ready_for
from tests.matters.walks import DOERS, A, MatterWalk, filled, to_confirmed
from tests.races.test_same_case import race
from tests.towns import found

REPEATABLE = {
    Act.RELAY,
    Act.CLASSIFY,
    Act.REASSIGN,
    Act.URGE,
    Act.EXPLAIN,
    Act.RECORD_PROGRESS,
    Act.DRAFT_FEEDBACK,
    Act.RECHECK,
    Act.TRACK,
}
"""Acts that may be done twice in a row; there the version decides who was first."""


def doing(walk: MatterWalk, act: Act, by: str | None = None, version: int | None = None, **fields: object):  # type: ignore[no-untyped-def]
    """The act, ready to be run on another connection."""
    entry = ACTS[("matter", act)]
    own: dict[str, object] = {}
    if act == Act.JOIN:
        own = {"into": walk.same}
    elif act == Act.ADD_KEY_PAPER:
        own = {"attachments": [walk.scan(DOERS[act])]}
    form = entry.fields.model_validate({**filled(act, walk.town, walk.now), **own, **fields})
    actor = walk.actor(by or DOERS[act])

    def run() -> Done:
        return entry.run(number=walk.number, fields=form, actor=actor, now=walk.now, version=version)

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", WALKED, ids=lambda m: f"{m.origin}-{m.act}")
def test_the_same_act_twice_at_once_is_done_once(move) -> None:  # type: ignore[no-untyped-def]
    walk = ready_for(move, found("hr", "huainan-2021-55", prefix="HR")).later(minutes=10)
    before = walk.facts
    seen = before.version if move.act in REPEATABLE else None
    run = doing(walk, move.act, by=doer_of(move), version=seen)
    outcomes = race(run, run)
    won = [o for o in outcomes if isinstance(o, Done)]
    lost = [o for o in outcomes if not isinstance(o, Done)]
    assert len(won) == 1, outcomes
    assert isinstance(lost[0], Refused | Overtaken), lost
    told = events(f"matter:{walk.number}", after=before.version)
    assert [e.facts["act"] for e in told if "act" in e.facts] == [move.act]
    assert walk.facts.version == won[0].version == before.version + len(told)


@pytest.mark.clause("HN-3.4b")
@pytest.mark.django_db(transaction=True)
def test_of_striking_off_and_sending_back_at_once_one_wins_and_the_books_agree() -> None:
    town = found("hr", "huainan-2021-55", prefix="HR")
    walk = to_confirmed(MatterWalk(town), MatterClass.KEY).along(A.SUPERVISE)
    for _ in range(5):
        outcomes = race(
            doing(walk.later(minutes=10), A.STRIKE_OFF), doing(walk, A.SEND_BACK, by="supervision.supervisor")
        )
        assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
        assert verify(town.code).findings == ()
        walk = to_confirmed(MatterWalk(town, walk.now, actors=walk.actors), MatterClass.KEY).along(A.SUPERVISE)


@pytest.mark.clause("HN-3.1")
@pytest.mark.django_db(transaction=True)
def test_list_numbers_are_gapless_when_many_are_entered_at_once() -> None:
    town = found("hr", "huainan-2021-55", prefix="HR")
    first = MatterWalk(town)
    walks = [
        MatterWalk(town, first.now, actors=first.actors).with_overdue_case().along(A.REPORT).later(minutes=10)
        for _ in range(6)
    ]
    outcomes = race(*(doing(walk, A.REGISTER) for walk in walks))
    assert all(isinstance(o, Done) for o in outcomes), outcomes
    assert sorted(str(walk.facts.list_number) for walk in walks) == [f"HRQD〔2025〕{i:03d}" for i in range(1, 7)]


def test_the_table_is_what_the_races_ran_over() -> None:
    assert {m.act for m in TABLE.moves if m.origin is not None} | {A.PROPOSE, A.REPORT} == set(Act)
