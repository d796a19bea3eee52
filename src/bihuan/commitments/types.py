"""Words, forms and happenings of what was promised to a requester (承诺事项)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from bihuan.kernel.fields import Day, Fields, Line, RequiredLine, RequiredText, Text, UnitCode, on_free_day
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.record.types import EventRow
from bihuan.text.promises import MOST

_WHERE = "办理结果为承诺办理的必填"
PromiseText = Annotated[Text, Field(title="承诺事项", description=_WHERE, max_length=2000)]
PromiseUnit = Annotated[UnitCode | None, Field(title="承诺责任单位", description="不填即为承办单位")]
PromisePerson = Annotated[
    Line, Field(title="承诺责任人", description="承诺责任单位在任人员的姓名或账号；办理结果为承诺办理的必填")
]
PromiseDueOn = Annotated[Day | None, Field(title="承诺兑现日期", description=_WHERE)]

PARTS_OF_PROMISE = ("promise", "promise_unit", "promise_person", "promise_due_on")
"""The fields with which a form says what is promised; asked for with a promise alone."""
KEPT_BY = dict.fromkeys((*PARTS_OF_PROMISE, "on_free_day"), norms.COMMITMENT_REGISTER)
"""The same, and the tick beside the day: where nobody keeps promises, there is nothing to say."""


FoundNumber = Annotated[str, Field(pattern="^[1-9][0-9]?$", max_length=2)]
"""The place, from 1 on, of one among the clauses of an answer that may promise something."""
Confirmed = Annotated[
    tuple[FoundNumber, ...],
    Field(
        title="是对诉求人的承诺",
        description="答复中写有日期的这些话，是对诉求人的承诺的，勾选后登记跟踪",
        max_length=MOST,
        json_schema_extra={"widget": "ticked"},
    ),
]
Dismissed = Annotated[
    tuple[FoundNumber, ...],
    Field(
        title="不是承诺",
        description="每一项都须勾选在上面或者这里",
        max_length=MOST,
        json_schema_extra={"widget": "ticked"},
    ),
]
DECIDED = dict.fromkeys(("confirmed", "dismissed"), norms.COMMITMENT_REGISTER)
"""The fields with which a reviewer decides what an answer promises."""


class Standing(Vocabulary, context="commitment"):
    """Where a commitment is."""

    DRAFT = "draft", "随答复待审核"
    OPEN = "open", "待兑现"
    CLAIMED = "claimed", "已报兑现待核实"
    BROKEN = "broken", "逾期未兑现"
    FULFILLED = "fulfilled", "已兑现"
    ENDED = "ended", "改为重新办理"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A commitment that is neither kept nor over, as an act on its subject needs it."""

    id: int
    unit: str
    due_on: date
    standing: str


class Parts(Protocol):
    """A form with which something can be promised."""

    promise: str
    promise_unit: str | None
    promise_person: str
    promise_due_on: date | None
    on_free_day: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised as a form says it."""

    text: str
    unit: str
    person: str
    due_on: date | None
    on_free_day: bool = False

    @classmethod
    def of(cls, parts: Parts, lead: str | None) -> "Promise":
        """What a form promises; the lead does, unless another unit is named."""
        unit = parts.promise_unit or lead or ""
        return cls(parts.promise, unit, parts.promise_person, parts.promise_due_on, parts.on_free_day)

    @property
    def said(self) -> bool:
        """Whether anything of it was said."""
        return bool(self.text or self.person or self.due_on)


class Deciding(Protocol):
    """A form with which a reviewer says what an answer promises and what not."""

    @property
    def confirmed(self) -> tuple[str, ...]: ...
    @property
    def dismissed(self) -> tuple[str, ...]: ...


class FulfilPromise(Fields):
    """The unit did what was promised."""

    result: RequiredText = Field(title="兑现情况")
    done_on: Day = Field(title="兑现日期")


class CheckPromise(Fields):
    """The desk asked the requester whether it was kept."""

    kept: bool = Field(title="承诺已兑现", json_schema_extra={"widget": "whether"})
    checked_how: RequiredLine = Field(title="核实方式", description="怎样问的诉求人；匿名的写明查看了什么材料")
    note: Text = Field("", title="核实情况")


class RenewPromise(Fields):
    """A new date for what was not kept."""

    due_on: Day = Field(title="新的兑现日期")
    on_free_day: bool = on_free_day("due_on")
    reason: RequiredText = Field(title="改期理由")
    requester_told: Line = Field("", title="告知诉求人的方式", description="匿名诉求不填")


class BreakPromise(Fields):
    """The day went by: the clockwork's own act."""


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment as pages, API and the requester read it."""

    id: int
    text: str
    unit: str
    unit_name: str
    person: str
    due_on: date
    first_due_on: date
    made_at: datetime
    standing: Standing
    claimed_at: datetime | None
    result: str
    times: int
    number: str = ""
    """Its own number; empty while it waits for its review."""

    @property
    def label(self) -> str:
        """Where it is, in words."""
        return self.standing.label


@dataclass(frozen=True, slots=True)
class CommitmentFilters:
    """What the ledger is narrowed to."""

    standing: Standing | None = None
    open: bool | None = None
    unit: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One line of the ledger of what was promised: of what, by whom, until when, and where it is."""

    id: int
    number: str
    subject: str
    """The number of the case or matter of which it was promised."""
    kind: str
    title: str
    url: str
    text: str
    unit: str
    unit_name: str
    person: str
    due_on: date
    first_due_on: date
    made_at: datetime
    standing: Standing
    times: int

    @property
    def label(self) -> str:
        """Where it is, in words."""
        return self.standing.label


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """All that the page of one shows: the line of the ledger, what its unit reported, and what happened to it."""

    row: CommitmentLine
    claimed_at: datetime | None
    result: str
    events: tuple[EventRow, ...]
    names: Mapping[str, str]
    """Code → the name of each unit that is told of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseMade(Happening):
    """A promise is in force: the desk passed what the unit promised."""

    kind: ClassVar[str] = "commitments.made"
    sentence: ClassVar[str] = "承诺事项{number}：{unit_name}于{due_on}前兑现"
    private: ClassVar[frozenset[str]] = frozenset({"text", "person"})

    unit: str
    unit_name: str
    due_on: date
    text: str
    person: str
    number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseFulfilled(Happening):
    """The unit says that it kept what was promised."""

    kind: ClassVar[str] = "commitments.claimed"
    sentence: ClassVar[str] = "报告承诺事项已于{done_on}兑现，待核实"
    private: ClassVar[frozenset[str]] = frozenset({"result"})

    unit: str
    done_on: date
    result: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseChecked(Happening):
    """The desk found that it was kept, or not."""

    kind: ClassVar[str] = "commitments.checked"
    sentence: ClassVar[str] = "核实承诺事项：{finding}（{checked_how}）"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    kept: bool
    finding: str
    checked_how: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseBroken(Happening):
    """The day went by and it was not kept."""

    kind: ClassVar[str] = "commitments.broken"
    sentence: ClassVar[str] = "承诺事项到{due_on}没有兑现"

    unit: str
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseRenewed(Happening):
    """A new date was set, and the requester told."""

    kind: ClassVar[str] = "commitments.renewed"
    sentence: ClassVar[str] = "承诺事项改期至{due_on}，{telling}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    due_on: date
    before: date
    requester_told: str
    reason: str
    telling: str
