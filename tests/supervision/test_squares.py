"""Every square of the tables: each stage × each act × each person is decided, by table and commands alike."""

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.supervision.commands import LIVES
from bihuan.supervision.stages import TABLES
from bihuan.supervision.types import ColouredStage, Kind, OrderStage, ReminderStage, UrgeStage
from tests.attempts import Attempts
from tests.supervision.walks import (
    COLOURED_DOERS,
    DOERS,
    ORDER_DOERS,
    REMINDER_DOERS,
    coloured_at,
    order_at,
    reminder_at,
    walk_to,
)
from tests.towns import Town

DONE_BY: dict[str, set[str]] = {
    "⟨supervisor⟩、⟨list_keeper⟩或发出单位负责人": {"offices.supervisor"},
    "被催办单位⟨handler⟩或负责人": {"unit.handler", "unit.deputy", "unit.head"},
    "发出单位⟨supervisor⟩或负责人": {"desk.supervisor", "desk.head", "offices.supervisor"},
    "被督办单位⟨handler⟩或负责人": {"unit.handler", "unit.deputy", "unit.head"},
    "被督办单位⟨deputy⟩或⟨head⟩": {"unit.deputy", "unit.head"},
    "被督办单位⟨head⟩": {"unit.head"},
    "发出单位⟨deputy⟩或⟨head⟩": {"desk.head"},
    "被提醒单位⟨handler⟩或负责人": {"unit.handler", "unit.deputy", "unit.head"},
    "被提醒单位⟨deputy⟩或⟨head⟩": {"unit.deputy", "unit.head"},
    "督查机构⟨supervisor⟩或负责人": {"offices.supervisor"},
    "受理单位⟨supervisor⟩或负责人": {"desk.supervisor", "desk.head"},
    "系统": {"clockwork"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "other.handler", "desk.dispatcher")
SQUARES = [
    *((Kind.URGE, stage, walk_to, DOERS) for stage in UrgeStage),
    *((Kind.REMINDER, stage, reminder_at, REMINDER_DOERS) for stage in ReminderStage),
    *((Kind.COLOURED, stage, coloured_at, COLOURED_DOERS) for stage in ColouredStage),
    *((Kind.ORDER, stage, order_at, ORDER_DOERS) for stage in OrderStage),
]


def _attempt(attempts: Attempts, walk: Any, act: str, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; everything is as it was afterwards."""
    now, number = walk.now, walk.number
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.case.now, walk.number = now, number


@pytest.mark.parametrize(
    ("kind", "stage", "at", "doers"), SQUARES, ids=lambda one: str(one) if isinstance(one, Vocabulary) else ""
)
def test_every_act_by_every_person_is_decided_by_the_table(
    kind: Kind, stage: Vocabulary, at: Callable[..., Any], doers: dict[str, str], district: Town
) -> None:
    walk = at(stage, district)
    before, attempts = walk.facts, Attempts()
    table = TABLES[kind]

    @cache
    def offered(person: str) -> set[str]:
        offers = LIVES[kind].offers(before, walk.actor(person), walk.now)
        return {offer.act for offer in offers if offer.refusal is None}

    known = {str(move.act): move.act for move in table.moves if move.origin is not None}
    for act, person in itertools.product((act for act in doers if str(act) in known), PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = table.row(stage, known[str(act)])
        inside = person == "clockwork" or walk.actor(person).units & set().union(*before.parts.values())
        if not inside:
            assert outcome == "unknown", (act, person, outcome)
        elif row is None or not any(person in DONE_BY[role.label] for role in row.who):
            assert outcome == "refused", (act, person, outcome)
        elif person == "clockwork":
            assert outcome in (row.target, "refused", "unknown"), (act, outcome)
        else:
            assert outcome in (row.target, "refused"), (act, person, outcome)
            assert (outcome == row.target) is (act in offered(person)), (act, person)
    assert walk.facts == before, "an attempt that was taken back leaves nothing"
    assert verify().findings == ()
