"""A notice that is entered in one process holds in every other: what they explain and what they reckon is one thing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bihuan.audit import queries as audit
from bihuan.duties.models import Duty
from bihuan.organisations import clocks
from bihuan.policy.calendar import ZONE, Calendar
from bihuan.record.queries import events
from tests.api.clients import Staff
from tests.towns import Town, found, put_ahead
from tests.waits import LATE
from tests.walks import REQUEST, filled

SERVER = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client()
for line in sys.stdin:
    token, path, body = line.rstrip("\\n").split(" ", 2)
    headers = {"Authorization": f"Bearer {token}"}
    if body:
        answer = client.post(path, body, content_type="application/json", headers=headers)
    else:
        answer = client.get(path, headers=headers)
    print(json.dumps([answer.status_code, answer.json()]), flush=True)
"""


def environment() -> dict[str, str]:
    """That of a process of the same installation, on the database of this test."""
    parts = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": connection.settings_dict["NAME"]}
    return {**os.environ, "DATABASE_URL": make_conninfo(**parts), "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"}


class Server:
    """A process that answers for the site and lives on between the requests."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env=environment() | {"BIHUAN_PROCESS": "site"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, token: str, path: str, body: object = None) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{token} /api/v1{path} {json.dumps(body) if body is not None else ''}\n")
        self.process.stdin.flush()
        status, answer = json.loads(self.process.stdout.readline())
        assert status in (200, 201), answer
        return answer


@pytest.fixture
def servers(transactional_db: None) -> Iterator[tuple[Server, Server]]:
    started = (Server(), Server())
    yield started
    for server in started:
        server.process.terminate()
        server.process.communicate(timeout=LATE)


def announced(file: Path, year: int, holidays: list[date], *options: str) -> str:
    """`bihuan calendar announce` in a process of its own."""
    days = "\n".join(f'{on} = "元旦"' for on in holidays)
    file.write_text(f'year = {year}\nnotice = "教学用"\nworkdays = []\n[holidays]\n{days}\n')
    command = [sys.executable, "-m", "bihuan.cli.main", "calendar", "announce", str(file), *options]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=LATE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def five_days_on(start: date, off: list[date]) -> datetime:
    """Reckoned from the rules alone: five days from Monday to Friday that are no holiday, then closing time."""
    on, left = start, 5
    while left:
        on += timedelta(days=1)
        left -= on.weekday() < 5 and on not in off
    return datetime.combine(on, time(17, 30), ZONE)


def new_year(town: Town) -> int:
    """Put the town's clock to the end of a year after which none is announced; answers the next year."""
    here = clocks.here(town.code).astimezone(ZONE)
    year = max(here.year, max(Calendar.shipped().announced_years)) + 1
    eve = datetime.combine(date(year - 1, 12, 31), time(9), ZONE)
    eve -= timedelta(days=eve.weekday())  # the last Monday
    while (left := eve - clocks.here(town.code)) > timedelta(seconds=1):
        put_ahead(town.code, min(left, timedelta(days=730)))
    return year


def test_every_process_reckons_and_explains_by_the_notice_that_another_entered(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    """F50: the site went on explaining by the old calendar; a correction reached no process and no duty."""
    town = found("wp", "wendeng-2021-10", prefix="WP")
    year = new_year(town)
    start = clocks.here(town.code).astimezone(ZONE).date()
    staff = Staff(town)
    registrar, dispatcher, clerk = (staff[who].token for who in ("desk.registrar", "desk.dispatcher", "unit.handler"))

    def dispatched(server: Server) -> str:
        number: str = server.ask(registrar, "/cases", {"channel": town.channel, **REQUEST})["number"]
        server.ask(dispatcher, f"/cases/{number}/acts/dispatch", filled("dispatch", town, clocks.here(town.code)))
        return number

    def told(server: Server, number: str) -> tuple[datetime, date]:
        duties = server.ask(clerk, f"/cases/{number}")["duties"]
        (handle,) = (d for d in duties if d["kind"] == "handle" and d["discharged_at"] is None)
        return datetime.fromisoformat(handle["due_at"]), date.fromisoformat(handle["explanation"]["days"][-1]["on"])

    first = dispatched(servers[0])
    assert Duty.objects.get(subject=f"case:{first}", kind="handle").limit == "5wd"
    numbers, off = [first], [on for n in range(1, 8) if (on := date(year, 1, n)).weekday() < 5][:4]
    for holidays, options in (([], ()), (off, ()), (off[:1], ("--reason", "原件有误")), (off[:3], ())):
        if holidays:
            said = announced(tmp_path / "notice.toml", year, holidays, *options)
            assert "重新计算到期时间 0 项" not in said
        due = five_days_on(start, holidays)
        numbers.append(dispatched(servers[len(numbers) % 2]))
        for server in servers:
            for number in numbers:
                assert told(server, number) == (due, due.date()), (holidays, number)
    kinds = [event.kind for event in events(f"case:{first}")]
    assert [kind for kind in kinds if kind.startswith("duties.due-")] == [
        "duties.due-recomputed", "duties.due-corrected", "duties.due-corrected",
    ]  # fmt: skip
    assert audit.verify().findings == ()
