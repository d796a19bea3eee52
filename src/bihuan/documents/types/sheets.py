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
class Letter(Sheet):
    """A letter: who sends it, to whom, when. `reference` is given when it is drawn up."""

    issuer: str
    recipient: str
    on: date
    reference: str = ""
    contact: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment(Sheet):
    """D02: a case is given to a unit, with limit and basis."""

    code: ClassVar[str] = "D02"

    number: str
    desk: str
    lead: str
    co_units: tuple[str, ...] = ()
    title: str
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
class Return(Sheet):
    """D04: a unit asks to give a case back, and what was decided."""

    code: ClassVar[str] = "D04"

    number: str
    title: str
    unit: str
    desk: str
    assigned_at: datetime | None
    asked_at: datetime
    asked_by: str
    basis: str
    contacted: str
    contact_method: str
    contacted_at: datetime
    suggested_unit: str = ""
    decision: str = ""
    opinion: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(Sheet):
    """D05: a unit asks for more time, and what was decided."""

    code: ClassVar[str] = "D05"

    number: str
    title: str
    unit: str
    desk: str
    asked_at: datetime
    asked_by: str
    days: int
    reason: str
    requester_informed: str
    decision: str = ""
    opinion: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    new_due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkageRequest(Letter):
    """D06: the lead asks other units to handle a case with it."""

    code: ClassVar[str] = "D06"

    number: str
    title: str
    task: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing(Sheet):
    """D07: the platform was told of joint handling."""

    code: ClassVar[str] = "D07"

    number: str
    title: str
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

    number: str
    title: str
    facts: str
    positions: tuple[Position, ...]
    question: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Determination(Letter):
    """D11: the written opinion on who is responsible."""

    code: ClassVar[str] = "D11"

    number: str
    title: str
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

    number: str
    title: str
    facts: str
    gap: str
    reasonableness: str
    suggestion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difficulty(Letter):
    """D13: the lead cannot settle it together with the others, and reports to the district."""

    code: ClassVar[str] = "D13"

    number: str
    title: str
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

    number: str
    title: str
    received_on: date
    answer: str
    basis: str = ""
    commitments: str = ""
    remedy: str = ""


SHEETS: dict[str, type[Sheet]] = {
    sheet.code: sheet
    for sheet in (
        Assignment,
        Return,
        Extension,
        LinkageRequest,
        Filing,
        LinkageForm,
        WhistleForm,
        Referral,
        Determination,
        SpecialReport,
        Difficulty,
        Reply,
    )
}
"""Template → what it is filled with."""
