"""What happened to a matter."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import ClosureType
from bihuan.feedback.types import SendBackReason
from bihuan.kernel.happening import Happening
from bihuan.matters.types import Ground, KeyBasis, MatterClass, Proof, Settled, Way


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateProposed(Happening):
    """A case was found overdue."""

    kind: ClassVar[str] = "matter.proposed"
    sentence: ClassVar[str] = "工单{case}逾期未办结（原办理时限{tier1_due_at}），列为候选清单事项"

    case: str
    channel: str
    tier1_due_at: datetime
    digest: str
    office: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsolvedProposed(Happening):
    """A case was closed as one that its requester calls unsolved."""

    kind: ClassVar[str] = "matter.proposed-unsolved"
    sentence: ClassVar[str] = "工单{case}重办后仍未解决而办结，列为候选清单事项"

    case: str
    channel: str
    tier1_due_at: datetime | None
    digest: str
    office: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptOffList(Happening):
    """A case is late or unsolved and goes on no list, because its requester complains in secret of whoever keeps it."""

    kind: ClassVar[str] = "case.kept-off-list"
    sentence: ClassVar[str] = (
        "未能按时解决；诉求人要求保密，被反映单位{accused}管理或者督查清单，本件不列入清单，由受理单位办到底{watched}"
    )

    accused: str
    watched: str
    supervision: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateReported(Happening):
    """The owner of a channel reported what was not solved in time."""

    kind: ClassVar[str] = "matter.reported"
    sentence: ClassVar[str] = "{reporter_name}报送未能按时办结的事项（{channel_label}）{phone_confirmed}"
    private: ClassVar[frozenset[str]] = frozenset({"done", "why_unresolved", "override_reason"})

    case: str
    channel: str
    channel_label: str
    origin_number: str
    reporter: str
    reporter_name: str
    tier1_due_at: datetime | None
    done: str
    why_unresolved: str
    override_reason: str
    digest: str
    office: str
    attachments: tuple[int, ...]
    phone_confirmed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateExplained(Happening):
    """The owner of the channel told what was done and why it was not solved in time."""

    kind: ClassVar[str] = "matter.explained"
    sentence: ClassVar[str] = "补报已做的工作和未能按时解决的原因"
    private: ClassVar[frozenset[str]] = frozenset({"done", "why_unresolved"})

    done: str
    why_unresolved: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterListed(Happening):
    """The office entered the matter in the ledger."""

    kind: ClassVar[str] = "matter.listed"
    sentence: ClassVar[str] = "登记入账，清单编号{list_number}{specially}{on_behalf}"
    private: ClassVar[frozenset[str]] = frozenset(
        {"done", "why_unresolved", "override_reason", "office_override_reason", "on_behalf_because"}
    )

    list_number: str
    tier1_due_at: datetime | None
    overridden: bool
    specially: str
    on_behalf: str
    done: str
    why_unresolved: str
    override_reason: str
    office_override_reason: str
    on_behalf_because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateJoined(Happening):
    """The office put the candidate to another one that is the same."""

    kind: ClassVar[str] = "matter.joined"
    sentence: ClassVar[str] = "并入{into}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    into: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceJoined(Happening):
    """Told by the matter that is kept: another candidate was put to it, and whoever reported that takes part."""

    kind: ClassVar[str] = "matter.source-joined"
    sentence: ClassVar[str] = "{number}并入本件（{channel_label}{origin}），{reporter_name}参与"

    number: str
    channel: str
    channel_label: str
    origin: str
    case: str
    reporter: str
    reporter_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseListed(Happening):
    """Told by the case: it is on the list, and goes its way from now on."""

    kind: ClassVar[str] = "case.listed"
    sentence: ClassVar[str] = "列入清单（{list_number}），此后随清单办理"

    matter: str
    list_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseListedAgain(CaseListed):
    """Told by the case: what was struck off came back, and the case is on the list again."""

    kind: ClassVar[str] = "case.listed-again"
    sentence: ClassVar[str] = "复查不通过，重新列入清单（{list_number}）"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFollowed(Happening):
    """Told by the case: with whom it is on the list, and until when."""

    kind: ClassVar[str] = "case.list-followed"
    sentence: ClassVar[str] = "随清单由{lead_name}办理，期限{due_at}"

    matter: str
    lead: str
    lead_name: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLeft(Happening):
    """Told by the case: its matter was struck off, and what came of it is its answer."""

    kind: ClassVar[str] = "case.list-left"
    sentence: ClassVar[str] = "清单事项{list_number}销号（{outcome}），办理结果即为答复，{onward}"

    matter: str
    list_number: str
    outcome: ClosureType
    onward: str
    answer_version: int
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RequesterSaid(Happening):
    """The requester said something of the case that the matter was made of."""

    kind: ClassVar[str] = "matter.requester-said"
    sentence: ClassVar[str] = "{what}{files}"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    what: str
    text: str
    files: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateDropped(Happening):
    """The office did not enter the candidate."""

    kind: ClassVar[str] = "matter.dropped"
    sentence: ClassVar[str] = "不予列入清单"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterClassified(Happening):
    """The office said how much the matter weighs."""

    kind: ClassVar[str] = "matter.classified"
    sentence: ClassVar[str] = "分类为{matter_class}{by_decision}"
    private: ClassVar[frozenset[str]] = frozenset({"instruction"})

    matter_class: MatterClass
    by_decision: str
    key_basis: KeyBasis | None
    reference: str
    leader: str
    instruction: str
    attachments: tuple[int, ...]
    leader_account: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPaperAdded(Happening):
    """The minutes of the meeting that made a matter a key one stand with it."""

    kind: ClassVar[str] = "matter.key-paper-added"
    sentence: ClassVar[str] = "补附会商纪要（{reference}）"

    reference: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterAssigned(Happening):
    """The matter was given to the unit that must solve it."""

    kind: ClassVar[str] = "matter.assigned"
    sentence: ClassVar[str] = "交办{lead_name}，依据：{ground}，办理期限{due_on}"
    private: ClassVar[frozenset[str]] = frozenset({"basis", "requirements", "accused_reason"})

    lead: str
    lead_name: str
    co_units: tuple[str, ...]
    ground: Ground
    basis: str
    due_on: date
    requirements: str
    accused_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterReassigned(MatterAssigned):
    """The matter was given to another unit."""

    kind: ClassVar[str] = "matter.reassigned"
    sentence: ClassVar[str] = "改交办{lead_name}，依据：{ground}，办理期限{due_on}"
    private: ClassVar[frozenset[str]] = frozenset({"basis", "requirements", "accused_reason", "reason"})

    before: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterLeadEnded(Happening):
    """The unit that had the matter is no more, and nobody carries on what it had: the office gives it out anew."""

    kind: ClassVar[str] = "matter.lead-ended"
    sentence: ClassVar[str] = "{unit_name}撤销，不再承办（依据：{basis}）"

    unit: str
    unit_name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedToSupervision(Happening):
    """The supervision body got a copy of what was assigned."""

    kind: ClassVar[str] = "matter.copied"
    sentence: ClassVar[str] = "抄送{supervision_name}"

    supervision: str
    supervision_name: str
    lead: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowingBegun(Happening):
    """A key matter that was given to its unit before its following was owed is followed from now on."""

    kind: ClassVar[str] = "matter.following-begun"
    sentence: ClassVar[str] = "纳入跟踪督办，由{supervision_name}在{due_on}前跟踪"

    supervision: str
    supervision_name: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterSignedIn(Happening):
    """The unit signed for the matter."""

    kind: ClassVar[str] = "matter.signed-in"
    sentence: ClassVar[str] = "签收"


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterUrged(Happening):
    """The office or the supervision body urged the unit on."""

    kind: ClassVar[str] = "matter.urged"
    sentence: ClassVar[str] = "{word}（第{times}次）"
    private: ClassVar[frozenset[str]] = frozenset({"demand"})

    word: str
    times: int
    demand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterTracked(Happening):
    """The supervision body looked at what the unit does about a key matter."""

    kind: ClassVar[str] = "matter.tracked"
    sentence: ClassVar[str] = "跟踪督办（第{times}次，{by_way}）{again}{reply}"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    how: Way
    by_way: str
    times: int
    again: str
    reply: str = ""
    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackReplied(Happening):
    """The unit told whoever looked how far it is."""

    kind: ClassVar[str] = "matter.track-replied"
    sentence: ClassVar[str] = "限时反馈办理进展"
    private: ClassVar[frozenset[str]] = frozenset({"progress"})

    progress: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeReplied(Happening):
    """The unit replied to an urging."""

    kind: ClassVar[str] = "matter.urge-replied"
    sentence: ClassVar[str] = "回复催办"
    private: ClassVar[frozenset[str]] = frozenset({"progress"})

    progress: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterProgressed(Happening):
    """The unit told how far it is."""

    kind: ClassVar[str] = "matter.progressed"
    sentence: ClassVar[str] = "登记办理进展"
    private: ClassVar[frozenset[str]] = frozenset({"progress"})

    progress: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CooperationRecorded(Happening):
    """A co-unit told what it did about the matter."""

    kind: ClassVar[str] = "matter.cooperated"
    sentence: ClassVar[str] = "{unit_name}登记配合办理情况"
    private: ClassVar[frozenset[str]] = frozenset({"work"})

    unit: str
    unit_name: str
    work: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterCoordinated(Happening):
    """The office settled what was hard about the matter with somebody."""

    kind: ClassVar[str] = "matter.coordinated"
    sentence: ClassVar[str] = "与{with_whom}协调，任务单位：{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"how", "result", "task", "accused_reason"})

    with_whom: str
    how: str
    result: str
    units: tuple[str, ...]
    unit_names: str
    task: str
    due_on: date | None
    accused_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoordinationReported(Happening):
    """A unit told what it did of what was settled."""

    kind: ClassVar[str] = "matter.coordination-reported"
    sentence: ClassVar[str] = "{unit_name}报告协调任务落实情况"
    private: ClassVar[frozenset[str]] = frozenset({"work"})

    unit: str
    unit_name: str
    work: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackDrafted(Happening):
    """The handler wrote down what came of the matter."""

    kind: ClassVar[str] = "matter.feedback-drafted"
    sentence: ClassVar[str] = "拟写办理结果（第{feedback_version}稿，{outcome}），待签字或盖章"

    feedback_version: int
    outcome: ClosureType
    digest: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackDraftReturned(Happening):
    """The head wants the feedback written anew."""

    kind: ClassVar[str] = "matter.feedback-returned"
    sentence: ClassVar[str] = "负责人不同意，退回修改"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackSubmitted(Happening):
    """The unit sent its feedback, signed or sealed."""

    kind: ClassVar[str] = "matter.feedback-submitted"
    sentence: ClassVar[str] = "报送办理结果（第{feedback_version}稿，{proof}）{replied}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "urge_reply"})

    feedback_version: int
    proof: Proof
    signer: str
    acting: bool
    seal: tuple[int, ...]
    opinion: str
    replied: str = ""
    urge_reply: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackSentBack(Happening):
    """The feedback was sent back to be made good."""

    kind: ClassVar[str] = "matter.sent-back"
    sentence: ClassVar[str] = "退回补办（{reason_code}）"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason_code: SendBackReason
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SettlementConfirmed(Happening):
    """The office confirmed that the matter is settled."""

    kind: ClassVar[str] = "matter.confirmed"
    sentence: ClassVar[str] = "审核通过，确认办结"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SupervisionFedBack(Happening):
    """The supervision body said what it found of a settled key matter."""

    kind: ClassVar[str] = "matter.supervision-fed-back"
    sentence: ClassVar[str] = "督查反馈"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterStruckOff(Happening):
    """The matter was struck off the ledger."""

    kind: ClassVar[str] = "matter.struck-off"
    sentence: ClassVar[str] = "对账销号（{list_number}）{followed_by}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    list_number: str
    round: int
    followed_by: str
    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterRechecked(Happening):
    """A special matter passed a re-check and is watched further."""

    kind: ClassVar[str] = "matter.rechecked"
    sentence: ClassVar[str] = "复查通过，{next_due_at}前再次复查"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    next_due_at: datetime
    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackingEnded(Happening):
    """A special matter passed its last re-check."""

    kind: ClassVar[str] = "matter.tracking-ended"
    sentence: ClassVar[str] = "复查通过，结束跟踪（问题是否解决：{told}；核查方式：{by_way}）"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    settled: Settled | None
    told: str
    way: Way | None
    by_way: str
    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterReopened(Happening):
    """A special matter failed a re-check and is on the ledger again, under its old number."""

    kind: ClassVar[str] = "matter.reopened"
    sentence: ClassVar[str] = "复查不通过，{list_number}重新办理（第{round}轮），办理期限{due_on}"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    list_number: str
    round: int
    due_on: date
    finding: str
