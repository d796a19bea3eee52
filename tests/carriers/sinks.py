"""A relay for e-mail on a real socket: takes in, puts off, rejects, cuts, hangs, or is away."""

import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.waits import LATE


@dataclass
class Sink:
    """Listens on a port of this machine; `says` answers commands otherwise than by the book."""

    says: dict[str, str] = field(default_factory=dict)
    """Beginning of a command, or `.` for the end of an e-mail → the answer; empty: it cuts the line."""
    got: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    in_clear: list[bool] = field(default_factory=list)
    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    port: int = 0
    calls: int = 0
    _listening: socket.socket | None = None

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"{'smtps' if self.tls else 'smtp'}://localhost:{self.port}"

    def start(self) -> None:
        """Take calls; on the same port as before, where it was away."""
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", self.port))
        made.listen(20)
        self.port, self._listening = made.getsockname()[1], made
        threading.Thread(target=self._take, args=(made,), daemon=True).start()

    def stop(self) -> None:
        """Be away."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def _take(self, listening: socket.socket) -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError):
            peer.settimeout(LATE)
            if self.tls is not None:
                peer = self.tls.wrap_socket(peer, server_side=True)
            with peer:
                self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        if self.says.get("banner") == "":
            peer.recv(1)
            return
        peer.sendall(b"220 sink\r\n")
        self._listen(peer, safe=self.tls is not None)

    def _listen(self, peer: socket.socket, *, safe: bool) -> None:
        to, lines = "", peer.makefile("rb")
        while line := lines.readline():
            said = line.decode("latin-1").strip()
            word = said.upper().partition(" ")[0]
            otherwise = next((answer for begin, answer in self.says.items() if said.upper().startswith(begin)), None)
            if otherwise is not None:
                if not otherwise:
                    return
                peer.sendall(f"{otherwise}\r\n".encode())
                continue
            if word == "EHLO":
                offers = ["250-sink"]
                offers += ["250-STARTTLS"] if self.starttls is not None and not safe else []
                peer.sendall("\r\n".join([*offers, "250-AUTH PLAIN", "250 SMTPUTF8", ""]).encode())
            elif word == "STARTTLS" and self.starttls is not None:
                peer.sendall(b"220 go\r\n")
                with self.starttls.wrap_socket(peer, server_side=True) as sealed:
                    self._listen(sealed, safe=True)
                return
            elif word == "AUTH":
                self.logins.append(said)
                peer.sendall(b"235 ok\r\n")
            elif word == "DATA":
                peer.sendall(b"354 go\r\n")
                if not self._data(peer, lines, to, safe):
                    return
            else:
                to = said.partition(":")[2].strip("<> ") if word == "RCPT" else to
                peer.sendall(b"221 bye\r\n" if word == "QUIT" else b"250 ok\r\n")

    def _data(self, peer: socket.socket, lines: object, to: str, safe: bool) -> bool:
        said = b""
        while (line := lines.readline()) and line != b".\r\n":  # type: ignore[attr-defined]
            said += line.removeprefix(b".")
        answer = self.says.get(".", "250 taken")
        if not answer.startswith("4") and not answer.startswith("5"):
            self.got.append(email.message_from_bytes(said, policy=email.policy.default))  # type: ignore[arg-type]
            self.to.append(to)
            self.in_clear.append(not safe)
        if not answer:
            return False
        peer.sendall(f"{answer}\r\n".encode())
        return True


@contextmanager
def sink(**how: object) -> Iterator[Sink]:
    """One that listens as long as this lasts."""
    made = Sink(**how)  # type: ignore[arg-type]
    made.start()
    try:
        yield made
    finally:
        made.stop()
