"""A process that we started and answer for."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if os.uname().sysname == "Linux" else None


class Child:
    """One process group: a leader that we wait for, and what it leaves behind when it dies."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        account: tuple[int, int] | None = None,
        farewell: signal.Signals = signal.SIGTERM,
    ) -> None:
        """`account` is the (user, group) to run as; `farewell` is the signal that asks it to end."""
        self.farewell = farewell
        _turn_over(log)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                start_new_session=True,
                user=account[0] if account else None,
                group=account[1] if account else None,
                extra_groups=[] if account else None,
                preexec_fn=self._die_with_parent,
            )

    @property
    def pid(self) -> int:
        """The leader's process number."""
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code, once the leader is gone: what is left of its group is then ended too."""
        code = self._process.poll()
        if code is not None:
            self._signal(signal.SIGKILL)
        return code

    def stop(self, patience: float) -> None:
        """Ask it to end, and end it when it does not within `patience` seconds."""
        if self.ended() is None:
            self._process.send_signal(self.farewell)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()
        self.ended()

    def _signal(self, which: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, which)

    def _die_with_parent(self) -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(self.farewell))


def wait_for(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Whether the condition came true within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(every)
    return condition()


def _turn_over(log: Path) -> None:
    """Keep a log and the one before it, 20 MB each at most when a process starts."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > 20_000_000:
        log.replace(log.with_suffix(".old.log"))


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for a message that says why a part did not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
