"""Words and facts of the duty ledger."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.calendar import DayNote, Pause
from bihuan.policy.limits import Limit
from bihuan.policy.pack import SELECTORS, LimitRule, key_of


class Outcome(Vocabulary):
    """How a duty ended."""

    MET = "met", "按时履行"
    LATE = "late", "逾期履行"
    WAIVED = "waived", "免除"
    UNMET = "unmet", "未履行"


@dataclass(frozen=True, slots=True)
class Bar:
    """An act that is refused while a duty is open, and the words of the refusal; it names the duty's norm.

    With `into` only the rows of the act that lead to that stage wait.
    """

    act: Vocabulary
    reason: str
    into: Vocabulary | None = None

    def stops(self, move: Move) -> bool:
        """Whether the row waits for the duty."""
        return self.act == move.act and self.into in (None, move.target)


@dataclass(frozen=True, slots=True)
class DutySpec:
    """What a kind of duty is: who owes it, by which norm, and the name of its limit in the pack.

    `part` is how the holder's unit takes part in the subject, `post` the post that must act there.
    `rests` tells whether its clock stands still while the subject waits, or what the subject stands on.
    `waived_by` names the parts to whom it is owed: they alone, the requester and the clock, may let it lapse.
    `survives` tells whether it stays open when its subject has ended: it checks or informs, and holds nothing up.
    `bars` are the acts that wait for it. `otherwise` is our own limit where the regulation sets none. `given` is a
    further norm without which it never comes about.
    """

    kind: Vocabulary
    part: str
    post: str
    norm: Norm
    limit: str
    rests: bool = False
    waived_by: frozenset[str] = frozenset()
    survives: bool = False
    bars: tuple[Bar, ...] = ()
    otherwise: str = ""
    given: Norm | None = None

    def holds(self, binds: Callable[[Norm], bool]) -> bool:
        """Whether a regulation has the duty."""
        return binds(self.norm) and (self.given is None or binds(self.given))


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An open duty that is overdue."""

    subject: str
    kind: str
    holder: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LastOwed:
    """What a unit owed of a kind the last time: since when, until when, and how it ended."""

    opened_at: datetime
    due_at: datetime
    outcome: Outcome | None


class DecidedDuty(NamedTuple):
    """A duty as figures read it; `told_late` says that it was told to have fallen due at its present due moment."""

    id: int
    subject: str
    kind: str
    norm: str
    holder: str
    due_at: datetime
    first_due_at: datetime
    discharged_at: datetime | None
    outcome: str
    told_late: bool


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """What a subject is asked for by a duty that is still open on it."""

    post: str | None = None
    clause: str | None = None
    overdue: bool = False
    due_since: datetime | None = None
    due_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """One row of the ledger. Moments carry their zone; `due_at` already has pauses and extensions in it."""

    id: int
    jurisdiction: str
    subject: str
    kind: str
    norm: str
    clause: str
    holder: str
    post: str
    limit: str
    basis: str
    opened_at: datetime
    due_at: datetime
    first_due_at: datetime
    provisional: bool
    paused_at: datetime | None
    discharged_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class ToldExtension:
    """More time, as the ledger keeps it."""

    limit: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToldDuty(DutyFacts):
    """A duty as it is read for a page: its facts, its holder's name, and what moved it."""

    pack: str
    ladder: str
    named: str
    rule: str
    recomputed_at: datetime | None
    set_due_at: datetime | None
    calendar_edition: int
    moved: tuple[Pause, ...]
    allowed: tuple[ToldExtension, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as pages and API show it."""

    id: int
    subject: str
    kind: str
    label: str
    norm: str
    clause: str
    citation: str
    holder: str
    holder_name: str
    post: str
    post_label: str
    limit: str
    limit_words: str
    basis: str
    opened_at: datetime
    due_at: datetime
    first_due_at: datetime
    provisional: bool
    paused: bool
    overdue: bool
    discharged_at: datetime | None
    outcome: str
    explanation: "Explanation | None" = None
    """Told of open duties where one subject is shown, not in lists."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A duty about to be opened. `limit` and `basis` given here stand above the pack's."""

    kind: Vocabulary
    norm: Norm
    holder: str
    post: str
    limit: str
    clause: str
    basis: str
    due_at: datetime | None = None
    """A moment set by a person for this subject alone, where the regulation leaves it to them."""
    first_due_at: datetime | None = None
    rule: LimitRule | None = None
    """The regulation's rule from which the limit was taken; a jurisdiction may have adjusted it."""


@dataclass(frozen=True, slots=True)
class Singly:
    """Duties of single units, where several units owe the same on one subject; pairs are (kind, holder)."""

    settles: tuple[tuple[str, str], ...] = ()
    lapses: tuple[tuple[str, str], ...] = ()
    opens: tuple[Opening, ...] = ()


NOTHING = Singly()
"""Nothing that single units owe is touched."""
Moved = tuple[str, datetime, str]
"""A duty's kind, the moment to which its due moment was put, and its holder."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An open duty, as far as its end depends on it."""

    id: int
    kind: str
    holder: str
    due_at: datetime
    paused_at: datetime | None
    followed_by: Sequence[str] = ()
    """What is about this duty and ends with it (`kind:number`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an act ends of what is owed on its subject: kinds that are done, that lapse, for they are wanted no more, or
    that are forfeited; and duties of single units besides.

    What lapses after its due moment, or while its holder stood notified as `passive`, was never done: it ends unmet,
    unless the act decides (`absolved`) that it was not the holder's to do; all else that lapses is waived.
    """

    now: datetime
    done: Collection[str] = ()
    lapsed: Collection[str] = ()
    forfeited: Collection[str] = ()
    singly: Singly = NOTHING
    absolved: bool = False
    passive: Collection[str] = ()

    @property
    def touches(self) -> bool:
        """Whether anything can end by it."""
        return bool(self.done or self.lapsed or self.forfeited or self.singly.settles or self.singly.lapses)

    def outcome(self, duty: Owed) -> Outcome | None:
        """How a duty ends; None for one that stays open."""
        settled, let_go = ((duty.kind, duty.holder) in pairs for pairs in (self.singly.settles, self.singly.lapses))
        done, lost = duty.kind in self.done, duty.kind in self.forfeited
        if not (settled or let_go or done or lost or duty.kind in self.lapsed):
            return None
        if lost and not settled:
            return Outcome.UNMET
        late = min(self.now, duty.paused_at or self.now) > duty.due_at
        if let_go or not (done or settled):
            undone = not self.absolved and (late or duty.holder in self.passive)
            return Outcome.UNMET if undone else Outcome.WAIVED
        return Outcome.LATE if late else Outcome.MET


@dataclass(frozen=True, slots=True)
class DutyFilters:
    """What a list of duties is narrowed to."""

    holder: str | None = None
    kind: str | None = None
    overdue: bool | None = None
    subject: str | None = None
    among: tuple[str, ...] = ()
    """Only what stands on these subjects."""
    open_only: bool = True
    mine: bool = False
    """Only what the actor's own posts owe, not what others of the same units do."""
    one_a_subject: bool = False
    """Of several on one subject only the one that is due first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many duties are open, and how many of them overdue."""

    open: int = 0
    overdue: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.open + other.open, self.overdue + other.overdue)


