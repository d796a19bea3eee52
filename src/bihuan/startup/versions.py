"""Whether a database is ahead of this version of the program: then nothing of it may be touched."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import psycopg

import bihuan
from bihuan.startup.trouble import Trouble

TOO_NEW = "数据库比程序新"
APPLIED = "SELECT app || '.' || name FROM django_migrations"
SHOWN = 3


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every migration of our own that this version has."""
    package = Path(bihuan.__file__).parent
    return frozenset(f"{file.parent.parent.name}.{file.stem}" for file in package.glob("*/migrations/0*.py"))


def beyond(applied: Iterable[str]) -> list[str]:
    """Of the migrations that a database has, those of our packages that this version does not know."""
    ours = {name.partition(".")[0] for name in known()}
    return sorted(name for name in set(applied) - known() if name.partition(".")[0] in ours)


def refuse_newer(applied: Iterable[str]) -> None:
    """Trouble where a newer version has been at work: what this one would raise or write does not fit."""
    if newer := beyond(applied):
        told = "、".join(newer[:SHOWN]) + ("等" if len(newer) > SHOWN else "")
        raise Trouble(f"{TOO_NEW}（有{told}），什么也没有改动；请安装与数据库相配的版本，或从备份恢复")


def refuse_newer_at(url: str) -> None:
    """The same, of the database at that address. One that cannot be asked refuses nothing: it is told elsewhere."""
    if not url:
        return
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="bihuan") as connection:
            applied = [str(name) for (name,) in connection.execute(APPLIED).fetchall()]
    except psycopg.Error:
        return
    refuse_newer(applied)
