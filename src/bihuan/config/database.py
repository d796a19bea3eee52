"""How Django reaches PostgreSQL, said by one address."""

import os
from typing import Any
from urllib.parse import quote

from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.conninfo import conninfo_to_dict

from bihuan.record.planning import by_values, keep_planned
from bihuan.record.unit_of_work import behind_the_queue
from bihuan.startup.places import data_folder, own_address
from bihuan.walls.roles import ROLE, WORKER

PREPARED = 400
"""How many statements a connection keeps planned: acts and pages have more than psycopg's hundred, and of those each
would drive out what is asked again in a moment."""


SITE, JOBS = "site", "jobs"
"""What a process is that works as a role that owns nothing; every other one is a console and works as the owner."""


def address() -> str:
    """`DATABASE_URL`, for a console `BIHUAN_OWNER_URL` where there is one; else the server in the data folder, or
    where it would be: no other server of this machine is asked by chance."""
    owner = "" if served() else os.environ.get("BIHUAN_OWNER_URL")
    given = owner or os.environ.get("DATABASE_URL")
    if given:
        return given
    return own_address() or f"postgresql:///bihuan?host={quote(str(data_folder() / 'postgres-socket'), safe='')}"


def served() -> str:
    """Whether this process serves the site or does its jobs; empty for a console."""
    said = os.environ.get("BIHUAN_PROCESS", "")
    return said if said in (SITE, JOBS) else ""


def _role() -> str:
    """What libpq sets at once: the role under the walls, and for the jobs, whose role may, that they see everything.

    A policy makes a statement look dear, and compiling it then takes longer than carrying it out: no JIT.
    """
    words = {SITE: f"-c role={ROLE} -c jit=off", JOBS: f"-c role={WORKER} -c jit=off -c bihuan.scope=system"}
    return words.get(served(), "")


def settings(url: str, *, pool: int) -> dict[str, Any]:
    """Django's settings for a libpq address (sockets and several hosts included); `pool` connections are kept open."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    options: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 2}
    if role := _role():
        parts["options"] = f"{parts.get('options', '')} {role}".strip()
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 15, "name": "django"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "bihuan", **parts, **options},
    }


@receiver(connection_created)
def _keep_planned(connection: Any, **_: object) -> None:
    """Django knows no setting for it."""
    keep_planned(connection.connection, PREPARED)
    for wrapper in (behind_the_queue, by_values):
        if wrapper not in connection.execute_wrappers:
            connection.execute_wrappers.append(wrapper)
