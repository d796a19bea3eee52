"""How a regulation fares, counted clause by clause: the figures agree with the ledger."""

from datetime import date, timedelta

import pytest

from bihuan.duties import commands, queries
from bihuan.duties.models import Duty
from bihuan.policy import norms
from tests.towns import START, Town
from tests.walks import TO_HANDLING, A, Walk

PERIOD = {"since": date(2025, 3, 1), "until": date(2025, 3, 31)}
PACK = "wendeng-2021-10"


def counted(now, **asked):  # type: ignore[no-untyped-def]
    assert commands.count_figures("wd", now)
    return queries.figures("wd", PACK, **{**PERIOD, **asked})


def test_open_met_and_late_are_counted_by_norm(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    late = Walk(wendeng, walk.now).along(A.REGISTER, A.DISPATCH).later(days=30)
    late.do(A.SIGN_IN)
    now = late.now
    found = counted(now, until=date(2025, 4, 30)).by_norm
    signed = found[norms.SIGN_IN.name]
    assert (signed.open, signed.met, signed.late, signed.in_time.percent) == (0, 1, 1, "50.00%")
    handle = found[norms.HANDLE_WITHIN_LIMIT.name]
    assert (handle.open, handle.overdue, handle.in_time.percent) == (2, 2, "0.00%")
    assert sum(f.open for f in found.values()) == Duty.objects.filter(discharged_at=None).count()
    assert sum(f.ended for f in found.values()) == Duty.objects.exclude(discharged_at=None).count()


def test_counting_again_and_again_changes_nothing(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    first = counted(walk.now).by_norm
    for days in range(1, 6):
        assert counted(walk.now + timedelta(days=days)).by_norm[norms.SIGN_IN.name] == first[norms.SIGN_IN.name]
    walk.later(days=5).along(A.ANSWER, A.SIGN_OFF)
    assert counted(walk.now).by_norm[norms.HANDLE_WITHIN_LIMIT.name].met == 1


def test_the_period_and_the_units_narrow_the_figures(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    name = norms.SIGN_IN.name
    assert counted(walk.now, until=date(2025, 3, 2)).by_norm.get(name) is None
    assert counted(walk.now, holders=[wendeng.unit]).by_norm[name].met == 1
    assert counted(walk.now, holders=[wendeng.other]).by_norm == {}


@pytest.mark.parametrize(("state", "expected"), [("open", 1), ("overdue", 0), ("met", 1), ("late", 0), ("waived", 0)])
def test_the_way_from_a_figure_leads_to_its_duties(wendeng: Town, state: str, expected: int) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    norm = norms.HANDLE_WITHIN_LIMIT.name if state in ("open", "overdue") else norms.SIGN_IN.name
    asked = {"since": START, "until": START + timedelta(days=1), "labels": {}, "now": walk.now}
    rows = queries.of_norm(wendeng.actor("unit.handler"), norm, PACK, state, **asked)  # type: ignore[arg-type]
    assert [row.subject for row in rows] == [f"case:{walk.number}"] * expected
    assert queries.of_norm(wendeng.actor("other.handler"), norm, PACK, state, **asked) == []  # type: ignore[arg-type]
