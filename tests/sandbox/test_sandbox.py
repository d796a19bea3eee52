"""What others sent is worked on where it can be ended: by time, by memory, and whatever it does there."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bihuan.sandbox import forkserver
from bihuan.sandbox.work import MB, Bounds, Broken, Crowded, Ended, Lane, call
from tests.sandbox import work

AMPLE = Bounds()
"""What no work of these tests takes, however busy the machine is; children give way to everything."""
LATE = 300
"""Seconds that nothing here reaches unless it is broken."""


def test_what_comes_back_is_what_the_child_made() -> None:
    said, content = call(work.echo, {"字": [1, None]}, b"abc", bounds=AMPLE)
    assert (said["字"], content) == ([1, None], b"cba")
    assert said["pid"] != os.getpid()


def test_a_child_knows_no_key_and_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    said, _ = call(work.echo, {}, bounds=AMPLE)
    assert not {name for name in said["environ"] if name.startswith(("BIHUAN", "DATABASE"))}


def test_work_that_breaks_off_says_what_broke_and_nothing_of_the_file() -> None:
    with pytest.raises(Broken, match=r"^ValueError at work.py:\d+$"):
        call(work.break_off, {}, b"13800138000", bounds=AMPLE)


@pytest.mark.parametrize(
    ("what", "bounds"),
    [(work.burn, Bounds(cpu=1, seconds=2 * LATE)), (work.sleep, Bounds(cpu=2 * LATE, seconds=1))],
    ids=["by the processor's time", "by the time on the wall"],
)
def test_work_that_is_never_ready_is_ended(what: Any, bounds: Bounds) -> None:
    begun = time.monotonic()
    with pytest.raises(Ended):
        call(what, {}, bounds=bounds)
    assert time.monotonic() - begun < LATE


def test_memory_is_bound() -> None:
    assert call(work.fill, {"bytes": 20 * MB}, bounds=Bounds(memory=200 * MB))[0] == {"bytes": 20 * MB}
    with pytest.raises(Ended):
        call(work.fill, {"bytes": 201 * MB}, bounds=Bounds(memory=200 * MB))


def test_a_child_writes_no_file_unless_it_is_let(tmp_path: Path) -> None:
    path = tmp_path / "written"
    with pytest.raises(Ended):
        call(work.write, {"path": str(path)}, b"x", bounds=AMPLE)
    call(work.write, {"path": str(path)}, b"x", bounds=Bounds(written=1))
    assert path.read_bytes() == b"x"


def test_a_child_leaves_no_core_and_lets_pages_go_first() -> None:
    said, _ = call(work.limits, {}, bounds=AMPLE)
    assert said == {"core": [0, 0], "nice": min(os.nice(0) + forkserver.NICENESS, 19)}


def test_when_the_process_that_forks_was_killed_another_one_takes_its_place() -> None:
    before = call(work.echo, {}, bounds=AMPLE)[0]["parent"]
    os.kill(before, signal.SIGKILL)
    assert call(work.echo, {}, bounds=AMPLE)[0]["parent"] != before


def test_children_of_several_threads_do_not_mix_up_their_answers() -> None:
    found: dict[int, Any] = {}

    def ask(number: int) -> None:
        found[number] = call(work.echo, {"number": number}, str(number).encode(), bounds=Bounds())

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: (said["number"], content) for n, (said, content) in found.items()} == {
        n: (n, str(n).encode()[::-1]) for n in range(12)
    }


def test_one_after_the_other_and_no_more_than_may_wait() -> None:
    lane, inside, most = Lane(line=2, patience=LATE), 0, 0
    first, go = threading.Event(), threading.Event()

    def work_on() -> None:
        nonlocal inside, most
        with lane.turn():
            inside += 1
            most = max(most, inside)
            first.set()
            go.wait(LATE)
            inside -= 1

    threads = [threading.Thread(target=work_on)]
    threads[0].start()
    first.wait(LATE)
    threads += [threading.Thread(target=work_on) for _ in range(2)]
    for thread in threads[1:]:
        thread.start()
    while lane._waiting._value:  # looked at, not taken: whoever comes must find the place free
        time.sleep(0.001)
    with pytest.raises(Crowded), lane.turn():
        pass
    go.set()
    for thread in threads:
        thread.join(LATE)
    assert (inside, most) == (0, 1)


def test_whoever_waited_too_long_is_told_so() -> None:
    lane = Lane(patience=0.05)
    with lane.turn(), pytest.raises(Crowded), lane.turn():
        pass
