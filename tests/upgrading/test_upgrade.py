"""A database of the last release, brought to this one: it opens, and its old faults are named."""

import json
import os
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.upgrading.houses import House, put_up
from tests.upgrading.release import last

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


class Upgraded(House):
    """An installation of the last release, brought to this version."""

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
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """The release's database, upgraded by `bihuan migrate`."""
    home, name = tmp_path_factory.mktemp("upgraded"), f"upgrade_{token_hex(4)}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            old = Upgraded(make_conninfo(server, dbname=name), home)
            put_up(old)
            old.python("-m", "bihuan.cli.main", "migrate")
            yield old
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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


def test_what_was_legal_then_is_named_and_what_can_be_mended_is(house: Upgraded) -> None:
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
