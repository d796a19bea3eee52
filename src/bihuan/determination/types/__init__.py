"""Words and facts of the determination of who is responsible (责任主体认定), and of referrals for refusing (移交)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bihuan.cases.types import Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms


class Stage(Vocabulary, context="stage"):
    """Where a determination is."""

    DRAFT = "draft", "整理争议材料"
    SUBMITTED = "submitted", "联合认定中"
    DETERMINED = "determined", "已认定待派单"
    GAP = "gap", "职责空白待专报"
    UNREASONABLE = "unreasonable", "认定不合理待处理"
    REPORTED = "reported", "待⟨leadership⟩批示"
    DESIGNATED = "designated", "已批示待派单"
    FOLLOW_UP = "follow_up", "⟨staffing⟩跟进定责"
    SETTLED = "settled", "已确定承办主体"
    DECLINED = "declined", "不移交认定"
    TAKEN_BACK = "taken_back", "已收回重新分派"
    DISSOLVED = "dissolved", "随工单终止"


class Act(Vocabulary):
    """What can be done in a determination."""

    REQUEST = "request", "请求认定"
    OPEN = "open", "启动认定"
    ADD_PARTIES = "add_parties", "增加争议单位"
    STATE_POSITION = "state_position", "说明意见"
    SUBMIT = "submit", "移交联合认定"
    DECLINE = "decline", "不移交认定"
    ASK_MATERIAL = "ask_material", "要求补充材料"
    ADD_MATERIAL = "add_material", "补充材料"
    OPINE = "opine", "提出会商意见"
    ISSUE_UNIT = "issue_unit", "出具认定意见：确定承办主体"
    ISSUE_GAP = "issue_gap", "出具认定意见：职责空白、诉求合理"
    ISSUE_UNREASONABLE = "issue_unreasonable", "出具认定意见：诉求不合理"
    ASSIGN = "assign", "按认定结果派单"
    REPORT = "report", "报送专报"
    DESIGNATE = "designate", "登记批示、指定责任单位"
    VERIFY = "verify_instruction", "核实批示"
    DENY = "deny_instruction", "否认批示"
    TAKE_BACK = "take_back", "收回重新分派"
    ENTER_RESPONSIBILITY = "enter_responsibility", "确定承办责任、列入派单目录"
    NAME_CONTACT = "name_contact", "明确联络人"
    DISSOLVE = "dissolve", "随工单终止"


class DutyKind(Vocabulary):
    """What can be owed in a determination."""

    SUBMIT = "determination_submit", "整理并移交认定材料"
    POSITION = "determination_position", "说明意见和依据"
    STAFFING_OPINION = "staffing_opinion", "提出会商意见"
    JUSTICE_OPINION = "justice_opinion", "提出会商意见"
    ISSUE = "determination_issue", "出具书面认定意见"
    MATERIAL = "determination_material", "补充认定材料"
    ASSIGN = "determination_assign", "按认定结果派单"
    REPORT = "special_report", "报送专报"
    TAKE_BACK = "determination_take_back", "处理不合理诉求认定"
    DESIGNATION = "district_designation", "研究指定责任单位"
    VERIFY = "instruction_verify", "核实批示"
    FOLLOW_UP = "responsibility_follow_up", "研究确定该类问题的承办责任"
    CONTACT = "determination_contact", "明确认定会商联络人"


class Outcome(Vocabulary):
    """What was found about who is responsible."""

    UNIT = "unit", "确定承办主体"
    GAP = "gap", "部门职责空白"


class Verdict(Vocabulary):
    """Whether the request is reasonable."""

    REASONABLE = "reasonable", "合理"
    UNREASONABLE = "unreasonable", "不合理"


class ReferralStage(Vocabulary, context="stage"):
    """Where the referral of a refusal is."""

    OPEN = "open", "核实待移交"
    SENT = "sent", "已移交"
    DROPPED = "dropped", "不移交"


class ReferralAct(Vocabulary):
    """What can be done about a refusal."""

    RECORD = "record", "登记拒不承担"
    EXPLAIN = "explain", "说明情况"
    ADD_EVIDENCE = "add_evidence", "补充证据"
    SEND = "send", "移交追责问责"
    DROP = "drop", "不予移交"
    SIGN_LETTER = "sign_letter", "签发移交函"
    RECEIPT = "receipt", "登记签收"
    RESULT = "result", "登记追责问责结果"


class Designation(Vocabulary):
    """What made a unit that refuses responsible."""

    DETERMINED = "determined", "经联合认定为承办主体"
    NAMED = "named", "被指定为牵头责任单位"


class ReferralDuty(Vocabulary):
    """What can be owed about a refusal."""

    EXPLAIN = "referral_explain", "说明拒不承担的情况"
    REFER = "referral", "核实并移交"
    SIGN_LETTER = "sign_letter", "签发移交函"
    RECEIPT = "referral_receipt", "签收移交函"
    RESULT = "referral_result", "反馈追责问责结果"


_UNIT_POSTS = (Post.HANDLER, Post.DEPUTY, Post.HEAD)
DISPATCHER = Role("受理单位⟨dispatcher⟩", (Post.DISPATCHER,), Part.DESK)
CENTRE_SIGNER = Role("受理单位负责人或⟨reviewer⟩", (Post.HEAD, Post.DEPUTY, Post.REVIEWER), Part.DESK)
PARTY = Role("争议单位⟨handler⟩或负责人", _UNIT_POSTS, Part.PARTY)
STAFFING = Role("⟨staffing⟩⟨handler⟩或负责人", _UNIT_POSTS, Part.STAFFING)
STAFFING_SIGNER = Role("⟨staffing⟩⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.STAFFING)
JUSTICE = Role("⟨justice⟩⟨handler⟩或负责人", _UNIT_POSTS, Part.JUSTICE)
LEADER = Role("⟨leader⟩", (Post.LEADER,), Part.LEADERS)
OFFICES = Role("⟨supervision⟩⟨supervisor⟩", (Post.SUPERVISOR,), Part.SUPERVISION)
DESK_HEADS = Role("受理单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.DESK)
CONTACT_OF_DESK = Role("受理单位⟨dispatcher⟩或⟨reviewer⟩", (Post.DISPATCHER, Post.REVIEWER), Part.DESK)
DISCIPLINE = Role("⟨discipline⟩⟨handler⟩或负责人", _UNIT_POSTS, Part.DISCIPLINE)
REFUSER = Role("承办单位⟨handler⟩或负责人", _UNIT_POSTS, Part.LEAD)
CLOCK = Role("系统", ())
BODIES = (Part.STAFFING, Part.JUSTICE)
"""Who determines together."""


def _specs(*specs: DutySpec) -> Mapping[str, DutySpec]:
    return {spec.kind: spec for spec in specs}


_OWED_TO_DESK = frozenset({str(Part.DESK)})
_OWED_TO_BODIES = frozenset({str(Part.STAFFING), str(Part.JUSTICE)})
_ISSUES = (Act.ISSUE_UNIT, Act.ISSUE_GAP, Act.ISSUE_UNREASONABLE)


def _opinion(kind: DutyKind, part: Part, name: str) -> DutySpec:
    """Both bodies are heard before the written opinion is issued."""
    bars = tuple(Bar(act, f"{name}还没有提出会商意见。") for act in _ISSUES)
    norm, limit = norms.DETERMINATION_JOINT, "determination_opinion"
    return DutySpec(kind, part, Post.HANDLER, norm, limit, waived_by=_OWED_TO_DESK, bars=bars)


D, _n = DutyKind, norms
DETERMINATION_DUTIES = _specs(
    DutySpec(D.SUBMIT, Part.DESK, Post.DISPATCHER, _n.DETERMINATION_REFER, "determination_submit"),
    DutySpec(
        D.POSITION,
        Part.PARTY,
        Post.HANDLER,
        _n.DETERMINATION_POSITIONS,
        "determination_position",
        waived_by=_OWED_TO_DESK | _OWED_TO_BODIES,
    ),
    _opinion(D.STAFFING_OPINION, Part.STAFFING, "⟨staffing⟩"),
    _opinion(D.JUSTICE_OPINION, Part.JUSTICE, "⟨justice⟩"),
    DutySpec(
        D.ISSUE,
        Part.STAFFING,
        Post.DEPUTY,
        _n.DETERMINATION_OPINION,
        "determination_issue",
        waived_by=_OWED_TO_DESK,
    ),
    DutySpec(
        D.MATERIAL,
        Part.DESK,
        Post.DISPATCHER,
        _n.DETERMINATION_REFER,
        "determination_material",
        waived_by=_OWED_TO_BODIES,
    ),
    DutySpec(D.ASSIGN, Part.DESK, Post.DISPATCHER, _n.DETERMINATION_ASSIGN, "determination_assign"),
    DutySpec(D.REPORT, Part.DESK, Post.REVIEWER, _n.SPECIAL_REPORT, "special_report"),
    DutySpec(D.TAKE_BACK, Part.DESK, Post.DISPATCHER, _n.DETERMINATION_TAKE_BACK, "determination_take_back"),
    DutySpec(D.DESIGNATION, Part.LEADERS, Post.LEADER, _n.DISTRICT_DESIGNATES, "district_designation"),
    DutySpec(D.VERIFY, Part.LEADERS, Post.LEADER, _n.DISTRICT_DESIGNATES, "instruction_verify", survives=True),
    DutySpec(D.FOLLOW_UP, Part.STAFFING, Post.HANDLER, _n.RESPONSIBILITY_FOLLOW_UP, "responsibility_follow_up"),
    DutySpec(D.CONTACT, Part.DESK, Post.DISPATCHER, _n.DETERMINATION_CONTACTS, "determination_contact", survives=True),
)
"""Every kind of duty that a determination can carry; whoever lacks a contact person owes one, whatever its part."""
OPINION_OF: Mapping[str, DutyKind] = {Part.STAFFING: D.STAFFING_OPINION, Part.JUSTICE: D.JUSTICE_OPINION}
REFERRAL_DUTIES = _specs(
    DutySpec(
        ReferralDuty.EXPLAIN,
        Part.LEAD,
        Post.HANDLER,
        _n.REFUSAL_REFERRED,
        "referral_explain",
        waived_by=_OWED_TO_DESK,
    ),
    DutySpec(ReferralDuty.REFER, Part.DESK, Post.DISPATCHER, _n.REFUSAL_REFERRED, "referral"),
    DutySpec(ReferralDuty.SIGN_LETTER, Part.DESK, Post.HEAD, _n.REFUSAL_REFERRED, "sign_letter", survives=True),
    DutySpec(
        ReferralDuty.RECEIPT,
        Part.DISCIPLINE,
        Post.HANDLER,
        _n.REFUSAL_REFERRED,
        "referral_receipt",
        survives=True,
        bars=(Bar(ReferralAct.RESULT, "移交函还没有签收，请先登记签收。"),),
    ),
    DutySpec(ReferralDuty.RESULT, Part.DISCIPLINE, Post.HANDLER, _n.REFUSAL_REFERRED, "referral_result", survives=True),
)
"""Every kind of duty that a referral can carry."""
DUTIES: Mapping[str, Mapping[str, DutySpec]] = {"determination": DETERMINATION_DUTIES, "referral": REFERRAL_DUTIES}
DESIGNATED_HANDLE = "designated_handle"
"""The limit of a unit that the district designated: 从速办理."""


@dataclass(frozen=True, slots=True)
class PositionRow:
    """What a unit holds about who is responsible, on what it rests, and what it put beside it."""

    unit: str
    name: str
    at: datetime
    position: str
    law: str
    suggested: str
    suggested_name: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """What one of the two bodies holds."""

    unit: str
    name: str
    body: Part
    at: datetime
    outcome: Outcome
    suggested: str
    suggested_name: str
    opinion: str
    law: str


@dataclass(frozen=True, slots=True)
class DeterminationFacts:
    """What the rules need to know of a determination. `duties`: open kind → earliest due moment.

    The case is known to whoever takes part in it; to others its stage is none.
    """

    number: str
    jurisdiction: str
    pack: str
    stage: Stage
    version: int
    case: str
    title: str
    urgency: str
    case_stage: CaseStage | None
    case_lead: str | None
    requested_by: str
    started_at: datetime
    closed_at: datetime | None
    submitted_at: datetime | None
    outcome: Outcome | None
    verdict: Verdict | None
    unit: str
    opinion_number: str
    issued_at: datetime | None
    report_number: str
    reported_at: datetime | None
    designated_at: datetime | None
    assigned_at: datetime | None
    entry: str
    secret: bool = False
    accused: tuple[str, ...] = ()
    stated: frozenset[str] = frozenset()
    """The units that have said what they hold."""
    opined: frozenset[str] = frozenset()
    """The bodies that have."""
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    requester: ClassVar[None] = None
    """Whoever asks is told of on the page of the case alone."""

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"determination:{self.number}"

    @property
    def limit_scope(self) -> Mapping[str, str]:
        """By what the pack's limits differ."""
        return {"urgency": self.urgency}

    @property
    def on_the_case(self) -> frozenset[str]:
        """The units that take part in the case itself: its desk and lead, both bodies while their opinion is owed."""
        there = (Part.DESK, Part.LEADERS, *(BODIES if self.stage == Stage.SUBMITTED else ()))
        lead = frozenset({self.case_lead} if self.case_lead else ())
        return lead.union(*(self.parts.get(part, frozenset()) for part in there))

    @property
    def silent(self) -> frozenset[str]:
        """The parties that have not said what they hold."""
        return self.parts.get(Part.PARTY, frozenset()) - self.stated

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """What the rules need to know of a referral."""

    number: str
    jurisdiction: str
    pack: str
    stage: ReferralStage
    version: int
    case: str
    title: str
    unit: str
    unit_name: str
    refused_at: datetime
    started_at: datetime
    closed_at: datetime | None
    explained_at: datetime | None
    recipient: str
    started_by: str
    sent_at: datetime | None
    signed_at: datetime | None
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    requester: ClassVar[None] = None
    """A referral tells of a unit, not of whoever asked."""
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"referral:{self.number}"

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False
