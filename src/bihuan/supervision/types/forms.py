"""What is filled in where somebody is urged, and by whoever is."""

from typing import Annotated

from pydantic import Field

from bihuan.cases.types import RequiredGround
from bihuan.kernel.fields import (
    Day,
    Fields,
    Line,
    RequiredLine,
    RequiredText,
    Text,
    UnitCode,
    UnitCodes,
    Why,
    on_free_day,
)
from bihuan.supervision.types import CheckedHow, Colour, OrderGround, OrderKind, ReminderGround

MOST_URGED = 200
"""So many are urged at once."""
DutyId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Demand = Annotated[
    RequiredText,
    Field(title="催办要求", description="要求单位做什么、何时回复；不写诉求人的姓名、电话和住址", max_length=2000),
]


class SendUrge(Fields):
    """Urge a unit about something that it owes."""

    subject: RequiredLine = Field(title="事项", description="事项的编号，如 WD2026112800001；也可以写 case:编号")
    duty: DutyId | None = Field(None, title="任务编号", description="要催办的任务；不填的，催办其他单位最先到期的一项")
    demand: Demand


class UrgeSelected(Fields):
    """Urge the units that owe these duties, each for itself."""

    duties: Annotated[tuple[DutyId, ...], Field(min_length=1, max_length=MOST_URGED)] = Field(
        title="任务",
        description=f"任务编号，一次不超过{MOST_URGED}项",
        json_schema_extra={"widget": "ticked"},
    )
    demand: Demand


MOST_NAMED = 50
"""So many subjects are named at once."""
Named = Annotated[RequiredLine, Field(max_length=64)]
SubjectsNamed = Annotated[
    tuple[Named, ...],
    Field(
        title="所涉事项",
        description="事项的编号，一行一个，1至50件；须是该单位参加的",
        min_length=1,
        max_length=MOST_NAMED,
        json_schema_extra={"widget": "lines"},
    ),
]
AnyUnit = Annotated[RequiredLine, Field(max_length=64, json_schema_extra={"widget": "any_unit"})]
Files = Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})]


class AddSubject(Fields):
    """What the clock suggests besides: the clockwork's own act."""

    duty: DutyId = Field(title="任务编号")


class SendReminder(Fields):
    """What a reminder says, whoever suggested it."""

    facts: RequiredText = Field(title="存在的问题和事实", max_length=5000)
    demand: RequiredText = Field(title="整改要求", max_length=2000)
    rectify_by: Day = Field(title="整改期限", description="到这一天下班前整改并回复")
    on_free_day: bool = on_free_day("rectify_by")
    attachments: Files = Field((), title="证据材料")


class IssueReminder(SendReminder):
    """Remind a unit of something that is wrong, and want it put right."""

    unit: AnyUnit = Field(title="被提醒单位")
    about: SubjectsNamed
    ground: ReminderGround = Field(title="提醒事由")


class SendOrder(Fields):
    """What an order says, whoever suggested it."""

    order_kind: OrderKind = Field(title="督办种类")
    facts: RequiredText = Field(title="督办事由", max_length=5000)
    demand: RequiredText = Field(title="督办要求", max_length=5000)
    reply_by: Day | None = Field(None, title="回复时限", description="不填的按规定的时限")
    on_free_day: bool = on_free_day("reply_by")
    progress: bool = Field(False, title="要求定期报告进展")
    attachments: Files = Field((), title="附件")


class IssueOrder(SendOrder):
    """Order a unit to settle something, and to answer for it by its head."""

    unit: AnyUnit = Field(title="被督办单位")
    about: SubjectsNamed
    ground: OrderGround = Field(title="督办理由")


class Escalate(SendOrder):
    """Go on from what the unit was sent before, about the same."""

    ground: OrderGround = Field(title="督办理由")


class ReportProgress(Fields):
    """How far the unit is."""

    progress: RequiredText = Field(title="办理进展", max_length=5000)
    difficulty: Text = Field("", title="存在的困难", max_length=2000)
    expected_on: Day | None = Field(None, title="预计办结日期")


class TrackOrder(Fields):
    """What whoever sent it found when they looked."""

    checked_how: CheckedHow = Field(title="核实方式")
    finding: RequiredText = Field(title="督查情况", max_length=5000)


class AskTime(Fields):
    """The unit needs longer to reply; it asks once."""

    days: int = Field(title="延长的工作日数", ge=1, le=10)
    reason: RequiredText = Field(title="理由", max_length=2000)


class ReplyOrder(Fields):
    """What came of it, signed by the head of the unit."""

    situation: RequiredText = Field(title="办理结果", max_length=5000)
    measures: Text = Field("", title="整改和问责措施", max_length=5000)
    done_on: Day | None = Field(None, title="办结日期")
    attachments: Files = Field((), title="佐证材料")


class DropDraft(Fields):
    """Nothing is sent after all."""

    reason: Why = Field(title="理由", max_length=2000)


class ReplyReminder(Fields):
    """What the unit put right, signed by its deputy or head; it may contest what is held against it."""

    situation: RequiredText = Field(title="核实的情况", max_length=5000)
    measures: Text = Field("", title="整改措施", description="没有申辩的必填", max_length=5000)
    done_on: Day | None = Field(None, title="整改完成日期")
    contests: bool = Field(False, title="对提醒的事实有异议，提出申辩")
    contest_reason: Text = Field("", title="申辩理由", description="申辩的必填", max_length=5000)
    attachments: Files = Field((), title="佐证材料")


