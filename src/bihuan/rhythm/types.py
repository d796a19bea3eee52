"""Words, forms, happenings and facts of what is done regularly (定期工作)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.cases.types import Part, ParticipantRow
from bihuan.duties.types import DutyRow, DutySpec
from bihuan.kernel.fields import Day, Fields, RequiredLine, RequiredText, UnitCodes
from bihuan.kernel.happening import Happening
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms

KIND = "rhythm"


class RhythmStage(Vocabulary, context="stage"):
    """Where the work of a period is."""

    DUE = "due", "待完成"
    DONE = "done", "已完成"
    MISSED = "missed", "未完成"


class RhythmAct(Vocabulary):
    """What can be done with the work of a period."""

    OPEN = "open", "开列定期工作"
    DO = "do", "登记完成"
    LOG_TRAINING = "log_training", "登记培训情况"
    LOG_BRIEFING = "log_briefing", "登记听取汇报情况"
    LOG_REVIEW = "log_review", "登记制度梳理情况"
    ENTER_TRAINING = "enter_training", "登记培训"
    ENTER_BRIEFING = "enter_briefing", "登记听取汇报"
    ENTER_REVIEW = "enter_review", "登记制度梳理"
    MISS = "miss", "列为未完成"


class RhythmDuty(Vocabulary):
    """What can be owed of it."""

    DO = "rhythm_do", "完成定期工作"


HOLDING = tuple(post for post in Post if post not in (Post.ADMINISTRATOR, Post.OPERATOR))
HOLDER = Role("责任单位的责任人或负责人", HOLDING, Part.KEEPER)
DUTIES: Mapping[str, DutySpec] = {
    str(RhythmDuty.DO): DutySpec(RhythmDuty.DO, Part.KEEPER, Post.HEAD, norms.RHYTHM_KEEP, ""),
}
"""The one duty; its post and its day are those of the regulation's `[[rhythm]]`."""


MOST_UNITS = 200
Files = Annotated[tuple[int, ...], Field(max_length=20, json_schema_extra={"widget": "attachments"})]


class DoRhythm(Fields):
    """The work of a period was done."""

    done_on: Day = Field(title="完成日期")
    summary: RequiredText = Field(title="完成情况", max_length=2000)
    attachments: Files = Field((), title="佐证材料")


class TrainingWay(Vocabulary):
    """How people are trained."""

    SESSION = "session", "召开培训会"
    VISIT = "visit", "上门指导"


class LogTraining(Fields):
    """People of the units that handle were trained: when, how, in what, who."""

    done_on: Day = Field(title="培训日期")
    way: TrainingWay = Field(title="培训方式")
    topic: RequiredLine = Field(title="培训内容")
    units: Annotated[UnitCodes, Field(min_length=1, max_length=MOST_UNITS)] = Field(title="参加单位")
    people: RequiredText = Field(
        title="参训人员", description="按职务填写，如：各单位分管负责人、联络人共32人", max_length=2000
    )
    attachments: Files = Field((), title="培训材料", description="课件、签到表、流程图等")


class LogBriefing(Fields):
    """The head heard how the work goes, and what was decided."""

    done_on: Day = Field(title="听取日期")
    heard_by: RequiredLine = Field(title="听取人职务", description="如：区长、局长")
    reported_by: RequiredLine = Field(title="汇报人职务", description="如：分管副局长")
    summary: RequiredText = Field(title="汇报的主要情况", max_length=5000)
    decided: RequiredText = Field(title="协调解决的问题和作出的决定", max_length=5000)
    attachments: Files = Field((), title="材料")


class LogReview(Fields):
    """The rules of the house were gone through: what stands, and what is to be mended by whom."""

    done_on: Day = Field(title="梳理日期")
    summary: RequiredText = Field(title="梳理情况", description="逐项说明现行制度、流程、分工是否适用", max_length=5000)
    decided: RequiredText = Field(
        title="修订、补充的安排", description="写明由谁在什么时候完成；没有的写“无”", max_length=5000
    )
    attachments: Files = Field((), title="材料")


