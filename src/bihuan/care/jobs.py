"""The jobs of the care: thin; what they do is told by the packages that they call."""

from procrastinate.contrib.django import app

from bihuan.care.workbook import running
from bihuan.organisations import clocks


@app.task(name=running.CARRY)
def carry_workbook(workbook: str) -> None:
    """Look a workbook through, or carry it in."""
    running.carry(workbook, at=clocks.real())


@app.periodic(cron="*/10 * * * *")
@app.task(name="care.expire_workbooks", queueing_lock="care.expire_workbooks")
def expire_workbooks(timestamp: int) -> None:
    """Every ten minutes: workbooks whose time is over are deleted with what became of them."""
    running.expire(at=clocks.real())
