"""What is filled in for an act of joint handling."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from bihuan.dispatch.types import AccusedReason, AttachmentIds, ContactMethod, UnitFollowUp
from bihuan.instructions.types import (
    InstructionNumber,
    IssuedOn,
    LeaderAccount,
    LeaderTitle,
    Reference,
    Scan,
    says_what,
)
from bihuan.joint.types import Absence, Emergency, Filing, Grade, WhistleType, WorkForm
from bihuan.kernel.fields import Day, Fields, Line, Moment, RequiredLine, RequiredText, Text, UnitCode, UnitCodes, Why
from bihuan.policy import norms

MemberCode = Annotated[str, Field(max_length=64, json_schema_extra={"widget": "member"})]
"""Code of a unit that takes part in the joint handling."""
Units = Annotated[UnitCodes, Field(min_length=1, max_length=10)]
BeyondReason = Annotated[
    Line,
    Field(title="请条目以外部门的理由", max_length=500, description="选了清单条目，又请条目没有列的部门的，说明理由"),
]
BasisOfMore = Annotated[
    Text,
    Field(title="部门职责依据", description="又请其他部门的，写明责任清单条目、三定规定等"),
]
_TOUGH, _KEY = ("whistle_type", (WhistleType.TOUGH,)), ("whistle_type", (WhistleType.KEY,))
_UNTIL = "不填即为工单的办理时限；不得晚于工单的办理时限"


class NoFields(Fields):
    """An act that needs nothing said."""


class RequestLinkage(Fields):
    """Asking other units to handle the case together with the lead."""

    units: Units = Field(title="协办单位")
    task: RequiredText = Field(title="联动办理要求", description="请各单位办什么、怎样配合")
    due_at: Moment | None = Field(None, title="配合时限", description=_UNTIL)
    accused_reason: AccusedReason = ""


class BlowWhistle(Fields):
    """A town calls departments to its side."""

    only_with = {
        **dict.fromkeys(("emergency", "topic", "off_list_reason", "beyond_reason"), _TOUGH),
        **dict.fromkeys(
            ("instruction_number", "instruction", "leader", "leader_account", "issued_on", "reference", "scan"), _KEY
        ),
    }
    of_norms = {
        "whistle_type": norms.WHISTLE_TYPE,
        **dict.fromkeys(("pre_study", "basis"), norms.WHISTLE_PRE_STUDY),
        "emergency": norms.WHISTLE_EMERGENCY,
        **dict.fromkeys(("topic", "off_list_reason", "beyond_reason"), norms.WHISTLE_TOPICS),
        **dict.fromkeys(
            ("instruction", "leader", "leader_account", "issued_on", "reference", "scan"), norms.WHISTLE_KEY
        ),
        "instruction_number": norms.INSTRUCTION_BY_POST,
        "filing": norms.WHISTLE_FILING,
    }
    whistle_type: WhistleType = Field(
        WhistleType.ROUTINE, title="吹哨类型", json_schema_extra={"chosen_because": "最轻的一级，其余都须说明"}
    )
    units: Units = Field(title="报到单位")
    task: RequiredText = Field(title="需要配合的事项")
    pre_study: Text = Field("", title="初步研究情况", description="为什么⟨township⟩不能独立完成，为什么是这些部门")
    basis: Text = Field("", title="部门职责依据", description="责任清单条目、三定规定等")
    emergency: Emergency | None = Field(None, title="应急类情况", description="发生应急类情况的吹攻坚哨")
    topic: str = Field(
        "", title="攻坚哨事项清单条目", max_length=32, json_schema_extra={"widget": "topic"}, description="攻坚哨必选"
    )
    off_list_reason: Text = Field("", title="清单外吹攻坚哨的理由", description="清单中没有的，说明理由")
    beyond_reason: BeyondReason = ""
    instruction_number: InstructionNumber = ""
    instruction: Text = Field(
        "",
        title="⟨leadership⟩批示",
        description="未经攻坚哨直接吹重点哨的，由主要负责人凭⟨leadership⟩批示提出，批示领导、日期、文号和扫描件须齐全",
    )
    leader: LeaderTitle = ""
    leader_account: LeaderAccount = ""
    issued_on: IssuedOn = None
    reference: Reference = ""
    scan: Scan = ()
    filing: Filing = Field(
        Filing.SYSTEM,
        title="报备方式",
        description="电话报备的，由平台登记来电",
        json_schema_extra={"chosen_because": "提交本身就是电子报备"},
    )
    blown_at: Moment | None = Field(None, title="吹哨时间", description="电话吹哨后补录的，填实际时间；不填即为现在")
    late_entry: Text = Field("", title="补录说明", description="吹哨一小时以后才录入的，写明原因")
    due_at: Moment | None = Field(None, title="配合时限", description=_UNTIL)
    accused_reason: AccusedReason = ""


class AddUnits(Fields):
    """Asking further units to join."""

    units: Units = Field(title="增加的单位")
    task: RequiredText = Field(title="需要配合的事项")
    due_at: Moment | None = Field(None, title="配合时限", description=_UNTIL)
    accused_reason: AccusedReason = ""


class CallMore(AddUnits):
    """A town that has blown calls further departments to its side."""

    of_norms = {"basis": norms.WHISTLE_PRE_STUDY, "beyond_reason": norms.WHISTLE_TOPICS}
    basis: BasisOfMore = ""
    beyond_reason: BeyondReason = ""


class Acknowledge(Fields):
    """The platform has taken note."""

    opinion: Line = Field("", title="意见")


class RecordCall(Fields):
    """A call by which a town told the platform of its whistle."""

    caller: RequiredLine = Field(title="来电人", description="⟨township⟩何人来电")
    called_at: Moment | None = Field(None, title="来电时间", description="不填即为现在")
    note: Text = Field("", title="来电内容")


class Accept(Fields):
    """A co-unit takes on its part."""

    contact: RequiredLine = Field(title="经办联系人")


class CheckIn(Fields):
    """A department reports at the town's side."""

    on_site = True
    place: RequiredLine = Field(title="报到地点")
    people: RequiredText = Field(title="到场人员")
    work_form: WorkForm = Field(WorkForm.ON_SITE, title="参与形式")
    arrived_at: Moment | None = Field(None, title="到场时间", description="不填即为现在")
    photo: Annotated[
        tuple[int, ...],
        Field(title="现场照片", max_length=9, json_schema_extra={"widget": "attachments", "camera": "back"}),
    ] = ()


