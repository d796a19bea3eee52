"""Every square of the case table: each stage × each act × each person is decided, by the table and by the commands."""

import itertools
from functools import cache

import pytest
from pydantic import ValidationError

from bihuan.cases.commands import LIFE
from bihuan.cases.stages import ENDS, OPEN, TABLE
from bihuan.cases.types import DUTIES, Act, Stage
from bihuan.policy.loader import pack
from bihuan.record.commands import ACTS
from tests.attempts import Attempts
from tests.cases.rows import WALKED, ready_for, with_a_list
from tests.towns import Town, found
from tests.walks import A, Walk, joined, merge_into_another, stages_of, walk_to

PEOPLE = (
    "desk.registrar",
    "desk.dispatcher",
    "desk.reviewer",
    "desk.caller",
    "unit.handler",
    "unit.deputy",
    "unit.head",
    "other.handler",
    "requester",
    "clockwork",
)
DONE_BY: dict[str, set[str]] = {
    "⟨registrar⟩": {"desk.registrar"},
    "⟨dispatcher⟩": {"desk.dispatcher"},
    "⟨reviewer⟩": {"desk.reviewer"},
    "⟨caller⟩": {"desk.caller"},
    "⟨caller⟩或⟨registrar⟩": {"desk.caller", "desk.registrar"},
    "受理单位负责人或⟨reviewer⟩": {"desk.reviewer"},
    "承办单位⟨handler⟩": {"unit.handler"},
    "承办单位⟨head⟩": {"unit.head"},
    "承办单位⟨deputy⟩或⟨head⟩": {"unit.deputy", "unit.head"},
    "承诺责任单位⟨handler⟩": set(),
    "督查考核机构⟨supervisor⟩": set(),
    "诉求人": {"requester"},
    "系统": {"clockwork"},
}


def _attempt(attempts: Attempts, walk: Walk, act: Act, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; the case is as it was afterwards."""

    def tried() -> object:
        extra = {}
        if act == Act.MERGE:
            other = Walk(walk.town, walk.now, actors=walk.actors).along(A.REGISTER)
            extra = {"parent": other.number, "reason": "同一件事。", "requester_told": "电话"}
        return walk.do(act, by=person, **extra).stage

    now, number = walk.now, walk.number
    try:
        return attempts.outcome(tried, alone=act != Act.MERGE)
    finally:
        walk.now, walk.number = now, number


@pytest.mark.parametrize("stage", list(Stage))
def test_every_act_by_every_person_is_decided_by_the_table(stage: Stage, wendeng: Town) -> None:
    walk = walk_to(stage, with_a_list() if stage is Stage.LISTED else wendeng)
    before, attempts = walk.facts, Attempts()
    offered = cache(lambda person: {o.act for o in LIFE.offers(before, walk.actor(person), walk.now) if not o.refusal})
    for act, person in itertools.product(list(Act), PEOPLE):
        if act == Act.REGISTER:
            continue
        outcome = _attempt(attempts, walk, act, person)
        row = TABLE.row(stage, act)
        outsider = person == "other.handler" or (person.startswith("unit.") and before.lead is None)
        if outsider:
            assert outcome == "unknown", (act, person, outcome)
        elif (
            row is None
            or not pack(before.pack).binds(row.norm)
            or not any(person in DONE_BY[role.label] for role in row.who)
        ):
            assert outcome == "refused", (act, person, outcome)
        else:
            assert outcome in (row.target, "refused"), (act, person, outcome)
            unhindered = act in offered(person) and not attempts.blames_the_form
            assert outcome == row.target or not unhindered, (act, person, "is offered and refused")
    assert walk.facts == before, "an attempt that was taken back leaves nothing"


@pytest.mark.parametrize("move", WALKED, ids=lambda m: f"{m.origin}-{m.act}")
def test_every_row_of_the_table_can_be_walked(move, wendeng: Town) -> None:
    walk = ready_for(move, wendeng)
    if move.act == Act.MERGE:
        merge_into_another(walk)
    elif move.act == Act.PARENT_ENDED:
        walk, parent = joined(wendeng)
        parent.along(A.WITHDRAW)  # it follows by itself
    else:
        walk.do(move.act, by="township.handler" if move.act == Act.WHISTLE else None)
    assert walk.facts.stage == move.target
    owed = set(walk.facts.duties)
    holding = {kind for kind in owed if not DUTIES[kind].survives}
    assert bool(holding) == (move.target in OPEN), "open means that somebody owes something"
    assert set(move.opens) <= owed
    assert not owed & (set(move.discharges) - set(move.opens))


def test_every_open_stage_can_reach_an_end_and_every_stage_can_be_reached() -> None:
    after = {stage: {m.target for m in TABLE.rows_from(stage)} for stage in Stage}
    for start in OPEN:
        seen, queue = {start}, [start]
        while queue:
            fresh = after[queue.pop()] - seen
            seen |= fresh
            queue += fresh
        assert seen & ENDS, start
    reached = {m.target for m in TABLE.moves}
    assert reached == set(Stage)


def test_every_act_of_the_table_has_its_command_and_its_form() -> None:
    for move in TABLE.moves:
        act = ACTS[("case", move.act)]
        assert issubclass(act.fields, object)
        assert act.fields.model_json_schema()["type"] == "object"
    assert {m.act for m in TABLE.moves} == set(Act)


def test_every_duty_that_a_row_touches_is_specified() -> None:
    for move in TABLE.moves:
        assert {*move.opens, *move.discharges, *move.lapses} <= set(DUTIES)


def test_offers_say_the_same_as_the_commands(wendeng: Town) -> None:
    for stage in stages_of(wendeng):
        walk = walk_to(stage, wendeng)
        attempts = Attempts()
        for person in ("desk.registrar", "desk.dispatcher", "desk.reviewer", "desk.caller"):
            for offer in LIFE.offers(walk.facts, walk.actor(person), walk.now):
                if offer.refusal is not None:
                    assert _attempt(attempts, walk, Act(offer.act), person) == "refused", (stage, offer.act, person)


def test_a_form_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        ACTS[("case", Act.SIGN_IN)].fields.model_validate({"surprise": 1})


@pytest.mark.django_db
@pytest.mark.parametrize("pack_ref", ["huainan-2021-55", "qingshan-2030-3"])
def test_the_same_table_carries_the_other_regulations_round(pack_ref: str) -> None:
    town = found("zz", pack_ref, prefix="ZZ")
    rules = pack(pack_ref)
    walk = Walk(town).along(A.REGISTER, A.DISPATCH, A.SIGN_IN)
    if rules.binds("dispatch.first-contact"):
        walk.do(A.RECORD_CONTACT)
    walk.along(A.ANSWER, A.SIGN_OFF)
    if rules.binds("callback.by-platform"):
        walk.along(A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    else:
        walk.do(A.CLOSE_WITHOUT_CALLBACK)
    assert walk.facts.stage == Stage.CLOSED
    assert not walk.facts.duties
