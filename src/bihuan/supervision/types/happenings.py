"""What happens to what was sent to a unit, and what of it the record of its subject tells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.kernel.happening import Happening
from bihuan.supervision.types import CheckedHow, Colour, OrderGround, OrderKind, ReminderGround


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeSent(Happening):
    """A unit was urged about something that it owes."""

    kind: ClassVar[str] = "supervision.urge-sent"
    sentence: ClassVar[str] = "{issuer_name}催办{unit_name}“{duty}”（{subject}，应于{due_at}前完成）"
    private: ClassVar[frozenset[str]] = frozenset({"demand"})

    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    subject: str
    duty: str
    due_at: datetime
    demand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeRepeated(Happening):
    """It was urged again, about the same."""

    kind: ClassVar[str] = "supervision.urge-repeated"
    sentence: ClassVar[str] = "第{times}次催办"
    private: ClassVar[frozenset[str]] = frozenset({"demand"})

    times: int
    demand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeReplied(Happening):
    """The unit told how far it is."""

    kind: ClassVar[str] = "supervision.urge-replied"
    sentence: ClassVar[str] = "{unit_name}回复催办"
    private: ClassVar[frozenset[str]] = frozenset({"progress", "difficulty"})

    unit_name: str
    progress: str
    expected_on: date | None
    difficulty: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeSettled(Happening):
    """What the unit was urged about is done: no reply is wanted any more."""

    kind: ClassVar[str] = "supervision.urge-settled"
    sentence: ClassVar[str] = "催办的任务“{duty}”已经办结，不再要求回复"

    duty: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeLapsed(Happening):
    """What the unit was urged about is not its own any more."""

    kind: ClassVar[str] = "supervision.urge-lapsed"
    sentence: ClassVar[str] = "催办的任务“{duty}”已经转出或者不再要求，催办终止"

    duty: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectUrged(Happening):
    """Told in the record of a subject: somebody was urged about it."""

    kind: ClassVar[str] = "supervision.subject-urged"
    sentence: ClassVar[str] = "{issuer_name}催办{unit_name}“{duty}”（第{times}次，{number}）"
    is_note: ClassVar[bool] = True

    number: str
    issuer_name: str
    unit_name: str
    duty: str
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectUrgeReplied(Happening):
    """Told in the record of a subject: whoever was urged about it replied."""

    kind: ClassVar[str] = "supervision.subject-urge-replied"
    sentence: ClassVar[str] = "{unit_name}回复催办（{number}）"
    is_note: ClassVar[bool] = True

    number: str
    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderSuggested(Happening):
    """The clock suggests to remind a unit; somebody decides."""

    kind: ClassVar[str] = "supervision.reminder-suggested"
    sentence: ClassVar[str] = "建议对{unit_name}发工作提醒（{ground}）"
    private: ClassVar[frozenset[str]] = frozenset({"problem", "demand"})

    unit: str
    unit_name: str
    ground: ReminderGround
    subjects: tuple[str, ...]
    problem: str
    demand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectAdded(Happening):
    """A further subject of the same day belongs to what was suggested."""

    kind: ClassVar[str] = "supervision.subject-added"
    sentence: ClassVar[str] = "并入{subject}"

    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderIssued(Happening):
    """A unit was reminded of something that is wrong, and is to put it right."""

    kind: ClassVar[str] = "supervision.reminder-issued"
    sentence: ClassVar[str] = "{issuer_name}对{unit_name}发工作提醒（{ground}），{due_on}前整改并回复"
    private: ClassVar[frozenset[str]] = frozenset({"problem", "demand"})

    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    ground: ReminderGround
    subjects: tuple[str, ...]
    due_on: date
    problem: str
    demand: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderDropped(Happening):
    """Nothing is sent after all."""

    kind: ClassVar[str] = "supervision.reminder-dropped"
    sentence: ClassVar[str] = "决定不予提醒"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderReceived(Happening):
    """The unit signed for it."""

    kind: ClassVar[str] = "supervision.reminder-received"
    sentence: ClassVar[str] = "签收工作提醒"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderReplied(Happening):
    """The unit told what it put right, or contests what is held against it."""

    kind: ClassVar[str] = "supervision.reminder-replied"
    sentence: ClassVar[str] = "{unit_name}回复整改情况{contesting}"
    private: ClassVar[frozenset[str]] = frozenset({"situation", "measures", "contest_reason"})

    unit_name: str
    contesting: str
    situation: str
    measures: str
    done_on: date | None
    contest_reason: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyAccepted(Happening):
    """What was wrong is put right."""

    kind: ClassVar[str] = "supervision.reply-accepted"
    sentence: ClassVar[str] = "认可整改（{checked_how}）"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    checked_how: CheckedHow
    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyRejected(Happening):
    """It is not put right: there is a new day."""

    kind: ClassVar[str] = "supervision.reply-rejected"
    sentence: ClassVar[str] = "不予认可，{due_on}前重新整改并回复"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    due_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContestUpheld(Happening):
    """The unit was right: the reminder is taken back."""

    kind: ClassVar[str] = "supervision.contest-upheld"
    sentence: ClassVar[str] = "采纳申辩，撤回工作提醒"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderWithdrawn(Happening):
    """It is taken back."""

    kind: ClassVar[str] = "supervision.reminder-withdrawn"
    sentence: ClassVar[str] = "撤回工作提醒"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFellAway(Happening):
    """The unit has ended and nobody follows it."""

    kind: ClassVar[str] = "supervision.unit-fell-away"
    sentence: ClassVar[str] = "单位撤销，没有单位承接，随之终止"


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectNamed(Happening):
    """Told in the record of a subject: what was sent about it, and what came of that."""

    kind: ClassVar[str] = "supervision.subject-named"
    sentence: ClassVar[str] = "{what}（{number}）：{told}"
    is_note: ClassVar[bool] = True

    what: str
    number: str
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSuggested(Happening):
    """The clock suggests to send an order; somebody decides."""

    kind: ClassVar[str] = "supervision.order-suggested"
    sentence: ClassVar[str] = "建议对{unit_name}发督办单（{ground}）"
    private: ClassVar[frozenset[str]] = frozenset({"problem", "demand"})

    unit: str
    unit_name: str
    ground: OrderGround
    subjects: tuple[str, ...]
    problem: str
    demand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderIssued(Happening):
    """A unit was ordered to settle something and to answer for it."""

    kind: ClassVar[str] = "supervision.order-issued"
    sentence: ClassVar[str] = "{issuer_name}对{unit_name}发督办单（{order_kind}，{ground}）"
    private: ClassVar[frozenset[str]] = frozenset({"problem", "demand"})

    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    order_kind: OrderKind
    ground: OrderGround
    previous: str
    subjects: tuple[str, ...]
    reply_by: date | None
    problem: str
    demand: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDropped(Happening):
    """No order is sent after all."""

    kind: ClassVar[str] = "supervision.order-dropped"
    sentence: ClassVar[str] = "决定不予督办"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReceived(Happening):
    """The unit signed for it."""

    kind: ClassVar[str] = "supervision.order-received"
    sentence: ClassVar[str] = "签收督办单"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressReported(Happening):
    """The unit told how far it is."""

    kind: ClassVar[str] = "supervision.progress-reported"
    sentence: ClassVar[str] = "{unit_name}报告督办进展"
    private: ClassVar[frozenset[str]] = frozenset({"progress", "difficulty"})

    unit_name: str
    progress: str
    difficulty: str
    expected_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTracked(Happening):
    """Whoever sent it looked how it goes."""

    kind: ClassVar[str] = "supervision.order-tracked"
    sentence: ClassVar[str] = "登记督查情况（{checked_how}）"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    checked_how: CheckedHow
    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeAsked(Happening):
    """The unit asked for more time to reply."""

    kind: ClassVar[str] = "supervision.time-asked"
    sentence: ClassVar[str] = "申请延长回复时限{days}个工作日"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    days: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeGiven(Happening):
    """It got it."""

    kind: ClassVar[str] = "supervision.time-given"
    sentence: ClassVar[str] = "同意延长{days}个工作日，应于{due_at}前回复"

    days: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeRefused(Happening):
    """It did not."""

    kind: ClassVar[str] = "supervision.time-refused"
    sentence: ClassVar[str] = "不同意延长回复时限"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReplied(Happening):
    """The head of the unit answered for it."""

    kind: ClassVar[str] = "supervision.order-replied"
    sentence: ClassVar[str] = "{unit_name}回复督办单"
    private: ClassVar[frozenset[str]] = frozenset({"situation", "measures"})

    unit_name: str
    situation: str
    measures: str
    done_on: date | None
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReleased(Happening):
    """What was ordered is done."""

    kind: ClassVar[str] = "supervision.order-released"
    sentence: ClassVar[str] = "解除督办（{checked_how}）"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    checked_how: CheckedHow
    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WentOn(Happening):
    """A heavier order goes on from here."""

    kind: ClassVar[str] = "supervision.went-on"
    sentence: ClassVar[str] = "转为督办单{next_number}"

    next_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderWithdrawn(Happening):
    """It is taken back."""

    kind: ClassVar[str] = "supervision.order-withdrawn"
    sentence: ClassVar[str] = "撤回督办单"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredRegistered(Happening):
    """A superior body's order was entered."""

    kind: ClassVar[str] = "supervision.coloured-registered"
    sentence: ClassVar[str] = "登记{superior}下发的{colour}督办单（{document_number}，{issued_on}）"
    private: ClassVar[frozenset[str]] = frozenset({"demand", "no_previous"})

    colour: Colour
    superior: str
    document_number: str
    issued_on: date
    received_on: date
    due_on: date | None
    previous_document: str
    """The superior body's number of the one before: not everybody who is asked now sees that one."""
    no_previous: str
    subjects: tuple[str, ...]
    demand: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredDistributed(Happening):
    """Units were told what each of them answers for."""

    kind: ClassVar[str] = "supervision.coloured-distributed"
    sentence: ClassVar[str] = "分派{unit_names}办理"
    private: ClassVar[frozenset[str]] = frozenset({"task"})

    units: tuple[str, ...]
    unit_names: str
    task: str
    reply_by: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredReceived(Happening):
    """A unit signed for it."""

    kind: ClassVar[str] = "supervision.coloured-received"
    sentence: ClassVar[str] = "{unit_name}签收三色督办单"

    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredReplied(Happening):
    """The head of a unit answered for its part."""

    kind: ClassVar[str] = "supervision.coloured-replied"
    sentence: ClassVar[str] = "{unit_name}回复三色督办"
    private: ClassVar[frozenset[str]] = frozenset({"situation", "measures"})

    unit_name: str
    situation: str
    measures: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredSentBack(Happening):
    """What a unit replied was not good enough: there is a new day."""

    kind: ClassVar[str] = "supervision.coloured-sent-back"
    sentence: ClassVar[str] = "退回{unit_name}，{due_on}前重新办理并回复"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    due_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredAnswered(Happening):
    """The superior body was answered."""

    kind: ClassVar[str] = "supervision.coloured-answered"
    sentence: ClassVar[str] = "答复{superior}（{document_number}，{answered_on}）"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "answer"})

    superior: str
    document_number: str
    answered_on: date
    opinion: str
    answer: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredReleased(Happening):
    """The superior body holds it to be settled."""

    kind: ClassVar[str] = "supervision.coloured-released"
    sentence: ClassVar[str] = "{superior}解除督办（{document_number}，{on}）"
    private: ClassVar[frozenset[str]] = frozenset({"outcome"})

    superior: str
    document_number: str
    on: date
    outcome: str
    scan: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredRaised(Happening):
    """The superior body sent a heavier one about the same."""

    kind: ClassVar[str] = "supervision.coloured-raised"
    sentence: ClassVar[str] = "上级升级为{colour}督办单（{document_number}）"

    colour: Colour
    document_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredVoided(Happening):
    """It was entered wrongly."""

    kind: ClassVar[str] = "supervision.coloured-voided"
    sentence: ClassVar[str] = "登记有误，作废"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredCameBack(Happening):
    """A unit that still owed its reply has ended and nobody follows it: whoever keeps the order sees to it."""

    kind: ClassVar[str] = "supervision.coloured-came-back"
    sentence: ClassVar[str] = "单位撤销，没有单位承接，由登记的机构另行分派或者答复"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyMarked(Happening):
    """A case came by a way for which the supervision body looks after it."""

    kind: ClassVar[str] = "supervision.key-marked"
    sentence: ClassVar[str] = "列为重点办件：{label}（{source}），由{bodies}督查"

    key_class: str
    label: str
    source: str
    received_on: date | None
    order: str
    scan: tuple[int, ...]
    bodies: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeySupervised(Happening):
    """The supervision body looked at a key case."""

    kind: ClassVar[str] = "supervision.key-supervised"
    sentence: ClassVar[str] = "{unit_name}督查重点办件（{checked_how}）{again}"
    private: ClassVar[frozenset[str]] = frozenset({"checked", "finding"})

    unit_name: str
    checked: str
    checked_how: CheckedHow
    finding: str
    next_on: date | None
    again: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyUnmarked(Happening):
    """The supervision body found that it is no such case, or no more."""

    kind: ClassVar[str] = "supervision.key-unmarked"
    sentence: ClassVar[str] = "取消重点办件：{label}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    key_class: str
    label: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyTakenUpAgain(Happening):
    """A key case that had ended is taken up again, and looked after again."""

    kind: ClassVar[str] = "supervision.key-taken-up-again"
    sentence: ClassVar[str] = "重点办件重新办理，继续督查"
    is_note: ClassVar[bool] = True
