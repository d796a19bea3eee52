"""What the pages take with few and with many cases: eight clients over HTTP, and the statements of each page."""

import asyncio
import os
import re
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from statistics import median
from urllib.parse import quote, urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.towns import PASSWORD

from bench.fill import Filled, filled, prefix_of
from bench.site import PORT, database, served
from bench.wire import Wire
from bihuan.ledgers.types import SIZE

CLIENTS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
WARM = min(2.0, SECONDS)
SMALL = int(os.environ.get("BENCH_SMALL", "10000"))
LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))
PAGE = 1000
P95_LIMIT_MS, STATEMENTS_LIMIT, GROWTH_LIMIT = 150, 12, 1.3


def account(place: Filled) -> str:
    """Who reads: a dispatcher, whose unit takes part in every case."""
    return f"{place.town.code}.desk.dispatcher"


def pages(place: Filled) -> Mapping[str, str]:
    """What is read; of few cases the last page stands for the thousandth, which one comes to by the link of the page
    before it, or by typing its number."""
    number = f"F{prefix_of(place.town)}{place.cases // 2:016d}"
    last = min(PAGE, place.cases // SIZE)
    return {
        "workbench": "/?all=1",
        "ledger": "/cases/",
        f"ledger_page_{PAGE}": f"/cases/?after={place.cases - SIZE * (last - 1) + 1}&page={last}",
        f"ledger_jump_to_page_{PAGE}": f"/cases/?page={last}",
        "ledger_filtered_open": f"/cases/?stage=handling&unit={place.town.unit}&type=HELP",
        "ledger_filtered_closed": f"/cases/?open=0&unit={place.town.other}&type=CONSULT&closure=SOLVED",
        "ledger_filtered_to_none": f"/cases/?open=0&unit={place.town.other}&type=COMPLAINT&closure=SOLVED",
        "ledger_counted": "/cases/count/",
        "search_frequent": f"/cases/?q={quote('路灯')}",
        "search_frequent_of_three": f"/cases/?q={quote('自来水')}",
        "search_rare": f"/cases/?q={quote('路灯 r000017')}",
        "search_number": f"/cases/?q={number}",
        "case": f"/cases/{number}/",
        "regulation": "/regulations/wendeng-2021-10/",
    }


def statements(place: Filled) -> dict[str, int]:
    """How many SQL statements each page asks, once it is warm."""
    reader, asked = Client(SERVER_NAME="127.0.0.1"), dict[str, int]()
    reader.post("/sign-in/", {"account": account(place), "password": PASSWORD})
    for name, url in pages(place).items():
        reader.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = reader.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        asked[name] = len(queries)
    return asked


def signed_in(who: str) -> str:
    """The cookies of an account that signed in by the form."""
    http = HTTPConnection("127.0.0.1", PORT)
    http.request("GET", "/sign-in/")
    page = http.getresponse()
    cookies = _cookies(page.headers.get_all("Set-Cookie") or [])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token is not None
    said = {"account": who, "password": PASSWORD, "csrfmiddlewaretoken": token[1], "next": "/"}
    head = {"Cookie": _cookie(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    http.request("POST", "/sign-in/", urlencode(said), head)
    answer = http.getresponse()
    assert answer.status == 302, (answer.status, answer.read().decode()[:500])
    answer.read()
    http.close()
    return _cookie(cookies | _cookies(answer.headers.get_all("Set-Cookie") or []))


def _cookies(said: list[str]) -> dict[str, str]:
    return dict(one.partition(";")[0].split("=", 1) for one in said)  # type: ignore[misc]


def _cookie(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def drive(path: str, cookie: str, seconds: float) -> list[float]:
    """Eight clients for so many seconds at one page; how long each reading took, in order."""
    took: list[float] = []
    start = time.perf_counter()

    async def one() -> None:
        wire = Wire()
        while time.perf_counter() - start < seconds:
            begun = time.perf_counter()
            status, _, _ = await wire.ask("GET", path, f"Cookie: {cookie}\r\n")
            assert status == 200, (path, status)
            took.append(1000 * (time.perf_counter() - begun))
        wire.close()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return sorted(took)


def measured(place: Filled) -> dict[str, dict[str, float]]:
    """Every page: median and p95 in milliseconds, how many a second, statements."""
    found = {}
    with database(place.name):
        asked = statements(place)
        with served():
            cookie = signed_in(account(place))
            for name, url in pages(place).items():
                asyncio.run(drive(url, cookie, WARM))
                took = asyncio.run(drive(url, cookie, SECONDS))
                found[name] = {
                    "median_ms": round(median(took), 1),
                    "p95_ms": round(took[int(len(took) * 0.95)], 1),
                    "per_s": round(len(took) / SECONDS, 1),
                    "statements": asked[name],
                }
    return found


def run() -> dict[str, object]:
    """Each page at both sizes, how it grew, and which limits it does not keep."""
    sizes = {cases: measured(filled(cases)) for cases in (SMALL, LARGE)}
    growth = {name: round(far["p95_ms"] / sizes[SMALL][name]["p95_ms"], 2) for name, far in sizes[LARGE].items()}
    beyond = [
        name
        for name, far in sizes[LARGE].items()
        if far["p95_ms"] >= P95_LIMIT_MS or far["statements"] > STATEMENTS_LIMIT or growth[name] > GROWTH_LIMIT
    ]
    return {
        "clients": CLIENTS,
        "seconds": SECONDS,
        "limits": {"p95_ms": P95_LIMIT_MS, "statements": STATEMENTS_LIMIT, "growth": GROWTH_LIMIT},
        **{f"with_{cases}_cases": found for cases, found in sizes.items()},
        "growth": growth,
        "beyond_the_limits": beyond,
    }
