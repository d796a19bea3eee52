"""What every rule of meetings says, row by row."""

from datetime import date
from typing import Any

import pytest

from bihuan.meetings import rules
from bihuan.meetings.types import DecisionKind, MeetingDecision, MeetingDuty, MeetingFacts, MeetingStage
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.vetting.specimens import plain
from tests.facts import person, unit
from tests.rule_tables import Row, asked

HUAINAN = pack("huainan-2021-55")
N, TODAY = norms.RHYTHM_MEETING_AGENDA, date(2025, 3, 3)


def meeting(**known: Any) -> MeetingFacts:
    """A signed meeting with a decision, minuted by `clerk`, of which `unit` owes its report."""
    usual = {
        "stage": MeetingStage.SIGNED,
        "held_on": TODAY,
        "decided": 1,
        "owing": frozenset({(str(MeetingDuty.TASK), "unit")}),
    }
    return plain(MeetingFacts, **{**usual, **known})


def decision(**known: Any) -> MeetingDecision:
    """One that makes a matter weighty."""
    usual = {"nth": 1, "kind": DecisionKind.KEY, "subjects": ("matter:1",), "units": ()}
    return plain(MeetingDecision, **{**usual, **known})


attend = asked(rules.may_attend, unit=unit("department"), field="units")
meet = asked(rules.may_meet, group=True, leaders=[unit("leadership")])
task = asked(rules.may_do_task, unit=unit("department"), pack=HUAINAN)
on = asked(rules.may_convene_on, held_on=TODAY, today=TODAY)
held = asked(rules.may_have_been_held, held_on=TODAY, planned_on=TODAY, today=TODAY)
more = asked(rules.may_decide_more, meeting=meeting(decided=29))
due = asked(rules.may_be_due, due_on=TODAY, today=TODAY)
strike = asked(rules.may_strike, nth=1, numbers={1, 2})
sign = asked(rules.may_sign, meeting=meeting(), actor=person("office.list_director"), minuted_by={"clerk"})
bind = asked(rules.may_bind, decision=decision(units=("unit",)), units={"unit": unit(code="unit")})
report = asked(rules.may_report, meeting=meeting(), actor=person("unit.deputy"))
lapse = asked(rules.may_lapse, missed=True)
rest = asked(
    rules.may_rest_on, meeting=meeting(), decisions=[decision()], subjects={"matter:1", "case:1"}, field="reference"
)
convened = asked(rules.is_convened, meeting=meeting(stage=MeetingStage.CONVENED))
signed = asked(rules.is_signed, meeting=meeting())
ROWS: tuple[Row, ...] = (
    attend.allows("a unit that is there"),
    attend.refuses("nobody", N, "units", unit=None),
    attend.refuses("one that has ended", N, "units", unit=unit("department", active=False)),
    meet.allows("the coordinating body of a leadership"),
    meet.allows("the office alone", group=False),
    meet.allows("the office alone, where there is no leadership", group=False, leaders=[]),
    meet.refuses("a coordinating body that is not there", norms.BODY_COORDINATES, "of_group", leaders=[]),
    task.allows("a unit that handles"),
    task.allows("a desk", unit=unit("newspaper")),
    task.refuses("nobody", N, "units", unit=None),
    task.refuses("one that has ended", N, "units", unit=unit("department", active=False)),
    task.refuses("the leading group", N, "units", unit=unit("leading_group")),
    on.allows("today"),
    on.refuses("yesterday", N, "held_on", held_on=date(2025, 3, 2)),
    held.allows("the day on which it was planned"),
    held.refuses("before", N, "held_on", held_on=date(2025, 3, 2)),
    held.refuses("tomorrow", N, "held_on", held_on=date(2025, 3, 4)),
    more.allows("the thirtieth"),
    more.refuses("one more", N, meeting=meeting(decided=30)),
    due.allows("today"),
    due.allows("by the regulation's limit", due_on=None),
    due.refuses("yesterday", N, "due_on", due_on=date(2025, 3, 2)),
    strike.allows("one that stands"),
    strike.refuses("one that does not", N, "nth", nth=3),
    sign.allows("another than who minuted it"),
    sign.refuses("who minuted it", N, actor=person("office.list_director", account="clerk")),
    bind.allows("a unit that is there"),
    bind.allows("nobody is to do it", decision=decision()),
    bind.refuses("one that has ended", N, units={"unit": unit(code="unit", active=False)}),
    bind.refuses("one that nobody knows", N, units={}),
    bind.refuses("one of two", N, decision=decision(units=("unit", "other")), units={"unit": unit(code="unit")}),
    sign.refuses("without a decision", N, meeting=meeting(decided=0)),
    report.allows("who owes it"),
    report.allows("its head", actor=person("unit.head")),
    report.refuses("a handler", N, moot=True, actor=person("unit.handler")),
    report.refuses("another unit", N, moot=True, actor=person("other.deputy")),
    lapse.allows("the month was missed"),
    lapse.refuses("it was not", norms.RHYTHM_MEETING, missed=False),
    rest.allows("a signed decision that names the matter"),
    rest.allows("or its case", decisions=[decision(kind=DecisionKind.ASSIGN, subjects=("case:1",))]),
    rest.allows("of a meeting that is over", meeting=meeting(stage=MeetingStage.CLOSED)),
    rest.refuses("nothing", N, "reference", meeting=None),
    rest.refuses("not signed", N, "reference", meeting=meeting(stage=MeetingStage.HELD)),
    rest.refuses("another matter", N, "reference", decisions=[decision(subjects=("matter:2",))]),
    rest.refuses("a mere task", N, "reference", decisions=[decision(kind=DecisionKind.TASK)]),
    rest.refuses("no decision", N, "reference", decisions=[]),
    convened.allows("convened"),
    convened.refuses("planned", N, meeting=meeting(stage=MeetingStage.PLANNED)),
    convened.refuses("lapsed", N, meeting=meeting(stage=MeetingStage.LAPSED)),
    convened.refuses("without a day", N, meeting=meeting(held_on=None)),
    signed.allows("signed"),
    signed.allows("closed", meeting=meeting(stage=MeetingStage.CLOSED)),
    signed.refuses("held", N, meeting=meeting(stage=MeetingStage.HELD)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
