"""A part says itself whether it ends when the case leaves its lead; no act keeps a list of its own (F135)."""

from collections.abc import Callable

import pytest

from bihuan.cases import commands as cases
from bihuan.cases.models import Participation
from bihuan.cases.types import Act as C
from bihuan.cases.types import Part
from bihuan.determination.types import Act as D
from tests.determination.walks import DeterminationWalk, to_determined, to_submitted, with_determiners
from tests.towns import Town
from tests.walks import Walk


def _returned(town: Town) -> tuple[Walk, Callable[[], object]]:
    walk = Walk(town).along(C.REGISTER, C.DISPATCH, C.REQUEST_RETURN)
    return walk, lambda: walk.do(C.APPROVE_RETURN)


def _taken_back(town: Town) -> tuple[Walk, Callable[[], object]]:
    walk = to_submitted(DeterminationWalk(with_determiners(town), Walk(town)))
    return walk.case, lambda: walk.do(D.TAKE_BACK)


def _assigned(town: Town) -> tuple[Walk, Callable[[], object]]:
    walk = to_determined(DeterminationWalk(with_determiners(town), Walk(town)))
    return walk.case, lambda: walk.do(D.ASSIGN)


@pytest.mark.parametrize("leaving", [_returned, _taken_back, _assigned])
def test_whoever_came_with_the_lead_leaves_with_the_lead(
    wendeng: Town, leaving: Callable[[Town], tuple[Walk, Callable[[], object]]]
) -> None:
    walk, act = leaving(wendeng)
    joined = {f"wd.of-{part}": str(part) for part in Part if part is not Part.LEAD}
    cases.let_join(walk.number, joined, now=walk.now)
    act()
    rows = Participation.objects.filter(case__number=walk.number, unit__in=joined)
    ended = {Part(row.part) for row in rows if row.until is not None}
    assert {part for part in Part if part.with_lead} == {Part.LEAD, Part.CO, Part.RESPONDER}
    assert ended >= {part for part in Part if part.with_lead} - {Part.LEAD}
    assert ended <= {part for part in Part if part.with_lead} | {Part.STAFFING, Part.JUSTICE}, "nobody else"