@dataclass(frozen=True, slots=True)
class Counts:
    """What somebody owes and what their units owe, by kind of duty."""

    mine: Mapping[str, Tally]
    of_units: Mapping[str, Tally]


Days = Mapping[date, str]
"""Day → its name (调休上班 for one that is worked), of the days of a year that differ from Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A year's notice as somebody enters it."""

    year: int
    notice: str
    days: Days
    reason: str = ""
    """Why something of the former wording is dropped, or why a statutory holiday is missing."""


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording of a year's notice as it holds or held; `edition` 0 for what came with the program."""

    year: int
    edition: int
    notice: str
    days: Days
    reason: str
    by: str
    announced_at: datetime | None


def told_days(days: Days) -> str:
    """Days with their names, in order."""
    return "、".join(f"{on}{name}" for on, name in sorted(days.items()))


@dataclass(frozen=True, slots=True)
class Difference:
    """What a notice changes in a year: days that come, go or mean something else, and the holidays that it lacks."""

    first: bool
    """Whether the year had no notice before."""
    added: Days
    dropped: Days
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        """As the record tells it."""
        parts = (("增加", told_days(self.added)), ("去掉", told_days(self.dropped)))
        return "；".join(f"{verb}{days}" for verb, days in parts if days)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A notice that was entered: from which edition of the calendar on it holds, and what it changed."""

    edition: int
    difference: Difference


@dataclass(frozen=True, kw_only=True, slots=True)
class YearAnnounced(Happening):
    """The notice of a year's public holidays was entered."""

    kind: ClassVar[str] = "duties.year-announced"
    sentence: ClassVar[str] = "录入{year}年放假安排（{notice}）"

    year: int
    notice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class YearCorrected(Happening):
    """A later wording of a year's notice was entered."""

    kind: ClassVar[str] = "duties.year-corrected"
    sentence: ClassVar[str] = "更正{year}年放假安排（{notice}）：{changes}"

    year: int
    notice: str
    changes: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRecomputed(Happening):
    """Due moments were computed again after a year's notice came."""

    kind: ClassVar[str] = "duties.due-recomputed"
    sentence: ClassVar[str] = "{year}年放假安排公布，到期时间重新计算"

    year: int
    duties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DueCorrected(Happening):
    """Due moments were computed again after a year's notice was corrected."""

    kind: ClassVar[str] = "duties.due-corrected"
    sentence: ClassVar[str] = "{year}年放假安排更正，到期时间重新计算"

    year: int
    duties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOver(Happening):
    """A unit ended, and what it had to do on a subject and as what it took part went to another."""

    kind: ClassVar[str] = "duties.handed-over"
    sentence: ClassVar[str] = "{before_name}撤销，由{after_name}承接（依据：{basis}）"

    before: str
    before_name: str
    after: str
    after_name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FellAway(Happening):
    """A unit ended, and what it had to do on a subject beside others is wanted no more."""

    kind: ClassVar[str] = "duties.fell-away"
    sentence: ClassVar[str] = "{name}撤销，不再参加（依据：{basis}）"

    unit: str
    name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClocksStopped(Happening):
    """Clocks stand still because that on which the subject stands waits."""

    kind: ClassVar[str] = "duties.clocks-stopped"
    sentence: ClassVar[str] = "{on}{why}，各单位的时限随之暂停"

    on: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClocksResumed(Happening):
    """Clocks run on, with the time that was not counted put behind."""

    kind: ClassVar[str] = "duties.clocks-resumed"
    sentence: ClassVar[str] = "{on}恢复办理，各单位的时限随之顺延"

    on: str


