"""A site under measurement: a migrated database with one town, served as `bihuan up` serves it."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection
from psycopg.conninfo import make_conninfo
from tests import towns

from bihuan.organisations import commands as organisations
from bihuan.startup import server

PORT = int(os.environ.get("BIHUAN_PORT", "8123"))
PEOPLE = ("desk.registrar", "desk.dispatcher", "desk.reviewer", "desk.caller", "unit.handler", "unit.deputy")


def founded() -> towns.Town:
    """A new town with a random name."""
    name = f"b{secrets.token_hex(3)}"
    prefix = "B" + "".join(secrets.choice("CDEFGHJKLMNPQRSTUVWXYZ") for _ in range(4))
    return towns.found(name, "wendeng-2021-10", prefix=prefix, now=datetime.now(UTC))


def tokens_of(town: towns.Town, people: tuple[str, ...] = PEOPLE) -> dict[str, str]:
    """New tokens of a town's people: short account → token."""
    now = datetime.now(UTC)
    return {
        short: organisations.issue_token(
            account=f"{town.code}.{short}", label="bench", actor=towns.FOUNDER, now=now, at=now
        )
        for short in people
    }


@contextmanager
def database(name: str) -> Iterator[str]:
    """A database of that name beside ours, made where it is missing, in which the block works; answers its address."""
    ours, url = connection.settings_dict["NAME"], os.environ["DATABASE_URL"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    there = make_conninfo(url, dbname=name)
    _turn_to(name, there)
    try:
        yield there
    finally:
        _turn_to(ours, url)


def _turn_to(name: str, url: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = url


@contextmanager
def served() -> Iterator[str]:
    """The site with two processes, as `bihuan serve` runs it; answers its address."""
    words = server.command(host="127.0.0.1", port=PORT, workers=2, threads=server.THREADS)
    env = {**os.environ, **server.environment(server.THREADS)}
    address = f"http://127.0.0.1:{PORT}"
    collect = [sys.executable, "-m", "bihuan.cli.main", "manage", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=env, check=True)
    server.begin_anew()
    site = subprocess.Popen(words, env=env)
    try:
        _wait(f"{address}/readyz")
        yield address
    finally:
        site.terminate()
        site.wait(60)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


def rest() -> None:
    """Leave the tables as autovacuum leaves them, everything written: not a server filled a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
