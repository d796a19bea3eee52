"""From what papers are filled: the record of a subject, and what was said with its acts."""

from collections.abc import Iterable, Sequence
from math import inf

from bihuan.duties.types import DutyRow
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.record.types import EventRow


def last(events: Sequence[EventRow], *kinds: str, before: float = inf) -> EventRow | None:
    """The last event of these kinds, before that place of the record."""
    return next((e for e in reversed(events) if e.kind in kinds and e.sequence < before), None)


def must(event: EventRow | None, norm: Norm) -> EventRow:
    """The event of which a paper tells. Raises Refused where there was none."""
    if event is None:
        raise Refused(Refusal("记录中没有可以出具本文书的办理事项。", norm))
    return event


def said(event: EventRow | None, *names: str) -> str:
    """The first of these that was said with an act; empty where nothing was."""
    private = (event.private or {}) if event else {}
    return next((str(private[name]) for name in names if private.get(name)), "")


def owed(duties: Iterable[DutyRow], kind: str) -> DutyRow | None:
    """The duty of that kind that is owed, or else the last one: a paper says the same after it was done."""
    found = (duty for duty in duties if duty.kind == kind)
    return max(found, key=lambda duty: (duty.discharged_at is None, duty.opened_at, duty.id), default=None)
