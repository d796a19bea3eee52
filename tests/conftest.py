"""What every test stands on: PostgreSQL, given by `DATABASE_URL` (see `bihuan with-postgres`)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as searches

pytest_plugins = ["tests.town_fixtures"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]

searches.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
searches.load_profile("busy machine")


@pytest.fixture(autouse=True)
def _limits_as_the_regulation_has_them() -> None:
    """What another test adjusted is forgotten."""
    from bihuan.duties.queries import forget_adjusted_limits

    forget_adjusted_limits()


@pytest.fixture(scope="session", autouse=True)
def _emptied_between_tests() -> Iterator[None]:
    """Let pytest-django empty, after a test that committed, the tables that refuse TRUNCATE to everybody else."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    guarded = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0"
    flush = DatabaseOperations.execute_sql_flush

    def unguarded(self: Any, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(guarded)
            triggers = cursor.fetchall()
        off = [f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"' for table, trigger in triggers]
        on = [f'ALTER TABLE {table} ENABLE TRIGGER "{trigger}"' for table, trigger in triggers]
        flush(self, [*off, *statements, *on])

    DatabaseOperations.execute_sql_flush = unguarded
    yield
    DatabaseOperations.execute_sql_flush = flush
