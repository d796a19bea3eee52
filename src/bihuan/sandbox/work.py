"""Having work done in the sandbox."""

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from bihuan.sandbox.forkserver import BORN, Said, Work, receive, send

MB = 1024 * 1024
LONGEST_ANSWER = 128 * MB
BIRTH = 20.0
"""Seconds for a child to be there: the first one of a kind waits until its modules are imported."""
_STARTED_WITH = "import sys; from bihuan.sandbox import forkserver; forkserver.serve(int(sys.argv[1]))"
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
"""Of the environment: what an interpreter needs, and no key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a piece of work may take: seconds of a processor, bytes of memory, seconds in all, bytes of a file."""

    cpu: int = 5
    memory: int = 512 * MB
    seconds: int = 30
    written: int = 0


class Ended(Exception):
    """The work took more than its bounds allow, or broke off: there is no answer."""


class Broken(Ended):
    """The work broke off with an exception; says which, and where it arose."""


class Crowded(Exception):
    """So much work waits already that this one was not begun."""


@dataclass(slots=True)
class Lane:
    """Where one piece of work is done after the other, so that a flood fills neither processors nor memory.

    `line` is how many may wait, each at most so many seconds.
    """

    line: int = 8
    patience: float = 40.0
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _waiting: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = threading.BoundedSemaphore(self.line)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn. Raises Crowded."""
        if not self._waiting.acquire(blocking=False):
            raise Crowded
        try:
            mine = self._turn.acquire(timeout=self.patience)
        finally:
            self._waiting.release()
        if not mine:
            raise Crowded
        try:
            yield
        finally:
            self._turn.release()


class _Forkserver:
    """The process of ours that forks the children; started when it is first needed, and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._calls: socket.socket | None = None

    def child(self, module: str) -> socket.socket:
        """A new child that has imported the module, as the socket to it. Raises Ended."""
        for _ in range(2):
            if child := self._born(module):
                return child
            self.end()  # it was killed
        raise Ended(module)

    def _born(self, module: str) -> socket.socket | None:
        ours, its = socket.socketpair()
        with its, contextlib.suppress(OSError):
            with self._lock:
                calls = self._calls or self._start()
                socket.send_fds(calls, [module.encode()], [its.fileno()])
            its.close()
            ours.settimeout(BIRTH)
            if ours.recv(1) == BORN:
                return ours
        ours.close()
        return None

    def _start(self) -> socket.socket:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            words = [sys.executable, "-P", "-c", _STARTED_WITH, str(its.fileno())]
            env = {name: os.environ[name] for name in _KEPT if name in os.environ}
            env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
            quiet = subprocess.DEVNULL
            self._process = subprocess.Popen(  # noqa: S603  our own program
                words, pass_fds=[its.fileno()], env=env, stdin=quiet, stdout=quiet, stderr=quiet
            )
        self._calls = ours
        return ours

    def end(self) -> None:
        """Let it end, and wait for it."""
        with self._lock:
            if self._calls is not None:
                self._calls.close()
            if self._process is not None:
                self._process.wait()
            self._calls = self._process = None


_FORKSERVER = _Forkserver()
atexit.register(_FORKSERVER.end)


def call(work: Work, said: Mapping[str, object], content: bytes = b"", *, bounds: Bounds) -> tuple[Said, bytes]:
    """What a function makes of JSON and bytes in a child process: again JSON and bytes.

    Raises Ended.
    """
    told = {"said": dict(said), "bounds": asdict(bounds), "work": (work.__module__, work.__qualname__)}
    until = time.monotonic() + bounds.seconds
    with _FORKSERVER.child(work.__module__) as child:
        child.settimeout(bounds.seconds)
        try:
            send(child, told, content)
            child.settimeout(max(until - time.monotonic(), 0.01) + 1)
            answer, made = receive(child, LONGEST_ANSWER)
        except (OSError, EOFError) as error:
            raise Ended(work.__qualname__) from error
    if "broken" in answer:
        raise Broken(str(answer["broken"]))
    return answer["made"], made
