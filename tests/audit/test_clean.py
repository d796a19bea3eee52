"""A database that only commands wrote is clean, whatever they did."""

import pytest

from bihuan.audit import queries
from bihuan.cases.types import Act
from bihuan.matters.types import Act as MatterAct
from bihuan.matters.types import MatterClass
from bihuan.matters.types import Stage as MatterStage
from bihuan.record import sealing
from tests import years
from tests.matters import walks as matters
from tests.towns import Town
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk, stages_of, walk_to


def test_cases_at_every_stage(wendeng: Town) -> None:
    last = max(walk_to(stage, wendeng).now for stage in stages_of(wendeng))
    assert len(sealing.seal_finished(wendeng.code, last)) == 1  # all but one began and stayed on one day
    report = queries.verify()
    assert report.findings == ()
    assert report.counts["cases"] == len(stages_of(wendeng)) + 1  # one was merged into another
    assert report.counts["events"] > report.counts["cases"] * 3


def test_matters_at_every_stage(huainan: Town) -> None:
    for stage in MatterStage:
        matters.walk_to(stage, huainan)
    walk = matters.walk_to(MatterStage.TRACKING, huainan)
    walk.along(MatterAct.RECHECK, MatterAct.REOPEN, MatterAct.SIGN_IN, MatterAct.REASSIGN)
    matters.to_class(matters.MatterWalk(huainan), MatterClass.KEY).along(MatterAct.ASSIGN)
    report = queries.verify()
    assert report.findings == ()
    assert report.counts["matters"] == len(MatterStage) + 3  # another was joined to one


def test_due_moments_that_were_moved(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING, Act.AWAIT_REQUESTER).later(days=3)
    walk.along(Act.RESUME, Act.REQUEST_EXTENSION, Act.APPROVE_EXTENSION, Act.HANG).later(days=2)
    walk.along(Act.RESUME_HUNG)
    rework = Walk(wendeng).along(*TO_CALLBACK)
    rework.do(Act.RECORD_CALLBACK, solved="no", satisfied="no")
    rework.along(Act.REWORK, Act.SIGN_IN)
    assert queries.verify().findings == ()


@pytest.mark.parametrize("days", [{}, {"2031-01-02": "元旦"}])
def test_a_year_that_was_announced(wendeng: Town, days: dict[str, str]) -> None:
    from datetime import UTC, date, datetime

    walk = Walk(wendeng, datetime(2030, 12, 30, 1, tzinfo=UTC)).along(*TO_HANDLING)
    changed = years.announce(2031, {date.fromisoformat(on): name for on, name in days.items()}, walk.now)
    assert (changed > 0) is bool(days)
    assert queries.verify().findings == ()


def test_one_jurisdiction_alone(wendeng: Town, huainan: Town) -> None:
    Walk(wendeng).along(*TO_HANDLING)
    matters.walk_to(MatterStage.LISTED, huainan)
    whole, one = queries.verify(), queries.verify("wd")
    assert whole.clean
    assert one.clean
    assert one.counts["cases"] == 1 < whole.counts["cases"]
    assert one.counts["matters"] == 0 < whole.counts["matters"]
