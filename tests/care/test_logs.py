"""What is logged tells what happened and never whom it was about."""

import json
import logging
import re
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from bihuan.config.logs import JsonLines
from bihuan.text.folding import fold
from tests.startup.conftest import Start, place, start  # noqa: F401  fixtures
from tests.startup.running import Running, eventually
from tests.startup.test_lifecycle_through_kills import _in_the_installation
from tests.towns import PASSWORD
from tests.waits import LATE, somebody_waits, until
from tests.walks import REQUEST

NAME, PHONE, TITLE, STREET = "欧阳寻踪", "13987650421", "井盖松动夜里绊倒行人", "柳荫巷四十七号"
PERSONAL = {"name": NAME, "phone": PHONE, "title": TITLE, "address": STREET, "content": f"{TITLE}，{NAME}来电。" * 3}
TYPED = (NAME, PHONE, TITLE, STREET, "欧阳", "13987650", "绊倒")


@pytest.fixture
def running(start: Start) -> Running:  # noqa: F811
    return start(more={"BIHUAN_LOG": "INFO", "BIHUAN_ACCESS_LOG": "1"}).until_ready()


def logged(running: Running) -> dict[str, str]:
    """Every log of the installation, and what it said on the console."""
    found = {p.name: p.read_text(errors="replace") for p in (running.home / "logs").iterdir()}
    return found | {"console": running.said()}


def lines(running: Running) -> list[dict[str, Any]]:
    text = (running.home / "logs" / "server.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_story_with_errors_leaves_nothing_personal_in_any_log(running: Running) -> None:
    settled = _in_the_installation(running, "-m", "tests.startup.settle")
    assert settled.returncode == 0, settled.stderr
    town = json.loads(settled.stdout)
    head = {"Authorization": f"Bearer {town['tokens']['desk.registrar']}"}
    form = {"channel": town["channel"], **REQUEST, **PERSONAL}
    with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=LATE) as client:
        made = client.post("/api/v1/cases", json=form, headers=head)
        assert made.status_code == 201, made.text
        number = made.json()["number"]
        client.post("/api/v1/cases", json={**form, "phone": [PHONE], NAME: 1}, headers=head)
        client.post("/api/v1/cases", content=json.dumps(form).encode()[:-3], headers=head)
        client.get("/api/v1/cases", params={"q": NAME, "phone": PHONE}, headers=head)
        client.get(f"/{NAME}/{PHONE}")
        page = client.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token
        said = {"csrfmiddlewaretoken": token[1], "account": PHONE, "password": NAME}
        client.post("/sign-in/", data=said)
        client.post("/sign-in/", data={"account": PHONE})
        _slowly(running, lambda: client.post("/api/v1/cases", json={**form, "title": TITLE + "二"}, headers=head))
        with running.connect() as connection:
            connection.execute("ALTER TABLE requesters_requester RENAME TO elsewhere")
            failed = client.post("/api/v1/cases", json=form, headers={**head, "X-Request-ID": "told-by-the-proxy"})
            connection.execute("ALTER TABLE organisations_person RENAME TO nobody")
            page_failed = client.post("/sign-in/", data=said)

    assert failed.status_code in (500, 503)
    assert failed.headers["X-Request-ID"] == "told-by-the-proxy" == failed.json()["request"]
    assert page_failed.status_code == 500
    assert page_failed.headers["X-Request-ID"] in page_failed.text
    assert eventually(lambda: any(line.get("status") == 500 for line in lines(running)))
    for file, text in logged(running).items():
        for secret in (*TYPED, number):
            assert secret not in text, f"{secret} in {file}"
            assert json.dumps(secret)[1:-1] not in text, f"{secret} in {file}"
    assert "duration: " in logged(running)["postgres.log"]

    told = lines(running)
    errors = [line for line in told if line.get("error") and line["request"] == "told-by-the-proxy"]
    assert any("UndefinedTable" in e["type"] or e.get("sqlstate") == "42P01" for e in errors[0]["error"])
    assert any("bihuan/" in frame for e in errors[0]["error"] for frame in e["at"])
    accesses = [line for line in told if line["logger"] == "bihuan.access"]
    assert {line["route"] for line in accesses} >= {"sign-in/", "-"}
    assert any(line.get("account") == "kt.desk.registrar" and line["status"] == 201 for line in accesses)


SEARCHED = ("绊倒行人", "柳荫巷四十七号", "欧陽寻踪", "１３９-８７６５０４２１", "四十七 绊倒")


