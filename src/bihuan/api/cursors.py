"""Pages of long lists: a cursor names the last row seen, so that nothing is told twice or left out."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from bihuan.api.problems import invalid
from bihuan.kernel.complaints import Complaint
from bihuan.kernel.fields import Fields, Line

Row = TypeVar("Row")
RowId = Annotated[int, Field(ge=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `next` is the cursor of the following page, if there is one."""

    items: list[Row]
    next: str | None


class Paging(Fields):
    """Which page of a list."""

    limit: int = Field(50, title="每页条数", ge=1, le=200)
    cursor: Line = Field("", title="游标", description="上一页答复中的 next")


def write(*position: object) -> str:
    """A position in a list as a cursor."""
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def read(cursor: str, kind: Any) -> Any:
    """The position that a cursor names; None for the first page."""
    if not cursor:
        return None
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return TypeAdapter(kind).validate_json(raw)
    except (ValueError, ValidationError):
        raise invalid("游标无效，请从第一页重新查询。", (Complaint("cursor", "游标", "游标无效"),)) from None


def page(rows: Sequence[Row], limit: int, position: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """The first `limit` of the rows; the one that came beyond them tells that there is another page."""
    shown = list(rows[:limit])
    return Page(shown, write(*position(shown[-1])) if len(rows) > limit else None)
