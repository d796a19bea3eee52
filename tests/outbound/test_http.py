"""One request to a real socket: taken, refused, hanging, cut, led elsewhere; and never to where it may not go."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from bihuan.outbound import http
from bihuan.outbound.http import NotSent, send
from bihuan.outbound.origins import Listed
from tests.outbound import receivers
from tests.outbound.receivers import Receiver, answers, certified, receiver

PATIENCE = 0.7
"""Seconds that these tests wait for an answer; what ends is over within so many more."""


def to(there: Receiver, listed: str | None = None, patience: float = PATIENCE) -> http.Answer:
    allowed = Listed.parse(there.origin if listed is None else listed)
    address = f"{there.origin}/hook?a=1"
    return send(address, b"{}", headers={"X-Y": "z"}, listed=allowed, seconds=patience)


def test_what_is_sent_and_what_comes_back() -> None:
    with receiver(answers(202, b"x" * 5000, X_Z="q")) as there:
        answer = to(there)
    assert (answer.status, answer.body, answer.headers["x_z"]) == (202, b"x" * http.KEPT, "q")
    (got,) = there.got
    assert (got.line, got.body, got.headers["x-y"]) == ("POST /hook?a=1 HTTP/1.1", b"{}", "z")
    assert got.headers["host"] == f"localhost:{there.port}"


@pytest.mark.parametrize("manner", [receivers.hangs, receivers.drips, receivers.cuts, receivers.babbles])
def test_what_gives_no_answer_is_over_in_time(manner: receivers.Manner) -> None:
    began = time.monotonic()
    with receiver(manner) as there, pytest.raises(NotSent):
        to(there)
    assert time.monotonic() - began < PATIENCE + 2


def test_an_answer_whose_body_never_ends_has_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(peer: socket.socket, got: receivers.Got) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun")
        receivers.hangs(peer, got)

    began = time.monotonic()
    with receiver(half) as there:
        assert to(there).status == 200
    assert time.monotonic() - began < PATIENCE + 2


def test_a_redirect_is_told_and_not_followed() -> None:
    with receiver() as elsewhere, receiver(answers(302, Location=f"{elsewhere.origin}/x")) as there:
        assert to(there, listed=f"{there.origin} {elsewhere.origin}").status == 302
    assert elsewhere.got == []


def test_nobody_is_there() -> None:
    with receiver() as there:
        pass
    with pytest.raises(NotSent, match="拒绝连接"):
        to(there)


def test_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent, match="找不到主机"):
        send("https://no-such-host.invalid/", b"", headers={}, listed=Listed(), seconds=PATIENCE)


def test_what_is_not_listed_is_not_connected_to() -> None:
    with receiver() as there:
        with pytest.raises(NotSent, match="https"):
            to(there, listed="")
        with pytest.raises(NotSent, match="https"):
            to(there, listed=f"http://localhost:{there.port + 1}")
    assert there.got == []


def test_a_public_name_that_leads_to_a_private_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A name server of somebody else's says now this, now that: what was looked at is what is called."""
    asked: list[str] = []
    context, trusted = certified(tmp_path, "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with receiver(tls=context) as there:
        address = f"https://hooks.example.com:{there.port}/"
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *a, **k: lookup(host, *a, **k) if "example" in host else real(host, *a, **k),
        )
        with pytest.raises(NotSent, match="内部网络"):
            send(address, b"", headers={}, listed=Listed(), seconds=PATIENCE)
        assert (there.got, asked) == ([], ["hooks.example.com"])
        answer = send(address, b"", headers={}, listed=Listed.parse(address), seconds=20)
        assert (answer.status, len(there.got)) == (200, 1)
        assert asked == ["hooks.example.com"] * 2, "the name is asked once a call, and the certificate is the name's"


def test_a_certificate_of_another_name_or_of_nobody_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context, trusted = certified(tmp_path, "other.example.com")
    with receiver(tls=context) as there:
        with pytest.raises(NotSent, match="证书"):
            to(there, patience=20)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        with pytest.raises(NotSent, match="证书"):
            to(there, patience=20)
    assert there.got == []


def test_a_handshake_that_hangs_is_over_in_time() -> None:
    began = time.monotonic()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        address = f"https://localhost:{port}/"
        with pytest.raises(NotSent, match="时限"):
            send(address, b"", headers={}, listed=Listed.parse(address), seconds=PATIENCE)
    assert time.monotonic() - began < PATIENCE + 2
    assert ssl.HAS_TLSv1_3


def test_the_environment_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment would connect to where it wants."""
    with receiver() as proxy, receiver() as there:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        assert to(there).status == 200
    assert proxy.got == []
