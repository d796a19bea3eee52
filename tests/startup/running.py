"""An installation under test: `bihuan up` as a process of its own, as a user would start it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.waits import LATE

PARTS = {"postgres": "postgres", "server": "granian", "worker": "bihuan.cli.main worker"}


_TAKEN: list[socket.socket] = []
"""Names of ports that this process has given to somebody: no other process of the tests gives one away again."""


def free_port() -> int:
    """A port for a process to listen on; none of those from which the system gives ports to connections."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        taken = socket.socket(socket.AF_UNIX)
        try:
            taken.bind(f"\0bihuan-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            taken.close()
            continue
        _TAKEN.append(taken)
        return port


def eventually(condition: Callable[[], bool], seconds: float = LATE) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Running:
    """`way` is the value of BIHUAN_POSTGRES, `url` that of DATABASE_URL, `more` any other settings."""

    def __init__(
        self,
        home: Path,
        *,
        way: str | None = None,
        url: str | None = None,
        port: int | None = None,
        workers: int = 1,
        more: dict[str, str] | None = None,
    ) -> None:
        self.home = home
        self.port = port or free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BIHUAN_") and k != "DATABASE_URL"}
        self.env = {**kept, "BIHUAN_DATA": str(home), "BIHUAN_PORT": str(self.port), "BIHUAN_WORKERS": str(workers)}
        self.env |= {"BIHUAN_POSTGRES": way} if way else {}
        self.env |= ({"DATABASE_URL": url} if url else {}) | (more or {})
        home.parent.mkdir(parents=True, exist_ok=True)
        self.output = home.parent / f"{home.name}-{time.monotonic_ns()}.out"
        with self.output.open("wb") as out:
            command = [sys.executable, "-m", "bihuan.cli.main", "up"]
            said: dict[str, Any] = {"stdout": out, "stderr": out, "start_new_session": True, "umask": 0}
            self.process = subprocess.Popen(command, env=self.env, **said)

    def until_ready(self) -> "Running":
        assert eventually(lambda: "闭环已启动" in self.said() or self.process.poll() is not None), self.said()
        assert self.process.poll() is None, self.said()
        assert self.get("/readyz") == 200
        return self

    def said(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def pid_of(self, part: str) -> int | None:
        for pid in _children(self.process.pid):
            if PARTS[part] in command_of(pid):
                return pid
        return None

    def everything(self) -> list[int]:
        """Our process numbers: the supervisor's, its children's and theirs."""
        found, new = [], [self.process.pid]
        while new:
            found += new
            new = [child for pid in new for child in _children(pid)]
        return found

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        url = self.env.get("DATABASE_URL") or (self.home / "database-url").read_text().strip()
        return psycopg.connect(url, autocommit=True)

    def stop(self, which: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(which)
        return self.process.wait(LATE)


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
