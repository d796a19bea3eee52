"""Words and forms of review, call-back, rework and closing (审核、回访、重办、办结)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from bihuan.cases.types import ClosureType
from bihuan.commitments.types import (
    DECIDED,
    KEPT_BY,
    PARTS_OF_PROMISE,
    Confirmed,
    Dismissed,
    PromiseDueOn,
    PromisePerson,
    PromiseText,
    PromiseUnit,
)
from bihuan.dispatch.types import ContactMethod
from bihuan.kernel.fields import Day, Fields, Line, RequiredText, Text, Why, on_free_day
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary


class CallbackMethod(Vocabulary):
    """How the platform asked."""

    PHONE = "phone", "电话"
    MESSAGE = "message", "短信"
    WEB = "web", "网络"
    SELF = "self", "诉求人在网上评价"


class Solved(Vocabulary):
    """Whether the requester says it is solved."""

    YES = "yes", "已解决"
    PARTLY = "partly", "部分解决"
    NO = "no", "未解决"


class Satisfied(Vocabulary):
    """How satisfied the requester is."""

    VERY = "very", "非常满意"
    YES = "yes", "满意"
    BASIC = "basic", "基本满意"
    NO = "no", "不满意"


class ReopenGround(Vocabulary):
    """Why a closed case is taken up again."""

    NEW_FACTS = "new_facts", "出现新情况"
    BROKEN_PROMISE = "broken_promise", "承诺未兑现"
    SPOT_CHECK = "spot_check", "抽查不合格"
    RECURRED = "recurred", "问题反弹"


class SendBackReason(Vocabulary):
    """Why an answer is sent back."""

    INCOMPLETE = "incomplete", "答复不全面"
    NOT_FACTUAL = "not_factual", "与事实不符"
    NO_BASIS = "no_basis", "缺少政策依据"
    NOT_FED_BACK = "not_fed_back", "未反馈诉求人"
    WORDING = "wording", "文字错误"
    OTHER = "other", "其他"


class Approve(Fields):
    """Passing the answer, and saying what it promises."""

    of_norms = {**DECIDED, **{name: norm for name, norm in KEPT_BY.items() if name != "promise"}}
    opinion: Line = Field("", title="审核意见")
    confirmed: Confirmed = ()
    dismissed: Dismissed = ()
    promise_unit: PromiseUnit = None
    promise_person: Annotated[
        Line, Field(title="承诺责任人", description="承诺责任单位在任人员的姓名或账号；认定为承诺的必填")
    ] = ""
    promise_due_on: Annotated[Day | None, Field(title="承诺兑现日期", description="认定为承诺的必填")] = None
    on_free_day: bool = on_free_day("promise_due_on")


class SendBack(Fields):
    """Sending the answer back."""

    reason_code: SendBackReason = Field(title="退回原因")
    reason: Why = Field(title="具体问题与要求")


class RecordCallback(Fields):
    """One call-back: reached or not, and what the requester said."""

    only_with = dict.fromkeys(("contacted_by_unit", "facts_true", "solved", "satisfied"), ("reached", ("true",)))
    method: CallbackMethod = Field(CallbackMethod.PHONE, title="回访方式")
    reached: bool = Field(title="已联系上", json_schema_extra={"widget": "whether"})
    contacted_by_unit: bool | None = Field(None, title="承办单位已联系诉求人")
    facts_true: bool | None = Field(None, title="答复情况属实")
    solved: Solved | None = Field(None, title="问题是否解决", description="已联系上的必填")
    satisfied: Satisfied | None = Field(None, title="是否满意", description="已联系上的必填")
    verbatim: Text = Field("", title="诉求人原话")

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Whoever was reached said whether it is solved and whether it satisfies; nobody else did."""
        for name, words in (("solved", "问题是否解决"), ("satisfied", "是否满意")):
            if said.get("reached") is True and name in said and said[name] is None:
                yield name, f"已联系上的，请填写{words}"
            if said.get("reached") is False and said.get(name):
                yield name, f"未联系上的，不能填写{words}"


