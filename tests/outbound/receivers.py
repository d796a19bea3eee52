"""Somebody else's server, on a real socket: it takes in, refuses, hangs, cuts, drips, or leads elsewhere."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.waits import LATE


@dataclass
class Got:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


Manner = Callable[[socket.socket, Got], None]


def answers(status: int, body: bytes = b"ok", **headers: str) -> Manner:
    """It answers."""

    def answer(peer: socket.socket, got: Got) -> None:
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} X\r\n{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        peer.sendall(head.encode() + body)

    return answer


def hangs(peer: socket.socket, got: Got) -> None:
    """It takes all in and says nothing, for as long as one waits."""
    peer.settimeout(LATE)
    with suppress(OSError):
        while peer.recv(1024):
            continue


def cuts(peer: socket.socket, got: Got) -> None:
    """It ends in the middle of the head of its answer."""
    peer.sendall(b"HTTP/1.1 20")


def drips(peer: socket.socket, got: Got) -> None:
    """It answers letter by letter and never comes to an end."""
    with suppress(OSError):
        for sign in b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1000:
            peer.sendall(bytes([sign]))
            time.sleep(0.05)


def babbles(peer: socket.socket, got: Got) -> None:
    """What it says is no HTTP."""
    peer.sendall(b"\x00\xff\xfe no protocol at all\r\n\r\n")


@dataclass
class Receiver:
    """Listens on a port of this machine; `manner` is how it answers each request."""

    manner: Manner = field(default_factory=lambda: answers(200))
    got: list[Got] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0
    _listening: socket.socket | None = None
    _ends: bool = False

    @property
    def origin(self) -> str:
        """Where it is called."""
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def start(self) -> None:
        """Take calls; on the same port as before, where it was away."""
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", self.port))
        made.listen(50)
        self.port = made.getsockname()[1]
        self._listening, self._ends = made, False
        threading.Thread(target=self._take, args=(made,), daemon=True).start()

    def stop(self) -> None:
        """Be away."""
        if self._listening is not None:
            self._ends = True
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def _take(self, listening: socket.socket) -> None:
        while not self._ends:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError):
            peer.settimeout(LATE)
            if self.tls is not None:
                peer = self.tls.wrap_socket(peer, server_side=True)
            with peer:
                got = _read(peer)
                if got is not None:
                    self.got.append(got)
                    self.manner(peer, got)


def _read(peer: socket.socket) -> Got | None:
    said = b""
    while b"\r\n\r\n" not in said:
        if not (more := peer.recv(65536)):
            return None
        said += more
    head, _, body = said.partition(b"\r\n\r\n")
    line, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        if not (more := peer.recv(65536)):
            return None
        body += more
    return Got(line, headers, body)


@contextmanager
def receiver(manner: Manner | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """One that listens as long as this lasts."""
    made = Receiver(manner or answers(200), tls=tls)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A certificate for a name that signs itself: what a server shows, and the file by which it is trusted."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trusted, whole = folder / f"{name}.pem", folder / f"{name}.key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    whole.write_bytes(secret + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context, trusted
