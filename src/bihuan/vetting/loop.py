"""Walks every stage table as a regulation binds it: does everything open keep a duty, and does it come to its goal?

Rows are walked as the engine would: not where a duty bars them, and not where the rule behind the act refuses by a norm
that the regulation binds, on facts that say what was done so far (`ASKED`). What a requester does is no way out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from itertools import islice

from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import AppealType, CaseFacts
from bihuan.feedback import rules as feedback
from bihuan.feedback.types import CallbackRow
from bihuan.intake import rules as intake
from bihuan.joint import rules as joint
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Grade, JointFacts, Kind, MemberFacts
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.actor import REQUESTER, Actor
from bihuan.kernel.refusal import Refusal, held
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters import rules as matters
from bihuan.policy import norms
from bihuan.policy.pack import Binding, Pack
from bihuan.vetting.engine import Subject
from bihuan.vetting.specimens import MONDAY, plain


@dataclass(frozen=True, slots=True)
class Situation:
    """A stage, and what was done since it began that rules ask about."""

    stage: Vocabulary | None
    done: frozenset[str] = frozenset()


Ask = Callable[[Situation, Pack], Refusal | None]
SOMEBODY = plain(Actor, account="somebody", jurisdiction="town")
CASE = plain(CaseFacts, desk="desk", lead="unit", appeal_type=AppealType.HELP, callback_wanted=True)


def _may_close(at: Situation, pack: Pack) -> Refusal | None:
    return feedback.may_close(CASE, SOMEBODY, _said(at), pack=pack)


def _said(at: Situation) -> list[CallbackRow]:
    return [plain(CallbackRow, reached=True)] if CaseAct.RECORD_CALLBACK in at.done else []


def _together(kind: Kind, at: Situation) -> JointFacts:
    did = {
        "check_in_at": JointAct.CHECK_IN,
        "finished_at": JointAct.FINISH,
        "notified_at": JointAct.NOTIFY,
    }
    moments = {name: MONDAY if act in at.done else None for name, act in did.items()}
    grade = Grade.GOOD if JointAct.GRADE in at.done else ""
    member = plain(MemberFacts, unit="other", name="参加单位", grade=grade, **moments)
    return plain(
        JointFacts,
        kind=kind,
        stage=at.stage or JointStage.ACTIVE,
        initiator="unit",
        case_lead="unit",
        case_stage=joint.CASES_AT_WORK[0],
        case_assignment=1,
        assignment=1,
        members=(member,),
    )


def _of_joint(kind: Kind, ask: Callable[[JointFacts, Actor, datetime, Pack], Refusal | None]) -> Ask:
    return lambda at, pack: ask(_together(kind, at), SOMEBODY, MONDAY, pack)


def _may_be_listed(act: CaseAct) -> Ask:
    return lambda at, pack: matters.may_take_along(act, None, leaving=CaseAct.LEAVE_LIST)


ASKED: Mapping[tuple[str, str], Ask] = {
    ("case", CaseAct.CLOSE): _may_close,
    **{
        (kind.value, act): _of_joint(kind, ask)
        for kind in Kind
        for act, ask in ((JointAct.CONCLUDE, joint.may_conclude), (JointAct.FILE_FORM, joint.may_file_form))
    },
}
"""Subject and act → the rule behind it, of those that want something to have been done first."""
ORDINARY: Mapping[tuple[str, str], Ask] = {
    ("case", CaseAct.REWORK): lambda at, pack: feedback.may_rework(CASE, SOMEBODY, _said(at), pack=pack),
    ("case", CaseAct.CLOSE_WITHOUT_CALLBACK): lambda at, pack: feedback.may_close_without_callback(
        CASE, SOMEBODY, MONDAY, pack
    ),
    ("case", CaseAct.ANSWER_AT_ONCE): lambda at, pack: intake.may_answer_at_once(CASE, SOMEBODY, MONDAY, pack),
    **{("case", act): _may_be_listed(act) for act in (CaseAct.ENTER_LIST, CaseAct.ENTER_LIST_AGAIN)},
}
"""Subject and act → the rule behind it, of those that are no way on for a requester who asks for help, wants to be
called, is content, and of whose request nothing is on a list: they must come to the goal as well."""
TOLD = {
    str(act): 1 << n
    for n, act in enumerate(
        (CaseAct.RECORD_CALLBACK, JointAct.CHECK_IN, JointAct.FINISH, JointAct.NOTIFY, JointAct.GRADE)
    )
}
"""The acts that these rules ask about, each a bit of a number."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A row of the table that the regulation has, with what comes of it there. Kinds of duty are bits of a number."""

    move: Move
    waits_for: int
    """Duties that bar it while they are open, and that acts of this table end."""
    ends: int
    settles: int
    opens: int
    opens_at_last: int
    """What is owed once the last of what single units owe is settled."""
    helps: int
    """The duties that are fulfilled by it, or brought nearer."""
    keeps: int
    """What was done before that rules ask about, and still counts behind it."""
    does: int
    """What of it rules ask about."""
    lacks: bool
    """Whether it opens what the regulation does not have, although one leads on from there by the norm of that."""


