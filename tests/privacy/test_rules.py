"""When personal data may be erased."""

import pytest

from bihuan.cases.types import Stage
from bihuan.policy import norms
from bihuan.privacy import rules
from tests.facts import NOW, case
from tests.rule_tables import Row, asked

erase = asked(
    rules.may_erase,
    case=case(stage=Stage.CLOSED),
    open_matter="",
    open_parent="",
    untold="",
    promised=False,
    erased=False,
)
OVER = (
    Stage.CLOSED,
    Stage.ARCHIVED,
    Stage.NOT_ACCEPTED,
    Stage.TRANSFERRED,
    Stage.MERGED,
    Stage.TERMINATED,
    Stage.WITHDRAWN,
)

ROWS = (
    *(erase.allows(stage.label, case=case(stage=stage)) for stage in OVER),
    *(
        erase.refuses(stage.label, norms.IDENTITY_PROTECTED, case=case(stage=stage))
        for stage in Stage
        if stage not in OVER
    ),
    erase.refuses("twice", norms.IDENTITY_PROTECTED, erased=True),
    erase.refuses("while somebody owes", norms.IDENTITY_PROTECTED, case=case(stage=Stage.CLOSED, duties={"x": NOW})),
    erase.refuses("while its parent is open", norms.IDENTITY_PROTECTED, open_parent="C1"),
    erase.refuses("while a child is not told", norms.IDENTITY_PROTECTED, untold="C2"),
    erase.refuses("while something is promised", norms.IDENTITY_PROTECTED, promised=True),
    erase.refuses("while it is a matter of the list", norms.IDENTITY_PROTECTED, open_matter="M1"),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_may_be_erased(row: Row) -> None:
    row.holds()
