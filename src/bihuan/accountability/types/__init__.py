"""What a clue (问责线索) is made of: for what a unit may be held to account, by what evidence, and where that goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import Part
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.limits import LimitName

KIND = "clue"
"""What stands before the number in its name, and at the head of its counter."""
LETTER = "X"


class ClueStage(Vocabulary, context="stage"):
    """Where a clue is."""

    OPENED = "opened", "待初核"
    ASKED = "asked", "待单位说明"
    EXPLAINED = "explained", "待核实"
    VERIFIED = "verified", "待批准"
    APPROVED = "approved", "待移交"
    REFERRED = "referred", "已移交"
    RESULTED = "resulted", "待归档"
    CLOSED = "closed", "已办结"
    DISMISSED = "dismissed", "不予移交"


class ClueAct(Vocabulary):
    """What can be done with a clue."""

    OPEN = "open", "提出线索"
    FIND = "find", "发现线索"
    FIND_AGAIN = "find_again", "再次发现"
    ADD_EVIDENCE = "add_evidence", "补充证据"
    ASK = "ask", "请单位说明"
    EXPLAIN = "explain", "说明情况"
    GO_ON = "go_on", "逾期未说明"
    DISMISS = "dismiss", "不予移交"
    VERIFY = "verify", "核实线索"
    SEND_BACK = "send_back", "退回核实"
    APPROVE = "approve", "批准移交"
    REFER = "refer", "移交线索"
    RECEIVE = "receive", "签收线索"
    GUIDE = "guide", "指导督促"
    RESULT = "result", "反馈问责结果"
    FILE = "file", "记入单位档案"


class ClueDuty(Vocabulary):
    """What can be owed about a clue."""

    SCREEN = "clue_screen", "初核问责线索"
    EXPLAIN = "clue_explain", "说明线索情况"
    VERIFY = "clue_verify", "核实问责线索"
    APPROVE = "clue_approve", "批准移交线索"
    REFER = "clue_refer", "移交问责线索"
    RECEIPT = "clue_receipt", "签收移交的线索"
    RESULT = "clue_result", "反馈问责结果"
    DOSSIER = "clue_dossier", "问责结果记入单位档案"


class Severity(Vocabulary):
    """How grave what was verified is."""

    ORDINARY = "ordinary", "一般"
    SEVERE = "severe", "情节严重"
    BREACH = "breach", "涉及违规、违纪等重大问题"


class Route(Vocabulary):
    """To whom a clue is handed over."""

    SUPERIOR = "superior", "交上级主管机关"
    DISCIPLINE = "discipline", "移交⟨discipline⟩"
    PARTY = "party", "移交党委（党组）"
    GUIDED = "guided", "移交党委（党组），由⟨discipline⟩指导督促"
    COPIED = "copied", "移交党委（党组），抄送⟨discipline⟩和组织部门"


TO_PARTY = frozenset({Route.PARTY, Route.GUIDED, Route.COPIED})
"""The routes that lead to a party body, whose name whoever approves writes down."""


class Sanction(Vocabulary):
    """What came of holding a unit to account."""

    NONE = "none", "不予问责"
    TALK = "talk", "谈话提醒、批评教育"
    CRITICISM = "criticism", "责令检查、通报批评"
    ADJUSTMENT = "adjustment", "诫勉、组织调整"
    DISCIPLINE = "discipline", "党纪政务处分"
    OTHER = "other", "其他处理"


class Entry(Vocabulary):
    """What stands in the dossier of a unit."""

    REMINDER = "reminded", "工作提醒"
    REMINDER_WITHDRAWN = "reminder_withdrawn", "工作提醒撤回"
    ORDER = "ordered", "督办单"
    ORDER_WITHDRAWN = "order_withdrawn", "督办单撤回"
    COLOURED = "in_colour", "三色督办单"
    PASSIVE = "passive", "通报消极配合"
    UNMET = "unmet", "未履行的任务"
    REFERRED = "handed_over", "问责线索移交"
    RESULT = "result", "问责结果"


MOST_EVIDENCE = 100
"""So many pieces of evidence stand with one clue."""
AT_THE_DESK = (Post.ASSESSOR, Post.DEPUTY, Post.HEAD, Post.LIST_DIRECTOR)
"""The posts of the unit that keeps a clue which see it."""
AT_SUPERVISION = (Post.SUPERVISOR, Post.DEPUTY, Post.HEAD)
ASSESSOR = Role("考核员", (Post.ASSESSOR,), Part.ISSUER)
OPENS = Role("考核员或清单管理机构负责人", (Post.ASSESSOR, Post.LIST_DIRECTOR), Part.ISSUER)
OFFICER = Role("督查机构督办员", (Post.SUPERVISOR,), Part.SUPERVISION)
HEADS = Role("受理单位（清单管理机构）负责人", (Post.DEPUTY, Post.HEAD, Post.LIST_DIRECTOR), Part.ISSUER)
ANSWERS = Role("被问责单位分管或主要负责人", (Post.DEPUTY, Post.HEAD), Part.ADDRESSEE)
DISCIPLINE = Role("⟨discipline⟩", (Post.HANDLER, Post.DEPUTY, Post.HEAD), Part.DISCIPLINE)
PERSONNEL = Role("组织部门考核员", (Post.ASSESSOR, Post.DEPUTY, Post.HEAD), Part.PERSONNEL)
KEEPING_UNIT = Role("受理单位（清单管理机构）", AT_THE_DESK, Part.ISSUER)
"""Who issues its papers."""
_clue = norms.ACCOUNT_CLUE
DUTIES: Mapping[str, DutySpec] = {
    spec.kind: spec
    for spec in (
        DutySpec(ClueDuty.SCREEN, Part.ISSUER, Post.ASSESSOR, _clue, LimitName.CLUE_SCREEN),
        DutySpec(ClueDuty.EXPLAIN, Part.ADDRESSEE, Post.DEPUTY, _clue, LimitName.CLUE_EXPLAIN),
        DutySpec(ClueDuty.VERIFY, Part.ISSUER, Post.ASSESSOR, _clue, LimitName.CLUE_VERIFY),
        DutySpec(ClueDuty.APPROVE, Part.ISSUER, Post.HEAD, _clue, LimitName.CLUE_APPROVE),
        DutySpec(ClueDuty.REFER, Part.ISSUER, Post.ASSESSOR, _clue, LimitName.CLUE_REFER),
        DutySpec(
            ClueDuty.RECEIPT,
            Part.DISCIPLINE,
            Post.HANDLER,
            _clue,
            LimitName.CLUE_RECEIPT,
            bars=(Bar(ClueAct.RESULT, "移交函还没有签收，请先登记签收。"),),
        ),
        DutySpec(ClueDuty.RESULT, Part.DISCIPLINE, Post.HANDLER, _clue, LimitName.CLUE_RESULT),
        DutySpec(ClueDuty.DOSSIER, Part.PERSONNEL, Post.ASSESSOR, norms.ACCOUNT_DOSSIER, LimitName.CLUE_DOSSIER),
    )
}
"""Every kind of duty that a clue can carry. What bodies outside owe, the assessor of the keeping unit enters."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a clue goes, who gets a copy, and by which norms."""

    route: Route
    recipient: str
    unit: str = ""
    """Code of the recipient where it works with this program; empty for a body outside."""
    copies: tuple[str, ...] = ()
    by: tuple[Norm, ...] = ()