At = tuple[Vocabulary | None, int, int]
"""A stage with the kinds of duty that are open there, and what was done since it began that rules ask about."""
Found = Mapping[At, tuple[At, _Row] | None]
"""What can come about, each with what it first came from, and along which row; the beginning comes from nothing."""
START: At = (None, 0, 0)
ALL = -1
"""Every bit."""


class Life:
    """A kind of subject as a regulation lets it live. A hundred thousand steps ask the same of a few hundred rows: what
    a row waits for and opens is asked once, and so is what the rule behind it says of what was done."""

    def __init__(self, subject: Subject, pack: Pack) -> None:
        self.subject, self.pack = subject, pack
        self._bits: dict[str, int] = {}
        self._from: dict[Vocabulary | None, list[_Row]] = {}
        for move in subject.table.moves:
            if move.holds(pack.binds):
                self._from.setdefault(move.origin, []).append(self._row(move))
        self._allowed: dict[tuple[Vocabulary | None, int], list[_Row]] = {}

    def _row(self, move: Move) -> _Row:
        ended = _ended(self.subject.table)
        barring = (kind for kind, spec in self.subject.duties.items() if any(bar.stops(move) for bar in spec.bars))
        return _Row(
            move,
            waits_for=self._mask(kind for kind in map(str, barring) if kind in ended),
            ends=ALL if move.lapses_all else self._mask((*move.discharges, *move.lapses, *move.forfeits)),
            settles=self._mask(move.settles),
            opens=self._mask(self._had(move.opens)),
            opens_at_last=self._mask(self._had(move.may_open)) if move.settles else 0,
            helps=self._mask((*move.discharges, *move.settles, *move.advances)),
            keeps=ALL if move.target == move.origin else 0,
            does=TOLD.get(str(move.act), 0),
            lacks=any(_leads_from(self.subject, move.target, kind) for kind in self._lacking(move.opens)),
        )

    def _mask(self, kinds: Iterable[str]) -> int:
        found = 0
        for kind in kinds:
            found |= self._bits.setdefault(str(kind), 1 << len(self._bits))
        return found

    def _had(self, kinds: Iterable[Vocabulary]) -> Iterator[Vocabulary]:
        """The duties among those that the regulation has."""
        return (kind for kind in kinds if self.subject.duties[kind].holds(self.pack.binds))

    def _lacking(self, kinds: Iterable[Vocabulary]) -> Iterator[Vocabulary]:
        """The duties among those that it does not have."""
        return (kind for kind in kinds if not self.subject.duties[kind].holds(self.pack.binds))

    def open(self, at: At) -> list[_Row]:
        """The rows along which somebody can go from there."""
        stage, owed, did = at
        return [row for row in self._allowed_at(stage, did) if not row.waits_for & owed]

    def _allowed_at(self, stage: Vocabulary | None, did: int) -> list[_Row]:
        """The rows to which no rule says no there, whatever is owed."""
        if (known := self._allowed.get((stage, did))) is None:
            rows, situation = self._from.get(stage, []), Situation(stage, _told(did))
            known = [row for row in rows if not self._says_no(ASKED, row.move, situation)]
            self._allowed[stage, did] = known
        return known

    def _says_no(self, asked: Mapping[tuple[str, str], Ask], move: Move, at: Situation) -> bool:
        ask = asked.get((self.subject.table.subject, str(move.act)))
        return ask is not None and held(ask(at, self.pack), self.pack.binds) is not None

    def no_way_on(self, move: Move, at: Situation) -> bool:
        """Whether an ordinary request does not go along the row."""
        return self._says_no(ORDINARY, move, at)

    @cached_property
    def situations(self) -> Found:
        """Every situation that can come about.

        What single units owe may be settled by a move or not yet. Where one of them settles the last that is owed, the
        act opens what its row says that it may.
        """
        found: dict[At, tuple[At, _Row] | None] = {START: None}
        waiting = [START]
        while waiting:
            at = waiting.pop()
            _, owed, did = at
            for row in self.open(at):
                left, done = owed & ~row.ends, did & row.keeps | row.does
                later = (row.move.target, left | row.opens or row.opens_at_last, done)
                if later not in found:
                    found[later] = at, row
                    waiting.append(later)
                if left & row.settles:
                    later = (row.move.target, left & ~row.settles | row.opens or row.opens_at_last, done)
                    if later not in found:
                        found[later] = at, row
                        waiting.append(later)
        return found

    def way(self, at: At) -> list[Move]:
        """One way to what can come about."""
        back = list[Move]()
        while (came := self.situations[at]) is not None:
            at, row = came
            back.append(row.move)
        return back[::-1]

    @cached_property
    def stages(self) -> list[Vocabulary | None]:
        """The stages that can come about, the beginning among them."""
        return list(dict.fromkeys(stage for stage, _, _ in self.situations))

    @cached_property
    def walked(self) -> list[tuple[Move, Situation]]:
        """The rows along which somebody can go, each with what was done before it of what rules ask about."""
        walked = list[tuple[Move, Situation]]()
        left: dict[tuple[Vocabulary | None, int], list[_Row]] = {}
        for stage, owed, did in self.situations:
            rows = left.get((stage, did))
            if rows is None:
                rows = self._allowed_at(stage, did)
            if rows:
                situation = Situation(stage, _told(did))
                walked += [(row.move, situation) for row in rows if not row.waits_for & owed]
                rows = [row for row in rows if row.waits_for & owed]
            left[stage, did] = rows
        return walked


