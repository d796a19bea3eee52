"""Words, forms, happenings and facts of meetings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.cases.types import Part, ParticipantRow
from bihuan.duties.types import Bar, DutyRow, DutySpec
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Day, Fields, RequiredLine, RequiredText, Text, UnitCodes, Why, on_free_day
from bihuan.kernel.happening import Happening
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.limits import LimitName

KIND = "meeting"
MOST_DECISIONS = 30


class MeetingStage(Vocabulary, context="stage"):
    """Where a meeting is."""

    PLANNED = "planned", "待召集"
    CONVENED = "convened", "已通知"
    HELD = "held", "已召开"
    SIGNED = "signed", "纪要已签发"
    CLOSED = "closed", "已落实"
    LAPSED = "lapsed", "未召开"


class MeetingAct(Vocabulary):
    """What can be done with a meeting."""

    PLAN = "plan", "列入本月会商"
    CALL = "call", "提请临时会商"
    CONVENE = "convene", "召集会议"
    HOLD = "hold", "登记会议情况"
    DECIDE = "decide", "登记决定事项"
    STRIKE = "strike", "删去决定事项"
    SIGN = "sign", "签发会议纪要"
    RETURN = "return", "退回修改纪要"
    REPORT = "report", "报告落实情况"
    CLOSE = "close", "确认全部落实"
    LAPSE = "lapse", "列为未召开"


class MeetingDuty(Vocabulary):
    """What can be owed of a meeting."""

    HOLD = "meeting_hold", "召开会商会议"
    MINUTES = "meeting_minutes", "整理、签发会议纪要"
    TASK = "decision_task", "落实会商决定事项并报告"
    CLOSE = "meeting_close", "确认会商决定落实"


class DecisionKind(Vocabulary):
    """What a meeting decides."""

    KEY = "key", "列为重点"
    ASSIGN = "assign", "交办"
    TASK = "task", "任务"
    POLICY = "policy", "政策措施建议"
    GROUP = "group", "提请议事协调机构研究"


KEEPER = Role("清单管理员或清单管理机构负责人", (Post.LIST_KEEPER, Post.LIST_DIRECTOR), Part.OFFICE)
DIRECTOR = Role("⟨list_director⟩", (Post.LIST_DIRECTOR,), Part.OFFICE)
ANSWERS = Role("责任单位分管或主要负责人", (Post.DEPUTY, Post.HEAD), Part.ADDRESSEE)
_agenda = norms.RHYTHM_MEETING_AGENDA
DUTIES: Mapping[str, DutySpec] = {
    str(spec.kind): spec
    for spec in (
        DutySpec(MeetingDuty.HOLD, Part.OFFICE, Post.LIST_KEEPER, _agenda, LimitName.MEETING_HOLD),
        DutySpec(MeetingDuty.MINUTES, Part.OFFICE, Post.LIST_KEEPER, _agenda, LimitName.MEETING_MINUTES),
        DutySpec(
            MeetingDuty.TASK,
            Part.ADDRESSEE,
            Post.DEPUTY,
            _agenda,
            LimitName.DECISION_TASK,
            bars=(Bar(MeetingAct.CLOSE, "还有单位没有报告落实情况，不能确认。"),),
        ),
        DutySpec(MeetingDuty.CLOSE, Part.OFFICE, Post.LIST_KEEPER, _agenda, LimitName.MEETING_CLOSE),
    )
}
"""Every kind of duty that a meeting can carry."""


class LapseMeeting(Fields):
    """Nothing is asked."""


class AgendaItems(Fields):
    """The agenda in the four parts of what such a meeting is for."""

    progress: RequiredText = Field(title="通报办理情况", description="按台账自动列出，可以增删", max_length=8000)
    analysis: RequiredText = Field(title="分析研判社情民意", description="按台账自动列出，可以增删", max_length=8000)
    difficult: RequiredText = Field(
        title="协调解决疑难复杂问题", description="按台账自动列出，可以增删", max_length=8000
    )
    policy: RequiredText = Field(title="研究政策措施、提出工作建议", description="没有议题的写“无”", max_length=8000)


class CallMeeting(Fields):
    """Something weighty does not wait for the next month."""

    topic: RequiredLine = Field(title="会商事由")
    reason: RequiredText = Field(title="重大事项的情况", description="为什么须随时召开", max_length=2000)
    of_group: bool = Field(False, title="议事协调机构会议", description="提请议事协调机构研究热点难点问题的勾选")
    of_norms = {"of_group": norms.BODY_COORDINATES}


class ConveneMeeting(AgendaItems):
    """When and where who meets about what."""

    held_on: Day = Field(title="会议日期")
    starts: RequiredLine = Field(title="开始时间", description="如：上午9时", max_length=32)
    place: RequiredLine = Field(title="会议地点")
    units: Annotated[UnitCodes, Field(min_length=1, max_length=60)] = Field(title="参会单位")
    attendees: RequiredText = Field(title="参会人员", description="写职务，一行一个", max_length=2000)


class EnterMeeting(Fields):
    """Who was there, and what was said."""

    held_on: Day = Field(title="召开日期")
    attended: RequiredText = Field(title="出席人员", description="写职务，一行一个", max_length=2000)
    minutes: RequiredText = Field(title="会议纪要正文", description="不写诉求人的姓名、电话和住址", max_length=20_000)
    attachments: Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})] = Field(
        (), title="会议材料"
    )


class EnterDecision(Fields):
    """One thing that was decided: about what, by whom it is done, until when."""

    kind: DecisionKind = Field(title="决定类别")
    text: RequiredText = Field(title="决定内容", max_length=2000)
    about: Annotated[tuple[Annotated[RequiredLine, Field(max_length=64)], ...], Field(max_length=20)] = Field(
        (), title="所涉事项", description="事项的编号，一行一个", json_schema_extra={"widget": "lines"}
    )
    units: Annotated[UnitCodes, Field(max_length=20)] = Field((), title="责任单位")
    due_on: Day | None = Field(None, title="完成时限", description="不填的按规定")
    on_free_day: bool = on_free_day("due_on")

    @classmethod
    def together(cls, said: Mapping[str, object]) -> Iterable[tuple[str, str]]:
        """What is assigned is for somebody; what is made weighty names what that is."""
        if said.get("kind") in (DecisionKind.ASSIGN, DecisionKind.TASK) and said.get("units") == ():
            yield "units", "请选择责任单位"
        if said.get("kind") in (DecisionKind.KEY, DecisionKind.ASSIGN) and said.get("about") == ():
            yield "about", "请写明所涉事项的编号"
        if said.get("due_on") and said.get("units") == ():
            yield "units", "写了时限的，请选择责任单位"


class StrikeDecision(Fields):
    """A decision was written down wrongly."""

    nth: Annotated[int, Field(ge=1, le=999)] = Field(title="决定序号")
    reason: RequiredLine = Field(title="删去的理由")


class SignMinutes(Fields):
    """The director signs the minutes."""


class ReturnMinutes(Fields):
    """The minutes are to be mended."""

    reason: Why = Field(title="退回的意见", max_length=2000)


class ReportDecision(Fields):
    """What a unit did of what was decided, or why not."""

    result: RequiredText = Field(title="落实情况", description="没有完成的写明原因和下一步安排", max_length=5000)
    done: bool = Field(title="已经完成", json_schema_extra={"widget": "whether"})
    attachments: Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})] = Field(
        (), title="佐证材料"
    )


class CloseMeeting(Fields):
    """Everything is done or explained."""

    opinion: Text = Field("", title="确认意见", max_length=2000)


@dataclass(frozen=True, slots=True)
class MeetingAgenda:
    """What the agenda of a meeting says by the data of a day, each part a text of lines."""

    progress: str
    analysis: str
    difficult: str
    policy: str = "无"


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """One thing that a meeting decided."""

    id: int
    nth: int
    kind: DecisionKind
    text: str
    subjects: tuple[str, ...]
    units: tuple[str, ...]
    due_on: date | None


@dataclass(frozen=True, slots=True)
class DecisionTaskRow:
    """What a unit is to do by a decision, and what it reported."""

    nth: int
    unit: str
    unit_name: str
    result: str
    done: bool | None
    reported_at: datetime | None
    reported_by_name: str


@dataclass(frozen=True, slots=True)
class ForGroup:
    """What the leading group is to look into, or decided: of which minutes, what, and how many units reported."""

    meeting: str
    minutes_number: str
    nth: int
    kind: DecisionKind
    text: str
    of_group: bool
    tasks: int
    reported: int


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the rules need to know of a meeting. `duties`: open kind → earliest due moment."""

    id: int
    number: str
    jurisdiction: str
    pack: str
    stage: MeetingStage
    version: int
    title: str
    rhythm: str
    """Number of the regular work that it does; empty for what was called besides."""
    topic: str
    reason: str
    of_group: bool
    """Whether the leading group meets."""
    unit: str
    unit_name: str
    held_on: date | None
    starts: str
    place: str
    attendees: str
    units: tuple[str, ...]
    progress: str
    analysis: str
    difficult: str
    policy: str
    attended: str
    minutes: str
    minutes_number: str
    opinion: str
    decided: int
    """How many decisions stand."""
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)
    owing: frozenset[tuple[str, str]] = frozenset()

    requester: ClassVar[None] = None
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{KIND}:{self.number}"

    @property
    def tasked(self) -> frozenset[str]:
        """The units that still owe a report."""
        return frozenset(holder for kind, holder in self.owing if kind == MeetingDuty.TASK)

    def seat_owing(self, actor: Actor) -> Seat | None:
        """The actor's seat in a unit that owes a report."""
        return min((s for s in actor.seats if s.post in ANSWERS.posts and s.unit in self.tasked), default=None)

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False


