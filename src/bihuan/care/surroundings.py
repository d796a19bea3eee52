"""What stands around the site: the proxy before it, as one from outside finds it, and the scanner of files."""

import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds for an answer from outside; the scanner has more."""
SCANNING = 120.0
WAITED = 3.0
"""Whoever passes on what has not come in whole is answered by then."""
LARGE = 3_000_000
"""More than a form without files may have: the site refuses it by its length, before it comes in."""
OURS = "X-Request-ID"
"""Every answer of the site has it."""
HARMLESS = "闭环的检查：这个文件是干净的。"
KNOWN = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds, and harms nobody."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How the public address answers. Nothing where it was not reached; then `trouble` says why."""

    trouble: str = ""
    figures: int = 0
    """The status of the figures, which are nobody's business there."""
    early: int = 0
    """The status that was answered before a body had come in; 0 where it was waited for."""
    by_us: bool = False
    """Whether the site answered it, and not the proxy."""


def seen_from_outside(origin: str) -> Outside:
    """Ask for the figures, and send what does not come in: a proxy that takes in whole what it passes on is silent."""
    try:
        figures = _answer(origin, "GET", "/metrics")
        slow = _answer(origin, "POST", "/sign-in/", length=LARGE)
    except (OSError, HTTPException, ValueError) as error:
        return Outside(trouble=str(error) or type(error).__name__)
    assert figures is not None, "without a body there is nothing to wait for"
    if slow is None:
        return Outside(figures=figures.status)
    return Outside(figures=figures.status, early=slow.status, by_us=bool(slow.headers.get(OURS)))


def _answer(origin: str, method: str, path: str, *, length: int = 0) -> HTTPResponse | None:
    """The answer; None where more of the body is waited for."""
    parts = urlsplit(origin)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path)
        if length:
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(length))
        connection.endheaders(b"slow=" if length else None)
        if length and connection.sock:
            connection.sock.settimeout(WAITED)
        try:
            return connection.getresponse()
        except TimeoutError:
            if length:
                return None
            raise
    finally:
        connection.close()


def verdict_of(command: str, content: str, folder: Path) -> int | str:
    """With which code the scanner ends for a file of that content; words where it does not end by itself."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".scanned-") as file:
        file.write(content.encode())
        file.flush()
        try:
            words = [*shlex.split(command), file.name]
            return subprocess.run(words, capture_output=True, timeout=SCANNING, check=False).returncode
        except subprocess.TimeoutExpired:
            return f"{SCANNING:.0f}秒没有回音"
        except (OSError, ValueError) as error:
            return f"不能运行 {command}（{type(error).__name__}）"
