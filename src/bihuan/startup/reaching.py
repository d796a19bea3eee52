"""Who may use a data folder, and how a command of the console reaches its database, whether the site runs or not."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bihuan.startup.binaries import wanted_way
from bihuan.startup.places import data_folder, write_private
from bihuan.startup.postgres import Postgres, wait_until_reachable
from bihuan.startup.trouble import Trouble


def held_alone(home: Path) -> IO[str]:
    """Hold the data folder: two supervisors must not run one database."""
    lock = (home / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise Trouble(f"{home} 正由另一个闭环进程使用；并行运行请另设 BIHUAN_DATA 与 BIHUAN_PORT") from error
    return lock


def given_database() -> str | None:
    """The address of a server that others run, if this installation uses one."""
    way, given = wanted_way(), os.environ.get("DATABASE_URL")
    if way == "url" and not given:
        raise Trouble("BIHUAN_POSTGRES=url 需要 DATABASE_URL")
    return given if given and way in (None, "url") else None


@contextmanager
def database(*, make: bool = False) -> Iterator[str]:
    """The address of the database for as long as the block lasts: given, running, or started for it.

    `make` makes a server of our own where there is none.
    """
    given, home = os.environ.get("BIHUAN_OWNER_URL") or given_database(), data_folder()
    if given:
        wait_until_reachable(given, seconds=10)
        yield given
        return
    if not make and not (home / "postgres").exists():
        raise Trouble(f"{home} 里没有数据库，也没有给出 DATABASE_URL；请检查 BIHUAN_DATA")
    try:
        lock = held_alone(home)
    except Trouble:
        url = (home / "database-url").read_text().strip()
        wait_until_reachable(url, seconds=10)
        yield url
        return
    with lock, _own_server(home) as url:
        yield url


@contextmanager
def _own_server(home: Path) -> Iterator[str]:
    server = Postgres(home, way=wanted_way())
    server.make()
    child = server.start()
    try:
        server.wait(child)
        write_private(home / "database-url", server.url + "\n")
        yield server.url
    finally:
        child.stop(60)
        server.leave()
