"""A whistled case with two departments, from register to closed over HTTP, in turn with the plain lifecycle.

Both run on one server and one database, round by round, counted alike, so that what is compared is what an act costs.
The scans with the seal are put into the store beforehand: taking in a picture is no act.
"""

import asyncio
import io
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from PIL import Image
from tests.towns import Town

from bench.fill import filled
from bench.lifecycle import CLIENTS, REGISTER, ROUNDS, SECONDS, SMALL, WARM, acts
from bench.site import PEOPLE, database, served, tokens_of
from bench.wire import Wire, as_json
from bihuan.attachments import commands as attachments

LIMIT = 0.8
"""The share of the plain lifecycle's acts a second that joint handling must reach."""
SEALS = int(os.environ.get("BENCH_SEALS", str(200 + int(25 * (WARM + ROUNDS * SECONDS)))))
"""More than whistled cases can end in that time."""
JOINT_PEOPLE = ("township.handler", "township.deputy", "other.handler")
Way = list[tuple[str, str, dict[str, object]]]
"""(who, act, form) of acts, one after the other."""


def before(town: Town) -> Way:
    """(who, act, form) on the case until the whistle is blown."""
    whistle = {
        "units": [town.unit, town.other],
        "task": "请到现场配合处置占道经营。",
        "pre_study": "镇街没有执法权，已劝导三次。",
        "basis": "三定规定：城市管理执法由该部门承担。",
    }
    lead = {"lead": town.township, "basis_kind": "territory", "basis": "事发地在本镇街。"}
    return [
        ("desk.dispatcher", "dispatch", lead),
        ("township.handler", "sign_in", {}),
        ("township.handler", "whistle", whistle),
    ]


def together(town: Town, seal: int) -> Way:
    """(who, act, form) on the whistle until its form is signed."""
    there = {"place": "阳光小区东门", "people": "带队负责人及两名执法人员"}
    done = {"result": "已清理占道摊点，恢复通行。"}
    both = ("unit.handler", "other.handler")
    return [
        ("desk.dispatcher", "acknowledge", {}),
        *((who, "check_in", there) for who in both),
        *((who, "finish", done) for who in both),
        ("township.handler", "conclude", {"resolved": True, "summary": "各部门到场，问题已解决。"}),
        *(("township.handler", "grade", {"unit": unit, "grade": "good"}) for unit in (town.unit, town.other)),
        ("township.handler", "file_form", {"result": "占道经营已清理。", "follow_up": "satisfied"}),
        ("township.deputy", "sign_form", {"seal": [seal]}),
    ]


def after(town: Town) -> Way:
    """(who, act, form) on the case from the first contact to its end, as in the plain lifecycle."""
    return [(who.replace("unit.", "township."), act, form) for who, act, form in acts(town)[2:]]


def acts_of_one(town: Town) -> int:
    """How many acts a whistled case takes, the registration with them."""
    return 1 + len(before(town)) + len(together(town, 0)) + len(after(town))


Act = tuple[float, float]
"""When an act was asked for, and when it was done."""


class Worker(Wire):
    """A client that tells what it did and when."""

    async def do(self, path: str, token: str, form: dict[str, object], done: list[Act]) -> dict[str, str]:
        """Do an act that must succeed; answers what the server said."""
        begun = time.perf_counter()
        status, _, answer = await self.ask("POST", path, as_json(token), json.dumps(form).encode())
        done.append((begun, time.perf_counter()))
        assert status in (200, 201), (path, status, answer.decode())
        said: dict[str, str] = json.loads(answer)
        return said

    async def along(self, path: str, way: Way, tokens: dict[str, str], done: list[Act]) -> dict[str, str]:
        """Do acts of one subject, one after the other."""
        said: dict[str, str] = {}
        for who, act, fields in way:
            said = await self.do(f"/api/v1/{path}/acts/{act}", tokens[who], fields, done)
        return said

    async def register(self, town: Town, tokens: dict[str, str], done: list[Act]) -> str:
        """Register a request; answers its number."""
        form = {"channel": town.channel, **REGISTER}
        return (await self.do("/api/v1/cases", tokens["desk.registrar"], form, done))["number"]


