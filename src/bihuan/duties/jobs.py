"""The clockwork of the duty ledger."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from procrastinate.contrib.django import app

from bihuan.duties import commands
from bihuan.kernel.actor import Actor
from bihuan.organisations import clocks


@app.task(name=commands.RECOMPUTE, lock=commands.RECOMPUTE)
def recompute(edition: int) -> None:
    """After a year's notice was entered: compute anew what these days move."""
    commands.recompute_all(edition, clock=clocks.here)


def climb(
    jurisdiction: str, now: datetime, *, labels: Mapping[str, str], most: int = commands.ROUND
) -> Mapping[str, int]:
    """Take every step of the ladder that is due in a jurisdiction; answers what was done, by word.

    `labels` name the kinds of duty. Any number of workers may do it at once.
    """
    actor, made, more = Actor.clockwork(jurisdiction), Counter[str](), True
    while more:
        climbed = commands.take_steps(labels=labels, actor=actor, now=now, most=most)
        made, more = made + Counter(climbed.made), climbed.more
    return made
