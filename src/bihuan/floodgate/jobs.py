"""Clockwork of the floodgate."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.floodgate import commands


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="floodgate.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: forget the buckets that are full again."""
    commands.sweep(at=datetime.fromtimestamp(timestamp, UTC))
