"""The clockwork of carriers: the only place from which a notice leaves the house."""

import time
from collections.abc import Callable
from datetime import datetime

from procrastinate.contrib.django import app

from bihuan.carriers import commands, writing
from bihuan.organisations import clocks

AT_MOST = 50.0
"""Seconds that one run goes on sending."""


@app.periodic(cron="* * * * *")
@app.task(name="carriers.send", queueing_lock="carriers.send", lock="carriers.send")
def send(timestamp: int) -> None:
    """Every minute: plan what goes by carriers, and send what is to go now."""
    while commands.plan(at=clocks.real()):
        continue
    send_due(clock=clocks.real)


@app.periodic(cron="43 3 * * *")
@app.task(name="carriers.forget", queueing_lock="carriers.forget")
def forget(timestamp: int) -> None:
    """Every night: forget what is older than notices are kept."""
    commands.forget(at=clocks.real())


def send_due(*, clock: Callable[[], datetime], seconds: float = AT_MOST, patience: float | None = None) -> int:
    """Send one message after the other until none is due or the time is over; answers how many were tried."""
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until and (claimed := commands.claim(at=clock())) is not None:
        if claimed.rows:
            given = writing.give(claimed, at=clock(), listed=commands.listed(), patience=patience)
            commands.note(claimed=claimed, tried=given, at=clock())
            tried += 1
    return tried
