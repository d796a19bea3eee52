"""The clockwork of clues: what the record shows, and what is verified although the unit said nothing."""

from datetime import datetime

from procrastinate.contrib.django import app

from bihuan.accountability import queries
from bihuan.accountability.commands import detecting
from bihuan.accountability.types import KIND, ClueAct
from bihuan.accountability.types.forms import NoFields
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import clocks
from bihuan.record.commands import ACTS


def go_on(jurisdiction: str, now: datetime) -> int:
    """Let clues be verified of which the unit did not give its side in time; answers how many."""
    gone = 0
    for number in queries.overdue_explanations(jurisdiction, now):
        try:
            act = ACTS[(KIND, ClueAct.GO_ON)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            gone += 1
        except (Refused, Unknown):  # it explained meanwhile, or another worker let it go on
            continue
    return gone


@app.periodic(cron="* * * * *")
@app.task(name="accountability.detect", queueing_lock="accountability.detect")
def detect(timestamp: int) -> None:
    """Every minute: look for clues in what the record has to tell."""
    while detecting.detect():
        continue


@app.periodic(cron="27 * * * *")
@app.task(name="accountability.look", queueing_lock="accountability.look")
def look(timestamp: int) -> None:
    """Every hour: look at what stays undone."""
    for jurisdiction, now in clocks.everywhere().items():
        detecting.look(jurisdiction, now)
