"""kill -9 of server, worker and PostgreSQL while requests go round: every acknowledged act stays, verify is clean."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from tests.startup.conftest import Start
from tests.startup.running import Running, eventually
from tests.towns import Town
from tests.walks import REQUEST, TO_CALLBACK, A, filled

CLIENTS = 4
WAY = (*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE)
WHO = {
    A.REGISTER: "desk.registrar",
    A.DISPATCH: "desk.dispatcher",
    A.SIGN_IN: "unit.handler",
    A.ANSWER: "unit.handler",
    A.SIGN_OFF: "unit.deputy",
    A.APPROVE: "desk.reviewer",
    A.RECORD_CALLBACK: "desk.caller",
    A.CLOSE: "desk.caller",
}


def _in_the_installation(running: Running, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the installation's database and keys."""
    url = (running.home / "database-url").read_text().strip()
    env = {**running.env, "DATABASE_URL": url, "BIHUAN_KEY_FILE": str(running.home / "identity.key")}
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)


HERE = Town("kt", "", "kt.desk", "kt.unit", "kt.other")


class Clients:
    """Threads that walk requests from register to closed, and keep what was acknowledged."""

    def __init__(self, running: Running, town: dict[str, Any]) -> None:
        self.running, self.town = running, town
        self.acknowledged: list[tuple[str, int, str]] = []
        self.closed = 0
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self._walk) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _walk(self) -> None:
        while not self.done.is_set():
            try:
                self._one()
            except (OSError, http.client.HTTPException, ValueError):
                self.done.wait(0.05)  # the part that answers is being started again

    def _one(self) -> None:
        number = ""
        for act in WAY:
            path = f"/api/v1/cases/{number}/acts/{act}" if number else "/api/v1/cases"
            said = self._post(path, WHO[act], self._form(act))
            number = str(said["number"])
            self.acknowledged.append((number, int(said["version"]), str(act)))
        self.closed += 1

    def _form(self, act: str) -> dict[str, Any]:
        if act == A.REGISTER:
            return {"channel": self.town["channel"], **REQUEST}
        if act == A.DISPATCH:
            return {"lead": self.town["unit"], "basis_kind": "duty", "basis": "职责"}
        return filled(act, HERE, datetime.now(UTC))

    def _post(self, path: str, who: str, form: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        try:
            head = {"Authorization": f"Bearer {self.town['tokens'][who]}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(form), head)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status not in (200, 201):
            raise ValueError(f"{answer.status}: {body.decode()}")
        said = json.loads(body)
        assert isinstance(said, dict)
        return said

    def go_on(self) -> bool:
        """Whether more requests are closed from now on."""
        before = self.closed
        return eventually(lambda: self.closed >= before + 3)

    def finish(self) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()


def test_every_acknowledged_act_is_there_and_verify_is_clean(start: Start) -> None:
    running = start(workers=2).until_ready()
    settled = _in_the_installation(running, "-m", "tests.startup.settle")
    assert settled.returncode == 0, settled.stderr
    clients = Clients(running, json.loads(settled.stdout))
    try:
        assert clients.go_on(), running.said()
        for part in ("server", "worker", "postgres"):
            pid = running.pid_of(part)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert eventually(lambda part=part, pid=pid: running.pid_of(part) not in (None, pid)), running.said()
            assert clients.go_on(), running.said()
    finally:
        clients.finish()
    with running.connect() as connection:
        rows = connection.execute(
            "SELECT subject, sequence, facts->>'act' FROM record_event WHERE subject LIKE 'case:%'"
        ).fetchall()
    recorded = {(str(subject)[5:], int(str(sequence)), str(act)) for subject, sequence, act in rows}
    assert len(clients.acknowledged) > 50
    assert set(clients.acknowledged) <= recorded
    verified = _in_the_installation(running, "-m", "bihuan.cli.main", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert running.stop() == 0
