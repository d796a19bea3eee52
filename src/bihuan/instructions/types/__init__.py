"""What an instruction of a leader (批示) is made of, what becomes of it when somebody else enters it, and its life."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from bihuan.cases.types import Part
from bihuan.duties.types import Bar, DutySpec, Opening
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Day, Fields, Line, Why
from bihuan.kernel.happening import Happening
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
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
InstructionNumber = Annotated[
    Line,
    Field(
        title="批示编号",
        description="批示已在台账登记、生效的填写编号，批示的其余各栏不再填写",
        max_length=32,
    ),
]
VERIFY_LIMIT = LimitName.INSTRUCTION_VERIFY
PARTS = {
    "leader": "leader",
    "account": "leader_account",
    "issued_on": "issued_on",
    "reference": "reference",
    "text": "text",
    "scan": "scan",
}
"""Part of an instruction → the field of a form in which it stands, unless the form names another one."""


class Parts(Protocol):
    """A form with the parts of an instruction; what it says stands in a field that each form names for itself."""

    leader: str
    leader_account: str
    issued_on: date | None
    reference: str
    scan: tuple[int, ...]
    instruction_number: str


def says_what(said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """An instruction says something, unless its number tells where that stands."""
    if said.get("text") == "" and said.get("instruction_number") == "":
        yield "text", "请填写"


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction as somebody entered it: whose, when, under which number, what it says, with a scan."""

    leader: str
    account: str
    issued_on: date | None
    reference: str
    text: str
    scan: tuple[int, ...]
    number: str = ""
    """Number of the instruction that is in force already; empty where it is entered with the act."""

    @classmethod
    def of(cls, parts: Parts, text: str) -> "Instruction":
        """The instruction that a form holds."""
        scan, number = tuple(parts.scan), parts.instruction_number
        return cls(parts.leader, parts.leader_account, parts.issued_on, parts.reference, text, scan, number)


class Verify(Fields):
    """The leader, or who stands for them, confirms that the instruction was given."""


class Deny(Fields):
    """The instruction was not given, or not so."""

    reason: Why = Field(title="否认的理由", description="没有作过批示，或登记的与批示不符之处")


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


class InstructionStage(Vocabulary, context="stage"):
    """Where an instruction is."""

    ENTERED = "entered", "待核实"
    IN_FORCE = "in_force", "办理中"
    REPORTED = "reported", "待审结"
    CLOSED = "closed", "已审结"
    VOID = "void", "已失效"


class InstructionAct(Vocabulary):
    """What can be done with an instruction."""

    GIVE = "give", "作出批示"
    ENTER = "enter", "登记批示"
    CALL_IN = "call_in", "登记电话批示"
    RECORD = "record", "随事项生效"
    VERIFY = "verify", "核实批示属实"
    REJECT = "reject", "核实批示不实"
    ADD_SCAN = "add_scan", "补交批示件扫描"
    ADD_TASKS = "add_tasks", "交办任务"
    REPORT = "report", "报告批示办理情况"
    REPORT_UP = "report_up", "上报批示办理情况"
    CLOSE = "close", "审结批示"
    AGAIN = "again", "退回继续办理"
    REVOKE = "revoke", "撤销批示"


class InstructionDuty(Vocabulary):
    """What can be owed about an instruction."""

    VERIFY = "instruction_verify", "核实批示"
    SCAN = "instruction_scan", "补交批示件扫描"
    TASK = "instruction_task", "办理批示事项并报告"
    REPORT = "instruction_report", "上报批示办理情况"
    CLOSE = "instruction_close", "审结批示"


class Medium(Vocabulary):
    """How an instruction was given."""

    PAPER = "paper", "书面批示"
    SYSTEM = "system", "系统内批示"
    TELEPHONE = "telephone", "电话批示"


class Purpose(Vocabulary):
    """What an instruction is for: an act rests on one that is for it."""

    KEY = "key", "确定重点事项"
    COORDINATE = "coordinate", "协调处置"
    DESIGNATE = "designate", "指定责任单位"
    SUPERVISE = "supervise", "督查督办"
    GENERAL = "general", "其他批办事项"


