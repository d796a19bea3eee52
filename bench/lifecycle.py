"""One request through all its acts, from register to closed, over HTTP with eight clients; beside it pgbench.

The limit is the very statements of one lifecycle, with their parameters, replayed by pgbench with eight clients and
prepared statements: what PostgreSQL can do on this machine when nothing else has to be done.
"""

import asyncio
import json
import os
import re
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.towns import Town

from bench.fill import Filled, filled
from bench.site import database, served, tokens_of
from bench.wire import Wire, as_json
from bihuan.startup.binaries import choose

CLIENTS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
SMALL = int(os.environ.get("BENCH_SMALL", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
WARM = min(8.0, SECONDS)
LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))

REGISTER = {
    "title": "小区门口路灯不亮",
    "content": "阳光小区东门外路灯坏了三天，老人夜里出门看不清路，请尽快安排人员前来修复。" * 4,
    "name": "王某",
    "phone": "13800001234",
    "address": "龙山路街道阳光小区3号楼",
}


def acts(town: Town) -> list[tuple[str, str, dict[str, object]]]:
    """(who, act, form) of every act after the registration."""
    return [
        ("desk.dispatcher", "dispatch", {"lead": town.unit, "basis_kind": "duty", "basis": "市政设施管理职责"}),
        ("unit.handler", "sign_in", {}),
        ("unit.handler", "record_contact", {"method": "phone", "reached": True, "note": "已电话联系诉求人"}),
        (
            "unit.handler",
            "answer",
            {
                "to_requester": "您反映的路灯已修复，感谢您的监督。",
                "to_platform": "已更换灯具，恢复照明，诉求人满意。",
                "feedback_method": "phone",
                "feedback_at": datetime.now(UTC).isoformat(),
                "feedback_by": "经办人",
                "truthful": True,
            },
        ),
        ("unit.deputy", "sign_off", {}),
        ("desk.reviewer", "approve", {}),
        ("desk.caller", "record_callback", {"method": "phone", "reached": True, "solved": "yes", "satisfied": "yes"}),
        ("desk.caller", "close", {"closure": "SOLVED"}),
    ]


async def lifecycle(wire: Wire, town: Town, tokens: dict[str, str], took: list[float]) -> None:
    """One request from register to closed."""
    form = {"channel": town.channel, **REGISTER}
    begun = time.perf_counter()
    said = as_json(tokens["desk.registrar"])
    status, _, answer = await wire.ask("POST", "/api/v1/cases", said, json.dumps(form).encode())
    took.append(time.perf_counter() - begun)
    assert status == 201, (status, answer.decode())
    number = json.loads(answer)["number"]
    for who, act, fields in acts(town):
        begun = time.perf_counter()
        path = f"/api/v1/cases/{number}/acts/{act}"
        status, _, answer = await wire.ask("POST", path, as_json(tokens[who]), json.dumps(fields).encode())
        took.append(time.perf_counter() - begun)
        assert status == 200, (act, status, answer.decode())
    assert json.loads(answer)["stage"] == "closed"


async def drive(town: Town, tokens: dict[str, str], seconds: float) -> dict[str, float]:
    """Eight clients for so many seconds; lifecycles that ended in that time, and what a request took."""
    took: list[float] = []
    ended: list[float] = []
    start = time.perf_counter()

    async def one() -> None:
        wire = Wire()
        while time.perf_counter() - start < seconds:
            await lifecycle(wire, town, tokens, took)
            ended.append(time.perf_counter() - start)
        wire.close()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    took.sort()
    return {
        "lifecycles_per_s": round(len(ended) / max(ended), 2),
        "request_ms_median": round(1000 * median(took), 2),
        "request_ms_p95": round(1000 * took[int(len(took) * 0.95)], 2),
    }


