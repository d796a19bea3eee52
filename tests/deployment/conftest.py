"""An installation as `docs/operations.md` and `deploy/` describe it: three logins, units' commands, nginx with TLS."""

import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bihuan.startup.binaries import wanted_way
from bihuan.startup.child import wait_for
from bihuan.startup.postgres import Postgres
from tests.startup.running import free_port
from tests.waits import LATE, until

HERE = Path(__file__).parents[2]
DEPLOY = HERE / "deploy"
MANUAL = (HERE / "docs" / "operations.md").read_text("utf-8")
PROGRAM = "/opt/bihuan/.venv/bin/bihuan"
NGINX = shutil.which("nginx") or (shutil.which("/usr/sbin/nginx"))
NAME = "hotline.example.gov.cn"
"""As the examples call it."""


def set_by(file: str) -> dict[str, str]:
    """What an example of an environment sets, as it stands."""
    lines = (DEPLOY / f"{file}.env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def statements() -> list[str]:
    """What the manual says to type at a PostgreSQL of one's own, with the password of the examples."""
    said = " ".join(re.findall(r"`(CREATE ROLE [^`]+)`", MANUAL)).replace("'…'", "'CHANGE-ME'")
    return [one.strip() for one in said.split(";") if one.strip()]


@contextmanager
def bare_server() -> Iterator[Postgres]:
    """A PostgreSQL on which nothing was made yet."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
    way = wanted_way()
    server = Postgres(home, way=None if way == "url" else way, throwaway=True)
    server.make()
    child = server.start()
    try:
        assert wait_for(server._answers, seconds=LATE)
        yield server
    finally:
        child.stop(30)
        for folder in (server.cluster, server.sockets, home):
            shutil.rmtree(folder, ignore_errors=True)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the name of the examples, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName(
        [x509.DNSName(NAME), x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "fullchain.pem", folder / "privkey.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, private


@dataclass
class Visitor:
    """Somebody who comes through the proxy from an address of theirs."""

    http: httpx.Client

    def ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        """By the name that the certificate has."""
        return self.http.request(method, path, extensions={"sni_hostname": NAME}, **said)

    def send(self, path: str, **typed: str) -> httpx.Response:
        """Fill in the form of a page and send it."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", path).text)
        assert found, path
        return self.ask("POST", path, data={"csrfmiddlewaretoken": found[1], **typed})


