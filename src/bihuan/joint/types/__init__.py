"""Words and facts of joint handling: linkages (首接联动) and whistles (吹哨报到); forms, rows, happenings beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import AppealType, Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.pack import MOST_URGENT


class Kind(Vocabulary):
    """By which instrument units handle a case together; also what the subject's chain is called."""

    LINKAGE = "linkage", "首接联动"
    WHISTLE = "whistle", "吹哨报到"


class Stage(Vocabulary, context="stage"):
    """Where joint handling is."""

    ACTIVE = "active", "联合办理中"
    ESCALATED = "escalated", "报⟨leadership⟩研究"
    CONCLUDED = "concluded", "办理结束待填表"
    FORM = "form", "备案表待审签"
    SIGNED = "signed", "联合办理结束"
    VOID = "void", "已撤销"
    DISSOLVED = "dissolved", "随工单终止"


class Act(Vocabulary):
    """What can be done in joint handling."""

    REQUEST = "request", "提出联动要求"
    BLOW = "blow", "吹哨"
    ADD_UNITS = "add_units", "增加单位"
    ACKNOWLEDGE = "acknowledge", "确认报备"
    FILE = "file", "电子报备"
    RECORD_CALL = "record_call", "登记电话报备"
    NOTE_EMERGENCY = "note_emergency", "知悉应急吹哨"
    ACCEPT = "accept", "受理联动"
    CHECK_IN = "check_in", "报到"
    RECORD_WORK = "record_work", "登记配合情况"
    CONTACT_UPWARD = "contact_upward", "登记对上沟通"
    FINISH = "finish", "配合办理完毕"
    RETURN = "return", "申请退出联动"
    RELEASE = "release", "同意退出"
    KEEP = "keep", "不同意退出"
    OBJECT = "object", "提出吹错哨"
    UPHOLD = "uphold", "裁定吹错哨"
    OVERRULE = "overrule", "裁定未吹错"
    HOLD_MEETING = "hold_meeting", "登记会商"
    NOTIFY = "notify", "通报消极配合"
    REMIND = "remind", "督促提醒"
    EXPLAIN = "explain", "说明情况"
    REPORT = "report", "向⟨leadership⟩汇报"
    INSTRUCT = "instruct", "登记⟨leader⟩批示"
    VERIFY = "verify_instruction", "核实批示"
    DENY = "deny_instruction", "否认批示"
    DENY_KEY = "deny_key_whistle", "否认重点哨的批示"
    NO_REPORT = "no_report", "决定不汇报"
    RAISE_TO_TOUGH = "raise_to_tough", "升为攻坚哨"
    RAISE_TO_KEY = "raise_to_key", "升为重点哨"
    CONCLUDE = "conclude", "结束联合办理"
    GRADE = "grade", "评价配合情况"
    FILE_FORM = "file_form", "填报备案表"
    SEND_BACK_FORM = "send_back_form", "退回修改备案表"
    SIGN_FORM = "sign_form", "审签备案表"
    RENEW = "renew", "再次联合办理"
    VOID = "void", "撤销联合办理"
    DISSOLVE = "dissolve", "随工单终止"


class DutyKind(Vocabulary):
    """What can be owed in joint handling."""

    FILING = "joint_filing", "确认报备"
    CALL = "whistle_call", "电话报备"
    EMERGENCY = "emergency_notice", "知悉应急吹哨"
    ACCEPT = "linkage_accept", "受理联动"
    CHECK_IN = "check_in", "报到"
    WORK = "joint_work", "配合办理"
    RETURN_DECISION = "linkage_return_decision", "答复退出申请"
    RULING = "whistle_ruling", "裁定吹错哨异议"
    RETARGET = "whistle_retarget", "重新确定报到部门"
    REMIND = "joint_remind", "督促提醒"
    EXPLAIN = "joint_explain", "说明情况"
    INSTRUCTION = "district_instruction", "协调处置"
    VERIFY = "instruction_verify", "核实批示"
    DIFFICULTY = "difficulty_decision", "决定是否汇报"
    CONCLUDE = "joint_conclude", "牵头联合办理"
    FILE_FORM = "joint_file_form", "填报备案表"
    SIGN_FORM = "joint_sign_form", "审签备案表"


