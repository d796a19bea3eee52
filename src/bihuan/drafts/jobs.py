"""Clockwork of the drafts."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.drafts import commands


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="drafts.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: forget the drafts that are two weeks old."""
    commands.forget(at=datetime.fromtimestamp(timestamp, UTC))
