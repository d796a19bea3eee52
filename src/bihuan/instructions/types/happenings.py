"""What happens to an instruction, and what of it the record of a subject that it names tells."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bihuan.instructions.types import Purpose
from bihuan.kernel.happening import Happening


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionGiven(Happening):
    """A leader gave an instruction, in the system or entered by somebody else."""

    kind: ClassVar[str] = "instructions.given"
    sentence: ClassVar[str] = "{leader}作出批示（{purpose}），{unit_name}承接"
    private: ClassVar[frozenset[str]] = frozenset({"text", "topic", "task"})

    leader: str
    leader_account: str
    issued_on: date
    purpose: Purpose
    unit: str
    unit_name: str
    subjects: tuple[str, ...]
    text: str
    topic: str
    units: tuple[str, ...]
    task: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionEntered(InstructionGiven):
    """An instruction on paper was entered by somebody else than the leader."""

    kind: ClassVar[str] = "instructions.entered"
    sentence: ClassVar[str] = "{unit_name}登记{leader}批示（{reference}，{issued_on}，{purpose}）"

    reference: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionCalledIn(InstructionGiven):
    """What a leader said on the telephone was entered."""

    kind: ClassVar[str] = "instructions.called-in"
    sentence: ClassVar[str] = "{unit_name}登记{leader}电话批示（{issued_on}，{purpose}）"
    private: ClassVar[frozenset[str]] = frozenset({"text", "topic", "task", "emergency"})

    emergency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionRecorded(Happening):
    """What an act of a subject rests on was confirmed."""

    kind: ClassVar[str] = "instructions.recorded"
    sentence: ClassVar[str] = "{subject}所凭的{leader}批示生效（{purpose}），{unit_name}承接"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    leader: str
    leader_account: str
    issued_on: date
    reference: str
    purpose: Purpose
    unit: str
    unit_name: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionConfirmed(Happening):
    """Somebody else than who entered it says that it was given."""

    kind: ClassVar[str] = "instructions.confirmed"
    sentence: ClassVar[str] = "核实批示属实，批示生效"


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionRejected(Happening):
    """It was not given, or not so."""

    kind: ClassVar[str] = "instructions.rejected"
    sentence: ClassVar[str] = "经核实，批示不实，批示无效"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanAdded(Happening):
    """What was said on the telephone is there on paper."""

    kind: ClassVar[str] = "instructions.scan-added"
    sentence: ClassVar[str] = "补交批示件扫描（{reference}）"

    reference: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TasksAdded(Happening):
    """Further units are to do something."""

    kind: ClassVar[str] = "instructions.tasks-added"
    sentence: ClassVar[str] = "交办{unit_names}办理"
    private: ClassVar[frozenset[str]] = frozenset({"task"})

    units: tuple[str, ...]
    unit_names: str
    task: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskReported(Happening):
    """A unit told what it did."""

    kind: ClassVar[str] = "instructions.task-reported"
    sentence: ClassVar[str] = "{unit_name}报告批示办理情况"
    private: ClassVar[frozenset[str]] = frozenset({"result"})

    unit_name: str
    result: str
    done_on: date | None
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedUp(Happening):
    """What came of it was laid before the leader."""

    kind: ClassVar[str] = "instructions.reported-up"
    sentence: ClassVar[str] = "上报批示办理情况"
    private: ClassVar[frozenset[str]] = frozenset({"report"})

    report: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionClosed(Happening):
    """The leader holds it to be carried out."""

    kind: ClassVar[str] = "instructions.closed"
    sentence: ClassVar[str] = "审结批示"
    private: ClassVar[frozenset[str]] = frozenset({"outcome"})

    outcome: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandledAgain(Happening):
    """The leader wants more of it."""

    kind: ClassVar[str] = "instructions.handled-again"
    sentence: ClassVar[str] = "退回继续办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "task"})

    reason: str
    scan: tuple[int, ...]
    units: tuple[str, ...]
    task: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionRevoked(Happening):
    """The leader took it back."""

    kind: ClassVar[str] = "instructions.revoked"
    sentence: ClassVar[str] = "撤销批示"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ActRested(Happening):
    """Told in the record of an instruction: an act of a subject rests on it."""

    kind: ClassVar[str] = "instructions.act-rested"
    sentence: ClassVar[str] = "{number}据此“{act}”"
    is_note: ClassVar[bool] = True

    number: str
    act: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionNamed(Happening):
    """Told in the record of a subject: an instruction names it, and what came of that."""

    kind: ClassVar[str] = "instructions.subject-named"
    sentence: ClassVar[str] = "领导批示（{number}）：{told}"
    is_note: ClassVar[bool] = True

    number: str
    told: str
