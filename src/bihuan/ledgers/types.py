"""Words, columns, filters and rows of the ledgers; what somebody asked of one; their saved views and exports."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from pydantic import Field, field_validator

from bihuan.floodgate.types import Measure
from bihuan.kernel.fields import Fields, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.phone import is_phone
from bihuan.kernel.vocabulary import Vocabulary

SIZE = 50
"""Rows of a page."""
COUNTED = 10_000
"""So far rows are counted; of more than that it is only said that there are more."""
MOST_PAGES = 20_000
"""Beyond this page days and filters lead farther than numbers."""
MOST_EXPORTED = 1_000_000
"""Rows that a worksheet takes, with its heading."""


class Which(Vocabulary):
    """A ledger."""

    CASE = "case", "工单台账"
    MATTER = "matter", "清单事项台账"
    JOINT = "joint", "联动吹哨台账"
    FIGURES = "figures", "机制落实情况"
    ASSESSMENT = "measures", "考核指标"


class Kind(Vocabulary):
    """What a cell holds."""

    TEXT = "text", "文字"
    WORD = "word", "词"
    MOMENT = "moment", "时间"
    NUMBER = "number", "数"


class Ask(Vocabulary):
    """How a filter is asked for."""

    SEARCH = "search", "搜索"
    WORD = "word", "选择"
    LINE = "line", "文字"
    PLACE = "place", "地点"
    DAY = "day", "日期"
    MONTH = "month", "月份"


Value = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `usual` ones are shown until somebody chooses."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 14
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One word that a filter may be given; `context` is the sense of its label."""

    value: str
    label: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing by which a ledger is narrowed; `first` ones stand before the fold."""

    key: str
    label: str
    ask: Ask
    choices: tuple[Choice, ...] = ()
    first: bool = False
    hint: str = ""

    def choice(self, value: str) -> Choice:
        """The value with what it is told as."""
        return next((c for c in self.choices if c.value == value), Choice(value, value))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a ledger: filters as typed, columns and order."""

    which: Which
    values: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    oldest_first: bool = False

    def query(self) -> str:
        """The same as it stands in an address."""
        said = [(name, value) for name, value in self.values.items() if value]
        said += [("c", key) for key in self.columns]
        return urlencode([*said, *([("order", "oldest")] if self.oldest_first else [])])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a ledger: a page by its number, or what comes after or before a row."""

    page: int | None = None
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its subject, and a value for every column that was asked for."""

    id: int
    number: str
    stage: str
    late: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a ledger. `page` is known where it was asked for by number or reached from there."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    page: int | None
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view: a name for a question. `own` ones can be changed, others are shared by a colleague."""

    id: int
    name: str
    query: str
    shared: bool
    default: bool
    own: bool
    by: str


class State(Vocabulary):
    """How far an export is."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在导出"
    READY = "ready", "可以下载"
    FAILED = "failed", "未完成"
    EXPIRED = "expired", "已过期删除"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export, and how far it is. `total` is unknown until counted; `cut` cells lack a part of their text."""

    id: int
    number: str
    which: Which
    query: str
    told: str
    reason: str
    state: State
    asked_at: datetime
    done: int
    cut: int
    total: int | None
    ready_at: datetime | None
    expires_at: datetime | None
    trouble: str
    size: int
    fetched: int


class Reason(Fields):
    """Why a ledger is carried out of the system."""

    reason: Annotated[RequiredLine, Field(title="导出用途", min_length=4)]


class SaveView(Fields):
    """Keeping a question under a name."""

    name: Annotated[RequiredLine, Field(title="视图名称", max_length=40)]
    shared: bool = Field(False, title="本单位同事也可使用")
    default: bool = Field(False, title="打开台账时先显示它")


class By(Vocabulary):
    """By what of a requester cases are looked for."""

    TAIL = "tail", "电话尾号"
    PHONE = "phone", "完整电话"
    NAME = "name", "姓名"


PHONE = re.compile(r"[\d+\-()（）\s转]+")
SHORT_TAIL = 4
TAILS = (SHORT_TAIL, 8)
SEARCHES = (
    Measure("ledgers.requester-searches-an-hour", 30, timedelta(hours=1)),
    Measure("ledgers.requester-searches-a-day", 200, timedelta(days=1)),
)
"""How often an account may look for requesters: who serves people by telephone stays far below, who tries numbers out
does not get far."""


class WhoAsked(Fields):
    """Looking for cases by the requester: the whole telephone number, the end of it, or the whole name."""

    who: Annotated[
        RequiredLine,
        Field(title="诉求人电话或姓名", max_length=64, description="完整电话、电话后八位，或完整姓名"),
    ]

    @field_validator("who")
    @classmethod
    def _enough(cls, who: str) -> str:
        who = unicodedata.normalize("NFKC", who)
        digits = re.sub(r"\D", "", who)
        if PHONE.fullmatch(who) and len(digits) < 7 and len(digits) not in TAILS and not is_phone(who):
            raise ValueError("电话请写完整号码，或者后八位（受理员、回访员也可以只写后四位）")
        if not PHONE.fullmatch(who) and len(who) < 2:
            raise ValueError("姓名请写完整")
        return who

    @property
    def digits(self) -> int:
        """How many digits of a telephone number were typed; none of a name."""
        return len(re.sub(r"\D", "", self.who)) if PHONE.fullmatch(self.who) else 0

    @property
    def by(self) -> By:
        """What it is that was typed."""
        if not PHONE.fullmatch(self.who):
            return By.NAME
        return By.TAIL if self.digits in TAILS else By.PHONE


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportAsked(Happening):
    """Somebody asked for a ledger as a file."""

    kind: ClassVar[str] = "ledgers.export-asked"
    sentence: ClassVar[str] = "申请导出{which}（{told}）"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "query"})

    which: Which
    told: str
    query: str
    columns: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportWritten(Happening):
    """The file was written."""

    kind: ClassVar[str] = "ledgers.export-written"
    sentence: ClassVar[str] = "导出完成，共{rows}行"

    rows: int
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFetched(Happening):
    """The file was fetched."""

    kind: ClassVar[str] = "ledgers.export-fetched"
    sentence: ClassVar[str] = "下载导出文件（第{times}次）"

    times: int
    ip: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RequesterSearched(Happening):
    """Somebody looked for cases by what they know of the requester; what that is, is not kept."""

    kind: ClassVar[str] = "ledgers.requester-searched"
    sentence: ClassVar[str] = "按诉求人{by}检索工单，找到{found}件"

    by: By
    found: int
    ip: str
