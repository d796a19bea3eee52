"""`bihuan seal`: seal the days that are over, without waiting for the hour."""

import sys
from datetime import UTC, datetime

import click
from django.conf import settings

from bihuan.clockwork import commands
from bihuan.startup.places import write_private

SENT = "seals-sent"


@click.command()
@click.option("--sent", is_flag=True, help="只记下：封存文件今日已抄送到本机以外（数据库管理员不能改的地方）。")
def command(sent: bool) -> None:
    """封存各辖区已结束的日子，并补全库外留存的封存文件；与留存的对不上即列出，并以 1 退出。"""
    outside = settings.DATA_FOLDER / "seals.jsonl"
    if sent:
        note_sent()
        click.echo(f"已记下：{outside}今日抄送到了本机以外")
        return
    days, forged = commands.seal_all(datetime.now(UTC))
    click.echo(f"封存{days}日；库外留存：{outside}")
    for seal in forged:
        click.echo(f"{seal.jurisdiction}（{seal.day}）：库外留存的这一次封存，库内没有或已不同", err=True)
    sys.exit(1 if forged else 0)


def note_sent() -> None:
    """Note that the file has left the host: `bihuan doctor` asks when it last did."""
    write_private(settings.DATA_FOLDER / SENT, datetime.now(UTC).isoformat())
