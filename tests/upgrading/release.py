"""What a database of the last release held: written down by that release's own program, loaded by tests.

    bihuan with-postgres -- python -m tests.upgrading.release COMMIT TARGET

lays the commit out in a folder of its own, lets its program found two towns and walk requests to every stage (besides
states that were legal then and are faults now), and writes rows, keys and files to TARGET. What that program needs and
this one does not (`rjieba`) must be installed meanwhile.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILE = HERE / "release.json.gz"


@dataclass(frozen=True)
class Table:
    """Rows of a table, as COPY writes them."""

    table: str
    columns: str
    rows: str


@dataclass(frozen=True)
class Release:
    """A database of the release."""

    migrations: dict[str, str]
    """App → the last migration that the release had."""
    key: str
    files: dict[str, str]
    """Paths below the data folder → what stands there, in base64."""
    made: dict[str, str]
    """What was walked → its number."""
    tables: tuple[Table, ...]


@cache
def last() -> Release:
    """The database of the last release."""
    said: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return Release(**{**said, "tables": tuple(Table(**one) for one in said["tables"])})


FILL = """
import base64, gzip, json, os, sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup()

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

call_command("migrate", interactive=False, verbosity=0)

from bihuan.audit import queries as audit
from bihuan.cases.types import Act as C, Stage as CaseStage
from bihuan.joint.types import Kind, Stage as JointStage
from bihuan.matters.types import Act as M, Stage as MatterStage
from tests import towns, walks
from tests.joint import walks as joint
from tests.matters import walks as matters

wd = towns.found("wd", "wendeng-2021-10", prefix="WD")
joint.with_bodies(wd)
hn = towns.found("hn", "huainan-2021-55", prefix="HN")
made = {}


def make(name, walk):
    with transaction.atomic():
        made[name] = walk().number


for stage in CaseStage:
    for town in (wd, hn):
        if town is wd or stage in (CaseStage.HANDLING, CaseStage.AWAITING, CaseStage.HUNG, CaseStage.CLOSED):
            make(f"case {town.code} {stage}", lambda: walks.walk_to(stage, town))
for stage in MatterStage:
    make(f"matter {stage}", lambda: matters.walk_to(stage, hn))
for kind in Kind:
    for stage in JointStage:
        make(f"{kind} {stage}", lambda: joint.walk_to(kind, stage, wd))


def closed_beside_its_matter():
    walk = matters.to_class(matters.MatterWalk(hn)).along(M.ASSIGN, M.SIGN_IN)
    case = walks.Walk(hn, walk.now, actors=walk.actors)
    case.number = walk.case
    case.along(C.ANSWER, C.SIGN_OFF, C.APPROVE, C.RECORD_CALLBACK, C.CLOSE)
    return walk


def told_by_telephone_never():
    return joint.to_signed(joint.JointWalk(wd, Kind.WHISTLE, walks.Walk(wd)).begin(filing="phone"))


def joined(*parents_acts):
    child = walks.Walk(wd).along(C.REGISTER)
    walks.merge_into_another(child).along(*parents_acts)
    return child


ANSWERED = (C.DISPATCH, C.SIGN_IN, C.ANSWER, C.SIGN_OFF, C.APPROVE, C.RECORD_CALLBACK, C.CLOSE)
make("closed beside its matter", closed_beside_its_matter)
make("told by telephone never", told_by_telephone_never)
make("joined and never told", lambda: joined(*ANSWERED))
make("joined to what was withdrawn", lambda: joined(C.WITHDRAW))
assert audit.verify().findings == (), "all of it was legal then"

ours = [a for a in apps.get_app_configs() if a.name.startswith("bihuan.")]
models = [m for a in ours for m in a.get_models(include_auto_created=True)]
tables, cursor = [], connection.cursor()
applied = "SELECT app, max(name) FROM django_migrations WHERE app = ANY(%s) GROUP BY app"
cursor.execute(applied, [[a.label for a in ours]])
migrations = dict(sorted(cursor.fetchall()))
for table in sorted({m._meta.db_table for m in models} | {get_user_model()._meta.db_table}):
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns = cursor.fetchone()[0]
    with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
        rows = b"".join(bytes(part) for part in copy).decode()
    if rows:
        tables.append({"table": table, "columns": columns, "rows": rows})
data = Path(os.environ["BIHUAN_DATA"])
files = {
    str(path.relative_to(data)): base64.b64encode(path.read_bytes()).decode()
    for path in sorted((data / "attachments").rglob("*")) if path.is_file()
}
said = {
    "migrations": migrations, "key": (data / "identity.key").read_text(), "files": files, "made": made, "tables": tables
}
text = json.dumps(said, ensure_ascii=False, indent=0).encode()
with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as target:
    target.write(text)
"""


def make(commit: str, target: Path) -> None:
    """Have the commit's own program fill a database, and write down what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        old, data = Path(folder) / "old", Path(folder) / "data"
        old.mkdir(), data.mkdir()
        archive = subprocess.run(["git", "archive", commit], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "x", "-C", old], input=archive, check=True)
        path = os.pathsep.join([f"{old}/src", str(old), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "BIHUAN_DATA": str(data), "PYTHONPATH": path}
        for command in (["-m", "bihuan.cli.main", "keys", "generate"], ["-c", FILL, str(target.resolve())]):
            subprocess.run([sys.executable, *command], cwd=old, env=env, check=True)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
