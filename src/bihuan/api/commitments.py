"""What was promised to requesters, as the API shows it; acts on it stand with the case or matter of which it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from bihuan.api import cursors
from bihuan.api.cursors import Page, Paging, RowId
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.commitments import queries as commitments
from bihuan.commitments.types import CommitmentFilters, CommitmentLine, Standing
from bihuan.kernel.fields import Line
from bihuan.record.types import EventRow


class FiltersOfCommitments(Paging):
    """What the list of commitments is narrowed to."""

    standing: Standing | None = Field(None, title="状态")
    open: bool | None = Field(None, title="是否未了结")
    unit: Line | None = Field(None, title="承诺责任单位")
    number: Line | None = Field(None, title="编号")


@dataclass(frozen=True, slots=True)
class CommitmentShown:
    """One commitment: what its unit reported of it, and what happened to it."""

    commitment: CommitmentLine
    claimed_at: datetime | None
    result: str
    events: tuple[EventRow, ...]


def endpoints() -> Iterator[Endpoint]:
    """What was promised, and what became of it."""

    def listed(call: Call) -> Reply:
        asked: FiltersOfCommitments = call.query
        after = cursors.read(asked.cursor, tuple[RowId])
        filters = CommitmentFilters(asked.standing, asked.open, asked.unit, asked.number)
        rows = commitments.ledger(call.actor, filters, after=after[0] if after else None, limit=asked.limit + 1)
        return Reply(cursors.page(rows, asked.limit, lambda row: (row.id,)))

    def shown(call: Call) -> Reply:
        found = commitments.view(call.path["number"], call.actor)
        return Reply(CommitmentShown(found.row, found.claimed_at, found.result, found.events))

    yield Endpoint(
        method="GET",
        path="commitments",
        view=listed,
        name="list_commitments",
        tag="承诺",
        summary="所见工单、清单事项中的承诺，新的在前",
        query=FiltersOfCommitments,
        returns=Page[CommitmentLine],
        leads={"show_commitment": ("number", "/items/0/number")},
    )
    yield Endpoint(
        method="GET",
        path="commitments/{number}",
        view=shown,
        name="show_commitment",
        tag="承诺",
        summary="一项承诺及其经过",
        returns=CommitmentShown,
    )
