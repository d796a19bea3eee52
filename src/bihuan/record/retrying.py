"""Doing again what failed only because two wrote at the same time: nothing of it was written, it may succeed now."""

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction

from bihuan.kernel.refusal import Busy

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3
PAUSE = (0.02, 0.08)
"""Seconds before the next try, at least and at most: drawn, or the two would meet again."""
_IN_THE_WAY = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock."""

log = logging.getLogger(__name__)


def retried(write: Callable[P, R]) -> Callable[P, R]:
    """The function, tried again where another was in the way. Raises Busy where one was every time.

    Within a transaction it is not tried again: that is lost as a whole, and whoever began it tries again.
    """

    @wraps(write)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in reversed(range(TRIES)):
            try:
                return write(*args, **kwargs)
            except (OperationalError, psycopg.OperationalError) as error:
                if connection.in_atomic_block or _code(error) not in _IN_THE_WAY:
                    raise
                if not left:
                    raise Busy from error
                log.warning("another was in the way of %s, once more: %s", write.__qualname__, _code(error))
                time.sleep(random.uniform(*PAUSE))  # noqa: S311  nobody gains by guessing it
        raise AssertionError("the last try returns or raises")

    return run


def whole(write: Callable[P, R]) -> Callable[P, R]:
    """One transaction that is no command, such as a batch of a job: all of it or nothing, tried again likewise."""
    return retried(transaction.atomic(write))


def _code(error: Exception) -> str:
    return str(getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or "")
