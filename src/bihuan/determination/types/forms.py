"""What is filled in for an act of a determination or a referral."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from bihuan.determination.types import Outcome
from bihuan.dispatch.types import AttachmentIds
from bihuan.instructions.types import (
    InstructionNumber,
    IssuedOn,
    LeaderAccount,
    LeaderTitle,
    Reference,
    Scan,
    says_what,
)
from bihuan.kernel.fields import Day, Fields, Line, Moment, RequiredLine, RequiredText, Text, UnitCode, UnitCodes, Why
from bihuan.policy import norms

Evidence = Annotated[AttachmentIds, Field(title="证据材料")]
_LAW = "法律法规条款、三定规定、权责清单条目"
_OPINION_NUMBER = "如：认定〔2025〕3号"


class NoFields(Fields):
    """An act that needs nothing said."""


class WithReason(Fields):
    """An act that must say why."""

    reason: Why = Field(title="理由")


class RequestDetermination(Fields):
    """The first receiver, or the town that whistled, asks who is responsible."""

    of_norms = dict.fromkeys(("position", "law", "suggested_unit", "attachments"), norms.DETERMINATION_POSITIONS)
    dispute: RequiredText = Field(title="争议事项", description="为什么难以确定责任主体")
    position: Text = Field("", title="本单位意见")
    law: Text = Field("", title="依据", description=_LAW)
    suggested_unit: UnitCode | None = Field(None, title="建议承办单位")
    parties: UnitCodes = Field((), title="其他争议单位", max_length=10)
    attachments: Evidence = ()


class OpenDetermination(Fields):
    """The centre does not know whose the case is."""

    dispute: RequiredText = Field(title="争议事项", description="为什么难以确定责任主体")
    parties: UnitCodes = Field((), title="争议单位", max_length=10, description="请其说明意见；承办单位自动列入")


class AddParties(Fields):
    """Further units are asked what they hold."""

    parties: UnitCodes = Field(title="增加的争议单位", min_length=1, max_length=10)


class StatePosition(Fields):
    """What a unit holds about who is responsible."""

    position: RequiredText = Field(title="本单位意见", description="是否属于本单位职责，应由谁承办")
    law: RequiredText = Field(title="依据", description=_LAW)
    suggested_unit: UnitCode | None = Field(None, title="建议承办单位")
    attachments: Evidence = ()


class Submit(Fields):
    """The centre completes the dispute file and hands it over."""

    of_norms = {"missing": norms.DETERMINATION_POSITIONS}
    background: RequiredText = Field(title="诉求和办理经过", description="不写诉求人的姓名、电话等个人信息")
    dispute: Text = Field("", title="争议事项", description="不填即为请求、启动时所写")
    law: RequiredText = Field(title="涉及的法律法规和三定规定")
    question: RequiredText = Field(title="提请认定的事项")
    missing: Text = Field("", title="未说明意见的单位及原因", description="争议单位没有说明意见的必填")
    attachments: Evidence = ()


class AddMaterial(Fields):
    """The centre adds to the dispute file."""

    material: RequiredText = Field(title="补充情况")
    attachments: Evidence = ()


class Opine(Fields):
    """What the staffing or the justice body holds."""

    outcome: Outcome = Field(title="意见")
    unit: UnitCode | None = Field(None, title="应承办的单位", description="认为属职责空白的不填")
    opinion: RequiredText = Field(title="会商意见")
    law: RequiredText = Field(title="依据", description=_LAW)
    attachments: AttachmentIds = ()


class _Issue(Fields):
    opinion_number: RequiredLine = Field(title="认定意见书文号", max_length=64, description=_OPINION_NUMBER)
    opinion: RequiredText = Field(title="认定意见")
    law: RequiredText = Field(title="依据", description=_LAW)
    attachments: Annotated[AttachmentIds, Field(title="意见书扫描件")] = ()
    differs_because: Line = Field(
        "", title="与会商意见不一致的理由", max_length=500, description="与⟨staffing⟩或者⟨justice⟩会商意见不一致的必填"
    )


class IssueUnit(_Issue):
    """The written opinion names a unit."""

    of_norms = {"unheard_because": norms.DETERMINATION_POSITIONS}
    unit: UnitCode = Field(title="承办主体", description="须是争议单位；不是的，先由受理单位增加为争议单位")
    unheard_because: Line = Field(
        "", title="没有听取该单位意见的原因", max_length=500, description="说明意见的时限已过、仍未说明的必填"
    )


class IssueGap(_Issue):
    """The written opinion finds that no department is responsible, for a request that is reasonable."""

    reasonableness: RequiredText = Field(title="诉求合理的理由")


class IssueUnreasonable(_Issue):
    """The written opinion finds that no department is responsible, and the request not reasonable."""

    reasonableness: RequiredText = Field(title="诉求不合理的理由")


class Assign(Fields):
    """The centre gives the case to whoever was determined or designated."""

    requirements: Text = Field("", title="办理要求")


class Report(Fields):
    """The special report by which the centre puts a gap before the district."""

    background: Text = Field("", title="诉求情况", description="不填即为移交认定时所写")
    gap: RequiredText = Field(title="职责空白情况")
    reasonableness: Text = Field("", title="诉求合理性", description="不填即为认定意见书所写")
    suggestion: RequiredText = Field(title="建议", description="建议指定的责任单位和办理要求")
    attachments: AttachmentIds = ()


class Designate(Fields):
    """What the district's leader decided."""

    of_norms = {"instruction_number": norms.INSTRUCTION_BY_POST}
    instruction_number: InstructionNumber = ""
    text: Text = Field("", title="批示内容", description="没有批示编号的必填")
    unit: UnitCode = Field(title="指定的责任单位")
    leader: LeaderTitle = ""
    leader_account: LeaderAccount = ""
    issued_on: IssuedOn = None
    reference: Reference = ""
    scan: Scan = ()
    due_at: Moment | None = Field(None, title="办理时限", description="批示写明时限的填写；不填即从速办理的默认时限")
    attachments: AttachmentIds = ()

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """What was decided is said, or has a number."""
        return says_what(said)


