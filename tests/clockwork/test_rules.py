"""Who sees how the installation is doing."""

import pytest

from bihuan.clockwork import queries, rules
from bihuan.policy import norms
from tests.facts import person
from tests.rule_tables import Row, asked

see = asked(rules.may_see, actor=person("centre.operator"))
barred = asked(queries.barred, actor=person("centre.operator"))

ROWS = (
    see.allows("the operator"),
    see.refuses("the administrator", norms.IDENTITY_PROTECTED, actor=person("centre.administrator")),
    barred.allows("the operator"),
    barred.refuses("the administrator", norms.IDENTITY_PROTECTED, actor=person("centre.administrator")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_sees_the_operation(row: Row) -> None:
    row.holds()
