"""What stands on a subject, or was sent about it, is locked after it: whoever moves both holds both, asked once."""

from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.record import unit_of_work
from bihuan.record.commands import lock, locking, take
from tests.duties.test_creditors import OWING
from tests.towns import Town

ALONE = {"case", "referral", "rhythm", "meeting", "bulletin", "clue"}
"""Kinds that stand on nothing, or whose acts leave the case alone."""


@pytest.mark.parametrize("kind", [kind for kind in OWING if kind not in ALONE])
def test_the_case_is_held_before_what_stands_on_it(kind: str, wendeng: Town, huainan: Town) -> None:
    life, owing = OWING[kind]
    walk = owing(huainan if kind == "matter" else wendeng)
    facts, actor = walk.facts, Actor.clockwork(walk.town.code)
    both = [f"case:{getattr(facts, 'case', '') or facts.of_case}", facts.subject]
    where, first = life.sight.condition(facts.number, actor), life.sight.before(facts.number)
    assert [*take(locking(facts.subject, where=where, first=first))] == both
    with unit_of_work.transaction():
        with suppress(Refused):
            life.begin(facts.number, life.table.rows_from(facts.stage)[0].act, actor=actor, now=walk.now)
        with CaptureQueriesContext(connection) as said:
            assert [lock(one).length > 0 for one in both] == [True, True]
    assert [one for one in said.captured_queries if "record_chain" in one["sql"]] == []
