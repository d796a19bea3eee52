"""`bihuan manage`: Django's own management commands."""

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """运行 Django 管理命令，如 bihuan manage makemigrations。"""
    execute_from_command_line(["bihuan manage", *words])
