"""What the rules of the tables that registrars bring say to which facts."""

import pytest

from bihuan.mailbags import rules
from bihuan.mailbags.types import MOST_OPEN, State
from tests.rule_tables import Row, asked

brought = asked(rules.may_be_brought, size=100, limit=100, free=1_100, least=1_000)
another = asked(rules.may_bring_another, under_way=MOST_OPEN - 1)
again = asked(rules.may_read_again, state=State.READY)
registered = asked(rules.may_be_registered, state=State.READY, may=True, round=2, seen=2)
dropped = asked(rules.may_be_dropped, state=State.READY)

ROWS = (
    brought.allows("as large as it may be, with room for it"),
    brought.allows("a byte", size=1),
    brought.refuses("nothing", None, "file", size=0),
    brought.refuses("a byte more", None, "file", size=101, free=5_000),
    brought.refuses("where a byte of room lacks", None, "file", free=1_099),
    another.allows("one more"),
    another.refuses("too many at once", None, "file", under_way=MOST_OPEN),
    again.allows("what waits to be agreed to"),
    *(
        again.refuses(f"what is {state}", None, state=state)
        for state in (State.CHECKING, State.REGISTERING, State.STOPPED, State.DONE, State.GONE)
    ),
    registered.allows("as it was seen"),
    registered.allows("what was interrupted", state=State.STOPPED),
    *(
        registered.refuses(f"what is {state}", None, state=state)
        for state in (State.CHECKING, State.REGISTERING, State.DONE, State.GONE)
    ),
    registered.refuses("what was looked through again meanwhile", None, seen=1),
    registered.refuses("what is not in order", None, may=False),
    dropped.allows("what waits to be agreed to"),
    dropped.allows("what is done", state=State.DONE),
    *(dropped.refuses(f"what is {state}", None, state=state) for state in (State.CHECKING, State.REGISTERING)),
    dropped.refuses("what something else is at work on", None, at_work={State.READY}),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_the_tables_says(row: Row) -> None:
    row.holds()