class RecordWork(Fields):
    """What a unit did so far."""

    work: RequiredText = Field(title="配合办理情况")
    attachments: AttachmentIds = ()


class ContactUpward(Fields):
    """Speaking with the superior body that must support."""

    body: RequiredLine = Field(title="上级主管部门")
    method: ContactMethod = Field(ContactMethod.PHONE, title="沟通方式")
    contacted_at: Moment | None = Field(None, title="沟通时间", description="不填即为现在")
    outcome: RequiredText = Field(title="沟通情况和结果")


class Finish(Fields):
    """A unit has done its part."""

    result: RequiredText = Field(title="配合办理结果")
    attachments: AttachmentIds = ()


class WithReason(Fields):
    """An act that must say why."""

    reason: Why = Field(title="理由")


class AboutUnit(Fields):
    """A decision about one unit."""

    unit: MemberCode = Field(title="单位")
    reason: RequiredText = Field(title="理由")


class Object(Fields):
    """A department holds that it was called wrongly."""

    reason: Why = Field(title="异议理由", description="不属于本部门职责的依据")
    suggested_unit: UnitCode | None = Field(None, title="建议报到单位")


class HoldMeeting(Fields):
    """The lead called the units together."""

    held_at: Moment | None = Field(None, title="会商时间", description="不填即为现在")
    place: RequiredLine = Field(title="地点")
    attendees: RequiredText = Field(title="参加单位和人员")
    conclusions: RequiredText = Field(title="研究意见")
    attachments: AttachmentIds = ()


class Notify(Fields):
    """Telling the centre of a unit that does not pull its weight."""

    unit: MemberCode = Field(title="消极配合的单位")
    situation: RequiredText = Field(title="具体情况")
    attachments: AttachmentIds = ()


class Remind(Fields):
    """The centre reminds the units of which it was told."""

    text: RequiredText = Field(title="提醒内容")


class Explain(Fields):
    """A unit gives its side."""

    explanation: RequiredText = Field(title="情况说明")
    attachments: AttachmentIds = ()


class Report(Fields):
    """Reporting to the district what the units cannot settle among themselves."""

    difficulty: RequiredText = Field(title="共同办理的困难")
    request: RequiredText = Field(title="请求协调的事项")


class Instruct(Fields):
    """What the district's leader decided."""

    of_norms = {"instruction_number": norms.INSTRUCTION_BY_POST}
    instruction_number: InstructionNumber = ""
    text: Text = Field("", title="批示内容", description="没有批示编号的必填")
    leader: LeaderTitle = ""
    leader_account: LeaderAccount = ""
    issued_on: IssuedOn = None
    reference: Reference = ""
    scan: Scan = ()
    units: UnitCodes = Field((), title="增加的单位", max_length=10, description="批示要求其他单位参加的")
    due_at: Moment | None = Field(None, title="配合时限", description=_UNTIL)
    accused_reason: AccusedReason = ""
    attachments: AttachmentIds = ()

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """What was decided is said, or has a number."""
        return says_what(said)


