"""Numbers of requesters, known before the row is written, because the seal is bound to them."""

import os
from collections.abc import Iterator
from itertools import islice
from threading import Lock

from django.db import connection

BLOCK = 64
"""How many numbers one value of the sequence stands for; as in the migration."""

_lock = Lock()
_left: dict[tuple[int, str], Iterator[int]] = {}


def take(count: int) -> list[int]:
    """So many numbers that nobody else has or will get; a restart leaves gaps, never repeats."""
    owner = (os.getpid(), str(connection.settings_dict["NAME"]))
    with _lock:
        left = _left.setdefault(owner, iter(()))
        taken = list(islice(left, count))
        if (missing := count - len(taken)) > 0:
            fresh = _blocks(-(-missing // BLOCK))
            taken += [next(fresh) for _ in range(missing)]
            _left[owner] = fresh
    return taken


def _blocks(count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('requesters_block') FROM generate_series(1, %s::int)", [count])
        starts = [int(row[0]) for row in cursor.fetchall()]
    return (number for start in starts for number in range((start - 1) * BLOCK + 1, start * BLOCK + 1))
