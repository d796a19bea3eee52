"""What pages and API show of joint handling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import ParticipantRow
from bihuan.dispatch.types import UnitFollowUp
from bihuan.duties.types import DutyRow
from bihuan.feedback.types import Satisfied, Solved
from bihuan.instructions.types import InstructionRow
from bihuan.joint.types import Emergency, Grade, JointFacts, Kind, MemberFacts, Stage, WhistleType
from bihuan.joint.types.figures import Figure, Side


@dataclass(frozen=True, slots=True)
class JointFilters:
    """What a list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    case: str | None = None
    whistle_type: str | None = None
    number: str | None = None
    kind: str | None = None
    initiator: str | None = None
    member: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    figure: Figure | None = None
    unit: str | None = None
    """Of whom the figure is; without one, of any unit."""
    side: Side | None = None
    """In what capacity the unit took part; without one, in any."""


@dataclass(frozen=True, slots=True)
class JointBrief:
    """What a list of duties or the page of a case tells of a linkage or a whistle."""

    kind: Kind
    number: str
    title: str
    case: str
    stage: Stage
    whistle_type: WhistleType | None
    emergency: Emergency | None

    @property
    def label(self) -> str:
        """What it is called: 首接联动, 攻坚哨."""
        return self.whistle_type.label if self.whistle_type else self.kind.label


@dataclass(frozen=True, slots=True)
class JointRow:
    """One line of a list."""

    id: int
    kind: Kind
    number: str
    case: str
    title: str
    stage: Stage
    whistle_type: WhistleType | None
    emergency: Emergency | None
    initiator: str
    initiator_name: str
    unit_names: tuple[str, ...]
    started_at: datetime
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One unit's row of the form."""

    unit: str
    name: str
    grade: Grade | None
    reason: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """By which instrument units still work together on a case."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class FormRow:
    """The form of the mechanism (附件2 or 附件3) as it stands. One of a kind for one case."""

    kind: Kind
    number: str
    case: str
    version: int
    matter: str
    initiator: str
    initiator_name: str
    whistle_type: WhistleType | None
    result: str
    grades: tuple[GradeRow, ...]
    follow_up: str
    from_at: datetime
    to_at: datetime
    drafted_by: str
    drafted_at: datetime
    signer: str
    signer_name: str
    signer_post: str
    absence: str
    seal: tuple[int, ...]
    signed_at: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What was reported to the district, and what it decided."""

    at: datetime
    signer_name: str
    signer_post: str
    difficulty: str
    request: str
    leader: str
    leader_name: str
    instructed_at: datetime | None
    instruction_by: str
    instruction: str


@dataclass(frozen=True, slots=True)
class SharedBy:
    """A unit that shares the result: as what it took part, and how its help was graded."""

    unit: str
    name: str
    side: Side
    grade: Grade | None
    grade_reason: str


@dataclass(frozen=True, slots=True)
class Shared:
    """The one result of all who settled something together; without a valid call-back there is none yet."""

    units: tuple[SharedBy, ...]
    called_at: datetime | None
    solved: Solved | None
    satisfied: Satisfied | None
    follow_up: UnitFollowUp | None
    """What the units themselves say that the requester said."""
    mismatch: bool
    """Whether the units say that the requester is satisfied, and the requester says otherwise."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What must be known of a case on which a linkage or whistle begins."""

    standing: str
    """Number of what stands on the case already; empty where nothing does."""
    assignment: int
    """Its lead's part."""
    content: str
    ruled_out: frozenset[str]
    """The units that were called wrongly on it."""
    designated: Mapping[str, str]
    """Unit → name of the co-units that the desk named when it dispatched it, as far as they still take part."""


@dataclass(frozen=True, slots=True)
class JointView:
    """All that a page shows but for the acts."""

    facts: JointFacts
    content: str
    task: str
    pre_study: str
    basis: str
    off_list_reason: str
    beyond_entry: tuple[str, ...]
    beyond_reason: str
    left_out: tuple[str, ...]
    instruction: str
    summary: str
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    members: tuple[MemberFacts, ...]
    form: FormRow | None
    shared: Shared | None
    """The shared result, once it is signed."""
    reports: tuple[ReportRow, ...]
    instructions: tuple[InstructionRow, ...]

    requester: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One wording of an entry of the list of tough whistles."""

    id: int
    code: str
    matter: str
    responders: tuple[str, ...]
    basis: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class NamedRow:
    """Who answers whistles for a unit, or whose portfolio covers it, from when until when: until the day, too, on which
    whoever is named left the post that it wants."""

    unit: str
    unit_name: str
    account: str
    name: str
    from_on: date
    until_on: date | None
    in_force: bool
    """Whether that holds today: the day has come, and whoever is named holds the post that it wants."""
    vacant: bool
    """Whether it would hold today if whoever is named still held the post: nobody was named after them."""
