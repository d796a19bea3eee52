"""Conditions by which rows are found: that a search entry holds every term of a question.

A view that is read with the owner's rights offers the grams, because no policy would let a search use their index;
which of the rows found are shown stays with the policies of their table. Where a table may be large, a function tells
with the owner's rights which rows hold the terms: asked one by one, each candidate would be put to the policies first.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from bihuan.record.planning import BY_VALUES
from bihuan.text.questions import Term

NEWEST, OFTEN, MOST = 1000, 15, 3000
"""Where so many of the newest rows have the grams, or more rows in all, a page soon comes upon its rows by going
through all of them; to fetch each by the index takes longer."""
_NO_END = 2**63 - 1


def with_grams(view: str, key: str, terms: Sequence[Term]) -> Q:
    """Rows whose entry has all grams of the terms, by their index: a few that do not hold the terms are among them."""
    found = f"SELECT {key} FROM {view} WHERE grams @> %s::int4[] {BY_VALUES}"  # noqa: S608 constants only
    return Q(pk__in=RawSQL(found, [_grams(terms)]))  # noqa: S611 the grams are bound


def holders(function: str, terms: Sequence[Term]) -> list[int] | None:
    """Ids of the rows whose entry holds the terms, whoever may see them; None where too many have the grams."""
    unsure, call = [term.folded for term in terms if not term.exact], "%s::int4[], %s::text[], %s, %s, %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({call})", [_grams(terms), unsure, NEWEST, OFTEN, MOST])
        ((ids,),) = cursor.fetchall()
    return ids  # type: ignore[no-any-return]


def among(ids: Sequence[int]) -> Q:
    """These rows, in one statement however many they are."""
    return Q(pk__in=RawSQL(f"SELECT unnest(%s::bigint[]) {BY_VALUES}", [list(ids)]))  # noqa: S611 constants only


def passing_grams(view: str, key: str, terms: Sequence[Term], above: int, below: int | None) -> Q:
    """The same rows as `with_grams` between two ids, met by going through all of them: an expression has no index."""
    there = f"coalesce(grams @> %s::int4[], false) AND {key} > %s AND {key} < %s"
    found = f"SELECT {key} FROM {view} WHERE {there} {BY_VALUES}"  # noqa: S608 constants only
    return Q(pk__in=RawSQL(found, [_grams(terms), above, below or _NO_END]))  # noqa: S611 bound


def found(view: str, key: str, terms: Sequence[Term], folded: Combinable) -> Q:
    """Rows that keep their entry themselves and whose entry holds the terms."""
    return with_grams(view, key, terms) & holding([term for term in terms if not term.exact], folded)


def _grams(terms: Sequence[Term]) -> list[int]:
    return sorted({gram for term in terms for gram in term.grams})


def newest_unknown(view: str, key: str) -> int:
    """The id of the newest row that the search does not know yet; 0 where it knows all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {view} WHERE grams IS NULL")  # noqa: S608 constants only
        ((newest,),) = cursor.fetchall()
    return int(newest)


def holding(terms: Sequence[Term], folded: Combinable) -> Q:
    """Where a folded text holds the terms; everywhere if there are none."""
    return Q(*(GreaterThan(StrIndex(folded, Value(term.folded)), Value(0)) for term in terms))
