"""Whoever waited for a lock reads what the one before them wrote, and not how it was when they began to wait."""

import threading

import pytest
from django.db import connection, transaction

from bihuan.cases import commands as cases
from bihuan.cases.types import Act, CaseFacts, DutyKind, Stage
from bihuan.duties.life import Locked
from bihuan.duties.queries import owing
from bihuan.duties.types import Owed
from bihuan.record import scope, unit_of_work
from tests.towns import found
from tests.waits import LATE, somebody_waits, until
from tests.walks import A, Walk


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_lock_sees_the_duty_settled() -> None:
    walk = Walk(found("rr", "wendeng-2021-10", prefix="RR")).along(A.REGISTER, A.DISPATCH)
    before, actor, seen = walk.facts, walk.actor("unit.handler"), list[tuple[Locked[CaseFacts], tuple[Owed, ...]]]()
    assert DutyKind.SIGN_IN in before.duties
    assert DutyKind.FIRST_CONTACT not in before.duties

    def second() -> None:
        with scope.one_transaction(), unit_of_work.transaction():
            scope.act_as(actor)
            locked = cases.LIFE.begin(walk.number, Act.RECORD_CONTACT, actor=actor, now=walk.now)
            seen.append((locked, unit_of_work.ask(owing(locked.facts.subject))))
        connection.close()

    waiting = threading.Thread(target=second)
    with transaction.atomic():
        walk.do(A.SIGN_IN)
        waiting.start()
        until(somebody_waits)
    waiting.join(LATE)
    ((locked, owed),) = seen
    assert locked.facts.stage is Stage.HANDLING
    assert locked.chain.length == locked.facts.version == before.version + 1
    assert DutyKind.SIGN_IN not in locked.facts.duties
    assert {duty.kind for duty in owed} == locked.facts.duties.keys() == walk.facts.duties.keys()
