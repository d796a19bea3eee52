"""What is filled in for an act on a matter."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from bihuan.cases.types import ClosureType
from bihuan.commitments.types import KEPT_BY, PARTS_OF_PROMISE, PromiseDueOn, PromisePerson, PromiseText, PromiseUnit
from bihuan.dispatch.types import AccusedReason, AttachmentIds, FeedbackMethod
from bihuan.feedback.types import SendBackReason
from bihuan.instructions.types import InstructionNumber, IssuedOn, LeaderAccount, LeaderTitle
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
    on_free_day,
)
from bihuan.kernel.phone import Phone, PhoneSpecial
from bihuan.matters.types import Ground, KeyBasis, MatterClass, Proof, Settled, Way
from bihuan.policy import norms


class Propose(Fields):
    """Proposing an overdue case: the clockwork's own act."""

    case: RequiredLine = Field(title="工单号")


class Report(Fields):
    """Reporting what was not solved in time: a case, or a matter that stands in the reporter's own books alone."""

    case: Line = Field("", title="工单号", description="平台外办理的事项不填，另填渠道、标题和事项概述")
    channel: str = Field("", title="渠道", max_length=32, json_schema_extra={"widget": "channel"})
    origin_number: Line = Field("", title="渠道原编号")
    title: Line = Field("", title="标题")
    content: Text = Field("", title="事项概述")
    name: Line = Field("", title="诉求人姓名")
    phone_special: PhoneSpecial = False
    phone: Phone = ""
    tier1_due_at: Moment | None = Field(None, title="原办理时限", description="有工单号的由系统带出")
    done: Text = Field("", title="已做的工作")
    why_unresolved: Text = Field("", title="未能按时解决的原因")
    override_reason: Text = Field("", title="特殊列入理由", description="不符合列入条件仍需列入的，说明理由")
    attachments: AttachmentIds = ()


class Explain(Fields):
    """Telling of a candidate what was done and why it was not solved in time."""

    done: RequiredText = Field(title="已做的工作")
    why_unresolved: RequiredText = Field(title="未能按时解决的原因")
    attachments: AttachmentIds = ()


class Register(Fields):
    """Entering a candidate in the ledger; what is left empty stays as reported, but for the office's own reasons."""

    tier1_due_at: Moment | None = Field(None, title="原办理时限", description="不填即按报送")
    done: Text = Field("", title="已做的工作", description="不填即按报送")
    why_unresolved: Text = Field("", title="未能按时解决的原因", description="不填即按报送")
    override_reason: Text = Field(
        "", title="特殊列入理由", description="没有原办理时限或者还没有到的，⟨office⟩须自己说明理由"
    )
    on_behalf_because: Text = Field(
        "", title="代为登记的理由", description="受理单位的报送期限还没有到、仍要先行登记的，说明理由"
    )


class Drop(Fields):
    """Not entering a candidate."""

    reason: Why = Field(title="不予列入的理由")


class Join(Fields):
    """Putting a candidate to another one, or to a matter on the ledger, that is the same."""

    into: RequiredLine = Field(title="并入的事项", description="事项号或清单编号")
    reason: RequiredText = Field(title="理由")


class Classify(Fields):
    """Saying how much a matter weighs, and for a key one by whose decision."""

    of_norms = {"instruction_number": norms.INSTRUCTION_BY_POST, "meeting_number": norms.RHYTHM_MEETING_AGENDA}
    matter_class: MatterClass = Field(title="分类")
    key_basis: KeyBasis | None = Field(None, title="重点依据", description="重点、重要特殊事项必填")
    meeting_number: Line = Field(
        "",
        title="会商会议编号",
        description="纪要已在系统签发、决定提到本件的，填写会议编号或者纪要文号，不再填写纪要编号、上传纪要",
        max_length=64,
    )
    reference: Line = Field("", title="会商纪要编号或批示文号")
    instruction_number: InstructionNumber = ""
    leader: LeaderTitle = ""
    leader_account: LeaderAccount = ""
    issued_on: IssuedOn = None
    instruction: Text = Field("", title="批示内容")
    attachments: Annotated[
        AttachmentIds,
        Field(
            title="会商纪要或批示件扫描",
            description="批示件必须上传；会商纪要未附的，须在时限内补附，调低分类的须当时附上",
        ),
    ] = ()


