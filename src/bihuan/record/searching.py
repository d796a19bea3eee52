"""Conditions by which rows are found: that a search entry holds every term of a question.

A view that is read with the owner's rights offers the grams, because no policy would let a search use their index;
which of the rows found are shown stays with the policies of their table.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from bihuan.record.planning import BY_VALUES
from bihuan.text.questions import Term


def with_grams(view: str, key: str, terms: Sequence[Term]) -> Q:
    """Rows whose entry has all grams of the terms, by their index: a few that do not hold the terms are among them."""
    grams = sorted({gram for term in terms for gram in term.grams})
    found = f"SELECT {key} FROM {view} WHERE grams @> %s::int4[] {BY_VALUES}"  # noqa: S608 constants only
    return Q(pk__in=RawSQL(found, [grams]))  # noqa: S611 the grams are bound


def found(view: str, key: str, terms: Sequence[Term], folded: Combinable) -> Q:
    """Rows that keep their entry themselves and whose entry holds the terms."""
    return with_grams(view, key, terms) & holding([term for term in terms if not term.exact], folded)


def newest_unknown(view: str, key: str) -> int:
    """The id of the newest row that the search does not know yet; 0 where it knows all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {view} WHERE grams IS NULL")  # noqa: S608 constants only
        ((newest,),) = cursor.fetchall()
    return int(newest)


def holding(terms: Sequence[Term], folded: Combinable) -> Q:
    """Where a folded text holds the terms; everywhere if there are none."""
    return Q(*(GreaterThan(StrIndex(folded, Value(term.folded)), Value(0)) for term in terms))
