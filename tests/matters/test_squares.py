"""Every square of the matter table: each stage × each act × each person is decided, by table and commands alike."""

import itertools

import pytest

from bihuan.audit.queries import verify
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.stages import Move
from bihuan.matters import queries as matters
from bihuan.matters.commands import LIFE
from bihuan.matters.stages import ENDS, OPEN, TABLE
from bihuan.matters.subject import MATTER
from bihuan.matters.types import DUTIES, Act, MatterClass, Stage
from bihuan.policy.loader import pack
from bihuan.record.commands import ACTS
from tests.attempts import Attempts
from tests.matters.walks import (
    DOERS,
    WAYS,
    A,
    MatterWalk,
    SecretMatterWalk,
    early,
    filled,
    promised,
    to_class,
    to_confirmed,
    twice,
    walk_to,
)
from tests.towns import Town, end_unit

DONE_BY: dict[str, set[str]] = {
    "受理单位": {"desk.registrar", "desk.dispatcher", "desk.reviewer"},
    "⟨list_keeper⟩": {"office.list_keeper"},
    "⟨list_director⟩": {"office.list_director"},
    "督查考核机构⟨supervisor⟩": {"supervision.supervisor"},
    "⟨list_director⟩或负责人": {"office.list_director"},
    "承诺责任单位⟨handler⟩": set(),
    "协调任务单位⟨handler⟩": {"unit.handler"},
    "配合单位⟨handler⟩": {"other.handler"},
    "批示领导": set(),
    "承办单位⟨handler⟩": {"unit.handler"},
    "承办单位⟨deputy⟩": {"unit.deputy"},
    "承办单位⟨head⟩": {"unit.head"},
    "系统": {"clockwork"},
}
PEOPLE = (*sorted(set().union(*DONE_BY.values())), "desk.caller", "supervision.head", "other.handler")
ACTS_ON_ONE = [act for act in Act if act not in (Act.PROPOSE, Act.REPORT)]
NOT_YET_THERE = (Stage.CANDIDATE, Stage.DROPPED, Stage.JOINED, Stage.LISTED, Stage.CLASSIFIED)


def _attempt(attempts: Attempts, walk: MatterWalk, act: Act, person: str) -> str:
    """What comes of trying: the new stage, or the class of the refusal; the matter is as it was afterwards."""
    now = walk.now
    try:
        return attempts.outcome(lambda: walk.do(act, by=person).stage, alone=act != Act.ADD_KEY_PAPER)
    finally:
        walk.now = now


def _outsider(stage: Stage, person: str) -> bool:
    unit = person.split(".")[0]
    return unit == "other" or (unit in ("unit", "supervision") and stage in NOT_YET_THERE)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_act_by_every_person_is_decided_by_the_table(stage: Stage, huainan: Town) -> None:
    walk = walk_to(stage, huainan)
    before, attempts = walk.facts, Attempts()
    offered = {person: _offered(walk, person) for person in PEOPLE if not _outsider(stage, person)}
    for act, person in itertools.product(ACTS_ON_ONE, PEOPLE):
        outcome = _attempt(attempts, walk, act, person)
        row = TABLE.row(stage, act)
        if _outsider(stage, person):
            assert outcome == "unknown", (act, person, outcome)
        elif row is None or not any(person in DONE_BY[role.label] for role in row.who):
            assert outcome == "refused", (act, person, outcome)
            assert act not in offered[person]
        else:
            assert outcome in (row.target, "refused"), (act, person, outcome)
            unhindered = act in offered[person] and not attempts.blames_the_form
            assert outcome == row.target or not unhindered, (act, person, "is offered and refused")
            assert act in offered[person] or outcome == "refused", "a button that is dead is an act that is refused"
    assert walk.facts == before, "an attempt that was taken back leaves nothing"


def _offered(walk: MatterWalk, person: str) -> set[str]:
    offers = LIFE.offers(walk.facts, walk.actor(person), walk.now)
    return {offer.act for offer in offers if offer.refusal is None}