class WhistleType(Vocabulary):
    """How hard the town blows."""

    ROUTINE = "routine", "常规哨"
    TOUGH = "tough", "攻坚哨"
    KEY = "key", "重点哨"


class Emergency(Vocabulary):
    """What makes a whistle an emergency."""

    DISASTER = "disaster", "突发灾害"
    ACCIDENT = "accident", "重大事故"
    CRIME = "crime", "重大案件"
    CROWD = "crowd", "群体性事件"


class Filing(Vocabulary):
    """How the platform was told."""

    SYSTEM = "system", "电子报备"
    PHONE = "phone", "电话报备"


class WorkForm(Vocabulary):
    """In what way a department takes part."""

    ON_SITE = "on_site", "现场办公"
    JOINT_CONSULT = "joint_consult", "集体会诊"
    JOINT_ACTION = "joint_action", "联合行动"
    OTHER = "other", "其他"


class Grade(Vocabulary, context="grade"):
    """How well a unit cooperated."""

    GOOD = "good", "好"
    FAIRLY_GOOD = "fairly_good", "较好"
    AVERAGE = "average", "一般"
    POOR = "poor", "差"


class Absence(Vocabulary):
    """Why the responsible deputy does not sign."""

    TRAVEL = "travel", "出差"
    LEAVE = "leave", "休假"
    SICK = "sick", "病假"
    VACANT = "vacant", "空缺"
    RECUSED = "recused", "回避"


class Leaving(Vocabulary):
    """How a unit's part ended before the end."""

    RELEASED = "released", "经同意退出"
    MISDIRECTED = "misdirected", "吹错哨"
    DENIED = "denied", "批示不实"
    REFORMED = "reformed", "单位撤销"


