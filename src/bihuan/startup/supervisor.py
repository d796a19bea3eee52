"""Keeps the parts of an installation running until it is told to stop."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from bihuan.startup.child import Child

LONGEST_PAUSE = 15.0
STEADY_AFTER = 30.0


@dataclass
class Part:
    """One part: how it is started, and how long it may take to end. `child` is None while it is down."""

    name: str
    start: Callable[[], Child]
    patience: float
    child: Child | None = None
    failures: int = field(default=0)
    started_at: float = 0.0
    restart_at: float = 0.0

    def launch(self) -> Child:
        """Start it now."""
        self.child = self.start()
        self.started_at = time.monotonic()
        return self.child


class Supervisor:
    """Starts parts in order, restarts what dies, stops all in reverse order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.parts: list[Part] = []
        self.stopping = False
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(which, self._asked_to_stop)

    def launch(self, name: str, start: Callable[[], Child], *, patience: float) -> Child:
        """Add a part and start it."""
        part = Part(name, start, patience)
        self.parts.append(part)
        return part.launch()

    def watch(self) -> None:
        """Restart what dies, sooner the first time than the tenth, until asked to stop."""
        while not self.stopping:
            for part in self.parts:
                self._look_after(part)
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop every part, the last started first."""
        for part in reversed(self.parts):
            if part.child is not None:
                part.child.stop(part.patience)
                part.child = None

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.child is None:
            if now >= part.restart_at:
                part.launch()
                self.say(f"{part.name}已重新启动")
        elif (code := part.child.ended()) is not None:
            part.failures = 1 if now - part.started_at > STEADY_AFTER else part.failures + 1
            part.restart_at = now + min(0.1 * 2**part.failures, LONGEST_PAUSE)
            part.child = None
            self.say(f"{part.name}意外结束（{_manner(code)}），即将重新启动")

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _manner(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"
