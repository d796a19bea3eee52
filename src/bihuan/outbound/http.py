"""One request to somebody else's server: to the very address that was looked at, once, and within so many seconds.

The name is resolved, every address that it has is looked at, and the connection goes to one of those: the name is not
asked a second time, which might answer otherwise. Certificates are those of the name. No redirect is followed, no
proxy of the environment asked, nothing but the beginning of the answer read.
"""

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bihuan.outbound.origins import Listed, Origin

SECONDS = 10.0
"""So long a request may take in all: name, connection, handshake and the head of the answer."""
KEPT = 1024
"""Bytes of an answer that are read."""


class NotSent(Exception):
    """No answer came; says why in words. Unless it was `unheard`, nobody knows whether the other side took it in."""

    def __init__(self, words: str, *, unheard: bool = False) -> None:
        super().__init__(words)
        self.unheard = unheard


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """The beginning of the answer, to be shown."""
        return self.body.decode("utf-8", "replace").replace("\x00", "�")


def send(
    address: str,
    body: bytes,
    *,
    method: str = "POST",
    headers: Mapping[str, str],
    listed: Listed,
    seconds: float = SECONDS,
) -> Answer:
    """Send a body and answer what came back. Raises NotSent."""
    if why := listed.refusal(address):
        raise NotSent(why, unheard=True)
    until = time.monotonic() + seconds
    origin = Origin.of(address)
    found = listed.allowed(origin, resolved(origin, until))
    if not found:
        raise NotSent(f"{origin.host} 指向内部网络的地址，没有发送。", unheard=True)
    with deadline(until) as guard:
        connection = _Https if origin.scheme == "https" else _Http
        made = connection(origin, found, guard, until)
        try:
            parts = urlsplit(address)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            try:
                made.connect()
            except (OSError, HTTPError, ValueError) as error:
                raise NotSent(_words(error, late=time.monotonic() >= until), unheard=True) from error
            made.request(method, target, body=body, headers=dict(headers), preload_content=False)
            answer = made.getresponse()
            if guard.over:  # what was cut off in the middle of its head is read as one that is whole
                raise TimeoutError
            kept = b""
            with suppress(OSError, HTTPError, HTTPException, ValueError):  # what it answered is known already
                kept = answer.read(KEPT, decode_content=False) or b""
            return Answer(answer.status, kept[:KEPT], {name.lower(): value for name, value in answer.headers.items()})
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            raise NotSent(_words(error, late=time.monotonic() >= until)) from error
        finally:
            made.close()


def resolved(origin: Origin, until: float) -> tuple[str, ...]:
    """The IP addresses of a host. A name server that does not answer is waited for no longer than the rest."""
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def resolve() -> None:
        try:
            for *_, where in socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM):
                found.append(str(where[0]))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    asking = threading.Thread(target=resolve, daemon=True)
    asking.start()
    asking.join(max(0.0, until - time.monotonic()))
    if asking.is_alive():
        raise NotSent(f"查找 {origin.host} 超时。", unheard=True)
    if failed or not found:
        raise NotSent(f"找不到主机 {origin.host}。", unheard=True)
    return tuple(found)


class Guard:
    """What ends a connection when the time is over, wherever it is then: a second handle on the same socket."""

    def __init__(self) -> None:
        self._held: socket.socket | None = None
        self._lock = threading.Lock()
        self.over = False

    def watch(self, made: socket.socket) -> None:
        """End this one."""
        with self._lock:
            self._drop()
            self._held = socket.socket(fileno=os.dup(made.fileno()))
            if self.over:
                self._shut()

    def end(self) -> None:
        """The time is over."""
        with self._lock:
            self.over = True
            self._shut()

    def let_go(self) -> None:
        """Nothing is watched any more."""
        with self._lock:
            self._drop()

    def _shut(self) -> None:
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


@contextmanager
def deadline(until: float) -> Iterator[Guard]:
    """Ends what is watched when the time is over."""
    guard = Guard()
    timer = threading.Timer(max(0.0, until - time.monotonic()), guard.end)
    timer.daemon = True
    timer.start()
    try:
        yield guard
    finally:
        timer.cancel()
        guard.let_go()


def connected(found: tuple[str, ...], port: int, guard: Guard, until: float) -> socket.socket:
    """A socket to the first of these IP addresses that takes the call."""
    last: OSError = TimeoutError("no time is left")
    for one in found:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            made = socket.create_connection((one, port), timeout=left)
        except OSError as error:
            last = error
            continue
        guard.watch(made)
        return made
    raise last


class _Http(HTTPConnection):
    """A connection to IP addresses that were looked at, in the name of their host."""

    def __init__(self, origin: Origin, found: tuple[str, ...], guard: Guard, until: float) -> None:
        super().__init__(origin.host, origin.port, timeout=max(0.001, until - time.monotonic()))
        self._to = (found, origin.port, guard, until)

    def _new_conn(self) -> socket.socket:
        return connected(*self._to)


class _Https(HTTPSConnection):
    """The same with TLS; the certificate is that of the name."""

    def __init__(self, origin: Origin, found: tuple[str, ...], guard: Guard, until: float) -> None:
        left = max(0.001, until - time.monotonic())
        super().__init__(origin.host, origin.port, timeout=left, ssl_context=ssl.create_default_context())
        self._to = (found, origin.port, guard, until)

    def _new_conn(self) -> socket.socket:
        return connected(*self._to)


def _words(error: Exception, *, late: bool) -> str:
    cause = next((one for one in (error, *getattr(error, "args", ())) if isinstance(one, OSError)), error)
    if late or isinstance(cause, TimeoutError):
        return "超过时限没有应答。"
    if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "对方的证书不被信任。"
    if isinstance(cause, ConnectionRefusedError):
        return "对方拒绝连接。"
    return f"连接中断：{type(cause).__name__}。"
