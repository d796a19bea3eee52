"""What a command asks of the database before it touches it."""

import click
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from bihuan.startup.trouble import Trouble
from bihuan.startup.versions import refuse_newer


def not_newer() -> None:
    """A sentence and exit code 1 where a newer version has been at work in the database."""
    applied = MigrationRecorder(connection).applied_migrations()
    try:
        refuse_newer(f"{app}.{name}" for app, name in applied)
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from None
