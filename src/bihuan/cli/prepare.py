"""`bihuan prepare`: all that must be done before the site can be served."""

import hashlib

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from bihuan.cli import demo as demo_command
from bihuan.cli._database import not_newer


@click.command()
@click.option("--demo", is_flag=True, help="没有任何辖区时载入演示数据。")
def command(demo: bool) -> None:
    """升级数据库、汇集静态文件；--demo 载入演示数据。"""
    not_newer()
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static_files()
    if demo:
        demo_command.load_once()


def _collect_static_files() -> None:
    """Collect, hash and compress, unless nothing has changed since the last time."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            seen.update(f"{name} {storage.get_modified_time(name)} {storage.size(name)}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(seen.hexdigest())
