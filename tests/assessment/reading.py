"""Letting the consumer of figures read, and looking at what it keeps."""

from collections import Counter
from datetime import date

from bihuan.assessment import commands
from bihuan.assessment.models import Count, Duty, Event, Result
from tests.record.streams import all_ended


def read() -> None:
    """Read all that the record tells."""
    all_ended()
    while commands.take_in():
        continue


def duties(subject: str) -> dict[str, list[tuple[str, date]]]:
    """Kind → state and day of each duty of a subject that is counted."""
    found: dict[str, list[tuple[str, date]]] = {}
    for row in Duty.objects.filter(subject=subject).order_by("duty"):
        found.setdefault(row.kind.partition(".")[2], []).append((row.state, row.decided_on))
    return found


def shared(number: str) -> dict[tuple[int, str], str]:
    """Cycle and unit → as what it shares the result."""
    rows = Result.objects.filter(subject=f"case:{number}")
    return {(row.cycle, row.unit.rpartition(".")[2]): row.part for row in rows}


def happened(subject: str) -> Counter[tuple[str, str]]:
    """Atom and unit → how many."""
    rows = Event.objects.filter(subject=subject)
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[(row.atom, row.unit.rpartition(".")[2])] += row.n
    return found


def sums(place: str, period: str) -> dict[tuple[str, str], int]:
    """Atom and unit → the sum of a period, without what is left out."""
    rows = Count.objects.filter(jurisdiction=place, period=period, excluded=False).exclude(n=0)
    return {(row.measure, row.unit.rpartition(".")[2]): row.n for row in rows}
