"""`bihuan with-postgres`: run a command with a PostgreSQL of its own in DATABASE_URL."""

import os
import signal
import subprocess
import sys

import click

from bihuan.startup import postgres
from bihuan.startup.binaries import wanted_way
from bihuan.startup.trouble import Trouble


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--durable", is_flag=True, help="与正式运行相同的落盘设置（用于测速）。")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
def command(durable: bool, words: tuple[str, ...]) -> None:
    """启动临时 PostgreSQL，运行给出的命令，用后即删；已有 DATABASE_URL 时直接用它。"""
    way = wanted_way()
    if os.environ.get("DATABASE_URL") and way in (None, "url"):
        sys.exit(_run(words, os.environ["DATABASE_URL"]))
    if way == "url":
        raise click.ClickException("BIHUAN_POSTGRES=url 需要 DATABASE_URL")
    try:
        with postgres.temporary(way, durable=durable) as url:
            code = _run(words, url)
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    sys.exit(code)


def _run(words: tuple[str, ...], url: str) -> int:
    """Run it in our terminal; Ctrl-C reaches it directly, we only wait until it has ended."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            words,
            env={**os.environ, "DATABASE_URL": url},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        forward = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
        signal.signal(signal.SIGTERM, forward)
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
