"""The site's role on a test's connection: as `bihuan up` would work."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bihuan.walls.policies import ROLE


@contextmanager
def as_the_site() -> Iterator[None]:
    """Inside, PostgreSQL's policies hold."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
