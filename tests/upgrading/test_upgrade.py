"""A database of the last release, brought to this one: it opens, and its old faults are named."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.upgrading.release import last

AS_RELEASED = """
import json, sys
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
MigrationExecutor(connection).migrate(list(json.load(sys.stdin).items()))
"""
OPEN = """
import json, sys
from datetime import UTC, datetime
import django
django.setup()
from django.test import Client
from bihuan.kernel.actor import Actor
from bihuan.organisations.commands import issue_token
client, tokens, now = Client(), {}, datetime.now(UTC)
for line in sys.stdin:
    account, path, body = json.loads(line)
    if account not in tokens:
        tokens[account] = issue_token(
            account=account, label="升级", networks=("127.0.0.1",), second_factor=True,
            actor=Actor("founder", "建设者", ""), now=now, at=now,
        )
    headers = {"Authorization": "Bearer " + tokens[account]}
    if body is None:
        answer = client.get("/api/v1" + path, headers=headers)
    else:
        answer = client.post("/api/v1" + path, body, content_type="application/json", headers=headers)
    print(json.dumps([path, answer.status_code, answer.json()]), flush=True)
"""
MINUTE = """
import django
django.setup()
from bihuan.clockwork import commands as clockwork
from bihuan.organisations import clocks
for place, now in clocks.everywhere().items():
    clockwork.sweep(place, now)
clockwork.index(batches=40)
clockwork.count_all(clocks.real())
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

    def verified(self) -> tuple[dict[str, str], dict[str, str]]:
        """What `bihuan verify` finds and what it remarks, by subject."""
        said = self.python("-m", "bihuan.cli.main", "verify", code=1).splitlines()
        parts = [line.removeprefix("提示：").partition("：") for line in said[:-1]]
        told = [line.startswith("提示：") for line in said[:-1]]
        findings = {subject: reason for (subject, _, reason), remark in zip(parts, told, strict=True) if not remark}
        remarks = {subject: reason for (subject, _, reason), remark in zip(parts, told, strict=True) if remark}
        return findings, {subject.partition(" ")[0]: reason for subject, reason in remarks.items()}

    def asked(self, *questions: tuple[str, str, object]) -> list[Any]:
        """What the site answers: who asks, where, and with which body; all of it is answered."""
        say = "".join(
            json.dumps((account, path, None if body is None else json.dumps(body))) + "\n"
            for account, path, body in questions
        )
        answers = [json.loads(line) for line in self.python("-c", OPEN, say=say).splitlines()]
        assert [(path, status) for path, status, _ in answers if status not in (200, 201)] == []
        return [body for _, _, body in answers]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The release's database, upgraded by `bihuan migrate`."""
    release, home, name = last(), tmp_path_factory.mktemp("upgraded"), f"upgrade_{token_hex(4)}"
    (home / "identity.key").write_text(release.key)
    (home / "identity.key").chmod(0o600)
    for path, content in release.files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(base64.b64decode(content))
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            old = House(make_conninfo(server, dbname=name), home)
            old.python("-c", AS_RELEASED, say=json.dumps(release.migrations))
            _load(old.url)
            old.python("-m", "bihuan.cli.main", "migrate")
            yield old
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _load(url: str) -> None:
    tables = last().tables
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for one in tables:
            with cursor.copy(f"COPY {one.table} ({one.columns}) FROM STDIN") as copy:
                copy.write(one.rows)
        cursor.execute(SEQUENCES, [[one.table for one in tables]])
        for table, column, sequence in cursor.fetchall():
            cursor.execute(f"SELECT setval('{sequence}', (SELECT max({column}) FROM {table}))")


def seen() -> Iterator[tuple[str, str, object]]:
    """Who looks at what: everything that was made, with its record."""
    for name, number in last().made.items():
        known = name.split()[0]
        if known not in ("case", "linkage", "whistle"):
            known = "matter" if number.startswith("HNQD") else "whistle" if number.startswith("WD2025S") else "case"
        who = f"{number[:2].lower()}.{'office.list_keeper' if known == 'matter' else 'desk.dispatcher'}"
        yield from ((who, f"/{known}s/{number}{more}", None) for more in ("", "/record"))


STRAYED = "还在清单上，工单却没有随清单办理"
ON_LEDGER = ("listed", "classified", "assigned", "handling", "feedback", "review", "confirmed")


def test_what_was_legal_then_is_named_and_what_can_be_mended_is(house: House) -> None:
    made = last().made
    findings, remarks = house.verified()
    closed_beside = f"matter:{made['closed beside its matter']}"
    assert findings == {
        f"case:{made['joined and never told']}": "主单已有答复，却没有人负责告知本件诉求人",
        f"case:{made['joined to what was withdrawn']}": "主单已终结而没有答复，本件却没有恢复单独办理",
        closed_beside: STRAYED,
        **{f"matter:{made[f'matter {stage}']}": STRAYED for stage in ON_LEDGER},
    }
    assert "whistle_call" in remarks.pop(f"whistle:{made['told by telephone never']}")
    assert {name: "joint_filing" in reason for name, reason in remarks.items()} == {
        f"{kind}:{made[f'{kind} {stage}']}": True for kind in ("linkage", "whistle") for stage in ("signed", "void")
    }

    house.asked(*seen())
    house.asked(
        ("wd.unit.handler", f"/cases/{made['case wd dispatched']}/acts/sign_in", {}),
        ("wd.unit.handler", f"/cases/{made['case wd awaiting']}/acts/resume", {"supplied": "已补充。"}),
    )
    assert house.verified()[0] == findings

    house.python("-c", MINUTE)
    assert house.verified()[0] == {closed_beside: STRAYED}, "what was closed cannot be taken along"
    house.asked(*seen())
