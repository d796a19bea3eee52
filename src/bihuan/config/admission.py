"""Who is let in when more is asked than can be done: one works, some wait, and the rest is told to come back.

A server that takes everything in answers everything late, and most of it to clients that have gone. So the queue is
short, and whoever begins something new is sent away before those whose work is under way: what was begun gets done.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.api.endpoints import BASE
from bihuan.config import failures
from bihuan.config.hands import Hands
from bihuan.kernel import errand
from bihuan.startup.places import run_folder
from bihuan.startup.server import WAITING_EACH
from bihuan.subjects.registry import REGISTRY

Next = Callable[[HttpRequest], HttpResponseBase]

LASTING = 0.05
"""Seconds after which whoever is inside no longer holds the others up: it waits for the database or a disk."""
BEGINNING_EACH, PATIENCE = 2, 10.0
"""How many may wait for each place inside when something new is begun; how long one waits, in seconds."""
_FREE = ("/static/", "/healthz")
"""What asks nothing of anything; figures and readiness cost a look at many files and at the database."""
_BEGINNINGS = frozenset(f"{BASE}/{kind.folder}" for kind in REGISTRY)


@dataclass(eq=False)
class Visit:
    """A request that waits, and later is inside since that moment of the clock in seconds."""

    turn: threading.Event = field(default_factory=threading.Event)
    since: float = field(default_factory=time.monotonic)


@dataclass
class Gate:
    """Lets one in after the other, in the order in which they came.

    Two at once would take the interpreter from each other at every answer of the database, and both be done later. Only
    beside those who last is the next one let in, as long as there is a place, which is a connection to the database.
    """

    places: int
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _inside: list[Visit] = field(default_factory=list)
    _queue: deque[Visit] = field(default_factory=deque)

    @property
    def in_hand(self) -> int:
        """How many are inside or wait."""
        return len(self._inside) + len(self._queue)

    def enter(self, *, begins: bool) -> Visit | None:
        """Wait for one's turn; None where there is no room to wait, or it did not come."""
        visit = Visit()
        with self._lock:
            if len(self._queue) >= self.places * (BEGINNING_EACH if begins else WAITING_EACH):
                return None
            self._queue.append(visit)
            self._let_in()
        return visit if self._has_its_turn(visit, until=visit.since + PATIENCE) else None

    @contextmanager
    def aside(self, visit: Visit) -> Iterator[None]:
        """Leave the place to others while something lasts elsewhere; then the next turn is one's own."""
        self.leave(visit)
        try:
            yield
        finally:
            visit.turn.clear()
            with self._lock:
                self._queue.appendleft(visit)
                self._let_in()
            self._has_its_turn(visit, until=math.inf)

    def _has_its_turn(self, visit: Visit, *, until: float) -> bool:
        while not visit.turn.wait(LASTING):
            with self._lock:
                self._let_in()
                if visit in self._queue and time.monotonic() > until:
                    self._queue.remove(visit)
                    return False
        return True

    def leave(self, visit: Visit) -> None:
        """Let the next one in."""
        with self._lock:
            self._inside.remove(visit)
            self._let_in()

    def _let_in(self) -> None:
        while self._queue and len(self._inside) < self.places:
            now = time.monotonic()
            if self._inside and now < self._inside[-1].since + LASTING:
                return
            visit = self._queue.popleft()
            visit.since = now
            self._inside.append(visit)
            visit.turn.set()


def admitted(get_response: Next) -> Next:
    """Let a request in when it is its turn; a process without a pool of connections lets everybody in."""
    if not settings.AT_ONCE:
        return get_response
    gate, hands = Gate(settings.AT_ONCE), Hands(run_folder() / "hands")

    def enter(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_FREE):
            return get_response(request)
        hands.hold(gate.in_hand + 1)
        visit = gate.enter(begins=request.method == "POST" and request.path_info in _BEGINNINGS)
        if visit is None:
            response: HttpResponseBase = failures.come_back(request)
        else:
            token = errand.ASIDE.set(partial(gate.aside, visit))
            try:
                response = get_response(request)
            finally:
                errand.ASIDE.reset(token)
                gate.leave(visit)
        hands.hold(gate.in_hand)
        if hands.fuller():
            response.headers["Connection"] = "close"
        return response

    return enter
