"""What is sent comes in before a turn is spent on it, within a time, and no more than the page takes."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from bihuan.config import bodies
from bihuan.config.bodies import FORM, Body, Crowded, Slow, Waiting, end_reading, whole
from bihuan.kernel import errand
from bihuan.kernel.doors import takes_files
from bihuan.startup.server import threads_in_all
from tests.towns import Town
from tests.web.officials import Office

MANY = Waiting(in_all=9, from_one=9)
LATE = 300
"""Seconds that nothing here reaches unless it is broken."""


def sent(source: Any, length: int, whence: str = "here", waiting: Waiting = MANY) -> bytes:
    """All that came in."""
    with closing(Body(source, length, waiting, whence=whence)) as body:
        return body.read()


def watched(client: "Dripping", every: float = 0.05) -> Waiting:
    """Somebody who cuts the client off."""
    return Waiting(in_all=9, from_one=9, end=lambda peer: client.cut_off.set(), every=every)


class Dripping:
    """A client that sends its bytes one by one, and then none until it is cut off."""

    def __init__(self, content: bytes, pause: float) -> None:
        self.left, self.pause, self.cut_off = content, pause, threading.Event()

    def read(self, size: int) -> bytes:
        """As much as is asked for, as slow as it comes; nothing more once the connection is gone."""
        got = b""
        while len(got) < size and self.left and not self.cut_off.wait(self.pause):
            got, self.left = got + self.left[:1], self.left[1:]
        if len(got) < size and not self.left:
            self.cut_off.wait()
        return got


def test_what_comes_in_is_what_was_sent() -> None:
    content = bytes(range(256)) * 4_000
    with closing(Body(BytesIO(content), len(content), MANY, whence="here")) as body:
        assert (body.read(10), body.read()) == (content[:10], content[10:])
    with closing(Body(BytesIO(b"a\nb"), 3, MANY, whence="here")) as body:
        assert body.readline() == b"a\n"
    assert sent(BytesIO(b"ab"), 9) == b"ab", "whoever has gone has sent less"


def test_who_sends_too_slowly_is_cut_off_and_who_is_only_slow_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    client = Dripping(b"x" * 10_000, 0.05)
    with pytest.raises(Slow):
        sent(client, 10_000, waiting=watched(client))
    assert client.left, "it was not waited for to the end"
    monkeypatch.setattr(bodies, "PATIENCE", LATE)
    slow = Dripping(b"x" * 10, 0.05)
    assert sent(slow, 10, waiting=watched(slow)) == b"x" * 10


class Clock:
    """The time of whoever looks who is late: it goes on when the client says so."""

    EVERY = 0.001
    """By this the one who looks is known from those whom other tests have left behind."""

    def __init__(self) -> None:
        self.now, self.looks = 0.0, threading.Semaphore(0)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if seconds == self.EVERY:
            self.looks.release()
        time.sleep(seconds)

    def go_on(self, seconds: float) -> None:
        """Let time pass, and somebody look afterwards."""
        self.now += seconds
        while self.looks.acquire(blocking=False):
            pass
        for _ in range(2):
            assert self.looks.acquire(timeout=LATE)


@pytest.mark.parametrize(("least", "cut"), [(5, False), (1_000_000, True)])
def test_a_longer_body_has_longer(least: int, cut: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten bytes a second: who must send five has time for all of it, and otherwise a second and a half."""
    clock = Clock()
    monkeypatch.setattr(bodies, "time", clock)
    monkeypatch.setattr(bodies, "Coming", partial(bodies.Coming, began=clock.now))
    monkeypatch.setattr(bodies, "PATIENCE", 1.5)
    monkeypatch.setattr(bodies, "BLOCK", 10)
    monkeypatch.setattr(bodies, "LEAST_A_SECOND", least)
    client = Dripping(b"x" * 60, 0)
    read = client.read

    def slowly(size: int) -> bytes:
        clock.go_on(1)
        return read(size)

    monkeypatch.setattr(client, "read", slowly)
    if cut:
        with pytest.raises(Slow):
            sent(client, 60, waiting=watched(client, clock.EVERY))
    else:
        assert sent(client, 60, waiting=watched(client, clock.EVERY)) == b"x" * 60
    assert clock.now == (2 if cut else 6)


def test_reading_ends_for_an_address_and_for_nobody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LATE)
        theirs = socket.create_connection(server.getsockname(), source_address=("127.0.0.2", 0))
        (late, _), ours = server.accept(), socket.create_connection(server.getsockname())
        other, _ = server.accept()
        with theirs, ours, late, other:
            end_reading("127.0.0.2")
            late.settimeout(LATE)
            assert late.recv(9) == b""
            late.sendall(b"408")
            assert theirs.recv(9) == b"408", "what is answered is"
            ours.sendall(b"on")
            assert other.recv(9) == b"on"


def test_whoever_ends_reading_leaves_nothing_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)), (tmp_path / "file").open("w"):
        open_before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            end_reading("127.0.0.2")
        assert len(os.listdir("/proc/self/fd")) == open_before


def test_whoever_looks_goes_on_where_reading_could_not_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.1)
    tried: list[str] = []
    again = threading.Event()

    def end(peer: str) -> None:
        tried.append(peer)
        if len(tried) == 1:
            raise OSError("too many open files")
        again.set()

    waiting = Waiting(9, 9, end=end, every=0.05)
    with waiting.one_more("net", "127.0.0.3"):
        assert again.wait(LATE)
    assert tried[:2] == ["127.0.0.3", "127.0.0.3"]


