"""What comes next for whoever looks: never an act against somebody, and nothing that nobody owes (F84)."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bihuan.cases.types import Act as C
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.creditors import possibly_open
from bihuan.duties.life import Life, next_of
from bihuan.duties.primary import Primary, is_own, primary
from bihuan.duties.types import DutyRow
from bihuan.joint.types import Act as J
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.stages import Move, Weight
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters.types import Act as M
from bihuan.matters.types import MatterClass
from bihuan.matters.types import Stage as MatterStage
from bihuan.subjects.registry import REGISTRY
from tests.determination.walks import DeterminationWalk, ReferralWalk, with_determiners
from tests.determination.walks import R as Referral
from tests.joint.conftest import settled
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, to_concluded
from tests.matters.walks import MatterWalk, to_confirmed
from tests.matters.walks import walk_to as matter_at
from tests.towns import Town
from tests.walks import Walk
from tests.walks import walk_to as case_at

MORNING = datetime(2025, 3, 3, 9, tzinfo=UTC)
LIVES: dict[str, Life[Any]] = {kind.word: kind.life for kind in REGISTRY}


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as the rule looks at it."""

    kind: str
    holder: str
    post: str
    due_at: datetime
    paused: bool = False


def stages() -> Iterator[tuple[str, Vocabulary]]:
    for word, life in LIVES.items():
        for stage in {move.origin for move in life.table.moves if move.origin is not None}:
            yield word, stage


def sits(life: Life[Any], stage: Vocabulary) -> list[Seat]:
    """Every seat that may do something at the stage; the unit that takes part in a way is named after it."""
    roles = {role for move in life.table.rows_from(stage) for role in move.who if role.posts}
    return sorted({Seat(role.part or "anybody", post) for role in roles for post in role.posts})


def owed_sets(life: Life[Any], stage: Vocabulary) -> Iterator[tuple[Owed, ...]]:
    """Nothing, each duty that may be open there, each two of them in both orders of their moments, all of them."""
    kinds = sorted(possibly_open(life.table, life.specs).get(stage, frozenset()))
    for chosen in (*itertools.chain.from_iterable(itertools.permutations(kinds, n) for n in (0, 1, 2)), tuple(kinds)):
        yield tuple(
            Owed(str(k), life.specs[k].part, life.specs[k].post, MORNING + timedelta(hours=n))
            for n, k in enumerate(chosen)
        )


def serves(move: Move, duty: Owed) -> bool:
    return duty.kind in (*move.discharges, *move.settles, *move.advances)


def fault(life: Life[Any], stage: Vocabulary, owed: Sequence[Owed], actor: Actor, found: Primary[Owed]) -> str:
    """What is wrong with the next step that was found."""
    rows = {str(move.act): move for move in life.table.rows_from(stage)}
    mine = [duty for duty in owed if is_own(duty, actor)]
    of_unit = [duty for duty in owed if duty.holder in actor.units]
    for act in found.acts:
        if rows[act].weight is Weight.AGAINST:
            return f"{act} is against somebody"
        if not any(serves(rows[act], duty) for duty in mine or of_unit):
            return f"{act} serves nothing that is owed"
    if found.opens and (rows[found.opens].weight is Weight.CHOICE or len(found.acts) != 1):
        return f"{found.opens} was chosen for whoever must choose"
    return ""


@pytest.mark.parametrize(("word", "stage"), sorted(stages()))
def test_whatever_stands_open_brings_my_duty_nearer_and_is_against_nobody(word: str, stage: Vocabulary) -> None:
    """Every stage × post × set of open duties: with every act live, then with what was found dead, until none is."""
    life = LIVES[word]
    for seat, owed in itertools.product(sits(life, stage), owed_sets(life, stage)):
        actor, parts, dead = Actor("a", "某", "zz", frozenset({seat})), {seat.unit: frozenset({seat.unit})}, set[str]()

        def live(move: Move, actor: Actor = actor, parts: Any = parts, dead: set[str] = dead) -> bool:
            return str(move.act) not in dead and move.seat(actor, parts) is not None

        while (found := primary(life.table, stage, owed, actor, live)).acts:
            assert not fault(life, stage, owed, actor, found), (seat, [duty.kind for duty in owed], found)
            dead |= set(found.acts)


def test_every_act_that_turns_back_down_or_up_is_known_to_be_against_somebody() -> None:
    """The acts that the regulation's practice fears to see open by themselves, by name."""
    against = {
        "case": {
            "request_return", "propose_decline", "refer", "send_back", "send_back_draft", "withdraw",
            "request_termination", "hang", "open_determination", "record_refusal", "take_back",
        },
        "linkage": {"notify", "void", "return", "send_back_form"},
        "whistle": {"notify", "void", "object", "raise_to_tough", "raise_to_key", "send_back_form"},
        "matter": {"drop", "send_back", "send_back_draft"},
        "determination": {"decline", "take_back"},
        "referral": {"drop"},
    }  # fmt: skip
    for word, acts in against.items():
        weights = {str(move.act): move.weight for move in LIVES[word].table.moves}
        assert acts <= {act for act, weight in weights.items() if weight is Weight.AGAINST}, word