class StepOutcome(Vocabulary):
    """What became of a step at its moment."""

    TAKEN = "taken", "已采取"
    SUPERSEDED = "superseded", "由后一次代替"
    TOO_LATE = "too_late", "错过，未采取"
    FAILED = "failed", "出错"
    LAPSED = "lapsed", "所作已了结，将再采取"


@dataclass(frozen=True, kw_only=True, slots=True)
class FellDue(Happening):
    """A duty was not done by its due moment."""

    kind: ClassVar[str] = "duties.fell-due"
    sentence: ClassVar[str] = "“{label}”到期未完成（{holder_name}，应于{due_at}前完成）"
    is_note: ClassVar[bool] = True

    duty: str
    label: str
    holder: str
    holder_name: str
    due_at: datetime
    post: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FallsDue(Happening):
    """A duty is due soon, and is not done yet."""

    kind: ClassVar[str] = "duties.falls-due"
    sentence: ClassVar[str] = "“{label}”临近到期（{holder_name}，应于{due_at}前完成）"
    is_note: ClassVar[bool] = True

    duty: str
    label: str
    holder: str
    holder_name: str
    due_at: datetime
    post: str
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueTold(Happening):
    """Another body was told that a duty is overdue: leaders are told of theirs, and not urged."""

    kind: ClassVar[str] = "duties.overdue-told"
    sentence: ClassVar[str] = "系统通知{told_name}：“{label}”到期未完成（{holder_name}，应于{due_at}前完成）"
    is_note: ClassVar[bool] = True

    duty: str
    label: str
    holder: str
    holder_name: str
    due_at: datetime
    told: str
    told_name: str
    post: str


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of a duty as the ledger keeps it."""

    step: str
    occurrence: int
    planned_at: datetime
    outcome: str
    taken_at: datetime
    made: str
    attempts: int
    again_at: datetime | None
    why: str

    @property
    def place(self) -> tuple[str, int]:
        """Which step it is, and for which time."""
        return self.step, self.occurrence

    @property
    def again(self) -> bool:
        """Whether it is still to be taken: it failed and is tried again, or what it made is over."""
        return self.outcome == StepOutcome.LAPSED or (self.outcome == StepOutcome.FAILED and self.again_at is not None)


@dataclass(frozen=True, slots=True)
class Climber:
    """A duty as its ladder asks of it."""

    id: int
    jurisdiction: str
    subject: str
    kind: str
    norm: str
    pack: str
    ladder: str
    holder: str
    holder_name: str
    post: str
    opened_at: datetime
    due_at: datetime
    label: str

    @property
    def on(self) -> str:
        """The kind of its subject."""
        return self.subject.partition(":")[0]

    @property
    def number(self) -> str:
        """The number of its subject."""
        return self.subject.partition(":")[2]

    @property
    def called(self) -> str:
        """Its kind, as regulations write it: case.handle."""
        return f"{self.on}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Climbed:
    """A round of steps: whether more of them are due, and what was done, by word."""

    more: bool
    made: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due moment came about: the norm's clause, where the limit comes from, the days, the closing words."""

    duty: int
    opened_at: datetime
    due_at: datetime
    limit_words: str
    limit_source: str
    citation: str
    days: tuple[DayNote, ...]
    provisional: bool
    note: str


