"""What an instruction of a leader (批示) is made of, and what becomes of it when somebody else enters it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from bihuan.duties.types import Opening
from bihuan.kernel.fields import Day, Fields, Line, RequiredText
from bihuan.kernel.happening import Happening
from bihuan.policy.limits import LimitName

_IN_PERSON = "批示领导本人办理的不填"
LeaderTitle = Annotated[Line, Field(title="批示领导职务", description=_IN_PERSON)]
LeaderAccount = Annotated[
    Line,
    Field(
        title="批示领导",
        description="批示领导有账号的必选，由其本人核实；批示领导本人办理的不填",
        json_schema_extra={"widget": "leader"},
    ),
]
IssuedOn = Annotated[Day | None, Field(title="批示日期", description=_IN_PERSON)]
Reference = Annotated[Line, Field(title="批示文号", description=_IN_PERSON)]
Scan = Annotated[
    tuple[int, ...],
    Field(
        title="批示件扫描",
        description="图片或PDF；批示领导本人办理的不填",
        max_length=5,
        json_schema_extra={"widget": "attachments"},
    ),
]
VERIFY_LIMIT = LimitName.INSTRUCTION_VERIFY


class Parts(Protocol):
    """A form with the parts of an instruction; what it says stands in a field that each form names for itself."""

    leader: str
    leader_account: str
    issued_on: date | None
    reference: str
    scan: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction as somebody entered it: whose, when, under which number, what it says, with a scan."""

    leader: str
    account: str
    issued_on: date | None
    reference: str
    text: str
    scan: tuple[int, ...]

    @classmethod
    def of(cls, parts: Parts, text: str) -> "Instruction":
        """The instruction that a form holds."""
        return cls(parts.leader, parts.leader_account, parts.issued_on, parts.reference, text, tuple(parts.scan))


class Verify(Fields):
    """The leader, or who stands for them, confirms that the instruction was given."""


class Deny(Fields):
    """The instruction was not given, or not so."""

    reason: RequiredText = Field(title="否认的理由", description="没有作过批示，或登记的与批示不符之处")


@dataclass(frozen=True, slots=True)
class Entered:
    """An instruction that an act rests on, as it is told, and what follows from it.

    Whoever must confirm it owes so by `opens` and takes part as `part`; of a leader who acts in person only the title
    of the post is told.
    """

    leader: str
    account: str = ""
    issued_on: date | None = None
    reference: str = ""
    scan: tuple[int, ...] = ()
    part: str = ""
    opens: tuple[Opening, ...] = ()

    @property
    def bodies(self) -> tuple[str, ...]:
        """The units that come to take part, so that they see what they confirm."""
        return tuple(opening.holder for opening in self.opens) if self.part else ()


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """An instruction that somebody entered for a leader, and whether it was confirmed."""

    id: int
    act: str
    leader: str
    account: str
    account_name: str
    issued_on: date
    reference: str
    scan: tuple[int, ...]
    entered_by: str
    entered_by_name: str
    entered_at: datetime
    unit: str
    holder: str
    post: str
    units: tuple[str, ...]
    before: Mapping[str, str]
    verified_at: datetime | None
    settled_by_name: str
    denied_at: datetime | None
    in_office: bool = True
    """Whether the leader still is one today; where not, whoever succeeded them confirms."""

    @property
    def pending(self) -> bool:
        """Whether nobody has confirmed or denied it yet."""
        return self.verified_at is None and self.denied_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionVerified(Happening):
    """An instruction that somebody else entered was confirmed."""

    kind: ClassVar[str] = "instructions.verified"
    sentence: ClassVar[str] = "核实{leader}批示（{reference}）属实"

    leader: str
    reference: str
    entered_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionDenied(Happening):
    """An instruction that somebody else entered was not given, or not so."""

    kind: ClassVar[str] = "instructions.denied"
    sentence: ClassVar[str] = "经核实，{leader}批示（{reference}）不实，{effect}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    leader: str
    reference: str
    entered_by: str
    entered_by_name: str
    effect: str
    reason: str
