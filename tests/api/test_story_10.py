"""Story 10 over the API: an overdue case becomes a listed matter, is assigned, answered, confirmed and struck off."""

from datetime import datetime

import pytest

from bihuan.cases.types import Act as CaseAct
from bihuan.matters.types import Act
from bihuan.policy.calendar import ZONE
from tests.api.clients import Staff
from tests.api.test_attachments import uploaded
from tests.api.test_costs import at_most
from tests.api.test_problems import problem
from tests.matters.walks import DONE, WHY


def overdue_case(city: Staff) -> str:
    """A case that its unit did not settle in time."""
    number = city.walk(CaseAct.DISPATCH, CaseAct.SIGN_IN)
    assert city["desk.registrar"].post("/training/clock", {"advance": "P30D"}).status_code == 200
    return number


def reported(city: Staff) -> str:
    """A matter of that case."""
    form = {"case": overdue_case(city), "done": DONE, "why_unresolved": WHY}
    begun = city["desk.registrar"].post("/matters", form)
    assert begun.status_code == 201, begun.content.decode()
    told = begun.json()
    assert (told["stage_label"], told["query_code"]) == ("候选", None)
    assert begun["Location"] == f"/api/v1/matters/{told['number']}"
    return str(told["number"])


@pytest.mark.clause("HN-2.2c", "HN-2.4", "HN-3.1", "HN-3.2a", "HN-3.2c", "HN-3.4a", "HN-3.4b")
def test_a_matter_goes_to_its_strike_off(city: Staff) -> None:
    number = reported(city)
    keeper, unit = city["office.list_keeper"], city["unit.handler"]
    problem(unit.get(f"/matters/{number}"), 404)
    for act in (Act.REGISTER, Act.CLASSIFY):
        assert city.settle(number, act).status_code == 200
    matter = keeper.get(f"/matters/{number}").json()
    assert matter["stage_label"] == "已分类"
    assert "〔" in matter["list_number"]
    offers = {act["act"]: act for act in matter["acts"]}
    assert set(offers["assign"]["form"]["required"]) == {"lead", "ground", "basis", "due_on"}
    problem(city.settle(number, Act.ASSIGN, due_on=None), 422)

    assert city.settle(number, Act.ASSIGN).status_code == 200
    assert city["supervision.supervisor"].get(f"/matters/{number}").status_code == 200, "copied at once"
    assert city.settle(number, Act.SIGN_IN).status_code == 200
    duties = {duty["kind"]: duty for duty in unit.get(f"/duties?subject=matter:{number}").json()["items"]}
    assert duties["list_handle"]["label"] == "清单办理反馈"
    assert unit.get(f"/duties/{duties['list_handle']['id']}/explanation").json()["citation"]

    assert city.settle(number, Act.DRAFT_FEEDBACK).status_code == 200
    said = problem(city.settle(number, Act.SUBMIT_FEEDBACK, by="unit.deputy", proof=None), 409)
    assert said["clause"] == "HN-3.4a"
    scan = uploaded(city["unit.deputy"])["id"]
    sent = city.settle(number, Act.SUBMIT_FEEDBACK, by="unit.deputy", proof="seal", seal=[scan])
    assert sent.status_code == 200
    assert city.settle(number, Act.CONFIRM).status_code == 200
    assert city["office.list_director"].get(f"/matters/{number}").status_code == 200
    with at_most(2 * 14):  # it moves the matter and its case
        struck = city.settle(number, Act.STRIKE_OFF)
    assert struck.json()["stage_label"] == "已销号"

    with at_most(14):
        matter = keeper.get(f"/matters/{number}").json()
    assert [duty for duty in matter["duties"] if not duty["discharged_at"]] == []
    assert matter["feedbacks"][0]["proof"] == "seal"
    assert matter["attachments"][0]["id"] == scan
    slip = keeper.get(f"/matters/{number}/strike-off-slip").json()
    assert slip["list_number"] == matter["list_number"]
    month = datetime.fromisoformat(matter["listed_at"]).astimezone(ZONE).date()
    told = keeper.get(f"/matters/reconciliation?month={month}").json()
    assert (told["entered"], told["struck_off"], told["closing"], told["balanced"]) == (1, 1, 0, True)
    record = keeper.get(f"/matters/{number}/record").json()["items"]
    assert [event["sequence"] for event in record] == list(range(1, len(record) + 1))
    assert keeper.get("/matters?open=false").json()["items"][0]["number"] == number
    assert keeper.get("/matters?open=true").json()["items"] == []
    shown = unit.post(f"/matters/{number}/requester/disclosures", {"ground": "verify", "reason": "复查前联系诉求人"})
    assert shown.json()["phone"]


def test_questions_about_the_list_that_cannot_be_answered(city: Staff) -> None:
    keeper = city["office.list_keeper"]
    for month in ("0001-01-01", "9999-12-31", "x", "2025-13-01"):
        problem(keeper.get(f"/matters/reconciliation?month={month}"), 422)
    problem(keeper.get("/matters/reconciliation"), 422)
    problem(keeper.get("/matters?matter_class=huge"), 422)
    problem(keeper.get("/matters/nothing/strike-off-slip"), 404)
    problem(keeper.post("/matters", {"channel": "zfxf", "tier1_due_at": "0001-01-01T00:00:00Z"}), 422)
