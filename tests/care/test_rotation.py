"""Keys are changed while the site runs: nobody is refused, and every identity is readable afterwards."""

import json
import threading

import httpx
import pytest

from tests.startup.conftest import Start, place, start  # noqa: F401  fixtures
from tests.startup.test_lifecycle_through_kills import _in_the_installation
from tests.waits import LATE, until
from tests.walks import REQUEST


@pytest.mark.usefixtures("place")
def test_a_rotation_under_a_running_site_refuses_nobody(start: Start) -> None:  # noqa: F811
    running = start().until_ready()
    settled = _in_the_installation(running, "-m", "tests.startup.settle")
    assert settled.returncode == 0, settled.stderr
    town = json.loads(settled.stdout)
    head = {"Authorization": f"Bearer {town['tokens']['desk.registrar']}"}
    answers, over = list[int](), threading.Event()

    def register() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=LATE, headers=head) as client:
            while not over.is_set():
                form = {"channel": town["channel"], **REQUEST, "phone": f"1370000{len(answers):04d}"}
                answers.append(client.post("/api/v1/cases", json=form).status_code)

    writer = threading.Thread(target=register)
    writer.start()
    try:
        rotated = []
        for _ in range(2):
            seen = len(answers)
            rotated.append(_in_the_installation(running, "-m", "bihuan.cli.main", "keys", "rotate", "--drop-old"))
            until(lambda seen=seen: len(answers) > seen + 2 or not writer.is_alive())
    finally:
        over.set()
        writer.join(LATE)
    assert [done.returncode for done in rotated] == [0, 0], rotated
    assert len(answers) > 5
    assert set(answers) == {201}
    status = _in_the_installation(running, "-m", "bihuan.cli.main", "keys", "status").stdout.strip().splitlines()
    assert status == [f"aes-256-gcm:k3  {len(answers)} 条  当前"]
    verified = _in_the_installation(running, "-m", "bihuan.cli.main", "verify")
    assert verified.returncode == 0, verified.stdout
