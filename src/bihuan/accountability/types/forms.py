"""What is filled in for a clue."""

from typing import Annotated

from pydantic import Field

from bihuan.accountability.types import Route, Sanction, Severity
from bihuan.kernel.fields import Day, Fields, Line, Moment, RequiredLine, RequiredText, Text, UnitCode, Why

NO_NAMES = "不写诉求人的姓名、电话和住址"
Files = Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})]
Scan = Annotated[
    tuple[int, ...],
    Field(title="回执扫描", description="线索交给系统以外的机关的必须上传", max_length=10,
          json_schema_extra={"widget": "attachments"}),
]  # fmt: skip
SituationCode = Annotated[
    RequiredLine, Field(title="问责情形", max_length=32, json_schema_extra={"widget": "situation"})
]


class NoFields(Fields):
    """Nothing is asked."""


class OpenClue(Fields):
    """Somebody lays before the assessor what a unit may be held to account for."""

    unit: UnitCode = Field(title="涉及单位")
    situation: SituationCode
    about: Line = Field("", title="所涉事项", description="事项的编号；不针对具体事项的不填", max_length=96)
    express: bool = Field(False, title="明确拒不承担", description="被指定、经认定的单位明确表示拒不承担的勾选")
    facts: RequiredText = Field(title="发现的情况", description=f"写明时间、事项和依据，{NO_NAMES}", max_length=5000)
    attachments: Files = Field((), title="证据材料")


class ClueFoundOnceMore(Fields):
    """Where in records the same shows once more."""

    detector: RequiredLine = Field(title="检测项", max_length=32)
    events: Annotated[tuple[RequiredText, ...], Field(max_length=20, json_schema_extra={"widget": "lines"})] = Field(
        title="所在记录", description="一行一条：事项#序号#说明"
    )


class AddClueEvidence(Fields):
    """A further piece of evidence, before the unit is asked."""

    evidence: RequiredText = Field(title="证据说明", description=NO_NAMES, max_length=5000)
    attachments: Files = Field((), title="证据材料")


class AskUnit(Fields):
    """The unit is shown the evidence and asked for its side."""

    question: RequiredText = Field(title="请单位说明的问题", description=NO_NAMES, max_length=5000)


class ExplainClue(Fields):
    """The unit's side."""

    explanation: RequiredText = Field(title="情况说明", max_length=10000)
    attachments: Files = Field((), title="佐证材料")


class DismissClue(Fields):
    """Nothing follows from it."""

    reason: Why = Field(title="不予移交的理由", description="涉及单位说明过情况的，一并告知该单位", max_length=2000)


class VerifyClue(Fields):
    """What was found to be so, as which situation, with what consequence, how grave."""

    situation: SituationCode
    finding: RequiredText = Field(title="核实情况", description=f"核实的方法和查明的事实，{NO_NAMES}", max_length=10000)
    consequence: RequiredText = Field(title="造成的影响", description="没有造成不良影响的写明“无”", max_length=2000)
    severity: Severity = Field(title="情节轻重")
    express: bool = Field(False, title="明确拒不承担", description="被指定、经认定的单位明确表示拒不承担的勾选")
    attachments: Files = Field((), title="核实材料")


class SendClueBack(Fields):
    """What was verified does not hold yet."""

    reason: Why = Field(title="退回的理由", max_length=2000)


class ApproveClue(Fields):
    """It is handed over, by the route that the rule gives or by another one for a reason."""

    opinion: RequiredText = Field(title="批准意见", max_length=2000)
    party_body: Line = Field("", title="有干部管理权限的党委（党组）", description="移交党委（党组）的填写全称")
    route: Route | None = Field(None, title="改变移交去向", description="按规定移交的不选")
    route_reason: Text = Field("", title="改变移交去向的理由", max_length=2000)


class ReferClue(Fields):
    """The letter goes out."""

    document_number: RequiredLine = Field(title="移交函文号", max_length=100)
    suggestion: RequiredText = Field(title="处理建议", max_length=2000)
    attachments: Files = Field((), title="附件")


class ReceiveClue(Fields):
    """The letter was taken."""

    taken_by: RequiredLine = Field(title="签收人")
    taken_at: Moment = Field(title="签收时间")
    scan: Scan = ()


class GuideClue(Fields):
    """The discipline body tells the party body what to do by when."""

    guidance: RequiredText = Field(title="指导督促的意见", max_length=5000)
    guide_by: Day | None = Field(None, title="要求办结日期")
    attachments: Files = Field((), title="附件")


class ConcludeClue(Fields):
    """What came of it."""

    outcome: Sanction = Field(title="处理方式")
    result: RequiredText = Field(title="处理结果", max_length=5000)
    result_posts: RequiredLine = Field(title="处理对象的职务", description="只写职务，不写姓名；没有的写“无”")
    result_reference: Line = Field("", title="结果文号", max_length=200)
    concluded_on: Day = Field(title="作出日期")
    scan: Scan = ()


class FileClue(Fields):
    """The result stands in the unit's dossier."""

    note: RequiredText = Field(title="归档说明", description="记入哪一年度的考核、供哪项工作参考", max_length=2000)
