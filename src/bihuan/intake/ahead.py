"""Work done ahead by another process."""

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
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

    It is one thing ahead, and the next is fetched while the caller uses the last: the caller mostly waits for others.
    """
    context = get_context("spawn")
    ours, its = context.Pipe(duplex=False)
    other = context.Process(target=_serve, args=(make, its), daemon=True)
    other.start()
    its.close()
    with ThreadPoolExecutor(1) as fetching:
        try:
            yield _fetched(ours, fetching)
        finally:
            other.terminate()  # and whoever still fetches meets the end of the pipe
            other.join()
    ours.close()


def _fetched(pipe: Connection, fetching: Executor) -> Iterator[Made]:
    coming = fetching.submit(pipe.recv)
    while (told := coming.result()) is not _END:
        made, error = told
        if error is not None:
            raise error
        coming = fetching.submit(pipe.recv)
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
                with uninterrupted():
                    pipe.send((made, None))
            pipe.send(_END)
        except Exception as error:
            pipe.send((None, error))


def _follow() -> None:
    caller = parent_process()
    assert caller is not None
    caller.join()
    os._exit(1)
