"""Words, forms and facts of the tables that a registrar brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.intake.letters import Column
from bihuan.intake.moments import Order
from bihuan.kernel.fields import Fields, Line, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary

MOST_OPEN = 3
"""Tables that one person has under way at once: each lies on the disk."""
MOST_SHOWN = 100
"""Lines sent back that a page lists; the file has all of them."""
SAMPLES, SHOWN_OF_A_CELL = 3, 60
KEPT_TO_BE_READ, KEPT_WHEN_DONE = timedelta(days=1), timedelta(days=7)


class State(Vocabulary):
    """How far a table is."""

    CHECKING = "checking", "正在检查"
    READY = "ready", "待核对"
    REGISTERING = "registering", "正在登记"
    STOPPED = "stopped", "登记中断"
    DONE = "done", "登记完毕"
    GONE = "gone", "已删除"


AT_WORK = frozenset({State.CHECKING, State.REGISTERING})
OPEN = frozenset({State.CHECKING, State.READY, State.REGISTERING, State.STOPPED})
"""Not at their end: the table itself is kept."""


class Output(Vocabulary):
    """What can be fetched."""

    RECEIPTS = "receipts", "登记结果"
    REJECTS = "rejects", "退回的行"


class Reading(Fields):
    """How somebody wants a table to be read, where it does not say so itself."""

    sheet: Annotated[Line, Field(title="工作表")] = ""
    heading_line: Annotated[int | None, Field(title="表头在第几行", ge=1, le=200_000)] = None
    order: Annotated[Order | None, Field(title="年月日的顺序")] = None
    columns: Annotated[Mapping[int, Column], Field(title="各列是什么", max_length=100)] = {}
    """By place, from 0: what a column holds, other than its heading says."""
    sure_of_cells: Annotated[bool, Field(title="格内文字无误")] = False


class Bring(Fields):
    """With a table: by which channel its letters came."""

    channel: Annotated[RequiredLine, Field(title="来件渠道")]


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of the table: its heading, what it is by itself and as it will be read, who says so, its first cells."""

    heading: str
    by_itself: Column
    column: Column
    origin: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a table; it lies beside the table, and tells nothing that anybody wrote once that is gone."""

    sheets: tuple[str, ...] = ()
    """Of a workbook in which several hold something, their names."""
    heading_line: int = 0
    asks_for_line: bool = False
    """Whether a person must say in which line the headings stand."""
    above: tuple[str, ...] = ()
    columns: tuple[FoundColumn, ...] = ()
    doubts: tuple[tuple[int, str, str], ...] = ()
    """Line, heading and text of cells that hold what looks like further lines."""
    notes: tuple[tuple[str, int], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    rejected: tuple[tuple[int, str, str], ...] = ()
    """Line, reason, and the beginning of what stands there."""
    cut: int = 0
    """Cells that are not whole in the file of the lines sent back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailbagRow:
    """A table that somebody brought."""

    id: int
    name: str
    channel: str
    channel_label: str
    size: int
    brought_at: datetime
    state: State
    round: int
    """How often it was looked through."""
    reading: Reading
    share: float
    lines: int
    registered: int
    known: int
    rejected: int
    may: bool
    trouble: str
    expires_at: datetime
    outputs: frozenset[Output]


@dataclass(frozen=True, kw_only=True, slots=True)
class LettersBrought(Happening):
    """A table of letters was uploaded; nothing is registered yet."""

    kind: ClassVar[str] = "mailbags.brought"
    sentence: ClassVar[str] = "上传来件表（{channel_label}）"

    channel: str
    channel_label: str
    digest: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptsFetched(Happening):
    """The receipts of a table, with the query codes, were fetched."""

    kind: ClassVar[str] = "mailbags.receipts-fetched"
    sentence: ClassVar[str] = "下载来件表的登记结果（{registered}件，含查询码）"

    channel: str
    digest: str
    registered: int
    ip: str
