"""How Django reaches PostgreSQL, said by one address."""

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from bihuan.startup.places import data_folder

NOWHERE = "postgresql:///bihuan"


def address() -> str:
    """`DATABASE_URL`, else the server that runs in the data folder."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    try:
        return (data_folder() / "database-url").read_text().strip() or NOWHERE
    except FileNotFoundError:
        return NOWHERE


def settings(url: str, *, pool: int) -> dict[str, Any]:
    """Django's settings for a libpq address (sockets and several hosts included); `pool` connections are kept open."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    options: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 2}
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
