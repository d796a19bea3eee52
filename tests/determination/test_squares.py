"""Every square of both tables: each stage × each act × each person is decided, by tables and commands alike."""

import itertools
from collections.abc import Callable
from functools import cache

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.determination.commands import LIFE, REFERRAL_LIFE
from bihuan.determination.stages import DETERMINATION, ENDS, OPEN, REFERRAL, REFERRAL_ENDS, TABLES
from bihuan.determination.types import (
    DUTIES,
    Act,
    DeterminationFacts,
    ReferralAct,
    ReferralFacts,
    ReferralStage,
    Stage,
)
from bihuan.kernel.refusal import Refused
from bihuan.kernel.stages import Move, StageTable
from bihuan.policy.loader import pack
from bihuan.record.commands import ACTS
from tests.attempts import Attempts
from tests.determination.walks import (
    DOERS,
    REFERRAL_DOERS,
    A,
    DeterminationWalk,
    R,
    ReferralWalk,
    referral_at,
    walk_to,
)
from tests.towns import Town
from tests.walks import Walk

DONE_BY: dict[str, set[str]] = {
    "受理单位⟨dispatcher⟩": {"desk.dispatcher"},
    "受理单位⟨dispatcher⟩或⟨reviewer⟩": {"desk.dispatcher", "desk.reviewer"},
    "受理单位负责人或⟨reviewer⟩": {"desk.reviewer", "desk.head"},
    "⟨discipline⟩⟨handler⟩或负责人": {"discipline.handler"},
    "争议单位⟨handler⟩或负责人": {"unit.handler", "unit.deputy", "other.handler"},
    "⟨staffing⟩⟨handler⟩或负责人": {"staffing.handler", "staffing.deputy", "staffing.head"},
    "⟨staffing⟩⟨deputy⟩或⟨head⟩": {"staffing.deputy", "staffing.head"},
    "⟨justice⟩⟨handler⟩或负责人": {"justice.handler", "justice.head"},
    "⟨leader⟩": {"leaders.leader"},
    "⟨supervision⟩⟨supervisor⟩": {"offices.supervisor"},
    "受理单位⟨deputy⟩或⟨head⟩": {"desk.head"},
    "承办单位⟨handler⟩或负责人": {"other.handler"},
    "系统": {"clockwork"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "desk.caller", "third.handler", "discipline.handler")
SQUARES = [
    *((DETERMINATION, stage, walk_to) for stage in Stage),
    *((REFERRAL, stage, referral_at) for stage in ReferralStage),
]
Walking = DeterminationWalk | ReferralWalk


def _attempt(attempts: Attempts, walk: Walking, act: str, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; everything is as it was afterwards."""
    now = walk.now
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage)
    finally:
        walk.case.now = now


def _outsider(walk: Walking, facts: DeterminationFacts | ReferralFacts, person: str) -> bool:
    if person == "clockwork":
        return False
    return not walk.actor(person).units & frozenset().union(*facts.parts.values())


def _offered(walk: Walking, person: str) -> set[str]:
    life = LIFE if isinstance(walk, DeterminationWalk) else REFERRAL_LIFE
    offers = life.offers(walk.facts, walk.actor(person), walk.now)  # type: ignore[arg-type]
    return {offer.act for offer in offers if offer.refusal is None}


@pytest.mark.parametrize(
    ("table", "stage", "at"), SQUARES, ids=lambda said: getattr(said, "__name__", str(getattr(said, "subject", said)))
)
def test_every_act_by_every_person_is_decided_by_the_table(
    table: StageTable, stage: Stage, at: Callable[..., Walking], district: Town
) -> None:
    walk = at(stage, district)
    before, attempts = walk.facts, Attempts()
    offered = cache(lambda person: _offered(walk, person))
    acts = DOERS if table is DETERMINATION else REFERRAL_DOERS
    for act, person in itertools.product(acts, PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = table.row(stage, act)  # type: ignore[arg-type]
        if _outsider(walk, before, person):
            assert outcome == "unknown", (act, person, outcome)
        elif row is None or not any(person in DONE_BY[role.label] for role in row.who):
            assert outcome == "refused", (act, person, outcome)
        else:
            assert outcome in (row.target, "refused"), (act, person, outcome)
            if outcome == row.target:
                assert act in offered(person) or person == "clockwork", (act, person)
            unhindered = act in offered(person) and not attempts.blames_the_form
            assert outcome == row.target or not unhindered, (act, person, "is offered and refused")
    assert walk.facts == before, "an attempt that was taken back leaves nothing"


def ready_for(move: Move, town: Town) -> Walking:
    """A determination or referral at which the row may be walked."""
    if isinstance(move.origin, ReferralStage):
        walk = referral_at(move.origin, town)
        before = {R.SEND: (R.EXPLAIN,), R.RECEIPT: (R.SIGN_LETTER,), R.RESULT: (R.SIGN_LETTER, R.RECEIPT)}
        return walk.along(*before.get(ReferralAct(move.act), ()))
    if move.act in (A.VERIFY, A.DENY):
        return _said_to_be_designated(move.origin, town)  # type: ignore[arg-type]
    found = walk_to(move.origin, town)  # type: ignore[arg-type]
    match move.act:
        case A.DISSOLVE:
            found.case.do(CaseAct.WITHDRAW)
        case A.ISSUE_UNIT:
            found.heard()
        case A.ISSUE_GAP | A.ISSUE_UNREASONABLE:
            found.heard(outcome="gap")
        case A.NAME_CONTACT if move.origin in (Stage.DRAFT, Stage.DECLINED):
            found.do(A.NAME_CONTACT, by="desk.dispatcher", account=f"{town.code}.desk.reviewer")
    return found


def _said_to_be_designated(stage: Stage, town: Town) -> DeterminationWalk:
    """A determination at that stage, in which the centre entered that the district named a unit."""
    found = walk_to(Stage.REPORTED, town)
    found.designated()
    if stage is Stage.DISSOLVED:
        found.case.do(CaseAct.WITHDRAW)
        return found.along(A.DISSOLVE)
    for act in (A.ASSIGN, A.ENTER_RESPONSIBILITY):
        if found.facts.stage != stage:
            found.do(act)
    return found


WALKED = [
    pytest.param(move, id=f"{move.origin}-{move.act}")
    for table in TABLES.values()
    for move in table.moves
    if move.origin is not None
]


@pytest.mark.clause("WD-4a", "WD-4b", "WD-4c", "WD-4j")
@pytest.mark.parametrize("move", WALKED)
def test_every_row_of_both_tables_can_be_walked(move: Move, district: Town) -> None:
    walk = ready_for(move, district)
    if move.act == A.NAME_CONTACT and move.origin in (Stage.DRAFT, Stage.DECLINED):
        walk.do(A.NAME_CONTACT, by="desk.reviewer", account=f"{district.code}.desk.dispatcher")
    else:
        walk.do(move.act)
    now = walk.facts
    ends = ENDS | REFERRAL_ENDS
    assert now.stage == move.target
    specs = DUTIES["referral" if isinstance(move.target, ReferralStage) else "determination"]
    holding = {kind for kind in now.duties if not specs[kind].survives}
    assert bool(holding) == (move.target not in ends), "open means that somebody owes something"
    assert set(move.opens) <= set(now.duties)
    assert not set(now.duties) & (set(move.discharges) - set(move.opens))
    assert (now.closed_at is not None) == (move.target in ends)
    assert [str(broken) for broken in verify(district.code).findings] == []


def test_every_open_stage_can_reach_an_end_and_every_stage_can_be_reached() -> None:
    for table, stages in ((DETERMINATION, Stage), (REFERRAL, ReferralStage)):
        after = {stage: {m.target for m in table.rows_from(stage)} for stage in stages}
        for start in set(stages) - table.ends:
            seen, queue = {start}, [start]
            while queue:
                fresh = after[queue.pop()] - seen
                seen |= fresh
                queue += fresh
            assert seen & table.ends, start
        assert {m.target for m in table.moves} == set(stages)
    assert set(OPEN) == set(Stage) - ENDS


def test_every_act_has_a_command_a_form_in_chinese_and_a_clause_or_a_basis() -> None:
    rulebook = pack("wendeng-2021-10")
    for kind, table in TABLES.items():
        for move in table.moves:
            assert rulebook.binds(move.norm)
            assert {*move.opens, *move.discharges} <= set(DUTIES[kind]), (move.origin, move.act)
            if move.origin is None:
                continue
            for name, field in ACTS[(kind, move.act)].fields.model_json_schema().get("properties", {}).items():
                assert not field["title"].isascii(), (move.act, name)
    assert set(DOERS) == set(Act) - {A.REQUEST, A.OPEN}
    assert set(REFERRAL_DOERS) == set(ReferralAct) - {R.RECORD}


def test_where_the_regulation_knows_no_determination_there_is_none(huainan: Town) -> None:
    rulebook = pack("huainan-2021-55")
    assert not any(rulebook.binds(move.norm) for table in TABLES.values() for move in table.moves)
    walk = Walk(huainan).along("register", "dispatch", "sign_in")
    for act in ("request_determination", "open_determination", "adjudicate", "record_refusal"):
        with pytest.raises(Refused, match="本地规定没有"):
            walk.do(act)
