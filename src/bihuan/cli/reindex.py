"""`bihuan reindex`: let the search know at once what was registered before an upgrade; the worker does it by itself."""

import click

from bihuan.clockwork import commands, queries


@click.command()
def command() -> None:
    """为升级前登记的工单、清单事项、联动吹哨建立检索索引（后台任务也会自动建立）；中断后可以再次运行，从未完成处继续。"""
    total = queries.not_indexed()
    with click.progressbar(length=total, label="建立索引") as progress:
        while done := commands.index(batches=1):
            progress.update(done)
    click.echo(f"已建立索引：{total}件。")
