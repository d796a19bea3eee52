"""`bihuan up` starts everything by each way to a server, and stops all of it."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.cli.worker import NICENESS
from bihuan.startup import postgres
from tests.startup.conftest import Start
from tests.startup.running import alive, eventually, free_port
from tests.waits import LATE

HAS_SYSTEM = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
WAYS = [
    "url",
    pytest.param("system", marks=pytest.mark.skipif(not HAS_SYSTEM, reason="no PostgreSQL under /usr/lib/postgresql")),
    "wheel",
]


@pytest.fixture
def how(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """How to start by the way that the test asks for; the url's server is one of our own."""
    if request.param != "url":
        yield {"way": request.param}
        return
    with postgres.temporary(None) as url:
        yield {"way": "url", "url": url}


@pytest.mark.parametrize("how", WAYS, indirect=True)
def test_it_starts_serves_stops_and_finds_its_data_again(start: Start, how: dict[str, str]) -> None:
    first = start(**how).until_ready()
    manifest = json.loads((first.home / "static" / "staticfiles.json").read_text())["paths"]
    assert first.get("/static/" + manifest["lib/@tabler/core/dist/css/tabler.min.css"]) == 200
    assert first.get("/metrics") == 200
    assert first.get("/healthz") == 200
    with first.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    worker = first.pid_of("worker")
    assert worker is not None
    assert eventually(lambda: os.getpriority(os.PRIO_PROCESS, worker) >= NICENESS), "jobs give way to pages"
    processes = first.everything()
    assert len(processes) >= 4
    assert first.stop(signal.SIGINT) == 0
    assert [pid for pid in processes if alive(pid)] == []

    second = start(**how).until_ready()
    with second.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert second.stop(signal.SIGTERM) == 0


def test_two_run_side_by_side_and_a_third_in_their_place_is_refused(start: Start) -> None:
    long = "-".join(["一个很长的目录名"] * 4)
    one, other = start("one"), start(long)
    one.until_ready()
    other.until_ready()
    with one.connect() as connection:
        connection.execute("CREATE TABLE only_here ()")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    with other.connect() as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    _everything_is_closed_to_others(one.home)

    again = start("one")
    assert again.process.wait(LATE) == 1
    assert "正由另一个闭环进程使用" in again.said()
    beside = subprocess.run(  # what is running keeps its figures and its turns
        [sys.executable, "-m", "bihuan.cli.main", "serve", "--port", str(free_port())],
        env=one.env,
        capture_output=True,
        text=True,
        timeout=LATE,
        check=False,
    )
    assert (beside.returncode, "已有一个网站在运行" in beside.stderr) == (1, True)
    elsewhere = start("elsewhere", port=one.port)
    assert elsewhere.process.wait(LATE) == 1
    assert f"端口 {one.port} 不可用" in elsewhere.said()
    assert one.get("/readyz") == 200


def _everything_is_closed_to_others(home: Path) -> None:
    secrets = ["secret.key", "identity.key", "database.key", "postgres.key", "database-url"]
    assert {name: stat.S_IMODE((home / name).stat().st_mode) for name in secrets} == dict.fromkeys(secrets, 0o600)
    folders = ["", "postgres", "postgres-socket", "static"]
    assert {name: stat.S_IMODE((home / name).stat().st_mode) for name in folders} == dict.fromkeys(folders, 0o700)


@pytest.mark.parametrize(("how", "words"), [({"way": "url"}, "需要 DATABASE_URL"), ({"way": "cloud"}, "无效")])
def test_a_way_that_cannot_be_gone_is_refused_in_words(start: Start, how: dict[str, str], words: str) -> None:
    running = start(**how)
    assert running.process.wait(LATE) == 1
    assert words in running.said()


def test_stopping_in_the_middle_of_the_start_leaves_no_process(start: Start) -> None:
    interrupted = start()
    assert eventually(lambda: (interrupted.home / "database-url").exists())
    processes = interrupted.everything()
    interrupted.stop(signal.SIGINT)
    assert [pid for pid in processes if alive(pid)] == []
    assert "闭环已启动" not in interrupted.said()


def test_the_demo_tells_the_address_of_this_start(start: Start, place: Path) -> None:
    told = {"address": "http://127.0.0.1:1", "password": "shown", "accounts": []}
    (place / "data").mkdir()
    (place / "data" / "demo.json").write_text(json.dumps(told))
    running = start("data").until_ready()
    found = json.loads((running.home / "demo.json").read_text())
    assert found == {**told, "address": f"http://127.0.0.1:{running.port}"}
