"""The clockwork of the duty ledger."""

from procrastinate.contrib.django import app

from bihuan.duties import commands
from bihuan.organisations import clocks


@app.task(name=commands.RECOMPUTE, lock=commands.RECOMPUTE)
def recompute(edition: int) -> None:
    """After a year's notice was entered: compute anew what these days move."""
    commands.recompute_all(edition, clock=clocks.here)
