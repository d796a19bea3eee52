"""Urging over the API: one, many at once, and the reply."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.duties import queries as duties
from tests.api.clients import Api, Staff
from tests.api.test_attachments import send
from tests.scans import scanned
from tests.supervision.walks import CA, filled_of_coloured, with_supervisors
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk

pytestmark = pytest.mark.django_db


def test_a_unit_is_urged_and_replies(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    staff = Staff(town)
    case = Walk(town, datetime.now(UTC) - timedelta(days=40)).along(*TO_HANDLING)
    begun = staff["offices.supervisor"].post("/urges", {"subject": f"case:{case.number}", "demand": "请回复。"})
    assert begun.status_code == 201, begun.content
    number = begun.json()["number"]
    shown = staff["unit.handler"].get(f"/urges/{number}").json()
    assert shown["about"][0]["subject"] == f"case:{case.number}"
    assert [act["act"] for act in shown["acts"] if act["mine"]] == ["reply"]
    done = staff["unit.handler"].post(f"/urges/{number}/acts/reply", {"progress": "正在备料。"}, If_Match='"1"')
    assert done.json()["stage"] == "replied"
    assert [one["number"] for one in staff["unit.handler"].get("/urges?open=false").json()["items"]] == [number]
    assert staff["other.handler"].get(f"/urges/{number}").status_code == 404


def test_many_at_once_each_with_its_result(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    staff = Staff(town)
    cases = [Walk(town, datetime.now(UTC) - timedelta(days=40)).along(*TO_HANDLING) for _ in range(2)]
    ids = [duties.standing_on(case.facts.subject)[0].id for case in cases]
    answer = staff["desk.supervisor"].post("/supervision/urges", {"duties": [*ids, 10**9], "demand": "请回复。"})
    assert answer.status_code == 201, answer.content
    assert [(one["duty"], one["done"]) for one in answer.json()["items"]] == [
        (ids[0], True),
        (ids[1], True),
        (10**9, False),
    ]
    assert staff["unit.handler"].post("/supervision/urges", {"duties": ids, "demand": "请回复。"}).status_code == 409
    for wrong in (
        {"duties": [], "demand": "请回复。"},
        {"duties": [1] * 201, "demand": "请。"},
        {"duties": [0], "demand": "请。"},
    ):
        assert staff["desk.supervisor"].post("/supervision/urges", wrong).status_code == 422


def scan_of(client: Api) -> int:
    """A page that was scanned, uploaded."""
    return int(send(client, "督办单.png", scanned()).json()["id"])


def test_a_coloured_order_goes_to_its_release(wendeng: Town) -> None:
    town = with_supervisors(wendeng)
    staff = Staff(town)
    now = datetime.now(UTC)
    case = Walk(town, now - timedelta(days=4)).along(*TO_HANDLING)
    offices, unit = staff["offices.supervisor"], staff["unit.head"]

    def form(act: str, **more: object) -> dict[str, object]:
        return {**filled_of_coloured(act, town, now, f"case:{case.number}"), **more}

    without = offices.post("/coloured", form(CA.REGISTER, scan=[]))
    assert without.status_code == 422
    assert offices.post("/coloured", form(CA.REGISTER, colour="blue", scan=[1])).status_code == 422
    begun = offices.post("/coloured", form(CA.REGISTER, scan=[scan_of(offices)]))
    assert begun.status_code == 201, begun.content.decode()
    number = begun.json()["number"]
    assert unit.get(f"/coloured/{number}").status_code == 404

    def act(client: Api, word: str, **more: object) -> dict[str, object]:
        version = client.get(f"/coloured/{number}").json()["version"]
        done = client.post(f"/coloured/{number}/acts/{word}", form(word, **more), If_Match=f'"{version}"')
        assert done.status_code == 200, done.content.decode()
        return dict(done.json())

    act(offices, "distribute")
    shown = unit.get(f"/coloured/{number}").json()
    assert (shown["colour"], shown["tasks"][0]["unit"], shown["attachments"] != []) == ("yellow", town.unit, True)
    assert {one["act"] for one in shown["acts"] if one["mine"]} == {"receive", "reply"}
    act(unit, "reply")
    act(offices, "answer_up")
    act(offices, "release", scan=[scan_of(offices)])
    shown = offices.get(f"/coloured/{number}").json()
    assert (shown["stage"], shown["answer_number"], shown["outcome"]) == ("released", "文热复〔2025〕3号", "同意解除。")
    assert shown["replies"][0]["verdict"] == "accepted"
    (row,) = offices.get(f"/coloured?open=false&unit={town.unit}").json()["items"]
    assert (row["number"], row["issuer_name"]) == (number, "市政务服务热线办公室")
