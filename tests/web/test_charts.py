"""The pages of the flow charts."""

import pytest

from bihuan.matters.types import Stage
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, with_bodies
from tests.matters.walks import walk_to
from tests.walks import Walk
from tests.web.officials import Office
from tests.web.test_joint import MOST, statements

pytestmark = pytest.mark.django_db
FOURTH, FIFTH = "“首接负责”工作机制流程图", "“吹哨报到”工作机制流程图"


@pytest.mark.clause("WD-F4", "WD-F5")
def test_the_regulation_leads_to_the_charts_that_it_prints(office: Office) -> None:
    reader = office["unit.handler"]
    page = reader.read("/regulations/wendeng-2021-10/")
    for word, title in (("linkage", FOURTH), ("whistle", FIFTH)):
        url = f"/regulations/wendeng-2021-10/charts/{word}/"
        assert url in page.links
        chart = reader.read(url)
        assert title in chart.text
        assert "WD-F" in chart.text
        assert "<svg" in chart.html
        assert "备案表随办理结果上传" in chart.text
    reader.read("/regulations/wendeng-2021-10/charts/matter/", 404)
    reader.read("/regulations/wendeng-2021-10/charts/nothing/", 404)


@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE], ids=str)
def test_a_case_and_what_began_in_it_show_one_chart_with_the_way_of_both(office: Office, kind) -> None:
    town = with_bodies(office.town, office.began)
    walk = JointWalk(town, kind, Walk(town, office.began)).begin()
    walk.along(A.ACCEPT if kind == LINKAGE else A.CHECK_IN)
    reader = office[f"{walk.lead}.handler"]
    for url in (f"/cases/{walk.case.number}/chart/", f"/{kind}s/{walk.number}/chart/"):
        page = reader.read(url)
        assert (FOURTH if kind == LINKAGE else FIFTH) in page.text
        assert "flow-line flow-walked" in page.html
        assert page.html.count("flow-here") == 2, "the case and its joint handling stand somewhere each"
        assert '<tspan class="said-walked">' in page.html
        assert statements(office, f"{walk.lead}.handler", url) <= MOST
    other = reader.read(f"/cases/{walk.case.number}/chart/?chart={'whistle' if kind == LINKAGE else 'linkage'}")
    assert other.html.count("flow-here") == 1
    drawn = reader.read(f"/cases/{walk.case.number}/")
    assert f"/cases/{walk.case.number}/chart/" in drawn.links
    assert drawn.html.count("flow-here") == 2
    office["third.handler"].read(f"/cases/{walk.case.number}/chart/", 404)
    office["third.handler"].read(f"/{kind}s/{walk.number}/chart/", 404)


def test_a_listed_matter_has_its_chart_by_the_same_drawing(city: Office) -> None:
    matter = walk_to(Stage.HANDLING, city.town, city.began)
    page = city["unit.handler"].read(f"/matters/{matter.number}/chart/")
    assert "清单事项办理流程图" in page.text
    assert page.html.count("flow-here") == 1
    assert "复查不通过，重新办理" in page.text
    city["unit.handler"].read(f"/matters/{matter.number}/chart/?chart=linkage", 404)
    assert (
        "/regulations/huainan-2021-55/charts/matter/"
        in city["unit.handler"].read("/regulations/huainan-2021-55/").links
    )
