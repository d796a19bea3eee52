"""PostgreSQL's own programs, called so that no password shows in the list of processes."""

import os
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo


def command(program: Path, url: str, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The command and its environment."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", None)
    env = {**os.environ, "PGAPPNAME": "bihuan backup"}
    if password:
        env["PGPASSWORD"] = str(password)
    return [str(program), f"--dbname={make_conninfo('', **parts)}", "--no-password", *words], env
