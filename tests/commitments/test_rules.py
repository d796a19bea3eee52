"""When something must be promised, what it must say, and who does what with it: asked without a database."""

from datetime import UTC, date, datetime

import pytest

from bihuan.cases.types import ClosureType
from bihuan.commitments import rules
from bihuan.commitments.types import CommitmentRow, Promise, Standing
from bihuan.organisations.types import AppointmentRow
from bihuan.policy import norms
from tests.facts import WENDENG, case, person, unit, without
from tests.rule_tables import Row, asked

MADE, KEPT, TODAY = norms.COMMITMENT_REGISTER, norms.COMMITMENT_KEEP, date(2025, 3, 3)
HEAD = AppointmentRow("wd.head", "王某", "unit", "head", date(2021, 1, 1), None, False)
WHOLE = Promise("换灯杆", "unit", "王某", date(2025, 3, 4))
NOTHING = Promise("", "unit", "", None)


def row(standing: Standing = Standing.OPEN, due_on: date = TODAY, times: int = 0) -> CommitmentRow:
    said = ("换灯杆", "unit", "供电公司", "王某", due_on, due_on, datetime(2025, 3, 1, tzinfo=UTC))
    return CommitmentRow(1, *said, standing, None, "", times)


promise = asked(
    rules.may_promise,
    promise=WHOLE,
    outcome=ClosureType.PROMISED,
    unit=unit(),
    people=(HEAD,),
    standing=False,
    today=TODAY,
    pack=WENDENG,
)
UNKEPT = without(WENDENG, MADE)
decide = asked(rules.may_decide, found=2, confirmed=("1",), dismissed=("2",), said=True, standing=False, pack=WENDENG)
end_as = asked(rules.may_end_as, outcome=ClosureType.SOLVED, confirmed=("1",), pack=WENDENG)
conclude = asked(rules.may_conclude_as, outcome=ClosureType.PROMISED, pack=WENDENG, field="outcome")
conclusions = asked(rules.conclusions, among=(ClosureType.SOLVED, ClosureType.PROMISED), pack=WENDENG)
fulfil = asked(rules.may_fulfil, kept=row(), actor=person("unit.handler"))
done = asked(rules.may_have_kept, done_on=TODAY, made_on=TODAY, today=TODAY)
check = asked(rules.may_check, kept=row(Standing.CLAIMED), actor=person("desk.caller"))
renew = asked(rules.may_renew, kept=row(Standing.BROKEN), pack=WENDENG)
of_renewal = asked(rules.asked_of_renewal, facts=case(), pack=WENDENG)
until = asked(rules.may_renew_until, due_on=date(2025, 3, 4), today=TODAY)
breaks = asked(rules.may_break, kept=row(due_on=date(2025, 3, 2)), today=TODAY)
SAID = ("promise", "promise_person", "promise_due_on")
LACKING = (
    Promise("", "unit", "王某", date(2025, 3, 4)),
    Promise("换灯杆", "unit", "", date(2025, 3, 4)),
    Promise("换灯杆", "unit", "王某", None),
)
end_promiser = asked(rules.may_end_promiser, promised=1, followed=True)
ROWS = (
    end_promiser.allows("whom another follows"),
    end_promiser.allows("who promised nothing", promised=0, followed=False),
    end_promiser.refuses("whom nobody follows", KEPT, "successor", followed=False),
    promise.allows("all of it"),
    promise.allows("by account", promise=Promise("换灯杆", "unit", "wd.head", date(2025, 3, 4))),
    promise.allows("nothing, where nothing is promised", promise=NOTHING, outcome=ClosureType.SOLVED),
    promise.allows("nothing, where something stands", promise=NOTHING, standing=True),
    promise.allows("nothing, where none is wanted", promise=NOTHING, pack=without(WENDENG, MADE)),
    conclude.allows("with a promise"),
    conclude.allows("as solved where nobody keeps promises", outcome=ClosureType.SOLVED, pack=UNKEPT),
    conclude.refuses("with a promise where nobody keeps promises", None, "outcome", pack=UNKEPT),
    conclusions.gives("all", (ClosureType.SOLVED, ClosureType.PROMISED)),
    conclusions.gives("what is no promise", (ClosureType.SOLVED,), pack=UNKEPT),
    promise.refuses("nothing", MADE, "promise", promise=NOTHING),
    *(promise.refuses(f"without {f}", MADE, f, promise=lacking) for f, lacking in zip(SAID, LACKING, strict=True)),
    promise.refuses("where it is solved", MADE, "promise", outcome=ClosureType.SOLVED),
    promise.refuses("a second time", MADE, "promise", standing=True),
    promise.refuses("by nobody", MADE, "promise_unit", unit=None),
    promise.refuses("by a unit that is not active", MADE, "promise_unit", unit=unit(active=False)),
    promise.refuses("by a unit that handles nothing", MADE, "promise_unit", unit=unit("centre")),
    promise.refuses("by somebody of elsewhere", MADE, "promise_person", people=()),
    promise.refuses(
        "until today", MADE, "promise_due_on", promise=Promise("换灯杆", "unit", "王某", TODAY)
    ),
    decide.allows("every one"),
    decide.allows("all of them as none", confirmed=(), dismissed=("1", "2"), said=False),
    decide.allows("nothing where nothing was found", found=0, confirmed=(), dismissed=(), said=False),
    decide.allows("every one of what was declared", said=False, standing=True),
    decide.allows("nothing where nobody keeps promises", confirmed=(), dismissed=(), pack=UNKEPT),
    decide.refuses("one alone", MADE, "confirmed", dismissed=()),
    decide.refuses("the other one alone", MADE, "confirmed", confirmed=()),
    decide.refuses("one that was not found", MADE, "confirmed", confirmed=("1", "3")),
    decide.refuses("as none one that was not found", MADE, "dismissed", dismissed=("2", "3")),
    decide.refuses("the one before the first", MADE, "dismissed", dismissed=("0", "2")),
    decide.refuses("one as both", MADE, "dismissed", dismissed=("1", "2")),
    decide.refuses("who keeps what is none", MADE, "promise_person", confirmed=(), dismissed=("1", "2")),
    decide.refuses("who keeps what was declared", MADE, "promise_person", standing=True),
    end_as.allows("with a promise", outcome=ClosureType.PROMISED),
    end_as.allows("as solved where nothing is promised", confirmed=()),
    end_as.allows("as solved where nobody keeps promises", pack=UNKEPT),
    end_as.refuses("as solved what is promised", MADE, "closure"),
    fulfil.allows("the unit"),
    fulfil.allows("the unit, late", kept=row(Standing.BROKEN)),
    fulfil.refuses("nothing", KEPT, moot=True, kept=None),
    fulfil.refuses("what is claimed already", KEPT, moot=True, kept=row(Standing.CLAIMED)),
    fulfil.refuses("another unit", KEPT, actor=person("other.handler")),
    done.allows("today"),
    done.refuses("before it was promised", KEPT, "done_on", made_on=date(2025, 3, 4), today=date(2025, 3, 5)),
    done.refuses("tomorrow", KEPT, "done_on", done_on=date(2025, 3, 4)),
    check.allows("the desk"),
    check.refuses("nothing", KEPT, moot=True, kept=None),
    check.refuses("what nobody claims", KEPT, moot=True, kept=row()),
    check.refuses("whoever promised", KEPT, actor=person("desk.caller", "unit.handler")),
    renew.allows("what is broken"),
    renew.refuses("nothing", KEPT, moot=True, kept=None),
    renew.refuses("what was put off before", KEPT, kept=row(Standing.BROKEN, times=1)),
    renew.refuses("what still runs", KEPT, moot=True, kept=row()),
    of_renewal.wants("how the requester was told", {"requester_told": [(KEPT, {})]}),
    of_renewal.wants("the same of a matter", {"requester_told": [(KEPT, {})]}, facts=None),
    of_renewal.gives("nothing of somebody unknown", {}, facts=case(anonymous=True)),
    until.allows("tomorrow"),
    until.refuses("today", KEPT, "due_on", due_on=TODAY),
    breaks.allows("the day after"),
    breaks.refuses("on its day", KEPT, moot=True, kept=row()),
    breaks.refuses("what is claimed", KEPT, moot=True, kept=row(Standing.CLAIMED, date(2025, 3, 2))),
    breaks.refuses("nothing", KEPT, moot=True, kept=None),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
