"""What happens to a clue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.accountability.types import Route, Sanction, Severity
from bihuan.kernel.happening import Happening


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueOpened(Happening):
    """Somebody opened a clue by hand."""

    kind: ClassVar[str] = "clues.opened"
    sentence: ClassVar[str] = "提出{unit_name}的问责线索：{label}"
    private: ClassVar[frozenset[str]] = frozenset({"situation_told"})

    unit: str
    unit_name: str
    situation: str
    label: str
    subject: str
    express: bool
    situation_told: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueFound(Happening):
    """The record shows what a unit may be held to account for; people decide."""

    kind: ClassVar[str] = "clues.found"
    sentence: ClassVar[str] = "从办理记录发现{unit_name}的问责线索：{label}，待人工核实"

    unit: str
    unit_name: str
    situation: str
    label: str
    subject: str
    detector: str
    express: bool
    events: tuple[str, ...]
    """Where the evidence stands: key of a subject and sequence of an event of its record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueFoundAgain(Happening):
    """The same was found once more: further evidence."""

    kind: ClassVar[str] = "clues.found-again"
    sentence: ClassVar[str] = "再次发现同一情形，补充证据{count}条"
    is_note: ClassVar[bool] = True

    detector: str
    count: int
    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueEvidenceAdded(Happening):
    """Somebody put a further piece of evidence on file."""

    kind: ClassVar[str] = "clues.evidence-added"
    sentence: ClassVar[str] = "补充证据"
    private: ClassVar[frozenset[str]] = frozenset({"evidence"})

    evidence: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitAsked(Happening):
    """The unit was shown the evidence and asked."""

    kind: ClassVar[str] = "clues.asked"
    sentence: ClassVar[str] = "请{unit_name}说明情况，出示证据{evidence}条"
    private: ClassVar[frozenset[str]] = frozenset({"question"})

    unit: str
    unit_name: str
    evidence: int
    question: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitExplained(Happening):
    """The unit gave its side."""

    kind: ClassVar[str] = "clues.explained"
    sentence: ClassVar[str] = "{unit_name}说明情况"
    private: ClassVar[frozenset[str]] = frozenset({"explanation"})

    unit_name: str
    explanation: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitSilent(Happening):
    """The unit did not give its side in time."""

    kind: ClassVar[str] = "clues.unit-silent"
    sentence: ClassVar[str] = "{unit_name}在时限内没有说明，转入核实"

    unit: str
    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueDismissed(Happening):
    """Nothing follows from it."""

    kind: ClassVar[str] = "clues.dismissed"
    sentence: ClassVar[str] = "线索不予移交"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueVerified(Happening):
    """What was found to be so."""

    kind: ClassVar[str] = "clues.verified"
    sentence: ClassVar[str] = "核实线索：{label}，{severity}"
    private: ClassVar[frozenset[str]] = frozenset({"finding", "consequence"})

    situation: str
    label: str
    severity: Severity
    express: bool
    finding: str
    consequence: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueSentBack(Happening):
    """It is to be verified again."""

    kind: ClassVar[str] = "clues.sent-back"
    sentence: ClassVar[str] = "退回核实"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueApproved(Happening):
    """It is to be handed over."""

    kind: ClassVar[str] = "clues.approved"
    sentence: ClassVar[str] = "批准移交{recipient}（{route}）"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "route_reason"})

    route: Route
    by_rule: Route
    recipient: str
    copies: tuple[str, ...]
    opinion: str
    route_reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueReferred(Happening):
    """The letter went out."""

    kind: ClassVar[str] = "clues.referred"
    sentence: ClassVar[str] = "移交{recipient}（{document_number}）{copied}"
    private: ClassVar[frozenset[str]] = frozenset({"suggestion"})

    recipient: str
    document_number: str
    copied: str
    suggestion: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueReceived(Happening):
    """The letter was taken."""

    kind: ClassVar[str] = "clues.received"
    sentence: ClassVar[str] = "{recipient}签收移交的线索"
    private: ClassVar[frozenset[str]] = frozenset({"taken_by"})

    recipient: str
    taken_by: str
    taken_at: datetime
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyBodyGuided(Happening):
    """The discipline body guides and presses the party body."""

    kind: ClassVar[str] = "clues.guided"
    sentence: ClassVar[str] = "指导督促{recipient}问责"
    private: ClassVar[frozenset[str]] = frozenset({"guidance"})

    recipient: str
    guidance: str
    guide_by: date | None
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueConcluded(Happening):
    """What came of it."""

    kind: ClassVar[str] = "clues.concluded"
    sentence: ClassVar[str] = "{recipient}反馈问责结果：{outcome}（{concluded_on}）"
    private: ClassVar[frozenset[str]] = frozenset({"result", "result_posts", "result_reference"})

    recipient: str
    outcome: Sanction
    result: str
    result_posts: str
    result_reference: str
    concluded_on: date
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueFiled(Happening):
    """The result stands in the unit's dossier."""

    kind: ClassVar[str] = "clues.filed"
    sentence: ClassVar[str] = "问责结果记入{unit_name}档案"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    unit: str
    unit_name: str
    note: str
