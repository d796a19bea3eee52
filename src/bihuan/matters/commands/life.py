"""The one mover of matters, and who takes part in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bihuan.cases.types import Departure, Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Life
from bihuan.duties.rules import may_fall_on
from bihuan.duties.sight import Sight, must_see
from bihuan.kernel.refusal import Refusal
from bihuan.matters import queries
from bihuan.matters.models import Matter, Participation, Round
from bihuan.matters.stages import TABLE
from bihuan.matters.types import DUTIES, MatterFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from bihuan.record.commands import lock_all
from bihuan.record.types import Chain
from bihuan.record.unit_of_work import update


def _write(number: str, columns: Mapping[str, object]) -> None:
    update(Matter, {"number": number}, columns)


SIGHT = Sight("matters_matter", "matters_taking_part", "matter_id", upon="'case:' || s.case_id")
LIFE: Life[MatterFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT, queries.rulebook_of)


def hold(seen: MatterFacts) -> Chain:
    """Lock the case behind a matter, and the matter, always in this order; answers the matter's chain."""
    of_case = [f"case:{seen.case}"] if seen.case else []
    return lock_all([*of_case, seen.subject])[seen.subject]


def note_round(matter: MatterFacts, **columns: object) -> None:
    """Write what happened in the matter's present round on the ledger."""
    Round.objects.filter(matter_id=matter.number, round=matter.round).update(**columns)


def join(number: str, part: Part, units: Iterable[str], *, now: datetime, ground: str = "", basis: str = "") -> None:
    """Let units take part in the matter; a unit that takes this part already goes on."""
    matter = Matter.objects.values_list("id", flat=True).get(number=number)
    there = Participation.objects.filter(matter_id=matter, part=part, until__isnull=True)
    new = set(units) - set(there.values_list("unit", flat=True))
    Participation.objects.bulk_create(
        Participation(matter_id=matter, unit=unit, part=part, since=now, ground=ground, basis=basis)
        for unit in sorted(new)
    )


def let_see(number: str, unit: str, now: datetime) -> None:
    """Let a body that supervises take part in the matter, where it does not yet."""
    join(number, Part.SUPERVISION, [unit], now=now)


def leave(number: str, parts: Sequence[Part], *, how: Departure, now: datetime) -> None:
    """End the parts that units take in the matter."""
    Participation.objects.filter(matter__number=number, part__in=parts, until__isnull=True).update(
        until=now, departure=str(how)
    )


def with_parts(matter: MatterFacts, parts: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """The units that take part, with some parts put anew."""
    return {**matter.parts, **{str(part): frozenset(units) for part, units in parts.items()}}


def falls_on(day: date, on_free_day: bool, field: str) -> Refusal | None:
    """Whether a limit that a person sets may fall on that day."""
    return may_fall_on(day, duties.calendar(), on_free_day=on_free_day, field=field)


def end_of(day: date, pack: Pack) -> datetime:
    """When the offices close on that day: a limit set by a person."""
    return datetime.combine(day, pack.hours.closes, ZONE)
