"""An idempotency key: the same request twice is one act, however close together."""

import json
import threading
from typing import Any

import pytest
from django.db import connection

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.record.queries import events
from tests.api.clients import Api, Staff
from tests.api.test_problems import NOW, problem
from tests.towns import Town, found
from tests.waits import LATE
from tests.walks import filled


def test_a_repeat_gets_the_first_answer(staff: Staff) -> None:
    desk, form = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    first = desk.post("/cases", form, Idempotency_Key="k1")
    again = desk.post("/cases", form, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert len(desk.get("/cases").json()["items"]) == 1
    assert desk.post("/cases", form, Idempotency_Key="k2").json()["number"] != first.json()["number"]


def test_the_same_key_with_another_request_is_refused(staff: Staff) -> None:
    desk, form = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    number = desk.post("/cases", form, Idempotency_Key="k1").json()["number"]
    problem(desk.post("/cases", {**form, "title": "另一件"}, Idempotency_Key="k1"), 422)
    problem(desk.post(f"/cases/{number}/acts/accept", {}, Idempotency_Key="k1"), 422)
    other = staff["desk.dispatcher"].post(
        f"/cases/{number}/acts/dispatch", filled(Act.DISPATCH, staff.town, NOW), Idempotency_Key="k1"
    )
    assert other.status_code == 200, "keys are each person's own"


def test_a_refusal_is_not_kept(staff: Staff) -> None:
    number = staff.register()["number"]
    handler = staff["unit.handler"]
    assert handler.post(f"/cases/{number}/acts/sign_in", Idempotency_Key="s").status_code == 404
    assert staff.do(number, Act.DISPATCH).status_code == 200
    done = handler.post(f"/cases/{number}/acts/sign_in", Idempotency_Key="s")
    assert (done.status_code, done.json()["version"]) == (200, 3)


def test_who_is_refused_before_anything_was_asked_is_told_why(staff: Staff) -> None:
    said = {"name": "新名", "basis": "地名批复"}
    problem(staff["desk.registrar"].post("/places/9901/rename", said, Idempotency_Key="p"), 409)
    problem(staff["desk.registrar"].post("/cases/WX1/documents/D12", {}, Idempotency_Key="d"), 404)


def test_a_forbidden_attempt_is_evidence_also_under_a_key(staff: Staff) -> None:
    number = staff.register()["number"]
    assert staff.do(number, Act.DISPATCH, co_units=[staff.town.other]).status_code == 200
    for times in (1, 2):
        problem(staff.do(number, Act.REQUEST_RETURN, headers={"Idempotency_Key": "r"}), 409)
        kinds = [event.kind for event in events(f"case:{number}")]
        assert kinds.count("record.attempt-refused") == times, "each attempt is one, and is kept"
    assert cases.facts(number).stage == "dispatched"


def test_what_is_told_once_lies_nowhere_in_clear(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    told = desk.post("/cases", filled(Act.REGISTER, staff.town, NOW), Idempotency_Key="secret-key").json()
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM record_onceness t")
        kept = str(cursor.fetchall())
    assert told["query_code"] not in kept
    assert told["number"] not in kept
    assert "secret-key" not in kept


def together(*calls: Any) -> list[Any]:
    """Make all calls at once, each on a thread and connection of its own; answers in their order."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def one(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(LATE)
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    return answers


@pytest.fixture
def town(transactional_db: None) -> Town:
    """A town on real transactions."""
    return found("wd", "wendeng-2021-10", prefix="WX")


def test_two_at_once_with_one_key_act_once(town: Town) -> None:
    staff = Staff(town)
    desk = staff["desk.registrar"]
    other = Api("wd.desk.registrar", label="第二个")
    form = filled(Act.REGISTER, town, NOW)
    for turn in range(20):
        first, second = together(
            lambda turn=turn: desk.post("/cases", form, Idempotency_Key=f"race-{turn}"),
            lambda turn=turn: other.post("/cases", form, Idempotency_Key=f"race-{turn}"),
        )
        assert first.content == second.content
        assert sorted(answer.get("Idempotency-Replayed", "") for answer in (first, second)) == ["", "true"]
    assert len(desk.get("/cases?limit=200").json()["items"]) == 20


def test_of_two_different_acts_at_once_exactly_one_wins(town: Town) -> None:
    staff = Staff(town)
    desk = staff["desk.registrar"]
    other = Api("wd.desk.registrar", label="第二个")
    refer = json.dumps(filled(Act.REFER, town, NOW)).encode()
    lost: list[int] = []
    for turn in range(200):
        number = staff.register()["number"]
        seen = {"If_Match": '"1"'} if turn % 2 else {}
        answers = together(
            lambda number=number, seen=seen: desk.post(f"/cases/{number}/acts/accept", {"note": ""}, **seen),
            lambda number=number, seen=seen: other.post(f"/cases/{number}/acts/refer", refer, **seen),
        )
        won, gone = sorted(answers, key=lambda answer: answer.status_code)
        assert won.status_code == 200
        said = problem(gone, 412 if seen else 409)
        assert said["detail"]
        lost.append(answers.index(gone))
        case = desk.get(f"/cases/{number}").json()
        assert (case["version"], case["stage"]) == (2, won.json()["stage"])
    assert len(lost) == 200
