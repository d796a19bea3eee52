"""Rules of joint handling, asked with facts alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.dispatch.types import UnitFollowUp
from bihuan.feedback.types import Satisfied, Solved
from bihuan.joint import papers, rules
from bihuan.joint.rules import figures
from bihuan.joint.types import (
    Absence,
    Covering,
    DutyKind,
    Emergency,
    Filing,
    Grade,
    JointFacts,
    Kind,
    Stage,
    WhistleType,
)
from bihuan.joint.types.figures import Figure, FigureCell, Misdirected, Period, Repeated, Side, UnitFigures
from bihuan.joint.types.rows import Shared
from bihuan.kernel.actor import Actor, Seat
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from tests.facts import NOW, WENDENG, appointed, binding, case, joint, member, owed, person, plain, unit, without
from tests.rule_tables import Row, asked

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
N = norms
L, W = Kind.LINKAGE, Kind.WHISTLE
JOINED, UNDONE = member(), member("third")
IN_TIME = {"since": NOW - DAY, "now": NOW, "field": "at", "norm": N.WHISTLE_CHECK_IN}


def on(facts: JointFacts, *seats: str, account: str = "somebody") -> dict[str, object]:
    """What a rule is asked by somebody on a linkage or whistle."""
    return {"joint": facts, "actor": person(*seats, account=account), "now": NOW, "pack": WENDENG}


THERE = on(joint(L, member()), "other.handler")
BLOWN = on(joint(W, member(check_in_at=NOW)), "other.handler")
OVER = {"case_assignment": 2}
ASKED_OUT, FINISHED = member(asked_out_at=NOW), member(finished_at=NOW)
AT_WORK = ("handling", "awaiting", "sign_off", "hung", "rework")
LED = (*AT_WORK, "adjudicating", "escalated", "submitted", "listed", "return_review")

begin = asked(rules.may_begin, kind=L, standing="")
link = asked(rules.may_link, case=case(), actor=person("unit.handler"), now=NOW, pack=WENDENG)
whistle = asked(rules.may_whistle, case=case(), lead=unit("town"), pack=WENDENG)
blow = asked(rules.may_blow, unit=unit("town"), pack=WENDENG)
ask = asked(rules.may_ask, kind=L, unit=unit(), lead="lead", desk="desk", there=(), pack=WENDENG)
due = asked(rules.may_be_due, kind=L, due_at=NOW + DAY, now=NOW, latest=NOW + DAY)
more = asked(rules.may_call_more, units=("other",), basis="三定规定")
tough_needs = asked(rules.asked_of_tough, joint=joint(W), pack=WENDENG)
first_needs = asked(rules.asked_of_whistle, case=case(), pack=WENDENG)
more_needs = asked(rules.asked_of_more, joint=joint(W), pack=WENDENG)
wrongly = asked(rules.called_wrongly, joint=joint(W, member(leaving="misdirected"), member("third")))
TOLD_BEFORE = member(notified_at=NOW - MINUTE, asked_again_at=NOW)
beyond = asked(rules.may_call_beyond, beyond=(), reason="")
blown_as = asked(rules.may_be_blown_as, whistle_type=WhistleType.ROUTINE, emergency=None, instruction="", by_head=False)
tough = asked(
    rules.may_be_tough,
    whistle_type=WhistleType.TOUGH,
    topic="T1",
    known=("T1",),
    off_list_reason="",
    emergency=None,
)
go_on = asked(rules.may_go_on, **THERE)
result = asked(rules.may_report_result, going_on=())
dissolve = asked(rules.may_dissolve, **on(joint(**OVER)))
renew = asked(rules.may_renew, **THERE)
acknowledge = asked(rules.may_acknowledge, **on(joint(filed_at=NOW)))
record_call = asked(rules.may_record_call, **on(joint(W)))
file = asked(rules.may_file, **on(joint(W, filing=Filing.PHONE)))
happened = asked(rules.may_have_happened, at=NOW, **IN_TIME)
blown = asked(rules.may_have_been_blown, at=NOW - MINUTE, assigned_at=NOW - DAY, now=NOW, late_entry="")
sooner = asked(rules.earlier, latest=NOW + DAY, town_ends=NOW + MINUTE, now=NOW)
own = asked(rules.own_member, joint=joint(L, member("third"), member()), actor=person("other.handler"))
accept = asked(rules.may_accept, **THERE)
check_in = asked(rules.may_check_in, **on(joint(W, member()), "other.handler"))
work = asked(rules.may_work, **THERE)
upward = asked(rules.may_contact_upward, **BLOWN)
ask_out = asked(rules.may_ask_out, **THERE)
decide_asking = asked(rules.may_decide_asking_out, **on(joint(L, ASKED_OUT)))
LEAD, DESK = Seat("unit", "handler"), Seat("desk", "dispatcher")
NAMED_OUT = member(asked_out_at=NOW, designated=True)
decide_on = asked(rules.may_decide_on, member=ASKED_OUT, kind=L, seat=LEAD)
ask_these = asked(rules.may_ask_these, units=("other", "third"), designated={"other": "其他单位"})
meeting = asked(rules.may_conclude_without_meeting, joint=joint(L, member(), member("third")), reason="")
difficulty = asked(rules.may_decide_difficulty, **on(joint(duties=owed(DutyKind.DIFFICULTY)), "unit.head"))
report = asked(rules.may_report, **on(joint(stage=Stage.CONCLUDED, resolved=False), "unit.head"))
object_to = asked(rules.may_object, **BLOWN)
notify = asked(rules.may_notify_of, member=member(), kind=L)
remind = asked(rules.may_remind, **on(joint(L, member(notified_at=NOW))))
explain = asked(rules.may_explain, **on(joint(L, member(notified_at=NOW)), "other.handler"))
report_to = asked(rules.may_report_to, leadership=unit("leadership"), kind=L)
TODAY, DAY = NOW.date(), timedelta(days=1)
COVERED = {"covering": (Covering("vice", TODAY, None),)}
instruct = asked(rules.may_instruct, **on(joint(**COVERED), "leaders.leader", account="vice"))
by_leader = asked(rules.may_be_instructed_by, account="vice", joint=joint(**COVERED), now=NOW)
PAST = {"covering": (Covering("vice", TODAY - DAY, TODAY),)}
to_tough = asked(rules.may_raise_to_tough, **on(joint(W, whistle_type=WhistleType.ROUTINE, resolved=False)))
to_key = asked(rules.may_raise_to_key, **on(joint(W, whistle_type=WhistleType.TOUGH, resolved=False)))
void = asked(rules.may_void, **on(joint()))
FORMLESS = without(WENDENG, N.LINKAGE_FORM, N.WHISTLE_FORM)
GRADED = member(finished_at=NOW, grade=Grade.GOOD)
conclude = asked(rules.may_conclude, **on(joint(L, FINISHED)))
grade = asked(rules.may_grade, kind=L, member=member(), grade=Grade.GOOD, reason="")
file_form = asked(rules.may_file_form, **on(joint(L, member(grade=Grade.GOOD))))
fill_in = asked(
    rules.may_fill_in, joint=joint(), follow_up="满意", unreached=False, from_at=NOW - DAY, to_at=NOW, now=NOW
)
sign = asked(
    rules.may_sign,
    kind=L,
    signer="vice",
    drafter="drafter",
    seat=Seat("unit", "deputy"),
    deputies=("vice",),
    absence=None,
    until=None,
    today=NOW.date(),
    seal=(1,),
    pack=WENDENG,
)
sealed = asked(rules.may_be_seal, mimes=("image/png", "application/pdf"), kind=L)
HEAD = {"seat": Seat("unit", "head"), "signer": "head"}
keep_topics = asked(rules.may_keep_topics, actor=person("unit.handler"), units=(unit("staffing"),), pack=WENDENG)
listed = asked(rules.may_list, responders=("unit",), known={"unit": unit()}, pack=WENDENG)
liaison = asked(
    rules.may_be_liaison, account="vice", unit="unit", actor=person("unit.head"), deputies=(appointed("vice"),)
)
cover = asked(rules.may_cover, account="vice", leaders=("vice",), actor=person("centre.administrator"))
begins = asked(rules.may_begin_on, on=NOW.date(), last=NOW.date(), norm=N.WHISTLE_LIAISON)
SAID = {"called_at": NOW, "solved": Solved.YES, "satisfied": Satisfied.YES, "follow_up": UnitFollowUp.SATISFIED}
shared = asked(rules.result, units=(), **SAID)
emergency = asked(rules.may_note_emergency, **on(joint(W, emergency=Emergency.ACCIDENT)))
clock = asked(rules.clock_of, duties=owed(CaseDuty.HANDLE))


def figures_of(kind: Kind, side: Side, **counts: int) -> UnitFigures:
    """The line of a unit."""
    return UnitFigures("unit", "单位", kind, side, {Figure(name): count for name, count in counts.items()})


def repeated(unit: str, times: int) -> Repeated:
    """A case that was reported again so many times."""
    return plain(Repeated, unit=unit, name=unit, reworks=times)


def ruled(unit: str) -> Misdirected:
    """A whistle that was found to be blown at the wrong unit."""
    return plain(Misdirected, unit=unit, name=unit)


def told(found: object) -> list[tuple[str, int, int]]:
    """Of each suspicion the unit, and how many signs there are of either failing."""
    return [(s.unit, len(s.silent), len(s.wrong)) for s in found]  # type: ignore[attr-defined]


def cells(kind: Kind, side: Side, **counts: int) -> dict[str, list[tuple[str, int, int]]]:
    """Heading → figure, count and how many late."""
    found = figures.groups(figures_of(kind, side, **counts))
    return {group.label: [(cell.figure, cell.count, cell.late) for cell in group.cells] for group in found}


def asks(kind: Kind, unit: UnitFacts, **facts: Any) -> object:
    """Whether the lead of a case may ask a unit."""
    fits = rules.whom_a_case_asks(kind)(case(**facts), person("unit.handler"), WENDENG)["units"]
    return fits(unit)  # type: ignore[operator]


def asks_more(facts: JointFacts, unit: UnitFacts) -> object:
    """Whether the lead of a linkage or whistle may ask another unit."""
    return rules.whom_it_asks(facts, person("unit.handler"), WENDENG)["units"](unit)  # type: ignore[operator]


def asks_again(facts: JointFacts, unit: UnitFacts) -> object:
    """Whether the lead may ask a unit when all is done once more."""
    return rules.whom_it_asks_again(facts, person("unit.handler"), WENDENG)["units"](unit)  # type: ignore[operator]


FROM_CASE = asked(asks, kind=L, unit=unit("department", "b"), lead="unit")
ONCE_MORE = asked(asks_again, facts=joint(L, member("b")), unit=unit("department", "b"))
MORE = asked(asks_more, facts=joint(L, member()), unit=unit("department", "b"))
OF_MEMBERS = asked(
    rules.of_members, joint=joint(L, member(), member("b", asked_out_at=NOW)), actor=person(), pack=WENDENG
)
OF_FORM = asked(rules.asked_of_form, joint=joint(), pack=WENDENG)
OF_SIGNATURE = asked(rules.asked_of_signature, joint=joint(), pack=WENDENG)
cell = asked(figures._cell, figure=Figure.CAME, counts={Figure.CAME: 5, Figure.CAME_LATE: 3, Figure.CAME_UNMET: 2})
period = asked(figures.period, name="2025")
periods = asked(lambda today: [p.name for p in figures.periods(today)], today=date(2025, 2, 1))
silent = asked(lambda cases, pack: told(figures.silent(cases, pack)), cases=(), pack=WENDENG)
wrong = asked(lambda rulings, pack: told(figures.wrong(rulings, pack)), rulings=(), pack=WENDENG)
TWICE = binding(WENDENG, N.WHISTLE_MISUSE, repeats=2, wrong=2)
SILENT = binding(WENDENG, N.WHISTLE_MISUSE)
MONTHS = [f"2024-{month:02}" for month in range(12, 0, -1)]

FIGURES = (
    cell.gives(
        "with those late and those never done", FigureCell(Figure.CAME, 5, Figure.CAME_LATE, 3, Figure.CAME_UNMET, 2)
    ),
    cell.gives("of nothing", FigureCell(Figure.CAME, 0, Figure.CAME_LATE, 0, Figure.CAME_UNMET, 0), counts={}),
    cell.gives("of what is never late", FigureCell(Figure.ASKED, 4), figure=Figure.ASKED, counts={Figure.ASKED: 4}),
    period.gives("a year", Period("2025", "2025年", date(2025, 1, 1), date(2025, 12, 31))),
    period.gives(
        "its first quarter", Period("2025-Q1", "2025年第一季度", date(2025, 1, 1), date(2025, 3, 31)), name="2025-Q1"
    ),
    period.gives(
        "its last quarter", Period("2025-Q4", "2025年第四季度", date(2025, 10, 1), date(2025, 12, 31)), name="2025-Q4"
    ),
    period.gives("a month", Period("2024-02", "2024年2月", date(2024, 2, 1), date(2024, 2, 29)), name="2024-02"),
    period.gives(
        "a last month", Period("2025-12", "2025年12月", date(2025, 12, 1), date(2025, 12, 31)), name="2025-12"
    ),
    period.gives(
        "the last but one", Period("2025-11", "2025年11月", date(2025, 11, 1), date(2025, 11, 30)), name="2025-11"
    ),
    period.gives("the first year", Period("1993", "1993年", date(1993, 1, 1), date(1993, 12, 31)), name="1993"),
    period.gives("the last year", Period("2099", "2099年", date(2099, 1, 1), date(2099, 12, 31)), name="2099"),
    *(
        period.gives(f"not {name}", None, name=name)
        for name in ("1992", "2100", "2025-Q5", "2025-13", "2025-1", "soon")
    ),
    periods.gives(
        "of this year and the last, to today",
        ["2025", "2025-Q1", "2025-02", "2025-01", "2024", "2024-Q4", "2024-Q3", "2024-Q2", "2024-Q1", *MONTHS],
    ),
    periods.gives(
        "the month begins tomorrow",
        ["2025", "2025-Q1", "2025-01", "2024", "2024-Q4", "2024-Q3", "2024-Q2", "2024-Q1", *MONTHS],
        today=date(2025, 1, 31),
    ),
    silent.gives("nothing", []),
    silent.gives("once is enough", [("a", 1, 0)], cases=(repeated("a", 1),)),
    silent.gives(
        "the most first, then by their code",
        [("c", 2, 0), ("a", 1, 0), ("b", 1, 0)],
        cases=tuple(repeated(u, 1) for u in "bcac"),
    ),
    silent.gives("twice is wanted", [("b", 1, 0)], cases=(repeated("a", 1), repeated("b", 2)), pack=TWICE),
    silent.gives(
        "once, where the regulation says nothing",
        [("b", 1, 0)],
        cases=(repeated("a", 0), repeated("b", 1)),
        pack=SILENT,
    ),
    wrong.gives("nothing", []),
    wrong.gives("once is enough", [("a", 0, 1)], rulings=(ruled("a"),)),
    wrong.gives(
        "the most first, then by their code",
        [("c", 0, 2), ("a", 0, 1), ("b", 0, 1)],
        rulings=tuple(ruled(u) for u in "bcac"),
    ),
    wrong.gives("twice is wanted", [("c", 0, 2)], rulings=tuple(ruled(u) for u in "bcac"), pack=TWICE),
    wrong.gives("once, where the regulation says nothing", [("a", 0, 1)], rulings=(ruled("a"),), pack=SILENT),
)

ROWS = (
    clock.gives("of the handling", NOW + 2 * DAY),
    clock.gives("of what is done again", NOW + 2 * DAY, duties=owed(CaseDuty.REWORK)),
    clock.gives("of nothing", None, duties={}),
    begin.allows("the first"),
    begin.refuses("a second linkage", N.LINKAGE_REQUEST, standing="LD1"),
    begin.refuses("a second whistle", N.WHISTLE_BLOW, kind=W, standing="CS1"),
    link.allows("the first"),
    link.refuses("a second", N.LINKAGE_REQUEST, case=case(duties=owed(CaseDuty.LINKAGE_FORM))),
    whistle.allows("a town, the first"),
    whistle.refuses("a second", N.WHISTLE_BLOW, case=case(duties=owed(CaseDuty.WHISTLE_FORM))),
    whistle.refuses("a department", N.WHISTLE_BLOW, lead=unit()),
    *(blow.allows(kind, unit=unit(kind)) for kind in ("town", "subdistrict", "zone")),
    blow.refuses("a department", N.WHISTLE_BLOW, unit=unit()),
    blow.refuses("nobody", N.WHISTLE_BLOW, unit=None),
    #
    ask.allows("a department"),
    ask.allows("a department to a whistle", kind=W),
    ask.allows("a town to a linkage", unit=unit("town")),
    ask.refuses("nobody", None, "units", unit=None),
    ask.refuses("nobody to a whistle", None, "units", kind=W, unit=None),
    ask.refuses("a unit that handles nothing", None, "units", unit=unit("centre")),
    ask.refuses("the desk", None, "units", desk="unit"),
    ask.refuses("the lead itself", N.LINKAGE_REQUEST, "units", lead="unit"),
    ask.refuses("who is there already", N.LINKAGE_REQUEST, "units", there=("unit",)),
    ask.refuses(
        "a unit without a handler today", N.RESPONSIBLE_PERSONS, "units", unit=unit(posts=frozenset({"head", "deputy"}))
    ),
    ask.refuses("a unit that is not active", N.LINKAGE_REQUEST, "units", unit=unit(active=False)),
    ask.allows("a town, where it may be called", kind=W, unit=unit("town"), pack=without(WENDENG, N.WHISTLE_TARGETS)),
    ask.allows(
        "whom nobody rules about",
        kind=W,
        ruled_out=("unit",),
        pack=without(WENDENG, N.WHISTLE_MISDIRECTED),
    ),
    ask.allows("to a whistle a department of which nothing was ruled", kind=W, ruled_out=("other",)),
    ask.refuses(
        "to a whistle a department called wrongly", N.WHISTLE_MISDIRECTED, "units", kind=W, ruled_out=("unit",)
    ),
    more.allows("further departments, and why them"),
    more.allows("nobody further", units=(), basis=""),
    more.refuses("further departments without a word", N.WHISTLE_PRE_STUDY, "basis", basis=""),
    more_needs.wants("why them", {"basis": [(N.WHISTLE_PRE_STUDY, {})]}),
    tough_needs.wants(
        "an entry of the list, or why none",
        {"off_list_reason": [(N.WHISTLE_TOPICS, {"topic": ("",), "emergency": ("",)})]},
    ),
    tough_needs.wants("nothing in an emergency", {}, joint=joint(W, emergency="crowd")),
    first_needs.wants(
        "what was studied, and why them",
        {"pre_study": [(N.WHISTLE_PRE_STUDY, {})], "basis": [(N.WHISTLE_PRE_STUDY, {})]},
    ),
    wrongly.gives("who left otherwise", (), joint=joint(W, member(leaving="released"), member("third"))),
    wrongly.gives("who was called wrongly", ("other",)),
    ask.refuses("a town to a whistle", N.WHISTLE_TARGETS, "units", kind=W, unit=unit("town")),
    due.allows("until the case is due"),
    due.allows("whenever the regulation says", due_at=None),
    due.allows("any time, when the case is late already", latest=NOW),
    due.allows("any time, where the case has no clock", latest=None),
    due.refuses("now", N.LINKAGE_CONVENE, "due_at", due_at=NOW),
    due.refuses("a minute after the case", N.LINKAGE_CONVENE, "due_at", due_at=NOW + DAY + MINUTE),
    due.refuses("now, of a whistle", N.WHISTLE_CONVENE, "due_at", kind=W, due_at=NOW),
    blown_as.allows("routine"),
    blown_as.allows("tough, in an emergency", whistle_type=WhistleType.TOUGH, emergency=Emergency.ACCIDENT),
    beyond.allows("nobody beyond the entry"),
    beyond.allows("somebody, with a reason", beyond=("执法局",), reason="现场需要"),
    beyond.refuses("somebody, without one", N.WHISTLE_TOPICS, "beyond_reason", beyond=("执法局",)),
    blown_as.allows("key, by instruction", whistle_type=WhistleType.KEY, instruction="批示", by_head=True),
    blown_as.refuses(
        "key, by the handler", N.WHISTLE_KEY, "whistle_type", whistle_type=WhistleType.KEY, instruction="批示"
    ),
    blown_as.refuses(
        "key, by the head alone", N.WHISTLE_KEY, "whistle_type", whistle_type=WhistleType.KEY, by_head=True
    ),
    blown_as.refuses("key, by nothing", N.WHISTLE_KEY, "whistle_type", whistle_type=WhistleType.KEY),
    blown_as.refuses("routine, in an emergency", N.WHISTLE_EMERGENCY, "whistle_type", emergency=Emergency.CROWD),
    tough.allows("by a topic of the list"),
    tough.refuses("by a topic that is not on it", N.WHISTLE_TOPICS, "topic", topic="T2"),
    tough.allows("without a topic, for a reason", topic="", off_list_reason="清单未列"),
    tough.allows("without a topic, in an emergency", topic="", emergency=Emergency.DISASTER),
    tough.allows("routine, without a topic", topic="", whistle_type=WhistleType.ROUTINE),
    tough.refuses("without a topic", N.WHISTLE_TOPICS, "off_list_reason", topic=""),
    #
    *(go_on.allows(stage.label, joint=joint(L, member(), case_stage=stage)) for stage in CaseStage if stage in LED),
    *(
        go_on.refuses(stage.label, N.JOINT_ENDS, joint=joint(L, member(), case_stage=stage))
        for stage in CaseStage
        if stage not in LED
    ),
    go_on.refuses("the case went to another", N.JOINT_ENDS, joint=joint(**OVER)),
    go_on.refuses(
        "it ended, and no clause says what follows",
        N.LINKAGE_REQUEST,
        joint=joint(**OVER),
        pack=without(WENDENG, N.JOINT_ENDS),
    ),
    result.allows("nobody works together on it"),
    result.refuses("they still work together", N.ANSWER_TWO_PARTS, going_on=(L,)),
    dissolve.allows("the case went to another"),
    dissolve.refuses("the case is still handled", N.JOINT_ENDS, joint=joint()),
    dissolve.refuses(
        "it is, and no clause says what follows its end",
        N.WHISTLE_BLOW,
        joint=joint(W),
        pack=without(WENDENG, N.JOINT_ENDS),
    ),
    renew.allows("the case is handled again"),
    renew.refuses("the case went to another", N.JOINT_AGAIN, joint=joint(case_lead="other")),
    renew.refuses("the case is signed off", N.JOINT_AGAIN, joint=joint(case_stage=CaseStage.SIGN_OFF)),
    #
    acknowledge.allows("what was filed"),
    acknowledge.refuses("twice", N.LINKAGE_FILING, joint=joint(filed_at=NOW, acknowledged_at=NOW)),
    acknowledge.refuses("a whistle twice", N.WHISTLE_FILING, joint=joint(W, filed_at=NOW, acknowledged_at=NOW)),
    acknowledge.refuses("what is to be filed by telephone", N.WHISTLE_FILING, joint=joint(W)),
    record_call.allows("before it is acknowledged"),
    record_call.refuses("afterwards", N.WHISTLE_FILING, joint=joint(W, acknowledged_at=NOW)),
    file.allows("once, where the telephone was chosen"),
    file.refuses("twice", N.WHISTLE_FILING, joint=joint(W, filing=Filing.PHONE, filed_at=NOW)),
    file.refuses("what the system filed", N.WHISTLE_FILING, joint=joint(W, filing=Filing.SYSTEM)),
    happened.allows("now"),
    happened.allows("when it was asked for", at=NOW - DAY),
    happened.refuses("before", N.WHISTLE_CHECK_IN, "at", at=NOW - DAY - MINUTE),
    happened.refuses("in a minute", N.WHISTLE_CHECK_IN, "at", at=NOW + MINUTE),
    #
    blown.allows("as it is entered", at=None),
    blown.allows("a minute ago"),
    blown.allows("an hour ago", at=NOW - 60 * MINUTE),
    blown.refuses("longer ago without a word", N.WHISTLE_BLOW, "late_entry", at=NOW - 61 * MINUTE),
    blown.allows("since the town has the case, with a word", at=NOW - DAY, late_entry="夜间吹哨。"),
    blown.refuses("before", N.WHISTLE_BLOW, "blown_at", at=NOW - DAY - MINUTE, late_entry="夜间吹哨。"),
    blown.allows("now", at=NOW),
    blown.refuses("in a minute", N.WHISTLE_BLOW, "blown_at", at=NOW + MINUTE),
    sooner.gives("no longer than the town has", NOW + MINUTE),
    sooner.gives("until the case is due, where that is sooner", NOW + MINUTE, latest=NOW + MINUTE, town_ends=NOW + DAY),
    sooner.gives("as the town has, where the case is late", NOW + DAY, latest=NOW, town_ends=NOW + DAY),
    sooner.gives("as the town has, where the case has no clock", NOW + MINUTE, latest=None),
    sooner.gives("by the case alone, where the town is late", NOW + DAY, town_ends=NOW),
    sooner.gives("by the case alone, where the town has none", NOW + DAY, town_ends=None),
    own.gives("the unit of the actor", member()),
    own.gives("nobody", None, actor=person("unit.handler")),
    own.gives("nobody that has left", None, joint=joint(L, member(until=NOW))),
    #
    accept.allows("once"),
    accept.allows("by a lead that is no member", actor=person("unit.handler")),
    accept.refuses("twice", N.LINKAGE_COOPERATE, joint=joint(L, member(accepted_at=NOW))),
    accept.refuses("when the case is over", N.JOINT_ENDS, joint=joint(L, member(), **OVER)),
    check_in.allows("once"),
    check_in.allows("by a lead that is no member", actor=person("unit.handler")),
    check_in.refuses("twice", N.WHISTLE_CHECK_IN, joint=joint(W, member(check_in_at=NOW))),
    check_in.refuses("when the case is over", N.JOINT_ENDS, joint=joint(W, member(), **OVER)),
    work.allows("a co-unit"),
    work.allows("a department that has come", **BLOWN),
    work.refuses("a unit that is no member", N.LINKAGE_COOPERATE, actor=person("unit.handler")),
    work.refuses("a unit that is no member of a whistle", N.WHISTLE_RESPOND, joint=joint(W)),
    work.refuses("after its part is done", N.LINKAGE_COOPERATE, joint=joint(L, FINISHED)),
    work.refuses("a department that has not come", N.WHISTLE_CHECK_IN, joint=joint(W, member())),
    work.allows("where nobody has to come", joint=joint(W, member()), pack=without(WENDENG, N.WHISTLE_CHECK_IN)),
    work.refuses("when the case is over", N.JOINT_ENDS, joint=joint(L, member(), **OVER)),
    upward.allows("while it goes on"),
    upward.refuses("when the case is over", N.JOINT_ENDS, joint=joint(W, **OVER)),
    ask_out.allows("once"),
    ask_out.allows("by a lead that is no member", actor=person("unit.handler")),
    ask_out.refuses("twice", N.LINKAGE_COOPERATE, joint=joint(L, ASKED_OUT)),
    ask_out.refuses("after its part is done", N.LINKAGE_COOPERATE, joint=joint(L, FINISHED)),
    ask_out.refuses("when the case is over", N.JOINT_ENDS, joint=joint(L, member(), **OVER)),
    decide_asking.allows("what was asked"),
    decide_asking.refuses("what nobody asked", N.LINKAGE_COOPERATE, joint=joint(L, member())),
    decide_asking.refuses("what nobody objected to", N.WHISTLE_MISDIRECTED, joint=joint(W, member())),
    decide_on.allows("who asked"),
    decide_on.refuses("who did not", N.LINKAGE_COOPERATE, "unit", member=member()),
    decide_on.refuses("who is not there", N.WHISTLE_MISDIRECTED, "unit", member=None, kind=W),
    decide_on.refuses("the lead about whom the centre named", N.DESIGNATE_LEAD, "unit", member=NAMED_OUT),
    decide_on.allows("the centre about whom it named", member=NAMED_OUT, seat=DESK),
    decide_on.refuses("the centre about whom the lead asked", N.LINKAGE_COOPERATE, "unit", seat=DESK),
    decide_on.allows("the lead about an objection of whom the centre named", member=NAMED_OUT, kind=W),
    decide_on.allows("the platform about an objection", kind=W, seat=DESK),
    ask_these.allows("all that were named, and one more"),
    ask_these.allows("nobody was named", designated={}),
    ask_these.refuses("one is left out", N.DESIGNATE_LEAD, "units", units=("third",)),
    meeting.refuses("two co-units, no meeting", N.LINKAGE_CONVENE, "no_meeting_reason"),
    meeting.allows("two co-units, and why there was none", reason="电话商定"),
    meeting.allows("two co-units and a meeting", joint=joint(L, member(), member("third"), met_at=NOW)),
    meeting.allows("one co-unit", joint=joint(L, member())),
    meeting.allows("one is left of two", joint=joint(L, member(), member("third", until=NOW))),
    meeting.allows("a whistle", joint=joint(W, member(), member("third"))),
    difficulty.allows("it is owed"),
    difficulty.refuses("a linkage that owes nothing", N.LINKAGE_REPORT, joint=joint()),
    difficulty.refuses("a whistle that owes nothing", N.WHISTLE_REPORT, joint=joint(W)),
    report.allows("not solved"),
    report.allows("while it is under way", joint=joint(stage=Stage.ACTIVE, resolved=None)),
    report.allows("while it is under way again", joint=joint(stage=Stage.ACTIVE, resolved=True)),
    report.refuses("solved together", N.LINKAGE_REPORT, joint=joint(stage=Stage.CONCLUDED, resolved=True)),
    report.refuses("solved by a whistle", N.WHISTLE_REPORT, joint=joint(W, stage=Stage.CONCLUDED, resolved=True)),
    report.refuses("solved without a form", N.LINKAGE_REPORT, joint=joint(stage=Stage.SIGNED, resolved=True)),
    report.refuses("the case is another's", N.JOINT_ENDS, joint=joint(stage=Stage.ACTIVE, **OVER)),
    object_to.allows("once"),
    object_to.allows("by a lead that is no member", actor=person("unit.handler")),
    object_to.refuses("twice", N.WHISTLE_MISDIRECTED, joint=joint(W, ASKED_OUT)),
    object_to.refuses("after its part is done", N.WHISTLE_MISDIRECTED, joint=joint(W, FINISHED)),
    object_to.refuses("when the case is over", N.JOINT_ENDS, joint=joint(W, member(), **OVER)),
    #
    notify.allows("of who does nothing"),
    notify.refuses("of who is not there", N.LINKAGE_PASSIVE, "unit", member=None),
    notify.refuses("of who is done", N.WHISTLE_PASSIVE, "unit", member=FINISHED, kind=W),
    remind.allows("whom the centre was told of"),
    remind.allows("whom it was told of again", joint=joint(L, member(notified_at=NOW, reminded_at=NOW - MINUTE))),
    remind.refuses("whom it reminded", N.LINKAGE_PASSIVE, joint=joint(L, member(notified_at=NOW, reminded_at=NOW))),
    remind.refuses("whom it was not told of", N.WHISTLE_PASSIVE, joint=joint(W, member())),
    explain.allows("who was told of"),
    explain.allows("who was graded low", joint=joint(L, member(grade=Grade.POOR))),
    explain.refuses("who was graded well", N.LINKAGE_PASSIVE, joint=joint(L, member(grade=Grade.GOOD))),
    explain.refuses("who was not graded", N.WHISTLE_PASSIVE, joint=joint(W, member())),
    explain.refuses("who is no member", N.LINKAGE_PASSIVE, actor=person("unit.handler")),
    report_to.allows("the leadership"),
    report_to.refuses("nobody", N.LINKAGE_COORDINATE, leadership=None),
    report_to.refuses("nobody, of a whistle", N.WHISTLE_COORDINATE, leadership=None, kind=W),
    instruct.allows("whose field it is"),
    instruct.refuses("another leader", N.LINKAGE_COORDINATE, actor=person("leaders.leader", account="other")),
    instruct.refuses("another, of a whistle", N.WHISTLE_COORDINATE, **on(joint(W, **COVERED), "leaders.leader")),
    instruct.allows("any leader where none covers the unit", **on(joint(), "leaders.leader")),
    *(
        instruct.allows(f"any leader where it is another's {when}", **on(joint(covering=(one,)), "leaders.leader"))
        for when, one in (
            ("no more", Covering("vice", TODAY - DAY, TODAY)),
            ("only tomorrow", Covering("vice", TODAY + DAY, None)),
        )
    ),
    instruct.refuses(
        "another leader on the last day",
        N.LINKAGE_COORDINATE,
        **on(joint(covering=(Covering("vice", TODAY, TODAY + DAY),)), "leaders.leader"),
    ),
    by_leader.allows("whose field it is"),
    by_leader.allows("any leader where none covers the unit", joint=joint()),
    by_leader.allows("any leader, of a whistle", account="other", joint=joint(W, **COVERED)),
    by_leader.refuses("another leader", N.LINKAGE_COORDINATE, "leader_account", account="other"),
    by_leader.allows("another leader where it was theirs", account="other", joint=joint(**PAST)),
    instruct.allows("the platform for them", actor=person("desk.dispatcher")),
    instruct.allows("whoever leads nothing", actor=person("desk.registrar")),
    instruct.allows("a leader who dispatches too", actor=person("leaders.leader", "desk.dispatcher")),
    #
    to_tough.allows("a routine one that solved nothing"),
    to_tough.allows("a routine one that is not over", joint=joint(W, whistle_type=WhistleType.ROUTINE)),
    to_tough.refuses("a tough one", N.WHISTLE_TYPE, joint=joint(W, whistle_type=WhistleType.TOUGH)),
    to_tough.refuses(
        "one that solved it", N.WHISTLE_TYPE, joint=joint(W, whistle_type=WhistleType.ROUTINE, resolved=True)
    ),
    to_tough.refuses("when the case is over", N.JOINT_ENDS, joint=joint(W, whistle_type=WhistleType.ROUTINE, **OVER)),
    to_key.allows("a tough one that solved nothing"),
    to_key.refuses("a routine one", N.WHISTLE_KEY, joint=joint(W, whistle_type=WhistleType.ROUTINE, resolved=False)),
    to_key.refuses("one that solved it", N.WHISTLE_KEY, joint=joint(W, whistle_type=WhistleType.TOUGH, resolved=True)),
    to_key.refuses("one that is not over", N.WHISTLE_KEY, joint=joint(W, whistle_type=WhistleType.TOUGH)),
    to_key.refuses(
        "when the case is over",
        N.JOINT_ENDS,
        joint=joint(W, whistle_type=WhistleType.TOUGH, resolved=False, **OVER),
    ),
    void.allows("with nobody"),
    void.allows("with nobody left", joint=joint(L, member(until=NOW))),
    void.refuses("with somebody", N.LINKAGE_REQUEST, joint=joint(L, member())),
    void.refuses("with somebody at a whistle", N.WHISTLE_BLOW, joint=joint(W, member())),
    conclude.allows("everybody is done"),
    conclude.allows("who is not was told of", joint=joint(L, FINISHED, member("third", notified_at=NOW))),
    conclude.refuses(
        "who is not was told of before it was asked again", N.LINKAGE_PASSIVE, joint=joint(L, TOLD_BEFORE)
    ),
    conclude.allows("who is not was told of again", joint=joint(L, member(notified_at=NOW, asked_again_at=NOW))),
    conclude.refuses("nobody came", N.LINKAGE_CONVENE, joint=joint()),
    conclude.refuses("nobody came to a whistle", N.WHISTLE_CONVENE, joint=joint(W)),
    conclude.refuses("somebody is not done", N.LINKAGE_PASSIVE, joint=joint(L, FINISHED, UNDONE)),
    conclude.refuses("somebody at a whistle is not", N.WHISTLE_PASSIVE, joint=joint(W, UNDONE)),
    conclude.allows("nobody has a part to do", joint=joint(L, UNDONE), pack=without(WENDENG, N.LINKAGE_COOPERATE)),
    conclude.allows("no notices to give", joint=joint(W, UNDONE), pack=without(WENDENG, N.WHISTLE_PASSIVE)),
    conclude.refuses("without a form, somebody is not graded", N.LINKAGE_GRADE, pack=FORMLESS),
    conclude.refuses("the same of a whistle", N.WHISTLE_GRADE, joint=joint(W, FINISHED), pack=FORMLESS),
    conclude.allows("without a form, graded", joint=joint(L, GRADED), pack=FORMLESS),
    conclude.allows("without forms and grades", pack=without(FORMLESS, N.LINKAGE_GRADE)),
    conclude.refuses("without a form, over", N.JOINT_ENDS, joint=joint(L, GRADED, **OVER), pack=FORMLESS),
    conclude.refuses("when the case is over", N.JOINT_ENDS, joint=joint(L, FINISHED, **OVER)),
    grade.allows("well"),
    grade.allows("low, for a reason", grade=Grade.POOR, reason="未到场"),
    grade.refuses("low", N.LINKAGE_GRADE, "reason", grade=Grade.AVERAGE),
    grade.allows("well, of whom nobody was told", member=member()),
    grade.allows("well, who was told of and did it", member=member(notified_at=NOW, finished_at=NOW)),
    grade.allows("well, who was told of before it was asked again", member=TOLD_BEFORE),
    grade.allows("well against one's own word, for a reason", member=member(notified_at=NOW), reason="当晚补办。"),
    grade.refuses("well against one's own word", N.LINKAGE_GRADE, "reason", member=member(notified_at=NOW)),
    grade.refuses("who is not there", N.WHISTLE_GRADE, "unit", member=None, kind=W),
    grade.refuses("who asked to be let go", N.LINKAGE_COOPERATE, "unit", member=ASKED_OUT),
    grade.refuses("who objects", N.WHISTLE_MISDIRECTED, "unit", member=ASKED_OUT, kind=W),
    file_form.allows("everybody is graded"),
    file_form.refuses("somebody is not", N.LINKAGE_GRADE, joint=joint(L, member(grade=Grade.GOOD), UNDONE)),
    file_form.refuses("somebody at a whistle is not", N.WHISTLE_GRADE, joint=joint(W, UNDONE)),
    fill_in.allows("whole"),
    fill_in.allows("in a moment", from_at=NOW),
    fill_in.allows("without a word of nobody", joint=joint(anonymous=True), follow_up=""),
    fill_in.allows("without a word of whom nobody reached", unreached=True, follow_up=""),
    fill_in.refuses("a word of whom nobody reached", N.LINKAGE_FORM, "follow_up", unreached=True),
    fill_in.refuses("without a word of whoever asked", N.LINKAGE_FORM, "follow_up", follow_up=""),
    fill_in.refuses("the end before the beginning", N.WHISTLE_FORM, "to_at", joint=joint(W), to_at=NOW - DAY - MINUTE),
    fill_in.refuses("the end in a minute", N.LINKAGE_FORM, "to_at", to_at=NOW + MINUTE),
    sealed.allows("pictures and PDF"),
    sealed.refuses("anything else", N.LINKAGE_FORM_SIGNED, "seal", mimes=("image/png", "text/plain")),
    sealed.refuses("anything else under a whistle", N.WHISTLE_FORM_SIGNED, "seal", mimes=("audio/mpeg",), kind=W),
    sign.allows("the deputy"),
    sign.refuses("the deputy who filled it in", N.SEPARATION, drafter="vice"),
    sign.allows(
        "the deputy who filled it in, where one may do both",
        drafter="vice",
        pack=without(WENDENG, N.SEPARATION),
    ),
    sign.refuses("the head", N.LINKAGE_FORM_SIGNED, "absence_kind", **HEAD),
    sign.refuses("a vacancy that is none", N.LINKAGE_FORM_SIGNED, "absence_kind", absence=Absence.VACANT, **HEAD),
    sign.allows("the head, where the deputy is recused", absence=Absence.RECUSED, **HEAD),
    sign.refuses("an absence without an end", N.LINKAGE_FORM_SIGNED, "absence_until", absence=Absence.SICK, **HEAD),
    sign.refuses(
        "an absence that is over",
        N.WHISTLE_FORM_SIGNED,
        "absence_until",
        kind=W,
        absence=Absence.TRAVEL,
        until=NOW.date() - DAY,
        **HEAD,
    ),
    sign.allows("an absence until today", absence=Absence.TRAVEL, until=NOW.date(), **HEAD),
    sign.allows("the head, where there is no deputy", seat=Seat("unit", "head"), deputies=()),
    sign.refuses("without a seal", N.WHISTLE_FORM_SIGNED, "seal", kind=W, seal=()),
    sign.allows(
        "without a seal where none is wanted", seal=(), pack=binding(WENDENG, N.LINKAGE_FORM_SIGNED, seal=False)
    ),
    sign.refuses(
        "without a seal where the regulation says nothing",
        N.LINKAGE_FORM_SIGNED,
        "seal",
        seal=(),
        pack=binding(WENDENG, N.LINKAGE_FORM_SIGNED),
    ),
    #
    keep_topics.allows("the staffing office"),
    keep_topics.allows("the console", actor=Actor.installer()),
    liaison.allows("the console", actor=Actor.installer()),
    liaison.refuses("no deputy, by the console", N.WHISTLE_LIAISON, "account", actor=Actor.installer(), deputies=()),
    cover.allows("the console", actor=Actor.installer()),
    cover.refuses("no leader, by the console", N.LINKAGE_COORDINATE, "account", actor=Actor.installer(), leaders=()),
    keep_topics.refuses("another unit", N.WHISTLE_TOPICS, units=(unit(),)),
    keep_topics.refuses("somebody of another unit", N.WHISTLE_TOPICS, actor=person("other.handler")),
    keep_topics.refuses("its liaison", N.WHISTLE_TOPICS, actor=person("unit.liaison")),
    keep_topics.refuses(
        "its liaison, who handles elsewhere", N.WHISTLE_TOPICS, actor=person("unit.liaison", "other.handler")
    ),
    listed.allows("a department"),
    listed.refuses("nobody", N.WHISTLE_TOPICS, "responders", known={}),
    listed.refuses("a town", N.WHISTLE_TOPICS, "responders", known={"unit": unit("town")}),
    listed.refuses("a unit that handles nothing", N.WHISTLE_TOPICS, "responders", known={"unit": unit("centre")}),
    listed.refuses("a second one that is not there", N.WHISTLE_TOPICS, "responders", responders=("unit", "other")),
    *(liaison.allows(f"by its {post}", actor=person(f"unit.{post}")) for post in ("head", "deputy")),
    liaison.refuses("by who handles there", N.WHISTLE_LIAISON, actor=person("unit.handler")),
    liaison.refuses("by another unit", N.WHISTLE_LIAISON, actor=person("other.head")),
    liaison.refuses("who is no deputy", N.WHISTLE_LIAISON, "account", account="handler"),
    cover.allows("a leader"),
    cover.refuses("by somebody else", N.LINKAGE_COORDINATE, actor=person("unit.head")),
    cover.refuses("who leads nothing", N.LINKAGE_COORDINATE, "account", account="other"),
    begins.allows("on the same day"),
    begins.allows("the first", last=None),
    begins.refuses("a day before", N.WHISTLE_LIAISON, "from_on", on=NOW.date() - DAY),
    ONCE_MORE.gives("who took part", True),
    ONCE_MORE.gives("itself", False, unit=unit("department", "unit")),
    FROM_CASE.gives("another unit", True),
    FROM_CASE.gives("itself", False, unit=unit("department", "unit")),
    FROM_CASE.gives("the desk", False, unit=unit("department", "desk")),
    FROM_CASE.gives("anybody, where nobody handles it", True, lead=None),
    FROM_CASE.gives("a town by a whistle", False, kind=W, unit=unit("town", "b")),
    MORE.gives("another unit", True),
    MORE.gives("itself", False, unit=unit("department", "unit")),
    MORE.gives("who takes part", False, unit=unit("department", "other")),
    OF_MEMBERS.gives("who asked for nothing", {"unit": ["other"]}),
    OF_FORM.wants("how it was with the requester", {"follow_up": [(N.LINKAGE_FORM, {})]}),
    OF_FORM.wants("the same by a whistle", {"follow_up": [(N.WHISTLE_FORM, {})]}, joint=joint(W)),
    OF_FORM.wants("nothing where nobody is known", {}, joint=joint(anonymous=True)),
    OF_FORM.wants("nothing of whom nobody reached", {}, unreached=True),
    OF_SIGNATURE.wants("a seal", {"seal": [(N.LINKAGE_FORM_SIGNED, {})]}),
    OF_SIGNATURE.wants(
        "a seal where the regulation says nothing",
        {"seal": [(N.LINKAGE_FORM_SIGNED, {})]},
        pack=binding(WENDENG, N.LINKAGE_FORM_SIGNED),
    ),
    OF_SIGNATURE.wants("no seal", {}, pack=binding(WENDENG, N.LINKAGE_FORM_SIGNED, seal=False)),
    shared.gives("what the requester said", Shared((), **SAID, mismatch=False)),
    shared.gives(
        "and what the units said otherwise",
        Shared((), **{**SAID, "satisfied": Satisfied.NO}, mismatch=True),
        satisfied=Satisfied.NO,
    ),
    *(
        shared.gives(
            f"a bad result that nobody denied ({follow_up})",
            Shared((), **{**SAID, "satisfied": Satisfied.NO, "follow_up": follow_up}, mismatch=False),
            satisfied=Satisfied.NO,
            follow_up=follow_up,
        )
        for follow_up in (UnitFollowUp.DISSATISFIED, None)
    ),
    emergency.allows("an emergency"),
    emergency.refuses("no emergency", N.WHISTLE_EMERGENCY, joint=joint(W)),
    #
    asked(papers.begun, facts=joint(L, member())).allows("to somebody"),
    asked(papers.begun, facts=joint()).refuses("to nobody", N.LINKAGE_REQUEST),
    asked(papers.filed, facts=joint(filed_at=NOW)).allows("filed"),
    asked(papers.filed, facts=joint()).refuses("not filed", N.LINKAGE_FILING),
    asked(papers.reported, facts=joint(parts={Part.LEADERS: frozenset({"l"})})).allows("reported"),
    asked(papers.reported, facts=joint()).refuses("not reported", N.LINKAGE_REPORT),
    asked(papers.concluded, facts=joint(concluded_at=NOW, pack=WENDENG.ref)).allows("concluded"),
    asked(papers.concluded, facts=joint(pack=WENDENG.ref)).refuses("not concluded", N.LINKAGE_FORM),
    asked(papers.concluded, facts=joint(concluded_at=NOW, pack="baihe-2032-1/1")).refuses("where there is none", None),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_joint_handling_says(row: Row) -> None:
    row.holds()


@pytest.mark.clause("WD-3.0", "WD-3.3a")
@pytest.mark.parametrize("type_code", sorted(WENDENG.unit_types))
def test_towns_blow_and_departments_residents_and_utilities_come(type_code: str) -> None:
    township = type_code in ("town", "subdistrict", "zone")
    handling = "handling" in WENDENG.unit_types[type_code].capacities
    assert (rules.may_blow(unit(type_code), WENDENG) is None) == township
    asked = rules.may_ask(Kind.WHISTLE, unit(type_code), lead="t", desk="d", there=(), pack=WENDENG)
    assert (asked is None) == (handling and not township)
    linked = rules.may_ask(Kind.LINKAGE, unit(type_code), lead="t", desk="d", there=(), pack=WENDENG)
    assert (linked is None) == handling, "toward another town one uses the linkage"


@pytest.mark.parametrize("row", FIGURES, ids=str)
def test_what_each_rule_of_the_figures_says(row: Row) -> None:
    row.holds()


def test_a_line_has_what_is_late_beside_what_was_in_time_and_a_linkage_knows_no_types_of_whistle() -> None:
    blown = cells(W, Side.LEAD, led=3, tough=1, filed=1, filed_late=2)
    assert blown["件数"] == [("led", 3, 0), ("routine", 0, 0), ("tough", 1, 0), ("key", 0, 0), ("emergency", 0, 0)]
    assert blown["报备"] == [("filed", 1, 2)]
    assert blown["备案表"] == [("formed", 0, 0)]
    assert [label for label, _ in blown.items()][-1] == "吹错哨"
    linked = cells(L, Side.LEAD, led=3)
    assert linked["件数"] == [("led", 3, 0)]
    assert "吹错哨" not in linked


def test_an_absence_is_told_with_its_kind_and_its_end() -> None:
    told = rules.told_absence
    assert told(Absence.TRAVEL, until=NOW.date(), note="开会") == "出差，至2025-03-03，开会"
    assert told(None, until=None, note="") == ""
