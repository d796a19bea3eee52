"""What must be entered for a leader, and who may say that it is true: asked without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bihuan.cases.types import Part
from bihuan.instructions import rules
from bihuan.instructions.types import (
    Confirming,
    Instruction,
    InstructionDuty,
    InstructionFacts,
    InstructionRow,
    InstructionStage,
    Purpose,
)
from bihuan.policy import norms
from bihuan.vetting.specimens import plain
from tests.facts import NOW, WENDENG, person, unit
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
BY_POST, TASKS, SCAN = norms.INSTRUCTION_BY_POST, norms.INSTRUCTION_TASKS, norms.INSTRUCTION_SCAN


def instruction(**known: Any) -> InstructionFacts:
    """One that `desk` keeps, entered by `clerk` for a leader, of which `unit` owes its report."""
    usual = {
        "stage": InstructionStage.IN_FORCE,
        "unit": "desk",
        "entered_by": "clerk",
        "reported_by": "",
        "parts": {Part.ISSUER: {"desk"}, Part.LEADERS: {"leaders"}, Part.SUPERVISION: {"offices"}},
        "owing": frozenset({(str(InstructionDuty.TASK), "unit")}),
    }
    return plain(InstructionFacts, **{**usual, **known})


def confirming(**differs: Any) -> Confirming:
    """The leader confirms."""
    usual = {"entered_by": "clerk", "account": "vice", "account_name": "某", "unit": "desk"}
    return Confirming(**{**usual, "holder": "leaders", "post": "leader", **differs})


BY_HEAD = confirming(account="", holder="desk", post="head", in_office=False)
UNLED = instruction(parts={Part.ISSUER: {"desk"}})
TODAY = date(2025, 3, 3)
keeper = asked(rules.keeper_of, bodies=[unit(code="offices")], desks=[unit(code="desk")])
task = asked(rules.may_task, unit=unit(code="unit"), tasked=(), pack=WENDENG)
want_by = asked(rules.may_want_by, due_on=date(2025, 3, 10), today=TODAY)
report = asked(rules.may_report, instruction=instruction(), actor=person("unit.deputy"))
have_done = asked(rules.may_have_done, done_on=TODAY, since=date(2025, 3, 1), today=TODAY)
add_scan = asked(rules.may_add_scan, instruction=instruction(duties={InstructionDuty.SCAN: NOW}))
decide = asked(
    rules.may_decide, instruction=instruction(), confirming=confirming(), actor=person("leaders.leader", account="vice")
)
NAMED = instruction(about=("case:C1",), purpose=Purpose.COORDINATE)
name = asked(
    rules.may_name,
    found=NAMED,
    number="P1",
    subjects=("linkage:L1", "case:C1"),
    purpose=Purpose.COORDINATE,
    besides="",
)
show_word = asked(rules.must_show_word, scan=(1,), in_person=False)
in_force = asked(rules.is_in_force, instruction=instruction())
ROWS = (
    keeper.gives("whoever supervises", unit(code="offices")),
    keeper.gives("the desk, where nobody supervises", unit(code="desk"), bodies=[]),
    keeper.refuses("nobody is there", BY_POST, bodies=[], desks=[]),
    task.allows("a unit at work"),
    task.refuses("nobody", None, "units", unit=None),
    task.refuses("a unit that is no more", None, "units", unit=unit(code="unit", active=False)),
    task.refuses("the leaders", None, "units", unit=unit("leadership")),
    task.refuses("a unit that owes a report", TASKS, "units", tasked=["unit"]),
    task.allows("the tenth", tasked=[f"u{n}" for n in range(9)]),
    task.refuses("the eleventh", TASKS, "units", tasked=[f"u{n}" for n in range(10)]),
    want_by.allows("in a week"),
    want_by.allows("by the regulation", due_on=None),
    want_by.allows("tomorrow", due_on=date(2025, 3, 4)),
    want_by.refuses("today", TASKS, "due_on", due_on=TODAY),
    want_by.allows("in a year", due_on=TODAY + timedelta(days=365)),
    want_by.refuses("later than in a year", TASKS, "due_on", due_on=TODAY + timedelta(days=366)),
    want_by.allows("when the report upward is due", latest=date(2025, 3, 10)),
    want_by.refuses("after that", TASKS, "due_on", latest=date(2025, 3, 9)),
    report.allows("the deputy of a unit that owes it"),
    report.refuses("a unit that does not", TASKS, moot=True, actor=person("other.deputy")),
    report.refuses("who does not sign", TASKS, moot=True, actor=person("unit.handler")),
    have_done.allows("today"),
    have_done.allows("nobody said when", done_on=None),
    have_done.allows("on the day of the instruction", done_on=date(2025, 3, 1)),
    have_done.refuses("before it", TASKS, "done_on", done_on=date(2025, 2, 28)),
    have_done.refuses("tomorrow", TASKS, "done_on", done_on=date(2025, 3, 4)),
    add_scan.allows("where it is owed"),
    add_scan.refuses("where it is not", SCAN, moot=True, instruction=instruction(duties={})),
    decide.allows("the leader"),
    decide.refuses("another leader", BY_POST, actor=person("leaders.leader", account="head")),
    decide.allows("who succeeded", confirming=confirming(in_office=False), actor=person("leaders.leader", account="b")),
    decide.allows(
        "any leader of one without an account",
        confirming=confirming(account=""),
        actor=person("leaders.leader", account="head"),
    ),
    decide.allows("whoever supervises", actor=person("offices.supervisor", account="o")),
    decide.allows("the head of that body", actor=person("offices.head", account="o")),
    decide.refuses("who entered it", BY_POST, actor=person("offices.supervisor", account="clerk")),
    decide.refuses(
        "who reported it",
        BY_POST,
        instruction=instruction(reported_by="o"),
        actor=person("offices.supervisor", account="o"),
    ),
    decide.refuses("the supervisor of elsewhere", BY_POST, actor=person("other.supervisor", account="o")),
    decide.refuses("the head of the unit that keeps it", BY_POST, actor=person("desk.head", account="h")),
    decide.allows(
        "that head, where there is nobody else",
        instruction=UNLED,
        confirming=BY_HEAD,
        actor=person("desk.head", account="h"),
    ),
    decide.refuses(
        "a leader who confirms nothing",
        BY_POST,
        instruction=UNLED,
        confirming=BY_HEAD,
        actor=person("desk.leader", account="l"),
    ),
    decide.refuses(
        "another head", BY_POST, instruction=UNLED, confirming=BY_HEAD, actor=person("unit.head", account="h")
    ),
    name.allows("in force"),
    name.allows(
        "reported upward",
        found=instruction(about=("case:C1",), purpose=Purpose.COORDINATE, stage=InstructionStage.REPORTED),
    ),
    name.refuses("nothing that they see", None, "instruction_number", found=None),
    name.refuses("typed as well", BY_POST, "leader", besides="leader"),
    *(
        name.refuses(
            f"which is {stage}",
            BY_POST,
            "instruction_number",
            found=instruction(about=("case:C1",), purpose=Purpose.COORDINATE, stage=stage),
        )
        for stage in (InstructionStage.ENTERED, InstructionStage.CLOSED, InstructionStage.VOID)
    ),
    name.refuses("about something else", BY_POST, "instruction_number", subjects=("case:C2",)),
    name.refuses("for something else", BY_POST, "instruction_number", purpose=Purpose.DESIGNATE),
    show_word.allows("with the scan"),
    show_word.allows("in person", scan=(), in_person=True),
    show_word.refuses("for somebody, without", BY_POST, "scan", scan=()),
    in_force.allows("while it is"),
    in_force.refuses("not yet", BY_POST, instruction=instruction(stage=InstructionStage.ENTERED)),
    in_force.refuses("no more", BY_POST, instruction=instruction(stage=InstructionStage.VOID)),
    rest.allows("what was said on the telephone", given=given(reference="", scan=()), later=("reference", "scan")),
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
