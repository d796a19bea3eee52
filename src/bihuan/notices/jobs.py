"""The clockwork of notices."""

from procrastinate.contrib.django import app

from bihuan.notices import commands
from bihuan.organisations import clocks


@app.periodic(cron="* * * * *")
@app.task(name="notices.take_in", queueing_lock="notices.take_in")
def take_in(timestamp: int) -> None:
    """Every minute: tell officials what the record has to tell them."""
    while commands.take_in():
        continue


@app.periodic(cron="23 3 * * *")
@app.task(name="notices.forget", queueing_lock="notices.forget")
def forget(timestamp: int) -> None:
    """Every night: forget what is older than three months."""
    for jurisdiction, now in clocks.everywhere().items():
        commands.forget(jurisdiction=jurisdiction, now=now)
