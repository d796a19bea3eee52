"""The ledgers' jobs: thin; what they do is told by `commands`."""

from procrastinate.contrib.django import app

from bihuan.ledgers import commands
from bihuan.organisations import clocks


@app.task(name=commands.WRITE)
def write_export(export: int) -> None:
    """Write a file that was asked for."""
    commands.write_export(export, at=clocks.real())


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledgers.expire_exports", queueing_lock="ledgers.expire_exports")
def expire(timestamp: int) -> None:
    """Every ten minutes: files whose time is over are deleted."""
    for jurisdiction, now in clocks.everywhere().items():
        commands.expire_exports(jurisdiction, now=now)
