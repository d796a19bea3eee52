"""What the check of a regulation asks of the rules behind a stage table's acts."""

import pytest

from bihuan.cases.types import Act, Stage
from bihuan.policy import norms
from bihuan.vetting import loop
from tests.facts import WENDENG
from tests.rule_tables import Row, asked

WAITING = loop.Situation(Stage.CALLBACK)
close = asked(loop._may_close, at=WAITING, pack=WENDENG)
ROWS = (
    close.refuses("before anybody called back", norms.CALLBACK_ATTEMPTS),
    close.allows("after it", at=loop.Situation(Stage.CALLBACK, done=frozenset({str(Act.RECORD_CALLBACK)}))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_the_check_asks(row: Row) -> None:
    row.holds()
