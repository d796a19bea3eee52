"""`bihuan demo`: load the invented data of the training jurisdictions into an empty database."""

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bihuan.demo.commands import load
from bihuan.organisations import queries as organisations


@click.command()
def command() -> None:
    """载入演示数据（仅在尚无任何辖区时）。"""
    if not load_once():
        click.echo("已有辖区，未载入演示数据。")


def load_once() -> bool:
    """Load the demo where no jurisdiction exists; all of it or nothing."""
    if organisations.jurisdictions():
        return False
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("载入演示数据", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        load(progress)
    return True
