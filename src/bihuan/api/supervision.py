"""What supervision sends as the API shows it, and what is asked of it alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TypeVar

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line
from bihuan.supervision import commands
from bihuan.supervision import queries as supervision
from bihuan.supervision.subject import COLOURED, ORDER, REMINDER, URGE
from bihuan.supervision.types import AboutRow, Colour, ColouredStage, Kind, OrderStage, ReminderStage, UrgeStage
from bihuan.supervision.types.forms import UrgeSelected
from bihuan.supervision.types.rows import DirectiveFilters, DirectiveRow, DirectiveView, ReplyRow, Sent, TaskRow


class FiltersOfSent(Paging):
    """What a list of what was sent is narrowed to."""

    open: bool | None = Field(None, title="是否未结束")
    unit: Line | None = Field(None, title="被督办单位")
    number: Line | None = Field(None, title="编号")


class FiltersOfUrges(FiltersOfSent):
    """What the list of urges is narrowed to."""

    stage: UrgeStage | None = Field(None, title="阶段")


class FiltersOfReminders(FiltersOfSent):
    """What the list of reminders is narrowed to."""

    stage: ReminderStage | None = Field(None, title="阶段")


class FiltersOfOrders(FiltersOfSent):
    """What the list of orders is narrowed to."""

    stage: OrderStage | None = Field(None, title="阶段")


class FiltersOfColoured(FiltersOfSent):
    """What the list of coloured orders is narrowed to."""

    stage: ColouredStage | None = Field(None, title="阶段")


@dataclass(frozen=True, kw_only=True, slots=True)
class SentRow:
    """One line of a list of what was sent."""

    id: int
    number: str
    title: str
    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    times: int
    subjects: tuple[str, ...]
    started_at: datetime
    closed_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeRow(SentRow):
    """One line of the list of urges."""

    stage: UrgeStage


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderRow(SentRow):
    """One line of the list of reminders."""

    stage: ReminderStage


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRow(SentRow):
    """One line of the list of orders."""

    stage: OrderStage


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredRow(SentRow):
    """One line of the list of coloured orders; `issuer_name` is the superior body, `unit_name` whoever answers."""

    stage: ColouredStage


@dataclass(frozen=True, kw_only=True, slots=True)
class SentShown:
    """What was sent: about what, what was demanded, what the unit replied."""

    number: str
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    about: tuple[AboutRow, ...]
    demand: str
    times: int
    started_at: datetime
    closed_at: datetime | None
    replies: tuple[ReplyRow, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgeShown(SentShown):
    """An urge."""

    stage: UrgeStage


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderShown(SentShown):
    """A reminder; `problem` is what is held against the unit."""

    stage: ReminderStage
    ground: str
    problem: str
    due_on: date | None
    contested: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderShown(SentShown):
    """An order; `problem` is why it was sent, `previous` the order or reminder that it goes on from."""

    stage: OrderStage
    ground: str
    order_kind: str
    problem: str
    due_on: date | None
    previous: str
    asked_days: int | None


@dataclass(frozen=True, slots=True)
class ColourShown:
    """One order in a chain of colours."""

    number: str
    colour: Colour
    superior: str
    document_number: str
    issued_on: date
    stage: ColouredStage


@dataclass(frozen=True, kw_only=True, slots=True)
class ColouredShown(SentShown):
    """A superior body's order in a colour; `issuer` is whoever follows it up, `tasks` what each unit answers for."""

    stage: ColouredStage
    colour: Colour
    superior: str
    document_number: str
    issued_on: date
    received_on: date
    due_on: date | None
    previous: str
    no_previous: str
    chain: tuple[ColourShown, ...]
    tasks: tuple[TaskRow, ...]
    answer_number: str
    answered_on: date | None
    answer: str
    outcome_number: str
    outcome_on: date | None
    outcome: str


Row = TypeVar("Row", bound=SentRow)


def _listing(kind: Kind, shape: type[Row]) -> Callable[..., Sequence[Row]]:
    def ledger(
        actor: Actor,
        asked: FiltersOfUrges | FiltersOfReminders | FiltersOfOrders | FiltersOfColoured,
        now: datetime,
        after: int | None,
        limit: int,
    ) -> list[Row]:
        filters = DirectiveFilters(asked.stage, asked.open, asked.unit, asked.number)
        found = supervision.ledger(actor, kind, filters, now=now, after=after, limit=limit)
        return [_shaped(row, shape) for row in found]

    return ledger


def _shaped(row: DirectiveRow, shape: type[Row]) -> Row:
    return shape(**{field.name: getattr(row, field.name) for field in fields(shape)})


URGES = Resource(
    kind=URGE,
    filters=FiltersOfUrges,
    ledger=_listing(Kind.URGE, UrgeRow),
    page=Page[UrgeRow],
    shown=UrgeShown,
)
REMINDERS = Resource(
    kind=REMINDER,
    filters=FiltersOfReminders,
    ledger=_listing(Kind.REMINDER, ReminderRow),
    page=Page[ReminderRow],
    shown=ReminderShown,
    more=lambda view: {"problem": view.facts.facts},
)
ORDERS = Resource(
    kind=ORDER,
    filters=FiltersOfOrders,
    ledger=_listing(Kind.ORDER, OrderRow),
    page=Page[OrderRow],
    shown=OrderShown,
    more=lambda view: {"problem": view.facts.facts},
)


def _from_above(view: DirectiveView) -> dict[str, object]:
    """What a superior body ordered, was answered and made of it, and what went before and after."""
    above = view.facts.from_above
    chain = tuple(
        ColourShown(one.number, one.colour, one.superior, one.document_number, one.issued_on, one.stage)
        for one in view.chain
    )
    said = {field.name: getattr(above, field.name) for field in fields(above) if field.name != "first"}
    previous = view.facts.previous if any(one.number == view.facts.previous for one in chain) else ""
    return {**said, "chain": chain, "previous": previous}


COLOUREDS = Resource(
    kind=COLOURED,
    filters=FiltersOfColoured,
    ledger=_listing(Kind.COLOURED, ColouredRow),
    page=Page[ColouredRow],
    shown=ColouredShown,
    more=_from_above,
)


@dataclass(frozen=True, slots=True)
class AllSent:
    """What became of each, in the order in which they were named."""

    items: tuple[Sent, ...]


def endpoints() -> Iterator[Endpoint]:
    """What is asked of supervision alone."""
    yield Endpoint(
        method="POST",
        path="supervision/urges",
        view=_urge_selected,
        name="urge_selected",
        tag=URGE.table.label,
        summary="按任务批量催办，每项各有结果",
        body=UrgeSelected,
        returns=AllSent,
        status=201,
    )


def _urge_selected(call: Call) -> Reply:
    return Reply(AllSent(commands.urge_selected(fields=call.fields, actor=call.actor, now=call.now)))
