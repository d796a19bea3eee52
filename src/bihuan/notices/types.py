"""Words and rows of notices."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.vocabulary import Vocabulary


class Group(Vocabulary):
    """What a notice tells."""

    OPENED = "opened", "新任务"
    FALLS_DUE = "falls_due", "临近到期"
    FELL_DUE = "fell_due", "逾期"


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice as it leaves the house: for whom, and of what."""

    id: int
    jurisdiction: str
    account: str
    group: Group
    subject: str
    duty: str
    due_at: datetime | None
    times: int


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its reader finds it. One that stands for several names no subject."""

    id: int
    group: Group
    subject: str
    duty: str
    unit: str
    unit_name: str
    due_at: datetime | None
    at: datetime
    times: int
    read_at: datetime | None
