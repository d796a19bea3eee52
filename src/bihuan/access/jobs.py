"""Clockwork of coming in."""

from procrastinate.contrib.django import app

from bihuan.access import commands
from bihuan.organisations import clocks


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="access.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: forget sign-ins that are older than what must be kept."""
    commands.sweep(at=clocks.real())