def _told(did: int) -> frozenset[str]:
    return frozenset(act for act, bit in TOLD.items() if bit & did)


@cache
def _ended(table: StageTable) -> frozenset[str]:
    """The kinds of duty that acts of this table end."""
    return frozenset(str(kind) for row in table.moves for kind in (*row.discharges, *row.settles))


def idle(life: Life) -> dict[Vocabulary, list[Move]]:
    """The open stages in which nobody may owe anything, with the way to it."""
    ends = life.subject.table.ends
    found = {at[0]: at for at in life.situations if not at[1] and at[0] is not None and at[0] not in ends}
    return {stage: life.way(at) for stage, at in found.items()}


def left_alone(life: Life) -> dict[Vocabulary, list[Move]]:
    """The open stages in which what is to be done is owed by nobody, and whoever owes anything else can do nothing of
    it there: a case whose return nobody decides on waits, although its unit still owes the handling."""
    found: dict[Vocabulary, At] = {}
    for at, came in life.situations.items():
        stage, owed, _ = at
        lacks = owed and came is not None and came[1].lacks
        if stage is not None and lacks and not any(row.helps & owed for row in life.open(at)):
            found[stage] = at
    return {stage: life.way(at) for stage, at in found.items()}


@cache
def _rows_from(table: StageTable, stage: Vocabulary) -> tuple[Move, ...]:
    return table.rows_from(stage)


def _leads_from(subject: Subject, stage: Vocabulary, kind: str) -> bool:
    """Whether it is by the very norm of the duty that one leads on from that stage."""
    on = (move for move in _rows_from(subject.table, stage) if move.target != stage)
    return any(move.fulfils(kind) and move.norm == subject.duties[kind].norm for move in on)


def stuck(life: Life) -> list[Vocabulary]:
    """The stages from which officials do not come to the goal."""
    subject, reached = life.subject, {*life.stages}
    arrived: set[Vocabulary | None] = {stage for stage in reached if stage in subject.table.goals}
    others = {stage for stage in reached if stage in subject.table.ends} - arrived
    leads = {
        (at.stage, move.target)
        for move, at in life.walked
        if own(move) and _leads_on(subject, life.pack, move) and not life.no_way_on(move, at)
    }
    while more := {origin for origin, target in leads if target in arrived and origin not in arrived}:
        arrived |= more
    return [stage for stage in stages_of(subject) if stage in reached - arrived - others]


def _leads_on(subject: Subject, pack: Pack, move: Move) -> bool:
    """Whether that is how things go: what lies beside the way does not, and what is against somebody only where it is
    what is owed."""
    if move.weight is not Weight.AGAINST:
        return move.weight is not Weight.SIDE
    return any(subject.duties[kind].holds(pack.binds) for kind in move.discharges)


def stages_of(subject: Subject) -> list[Vocabulary]:
    """The stages of a subject, in their order."""
    return list(dict.fromkeys(move.target for move in subject.table.moves))


def own(move: Move) -> bool:
    """Whether officials make the move of themselves, and not where the requester wishes it."""
    return not any(REQUESTER in role.posts for role in move.who)


def begins(subject: Subject, pack: Pack) -> bool:
    """Whether such a life can begin at all under a regulation."""
    return any(move.holds(pack.binds) for move in subject.table.moves if move.origin is None)


def begun_by(subject: Subject, pack: Pack) -> list[str]:
    """The norms any of which is lacking for such a life to begin."""
    begins = [move for move in subject.table.moves if move.origin is None]
    asked = (norm for move in begins for norm in (move.norm, move.given) if norm is not None)
    return list(dict.fromkeys(norm.name for norm in asked if not pack.binds(norm)))


