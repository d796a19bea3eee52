"""A backup: one snapshot of the database, its attachments, seals, keys and laid-in packs, in one sealed file."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

import psycopg

from bihuan.care import programs
from bihuan.care.contents import (
    END,
    KEYS,
    MANIFEST,
    PART_SIZE,
    SEALS,
    SHELVES,
    Manifest,
    Snapshot,
    Totals,
    counted,
    last_seals,
    migrations,
)
from bihuan.care.strongbox import CHUNK, Sealing
from bihuan.kernel.system_words import words_of
from bihuan.startup.binaries import Binaries, clients
from bihuan.startup.places import data_folder, identity_key_file, packs_folders, write_private
from bihuan.startup.trouble import Trouble

SERVER_KEYS = frozenset({"database.key", "postgres.key"})
"""They belong to a server, not to what it keeps; a restored one has its own."""
NOTE = "last-backup.json"

_FILES = """
SELECT sha256, size, bool_or(subject_number IS NOT NULL) FROM attachments_attachment
WHERE state <> 'erased' GROUP BY sha256, size ORDER BY 1"""


def back_up(
    url: str, target: Path, passphrase: bytes, *, now: datetime, with_keys: bool = True
) -> tuple[Manifest, Totals]:
    """Write a whole backup to `target`, or nothing: it is a draft beside it until its end is on the disk."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            box = Sealing(file, passphrase)
            told = _write(url, box, now=now, with_keys=with_keys)
            box.finish()
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)
    except FileExistsError as error:
        raise Trouble(f"{target} 已经存在，没有覆盖") from error
    except psycopg.errors.UndefinedTable as error:
        raise Trouble("数据库还不是闭环的数据库（没有它的表），请先运行 bihuan migrate") from error
    except OSError as error:
        raise Trouble(f"备份没有写成：{words_of(error)}") from error
    except psycopg.Error as error:
        raise Trouble(f"备份没有写成：数据库：{error}") from error
    finally:
        draft.unlink(missing_ok=True)
    _note(target, told[0])
    return told


def _write(url: str, box: Sealing, *, now: datetime, with_keys: bool) -> tuple[Manifest, Totals]:
    keys = held_keys() if with_keys else {}
    with _snapshot(url) as (snapshot, name), tarfile.open(fileobj=box, mode="w|", bufsize=CHUNK) as tar:
        server = snapshot.info.server_version // 10000
        tools = clients(server)
        files = snapshot.execute(_FILES).fetchall()
        manifest = Manifest(
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            version=version("bihuan"),
            postgres=server,
            tools=tools.major,
            migrations=migrations(snapshot),
            tables=counted(snapshot),
            seals=last_seals(snapshot),
            attachments=len(files),
            with_keys="identity.key" in keys,
        )
        totals = Totals()
        _add(tar, MANIFEST, manifest.text())
        if keys:
            _add(tar, KEYS, box.keys.wrap(json.dumps(keys).encode()))
        if (data_folder() / SEALS).exists():
            _add(tar, SEALS, (data_folder() / SEALS).read_bytes())
        for pack in laid_packs():
            _add(tar, f"packs/{pack.name}", pack.read_bytes())
            totals.packs += 1
        for digest, size, bound in files:
            _add_attachment(tar, digest, size, bound, totals)
        _add_database(tar, url, tools, name, totals)
        _add(tar, END, totals.text())
    return manifest, totals


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[Snapshot, str]]:
    """One moment of the database, that others can be given by its name. A view cut down by row rules is an error."""
    with psycopg.connect(url, autocommit=True, application_name="bihuan backup") as connection:
        connection.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        connection.execute("SET row_security = off")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(row[0]) if row else ""
        connection.execute("COMMIT")


def held_keys() -> dict[str, str]:
    """The keys that lie in files; those from the environment are kept by whoever set it."""
    found = {path.name: path.read_text() for path in data_folder().glob("*.key") if path.name not in SERVER_KEYS}
    found.pop("identity.key", None)
    if identity_key_file().exists() and not os.environ.get("BIHUAN_KEYS"):
        found["identity.key"] = identity_key_file().read_text()
    return found


def laid_packs() -> list[Path]:
    """The files of regulations that are not the program's own, the wrong ones too; of one name the first one."""
    found: dict[str, Path] = {}
    for folder in packs_folders():
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.name, path)
    return list(found.values())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    _add_stream(tar, name, io.BytesIO(content), len(content))


def _add_stream(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)
    tar.members.clear()  # type: ignore[attr-defined]  # else the list of members grows with the attachments


def _add_attachment(tar: tarfile.TarFile, digest: str, size: int, bound: bool, totals: Totals) -> None:
    """Add a file if it is what its digest says; one that is not is told, unless no act has bound it yet."""
    for shelf in SHELVES:
        relative = f"{shelf}/{digest[:2]}/{digest[2:4]}/{digest}"
        try:
            with (data_folder() / relative).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == digest and file.tell() == size:
                    file.seek(0)
                    _add_stream(tar, relative, file, size)
                    totals.attachments += 1
                    totals.attachment_bytes += size
                    return
        except FileNotFoundError:
            continue
    if bound:
        totals.missing.append(digest)


def _add_database(tar: tarfile.TarFile, url: str, tools: Binaries, snapshot: str, totals: Totals) -> None:
    words = ["--format=custom", "--no-owner", "--compress=5", f"--snapshot={snapshot}"]
    command, env = programs.command(tools.folder / "pg_dump", url, words)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=said) as dump,
    ):
        assert dump.stdout is not None
        number = 0
        while part := dump.stdout.read(PART_SIZE):
            _add(tar, f"database/{number:08d}", part)
            totals.database_bytes += len(part)
            number += 1
        if dump.wait():
            said.seek(0)
            raise Trouble(f"pg_dump 未能读出数据库：\n{said.read().decode(errors='replace').strip()}")


def _note(target: Path, manifest: Manifest) -> None:
    """Leave word of the last backup, for `bihuan doctor`."""
    told = {"at": manifest.made_at, "file": str(target.resolve()), "bytes": target.stat().st_size}
    write_private(data_folder() / NOTE, json.dumps(told | {"tables": asdict(manifest)["tables"]}, ensure_ascii=False))


def named(folder: Path, now: datetime) -> Path:
    """A name for a backup of that moment."""
    return folder / f"bihuan-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"


def keep_newest(folder: Path, count: int) -> list[Path]:
    """Delete all but so many of the backups that were named by us; answers the deleted ones."""
    old = sorted(folder.glob("bihuan-*T*Z.backup"))[:-count]
    for path in old:
        path.unlink()
    return old
