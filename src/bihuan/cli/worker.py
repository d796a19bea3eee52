"""`bihuan worker`: carries out the jobs that requests have deferred, and the jobs of the calendar."""

import os

import click
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from bihuan.cli._database import not_newer

NICENESS = 10
"""Jobs give way to pages: whoever waits for a file waits a little longer, whoever works on a page does not."""


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="同时处理的任务数。")
def command(concurrency: int) -> None:
    """启动后台任务进程。"""
    if not isinstance(app.connector, DjangoConnector):
        raise click.ClickException("后台任务未接入数据库")
    not_newer()
    connection.close()
    os.nice(max(0, NICENESS - os.nice(0)))
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(concurrency=concurrency, install_signal_handlers=True, listen_notify=True)
