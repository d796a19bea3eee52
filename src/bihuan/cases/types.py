"""Words, facts and rows of a case (诉求工单)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Protocol

from pydantic import Field

from bihuan.duties.types import Bar, DutyRow, DutySpec
from bihuan.kernel.actor import REQUESTER as ASKS
from bihuan.kernel.actor import Seat, seats_among
from bihuan.kernel.fields import Line, RequiredLine
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.pack import AppealType, Capacity, Urgency
from bihuan.requesters.types import MaskedIdentity

__all__ = ["AppealType"]
"""Said by regulations, asked here."""

GroundCode = Annotated[Line, Field(max_length=32, json_schema_extra={"widget": "ground"})]
"""A ground that the regulation lists; a form does not ask for it where none are listed."""
RequiredGround = Annotated[RequiredLine, Field(max_length=32, json_schema_extra={"widget": "ground"})]


class Part(Vocabulary):
    """How a unit takes part in a subject, what units of its type are for, and whether that ends with the lead."""

    DESK = "desk", "受理单位", Capacity.DESK
    LEAD = "lead", "承办单位", Capacity.HANDLING, True
    FORMER = "former", "原承办单位", Capacity.HANDLING
    CO = "co", "协办单位", Capacity.HANDLING, True
    OFFICE = "office", "⟨office⟩", Capacity.OFFICE
    SUPERVISION = "supervision", "督查考核机构", Capacity.SUPERVISION
    REPORTER = "reporter", "报送单位", Capacity.DESK
    RESPONDER = "responder", "报到单位", Capacity.HANDLING, True
    LEADERS = "leaders", "⟨leadership⟩", Capacity.LEADERSHIP
    PARTY = "party", "争议单位", Capacity.HANDLING
    STAFFING = "staffing", "⟨staffing⟩", Capacity.STAFFING
    JUSTICE = "justice", "⟨justice⟩", Capacity.DETERMINATION
    DISCIPLINE = "discipline", "⟨discipline⟩", Capacity.DISCIPLINE
    MAIN = "main", "主单承办单位", Capacity.HANDLING
    PERSONNEL = "personnel", "组织部门", Capacity.PERSONNEL
    ISSUER = "issuer", "发出单位", Capacity.DESK
    ADDRESSEE = "addressee", "被督办单位", Capacity.HANDLING
    KEEPER = "keeper", "责任单位", Capacity.DESK
    COORDINATED = "coordinated", "协调任务单位", Capacity.HANDLING
    ATTENDEE = "attendee", "参会单位", Capacity.HANDLING

    def __init__(self, value: str, label: str = "", capacity: str = "", with_lead: bool = False) -> None:
        self.capacity = capacity
        self.with_lead = with_lead

    @classmethod
    def leaving_with_lead(cls) -> tuple["Part", ...]:
        """The parts that end when the subject leaves its lead."""
        return tuple(part for part in cls if part.with_lead)


class Section(IntEnum):
    """The parts of what the search keeps of a case, in their order."""

    TITLE = 0
    CONTENT = 1
    PLACE = 2
    NUMBERS = 3


class Stage(Vocabulary, context="stage"):
    """Where a case is."""

    REGISTERED = "registered", "已登记"
    DECLINE_REVIEW = "decline_review", "不予受理待复核"
    TRIAGE = "triage", "待分派"
    DISPATCHED = "dispatched", "待签收"
    HANDLING = "handling", "办理中"
    AWAITING = "awaiting", "待补充"
    RETURN_REVIEW = "return_review", "退单待审"
    ADJUDICATING = "adjudicating", "认定会商"
    ESCALATED = "escalated", "报⟨leadership⟩指定"
    SIGN_OFF = "sign_off", "待审签"
    SUBMITTED = "submitted", "待审核"
    CALLBACK = "callback", "待回访"
    REWORK = "rework", "重办待签收"
    HUNG = "hung", "挂账"
    LISTED = "listed", "已列入清单"
    CLOSED = "closed", "办结"
    ARCHIVED = "archived", "归档"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    TRANSFERRED = "transferred", "已移交"
    MERGED = "merged", "已并单"
    TERMINATED = "terminated", "终止办理"
    WITHDRAWN = "withdrawn", "已撤回"


class Act(Vocabulary):
    """What can be done to a case."""

    REGISTER = "register", "登记"
    ACCEPT = "accept", "受理"
    ANSWER_AT_ONCE = "answer_at_once", "当即答复"
    HAND_OVER = "hand_over", "紧急移交"
    REFER = "refer", "告知法定途径"
    PROPOSE_DECLINE = "propose_decline", "提出不予受理"
    CONFIRM_DECLINE = "confirm_decline", "同意不予受理"
    REFUSE_DECLINE = "refuse_decline", "改为受理"
    MERGE = "merge", "并单"
    UNMERGE = "unmerge", "拆回"
    PARENT_ANSWERED = "parent_answered", "主单已答复"
    PARENT_ENDED = "parent_ended", "主单终结"
    TELL_RESULT = "tell_result", "告知结果"
    WITHDRAW = "withdraw", "撤回"
    CONTEST_WITHDRAWAL = "contest_withdrawal", "恢复办理（诉求人没有撤回）"
    SUPPLEMENT = "supplement", "补充情况"
    NAME_ACCUSED = "name_accused", "补记被反映单位"
    RENEW_CODE = "renew_code", "补发查询码"
    DISPATCH = "dispatch", "派单"
    SET_STATUTORY_LIMIT = "set_statutory_limit", "确定法定时限"
    RECALL = "recall", "撤回派单"
    REDISPATCH = "redispatch", "改派"
    SIGN_IN = "sign_in", "签收"
    RECORD_CONTACT = "record_contact", "登记首次联系"
    RELAY = "relay", "请受理单位转达"
    ANSWER_RELAY = "answer_relay", "登记转达情况"
    REQUEST_RETURN = "request_return", "申请退单"
    APPROVE_RETURN = "approve_return", "同意退单"
    REFUSE_RETURN = "refuse_return", "不同意退单"
    REQUEST_EXTENSION = "request_extension", "申请延期"
    NOTIFY_EXTENSION = "notify_extension", "告知延期"
    APPROVE_EXTENSION = "approve_extension", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期"
    AWAIT_REQUESTER = "await_requester", "等待诉求人补充"
    REQUEST_WAIT = "request_wait", "申请再次等待补充"
    APPROVE_WAIT = "approve_wait", "同意再次等待补充"
    REFUSE_WAIT = "refuse_wait", "不同意再次等待补充"
    END_WAIT = "end_wait", "等待补充期满"
    RESUME = "resume", "恢复办理"
    LINK = "link", "提出联动要求"
    WHISTLE = "whistle", "吹哨"
    REQUEST_DETERMINATION = "request_determination", "请求认定责任主体"
    OPEN_DETERMINATION = "open_determination", "启动责任主体认定"
    ADJUDICATE = "adjudicate", "移交联合认定"
    ASSIGN_DETERMINED = "assign_determined", "按认定结果派单"
    REPORT_GAP = "report_gap", "报送专报"
    TAKE_BACK = "take_back", "收回重新分派"
    RECORD_REFUSAL = "record_refusal", "登记拒不承担"
    NOTICE_SILENCE = "notice_silence", "提请核查拒不承担"
    NO_REFUSAL = "no_refusal", "核查不属拒不承担"
    LEAD_ENDED = "lead_ended", "承办单位撤销"
    ANSWER = "answer", "提交答复"
    SIGN_OFF = "sign_off", "审签"
    SEND_BACK_DRAFT = "send_back_draft", "退回修改"
    REQUEST_TERMINATION = "request_termination", "申请终止办理"
    APPROVE_TERMINATION = "approve_termination", "同意终止办理"
    REFUSE_TERMINATION = "refuse_termination", "不同意终止办理"
    APPROVE = "approve", "审核通过"
    SEND_BACK = "send_back", "审核退回"
    CLOSE_WITHOUT_CALLBACK = "close_without_callback", "审核办结（不回访）"
    RECORD_CALLBACK = "record_callback", "登记回访"
    CLOSE = "close", "办结"
    CONTEST = "contest", "对回访记录提出异议"
    CHECK_CALLBACK = "check_callback", "核实回访记录"
    REWORK = "rework", "发回重办"
    REOPEN = "reopen", "重新办理"
    DECIDE_UNSOLVED = "decide_unsolved", "决定不再办理"
    HANG = "hang", "挂账"
    CONFIRM_HANG = "confirm_hang", "确认挂账"
    DENY_HANG = "deny_hang", "不同意挂账"
    REVIEW_HUNG = "review_hung", "复核挂账"
    RESUME_HUNG = "resume_hung", "销挂办理"
    ENTER_LIST = "enter_list", "列入清单"
    ENTER_LIST_AGAIN = "enter_list_again", "重新列入清单"
    FOLLOW_LIST = "follow_list", "随清单交办"
    LEAVE_LIST = "leave_list", "清单销号，转回访"
    CLOSE_LISTED = "close_listed", "清单销号，办结"
    ARCHIVE = "archive", "归档"
    FULFIL_PROMISE = "fulfil_promise", "报告承诺兑现"
    CHECK_PROMISE = "check_promise", "核实承诺兑现"
    RENEW_PROMISE = "renew_promise", "承诺改期"
    BREAK_PROMISE = "break_promise", "承诺逾期"
    MARK_KEY = "mark_key", "列为重点办件"
    SUPERVISE_KEY = "supervise_key", "登记督查情况"
    UNMARK_KEY = "unmark_key", "取消重点办件"


class ClosureType(Vocabulary):
    """How a case ended."""

    SOLVED = "SOLVED", "已解决"
    PARTIAL = "PARTIAL", "部分解决"
    EXPLAINED = "EXPLAINED", "解释说明"
    PROMISED = "PROMISED", "承诺办理"
    ANSWERED = "ANSWERED", "当即答复"
    TERMINATED = "TERMINATED", "终止办理"
    TRANSFERRED = "TRANSFERRED", "移交"
    MERGED = "MERGED", "并单"
    DECLINED = "DECLINED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "撤回"


class DutyKind(Vocabulary):
    """What can be owed on a case."""

    DISPATCH = "dispatch", "派单"
    DECLINE_DECISION = "decline_decision", "复核不予受理"
    SIGN_IN = "sign_in", "签收"
    FIRST_CONTACT = "first_contact", "首次联系诉求人"
    RELAY = "relay", "转达诉求人"
    HANDLE = "handle", "办理答复"
    RETURN_DECISION = "return_decision", "审核退单"
    EXTENSION_DECISION = "extension_decision", "审批延期"
    TERMINATION_DECISION = "termination_decision", "审批终止办理"
    AWAIT_REQUESTER = "await_requester", "跟进诉求人补充"
    WAIT_DECISION = "wait_decision", "审批再次等待补充"
    LINK = "link", "提出联动要求"
    LINKAGE_FORM = "linkage_form", "报送“首接负责”备案表"
    WHISTLE_FORM = "whistle_form", "报送“吹哨报到”备案表"
    DETERMINATION = "determination", "组织责任主体认定"
    REFUSAL_CHECK = "refusal_check", "核查是否拒不承担"
    SIGN_OFF = "sign_off", "审签"
    REVIEW = "review", "审核"
    CALLBACK = "callback", "回访"
    CALLBACK_CHECK = "callback_check", "核实回访记录"
    REWORK = "rework", "重办"
    HANG_REVIEW = "hang_review", "复核挂账"
    HANG_CONFIRM = "hang_confirm", "确认挂账责任"
    UNSOLVED_FOLLOW_UP = "unsolved_follow_up", "跟进未解决事项"
    TELL_RESULT = "tell_result", "告知并单诉求人结果"
    UNMERGE = "unmerge", "拆回重新分派"
    LISTED = "listed", "清单办结"
    COMMITMENT_FULFIL = "commitment_fulfil", "兑现承诺"
    COMMITMENT_CHECK = "commitment_check", "核实承诺兑现"
    COMMITMENT_BROKEN = "commitment_broken", "处理逾期未兑现的承诺"
    KEY_SUPERVISE = "key_supervise", "督查重点办件"
    KEY_FEEDBACK = "key_feedback", "反馈重点办件督查情况"


REGISTRAR = Role("⟨registrar⟩", (Post.REGISTRAR,), Part.DESK)
DISPATCHER = Role("⟨dispatcher⟩", (Post.DISPATCHER,), Part.DESK)
REVIEWER = Role("⟨reviewer⟩", (Post.REVIEWER,), Part.DESK)
DESK_HEAD = Role("受理单位负责人", (Post.HEAD, Post.DEPUTY), Part.DESK)
CALLER = Role("⟨caller⟩", (Post.CALLER,), Part.DESK)
DESK_SPEAKER = Role("⟨caller⟩或⟨registrar⟩", (Post.CALLER, Post.REGISTRAR), Part.DESK)
CENTRE_SIGNER = Role("受理单位负责人或⟨reviewer⟩", (Post.HEAD, Post.DEPUTY, Post.REVIEWER), Part.DESK)
LEAD_HANDLER = Role("承办单位⟨handler⟩", (Post.HANDLER,), Part.LEAD)
LEAD_HEAD = Role("承办单位⟨head⟩", (Post.HEAD,), Part.LEAD)
LEAD_SIGNER = Role("承办单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.LEAD)
DESK_UNIT = Role(
    "受理单位",
    (Post.DISPATCHER, Post.REGISTRAR, Post.REVIEWER, Post.CALLER, Post.DEPUTY, Post.HEAD),
    Part.DESK,
)
"""Everybody of the desk: who issues its papers."""
LEAD_UNIT = Role("承办单位⟨handler⟩或负责人", (Post.HANDLER, Post.DEPUTY, Post.HEAD), Part.LEAD)
"""Who issues the papers of the unit that handles."""
PROMISER = Role("承诺责任单位⟨handler⟩", (Post.HANDLER,), Part.CO)
"""A unit that promised something of a case that another leads."""
KEY_SUPERVISOR = Role("督查考核机构⟨supervisor⟩", (Post.SUPERVISOR,), Part.SUPERVISION)
REQUESTER = Role("诉求人", (ASKS,))
CLOCK = Role("系统", ())


def _specs(*specs: DutySpec) -> Mapping[str, DutySpec]:
    return {spec.kind: spec for spec in specs}


_OWED_TO_DESK = frozenset({str(Part.DESK)})
_OWED_TO_LEAD = frozenset({str(Part.LEAD)})
_FORM_MISSING = "工作机制落实情况备案表还没有填报并审签，应随办理结果同步上传，办理结果现在不能上报。"
_NOT_PASSED_ON = "还有请受理单位转达诉求人的事项没有办，办完才能审核通过。"

_PROMISED = "承诺事项还没有了结，现在不能归档。"

_UNCHECKED = "被指定（认定）的承办单位没有签收或办理，是否拒不承担还没有核查，请先核查。"

_D, _n = DutyKind, norms
_ARCHIVE = (Bar(Act.ARCHIVE, _PROMISED),)
_PROMISES = (
    DutySpec(
        _D.COMMITMENT_FULFIL,
        Part.LEAD,
        Post.HANDLER,
        _n.COMMITMENT_KEEP,
        "",  # until the day that was promised
        waived_by=_OWED_TO_DESK,
        survives=True,
        bars=_ARCHIVE,
    ),
    DutySpec(
        _D.COMMITMENT_CHECK,
        Part.DESK,
        Post.CALLER,
        _n.COMMITMENT_KEEP,
        "commitment_check",
        survives=True,
        bars=_ARCHIVE,
    ),
    DutySpec(
        _D.COMMITMENT_BROKEN,
        Part.DESK,
        Post.DISPATCHER,
        _n.COMMITMENT_KEEP,
        "commitment_broken",
        survives=True,
        bars=_ARCHIVE,
    ),
)
_WATCHED = (Bar(Act.ARCHIVE, "督查机构还没有督查、反馈完，现在不能归档。"),)
_KEY = (
    DutySpec(
        _D.KEY_SUPERVISE,
        Part.SUPERVISION,
        Post.SUPERVISOR,
        _n.SUPERVISE_KEY_CLASS,
        "key_supervise",
        survives=True,
        bars=_WATCHED,
    ),
    DutySpec(
        _D.KEY_FEEDBACK,
        Part.SUPERVISION,
        Post.SUPERVISOR,
        _n.SUPERVISE_KEY_CLASS,
        "key_feedback",
        survives=True,
        bars=_WATCHED,
    ),
)
"""What the supervision body owes of a key case: whoever is supervised lets nobody off, so it survives the case."""
DUTIES = _specs(
    *_PROMISES,
    *_KEY,
    DutySpec(_D.DISPATCH, Part.DESK, Post.DISPATCHER, _n.REGISTER_PROMPTLY, "dispatch"),
    DutySpec(_D.DECLINE_DECISION, Part.DESK, Post.REVIEWER, _n.DECLINE_SECOND_READER, "decline_decision"),
    DutySpec(_D.SIGN_IN, Part.LEAD, Post.HANDLER, _n.SIGN_IN, "sign_in", waived_by=_OWED_TO_DESK),
    DutySpec(
        _D.FIRST_CONTACT,
        Part.LEAD,
        Post.HANDLER,
        _n.FIRST_CONTACT,
        "first_contact",
        rests=True,
        waived_by=_OWED_TO_DESK,
    ),
    DutySpec(
        _D.RELAY,
        Part.DESK,
        Post.CALLER,
        _n.IDENTITY_PROTECTED,
        "",  # the limit of the first contact, where the regulation has one
        waived_by=_OWED_TO_LEAD,
        bars=(Bar(Act.APPROVE, _NOT_PASSED_ON), Bar(Act.CLOSE_WITHOUT_CALLBACK, _NOT_PASSED_ON)),
    ),
    DutySpec(_D.HANDLE, Part.LEAD, Post.HANDLER, _n.HANDLE_WITHIN_LIMIT, "handle", rests=True, waived_by=_OWED_TO_DESK),
    DutySpec(
        _D.RETURN_DECISION,
        Part.DESK,
        Post.DISPATCHER,
        _n.RETURN_DECIDED_BY_DESK,
        "return_decision",
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.EXTENSION_DECISION,
        Part.DESK,
        Post.DISPATCHER,
        _n.EXTENSION_WITH_APPROVAL,
        "extension_decision",
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.WAIT_DECISION,
        Part.DESK,
        Post.DISPATCHER,
        _n.AWAIT_REQUESTER,
        "extension_decision",
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.TERMINATION_DECISION,
        Part.DESK,
        Post.DISPATCHER,
        _n.TERMINATE,
        "termination_decision",
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.AWAIT_REQUESTER, Part.LEAD, Post.HANDLER, _n.AWAIT_REQUESTER, "await_requester", waived_by=_OWED_TO_DESK
    ),
    DutySpec(
        _D.LINK,
        Part.LEAD,
        Post.HANDLER,
        _n.LINKAGE_REQUEST,
        "link",
        rests=True,
        waived_by=_OWED_TO_DESK,
        bars=(Bar(Act.ANSWER, "本件指定了协办单位，请先向协办单位提出联动要求。"),),
        given=_n.DESIGNATE_LEAD,
    ),
    DutySpec(
        _D.LINKAGE_FORM,
        Part.LEAD,
        Post.HANDLER,
        _n.LINKAGE_FORM_UPLOADED,
        "joint_form",
        rests=True,
        waived_by=_OWED_TO_DESK,
        bars=(Bar(Act.SIGN_OFF, f"“首接负责”{_FORM_MISSING}"),),
    ),
    DutySpec(
        _D.WHISTLE_FORM,
        Part.LEAD,
        Post.HANDLER,
        _n.WHISTLE_FORM_UPLOADED,
        "joint_form",
        rests=True,
        waived_by=_OWED_TO_DESK,
        bars=(Bar(Act.SIGN_OFF, f"“吹哨报到”{_FORM_MISSING}"),),
    ),
    DutySpec(
        _D.DETERMINATION,
        Part.DESK,
        Post.DISPATCHER,
        _n.DETERMINATION_PAUSES,
        "determination",
        waived_by=_OWED_TO_LEAD,
    ),
    DutySpec(
        _D.REFUSAL_CHECK,
        Part.DESK,
        Post.DISPATCHER,
        _n.REFUSAL_REFERRED,
        "refusal_check",
        survives=True,
        bars=tuple(
            Bar(act, _UNCHECKED)
            for act in (Act.RECALL, Act.REDISPATCH, Act.APPROVE_RETURN, Act.ADJUDICATE, Act.ARCHIVE)
        ),
    ),
    DutySpec(_D.SIGN_OFF, Part.LEAD, Post.DEPUTY, _n.SIGN_OFF, "sign_off", waived_by=_OWED_TO_DESK),
    DutySpec(_D.REVIEW, Part.DESK, Post.REVIEWER, _n.REVIEW, "review"),
    DutySpec(_D.CALLBACK, Part.DESK, Post.CALLER, _n.CALLBACK, "callback"),
    DutySpec(
        _D.CALLBACK_CHECK,
        Part.DESK,
        Post.REVIEWER,
        _n.CALLBACK,
        "callback_check",
        survives=True,
        otherwise="1wd",
        bars=tuple(
            Bar(act, "诉求人说回访记录与其所说不符，核实以前不能这样办。")
            for act in (Act.CLOSE, Act.REWORK, Act.REOPEN, Act.ARCHIVE)
        ),
    ),
    DutySpec(_D.REWORK, Part.LEAD, Post.HANDLER, _n.REWORK, "rework", rests=True, waived_by=_OWED_TO_DESK),
    DutySpec(_D.HANG_REVIEW, Part.DESK, Post.DISPATCHER, _n.HANG, "hang_review"),
    DutySpec(
        _D.HANG_CONFIRM,
        Part.LEAD,
        Post.DEPUTY,
        _n.HANG,
        "hang_confirm",
        waived_by=_OWED_TO_DESK,
        bars=(Bar(Act.REVIEW_HUNG, "责任领导还没有确认挂账，确认以后才能继续挂账。"),),
    ),
    DutySpec(
        _D.UNSOLVED_FOLLOW_UP,
        Part.DESK,
        Post.REVIEWER,
        _n.UNSOLVED,
        "unsolved_follow_up",
        survives=True,
        otherwise="2wd",
        bars=(Bar(Act.ARCHIVE, "诉求人说没有解决，还没有决定是否重新办理，不能归档。"),),
    ),
    DutySpec(_D.TELL_RESULT, Part.DESK, Post.CALLER, _n.MERGE_REPEATS, "callback", survives=True, otherwise="3wd"),
    DutySpec(_D.UNMERGE, Part.DESK, Post.DISPATCHER, _n.MERGE_REPEATS, "unmerge", survives=True, otherwise="1wd"),
    DutySpec(_D.LISTED, Part.DESK, Post.DISPATCHER, _n.LIST_ONE_TRACK, "listed"),
)
"""Every kind of duty that a case can carry."""


CONFIDANTS: Mapping[str, frozenset[str]] = {
    Part.DESK: frozenset({Post.REGISTRAR, Post.CALLER}),
    Part.SUPERVISION: frozenset({Post.SUPERVISOR}),
}
"""Part → posts that may learn who asks even where the requester asked for secrecy."""


def at_work(parts: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The units that take part, but for those that gave the work up today and may still read what they did."""
    return frozenset[str]().union(*(units for part, units in parts.items() if part != Part.FORMER))


