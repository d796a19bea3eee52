"""Figures behind the other doors: PostgreSQL's policies, the API, the console, the nightly check."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from bihuan.assessment.jobs import Differs, check_months
from bihuan.assessment.models import Count, Duty, Event, Result
from bihuan.cases.types import Act
from bihuan.cli.figures import command
from bihuan.record import scope
from bihuan.record.models import Consumer
from tests.api.clients import Api
from tests.assessment.reading import read
from tests.joint.walks import JointWalk, Kind, cover, to_signed, with_bodies
from tests.towns import START, Town, found
from tests.walks import TO_HANDLING, Walk
from tests.walls.roles import as_a_job, as_the_site

pytestmark = pytest.mark.django_db(transaction=True)
A = Act


@pytest.fixture
def town() -> Iterator[Town]:
    place = with_bodies(found("fd", "wendeng-2021-10", prefix="FD"))
    joint = to_signed(JointWalk(place, Kind.LINKAGE, Walk(place)).begin())
    joint.case.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    other = Walk(place).along(A.REGISTER)
    other.do(A.DISPATCH, lead=place.other)
    other.do(A.SIGN_IN, by="other.handler")
    read()
    yield place
    Consumer.objects.all().delete()


def _units(town: Town, who: str) -> set[str]:
    """The units of all facts that PostgreSQL shows to somebody, whatever the program asks."""
    with as_the_site(), scope.reading(town.actor(who)):
        return {
            unit.rpartition(".")[2]
            for model in (Duty, Result, Event)
            for unit in model._default_manager.values_list("unit", flat=True)
        }


def test_postgresql_shows_the_rows_of_ones_units_and_of_what_one_sees(town: Town) -> None:
    assert _units(town, "desk.dispatcher") == {"desk", "unit", "other"}
    assert "other" not in _units(town, "third.handler")
    assert _units(town, "third.handler") == set()
    alone = Walk(town).along(*TO_HANDLING)
    read()
    with as_the_site(), scope.reading(town.actor("other.handler")):
        seen = set(Duty.objects.values_list("subject", flat=True))
    assert f"case:{alone.number}" not in seen
    assert _units(town, "leaders.leader") == set()
    cover(town, town.unit)
    assert _units(town, "leaders.leader") == {"unit"}, "of the portfolio, and nothing else"


def test_the_consumer_works_with_the_rights_of_the_jobs(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    with as_a_job():
        read()
    assert Duty.objects.filter(subject=f"case:{walk.number}").exists()
    walk.do(A.WITHDRAW)
    with as_a_job():
        read()
    assert all(Duty.objects.filter(subject=f"case:{walk.number}").values_list("excluded", flat=True))


def test_the_api_tells_figures_with_their_formula_and_rows(town: Town) -> None:
    desk = Api("fd.desk.dispatcher")
    told = desk.get("/figures/2025-03").json()
    total = next(one for one in told["items"] if (one["unit"], one["metric"]) == ("", "satisfaction"))
    assert (total["over"], total["under"], total["value"]) == (1, 1, "100.00%")
    assert total["words"].startswith("回访满意 ÷ 有效回访")
    rows = desk.get("/figures/2025-03/satisfaction/all/rows?side=under").json()
    assert [row["unit"] for row in rows["items"]] == [town.unit]
    unit = Api("fd.unit.handler")
    assert unit.get(f"/figures/2025-03/satisfaction/{town.unit}/rows").status_code == 200
    assert unit.get(f"/figures/2025-03/satisfaction/{town.other}/rows").status_code == 404
    assert unit.get("/figures/2025-03/satisfaction/all/rows").status_code == 404
    score = unit.get(f"/units/{town.unit}/score?of=2025-03").json()
    assert [term["metric"] for term in score["terms"]][:2] == ["satisfaction", "solved"]
    for wrong in ("/figures/2025-13", "/figures/2025-03/speed/all/rows", f"/units/{town.desk}/score"):
        assert desk.get(wrong).status_code == 404
    assert desk.get("/figures/2025-03/on_time/all/rows?side=under&term=9").status_code == 404
    assert desk.get("/figures/2025-03/on_time/all/rows?side=left").status_code == 422
    seen: list[int] = []
    page = desk.get("/figures/2025-03/sign_in/all/rows?limit=1").json()
    while True:
        seen += [row["id"] for row in page["items"]]
        if not page["next"]:
            break
        page = desk.get(f"/figures/2025-03/sign_in/all/rows?limit=1&cursor={page['next']}").json()
    assert len(seen) == len(set(seen)) == 2


def test_the_console_reckons_again_and_ends_with_one_where_something_differs(town: Town) -> None:
    run = CliRunner()
    right = run.invoke(command, ["recount", "--check"])
    assert (right.exit_code, "0行不同" in right.output) == (0, True), right.output
    Result.objects.update(satisfied=False)
    for period in ("2025-03", "2025-Q1", "2025"):
        assert run.invoke(command, ["recount", "--check", "--period", period]).exit_code == 1
    assert run.invoke(command, ["recount", "--check", "--period", "2025-02"]).exit_code == 0
    wrong = run.invoke(command, ["recount", "--jurisdiction", "fd"])
    assert wrong.exit_code == 1
    assert "assessment_result" in wrong.output
    assert run.invoke(command, ["recount", "--check"]).exit_code == 0
    assert "没有“2025-13”这一期" in run.invoke(command, ["recount", "--period", "2025-13"]).output
    assert "没有辖区“nowhere”" in run.invoke(command, ["recount", "--jurisdiction", "nowhere"]).output


def test_the_nightly_check_fails_where_something_differs(town: Town) -> None:
    last = Count.objects.filter(period="2025-03").first()
    assert last
    check_months({town.code: START})
    Count.objects.filter(pk=last.pk).update(n=last.n + 1)
    with pytest.raises(Differs, match="assessment_count"):
        check_months({town.code: START})
