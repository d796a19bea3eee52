"""Every way in which the API says no, and that nothing that is sent makes it fail."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from bihuan.api import door, reading
from bihuan.cases.types import Act
from bihuan.organisations.commands import revoke_token
from bihuan.requesters.queries import find_by_phone, find_by_phone_tail
from bihuan.requesters.types import PhoneTail
from tests.api.clients import Api, Staff
from tests.towns import FOUNDER
from tests.walks import filled

NOW = datetime.now(UTC)


def problem(response: HttpResponse, status: int) -> dict[str, object]:
    """The problem document of a response of that status."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    said: dict[str, object] = json.loads(response.content)
    assert said["status"] == status
    assert said["type"]
    assert said["title"]
    assert said["detail"]
    return said


def test_nobody_without_a_token_of_today(staff: Staff) -> None:
    client = Client()
    assert problem(client.get("/api/v1/cases"), 401)
    assert client.get("/api/v1/cases")["WWW-Authenticate"] == "Bearer"
    for said in ("Bearer ", "Bearer wrong", "Basic abc", "Bearer \xff\xfe", "Bearer a b c"):
        problem(client.get("/api/v1/cases", headers={"Authorization": said}), 401)
    mine = staff["desk.registrar"]
    assert mine.get("/cases").status_code == 200
    revoke_token(account="wd.desk.registrar", label="测试", actor=FOUNDER, now=NOW, at=NOW)
    problem(mine.get("/cases"), 401)


def test_a_token_is_good_for_its_scopes_only(staff: Staff) -> None:
    reader = Api("wd.desk.registrar", scopes=("read",))
    assert reader.get("/cases").status_code == 200
    problem(reader.post("/cases", filled(Act.REGISTER, staff.town, NOW)), 403)
    writer = Api("wd.desk.registrar", scopes=("act",))
    problem(writer.get("/cases"), 403)
    assert writer.post("/cases", filled(Act.REGISTER, staff.town, NOW)).status_code == 201


def test_a_telephone_number_is_kept_in_its_normal_form_or_refused(staff: Staff) -> None:
    registrar, said = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    for phone in ("-", "转", "0", "1380631"):
        refused = problem(registrar.post("/cases", {**said, "phone": phone}), 422)
        assert [error["field"] for error in refused["errors"]] == ["phone"]  # type: ignore[attr-defined]
    for phone in ("０６３１－８４５１２３４", "0631-8451234", "+86 631 8451234"):
        assert registrar.post("/cases", {**said, "phone": phone}).status_code == 201
    assert len(find_by_phone(staff.town.code, "0631 8451234")) == 3
    confirmed = registrar.post("/cases", {**said, "phone": "1380631", "phone_special": True})
    assert confirmed.status_code == 201
    assert len(find_by_phone_tail(staff.town.code, "0631", PhoneTail.FOUR)) == 1


def test_what_is_no_boolean_or_moment_is_told_in_the_words_of_json(staff: Staff) -> None:
    registrar, said = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    asked = problem(registrar.get("/cases?open=maybe"), 422)
    assert asked["detail"] == "是否在办：请填 true 或 false"
    refused = problem(registrar.post("/cases", {**said, "anonymous": "maybe", "received_at": "1/13/2025"}), 422)
    assert "匿名：请填 true 或 false" in str(refused["detail"])
    assert "来件时间：时间看不懂，请写作 2025-01-31T09:00:00+08:00" in str(refused["detail"])


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_what_is_nested_without_end_cannot_be_read(opening: str, staff: Staff) -> None:
    registrar, said = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    for depth in (reading.DEEPEST + 1, 900, 50_000):
        nested = opening * depth + "1" + {"[": "]", '{"a":': "}"}[opening] * depth
        body = json.dumps({**said, "title": "@"}, default=str).replace('"@"', nested)
        refused = problem(registrar.post("/cases", body.encode()), 400)
        assert depth == 50_000 or "嵌套过深" in str(refused["detail"])
    nested = opening * 60 + "1" + {"[": "]", '{"a":': "}"}[opening] * 60
    body = json.dumps({**said, "title": "@"}, default=str).replace('"@"', nested)
    problem(registrar.post("/cases", body.encode()), 422)


def test_a_body_of_too_many_parts_is_not_read_part_by_part(staff: Staff) -> None:
    registrar = staff["desk.registrar"]
    for said in ({f"field{n}": n for n in range(reading.MOST)}, {"attachments": [*range(reading.MOST)]}):
        assert "项目过多" in str(problem(registrar.post("/cases", said), 400)["detail"])
    problem(registrar.post("/cases", {f"field{n}": n for n in range(100)}), 422)


