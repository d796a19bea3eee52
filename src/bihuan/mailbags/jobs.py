"""The jobs of the tables that registrars bring: thin; what they do is told by `commands`."""

from procrastinate.contrib.django import app

from bihuan.mailbags import commands
from bihuan.organisations import clocks


@app.task(name=commands.CHECK)
def check(mailbag: int) -> None:
    """Look a table through."""
    commands.check(mailbag, at=clocks.real())


@app.task(name=commands.REGISTER)
def register(mailbag: int) -> None:
    """Register the letters of a table."""
    commands.carry_out(mailbag, at=clocks.real())


@app.periodic(cron="*/10 * * * *")
@app.task(name="mailbags.expire", queueing_lock="mailbags.expire")
def expire(timestamp: int) -> None:
    """Every ten minutes: tables whose time is over are deleted with their files."""
    for jurisdiction, now in clocks.everywhere().items():
        commands.expire(jurisdiction, now=now)
    commands.sweep(at=clocks.real())
