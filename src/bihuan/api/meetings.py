"""Meetings as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line
from bihuan.meetings import queries as meetings
from bihuan.meetings.subject import MEETING
from bihuan.meetings.types import DecisionTaskRow, MeetingDecision, MeetingFilters, MeetingListed, MeetingStage


class FiltersOfMeetings(Paging):
    """What the list of meetings is narrowed to."""

    stage: MeetingStage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    number: Line | None = Field(None, title="编号")


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingShown:
    """A meeting: its agenda, its minutes, what was decided, and what came of that."""

    number: str
    stage: MeetingStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    rhythm: str
    topic: str
    reason: str
    of_group: bool
    unit: str
    unit_name: str
    held_on: date | None
    starts: str
    place: str
    attendees: str
    units: tuple[str, ...]
    progress: str
    analysis: str
    difficult: str
    policy: str
    attended: str
    minutes: str
    minutes_number: str
    opinion: str
    decisions: tuple[MeetingDecision, ...]
    tasks: tuple[DecisionTaskRow, ...]
    started_at: datetime
    closed_at: datetime | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(
    actor: Actor, asked: FiltersOfMeetings, now: datetime, after: int | None, limit: int
) -> Sequence[MeetingListed]:
    return meetings.ledger(
        actor, MeetingFilters(asked.stage, asked.open, asked.number), now=now, after=after, limit=limit
    )


MEETINGS = Resource(
    kind=MEETING, filters=FiltersOfMeetings, ledger=_ledger, page=Page[MeetingListed], shown=MeetingShown
)