def test_a_log_of_every_statement_holds_no_word_that_was_searched_for(running: Running) -> None:
    settled = _in_the_installation(running, "-m", "tests.startup.settle")
    assert settled.returncode == 0, settled.stderr
    town = json.loads(settled.stdout)
    head = {"Authorization": f"Bearer {town['tokens']['desk.registrar']}"}
    with _superuser(running) as server:
        server.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        server.execute("SELECT pg_reload_conf()")
    with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=LATE) as client:
        form = {"channel": town["channel"], **REQUEST, **PERSONAL, "place": STREET}
        assert client.post("/api/v1/cases", json=form, headers=head).status_code == 201
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/sign-in/").text)
        assert token
        said = {"csrfmiddlewaretoken": token[1], "account": "kt.desk.registrar", "password": PASSWORD}
        assert client.post("/sign-in/", data=said).status_code == 302
        for _ in range(4):  # by then other statements are kept planned
            for words in SEARCHED:
                for path in ("cases", "matters", "linkages", "whistles"):
                    found = client.get(f"/api/v1/{path}", params={"words": words}, headers=head)
                    assert found.status_code == 200, found.text
                asked = {"q": words, "place": words}
                for path in ("/cases/", "/cases/count/", "/matters/", "/joint/", "/places/"):
                    assert client.get(path, params=asked | {"place_code": words}).status_code == 200, path
                form = {"csrfmiddlewaretoken": client.cookies["csrftoken"], "title": words, "content": words}
                assert client.post("/cases/new/beside/", data=form).status_code == 200
        assert client.get("/api/v1/cases", params={"words": SEARCHED[0]}, headers=head).json()["items"]
    log = logged(running)["postgres.log"]
    assert log.count("grams @>") > len(SEARCHED)
    for secret in (*TYPED, *SEARCHED, fold(SEARCHED[2]), fold(SEARCHED[3])):
        assert secret not in log, secret


def _superuser(running: Running) -> psycopg.Connection[tuple[object, ...]]:
    password = (running.home / "postgres.key").read_text().strip()
    with running.connect() as connection:
        host = connection.info.host
    return psycopg.connect(host=host, user="postgres", password=password, dbname="postgres", autocommit=True)


def _slowly(running: Running, act: Any) -> None:
    """Let an act wait so long for the database that PostgreSQL notes its statement."""
    worker = threading.Thread(target=act)
    with running.connect() as connection, connection.transaction():
        connection.execute("LOCK requesters_requester IN ACCESS EXCLUSIVE MODE")
        worker.start()
        until(lambda: somebody_waits(since=timedelta(seconds=2.1), on=connection))
    worker.join(LATE)


def _formatted(logger: str, message: object, *args: object, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord(logger, logging.ERROR, "x.py", 1, message, args, more.get("exc_info"))
    for name, value in more.get("extra", {}).items():
        setattr(record, name, value)
    found: dict[str, Any] = json.loads(JsonLines().format(record))
    return found


def test_an_exception_tells_its_type_and_place_but_not_its_text() -> None:
    try:
        try:
            int(PHONE + "x")
        except ValueError as error:
            raise RuntimeError(f"{NAME} {PHONE}") from error
    except RuntimeError:
        told = _formatted("bihuan.api", "an endpoint failed", exc_info=sys.exc_info())
    assert [e["type"] for e in told["error"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_logs.py" in told["error"][0]["at"][0]
    assert PHONE not in json.dumps(told)


@pytest.mark.parametrize(
    ("logger", "message", "args"),
    [
        ("django.request", "%s: %s", ("Not Found", f"/cases/{PHONE}/")),
        ("psycopg.pool", "error connecting in %r: %s", ("pool-1", psycopg.OperationalError(PHONE))),
        ("bihuan.api.problems", "the database could not answer: %s", (psycopg.DataError(PHONE),)),
        ("urllib3", "%(phone)s called", ({"phone": PHONE},)),
        ("django.security.DisallowedHost", ValueError(PHONE), ()),
        ("procrastinate.worker", f"Job tell[1](phone='{PHONE}') ended with status: Error", ()),
    ],
)
def test_what_others_log_loses_its_words(logger: str, message: object, args: tuple[object, ...]) -> None:
    assert PHONE not in json.dumps(_formatted(logger, message, *args))


def test_a_job_is_named_by_task_and_number() -> None:
    job = {"task_name": "clockwork.sweep", "id": 7, "task_kwargs": {"phone": PHONE}}
    told = _formatted("procrastinate.worker", f"Job {PHONE}", extra={"action": "job_error", "job": job})
    assert told["message"] == "job job_error clockwork.sweep 7"


def test_every_line_of_the_server_is_json(running: Running) -> None:
    assert running.get("/readyz") == 200
    assert all(line["level"] for line in lines(running))
    assert Path(running.home / "logs" / "server.log").stat().st_size > 0