class EnterResponsibility(Fields):
    """The staffing body settles whose such matters are from now on: an entry of the responsibility list."""

    code: RequiredLine = Field(title="目录编号", max_length=32)
    matter: RequiredLine = Field(title="事项", description="写明这一类问题，今后同类诉求按它派单")
    lead: UnitCode = Field(title="承办单位")
    co_units: UnitCodes = Field((), title="协办单位", max_length=10)
    basis: RequiredText = Field(title="依据", max_length=1000)
    from_on: Day | None = Field(None, title="自哪一天起", description="不填即为今天")


class NameContact(Fields):
    """One of the three bodies names the person who speaks for it."""

    account: RequiredLine = Field(title="联络人", json_schema_extra={"widget": "colleague"})
    from_on: Day | None = Field(None, title="自哪一天起", description="不填即为今天")


class RecordRefusal(Fields):
    """A designated or determined unit refuses expressly."""

    how: RequiredLine = Field(title="拒绝的方式", description="如：书面来函、会议上表示、通话录音")
    refused_at: Moment = Field(title="拒绝的时间")
    situation: RequiredText = Field(title="拒不承担的情形")
    attachments: Evidence = ()


class NoRefusal(Fields):
    """The unit did nothing, and yet did not refuse."""

    reason: RequiredText = Field(title="不属拒不承担的理由", description="向该单位了解到的情况，何时签收、办理")


class ExplainRefusal(Fields):
    """The unit gives its side before anything is sent."""

    explanation: RequiredText = Field(title="情况说明")
    attachments: AttachmentIds = ()


class AddEvidence(Fields):
    """A further piece of evidence."""

    evidence: RequiredText = Field(title="证据说明")
    attachments: Evidence = ()


class Send(Fields):
    """The centre hands the refusal over."""

    document_number: RequiredLine = Field(title="移交函文号", max_length=64)
    verified: RequiredText = Field(title="核实情况", description="核实的人、经过和结论")
    attachments: AttachmentIds = ()


class SignLetter(Fields):
    """Signing the letter by which a refusal is handed over."""

    opinion: Line = Field("", title="签发意见")


class Receipt(Fields):
    """Whoever got the letter took it."""

    taken_by: RequiredLine = Field(title="签收人", description="机关和姓名")
    taken_at: Moment = Field(title="签收时间")
    attachments: Annotated[AttachmentIds, Field(title="签收回执")] = ()


class Result(Fields):
    """What came of it there."""

    result: RequiredText = Field(title="追责问责结果", description="不追究的写明理由")
    reference: Line = Field("", title="结果文号")
    concluded_on: Day = Field(title="作出之日")
    attachments: AttachmentIds = ()


class Drop(Fields):
    """Nothing is handed over."""

    reason: Why = Field(title="不予移交的理由")


class ContactOf(NameContact):
    """Naming the contact person of a unit, apart from any determination."""

    unit: UnitCode = Field(title="单位", json_schema_extra={"widget": "any_unit"})