def test_a_refusal_names_clause_norm_and_field(staff: Staff) -> None:
    number = staff.register()["number"]
    said = problem(staff.do(number, Act.SIGN_IN, by="desk.registrar"), 409)
    assert said["detail"] == "当前阶段是“已登记”，不能“签收”。"
    assert (said["norm"], said["clause"]) == ("sign-in", None) or said["citation"]
    said = problem(staff.do(number, Act.DISPATCH, lead=staff.town.desk), 409)
    assert (said["field"], said["norm"]) == ("lead", None), "no regulation says what is no unit"
    assert {"clause", "citation"}.isdisjoint(said)
    twice = {**filled(Act.REGISTER, staff.town, NOW), "origin_number": "12345-1"}
    assert staff["desk.registrar"].post("/cases", twice).status_code == 201
    said = problem(staff["desk.registrar"].post("/cases", twice), 409)
    assert said["field"] == "origin_number"


def test_who_saw_an_older_version_is_overtaken(staff: Staff) -> None:
    number = staff.register()["number"]
    assert staff.do(number, Act.ACCEPT, headers={"If_Match": '"1"'}).status_code == 200
    said = problem(staff.do(number, Act.DISPATCH, headers={"If_Match": '"1"'}), 412)
    assert said["version"] == 2
    assert staff.do(number, Act.DISPATCH, headers={"If_Match": 'W/"2"'}).status_code == 200
    for strange in ("abc", '"x"', '"1", "2"', "-1", '"' + "9" * 400 + '"'):
        problem(staff.do(number, Act.SIGN_IN, headers={"If_Match": strange}), 400)
    problem(staff.do(number, Act.SIGN_IN, headers={"If_Match": '"999999999"'}), 412)
    assert staff.do(number, Act.SIGN_IN, headers={"If_Match": "*"}).status_code == 200


def test_a_form_filled_in_wrongly_is_told_field_by_field(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    said = problem(desk.post("/cases", {"channel": 5, "titel": "x", "title": "标" * 201, "appeal_type": "soon"}), 422)
    errors = {error["field"]: error["text"] for error in said["errors"]}  # type: ignore[attr-defined]
    assert errors["title"] == "不能超过200个字"
    assert errors["content"] == "请填写"
    assert errors["titel"] == "没有这一项"
    assert "咨询" in errors["appeal_type"]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in errors.values()), errors
    said = problem(desk.post("/cases", {"channel": "x", "title": "路灯", "content": "不亮"}), 422)
    assert {error["field"]: error["text"] for error in said["errors"]} == {  # type: ignore[attr-defined]
        "name": "请填写诉求人姓名（或填写其他联系方式，或注明匿名）",
        "phone": "请填写联系电话（或填写其他联系方式，或注明匿名）",
    }
    said = problem(desk.get("/cases?stage=nowhere"), 422)
    assert said["field"] == "stage"
    assert problem(desk.get("/cases?satge=closed"), 422)["field"] == "satge"
    for limit in ("0", "201", "x", "1e9", "9" * 5000):
        problem(desk.get(f"/cases?limit={limit}"), 422)


