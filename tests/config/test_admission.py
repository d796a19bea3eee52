"""More is asked than can be done: one works, some wait, others are told to come back, and what was begun goes on."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from bihuan.config import admission
from bihuan.config.admission import Gate, Visit, admitted
from bihuan.config.hands import Hands
from bihuan.kernel import errand

LATE = 300
"""Seconds that nothing here reaches unless it is broken."""
BEGIN, ACT = "/api/v1/cases", "/api/v1/cases/WX1/acts/sign_in"


class Door:
    """A site of one thread that holds everybody who is inside until it is told to let them go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.answers: list[int] = []
        self.enter = admitted(self._inside)
        self.threads: list[threading.Thread] = []

    def _inside(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            self.open.wait(LATE)
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
def gate(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gate:
    """The gate of a site with one place inside."""
    monkeypatch.setenv("BIHUAN_DATA", str(tmp_path))
    monkeypatch.setattr(admission, "PATIENCE", LATE)
    settings.AT_ONCE = 1
    made = Gate(1)
    monkeypatch.setattr(admission, "Gate", lambda places: made)
    return made


@contextmanager
def crowd(gate: Gate, *paths: str) -> Iterator[Door]:
    """One inside, the others waiting."""
    door = Door()
    for path in paths:
        door.ask_meanwhile(path, lambda: gate.in_hand)
    yield door
    door.open.set()
    for thread in door.threads:
        thread.join(LATE)
    assert gate.in_hand == 0


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
        door.ask_meanwhile(ACT, lambda: gate.in_hand)
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
        assert door.ask("/healthz", "GET").status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_looks_at_files_or_the_database_waits_its_turn(path: str, gate: Gate) -> None:
    with crowd(gate, *[ACT] * 7) as door:
        assert door.ask(path, "GET").status_code == 503


def inside(gate: Gate) -> Visit:
    """Somebody who came in."""
    visit = gate.enter(begins=False)
    assert visit is not None
    return visit


def waiting(gate: Gate, came: list[str], name: str) -> threading.Thread:
    """Somebody who waits, and writes the name down when inside."""

    def go() -> None:
        visit = inside(gate)
        came.append(name)
        gate.leave(visit)

    before = gate.in_hand
    thread = threading.Thread(target=go)
    thread.start()
    while gate.in_hand == before:
        pass
    return thread


def test_one_is_worked_on_at_a_time_and_the_others_follow_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "LASTING", 60)
    gate, came = Gate(3), list[str]()
    first = inside(gate)
    threads = [waiting(gate, came, name) for name in "abcdef"]
    assert came == []
    gate.leave(first)
    for thread in threads:
        thread.join(LATE)
    assert came == list("abcdef")


def test_whoever_lasts_does_not_hold_the_next_one_up_as_long_as_there_is_a_place() -> None:
    gate = Gate(2)
    begun = time.monotonic()
    long, longer = inside(gate), inside(gate)
    assert time.monotonic() - begun >= admission.LASTING
    came: list[str] = []
    thread = waiting(gate, came, "third")
    time.sleep(3 * admission.LASTING)
    assert came == []
    gate.leave(long)
    thread.join(LATE)
    assert came == ["third"]
    gate.leave(longer)
    assert gate.in_hand == 0


def leave_when(gate: Gate, visit: Visit, many: int) -> None:
    """Go as soon as so many are inside or wait."""
    while gate.in_hand < many:
        time.sleep(0.001)
    gate.leave(visit)


def test_whoever_steps_aside_leaves_the_turn_to_others_and_comes_back_before_those_who_wait() -> None:
    gate, came = Gate(1), list[str]()
    long = inside(gate)
    first = waiting(gate, came, "first")
    with gate.aside(long):
        first.join(LATE)
        assert came == ["first"]
        other = inside(gate)
        last = waiting(gate, came, "last")
        leaving = threading.Thread(target=leave_when, args=(gate, other, 3))
        leaving.start()
    assert came == ["first"]
    gate.leave(long)
    last.join(LATE)
    leaving.join(LATE)
    assert came == ["first", "last"]
    assert gate.in_hand == 0


def test_a_request_steps_aside_through_the_errand(gate: Gate) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        with errand.ASIDE.get()():
            assert gate.in_hand == 0
        assert gate.in_hand == 1
        return HttpResponse()

    assert admitted(answer)(RequestFactory().get("/cases/")).status_code == 200
    assert gate.in_hand == 0
    with errand.ASIDE.get()():
        assert gate.in_hand == 0


ANOTHER = """
import sys, pathlib
from bihuan.config.hands import Hands
from bihuan.kernel import errand
hands = Hands(pathlib.Path(sys.argv[1]))
for line in sys.stdin:
    hands.hold(int(line))
    print(hands.fuller(), flush=True)
"""


@contextmanager
def another_process(file: Path) -> Iterator[Callable[[int], bool]]:
    """A process of the same site: tell it what it has in hand, and it says whether that is more than another has."""
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def hold(many: int) -> bool:
        print(many, file=process.stdin, flush=True)
        return process.stdout.readline() == "True\n"

    with process:
        yield hold
        process.stdin.close()


def test_whoever_has_more_in_hand_than_another_process_knows_it(tmp_path: Path) -> None:
    with another_process(tmp_path / "hands") as hold:
        assert not hold(5)
        hands = Hands(tmp_path / "hands")
        hands.hold(3)
        assert (hold(5), hold(3), hold(2)) == (True, False, False)
        assert hands.fuller()


def test_a_process_that_is_gone_leaves_its_byte_to_the_next_one(tmp_path: Path) -> None:
    with another_process(tmp_path / "hands") as hold:
        hold(7)
    with another_process(tmp_path / "hands") as hold:
        assert not hold(0)
    assert (tmp_path / "hands").read_bytes().count(0) == 63


def test_a_fuller_process_ends_the_connection_with_its_answer(gate: Gate, tmp_path: Path) -> None:
    with another_process(tmp_path / "run" / "hands") as hold:
        hold(0)
        with crowd(gate, ACT, ACT) as door:
            assert "Connection" not in door.ask("/healthz", "GET")
            hold(9)
            door.open.set()
            assert "Connection" not in door.ask("/cases/", "GET")
        with crowd(gate, *[ACT] * 7) as door:
            hold(0)
            assert door.ask(ACT)["Connection"] == "close"
