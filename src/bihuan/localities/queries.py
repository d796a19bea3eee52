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
from bihuan.text.folding import fold

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


def ever(jurisdiction: str) -> tuple[LocalityRow, ...]:
    """The same with all that were taken off the list."""
    return _rows(Locality.objects.filter(jurisdiction=jurisdiction).order_by("code"))


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
    exact = When(Q(code=fold(said)) | Q(folded=fold(said)) | Q(full_name=said), then=Value(0))
    named = When(Q(name=said) | Q(name__iexact=fold(said)), then=Value(1))
    rank = Case(exact, named, default=Value(2), output_field=IntegerField())
    rows = _with_words(_in_force(jurisdiction), said).order_by(rank, Length("code"), "code")
    return _rows(rows[:most])


def codes_below(jurisdiction: str, code: str) -> QuerySet[Locality, str]:
    """The codes that begin so: of a place with all that lies in it, those taken off the list too."""
    rows = Locality.objects.filter(jurisdiction=jurisdiction, code__startswith=code)
    return rows.values_list("code", flat=True)


def meant(jurisdiction: str, said: str, *, picked: str = "") -> Meant:
    """Which place was meant by a code or a name, or by picking one of those offered before."""
    said = " ".join(said.split())[:LONGEST]
    if not said:
        return Meant()
    found, folded = like(jurisdiction, said, most=OFFERED + 1), fold(said)
    for sure in (
        [row for row in found if folded in (row.code, fold(row.full_name))],
        [row for row in found if row.code == picked],
        [row for row in found if fold(row.name) == folded],
        found,
    ):
        if len(sure) == 1:
            return Meant(sure[0].code, sure[0].full_name)
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
    words = {word: folded for word in said[:LONGEST].split() if (folded := fold(word))}
    if len(words) == 1 and (code := "".join(words.values())).isdecimal():
        return rows.filter(code__startswith=code)
    for word, folded in words.items():
        rows = rows.filter(Q(folded__contains=folded) | Q(folded="", full_name__icontains=word))
    return rows


def _rows(found: QuerySet[Locality]) -> tuple[LocalityRow, ...]:
    return tuple(LocalityRow(r.code, r.name, r.full_name, r.ended_on) for r in found)
