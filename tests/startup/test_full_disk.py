"""F67. A full disk: one reads on, writing is refused in words, nothing acknowledged is lost, and it ends by itself."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.startup.clients import Client, letter, settled
from tests.startup.conftest import Start
from tests.startup.running import Running, eventually, parent_of
from tests.towns import PASSWORD

SIZE = 640
"""Megabytes of the small disk: a database, its log and some room."""


@pytest.fixture
def small(place: Path, start: Start) -> Iterator[Path]:
    """A disk of its own for `start("disk/…")`, so small that it can be filled."""
    if os.geteuid() != 0:
        pytest.skip("to have a small disk takes root")
    disk = place / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=0755", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Every byte of it."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass
    assert os.statvfs(disk).f_bavail == 0
    return ballast


def processes(running: Running) -> set[int]:
    """Those that answer."""
    server = running.pid_of("server")
    return {pid for pid in running.everything() if parent_of(pid) == server}


def test_where_the_disk_is_full_everybody_reads_and_whoever_writes_is_told(start: Start, small: Path) -> None:
    running = start("disk/data").until_ready()
    told = settled(running)
    client = Client(running, told["tokens"]["desk.registrar"])
    status, said = client.page("/sign-in/")
    assert status == 200, said
    signed_in, _ = client.page("/sign-in/", {"account": "kt.desk.registrar", "password": PASSWORD})
    assert signed_in == 200, (running.home / "logs" / "server.log").read_text()
    status, said = client.ask("/cases", letter(told["channel"], "路灯不亮"))
    assert status == 201, said
    kept = json.loads(said)["number"]
    before = processes(running)

    ballast = fill(small)
    for n in range(30):
        for path in ("/healthz", "/readyz", "/metrics", "/sign-in/", "/"):
            assert client.page(path)[0] == 200, (path, n)
        assert client.ask(f"/cases/{kept}")[0] == 200
        status, said = client.ask("/cases", letter(told["channel"], "井盖松动"))
        assert status == 507, said
        assert "存储空间已满" in json.loads(said)["detail"]
    status, said = client.page("/cases/new/", {"title": "井盖松动"})
    assert status in (422, 507), said
    status, said = client.page("/p/kt/submit/", {"title": "井盖松动"})
    assert status in (404, 507)
    new = Client(running, "")
    new.page("/sign-in/")
    status, said = new.page("/sign-in/", {"account": "kt.desk.dispatcher", "password": PASSWORD})
    assert status in (200, 507), said
    assert before
    assert processes(running) == before

    ballast.unlink()
    assert eventually(lambda: client.ask("/cases", letter(told["channel"], "井盖松动"))[0] == 201)
    assert client.ask(f"/cases/{kept}")[0] == 200
    assert running.stop() == 0
