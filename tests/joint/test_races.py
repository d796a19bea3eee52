"""Two people act on one linkage or whistle at the same moment: exactly one wins, the other is told."""

import pytest

from bihuan.cases.types import Act as CaseAct
from bihuan.joint import queries as joint
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.joint.walks import DOERS, LINKAGE, WHISTLE, A, JointWalk, filled, seal, with_bodies
from tests.races.test_same_case import race
from tests.towns import found
from tests.walks import Walk
from tests.walks import filled as filled_of_case


def begun(kind: Kind) -> JointWalk:
    """A linkage or whistle in a town of its own."""
    town = with_bodies(found("rj", "wendeng-2021-10", prefix="RJ"))
    return JointWalk(town, kind, Walk(town)).begin()


def twice(walk: JointWalk, act: A) -> list[Done | Exception]:
    """The same act at once from two windows that show the same version."""
    actor, seen = walk.actor(DOERS[act]), walk.facts.version
    said = {**filled(act, walk.town), **({"seal": seal(actor, walk.now)} if act == A.SIGN_FORM else {})}
    entry = ACTS[(walk.kind, act)]
    form = entry.fields.model_validate(said)

    def run() -> Done:
        return entry.run(number=walk.number, fields=form, actor=actor, now=walk.now, version=seen)

    return race(run, run)


WAYS = {
    A.ACCEPT: (LINKAGE, ()),
    A.CHECK_IN: (WHISTLE, ()),
    A.FINISH: (LINKAGE, (A.ACCEPT,)),
    A.CONCLUDE: (WHISTLE, (A.CHECK_IN, A.FINISH)),
    A.UPHOLD: (WHISTLE, (A.OBJECT,)),
    A.FILE_FORM: (LINKAGE, (A.ACCEPT, A.FINISH, A.CONCLUDE, A.GRADE)),
    A.SIGN_FORM: (WHISTLE, (A.CHECK_IN, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM)),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", WAYS)
def test_the_same_act_twice_at_once_is_done_once(act: A) -> None:
    kind, way = WAYS[act]
    walk = begun(kind).along(*way)
    before = walk.facts.version
    outcomes = twice(walk, act)
    assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
    assert sum(isinstance(o, Refused | Overtaken) for o in outcomes) == 1, outcomes
    assert walk.facts.version == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_case_gets_one_linkage_however_many_ask_at_once() -> None:
    town = with_bodies(found("rj", "wendeng-2021-10", prefix="RJ"))
    case = Walk(town).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
    entry, actor = ACTS[("case", CaseAct.LINK)], case.actor("unit.handler")
    form = entry.fields.model_validate(filled_of_case(CaseAct.LINK, town, case.now))

    def run() -> Done:
        return entry.run(number=case.number, fields=form, actor=actor, now=case.now)

    outcomes = race(run, run, run)
    assert sum(isinstance(o, Done) for o in outcomes) == 1, outcomes
    assert all(isinstance(o, Done | Refused) for o in outcomes), outcomes
    assert joint.standing_on(case.number, LINKAGE)


@pytest.mark.django_db(transaction=True)
def test_signing_the_form_and_signing_the_answer_off_do_not_wait_for_each_other_for_ever() -> None:
    walk = begun(LINKAGE).along(A.ACCEPT, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM)
    walk.case.do(CaseAct.ANSWER)
    deputy, now = walk.actor("lead.deputy"), walk.now
    sign, off = ACTS[(LINKAGE, A.SIGN_FORM)], ACTS[("case", CaseAct.SIGN_OFF)]
    form = sign.fields.model_validate({"seal": seal(deputy, now)})
    outcomes = race(
        lambda: sign.run(number=walk.number, fields=form, actor=deputy, now=now),
        lambda: off.run(number=walk.case.number, fields=off.fields(), actor=deputy, now=now),
    )
    signed = [o for o in outcomes if isinstance(o, Done) and o.number == walk.number]
    assert len(signed) == 1, outcomes
    assert all(isinstance(o, Done | Refused) for o in outcomes), outcomes