def ready_for(move: Move, town: Town) -> MatterWalk:
    """A matter at which the row may be walked."""
    if move.act in (Act.RELAY, Act.ANSWER_RELAY):
        secret = SecretMatterWalk(town)
        WAYS[move.origin](secret)  # type: ignore[index]
        return secret
    if move.act == Act.DROP:
        return early(MatterWalk(town))
    if move.act == Act.JOIN:
        return twice(MatterWalk(town))
    if move.act == Act.REPORT_COORDINATION:
        return _coordinated(move, town)
    if move.act == Act.RECORD_COOPERATION:
        return _helped(move, town)
    if move.act == Act.TRACK:
        return _handled(move, town)
    if move.act == Act.REPLY_TRACK:
        return _asked_for_word(move, town)
    if move.act == Act.SUPERVISE:
        return to_confirmed(MatterWalk(town), MatterClass.KEY)
    if move.act == Act.STRIKE_OFF_AND_TRACK:
        return to_confirmed(MatterWalk(town), MatterClass.SPECIAL).along(A.SUPERVISE)
    if move.act in (Act.FULFIL_PROMISE, Act.CHECK_PROMISE, Act.RENEW_PROMISE, Act.BREAK_PROMISE):
        return _promised(move, town)
    if move.act in (Act.VERIFY, Act.DENY, Act.ADD_KEY_PAPER):
        return _weighed_by(move, town)
    walk = walk_to(move.origin, town)  # type: ignore[arg-type]
    if move.act == Act.REPLY_URGE:
        walk.do(A.URGE)
    if move.act == Act.LEAD_ENDED:
        end_unit(town, town.unit, walk.now)
    return walk


def _coordinated(move: Move, town: Town) -> MatterWalk:
    """A matter at that stage of which a unit has not reported yet what was settled with it."""
    tracked = move.origin is Stage.TRACKING
    walk = to_class(MatterWalk(town), MatterClass.SPECIAL if tracked else MatterClass.GENERAL).along(A.COORDINATE)
    ends = (A.TRACK, A.SUPERVISE, A.STRIKE_OFF_AND_TRACK) if tracked else (A.STRIKE_OFF,)
    for act in (A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM, *ends):
        if walk.facts.stage != move.origin:
            walk.do(act)
    return walk


def _helped(move: Move, town: Town) -> MatterWalk:
    """A matter at that stage with a co-unit."""
    walk = to_class(MatterWalk(town))
    walk.do(A.ASSIGN, co_units=[town.other])
    for act in (A.SIGN_IN, A.DRAFT_FEEDBACK):
        if walk.facts.stage != move.origin:
            walk.do(act)
    return walk


def _handled(move: Move, town: Town) -> MatterWalk:
    """A key matter at that stage of its handling."""
    walk = to_class(MatterWalk(town), MatterClass.KEY)
    for act in (A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM):
        if walk.facts.stage != move.origin:
            walk.do(act)
    return walk


def _asked_for_word(move: Move, town: Town) -> MatterWalk:
    """A special matter at that stage of its handling, of which whoever looked wants to hear."""
    walk = to_class(MatterWalk(town), MatterClass.SPECIAL).along(A.ASSIGN, A.TRACK)
    for act in (A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK):
        if walk.facts.stage != move.origin:
            walk.do(act)
    return walk


def _weighed_by(move: Move, town: Town) -> MatterWalk:
    """A key matter at that stage by an instruction, or by a meeting without its minutes."""
    walk = MatterWalk(town).with_overdue_case().along(A.REPORT, A.REGISTER)
    if move.act == Act.ADD_KEY_PAPER:
        walk.do(A.CLASSIFY, matter_class="special", key_basis="meeting", reference="会商纪要〔2025〕第3期")
    else:
        walk.instructed("special")
    onwards = (A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM)
    for act in (*onwards, A.TRACK, A.SUPERVISE, A.STRIKE_OFF_AND_TRACK, A.END_TRACKING):
        if walk.facts.stage == move.origin:
            break
        if act == A.END_TRACKING:
            walk.called_back()
        walk.do(act)
    return walk


