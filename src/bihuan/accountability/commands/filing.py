"""The dossier of a unit: what of supervision and accountability the record tells of it, entered as it is read."""

from collections.abc import Iterator, Sequence
from typing import cast

from bihuan.accountability import queries
from bihuan.accountability.models import DossierEntry
from bihuan.accountability.types import KIND, Entry
from bihuan.accountability.types.happenings import ClueConcluded, ClueReferred
from bihuan.joint.types.happenings import PassiveNotified
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.loader import usable
from bihuan.record.stream import StreamEvent
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types.happenings import (
    ColouredDistributed,
    OrderIssued,
    OrderWithdrawn,
    ReminderIssued,
    ReminderWithdrawn,
)

_OF_UNIT = {
    ReminderIssued.kind: Entry.REMINDER,
    ReminderWithdrawn.kind: Entry.REMINDER_WITHDRAWN,
    OrderIssued.kind: Entry.ORDER,
    OrderWithdrawn.kind: Entry.ORDER_WITHDRAWN,
}
"""What is sent to one unit, or taken back from it."""


def unmet(event: StreamEvent) -> Iterator[tuple[str, str]]:
    """Kind and holder of what was never done, as the event tells it."""
    for one in cast("Sequence[Sequence[str]]", event.facts.get("settles") or ()):
        if len(one) > 2 and one[1] == "unmet":
            yield one[0], one[2]


def _of(event: StreamEvent) -> Iterator[tuple[str, Entry, str]]:
    """Unit, entry and outcome of what an event tells."""
    word, _, number = event.subject.partition(":")
    if event.kind in _OF_UNIT:
        yield REGISTRY[word].life.facts(number).unit, _OF_UNIT[event.kind], ""
    if event.kind == ColouredDistributed.kind:
        yield from ((unit, Entry.COLOURED, "") for unit in cast("Sequence[str]", event.facts.get("units") or ()))
    if event.kind == PassiveNotified.kind:
        yield str(event.facts["unit"]), Entry.PASSIVE, ""
    if event.kind in (ClueReferred.kind, ClueConcluded.kind) and word == KIND:
        what = Entry.REFERRED if event.kind == ClueReferred.kind else Entry.RESULT
        yield queries.facts(number).unit, what, str(event.facts.get("outcome") or "")
    yield from ((holder, Entry.UNMET, "") for holder in dict.fromkeys(holder for _, holder in unmet(event)))


def enter(event: StreamEvent) -> None:
    """Enter into the dossiers of units what an event tells of them, where their regulation keeps dossiers."""
    word, _, number = event.subject.partition(":")
    if word not in REGISTRY or not (found := list(_of(event))):
        return
    ref = REGISTRY[word].life.facts(number).pack
    if not usable(ref) or not load_pack(ref).binds(norms.ACCOUNT_DOSSIER):
        return
    DossierEntry.objects.bulk_create(
        (
            DossierEntry(
                jurisdiction=event.jurisdiction,
                unit=unit,
                what=str(what),
                at=event.at,
                subject=event.subject,
                sequence=event.sequence,
                outcome=outcome,
            )
            for unit, what, outcome in found
        ),
        ignore_conflicts=True,
    )