class AddKeyPaper(Fields):
    """The minutes of the meeting that made a matter a key one."""

    attachments: Annotated[AttachmentIds, Field(title="会商纪要扫描", min_length=1)]


class Assign(Fields):
    """Giving a matter to the unit that must solve it, with a limit and a basis."""

    of_norms = {"co_units": norms.LIST_COOPERATE}
    lead: UnitCode = Field(title="承办（牵头）单位")
    co_units: UnitCodes = Field((), title="配合单位", max_length=10)
    ground: Ground = Field(title="交办依据")
    basis: RequiredText = Field(title="依据说明")
    due_on: Day = Field(title="办理期限")
    on_free_day: bool = on_free_day("due_on")
    requirements: Text = Field("", title="办理要求")
    accused_reason: AccusedReason = ""


class Coordinate(Fields):
    """The office settled what was hard with somebody: with whom, how, what came of it, and who does what by when."""

    with_whom: RequiredLine = Field(title="协调对象", description="单位或者职务，如：住建局、供水集团")
    how: RequiredText = Field(title="协调方式和经过", description="如：召集现场会、电话会商", max_length=2000)
    result: RequiredText = Field(title="协调结果", max_length=2000)
    units: Annotated[UnitCodes, Field(max_length=5)] = Field(
        (), title="协调任务单位", description="写了协调任务的必填，不超过5个"
    )
    task: Text = Field("", title="协调任务", description="选了单位的必填", max_length=2000)
    due_on: Day | None = Field(None, title="完成时限", description="不填的按规定")
    on_free_day: bool = on_free_day("due_on")
    accused_reason: AccusedReason = ""

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """Units are named with what they are to do, and nothing is to be done by nobody."""
        if said.get("units") and said.get("task") == "":
            yield "task", "请写明协调任务"
        if said.get("units") == () and (said.get("task") or said.get("due_on")):
            yield "units", "请选择协调任务单位"


class ReportCoordination(Fields):
    """What a unit did of what was settled with it."""

    work: RequiredText = Field(title="落实情况", description="没有完成的写明原因和下一步安排", max_length=5000)
    attachments: AttachmentIds = Field((), title="佐证材料")


class Reassign(Assign):
    """Giving a matter to another unit."""

    reason: RequiredText = Field(title="改交办的理由")


class NoFields(Fields):
    """An act that needs nothing said."""


class Urge(Fields):
    """Urging the unit on."""

    demand: RequiredText = Field(title="催办督办要求")


class Track(Fields):
    """How the supervision body looked at what the unit does about a key matter, and what it found."""

    how: Way = Field(title="督办方式")
    finding: RequiredText = Field(title="督办情况")
    next_on: Day | None = Field(None, title="下次跟踪期限", description="不填即按规定时限")
    feedback_by: Day | None = Field(None, title="承办单位反馈期限", description="重要特殊事项每次都定")
    feedback_on_free_day: bool = on_free_day("feedback_by")
    on_free_day: bool = on_free_day("next_on")


class ReplyTrack(Fields):
    """What the unit tells whoever looked at a matter, within the time that was set."""

    progress: RequiredText = Field(title="办理进展")
    attachments: AttachmentIds = ()


class Progress(Fields):
    """How far a matter is."""

    progress: RequiredText = Field(title="办理进展")


class RecordCooperation(Fields):
    """What a co-unit did about a matter."""

    work: RequiredText = Field(title="配合办理情况")
    attachments: AttachmentIds = ()


