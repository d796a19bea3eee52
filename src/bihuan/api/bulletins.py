"""Bulletins as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.bulletins import queries as bulletins
from bihuan.bulletins.subject import BULLETIN
from bihuan.bulletins.types import (
    BulletinCorrection,
    BulletinFilters,
    BulletinLine,
    BulletinListed,
    BulletinNaming,
    BulletinStage,
)
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line


class FiltersOfBulletins(Paging):
    """What the list of bulletins is narrowed to."""

    stage: BulletinStage | None = Field(None, title="阶段")
    number: Line | None = Field(None, title="编号")


@dataclass(frozen=True, kw_only=True, slots=True)
class BulletinShown:
    """A bulletin: its four texts, the table of units, who is named, and what was corrected."""

    number: str
    stage: BulletinStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    rhythm: str
    period: str
    begins_on: date
    ends_on: date
    unit: str
    unit_name: str
    overview: str
    experience: str
    problems: str
    demands: str
    issue_number: str
    issued_on: date | None
    lines: tuple[BulletinLine, ...]
    namings: tuple[BulletinNaming, ...]
    corrections: tuple[BulletinCorrection, ...]
    started_at: datetime
    closed_at: datetime | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(
    actor: Actor, asked: FiltersOfBulletins, now: datetime, after: int | None, limit: int
) -> Sequence[BulletinListed]:
    return bulletins.ledger(actor, BulletinFilters(asked.stage, asked.number), now=now, after=after, limit=limit)


BULLETINS = Resource(
    kind=BULLETIN, filters=FiltersOfBulletins, ledger=_ledger, page=Page[BulletinListed], shown=BulletinShown
)
