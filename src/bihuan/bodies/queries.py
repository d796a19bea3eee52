"""Who sits in which body on which day."""

from datetime import date, datetime, time

from django.db.models import Q

from bihuan.bodies.models import SeatPosition
from bihuan.bodies.types import BodyRow, SeatRow
from bihuan.organisations.queries import holders, unit_names
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.types import EventRow, subject_of


def positions(jurisdiction: str, on: date) -> dict[str, SeatPosition]:
    """Seat → the post that stands for it on a day."""
    rows = SeatPosition.objects.filter(jurisdiction=jurisdiction, from_on__lte=on)
    found = rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
    return {row.seat: row for row in found}


def running(jurisdiction: str, seat: str) -> date | None:
    """Since when the post stands for a seat that does so now."""
    rows = SeatPosition.objects.filter(jurisdiction=jurisdiction, seat=seat, until_on__isnull=True)
    return rows.values_list("from_on", flat=True).first()


def bodies(jurisdiction: str, pack: Pack, on: date) -> tuple[BodyRow, ...]:
    """Every body of the regulation with its seats on a day, each with whoever holds its post then."""
    placed = positions(jurisdiction, on)
    units = {row.unit for row in placed.values() if row.unit}
    at = datetime.combine(on, time(12), ZONE)
    held: dict[tuple[str, str], list[str]] = {}
    for one in holders(units, at) if units else ():
        held.setdefault((one.unit, one.post), []).append(one.name)
    names = unit_names(units) if units else {}

    def row(code: str) -> SeatRow:
        seat, where = pack.seats[code], placed.get(code)
        unit, post = (where.unit, where.post) if where else ("", "")
        return SeatRow(
            code=code,
            body=seat.body,
            role=seat.role,
            text=seat.text,
            clause=seat.clause or "",
            unit=unit,
            unit_name=names.get(unit, unit),
            post=post,
            post_label=pack.called(post) if post else "",
            from_on=where.from_on if where else None,
            holders=tuple(held.get((unit, post), ())) if unit else (),
        )

    return tuple(
        BodyRow(
            body.code,
            body.label,
            body.clause or "",
            tuple(row(code) for code, seat in pack.seats.items() if seat.body == body.code),
        )
        for body in pack.bodies.values()
    )


def chain_of(jurisdiction: str, body: str) -> str:
    """The key of the chain of a body."""
    return subject_of("body", f"{jurisdiction}.{body}")


def history(jurisdiction: str, body: str) -> list[EventRow]:
    """What happened to a body, the oldest first."""
    return record.events(chain_of(jurisdiction, body))
