"""A restore: the whole file is read and checked first, then files, then the database at once, then the proof."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import psycopg

from bihuan.care import programs
from bihuan.care.contents import (
    ATTACHMENT,
    END,
    KEYS,
    MANIFEST,
    PACK,
    PART,
    PART_SIZE,
    SEALS,
    SMALL,
    Manifest,
    Totals,
    counted,
    last_seals,
)
from bihuan.care.strongbox import CHUNK, Damaged, Opening, opened
from bihuan.kernel.system_words import words_of
from bihuan.record.stream import NEXT_ERA
from bihuan.requesters.cipher import BadKeys, Keyring
from bihuan.startup import versions
from bihuan.startup.binaries import Binaries, clients
from bihuan.startup.places import data_folder, identity_key_file, packs_folder, write_private
from bihuan.startup.reaching import database
from bihuan.startup.trouble import Trouble

Say = Callable[[str], None]

_SERVER = {"postgres", "postgres-socket", "postgres.key", "database.key", "database-url"}
_MAY_BE_THERE = {"logs", "lock", "run", "static", "packs", "identity.key", ".identity.key.lock", *_SERVER}
"""What says nothing of its own: the server is asked whether it is empty."""

_OCCUPIED = """
SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"""


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that was read to its end."""

    manifest: Manifest
    totals: Totals


def check(path: Path, passphrase: bytes) -> Checked:
    """Read all of it and write nothing; raises Damaged or WrongPassphrase."""
    manifest: Manifest | None = None
    totals: Totals | None = None
    attachments = dumped = packs = 0
    with _members(path, passphrase) as (box, members):
        for name, size, content in members:
            if manifest is None and name != MANIFEST:
                raise Damaged("备份里没有清单")
            if name == MANIFEST:
                manifest = Manifest.parse(_small(size, content))
            elif name == END:
                totals = Totals.parse(_small(size, content))
            elif name == KEYS:
                _keys(box.keys.unwrap(_small(size, content)))
            elif found := ATTACHMENT.fullmatch(name):
                attachments += 1
                if _digest(content) != found[3]:
                    raise Damaged(f"附件 {found[3]} 与其摘要不符")
            elif PACK.fullmatch(name):
                _small(size, content)
                packs += 1
            elif PART.fullmatch(name):
                dumped += size
            elif name != SEALS:
                raise Damaged(f"备份里有认不得的内容 {name!r}")
    counted_here = (attachments, dumped, packs)
    if manifest is None or totals is None or counted_here != (totals.attachments, totals.database_bytes, totals.packs):
        raise Damaged("备份不完整：内容与清单不符")
    return Checked(manifest, totals)


def restore(path: Path, passphrase: bytes, say: Say) -> bool:
    """Put a backup into a fresh data folder and an empty database; False when the proof finds something."""
    home = data_folder()
    _refuse_occupied_folder(home)
    say("正在检查备份…")
    checked = check(path, passphrase)
    manifest = checked.manifest
    _refuse_newer(manifest)
    if not manifest.with_keys and not (identity_key_file().exists() or os.environ.get("BIHUAN_KEYS")):
        raise Trouble("这份备份不含诉求人身份密钥；请先把密钥放到 BIHUAN_KEY_FILE 所指之处，或用 BIHUAN_KEYS 给出")
    if manifest.with_keys and identity_key_file().exists():
        raise Trouble(f"{identity_key_file()} 已有密钥，没有覆盖；请移走后再恢复")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database(make=True) as url:
        tools = _tools_for(url, manifest)
        say(f"正在恢复 {manifest.made_at} 的备份（{sum(manifest.tables.values())} 行，{manifest.attachments} 个附件）…")
        written: list[Path] = []
        try:
            _put(path, passphrase, url, tools, written)
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            shutil.rmtree(home / "attachments", ignore_errors=True)
            raise
        say("正在核验…")
        return _proven(url, manifest, say)


def _refuse_occupied_folder(home: Path) -> None:
    found = sorted(entry.name for entry in home.iterdir()) if home.exists() else []
    if held := [name for name in found if name not in _MAY_BE_THERE]:
        raise Trouble(f"数据目录 {home} 不是空的（有 {'、'.join(held[:5])}）；请用 BIHUAN_DATA 指定新的目录")


def _refuse_newer(manifest: Manifest) -> None:
    """A backup of a newer version has migrations that this one does not know."""
    if unknown := versions.beyond(manifest.migrations):
        raise Trouble(f"备份来自更新的版本（{manifest.version}，含 {unknown[0]}）；请先安装那个版本")


