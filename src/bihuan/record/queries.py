"""Reading the record."""

from bihuan.record.models import Chain, Event
from bihuan.record.types import EventRow


def events(subject: str, *, after: int = 0, limit: int = 1000) -> list[EventRow]:
    """The events of a subject in order; the caller has made sure that its reader may see the subject."""
    rows = Event.objects.filter(subject=subject, sequence__gt=after).order_by("sequence")[:limit]
    return [
        EventRow(
            e.subject,
            e.sequence,
            e.at,
            e.kind,
            e.sentence,
            e.account,
            e.name,
            e.unit,
            e.post,
            e.norm,
            e.clause,
            _plain(e.facts),
            _plain(e.private) if e.private is not None else None,
            bytes(e.hash).hex(),
        )
        for e in rows
    ]


def version(subject: str) -> int:
    """How long the subject's chain is; 0 where there is none."""
    return Chain.objects.filter(subject=subject).values_list("length", flat=True).first() or 0


def _plain(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