@dataclass
class Site:
    """The whole of it."""

    place: Path
    server: Postgres
    chain: Path
    private: Path
    port: int = field(default_factory=free_port)
    tls: int = field(default_factory=free_port)
    plain: int = field(default_factory=free_port)
    database: str = "bihuan"

    @property
    def home(self) -> Path:
        """The data folder."""
        return self.place / "data"

    def env(self, *files: str, **more: str) -> dict[str, str]:
        """What a process finds in its environment that reads these files; only addresses and folders are ours."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BIHUAN_") and k != "DATABASE_URL"}
        said = {name: value for file in files for name, value in set_by(file).items()}
        here = f"/{self.database}?host={quote(str(self.server.sockets), safe='')}"
        said = {name: value.replace("127.0.0.1:5432/bihuan", here) for name, value in said.items()}
        said |= {"BIHUAN_DATA": str(self.home), "BIHUAN_NODE_MODULES": str(HERE / "node_modules")}
        return kept | said | {"BIHUAN_PORT": str(self.port), "PYTHONPATH": f"{HERE / 'src'}:{HERE}"} | more

    def unit(self, name: str, **paths: str) -> tuple[list[str], dict[str, str]]:
        """The command and the environment of a unit; `paths` are those of this machine for its own."""
        text = (DEPLOY / f"{name}.service").read_text("utf-8")
        (line,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
        files = re.findall(r"^EnvironmentFile=/etc/bihuan/(\w+)\.env$", text, re.MULTILINE)
        more = dict(
            one.split("=", 1) for said in re.findall(r"^Environment=(.+)$", text, re.MULTILINE) for one in said.split()
        )
        program, *words = shlex.split(line)
        assert program == PROGRAM
        for before, after in paths.items():
            words = [word.replace(before, after) for word in words]
            more = {key: value.replace(before, after) for key, value in more.items()}
        return [sys.executable, "-m", "bihuan.cli.main", *words], self.env(*files, **more)

    def run(self, name: str, **paths: str) -> str:
        """Carry a unit out to its end; what it said."""
        words, env = self.unit(name, **paths)
        return self._carried_out(words, env)

    def console(self, *words: str, **more: str) -> str:
        """Carry a command out as the manual says, with the site's environment and the owner's."""
        env = self.env("bihuan", "owner", **more)
        return self._carried_out([sys.executable, "-m", "bihuan.cli.main", *words], env)

    def _carried_out(self, words: list[str], env: dict[str, str]) -> str:
        done = subprocess.run(
            words, env=env, cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, umask=0o077,
            timeout=2 * LATE,
        )  # fmt: skip
        assert done.returncode == 0, (words, done.stdout)
        return done.stdout

    def superuser(self, *said: str) -> None:
        """What the administrator of the PostgreSQL types."""
        password = (self.server.home / "postgres.key").read_text().strip()
        how: dict[str, Any] = {"host": str(self.server.sockets), "user": "postgres", "password": password}
        with psycopg.connect(**how, dbname="postgres", autocommit=True) as connection:
            for one in said:
                connection.execute(one.encode())

    def proxy(self) -> list[str]:
        """nginx with the example as it stands but for ports and folders."""
        text = (DEPLOY / "nginx.conf.example").read_text("utf-8")
        for before, after in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.tls} ssl",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "    listen [::]:80;\n": "",
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.port};",
            "/etc/ssl/bihuan/fullchain.pem": str(self.chain),
            "/etc/ssl/bihuan/privkey.pem": str(self.private),
            "/opt/bihuan/deploy": str(DEPLOY),
        }.items():
            assert before in text, before
            text = text.replace(before, after)
        (self.place / "site.conf").write_text(text)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {self.place}/{kind};\n" for kind in kinds)
        (self.place / "nginx.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\nworker_processes 1;\n"
            f"pid {self.place}/nginx.pid;\n"
            f"error_log {self.place}/nginx.log;\nevents {{ worker_connections 256; }}\n"
            f"http {{\ntypes {{ text/html html; }}\naccess_log off;\n{folders}include {self.place}/site.conf;\n}}\n"
        )
        return [str(NGINX), "-p", str(self.place), "-e", f"{self.place}/nginx.log", "-c", f"{self.place}/nginx.conf"]

    @contextmanager
    def visitor(self, address: str = "127.0.0.1", **headers: str) -> Iterator[Visitor]:
        """Somebody at that address."""
        context = ssl.create_default_context(cafile=str(self.chain))
        transport = httpx.HTTPTransport(verify=context, local_address=address)
        said = {"Host": NAME, "Referer": f"https://{NAME}/", **headers}
        base = f"https://127.0.0.1:{self.tls}"
        with httpx.Client(transport=transport, base_url=base, headers=said, timeout=LATE) as http:
            yield Visitor(http)


@contextmanager
def running(words: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, until the end of the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=env, stdout=out, stderr=subprocess.STDOUT, umask=0o077)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(LATE)


@contextmanager
def folder() -> Iterator[Path]:
    """A place for a site, with the folders that its units find."""
    place = Path(tempfile.mkdtemp(prefix="bihuan-deploy-"))
    try:
        for name in ("data", "run", "backups", "credentials"):
            (place / name).mkdir(mode=0o700)
        (place / "credentials" / "backup.key").write_text("一个足够长的备份口令\n")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """The recipe, carried out to its fifth step: everything runs, and nobody can sign in yet."""
    with folder() as place, bare_server() as server:
        site = Site(place, server, *certificate(place))
        site.superuser(*statements())
        site.console("keys", "generate")
        with at_work(site):
            yield site


@contextmanager
def at_work(site: Site) -> Iterator[None]:
    """The units started one after the other, with nginx before them: they answer until the block ends."""
    with ExitStack() as stack:
        place = site.place
        site.run("bihuan-prepare")
        web, env = site.unit("bihuan-web")
        served = stack.enter_context(running(web, env | {"RUNTIME_DIRECTORY": str(place / "run")}, place / "web.log"))
        stack.enter_context(running(*site.unit("bihuan-worker"), place / "worker.log"))
        proxy = stack.enter_context(running(site.proxy(), dict(os.environ), place / "proxy.log"))
        with site.visitor() as anybody:

            def answers() -> bool:
                assert served.poll() is None, (place / "web.log").read_text()
                assert proxy.poll() is None, (place / "nginx.log").read_text() + (place / "proxy.log").read_text()
                try:
                    return anybody.ask("GET", "/readyz").status_code == 200
                except httpx.TransportError:
                    return False

            until(answers)
        yield
