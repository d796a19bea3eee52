"""A13. What costs much is asked last: no request of up to a megabyte takes the site's processors or its places.

Processor time of the server's processes is measured, not time on the wall: a machine that is busy with other things
makes neither longer. Nor is a slow machine's second a fast one's: all is told in multiples of what a piece of Python
takes there. What is looked into in the sandbox is bound there (`tests/sandbox`).
"""

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import pytest

from tests.attachments.conftest import flicker
from tests.startup.clients import Client, letter, settled
from tests.startup.running import Running, parent_of
from tests.towns import PASSWORD
from tests.waits import LATE

MOST, WHILE_ONE_WAITS = 20, 40
"""Yardsticks of a processor for one request; for all that is done while an official waits for a page, beside what
the page itself takes ten times over."""
MB = 1_000_000
TICKS = os.sysconf("SC_CLK_TCK")


def yardstick() -> float:
    """Seconds of a processor that a piece of Python takes here: the fortieth part of one where this was written."""
    took = []
    for _ in range(5):
        began = time.process_time()
        sum(n * n for n in range(1_000_000))
        took.append(time.process_time() - began)
    return min(took)


class Site:
    """A running site with a registrar who is signed in, and with a token."""

    def __init__(self, running: Running) -> None:
        self.running, self.told = running, settled(running)
        self.official = Client(running, self.told["tokens"]["desk.registrar"])
        self.official.page("/sign-in/")
        assert self.official.page("/sign-in/", {"account": "kt.desk.registrar", "password": PASSWORD})[0] == 200

    def spent(self) -> float:
        """Seconds of a processor that the server's processes have taken, without what others did for them."""
        server, total = self.running.pid_of("server"), 0
        for pid in self.running.everything():
            if pid == server or parent_of(pid) == server:
                with suppress(FileNotFoundError, ProcessLookupError):
                    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    total += int(said[11]) + int(said[12])
        return total / TICKS

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "", token: str = "") -> int:
        """A request as anybody may make it; answers its status, 0 where the connection ended."""
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=LATE)
        headers = {"Content-Type": kind} if kind else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        except OSError:  # whoever is refused before all was sent
            return 0
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with TemporaryDirectory(prefix="bihuan-h") as folder:  # its path is short, for the sockets in it
        running = Running(Path(folder) / "data")
        try:
            yield Site(running.until_ready())
        finally:
            running.stop()


def parts(name: str, content: bytes) -> tuple[bytes, str]:
    """A file of a form."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + content + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


DEEP = b'{"title":' + b"[" * (MB // 2) + b"]" * (MB // 2) + b"}"
WIDE = json.dumps({f"field{n}": n for n in range(60_000)}).encode()
FLICKER = parts("a.gif", flicker(60_000))
FORM = b"&".join(b"a%d=1" % n for n in range(100_000))
DOORS: dict[str, Callable[[Site], int]] = {
    "method": lambda site: site.send(f"BREW{time.monotonic_ns()}", "/healthz"),
    "figures": lambda site: site.send("GET", "/metrics"),
    "json without a token": lambda site: site.send("POST", "/api/v1/cases", WIDE, "application/json"),
    "deep json": lambda site: site.send("POST", "/api/v1/cases", DEEP, "application/json", site.official.token),
    "wide json": lambda site: site.send("POST", "/api/v1/cases", WIDE, "application/json", site.official.token),
    "many frames": lambda site: site.send("POST", "/api/v1/attachments", *FLICKER, site.official.token),
    "many fields": lambda site: site.send("POST", "/sign-in/", FORM, "application/x-www-form-urlencoded"),
    "a file at the door": lambda site: site.send("POST", "/sign-in/", *FLICKER),
    "a file of nobody": lambda site: site.send("POST", "/cases/new/", *FLICKER),
    "a file of a citizen": lambda site: site.send("POST", "/p/kt/submit/", *FLICKER),
    "a long address": lambda site: site.send("GET", "/cases/?q=" + "路灯".encode().hex() * 2_000),
}


@pytest.mark.parametrize("door", list(DOORS))
def test_no_request_costs_much(door: str, site: Site) -> None:
    assert DOORS[door](site) != 500
    before, times = site.spent(), 4
    for _ in range(times):
        assert DOORS[door](site) != 500
    assert (site.spent() - before) / times < MOST * yardstick()


def test_officials_work_on_while_six_do_their_worst(site: Site) -> None:
    def pages() -> list[float]:
        took = list[float]()
        while len(took) < 40:
            began = site.spent()
            assert site.official.page("/")[0] == 200
            took.append(site.spent() - began)
        return took

    stop, at_rest = threading.Event(), pages()

    def attack(n: int) -> None:
        while not stop.is_set():
            DOORS[list(DOORS)[n % len(DOORS)]](site)
            n += 6

    attackers = [threading.Thread(target=attack, args=(n,)) for n in range(6)]
    for attacker in attackers:
        attacker.start()
    try:
        took = pages()
    finally:
        stop.set()
        for attacker in attackers:
            attacker.join()
    busy = quantiles(at_rest, n=20)[-1]
    assert quantiles(took, n=20)[-1] < WHILE_ONE_WAITS * yardstick() + 10 * busy


def test_whoever_sends_drop_by_drop_holds_nobody_up_and_is_cut_off(site: Site) -> None:
    """F69."""
    at, there = ("127.0.0.1", site.running.port), ("127.0.0.2", 0)
    clients = [socket.create_connection(at, timeout=LATE, source_address=there) for _ in range(11)]
    head = b"POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Content-Length: 9999\r\n\r\n"
    began = time.monotonic()
    for client in clients:
        client.sendall(head + b"{")
    while time.monotonic() - began < 12:  # of the twenty seconds that everybody has
        for client in clients:
            with suppress(OSError):  # where this machine took so long that the site has cut it off by now
                client.sendall(b" ")
        assert site.official.page("/")[0] == 200
        assert site.official.ask("/cases", letter(site.told["channel"], "路灯不亮"))[0] == 201
        time.sleep(1)
    answers = [client.recv(4096) for client in clients]
    assert all(b" 408 " in answer.split(b"\r\n", 1)[0] for answer in answers), answers
    for client in clients:
        client.close()
    assert site.official.page("/")[0] == 200


def test_a_site_that_was_started_tells_its_figures_from_memory(site: Site) -> None:
    """F67: files that are mapped lie on no disk that can be full."""
    environment = dict(
        line.split("=", 1)
        for line in Path(f"/proc/{site.running.pid_of('server')}/environ").read_text().split("\0")
        if "=" in line
    )
    folder = Path(environment["PROMETHEUS_MULTIPROC_DIR"])
    assert folder.is_relative_to("/dev/shm")
    assert (folder.parent.stat().st_mode & 0o777, (folder.parent / "hands").stat().st_blocks > 0) == (0o700, True)