@dataclass(frozen=True, slots=True)
class ToldPause:
    """A span in which a duty's clock stood still, or stands still."""

    from_at: datetime
    until_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A step of a ladder, taken or to come; a moment to come is not known while the clock stands still."""

    level: str
    words: str
    outcome: str
    """What became of it; empty of one to come."""
    outcome_label: str
    planned_at: datetime | None
    taken_at: datetime | None
    made: str
    why: str
    clause: str = ""
    """The clause by which it is taken; empty where it only tells something, or is a default."""


@dataclass(frozen=True, slots=True)
class DutyInFull:
    """A duty with all that moved its due moment, and its ladder."""

    duty: DutyRow
    pauses: tuple[ToldPause, ...]
    extensions: tuple[ToldExtension, ...]
    ladder: str
    """How its ladder is called; empty where the regulation has none for it."""
    steps: tuple[LadderStep, ...]


@dataclass(frozen=True, slots=True)
class LadderState:
    """How the ladder is climbed in a jurisdiction: how late the next step is, and how many steps failed."""

    jurisdiction: str
    name: str
    late: int
    """In seconds."""
    failed: int

    @property
    def minutes(self) -> int:
        """How late in whole minutes."""
        return self.late // 60


@dataclass(frozen=True, slots=True)
class DueNext:
    """What is due first on a subject."""

    kind: str
    holder: str
    due_at: datetime
    overdue: bool


ADJUSTED = "时限调整："
"""So begins the basis of a duty whose limit the jurisdiction adjusted."""


BY_LAW = "法定时限："
"""So begins the basis of a duty that is counted by the limit that a law gives its subject."""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A limit that a jurisdiction adjusted: which rule of the regulation, to what, from when until when, and why."""

    id: int
    name: str
    urgency: str
    channel: str
    appeal_type: str
    category: str
    unit_type: str
    limit: Limit
    before: Limit
    from_on: date
    until_on: date | None
    reason: str
    basis: str
    entered_by: str
    entered_at: datetime

    def fits(self, rule: LimitRule) -> bool:
        """Whether it stands in the place of the rule."""
        return self.scope == rule.key

    @property
    def scope(self) -> str:
        """How a form names the rule."""
        return key_of(self.name, {name: getattr(self, name) for name in SELECTORS})

    def words(self, source: str) -> str:
        """What a duty counted by it says of where its limit comes from; `source` is what the regulation says."""
        return (
            f"{ADJUSTED}自{self.from_on}起由{self.before.words}改为{self.limit.words}，"
            f"理由：{self.reason}，依据：{self.basis}；原定：{source}"
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole: integers are compared, and two decimals shown, rounded half up.

    Bounds are set in whole percents: what lies below one is never shown as having reached it.
    """

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """97.50%, and 94.99% for 94.996%; 0.00% only where nothing is reached; “–” where there is nothing to share."""
        if not self.whole:
            return "–"
        hundredths = (20000 * self.part + self.whole) // (2 * self.whole)
        if hundredths % 100 == 0 and hundredths * self.whole > 10000 * self.part:
            hundredths -= 1
        if self.part:
            hundredths = max(hundredths, 1)
        return f"{hundredths // 100}.{hundredths % 100:02}%"


@dataclass(frozen=True, slots=True)
class Figures:
    """How a norm fares: what is open and overdue now; what was met, late, never done or let off in a period."""

    open: int = 0
    overdue: int = 0
    met: int = 0
    late: int = 0
    unmet: int = 0
    waived: int = 0

    @property
    def ended(self) -> int:
        """How many have ended."""
        return self.met + self.late + self.unmet + self.waived

    @property
    def in_time(self) -> "Share":
        """按时率: met ÷ (met + late + unmet + overdue and open); what was let off is nobody's failing."""
        return Share(self.met, self.met + self.late + self.unmet + self.overdue)


@dataclass(frozen=True, slots=True)
class Unheld:
    """Open duties of a post that nobody holds today."""

    unit: str
    unit_name: str
    post: str
    open: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a regulation by norm, and when they were counted."""

    at: datetime | None
    by_norm: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Moving:
    """A due moment that a year's notice would put elsewhere."""

    subject: str
    kind: str
    holder: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Impact:
    """What a year's notice would change, before it is entered: in the calendar, and of the open duties of one place."""

    difference: Difference
    moving: int
    first: tuple[Moving, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitAdjusted(Happening):
    """A limit of the regulation was adjusted for duties opened from a day on."""

    kind: ClassVar[str] = "duties.limit-adjusted"
    sentence: ClassVar[str] = "时限“{label}”自{from_on}起由{before}调整为{after}（依据：{basis}）"

    name: str
    scope: str
    label: str
    before: str
    after: str
    from_on: date
    reason: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustmentEnded(Happening):
    """An adjusted limit is the regulation's own again for duties opened from a day on."""

    kind: ClassVar[str] = "duties.adjustment-ended"
    sentence: ClassVar[str] = "时限“{label}”自{until_on}起恢复为文件规定（{reason}）"

    name: str
    scope: str
    label: str
    until_on: date
    reason: str
