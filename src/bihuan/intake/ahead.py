"""Work done ahead by another process."""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

AHEAD = 2


def ahead(make: Callable[[Given], Made], things: Iterable[Given]) -> Generator[tuple[Given, Made]]:
    """Each thing with what is made of it: of the next ones by another process while the caller uses this one.

    The first is made here, while the other process starts; for a single one none is started.
    """
    rest = iter(things)
    first, others = list(islice(rest, 1)), list(islice(rest, AHEAD))
    if not others:
        yield from ((thing, make(thing)) for thing in first)
        return
    other = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_serve)
    try:
        waiting = deque((thing, other.submit(make, thing)) for thing in others)
        yield first[0], make(first[0])
        while waiting:
            thing, made = waiting.popleft()
            waiting.extend((more, other.submit(make, more)) for more in islice(rest, 1))
            yield thing, made.result()
    finally:
        other.shutdown(cancel_futures=True)


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


def _serve() -> None:
    """Live as long as the caller: it hears Ctrl-C for both, and when it is killed there is nobody to work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    caller = parent_process()
    assert caller is not None
    caller.join()
    os._exit(1)