@dataclass(frozen=True, slots=True)
class MeetingFilters:
    """What the list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingBrief:
    """What a list of duties tells of it."""

    number: str
    title: str
    told_stage: str

    @property
    def stage(self) -> MeetingStage:
        """Where it is."""
        return MeetingStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class MeetingListed:
    """One line of the list."""

    id: int
    number: str
    title: str
    stage: MeetingStage
    held_on: date | None
    minutes_number: str
    unit_name: str
    closed_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    """All that a page shows but for the acts."""

    facts: MeetingFacts
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    decisions: tuple[MeetingDecision, ...]
    tasks: tuple[DecisionTaskRow, ...]
    names: Mapping[str, str]

    requester: ClassVar[None] = None

    def units_of(self, decision: MeetingDecision) -> str:
        """The units of a decision, in words."""
        return "、".join(self.names.get(unit, unit) for unit in decision.units)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingPlanned(Happening):
    """The meeting of a month is to be held."""

    kind: ClassVar[str] = "meetings.planned"
    sentence: ClassVar[str] = "{title}列入计划"

    title: str
    rhythm: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingCalled(Happening):
    """Something weighty does not wait."""

    kind: ClassVar[str] = "meetings.called"
    sentence: ClassVar[str] = "提请召开临时会商会议：{topic}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    topic: str
    reason: str
    of_group: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingConvened(Happening):
    """Who meets when, where, about what."""

    kind: ClassVar[str] = "meetings.convened"
    sentence: ClassVar[str] = "通知{unit_names}于{held_on}{starts}在{place}开会"
    private: ClassVar[frozenset[str]] = frozenset({"progress", "analysis", "difficult", "policy", "attendees"})

    held_on: date
    starts: str
    place: str
    units: tuple[str, ...]
    unit_names: str
    attendees: str
    progress: str
    analysis: str
    difficult: str
    policy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingHeld(Happening):
    """It was held, and what was said is written down."""

    kind: ClassVar[str] = "meetings.held"
    sentence: ClassVar[str] = "会商会议于{held_on}召开"
    private: ClassVar[frozenset[str]] = frozenset({"attended", "minutes"})

    held_on: date
    attended: str
    minutes: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingDecided(Happening):
    """One thing that was decided is written down."""

    kind: ClassVar[str] = "meetings.decided"
    sentence: ClassVar[str] = "登记第{nth}项决定（{decision}），责任单位：{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    nth: int
    decision: DecisionKind
    text: str
    subjects: tuple[str, ...]
    units: tuple[str, ...]
    unit_names: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionStruck(Happening):
    """A decision was written down wrongly."""

    kind: ClassVar[str] = "meetings.struck"
    sentence: ClassVar[str] = "删去第{nth}项决定（{reason}）"

    nth: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MinutesSigned(Happening):
    """The minutes are signed: what was decided binds."""

    kind: ClassVar[str] = "meetings.signed"
    sentence: ClassVar[str] = "签发{minutes_number}，共{decisions}项决定"

    minutes_number: str
    decisions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MinutesReturned(Happening):
    """The minutes are to be mended."""

    kind: ClassVar[str] = "meetings.returned"
    sentence: ClassVar[str] = "退回修改会议纪要"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionReported(Happening):
    """A unit told what it did of what was decided."""

    kind: ClassVar[str] = "meetings.reported"
    sentence: ClassVar[str] = "{unit_name}报告会商决定落实情况：{whether}"
    private: ClassVar[frozenset[str]] = frozenset({"result"})

    unit_name: str
    whether: str
    result: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingClosed(Happening):
    """Everything is done or explained."""

    kind: ClassVar[str] = "meetings.closed"
    sentence: ClassVar[str] = "会商决定事项全部落实或者说明"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingLapsed(Happening):
    """Two months went by without it."""

    kind: ClassVar[str] = "meetings.lapsed"
    sentence: ClassVar[str] = "{title}没有召开"

    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedAtMeeting(Happening):
    """A signed meeting decided something about a subject: a word in the subject's own record."""

    kind: ClassVar[str] = "meetings.decision-named"
    sentence: ClassVar[str] = "{minutes_number}第{nth}项决定涉及本件（{decision}）"
    is_note: ClassVar[bool] = True
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    number: str
    minutes_number: str
    nth: int
    decision: DecisionKind
    text: str
