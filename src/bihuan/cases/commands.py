"""The one mover of cases, and who takes part in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bihuan.cases import queries
from bihuan.cases.models import Case, Participation
from bihuan.cases.stages import TABLE
from bihuan.cases.types import DUTIES, CaseFacts, Departure
from bihuan.duties import commands as duties
from bihuan.duties.life import Life
from bihuan.duties.queries import in_force
from bihuan.duties.sight import must_see
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import append, lock


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
) -> None:
    """Tell in the case's record what happened to something that stands on it, with the case's duties that it touches.

    For packages above, inside a command of their own that holds the case already.
    """
    subject = f"case:{number}"
    chain, case = lock(subject), queries.facts(number)
    pack = load_pack(case.pack)
    extra: dict[str, object] = {}
    if settled := duties.settle(subject, settles, now=now):
        extra["settles"] = [list(one) for one in settled]
    if lapsed := duties.waive_kinds(subject, lapses, now=now):
        extra["lapses"] = sorted(lapsed)
    wanted = [LIFE.opening(kind, case, case.parts, pack) for kind in opens if kind not in case.duties]
    wanted = in_force(wanted, jurisdiction=case.jurisdiction, pack=pack, now=now)
    if opened := duties.open_all(wanted, subject=subject, jurisdiction=case.jurisdiction, pack=pack, now=now):
        extra["opens"] = [[kind, holder, due_at.isoformat()] for kind, holder, due_at in opened]
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=pack, now=now, extra=extra)


def with_parts(case: CaseFacts, **parts: str | Iterable[str]) -> dict[str, frozenset[str]]:
    """The units that take part, with some parts put anew."""
    put = {p: frozenset([u] if isinstance(u, str) else u) for p, u in parts.items()}
    return {**case.parts, **put}