LEAD_HANDLER = Role("首接单位⟨handler⟩", (Post.HANDLER,), Part.LEAD)
LEAD_SIGNER = Role("首接单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.LEAD)
LEAD_HEAD = Role("首接单位⟨head⟩", (Post.HEAD,), Part.LEAD)
NAMED_BY = Role("指定协办单位的平台⟨dispatcher⟩", (Post.DISPATCHER,), Part.DESK)
CO_UNIT = Role("协办单位⟨handler⟩、⟨liaison⟩或⟨deputy⟩", (Post.HANDLER, Post.LIAISON, Post.DEPUTY), Part.CO)
TOWN_HANDLER = Role("吹哨单位⟨handler⟩", (Post.HANDLER,), Part.LEAD)
TOWN_SIGNER = Role("吹哨单位负责人", (Post.DEPUTY, Post.HEAD), Part.LEAD)
TOWN_HEAD = Role("吹哨单位⟨head⟩", (Post.HEAD,), Part.LEAD)
RESPONDER = Role("报到单位⟨handler⟩、⟨liaison⟩或⟨deputy⟩", (Post.HANDLER, Post.LIAISON, Post.DEPUTY), Part.RESPONDER)
LEAD_UNIT = Role("首接单位（吹哨单位）⟨handler⟩或负责人", (Post.HANDLER, Post.DEPUTY, Post.HEAD), Part.LEAD)
"""Who issues the papers of the unit that asked others to join."""
DESK = Role("平台⟨dispatcher⟩或⟨registrar⟩", (Post.DISPATCHER, Post.REGISTRAR), Part.DESK)
DISPATCHER = Role("平台⟨dispatcher⟩", (Post.DISPATCHER,), Part.DESK)
OFFICES = Role("⟨supervision⟩⟨supervisor⟩", (Post.SUPERVISOR,), Part.SUPERVISION)
LEADER = Role("⟨leader⟩", (Post.LEADER,), Part.LEADERS)
DESK_SIGNER = Role("平台⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.DESK)
CLOCK = Role("系统", ())
MEMBERS: Mapping[Kind, Part] = {Kind.LINKAGE: Part.CO, Kind.WHISTLE: Part.RESPONDER}
"""As what the units take part that were asked to join."""


JOIN: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_REQUEST, Kind.WHISTLE: norms.WHISTLE_BLOW}
"""The norm without which there is no such life."""
ASKED: Mapping[Kind, tuple[DutyKind, ...]] = {
    Kind.LINKAGE: (DutyKind.ACCEPT, DutyKind.WORK),
    Kind.WHISTLE: (DutyKind.CHECK_IN, DutyKind.WORK),
}
"""What each unit owes that is asked to join."""


def _specs(*specs: DutySpec) -> Mapping[str, DutySpec]:
    return {spec.kind: spec for spec in specs}


D, _n = DutyKind, norms
_OWED_TO_LEAD = frozenset({str(Part.LEAD)})
_OWED_TO_DESK = frozenset({str(Part.DESK)})
_OWED_TO_BOTH = _OWED_TO_LEAD | _OWED_TO_DESK
_OWED_TO_MEMBERS = frozenset({str(Part.CO), str(Part.RESPONDER)})
_UNDECIDED = "有协办单位申请退出还没有答复，请先答复，再结束联合办理。"
_UNRULED = "吹错哨异议尚未裁定，请等平台裁定后再结束联合办理。"
_UNFILED = "本次吹哨尚未向平台报备：请电话报备由平台登记，或改为电子报备。"
_UNAIMED = "请先重新确定报到部门。"
_UNREPORTED = "共同办理没有解决问题，⟨head⟩须先决定：向⟨leadership⟩汇报、升级，或说明不汇报的理由。"


def _in_common(
    *, member: Part, filing: Norm, passive: Norm, report: Norm, coordinate: Norm, convene: Norm
) -> tuple[DutySpec, ...]:
    """What is owed alike under the two instruments. Filing, reminder and explanation outlive the signed form: they
    check the units, and the units do not put an end to them."""
    return (
        DutySpec(D.FILING, Part.DESK, Post.DISPATCHER, filing, "joint_filing", survives=True),
        DutySpec(D.REMIND, Part.DESK, Post.DISPATCHER, passive, "joint_remind", waived_by=_OWED_TO_LEAD, survives=True),
        DutySpec(D.EXPLAIN, member, Post.HANDLER, passive, "joint_explain", waived_by=_OWED_TO_BOTH, survives=True),
        DutySpec(D.INSTRUCTION, Part.LEADERS, Post.LEADER, coordinate, "district_instruction"),
        DutySpec(D.VERIFY, Part.LEADERS, Post.LEADER, coordinate, "instruction_verify", survives=True),
        DutySpec(D.CONCLUDE, Part.LEAD, Post.HANDLER, convene, "joint_conclude", rests=True, waived_by=_OWED_TO_DESK),
        DutySpec(
            D.DIFFICULTY,
            Part.LEAD,
            Post.HEAD,
            report,
            "difficulty_decision",
            rests=True,
            waived_by=_OWED_TO_DESK,
            survives=True,
            bars=(
                Bar(Act.SIGN_FORM, _UNREPORTED),
                Bar(Act.FILE_FORM, _UNREPORTED, into=Stage.SIGNED),
                Bar(Act.RENEW, _UNREPORTED),
            ),
        ),
    )


def _forms(filled: Norm, signed: Norm) -> tuple[DutySpec, ...]:
    return (
        DutySpec(D.FILE_FORM, Part.LEAD, Post.HANDLER, filled, "joint_file_form", rests=True, waived_by=_OWED_TO_DESK),
        DutySpec(D.SIGN_FORM, Part.LEAD, Post.DEPUTY, signed, "sign_off", rests=True, waived_by=_OWED_TO_DESK),
    )


LINKAGE_DUTIES = _specs(
    *_in_common(
        member=Part.CO,
        filing=_n.LINKAGE_FILING,
        passive=_n.LINKAGE_PASSIVE,
        report=_n.LINKAGE_REPORT,
        coordinate=_n.LINKAGE_COORDINATE,
        convene=_n.LINKAGE_CONVENE,
    ),
    DutySpec(
        D.ACCEPT,
        Part.CO,
        Post.HANDLER,
        _n.LINKAGE_COOPERATE,
        "linkage_accept",
        rests=True,
        waived_by=_OWED_TO_BOTH,
    ),
    DutySpec(
        D.WORK, Part.CO, Post.HANDLER, _n.LINKAGE_COOPERATE, "joint_conclude", rests=True, waived_by=_OWED_TO_BOTH
    ),
    DutySpec(
        D.RETURN_DECISION,
        Part.LEAD,
        Post.HANDLER,
        _n.LINKAGE_COOPERATE,
        "linkage_return_decision",
        rests=True,
        waived_by=_OWED_TO_MEMBERS,
        bars=(Bar(Act.CONCLUDE, _UNDECIDED), Bar(Act.VOID, _UNDECIDED)),
    ),
    *_forms(_n.LINKAGE_FORM, _n.LINKAGE_FORM_SIGNED),
)
"""Every kind of duty that a linkage can carry."""
WHISTLE_DUTIES = _specs(
    *_in_common(
        member=Part.RESPONDER,
        filing=_n.WHISTLE_FILING,
        passive=_n.WHISTLE_PASSIVE,
        report=_n.WHISTLE_REPORT,
        coordinate=_n.WHISTLE_COORDINATE,
        convene=_n.WHISTLE_CONVENE,
    ),
    DutySpec(
        D.CALL,
        Part.LEAD,
        Post.HANDLER,
        _n.WHISTLE_FILING,
        "joint_filing",
        waived_by=_OWED_TO_DESK,
        bars=(
            Bar(Act.SIGN_FORM, _UNFILED),
            Bar(Act.VOID, _UNFILED),
            Bar(Act.FILE_FORM, _UNFILED, into=Stage.SIGNED),
            Bar(Act.CONCLUDE, _UNFILED, into=Stage.SIGNED),
        ),
    ),
    DutySpec(D.EMERGENCY, Part.SUPERVISION, Post.SUPERVISOR, _n.WHISTLE_EMERGENCY, "emergency_notice", survives=True),
    DutySpec(
        D.CHECK_IN,
        Part.RESPONDER,
        Post.HANDLER,
        _n.WHISTLE_CHECK_IN,
        "check_in_routine",
        rests=True,
        waived_by=_OWED_TO_BOTH,
    ),
    DutySpec(
        D.WORK,
        Part.RESPONDER,
        Post.HANDLER,
        _n.WHISTLE_RESPOND,
        "joint_conclude",
        rests=True,
        waived_by=_OWED_TO_BOTH,
    ),
    DutySpec(
        D.RULING,
        Part.DESK,
        Post.DISPATCHER,
        _n.WHISTLE_MISDIRECTED,
        "whistle_ruling",
        waived_by=_OWED_TO_MEMBERS,
        bars=(Bar(Act.CONCLUDE, _UNRULED), Bar(Act.VOID, _UNRULED)),
    ),
    DutySpec(
        D.RETARGET,
        Part.LEAD,
        Post.HANDLER,
        _n.WHISTLE_PRE_STUDY,
        "whistle_retarget",
        rests=True,
        waived_by=_OWED_TO_DESK,
        bars=(Bar(Act.CONCLUDE, _UNAIMED),),
    ),
    *_forms(_n.WHISTLE_FORM, _n.WHISTLE_FORM_SIGNED),
)
"""Every kind of duty that a whistle can carry."""
DUTIES: Mapping[Kind, Mapping[str, DutySpec]] = {Kind.LINKAGE: LINKAGE_DUTIES, Kind.WHISTLE: WHISTLE_DUTIES}

CHECK_IN_LIMITS: Mapping[WhistleType, str] = {
    WhistleType.ROUTINE: "check_in_routine",
    WhistleType.TOUGH: "check_in_tough",
    WhistleType.KEY: "check_in_key",
}
EMERGENCY_CHECK_IN = "check_in_emergency"
CHECK_INS = (*CHECK_IN_LIMITS.values(), EMERGENCY_CHECK_IN)
"""The limits by which departments must check in."""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A unit that was asked to join, and what it did so far."""

    unit: str
    name: str
    task: str
    since: datetime
    until: datetime | None
    due_at: datetime
    accepted_at: datetime | None = None
    check_in_at: datetime | None = None
    check_in_place: str = ""
    people: str = ""
    work_form: str = ""
    finished_at: datetime | None = None
    result: str = ""
    asked_out_at: datetime | None = None
    asked_out_why: str = ""
    leaving: str = ""
    notified_at: datetime | None = None
    notice: str = ""
    reminded_at: datetime | None = None
    explained_at: datetime | None = None
    explanation: str = ""
    grade: str = ""
    grade_reason: str = ""
    designated: bool = False
    asked_again_at: datetime | None = None
    """When it was last asked once more, after it had done its part."""

    @property
    def told_of(self) -> bool:
        """Whether the centre was told that it is passive, of what it is asked now."""
        if self.notified_at is None:
            return False
        return self.asked_again_at is None or self.notified_at >= self.asked_again_at

    @property
    def there(self) -> bool:
        """Whether it still takes part."""
        return self.until is None


@dataclass(frozen=True, slots=True)
class Covering:
    """A leader whose portfolio covers a unit, and the days on which that holds while they are in office."""

    account: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class JointFacts:
    """What the rules need to know of a linkage or a whistle. `duties`: open kind → earliest due moment."""

    id: int
    kind: Kind
    number: str
    jurisdiction: str
    pack: str
    stage: Stage
    version: int
    case: str
    title: str
    case_stage: CaseStage
    case_lead: str | None
    case_assignment: int | None
    urgency: str
    appeal_type: AppealType
    channel: str
    anonymous: bool
    secret: bool
    accused: tuple[str, ...]
    contacted_at: datetime | None
    """When somebody first reached the requester."""
    initiator: str
    assignment: int
    started_at: datetime
    closed_at: datetime | None
    whistle_type: WhistleType | None
    emergency: Emergency | None
    topic: str
    filing: Filing | None
    """How the platform was told; None where the regulation does not ask for that."""
    filed_at: datetime | None
    acknowledged_at: datetime | None
    resolved: bool | None
    met_at: datetime | None
    concluded_at: datetime | None
    routed_to: str
    blown_at: datetime | None
    subject_code: str = ""
    resting: str = ""
    """Why the clocks of the case stand still now."""
    covering: tuple[Covering, ...] = ()
    """Leaders whose portfolio covers the lead, past and to come."""
    members: tuple[MemberFacts, ...] = ()
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    requester: ClassVar[None] = None
    """Whoever asks is told of on the page of the case alone."""

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{self.kind}:{self.number}"

    @property
    def limit_scope(self) -> Mapping[str, str]:
        """By what the pack's limits differ."""
        urgency = MOST_URGENT if self.emergency else self.urgency
        said = {"appeal_type": self.appeal_type, "channel": self.channel, "category": self.subject_code}
        return {"urgency": urgency, **said}

    @property
    def asked_at(self) -> datetime:
        """When the units were asked: when the whistle was blown, where that was entered later."""
        return self.blown_at or self.started_at

    def asked_since(self, member: MemberFacts) -> datetime:
        """Since when the unit knew that it was asked."""
        if member.asked_again_at is not None:
            return member.asked_again_at
        return self.asked_at if member.since == self.started_at else member.since

    @property
    def rests(self) -> bool:
        """Whether the clocks of the units stand still now; an emergency waits for nobody."""
        return bool(self.resting) and self.emergency is None

    @property
    def present(self) -> tuple[MemberFacts, ...]:
        """The units that still take part."""
        return tuple(member for member in self.members if member.there)

    def member(self, unit: str) -> MemberFacts | None:
        """The unit among those that still take part."""
        return next((member for member in self.present if member.unit == unit), None)

    def done_already(self, kind: str) -> bool:
        """Nothing in joint handling is done before it is owed."""
        return False
