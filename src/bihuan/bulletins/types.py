"""Words, forms, happenings and facts of bulletins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.cases.types import Part, ParticipantRow
from bihuan.duties.types import DutyRow, DutySpec
from bihuan.kernel.fields import Fields, RequiredLine, RequiredText, Text, Why
from bihuan.kernel.happening import Happening
from bihuan.kernel.stages import Role
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post
from bihuan.policy import norms

KIND = "bulletin"


class BulletinStage(Vocabulary, context="stage"):
    """Where a bulletin is."""

    DRAFT = "draft", "起草中"
    SIGNING = "signing", "待签发"
    ISSUED = "issued", "已印发"


class BulletinAct(Vocabulary):
    """What can be done with a bulletin."""

    DRAW_UP = "draw_up", "生成通报草稿"
    EDIT = "edit", "撰写通报"
    STRIKE_NAME = "strike_name", "删去点名"
    SUBMIT = "submit", "报签"
    RETURN = "return", "退回修改"
    ISSUE = "issue", "印发通报"
    CORRECT = "correct", "更正说明"


class BulletinDuty(Vocabulary):
    """What can be owed of it."""

    ISSUE = "bulletin_issue", "印发季度通报"


DRAFTS = Role("清单管理员", (Post.LIST_KEEPER,), Part.OFFICE)
DIRECTOR = Role("清单管理机构负责人", (Post.LIST_DIRECTOR, Post.HEAD), Part.OFFICE)
OFFICE = Role("清单管理机构", (Post.LIST_KEEPER, Post.LIST_DIRECTOR, Post.HEAD), Part.OFFICE)
DUTIES: Mapping[str, DutySpec] = {
    str(BulletinDuty.ISSUE): DutySpec(BulletinDuty.ISSUE, Part.OFFICE, Post.LIST_DIRECTOR, norms.RHYTHM_BULLETIN, ""),
}
"""The one duty: its day is that of the regular work."""
TEXTS: Mapping[str, str] = {
    "overview": "总体情况",
    "experience": "经验做法",
    "problems": "存在问题",
    "demands": "工作要求",
}
"""The four texts of a bulletin, in their order."""


class SubmitBulletin(Fields):
    """It is laid before the director."""


class IssueBulletin(Fields):
    """The director issues it."""


class EditBulletin(Fields):
    """The four texts; what is not ready may stay empty until it is laid before the director."""

    overview: Text = Field("", title="总体情况", max_length=10_000)
    experience: Text = Field("", title="经验做法", max_length=10_000)
    problems: Text = Field("", title="存在问题", max_length=10_000)
    demands: Text = Field("", title="工作要求", max_length=10_000)


class StrikeName(Fields):
    """A unit is not named after all."""

    nth: Annotated[int, Field(ge=1, le=9999)] = Field(title="点名序号")
    reason: RequiredLine = Field(title="不点名的理由")


class ReturnBulletin(Fields):
    """The text is to be mended."""

    reason: Why = Field(title="退回的意见", max_length=2000)


class CorrectBulletin(Fields):
    """Something in an issued bulletin was wrong: the text stays, a note says so."""

    note: RequiredText = Field(title="更正内容", description="写明原来怎样、现在怎样、为什么", max_length=2000)


@dataclass(frozen=True, slots=True)
class BulletinFigures:
    """What the ledgers say of a unit in a period: listed matters entered, struck off, open and overdue at its end; and
    of what it had to handle, how much was decided in the period and how much of that was in time."""

    unit: str
    entered: int = 0
    struck: int = 0
    open: int = 0
    overdue: int = 0
    decided: int = 0
    met: int = 0

    @property
    def in_time(self) -> str:
        """按时办结率 with what stands behind it; a dash where nothing was decided."""
        if not self.decided:
            return "–"
        hundredths = (self.met * 10000 * 2 + self.decided) // (2 * self.decided)
        return f"{hundredths // 100}.{hundredths % 100:02d}%（{self.met}/{self.decided}）"


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """The line of a unit in the table of a bulletin."""

    unit: str
    name: str
    figures: BulletinFigures


@dataclass(frozen=True, slots=True)
class BulletinNaming:
    """A unit that is named, and for what; or why it is not after all."""

    nth: int
    unit: str
    name: str
    text: str
    struck: str


@dataclass(frozen=True, slots=True)
class BulletinCorrection:
    """A note that stands with an issued bulletin."""

    nth: int
    note: str
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class BulletinFacts:
    """What the rules need to know of a bulletin."""

    id: int
    number: str
    jurisdiction: str
    pack: str
    stage: BulletinStage
    version: int
    title: str
    rhythm: str
    period: str
    begins_on: date
    ends_on: date
    unit: str
    unit_name: str
    overview: str
    experience: str
    problems: str
    demands: str
    issue_number: str
    issued_on: date | None
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
class BulletinFilters:
    """What the list is narrowed to."""

    stage: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class BulletinBrief:
    """What a list of duties tells of it."""

    number: str
    title: str
    told_stage: str

    @property
    def stage(self) -> BulletinStage:
        """Where it is."""
        return BulletinStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class BulletinListed:
    """One line of the list."""

    id: int
    number: str
    title: str
    stage: BulletinStage
    period: str
    issue_number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class BulletinView:
    """All that a page shows but for the acts."""

    facts: BulletinFacts
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    lines: tuple[BulletinLine, ...]
    namings: tuple[BulletinNaming, ...]
    corrections: tuple[BulletinCorrection, ...]

    requester: ClassVar[None] = None

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The four texts under their headings."""
        return tuple((label, str(getattr(self.facts, name))) for name, label in TEXTS.items())


_PRIVATE = frozenset({"overview", "experience", "problems", "demands"})


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinDrawnUp(Happening):
    """A quarter is over, and its bulletin begins."""

    kind: ClassVar[str] = "bulletins.drawn-up"
    sentence: ClassVar[str] = "{title}生成草稿"

    title: str
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinEdited(Happening):
    """Its texts were written."""

    kind: ClassVar[str] = "bulletins.edited"
    sentence: ClassVar[str] = "撰写通报"
    private: ClassVar[frozenset[str]] = _PRIVATE

    overview: str
    experience: str
    problems: str
    demands: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NameStruck(Happening):
    """A unit is not named after all."""

    kind: ClassVar[str] = "bulletins.name-struck"
    sentence: ClassVar[str] = "不点名{unit_name}（{reason}）"

    nth: int
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinSubmitted(Happening):
    """It was laid before the director with its figures."""

    kind: ClassVar[str] = "bulletins.submitted"
    sentence: ClassVar[str] = "通报报签，数据固定到{ends_on}"

    ends_on: date
    digest: str
    """Of the table of units, as it stands in what is issued."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinReturned(Happening):
    """The text is to be mended."""

    kind: ClassVar[str] = "bulletins.returned"
    sentence: ClassVar[str] = "通报退回修改"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinIssued(Happening):
    """It was issued, and the units are told."""

    kind: ClassVar[str] = "bulletins.issued"
    sentence: ClassVar[str] = "印发{issue_number}"

    issue_number: str
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinCorrected(Happening):
    """A note says what was wrong in it."""

    kind: ClassVar[str] = "bulletins.corrected"
    sentence: ClassVar[str] = "第{nth}次更正说明"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    nth: int
    note: str
