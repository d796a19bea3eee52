"""Valleys and a spike: lifecycles that arrive whether or not the earlier ones are through, as in DIGIT's own profile.

Arrivals are open-loop: a server that falls behind is not spared. What a request took counts from the moment when its
client wanted it; a client that is told to come back (503 with Retry-After) does so, and the wait is its own.
"""

import asyncio
import json
import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.towns import Town

from bench import fill
from bench.lifecycle import REGISTER, acts
from bench.site import database, served, tokens_of
from bench.wire import Wire, as_json

LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))
VALLEY_PER_S, SPIKE_PER_S = 2.0, float(os.environ.get("BENCH_SPIKE_PER_S", "35"))
WARM, BEFORE, SPIKE, AFTER = 10.0, 60.0, 30.0, 90.0
WINDOW = 10.0
"""Seconds over which a p95 is taken."""
PATIENCE = 30.0
"""Seconds after which a client that hears nothing gives up: DIGIT's gateway does so too."""
ERRORS_LIMIT, RECOVERY_LIMIT_S = 0.01, 60.0


@dataclass(frozen=True)
class Asked:
    """A request: when it was wanted, and how long its client waited for the answer."""

    at: float
    took: float


@dataclass
class Run:
    """What became of everything that arrived; moments are seconds since the first arrival that counts."""

    began: float
    asked: list[Asked] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    told_to_come_back: int = 0
    begun: int = 0
    ended: list[float] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.began

    def p95(self, since: float, until: float) -> float:
        """Of the requests wanted in that time, in milliseconds."""
        took = sorted(one.took for one in self.asked if since <= one.at < until)
        return 1000 * took[int(len(took) * 0.95)] if took else 0.0


class Client:
    """Gives up when it hears nothing, and comes back when it is told to."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.wire = Wire()

    async def post(self, path: str, token: str, form: dict[str, object]) -> dict[str, str] | None:
        """Post a form and answer what came back; None where nothing good came."""
        wanted = self.run.now
        try:
            status, answer = await self._until_taken(path, token, json.dumps(form).encode())
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            status, answer = type(error).__name__, b""
        self.run.asked.append(Asked(wanted, self.run.now - wanted))
        if status in (200, 201):
            return dict(json.loads(answer))
        self.run.failed[str(status)] += 1
        return None

    async def _until_taken(self, path: str, token: str, body: bytes) -> tuple[int | str, bytes]:
        while True:
            async with asyncio.timeout(PATIENCE):
                status, head, answer = await self.wire.ask("POST", path, as_json(token), body)
            later = re.search(rb"(?i)retry-after: (\d+)", head)
            if status != 503 or later is None:
                return status, answer
            self.run.told_to_come_back += 1
            await asyncio.sleep(int(later[1]))


async def lifecycle(run: Run, town: Town, tokens: dict[str, str]) -> None:
    """One request from register to closed, each act as soon as the one before is done."""
    client = Client(run)
    run.begun += 1
    run.at_once += 1
    run.most_at_once = max(run.most_at_once, run.at_once)
    try:
        form: dict[str, object] = {"channel": town.channel, **REGISTER}
        told = await client.post("/api/v1/cases", tokens["desk.registrar"], form)
        for who, act, fields in acts(town):
            if told is None:
                return
            told = await client.post(f"/api/v1/cases/{told['number']}/acts/{act}", tokens[who], fields)
        if told is not None and told["stage"] == "closed":
            run.ended.append(run.now)
    finally:
        run.at_once -= 1
        client.wire.close()


async def drive(town: Town, tokens: dict[str, str]) -> Run:
    """Warm, valley, spike, valley; every lifecycle at its moment."""
    run = Run(time.perf_counter() + WARM)
    arrived = list[asyncio.Task[None]]()
    at = -WARM
    while at < BEFORE + SPIKE + AFTER:
        await asyncio.sleep(max(0.0, at - run.now))
        arrived.append(asyncio.create_task(lifecycle(run, town, tokens)))
        at += 1 / (SPIKE_PER_S if BEFORE <= at < BEFORE + SPIKE else VALLEY_PER_S)
    await asyncio.gather(*arrived)
    return run


def _recovered(run: Run, normal: float) -> float | None:
    """Seconds from the end of the spike until every later window is as quick as the slowest of the valley before."""
    end = BEFORE + SPIKE
    starts = [end + step for step in range(int(AFTER - WINDOW) + 1)]
    slow = [start for start in starts if run.p95(start, start + WINDOW) > normal]
    if not slow:
        return 0.0
    return None if slow[-1] == starts[-1] else slow[-1] + 1 - end


def run() -> dict[str, object]:
    """Errors, waits and recovery, and whether they keep their limits."""
    place = fill.filled(LARGE)
    with database(place.name):
        tokens = tokens_of(place.town)
        with served():
            seen = asyncio.run(drive(place.town, tokens))
    end = BEFORE + SPIKE
    normal = max(seen.p95(start, start + WINDOW) for start in range(int(BEFORE - WINDOW) + 1))
    recovery = _recovered(seen, normal)
    errors = seen.failed.total() / len(seen.asked)
    return {
        "cases": LARGE,
        "valley_lifecycles_per_s": VALLEY_PER_S,
        "spike_lifecycles_per_s": SPIKE_PER_S,
        "spike_seconds": SPIKE,
        "lifecycles": seen.begun,
        "lifecycles_closed": len(seen.ended),
        "requests": len(seen.asked),
        "failed": dict(seen.failed),
        "error_share": round(errors, 5),
        "told_to_come_back": seen.told_to_come_back,
        "most_lifecycles_at_once": seen.most_at_once,
        "p95_ms_valley_before": round(seen.p95(0, BEFORE), 1),
        "p95_ms_slowest_window_before": round(normal, 1),
        "p95_ms_spike": round(seen.p95(BEFORE, end), 1),
        "longest_wait_ms": round(1000 * max(one.took for one in seen.asked), 1),
        "p95_ms_last_valley_half": round(seen.p95(end + AFTER / 2, end + AFTER), 1),
        "lifecycles_closed_per_s_in_spike": round(sum(BEFORE <= at < end for at in seen.ended) / SPIKE, 1),
        "recovery_s": recovery,
        "limits": {"error_share": ERRORS_LIMIT, "recovery_s": RECOVERY_LIMIT_S},
        "kept": errors < ERRORS_LIMIT and recovery is not None and recovery <= RECOVERY_LIMIT_S,
    }
