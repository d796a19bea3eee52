"""One address says how the database is reached; the libraries are served by an allow-list."""

import pytest
from django.contrib.staticfiles import finders

from bihuan.config import database
from bihuan.config.libraries import LIBRARIES


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@db:5433/bihuan", ("u", "p@ss", "db", "5433", "bihuan")),
        ("postgresql://u:p@/bihuan?host=%2Fvar%2Frun%2Fpostgresql", ("u", "p", "/var/run/postgresql", "", "bihuan")),
        ("postgresql://u@a:1,b:2/bihuan", ("u", "", "a,b", "1,2", "bihuan")),
        ("host=/tmp user=u dbname=bihuan", ("u", "", "/tmp", "", "bihuan")),
    ],
)
def test_every_kind_of_libpq_address(url: str, expected: tuple[str, ...]) -> None:
    said = database.settings(url, pool=0)
    assert tuple(said[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected
    assert "pool" not in said["OPTIONS"]


def test_other_parameters_and_the_pool_reach_the_driver() -> None:
    url = "postgresql://u@a,b/bihuan?target_session_attrs=read-write&sslmode=verify-full"
    options = database.settings(url, pool=4)["OPTIONS"]
    assert (options["target_session_attrs"], options["sslmode"]) == ("read-write", "verify-full")
    assert options["pool"]["max_size"] == 4


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_library_is_installed(name: str) -> None:
    assert finders.find(f"lib/{name}")


@pytest.mark.parametrize("name", ["lib/@tabler/core/package.json", "lib/../package.json", LIBRARIES[0]])
def test_nothing_else_of_node_modules_is_served(name: str) -> None:
    assert not finders.find(name)