class Accusing(Protocol):
    """What stands on a request in which units may be complained of."""

    @property
    def secret(self) -> bool: ...
    @property
    def accused(self) -> tuple[str, ...]: ...


class Limited(Protocol):
    """A request, registered or about to be."""

    @property
    def urgency(self) -> str: ...
    @property
    def appeal_type(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def subject_code(self) -> str: ...


def limit_scope(request: Limited) -> Mapping[str, str]:
    """By what the pack's limits for a request differ."""
    return {
        "urgency": request.urgency,
        "appeal_type": request.appeal_type,
        "channel": request.channel,
        "category": request.subject_code,
    }


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules need to know of a case. `duties` are the open ones: kind → due moment."""

    number: str
    jurisdiction: str
    pack: str
    stage: Stage
    version: int
    title: str
    appeal_type: AppealType
    urgency: str
    channel: str
    anonymous: bool
    callback_wanted: bool
    registered_at: datetime
    closed_at: datetime | None
    desk: str
    lead: str | None
    first_receiver: str | None
    designated: bool
    adjudicated: bool
    assigned_at: datetime | None
    signed_in_at: datetime | None
    contacted_at: datetime | None
    round: int
    returns: int
    extensions: int
    reworks: int
    registered_by: str
    proposed_by: str
    answered_by: str
    signed_off_by: str
    reviewed_by: str
    closure: str
    parent: str | None
    requester: int | None
    subject_code: str = ""
    secret: bool = False
    accused: tuple[str, ...] = ()
    form_resolved: bool | None = None
    form_follow_up: str = ""
    statutory_limit: str = ""
    """How long a law gives this case, where the desk found one that does."""
    statutory_basis: str = ""
    """Which law, and which article of it."""
    waits: int = 0
    """How often its lead has waited for the requester in this round."""
    key: bool = False
    """Whether it came by a way for which the supervision body looks after it (重点办件)."""
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The key of the case's chain."""
        return f"case:{self.number}"

    @property
    def limit_scope(self) -> Mapping[str, str]:
        """By what the pack's limits differ."""
        return limit_scope(self)

    @property
    def confidential(self) -> bool:
        """Whether there is somebody of whom whoever handles must not learn."""
        return self.secret and self.requester is not None

    @property
    def confidants(self) -> frozenset[Seat]:
        """The seats that may learn who asks even where secrecy was asked for."""
        return seats_among(self.parts, CONFIDANTS)

    @property
    def watched(self) -> bool:
        """Whether the supervision body looks after it, and there is one."""
        return self.key and bool(self.parts.get(Part.SUPERVISION))

    def done_already(self, kind: str) -> bool:
        """Whether what the duty demands happened before it could be opened."""
        if kind == DutyKind.TELL_RESULT:
            return self.requester is None  # there is nobody who could be told
        return kind == DutyKind.FIRST_CONTACT and (self.contacted_at is not None or self.anonymous)


class Basis(Vocabulary):
    """Why a unit was given a case."""

    TERRITORY = "territory", "属地"
    DUTY = "duty", "职责"
    LIST_ENTRY = "list_entry", "派单目录"
    DESIGNATION = "designation", "指定首接"
    ADJUDICATION = "adjudication", "联合认定"
    INSTRUCTION = "instruction", "⟨leadership⟩批示指定"


class Departure(Vocabulary):
    """How a unit's part in a case ended."""

    RETURNED = "returned", "退单"
    REPLACED = "replaced", "改派"
    RECALLED = "recalled", "撤回派单"
    ENDED = "ended", "终结"
    REFORMED = "reformed", "单位撤销"


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What the ledger is narrowed to. `post`, `clause` and what is due speak of duties still open; `numbers` and
    `requesters` name the cases that another search found."""

    stage: str | None = None
    open: bool | None = None
    channel: str | None = None
    lead: str | None = None
    number: str | None = None
    words: str | None = None
    appeal_type: str | None = None
    urgency: str | None = None
    closure: str | None = None
    subject_code: str | None = None
    place: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    post: str | None = None
    clause: str | None = None
    overdue: bool = False
    due_since: datetime | None = None
    due_until: datetime | None = None
    numbers: tuple[str, ...] | None = None
    requesters: tuple[int, ...] | None = None

    @property
    def of_duties(self) -> bool:
        """Whether something is asked of the duties still open."""
        return bool(self.post or self.clause or self.overdue or self.due_since or self.due_until)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the ledger."""

    id: int
    number: str
    title: str
    stage: Stage
    appeal_type: AppealType
    urgency: str
    urgency_label: str
    channel: str
    channel_label: str
    desk_name: str
    lead: str | None
    lead_name: str
    registered_at: datetime
    closed_at: datetime | None
    closure: ClosureType | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class CaseBrief:
    """What a list of duties tells of the case behind a duty."""

    number: str
    title: str
    stage: Stage
    urgent: str
    """What it is called, where it is urgent."""
    appeal_type: AppealType
    subject_code: str
    accused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseSaid:
    """What a requester said."""

    number: str
    title: str
    content: str | None


@dataclass(frozen=True, slots=True)
class DispatchedCase:
    """A case that just went to its unit."""

    number: str
    title: str
    lead_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A recent case that shares words with what is being registered."""

    number: str
    title: str
    stage: Stage
    place: str
    registered_at: datetime
    shared: int


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A unit's part in a case, present or past."""

    unit: str
    name: str
    part: str
    since: datetime
    until: datetime | None
    basis_kind: str
    basis: str
    departure: str


def told_place(locality: str, place: str) -> str:
    """A place from the list, and what was said about where in it unless that says no more."""
    return locality if place in locality else f"{locality} {place}".strip()


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a requester said in their own case, the names of the units where it lies, and the mark of its query code."""

    title: str
    content: str
    place: str
    desk_name: str
    lead_name: str
    query_mark: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """What is read of a case for its page, besides the facts that rules ask."""

    content: str | None
    place_code: str
    locality: str | None
    place: str
    subject_code: str
    secret: bool
    participants: tuple[ParticipantRow, ...]
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that a case page shows but for the acts."""

    facts: CaseFacts
    content: str
    place_code: str
    locality: str
    """Full name of the place of that code, as it is called today."""
    place: str
    subject_code: str
    secret: bool
    accused_names: tuple[str, ...]
    channel_label: str
    pressing: Urgency
    category: str
    """What its class is called, where the regulation lists it."""
    instrument: str
    requester: MaskedIdentity | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    children: tuple[str, ...]

    @property
    def urgency_label(self) -> str:
        """What its urgency is called."""
        return self.pressing.label

    @property
    def where(self) -> str:
        """The place from the list, and where in it."""
        return told_place(self.locality, self.place)
