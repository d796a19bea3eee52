"""Words and facts of a listed matter (清单事项); its forms, rows and happenings stand beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.cases.types import AppealType, Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.actor import Seat, seats_among
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.limits import LimitName


class Stage(Vocabulary, context="stage"):
    """Where a matter is."""

    CANDIDATE = "candidate", "候选"
    LISTED = "listed", "已登记入账"
    CLASSIFIED = "classified", "已分类"
    ASSIGNED = "assigned", "已交办待签收"
    HANDLING = "handling", "办理中"
    FEEDBACK = "feedback", "反馈拟稿"
    REVIEW = "review", "待审核"
    CONFIRMED = "confirmed", "确认办结"
    TRACKING = "tracking", "销号跟踪"
    STRUCK_OFF = "struck_off", "已销号"
    DROPPED = "dropped", "不予列入"
    JOINED = "joined", "并入"


ON_LEDGER = (
    Stage.LISTED,
    Stage.CLASSIFIED,
    Stage.ASSIGNED,
    Stage.HANDLING,
    Stage.FEEDBACK,
    Stage.REVIEW,
    Stage.CONFIRMED,
)
"""Entered and not struck off: what the reconciliation counts."""
STRUCK = (Stage.TRACKING, Stage.STRUCK_OFF)
"""Off the ledger."""


class Act(Vocabulary):
    """What can be done to a matter."""

    PROPOSE = "propose", "列为候选"
    REPORT = "report", "报送"
    EXPLAIN = "explain", "补报情况"
    REGISTER = "register", "登记入账"
    DROP = "drop", "不予列入"
    JOIN = "join", "并入他件"
    CLASSIFY = "classify", "分类"
    VERIFY = "verify_instruction", "核实批示"
    DENY = "deny_instruction", "否认批示"
    ADD_KEY_PAPER = "add_key_paper", "补附会商纪要"
    ASSIGN = "assign", "交办"
    REASSIGN = "reassign", "改交办"
    LEAD_ENDED = "lead_ended", "承办单位撤销"
    SIGN_IN = "sign_in", "签收"
    URGE = "urge", "催办督办"
    REPLY_URGE = "reply_urge", "回复催办"
    TRACK = "track", "跟踪督办"
    REPLY_TRACK = "reply_track", "限时反馈"
    RECORD_PROGRESS = "record_progress", "登记进展"
    RECORD_COOPERATION = "record_cooperation", "登记配合情况"
    COORDINATE = "coordinate", "协调困难问题"
    REPORT_COORDINATION = "report_coordination", "报告协调任务"
    RELAY = "relay", "请⟨office⟩转达"
    ANSWER_RELAY = "answer_relay", "登记转达情况"
    DRAFT_FEEDBACK = "draft_feedback", "拟写反馈"
    SEND_BACK_DRAFT = "send_back_draft", "退回修改"
    SUBMIT_FEEDBACK = "submit_feedback", "报送反馈"
    CONFIRM = "confirm", "确认办结"
    SEND_BACK = "send_back", "退回补办"
    SUPERVISE = "supervise", "督查反馈"
    STRIKE_OFF = "strike_off", "销号"
    STRIKE_OFF_AND_TRACK = "strike_off_and_track", "销号并跟踪"
    RECHECK = "recheck", "复查通过，继续跟踪"
    END_TRACKING = "end_tracking", "复查通过，结束跟踪"
    REOPEN = "reopen", "复查不通过，重新办理"
    FULFIL_PROMISE = "fulfil_promise", "报告承诺兑现"
    CHECK_PROMISE = "check_promise", "核实承诺兑现"
    RENEW_PROMISE = "renew_promise", "承诺改期"
    BREAK_PROMISE = "break_promise", "承诺逾期"


class DutyKind(Vocabulary):
    """What can be owed on a matter."""

    REPORT = "list_report", "报送未按时办结情况"
    REGISTER = "list_register", "清单登记"
    CLASSIFY = "list_classify", "清单分类"
    VERIFY = "instruction_verify", "核实批示"
    KEY_PAPER = "key_paper", "补附会商纪要"
    ASSIGN = "list_assign", "清单交办"
    SIGN_IN = "list_sign_in", "清单签收"
    HANDLE = "list_handle", "清单办理反馈"
    REWORK = "list_rework", "清单补办"
    URGE_REPLY = "urge_reply", "回复催办"
    TRACK = "list_track", "跟踪督办"
    TRACK_REPLY = "list_track_reply", "限时反馈"
    COOPERATE = "list_cooperate", "配合办理"
    COORDINATION = "coordination_task", "落实协调任务"
    RELAY = "list_relay", "转达诉求人"
    SIGN = "list_sign", "签字或盖章"
    REVIEW = "list_review", "清单审核"
    SUPERVISION_FEEDBACK = "list_supervision_feedback", "督查反馈"
    STRIKE_OFF = "list_strike_off", "销号"
    RECHECK = "list_recheck", "销号后复查"
    COMMITMENT_FULFIL = "commitment_fulfil", "兑现承诺"
    COMMITMENT_CHECK = "commitment_check", "核实承诺兑现"
    COMMITMENT_BROKEN = "commitment_broken", "处理逾期未兑现的承诺"


class MatterClass(Vocabulary):
    """How much a matter weighs; what is special is key too."""

    GENERAL = "general", "一般"
    KEY = "key", "重点"
    SPECIAL = "special", "重要特殊"


class KeyBasis(Vocabulary):
    """What makes a matter a key one."""

    MEETING = "meeting", "会商确定"
    INSTRUCTION = "instruction", "领导批示"


class Ground(Vocabulary):
    """Why a unit was given a matter."""

    TERRITORY = "territory", "属地"
    DUTY = "duty", "职责"


class Proof(Vocabulary):
    """What makes feedback the unit's own."""

    SIGNATURE = "signature", "主要负责人签字"
    SEAL = "seal", "加盖公章"


