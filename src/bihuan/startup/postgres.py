"""A PostgreSQL server of our own: made once, started as our direct child, reached over a closed socket folder."""

import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from bihuan.startup import binaries
from bihuan.startup.binaries import Binaries, Runner
from bihuan.startup.child import Child, tail, wait_for
from bihuan.startup.places import write_private
from bihuan.startup.trouble import Trouble, unreached
from bihuan.walls.roles import ROLE as SITE_ROLE
from bihuan.walls.roles import WORKER as WORKER_ROLE

ROLE = DATABASE = "bihuan"
KEYS = {SITE_ROLE: "site.key", WORKER_ROLE: "worker.key"}
"""Roles of what serves, and where the password of each is kept."""
LONGEST_SOCKET_FOLDER = 85
SHELTER = Path("/var/lib/bihuan")

CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 256MB
effective_cache_size = 1GB
random_page_cost = 1.1
effective_io_concurrency = 200
wal_compression = on
max_wal_size = 4GB
checkpoint_completion_target = 0.9
jit = off
password_encryption = 'scram-sha-256'
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_min_duration_statement = 2000
log_line_prefix = '%m [%p] '
"""
"""The socket folder is closed (0700), so the socket in it need not be; passwords are asked for all the same."""

QUIET = (
    *("-c", "log_min_messages=log", "-c", "log_error_verbosity=terse"),
    *("-c", "log_parameter_max_length=0", "-c", "log_parameter_max_length_on_error=0"),
)
"""An error's text quotes what was typed and must not be logged; the application logs the error's code and place."""

THROWAWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 128MB\n"
"""For tests alone, whose data nobody misses."""


class Postgres:
    """The server of a data folder."""

    def __init__(
        self,
        home: Path,
        *,
        way: str | None,
        runner: Runner | None = None,
        shelter: Path = SHELTER,
        throwaway: bool = False,
    ) -> None:
        """`home` is the data folder, `shelter` where a cluster goes whose account may not enter it.

        `throwaway` trades safety for speed and is for tests alone.
        """
        self.home = home
        self.shelter = shelter
        self.throwaway = throwaway
        self.runner = runner or binaries.runner()
        self.cluster = self._place()
        chosen = binaries.choose(way=way, major=self._made_by())
        self.binaries: Binaries = binaries.within_reach(chosen, self.runner, shelter)
        self.log = home / "logs" / "postgres.log"
        self.sockets = self._socket_folder()

    @property
    def url(self) -> str:
        """The address for the console's role, which owns its database and nothing else."""
        return self._address(ROLE, "database.key")

    @property
    def site_url(self) -> str:
        """The address for the site, whose role owns nothing."""
        return self._address(SITE_ROLE, KEYS[SITE_ROLE])

    @property
    def worker_url(self) -> str:
        """The address for the jobs, whose role owns nothing either."""
        return self._address(WORKER_ROLE, KEYS[WORKER_ROLE])

    def _address(self, role: str, key: str) -> str:
        password = (self.home / key).read_text().strip()
        return f"postgresql://{role}:{password}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"

    def make(self) -> None:
        """Make the cluster unless it is there already; a half-made one is made anew."""
        if self._made_by() is not None and (self.cluster / "bihuan-made").exists():
            self._end_orphan()
            return
        for child in self.cluster.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        self._initdb()
        (self.cluster / "bihuan-made").touch()

    def start(self) -> Child:
        """Start the server as our direct child."""
        command = [*self.runner.prefix, str(self.binaries.folder / "postgres"), "-D", str(self.cluster)]
        command += ["-k", str(self.sockets), *QUIET]
        env = {**os.environ, "LC_ALL": "C.UTF-8", "PGDATA": str(self.cluster)}
        return Child(command, log=self.log, env=env, account=self.runner.account, farewell=signal.SIGINT)

    def let_rest(self) -> None:
        """Let the console's role ask for a checkpoint, so that a bench measures a server at rest after filling it."""
        with self._connect() as connection:
            connection.execute(sql.SQL("GRANT pg_checkpoint TO {}").format(sql.Identifier(ROLE)))

    def leave(self) -> None:
        """Take away the socket folder of a server that has ended."""
        with suppress(OSError):
            self.sockets.rmdir()

    def wait(self, child: Child, *, seconds: float = 60) -> None:
        """Wait until the server takes connections, then see to its role and database."""
        wait_for(lambda: child.ended() is not None or self._answers(), seconds=seconds)
        if child.ended() is not None or not self._answers():
            raise Trouble(f"PostgreSQL 未能启动，详见 {self.log}\n{tail(self.log)}")
        self._furnish()

    def _place(self) -> Path:
        """The cluster's folder; an account that cannot enter our home gets one in a shelter, with a link to it."""
        place = self.home / "postgres"
        if not place.exists():
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.runner.account is None:
                place.mkdir(mode=0o700)
            elif self._may_live_here():
                place.mkdir(mode=0o700)
                os.chown(place, *self.runner.account)
            else:
                binaries.open_folder(self.shelter)
                place.symlink_to(tempfile.mkdtemp(prefix="cluster-", dir=self.shelter))
                os.chown(place, *self.runner.account)
        return place.resolve()

    def _may_live_here(self) -> bool:
        return binaries.reachable(self.home, self.runner)

    def _made_by(self) -> int | None:
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _socket_folder(self) -> Path:
        """A folder that only we and the server may enter, with a path short enough for a socket's address."""
        folder = self.cluster.parent / f"{self.cluster.name}-socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            digest = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:16]
            folder = Path("/tmp") / f"bihuan-{os.geteuid()}-{digest}"  # noqa: S108  owner and mode are checked below
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.runner.account:
            os.chown(folder, *self.runner.account)
        state = folder.lstat()
        owner = self.runner.account[0] if self.runner.account else os.geteuid()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != owner or state.st_mode & 0o077:
            raise Trouble(f"{folder} 不是本程序的目录（属主或权限不符），请删除后重试")
        return folder

    def _initdb(self) -> None:
        for name in ("postgres.key", "database.key"):
            write_private(self.home / name, secrets.token_hex(24) + "\n")
        command = [*self.runner.prefix, str(self.binaries.folder / "initdb"), "-D", str(self.cluster)]
        command += ["-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8", "--no-instructions"]
        command += ["--no-sync"] if self.throwaway else []
        with self._password_file() as password:
            self._run_as_server([*command, "--auth=scram-sha-256", f"--pwfile={password}"])
        with (self.cluster / "postgresql.conf").open("a") as file:
            file.write("\n" + CONFIGURATION + (THROWAWAY if self.throwaway else ""))

    @contextmanager
    def _password_file(self) -> Iterator[Path]:
        """The superuser's password where the server's account can read it, for as long as initdb needs it."""
        copy = self.sockets / "password"
        write_private(copy, (self.home / "postgres.key").read_text())
        if self.runner.account:
            os.chown(copy, *self.runner.account)
        yield copy
        copy.unlink()

    def _run_as_server(self, command: list[str]) -> None:
        user, group = self.runner.account or (None, None)
        done = subprocess.run(
            command,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            cwd="/",
            user=user,
            group=group,
            extra_groups=[] if self.runner.account else None,
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL 数据目录未能建立：\n{done.stderr.decode(errors='replace')}")

    def _end_orphan(self) -> None:
        """A server that outlived a killed supervisor is ended first: there must be one that is our child."""
        lock = self.cluster / "postmaster.pid"
        try:
            pid, folder = lock.read_text().splitlines()[:2]
        except (FileNotFoundError, ValueError):
            return
        if Path(folder) != self.cluster or not _is_postgres(int(pid)):
            return
        os.kill(int(pid), signal.SIGINT)
        if not wait_for(lambda: not _is_postgres(int(pid)), seconds=60):
            raise Trouble(f"上次的 PostgreSQL（进程 {pid}）没有结束，请先结束它")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        password = (self.home / "postgres.key").read_text().strip()
        return psycopg.connect(
            host=str(self.sockets),
            user="postgres",
            password=password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _furnish(self) -> None:
        password = (self.home / "database.key").read_text().strip()
        role = sql.Identifier(ROLE)
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                made = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
                connection.execute(made.format(role, sql.Literal(password)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                made = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(made.format(sql.Identifier(DATABASE), role))
            for served, key in KEYS.items():
                self._furnish_served(connection, served, self.home / key)

    def _furnish_served(self, connection: psycopg.Connection[tuple[object, ...]], name: str, key: Path) -> None:
        """Such a role may come with a restored or older cluster, or may have been made by a migration."""
        if not key.exists():
            write_private(key, secrets.token_hex(24) + "\n")
        password = sql.Literal(key.read_text().strip())
        role = sql.Identifier(name)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, password))
        connection.execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(ROLE)))


@contextmanager
def temporary(way: str | None, *, durable: bool = False) -> Iterator[str]:
    """A server that lives as long as the block, and its address."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-"))
    server = Postgres(home, way=way, throwaway=not durable)
    child: Child | None = None
    try:
        server.make()
        child = server.start()
        server.wait(child)
        if durable:
            server.let_rest()
        yield server.url
    finally:
        if child is not None:
            child.stop(30)
        for folder in (server.cluster, server.sockets, home):
            shutil.rmtree(folder, ignore_errors=True)


def wait_until_reachable(url: str, *, seconds: float) -> None:
    """Wait for a server that somebody else runs."""
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise Trouble(
                    f"连接不上数据库（{unreached(str(error))}）；请检查 DATABASE_URL 和 BIHUAN_DATA"
                ) from error
            time.sleep(0.5)
        else:
            return


def _is_postgres(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL server: numbers are reused after a crash of the machine."""
    try:
        os.kill(pid, 0)
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except ProcessLookupError:
        return False
    except (FileNotFoundError, PermissionError):
        return True
    return b"postgres" in words[0]
