"""Who is let in when more is asked than can be done: some work, some wait, and the rest is told to come back.

A server that takes everything in answers everything late, and most of it to clients that have gone. So the queue is
short, and whoever begins something new is sent away before those whose work is under way: what was begun gets done.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bihuan.api.endpoints import BASE
from bihuan.api.problems import answer, busy
from bihuan.api.routes import SUBJECTS
from bihuan.config import failures
from bihuan.startup.server import WAITING_EACH

Next = Callable[[HttpRequest], HttpResponseBase]

BEGINNING_EACH, PATIENCE = 2, 10.0
"""How many may wait for each that is worked on when something new is begun; how long one waits, in seconds."""
COME_BACK = range(1, 5)
"""After so many seconds, drawn, or all who were sent away would return together."""
_FREE = ("/static/", "/healthz", "/readyz", "/metrics")
_BEGINNINGS = frozenset(f"{BASE}/{subject.path}" for subject in SUBJECTS.values())


@dataclass
class Gate:
    """At most so many work at once, and so many wait."""

    working: int
    _turn: threading.Condition = field(default_factory=threading.Condition)
    _inside: int = 0
    _waiting: int = 0

    def enter(self, *, begins: bool) -> bool:
        """Wait for one's turn; False where there is no room to wait, or it did not come."""
        places = self.working * (BEGINNING_EACH if begins else WAITING_EACH)
        with self._turn:
            if self._inside >= self.working or self._waiting:
                if self._waiting >= places:
                    return False
                self._waiting += 1
                came = self._turn.wait_for(lambda: self._inside < self.working, PATIENCE)
                self._waiting -= 1
                if not came:
                    return False
            self._inside += 1
            return True

    def leave(self) -> None:
        """Let the next one in."""
        with self._turn:
            self._inside -= 1
            self._turn.notify()


def admitted(get_response: Next) -> Next:
    """Let a request in when it is its turn; a process without a pool of connections lets everybody in."""
    if not settings.AT_ONCE:
        return get_response
    gate = Gate(settings.AT_ONCE)

    def enter(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_FREE):
            return get_response(request)
        if not gate.enter(begins=request.method == "POST" and request.path_info in _BEGINNINGS):
            return _later(request)
        try:
            return get_response(request)
        finally:
            gate.leave()

    return enter


def _later(request: HttpRequest) -> HttpResponse:
    seconds = random.choice(COME_BACK)  # noqa: S311  nobody gains by guessing it
    if request.path_info.startswith("/api/"):
        response = answer(busy("同时办理的请求太多，本次请求没有写入，请稍后重试。", seconds))
    else:
        response = failures.busy(request)
        response.headers["Retry-After"] = str(seconds)
    response.headers["Content-Length"] = str(len(response.content))
    return response
