"""What is sent comes in before a turn is spent on it, within a time, and no more than the page takes.

A form comes in as a whole before anybody waits at the gate for it. What is larger comes in once it is clear who sends
it and that the page takes files; meanwhile others have the turn and the connection. Who sends slower than a bad line
is cut off, and one network cannot have all threads wait for it.
"""

import logging
import os
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import IO, Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from bihuan.config import failures
from bihuan.config.network import PEER
from bihuan.floodgate.networks import network
from bihuan.kernel.doors import takes_files
from bihuan.record import scope
from bihuan.startup.server import threads_in_all
from bihuan.web.standing import presence_of

Next = Callable[[HttpRequest], HttpResponseBase]
_log = logging.getLogger(__name__)

FORM = 2_500_000
"""Bytes that a form without files has at most."""
PATIENCE, LEAST_A_SECOND = 20.0, 1024
"""Seconds that anybody has; bytes a second after that."""
BLOCK, IN_MEMORY = 16 * 1024, 256 * 1024


class Slow(OSError):
    """It does not come, or comes drop by drop."""


class Crowded(OSError):
    """As many bodies are waited for already as this process has threads to spare."""


@dataclass(eq=False)
class Coming:
    """What is coming in: since when, how much so far, and whether it was cut off."""

    peer: str
    """At which address the connection ends: of whoever sends, or of the proxy before the site."""
    began: float = field(default_factory=time.monotonic)
    received: int = 0
    cut: bool = False

    def late(self, now: float) -> bool:
        """Whether it has had the time that anybody has, and what its length adds to that."""
        return now > self.began + PATIENCE + self.received / LEAST_A_SECOND


def end_reading(peer: str) -> None:
    """Read no further from an address: nobody can be made to stop waiting for a connection that does not end.

    Which connection a request came by the server does not tell, so all of that address are hit; what is answered is.
    """
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError), _socket(int(name)) as one:
            if one.family in (socket.AF_INET, socket.AF_INET6) and _address(one.getpeername()[0]) == _address(peer):
                one.shutdown(socket.SHUT_RD)


def _socket(descriptor: int) -> socket.socket:
    """A copy of one of this process's sockets, to be closed. Raises OSError of what is none, and leaves no copy."""
    copy = os.dup(descriptor)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _address(text: str) -> object:
    found = ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found


@dataclass
class Waiting:
    """For what this process waits, and from where; a thread looks who is late."""

    in_all: int
    from_one: int
    end: Callable[[str], None] = end_reading
    every: float = 1.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _from: Counter[str] = field(default_factory=Counter)
    _coming: set[Coming] = field(default_factory=set)
    _looking: threading.Thread | None = None

    @contextmanager
    def one_more(self, whence: str, peer: str) -> Iterator[Coming]:
        """While something comes in from there. Raises Crowded."""
        with self._lock:
            if self._from.total() >= self.in_all or self._from[whence] >= self.from_one:
                raise Crowded
            self._from[whence] += 1
            self._coming.add(coming := Coming(peer))
            if self._looking is None:
                self._looking = threading.Thread(target=self._look, name="bodies", daemon=True)
                self._looking.start()
        try:
            yield coming
        finally:
            with self._lock:
                self._from[whence] -= 1
                self._from += Counter()
                self._coming.remove(coming)

    def _look(self) -> None:
        while True:
            time.sleep(self.every)
            with self._lock:
                late = [one for one in self._coming if one.late(time.monotonic())]
                for one in late:
                    one.cut = True
            for peer in {one.peer for one in late}:
                try:
                    self.end(peer)
                except OSError:  # it is tried again: whoever looks must not end with what is looked at
                    _log.exception("reading was not ended")


class Body:
    """What was sent, as a file that comes in when it is first read from."""

    def __init__(self, source: IO[bytes], length: int, waiting: Waiting, *, whence: str, peer: str = "") -> None:
        self._source, self._length, self._waiting = source, length, waiting
        self._whence, self._peer = whence, peer
        self._got: IO[bytes] | None = None

    def come_in(self) -> IO[bytes]:
        """All of it. Raises Slow, Crowded."""
        if self._got is None:
            with self._waiting.one_more(self._whence, self._peer) as coming:
                self._got = self._whole(coming)
        return self._got

    def _whole(self, coming: Coming) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  it outlives this
        try:
            while block := self._source.read(min(BLOCK, self._length - coming.received)):
                file.write(block)
                coming.received += len(block)
                if coming.received >= self._length:
                    break
            if coming.cut and coming.received < self._length:
                raise Slow
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cast(IO[bytes], file)

    def read(self, *size: int) -> bytes:
        """As of a file."""
        return self._file().read(*size)

    def readline(self, *size: int) -> bytes:
        """As of a file."""
        return self._file().readline(*size)

    def close(self) -> None:
        """Once it is answered."""
        if self._got is not None:
            self._got.close()

    def _file(self) -> IO[bytes]:
        if self._got is None:
            with scope.aside():
                return self.come_in()
        return self._got


def whole(get_response: Next) -> Next:
    """Let forms come in before the gate, and larger bodies when they are first read from."""
    if not settings.AT_ONCE:
        return get_response
    threads = threads_in_all(settings.AT_ONCE)
    waiting = Waiting(in_all=threads * 3 // 4, from_one=threads // 2)

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = _length(request)
        if not length:
            return get_response(request)
        address = request.META.get("REMOTE_ADDR", "")
        whence, peer = network(address), request.META.get(PEER, address)
        with closing(Body(request.META["wsgi.input"], length, waiting, whence=whence, peer=peer)) as body:
            if length <= FORM:
                try:
                    body.come_in()
                except Slow:
                    return failures.slow(request)
                except Crowded:
                    return failures.come_back(request)
            request._stream = cast(Any, body)
            return get_response(request)

    return answer


class Doors:
    """What a page does not take is refused by its length, before it comes in."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, named: object
    ) -> HttpResponseBase | None:
        """Nothing large without files, nor from nobody, nor without end; citizens have a door of their own.

        No address has NUL in it: no database knows it, so that nothing is called so.
        """
        if "\x00" in request.path_info:
            raise Http404
        length = _length(request)
        if length <= FORM:
            return None
        if not takes_files(view):
            return failures.too_large(request)
        if request.path_info.startswith("/p/"):
            return None
        if presence_of(request) is None:
            return failures.forged(request)
        return failures.too_large(request) if length > settings.FORM_LIMIT else None


def doors(get_response: Next) -> Doors:
    """The middleware as the settings name it."""
    return Doors(get_response)


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0
