"""What must be entered for a leader, and who may say that it is true: asked without a database."""

from datetime import UTC, date, datetime

import pytest

from bihuan.instructions import rules
from bihuan.instructions.types import Instruction, InstructionRow
from bihuan.policy import norms
from tests.facts import person
from tests.rule_tables import Row, asked

NORM = norms.LINKAGE_COORDINATE
WHOLE = {
    "leader": "分管副区长",
    "account": "vice",
    "issued_on": date(2025, 3, 3),
    "reference": "批〔2025〕1号",
    "text": "速办",
    "scan": (1,),
}


def given(**differs: object) -> Instruction:
    return Instruction(**{**WHOLE, **differs})  # type: ignore[arg-type]


rest = asked(rules.may_rest_on, given=given(), norm=NORM, today=date(2025, 3, 3), leaders={"vice", "head"}, by="clerk")
scan = asked(rules.may_be_scan, mimes=["image/png", "application/pdf"], norm=NORM)


def row(**differs: object) -> InstructionRow:
    said = {
        "id": 1, "act": "instruct", "leader": "分管副区长", "account": "vice", "account_name": "某", "units": (),
        "issued_on": date(2025, 3, 3), "reference": "批1", "scan": (1,), "entered_by": "clerk", "entered_by_name": "某",
        "entered_at": datetime(2025, 3, 3, tzinfo=UTC), "unit": "desk", "holder": "leaders", "post": "leader",
        "before": {}, "verified_at": None, "settled_by_name": "", "denied_at": None, "in_office": True,
    }  # fmt: skip
    return InstructionRow(**{**said, **differs})  # type: ignore[arg-type]


BY_OFFICE = row(account="", holder="offices", post="supervisor")
verify = asked(rules.may_verify, entered=row(), actor=person("leaders.leader", account="vice"), norm=NORM)
ROWS = (
    rest.allows("all of it"),
    rest.allows("a leader of whom there is no account", given=given(account=""), leaders=()),
    *(
        rest.refuses(
            f"without {part}", NORM, part, given=given(**{part: type(WHOLE[part])() if part != "issued_on" else None})
        )
        for part in ("leader", "issued_on", "reference", "text", "scan")
    ),
    rest.refuses(
        "without a text that stands elsewhere",
        NORM,
        "instruction",
        given=given(text=""),
        stands_in={"text": "instruction"},
    ),
    rest.refuses("of tomorrow", NORM, "issued_on", given=given(issued_on=date(2025, 3, 4))),
    rest.refuses("of oneself", NORM, "leader_account", by="vice"),
    rest.allows("of nobody's account, by nobody's", given=given(account=""), leaders=(), by=""),
    rest.refuses("without the leader's account", NORM, "leader_account", given=given(account="")),
    rest.refuses("of somebody who was no leader", NORM, "leader_account", given=given(account="other")),
    rest.refuses("of an account where there is no leader", NORM, "leader_account", leaders=()),
    scan.allows("pictures and papers"),
    scan.refuses("a recording", NORM, "scan", mimes=["image/png", "audio/mpeg"]),
    verify.allows("the leader"),
    verify.refuses("nothing waits", NORM, moot=True, entered=None),
    verify.refuses("who entered it", NORM, actor=person("leaders.leader", account="clerk")),
    verify.refuses("the head who entered it", NORM, entered=BY_OFFICE, actor=person("desk.head", account="clerk")),
    verify.refuses("another leader", NORM, actor=person("leaders.leader", account="head")),
    verify.allows(
        "who succeeded the leader", entered=row(in_office=False), actor=person("leaders.leader", account="head")
    ),
    verify.refuses("no leader", NORM, entered=row(in_office=False), actor=person("desk.head", account="head")),
    verify.allows("the supervision office", entered=BY_OFFICE, actor=person("offices.supervisor")),
    verify.allows("the head of the unit that entered it", entered=BY_OFFICE, actor=person("desk.head")),
    verify.allows("its deputy", entered=BY_OFFICE, actor=person("desk.deputy")),
    verify.refuses("the supervision of elsewhere", NORM, entered=BY_OFFICE, actor=person("other.supervisor")),
    verify.refuses("the head of another unit", NORM, entered=BY_OFFICE, actor=person("unit.head")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
