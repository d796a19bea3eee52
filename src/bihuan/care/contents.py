"""What lies in a backup, in this order: manifest, keys, seals, packs, attachments, the database in parts, the end."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import psycopg
from psycopg import sql

from bihuan.care.strongbox import Damaged

MANIFEST = "manifest.json"
KEYS = "keys.sealed"
SEALS = "seals.jsonl"
END = "end.json"
ATTACHMENT = re.compile(r"attachments/(?:aside/)?([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
SHELVES = ("attachments", "attachments/aside")
"""Where an attachment lies, and where it waits to be checked."""
PACK = re.compile(r"packs/([^/\0]{1,200}\.toml)")
"""A regulation that was laid into the installation: without it nobody works under it, and nothing of it verifies."""
PART = re.compile(r"database/[0-9]{8}")
PART_SIZE = 4 * 1024 * 1024
SMALL = 64 * 1024 * 1024
"""No member that is read into memory is larger."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself, as of its snapshot."""

    made_at: str
    version: str
    postgres: int
    """Major version of the server."""
    tools: int
    """Major version of the programs that dumped it."""
    migrations: tuple[str, ...]
    tables: Mapping[str, int]
    """Rows of every table."""
    seals: Mapping[str, str]
    """Jurisdiction → its last seal, day and hash."""
    attachments: int
    with_keys: bool

    def text(self) -> bytes:
        """As it lies in the backup."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read it; raises Damaged."""
        try:
            said = json.loads(text)
            return cls(**{**said, "migrations": tuple(said["migrations"])})
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged("备份的清单无法读取，可能由更新的版本写成") from error


@dataclass(slots=True)
class Totals:
    """What was really written, told at the end of a backup."""

    attachments: int = 0
    attachment_bytes: int = 0
    database_bytes: int = 0
    packs: int = 0
    missing: list[str] = field(default_factory=list)
    """Attachments that an act has bound and whose file is gone or altered."""

    def text(self) -> bytes:
        """As it lies in the backup."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read it; raises Damaged."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise Damaged("备份的结尾无法读取") from error


Snapshot = psycopg.Connection[tuple[Any, ...]]

_TABLES = """
SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"""
_SEALS = """
SELECT DISTINCT ON (jurisdiction) jurisdiction, day || ' ' || encode(hash, 'hex') FROM record_seal
ORDER BY jurisdiction, id DESC"""


def counted(snapshot: Snapshot) -> dict[str, int]:
    """Rows of every table."""
    counts = {}
    for (table,) in snapshot.execute(_TABLES).fetchall():
        row = snapshot.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        counts[str(table)] = int(row[0]) if row else 0
    return counts


def last_seals(snapshot: Snapshot) -> dict[str, str]:
    """Each jurisdiction's last seal."""
    return {str(where): str(seal) for where, seal in snapshot.execute(_SEALS).fetchall()}


def migrations(snapshot: Snapshot) -> tuple[str, ...]:
    """Every migration that the database has."""
    rows = snapshot.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return tuple(str(name) for (name,) in rows)
