"""What pages and API show of matters."""

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.cases.types import ClosureType, ParticipantRow
from bihuan.commitments.types import CommitmentRow
from bihuan.duties.types import DutyRow, Outcome
from bihuan.instructions.types import InstructionRow
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters.types import KeyBasis, MatterClass, MatterFacts, Proof, Stage
from bihuan.policy.calendar import ZONE
from bihuan.requesters.types import MaskedIdentity


class Figure(Vocabulary, context="fact"):
    """One figure of a month's reconciliation."""

    OPENING = "opening", "月初在账"
    ENTERED = "entered", "新入账"
    REOPENED = "reopened", "重新办理"
    STRUCK_OFF = "struck_off", "销号"
    CLOSING = "closing", "月末在账"


@dataclass(frozen=True, slots=True)
class MatterFilters:
    """What the ledger is narrowed to; `number` may be the matter's own or its number in the list.

    `figure` is one of a month's reconciliation: the matters that it counts.
    """

    stage: str | None = None
    open: bool | None = None
    matter_class: str | None = None
    lead: str | None = None
    number: str | None = None
    case: str | None = None
    words: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    post: str | None = None
    clause: str | None = None
    overdue: bool = False
    due_since: datetime | None = None
    due_until: datetime | None = None
    figure: Figure | None = None
    month: date | None = None

    @property
    def of_duties(self) -> bool:
        """Whether something is asked of the duties still open."""
        return bool(self.post or self.clause or self.overdue or self.due_since or self.due_until)


@dataclass(frozen=True, slots=True)
class MatterBrief:
    """What a list of duties tells of the matter behind a duty."""

    number: str
    list_number: str | None
    title: str
    stage: Stage
    matter_class: MatterClass | None


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One line of the ledger."""

    id: int
    number: str
    list_number: str | None
    title: str
    stage: Stage
    matter_class: MatterClass | None
    channel: str
    channel_label: str
    case: str | None
    lead: str | None
    lead_name: str
    round: int
    proposed_at: datetime
    listed_at: datetime | None
    due_at: datetime | None
    struck_off_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One version of a unit's feedback."""

    round: int
    version: int
    at: datetime
    by: str
    unit: str
    result: str
    outcome: ClosureType
    policy_basis: str
    told_method: str
    told_at: datetime | None
    requester_view: str
    proof: Proof | None
    signer: str
    signer_name: str
    acting: bool
    seal: tuple[int, ...]
    opinion: str
    submitted_by: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One stay of a matter on the ledger, from its entry to its strike-off."""

    round: int
    entered_at: datetime
    assigned_at: datetime | None
    copied_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    signed_in_at: datetime | None
    overseen: int
    """How often the supervision body urged the unit on, or looked."""
    looks: int
    looked_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    confirm_opinion: str
    supervised_by: str
    supervised_at: datetime | None
    supervision_finding: str
    struck_off_by: str
    struck_off_at: datetime | None
    strike_off_opinion: str


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """A candidate that was put to a matter: where that was told of, and under which numbers."""

    number: str
    channel: str
    channel_label: str
    origin_number: str
    case: str


@dataclass(frozen=True, slots=True)
class CooperationRow:
    """What a co-unit told of its help since it was asked the last time; `told_at` None where it told nothing."""

    unit: str
    name: str
    due_at: datetime
    told_at: datetime | None
    told_by: str
    work: str
    outcome: Outcome | None

    @property
    def words(self) -> str:
        """As the lead's feedback says it."""
        if self.told_at is None:
            return f"{self.name}：没有登记配合情况"
        late = "，逾期" if self.outcome is Outcome.LATE else ""
        return f"{self.name}（{self.told_at.astimezone(ZONE):%Y-%m-%d}{late}）：{self.work}"


@dataclass(frozen=True, slots=True)
class MatterView:
    """All that a matter's page shows but for the acts."""

    facts: MatterFacts
    content: str
    origin_number: str
    channel_label: str
    instrument: str
    key_basis: KeyBasis | None
    reference: str
    leader: str
    instruction: str
    instructions: tuple[InstructionRow, ...]
    requirements: str
    suggested_due_on: date | None
    requester: MaskedIdentity | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    feedbacks: tuple[FeedbackRow, ...]
    rounds: tuple[RoundRow, ...]
    cooperation: tuple[CooperationRow, ...]
    joined: tuple[JoinedSource, ...]
    commitments: tuple[CommitmentRow, ...]


@dataclass(frozen=True, slots=True)
class StrikeOffSlip:
    """What the confirmation of a strike-off (销号确认单) says; `late`: the first feedback came after its limit."""

    number: str
    list_number: str
    title: str
    channel_label: str
    matter_class: MatterClass
    lead_name: str
    round: RoundRow
    feedback: FeedbackRow
    confirmed_by_name: str
    supervised_by_name: str
    struck_off_by_name: str
    late: bool
    tracked: str
    """Whether what was tracked is solved, once the tracking has ended."""
    override_reason: str
    office_override_reason: str
    """Set where it was entered specially (特殊列入): its limit was missing or not past."""

    @property
    def overseen(self) -> str:
        """How often the supervision body urged the unit on or looked, and when it looked last; of a key matter."""
        if self.matter_class is MatterClass.GENERAL:
            return ""
        last = f"，最近一次跟踪{self.round.looked_at.astimezone(ZONE):%Y-%m-%d}" if self.round.looked_at else ""
        return f"{self.round.overseen}次{last}"

    @property
    def specially(self) -> str:
        """Both reasons for which it was entered specially; nothing where it was not."""
        if not self.office_override_reason:
            return ""
        reported = f"报送理由：{self.override_reason}；" if self.override_reason else ""
        return f"{reported}⟨office⟩理由：{self.office_override_reason}"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A month of the ledger. `counted` is what stands in it by stage, asked of a month that still runs."""

    month: date
    opening: int
    entered: int
    reopened: int
    struck_off: int
    closing: int
    counted: int | None
    balanced: bool
