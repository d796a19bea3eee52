"""Story 1 through the API whole: registered, dispatched, answered, signed off, reviewed, called back, closed."""

from datetime import datetime, timedelta

import pytest

from bihuan.cases.types import Act
from bihuan.policy.calendar import ZONE
from tests.api.clients import Staff


@pytest.mark.clause("WD-2.0", "WD-2.1a", "WD-2.2d", "WD-2.3a", "WD-2.4b")
def test_a_request_goes_all_the_way_round(staff: Staff) -> None:
    desk, unit = staff["desk.dispatcher"], staff["unit.handler"]
    begun = staff["desk.registrar"].post(
        "/cases",
        {
            "channel": staff.town.channel,
            "title": "小区路灯不亮",
            "content": "阳光小区东门外路灯坏了三天。",
            "name": "王某",
            "phone": "13800001234",
        },
    )
    assert begun.status_code == 201
    told = begun.json()
    number = told["number"]
    assert begun["Location"] == f"/api/v1/cases/{number}"
    assert begun["ETag"] == '"1"' == f'"{told["version"]}"'
    assert len(told["query_code"]) == 10, "told this once"

    seen = desk.get(f"/cases/{number}")
    assert seen["ETag"] == '"1"'
    case = seen.json()
    assert (case["stage"], case["stage_label"]) == ("registered", "已登记")
    assert case["content"].startswith("阳光小区")
    assert "13800001234" not in seen.content.decode(), "the requester is masked"
    assert case["requester"]["name"] == "王*"
    offers = {act["act"]: act for act in case["acts"]}
    assert offers["dispatch"]["form"]["required"] == ["lead", "basis_kind", "basis"]
    assert offers["dispatch"]["refusal"] is None
    assert offers["accept"]["form"] is None
    assert offers["accept"]["refusal"]["reason"] == "只有受理员可以“受理”。"
    assert offers["accept"]["refusal"]["citation"].startswith("《")

    assert unit.get(f"/cases/{number}").status_code == 404, "not given to the unit yet"
    for act in (Act.DISPATCH, Act.SIGN_IN):
        assert staff.do(number, act).status_code == 200
    case = unit.get(f"/cases/{number}").json()
    duties = {duty["kind"]: duty for duty in case["duties"] if duty["discharged_at"] is None}
    assert set(duties) == {"handle", "first_contact"}
    handle = duties["handle"]
    assert handle["holder"] == staff.town.unit
    assert "WD-2.3a" in handle["citation"], "the clause that demands it"
    assert handle["basis"] in handle["explanation"]["limit_source"], "where the number of days comes from"
    assert handle["explanation"]["limit_words"] == "5个工作日"
    counted = [day for day in handle["explanation"]["days"] if day["counted"]]
    assert len(counted) == 5
    assert counted[-1]["on"] == datetime.fromisoformat(handle["due_at"]).astimezone(ZONE).date().isoformat()

    moved = desk.post("/training/clock", {"advance": "P1D"}).json()
    assert datetime.fromisoformat(moved["now"]) - datetime.now(ZONE) > timedelta(hours=23)
    steps = (Act.RECORD_CONTACT, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE)
    versions = [staff.do(number, act).json()["version"] for act in steps]
    assert versions == [4, 5, 6, 7, 8, 9]

    case = staff["desk.caller"].get(f"/cases/{number}").json()
    assert (case["stage_label"], case["closure"]) == ("办结", "SOLVED")
    assert case["answers"][0]["to_requester"] == "路灯已修复，感谢反映。"
    assert case["callbacks"][0]["solved"] == "yes"
    assert all(duty["discharged_at"] for duty in case["duties"])
    assert desk.get(f"/cases/{number}/sources").json()["items"][0]["channel"] == staff.town.channel

    record = desk.get(f"/cases/{number}/record").json()["items"]
    assert [event["sequence"] for event in record] == list(range(1, 10))
    assert record[1]["clause"] == "WD-2.0"
    assert len({event["hash"] for event in record}) == 9
    assert record[7]["private"] is None or "verbatim" in record[7]["private"]


def test_whom_nobody_says_they_told_is_told_by_nobody(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN)
    untold = {"feedback_method": None, "feedback_at": None, "feedback_by": ""}
    answered = staff.do(number, Act.ANSWER, **untold)
    assert answered.status_code == 422
    assert answered.json()["field"] == "feedback_method"
    half = staff.do(number, Act.ANSWER, feedback_at=None)
    assert half.status_code == 422
    assert staff.do(number, Act.ANSWER).status_code == 200
