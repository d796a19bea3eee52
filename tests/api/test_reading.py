"""Lists, the duty ledger, units, regulations, identities and the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from bihuan.cases.types import Act
from bihuan.organisations.queries import jurisdiction
from bihuan.policy.calendar import ZONE
from bihuan.record.queries import events
from bihuan.requesters.queries import looks
from tests.api.clients import Api, Staff
from tests.api.test_problems import problem
from tests.towns import settle
from tests.walks import REQUEST


def whole(client: Api, path: str) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"{path}&cursor={cursor}").json()
        rows += page["items"]
        assert len(page["items"]) > 0 or not rows
        if page["next"] is None:
            return rows
        cursor = page["next"]


def test_the_ledger_is_paged_and_narrowed(staff: Staff) -> None:
    numbers = [
        staff.register(title=f"第{n}件", content="井盖丢失" if n % 2 else "路灯不亮")["number"] for n in range(7)
    ]
    desk = staff["desk.dispatcher"]
    assert [row["number"] for row in whole(desk, "/cases?limit=3")] == numbers[::-1]
    assert [row["number"] for row in whole(desk, "/cases?limit=7")] == numbers[::-1], "no empty page at the end"
    assert {row["number"] for row in whole(desk, "/cases?words=井盖")} == set(numbers[1::2])
    assert staff.do(numbers[0], Act.DISPATCH).status_code == 200
    assert staff.do(numbers[1], Act.WITHDRAW).status_code == 200
    only = {
        "/cases?stage=dispatched": [numbers[0]],
        f"/cases?lead={staff.town.unit}": [numbers[0]],
        "/cases?open=false": [numbers[1]],
        f"/cases?number={numbers[2]}": [numbers[2]],
        "/cases?channel=nowhere": [],
    }
    for path, wanted in only.items():
        assert [row["number"] for row in whole(desk, path)] == wanted, path
    assert len(whole(desk, "/cases?open=true")) == 6
    assert len(whole(desk, f"/cases?channel={staff.town.channel}")) == 7
    row = whole(desk, "/cases?stage=dispatched")[0]
    assert (row["lead_name"], row["next_duty"], row["overdue"]) == (staff.town.unit, "签收", False)


def test_the_duty_ledger_by_due_moment(staff: Staff) -> None:
    first, second = staff.walk(Act.DISPATCH), staff.walk(Act.DISPATCH)
    handler = staff["unit.handler"]
    rows = whole(handler, "/duties?limit=1")
    assert len(rows) == 4
    assert all(earlier["due_at"] <= later["due_at"] for earlier, later in pairwise(rows))
    assert {row["subject"] for row in rows} == {f"case:{first}", f"case:{second}"}
    assert {row["kind"] for row in whole(handler, "/duties?kind=sign_in")} == {"sign_in"}
    assert whole(handler, "/duties?overdue=true") == []
    assert len(whole(handler, "/duties?overdue=false")) == 4
    assert handler.post("/training/clock", {"advance": "P20D"}).status_code == 200
    assert len(whole(handler, "/duties?overdue=true")) == 4
    assert len(whole(handler, f"/duties?holder={staff.town.unit}&overdue=true&mine=true")) == 4
    assert whole(handler, f"/duties?holder={staff.town.desk}") == [], "what others owe is theirs"
    assert staff.do(first, Act.SIGN_IN).status_code == 200
    late = [row for row in whole(handler, "/duties?open=false") if row["discharged_at"]]
    assert [(row["kind"], row["outcome"]) for row in late] == [("sign_in", "late")]
    told = handler.get(f"/duties/{late[0]['id']}/explanation").json()
    assert told["limit_words"]
    assert told["due_at"] == late[0]["due_at"]
    desk = staff["desk.dispatcher"]
    assert desk.get(f"/duties/{late[0]['id']}/explanation").status_code == 200, "the desk sees the case"


def test_units_and_their_people(staff: Staff) -> None:
    client = staff["unit.handler"]
    assert [unit["code"] for unit in client.get("/units").json()["items"]] == sorted(
        {staff.town.desk, staff.town.other, staff.town.unit, f"{staff.town.code}.township"}
    )
    desk = client.get(f"/units/{staff.town.desk}").json()
    assert "dispatcher" in desk["unit"]["posts"]
    assert {holder["account"] for holder in desk["holders"]} >= {"wd.desk.caller", "wd.desk.registrar"}
    assert desk["channels"] == [staff.town.channel]


def test_channels_are_listed_and_given_by_the_administrator(staff: Staff) -> None:
    settle(staff.town.code, staff.town.desk, "chief", "administrator")
    desks = {row["code"]: row["desk"] for row in staff["unit.handler"].get("/channels").json()["items"]}
    assert desks == {staff.town.channel: staff.town.desk, "grid": None, "web": None}
    today = f"{datetime.now(ZONE) + jurisdiction(staff.town.code).offset:%Y-%m-%d}"
    said = {"channel": "grid", "unit": staff.town.desk, "from_on": today}
    assert staff["unit.handler"].post("/channels/desk", said).status_code == 409
    refused = staff["chief"].post("/channels/desk", {**said, "unit": staff.town.unit})
    assert (refused.status_code, "受理" in refused.json()["detail"]) == (409, True)
    assert staff["chief"].post("/channels/desk", {**said, "channel": ""}).status_code == 422
    given = staff["chief"].post("/channels/desk", said)
    assert given.status_code == 200, given.content.decode()
    assert {row["code"]: row["desk"] for row in given.json()["items"]}["grid"] == staff.town.desk


def test_units_are_ended_merged_and_kept_by_the_administrator(staff: Staff) -> None:
    settle(staff.town.code, staff.town.desk, "chief", "administrator")
    chief, unit, other = staff["chief"], staff.town.unit, staff.town.other
    soon = f"{datetime.now(ZONE) + jurisdiction(staff.town.code).offset + timedelta(days=3):%Y-%m-%d}"
    said = {"from_on": soon, "successor": unit, "basis": "改革方案"}
    problem(staff["unit.handler"].post(f"/units/{other}/end", said), 409)
    problem(chief.post("/units/nowhere/end", said), 404)
    problem(chief.post(f"/units/{other}/end", {**said, "basis": ""}), 422)
    given = chief.post(f"/units/{other}/end", said)
    assert given.status_code == 200, given.content.decode()
    (row,) = staff["unit.handler"].get("/unit-endings").json()["items"]
    assert (row["unit"], row["successor"], row["from_on"], row["done_at"]) == (other, unit, soon, None)
    problem(staff["unit.handler"].post(f"/units/{other}/keep", {"reason": "方案调整"}), 409)
    assert chief.post(f"/units/{other}/keep", {"reason": "方案调整"}).json()["items"] == []
    problem(chief.post(f"/units/{other}/keep", {"reason": "方案调整"}), 404)
    merging = {"units": [other], **said}
    problem(staff["unit.handler"].post("/unit-endings/merge", merging), 409)
    assert [row["unit"] for row in chief.post("/unit-endings/merge", merging).json()["items"]] == [other]


def test_a_regulation_clause_by_clause(staff: Staff) -> None:
    client = staff["unit.handler"]
    refs = {pack["ref"] for pack in client.get("/regulations").json()["items"]}
    assert {"wendeng-2021-10/1", "huainan-2021-55/1"} <= refs
    told = client.get("/regulations/wendeng-2021-10/clauses").json()
    clauses = {clause["id"]: clause for clause in told["items"]}
    assert told["regulation"]["ref"] == "wendeng-2021-10/1"
    assert len(clauses) > 30
    assert "首接" in clauses["WD-2.1a"]["text"]
    assert "dispatch.one-lead" in [norm["name"] for norm in clauses["WD-2.1a"]["norms"]] or clauses["WD-2.1a"]["norms"]
    problem(client.get("/regulations/nowhere-1/clauses"), 404)


def test_an_identity_is_shown_for_a_reason_and_the_look_is_kept(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH)
    handler = staff["unit.handler"]
    path = f"/cases/{number}/requester/disclosures"
    problem(handler.post(path, {"ground": "contact"}), 422)
    problem(handler.post(path, {"ground": "curiosity", "reason": "想看一看"}), 422)
    shown = handler.post(path, {"ground": "contact", "reason": "上门核实前联系诉求人"})
    assert shown.status_code == 201
    assert (shown.json()["name"], shown.json()["phone"]) == (REQUEST["name"], REQUEST["phone"])
    look = looks(f"case:{number}")[-1]
    assert (look.account, look.unit, look.ip) == ("wd.unit.handler", staff.town.unit, "127.0.0.1")
    assert shown["Cache-Control"] == "no-store"
    silent = staff.register(anonymous=True, name="", phone="", address="")["number"]
    problem(
        staff["desk.caller"].post(
            f"/cases/{silent}/requester/disclosures", {"ground": "callback", "reason": "回访核实"}
        ),
        404,
    )


def test_the_training_clock_moves_forward_only(staff: Staff) -> None:
    client = staff["desk.registrar"]
    now = datetime.now(UTC)
    first = datetime.fromisoformat(client.post("/training/clock", {"advance": "P2DT3H"}).json()["now"])
    assert now <= first - timedelta(days=2, hours=3) <= datetime.now(UTC)
    to = now + timedelta(days=10)
    assert datetime.fromisoformat(client.post("/training/clock", {"to": to.isoformat()}).json()["now"]) == to
    problem(client.post("/training/clock", {"to": now.isoformat()}), 409)
    problem(client.post("/training/clock", {}), 422)
    problem(client.post("/training/clock", {"to": to.isoformat(), "advance": "P1D"}), 422)
    assert [event.kind for event in events("jurisdiction:wd")][-2:] == ["organisations.clock-advanced"] * 2
    number = staff.register()["number"]
    seen = client.get(f"/cases/{number}").json()
    assert datetime.fromisoformat(seen["registered_at"]) >= to, "cases live by that clock"


def test_the_next_step_is_told_with_the_acts(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT)

    def primary(who: str) -> list[str]:
        acts = staff[who].get(f"/cases/{number}").json()["acts"]
        return [act["act"] for act in acts if act["primary"]]

    assert (primary("unit.handler"), primary("desk.dispatcher")) == (["answer"], [])
    assert staff.do(number, Act.REQUEST_EXTENSION).status_code == 200
    assert primary("desk.dispatcher") == ["approve_extension", "refuse_extension"]


def test_the_form_tells_what_the_subject_allows_and_asks_for(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT)
    acts = staff["unit.handler"].get(f"/cases/{number}").json()["acts"]
    form = next(act["form"] for act in acts if act["act"] == "answer")
    assert form["properties"]["outcome"]["enum"] == ["SOLVED", "PARTIAL", "EXPLAINED", "PROMISED"]
    assert "through_desk" not in form["properties"]["feedback_method"]["enum"]
    conditions = {tuple(one["then"]["required"]): one["if"] for one in form["allOf"] if "if" in one}
    assert conditions[("policy_basis",)]["properties"] == {"outcome": {"enum": ["EXPLAINED"]}}
    linked = next(act["form"] for act in acts if act["act"] == "link")
    assert staff.town.unit not in linked["properties"]["units"]["items"]["enum"]
    assert staff.town.other in linked["properties"]["units"]["items"]["enum"]


def test_all_that_lacks_is_told_at_once(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT)
    said = {"to_requester": "暂不能修。", "to_platform": "产权不清。", "outcome": "EXPLAINED", "truthful": False}
    answer = staff["unit.handler"].post(f"/cases/{number}/acts/answer", said)
    assert answer.status_code == 409
    assert {error["field"] for error in answer.json()["errors"]} == {"policy_basis", "truthful", "feedback_method"}