class CallbackFinding(Vocabulary):
    """What somebody else finds of a call-back to which the requester objects."""

    KEPT = "kept", "记录属实"
    CORRECTED = "corrected", "按诉求人所说更正"


class Contest(Fields):
    """Objecting to what the platform recorded of a call-back."""

    solved: Solved = Field(title="问题是否解决")
    satisfied: Satisfied = Field(title="是否满意")
    reason: RequiredText = Field(title="记录哪里不对")


class CheckCallback(Fields):
    """Finding out what the requester really said."""

    finding: CallbackFinding = Field(title="核实结论")
    reason: RequiredText = Field(title="核实情况", description="怎样核实的、为什么这样认定；诉求人在网上看得到")


class Close(Fields):
    """Closing the case."""

    of_norms = KEPT_BY
    only_with = dict.fromkeys(PARTS_OF_PROMISE, ("closure", (ClosureType.PROMISED,)))
    closure: ClosureType = Field(ClosureType.SOLVED, title="办结方式")
    note: Line = Field("", title="说明", description="办结方式与诉求人在回访中所说不一致的，写明理由")
    promise: PromiseText = ""
    promise_unit: PromiseUnit = None
    promise_person: PromisePerson = ""
    promise_due_on: PromiseDueOn = None
    on_free_day: bool = on_free_day("promise_due_on")


class CloseWithoutCallback(Close):
    """Closing a case that nobody is called back about, and saying what its answer promises."""

    of_norms = {**DECIDED, **KEPT_BY}
    confirmed: Confirmed = ()
    dismissed: Dismissed = ()


class Rework(Fields):
    """Sending the case back to be done again."""

    reason: RequiredText = Field(title="重办理由与要求")


class Reopen(Fields):
    """Taking a closed case up again."""

    ground: ReopenGround = Field(title="重新办理的情形")
    reason: RequiredText = Field(title="理由")


class DecideUnsolved(Fields):
    """Deciding that what the requester says is unsolved is not taken up again."""

    reason: RequiredText = Field(title="不再办理的理由", description="诉求人在网上看得到")
    method: ContactMethod = Field(title="告知诉求人的方式")
    told: RequiredText = Field(title="告知情况", description="什么时候告诉诉求人的，诉求人怎么说；联系不上的写明")


class Archive(Fields):
    """Putting a closed case away."""


class TellResult(Fields):
    """Telling the requester of a joined case what came of it, or trying to."""

    method: ContactMethod = Field(title="告知方式")
    reached: bool = Field(title="已联系上", json_schema_extra={"widget": "whether"})
    said: Text = Field("", title="诉求人怎么说")


