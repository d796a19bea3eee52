"""Waiting for the thing itself: a test goes on when it happened, and fails only when it does not happen at all."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

LATE = 300.0
"""Seconds that no machine takes, however slow or busy it is: whoever waited so long waits for nothing."""
_BLOCKED = """
SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
               AND clock_timestamp() - waitstart >= %s)"""


def until(happened: Callable[[], object], seconds: float = LATE) -> None:
    """Go on once it happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def somebody_waits(*, since: timedelta = timedelta(), on: Any = None) -> bool:
    """Whether PostgreSQL lets somebody wait for what this connection holds, so long already."""
    if on is not None:
        return bool(on.execute(_BLOCKED, [since]).fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED, [since])
        return bool(cursor.fetchone()[0])
