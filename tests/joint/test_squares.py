"""Every square of both tables: each stage × each act × each person is decided, by tables and commands alike."""

import itertools
from functools import cache

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.joint.commands import LIVES
from bihuan.joint.stages import ENDS, OPEN, TABLES
from bihuan.joint.types import DUTIES, Act, JointFacts, Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.kernel.stages import Move
from bihuan.policy.loader import pack
from bihuan.record.commands import ACTS
from tests.attempts import Attempts
from tests.joint.walks import DOERS, LINKAGE, WHISTLE, A, JointWalk, to_concluded, to_signed, tough, walk_to
from tests.towns import Town
from tests.walks import Walk

DONE_BY: dict[str, set[str]] = {
    "首接单位⟨handler⟩": {"lead.handler"},
    "首接单位⟨deputy⟩或⟨head⟩": {"lead.deputy", "lead.head"},
    "首接单位⟨head⟩": {"lead.head"},
    "吹哨单位⟨handler⟩": {"lead.handler"},
    "吹哨单位负责人": {"lead.deputy", "lead.head"},
    "吹哨单位⟨head⟩": {"lead.head"},
    "协办单位⟨handler⟩、⟨liaison⟩或⟨deputy⟩": {"other.handler", "other.deputy"},
    "报到单位⟨handler⟩、⟨liaison⟩或⟨deputy⟩": {"other.handler", "other.deputy"},
    "平台⟨dispatcher⟩或⟨registrar⟩": {"desk.dispatcher", "desk.registrar"},
    "平台⟨dispatcher⟩": {"desk.dispatcher"},
    "指定协办单位的平台⟨dispatcher⟩": {"desk.dispatcher"},
    "⟨supervision⟩⟨supervisor⟩": {"offices.supervisor"},
    "⟨leader⟩": {"leaders.leader"},
    "平台⟨deputy⟩或⟨head⟩": {"desk.deputy"},
    "系统": {"clockwork"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "desk.caller", "other.head", "third.handler")
BINDS = pack("wendeng-2021-10").binds
BEGINNINGS = (A.REQUEST, A.BLOW)
ACTS_ON_ONE = [act for act in Act if act not in BEGINNINGS]
BOTH = [(kind, stage) for kind in Kind for stage in Stage]


def _attempt(attempts: Attempts, walk: JointWalk, act: Act, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; everything is as it was afterwards."""
    now = walk.now
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage, alone=act != A.SIGN_FORM)
    finally:
        walk.now = now


def _outsider(walk: JointWalk, facts: JointFacts, person: str) -> bool:
    if person == "clockwork":
        return False
    return not walk.actor(person).units & frozenset().union(*facts.parts.values())


@pytest.mark.parametrize(("kind", "stage"), BOTH)
def test_every_act_by_every_person_is_decided_by_the_table(kind: Kind, stage: Stage, district: Town) -> None:
    walk = walk_to(kind, stage, district)
    before, attempts = walk.facts, Attempts()
    offered = cache(lambda person: _offered(walk, person))
    for act, person in itertools.product(ACTS_ON_ONE, PEOPLE):
        if (kind, act) not in ACTS:
            assert TABLES[kind].row(stage, act) is None
            continue
        outcome = _attempt(attempts, walk, act, person)
        row = TABLES[kind].under(BINDS).row(stage, act)
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


def _offered(walk: JointWalk, person: str) -> set[str]:
    offers = LIVES[walk.kind].offers(walk.facts, walk.actor(person), walk.now)
    return {offer.act for offer in offers if offer.refusal is None}


def ready_for(kind: Kind, move: Move, town: Town) -> JointWalk:
    """A linkage or whistle at which the row may be walked."""
    new = JointWalk(town, kind, Walk(town))
    match move.act, move.origin:
        case A.DISSOLVE, _:
            walk = walk_to(kind, move.origin, town)  # type: ignore[arg-type]
            walk.case.do(CaseAct.WITHDRAW)
            return walk
        case ((A.RAISE_TO_TOUGH | A.REPORT | A.NO_REPORT), Stage.CONCLUDED):
            return to_concluded(new.begin(), resolved=False)
        case A.NO_REPORT, Stage.FORM:
            return to_concluded(new.begin(), resolved=False).along(A.GRADE, A.FILE_FORM)
        case A.RAISE_TO_KEY, _:
            return to_concluded(tough(new), resolved=False)
        case A.VOID, _:
            leave = (A.RETURN, A.RELEASE) if kind == LINKAGE else (A.OBJECT, A.UPHOLD)
            return new.begin().along(*leave)
        case A.RENEW, _:
            to_signed(new.begin())
            for act, by in (("answer", "handler"), ("sign_off", "deputy")):
                new.case.do(act, by=f"{new.lead}.{by}")
            new.case.do("send_back")
            return new
        case A.NOTE_EMERGENCY, _:
            return _emergency(new, move.origin)  # type: ignore[arg-type]
        case A.FILE | A.RECORD_CALL, _:
            return _by_phone(new, move.origin)  # type: ignore[arg-type]
        case A.CONCLUDE, _:
            return new.begin().along(A.CHECK_IN if kind == WHISTLE else A.ACCEPT, A.FINISH)
        case A.VERIFY | A.DENY, _:
            new.begin().do(A.REPORT)
            new.instructed()
            return _onwards(new, move.origin)  # type: ignore[arg-type]
        case A.DENY_KEY, _:
            return _onwards(new.ordered(), move.origin)  # type: ignore[arg-type]
        case A.REMIND | A.EXPLAIN, Stage.CONCLUDED | Stage.FORM | Stage.SIGNED:
            return _notified(new.begin(), move.origin)  # type: ignore[arg-type]
    walk = walk_to(kind, move.origin, town)  # type: ignore[arg-type]
    first = {
        A.RELEASE: (A.RETURN,),
        A.KEEP: (A.RETURN,),
        A.UPHOLD: (A.OBJECT,),
        A.OVERRULE: (A.OBJECT,),
        A.REMIND: (A.NOTIFY,),
        A.EXPLAIN: (A.NOTIFY,),
        A.FILE_FORM: (A.GRADE,),
        A.RECORD_WORK: (A.CHECK_IN,) if kind == WHISTLE else (),
        A.FINISH: (A.CHECK_IN,) if kind == WHISTLE else (),
    }
    return walk.along(*first.get(Act(move.act), ()))


def _notified(walk: JointWalk, stage: Stage) -> JointWalk:
    walk.along(A.NOTIFY, A.CONCLUDE)
    if stage != Stage.CONCLUDED:
        walk.do(A.GRADE, reason="通报当晚已补办。")
        walk.do(A.FILE_FORM)
    if stage == Stage.SIGNED:
        walk.do(A.SIGN_FORM)
    return walk


def _onwards(walk: JointWalk, stage: Stage) -> JointWalk:
    if stage == Stage.VOID:
        leave = (A.RETURN, A.RELEASE) if walk.kind == LINKAGE else (A.OBJECT, A.UPHOLD)
        walk.along(*leave, A.VOID)
    if stage == Stage.DISSOLVED:
        walk.case.do(CaseAct.WITHDRAW)
        walk.do(A.DISSOLVE)
    if stage == Stage.SIGNED:
        to_signed(walk)
    if stage == Stage.ESCALATED:
        walk.do(A.REPORT)
    if stage in (Stage.CONCLUDED, Stage.FORM):
        to_concluded(walk)
    if stage == Stage.FORM:
        walk.along(A.GRADE, A.FILE_FORM)
    return walk


def _emergency(walk: JointWalk, stage: Stage) -> JointWalk:
    return _onwards(walk.begin(whistle_type="tough", emergency="accident"), stage)


def _by_phone(walk: JointWalk, stage: Stage) -> JointWalk:
    return _onwards(walk.begin(filing="phone"), stage)


WALKED = [
    pytest.param(kind, move, id=f"{kind}-{move.origin}-{move.act}")
    for kind in Kind
    for move in TABLES[kind].under(BINDS).moves
    if move.origin is not None
]
"""The other rows are walked in towns that leave something off (`test_off_is_off.py`)."""


@pytest.mark.clause("WD-2.2c", "WD-2.3c", "WD-3.2c", "WD-3.3d")
@pytest.mark.parametrize(("kind", "move"), WALKED)
def test_every_row_of_both_tables_can_be_walked(kind: Kind, move: Move, district: Town) -> None:
    walk = ready_for(kind, move, district)
    walk.do(move.act)
    now = walk.facts
    assert now.stage == move.target
    holding = {duty for duty in now.duties if not DUTIES[kind][duty].survives}
    assert bool(holding) == (move.target in OPEN), "open means that somebody owes something"
    assert set(move.opens) <= set(now.duties)
    assert not set(now.duties) & (set(move.discharges) - set(move.opens))
    assert (now.closed_at is not None) == (move.target in ENDS)
    assert now.parts["lead"] == {now.initiator}, "the lead stays the lead"
    assert [str(broken) for broken in verify(district.code).findings] == []


def test_every_open_stage_can_reach_an_end_and_every_stage_can_be_reached() -> None:
    for table in TABLES.values():
        after = {stage: {m.target for m in table.rows_from(stage)} for stage in Stage}
        for start in OPEN:
            seen, queue = {start}, [start]
            while queue:
                fresh = after[queue.pop()] - seen
                seen |= fresh
                queue += fresh
            assert seen & ENDS, start
        assert {m.target for m in table.moves} == set(Stage)


def test_every_act_has_a_command_a_form_in_chinese_and_a_clause_or_a_basis() -> None:
    rulebook = pack("wendeng-2021-10")
    for kind, table in TABLES.items():
        for move in table.moves:
            if move.origin is None:
                continue
            declared = ACTS[(kind, move.act)]
            assert rulebook.binds(move.norm)
            for name, field in declared.fields.model_json_schema().get("properties", {}).items():
                assert not field["title"].isascii(), (move.act, name)
            assert {*move.opens, *move.discharges} <= set(DUTIES[kind]), (move.origin, move.act)
    assert set(DOERS) == set(ACTS_ON_ONE)


def test_where_the_regulation_knows_no_joint_handling_there_is_none(huainan: Town) -> None:
    rulebook = pack("huainan-2021-55")
    assert not any(rulebook.binds(move.norm) for table in TABLES.values() for move in table.moves)
    walk = Walk(huainan).along("register", "dispatch", "sign_in")
    for act in ("link", "whistle"):
        with pytest.raises(Refused, match="本地规定没有"):
            walk.do(act)