@dataclass(frozen=True, slots=True)
class ClueFacts:
    """What the rules need to know of a clue. `duties`: open kind → earliest due moment."""

    id: int
    number: str
    jurisdiction: str
    pack: str
    stage: ClueStage
    version: int
    title: str
    of_case: str
    unit: str
    """The unit that may be held to account."""
    unit_name: str
    keeper: str
    """The unit whose assessor keeps the clue."""
    keeper_name: str
    situation: str
    about: str
    """Key of the subject on which it was found; empty where it is about none alone."""
    detector: str
    express: bool
    """Whether the unit expressly refused what it was designated or determined for."""
    facts: str
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    question: str
    explanation: str
    explained_at: datetime | None
    finding: str
    consequence: str
    severity: str
    verified_by: str
    route: str
    recipient: str
    recipient_unit: str
    copies: tuple[str, ...]
    route_reason: str
    approved_by: str
    approved_at: datetime | None
    document_number: str
    suggestion: str
    referred_at: datetime | None
    taken_by: str
    taken_at: datetime | None
    guidance: str
    outcome: str
    result: str
    result_posts: str
    result_reference: str
    concluded_on: date | None
    filed: str
    dismissal: str
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    requester: ClassVar[None] = None
    """It tells of a unit, not of whoever asked."""
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{KIND}:{self.number}"

    @property
    def outside(self) -> bool:
        """Whether it was handed over to a body that does not work with this program."""
        return not self.recipient_unit

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False
