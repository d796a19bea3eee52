"""The clockwork's jobs: thin; what they do is told by `commands`."""

import logging
from datetime import timedelta

from procrastinate.contrib.django import app

from bihuan.clockwork import commands
from bihuan.organisations import clocks
from bihuan.policy.loader import look_again
from bihuan.record.commands import forget_answers

KEYS_KEPT = timedelta(days=7)
"""So long a repeated request is answered from what was kept."""

_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="clockwork.sweep", lock="clockwork", queueing_lock="clockwork.sweep")
def sweep(timestamp: int) -> None:
    """Every minute, in every jurisdiction; trouble in one does not keep the others waiting."""
    look_again()
    for jurisdiction, now in clocks.everywhere().items():
        try:
            commands.sweep(jurisdiction, now)
        except Exception:
            _log.exception("the sweep of %s failed", jurisdiction)


@app.task(name=commands.CATCH_UP)
def catch_up(jurisdiction: str) -> None:
    """After the training clock was moved: at once, and by the clock as it is then."""
    at = clocks.real()
    commands.sweep(jurisdiction, clocks.here(jurisdiction))
    commands.seal_all(at)
    commands.count_all(at)


@app.periodic(cron="*/5 * * * *")
@app.task(name="clockwork.count", queueing_lock="clockwork.count")
def count(timestamp: int) -> None:
    """Every five minutes: how many duties are open, met and late."""
    commands.count_all(clocks.real())


@app.periodic(cron="* * * * *")
@app.task(name="clockwork.index", lock="clockwork.index", queueing_lock="clockwork.index")
def index(timestamp: int) -> None:
    """Every minute: what the search does not know yet, as after an upgrade, the newest first."""
    commands.index(batches=commands.BATCHES)


@app.periodic(cron="12 * * * *")
@app.task(name="clockwork.seal", lock="clockwork", queueing_lock="clockwork.seal")
def seal(timestamp: int) -> None:
    """Every hour, for the days that are over."""
    commands.seal_all(clocks.real())


@app.periodic(cron="41 3 * * *")
@app.task(name="clockwork.forget_answers", queueing_lock="clockwork.forget_answers")
def forget(timestamp: int) -> None:
    """Every night: answers kept for repeated requests are forgotten after a week."""
    forget_answers(clocks.real() - KEYS_KEPT)
