"""What the tests have done in the sandbox."""

import os
import resource
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], bytes]


def echo(said: dict[str, Any], content: bytes) -> Answer:
    """What came, and where."""
    return {**said, "pid": os.getpid(), "environ": dict(os.environ), "parent": os.getppid()}, content[::-1]


def burn(said: dict[str, Any], content: bytes) -> Answer:
    """Never ready."""
    while True:
        pass


def sleep(said: dict[str, Any], content: bytes) -> Answer:
    """Never ready, and takes no processor."""
    import time

    time.sleep(600)
    return {}, b""


def fill(said: dict[str, Any], content: bytes) -> Answer:
    """Takes so much memory."""
    return {"bytes": len(bytearray(said["bytes"]))}, b""


def write(said: dict[str, Any], content: bytes) -> Answer:
    """Writes a file."""
    Path(said["path"]).write_bytes(content)
    return {}, b""


def break_off(said: dict[str, Any], content: bytes) -> Answer:
    """Fails with words that nobody outside may read."""
    raise ValueError("13800138000")


def limits(said: dict[str, Any], content: bytes) -> Answer:
    """How it is bound."""
    return {"core": resource.getrlimit(resource.RLIMIT_CORE), "nice": os.nice(0)}, b""


def mark(said: dict[str, Any], content: bytes) -> Answer:
    """Marks the Chinese of a page."""
    from bihuan.web.marking import marked

    return {"marked": marked(said["page"])}, b""
