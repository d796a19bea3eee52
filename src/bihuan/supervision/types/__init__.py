"""Words and facts of supervision (监督督办): what is sent to a unit about what it owes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import Part
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.ladders import By
from bihuan.policy.pack import Capacity


class Kind(Vocabulary):
    """What is sent to a unit, and where its pages stand."""

    URGE = "urging", "催办", "urges"
    REMINDER = "reminder", "工作提醒", "reminders"
    ORDER = "ordering", "督办单", "orders"
    COLOURED = "coloured", "三色督办单", "coloured"

    def __init__(self, value: str, label: str = "", folder: str = "") -> None:
        self.folder = folder


class UrgeStage(Vocabulary, context="stage"):
    """Where an urge is."""

    SENT = "sent", "待回复"
    REPLIED = "replied", "已回复"
    SETTLED = "settled", "任务已办结"
    LAPSED = "lapsed", "任务已转出"


class UrgeAct(Vocabulary):
    """What can be done with an urge."""

    SEND = "send", "催办"
    REPEAT = "repeat", "再次催办"
    REPLY = "reply", "回复催办"
    SETTLE = "settle", "随任务办结"
    LAPSE = "lapse", "随任务转出"


class UrgeDuty(Vocabulary):
    """What can be owed about an urge."""

    REPLY = "urge_reply", "回复催办"


class ReminderStage(Vocabulary, context="stage"):
    """Where a reminder is."""

    DRAFT = "draft", "待定"
    DROPPED = "dropped", "不予提醒"
    ISSUED = "issued", "待签收"
    RECTIFYING = "rectifying", "整改中"
    REPLIED = "replied", "待认定"
    ACCEPTED = "accepted", "整改到位"
    WITHDRAWN = "withdrawn", "已撤回"
    ESCALATED = "escalated", "已转督办"


class ReminderAct(Vocabulary):
    """What can be done with a reminder."""

    SUGGEST = "suggest", "建议提醒"
    ADD_SUBJECT = "add_subject", "并入事项"
    ISSUE = "issue", "发出工作提醒"
    SEND_DRAFT = "send_draft", "发出提醒"
    DROP = "drop", "不予提醒"
    RECEIVE = "receive", "签收提醒"
    REPLY = "reply", "回复整改情况"
    ACCEPT = "accept", "认可整改"
    REJECT = "reject", "不予认可"
    UPHOLD = "uphold", "采纳申辩"
    WITHDRAW = "withdraw", "撤回提醒"
    ESCALATE = "escalate", "转为督办单"
    FALL_AWAY = "fall_away", "随单位撤销终止"


class ReminderDuty(Vocabulary):
    """What can be owed about a reminder."""

    DECIDE = "reminder_decide", "决定是否提醒"
    RECEIPT = "reminder_receipt", "签收工作提醒"
    REPLY = "reminder_reply", "整改并回复"
    VERDICT = "reminder_verdict", "认定整改情况"


class OrderStage(Vocabulary, context="stage"):
    """Where an order is."""

    DRAFT = "draft", "待定"
    DROPPED = "dropped", "不予督办"
    ISSUED = "issued", "待签收"
    HANDLING = "handling", "督办中"
    REPLIED = "replied", "待认定"
    RELEASED = "released", "解除督办"
    RAISED = "raised", "已提级督办"
    WITHDRAWN = "withdrawn", "已撤回"


class OrderAct(Vocabulary):
    """What can be done with an order."""

    SUGGEST = "suggest", "建议督办"
    ISSUE = "issue", "发出督办单"
    SEND_DRAFT = "send_draft", "发出督办"
    DROP = "drop", "不予督办"
    RECEIVE = "receive", "签收督办单"
    REPORT = "report", "报告进展"
    TRACK = "track", "登记督查情况"
    ASK_TIME = "ask_time", "申请延长回复时限"
    GIVE_TIME = "give_time", "同意延长"
    REFUSE_TIME = "refuse_time", "不同意延长"
    REPLY = "reply", "回复督办单"
    ACCEPT = "accept", "解除督办"
    REJECT = "reject", "不予认可"
    RAISE = "raise", "提级督办"
    WITHDRAW = "withdraw", "撤回督办单"
    FALL_AWAY = "fall_away", "随单位撤销终止"


class OrderDuty(Vocabulary):
    """What can be owed about an order."""

    DECIDE = "order_decide", "决定是否督办"
    RECEIPT = "order_receipt", "签收督办单"
    REPLY = "order_reply", "办结并回复督办"
    PROGRESS = "order_progress", "报告督办进展"
    TIME_DECISION = "order_time_decision", "审批延长回复时限"
    VERDICT = "order_verdict", "认定督办结果"


class OrderKind(Vocabulary):
    """How much an order weighs, the least first."""

    GENERAL = "general", "一般督办"
    URGENT = "urgent", "限期督办"
    LISTED = "listed", "挂牌督办"

    @property
    def rank(self) -> int:
        """Its place among them."""
        return list(OrderKind).index(self)


class OrderGround(Vocabulary):
    """Why an order is sent."""

    OVERDUE = "overdue", "逾期没有办结"
    REFUSED = "refused", "拒不办理"
    UNSOLVED = "unsolved", "问题没有解决"
    KEY_CASE = "key_case", "重点办件"
    INSTRUCTION = "instruction", "领导批办"
    REMINDER_IGNORED = "reminder_ignored", "提醒以后没有整改"
    BAD_EFFECT = "bad_effect", "造成不良影响"


class ColouredStage(Vocabulary, context="stage"):
    """Where a coloured order is."""

    REGISTERED = "registered", "待分派"
    DISTRIBUTED = "distributed", "办理中"
    ANSWERED = "answered", "待上级认定"
    RELEASED = "released", "已解除"
    RAISED = "raised", "已升级"
    VOID = "void", "已作废"
    LAPSED = "lapsed", "已终止"


class ColouredAct(Vocabulary):
    """What can be done with a coloured order."""

    REGISTER = "register", "登记三色督办单"
    DISTRIBUTE = "distribute", "分派三色督办单"
    ADD_UNITS = "add_units", "加派单位"
    RECEIVE = "receive", "签收三色督办单"
    REPLY = "reply", "回复三色督办"
    SEND_BACK = "send_back", "退回重办"
    ANSWER_UP = "answer_up", "答复上级"
    RELEASE = "release", "登记解除"
    RAISE = "raise", "登记升级"
    VOID = "void", "作废"
    COME_BACK = "come_back", "随单位撤销收回"
    FALL_AWAY = "fall_away", "随单位撤销终止"


class ColouredDuty(Vocabulary):
    """What can be owed about a coloured order."""

    DISTRIBUTE = "coloured_distribute", "分派三色督办单"
    RECEIPT = "coloured_receipt", "签收三色督办单"
    REPLY = "coloured_reply", "办理并回复三色督办"
    ANSWER = "coloured_answer", "审核回复并答复上级"
    OUTCOME = "coloured_outcome", "登记上级认定结果"


class Colour(Vocabulary):
    """How a superior body warns, the mildest first."""

    YELLOW = "yellow", "黄色"
    ORANGE = "orange", "橙色"
    RED = "red", "红色"

    @property
    def rank(self) -> int:
        """Its place among them."""
        return list(Colour).index(self)


class ReminderGround(Vocabulary):
    """Of what a unit is reminded."""

    LATE = "late", "办理逾期"
    POOR_REPLY = "poor_reply", "答复质量不高"
    NOT_COOPERATING = "not_cooperating", "不配合办理"
    PROMISE_BROKEN = "promise_broken", "承诺没有兑现"
    DATA_FALSE = "data_false", "填报不实"
    OTHER = "other", "其他问题"


class CheckedHow(Vocabulary):
    """How it was found out whether a unit put things right."""

    PAPERS = "papers", "查看材料"
    TELEPHONE = "telephone", "电话核实"
    ON_SITE = "on_site", "现场查看"


class Verdict(Vocabulary):
    """What was found of a reply."""

    ACCEPTED = "accepted", "予以认可"
    REJECTED = "rejected", "不予认可"
    UPHELD = "upheld", "申辩成立"


UNIT_POSTS = (
    Post.HANDLER,
    Post.LIAISON,
    Post.DEPUTY,
    Post.HEAD,
    Post.DISPATCHER,
    Post.REVIEWER,
    Post.CALLER,
    Post.REGISTRAR,
    Post.SUPERVISOR,
    Post.LIST_KEEPER,
    Post.LIST_DIRECTOR,
)
URGERS = (Post.SUPERVISOR, Post.LIST_KEEPER, Post.LIST_DIRECTOR, Post.DEPUTY, Post.HEAD)
ISSUES = frozenset({Capacity.DESK, Capacity.OFFICE, Capacity.SUPERVISION})
"""What a unit is for that may send something."""
SENDERS = {By.DESK: Capacity.DESK, By.SUPERVISION: Capacity.SUPERVISION, By.OFFICE: Capacity.OFFICE}
"""In whose name the clock sends → what that unit can."""
OFFICES = {Capacity.OFFICE: Post.LIST_KEEPER, Capacity.SUPERVISION: Post.SUPERVISOR}
"""Which bodies see to what leaders decide, the first there is, and the post that is told."""
ISSUER = Role("⟨supervisor⟩、⟨list_keeper⟩或发出单位负责人", URGERS, Part.ISSUER)
ADDRESSEE = Role("被催办单位⟨handler⟩或负责人", UNIT_POSTS, Part.ADDRESSEE)
ISSUING_UNIT = Role("发出单位", UNIT_POSTS, Part.ISSUER)
"""Everybody of the unit that sent it: who issues its papers."""
OFFICER = Role("发出单位⟨supervisor⟩或负责人", (Post.SUPERVISOR, Post.DEPUTY, Post.HEAD), Part.ISSUER)
ISSUER_HEAD = Role("发出单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.ISSUER)
RECEIVER = Role("被提醒单位⟨handler⟩或负责人", UNIT_POSTS, Part.ADDRESSEE)
ORDERED = Role("被督办单位⟨handler⟩或负责人", UNIT_POSTS, Part.ADDRESSEE)
ORDERED_SIGNER = Role("被督办单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.ADDRESSEE)
ORDERED_HEAD = Role("被督办单位⟨head⟩", (Post.HEAD,), Part.ADDRESSEE)
KEEPER = Role("督查机构⟨supervisor⟩或负责人", (Post.SUPERVISOR, Post.DEPUTY, Post.HEAD), Part.SUPERVISION)
"""Who follows up what a superior body ordered."""
REGISTRAR = Role("受理单位⟨supervisor⟩或负责人", (Post.SUPERVISOR, Post.DEPUTY, Post.HEAD), Part.DESK)
KEEPING_UNIT = Role("登记的督查机构", UNIT_POSTS, Part.SUPERVISION)
"""Everybody of the body that follows it up: who issues its papers."""
ANSWERS = Role("被提醒单位⟨deputy⟩或⟨head⟩", (Post.DEPUTY, Post.HEAD), Part.ADDRESSEE)
CLOCK = Role("系统", ())


def _specs(*specs: DutySpec) -> Mapping[str, DutySpec]:
    return {spec.kind: spec for spec in specs}


_OWED_TO_ISSUER = frozenset({str(Part.ISSUER)})
URGE_DUTIES = _specs(
    DutySpec(
        UrgeDuty.REPLY,
        Part.ADDRESSEE,
        Post.HANDLER,
        norms.SUPERVISE_URGE,
        "urge_reply",
        waived_by=_OWED_TO_ISSUER,
    ),
)
_remind, _rectify = norms.SUPERVISE_REMIND, norms.SUPERVISE_RECTIFY
REMINDER_DUTIES = _specs(
    DutySpec(ReminderDuty.DECIDE, Part.ISSUER, Post.SUPERVISOR, _remind, "reminder_decide"),
    DutySpec(
        ReminderDuty.RECEIPT,
        Part.ADDRESSEE,
        Post.HANDLER,
        _remind,
        "reminder_receipt",
        waived_by=_OWED_TO_ISSUER,
    ),
    DutySpec(ReminderDuty.REPLY, Part.ADDRESSEE, Post.DEPUTY, _rectify, "", waived_by=_OWED_TO_ISSUER),
    DutySpec(ReminderDuty.VERDICT, Part.ISSUER, Post.SUPERVISOR, _rectify, "reminder_verdict"),
)
"""Until when something is to be put right, and the reply given, is said in each reminder."""
_order = norms.SUPERVISE_ORDER
_OWED_TO_ADDRESSEE = frozenset({str(Part.ADDRESSEE)})
ORDER_DUTIES = _specs(
    DutySpec(OrderDuty.DECIDE, Part.ISSUER, Post.SUPERVISOR, _order, "order_decide"),
    DutySpec(OrderDuty.RECEIPT, Part.ADDRESSEE, Post.HANDLER, _order, "order_receipt", waived_by=_OWED_TO_ISSUER),
    DutySpec(OrderDuty.REPLY, Part.ADDRESSEE, Post.HEAD, _order, "order_reply", waived_by=_OWED_TO_ISSUER),
    DutySpec(OrderDuty.PROGRESS, Part.ADDRESSEE, Post.HANDLER, _order, "order_progress", waived_by=_OWED_TO_ISSUER),
    DutySpec(
        OrderDuty.TIME_DECISION,
        Part.ISSUER,
        Post.SUPERVISOR,
        _order,
        "order_time_decision",
        waived_by=_OWED_TO_ADDRESSEE,
    ),
    DutySpec(OrderDuty.VERDICT, Part.ISSUER, Post.SUPERVISOR, _order, "order_verdict"),
)
_coloured = norms.SUPERVISE_COLOURED
_OWED_TO_KEEPER = frozenset({str(Part.SUPERVISION)})
COLOURED_DUTIES = _specs(
    DutySpec(ColouredDuty.DISTRIBUTE, Part.SUPERVISION, Post.SUPERVISOR, _coloured, "coloured_distribute"),
    DutySpec(
        ColouredDuty.RECEIPT,
        Part.ADDRESSEE,
        Post.HANDLER,
        _coloured,
        "coloured_receipt",
        waived_by=_OWED_TO_KEEPER,
        bars=(Bar(ColouredAct.ANSWER_UP, "还有单位没有签收，不能答复上级。"),),
    ),
    DutySpec(
        ColouredDuty.REPLY,
        Part.ADDRESSEE,
        Post.HEAD,
        _coloured,
        "coloured_reply",
        waived_by=_OWED_TO_KEEPER,
        bars=(Bar(ColouredAct.ANSWER_UP, "还有单位没有回复，不能答复上级。"),),
    ),
    DutySpec(ColouredDuty.ANSWER, Part.SUPERVISION, Post.SUPERVISOR, _coloured, "coloured_answer"),
    DutySpec(ColouredDuty.OUTCOME, Part.SUPERVISION, Post.SUPERVISOR, _coloured, "coloured_outcome"),
)
DUTIES: Mapping[str, Mapping[str, DutySpec]] = {
    Kind.URGE: URGE_DUTIES,
    Kind.REMINDER: REMINDER_DUTIES,
    Kind.ORDER: ORDER_DUTIES,
    Kind.COLOURED: COLOURED_DUTIES,
}
"""Kind → every kind of duty that it can carry."""
STAGES: Mapping[str, type[Vocabulary]] = {
    Kind.URGE: UrgeStage,
    Kind.REMINDER: ReminderStage,
    Kind.ORDER: OrderStage,
    Kind.COLOURED: ColouredStage,
}


@dataclass(frozen=True, slots=True)
class Urged:
    """A duty that somebody is to be urged about."""

    id: int
    subject: str
    kind: str
    label: str
    holder: str
    post: str
    clause: str
    due_at: datetime
    paused: bool
    discharged_at: datetime | None


@dataclass(frozen=True, slots=True)
class AboutRow:
    """A subject that is named, and the duty on it that is meant, as they were then."""

    subject: str
    duty: int | None
    duty_kind: str
    duty_label: str
    clause: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ColouredFacts:
    """What a superior body ordered in a colour, what it was answered, and what it made of that."""

    colour: Colour
    superior: str
    document_number: str
    issued_on: date
    received_on: date
    first: str
    """Number of the order with which the chain of colours begins."""
    no_previous: str = ""
    answer_number: str = ""
    answered_on: date | None = None
    answer: str = ""
    outcome_number: str = ""
    outcome_on: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class DirectiveFacts:
    """What the rules need to know of what was sent to a unit. `duties`: open kind → earliest due moment."""

    id: int
    number: str
    kind: Kind
    jurisdiction: str
    pack: str
    stage: UrgeStage | ReminderStage | OrderStage | ColouredStage
    version: int
    title: str
    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    of_case: str
    demand: str
    times: int
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    ground: str = ""
    facts: str = ""
    due_on: date | None = None
    order_kind: str = ""
    previous: str = ""
    """Number of what it goes on from."""
    issued_by: str = ""
    asked_days: int | None = None
    """For how many working days more the unit asked; it asks once."""
    contested: bool = False
    """Whether the last reply contests what is held against the unit."""
    about: tuple[AboutRow, ...] = ()
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)
    owing: frozenset[tuple[str, str]] = frozenset()
    """Kind and holder of each open duty."""
    coloured: ColouredFacts | None = None

    requester: ClassVar[None] = None
    """It tells of a unit, not of whoever asked."""
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{self.kind}:{self.number}"

    def seat_owing(self, duty: Vocabulary, role: Role, actor: Actor) -> Seat | None:
        """The actor's seat of that role in a unit that owes such a duty."""
        fits = (s for s in actor.seats if s.post in role.posts and (str(duty), s.unit) in self.owing)
        return min(fits, default=None)

    @property
    def answered_by(self) -> frozenset[str]:
        """The units that owe no reply any more, of those that were asked for one each."""
        owing = {holder for kind, holder in self.owing if kind == ColouredDuty.REPLY}
        return self.parts.get(str(Part.ADDRESSEE), frozenset()) - owing

    @property
    def from_above(self) -> ColouredFacts:
        """What the superior body ordered; of a coloured order alone."""
        assert self.coloured is not None, f"{self.subject} comes from no superior body"
        return self.coloured

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False