@dataclass(frozen=True, slots=True)
class Work:
    """Who works where, and with which scans."""

    town: Town
    tokens: dict[str, str]
    seals: Iterator[int]


async def plain(client: Worker, work: Work, done: list[Act]) -> None:
    """One plain case from register to closed."""
    case = await client.register(work.town, work.tokens, done)
    assert (await client.along(f"cases/{case}", acts(work.town), work.tokens, done))["stage"] == "closed"


async def whistled(client: Worker, work: Work, done: list[Act]) -> None:
    """One whistled case from register to closed."""
    town, tokens = work.town, work.tokens
    case = await client.register(town, tokens, done)
    whistle = (await client.along(f"cases/{case}", before(town), tokens, done))["began"]
    await client.along(f"whistles/{whistle}", together(town, next(work.seals)), tokens, done)
    assert (await client.along(f"cases/{case}", after(town), tokens, done))["stage"] == "closed"


async def drive(
    one_case: Callable[[Worker, Work, list[Act]], Awaitable[None]], work: Work, seconds: float
) -> dict[str, float]:
    """Eight clients for so many seconds; acts done in that time, while all of them are at work, and what one took."""
    done: list[Act] = []
    start = time.perf_counter()

    async def one() -> None:
        client = Worker()
        while time.perf_counter() - start < seconds:
            await one_case(client, work, done)
        client.close()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    took = sorted(end - begun for begun, end in done)
    return {
        "acts_per_s": round(sum(end - start <= seconds for _, end in done) / seconds, 1),
        "act_ms_median": round(1000 * median(took), 2),
        "act_ms_p95": round(1000 * took[int(len(took) * 0.95)], 2),
    }


def stored(town: Town, how_many: int) -> Iterator[int]:
    """Scans with the seal of the township, taken in already."""
    from bihuan.organisations.queries import by_account

    now = datetime.now(UTC)
    standing = by_account(f"{town.code}.township.deputy", at=now)
    assert standing is not None
    kept = []
    for n in range(how_many):
        picture = io.BytesIO()
        Image.new("RGB", (40, 40), (200, n % 256, n // 256)).save(picture, "PNG")
        ref = attachments.store(
            jurisdiction=town.code, name="盖章件.png", data=picture.getvalue(), actor=standing.actor, now=now
        )
        kept.append(ref.id)
    return iter(kept)


def run() -> dict[str, object]:
    """Acts a second of a whistled case beside those of a plain one, in turn: medians over the rounds."""
    place = filled(SMALL)
    town = place.town
    rounds: list[tuple[float, float]] = []
    last: dict[str, float] = {}
    with database(place.name):
        tokens = tokens_of(town, (*PEOPLE, *JOINT_PEOPLE))
        work = Work(town, tokens, stored(town, SEALS))
        with served():
            asyncio.run(drive(plain, work, WARM))
            asyncio.run(drive(whistled, work, WARM))
            for _ in range(ROUNDS):
                beside = asyncio.run(drive(plain, work, SECONDS))
                last = asyncio.run(drive(whistled, work, SECONDS))
                rounds.append((beside["acts_per_s"], last["acts_per_s"]))
    shares = [joint / beside for beside, joint in rounds]
    share = round(median(shares), 3)
    return {
        "clients": CLIENTS,
        "seconds": SECONDS,
        "rounds": ROUNDS,
        "acts_of_a_whistled_case": acts_of_one(town),
        "plain_acts_per_s": round(median(beside for beside, _ in rounds), 1),
        "joint_acts_per_s": round(median(joint for _, joint in rounds), 1),
        "share": share,
        "share_in_each_round": [round(one, 3) for one in shares],
        "at_least": LIMIT,
        "met": share >= LIMIT,
        **last,
    }