def recorded(town: Town, tokens: dict[str, str]) -> list[str]:
    """The SQL of one lifecycle with its parameters, as pgbench script lines, case number and ids made variable."""
    from django.db import connection
    from django.test import Client as Inner
    from psycopg import ClientCursor

    lines: list[str] = []

    def note(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, object]
    ) -> object:
        plain = ClientCursor(connection.connection).mogrify(sql, params)
        lines.append(" ".join(plain.split()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:  # numbers that are found again among all the others
        block, first = 70_000 + secrets.randbelow(9_000_000), 600_000_000 + secrets.randbelow(90_000_000)
        cursor.execute("SELECT setval('requesters_block', %s), setval('cases_case_id_seq', %s)", [block, first])
    inner = Inner(SERVER_NAME="127.0.0.1")
    form = {"channel": town.channel, **REGISTER}
    script: list[str] = []
    number = ""
    for who, act, fields in [("desk.registrar", "", form), *acts(town)]:
        lines.clear()
        path = f"/api/v1/cases/{number}/acts/{act}" if act else "/api/v1/cases"
        with connection.execute_wrapper(note):
            answer = inner.post(
                path, json.dumps(fields), content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {tokens[who]}"
            )
        assert answer.status_code in (200, 201), answer.content.decode()
        number = number or answer.json()["number"]
        reading = [line for line in lines if "organisations_apitoken" in line]
        acting = [line for line in lines if line not in reading and not re.match(r"(?i)(BEGIN|COMMIT|SAVEPOINT)", line)]
        script += [*reading, "BEGIN", *acting, "COMMIT"]
    return _variable(script, number)


def _variable(script: list[str], number: str) -> list[str]:
    """Put pgbench's variables in the place of what differs from lifecycle to lifecycle."""
    text = "\n".join(script)
    case_id = re.search(r'INSERT INTO "cases_participation".*?VALUES \((\d+),', text)
    requester = re.search(r"INSERT INTO requesters_requester \([^)]*\) VALUES \((\d+),", text)
    assert case_id is not None
    assert requester is not None
    said = [r"\set n random(1, 9000000000000)", r"\set id random(1000000000, 9000000000000)"]
    for line in script:
        changed = line.replace(f"'case:{number}'", "('case:' || 'X' || :n)").replace(f"'{number}'", "('X' || :n)")
        changed = changed.replace(f"VALUES ({requester[1]},", "VALUES (:n,")
        changed = re.sub(rf"(?<![\w']){requester[1]}(?![\w'])", ":n", changed)
        changed = re.sub(rf"(?<![\w']){case_id[1]}(?![\w'])", ":id", changed)
        changed = re.sub(r"'(?:[^']|'')*'", _without_variables, changed)
        # pgbench cannot take an answer into its next statement here: as many duties end of those that are open
        changed = re.sub(r"unnest\('\{([\d,]+)\}'(?:::int\d\[\])?::bigint\[\]", _open_duties, changed)
        said.append(f"{changed};")
    return said


def _open_duties(ids: re.Match[str]) -> str:
    mine = "SELECT id FROM duties_duty WHERE subject = ('case:' || 'X' || :n) AND discharged_at IS NULL ORDER BY id"
    return f"unnest(ARRAY({mine} LIMIT {ids[1].count(',') + 1})"


def _without_variables(literal: re.Match[str]) -> str:
    """A literal in which pgbench sees no variable: it takes a colon before a letter for one, wherever it stands."""
    parts = re.split(r"(?<=:)(?=[A-Za-z_])", literal[0])
    return literal[0] if len(parts) == 1 else "(" + "' || '".join(parts) + ")"


def replayed(script: list[str], url: str, seconds: float) -> float:
    """Lifecycles a second when pgbench replays the statements."""
    pgbench = choose(way=None, major=None).folder / "pgbench"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lifecycle.sql"
        file.write_text("\n".join(script) + "\n")
        words = [str(pgbench), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(int(seconds))]
        done = subprocess.run([*words, "-f", str(file), url], capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


@dataclass(frozen=True)
class Place:
    """A database of one size, who works there, and one lifecycle's statements."""

    filled: Filled
    tokens: dict[str, str]
    script: list[str]


def prepared(cases: int) -> Place:
    """A database with that many cases, and what is needed to work in it."""
    place = filled(cases)
    with database(place.name):
        tokens = tokens_of(place.town)
        return Place(place, tokens, recorded(place.town, tokens))


def measured(place: Place) -> dict[str, float]:
    """One round: what the site does, and what pgbench does with the same statements."""
    with database(place.filled.name) as url:
        with served():
            asyncio.run(drive(place.filled.town, place.tokens, WARM))
            said = asyncio.run(drive(place.filled.town, place.tokens, SECONDS))
        return said | {"pgbench_lifecycles_per_s": replayed(place.script, url, SECONDS)}


def run() -> dict[str, object]:
    """Throughput with few and with many cases in the tables, in turn, and the limit beside each: medians."""
    places = {cases: prepared(cases) for cases in (SMALL, LARGE)}
    rounds = [{cases: measured(place) for cases, place in places.items()} for _ in range(ROUNDS)]
    figures: dict[str, object] = {"clients": CLIENTS, "seconds": SECONDS, "rounds": ROUNDS}
    script = places[SMALL].script
    figures["statements"] = sum(1 for line in script if not line.startswith(("BEGIN", "COMMIT", "\\")))
    for cases in places:
        said = {name: round(median(one[cases][name] for one in rounds), 2) for name in rounds[0][cases]}
        said["share_of_limit"] = round(said["lifecycles_per_s"] / said["pgbench_lifecycles_per_s"], 3)
        figures[f"with_{cases}_cases"] = said
    for name in ("lifecycles_per_s", "pgbench_lifecycles_per_s"):
        slower = [1 - one[LARGE][name] / one[SMALL][name] for one in rounds]
        figures[f"{name}_slower_with_many"] = round(median(slower), 3)
        figures[f"{name}_slower_in_each_round"] = [round(one, 3) for one in slower]
    return figures
