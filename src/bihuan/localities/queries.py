"""Which places there are, and which one somebody means."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length

from bihuan.kernel.refusal import Unknown
from bihuan.localities import rules
from bihuan.localities.models import Locality
from bihuan.localities.types import LocalityRow, Meant, Unclear

OFFERED = 12
"""How many places are offered at once."""
LONGEST = 64
"""So much of what was typed is looked at."""


def is_listed(jurisdiction: str) -> bool:
    """Whether the jurisdiction has a list of places."""
    return _in_force(jurisdiction).exists()


def listed(jurisdiction: str) -> Exists:
    """The same, to be asked in a statement of something else."""
    return Exists(_in_force(jurisdiction))


def every(jurisdiction: str) -> tuple[LocalityRow, ...]:
    """The whole list in force, wider places before those in them."""
    return _rows(_in_force(jurisdiction).order_by("code"))


def known(codes: Iterable[str], jurisdiction: str) -> dict[str, str]:
    """Those of the codes that are on the list today → their full names."""
    return dict(_in_force(jurisdiction).filter(code__in=set(codes)).values_list("code", "full_name"))


def full_names(codes: Iterable[str], jurisdiction: str) -> dict[str, str]:
    """The codes → full names, those taken off the list too."""
    rows = Locality.objects.filter(jurisdiction=jurisdiction, code__in=set(codes))
    return dict(rows.values_list("code", "full_name"))


def named(code: str, jurisdiction: str) -> LocalityRow | None:
    """The place of that code, also one that was taken off the list; None where there never was one."""
    return next(iter(_rows(Locality.objects.filter(jurisdiction=jurisdiction, code=code))), None)


def locality(code: str, jurisdiction: str) -> LocalityRow:
    """The same. Raises Unknown."""
    if (found := named(code, jurisdiction)) is None:
        raise Unknown(code)
    return found


def below(code: str, jurisdiction: str) -> tuple[LocalityRow, ...]:
    """The places right below another, or the widest ones; each with how many lie right below it."""
    found = {row.code: row for row in every(jurisdiction)}
    lies_in = {one: rules.above(one, found) for one in found}
    counts = Counter(lies_in.values())
    return tuple(replace(row, below=counts[row.code]) for row in found.values() if lies_in[row.code] == code)


def like(jurisdiction: str, said: str, *, most: int = OFFERED) -> tuple[LocalityRow, ...]:
    """Places in force with every word of it in their name, or a code that begins so; exact and wide ones first."""
    exact = When(Q(code=said) | Q(full_name=said), then=Value(0))
    rank = Case(exact, When(name=said, then=Value(1)), default=Value(2), output_field=IntegerField())
    rows = _with_words(_in_force(jurisdiction), said).order_by(rank, Length("code"), "code")
    return _rows(rows[:most])


def codes_like(jurisdiction: str, said: str) -> QuerySet[Locality, str]:
    """The codes of such places with all that lies in them, those taken off the list too."""
    return _with_words(Locality.objects.filter(jurisdiction=jurisdiction), said).values_list("code", flat=True)


def meant(jurisdiction: str, said: str, *, picked: str = "") -> Meant:
    """Which place was meant by a code or a name, or by picking one of those offered before."""
    said = " ".join(said.split())[:LONGEST]
    if not said:
        return Meant()
    found = like(jurisdiction, said, most=OFFERED + 1)
    for sure in (
        [row for row in found if said in (row.code, row.full_name)],
        [row for row in found if row.code == picked],
        [row for row in found if row.name == said],
        found,
    ):
        if len(sure) == 1:
            return Meant(sure[0].code)
    if not found:
        return Meant(trouble=Unclear.NONE)
    return Meant(trouble=Unclear.MANY if len(found) > OFFERED else Unclear.SEVERAL, offered=found[:OFFERED])


def full_name_of(jurisdiction: str, column: str) -> Subquery:
    """An expression: the full name of the place whose code stands in the column."""
    rows = Locality.objects.filter(jurisdiction=OuterRef(jurisdiction), code=OuterRef(column))
    return Subquery(rows.values("full_name"))


def _in_force(jurisdiction: str) -> QuerySet[Locality]:
    return Locality.objects.filter(jurisdiction=jurisdiction, ended_on__isnull=True)


def _with_words(rows: QuerySet[Locality], said: str) -> QuerySet[Locality]:
    words = said[:LONGEST].split()
    if len(words) == 1 and words[0].isdecimal():
        return rows.filter(code__startswith=words[0])
    for word in words:
        rows = rows.filter(full_name__icontains=word)
    return rows


def _rows(found: QuerySet[Locality]) -> tuple[LocalityRow, ...]:
    return tuple(LocalityRow(r.code, r.name, r.full_name, r.ended_on) for r in found)
