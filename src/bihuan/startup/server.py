"""The site's server processes: how they are called, by the supervisor or by systemd."""

import os
import shutil
import sys
from pathlib import Path

from bihuan.startup.places import run_folder

THREADS = 3
"""Of a process: so many requests have a place, and a connection to the database. One of them is worked on, the others
only beside those who last (`config.admission`)."""
WAITING_EACH = 6
"""For each place so many may wait."""


def threads_in_all(places: int) -> int:
    """How many threads a process needs: for those inside, for those who wait, and to tell others to come back."""
    return places * (2 + WAITING_EACH)


def command(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """granian, with our application and our way of logging."""
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--respawn-failed-workers"]
    words += ["--log-config", str(Path(__file__).with_name("granian-log.json"))]
    words += ["--host", host, "--port", str(port), "--log-level", "warning"]
    words += ["--workers", str(workers), "--blocking-threads", str(threads_in_all(threads))]
    return [*words, "--workers-kill-timeout", "10", "bihuan.config.wsgi:application"]


def environment(threads: int) -> dict[str, str]:
    """What its processes find besides: a connection a thread, and a folder for their common figures."""
    return {
        "BIHUAN_SERVE": "1",
        "BIHUAN_POOL": str(threads),
        "PROMETHEUS_MULTIPROC_DIR": str(run_folder() / "metrics"),
    }


def begin_anew() -> None:
    """What processes that are gone have told is not to be counted again."""
    shutil.rmtree(run_folder(), ignore_errors=True)
    (run_folder() / "metrics").mkdir(parents=True)


def become(*, host: str, port: int, workers: int, threads: int) -> None:
    """Turn this process into the server."""
    begin_anew()
    words = command(host=host, port=port, workers=workers, threads=threads)
    os.execve(words[0], words, {**os.environ, **environment(threads)})  # noqa: S606  no shell is wanted
