"""The roles of the site and of its jobs on a test's connection: as `bihuan up` would work."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bihuan.walls.roles import ROLE, WORKER


@contextmanager
def as_the_site(role: str = ROLE) -> Iterator[None]:
    """Inside, PostgreSQL's policies hold."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@contextmanager
def as_a_job() -> Iterator[None]:
    """Inside, the connection is that of the worker: a role of its own, that is shown everything."""
    with as_the_site(WORKER), connection.cursor() as cursor:
        cursor.execute("SET bihuan.scope = 'system'")
        yield
        cursor.execute("RESET bihuan.scope")
