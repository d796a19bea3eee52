"""Linkages and whistles as the API shows them, and what is asked of joint handling alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.types import DutyRow
from bihuan.instructions.types import InstructionRow
from bihuan.joint import commands
from bihuan.joint import queries as joint
from bihuan.joint.subject import LINKAGE, WHISTLE
from bihuan.joint.types import Emergency, Filing, JointFacts, Kind, MemberFacts, Stage, WhistleType
from bihuan.joint.types.figures import Carried, Figure, Side
from bihuan.joint.types.forms import CoverUnit, EndTopic, NameLiaison, NewTopic
from bihuan.joint.types.rows import FormRow, JointFilters, JointRow, NamedRow, ReportRow, Shared, TopicRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields, Line, Moment, UnitCode
from bihuan.subjects.declaration import SubjectType
from bihuan.text.questions import Question


class Filters(Paging):
    """What the list is narrowed to."""

    stage: Stage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    case: Line | None = Field(None, title="工单号")
    words: Question | None = Field(
        None, title="检索词", description="诉求、联动或吹哨事项、编号里连续的两个字以上；几个词之间空一格，须都出现"
    )
    whistle_type: WhistleType | None = Field(None, title="哨型")
    number: Line | None = Field(None, title="编号")
    figure: Figure | None = Field(None, title="统计项", description="机制落实情况的一项：其中清点的每一件")
    unit: UnitCode | None = Field(None, title="统计单位")
    side: Side | None = Field(None, title="统计单位的身份", description="牵头、参加、平台；不填即不论")
    since: Moment | None = Field(None, title="提出时间起")
    until: Moment | None = Field(None, title="提出时间止", description="不含")


@dataclass(frozen=True, kw_only=True, slots=True)
class JointShown:
    """A linkage or whistle with everything that its participants may see, and the acts of its stage."""

    kind: Kind
    number: str
    stage: Stage
    stage_label: str
    version: int
    pack: str
    instrument: str
    case: str
    case_stage: CaseStage
    title: str
    content: str
    initiator: str
    task: str
    whistle_type: WhistleType | None
    emergency: Emergency | None
    topic: str
    off_list_reason: str
    beyond_entry: tuple[str, ...]
    beyond_reason: str
    left_out: tuple[str, ...]
    pre_study: str
    basis: str
    instruction: str
    filing: Filing | None
    filed_at: datetime | None
    acknowledged_at: datetime | None
    started_at: datetime
    blown_at: datetime | None
    concluded_at: datetime | None
    closed_at: datetime | None
    resolved: bool | None
    summary: str
    members: tuple[MemberFacts, ...]
    form: FormRow | None
    shared: Shared | None
    reports: tuple[ReportRow, ...]
    instructions: tuple[InstructionRow, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _resource(kind: SubjectType[JointFacts]) -> Resource:
    def ledger(actor: Actor, asked: Filters, now: datetime, after: int | None, limit: int) -> list[JointRow]:
        said = {name: getattr(asked, name) for name in Filters.model_fields if name not in Paging.model_fields}
        filters = JointFilters(**said)
        return joint.ledger(actor, filters, now=now, kind=Kind(kind.word), after=after, limit=limit)

    return Resource(kind=kind, filters=Filters, ledger=ledger, page=Page[JointRow], shown=JointShown)


LINKAGES, WHISTLES = _resource(LINKAGE), _resource(WHISTLE)


@dataclass(frozen=True, slots=True)
class Topics:
    """The list of tough whistles with every wording it ever had."""

    items: tuple[TopicRow, ...]


@dataclass(frozen=True, slots=True)
class Liaisons:
    """Who answers whistles, unit by unit, with all who did before."""

    items: tuple[NamedRow, ...]


@dataclass(frozen=True, slots=True)
class Portfolios:
    """Which leader's portfolio covers which unit, with all who did before."""

    items: tuple[NamedRow, ...]