class Way(Vocabulary):
    """How the supervision body looked."""

    SITE = "site", "现场查看"
    TALK = "talk", "约谈"
    FILES = "files", "调阅材料"
    PHONE = "phone", "电话核实"


class Settled(Vocabulary):
    """Whether what was tracked is solved."""

    YES = "yes", "已解决"
    NO = "no", "未解决"


NOT_SAID = "未写明"
"""What is told of a question that nobody answered."""
REPORTER = Role("受理单位", (Post.REGISTRAR, Post.DISPATCHER, Post.REVIEWER), Part.REPORTER)
KEEPER = Role("⟨list_keeper⟩", (Post.LIST_KEEPER,), Part.OFFICE)
DIRECTOR = Role("⟨list_director⟩", (Post.LIST_DIRECTOR,), Part.OFFICE)
OFFICE_UNIT = Role("⟨office⟩", (Post.LIST_KEEPER, Post.LIST_DIRECTOR), Part.OFFICE)
"""Everybody of the office: who issues its papers."""
OFFICE_HEADS = Role("⟨list_director⟩或负责人", (Post.LIST_DIRECTOR, Post.HEAD, Post.DEPUTY), Part.OFFICE)
LEADER = Role("批示领导", (Post.LEADER,), Part.LEADERS)
SUPERVISOR = Role("督查考核机构⟨supervisor⟩", (Post.SUPERVISOR,), Part.SUPERVISION)
LEAD_HANDLER = Role("承办单位⟨handler⟩", (Post.HANDLER,), Part.LEAD)
CO_HANDLER = Role("配合单位⟨handler⟩", (Post.HANDLER,), Part.CO)
COORDINATED = Role("协调任务单位⟨handler⟩", (Post.HANDLER,), Part.COORDINATED)
PROMISER = Role("承诺责任单位⟨handler⟩", (Post.HANDLER,), Part.CO)
LEAD_DEPUTY = Role("承办单位⟨deputy⟩", (Post.DEPUTY,), Part.LEAD)
LEAD_HEAD = Role("承办单位⟨head⟩", (Post.HEAD,), Part.LEAD)
LEAD_UNIT = Role("承办单位⟨handler⟩或负责人", (Post.HANDLER, Post.DEPUTY, Post.HEAD), Part.LEAD)
"""Who issues the papers of the unit that handles."""
CLOCK = Role("系统", ())


def _specs(*specs: DutySpec) -> Mapping[str, DutySpec]:
    return {spec.kind: spec for spec in specs}


_OWED_TO_OFFICE = frozenset({str(Part.OFFICE)})
_OWED_TO_BOTH = frozenset({str(Part.OFFICE), str(Part.SUPERVISION)})
_OWED_TO_LEAD = frozenset({str(Part.OFFICE), str(Part.LEAD), str(Part.SUPERVISION)})
_UNHEARD = "重点、重要特殊事项须有督查考核机构的反馈才能销号，目前还没有。"

