"""Two people act on one determination or referral at the same moment: exactly one wins, the other is told."""

import pytest

from bihuan.determination import queries as determination
from bihuan.determination.jobs import dissolve_settled
from bihuan.determination.stages import TABLES
from bihuan.determination.types import DutyKind, Stage
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.kernel.stages import Move
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.determination.test_squares import Walking, ready_for
from tests.determination.walks import (
    DOERS,
    REFERRAL_DOERS,
    A,
    C,
    DeterminationWalk,
    filled,
    filled_of_referral,
    to_determined,
    to_submitted,
    with_determiners,
)
from tests.races.test_same_case import race
from tests.towns import Town, found
from tests.walks import Walk
from tests.walks import filled as filled_of_case


def town() -> Town:
    """A town of the race's own."""
    return with_determiners(found("rd", "wendeng-2021-10", prefix="RD"))


def twice(walk: Walking, kind: str, act: str) -> list[Done | Exception]:
    """The same act at once from two windows that show the same version."""
    referral = kind == "referral"
    actor = walk.actor((REFERRAL_DOERS if referral else DOERS)[act])
    entry, seen = ACTS[(kind, act)], walk.facts.version
    form = entry.fields.model_validate(filled_of_referral(act, walk.now) if referral else filled(act, walk.town))

    def run() -> Done:
        return entry.run(number=walk.number, fields=form, actor=actor, now=walk.now, version=seen)

    return race(run, run)


ONE_ROW_OF_EACH = {
    (kind, move.act): move
    for kind, table in TABLES.items()
    for move in table.moves
    if move.origin is not None and (move.act, move.origin) != (A.NAME_CONTACT, Stage.DRAFT)
}
ROWS = [pytest.param(kind, move, id=f"{move.origin}-{move.act}") for (kind, _), move in ONE_ROW_OF_EACH.items()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "move"), ROWS)
def test_the_same_act_twice_at_once_is_done_once(kind: str, move: Move) -> None:
    walk = ready_for(move, town())
    before = walk.facts.version
    outcomes = twice(walk, kind, move.act)
    assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
    assert sum(isinstance(o, Refused | Overtaken) for o in outcomes) == 1, outcomes
    assert walk.facts.version == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_case_gets_one_determination_however_many_ask_at_once() -> None:
    place = town()
    case = Walk(place).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    runs = []
    for act, who in ((C.REQUEST_DETERMINATION, "unit.handler"), (C.OPEN_DETERMINATION, "desk.dispatcher")):
        entry, actor = ACTS[("case", act)], case.actor(who)
        form = entry.fields.model_validate(filled_of_case(act, place, case.now))
        runs.append(
            lambda entry=entry, form=form, actor=actor: entry.run(
                number=case.number, fields=form, actor=actor, now=case.now
            )
        )
    outcomes = race(*runs, *runs)
    assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
    assert all(isinstance(o, Done | Refused) for o in outcomes), outcomes
    assert determination.standing_on(case.number)


@pytest.mark.django_db(transaction=True)
def test_the_assignment_from_the_page_of_the_case_and_from_the_determinations_is_one() -> None:
    place = town()
    walk = to_determined(DeterminationWalk(place, Walk(place)))
    actor, now = walk.actor("desk.dispatcher"), walk.now
    here, there = ACTS[("determination", A.ASSIGN)], ACTS[("case", C.ASSIGN_DETERMINED)]
    form = here.fields.model_validate({})
    outcomes = race(
        lambda: here.run(number=walk.number, fields=form, actor=actor, now=now),
        lambda: there.run(number=walk.case.number, fields=form, actor=actor, now=now),
    )
    assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
    assert sum(isinstance(o, Refused) for o in outcomes) == 1, outcomes
    assert walk.case.facts.lead == place.other


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_while_an_opinion_is_issued_leaves_nothing_open() -> None:
    place = town()
    walk = to_submitted(DeterminationWalk(place, Walk(place))).heard()
    now, off = walk.now, ACTS[("case", C.WITHDRAW)]
    issue = ACTS[("determination", A.ISSUE_UNIT)]
    form = issue.fields.model_validate(filled(A.ISSUE_UNIT, place))
    gone = off.fields.model_validate(filled_of_case(C.WITHDRAW, place, now))
    race(
        lambda: issue.run(number=walk.number, fields=form, actor=walk.actor("staffing.deputy"), now=now),
        lambda: off.run(number=walk.case.number, fields=gone, actor=walk.actor("desk.registrar"), now=now),
    )
    assert dissolve_settled(place.code, now) == 1
    assert (walk.facts.stage, dict(walk.case.facts.duties)) == (Stage.DISSOLVED, {})
    assert set(walk.facts.duties) <= {DutyKind.CONTACT}, "the contact is wanted for the next one too"
