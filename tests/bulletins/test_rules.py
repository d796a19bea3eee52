"""What every rule of bulletins says, row by row."""

from typing import Any

import pytest

from bihuan.bulletins import rules
from bihuan.bulletins.types import TEXTS, BulletinFacts, BulletinStage
from bihuan.policy import norms
from bihuan.vetting.specimens import plain
from tests.facts import person
from tests.rule_tables import Row, asked

N = norms.RHYTHM_BULLETIN


def bulletin(**known: Any) -> BulletinFacts:
    """One with its four texts, laid before the director by `clerk`."""
    usual = {"stage": BulletinStage.SIGNING, **dict.fromkeys(TEXTS, "有")}
    return plain(BulletinFacts, **{**usual, **known})


submit = asked(rules.may_submit, bulletin=bulletin())
issue = asked(rules.may_issue, written_by={"clerk"}, actor=person("office.list_director"))
strike = asked(rules.may_strike_name, nth=1, named={1, 2})
issued = asked(rules.is_issued, bulletin=bulletin(stage=BulletinStage.ISSUED))
ROWS: tuple[Row, ...] = (
    submit.allows("with its four texts"),
    *(submit.refuses(f"without {name}", N, bulletin=bulletin(**{name: ""})) for name in TEXTS),
    issue.allows("another than who laid it before"),
    issue.refuses("who did", N, actor=person("office.list_director", account="clerk")),
    strike.allows("one that stands"),
    strike.refuses("one that does not", N, "nth", nth=3),
    issued.allows("issued"),
    issued.refuses("not yet", N, bulletin=bulletin()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
