"""More is asked than can be done: some work, some wait, others are told to come back, and what was begun goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from bihuan.config import admission
from bihuan.config.admission import Gate, admitted

BEGIN, ACT = "/api/v1/cases", "/api/v1/cases/WX1/acts/sign_in"


class Door:
    """A site of one thread that holds everybody who is inside until it is told to let them go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)
        self.answers: list[int] = []
        self.enter = admitted(self._inside)
        self.threads: list[threading.Thread] = []

    def _inside(self, request: HttpRequest) -> HttpResponse:
        self.entered.release()
        self.open.wait(10)
        return HttpResponse()

    def ask(self, path: str, method: str = "POST") -> HttpResponse:
        """Ask and wait for the answer."""
        answer = self.enter(RequestFactory().generic(method, path))
        assert isinstance(answer, HttpResponse)
        return answer

    def ask_meanwhile(self, path: str, gate: Callable[[], int]) -> None:
        """Ask from another thread, and go on as soon as it is inside or waits."""
        before = gate()
        thread = threading.Thread(target=lambda: self.answers.append(self.ask(path).status_code))
        thread.start()
        self.threads.append(thread)
        while gate() == before:
            pass


@pytest.fixture
def gate(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate of a site that works on one request at once."""
    settings.AT_ONCE = 1
    made = Gate(1)
    monkeypatch.setattr(admission, "Gate", lambda working: made)
    return made


@contextmanager
def crowd(gate: Gate, *paths: str) -> Iterator[Door]:
    """One inside, the others waiting."""
    door = Door()
    for path in paths:
        door.ask_meanwhile(path, lambda: gate._inside + gate._waiting)
    yield door
    door.open.set()
    for thread in door.threads:
        thread.join(10)
    assert gate._inside == gate._waiting == 0


def test_whoever_waits_is_let_in_and_nobody_is_lost(gate: Gate) -> None:
    with crowd(gate, *[ACT] * 5) as door:
        pass
    assert door.answers == [200] * 5


def test_nothing_new_is_begun_while_others_wait_for_what_they_began(gate: Gate) -> None:
    with crowd(gate, ACT, ACT, ACT) as door:
        refused = door.ask(BEGIN)
        assert refused.status_code == 503
        assert 1 <= int(refused["Retry-After"]) <= 4
        assert refused["Content-Type"] == "application/problem+json"
        assert "没有写入" in refused.content.decode()
        door.ask_meanwhile(ACT, lambda: gate._waiting)
    assert door.answers == [200] * 4


def test_where_there_is_no_room_to_wait_one_is_told_at_once(gate: Gate) -> None:
    with crowd(gate, *[ACT] * 7) as door:
        assert door.ask(ACT).status_code == 503
        page = door.ask("/cases/", "GET")
        assert (page.status_code, page.headers.keys() >= {"Retry-After"}) == (503, True)
        assert "请稍后再试" in page.content.decode()


def test_whoever_waited_too_long_is_told_so(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 0.05)
    with crowd(gate, ACT) as door:
        assert door.ask(ACT).status_code == 503


def test_health_is_told_to_whoever_asks(gate: Gate) -> None:
    with crowd(gate, *[ACT] * 7) as door:
        door.open.set()
        assert door.ask("/healthz", "GET").status_code == 200
