"""A system brings a table of letters as its registrar does on a page: looked through, agreed to, registered (F64)."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from bihuan.cases.models import Case
from bihuan.intake import queries as intake
from bihuan.mailbags import commands, queries
from bihuan.mailbags.models import Mailbag
from bihuan.mailbags.types import MOST_OPEN, State
from bihuan.organisations import clocks
from bihuan.organisations import queries as organisations
from bihuan.record import queries as record
from tests.api.clients import BASE, Api, Staff
from tests.api.test_problems import problem
from tests.mailbags.desks import ALSO, BAD, GOOD, HEADINGS, Worker, table
from tests.towns import found_desk, give_channel
from tests.walls.roles import as_a_job, as_the_site


@pytest.fixture
def shelf(shelf: Any, settings: Settings) -> None:
    settings.DATA_FOLDER = shelf.parent


@pytest.fixture
def worker(db: None, shelf: None) -> Worker:
    return Worker()


def send(client: Api, content: bytes, channel: str = "hotline", name: str = "来件.csv", **headers: str) -> Any:
    """Upload a table; answers the response."""
    said = client.headers({header.replace("_", "-"): value for header, value in headers.items()})
    return client.client.post(
        f"{BASE}/mailbags?channel={channel}", {"file": SimpleUploadedFile(name, content)}, headers=said
    )


def brought(staff: Staff, worker: Worker, *lines: str) -> dict[str, Any]:
    """A table that was looked through, as it is told."""
    answer = send(staff["desk.registrar"], table(*lines), staff.town.channel)
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["state"] == "checking"
    worker.work()
    said: dict[str, Any] = staff["desk.registrar"].get(answer["Location"].removeprefix(BASE)).json()
    return said


def lines(answer: Any) -> list[list[Any]]:
    """The lines of a workbook that was fetched."""
    assert answer.status_code == 200, answer.content.decode()
    return CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()


def test_a_table_is_brought_looked_through_agreed_to_and_its_receipts_are_fetched(staff: Staff, worker: Worker) -> None:
    desk = staff["desk.registrar"]
    with as_the_site():
        one = send(desk, table(HEADINGS, GOOD, ALSO, BAD), staff.town.channel).json()
    with as_a_job():
        worker.work()
    with as_the_site():
        said = desk.get(f"/mailbags/{one['id']}").json()
    assert (said["table"]["state"], said["table"]["may"]) == ("ready", True)
    assert [said["table"][name] for name in ("lines", "registered", "known", "rejected")] == [3, 2, 0, 1]
    assert [column["column"] for column in said["columns"]][:2] == ["origin_number", "title"]
    assert said["rejected"][0]["line"] == 4
    assert "昨天" in said["rejected"][0]["reason"]
    assert not Case.objects.exists(), "a look registers nothing"
    assert [row[0] for row in lines(desk.get(f"/mailbags/{one['id']}/rejects"))[1:]] == ["4"]
    with as_the_site():
        asked = desk.post(f"/mailbags/{one['id']}/register", {"round": said["table"]["round"]})
    assert (asked.status_code, asked.json()["state"]) == (200, "registering")
    with as_a_job():
        worker.work()
    with as_the_site():
        told = desk.get(f"/mailbags/{one['id']}").json()["table"]
        codes = lines(desk.post(f"/mailbags/{one['id']}/receipts"))
    assert (told["state"], told["registered"], told["receipts"]) == ("done", 2, True)
    assert codes[0] == ["渠道原编号", "工单号", "查询码"]
    for _origin, number, code in codes[1:]:
        assert intake.requester_of(staff.town.code, str(number), str(code))
    assert {str(row[1]) for row in codes[1:]} == set(Case.objects.values_list("number", flat=True))
    kinds = [event.kind for event in record.events(f"jurisdiction:{staff.town.code}")]
    assert kinds.count("mailbags.receipts-fetched") == 1
    lines(desk.post(f"/mailbags/{one['id']}/receipts", Idempotency_Key="again"))
    kinds = [event.kind for event in record.events(f"jurisdiction:{staff.town.code}")]
    assert kinds.count("mailbags.receipts-fetched") == 2, "every fetching of query codes is recorded"


def test_columns_are_said_otherwise_and_an_older_look_is_not_agreed_to(staff: Staff, worker: Worker) -> None:
    said = brought(staff, worker, "编号,详情,内容", "1001,路灯坏了三天，一直没人修,简述")
    desk, path = staff["desk.registrar"], f"/mailbags/{said['id']}"
    again = desk.post(f"{path}/reading", {"columns": {"1": "content", "2": "ignored"}})
    assert (again.status_code, again.json()["state"], again.json()["round"]) == (200, "checking", 2)
    assert "正在检查" in problem(desk.post(f"{path}/register", {"round": 2}), 409)["detail"]
    worker.work()
    assert "看过新的结果" in problem(desk.post(f"{path}/register", {"round": 1}), 409)["detail"]
    assert [one["column"] for one in desk.get(path).json()["columns"]] == ["origin_number", "content", "ignored"]
    assert desk.post(f"{path}/register", {"round": 2}).status_code == 200
    assert "不能再改对应关系" in problem(desk.post(f"{path}/reading", {}), 409)["detail"]
    assert "请稍候再删" in problem(desk.post(f"{path}/drop"), 409)["detail"]
    worker.work()
    assert Case.objects.count() == 1


def test_what_cannot_be_understood_is_told_field_by_field(staff: Staff, worker: Worker) -> None:
    said = brought(staff, worker, HEADINGS, GOOD)
    desk, path = staff["desk.registrar"], f"/mailbags/{said['id']}"
    for body in ({"columns": {"1": "nothing"}}, {"columns": {"x": "content"}}, {"heading_line": 0}, {"order": "xyz"}):
        assert problem(desk.post(f"{path}/reading", body), 422)["errors"], body
    problem(desk.post(f"{path}/register", {}), 422)
    problem(
        desk.client.post(f"{BASE}/mailbags", {"file": SimpleUploadedFile("a.csv", b"x")}, headers=desk.headers({})), 422
    )
    problem(desk.post(f"/mailbags?channel={staff.town.channel}", {}), 415)
    trouble = brought(staff, worker, "甲,乙", "1,2")
    assert "没有指明哪一列是“诉求内容”" in trouble["table"]["trouble"]
    assert trouble["table"]["may"] is False
    problem(desk.post(f"/mailbags/{trouble['id']}/register", {"round": 1}), 409)


def test_the_bounds_are_those_of_the_page(staff: Staff, worker: Worker, settings: Settings) -> None:
    desk, channel, content = staff["desk.registrar"], staff.town.channel, table(HEADINGS, GOOD)
    settings.ATTACHMENT_LIMIT = 200
    problem(send(desk, bytes(201), channel), 413)
    assert "文件是空的" in problem(send(desk, b"", channel), 409)["detail"]
    settings.LEAST_FREE = 1 << 60
    assert problem(send(desk, content, channel), 409)["field"] == "file"
    settings.LEAST_FREE = 0
    assert "没有渠道" in problem(send(desk, content, "pigeon"), 409)["detail"]
    problem(send(staff["unit.handler"], content, channel), 409)
    assert not Mailbag.objects.exists()
    kept = [send(desk, content, channel).json()["id"] for _ in range(MOST_OPEN)]
    assert "还没有办完" in problem(send(desk, content, channel), 409)["detail"]
    assert len(list(queries.root().glob("*"))) == MOST_OPEN
    worker.work()
    gone = desk.post(f"/mailbags/{kept[0]}/drop")
    assert (gone.status_code, gone.json()["state"]) == (200, "gone")
    problem(desk.get(f"/mailbags/{kept[0]}"), 404)
    assert send(desk, content, channel).status_code == 201


def test_a_repeat_brings_nothing_twice(staff: Staff, worker: Worker) -> None:
    desk, channel = staff["desk.registrar"], staff.town.channel
    first, again = (send(desk, table(HEADINGS, GOOD), channel, Idempotency_Key="m") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert Mailbag.objects.count() == len(list(queries.root().glob("*"))) == 1
    assert ProcrastinateJob.objects.filter(task_name=commands.CHECK).count() == 1
    problem(send(desk, table(HEADINGS, ALSO), channel, Idempotency_Key="m"), 422)
    problem(send(desk, table(HEADINGS, GOOD), "other", Idempotency_Key="m"), 422)


def test_a_table_is_its_bringers_alone_and_wants_the_scope(staff: Staff, worker: Worker) -> None:
    said = brought(staff, worker, HEADINGS, GOOD, BAD)
    desk, path = staff["desk.registrar"], f"/mailbags/{said['id']}"
    reader = Api("wd.desk.registrar", scopes=("read", "act"), label="办理")
    told = reader.get(path)
    assert (told.status_code, len(told.json()["columns"]), told.json()["rejected"][0]["line"]) == (200, 6, 3)
    assert not [word for word in ("13800001234", "王某", "井盖") if word in told.content.decode()], "cells say who asks"
    assert "13800001234" in desk.get(path).content.decode()
    desk.post(f"{path}/register", {"round": 1})
    worker.work()
    told = desk.get(path)
    assert told.json()["rejected"][0]["line"] == 3
    assert not [word for word in ("13800001234", "王某", "井盖") if word in told.content.decode()], "it lies elsewhere"
    for short in ("desk.dispatcher", "other.handler"):
        stranger = staff[short]
        assert stranger.get("/mailbags").json()["items"] == []
        for where in (path, f"{path}/rejects"):
            problem(stranger.get(where), 404)
        for where, body in (("reading", {}), ("register", {"round": 1}), ("drop", {}), ("receipts", {})):
            problem(stranger.post(f"{path}/{where}", body), 404)
    problem(reader.get(f"{path}/rejects"), 403)
    reader = Api("wd.desk.registrar", scopes=("read",), label="只读")
    assert reader.get(path).status_code == 200
    for where in ("register", "receipts", "drop"):
        problem(reader.post(f"{path}/{where}", {"round": 1}), 403)
    problem(desk.get("/mailbags/0"), 404)


def test_the_list_goes_on_where_it_ended(staff: Staff, worker: Worker) -> None:
    desk = staff["desk.registrar"]
    made = [brought(staff, worker, HEADINGS, GOOD)["id"] for _ in range(3)]
    first = desk.get("/mailbags?limit=2").json()
    rest = desk.get(f"/mailbags?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None
    assert {one["state"] for one in first["items"]} == {State.READY}
    problem(desk.get("/mailbags?cursor=x"), 422)


def test_a_file_whose_time_is_over_is_not_found(staff: Staff, worker: Worker) -> None:
    said = brought(staff, worker, HEADINGS, GOOD, BAD)
    desk, path = staff["desk.registrar"], f"/mailbags/{said['id']}"
    problem(desk.post(f"{path}/receipts"), 404)
    for file in queries.root().glob("*/rejects.xlsx"):
        file.unlink()
    problem(desk.get(f"{path}/rejects"), 404)


def test_whose_desk_takes_the_channel_in_no_more_reads_no_letter_any_more(staff: Staff, worker: Worker) -> None:
    desk, town = staff["desk.registrar"], staff.town
    one = brought(staff, worker, HEADINGS, GOOD, BAD)["table"]["id"]
    here = clocks.here(town.code)
    second = found_desk(town.code, "second", now=here)
    give_channel(town.code, town.channel, second, here, organisations.today(here))
    answer = desk.get(f"/mailbags/{one}")
    said = answer.json()
    assert (answer.status_code, said["columns"], said["rejected"]) == (200, [], []), "how far it is, and no letter"
    assert (said["table"]["may"], bool(said["table"]["trouble"])) == (False, True)
    assert not [word for word in ("13800001234", "王某", "井盖") if word in answer.content.decode()]
