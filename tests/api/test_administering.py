"""What the pages of the administration do, a system does: by the same commands, with the same refusals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from xlsxwriter import Workbook

from bihuan.access.models import Factor
from bihuan.audit.queries import verify
from bihuan.care.workbook import running
from bihuan.organisations import clocks, commands, queries
from bihuan.organisations.models import Person
from tests.api.clients import BASE, Api, Staff
from tests.api.test_problems import problem
from tests.towns import FOUNDER, START, found, settle

SOON = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
LATER = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"


@pytest.fixture
def chief(staff: Staff, settings: Settings, tmp_path: Path) -> Api:
    """A system that signs as the administrator."""
    settings.DATA_FOLDER = tmp_path / "data"
    settle(staff.town.code, staff.town.desk, "chief", "administrator")
    return staff["chief"]


def test_a_unit_is_set_up_with_its_people_and_let_to_work(chief: Api) -> None:
    types = {row["label"]: row["code"] for row in chief.get("/unit-types").json()["items"]}
    posts = {row["label"]: row["code"] for row in chief.get("/posts").json()["items"]}
    made = chief.post("/units", {"code": "wd.park", "name": "园林局", "type": types["区直部门"]})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/units/wd.park")
    problem(chief.post("/units", {"code": "wd.park", "name": "园林局", "type": types["区直部门"]}), 409)
    problem(chief.post("/units/wd.park/activate"), 409)
    for label in ("主要负责人", "分管负责人", "经办人"):
        account = f"wd.park.{posts[label]}"
        assert chief.post("/people", {"name": label, "account": account}).status_code == 201
        said = {"account": account, "post": posts[label], "from_on": "2025-03-01"}
        held = chief.post("/units/wd.park/appointments", said)
        assert (held.status_code, held.json()["in_force"]) == (201, True), held.content.decode()
    assert chief.post("/units/wd.park/activate").json()["unit"]["active"] is True
    changed = chief.post("/units/wd.park/change", {"name": "园林中心", "parent": "wd.unit", "basis": "批复"})
    assert (changed.json()["unit"]["name"], changed.json()["unit"]["parent"]) == ("园林中心", "wd.unit")
    said = {"account": "wd.park.handler", "post": posts["经办人"], "until_on": SOON, "successor": "wd.park.head"}
    assert chief.post("/units/wd.park/vacate", said).json()["in_force"] is True
    rows = chief.get("/units/wd.park/appointments").json()["items"]
    assert [(r["account"], r["until_on"]) for r in rows if r["post"] == posts["经办人"]] == [
        ("wd.park.head", None), ("wd.park.handler", SOON),
    ]  # fmt: skip
    problem(chief.get("/units/nowhere/appointments"), 404)
    assert verify("wd").clean


def kept() -> str:
    """Everything that stands in any table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        told = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            told.append(str(cursor.fetchone()[0]))
    return "\n".join(told)


def test_a_one_time_password_is_told_once_and_kept_nowhere(chief: Api) -> None:
    said = {"name": "新来的人", "account": "wd.newcomer"}
    first = chief.post("/people", said, Idempotency_Key="new")
    again = chief.post("/people", said, Idempotency_Key="new")
    once = first.json()["password"]
    assert Person.objects.get(account="wd.newcomer").check_password(once)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == {"account": "wd.newcomer", "password": None}
    given = chief.post("/people/wd.newcomer/password", Idempotency_Key="given")
    assert given.json()["password"] not in (None, once)
    assert chief.post("/people/wd.newcomer/password", Idempotency_Key="given").json()["password"] is None
    assert Person.objects.get(account="wd.newcomer").check_password(given.json()["password"])
    everything = kept()
    assert once not in everything
    assert given.json()["password"] not in everything


