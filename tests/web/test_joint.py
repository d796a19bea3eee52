"""The pages of joint handling."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act as CaseAct
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, with_bodies
from tests.walks import Walk
from tests.web.officials import Office
from tests.web.test_desk import FRAME

pytestmark = pytest.mark.django_db
MOST = 14


@pytest.fixture
def walks(office: Office) -> dict[str, JointWalk]:
    """A linkage and a whistle that have begun."""
    town = with_bodies(office.town, office.began)
    found = {}
    for kind in (LINKAGE, WHISTLE):
        found[kind] = JointWalk(town, kind, Walk(town, office.began)).begin()
    return found


def statements(office: Office, who: str, url: str) -> int:
    client = office[who].client
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200, url
    return sum(not query["sql"].startswith(FRAME) for query in said)


def test_the_pages_stand_and_ask_few_statements(office: Office, walks: dict[str, JointWalk]) -> None:
    counted = {}
    for kind, walk in walks.items():
        for who in (f"{walk.lead}.handler", "other.handler", "desk.dispatcher"):
            for url in (f"/{kind}s/{walk.number}/", f"/{kind}s/", f"/cases/{walk.case.number}/"):
                counted[(who, url)] = statements(office, who, url)
    for url in ("/whistles/topics/", "/whistles/liaisons/"):
        counted[("other.handler", url)] = statements(office, "other.handler", url)
        counted[("staffing.handler", url)] = statements(office, "staffing.handler", url)
    assert max(counted.values()) <= MOST, counted


def test_an_act_is_refused_on_the_page_with_its_clause(office: Office, walks: dict[str, JointWalk]) -> None:
    walk = walks[WHISTLE]
    client = office["other.handler"].client
    answer = client.post(f"/whistles/{walk.number}/acts/finish/", {"result": "已办。"})
    assert answer.status_code == 409
    assert "请先报到" in answer.content.decode()
    assert client.get(f"/linkages/{walk.number}/").status_code == 404, "a whistle is no linkage"
    assert office["third.handler"].client.get(f"/whistles/{walk.number}/").status_code == 404


def test_the_staffing_office_keeps_the_list_on_its_page(office: Office, walks: dict[str, JointWalk]) -> None:
    said = {"code": "GJ-01", "matter": "占道经营", "basis": "配合责任清单第1条", "from_on": "2022-01-01"}
    assert office["staffing.handler"].client.post("/whistles/topics/enter/", said).status_code == 302
    assert "占道经营" in office["other.handler"].client.get("/whistles/topics/").content.decode()
    assert office["other.handler"].client.post("/whistles/topics/enter/", said).status_code == 409


def test_a_unit_names_its_liaison_on_its_page(office: Office, walks: dict[str, JointWalk]) -> None:
    client = office["other.handler"].client
    wrong = {"account": f"{office.town.code}.other.handler", "from_on": "2022-01-01"}
    assert client.post("/whistles/liaisons/", wrong).status_code == 409
    right = {"account": f"{office.town.code}.other.deputy", "from_on": "2022-01-01"}
    assert client.post("/whistles/liaisons/", right).status_code == 302


def test_where_there_is_no_joint_handling_there_is_no_page(city: Office) -> None:
    for url in ("/whistles/", "/linkages/", "/whistles/topics/", "/whistles/liaisons/"):
        assert city["unit.handler"].client.get(url).status_code == 404


def test_the_case_page_offers_what_the_regulation_has(office: Office, city: Office) -> None:
    assert A.REQUEST
    walk = Walk(office.town, office.began).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
    page = office["unit.handler"].client.get(f"/cases/{walk.number}/").content.decode()
    assert "act-link" in page
    assert "只有镇街可以吹哨" in page
