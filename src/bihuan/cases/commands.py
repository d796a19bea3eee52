"""The one mover of cases, and who takes part in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from bihuan.cases import queries
from bihuan.cases.models import Case, Participation
from bihuan.cases.stages import TABLE
from bihuan.cases.types import DUTIES, CaseFacts, Departure
from bihuan.duties import commands as duties
from bihuan.duties.life import Life
from bihuan.duties.queries import in_force
from bihuan.duties.sight import Sight, must_see
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.commands import append, lock


def _write(number: str, columns: Mapping[str, object]) -> None:
    Case.objects.filter(number=number).update(**columns)


SIGHT = Sight("cases_case", "cases_taking_part", "case_id")
LIFE: Life[CaseFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)


def join(number: str, units: Mapping[str, str], *, now: datetime, basis_kind: str = "", basis: str = "") -> None:
    """Let units take part in the case: unit → part. Packages above call it for the parts that they give."""
    case = Case.objects.values_list("id", flat=True).get(number=number)
    Participation.objects.bulk_create(
        Participation(case_id=case, unit=unit, part=part, since=now, basis_kind=basis_kind, basis=basis)
        for unit, part in units.items()
    )


_LET_JOIN = """
INSERT INTO cases_participation (case_id, unit, part, since, basis_kind, basis, departure)
SELECT c.id, asked.unit, asked.part, %s, '', '', ''
FROM cases_case c, unnest(%s::text[], %s::text[]) AS asked (unit, part)
WHERE c.number = %s AND NOT EXISTS (SELECT FROM cases_participation p
  WHERE p.case_id = c.id AND p.unit = asked.unit AND p.part = asked.part AND p.until IS NULL)"""


def let_join(number: str, units: Mapping[str, str], *, now: datetime) -> None:
    """Let units take part in the case, unit → part, where they do not yet."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_JOIN, [now, list(units), list(units.values()), number])


def leave(
    number: str, *, parts: Sequence[str], how: Departure, now: datetime, units: Sequence[str] | None = None
) -> None:
    """End the parts that units take in the case: all of them, or those named."""
    leaving = Participation.objects.filter(case__number=number, part__in=parts, until__isnull=True)
    if units is not None:
        leaving = leaving.filter(unit__in=units)
    leaving.update(until=now, departure=str(how))


def note(
    number: str,
    happening: Happening,
    *,
    actor: Actor,
    seat: Seat,
    norm: Norm,
    now: datetime,
    settles: Sequence[str] = (),
    lapses: Sequence[str] = (),
    opens: Sequence[str] = (),
    pack: Pack | None = None,
) -> None:
    """Tell in the case's record what happened to something that stands on it, with the case's duties that it touches.

    For packages above, inside a command of their own that holds the case already; `pack` is the case's, where known.
    """
    subject = f"case:{number}"
    chain = lock(subject)
    pack = pack or load_pack(queries.facts(number).pack)
    extra: dict[str, object] = {}
    settled, lapsed = duties.discharge(subject, done=settles, lapsed=lapses, now=now)
    if settled:
        extra["settles"] = [list(one) for one in settled]
    if lapsed:
        extra["lapses"] = sorted(lapsed)
    if opened := _open(number, opens, pack, now) if opens else []:
        extra["opens"] = [[kind, holder, due_at.isoformat()] for kind, holder, due_at in opened]
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=pack, now=now, extra=extra)


def _open(number: str, kinds: Sequence[str], pack: Pack, now: datetime) -> list[tuple[str, str, datetime]]:
    """Open duties of these kinds that are not owed yet."""
    case = queries.facts(number)
    wanted = [LIFE.opening(kind, case, case.parts, pack) for kind in kinds if kind not in case.duties]
    wanted = in_force(wanted, jurisdiction=case.jurisdiction, pack=pack, now=now)
    return duties.open_all(wanted, subject=case.subject, jurisdiction=case.jurisdiction, pack=pack, now=now)


def with_parts(case: CaseFacts, **parts: str | Iterable[str]) -> dict[str, frozenset[str]]:
    """The units that take part, with some parts put anew."""
    put = {p: frozenset([u] if isinstance(u, str) else u) for p, u in parts.items()}
    return {**case.parts, **put}
