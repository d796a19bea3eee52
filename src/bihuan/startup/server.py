"""The site's server processes: how they are called, by the supervisor or by systemd."""

import fcntl
import os
import sys
from pathlib import Path

from bihuan.kernel.system_words import words_of
from bihuan.startup.places import data_folder, make_run_folder, own_address, run_folder
from bihuan.startup.trouble import Trouble
from bihuan.startup.versions import refuse_newer_at

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
    """What its processes find besides: a connection a thread, and a folder for their common figures.

    Where that would lie on a disk, each process tells its own figures: one that is full would end them all.
    """
    said = {"BIHUAN_SERVE": "1", "BIHUAN_POOL": str(threads)}
    if run_folder() != data_folder() / "run":
        said["PROMETHEUS_MULTIPROC_DIR"] = str(run_folder() / "metrics")
    return said


def begin_anew() -> None:
    """What processes that are gone have told is not counted again. Raises Trouble where nothing can be written."""
    try:
        (make_run_folder() / "metrics").mkdir()
    except OSError as error:
        raise Trouble(f"不能写入 {run_folder()}：{words_of(error)}。请检查数据目录的权限和磁盘余量") from error


def occupy() -> None:
    """Hold the data folder until this process and those it becomes have ended. Raises Trouble where a site holds it."""
    path = data_folder() / "serving"
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Trouble(f"不能写入 {path}：{words_of(error)}。请检查数据目录的权限和磁盘余量") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise Trouble(f"{data_folder()} 已有一个网站在运行，没有启动第二个") from None
    os.set_inheritable(held, True)


def become(*, host: str, port: int, workers: int, threads: int) -> None:
    """Turn this process into the server. Raises Trouble where a newer version has been at work in the database."""
    refuse_newer_at(os.environ.get("DATABASE_URL") or own_address())
    occupy()
    begin_anew()
    words = command(host=host, port=port, workers=workers, threads=threads)
    os.execve(words[0], words, {**os.environ, **environment(threads)})  # noqa: S606  no shell is wanted
