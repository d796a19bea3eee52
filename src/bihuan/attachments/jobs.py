"""Clockwork of the attachments."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bihuan.attachments import commands
from bihuan.attachments.scanner import NoVerdict
from bihuan.organisations import clocks

log = logging.getLogger(__name__)


@app.task(name=commands.CHECK, pass_context=False)
def check(attachment: int) -> None:
    """Ask the scanner about a new file."""
    _check(attachment)


AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)
"""After 4, 16, 64 seconds and so on, for about six hours; then the doctor tells."""


@app.task(name=commands.DROP, pass_context=False, retry=AGAIN)
def drop(digest: str) -> None:
    """After an erasure: the content goes, unless another subject has the same."""
    commands.drop_unused(digest)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="attachments.check_waiting", pass_context=False)
def check_waiting(timestamp: int) -> None:
    """Every minute: ask about what still waits, as after the scanner was away."""
    for attachment in commands.waiting():
        _check(attachment)


def _check(attachment: int) -> None:
    try:
        commands.check(attachment=attachment, clock=clocks.here)
    except NoVerdict as unknown:
        log.warning("the scanner gave no verdict on attachment %s: %s", attachment, unknown)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="attachments.sweep_unbound", pass_context=False)
def sweep_unbound(timestamp: int) -> None:
    """Every ten minutes: delete what no act bound in time."""
    for jurisdiction, now in clocks.everywhere().items():
        while commands.sweep_unbound(jurisdiction=jurisdiction, now=now):
            pass


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="attachments.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: the same, and what a crash left behind."""
    sweep_unbound(timestamp)
    commands.sweep_orphans(at=clocks.real())
