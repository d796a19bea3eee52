"""`bihuan demo`: load the invented data of the training jurisdictions into an empty database."""

from importlib.util import find_spec

import click
from django.conf import settings
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bihuan.organisations import queries as organisations


@click.command()
def command() -> None:
    """载入演示数据（仅在尚无任何辖区时）。"""
    if not load_once():
        click.echo("已有辖区，未载入演示数据。")


def load_once() -> bool:
    """Load the demo where no jurisdiction exists; a mark stands in the data folder until it is complete."""
    if organisations.jurisdictions() or not (find_spec("bihuan.demo") and find_spec("bihuan.demo.commands")):
        return False
    from bihuan.demo.commands import load

    mark = settings.DATA_FOLDER / "demo-loading"
    mark.touch()
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("载入演示数据", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        load(progress)
    mark.unlink()
    return True
