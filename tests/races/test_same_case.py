"""Two people act on one case at the same moment: exactly one wins, the other is told and nothing of theirs stays."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from bihuan.cases.types import Act, Stage
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.kernel.stages import Move
from bihuan.record.commands import ACTS
from bihuan.record.queries import events
from bihuan.record.types import Done
from tests.cases.rows import WALKED, ready_for
from tests.towns import found
from tests.waits import LATE
from tests.walks import DOERS, A, Walk, filled

REPEATABLE = {Act.FOLLOW_LIST, Act.RECORD_CALLBACK, Act.RELAY, Act.RENEW_CODE, Act.REVIEW_HUNG, Act.SUPPLEMENT}
REPEATABLE |= {Act.SET_STATUTORY_LIMIT, Act.SUPERVISE_KEY}
"""Acts that the regulation allows twice in a row; there the version decides who was first, as of a wish (a row of
`WITHDRAW` that leads nowhere)."""
FOLLOWING = {Act.PARENT_ANSWERED, Act.PARENT_ENDED}
"""What the other case brings about: nobody does it."""
ANYWHERE = {Act.RENEW_CODE, Act.NO_REFUSAL, Act.MARK_KEY, Act.SUPERVISE_KEY, Act.UNMARK_KEY}
RACED = [m for m in WALKED if (m.act not in ANYWHERE or m.origin is Stage.HANDLING) and m.act not in FOLLOWING]
"""Every row; what can be done at any stage, and leaves it as it is, at one of them."""


def race(*runs: Callable[[], Done]) -> list[Done | Exception]:
    """Run all at once, each on a connection of its own, and answer what came of each."""
    barrier, outcomes = threading.Barrier(len(runs)), list[Done | Exception]()

    def one(run: Callable[[], Done]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(LATE)
            outcomes.append(run())
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    return outcomes


def at_once(move: Move) -> tuple[Walk, dict[str, object]]:
    """A case at which the row may be walked, a while later, and what its form needs besides."""
    town = found("rr", "wendeng-2021-10", prefix="RR")
    walk = ready_for(move, town)
    if move.act == Act.RECORD_CALLBACK:
        return walk.later(minutes=10), {"reached": False, "solved": None, "satisfied": None, "facts_true": None}
    if move.act == Act.MERGE:
        other = Walk(town, walk.now).along(A.REGISTER)
        return walk.later(minutes=20), {"parent": other.number, "reason": "同一件事。", "requester_told": "电话"}
    if move.act == Act.MARK_KEY:
        return walk.later(minutes=10), {"scan": [walk.scan(walk.actor(DOERS[move.act]))]}
    return walk.later(minutes=10), {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", RACED, ids=lambda m: f"{m.origin}-{m.act}")
def test_the_same_act_twice_at_once_is_done_once(move: Move) -> None:
    walk, extra = at_once(move)
    before = walk.facts
    entry = ACTS[("case", move.act)]
    form = entry.fields.model_validate({**filled(move.act, walk.town, walk.now), **extra})
    actor = walk.actor("township.handler" if move.act == Act.WHISTLE else DOERS[move.act])
    again = move.act in REPEATABLE or (move.act == Act.WITHDRAW and move.target is move.origin)
    seen = before.version if again else None

    def run() -> Done:
        return entry.run(number=walk.number, fields=form, actor=actor, now=walk.now, version=seen)

    outcomes = race(run, run)
    won = [o for o in outcomes if isinstance(o, Done)]
    lost = [o for o in outcomes if not isinstance(o, Done)]
    assert len(won) == 1, outcomes
    assert isinstance(lost[0], Refused | Overtaken), lost
    assert str(lost[0]), "the other is told why"
    assert walk.facts.version == before.version + 1
    assert events(f"case:{walk.number}")[-1].facts["act"] == move.act


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_comes_in_twice_at_once_is_registered_once() -> None:
    walk = Walk(found("rr", "wendeng-2021-10", prefix="RR"))
    entry = ACTS[("case", Act.REGISTER)]
    form = entry.fields.model_validate({**filled(Act.REGISTER, walk.town, walk.now), "origin_number": "A-17"})
    actor = walk.actor("desk.registrar")

    def run() -> Done:
        return entry.run(fields=form, actor=actor, now=walk.now)

    outcomes = race(run, run, run)
    assert sum(isinstance(o, Done) for o in outcomes) == 1
    assert sum(isinstance(o, Refused) and "已登记" in str(o) for o in outcomes) == 2


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_and_never_given_twice() -> None:
    walk = Walk(found("rr", "wendeng-2021-10", prefix="RR"))
    entry = ACTS[("case", Act.REGISTER)]
    form = entry.fields.model_validate(filled(Act.REGISTER, walk.town, walk.now))
    actor = walk.actor("desk.registrar")

    def run() -> Done:
        return entry.run(fields=form, actor=actor, now=walk.now)

    numbers = sorted(o.number for o in race(*[run] * 6) if isinstance(o, Done))
    assert [n[12:17] for n in numbers] == [f"{i:05d}" for i in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_two_merges_into_each_other_do_not_wait_for_each_other_for_ever() -> None:
    town = found("rr", "wendeng-2021-10", prefix="RR")
    a, b = Walk(town).along(A.REGISTER), Walk(town).along(A.REGISTER)
    entry = ACTS[("case", Act.MERGE)]
    actor = a.actor("desk.registrar")

    def merged(child: Walk, parent: Walk) -> Callable[[], Done]:
        form = entry.fields.model_validate({"parent": parent.number, "reason": "同", "requester_told": "电话"})
        return lambda: entry.run(number=child.number, fields=form, actor=actor, now=a.now)

    outcomes = race(merged(a, b), merged(b, a))
    assert sum(isinstance(o, Done) for o in outcomes) == 1
    assert sum(isinstance(o, Refused) for o in outcomes) == 1