def test_what_is_done_beside_others_moves_no_stage_and_ends_nothing_of_anybody_else() -> None:
    """F89: the page sends no version with it, so it must be right whatever happened meanwhile."""
    found = {(word, str(move.act)): move for word, life in LIVES.items() for move in life.table.moves if move.parallel}
    for (word, act), move in found.items():
        assert move.origin == move.target, (word, act)
        assert not any((move.lapses, move.lapses_all, move.frees, move.forfeits)), (word, act)
        assert move.weight is not Weight.AGAINST, (word, act)
    assert {("determination", "opine"), ("whistle", "check_in"), ("linkage", "accept"), ("case", "supplement")} <= set(
        found
    )


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with everybody who takes part in joint handling."""
    return settled()


Walking = Walk | JointWalk | MatterWalk | DeterminationWalk | ReferralWalk


def step(walk: Walking, word: str, person: str) -> Primary[DutyRow]:
    """What comes next for somebody, as the page and the API have it."""
    kind, actor = REGISTRY[word], walk.actor(person)
    view = kind.view(walk.number, actor, now=walk.now)
    owed = [duty for duty in view.duties if duty.discharged_at is None]
    offers = kind.life.offers(view.facts, actor, walk.now)
    return next_of(kind.life.table, view.facts.stage, owed, actor, offers, elsewhere={"linkage_form", "determination"})


def opened(walk: Walking, word: str, person: str) -> str:
    return step(walk, word, person).opens


def test_the_handler_is_shown_the_answer_and_not_how_to_give_the_case_back(wendeng: Town) -> None:
    walk = case_at(CaseStage.HANDLING, wendeng)
    assert opened(walk, "case", "unit.handler") == C.RECORD_CONTACT
    assert opened(walk.along(C.RECORD_CONTACT), "case", "unit.handler") == C.ANSWER
    assert opened(walk, "case", "desk.dispatcher") == "", "nobody asked the dispatcher for anything"
    walk.along(C.REQUEST_EXTENSION)
    asked = step(walk, "case", "desk.dispatcher")
    assert (asked.acts, asked.opens) == ((C.APPROVE_EXTENSION, C.REFUSE_EXTENSION), "")


def test_the_registrar_is_shown_accepting_and_then_nothing(wendeng: Town) -> None:
    walk = case_at(CaseStage.REGISTERED, wendeng)
    assert opened(walk, "case", "desk.registrar") == C.ACCEPT
    assert opened(walk.along(C.ACCEPT), "case", "desk.registrar") == ""
    assert opened(walk, "case", "desk.dispatcher") == C.DISPATCH


def test_a_case_days_overdue_opens_nothing_for_the_dispatcher(wendeng: Town) -> None:
    walk = case_at(CaseStage.HANDLING, wendeng).later(days=20)
    assert opened(walk, "case", "desk.dispatcher") == ""


def test_the_form_of_a_linkage_is_settled_on_the_linkage(wendeng: Town) -> None:
    walk = to_concluded(JointWalk(with_determiners(wendeng), LINKAGE, Walk(wendeng)).begin())
    walk.case.along(C.RECORD_CONTACT, C.ANSWER)
    there = step(walk.case, "case", "unit.handler")
    assert (there.elsewhere, there.duty and there.duty.kind) == (True, "linkage_form")


@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE])
def test_the_lead_concludes_grades_and_fills_the_form_in(kind: Any, district: Town) -> None:
    walk = JointWalk(district, kind, Walk(district)).begin()
    word, lead = str(kind), "lead.handler"
    assert opened(walk, word, lead) == "", "the others are still at work"
    joined = J.ACCEPT if kind == LINKAGE else J.CHECK_IN
    assert opened(walk, word, "other.handler") == joined
    assert opened(walk.along(joined), word, "other.handler") == J.FINISH
    assert opened(walk.along(J.FINISH), word, lead) == J.CONCLUDE
    assert opened(walk.along(J.CONCLUDE), word, lead) == J.GRADE
    assert opened(walk.along(J.GRADE), word, lead) == J.FILE_FORM
    walk.along(J.FILE_FORM)
    assert {opened(walk, word, f"lead.{post}") for post in ("deputy", "head")} == {J.SIGN_FORM}


def test_a_head_who_must_decide_whether_to_report_is_given_both_answers(district: Town) -> None:
    walk = to_concluded(JointWalk(district, WHISTLE, Walk(district)).begin(), resolved=False)
    found = step(walk, "whistle", "lead.head")
    assert (found.acts, found.opens) == ((J.REPORT, J.NO_REPORT), "")


def test_a_refusal_is_handed_over_once_it_was_explained(wendeng: Town) -> None:
    walk = ReferralWalk(with_determiners(wendeng), Walk(wendeng)).begin()
    assert opened(walk, "referral", "desk.dispatcher") == ""
    assert opened(walk.along(Referral.EXPLAIN), "referral", "desk.dispatcher") == Referral.SEND


def test_the_supervision_body_is_not_shown_how_to_send_back_what_it_passed(huainan: Town) -> None:
    walk = to_confirmed(MatterWalk(huainan), MatterClass.KEY)
    assert opened(walk, "matter", "supervision.supervisor") == M.SUPERVISE
    assert opened(walk.along(M.SUPERVISE), "matter", "supervision.supervisor") == ""
    assert opened(walk, "matter", "office.list_director") == M.STRIKE_OFF
    assert opened(matter_at(MatterStage.REVIEW, huainan), "matter", "office.list_keeper") == M.CONFIRM
