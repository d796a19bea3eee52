"""The ledgers' jobs: thin; what they do is told by `commands`."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.ledgers import commands


@app.task(name=commands.WRITE)
def write_export(export: int) -> None:
    """Write a file that was asked for."""
    commands.write_export(export, at=datetime.now(UTC))


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledgers.expire_exports", queueing_lock="ledgers.expire_exports")
def expire(timestamp: int) -> None:
    """Every ten minutes: files whose time is over are deleted."""
    commands.expire_exports(datetime.now(UTC))
