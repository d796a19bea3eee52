"""What stands in each document: one frozen form a template, filled by the package whose act it tells of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Graded:
    """One unit with its grade and, below 好, the reason."""

    unit: str
    grade: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """What one unit holds about who is responsible, and on what it rests."""

    unit: str
    view: str
    basis: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Base of all. `code` names the template."""

    code: ClassVar[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered(Sheet):
    """Base of whatever tells of one case or matter by its number."""

    number: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided(Numbered):
    """Base of what a unit asks for and another decides."""

    unit: str
    desk: str
    asked_at: datetime
    asked_by: str
    decision: str = ""
    opinion: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter(Numbered):
    """A letter: who sends it, to whom, when. `reference` is given when it is drawn up."""

    issuer: str
    recipient: str
    on: date
    reference: str = ""
    contact: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment(Numbered):
    """D02: a case or a listed matter is given to a unit, with limit and basis."""

    code: ClassVar[str] = "D02"

    desk: str
    lead: str
    co_units: tuple[str, ...] = ()
    content: str
    place: str = ""
    basis: str
    requirements: str = ""
    assigned_at: datetime
    due_at: datetime | None
    clause: str = ""
    contact: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Return(Decided):
    """D04: a unit asks to give a case back, and what was decided."""

    code: ClassVar[str] = "D04"

    assigned_at: datetime | None
    basis: str
    contacted: str
    contact_method: str
    contacted_at: datetime
    suggested_unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(Decided):
    """D05: a unit asks for more time, and what was decided."""

    code: ClassVar[str] = "D05"

    days: int
    reason: str
    requester_informed: str
    new_due_at: datetime | None = None
    per: str = "个工作日"
    """In what `days` are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkageRequest(Letter):
    """D06: the lead asks other units to handle a case with it."""

    code: ClassVar[str] = "D06"

    task: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing(Numbered):
    """D07: the platform was told of joint handling."""

    code: ClassVar[str] = "D07"

    mechanism: str
    initiator: str
    units: tuple[str, ...]
    task: str
    method: str
    filed_at: datetime
    filed_by: str = ""
    note: str = ""
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    opinion: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkageForm(Sheet):
    """D08, 附件2: how the linkage went. `signed_by` stays empty for a signature in ink."""

    code: ClassVar[str] = "D08"

    matter: str
    lead: str
    grades: tuple[Graded, ...]
    result: str
    follow_up: str
    from_at: datetime
    to_at: datetime
    signed_by: str = ""
    signed_at: datetime | None = None
    absence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhistleForm(LinkageForm):
    """D09, 附件3: how the whistle went; `lead` is who blew it."""

    code: ClassVar[str] = "D09"

    whistle_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Referral(Letter):
    """D10: the dispute over who is responsible is handed to those who determine it."""

    code: ClassVar[str] = "D10"

    facts: str
    positions: tuple[Position, ...]
    question: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Determination(Letter):
    """D11: the written opinion on who is responsible."""

    code: ClassVar[str] = "D11"

    dispute: str
    positions: tuple[Position, ...]
    law: str
    opinion: str
    staffing_office: str
    justice_bureau: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecialReport(Letter):
    """D12: a reasonable request for which nobody is responsible is put before the district."""

    code: ClassVar[str] = "D12"

    facts: str
    gap: str
    reasonableness: str
    suggestion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover(Letter):
    """D27: a unit that refuses what it was determined or designated for is handed over."""

    code: ClassVar[str] = "D27"

    unit: str
    designation: str
    facts: str
    explanation: str = ""
    verified: str
    basis: str
    evidence: tuple[str, ...]
    signed_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueHandover(Letter):
    """D38: what a unit may be held to account for is handed over, with its evidence and what the unit said."""

    code: ClassVar[str] = "D38"

    unit: str
    situation: str
    facts: str
    explanation: str
    consequence: str
    severity: str
    basis: str
    deviation: str = ""
    suggestion: str
    evidence: str
    signed_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueCopy(Letter):
    """D28: what is grave is copied to the discipline body and to the personnel department."""

    code: ClassVar[str] = "D28"

    unit: str
    situation: str
    facts: str
    explanation: str
    consequence: str
    severity: str
    handed_to: str
    basis: str
    evidence: str
    signed_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueOutcome(Numbered):
    """D29: what came of holding a unit to account."""

    code: ClassVar[str] = "D29"

    unit: str
    situation: str
    letter: str
    recipient: str
    taken_by: str
    taken_at: datetime | None = None
    outcome: str
    result: str
    result_posts: str
    result_reference: str = ""
    concluded_on: date | None = None
    filed: str = ""
    clause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Urging(Numbered):
    """D18: a unit is urged about what it owes, and what it replied."""

    code: ClassVar[str] = "D18"

    subject: str
    issuer: str
    unit: str
    duty: str
    clause: str = ""
    due_at: datetime | None
    overdue: str
    demand: str
    sent_at: datetime
    times: int
    reply_by: datetime | None
    reply: str = ""
    difficulty: str = ""
    expected_on: date | None = None
    replied_by: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding(Numbered):
    """D21: a unit is reminded of something that is wrong, and what it replied."""

    code: ClassVar[str] = "D21"

    issuer: str
    unit: str
    issued_at: datetime
    subjects: tuple[str, ...]
    facts: str
    demand: str
    rectify_by: date | None
    clause: str
    reply: str = ""
    measures: str = ""
    contest: str = ""
    signed_by: str = ""
    replied_at: datetime | None = None
    verdict: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordering(Letter):
    """D19: a unit is ordered to settle something and to answer for it by its head."""

    code: ClassVar[str] = "D19"

    order_kind: str
    ground: str
    subjects: tuple[str, ...]
    facts: str
    demand: str
    reply_by: datetime | None
    basis: str
    reply: str = ""
    measures: str = ""
    signed_by: str = ""
    verdict: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredSheet(Numbered):
    """D20: a superior body's order in a colour, who answers for what, and what came of it."""

    code: ClassVar[str] = "D20"

    colour: str
    superior: str
    document_number: str
    issued_on: date
    received_on: date
    due_on: date | None
    keeper: str
    chain: tuple[str, ...]
    subjects: tuple[str, ...]
    demand: str
    tasks: tuple[str, ...]
    replies: tuple[str, ...]
    answer_number: str = ""
    answered_on: date | None = None
    answer: str = ""
    outcome_number: str = ""
    outcome_on: date | None = None
    outcome: str = ""
    clause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionSheet(Numbered):
    """D36: what a leader instructed, who does what by it, and what came of it."""

    code: ClassVar[str] = "D36"

    leader: str
    issued_on: date
    reference: str
    keeper: str
    purpose: str
    content: str
    subjects: tuple[str, ...]
    tasks: tuple[str, ...]
    results: tuple[str, ...]
    report: str = ""
    outcome: str = ""
    clause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingNotice(Letter):
    """D23: units are asked to a meeting."""

    code: ClassVar[str] = "D23"

    when: str
    place: str
    attendees: str
    progress: str
    analysis: str
    difficult: str
    policy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingMinutes(Letter):
    """D37: what was said and decided in a meeting."""

    code: ClassVar[str] = "D37"

    place: str
    present: str
    progress: str
    analysis: str
    difficult: str
    policy: str
    minutes: str
    decisions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinSheet(Letter):
    """D24: what a quarter was like."""

    code: ClassVar[str] = "D24"

    overview: str
    experience: str
    problems: str
    named: str = ""
    demands: str
    table: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difficulty(Letter):
    """D13: the lead cannot settle it together with the others, and reports to the district."""

    code: ClassVar[str] = "D13"

    lead: str
    co_units: tuple[str, ...]
    handling: str = ""
    difficulty: str
    request: str
    head: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply(Letter):
    """D14: what the unit answers the requester."""

    code: ClassVar[str] = "D14"

    received_on: date
    answer: str
    basis: str = ""
    commitments: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfMatter(Numbered):
    """Base of what tells of a listed matter that was given to a unit; `number` is its number in the list."""

    channel: str
    matter_class: str
    office: str
    lead: str
    assigned_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy(OfMatter):
    """D03: the supervision body gets a copy of what was given to a unit."""

    code: ClassVar[str] = "D03"

    supervision: str
    co_units: tuple[str, ...] = ()
    basis: str
    requirements: str = ""
    copied_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterFeedback(OfMatter):
    """D15: what came of a listed matter, signed by the unit's head or sealed; `signed_by` may be left for ink."""

    code: ClassVar[str] = "D15"

    result: str
    outcome: str
    basis: str = ""
    told_method: str
    told_at: datetime | None
    requester_view: str = ""
    cooperation: str = ""
    proof: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None
    opinion: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentBack(OfMatter):
    """D16: the office, or the supervision body, sends feedback back to be made good."""

    code: ClassVar[str] = "D16"

    result: str
    verdict: str
    reason: str
    body: str
    decided_by: str
    decided_at: datetime
    again_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StruckOff(OfMatter):
    """D17: a listed matter is struck off; who confirmed, who was heard, who struck it off, and when."""

    code: ClassVar[str] = "D17"

    specially: str = ""
    tracked: str = ""
    overseen: str = ""
    entered_at: datetime
    result: str
    confirmed_by: str
    confirmed_at: datetime | None
    confirmed: str = ""
    supervised_by: str = ""
    supervised_at: datetime | None = None
    supervised: str = ""
    struck_off_by: str
    struck_off_at: datetime | None
    opinion: str = ""


SHEETS: dict[str, type[Sheet]] = {
    sheet.code: sheet
    for sheet in (
        Assignment,
        BulletinSheet,
        MeetingNotice,
        MeetingMinutes,
        Copy,
        Return,
        Extension,
        LinkageRequest,
        Filing,
        Urging,
        Reminding,
        Ordering,
        ColouredSheet,
        InstructionSheet,
        ClueHandover,
        ClueCopy,
        ClueOutcome,
        LinkageForm,
        WhistleForm,
        Referral,
        Determination,
        SpecialReport,
        Difficulty,
        Reply,
        MatterFeedback,
        SentBack,
        StruckOff,
        Handover,
    )
}
"""Template → what it is filled with."""