class MissRhythm(Fields):
    """Two periods went by: the clockwork's own act."""


@dataclass(frozen=True, slots=True)
class RhythmFacts:
    """What the rules need to know of the work of a period."""

    id: int
    number: str
    jurisdiction: str
    pack: str
    stage: RhythmStage
    version: int
    code: str
    title: str
    every: str
    period: str
    unit: str
    unit_name: str
    post: str
    begins_on: date
    ends_on: date
    due_on: date
    done_by: str
    summary: str
    started_at: datetime
    started_by: str
    closed_at: datetime | None
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, datetime] = field(default_factory=dict)

    requester: ClassVar[None] = None
    limit_scope: ClassVar[Mapping[str, str]] = {}

    @property
    def subject(self) -> str:
        """The key of the chain."""
        return f"{KIND}:{self.number}"

    def done_already(self, kind: str) -> bool:
        """Nothing here is done before it is owed."""
        return False


@dataclass(frozen=True, slots=True)
class LogRow:
    """What was written down of a training, a briefing or a review."""

    done_on: date
    way: str
    topic: str
    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    people: str
    heard_by: str
    reported_by: str
    summary: str
    decided: str


@dataclass(frozen=True, slots=True)
class RhythmFilters:
    """What the list is narrowed to."""

    code: str | None = None
    stage: str | None = None
    open: bool | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class RhythmBrief:
    """What a list of duties tells of it."""

    number: str
    title: str
    told_stage: str

    @property
    def stage(self) -> RhythmStage:
        """Where it is."""
        return RhythmStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class RhythmListed:
    """One line of the list."""

    id: int
    number: str
    title: str
    stage: RhythmStage
    code: str
    period: str
    unit: str
    unit_name: str
    due_on: date
    closed_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class RhythmView:
    """All that a page shows but for the acts."""

    facts: RhythmFacts
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    log: LogRow | None

    requester: ClassVar[None] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RhythmOpened(Happening):
    """The work of a period is to be done."""

    kind: ClassVar[str] = "rhythm.opened"
    sentence: ClassVar[str] = "开列{title}，{unit_name}于{due_on}前完成"

    title: str
    period: str
    unit: str
    unit_name: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class RhythmDone(Happening):
    """It was done."""

    kind: ClassVar[str] = "rhythm.done"
    sentence: ClassVar[str] = "{title}已于{done_on}完成"
    private: ClassVar[frozenset[str]] = frozenset({"summary"})

    title: str
    done_on: date
    by: str
    """What tells of it: the key of a meeting or a bulletin, or the number of a log; empty where it is told here."""
    summary: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingLogged(Happening):
    """People of units that handle were trained."""

    kind: ClassVar[str] = "rhythm.trained"
    sentence: ClassVar[str] = "{done_on}{way}培训“{topic}”，{unit_names}参加"
    private: ClassVar[frozenset[str]] = frozenset({"people"})

    done_on: date
    way: TrainingWay
    topic: str
    units: tuple[str, ...]
    unit_names: str
    people: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BriefingLogged(Happening):
    """Whoever heads a unit heard how the work goes."""

    kind: ClassVar[str] = "rhythm.briefed"
    sentence: ClassVar[str] = "{done_on}{heard_by}听取{reported_by}汇报"
    private: ClassVar[frozenset[str]] = frozenset({"summary", "decided"})

    done_on: date
    heard_by: str
    reported_by: str
    summary: str
    decided: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewLogged(Happening):
    """The rules of the house were gone through."""

    kind: ClassVar[str] = "rhythm.reviewed"
    sentence: ClassVar[str] = "{done_on}梳理各项制度"
    private: ClassVar[frozenset[str]] = frozenset({"summary", "decided"})

    done_on: date
    summary: str
    decided: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RhythmMissed(Happening):
    """The next but one began, and it was not done."""

    kind: ClassVar[str] = "rhythm.missed"
    sentence: ClassVar[str] = "{title}没有完成"

    title: str