_D, _P, _n = DutyKind, Part, norms
DUTIES = _specs(
    DutySpec(_D.REPORT, _P.REPORTER, Post.REGISTRAR, _n.LIST_REPORT, "list_report", waived_by=_OWED_TO_OFFICE),
    DutySpec(_D.REGISTER, _P.OFFICE, Post.LIST_KEEPER, _n.LIST_REGISTER, "list_register"),
    DutySpec(_D.CLASSIFY, _P.OFFICE, Post.LIST_KEEPER, _n.LIST_CLASSIFY, "list_classify"),
    DutySpec(
        _D.VERIFY,
        _P.SUPERVISION,
        Post.SUPERVISOR,
        _n.LIST_KEY_BASIS,
        "instruction_verify",
        survives=True,
        bars=(Bar(Act.CLASSIFY, "登记的批示正在核实，核实后再分类。"),),
    ),
    DutySpec(_D.KEY_PAPER, _P.OFFICE, Post.LIST_KEEPER, _n.LIST_KEY_BASIS, "key_paper", survives=True),
    DutySpec(_D.ASSIGN, _P.OFFICE, Post.LIST_KEEPER, _n.LIST_ASSIGN, "list_assign"),
    DutySpec(_D.SIGN_IN, _P.LEAD, Post.HANDLER, _n.LIST_SIGN_IN, "list_sign_in", waived_by=_OWED_TO_BOTH),
    DutySpec(_D.HANDLE, _P.LEAD, Post.HANDLER, _n.LIST_HANDLE, "list_handle", waived_by=_OWED_TO_BOTH),
    DutySpec(_D.REWORK, _P.LEAD, Post.HANDLER, _n.LIST_SEND_BACK, "rework", waived_by=_OWED_TO_BOTH),
    DutySpec(_D.URGE_REPLY, _P.LEAD, Post.HANDLER, _n.LIST_URGE, "urge_reply", waived_by=_OWED_TO_BOTH),
    DutySpec(_D.TRACK, _P.SUPERVISION, Post.SUPERVISOR, _n.LIST_URGE, "list_track", waived_by=_OWED_TO_OFFICE),
    DutySpec(
        _D.TRACK_REPLY,
        _P.LEAD,
        Post.HANDLER,
        _n.LIST_TRACK,
        "",  # until the day that whoever looked set
        waived_by=_OWED_TO_BOTH,
    ),
    DutySpec(
        _D.COOPERATE,
        _P.CO,
        Post.HANDLER,
        _n.LIST_COOPERATE,
        "",  # until the matter's own moment
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.COORDINATION, _P.COORDINATED, Post.HANDLER, _n.LIST_COORDINATE, LimitName.COORDINATION_TASK, survives=True
    ),
    DutySpec(
        _D.RELAY,
        _P.OFFICE,
        Post.LIST_KEEPER,
        _n.IDENTITY_PROTECTED,
        "",  # as that of a case
        waived_by=frozenset({str(Part.LEAD)}),
        bars=(Bar(Act.CONFIRM, "还有请⟨office⟩转达诉求人的事项没有办，办完才能确认办结。"),),
    ),
    DutySpec(_D.SIGN, _P.LEAD, Post.HEAD, _n.LIST_FEEDBACK_PROOF, "sign_off", waived_by=_OWED_TO_BOTH),
    DutySpec(_D.REVIEW, _P.OFFICE, Post.LIST_KEEPER, _n.LIST_REVIEW, "list_review"),
    DutySpec(
        _D.SUPERVISION_FEEDBACK,
        _P.SUPERVISION,
        Post.SUPERVISOR,
        _n.LIST_SUPERVISION_FEEDBACK,
        "list_supervision_feedback",
        bars=(Bar(Act.STRIKE_OFF, _UNHEARD), Bar(Act.STRIKE_OFF_AND_TRACK, _UNHEARD)),
    ),
    DutySpec(_D.STRIKE_OFF, _P.OFFICE, Post.LIST_DIRECTOR, _n.LIST_STRIKE_OFF, "list_strike_off"),
    DutySpec(
        _D.COMMITMENT_FULFIL,
        _P.LEAD,
        Post.HANDLER,
        _n.COMMITMENT_KEEP,
        "",  # until the day that was promised
        waived_by=_OWED_TO_BOTH,
        survives=True,
    ),
    DutySpec(_D.COMMITMENT_CHECK, _P.OFFICE, Post.LIST_KEEPER, _n.COMMITMENT_KEEP, "commitment_check", survives=True),
    DutySpec(_D.COMMITMENT_BROKEN, _P.OFFICE, Post.LIST_KEEPER, _n.COMMITMENT_KEEP, "commitment_broken", survives=True),
    DutySpec(_D.RECHECK, _P.SUPERVISION, Post.SUPERVISOR, _n.LIST_TRACK, "list_recheck"),
)
"""Every kind of duty that a matter can carry."""


