"""kill -9 in a sweep: of every step that was due there is one event, whoever was killed while taking it.

`BIHUAN_KILLS=50 BIHUAN_SWEPT=10000` kills fifty times in a sweep of ten thousand steps.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty, Step
from bihuan.duties.types import FellDue, StepOutcome
from bihuan.record.models import Event
from tests.intake.test_importing import load, table
from tests.towns import found

KILLS = int(os.environ.get("BIHUAN_KILLS", "5"))
SWEPT = int(os.environ.get("BIHUAN_SWEPT", "400"))
WORKERS = 2


@contextmanager
def sweeping(town: str) -> Iterator["subprocess.Popen[str]"]:
    """Somebody who begins workers over the tests' database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    words = [sys.executable, "-m", "tests.duties.sweeper", town]
    env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        yield other
        other.communicate()


def begun(other: "subprocess.Popen[str]", now: datetime) -> int:
    """A new worker."""
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write(f"{now.isoformat()}\n")
    other.stdin.flush()
    return int(other.stdout.readline())


def lives(worker: int) -> bool:
    """Whether it still works; one that ended and that nobody looked after yet does not."""
    try:
        return Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_in_a_sweep_every_step_is_told_once(tmp_path: Path) -> None:
    town = found("kil", "wendeng-2021-10", prefix="KX")
    lines = [(f"{n}", "", f"第{n}件", "2025-02-01", f"第{n}件的内容。", "", "", "", "") for n in range(SWEPT)]
    load(town, table(tmp_path / "letters.csv", lines))
    duties = Counter(Duty.objects.values_list("subject", "kind"))
    assert duties.total() >= SWEPT
    now = max(Duty.objects.values_list("due_at", flat=True)) + timedelta(days=1)
    chance, workers, killed = random.Random(20211), list[int](), 0
    with sweeping(town.code) as other:
        while Duty.objects.filter(next_step_at__lt=now).exists():
            workers = [worker for worker in workers if lives(worker)]
            workers += [begun(other, now) for _ in range(WORKERS - len(workers))]
            time.sleep(chance.uniform(0.005, 0.05))
            victim = chance.choice(workers)
            if killed < KILLS and lives(victim):
                os.kill(victim, signal.SIGKILL)
                killed += 1
    assert killed == KILLS, "the sweep was over before: let there be more to do"
    told = Event.objects.filter(kind=FellDue.kind).values_list("subject", "facts__duty")
    assert Counter(told) == duties
    taken = Step.objects.filter(step="fall_due@0", occurrence=1, outcome=StepOutcome.TAKEN)
    assert Counter(taken.values_list("duty__subject", "duty__kind")) == duties
    assert verify(town.code).findings == ()