def test_what_cannot_be_read(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    for raw in (b"{", b"\xff\xfe\xfd", b"{'a': 1}", b'{"title": NaN}', b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}"):
        problem(desk.post("/cases", raw), 400)
    for raw in (b"[]", b'"text"', b"7", b"null"):
        problem(desk.post("/cases", raw), 422)
    problem(desk.post("/cases", b"a=1", Content_Type="application/x-www-form-urlencoded"), 415)
    problem(desk.post("/attachments", {"file": "x"}), 415)
    problem(desk.post("/cases", {"title": "长" * 3_000_000}), 413)
    for key in ("", "x" * 129, "a b", "键"):
        problem(desk.post("/cases", {}, Idempotency_Key=key), 400)


@pytest.mark.parametrize("letter", ["\x00", "\ud800", "a\udfffb"])
def test_letters_that_cannot_be_kept(staff: Staff, letter: str) -> None:
    desk, form = staff["desk.registrar"], filled(Act.REGISTER, staff.town, NOW)
    for name in ("channel", "title", "content", "phone", "place", "place_code", "origin_number", "urgency"):
        assert problem(desk.post("/cases", {**form, name: letter}), 422)["field"] == name, name
    problem(desk.post("/cases", {**form, letter: "x"}), 422)
    problem(desk.post("/cases", {**form, "attachments": [letter]}), 422)
    number = staff.register()["number"]
    problem(staff.do(number, Act.DISPATCH, lead=letter), 422)
    problem(staff.do(number, Act.DISPATCH, co_units=[letter]), 422)


@pytest.mark.parametrize("query", ["words=%00", "channel=%00", "lead=%00", "number=%00", "cursor=%00", "stage=%00"])
def test_nul_in_a_query(staff: Staff, query: str) -> None:
    problem(staff["desk.registrar"].get(f"/cases?{query}"), 422)


@pytest.mark.parametrize(
    "number", ["%00", "%ff%fe", "..", "'", "WX%2F1", "%F0%9F%8F%AE", "x" * 5000, "%0A", "1e400", "-1"]
)
def test_odd_numbers_are_unknown(staff: Staff, number: str) -> None:
    desk = staff["desk.registrar"]
    for path in (f"/cases/{number}", f"/cases/{number}/record", f"/cases/{number}/sources", f"/units/{number}"):
        problem(desk.get(path), 404)
    for path in (f"/duties/{number}/explanation", f"/attachments/{number}", f"/regulations/{number}/clauses"):
        problem(desk.get(path), 404)
    problem(desk.post(f"/cases/{number}/acts/accept"), 404)


def test_numbers_beyond_everything(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    for id in ("9" * 18, "9" * 19, "9" * 400, "0", "²"):
        problem(desk.get(f"/duties/{id}/explanation"), 404)
        problem(desk.get(f"/attachments/{id}"), 404)
    for id in (10**18, 10**30, -1):
        form = {**filled(Act.REGISTER, staff.town, NOW), "attachments": [id]}
        assert problem(desk.post("/cases", form), 409)["field"] == "attachments"
    assert desk.get("/regulations/wendeng-2021-10/clauses?version=1").status_code == 200
    problem(desk.get("/regulations/wendeng-2021-10/clauses?version=7"), 404)


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!", "W10", "WzFd" * 40, "WzFlOTk5XQ", "Wy0xXQ", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "游标", "A" * 500],
)
def test_cursors_that_we_never_wrote(staff: Staff, cursor: str) -> None:
    problem(
        staff["desk.registrar"].get("/cases") if not cursor else staff["desk.registrar"].get(f"/cases?cursor={cursor}"),
        422,
    )
    problem(staff["desk.registrar"].get(f"/duties?cursor={cursor}"), 422)


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+08:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "2025-03-03T09:00:00",
        "2025-02-30T09:00:00Z",
        "now",
        -1e300,
        1e300,
        10**18,
        [],
        None,
    ],
)
def test_moments_out_of_this_world(staff: Staff, moment: object) -> None:
    desk = staff["desk.registrar"]
    for path, form in (
        ("/cases", {**filled(Act.REGISTER, staff.town, NOW), "received_at": moment}),
        ("/training/clock", {"to": moment}),
    ):
        if moment is None and path == "/cases":
            continue
        problem(desk.post(path, form), 422)
    number = staff.walk(Act.DISPATCH)
    if moment is not None:
        problem(staff.do(number, Act.REQUEST_RETURN, contacted_at=moment), 422)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2025-02-30", "x", 10**12])
def test_days_out_of_this_world(staff: Staff, day: object) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN)
    problem(staff.do(number, Act.HANG, review_on=day), 422)
    problem(staff.do(number, Act.HANG, review_on="2099-01-01"), 409)


@pytest.mark.parametrize("span", ["P9999999D", "P99999999999999D", "x", "", [], 1e300, "-P1D", "P0D"])
def test_spans_out_of_this_world(staff: Staff, span: object) -> None:
    response = staff["desk.registrar"].post("/training/clock", {"advance": span})
    assert response.status_code in (409, 422)
    problem(response, response.status_code)


def test_paths_and_methods_that_are_not_there(staff: Staff) -> None:
    desk = staff["desk.registrar"]
    for path in (
        "",
        "/",
        "/nothing",
        "/cases/",
        "/cases/X/acts",
        "/cases//record",
        "/cases/X/acts/fly",
        "/cases/X/acts/archive",
    ):
        problem(desk.get(path), 404)
        problem(desk.post(path), 404)
    said = desk.client.delete("/api/v1/cases", headers=desk.headers({}))
    problem(said, 405)
    assert said["Allow"] == "GET, POST"
    assert problem(desk.get("/cases/X/acts/accept"), 405)
    problem(Client().get("/api/v2/cases"), 404)
    problem(Client().get("/api/"), 404)


class _Refuses(Exception):
    """What psycopg says when two writers waited for each other."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "57P01"])
def test_a_database_that_cannot_answer_is_told(staff: Staff, monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    """What others in the way are tried for stands in the races; here nothing helped."""
    form, desk = filled(Act.REGISTER, staff.town, NOW), staff["desk.registrar"]

    def failing(*_: object) -> object:
        raise OperationalError(sqlstate) from _Refuses(sqlstate)

    with monkeypatch.context() as patched:
        patched.setattr(door, "_carry_out", failing)
        response = desk.post("/cases", form)
    problem(response, 503)
    assert response["Retry-After"] == "1"
    assert desk.post("/cases", form).status_code == 201


def test_the_clock_of_a_real_jurisdiction_stands_still(db: None) -> None:
    from tests.towns import found

    town = found("real", "wendeng-2021-10", prefix="RL", training=False)
    said = problem(Staff(town)["unit.head"].post("/training/clock", {"advance": "P1D"}), 409)
    assert "正式环境" in str(said["detail"])


def test_a_received_moment_in_the_future_is_refused(staff: Staff) -> None:
    later = (NOW + timedelta(days=1)).isoformat()
    said = problem(
        staff["desk.registrar"].post("/cases", {**filled(Act.REGISTER, staff.town, NOW), "received_at": later}), 409
    )
    assert said["field"] == "received_at"
