"""Databases and data folders of a test's own, and the console as an operator would use it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bihuan.startup import postgres
from bihuan.startup.binaries import wanted_way
from tests.waits import LATE

PASSPHRASE = "一个足够长的备份口令"


@dataclass
class House:
    """One installation: a data folder, and a database unless it is to have a server of its own."""

    home: Path
    url: str | None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """What its commands find in the environment."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BIHUAN_") and k != "DATABASE_URL"}
        kept |= {
            "BIHUAN_DATA": str(self.home),
            "BIHUAN_BACKUP_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": f"{os.getcwd()}/src:{os.getcwd()}",
        }
        return kept | ({"DATABASE_URL": self.url} if self.url else {}) | self.more

    def run(self, *words: object, module: str = "bihuan.cli.main") -> subprocess.CompletedProcess[str]:
        """Run a command there; what it says on both channels is in `stdout`."""
        command = [sys.executable, "-m", module, *map(str, words)]
        return subprocess.run(
            command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=2 * LATE
        )


@pytest.fixture
def place() -> Iterator[Path]:
    """Where installations lie: its path is short, for the sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-care-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server of these tests' own: whole databases come and go on it, and none has to be taken away."""
    with postgres.temporary(None if (way := wanted_way()) == "url" else way) as url:
        yield url


Make = Callable[..., str]


@pytest.fixture(scope="session")
def fresh_database(server: str) -> Make:
    """Makes databases, empty or copies of another one; answers their addresses."""

    def make(template: str = "template1") -> str:
        name = f"care_{token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        return make_conninfo(server, dbname=name)

    return make


@pytest.fixture
def empty_house(place: Path, fresh_database: Make) -> Callable[[], House]:
    """Makes houses that have an empty database and no data folder yet."""
    return lambda: House(place / token_hex(4), fresh_database())


@pytest.fixture(scope="session")
def model_house(fresh_database: Make) -> Iterator[House]:
    """A house with a town, cases, attachments, seals and keys; nobody changes it, tests get copies."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-care-"))
    house = House(home, fresh_database())
    for words, module in (
        (("keys", "generate"), "bihuan.cli.main"),
        (("migrate",), "bihuan.cli.main"),
        ((), "tests.care.settle"),
    ):
        done = house.run(*words, module=module)
        assert done.returncode == 0, done.stdout
    yield house
    shutil.rmtree(home)


@pytest.fixture
def settled(model_house: House, place: Path, fresh_database: Make) -> House:
    """A copy of the model house, to do with as one likes."""
    home = place / "settled"
    shutil.copytree(model_house.home, home)
    return House(home, fresh_database(str(conninfo_to_dict(model_house.url or "")["dbname"])))
