"""An installation as the last release left it, to be upgraded by a test."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.upgrading.release import last

AS_RELEASED = """
import json, sys
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
MigrationExecutor(connection).migrate(list(json.load(sys.stdin).items()))
"""
SEQUENCES = """
SELECT quote_ident(table_name), quote_ident(column_name), pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY(%s)
  AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"""


@dataclass(frozen=True)
class House:
    """An installation of the last release, with its data folder."""

    url: str
    home: Path

    def python(self, *command: str, say: str = "", code: int = 0) -> str:
        """What a process of this version says."""
        kept = {name: said for name, said in os.environ.items() if not name.startswith("BIHUAN_")}
        env = {
            **kept, "DATABASE_URL": self.url, "BIHUAN_DATA": str(self.home),
            "DJANGO_SETTINGS_MODULE": "bihuan.config.settings",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, *command], env=env, input=say, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


def put_up(house: House) -> None:
    """Lay down what the release kept in its data folder, and fill an empty database as it was."""
    release = last()
    (house.home / "identity.key").write_text(release.key)
    (house.home / "identity.key").chmod(0o600)
    for path, content in release.files.items():
        (house.home / path).parent.mkdir(parents=True, exist_ok=True)
        (house.home / path).write_bytes(base64.b64decode(content))
    house.python("-c", AS_RELEASED, say=json.dumps(release.migrations))
    _load(house.url)


def _load(url: str) -> None:
    tables = last().tables
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for one in tables:
            with cursor.copy(f"COPY {one.table} ({one.columns}) FROM STDIN") as copy:
                copy.write(one.rows)
        cursor.execute(SEQUENCES, [[one.table for one in tables]])
        for table, column, sequence in cursor.fetchall():
            cursor.execute(f"SELECT setval('{sequence}', (SELECT max({column}) FROM {table}))")
