"""`bihuan seal`: seal the days that are over, without waiting for the hour."""

from datetime import UTC, datetime

import click
from django.conf import settings

from bihuan.clockwork import commands


@click.command()
def command() -> None:
    """封存各辖区已结束的日子，并补全库外留存的封存文件。"""
    days = commands.seal_all(datetime.now(UTC))
    click.echo(f"封存{days}日；库外留存：{settings.DATA_FOLDER / 'seals.jsonl'}")
