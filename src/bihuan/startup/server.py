"""The site's server processes: how they are called, by the supervisor or by systemd."""

import os
import shutil
import sys
from pathlib import Path

from bihuan.startup.places import data_folder

THREADS = 3
"""Of a process: so many requests are worked on at once. With more they wait for the interpreter and not for the
database: two processes of three close about a tenth more requests than two of four."""
WAITING_EACH = 6
"""For each request that is worked on so many may wait (`config.admission`)."""


def threads_in_all(working: int) -> int:
    """How many threads a process needs: for those who work, for those who wait, and to tell others to come back."""
    return working * (2 + WAITING_EACH)


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
        "PROMETHEUS_MULTIPROC_DIR": str(data_folder() / "run" / "metrics"),
    }


def empty_figures() -> None:
    """Figures of processes that are gone are not to be counted again."""
    figures = data_folder() / "run" / "metrics"
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)


def become(*, host: str, port: int, workers: int, threads: int) -> None:
    """Turn this process into the server."""
    empty_figures()
    words = command(host=host, port=port, workers=workers, threads=threads)
    os.execve(words[0], words, {**os.environ, **environment(threads)})  # noqa: S606  no shell is wanted