def test_one_network_makes_not_everybody_wait() -> None:
    waiting = Waiting(in_all=3, from_one=2, end=lambda peer: None)
    clients = [Dripping(b"", 0) for _ in range(3)]

    def come(client: Dripping, whence: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: sent(client, 5, whence, waiting))
        before = sum(waiting._from.values())
        thread.start()
        while sum(waiting._from.values()) == before:
            time.sleep(0.001)
        return thread

    threads = [come(client, "there") for client in clients[:2]]
    with pytest.raises(Crowded):
        sent(BytesIO(b"hello"), 5, "there", waiting)
    assert sent(BytesIO(b"hello"), 5, "here", waiting) == b"hello"
    threads.append(come(clients[2], "elsewhere"))
    with pytest.raises(Crowded):
        sent(BytesIO(b"hello"), 5, "here", waiting)
    for client in clients:
        client.cut_off.set()
    for thread in threads:
        thread.join(LATE)
    assert sent(BytesIO(b"hello"), 5, "there", waiting) == b"hello"


def asked(source: Any, length: int, settings: Settings, path: str = "/sign-in/") -> tuple[HttpResponse, list[str]]:
    """The answer to a post, and in which order what came before what."""
    settings.AT_ONCE, order = 1, list[str]()

    class Told:
        def read(self, size: int) -> bytes:
            order.append("body")
            return bytes(source.read(size))

    def inside(request: HttpRequest) -> HttpResponse:
        order.append("gate")
        return HttpResponse(request.read())

    request = RequestFactory().post(path)
    request.META |= {"CONTENT_LENGTH": str(length), "wsgi.input": Told()}
    answer = whole(inside)(request)
    assert isinstance(answer, HttpResponse)
    return answer, order


def test_a_form_comes_in_before_the_gate(settings: Settings) -> None:
    answer, order = asked(BytesIO(b"a=1"), 3, settings)
    assert (answer.content, order[:2], order[-1]) == (b"a=1", ["body", "gate"], "gate")


def test_what_is_larger_comes_in_when_it_is_read_and_leaves_the_turn_to_others(settings: Settings) -> None:
    left: list[str] = []

    @contextmanager
    def aside() -> Iterator[None]:
        left.append("aside")
        yield

    token = errand.ASIDE.set(aside)
    answer, order = asked(BytesIO(bytes(FORM + 1)), FORM + 1, settings)
    errand.ASIDE.reset(token)
    assert (len(answer.content), order[0], left) == (FORM + 1, "gate", ["aside"])


@pytest.mark.parametrize(("path", "kind"), [("/sign-in/", "text/html"), ("/api/v1/cases", "application/problem+json")])
def test_who_is_cut_off_is_told_so(path: str, kind: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    client = Dripping(b"", 0)
    monkeypatch.setattr(bodies, "Waiting", lambda **said: watched(client))
    answer, order = asked(client, 3, settings, path)
    assert (answer.status_code, "gate" in order, answer["Content-Type"].startswith(kind)) == (408, False, True)
    assert "没有在规定时间内传完" in answer.content.decode()


def test_where_too_many_are_waited_for_one_is_told_to_come_back(settings: Settings) -> None:
    class Full(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise Crowded

    answer, _ = asked(Full(), 3, settings)
    assert (answer.status_code, "Retry-After" in answer) == (503, True)
    assert threads_in_all(3) * 3 // 4 < threads_in_all(3), "some threads are left for whoever sends nothing"


def large(client: Client, path: str, length: int) -> HttpResponse:
    """The answer to so many bytes of a form with files, of which none comes."""
    said = {"CONTENT_LENGTH": str(length), "wsgi.input": BytesIO()}
    return client.generic("POST", path, b"", "multipart/form-data; boundary=x", **said)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in/", 413),
        ("/sign-in/code/", 413),
        ("/cases/views/", 413),
        ("/p/wd/follow/", 413),
        ("/p/wd/case/leave/", 413),
        ("/cases/new/", 403),
        ("/units/places/", 403),
    ],
)
def test_what_a_page_does_not_take_is_refused_by_its_length(path: str, status: int, wendeng: Town) -> None:
    assert large(Client(), path, 50_000_000).status_code == status


@pytest.mark.django_db
def test_officials_send_files_where_they_may_and_not_without_end(wendeng: Town) -> None:
    clerk = Office(wendeng)["desk.registrar"].client
    assert large(clerk, "/cases/new/", 64 * 1024 * 1024 + 1).status_code == 413
    assert large(clerk, "/cases/views/", 3_000_000).status_code == 413
    assert large(clerk, "/cases/new/", 50_000_000).status_code not in (403, 413)


def test_whoever_shows_a_form_with_files_takes_them() -> None:
    """A page with files whose view does not say so would refuse them."""
    from django.urls import resolve

    for path in ("/cases/new/", "/cases/WX1/acts/answer/", "/matters/new/", "/matters/M1/acts/done/", "/units/places/",
                 "/p/wd/submit/", "/p/wd/case/supplement/"):  # fmt: skip
        assert takes_files(resolve(path).func), path
    assert not takes_files(resolve("/sign-in/").func)
