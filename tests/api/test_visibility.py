"""Who takes no part in a case or matter finds nothing of it on any path."""

from collections.abc import Callable
from typing import Any

import pytest

from bihuan.api.routes import ROUTER
from bihuan.cases.types import Act
from bihuan.matters.types import Act as MatterAct
from tests.api.clients import Api, Staff
from tests.api.test_attachments import uploaded
from tests.api.test_problems import NOW, problem
from tests.api.test_story_10 import reported
from tests.matters import walks as matters
from tests.towns import Town, found
from tests.walks import filled

DISCLOSURE = {"ground": "contact", "reason": "联系诉求人核实地址"}
MERGER = {"parent": "WX1", "reason": "同一件事。", "requester_told": "电话告知"}
STRANGERS = ["other.handler", "other.head", "elsewhere"]

Form = Callable[[str, Town, Any], dict[str, Any]]


def elsewhere() -> Api:
    """A dispatcher of another jurisdiction."""
    return Staff(found("nb", "wendeng-2021-10", prefix="NB"))["desk.dispatcher"]


def finds_nothing(client: Api, kind: str, number: str, town: Town, form: Form) -> int:
    """Ask for everything that can be asked of a subject, with forms filled in right; answers how much that was."""
    asked = 0
    for endpoint in ROUTER.endpoints:
        if not endpoint.path.startswith(f"{kind}/{{number}}"):
            continue
        path = "/" + endpoint.path.replace("{number}", number)
        act = endpoint.path.rsplit("/", 1)[1]
        said = {"disclosures": DISCLOSURE, "merge": MERGER}.get(act) or form(act, town, NOW)
        problem(client.get(path) if endpoint.method == "GET" else client.post(path, said), 404)
        asked += 1
    return asked


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_find_nothing_of_a_case(staff: Staff, stranger: str) -> None:
    photo = uploaded(staff["desk.registrar"])["id"]
    number = staff.register(attachments=[photo])["number"]
    assert staff.do(number, Act.DISPATCH).status_code == 200
    inside = staff["unit.handler"]
    duty = inside.get(f"/cases/{number}").json()["duties"][0]["id"]
    assert inside.get(f"/duties/{duty}/explanation").status_code == 200
    assert inside.get(f"/duties/{duty}").status_code == 200
    assert inside.get(f"/attachments/{photo}").getvalue()

    client = elsewhere() if stranger == "elsewhere" else staff[stranger]
    assert finds_nothing(client, "cases", number, staff.town, filled) > 35
    problem(client.get(f"/duties/{duty}/explanation"), 404)
    problem(client.get(f"/duties/{duty}"), 404)
    problem(client.get(f"/attachments/{photo}"), 404)
    lists = ("/cases?", f"/cases?number={number}", "/cases?words=路灯", f"/duties?subject=case:{number}")
    for path in (*lists, f"/duties?holder={staff.town.unit}"):
        assert client.get(path).json()["items"] == []
    if stranger == "elsewhere":
        problem(client.get(f"/units/{staff.town.unit}"), 404)
        assert not any(unit["code"].startswith("wd.") for unit in client.get("/units").json()["items"])


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_find_nothing_of_a_matter(city: Staff, stranger: str) -> None:
    number = reported(city)
    for act in (MatterAct.REGISTER, MatterAct.CLASSIFY, MatterAct.ASSIGN):
        assert city.settle(number, act).status_code == 200
    duty = city["unit.handler"].get(f"/matters/{number}").json()["duties"][0]["id"]
    client = elsewhere() if stranger == "elsewhere" else city[stranger]
    assert finds_nothing(client, "matters", number, city.town, matters.filled) > 20
    problem(client.get(f"/duties/{duty}/explanation"), 404)
    assert client.get("/matters").json()["items"] == []


def test_a_unit_that_gave_the_case_back_sees_it_no_more(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.REQUEST_RETURN, Act.APPROVE_RETURN)
    problem(staff["unit.handler"].get(f"/cases/{number}"), 404)
    problem(staff["unit.handler"].get(f"/cases/{number}/record"), 404)
