"""The duty ledger over the API."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pydantic import AwareDatetime, Field

from bihuan.api import cursors
from bihuan.api.cursors import Page, Paging, RowId
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.duties import ladder
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyFilters, DutyInFull, DutyRow, Explanation
from bihuan.kernel.fields import Line
from bihuan.subjects.duties import must_see_duty, with_what_is_seen
from bihuan.subjects.registry import REGISTRY


class Filters(Paging):
    """What the list of duties is narrowed to."""

    holder: Line | None = Field(None, title="责任单位", description="本人任职的单位之一")
    kind: Line | None = Field(None, title="职责种类")
    overdue: bool | None = Field(None, title="是否逾期")
    subject: Line | None = Field(None, title="所属工单或事项", description="case:工单号 或 matter:事项号")
    open: bool = Field(True, title="只看未履行的")
    mine: bool = Field(False, title="只看本人岗位的")


def endpoints() -> Iterator[Endpoint]:
    """What is owed, and why then."""
    labels = REGISTRY.duty_labels

    def listed(call: Call) -> Reply:
        asked: Filters = call.query
        after: tuple[datetime, int] | None = cursors.read(asked.cursor, tuple[AwareDatetime, RowId])
        filters = DutyFilters(
            holder=asked.holder,
            kind=asked.kind,
            overdue=asked.overdue,
            subject=asked.subject,
            open_only=asked.open,
            mine=asked.mine,
        )
        rows = duties.owed(call.actor, filters, labels=labels, now=call.now, after=after, limit=asked.limit + 1)
        return Reply(cursors.page(rows, asked.limit, lambda row: (row.due_at.isoformat(), row.id)))

    def explained(call: Call) -> Reply:
        must_see_duty(call.row_id, call.actor)
        return Reply(duties.explain_duty(call.row_id))

    def shown(call: Call) -> Reply:
        must_see_duty(call.row_id, call.actor)
        told = ladder.duty_in_full(call.row_id, labels=labels, now=call.now)
        return Reply(replace(told, steps=tuple(with_what_is_seen(told.steps, call.actor))))

    yield Endpoint(
        method="GET",
        path="duties",
        view=listed,
        name="list_duties",
        tag="职责",
        summary="本人任职单位的职责，先到期的在前",
        query=Filters,
        returns=Page[DutyRow],
        leads={"explain_duty": ("id", "/items/0/id"), "show_duty": ("id", "/items/0/id")},
    )
    yield Endpoint(
        method="GET",
        path="duties/{id}",
        view=shown,
        name="show_duty",
        tag="职责",
        summary="一项职责：到期时间的来由、暂停、延期、督办阶梯",
        returns=DutyInFull,
    )
    yield Endpoint(
        method="GET",
        path="duties/{id}/explanation",
        view=explained,
        name="explain_duty",
        tag="职责",
        summary="到期时间逐日说明",
        returns=Explanation,
    )