def _tools_for(url: str, manifest: Manifest) -> Binaries:
    with psycopg.connect(url) as connection:
        row = connection.execute(_OCCUPIED).fetchone()
        if row is None or row[0]:
            raise Trouble("数据库不是空的，没有写入任何内容；请给一个新建的空数据库")
        return clients(connection.info.server_version // 10000, made_by=manifest.tools)


def _put(path: Path, passphrase: bytes, url: str, tools: Binaries, written: list[Path]) -> None:
    """Lay down the files, then fill the database: it commits last and at once."""
    home = data_folder()
    with _members(path, passphrase) as (box, members):
        restoring: _Restoring | None = None
        try:
            for name, size, content in members:
                if name == KEYS:
                    for file, text in _keys(box.keys.unwrap(_small(size, content))).items():
                        place = identity_key_file() if file == "identity.key" else home / file
                        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                        write_private(place, text)
                        written.append(place)
                elif name == SEALS:
                    write_private(home / SEALS, _small(size, content).decode())
                    written.append(home / SEALS)
                elif pack := PACK.fullmatch(name):
                    if laid := _lay_pack(packs_folder() / pack[1], _small(size, content)):
                        written.append(laid)
                elif ATTACHMENT.fullmatch(name):
                    _lay_down(home / name, content)
                elif PART.fullmatch(name):
                    restoring = restoring or _Restoring(url, tools)
                    restoring.feed(content)
        except BaseException:
            if restoring is not None:
                restoring.give_up()
            raise
    if restoring is None:
        raise Damaged("备份里没有数据库")
    restoring.finish()


def _lay_pack(place: Path, content: bytes) -> Path | None:
    """Lay a regulation back where it is looked for; answers where, unless it lies there already. Raises Trouble."""
    if place.exists():
        if place.read_bytes() == content:
            return None
        raise Trouble(f"{place} 已存在，与备份里的规则包不同，没有覆盖；请移走后再恢复")
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.new")
    draft.write_bytes(content)
    draft.chmod(0o644)  # as when it was laid in: the processes that serve may belong to another account
    draft.replace(place)
    return place


def _lay_down(place: Path, content: IO[bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


class _Restoring:
    """pg_restore, fed part by part; nothing is committed before its end."""

    def __init__(self, url: str, tools: Binaries) -> None:
        words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        command, env = programs.command(tools.folder / "pg_restore", url, words)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed when the program has ended
        self._program = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stderr=self._said)

    def feed(self, content: IO[bytes]) -> None:
        assert self._program.stdin is not None
        try:
            shutil.copyfileobj(content, self._program.stdin, PART_SIZE)
        except BrokenPipeError:
            self.finish()

    def finish(self) -> None:
        assert self._program.stdin is not None
        with suppress(BrokenPipeError):
            self._program.stdin.close()
        code = self._program.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        self._said.close()
        if code:
            raise Trouble(f"pg_restore 未能恢复，数据库没有改动：\n{said}")

    def give_up(self) -> None:
        """End it before its commit."""
        self._program.kill()
        self._program.wait()
        self._said.close()


def _proven(url: str, manifest: Manifest, say: Say) -> bool:
    """Whether counts and seals are those of the manifest, and the record verifies."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables, seals = counted(connection), last_seals(connection)
        connection.execute("ANALYZE")
    wrong = [
        f"{name}：备份时 {rows} 行，恢复后 {tables.get(name, 0)} 行"
        for name, rows in manifest.tables.items()
        if tables.get(name) != rows
    ]
    wrong += [f"{where}的最后封存不同" for where, seal in manifest.seals.items() if seals.get(where) != seal]
    env = {**os.environ, "DATABASE_URL": url}
    for words in wrong:
        say(words)
    _run("migrate", env)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NEXT_ERA)
    verified = _run("verify", env)
    say(verified.stdout.strip())
    if verified.stderr.strip():
        say(verified.stderr.strip())
    return not wrong and verified.returncode == 0


def _run(word: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bihuan.cli.main", word]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if word == "migrate" and done.returncode:
        raise Trouble(f"数据已恢复，但升级数据库结构时出错：\n{done.stderr.strip()}")
    return done


@contextmanager
def _members(path: Path, passphrase: bytes) -> Iterator[tuple[Opening, Iterator[tuple[str, int, IO[bytes]]]]]:
    """The contents of a backup in their order, read to the very end of the file."""
    try:
        with opened(path, passphrase) as box, tarfile.open(fileobj=box, mode="r|", bufsize=CHUNK) as tar:
            yield box, _each(tar)
            box.drain()
    except tarfile.TarError as error:
        raise Damaged("备份的内容无法读取") from error
    except OSError as error:
        raise Trouble(f"读写失败：{words_of(error)}") from error


def _each(tar: tarfile.TarFile) -> Iterator[tuple[str, int, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isfile() else None
        if content is None:
            raise Damaged(f"备份里有认不得的内容 {member.name!r}")
        yield member.name, member.size, content
        tar.members.clear()  # type: ignore[attr-defined]  # else the list of members grows with the attachments


def _small(size: int, content: IO[bytes]) -> bytes:
    if size > SMALL:
        raise Damaged("备份里有过大的内容")
    return content.read()


def _keys(text: bytes) -> dict[str, str]:
    try:
        held: dict[str, Any] = json.loads(text)
        if "identity.key" in held:
            Keyring.parse(held["identity.key"])
    except (ValueError, BadKeys) as error:
        raise Damaged("备份中的密钥无法读取") from error
    if any(Path(name).name != name or not name.endswith(".key") for name in held):
        raise Damaged("备份中的密钥名称不对")
    return held


def _digest(content: IO[bytes]) -> str:
    total = sha256()
    while part := content.read(CHUNK):
        total.update(part)
    return total.hexdigest()
