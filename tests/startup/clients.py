"""Who asks a running installation for something."""

import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.startup.running import Running
from tests.waits import LATE


def settled(running: Running) -> dict[str, Any]:
    """Found a town in it; answers its channel, a unit, and tokens of its people."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.startup.settle"],
        env={**running.env, "DATABASE_URL": (running.home / "database-url").read_text().strip()},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Client:
    """A system with a token, and a browser that is signed in."""

    def __init__(self, running: Running, token: str) -> None:
        self.at, self.token = f"http://127.0.0.1:{running.port}", token
        self.jar = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, body: object = None) -> tuple[int, str]:
        """Over the API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.at}/api/v1{path}", data=data)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        return self._answer(urllib.request.build_opener(), request)

    def page(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """As a browser."""
        if form is not None:
            token = next((str(one.value) for one in self.jar if "csrf" in one.name), "")
            form = {**form, "csrfmiddlewaretoken": token}
        data = None if form is None else urllib.parse.urlencode(form).encode()
        return self._answer(self.browser, urllib.request.Request(f"{self.at}{path}", data=data))

    @staticmethod
    def _answer(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with opener.open(request, timeout=LATE) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def letter(channel: str, title: str) -> dict[str, object]:
    said = {"channel": channel, "title": title, "content": "路口的路灯坏了三天，晚上看不见。", "anonymous": True}
    return {**said, "received_at": datetime.now(UTC).isoformat()}