class AcceptReply(Fields):
    """What was wrong is put right."""

    checked_how: CheckedHow = Field(title="核实方式")
    opinion: RequiredText = Field(title="认定意见", max_length=2000)


class RejectReply(Fields):
    """It is not, and there is a new day."""

    reason: Why = Field(title="不予认可的理由", max_length=2000)
    due_on: Day = Field(title="新的整改期限")
    on_free_day: bool = on_free_day("due_on")


class RepeatUrge(Fields):
    """Urge again, about the same."""

    demand: Text = Field("", title="补充要求", description="没有新的要求的不填", max_length=2000)


class ReplyUrge(Fields):
    """The unit tells how far it is."""

    progress: RequiredText = Field(title="办理进展", max_length=5000)
    expected_on: Day | None = Field(None, title="预计办结日期")
    difficulty: Text = Field("", title="存在的困难", max_length=2000)


Scans = Annotated[tuple[int, ...], Field(min_length=1, max_length=10, json_schema_extra={"widget": "attachments"})]


class FromAbove(Fields):
    """What stands on an order of a superior body."""

    colour: Colour = Field(title="颜色")
    superior: RequiredLine = Field(title="下发机关")
    document_number: RequiredLine = Field(title="文号", max_length=100)
    issued_on: Day = Field(title="下发日期")
    received_on: Day = Field(title="收到日期")
    demand: RequiredText = Field(title="督办内容和要求", max_length=5000)
    due_on: Day | None = Field(None, title="上级要求的答复日期", description="督办单没有写明的不填")
    scan: Scans = Field(title="督办单扫描件", description="图片或 PDF")


class RegisterColoured(FromAbove):
    """Enter an order that a superior body sent down in a colour."""

    about: tuple[Named, ...] = Field(
        (),
        title="所涉事项",
        description="事项的编号，一行一个，不超过20件；不涉及平台内事项的不填",
        max_length=20,
        json_schema_extra={"widget": "lines"},
    )
    previous: Line = Field(
        "",
        title="承接的三色督办单",
        description="此前已经了结的那一张的编号；还没有了结的，在那一张上登记升级",
        max_length=32,
    )
    no_previous: Text = Field("", title="没有承接的说明", description="橙色、红色没有承接前一张的必填", max_length=500)


class RaiseColoured(FromAbove):
    """The superior body sent a heavier one about the same."""


class Distribute(Fields):
    """Which units answer for what, and until when."""

    units: Annotated[UnitCodes, Field(min_length=1, max_length=10)] = Field(
        title="承办单位", description="1至10个；任务、时限不同的，分次分派"
    )
    task: RequiredText = Field(title="办理任务和要求", max_length=2000)
    reply_by: Day | None = Field(
        None, title="回复时限", description="不填的，为上级要求的答复日期前一个工作日；上级没有写明的按规定"
    )
    on_free_day: bool = on_free_day("reply_by")


class ReplyColoured(Fields):
    """What came of it, signed by the head of the unit."""

    situation: RequiredText = Field(title="办理结果", max_length=5000)
    measures: Text = Field("", title="整改措施", max_length=5000)
    attachments: Files = Field((), title="佐证材料")


class SendBackColoured(Fields):
    """What a unit replied cannot be answered upward."""

    unit: UnitCode = Field(title="承办单位", min_length=1)
    reason: Why = Field(title="退回理由", max_length=2000)
    due_on: Day = Field(title="新的回复时限")
    on_free_day: bool = on_free_day("due_on")


class AnswerUp(Fields):
    """What the superior body was answered, of the replies that were found good."""

    opinion: RequiredText = Field(title="对各单位回复的审核意见", max_length=2000)
    answer: RequiredText = Field(title="答复内容", max_length=5000)
    document_number: RequiredLine = Field(title="答复文号", max_length=100)
    answered_on: Day = Field(title="答复日期")
    attachments: Files = Field((), title="答复件")


class ReleaseColoured(Fields):
    """The superior body holds it to be settled."""

    document_number: RequiredLine = Field(title="上级文号", max_length=100)
    on: Day = Field(title="上级认定日期")
    outcome: RequiredText = Field(title="上级认定意见", max_length=2000)
    scan: Scans = Field(title="上级文件扫描件", description="图片或 PDF")


class MarkKey(Fields):
    """A case came by a way for which the supervision body looks after it."""

    key_class: RequiredGround = Field(title="重点办件种类")
    document: Line = Field("", title="来源文件", description="文件名称和文号，或者栏目、平台的名称", max_length=200)
    received_on: Day | None = Field(None, title="收到日期")
    scan: Annotated[tuple[int, ...], Field(max_length=10, json_schema_extra={"widget": "attachments"})] = Field(
        (), title="来源文件扫描件", description="图片或 PDF"
    )
    order: Line = Field("", title="三色督办单编号", description="上级三色督办的，写登记的编号", max_length=32)


class SuperviseKey(Fields):
    """What the supervision body found when it looked at a key case."""

    checked: RequiredLine = Field(title="督查内容", max_length=200)
    checked_how: CheckedHow = Field(title="核实方式")
    finding: RequiredText = Field(title="督查情况", max_length=5000)
    next_on: Day | None = Field(None, title="下次督查日期", description="不填的按规定；本件已经终结的不填")
    on_free_day: bool = on_free_day("next_on")


class UnmarkKey(Fields):
    """It is no such case, or no more."""

    key_class: RequiredGround = Field(title="重点办件种类")
    reason: RequiredText = Field(title="理由", max_length=2000)