class DraftFeedback(Fields):
    """What came of a matter, as the handler writes it down."""

    of_norms = KEPT_BY
    only_with = dict.fromkeys(PARTS_OF_PROMISE, ("outcome", (ClosureType.PROMISED,)))
    result: RequiredText = Field(title="办理结果")
    outcome: ClosureType = Field(ClosureType.SOLVED, title="办理结论")
    policy_basis: Text = Field("", title="政策法规依据")
    told_method: FeedbackMethod | None = Field(
        None, title="反馈诉求人的方式", description="诉求人要求保密的，只能由受理单位转达；诉求人匿名的不填"
    )
    told_at: Moment | None = Field(None, title="反馈诉求人的时间", description="由受理单位转达的不填，其他的必填")
    requester_view: Line = Field("", title="诉求人意见")
    promise: PromiseText = ""
    promise_unit: PromiseUnit = None
    promise_person: PromisePerson = ""
    promise_due_on: PromiseDueOn = None
    on_free_day: bool = on_free_day("promise_due_on")
    attachments: AttachmentIds = ()

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Whoever told the requester says how and when."""
        how, at = said.get("told_method"), said.get("told_at")
        if how not in (None, FeedbackMethod.THROUGH_DESK) and "told_at" in said and at is None:
            yield "told_at", "请填写什么时候反馈诉求人"
        if at is not None and "told_method" in said and how is None:
            yield "told_method", "请填写怎样反馈诉求人的"


class SubmitFeedback(Fields):
    """Sending the feedback to the office, signed by the unit's head or sealed."""

    proof: Proof | None = Field(None, title="签章方式", description="主要负责人签字或加盖公章，二者必居其一")
    seal: Annotated[
        tuple[int, ...],
        Field(title="盖章件扫描", max_length=5, json_schema_extra={"widget": "attachments"}),
    ] = ()
    opinion: Line = Field("", title="负责人意见")
    urge_reply: Text = Field("", title="回复催办督办", description="有催办督办没有回复的，在这里回复；不写即为没有回复")


class WithReason(Fields):
    """An act that must say why."""

    reason: Why = Field(title="理由")


class SendBack(Fields):
    """Sending feedback back to be made good."""

    reason_code: SendBackReason = Field(title="退回原因")
    reason: Why = Field(title="补办要求")
    due_on: Day | None = Field(None, title="补办期限", description="不填即按规定时限")
    on_free_day: bool = on_free_day("due_on")


class Confirm(Fields):
    """Confirming that a matter is settled."""

    opinion: RequiredText = Field(title="审核意见")


class Supervise(Fields):
    """What the supervision body found of a settled key matter."""

    finding: RequiredText = Field(title="督查情况")


class StrikeOff(Fields):
    """Striking a matter off the ledger."""

    opinion: Line = Field("", title="销号意见")


class StrikeOffAndTrack(StrikeOff):
    """Striking a special matter off the ledger and keeping an eye on it."""

    recheck_on: Day | None = Field(None, title="复查期限", description="不填即按规定时限")
    on_free_day: bool = on_free_day("recheck_on")


class EndTracking(Fields):
    """The last re-check that a special matter passed."""

    settled: Settled | None = Field(None, title="问题是否解决", description="没有解决的，不能结束跟踪")
    way: Way | None = Field(None, title="核查方式")
    finding: RequiredText = Field(title="复查情况")


class Recheck(Fields):
    """A re-check that a special matter passed, with the limit of the next."""

    finding: RequiredText = Field(title="复查情况")
    recheck_on: Day | None = Field(None, title="下次复查期限", description="不填即按规定时限")
    on_free_day: bool = on_free_day("recheck_on")


class Reopen(Fields):
    """A re-check that a special matter failed."""

    finding: RequiredText = Field(title="复查发现的问题")
    due_on: Day = Field(title="重新办理期限")
    on_free_day: bool = on_free_day("due_on")
