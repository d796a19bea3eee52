"""`python -m bench.upgrade FROM CASES`: an older version's database with so many cases, migrated by this version.

Tells each migration's seconds, and the longest that a reader and a writer of a case had to wait meanwhile.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

HERE = Path(__file__).resolve().parents[1]

FILL = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup()
from bench import fill
from tests import towns
fill.up_to({cases}, towns.found("bp", "wendeng-2021-10", prefix="BP"))
"""

MIGRATE = """
import json, os, time, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup()
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
took = {}
apply = MigrationExecutor.apply_migration
def timed(self, state, migration, **how):
    start = time.perf_counter()
    done = apply(self, state, migration, **how)
    took[str(migration)] = round(time.perf_counter() - start, 3)
    return done
MigrationExecutor.apply_migration = timed
start = time.perf_counter()
call_command("migrate", interactive=False, verbosity=0)
print(json.dumps({"migrations": took, "whole": round(time.perf_counter() - start, 3)}))
"""


def run(source: str, cases: int) -> dict[str, object]:
    """Fill by the commit `source`, migrate by the checkout; answers the figures."""
    name = f"upgrade_{token_hex(4)}"
    server = os.environ["DATABASE_URL"]
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = make_conninfo(server, dbname=name)
            old = Path(folder) / "old"
            old.mkdir()
            archive = subprocess.run(["git", "archive", source], cwd=HERE, stdout=subprocess.PIPE, check=True).stdout
            subprocess.run(["tar", "x", "-C", old], input=archive, check=True)
            _python(old, url, folder, MIGRATE)
            _python(old, url, folder, FILL.format(cases=cases))
            return {"from": source, "cases": cases, **_watched(url, lambda: _python(HERE, url, folder, MIGRATE))}
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _python(tree: Path, url: str, data: str, code: str) -> str:
    (Path(data) / "identity.key").touch()
    env = {**os.environ, "DATABASE_URL": url, "BIHUAN_DATA": data, "PYTHONPATH": f"{tree}/src:{tree}"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _watched(url: str, migrate: Callable[[], str]) -> dict[str, object]:
    over, waits = threading.Event(), {"read": 0.0, "write": 0.0}
    probes = {
        "read": "SELECT number, stage, title FROM cases_case ORDER BY registered_at DESC LIMIT 20",
        "write": "UPDATE cases_case SET title = title WHERE id = (SELECT max(id) FROM cases_case)",
    }

    def probe(what: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.wait(0.02):
                began = time.perf_counter()
                connection.execute(probes[what])
                waits[what] = max(waits[what], time.perf_counter() - began)

    threads = [threading.Thread(target=probe, args=[what]) for what in probes]
    for thread in threads:
        thread.start()
    try:
        figures = json.loads(migrate())
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return {**figures, "longest_wait": {what: round(seconds, 3) for what, seconds in waits.items()}}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], int(sys.argv[2])), indent=1))