def test_what_is_kept_for_a_repeat_holds_no_password(chief: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is sealed under the key: it is read before it is."""
    sealed: list[str] = []
    from bihuan.record.keeping import Sealing

    close = Sealing.close
    monkeypatch.setattr(Sealing, "close", lambda self, text: sealed.append(text) or close(self, text))
    once = chief.post("/people", {"name": "某人", "account": "wd.some"}, Idempotency_Key="k").json()["password"]
    assert len(sealed) == 1
    assert '"password":null' in sealed[0]
    assert once not in sealed[0]


def test_an_account_goes_in_and_out(chief: Api) -> None:
    assert chief.post("/people", {"name": "某人", "account": "wd.some"}).status_code == 201
    problem(chief.post("/people", {"name": "某人", "account": "wd.some"}), 409)
    assert {row["account"] for row in chief.get("/people").json()["items"]} >= {"wd.some", "wd.chief"}
    problem(chief.post("/people/wd.unit.head/close"), 409)
    assert chief.post("/people/wd.some/close").json()["active"] is False
    problem(chief.post("/people/wd.some/close"), 409)
    problem(chief.post("/people/wd.nobody/close"), 404)
    handler = Api("wd.unit.handler")
    assert handler.get("/units").status_code == 200
    assert chief.post("/people/wd.unit.handler/sign-out").status_code == 200
    assert handler.get("/units").status_code == 401
    rows = {row["account"]: row for row in chief.get("/accounts").json()["items"]}
    assert (rows["wd.unit.handler"]["tokens"], rows["wd.some"]["active"]) == ([], False)


def test_a_powerful_post_waits_for_a_second_person(db: None) -> None:
    town = found("wf", "wendeng-2021-10", prefix="WF", training=False)
    for short in ("one", "two"):
        settle("wf", town.desk, short, "administrator")
    commands.enter_person(jurisdiction="wf", account="wf.new", name="新人", password="x", actor=FOUNDER, now=START)
    for person in Person.objects.filter(jurisdiction_id="wf"):
        Factor.objects.create(person=person, sealed=b"", begun_at=START, confirmed_at=START)
    one, two, head = Api("wf.one"), Api("wf.two"), Api("wf.unit.head")
    said = {"account": "wf.new", "post": "dispatcher", "from_on": SOON}
    told = one.post(f"/units/{town.desk}/appointments", said)
    assert (told.status_code, told.json()["in_force"]) == (201, False), told.content.decode()
    (row,) = one.get("/proposals").json()["items"]
    assert (row["account"], head.get("/proposals").json()["items"]) == ("wf.new", [])
    problem(one.post(f"/proposals/{row['id']}/confirm"), 409)
    problem(head.post(f"/proposals/{row['id']}/drop"), 409)
    assert two.post(f"/proposals/{row['id']}/confirm").json()["items"] == []
    problem(two.post(f"/proposals/{row['id']}/confirm"), 409)
    problem(two.post("/proposals/0/drop"), 404)
    assert [r.account for r in queries.appointments("wf", now=START, account="wf.new")] == ["wf.new"]


def test_the_responsibility_list(chief: Api) -> None:
    said = {"code": "甲/1", "matter": "路灯", "lead": "wd.unit", "basis": "三定", "from_on": "2025-03-01"}
    assert chief.post("/responsibilities", said).status_code == 201
    problem(chief.post("/responsibilities", said), 409)
    amended = chief.post("/responsibilities/amend", {**said, "matter": "路灯和井盖", "from_on": SOON})
    assert [row["matter"] for row in amended.json()["items"]] == ["路灯和井盖", "路灯"]
    ended = chief.post("/responsibilities/end", {"code": "甲/1", "until_on": LATER, "reason": "并入"})
    assert [row["until_on"] for row in ended.json()["items"]] == [LATER, SOON]
    problem(chief.post("/responsibilities/end", {"code": "甲/1", "until_on": LATER, "reason": "并入"}), 404)


def test_the_list_of_places(chief: Api) -> None:
    listed = [{"code": "3710", "name": "某市"}, {"code": "371081", "name": "某区"}]
    assert chief.post("/places/load", {"places": listed}).json() == {"added": 2, "renamed": 0, "ended": 0, "same": 0}
    problem(chief.post("/places/load", {"places": [{"code": "x", "name": "某区"}]}), 422)
    made = chief.post("/places", {"code": "371081001", "name": "某街道"})
    assert (made.status_code, made.json()["full_name"]) == (201, "某市 某区 某街道")
    renamed = chief.post("/places/371081/rename", {"name": "新区", "basis": "批复"})
    assert renamed.json()["full_name"] == "某市 新区"
    assert chief.post("/places/371081/end", {"reason": "撤并"}).status_code == 200
    assert [row["code"] for row in chief.get("/places").json()["items"]] == ["3710"]
    assert chief.post("/places/load", {"places": listed[:1], "complete": True}).json()["same"] == 1


def test_the_calendar_and_the_limits(chief: Api) -> None:
    assert chief.get("/calendar/2025").json()["provisional"] is False
    problem(chief.get("/calendar/x"), 404)
    notice = {"year": 2036, "notice": "通知", "holidays": "2036-01-01 元旦", "reason": "其余以后通知"}
    foreseen = chief.post("/calendar/preview", notice).json()
    assert (foreseen["moving"], foreseen["difference"]["added"]) == (0, {"2036-01-01": "元旦"})
    assert chief.get("/calendar/2036").json()["items"] == []
    assert chief.post("/calendar", notice).status_code == 201
    assert [row["notice"] for row in chief.get("/calendar/2036").json()["items"]] == ["通知"]
    problem(chief.post("/calendar", {**notice, "holidays": "2035-01-01 元旦"}), 422)
    rule = next(r["rule"] for r in chief.get("/limits").json()["items"] if r["name"] == "sign_in")
    said = {"rule": rule, "limit": "9wh", "from_on": SOON, "reason": "试行", "basis": "纪要"}
    adjusted = chief.post("/limits", said).json()["adjusted"]
    assert [(row["rule"], row["limit"], row["until_on"]) for row in adjusted] == [(rule, "9wh", None)]
    problem(chief.post("/limits", {**said, "rule": "nothing|||"}), 409)
    ended = chief.post(f"/limits/{adjusted[0]['id']}/end", {"until_on": LATER, "reason": "期满"}).json()["adjusted"]
    assert ended[0]["until_on"] == LATER
    problem(chief.post("/limits/0/end", {"until_on": LATER, "reason": "期满"}), 404)


def test_another_version_is_looked_at_before_it_is_taken_up(chief: Api) -> None:
    before = chief.get("/regulations/versions").json()
    said = {"pack": "wendeng-2021-10/9", "from_on": SOON, "basis": "文号", "approver": "某区长"}
    problem(chief.post("/regulations/versions/preview", said), 409)
    assert chief.get("/regulations/versions").json() == before


def test_the_city_as_one_workbook(chief: Api, tmp_path: Path) -> None:
    assert {row["weight"] for row in chief.get("/opening").json()["items"]} >= {"failure"}
    out = chief.get("/workbook/export")
    assert out.status_code == 200
    brought = tmp_path / "city.xlsx"
    with Workbook(brought) as book:
        for name, lines in (
            ("人员", [("账号", "姓名"), ("wd.brought", "某人")]),
            ("地点", [("代码", "名称"), ("99", "区")]),
        ):
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)

    def sent(data: bytes, query: str = "", **headers: str) -> object:
        (tmp_path / "sent.xlsx").write_bytes(data)
        with (tmp_path / "sent.xlsx").open("rb") as file:
            path = f"{BASE}/workbook{query}"
            return chief.client.post(path, {"file": file}, headers=chief.headers(headers))

    def became(answer: object) -> dict[str, object]:
        told = answer.json()
        assert (answer.status_code, told["state"], told["passwords"]) == (201, "waiting", [])
        running.carry(told["id"], at=clocks.real())
        done = chief.get(f"/workbook/runs/{told['id']}").json()
        assert done["lines"] == done["of"]
        return done

    standing = became(sent(b"".join(out.streaming_content)))
    assert ({row["added"] for row in standing["sheets"]}, standing["state"]) == ({0}, "done")
    looked = became(sent(brought.read_bytes()))
    assert (looked["dry_run"], looked["passwords"], looked["sheets"][0]["added"]) == (True, [], 1)
    assert {row["weight"] for row in looked["lacks"]} >= {"failure"}
    said = {"query": "?dry_run=false", "Idempotency-Key": "book"}
    first, again = sent(brought.read_bytes(), **said), sent(brought.read_bytes(), **said)
    assert again.json() == first.json()
    done = became(first)
    (told,) = done["passwords"]
    assert (told["account"], told["units"]) == ("wd.brought", [])
    assert Person.objects.get(account="wd.brought").check_password(told["password"])
    assert chief.get(f"/workbook/runs/{done['id']}").json() == done, "it is kept for a day"
    problem(chief.get(f"/workbook/runs/{'0' * 32}"), 404)
    problem(chief.get("/workbook/runs/../secret"), 404)
    assert chief.post(f"/workbook/runs/{done['id']}/drop").json()["passwords"] == []
    problem(chief.get(f"/workbook/runs/{done['id']}"), 404)
    with Workbook(brought) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, ("账号", "姓名", "备注"))
        sheet.write_row(1, 0, ("wd.brought", "另一个人", "x"))
    wrong = became(sent(brought.read_bytes(), query="?dry_run=false"))
    assert [(one["sheet"], one["cell"]) for one in wrong["wrong"]] == [("人员", "B2")]
    assert [one["cell"] for one in wrong["left"]] == ["C列"]
    none = sent(b"not a workbook").json()
    running.carry(none["id"], at=clocks.real())
    stopped = chief.get(f"/workbook/runs/{none['id']}").json()
    assert (stopped["state"], "不是工作簿" in stopped["trouble"]) == ("stopped", True)
