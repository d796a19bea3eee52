"""What the rules about secret requests and accused units say to which facts."""

from datetime import timedelta

import pytest

from bihuan.cases import rules
from bihuan.cases.types import DutyKind
from bihuan.policy import norms
from bihuan.policy.pack import GroundOf
from tests.facts import NOW, WENDENG, binding, case, unit
from tests.rule_tables import Row, asked

KNOWN = {"a": unit("department", code="a")}
known = asked(rules.may_be_known_to, case=case(accused=("a",), secret=True), lead="a")
go = asked(rules.may_go_to, units=["a"], case=case(accused=("a",)), known=KNOWN, reason="别无其他单位。", field="lead")
SECRETLY = case(accused=("a",), secret=True)
A, B = unit("department", code="a"), unit("department", code="b")
just = asked(rules.impartial, bodies=[A, B], case=SECRETLY)
body = asked(rules.may_go_to_body, bodies=[A], case=SECRETLY, field="")
tell = asked(rules.may_be_told_by, through_desk=False, confidential=False, field="feedback_method")
ask = asked(rules.may_ask_desk, confidential=True)
pass_on = asked(rules.may_pass_on, owed=True)
enough = asked(rules.tried_enough, at=NOW, earlier=())

BY_LAW = binding(WENDENG, norms.STATUTORY_LIMIT)
counted = asked(rules.counted_by_law, kind=DutyKind.HANDLE, pack=BY_LAW)
law = asked(
    rules.limit_by_law,
    case=case(statutory_limit="20wd", statutory_basis="《行政许可法》第四十二条"),
    kind=DutyKind.HANDLE,
    pack=BY_LAW,
)
to_tell = asked(rules.asked_to_tell, norm=norms.TERMINATE, anonymous=False)
telling = asked(rules.telling, how="", anonymous=False)
rest = asked(rules.may_rest_on, code="outside", of=GroundOf.DECLINE, pack=WENDENG)

ROWS = (
    go.allows("an accused unit for a reason"),
    go.allows("an accused unit that another body ruled to be the right one", reason=None),
    go.refuses("an accused unit for none", norms.IDENTITY_PROTECTED, "accused_reason", reason=""),
    go.refuses("an accused unit in secret", norms.IDENTITY_PROTECTED, "lead", case=case(accused=("a",), secret=True)),
    go.refuses(
        "an accused unit in secret, whatever was ruled",
        norms.IDENTITY_PROTECTED,
        "lead",
        case=case(accused=("a",), secret=True),
        reason=None,
    ),
    go.refuses(
        "several, one of them accused",
        norms.IDENTITY_PROTECTED,
        "lead",
        units=["b", "a"],
        case=case(accused=("a",), secret=True),
    ),
    go.refuses(
        "an accused unit that nobody knows any more",
        norms.IDENTITY_PROTECTED,
        "lead",
        case=case(accused=("a",), secret=True),
        known={},
    ),
    go.allows("another unit in secret", units=["b"], case=case(accused=("a",), secret=True), reason=""),
    go.allows("nobody in secret", units=[], case=case(accused=("a",), secret=True), reason=""),
    #
    known.refuses("the accused unit in secret", norms.IDENTITY_PROTECTED, "parent"),
    known.allows("the accused unit in the open", case=case(accused=("a",))),
    known.allows("another unit in secret", lead="b"),
    known.allows("nobody in secret", lead=None),
    #
    just.gives("those of which it does not complain", [B]),
    just.gives("all, where it complains in the open", [A, B], case=case(accused=("a",))),
    body.refuses("the one body that is accused in secret", norms.IDENTITY_PROTECTED, ""),
    body.refuses("beside the field", norms.IDENTITY_PROTECTED, "case", field="case"),
    body.allows("one that is accused in the open", case=case(accused=("a",))),
    body.allows("another one of the kind", bodies=[A, B]),
    body.allows("one that is not accused", bodies=[B]),
    body.allows("nobody, of whom another rule speaks", bodies=[]),
    #
    tell.allows("the unit itself"),
    tell.refuses(
        "the desk where nobody asked for secrecy", norms.IDENTITY_PROTECTED, "feedback_method", through_desk=True
    ),
    tell.refuses(
        "the unit where secrecy was asked for", norms.IDENTITY_PROTECTED, "feedback_method", confidential=True
    ),
    tell.allows("the desk where secrecy was asked for", through_desk=True, confidential=True),
    #
    ask.allows("where secrecy was asked for"),
    ask.refuses("where it was not", norms.IDENTITY_PROTECTED, moot=True, confidential=False),
    pass_on.allows("what was asked"),
    pass_on.refuses("nothing", norms.IDENTITY_PROTECTED, moot=True, owed=False),
    #
    counted.gives("the handling", True),
    counted.gives("the rework by the regulation", False, kind=DutyKind.REWORK),
    counted.gives("the rework", True, kind=DutyKind.REWORK, pack=binding(WENDENG, norms.STATUTORY_LIMIT, rework=True)),
    counted.gives("the signing in", False, kind=DutyKind.SIGN_IN),
    counted.gives(
        "the signing in where the rework is",
        False,
        kind=DutyKind.SIGN_IN,
        pack=binding(WENDENG, norms.STATUTORY_LIMIT, rework=True),
    ),
    counted.gives("nothing where no law counts", False, pack=WENDENG),
    law.gives("its own limit", ("20wd", "法定时限：《行政许可法》第四十二条")),
    law.gives("none where the desk named none", None, case=case()),
    law.gives("none for another duty", None, kind=DutyKind.SIGN_IN),
    to_tell.wants("how", {"requester_told": [(norms.TERMINATE, {})]}),
    to_tell.wants("how, by another field", {"told_how": [(norms.TERMINATE, {})]}, field="told_how"),
    to_tell.gives("nothing of somebody unknown", {}, anonymous=True),
    telling.gives("who is known and was told", rules.TOLD, how="当面"),
    telling.gives("who is known, and nobody says how", rules.UNSAID),
    telling.gives("who is not", rules.UNTOLD, anonymous=True),
    telling.gives("who is not and was told all the same", rules.TOLD, anonymous=True, how="当面"),
    rest.allows("a ground of the list"),
    rest.allows("none", code=""),
    rest.refuses("one that is not listed", norms.DECLINE_WITH_GROUND, "ground", code="weather"),
    rest.refuses("one where none are listed", None, "ground", of=GroundOf.TERMINATE),
    rest.refuses("one where it is not asked for", None, "ground", asked=False),
    rest.allows("none where it is not asked for", code="", asked=False),
    enough.gives("the first attempt", False),
    enough.gives("another within two hours", False, earlier=[NOW - timedelta(hours=2) + timedelta(seconds=1)]),
    enough.gives("another after two hours", True, earlier=[NOW - timedelta(hours=2)]),
    enough.gives("one of several after two hours", True, earlier=[NOW, NOW - timedelta(days=1)]),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
