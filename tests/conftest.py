"""What every test stands on: PostgreSQL, given by `DATABASE_URL` (see `bihuan with-postgres`)."""

import gc
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as searches

pytest_plugins = ["tests.town_fixtures"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
settings.WHITENOISE_AUTOREFRESH = True  # a file is looked for when it is asked for, not every one for every client

searches.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
searches.load_profile("busy machine")


INSTALLATIONS = "tests/startup/"
"""They wait for processes most of their time: one worker goes through them, and the others work meanwhile."""
FIRST = (
    *(INSTALLATIONS, "tests/walls/test_squares.py", "tests/browser/test_every_page.py", "tests/stateful/"),
    *("tests/care/", "tests/deployment/", "tests/walls/test_secrecy.py", "tests/browser/test_faults.py"),
    *("tests/api/test_contract.py", "tests/malformed/", "tests/upgrading/", "tests/api/test_once.py"),
    "tests/intake/test_importing.py",
)
"""What takes longest: at the end one worker would be left alone with it. What keeps a processor busy stands before what
waits for processes, so that they lie side by side."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Who begins, and what one worker does alone: whoever is to heed that writes it into the names, or nobody did."""
    items.sort(key=lambda item: next((n for n, one in enumerate(FIRST) if item.nodeid.startswith(one)), len(FIRST)))
    for item in items:
        if item.nodeid.startswith(INSTALLATIONS):
            item.add_marker(pytest.mark.xdist_group("installations"))
    yield
    if config.getoption("loadgroup", False):
        unheeded = [one.nodeid for one in items if one.get_closest_marker("xdist_group") and "@" not in one.nodeid]
        if unheeded:
            raise pytest.UsageError(f"pytest-xdist does not group with this pytest: {unheeded[0]}")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """No name of a test holds a file: archives know when they were packed, and every worker packs its own."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish() -> None:
    """What all tests stand on is never garbage, and what they leave is looked for more seldom."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _emptied_between_tests() -> Iterator[None]:
    """After a test that committed, what it wrote is taken away, also where the database lets nobody else do that.

    Django would truncate every table and make its permissions anew: ten times the work for the few rows of a test.
    """
    from django.test import TransactionTestCase

    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = _take_away_all_rows
    yield
    TransactionTestCase._fixture_teardown = flush


KEPT = {"django_content_type", "auth_permission", "django_migrations"}
"""What migrating wrote."""
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 8 > 0"
"""Tables that somebody watches for rows that go."""


def _take_away_all_rows(_: Any) -> None:
    from django.db import connection, transaction

    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables))
        full = {name for (name,) in cursor.fetchall()}
        cursor.execute(GUARDED)
        guarded = full & {name for (name,) in cursor.fetchall()}
        for statements in (
            [f"ALTER TABLE {one} DISABLE TRIGGER USER" for one in guarded],
            [f"DELETE FROM {one}" for one in full],
            [f"ALTER TABLE {one} ENABLE TRIGGER USER" for one in guarded],
        ):
            with transaction.atomic():  # no table is altered while checks of its keys wait for the commit
                for statement in statements:
                    cursor.execute(statement)
