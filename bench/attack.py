"""`python -m bench.attack DEMO.JSON`: does its worst to a running training installation, and tells what officials felt.

The doors of strangers and of officials, one after another: pictures that are small and cost much, bodies that come drop
by drop, files that fill the disk past every check, workbooks that say little and claim much, made-up methods, a full
disk (`--fill FOLDER`, where the data folder lies on a small disk of its own). Meanwhile somebody who is signed in opens
the workbench, the ledger and a case, four times a second. Told per attack: p50 and p95 of those pages in milliseconds,
how many of them were refused with 503 or failed, what the attackers were answered, and what they left behind.
The installation is one of training (`make demo`): cases are registered in it.
"""

import argparse
import hashlib
import http.client
import http.cookiejar
import json
import multiprocessing
import os
import re
import secrets
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.attachments.conftest import blank, flicker
from tests.intake.books import far_apart, long

from bihuan.attachments.types import FileKind

SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
ATTACKERS = 6
DRIPPING = 14
EVERY = 0.25
"""Seconds between two pages of the official, unless the one before takes longer."""
REASON = re.compile(r'id="(?:trouble|files-error)"[^>]*>(?:<p><b>)?([^<]+)|"detail":\s*"([^"]+)"')
"""What a page or the API says of a refusal."""
Answers = Counter[str]


@dataclass(frozen=True)
class Signal:
    """When attackers begin, all of them at once, and when they stop."""

    ready: Barrier
    stopped: Event

    def begin(self) -> None:
        """Wait for the others, with everything prepared."""
        self.ready.wait(180)

    @property
    def on(self) -> bool:
        """Whether it goes on."""
        return not self.stopped.is_set()


@dataclass(frozen=True)
class Target:
    """A running installation, with whom one may sign in."""

    host: str
    port: int
    password: str
    place: str
    official: str
    token: str
    administrator: str
    liaison: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.host}:{self.port}"

    def send(self, who: int, method: str, path: str, body: bytes = b"", said: Mapping[str, str] | None = None) -> str:
        """A request from an address of the attacker's own; answers status and reason, or how it ended."""
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=60, source_address=(f"127.0.0.{who + 2}", 0)
        )
        try:
            connection.request(method, path, body, dict(said or {}))
            answer = connection.getresponse()
            told = [one or other for one, other in REASON.findall(answer.read().decode(errors="replace"))]
            return " ".join((str(answer.status), *told))
        except TimeoutError:
            return "nothing within a minute"
        except OSError:
            return "cut off"
        finally:
            connection.close()


def target(told: Path) -> Target:
    """The installation that a demo.json tells of."""
    demo: dict[str, Any] = json.loads(told.read_text())
    at = urllib.parse.urlparse(demo["address"])

    def who(post: str, what: str = "account") -> str:
        accounts = [a for a in demo["accounts"] if a["jurisdiction"] == "wendeng"]
        return str(next(account[what] for account in accounts if account["account"].endswith(post)))

    assert at.hostname
    return Target(
        at.hostname,
        at.port or 80,
        str(demo["password"]),
        "wendeng",
        who(".registrar"),
        who(".registrar", "token"),
        who(".administrator"),
        who(".deputy"),
    )


class Browser:
    """Somebody who is signed in, or a stranger, with cookies of their own."""

    def __init__(self, at: Target, account: str = "") -> None:
        self.at, self.jar = at, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if account:
            self.read("/sign-in/")
            status, _ = self.post("/sign-in/", {"account": account, "password": at.password})
            assert status == 200, (account, status)

    def read(self, path: str) -> tuple[int, str]:
        """A page."""
        return self._open(urllib.request.Request(self.at.url + path))

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        """A form."""
        data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": self.token}).encode()
        return self._open(urllib.request.Request(self.at.url + path, data, {"Origin": self.at.url}))

    @property
    def token(self) -> str:
        """What forms carry against forgery."""
        return next((str(cookie.value) for cookie in self.jar if "csrf" in cookie.name), "")

    @property
    def cookies(self) -> dict[str, str]:
        """The headers of this browser."""
        return {"Cookie": "; ".join(f"{c.name}={c.value}" for c in self.jar), "Origin": self.at.url}

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.opener.open(request, timeout=60) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError:
            return 0, ""


def form(fields: Mapping[str, str], files: list[tuple[str, str, bytes]]) -> tuple[bytes, dict[str, str]]:
    """A form with files."""
    edge = secrets.token_hex(8)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    for field, name, content in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={edge}"}


