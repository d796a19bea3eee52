"""`bihuan migrate`: bring the database to this version."""

import click
from django.core.management import call_command

from bihuan.cli._database import not_newer


@click.command()
def command() -> None:
    """升级数据库结构到当前版本。"""
    not_newer()
    call_command("migrate", interactive=False, verbosity=1)
