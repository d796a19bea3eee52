"""The one mover of cases, and who takes part in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bihuan.cases import queries
from bihuan.cases.models import Case, Participation
from bihuan.cases.stages import TABLE
from bihuan.cases.types import DUTIES, CaseFacts, Departure
from bihuan.duties.life import Life
from bihuan.duties.sight import must_see


def _write(number: str, columns: Mapping[str, object]) -> None:
    Case.objects.filter(number=number).update(**columns)


LIFE: Life[CaseFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write)


def join(number: str, units: Mapping[str, str], *, now: datetime, basis_kind: str = "", basis: str = "") -> None:
    """Let units take part in the case: unit → part. Packages above call it for the parts that they give."""
    case = Case.objects.values_list("id", flat=True).get(number=number)
    Participation.objects.bulk_create(
        Participation(case_id=case, unit=unit, part=part, since=now, basis_kind=basis_kind, basis=basis)
        for unit, part in units.items()
    )


def leave(number: str, *, parts: Sequence[str], how: Departure, now: datetime) -> None:
    """End the parts that units take in the case."""
    Participation.objects.filter(case__number=number, part__in=parts, until__isnull=True).update(
        until=now, departure=str(how)
    )


def with_parts(case: CaseFacts, **parts: str | Iterable[str]) -> dict[str, frozenset[str]]:
    """The units that take part, with some parts put anew."""
    put = {p: frozenset([u] if isinstance(u, str) else u) for p, u in parts.items()}
    return {**case.parts, **put}
