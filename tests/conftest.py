"""What every test stands on: a key of its own, and PostgreSQL (given by `DATABASE_URL`, see `bihuan with-postgres`)."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bihuan.requesters.cipher import Keyring

_key = Path(tempfile.mkdtemp(prefix="bihuan-tests-")) / "identity.key"
_key.write_text(Keyring.fresh().text())
os.environ.setdefault("BIHUAN_KEY_FILE", str(_key))
os.environ.setdefault("BIHUAN_DATA", str(_key.parent))
os.environ.setdefault("BIHUAN_SECRET_KEY", secrets.token_hex(32))
(_key.parent / "static").mkdir(exist_ok=True)


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
