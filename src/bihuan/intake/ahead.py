"""Work done ahead by another process."""

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from typing import TypeVar

Made = TypeVar("Made")
_END = None


@contextmanager
def ahead(make: Callable[[], Iterable[Made]]) -> Iterator[Iterator[Made]]:
    """What another process makes, one thing after the other, while the caller uses those that came before.

    It is always one thing ahead: it begins the next when the caller has fetched the last.
    """
    context = get_context("spawn")
    ours, its = context.Pipe(duplex=False)
    other = context.Process(target=_serve, args=(make, its), daemon=True)
    other.start()
    its.close()
    try:
        yield _fetched(ours)
    finally:
        ours.close()
        other.terminate()
        other.join()


def _fetched(pipe: Connection) -> Iterator[Made]:
    while (told := pipe.recv()) is not _END:
        made, error = told
        if error is not None:
            raise error
        yield made


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Without looking for cyclic garbage: a batch is many objects at once, none of them garbage until its end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _serve(make: Callable[[], Iterable[Made]], pipe: Connection) -> None:
    """Live as long as the caller: it hears Ctrl-C for both, and when it is killed there is nobody to work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, daemon=True).start()
    with suppress(BrokenPipeError):
        try:
            for made in make():
                pipe.send((made, None))
            pipe.send(_END)
        except Exception as error:
            pipe.send((None, error))


def _follow() -> None:
    caller = parent_process()
    assert caller is not None
    caller.join()
    os._exit(1)
