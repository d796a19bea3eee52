"""kill -9 of any part: it is started again and nothing acknowledged is lost."""

import os
import signal
import threading

import psycopg
import pytest

from tests.startup.conftest import Start
from tests.startup.running import Running, alive, command_of, eventually, parent_of


class Writer:
    """Commits numbered rows until told to stop, through every outage, and counts the acknowledged ones."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.acknowledged: list[int] = []
        self.done = threading.Event()
        with running.connect() as connection:
            connection.execute("CREATE TABLE kept (number int PRIMARY KEY)")
        self.thread = threading.Thread(target=self._write)
        self.thread.start()

    def _write(self) -> None:
        number = 0
        while not self.done.is_set():
            try:
                with self.running.connect() as connection:
                    while not self.done.is_set():
                        number += 1
                        connection.execute("INSERT INTO kept VALUES (%s)", [number])
                        self.acknowledged.append(number)
            except psycopg.Error:
                self.done.wait(0.05)

    def goes_on(self) -> bool:
        """Whether more rows are acknowledged from now on."""
        seen = len(self.acknowledged)
        return eventually(lambda: len(self.acknowledged) > seen + 50)

    def finish(self) -> None:
        self.done.set()
        self.thread.join()


def _kill(running: Running, part: str) -> None:
    """Kill it and wait until another has taken its place and the site is ready."""
    before = running.pid_of(part)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: running.pid_of(part) not in (None, before)), running.said()
    assert eventually(lambda: running.get("/readyz") == 200), running.said()


@pytest.mark.parametrize("way", ["system", "wheel"])
def test_every_part_is_started_again_and_every_acknowledged_row_is_there(start: Start, way: str) -> None:
    running = start(way=way, workers=2).until_ready()
    writer = Writer(running)
    try:
        for part in ("server", "worker", "postgres", "postgres"):
            assert writer.goes_on()
            _kill(running, part)
            assert writer.goes_on()
        _kill_one_server_process(running)
    finally:
        writer.finish()
    with running.connect() as connection:
        kept = {row[0] for row in connection.execute("SELECT number FROM kept")}
    assert set(writer.acknowledged) <= kept
    assert running.stop() == 0


def _kill_one_server_process(running: Running) -> None:
    """The server replaces it by itself."""
    server = running.pid_of("server")
    assert server is not None

    def processes() -> set[int]:
        return {pid for pid in running.everything() if parent_of(pid) == server}

    before = processes()
    os.kill(next(pid for pid in before if "resource_tracker" not in command_of(pid)), signal.SIGKILL)
    assert eventually(lambda: bool(processes() - before))
    assert all(running.get("/readyz") == 200 for _ in range(20))
    assert running.pid_of("server") == server


def test_the_parts_of_a_killed_supervisor_end_and_the_next_start_goes_on(start: Start) -> None:
    first = start().until_ready()
    with first.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    site = [pid for pid in first.everything() if "postgres" not in command_of(pid)]
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert eventually(lambda: not any(alive(pid) for pid in site))
    second = start(port=first.port).until_ready()
    with second.connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
