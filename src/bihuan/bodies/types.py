"""Words, forms, happenings and rows of bodies."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pydantic import Field

from bihuan.kernel.fields import Day, Fields, Line
from bihuan.kernel.happening import Happening


class PlaceSeat(Fields):
    """By which post of which unit a seat is held from a day on; nothing said: by nobody whom the system knows."""

    unit: Line = Field("", title="单位", max_length=64, json_schema_extra={"widget": "any_unit"})
    post: Line = Field("", title="职务", max_length=32)
    from_on: Day = Field(title="自哪一天起")


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat as the document prints it, and who holds it on a day."""

    code: str
    body: str
    role: str
    text: str
    clause: str
    unit: str
    unit_name: str
    post: str
    post_label: str
    from_on: date | None
    holders: tuple[str, ...]
    """Names of whoever holds the post that day; nobody: vacant."""

    @property
    def placed(self) -> bool:
        """Whether a post stands for it."""
        return bool(self.unit)

    @property
    def vacant(self) -> bool:
        """Whether nobody holds it."""
        return not self.holders


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body with its seats on a day, in the order of the document."""

    code: str
    label: str
    clause: str
    seats: tuple[SeatRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatPlaced(Happening):
    """A post stands for a seat, or none does any more."""

    kind: ClassVar[str] = "bodies.seat-placed"
    sentence: ClassVar[str] = "{role}（{text}）对应的职务自{from_on}起为{position}"

    seat: str
    role: str
    text: str
    unit: str
    post: str
    position: str
    from_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberChanged(Happening):
    """Whoever succeeded in a post is the member, without a document."""

    kind: ClassVar[str] = "bodies.member-changed"
    sentence: ClassVar[str] = "{role}（{text}）由{after}履行职责，不再另行行文"

    seat: str
    role: str
    text: str
    before: str
    after: str