MOST_TASKS = 10
"""So many tasks are open at once."""
UNIT_POSTS = tuple(post for post in Post if post not in (Post.LEADER, Post.ADMINISTRATOR, Post.OPERATOR))
LEADER = Role("⟨leader⟩", (Post.LEADER,), Part.LEADERS)
ENTERS = Role(
    "⟨supervisor⟩、⟨dispatcher⟩、⟨reviewer⟩或⟨list_keeper⟩",
    (Post.SUPERVISOR, Post.DISPATCHER, Post.REVIEWER, Post.LIST_KEEPER, Post.LIST_DIRECTOR),
    Part.ISSUER,
)
CALLS_IN = Role("⟨supervisor⟩或⟨dispatcher⟩", (Post.SUPERVISOR, Post.DISPATCHER), Part.ISSUER)
KEEPER = Role("登记单位登记人员或负责人", (*ENTERS.posts, Post.DEPUTY, Post.HEAD), Part.ISSUER)
KEEPER_HEAD = Role("登记单位负责人", (Post.DEPUTY, Post.HEAD, Post.LIST_DIRECTOR), Part.ISSUER)
OFFICER = Role("督查机构⟨supervisor⟩或负责人", (Post.SUPERVISOR, Post.DEPUTY, Post.HEAD), Part.SUPERVISION)
ANSWERS = Role("承办单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.ADDRESSEE)
KEEPING_UNIT = Role("登记单位", UNIT_POSTS, Part.ISSUER)
"""Everybody of the unit that keeps it: who issues its papers."""
_by_post, _scan, _tasks = norms.INSTRUCTION_BY_POST, norms.INSTRUCTION_SCAN, norms.INSTRUCTION_TASKS
_OWED_TO_LEADER = frozenset({str(Part.LEADERS), str(Part.SUPERVISION)})
DUTIES: Mapping[str, DutySpec] = {
    spec.kind: spec
    for spec in (
        DutySpec(InstructionDuty.VERIFY, Part.LEADERS, Post.LEADER, _by_post, VERIFY_LIMIT),
        DutySpec(
            InstructionDuty.SCAN,
            Part.ISSUER,
            Post.HEAD,
            _scan,
            LimitName.INSTRUCTION_SCAN,
            waived_by=_OWED_TO_LEADER,
            bars=(Bar(InstructionAct.REPORT_UP, "还没有补交批示件扫描，不能上报。"),),
        ),
        DutySpec(
            InstructionDuty.TASK,
            Part.ADDRESSEE,
            Post.DEPUTY,
            _tasks,
            LimitName.INSTRUCTION_TASK,
            waived_by=_OWED_TO_LEADER,
            bars=(Bar(InstructionAct.REPORT_UP, "还有单位没有报告办理情况，不能上报。"),),
        ),
        DutySpec(
            InstructionDuty.REPORT,
            Part.ISSUER,
            Post.HEAD,
            _by_post,
            LimitName.INSTRUCTION_REPORT,
            waived_by=_OWED_TO_LEADER,
        ),
        DutySpec(InstructionDuty.CLOSE, Part.LEADERS, Post.LEADER, _by_post, LimitName.INSTRUCTION_CLOSE),
    )
}
"""Every kind of duty that an instruction can carry. Verified and closed it is by whoever confirms it: the leader, the
body that supervises, or the head of the unit that keeps it; the post that entered it owes the scan and the report."""


class ToConfirm(Protocol):
    """What is asked of an instruction before somebody confirms it."""

    @property
    def entered_by(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def account_name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def in_office(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who confirms an instruction that has a life of its own."""

    entered_by: str
    account: str
    account_name: str
    unit: str
    holder: str
    post: str
    in_office: bool = True


@dataclass(frozen=True, slots=True)
class InstructionFacts:
    """What the rules need to know of an instruction. `duties`: open kind → earliest due moment."""

    id: int
    number: str
    jurisdiction: str
    pack: str
    stage: InstructionStage
    version: int
    title: str
    of_case: str
    leader: str
    account: str
    issued_on: date
    medium: Medium
    reference: str
    text: str
    purpose: Purpose
    topic: str
    emergency: str
    unit: str
    unit_name: str
    post: str
    """The post in that unit which keeps it."""
    entered_by: str
    reported_by: str
    report: str
    outcome: str
    scan: tuple[int, ...]
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    about: tuple[str, ...] = ()
    """Keys of the subjects that it names."""
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)
    owing: frozenset[tuple[str, str]] = frozenset()
    """Kind and holder of each open duty."""

    requester: ClassVar[None] = None
    """It tells of a leader and of units, not of whoever asked."""
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{KIND}:{self.number}"

    @property
    def confirmed_by(self) -> tuple[str, str]:
        """Which unit and which post confirm it: the leader's own, else whoever supervises, else who keeps it."""
        for part, post in ((Part.LEADERS, Post.LEADER), (Part.SUPERVISION, Post.SUPERVISOR)):
            if units := self.parts.get(str(part)):
                return min(units), post
        return self.unit, Post.HEAD

    @property
    def tasked(self) -> frozenset[str]:
        """The units that still owe a report."""
        return frozenset(holder for kind, holder in self.owing if kind == InstructionDuty.TASK)

    def seat_owing(self, actor: Actor) -> Seat | None:
        """The actor's seat in a unit that owes a report, from which it is signed."""
        return min((s for s in actor.seats if s.post in ANSWERS.posts and s.unit in self.tasked), default=None)

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False


KIND = "instructing"
"""What stands before the number in its name, and at the head of its counter."""
