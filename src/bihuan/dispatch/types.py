"""Words and forms of dispatch and handling (派单、签收、退单、延期、答复、审签)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.cases.types import Basis, ClosureType, GroundCode
from bihuan.commitments.types import KEPT_BY, PARTS_OF_PROMISE, PromiseDueOn, PromisePerson, PromiseText, PromiseUnit
from bihuan.kernel.fields import (
    Day,
    Fields,
    Line,
    Moment,
    RequiredLine,
    RequiredText,
    Text,
    UnitCode,
    UnitCodes,
    Why,
    WhyIfAny,
    on_free_day,
)
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import ResponsibilityRow
from bihuan.policy import norms
from bihuan.policy.limits import Unit

AttachmentIds = Annotated[
    tuple[int, ...], Field(title="附件", max_length=20, json_schema_extra={"widget": "attachments"})
]


AccusedReason = Annotated[
    Text,
    Field(
        title="交给被反映单位的理由",
        description="所选单位里有被反映单位的填写",
        json_schema_extra={"widget": "text", "needs": "accused"},
    ),
]


AT_ONCE = timedelta(minutes=10)
"""So long a dispatch is taken back without a word."""


class ContactMethod(Vocabulary):
    """How somebody was reached."""

    PHONE = "phone", "电话"
    VISIT = "visit", "上门"
    MESSAGE = "message", "短信或网络"
    WRITTEN = "written", "书面"


class FeedbackMethod(Vocabulary):
    """How the requester was told what came of it."""

    PHONE = "phone", "电话"
    VISIT = "visit", "上门"
    MESSAGE = "message", "短信或网络"
    WRITTEN = "written", "书面"
    THROUGH_DESK = "through_desk", "由受理单位转达"


class RelayOutcome(Vocabulary):
    """What came of it when somebody spoke with the requester for a unit."""

    TOLD = "told", "已联系上，已转达"
    UNREACHED = "unreached", "没有联系上"


class UnitFollowUp(Vocabulary):
    """What the requester told the unit itself (the platform's call-back is another matter)."""

    SATISFIED = "satisfied", "满意"
    DISSATISFIED = "dissatisfied", "不满意"


class LawUnit(Vocabulary):
    """In what a law counts the time that it gives."""

    WORKING_DAYS = "wd", "工作日"
    DAYS = "d", "日（自然日）"


BY_LAW = ("law", "article", "amount", "law_unit", "law_reason")
"""What a dispatch says of a limit that a law gives the case."""


class Dispatch(Fields):
    """Giving a case to the unit that must answer."""

    of_norms = {
        "co_units": (norms.DESIGNATE_LEAD, norms.LINKAGE_REQUEST),
        **dict.fromkeys(BY_LAW, norms.STATUTORY_LIMIT),
    }
    lead: UnitCode = Field(title="承办单位（首接）")
    co_units: UnitCodes = Field((), title="协办单位", max_length=10)
    basis_kind: Basis = Field(title="派单依据")
    basis: RequiredText = Field(title="依据说明", description="属地、职责或派单目录条目；经认定的写明认定意见书文号")
    requirements: Text = Field("", title="办理要求")
    accused_reason: AccusedReason = ""
    law: Line = Field("", title="另有法定期限的法律法规", description="没有的不填；一般时限照常计算", max_length=120)
    article: Line = Field("", title="法律法规的条款", description="如 第四十二条第一款", max_length=60)
    amount: int | None = Field(None, title="法定期限", description="自派单之日起算，单位在下一项选", ge=1, le=9999)
    law_unit: LawUnit | None = Field(None, title="期限的单位")
    law_reason: Text = Field("", title="适用理由", description="为什么本件适用这一条；留在办理记录里")

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """A limit by a law is told whole, or not at all."""
        if any(said.get(name) for name in BY_LAW):
            yield from ((name, "按法定期限派单的，须填写") for name in BY_LAW if name in said and not said[name])

    @property
    def by_law(self) -> "SetStatutoryLimit | None":
        """The limit that a law gives the case, where one does."""
        if self.amount is None or self.law_unit is None:
            return None
        return SetStatutoryLimit(
            law=self.law, article=self.article, amount=self.amount, unit=self.law_unit, reason=self.law_reason
        )


class Recall(Fields):
    """Taking back what was just sent out."""

    reason: WhyIfAny = Field("", title="撤回理由", description="派出满十分钟后撤回的，须写明")


class Redispatch(Dispatch):
    """Giving a case to another unit than the one that has it."""

    reason: Why = Field(title="改派理由", description="告知原承办单位，留在办理记录里")


class SetStatutoryLimit(Fields):
    """Saying that a law gives this case a limit of its own."""

    law: RequiredLine = Field(title="法律法规名称", description="如 中华人民共和国行政许可法", max_length=120)
    article: RequiredLine = Field(title="条款", description="如 第四十二条第一款", max_length=60)
    amount: int = Field(title="法定期限", description="自派单之日起算，单位在下一项选", ge=1, le=9999)
    unit: LawUnit = Field(title="期限的单位")
    reason: RequiredText = Field(title="理由", description="为什么本件适用这一条；留在办理记录里")


class NoFields(Fields):
    """An act that needs nothing said."""


class RecordContact(Fields):
    """The first contact with the requester."""

    method: ContactMethod = Field(ContactMethod.PHONE, title="联系方式")
    contacted_at: Moment | None = Field(None, title="联系时间", description="不填即为现在")
    reached: bool = Field(title="已联系上", json_schema_extra={"widget": "whether"})
    note: Text = Field("", title="联系情况")


class Relay(Fields):
    """Asking the desk to speak with a requester of whom the unit may not learn."""

    message: RequiredText = Field(title="请转达的内容", description="要问诉求人什么，或者要告诉诉求人什么")


class AnswerRelay(Fields):
    """What came of it when somebody spoke with the requester for the unit."""

    method: ContactMethod = Field(title="转达方式")
    told_at: Moment = Field(title="转达时间")
    outcome: RelayOutcome = Field(title="结果")
    said: RequiredText = Field(
        title="诉求人怎么说", description="写诉求人的回答，不写能认出诉求人的信息；没有联系上的，写明情况"
    )


class RequestReturn(Fields):
    """Asking to give a case back."""

    basis: Why = Field(title="退单依据", description="不属于本单位职责的法律法规、三定规定依据")
    contacted: RequiredLine = Field(title="沟通对象", description="与受理平台何人沟通")
    contact_method: ContactMethod = Field(ContactMethod.PHONE, title="沟通方式")
    contacted_at: Moment = Field(title="沟通时间")
    suggested_unit: UnitCode | None = Field(None, title="建议承办单位")
    ground: GroundCode = Field("", title="退单理由")
    attachments: AttachmentIds = ()


class ApproveReturn(Fields):
    """Taking a case back."""

    opinion: RequiredText = Field(title="审核意见")
    wrong_dispatch: bool = Field(True, title="属派单差错")


class RefuseWithReason(Fields):
    """Refusing what was asked for."""

    reason: Why = Field(title="理由")


class Length(Vocabulary):
    """How long an extension is to be, in the unit of the regulation's limit."""

    WORKING_DAYS = "wd", "延长工作日数"
    DAYS = "d", "延长天数"
    WORKING_HOURS = "wh", "延长工作小时数"
    HOURS = "h", "延长小时数"
    MINUTES = "min", "延长分钟数"


WORKING_DAYS = Unit.WORKING_DAYS.label
"""In what an extension was counted before regulations said so."""


class RequestExtension(Fields):
    """Asking for more time."""

    days: int = Field(title=Length.WORKING_DAYS.label, description="单位与本地延期时限相同", ge=1, le=9999)
    reason: RequiredText = Field(title="延期理由")
    requester_informed: Line = Field("", title="告知诉求人的方式", description="匿名诉求不填")


class NotifyExtension(RequestExtension):
    """Telling the desk and the requester that more time is taken."""


class ApproveExtension(Fields):
    """Allowing more time."""

    opinion: Line = Field("", title="审批意见")


class AwaitRequester(Fields):
    """Waiting for what only the requester can add."""

    missing: RequiredText = Field(title="需要补充的内容")
    told: RequiredLine = Field(title="告知诉求人的方式")


class RequestWait(AwaitRequester):
    """Asking the desk whether the unit may wait for the requester once more."""

    reason: RequiredText = Field(title="再次等待的理由", description="为什么前两次等待后仍缺，为什么缺了不能办理")


class ApproveWait(Fields):
    """Letting a unit wait once more."""

    opinion: Line = Field("", title="意见")


class EndWait(Fields):
    """The wait is over: the clockwork's own act."""


class Resume(Fields):
    """Going on after waiting."""

    supplied: RequiredText = Field(title="补充情况", description="诉求人补充的内容，或逾期未补充的处理")


class Answer(Fields):
    """The answer in two parts, with what must stand beside it."""

    of_norms = KEPT_BY
    only_with = {
        "ground": ("outcome", (ClosureType.EXPLAINED,)),
        **dict.fromkeys(PARTS_OF_PROMISE, ("outcome", (ClosureType.PROMISED,))),
    }
    to_requester: RequiredText = Field(title="给诉求人的答复")
    to_platform: RequiredText = Field(title="办理情况（报平台）")
    outcome: ClosureType = Field(ClosureType.SOLVED, title="办理结果")
    ground: GroundCode = Field("", title="解释说明的理由")
    policy_basis: Text = Field("", title="政策法规依据")
    feedback_method: FeedbackMethod | None = Field(
        None, title="反馈诉求人的方式", description="匿名诉求不填，其他的必填；诉求人要求保密的，只能由受理单位转达"
    )
    feedback_at: Moment | None = Field(None, title="反馈时间", description="匿名诉求、由受理单位转达的不填，其他的必填")
    feedback_by: Line = Field(
        "", title="反馈人", description="由谁反馈诉求人；匿名诉求、由受理单位转达的不填，其他的必填"
    )
    follow_up: UnitFollowUp | None = Field(None, title="诉求人对单位回访的意见")
    differs_because: Annotated[
        Text,
        Field(
            title="与备案表不一致的理由",
            description="备案表写未解决而答复已解决的，或诉求人意见与备案表不一致的填写",
            json_schema_extra={"widget": "text", "needs": "form_resolved"},
        ),
    ] = ""
    promise: PromiseText = ""
    promise_unit: PromiseUnit = None
    promise_person: PromisePerson = ""
    promise_due_on: PromiseDueOn = None
    on_free_day: bool = on_free_day("promise_due_on")
    truthful: bool = Field(title="本单位对回复内容的真实性负责")
    for_requester: Annotated[
        AttachmentIds,
        Field(
            title="给诉求人看的照片、文件",
            description="如办好后的现场照片；答复审核通过后诉求人在网上看得到，不要有其他人的信息",
        ),
    ] = ()
    attachments: AttachmentIds = ()

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """How, when and by whom the requester was told goes together, unless the desk tells."""
        if (method := said.get("feedback_method", FeedbackMethod.THROUGH_DESK)) is None:
            if said.get("feedback_at") or said.get("feedback_by"):
                yield "feedback_method", "请填写怎样反馈诉求人"
        elif method is not FeedbackMethod.THROUGH_DESK:
            if "feedback_at" in said and not said["feedback_at"]:
                yield "feedback_at", "请填写什么时候反馈诉求人"
            if said.get("feedback_by") == "":
                yield "feedback_by", "请填写由谁反馈诉求人"


class SignOff(Fields):
    """Signing the answer off."""

    opinion: Line = Field("", title="审签意见")


class RequestTermination(Fields):
    """Asking in writing to end the handling."""

    ground: GroundCode = Field("", title="终止办理情形")
    reason: Why = Field(title="终止办理理由")
    basis: RequiredText = Field(title="依据")
    attachments: AttachmentIds = ()


class ApproveTermination(Fields):
    """Ending the handling."""

    opinion: RequiredText = Field(title="审批意见")
    requester_told: Line = Field("", title="告知诉求人的方式", description="匿名诉求不填")


class Hang(Fields):
    """Hanging up what cannot be solved for now."""

    ground: RequiredText = Field(title="客观上暂不能解决的原因")
    plan: RequiredText = Field(title="解决计划")
    leader: RequiredLine = Field(title="责任领导", description="承办单位在任分管或主要负责人的姓名或账号，由其本人确认")
    review_on: Day = Field(title="复核日期")
    on_free_day: bool = on_free_day("review_on")
    requester_told: Line = Field(
        "", title="承办单位怎样向诉求人说明", description="为什么暂时不能解决、政策怎样规定、何时复核；匿名诉求不填"
    )


class DenyHang(Fields):
    """Whoever is named as responsible for what hangs does not stand by it."""

    reason: Why = Field(title="不同意挂账的理由")


class ReviewHung(Fields):
    """Looking again at what hangs."""

    finding: RequiredText = Field(title="复核情况")
    review_on: Day = Field(title="下次复核日期")
    on_free_day: bool = on_free_day("review_on")


class ResumeHung(Fields):
    """Taking up again what hung."""

    finding: RequiredText = Field(title="恢复办理的理由")


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseDispatched(Happening):
    """A case was given to the unit that must answer."""

    kind: ClassVar[str] = "case.dispatched"
    sentence: ClassVar[str] = "派单至{lead_name}，依据：{basis_kind}"
    private: ClassVar[frozenset[str]] = frozenset({"basis", "requirements", "accused_reason"})

    lead: str
    lead_name: str
    co_units: tuple[str, ...]
    designated: bool
    adjudicated: bool
    basis_kind: Basis
    basis: str
    requirements: str
    accused_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatutoryLimitSet(Happening):
    """The desk said that a law gives the case a limit of its own."""

    kind: ClassVar[str] = "case.statutory-limit-set"
    sentence: ClassVar[str] = "确定法定时限{limit_words}，依据{basis}{instead}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    limit: str
    limit_words: str
    basis: str
    instead: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DispatchRecalled(Happening):
    """The desk took back what it had sent to the wrong unit: its own error, and no return of the unit's."""

    kind: ClassVar[str] = "case.recalled"
    sentence: ClassVar[str] = "撤回派单（派单差错），不再由{unit_name}承办"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    wrong_dispatch: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadEnded(Happening):
    """The unit that handled the case is no more, and nobody carries on what it had: the desk gives it out anew."""

    kind: ClassVar[str] = "case.lead-ended"
    sentence: ClassVar[str] = "{unit_name}撤销，不再承办（依据：{basis}）"

    unit: str
    unit_name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRedispatched(Happening):
    """The desk gave the case to another unit."""

    kind: ClassVar[str] = "case.redispatched"
    sentence: ClassVar[str] = "由{unit_name}{standing}改派至{lead_name}，依据：{basis_kind}"
    private: ClassVar[frozenset[str]] = frozenset({"basis", "requirements", "accused_reason", "reason"})

    unit: str
    unit_name: str
    standing: str
    lead: str
    lead_name: str
    co_units: tuple[str, ...]
    designated: bool
    adjudicated: bool
    basis_kind: Basis
    basis: str
    requirements: str
    accused_reason: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn(Happening):
    """The unit signed for the case."""

    kind: ClassVar[str] = "case.signed-in"
    sentence: ClassVar[str] = "签收"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRecorded(Happening):
    """The unit reached the requester, or tried to."""

    kind: ClassVar[str] = "case.contact-recorded"
    sentence: ClassVar[str] = "{what}（{method}）"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    what: str
    method: ContactMethod
    contacted_at: datetime
    reached: bool
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayRequested(Happening):
    """The unit asked the desk to speak with the requester."""

    kind: ClassVar[str] = "case.relay-requested"
    sentence: ClassVar[str] = "请受理单位向诉求人转达"
    private: ClassVar[frozenset[str]] = frozenset({"message"})

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayAnswered(Happening):
    """Somebody spoke with the requester for the unit, or tried to; `given_up` where that was tried often enough."""

    kind: ClassVar[str] = "case.relay-answered"
    sentence: ClassVar[str] = "{what}（{method}）"
    private: ClassVar[frozenset[str]] = frozenset({"said"})

    what: str
    method: ContactMethod
    told_at: datetime
    outcome: RelayOutcome
    given_up: bool
    said: str


def relay_answered(fields: AnswerRelay, *, given_up: bool) -> RelayAnswered:
    """The happening of what somebody says they spoke with the requester."""
    unreached = "联系诉求人，未联系上，不再转达" if given_up else "联系诉求人，未联系上"
    return RelayAnswered(
        what="已向诉求人转达" if fields.outcome is RelayOutcome.TOLD else unreached,
        method=fields.method,
        told_at=fields.told_at,
        outcome=fields.outcome,
        given_up=given_up,
        said=fields.said,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnRequested(Happening):
    """The unit asked to give the case back."""

    kind: ClassVar[str] = "case.return-requested"
    sentence: ClassVar[str] = "申请退单{ground_label}，已与平台沟通（{contact_method}）"
    private: ClassVar[frozenset[str]] = frozenset({"basis", "contacted"})

    basis: str
    contacted: str
    contact_method: ContactMethod
    contacted_at: datetime
    suggested_unit: str | None
    ground: str = ""
    ground_label: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnApproved(Happening):
    """The desk took the case back."""

    kind: ClassVar[str] = "case.return-approved"
    sentence: ClassVar[str] = "同意退单，重新分派"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    unit: str
    opinion: str
    wrong_dispatch: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnRefused(Happening):
    """The desk did not take the case back."""

    kind: ClassVar[str] = "case.return-refused"
    sentence: ClassVar[str] = "不同意退单，由原单位继续办理，时限不变"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionRequested(Happening):
    """The unit asked for more time."""

    kind: ClassVar[str] = "case.extension-requested"
    sentence: ClassVar[str] = "申请延期{days}{per}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "requester_informed"})

    days: int
    reason: str
    requester_informed: str
    per: str = WORKING_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionNotified(Happening):
    """The unit took more time and told so, as the regulation lets it."""

    kind: ClassVar[str] = "case.extension-notified"
    sentence: ClassVar[str] = "告知延期{days}{per}，新的到期时间{due_at}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "requester_informed"})

    days: int
    per: str
    due_at: datetime
    reason: str
    requester_informed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionApproved(Happening):
    """More time was allowed."""

    kind: ClassVar[str] = "case.extension-approved"
    sentence: ClassVar[str] = "同意延期{days}{per}，新的到期时间{due_at}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    days: int
    due_at: datetime
    opinion: str
    per: str = WORKING_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionRefused(Happening):
    """More time was not allowed."""

    kind: ClassVar[str] = "case.extension-refused"
    sentence: ClassVar[str] = "不同意延期"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RequesterAwaited(Happening):
    """The unit waits for the requester; the clock stands still, at most until a moment."""

    kind: ClassVar[str] = "case.requester-awaited"
    sentence: ClassVar[str] = "等待诉求人补充，办理时限暂停{asked}"
    private: ClassVar[frozenset[str]] = frozenset({"missing", "told", "opinion"})

    missing: str
    told: str
    asked: str = ""
    """That the desk was asked, from the third time on."""
    opinion: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitRequested(Happening):
    """The unit asked whether it may wait for the requester once more."""

    kind: ClassVar[str] = "case.wait-requested"
    sentence: ClassVar[str] = "申请再次等待诉求人补充（本轮第{times}次）"
    private: ClassVar[frozenset[str]] = frozenset({"missing", "told", "reason"})

    times: int
    missing: str
    told: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitRefused(Happening):
    """It may not wait once more."""

    kind: ClassVar[str] = "case.wait-refused"
    sentence: ClassVar[str] = "不同意再次等待诉求人补充，继续办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitEnded(Happening):
    """The time for which a unit may wait for the requester is over."""

    kind: ClassVar[str] = "case.wait-ended"
    sentence: ClassVar[str] = "等待诉求人补充期满，恢复办理"


@dataclass(frozen=True, kw_only=True, slots=True)
class HandlingResumed(Happening):
    """The unit goes on."""

    kind: ClassVar[str] = "case.resumed"
    sentence: ClassVar[str] = "恢复办理，时限继续计算"
    private: ClassVar[frozenset[str]] = frozenset({"supplied"})

    supplied: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered(Happening):
    """The unit answered."""

    kind: ClassVar[str] = "case.answered"
    sentence: ClassVar[str] = (
        "提交答复（第{answer_version}稿，{outcome}{ground_label}）{uncontacted}{contradicts_form}，待审签"
    )
    private: ClassVar[frozenset[str]] = frozenset({"differs_because"})

    answer_version: int
    outcome: ClosureType
    digest: str
    follow_up: UnitFollowUp | None
    attachments: tuple[int, ...]
    for_requester: tuple[int, ...] = ()
    """Those files that the requester may see once the answer has passed the desk."""
    uncontacted: str = ""
    contradicts_form: str = ""
    differs_because: str = ""
    ground: str = ""
    ground_label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedOff(Happening):
    """The responsible head signed the answer off."""

    kind: ClassVar[str] = "case.signed-off"
    sentence: ClassVar[str] = "审签同意，报平台审核"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftSentBack(Happening):
    """The responsible head sent the draft back."""

    kind: ClassVar[str] = "case.draft-sent-back"
    sentence: ClassVar[str] = "审签不同意，退回修改"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TerminationRequested(Happening):
    """The unit asked to end the handling."""

    kind: ClassVar[str] = "case.termination-requested"
    sentence: ClassVar[str] = "书面申请终止办理{ground_label}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "basis"})

    reason: str
    basis: str
    ground: str = ""
    ground_label: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TerminationApproved(Happening):
    """The handling was ended."""

    kind: ClassVar[str] = "case.terminated"
    sentence: ClassVar[str] = "同意终止办理，{telling}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "requester_told"})

    opinion: str
    requester_told: str
    telling: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TerminationRefused(Happening):
    """The handling goes on."""

    kind: ClassVar[str] = "case.termination-refused"
    sentence: ClassVar[str] = "不同意终止办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseHung(Happening):
    """What cannot be solved for now was hung up."""

    kind: ClassVar[str] = "case.hung"
    sentence: ClassVar[str] = "挂账，{review_on}复核，待责任领导{leader}确认"
    private: ClassVar[frozenset[str]] = frozenset({"ground", "plan", "requester_told"})

    ground: str
    plan: str
    leader: str
    review_on: date
    leader_account: str = ""
    requester_told: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HangConfirmed(Happening):
    """Whoever is responsible for what hangs stands by it."""

    kind: ClassVar[str] = "case.hang-confirmed"
    sentence: ClassVar[str] = "责任领导{leader}确认挂账"

    leader: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HangDenied(Happening):
    """Whoever was named as responsible does not stand by it: the handling goes on."""

    kind: ClassVar[str] = "case.hang-denied"
    sentence: ClassVar[str] = "责任领导{leader}不同意挂账，恢复办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    leader: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HungReviewed(Happening):
    """What hangs was looked at again."""

    kind: ClassVar[str] = "case.hung-reviewed"
    sentence: ClassVar[str] = "挂账复核，{review_on}再次复核"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    finding: str
    review_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class HungResumed(Happening):
    """What hung was taken up again."""

    kind: ClassVar[str] = "case.hung-resumed"
    sentence: ClassVar[str] = "销挂，恢复办理"
    private: ClassVar[frozenset[str]] = frozenset({"finding"})

    finding: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answer says that waits to be signed off, as far as the form of the mechanism says the same."""

    outcome: ClosureType
    follow_up: UnitFollowUp | None
    explained: str
    """In what it says otherwise than a form that was signed before it, and why."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as pages and API show it."""

    version: int
    at: datetime
    by: str
    unit: str
    to_requester: str
    to_platform: str
    outcome: ClosureType
    policy_basis: str
    feedback_method: str
    feedback_at: datetime | None
    feedback_by: str
    follow_up: str
    contradicts_form: str
    differs_because: str
    signed_off_by: str
    signed_off_at: datetime | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry of the responsibility list that fits a case, with the words that both have."""

    entry: ResponsibilityRow
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingExtension:
    """An extension asked for and not decided."""

    days: int
    reason: str
