"""Urging over the API: one, many at once, and the reply."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.duties import queries as duties
from tests.api.clients import Staff
from tests.supervision.walks import with_supervisors
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