def _promised(move: Move, town: Town) -> MatterWalk:
    """A matter at that stage of which something was promised, that far on its way."""
    tracked = move.origin is Stage.TRACKING
    walk = to_class(MatterWalk(town), MatterClass.SPECIAL if tracked else MatterClass.GENERAL)
    walk.along(A.ASSIGN, A.SIGN_IN)
    walk.do(A.DRAFT_FEEDBACK, **promised(town, walk.now))
    walk.along(A.SUBMIT_FEEDBACK, A.CONFIRM)
    if tracked:
        walk.along(A.TRACK, A.SUPERVISE, A.STRIKE_OFF_AND_TRACK)
    if move.origin is Stage.STRUCK_OFF:
        walk.do(A.STRIKE_OFF)
    if move.act in (Act.RENEW_PROMISE, Act.BREAK_PROMISE):
        walk.later(days=20)
    before = {Act.CHECK_PROMISE: A.FULFIL_PROMISE, Act.RENEW_PROMISE: A.BREAK_PROMISE}
    return walk.along(*(act for of, act in before.items() if of == move.act))


def doer_of(move: Move) -> str:
    """Who walks the row when everything goes by the book."""
    return "office.list_director" if (move.origin, move.act) == (Stage.CONFIRMED, Act.SEND_BACK) else DOERS[move.act]


WALKED = [m for m in TABLE.moves if m.origin is not None]


@pytest.mark.clause("HN-0", "HN-2.2c")
@pytest.mark.parametrize("move", WALKED, ids=lambda m: f"{m.origin}-{m.act}")
def test_every_row_of_the_table_can_be_walked(move: Move, huainan: Town) -> None:
    walk = ready_for(move, huainan)
    walk.do(move.act, by=doer_of(move))
    matter = walk.facts
    assert matter.stage == move.target
    holding = {kind for kind in matter.duties if not DUTIES[kind].survives}
    assert bool(holding) == (move.target in OPEN), "open means that somebody owes something"
    assert {kind for kind in move.opens if not matter.done_already(kind)} <= set(matter.duties)
    assert not set(matter.duties) & (set(move.discharges) - set(move.opens))
    assert (matter.closed_at is not None) == (move.target in ENDS)
    assert [str(broken.reason) for broken in verify(huainan.code).findings] == []


def test_every_open_stage_can_reach_an_end_and_every_stage_can_be_reached() -> None:
    after = {stage: {m.target for m in TABLE.rows_from(stage)} for stage in Stage}
    for start in OPEN:
        seen, queue = {start}, [start]
        while queue:
            fresh = after[queue.pop()] - seen
            seen |= fresh
            queue += fresh
        assert seen & ENDS, start
    assert {m.target for m in TABLE.moves} == set(Stage)


def test_every_act_has_a_form_a_command_and_in_huainan_a_clause_or_a_basis(huainan: Town) -> None:
    rulebook = pack("huainan-2021-55")
    for move in TABLE.moves:
        assert ("matter", move.act) in ACTS
        assert rulebook.binds(move.norm)
        assert rulebook.cite(move.norm).words


def test_whoever_may_not_see_a_matter_meets_it_on_no_read_path(huainan: Town) -> None:
    walk = walk_to(Stage.STRUCK_OFF, huainan)
    outsider = walk.actor("other.handler")
    for read in (
        lambda: matters.visible_facts(walk.number, outsider),
        lambda: matters.view(walk.number, outsider, now=walk.now),
        lambda: MATTER.timeline(walk.number, outsider),
        lambda: matters.strike_off_slip(walk.number, outsider),
    ):
        with pytest.raises(Unknown):
            read()
    assert matters.ledger(outsider, matters.MatterFilters(), now=walk.now) == []
    assert matters.of_case(walk.case, outsider) == []
    assert matters.briefs([walk.number], outsider) == {}
    assert matters.reconciliation(outsider, walk.now.date(), now=walk.now).entered == 0


def test_forms_of_all_acts_tell_their_fields_in_chinese() -> None:
    for act in Act:
        schema = ACTS[("matter", act)].fields.model_json_schema()
        for name, field in schema.get("properties", {}).items():
            assert not field["title"].isascii(), (act, name)
    assert filled(Act.REPORT, Town("x", "", "", "", ""), walk_to.__defaults__[0])  # type: ignore[index]
