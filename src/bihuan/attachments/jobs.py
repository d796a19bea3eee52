"""Clockwork of the attachments."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.attachments import commands


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="attachments.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: delete what nobody needed."""
    now = datetime.fromtimestamp(timestamp, UTC)
    while commands.sweep_unbound(now=now):
        pass
    commands.sweep_orphans(now=now)
