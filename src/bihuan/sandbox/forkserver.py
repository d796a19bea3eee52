"""The process that forks one child for each piece of work, and what the child does.

It knows no key and no database: its environment is empty, and nothing but the work comes in. What the child answers is
JSON and bytes, never a pickle: whoever takes a decoder over in there can say something false, and nothing else.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import struct
import traceback
from collections.abc import Callable
from typing import Any

LENGTHS = struct.Struct(">QQ")
"""Before each message: the bytes of its JSON, and of what comes with it."""
LONGEST_NAME = 300
BORN = b"!"
"""A child's first word: whoever called knows that it is there."""
NICENESS = 10
"""Pages go before files that are being checked."""

Said = dict[str, Any]
Work = Callable[[Said, bytes], tuple[Said, bytes]]


def serve(control: int) -> None:
    """Fork a child for each message, which is the name of a module, and give it the socket that comes with it.

    The module is imported here, so that the next children have it already. Ends when the other side has ended.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system itself clears away children that have ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=control) as calls:
        while True:
            name, handles, _, _ = socket.recv_fds(calls, LONGEST_NAME, 1)
            if not name:
                return
            with contextlib.suppress(Exception):  # the child finds the same, and ends without an answer
                importlib.import_module(name.decode())
            if os.fork() == 0:
                _live(handles[0])
            os.close(handles[0])


def _live(handle: int) -> None:
    """One child's life. Whatever goes wrong, it ends without an answer."""
    try:
        with socket.socket(fileno=handle) as caller:
            caller.sendall(BORN)
            told, content = receive(caller)
            _bound(told.pop("bounds"))
            module, name = told.pop("work")
            work: Work = getattr(importlib.import_module(module), name)
            try:
                made, content = work(told["said"], content)
            except MemoryError:
                return
            except Exception as error:
                send(caller, {"broken": _told(error)}, b"")
            else:
                send(caller, {"made": made}, content)
    finally:
        os._exit(0)


def _told(error: Exception) -> str:
    """The kind of error and where it arose; its text may quote the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} at {os.path.basename(frame.filename)}:{frame.lineno}"


def _bound(bounds: dict[str, int]) -> None:
    os.nice(NICENESS)
    signal.alarm(bounds["seconds"])
    for what, most in (
        (resource.RLIMIT_CPU, bounds["cpu"]),
        (resource.RLIMIT_AS, bounds["memory"]),
        (resource.RLIMIT_FSIZE, bounds["written"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def send(to: socket.socket, said: Said, content: bytes) -> None:
    """Send a message."""
    text = json.dumps(said).encode()
    to.sendall(LENGTHS.pack(len(text), len(content)) + text)
    if content:  # without any, the other side may have answered and be gone
        to.sendall(content)


def receive(source: socket.socket, most: int = 1 << 40) -> tuple[Said, bytes]:
    """The next message; raises EOFError where it ends early or is longer than that."""
    lengths = LENGTHS.unpack(_exactly(source, LENGTHS.size))
    if sum(lengths) > most:
        raise EOFError
    text, content = (_exactly(source, length) for length in lengths)
    said: Said = json.loads(text)
    return said, content


def _exactly(source: socket.socket, length: int) -> bytes:
    found = bytearray(length)
    rest = memoryview(found)
    while rest:
        if not (came := source.recv_into(rest)):
            raise EOFError
        rest = rest[came:]
    return bytes(found)
