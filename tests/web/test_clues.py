"""The list of clues, the form with which one is opened, and its page, as far as each may see it."""

import pytest

from bihuan.accountability.types import ClueStage
from tests.accountability.walks import A, ClueWalk, clue_at, filled, with_accountable
from tests.towns import settle
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Office
from tests.web.test_supervision import MOST, statements

pytestmark = pytest.mark.django_db


def test_a_clue_is_opened_read_and_verified_on_pages(office: Office) -> None:
    town = with_accountable(office.town, office.began)
    case = Walk(town, office.began).along(*TO_HANDLING)
    assessor, unit = office["desk.assessor"].client, office["unit.deputy"].client
    assert "/clues/open/" in assessor.get("/clues/").content.decode()
    assert "/clues/open/" not in unit.get("/clues/").content.decode()
    told = unit.get("/clues/open/")
    assert told.status_code == 409, "whoever may not is told so before anything is written"
    assert "只有" in told.content.decode()
    settle(town.code, town.unit, "unit.supervisor", "supervisor", office.began)
    assert "/clues/open/" not in office["unit.supervisor"].client.get("/clues/").content.decode()
    said = filled(A.OPEN, town, office.began, case.number) | {"about": case.number, "once": "1"}
    lacking = assessor.post("/clues/open/", {**said, "situation": ""})
    assert lacking.status_code == 422
    begun = assessor.post("/clues/open/", said)
    assert begun.status_code == 302, begun.content.decode()
    url = begun["Location"]
    page = assessor.get(url).content.decode()
    assert "答复称已修复，现场查看仍不亮。" in page
    assert "A1-7(1)" in page
    assert unit.get(url).status_code == 404
    number = url.split("/")[2]
    walk = ClueWalk(town, case, number)
    walk.do(A.ASK)
    assert 'id="act-explain"' in unit.get(url).content.decode()
    assert unit.get("/clues/").content.decode().count(f">{number}<") == 1
    walk.along(A.EXPLAIN, A.VERIFY)
    shown = office["desk.head"].client.get(url).content.decode()
    assert "移交党委（党组）" in shown, "the route that the rule gives"
    counted = {
        (who, at): statements(office, who, at) for who in ("desk.assessor", "unit.deputy") for at in (url, "/clues/")
    }
    assert max(counted.values()) <= MOST, counted
    assert office["other.handler"].client.get(url).status_code == 404


def test_a_closed_clue_stands_on_the_list_of_all(office: Office) -> None:
    town = with_accountable(office.town, office.began)
    walk = clue_at(ClueStage.CLOSED, town, office.began)
    client = office["desk.assessor"].client
    assert walk.number not in client.get("/clues/").content.decode()
    assert walk.number in client.get("/clues/?all=1&situation=perfunctory").content.decode()
    assert walk.number not in client.get("/clues/?all=1&situation=ignored").content.decode()
    assert walk.number not in client.get("/clues/?all=1&stage=opened").content.decode()


def test_the_dossier_is_for_personnel_alone(office: Office) -> None:
    town = with_accountable(office.town, office.began)
    personnel, other = office["personnel.assessor"].client, office["desk.assessor"].client
    assert f"/dossiers/{town.unit}/" in personnel.get("/dossiers/").content.decode()
    assert "问责线索移交" in personnel.get(f"/dossiers/{town.unit}/?year=2025").content.decode()
    assert 'href="/dossiers/"' in personnel.get("/clues/").content.decode(), "they find it without its address"
    assert 'href="/dossiers/"' not in other.get("/clues/").content.decode()
    for url in ("/dossiers/", f"/dossiers/{town.unit}/"):
        assert other.get(url).status_code == 404
        assert statements(office, "personnel.assessor", url) <= MOST
    assert personnel.get("/dossiers/no.such/").status_code == 404