def its_own(subject: Subject, pack: Pack, others: Sequence[Subject]) -> list[str]:
    """The norms that a regulation binds and that rows of no other kind of life rest on."""
    elsewhere = {move.norm for other in others if other.table != subject.table for move in other.table.moves}
    own = (move.norm for move in subject.table.moves if move.norm not in elsewhere)
    return list(dict.fromkeys(norm.name for norm in own if pack.binds(norm)))


def ways_lacking(life: Life) -> dict[Vocabulary, list[str]]:
    """Of the stages from which nobody comes to the goal, those where the way on is missing, with the norms of that way;
    where none is, the stages from which no way leads at all, or else all of them."""
    lost = stuck(life)
    lacking = {stage: _off_from(life, stage) for stage in lost}
    if named_ones := {stage: norms for stage, norms in lacking.items() if norms}:
        return named_ones
    ways = {at.stage for move, at in life.walked if own(move) and move.target != at.stage}
    return {stage: [] for stage in lost if stage not in ways} or {stage: [] for stage in lost}


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the loop is open: a stage in which nobody owes anything, with the way to it, or from which nobody comes
    further; and the norms that are lacking there."""

    stage: Vocabulary
    lacking: list[str]
    way: Sequence[Move] | None = None


def gaps(life: Life) -> tuple[list[Gap], Life]:
    """Everything that is lacking for the loop, at once, and the life as if the regulation had that: what lies nearest
    to the goal is told first, and from there on it is walked so."""
    told, gone = set[tuple[Vocabulary, bool]](), list[Gap]()
    far = _distances(life.subject.table)
    while True:
        idlers = [
            *(Gap(at, duties_lacking(life, way), way) for at, way in idle(life).items()),
            *(Gap(at, duties_lacking(life, way[-1:]), way) for at, way in left_alone(life).items()),
        ]
        lost = ways_lacking(life)
        nearest = min((far.get(stage, FAR) for stage, lacking in lost.items() if lacking), default=None)
        ways = [Gap(*one) for one in lost.items() if nearest in (None, far.get(one[0], FAR))]
        new = [gap for gap in (*idlers, *ways) if (gap.stage, gap.way is None) not in told]
        told |= {(gap.stage, gap.way is None) for gap in new}
        gone += new
        if not (wanted := {name for gap in new for name in gap.lacking if not life.pack.binds(name)}):
            return gone, life
        bindings = {**life.pack.bindings, **{name: Binding(name, None, "", {}) for name in wanted}}
        life = Life(life.subject, replace(life.pack, bindings=bindings))


def _off_from(life: Life, stage: Vocabulary) -> list[str]:
    """The norms that the regulation leaves off, of what officials do there to come nearer to the goal, or the clock
    where nobody else brings it on."""
    subject, pack = life.subject, life.pack
    far = _distances(subject.table)
    rows_on = [
        m for m in subject.table.rows_from(stage) if own(m) and m.target != stage and not _moot(subject, pack, m)
    ]
    officials = [move for move in rows_on if any(role.posts for role in move.who)]
    found = dict[str, None]()
    for move in officials or rows_on:
        if far.get(move.target, FAR) < far.get(stage, FAR):
            wanted = (move.norm, *((move.given,) if move.given else ()))
            found |= {norm.name: None for norm in wanted if not pack.binds(norm)}
    return [*found]


def _moot(subject: Subject, pack: Pack, move: Move) -> bool:
    """Whether the act is no way on for an ordinary request, be its norm bound or not."""
    ask = ORDINARY.get((subject.table.subject, str(move.act)))
    refused = ask(Situation(move.origin), pack) if ask else None
    return refused is not None and refused.norm == move.norm


FAR = 1000


@cache
def _distances(table: StageTable) -> Mapping[Vocabulary | None, int]:
    """How many acts of officials each stage is away from the goal, whatever a regulation leaves off."""
    found: dict[Vocabulary | None, int] = dict.fromkeys(table.goals, 0)
    changed = True
    while changed:
        changed = False
        for move in table.moves:
            far = found.get(move.target, FAR) + 1
            if own(move) and any(role.posts for role in move.who) and far < found.get(move.origin, FAR):
                found[move.origin], changed = far, True
    return found


def duties_lacking(life: Life, way: Sequence[Move]) -> list[str]:
    """The norm that the regulation leaves off, of the first duty that a way would have opened and left open."""
    left = dict[str, None]()
    for move in way:
        ended = {*left} if move.lapses_all else {*move.discharges, *move.lapses, *move.forfeits}
        left = {kind: None for kind in (*left, *map(str, move.opens)) if kind not in ended or kind in move.opens}
    wanted = (norm.name for kind in left for norm in [life.subject.duties[kind].norm] if not life.pack.binds(norm))
    return [*islice(wanted, 1)]


def named(names: list[str]) -> str:
    """Norms as somebody who writes a pack reads them."""
    return "、".join(f"{name}（{norms.norm(name).title}）" for name in names)
