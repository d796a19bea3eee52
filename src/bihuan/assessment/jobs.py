"""The clockwork of figures."""

from collections.abc import Mapping
from datetime import datetime

from procrastinate.contrib.django import app

from bihuan.assessment import commands, rules
from bihuan.organisations import clocks, queries


class Differs(Exception):
    """What is kept is not what the record says."""


@app.periodic(cron="* * * * *")
@app.task(name="assessment.take_in", queueing_lock="assessment.take_in")
def take_in(timestamp: int) -> None:
    """Every minute: reckon anew what the record has to tell."""
    while commands.take_in():
        continue


@app.periodic(cron="41 2 * * *")
@app.task(name="assessment.check", queueing_lock="assessment.check")
def check(timestamp: int) -> None:
    """Every night: reckon the month of the day before again, and compare. Raises Differs."""
    check_months(clocks.everywhere())


def check_months(places: Mapping[str, datetime]) -> None:
    """Compare a month of each jurisdiction, whose present moment is given. Raises Differs."""
    for jurisdiction, now in places.items():
        found = commands.recount(jurisdiction, period=rules.month_to_check(queries.today(now)), check=True)
        if found.first:
            told = f"{jurisdiction}: {found.differing} rows differ, first in {found.first.table}: {found.first.row}"
            raise Differs(told)
