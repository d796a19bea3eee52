"""What the rules of bodies say to which facts."""

from datetime import date
from typing import Any

import pytest

from bihuan.bodies import rules
from bihuan.bodies.types import PlaceSeat
from bihuan.policy import norms
from tests.facts import HUAINAN, unit
from tests.rule_tables import Row, asked

TODAY = date(2025, 3, 3)


def form(**said: Any) -> PlaceSeat:
    """The head of `unit` for a seat from today on."""
    return PlaceSeat.model_validate({"unit": "unit", "post": "head", "from_on": TODAY, **said})


N = norms.BODY_ROSTER
may = asked(rules.may_place, fields=form(), unit=unit("department"), running=None, today=TODAY, pack=HUAINAN)
heads = asked(rules.heads_office, post="list_director", of_office=True, pack=HUAINAN)
ROWS: tuple[Row, ...] = (
    may.allows("a post of a unit"),
    may.allows("nobody", fields=form(unit="", post=""), unit=None),
    may.allows("since the one that stands", running=TODAY),
    may.refuses("a unit without a post", N, "post", fields=form(post="")),
    may.refuses("a post of no unit", N, "unit", fields=form(unit="")),
    may.refuses("a unit that is not there", N, "unit", unit=None),
    may.refuses("a unit that has ended", N, "unit", unit=unit("department", active=False)),
    may.refuses("a post that is not there", N, "post", fields=form(post="mayor")),
    may.refuses("tomorrow", N, "from_on", fields=form(from_on=date(2025, 3, 4))),
    may.refuses("before the one that stands", N, "from_on", running=date(2025, 3, 4)),
    heads.allows("the director of the list office"),
    *(heads.allows(post, post=post) for post in ("head", "deputy", "list_keeper", "")),
    heads.allows("whoever, in another body", post="handler", of_office=False),
    heads.refuses("a handler", norms.BODY_OFFICE, "post", post="handler"),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
