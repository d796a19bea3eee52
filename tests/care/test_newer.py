"""F125: an old program does not start on a database in which a newer one was at work, and changes nothing of it."""

from pathlib import Path

import psycopg
import pytest

from bihuan.startup.versions import TOO_NEW, beyond, known
from tests.care.conftest import House
from tests.startup.running import free_port

pytestmark = pytest.mark.xdist_group("model house")  # it is made once


def walls(house: House) -> tuple[str | None, int]:
    """What was raised last, and how many policies stand."""
    assert house.url
    with psycopg.connect(house.url) as connection:
        told = connection.execute("SELECT obj_description(to_regclass('public.cases_words'), 'pg_class')").fetchone()
        count = connection.execute("SELECT count(*) FROM pg_policies").fetchone()
        assert told
        assert count
        return told[0], int(count[0])


def test_whatever_starts_or_migrates_refuses_and_raises_no_walls(settled: House, place: Path) -> None:
    house = settled
    house.more["BIHUAN_NODE_MODULES"] = str(place)
    assert house.url
    with psycopg.connect(house.url, autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_future', now())")
        connection.execute("COMMENT ON VIEW cases_words IS 'walls of a newer version'")
    before = walls(house)
    port = str(free_port())
    for words in (
        ("prepare",),
        ("migrate",),
        ("worker",),
        ("serve", "--port", port, "--workers", "1"),
        ("up", "--port", port, "--workers", "1"),
    ):
        done = house.run(*words)
        assert done.returncode == 1, (words, done.stdout)
        assert f"{TOO_NEW}（有cases.0999_future）" in done.stdout, (words, done.stdout)
        assert "Traceback" not in done.stdout
    assert walls(house) == before


def test_only_migrations_of_our_own_packages_count() -> None:
    assert beyond(known()) == []
    assert beyond([*known(), "auth.9999_other", "gone.0001_initial"]) == []
    assert beyond([*known(), "record.9999_later", "cases.0999_future"]) == ["cases.0999_future", "record.9999_later"]