class OfPeriod(Fields):
    """Of which period figures are asked."""

    of: Line = Field("", title="期间", description="2025、2025-Q1或2025-03；不填即为本年")


@dataclass(frozen=True, slots=True)
class Entered:
    """It was entered."""

    done: bool


class LiaisonOf(NameLiaison):
    """Naming the liaison of a unit."""

    unit: UnitCode = Field(title="单位")


def endpoints() -> Iterator[Endpoint]:
    """What is asked of joint handling alone."""
    for subject, kind in ((LINKAGE, Kind.LINKAGE), (WHISTLE, Kind.WHISTLE)):
        yield Endpoint(
            method="GET",
            path=f"{subject.folder}/{{number}}/form",
            view=_form(kind),
            name=f"get_{kind}_form",
            tag=subject.table.label,
            summary=f"“{'首接负责' if kind == Kind.LINKAGE else '吹哨报到'}”工作机制落实情况备案表",
            returns=FormRow,
        )
    yield Endpoint(
        method="GET",
        path="joint-figures",
        view=lambda call: Reply(
            joint.carried_out(call.actor, joint.period_named(call.query.of, now=call.now), now=call.now)
        ),
        name="get_joint_figures",
        tag=WHISTLE.table.label,
        summary="首接联动、吹哨报到机制落实情况：分单位统计和线索",
        query=OfPeriod,
        returns=Carried,
    )
    yield Endpoint(
        method="GET",
        path="portfolios",
        view=lambda call: Reply(Portfolios(joint.portfolios(call.actor.jurisdiction, now=call.now))),
        name="list_portfolios",
        tag=LINKAGE.table.label,
        summary="分管⟨leader⟩及历次变更",
        returns=Portfolios,
    )
    yield Endpoint(
        method="GET",
        path="whistle-topics",
        view=lambda call: Reply(Topics(joint.topics(call.actor.jurisdiction))),
        name="list_whistle_topics",
        tag=WHISTLE.table.label,
        summary="攻坚哨事项清单及历次文本",
        returns=Topics,
    )
    yield Endpoint(
        method="GET",
        path="liaisons",
        view=lambda call: Reply(Liaisons(joint.liaisons(call.actor.jurisdiction, now=call.now))),
        name="list_liaisons",
        tag=WHISTLE.table.label,
        summary="吹哨报到联络员及历次变更",
        returns=Liaisons,
    )
    yield _entering("whistle-topics", "enter_whistle_topic", "录入或修改攻坚哨事项清单", NewTopic, commands.enter_topic)
    yield _entering("whistle-topics/end", "end_whistle_topic", "停用攻坚哨事项清单条目", EndTopic, commands.end_topic)
    yield _entering("portfolios", "cover_unit", "登记分管⟨leader⟩", CoverUnit, commands.cover)
    yield Endpoint(
        method="POST",
        path="liaisons",
        view=_named,
        name="name_liaison",
        tag=WHISTLE.table.label,
        summary="明确吹哨报到联络员",
        body=LiaisonOf,
        returns=Entered,
        status=201,
    )


def _form(kind: Kind) -> Callable[[Call], Reply]:
    return lambda call: Reply(joint.form(call.path["number"], call.actor, kind=kind))


def _entering(path: str, name: str, summary: str, body: type[Fields], run: Callable[..., None]) -> Endpoint:
    def view(call: Call) -> Reply:
        run(fields=call.fields, actor=call.actor, now=call.now)
        return Reply(Entered(True))

    return Endpoint(
        method="POST",
        path=path,
        view=view,
        name=name,
        tag=WHISTLE.table.label,
        summary=summary,
        body=body,
        returns=Entered,
        status=201,
    )


def _named(call: Call) -> Reply:
    fields = NameLiaison(account=call.fields.account, from_on=call.fields.from_on)
    commands.name_liaison(unit=call.fields.unit, fields=fields, actor=call.actor, now=call.now)
    return Reply(Entered(True))