CONFIDANTS: Mapping[str, frozenset[str]] = {
    Part.REPORTER: frozenset({Post.REGISTRAR, Post.CALLER}),
    Part.OFFICE: frozenset({Post.LIST_KEEPER}),
    Part.SUPERVISION: frozenset({Post.SUPERVISOR}),
}
"""Part → posts that may learn who asks even where the requester asked for secrecy."""


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """What the rules need to know of a matter, its present round included. `duties`: open kind → due moment.

    `number` names it from the first day; `list_number` is what the office gives it when it enters the ledger.
    """

    number: str
    list_number: str | None
    jurisdiction: str
    pack: str
    stage: Stage
    version: int
    title: str
    channel: str
    case: str | None
    case_stage: CaseStage | None
    """Where the case behind it is, if there is one."""
    requester: int | None
    tier1_due_at: datetime | None
    done: str
    why_unresolved: str
    override_reason: str
    office_override_reason: str
    """Why the office entered it although its limit was missing or not past: 特殊列入."""
    on_behalf_because: str
    joined_to: str
    matter_class: MatterClass | None
    lead: str | None
    proposed_by: str
    proposed_at: datetime
    closed_at: datetime | None
    drafted_by: str
    submitted_by: str
    settled: str
    urges: int
    supervisions: int
    round: int
    listed_at: datetime | None
    assigned_at: datetime | None
    copied_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    signed_in_at: datetime | None
    confirmed_by: str
    supervised_at: datetime | None
    supervised_by: str = ""
    case_due_at: datetime | None = None
    """Until when its case's unit must settle that; None where the clock stands, unless it was late before."""
    case_unsolved: bool = False
    """Whether the case was closed as one that is not solved, and nobody has decided what becomes of it."""
    cooperating: frozenset[str] = frozenset()
    """The co-units that still owe their cooperation."""
    overseen: int = 0
    """How often the supervision body urged the unit on, or looked, in the present round."""
    looks: int = 0
    """How often it looked."""
    secret: bool = False
    accused: tuple[str, ...] = ()
    appeal_type: AppealType | None = None
    """That of the case behind it, if there is one."""
    awaits_supervision: bool = False
    """Whether the supervision body must be heard before the strike-off, and was not yet."""
    paperless: bool = False
    """Whether it is a key matter by a meeting of which the minutes do not stand with it."""
    signed: bool = False
    """Whether the last feedback bears the head's signature."""
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The key of the matter's chain."""
        return f"matter:{self.number}"

    @property
    def limit_scope(self) -> Mapping[str, str]:
        """By what the pack's limits differ."""
        return {"channel": self.channel}

    @property
    def until(self) -> datetime | None:
        """Until when it is to be settled; None before it was given to a unit."""
        return self.duties.get(DutyKind.REWORK) or self.duties.get(DutyKind.HANDLE) or self.due_at

    @property
    def key(self) -> bool:
        """Whether it is a key matter; the special ones are."""
        return self.matter_class in (MatterClass.KEY, MatterClass.SPECIAL)

    @property
    def confidential(self) -> bool:
        """Whether there is somebody of whom whoever handles must not learn."""
        return self.secret and self.requester is not None

    @property
    def confidants(self) -> frozenset[Seat]:
        """The seats that may learn who asks even where secrecy was asked for."""
        return seats_among(self.parts, CONFIDANTS)

    def done_already(self, kind: str) -> bool:
        """Whether nobody owes it: it happened, this class does not demand it, or its turn has not come."""
        if kind == DutyKind.SUPERVISION_FEEDBACK:
            return not self.awaits_supervision
        if kind == DutyKind.TRACK:
            return not self.key
        return kind == DutyKind.STRIKE_OFF and self.awaits_supervision