class RaiseToTough(Fields):
    """A routine whistle is not enough."""

    of_norms = {
        "emergency": norms.WHISTLE_EMERGENCY,
        **dict.fromkeys(("topic", "off_list_reason", "beyond_reason"), norms.WHISTLE_TOPICS),
        "basis": norms.WHISTLE_PRE_STUDY,
    }
    reason: Why = Field(title="升级理由")
    emergency: Emergency | None = Field(None, title="应急类情况", description="发生应急类情况的吹攻坚哨")
    topic: str = Field(
        "", title="攻坚哨事项清单条目", max_length=32, json_schema_extra={"widget": "topic"}, description="攻坚哨必选"
    )
    off_list_reason: Text = Field("", title="清单外吹攻坚哨的理由", description="清单中没有的，说明理由")
    beyond_reason: BeyondReason = ""
    units: UnitCodes = Field((), title="增加的单位", max_length=10)
    basis: BasisOfMore = ""
    due_at: Moment | None = Field(None, title="配合时限", description=_UNTIL)
    accused_reason: AccusedReason = ""


class Conclude(Fields):
    """The lead ends the work together."""

    resolved: bool = Field(title="问题已解决", json_schema_extra={"widget": "whether"})
    summary: RequiredText = Field(title="联合办理情况")
    no_meeting_reason: Line = Field(
        "", title="没有召集会商的理由", description="有两个以上协办单位、没有登记会商的必填"
    )


class NoReport(Fields):
    """The head decides not to report a difficulty to the district."""

    reason: RequiredText = Field(title="不汇报的理由", description="下一步怎样办理，为什么不需要⟨leadership⟩协调")


class GradeUnit(Fields):
    """How well one unit cooperated."""

    unit: MemberCode = Field(title="单位")
    grade: Grade = Field(title="评价")
    reason: Text = Field("", title="评价说明", description="评价为较好、一般、差的，要说明原因")


class FileForm(Fields):
    """Filling in the form of the mechanism."""

    matter: Text = Field("", title="诉求事项", description="不填即为工单标题")
    result: RequiredText = Field(title="办理结果")
    follow_up: UnitFollowUp | None = Field(None, title="回访情况", description="与群众沟通解释中群众的满意度")
    from_at: Moment | None = Field(None, title="联动时间起", description="不填即为提出之时")
    to_at: Moment | None = Field(None, title="联动时间止", description="不填即为结束之时")


class SignForm(Fields):
    """The responsible deputy puts name and seal under the form."""

    absence_kind: Absence | None = Field(None, title="分管负责人不在岗的情形", description="由主要负责人代为审签的必填")
    absence_until: Day | None = Field(None, title="不在岗至哪一天", description="出差、休假、病假的必填")
    absence: Line = Field("", title="分管负责人不在岗的说明", max_length=150)
    seal: Annotated[
        tuple[int, ...], Field(title="盖章件扫描", max_length=5, json_schema_extra={"widget": "attachments"})
    ] = ()
    opinion: Line = Field("", title="审签意见")


class NewTopic(Fields):
    """An entry of the list of tough whistles; the same code again amends it."""

    code: RequiredLine = Field(title="清单编号", max_length=32)
    matter: RequiredLine = Field(title="事项")
    responders: UnitCodes = Field((), title="配合部门", max_length=10)
    basis: RequiredText = Field(title="依据", max_length=1000, description="属地管理事项主体责任和配合责任清单条目")
    from_on: Day = Field(title="自哪一天起")


class EndTopic(Fields):
    """Taking an entry off the list of tough whistles."""

    code: RequiredLine = Field(title="清单编号", max_length=32)
    until_on: Day = Field(title="自哪一天起停用")
    reason: RequiredLine = Field(title="原因")


class NameLiaison(Fields):
    """Naming the one deputy who answers whistles."""

    account: RequiredLine = Field(title="联络员（分管负责人）", json_schema_extra={"widget": "deputy"})
    from_on: Day = Field(title="自哪一天起")


class CoverUnit(Fields):
    """Which leader's portfolio covers a unit."""

    unit: UnitCode = Field(title="单位")
    account: RequiredLine = Field(title="分管⟨leader⟩", json_schema_extra={"widget": "leader"})
    from_on: Day = Field(title="自哪一天起")
