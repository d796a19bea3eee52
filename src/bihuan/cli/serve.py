"""`bihuan serve`: the site alone, for systemd or a container; database, migration and worker are others' matter."""

import click

from bihuan.startup import server
from bihuan.startup.server import THREADS
from bihuan.startup.trouble import Trouble


@click.command()
@click.option("--host", envvar="BIHUAN_HOST", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option("--port", envvar="BIHUAN_PORT", default=8000, show_default=True, help="监听端口。")
@click.option("--workers", envvar="BIHUAN_WORKERS", default=2, show_default=True, help="网站进程数。")
@click.option(
    "--threads", envvar="BIHUAN_THREADS", default=THREADS, show_default=True, help="每个网站进程同时接办的请求数。"
)
def command(host: str, port: int, workers: int, threads: int) -> None:
    """只运行网站（先执行 bihuan prepare；后台任务由 bihuan worker 运行）。"""
    try:
        server.become(host=host, port=port, workers=workers, threads=threads)
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
