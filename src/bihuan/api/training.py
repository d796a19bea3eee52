"""The clock of a training jurisdiction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.clockwork import commands as clockwork
from bihuan.kernel.fields import Fields, Moment


class Advance(Fields):
    """How far, or until when, the clock is moved."""

    advance: timedelta | None = Field(None, title="向前拨多久", description="ISO 8601，例如 P2D、PT4H")
    to: Moment | None = Field(None, title="拨到何时")

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """One of both says it."""
        if {"advance", "to"} <= said.keys() and (said["advance"] is None) == (said["to"] is None):
            yield "to", "请在 advance 和 to 中填写一项"


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is in the jurisdiction now."""

    jurisdiction: str
    now: datetime


def endpoints() -> Iterator[Endpoint]:
    """The training clock."""
    yield Endpoint(
        method="POST",
        path="training/clock",
        view=_advance,
        name="advance_clock",
        tag="教学",
        summary="向前拨动教学环境的时钟（正式环境拒绝）",
        body=Advance,
        returns=Clock,
    )


def _advance(call: Call) -> Reply:
    asked: Advance = call.fields
    to = asked.to if asked.to is not None else call.now + (asked.advance or timedelta())
    here = call.standing.jurisdiction
    moved = clockwork.advance_clock(jurisdiction=here.code, to=to, seen=here.offset, actor=call.actor, now=call.now)
    return Reply(Clock(here.code, moved))
