"""Story 7 as a system lives it: a dispute asked for, handed over, determined and carried out over the API."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.cases.types import Act as CaseAct
from tests.api.clients import Api, Staff
from tests.api.test_problems import problem
from tests.determination.walks import A, filled, with_determiners
from tests.web.officials import Official


@pytest.fixture
def people(staff: Staff) -> Staff:
    """Everybody, with those who determine."""
    staff.town = with_determiners(staff.town, datetime.now(UTC) - timedelta(days=1))
    return staff


def dispute(people: Staff) -> tuple[str, str]:
    """Numbers of a case whose lead asked, and of its determination."""
    case = people.walk(CaseAct.DISPATCH, CaseAct.SIGN_IN)
    done = people.do(case, CaseAct.REQUEST_DETERMINATION).json()
    found = people["desk.dispatcher"].get(f"/determinations?case={case}").json()["items"]
    assert [(row["stage"], row["number"]) for row in found] == [("draft", done["began"])]
    return case, found[0]["number"]


def do(people: Staff, who: str, number: str, act: str, **fields: object) -> dict[str, object]:
    """Do an act of a determination by the book."""
    said = {**filled(act, people.town), **fields}
    if said.get("outcome") == "gap":
        said.pop("unit", None)
    response = people[who].post(f"/determinations/{number}/acts/{act}", said)
    assert response.status_code == 200, response.content.decode()
    return dict(response.json())


@pytest.mark.clause("WD-4a", "WD-4b", "WD-4d", "WD-4e", "WD-4f")
def test_a_gap_goes_to_the_district_and_into_the_list(people: Staff) -> None:
    case, number = dispute(people)
    assert do(people, "desk.dispatcher", number, A.SUBMIT)["stage"] == "submitted"
    seen = people["justice.handler"].get(f"/determinations/{number}").json()
    assert (seen["case_stage"], seen["stage_label"]) == ("adjudicating", "联合认定中")
    offered = {act["act"]: act["refusal"] for act in seen["acts"] if act["mine"]}
    assert offered["opine"] is None
    assert people["other.handler"].get(f"/determinations/{number}").json()["case_stage"] is None, "a party sees no case"
    for body in ("staffing", "justice"):
        do(people, f"{body}.handler", number, A.OPINE, outcome="gap")
    do(people, "staffing.deputy", number, A.ISSUE_GAP)
    assert people["justice.handler"].get(f"/cases/{case}").status_code == 404, "its opinion is given"
    do(people, "desk.reviewer", number, A.REPORT)
    do(people, "leaders.leader", number, A.DESIGNATE)
    done = people["desk.dispatcher"].post(f"/cases/{case}/acts/assign_determined", {})
    assert (done.status_code, done.json()["stage"]) == (200, "dispatched")
    do(people, "staffing.handler", number, A.ENTER_RESPONSIBILITY)
    shown = people["desk.dispatcher"].get(f"/determinations/{number}").json()
    assert (shown["stage"], shown["entry"]) == ("settled", "ZR-2025-01")
    assert shown["report"]["number"].startswith("群众诉求专报")
    told = people["desk.dispatcher"].get(f"/determinations/{number}/record").json()["items"]
    assert [event["kind"].split(".")[1] for event in told][-1] == "responsibility-established"


def test_what_may_not_be_is_refused_with_its_clause_and_changes_nothing(people: Staff) -> None:
    case, number = dispute(people)
    before = people["desk.dispatcher"].get(f"/determinations/{number}").json()
    problem(people["unit.handler"].post(f"/determinations/{number}/acts/submit", filled(A.SUBMIT, people.town)), 409)
    said = problem(people["desk.dispatcher"].post(f"/cases/{case}/acts/report_gap", filled(A.REPORT, people.town)), 409)
    assert said["clause"] == "WD-4d"
    silent = {**filled(A.SUBMIT, people.town), "missing": ""}
    assert problem(people["desk.dispatcher"].post(f"/determinations/{number}/acts/submit", silent), 409)
    lying = {"lead": people.town.other, "basis_kind": "adjudication", "basis": "认定意见书"}
    fresh = people.register()["number"]
    said = problem(people["desk.dispatcher"].post(f"/cases/{fresh}/acts/dispatch", lying), 409)
    assert said["clause"] == "WD-4c"
    assert people["desk.dispatcher"].get(f"/determinations/{number}").json() == before


def test_the_three_bodies_name_their_contacts(people: Staff) -> None:
    code = people.town.code
    said = {"unit": f"{code}.justice", "account": f"{code}.justice.deputy"}
    assert people["justice.head"].post("/determination-contacts", said).status_code == 201
    problem(people["staffing.head"].post("/determination-contacts", said), 409)
    rows = people["unit.handler"].get("/determination-contacts").json()["items"]
    assert [(row["unit"], row["account"]) for row in rows] == [(said["unit"], said["account"])]


@pytest.mark.parametrize("stranger", ["third.handler", "discipline.handler", "township.head"])
def test_strangers_find_nothing_of_a_determination(people: Staff, stranger: str) -> None:
    _, number = dispute(people)
    client: Api = people[stranger]
    problem(client.get(f"/determinations/{number}"), 404)
    problem(client.get(f"/determinations/{number}/record"), 404)
    problem(client.post(f"/determinations/{number}/acts/decline", {"reason": "职责已经清楚。"}), 404)
    assert client.get("/determinations").json()["items"] == []


def test_a_later_lead_reads_in_the_case_that_there_was_a_determination_and_finds_nothing_of_it(people: Staff) -> None:
    """The record of a case is read whole by whoever takes part in the case; a number in it opens nothing."""
    case, number = dispute(people)
    do(people, "unit.handler", number, A.STATE_POSITION, position="密语：该路段从未移交本单位。")
    do(people, "desk.dispatcher", number, A.SUBMIT)
    do(people, "desk.dispatcher", number, A.TAKE_BACK)
    later = f"{people.town.code}.third"
    assert people.do(case, CaseAct.DISPATCH, lead=later).status_code == 200
    lead = people["third.handler"]
    record = lead.get(f"/cases/{case}/record")
    assert number in record.content.decode(), "the case's own record tells under which number it was disputed"
    for path in (
        f"/determinations/{number}",
        f"/determinations/{number}/record",
        f"/determinations/{number}/documents",
    ):
        problem(lead.get(path), 404)
    for path in (f"/determinations?case={case}", f"/determinations?number={number}"):
        assert lead.get(path).json()["items"] == []
    page = Official(f"{people.town.code}.third.handler").client.get(f"/cases/{case}/").content.decode()
    assert f"/determinations/{number}/" not in page, "nor does the case's page lead there"
    assert not [text for text in (record.content.decode(), page) if "密语" in text]
