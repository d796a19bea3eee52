"""Waiting for the stream: other tests have transactions open in the same cluster, and no window goes beyond them."""

import time

from django.db import connection

from tests.waits import LATE

STILL_OPEN = """
SELECT coalesce(max(txid), 0) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM record_event WHERE era = (SELECT max(era) FROM record_event)"""


def all_ended() -> None:
    """Wait until every transaction has ended that began before the last event was written."""
    until = time.monotonic() + LATE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(STILL_OPEN)
            if not cursor.fetchone()[0]:
                return
            assert time.monotonic() < until, "something never ends"
            time.sleep(0.05)