SAID = {"content": "小区东门外路灯坏了三天，夜里看不清路，请尽快修复。", "place": "东门", "appeal_type": "HELP"}


class Stranger:
    """A citizen's page with its form, opened once."""

    def __init__(self, at: Target) -> None:
        self.at, self.path, self.browser = at, f"/p/{at.place}/submit/", Browser(at)
        status, page = self.browser.read(self.path)
        assert status == 200, (self.path, status)
        self.ticket = _found(r'name="ticket" value="([^"]+)"', page)
        self.work, self.bits = _found(r'data-work="(\w+)"', page), int(_found(r'data-bits="(\d+)"', page))

    def solved(self) -> str:
        """What a browser with JavaScript finds."""
        n = 0
        while int.from_bytes(hashlib.sha256(f"{self.work}.{n}".encode()).digest()) >> (256 - self.bits):
            n += 1
        return str(n)

    def send(self, who: int, files: list[tuple[str, str, bytes]], **more: str) -> str:
        """Submit the form."""
        body, said = form({"csrfmiddlewaretoken": self.browser.token, "ticket": self.ticket, **SAID, **more}, files)
        return self.at.send(who, "POST", self.path, body, {**said, **self.browser.cookies})


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def pictures(at: Target, who: int, signal: Signal) -> Answers:
    """Forms filled in as a person would, each with six pictures that are small and large at once (F65)."""
    flat, frames = blank(FileKind.WEBP, 7_000, 7_000), flicker(9_000)
    files = [("files", f"{n}.gif", frames) for n in range(5)] + [("files", "6.webp", flat)]
    told = Answers()
    signal.begin()
    while signal.on:
        stranger = Stranger(at)
        solved, opened = stranger.solved(), time.monotonic()
        while time.monotonic() < opened + 4 and signal.on:  # whoever is quicker is taken for a program
            time.sleep(0.1)
        told[stranger.send(who, files, work=solved)] += 1
    return told


def frames_of_officials(at: Target, who: int, signal: Signal) -> Answers:
    """A picture of 60,000 frames, 900 KB, from somebody who is signed in (F65)."""
    body, said = form({}, [("file", "a.gif", flicker(60_000))])
    told = Answers()
    signal.begin()
    while signal.on:
        told[at.send(who, "POST", "/api/v1/attachments", body, {**said, "Authorization": f"Bearer {at.token}"})] += 1
    return told


def drops(at: Target, who: int, signal: Signal) -> Answers:
    """Bodies of which a byte comes every two seconds (F69)."""
    head = b"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"
    told, there = Answers(), (f"127.0.0.{who + 2}", 0)
    signal.begin()
    while signal.on:
        with socket.create_connection((at.host, at.port), timeout=90, source_address=there) as line:
            line.sendall(head)
            line.settimeout(2)
            while signal.on:
                try:
                    if answer := line.recv(4096):
                        told[answer.split(b" ", 2)[1].decode()] += 1
                    break
                except TimeoutError:
                    try:
                        line.sendall(b" ")
                    except OSError:
                        break
                except OSError:
                    break
    return told


def trapped(at: Target, who: int, signal: Signal) -> Answers:
    """The trap filled in, six files of a megabyte each, again and again with one ticket (F66)."""
    stranger, told = Stranger(at), Answers()
    signal.begin()
    while signal.on:
        files = [("files", f"{n}.mp4", secrets.token_bytes(1_000_000)) for n in range(6)]
        told[stranger.send(who, files, website="http://x")] += 1
    return told


def workbooks(at: Target, who: int, signal: Signal) -> Answers:
    """Lists of places that claim a hundred thousand rows of four hundred columns, or have 600,000 (F68)."""
    books = [far_apart(), long(600_000)]
    account = at.administrator if who % 2 else at.liaison
    browser, told, n = Browser(at, account), Answers(), 0
    signal.begin()
    while signal.on:
        fields = {"do": "load", "csrfmiddlewaretoken": browser.token}
        body, said = form(fields, [("file", "list.xlsx", books[n % 2])])
        told[at.send(who, "POST", "/units/places/", body, {**said, **browser.cookies})] += 1
        n += 1
    return told


def methods(at: Target, who: int, signal: Signal) -> Answers:
    """Words that are no method of HTTP, each another one (F70)."""
    told = Answers()
    signal.begin()
    while signal.on:
        told[at.send(who, "BREW" + secrets.token_hex(6).upper(), "/healthz")] += 1
    return told


