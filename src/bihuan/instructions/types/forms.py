"""What is filled in for an instruction, and by whoever is tasked by it."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from bihuan.instructions.types import MOST_TASKS, Purpose
from bihuan.kernel.fields import Day, Fields, Line, RequiredLine, RequiredText, Text, UnitCodes, Why, on_free_day
from bihuan.policy import norms

Scans = Annotated[
    tuple[int, ...],
    Field(title="批示件扫描", description="图片或 PDF", max_length=10, json_schema_extra={"widget": "attachments"}),
]
Files = Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})]
LeaderName = Annotated[RequiredLine, Field(title="批示领导职务", description="如：分管城建的副区长")]
Leader = Annotated[
    Line,
    Field(
        title="批示领导",
        description="批示领导有账号的必选，由其本人核实",
        json_schema_extra={"widget": "leader"},
    ),
]
_TASKS = dict.fromkeys(("units", "task", "due_on", "on_free_day"), norms.INSTRUCTION_TASKS)


class ConfirmInstruction(Fields):
    """Nothing is asked."""


class WithTasks(Fields):
    """Which units do what by when."""

    units: Annotated[UnitCodes, Field(max_length=MOST_TASKS)] = Field(
        (), title="责任单位", description=f"不超过{MOST_TASKS}个；任务、时限不同的，以后分次交办"
    )
    task: Text = Field("", title="办理任务和要求", description="交办责任单位的必填", max_length=2000)
    due_on: Day | None = Field(None, title="报告时限", description="不填的按规定")
    on_free_day: bool = on_free_day("due_on")
    of_norms = _TASKS

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """Units and what they are to do belong together."""
        yield from units_with_task(said)


def units_with_task(said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Units are named with what they are to do, and nothing is to be done by nobody."""
    if said.get("units") and said.get("task") == "":
        yield "task", "请写明责任单位的办理任务"
    if said.get("units") == () and (said.get("task") or said.get("due_on")):
        yield "units", "请选择责任单位"


class Whole(WithTasks):
    """What an instruction says, about what, and who does what."""

    text: RequiredText = Field(title="批示内容", description="不写诉求人的姓名、电话和住址", max_length=5000)
    purpose: Purpose = Field(title="批示用途")
    about: Annotated[tuple[Annotated[RequiredLine, Field(max_length=64)], ...], Field(max_length=20)] = Field(
        (),
        title="所涉事项",
        description="事项的编号，一行一个，不超过20件；不针对具体事项的，填写批示事由",
        json_schema_extra={"widget": "lines"},
    )
    topic: Line = Field("", title="批示事由", description="没有所涉事项的必填")
    not_secret: bool = Field(title="不涉及国家秘密", description="涉及国家秘密的不得录入本系统")

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """It is about something, and units are named with what they are to do."""
        yield from units_with_task(said)
        if said.get("about") == () and said.get("topic") == "":
            yield "topic", "请填写所涉事项或者批示事由"
        if said.get("not_secret") is False:
            yield "not_secret", "须确认不涉及国家秘密"


class GiveInstruction(Whole):
    """A leader gives an instruction here."""


class EnterInstruction(Whole):
    """Somebody enters what a leader wrote on paper."""

    leader: LeaderName
    leader_account: Leader = ""
    issued_on: Day = Field(title="批示日期")
    reference: RequiredLine = Field(title="批示文号")
    scan: Annotated[Scans, Field(min_length=1)]


class CallIn(Whole):
    """Somebody enters what a leader said on the telephone, in an emergency; the scan follows."""

    leader: LeaderName
    leader_account: Leader = ""
    issued_on: Day = Field(title="批示日期")
    emergency: RequiredText = Field(title="紧急情形", description="为什么等不及书面批示", max_length=500)


class RejectInstruction(Fields):
    """The instruction was not given, or not so."""

    reason: Why = Field(title="不实之处", description="没有作过批示，或登记的与批示不符之处", max_length=2000)


class AddScan(Fields):
    """What was said on the telephone is there on paper."""

    reference: RequiredLine = Field(title="批示文号")
    scan: Annotated[Scans, Field(min_length=1)]


class AddTasks(WithTasks):
    """Further units, or another task."""

    units: Annotated[UnitCodes, Field(min_length=1, max_length=MOST_TASKS)] = Field(title="责任单位")
    task: RequiredText = Field(title="办理任务和要求", max_length=2000)


class ReportTask(Fields):
    """What a unit did, signed by its deputy or head."""

    result: RequiredText = Field(title="办理情况", max_length=5000)
    done_on: Day | None = Field(None, title="办结日期")
    attachments: Files = Field((), title="佐证材料")


class ReportUp(Fields):
    """What came of the instruction, to be laid before the leader."""

    report: RequiredText = Field(title="总的办理情况", max_length=5000)
    attachments: Files = Field((), title="附件")


_WORD = "由督查机构或登记单位代为登记的必须上传：写有领导意见的页面，图片或 PDF"


class CloseInstruction(Fields):
    """The leader holds it to be carried out."""

    outcome: RequiredText = Field(title="审结意见", max_length=2000)
    scan: Scans = Field((), title="领导意见扫描", description=_WORD)


class HandleAgain(WithTasks):
    """The leader wants more of it."""

    reason: RequiredText = Field(title="退回的意见", max_length=2000)
    scan: Scans = Field((), title="领导意见扫描", description=_WORD)


class RevokeInstruction(Fields):
    """The leader takes it back."""

    reason: Why = Field(title="撤销理由", max_length=2000)
    scan: Scans = Field((), title="领导意见扫描", description=_WORD)
