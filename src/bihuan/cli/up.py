"""`bihuan up`: database, site and worker, until Ctrl-C."""

import sys
from contextlib import suppress
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from bihuan.startup.installation import Installation, Plan, demo_accounts
from bihuan.startup.places import data_folder
from bihuan.startup.server import THREADS
from bihuan.startup.trouble import Trouble

SHOWN = 12
"""So many accounts fit on a screen; all of them are in demo.json."""


@click.command()
@click.option("--demo", is_flag=True, help="首次启动时载入演示数据。")
@click.option("--host", envvar="BIHUAN_HOST", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option("--port", envvar="BIHUAN_PORT", default=8000, show_default=True, help="监听端口。")
@click.option("--workers", envvar="BIHUAN_WORKERS", default=2, show_default=True, help="网站进程数。")
@click.option(
    "--threads", envvar="BIHUAN_THREADS", default=THREADS, show_default=True, help="每个网站进程同时接办的请求数。"
)
def command(demo: bool, host: str, port: int, workers: int, threads: int) -> None:
    """启动数据库、网站与后台任务；按 Ctrl-C 全部停止。"""
    console = Console(highlight=False)
    plan = Plan(host=host, port=port, workers=workers, threads=threads, demo=demo)

    def say(text: str) -> None:
        with suppress(OSError):  # what nobody can be told ends nothing
            console.print(text, markup=False, soft_wrap=True)
            sys.stdout.flush()

    def welcome() -> None:
        _welcome(console, plan)

    try:
        Installation(plan, say).run(welcome)
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from trouble


def _welcome(console: Console, plan: Plan) -> None:
    told = demo_accounts()
    if plan.demo and told:
        console.print(_accounts(told["accounts"]))
        console.print(
            f"演示账号共 {len(told['accounts'])} 个，密码都是 [bold]{told['password']}[/bold]；全部账号与接口令牌见"
        )
        console.print(str(data_folder() / "demo.json"), soft_wrap=True)
    console.print(f"\n闭环已启动：[bold]{plan.address}/[/bold]    （Ctrl-C 停止）")
    sys.stdout.flush()


def _accounts(accounts: list[dict[str, Any]]) -> Table:
    table = Table(Column("账号", no_wrap=True), "单位", "岗位")
    for account in accounts[:SHOWN]:
        table.add_row(account["account"], account["unit"], "、".join(account["posts"]))
    return table