def figures(at: Target) -> int:
    """Bytes of /metrics."""
    return len(Browser(at).read("/metrics")[1])


Attack = Callable[[Target, int, Signal], Answers]
ATTACKS: Mapping[str, tuple[Attack, int]] = {
    "pictures of strangers": (pictures, ATTACKERS),
    "pictures of an official": (frames_of_officials, ATTACKERS),
    "slow bodies": (drops, DRIPPING),
    "files past the checks": (trapped, ATTACKERS),
    "workbooks": (workbooks, ATTACKERS),
    "made-up methods": (methods, ATTACKERS),
}


def _attack(attack: Attack, at: Target, who: int, signal: Signal, told: "multiprocessing.Queue[Answers]") -> None:
    told.put(attack(at, who, signal))


@contextmanager
def under(attack: Attack, attackers: int, at: Target) -> Iterator[Answers]:
    """So many processes attack for as long as the block lasts; what they were answered is told at its end."""
    processes = multiprocessing.get_context("spawn")
    signal, queue = Signal(processes.Barrier(attackers + 1), processes.Event()), processes.Queue()
    answers = Answers()
    gang = [processes.Process(target=_attack, args=(attack, at, who, signal, queue)) for who in range(attackers)]
    for one in gang:
        one.start()
    signal.begin()
    try:
        yield answers
    finally:
        signal.stopped.set()
        for _ in gang:
            answers += queue.get(timeout=120)
        for one in gang:
            one.join(10)


@contextmanager
def filled(folder: Path) -> Iterator[Answers]:
    """Every byte of a disk is taken for as long as the block lasts (F67)."""
    ballast = folder / "ballast"
    try:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        yield Answers()
    finally:
        ballast.unlink()


class Official:
    """Somebody at work: the workbench, the ledger, a case."""

    def __init__(self, at: Target) -> None:
        self.browser = Browser(at, at.official)
        _, ledger = self.browser.read("/cases/")
        self.pages = ["/", "/cases/", _found(r'href="(/cases/[A-Z]+\d+/)"', ledger)]

    def works(self, seconds: float) -> dict[str, Any]:
        """Open pages for so long; answers what that was like."""
        until, took, refused, failed = time.monotonic() + seconds, list[float](), 0, Counter[int]()
        while time.monotonic() < until or len(took) < 20:
            began = time.monotonic()
            status, _ = self.browser.read(self.pages[len(took) % len(self.pages)])
            took.append(time.monotonic() - began)
            refused += status == 503
            if status not in (200, 503):
                failed[status] += 1
            time.sleep(max(0.0, began + EVERY - time.monotonic()))
        of = quantiles(took, n=20, method="inclusive")
        ms = {"p50_ms": of[9], "p95_ms": of[18], "most_ms": max(took)}
        told = {name: round(seconds * 1000) for name, seconds in ms.items()}
        return {"pages": len(took), **told, "503": refused, "failed": dict(failed)}


def run(at: Target, seconds: float, fill: Path | None = None) -> dict[str, Any]:
    """Every attack in turn, with a while of rest before each."""
    official, told = Official(at), dict[str, Any]()
    told["at rest"] = official.works(seconds)
    for name, (attack, attackers) in ATTACKS.items():
        before = figures(at)
        with under(attack, attackers, at) as answers:
            felt = official.works(seconds)
        left = {"answered": dict(answers), "figures grew by": figures(at) - before}
        told[name] = {**felt, "attackers": attackers, **left}
        print(name, told[name], file=sys.stderr, flush=True)
    if fill is not None:
        with filled(fill):
            told["a full disk"] = official.works(seconds)
    told["afterwards"] = official.works(seconds)
    return told


def main() -> None:
    """Attack and print what was felt as one JSON object; ends with 1 where an official was refused or kept waiting."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("demo", type=Path, help="demo.json of the running installation")
    asked.add_argument("--seconds", type=float, default=SECONDS, help="so long for each attack")
    asked.add_argument("--fill", type=Path, help="a folder on the small disk of the data folder")
    said = asked.parse_args()
    told = run(target(said.demo), said.seconds, said.fill)
    print(json.dumps(told, ensure_ascii=False, indent=1))
    hurt = [name for name, felt in told.items() if felt["503"] or felt["failed"] or felt["p95_ms"] >= 1000]
    sys.exit(f"felt by officials: {', '.join(hurt)}" if hurt else 0)


if __name__ == "__main__":
    main()
