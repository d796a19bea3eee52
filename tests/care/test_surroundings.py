"""What the doctor finds around the site: proxies, the public address, who may read what, sizes, the scanner."""

import json
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bihuan.care import doctor
from bihuan.care.doctor import Finding


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, and no setting of the machine's."""
    for name in ("HTTPS", "TRUSTED_PROXIES", "ORIGINS", "SCANNER", "ATTACHMENT_MB", "FORM_MB", "STATIC"):
        monkeypatch.delenv(f"BIHUAN_{name}", raising=False)
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("BIHUAN_DATA", str(home))
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(home / "run"))
    return home


def only(found: Iterable[Finding]) -> Finding:
    (one,) = found
    return one


def test_a_proxy_that_is_not_trusted_makes_a_city_one_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F123: the documented recipe did so."""
    now = datetime.now(UTC)
    assert list(doctor._proxies(now)) == []
    monkeypatch.setenv("BIHUAN_HTTPS", "1")
    found = only(doctor._proxies(now))
    assert found.state == "failure"
    assert "BIHUAN_TRUSTED_PROXIES=1" in found.advice
    monkeypatch.setenv("BIHUAN_TRUSTED_PROXIES", "1")
    assert only(doctor._proxies(now)).state == "ok"
    note = home / "hops.json"
    note.write_text('{"carried": 3, "trusted": 1}')
    found = only(doctor._proxies(now))
    assert (found.state, "3层" in found.said) == ("warning", True)
    os.utime(note, (0, 0))
    assert only(doctor._proxies(now)).state == "ok", "that was long ago"
    note.write_text('{"carried": 2, "trusted": 0}')
    assert only(doctor._proxies(now)).state == "ok", "what was said under another setting says nothing of this one"
    note.write_text("half a li")
    assert only(doctor._proxies(now)).state == "ok"


@pytest.mark.parametrize(
    "what", ["attachments", "exports", "imports", "workbooks", "logs", ".", "verified.json", "one.backup"]
)
def test_what_others_may_read_is_told(what: str, home: Path) -> None:
    """F127."""
    backup = home.parent / "one.backup"
    backup.touch(mode=0o600)
    note = home / "last-backup.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps({"file": str(backup)}))
    assert list(doctor._private()) == []
    path = backup if what == backup.name else home / what
    if "json" in what:
        path.touch()
    elif not path.exists():
        path.mkdir()
    path.chmod(0o755)
    found = only(doctor._private())
    assert found.state == "warning"
    assert str(path.resolve()) in found.said
    assert "chmod" in found.advice


SCANNERS = {
    "finds the virus": ('grep -q EICAR "$1" && exit 1; exit 0', "ok", "认得出"),
    "finds nothing": ("exit 0", "warning", "没有报告"),
    "gives no verdict": ("exit 2", "failure", "以 2 结束"),
    "suspects everything": ("exit 1", "failure", "以 1 结束"),
    "is not there": (None, "failure", "不能运行"),
}


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_scanner_has_to_tell_clean_from_infected(scanner: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F127: one that gives no verdict keeps every file back."""
    assert list(doctor._scanner()) == []
    script, state, words = SCANNERS[scanner]
    program = home.parent / "scan"
    if script is not None:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("BIHUAN_SCANNER", str(program))
    found = only(doctor._scanner())
    assert found.state == state
    assert words in found.said
    assert not list(home.glob(".scanned-*"))


class Proxy(BaseHTTPRequestHandler):
    """A proxy as an installation may have one: its class says how it behaves."""

    figures, waits, answers = 403, True, 413
    ours = True

    def do_GET(self) -> None:
        self._say(self.figures)

    def do_POST(self) -> None:
        if self.waits:
            self.rfile.read(int(self.headers["Content-Length"]))  # until whoever sends it goes away
            return
        self._say(self.answers)

    def _say(self, status: int) -> None:
        self.send_response(status)
        if self.ours:
            self.send_header("X-Request-ID", "0" * 32)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


PROXIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "takes in whole what it passes on": ({}, "ok", "收全再转发"),
    "shows the figures": ({"figures": 200}, "warning", "/metrics"),
    "passes on what is slow": ({"waits": False}, "warning", "占住网站的线程"),
    "takes too little": ({"waits": False, "ours": False}, "warning", "3MB"),
}


@pytest.mark.parametrize("proxy", PROXIES)
def test_the_public_address_is_looked_at_from_outside(proxy: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F127: a proxy that does not buffer lets slow senders have the threads of the site."""
    how, state, words = PROXIES[proxy]
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Such", (Proxy,), how)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("BIHUAN_ORIGINS", f"http://127.0.0.1:{server.server_port},http://other")
        assert list(doctor._outside()) == [], "without TLS there is no proxy that the manual knows of"
        monkeypatch.setenv("BIHUAN_HTTPS", "1")
        found = only(doctor._outside())
        server.shutdown()
    assert found.state == state
    assert words in found.said
    gone = only(doctor._outside())
    assert (gone.state, "打不开" in gone.said) == ("warning", True)
    assert "没有服务器在运行" in gone.said


def test_a_file_that_fits_into_no_form_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(doctor._sizes()) == []
    monkeypatch.setenv("BIHUAN_ATTACHMENT_MB", "64")
    assert only(doctor._sizes()).state == "warning"
    monkeypatch.setenv("BIHUAN_FORM_MB", "100")
    assert list(doctor._sizes()) == []
    monkeypatch.setenv("BIHUAN_ATTACHMENT_MB", "many")
    assert only(doctor._sizes()).state == "failure"