class FollowParent(Fields):
    """What becomes of a case because of the one to which it was joined."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerApproved(Happening):
    """The platform passed the answer."""

    kind: ClassVar[str] = "case.approved"
    sentence: ClassVar[str] = "审核通过，转回访"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "confirmed", "dismissed"})

    opinion: str
    confirmed: str = ""
    """What of the answer is a promise, of what was found in it."""
    dismissed: str = ""
    """What of it is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerSentBack(Happening):
    """The platform sent the answer back."""

    kind: ClassVar[str] = "case.sent-back"
    sentence: ClassVar[str] = "审核退回：{reason_code}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason_code: SendBackReason
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackRecorded(Happening):
    """The platform called back, or tried to."""

    kind: ClassVar[str] = "case.callback-recorded"
    sentence: ClassVar[str] = "第{attempt}次回访（{method}）：{result}"
    private: ClassVar[frozenset[str]] = frozenset({"verbatim"})

    attempt: int
    method: CallbackMethod
    result: str
    reached: bool
    contacted_by_unit: bool | None
    facts_true: bool | None
    solved: Solved | None
    satisfied: Satisfied | None
    verbatim: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackContested(Happening):
    """The requester says that it is not what they said."""

    kind: ClassVar[str] = "case.callback-contested"
    sentence: ClassVar[str] = "诉求人对回访记录提出异议：{solved}，{satisfied}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    round: int
    solved: Solved
    satisfied: Satisfied
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackChecked(Happening):
    """Somebody else found out what the requester really said."""

    kind: ClassVar[str] = "case.callback-checked"
    sentence: ClassVar[str] = "核实回访记录：{finding}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    finding: CallbackFinding
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseClosed(Happening):
    """The case was closed."""

    kind: ClassVar[str] = "case.closed"
    sentence: ClassVar[str] = "办结：{closure}{unheard}{differs}"
    private: ClassVar[frozenset[str]] = frozenset({"note", "confirmed", "dismissed"})

    closure: ClosureType
    note: str
    without_callback: bool = False
    unheard: str = ""
    """That its requester said nothing of the answer, and why."""
    differs: str = ""
    """That its requester said something else of it."""
    confirmed: str = ""
    """What of an answer that nobody passed before is a promise, of what was found in it."""
    dismissed: str = ""
    """What of it is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReworkOrdered(Happening):
    """The case goes back to be done again."""

    kind: ClassVar[str] = "case.rework-ordered"
    sentence: ClassVar[str] = "第{times}次发回重办"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    times: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseReopened(Happening):
    """A closed case was taken up again."""

    kind: ClassVar[str] = "case.reopened"
    sentence: ClassVar[str] = "重新办理：{ground}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    ground: ReopenGround
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsolvedDecided(Happening):
    """What the requester says is unsolved is not taken up again, and why."""

    kind: ClassVar[str] = "case.unsolved-decided"
    sentence: ClassVar[str] = "诉求人说没有解决，决定不再办理，已说明理由（{method}）"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "told"})

    reason: str
    method: ContactMethod
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseArchived(Happening):
    """A closed case was put away."""

    kind: ClassVar[str] = "case.archived"
    sentence: ClassVar[str] = "归档"


@dataclass(frozen=True, kw_only=True, slots=True)
class ParentAnswered(Happening):
    """The case to which this one was joined was answered, and the answer has passed the desk."""

    kind: ClassVar[str] = "case.parent-answered"
    sentence: ClassVar[str] = "主单{parent}的答复已审核通过（{lead_name}），应告知本件诉求人"
    private: ClassVar[frozenset[str]] = frozenset({"answer"})

    parent: str
    lead_name: str
    outcome: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParentEnded(Happening):
    """The case to which this one was joined ended without an answer: this one stands by itself again."""

    kind: ClassVar[str] = "case.parent-ended"
    sentence: ClassVar[str] = "主单{parent}{how}，没有答复，本件恢复单独办理"

    parent: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultTold(Happening):
    """The requester of a joined case was told what came of it, or somebody tried to."""

    kind: ClassVar[str] = "case.result-told"
    sentence: ClassVar[str] = "第{attempt}次告知诉求人结果（{method}）：{result}"
    private: ClassVar[frozenset[str]] = frozenset({"said"})

    attempt: int
    method: ContactMethod
    result: str
    reached: bool
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedHeard(Happening):
    """What the requester of a case that was joined to this one says of the answer."""

    kind: ClassVar[str] = "case.joined-heard"
    sentence: ClassVar[str] = "回访并入的工单{child}的诉求人：{result}"

    child: str
    result: str


def is_dissatisfied(*, solved: Solved | None, satisfied: Satisfied | None, facts_true: bool | None) -> bool:
    """Dissatisfied, and with reason: not solved, or what the unit wrote is not true."""
    return satisfied == Satisfied.NO and (solved != Solved.YES or facts_true is False)


@dataclass(frozen=True, slots=True)
class PassedAnswer:
    """What was answered to a requester, and what came of it."""

    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A call-back as rules, pages and API see it."""

    round: int
    attempt: int
    at: datetime
    by: str
    method: CallbackMethod
    reached: bool
    contacted_by_unit: bool | None
    facts_true: bool | None
    solved: Solved | None
    satisfied: Satisfied | None
    verbatim: str

    @property
    def dissatisfied(self) -> bool:
        """Dissatisfied, and with reason: not solved, or what the unit wrote is not true."""
        return is_dissatisfied(solved=self.solved, satisfied=self.satisfied, facts_true=self.facts_true)
