"""One installation: a data folder with its database, server and worker, behind one port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.system_words import words_of
from bihuan.startup.binaries import wanted_way
from bihuan.startup.child import Child, tail, wait_for
from bihuan.startup.places import data_folder, forget_run_folder, identity_key_file, make_keys, write_private
from bihuan.startup.postgres import Postgres, wait_until_reachable
from bihuan.startup.reaching import given_database, held_alone
from bihuan.startup.server import THREADS, begin_anew, command, environment, occupy
from bihuan.startup.supervisor import Supervisor
from bihuan.startup.trouble import Trouble

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: where to listen, how many server processes and threads, with the demo or without."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = THREADS
    demo: bool = False

    @property
    def address(self) -> str:
        """What to type into a browser on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  a comparison
        return f"http://{host}:{self.port}"


class Installation:
    """Starts everything in order, and keeps it running."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self.plan = plan
        self.say = say
        self.home = data_folder()
        self.supervisor = Supervisor(say)
        self.server: Postgres | None = None
        self.env: dict[str, str] = {}
        self.serving = False

    def run(self, welcome: Callable[[], None]) -> None:
        """Start, welcome whoever waits, and watch until told to stop."""
        make_keys()
        with held_alone(self.home):
            try:
                self._check_port()
                self.env = self._environment(self._database())
                self._prepare()
                self._serve()
                if not self.supervisor.stopping:
                    welcome()
                    self.supervisor.watch()
            finally:
                self.say("正在停止…")
                self.supervisor.stop()
                if self.serving:
                    forget_run_folder()
                if self.server is not None:
                    self.server.leave()
                self.say("已停止，数据保存在 " + str(self.home))

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.plan.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.plan.host, self.plan.port))
            except OSError as error:
                raise Trouble(f"端口 {self.plan.port} 不可用（{words_of(error)}）；请另设 BIHUAN_PORT") from error

    def _database(self) -> str:
        """The address of the database: the one we are given, or a server of our own."""
        if given := given_database():
            self.say("数据库：DATABASE_URL 所指的服务器")
            wait_until_reachable(given, seconds=30)
            return given
        self.server = server = Postgres(self.home, way=wanted_way())
        server.make()
        self.say(f"数据库：PostgreSQL {server.binaries.major}（{server.binaries.folder}）")
        server.wait(self.supervisor.launch("数据库", server.start, patience=60))
        write_private(self.home / "database-url", server.url + "\n")
        return server.url

    def _environment(self, url: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": url,
            "BIHUAN_DATA": str(self.home),
            "BIHUAN_KEY_FILE": str(identity_key_file()),
            "BIHUAN_ADDRESS": self.plan.address,
            "BIHUAN_SERVE": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def _prepare(self) -> None:
        """Migrate, collect the static files, load the demo: in one process, shown as it goes."""
        words = [sys.executable, "-m", "bihuan.cli.main", "prepare", *(["--demo"] if self.plan.demo else [])]
        process = subprocess.Popen(words, env=self.env, start_new_session=True)
        while process.poll() is None:
            if self.supervisor.stopping:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                return
            time.sleep(0.05)
        if process.returncode:
            raise Trouble("准备数据库时出错，原因见上")
        self._tell_address()

    def _tell_address(self) -> None:
        """The port may be another one than when the demo was loaded."""
        told = demo_accounts()
        if told and told.get("address") != self.plan.address:
            text = json.dumps({**told, "address": self.plan.address}, ensure_ascii=False, indent=1)
            write_private(self.home / "demo.json", text)

    def _serve(self) -> None:
        if self.supervisor.stopping:
            return
        occupy()
        begin_anew()
        self.serving = True
        server = self.supervisor.launch("网站", self._start_server, patience=20)
        self.supervisor.launch("后台任务", self._start_worker, patience=20)
        wait_for(lambda: self.supervisor.stopping or server.ended() is not None or self._ready(), seconds=180)
        if not self.supervisor.stopping and not self._ready():
            log = self.home / "logs" / "server.log"
            raise Trouble(f"网站未能启动，详见 {log}\n{tail(log)}")

    def _start_server(self) -> Child:
        plan = self.plan
        words = command(host=plan.host, port=plan.port, workers=plan.workers, threads=plan.threads)
        login = {"DATABASE_URL": self.server.site_url} if self.server else {}
        env = {**self.env, **login, **environment(plan.threads)}
        return Child(words, log=self.home / "logs" / "server.log", env=env)

    def _start_worker(self) -> Child:
        words = [sys.executable, "-m", "bihuan.cli.main", "worker"]
        login = {"DATABASE_URL": self.server.worker_url} if self.server else {}
        return Child(words, log=self.home / "logs" / "worker.log", env={**self.env, **login, "BIHUAN_POOL": "4"})

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.plan.address}/readyz", timeout=5) as answer:  # noqa: S310  our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def demo_accounts() -> dict[str, Any]:
    """What the demo says about itself in `demo.json`; empty without a demo."""
    try:
        told = json.loads((data_folder() / "demo.json").read_text())
    except FileNotFoundError:
        return {}
    return told if isinstance(told, dict) else {}
