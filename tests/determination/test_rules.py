"""What the rules of determinations and referrals say to which facts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.cases.types import DutyKind, Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination import papers, rules
from bihuan.determination.stages import DETERMINATION
from bihuan.determination.types import Act, Outcome, ReferralDuty, Stage
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from tests.facts import NOW, WENDENG, case, determination, owed, person, referral, unit, without
from tests.rule_tables import Row, asked

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
N = norms
OPINION = norms.DETERMINATION_OPINION
POSITIONS = norms.DETERMINATION_POSITIONS
CONTACTS = norms.DETERMINATION_CONTACTS
DESIGNATED, ADJUDICATED = norms.RETURN_BARRED_FOR_DESIGNATED_LEAD, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD
DISPUTED = (CaseStage.TRIAGE, CaseStage.RETURN_REVIEW, CaseStage.HANDLING)
MAY_COME_BACK = (*DISPUTED, CaseStage.DISPATCHED, CaseStage.AWAITING, CaseStage.HUNG, CaseStage.DECLINE_REVIEW)
WAITING = (CaseStage.ADJUDICATING, CaseStage.ESCALATED)
REFERRED = norms.REFUSAL_REFERRED
FOLLOW_UP = norms.RESPONSIBILITY_FOLLOW_UP
DISPATCHER = person("desk.dispatcher")
STAFFING, JUSTICE = unit("staffing", "staffing"), unit("justice", "justice")
BODIES = {Part.STAFFING: STAFFING, Part.JUSTICE: JUSTICE}
PARTS = {Part.STAFFING: frozenset({"staffing"}), Part.JUSTICE: frozenset({"justice"})}
OPINING = determination(parts=PARTS)
EXPLAINING = referral(duties=owed(ReferralDuty.EXPLAIN))

on_case = {"case": case(), "actor": DISPATCHER, "now": NOW, "pack": WENDENG}
on_file = {"file": determination(case_stage=CaseStage.HANDLING), "actor": DISPATCHER, "now": NOW, "pack": WENDENG}
on_referral = {"referral": EXPLAINING, "actor": DISPATCHER, "now": NOW, "pack": WENDENG}

begin = asked(rules.may_open, **on_case)
again = asked(rules.may_begin, standing="")
request_needs = asked(rules.asked_of_request, case=case(), pack=WENDENG)
request = asked(rules.may_request, **on_case)
party = asked(rules.may_be_party, unit=unit(), desk="desk", there=(), pack=WENDENG)
suggest = asked(rules.may_suggest, unit=unit(), desk="desk", pack=WENDENG)
bodies = asked(rules.bodies_of, units=(unit(), JUSTICE, STAFFING), pack=WENDENG)
KINDS = WENDENG.unit_types
ALONE = replace(KINDS["staffing"], capacities=frozenset({Capacity.HANDLING, Capacity.STAFFING}))
BY_ONE_WORD = replace(WENDENG, unit_types={**KINDS, "staffing": ALONE})
hand_to = asked(rules.may_hand_to, bodies=BODIES)
submit = asked(rules.may_submit, **on_file)
silent = asked(rules.may_submit_without, silent=(), missing="")
OUTSIDE = referral(duties=owed(ReferralDuty.RECEIPT))
FOLLOWED = {**on_referral, "actor": person("discipline.handler")}
INSIDE = referral(duties=owed(ReferralDuty.RECEIPT), parts={Part.DISCIPLINE: frozenset({"discipline"})})
sign = asked(rules.may_sign_letter, **{**on_referral, "referral": referral(started_by="clerk", signed_at=None)})
follow = asked(rules.may_follow, **{**FOLLOWED, "referral": INSIDE})
taken = asked(rules.may_have_been_taken, taken_at=NOW, sent_at=NOW, now=NOW)
concluded = asked(rules.may_have_concluded, concluded_on=NOW.date(), sent_on=NOW.date(), today=NOW.date())
NAMED = determination(parts={Part.PARTY: frozenset({"unit"})})
HEARD = determination(parts={Part.PARTY: frozenset({"unit"})}, stated=frozenset({"unit"}))
UNHEARD = without(WENDENG, N.DETERMINATION_POSITIONS)
determine = asked(rules.may_determine, file=HEARD, unit="unit", due_at=None, unheard_because="", now=NOW, pack=WENDENG)


def refuse(*_: object) -> Refusal:
    """What the act of the determination is asked."""
    return Refusal("不行。", norms.DETERMINATION_JOINT)


as_in_it = asked(
    rules.may_as_in_it,
    **{**on_file, "file": determination(stage=Stage.DRAFT, parts={Part.DESK: frozenset({"desk"})})},
    act=Act.SUBMIT,
    table=DETERMINATION,
    rule=None,
)
opine = asked(rules.may_opine, **{**on_file, "file": OPINING, "actor": person("staffing.handler")})
part = asked(rules.part_of, file=OPINING, actor=person("staffing.handler"))
find = asked(rules.may_find, outcome=Outcome.UNIT, unit=unit(), named="unit", desk="desk", pack=WENDENG, norm=OPINION)
carry = asked(rules.may_carry, unit=unit(), desk="desk", pack=WENDENG, norm=OPINION)
HELD = {"区委编办": ("unit", "unit"), "区司法局": ("unit", "unit")}
differ = asked(rules.may_differ, outcome=Outcome.UNIT, unit="unit", opinions=HELD, differs_because="")
dissent = asked(rules.told_dissent, outcome=Outcome.UNIT, unit="unit", opinions=HELD)
number = asked(rules.may_number, known=False)
assign = asked(rules.may_assign, **{**on_file, "file": determination(case_stage=CaseStage.ADJUDICATING)})
report = asked(rules.may_report, leadership=(unit("leadership"),))
due = asked(rules.may_be_due, due_at=NOW + MINUTE, now=NOW)
enter = asked(rules.may_enter, code="R1", known=("R0",), lead="unit", co_units=("other",))
own = asked(rules.may_own, units=("unit",), known={"unit": unit()}, pack=WENDENG)
name = asked(
    rules.may_name,
    account="somebody",
    unit=STAFFING,
    actor=person("staffing.deputy"),
    staff=("somebody",),
    pack=WENDENG,
)
contact_begins = asked(rules.may_begin_on, on=NOW.date(), last=NOW.date())
dissolve = asked(rules.may_dissolve, **{**on_file, "file": determination(stage=Stage.SUBMITTED)})
UNSIGNED = case(designated=True, duties={DutyKind.SIGN_IN: NOW - MINUTE})
silence = asked(rules.may_notice_silence, case=case(designated=True), checked=False, quiet_until=NOW, now=NOW)
noticed = asked(rules.told_silence, case=UNSIGNED, now=NOW)
deny_refusal = asked(rules.may_deny_refusal, **{**on_case, "case": case(duties=owed(DutyKind.REFUSAL_CHECK))})
record = asked(rules.may_record_refusal, **{**on_case, "case": case(designated=True)})
refused = asked(rules.may_have_refused, at=NOW, since=NOW, now=NOW, standing="")
explain = asked(rules.may_explain_refusal, **on_referral)
send = asked(rules.may_send, **{**on_referral, "referral": referral(explained_at=NOW)})
goes_to = asked(rules.route, unit=unit(), discipline=unit("discipline", name="区纪委监委"), pack=WENDENG)
submitted = asked(papers.submitted, facts=determination(submitted_at=NOW))
signed = asked(papers.signed, facts=referral(signed_at=NOW))
issued = asked(papers.issued, facts=determination(issued_at=NOW))
reported = asked(papers.reported, facts=determination(report_number="1"))

end_determined = asked(rules.may_end_determined, waiting=1, followed=True)
OF_UNIT = determination(parts={Part.PARTY: frozenset({"unit"}), Part.DESK: frozenset({"desk"})})
found = asked(
    lambda one: rules.parties(OF_UNIT, person(), WENDENG)["unit"](one),  # type: ignore[operator]
    one=unit(),
)
heard = asked(
    lambda one: rules.further_parties(OF_UNIT, person(), WENDENG)["parties"](one),  # type: ignore[operator]
    one=unit(code="third"),
)
of_opinion = asked(rules.asked_of_opinion, file=HEARD, pack=WENDENG)
WHOSE_IT_IS = ("unit",)

ROWS = (
    end_determined.allows("whom another follows"),
    end_determined.allows("for whom nothing waits", waiting=0, followed=False),
    end_determined.refuses("whom nobody follows", norms.DETERMINATION_ASSIGN, "successor", followed=False),
    silence.allows("of whom a determination named", case=case(adjudicated=True)),
    silence.refuses("of whoever was dispatched like others", REFERRED, case=case()),
    silence.refuses("a second time for one assignment", REFERRED, checked=True),
    silence.allows("nothing done until the limit"),
    silence.refuses("something done since", REFERRED, quiet_until=NOW + MINUTE),
    silence.refuses("nothing known", REFERRED, quiet_until=None),
    silence.allows("signing in a minute late", case=UNSIGNED, quiet_until=None),
    silence.refuses(
        "signing in until now", REFERRED, case=case(designated=True, duties={DutyKind.SIGN_IN: NOW}), quiet_until=None
    ),
    noticed.gives("not signed in", "逾期没有签收"),
    noticed.gives("signed in and nothing more", "到时限没有任何办理", case=case()),
    deny_refusal.allows("what is to be checked"),
    deny_refusal.refuses("what is not", REFERRED, moot=True, case=case()),
    sign.allows("a head who put nothing on file", actor=person("desk.head", account="head")),
    sign.refuses("who put it on file", REFERRED, actor=person("desk.head", account="clerk")),
    sign.refuses("a second time", REFERRED, moot=True, referral=referral(started_by="clerk", signed_at=NOW)),
    follow.allows("the discipline body"),
    follow.allows("the desk, of a body outside", referral=OUTSIDE, actor=DISPATCHER),
    follow.refuses("the desk in its place", REFERRED, actor=DISPATCHER),
    follow.refuses("where nothing is owed", REFERRED, moot=True, referral=referral()),
    taken.allows("at once"),
    taken.refuses("before it was sent", REFERRED, "taken_at", taken_at=NOW - MINUTE),
    taken.refuses("in a minute", REFERRED, "taken_at", taken_at=NOW + MINUTE),
    concluded.allows("today"),
    concluded.refuses("before it was sent", REFERRED, "concluded_on", sent_on=NOW.date() + DAY),
    concluded.refuses("tomorrow", REFERRED, "concluded_on", concluded_on=NOW.date() + DAY),
    determine.allows("a party that was heard"),
    determine.allows("one silent until its limit, with the reason", file=NAMED, unheard_because="多次催促仍未说明"),
    asked(rules.parties, file=HEARD, actor=person("staffing.deputy"), pack=UNHEARD).gives(
        "any unit, where nobody is heard", {}
    ),
    found.gives("a party", True),
    found.gives("whoever is none", False, one=unit(code="third")),
    heard.gives("a department", True),
    heard.gives("a party already", False, one=unit()),
    of_opinion.wants("whose it is, but of a gap", {"unit": [(N.DETERMINATION_JOINT, {"outcome": WHOSE_IT_IS})]}),
    determine.allows("whoever is no party, where nobody is heard", unit="third", pack=UNHEARD),
    determine.refuses("whoever is no party", OPINION, "unit", unit="third"),
    determine.refuses("one that may still speak", OPINION, "unit", file=NAMED, due_at=NOW, unheard_because="催促"),
    determine.allows("the minute after", file=NAMED, due_at=NOW - MINUTE, unheard_because="多次催促仍未说明"),
    determine.refuses("one that kept silent, without a reason", OPINION, "unheard_because", file=NAMED),
    begin.allows("the first"),
    begin.refuses("while one stands", N.DETERMINATION_REFER, case=case(duties=owed(DutyKind.DETERMINATION))),
    again.allows("the first"),
    again.refuses("while one stands", N.DETERMINATION_REFER, standing="RD1"),
    request.allows("a lead by its duty"),
    request.refuses("an adjudicated lead", ADJUDICATED, evidence=True, case=case(adjudicated=True)),
    request.refuses("a designated lead", DESIGNATED, evidence=True, case=case(designated=True)),
    request.refuses(
        "one whom the district designated", ADJUDICATED, evidence=True, case=case(designated=True), determined=True
    ),
    request.refuses(
        "the same where whom a determination names is not barred",
        DESIGNATED,
        evidence=True,
        case=case(designated=True),
        determined=True,
        pack=without(WENDENG, ADJUDICATED),
    ),
    request.allows("a lead by its duty, on a determination", determined=True),
    request.allows("an adjudicated one that may", case=case(adjudicated=True), pack=without(WENDENG, ADJUDICATED)),
    request.allows("a designated one that may", case=case(designated=True), pack=without(WENDENG, DESIGNATED)),
    request_needs.wants("what it holds, and why", {"position": [(POSITIONS, {})], "law": [(POSITIONS, {})]}),
    request.refuses("while one stands", N.DETERMINATION_REFER, case=case(duties=owed(DutyKind.DETERMINATION))),
    #
    party.allows("an active department"),
    party.refuses("nobody", None, "parties", unit=None),
    party.refuses("a unit that handles nothing", None, "parties", unit=unit("centre")),
    party.refuses("the desk", None, "parties", desk="unit"),
    party.refuses("a party already", POSITIONS, "parties", there=("unit",)),
    party.refuses(
        "a unit without a handler today",
        norms.RESPONSIBLE_PERSONS,
        "parties",
        unit=unit(posts=frozenset({"head", "deputy"})),
    ),
    party.refuses("a unit that is not active", POSITIONS, "parties", unit=unit(active=False)),
    suggest.allows("a department"),
    suggest.refuses("nobody", None, "suggested_unit", unit=None),
    suggest.refuses("a unit that handles nothing", None, "suggested_unit", unit=unit("centre")),
    suggest.refuses("the desk", None, "suggested_unit", desk="unit"),
    bodies.gives("one of each", BODIES),
    bodies.gives("a staffing office by its one word", BODIES, pack=BY_ONE_WORD),
    bodies.gives(
        "no unit of a type that the regulation does not know", BODIES, units=(unit("guild"), JUSTICE, STAFFING)
    ),
    bodies.gives("the first of two", BODIES, units=(STAFFING, JUSTICE, unit("justice", "other"))),
    hand_to.allows("both"),
    hand_to.refuses("without the staffing office", N.DETERMINATION_REFER, bodies={Part.JUSTICE: JUSTICE}),
    hand_to.refuses("without the justice bureau", N.DETERMINATION_REFER, bodies={Part.STAFFING: STAFFING}),
    #
    *(submit.allows(stage.label, file=determination(case_stage=stage)) for stage in DISPUTED),
    *(
        submit.refuses(stage.label, N.DETERMINATION_REFER, file=determination(case_stage=stage))
        for stage in CaseStage
        if stage not in DISPUTED
    ),
    submit.refuses("a case that somebody else handles", N.DETERMINATION_REFER, file=determination()),
    silent.allows("everybody spoke"),
    silent.allows("somebody did not, for a reason", silent=("甲局",), missing="多次催促"),
    silent.refuses("somebody did not", POSITIONS, "missing", silent=("甲局",)),
    as_in_it.allows("whoever may do it there"),
    as_in_it.refuses("what the act itself refuses", N.DETERMINATION_JOINT, rule=refuse),
    as_in_it.refuses("where none stands", DETERMINATION.norm_of(Act.SUBMIT), file=None),
    as_in_it.refuses("who may not do it there", DETERMINATION.norm_of(Act.SUBMIT), actor=person("unit.handler")),
    as_in_it.refuses(
        "what the regulation leaves off", N.DETERMINATION_REFER, pack=without(WENDENG, N.DETERMINATION_REFER)
    ),
    opine.allows("the first time"),
    opine.allows("after the other body", file=determination(parts=PARTS, opined=frozenset({Part.JUSTICE}))),
    opine.refuses(
        "a second time", N.DETERMINATION_JOINT, file=determination(parts=PARTS, opined=frozenset({Part.STAFFING}))
    ),
    part.gives("the staffing office", "staffing"),
    part.gives("nobody", "", actor=DISPATCHER),
    part.gives("who sits in both, for the first", "staffing", actor=person("staffing.handler", "justice.handler")),
    part.gives(
        "who sits in both, which both spoke",
        "staffing",
        actor=person("staffing.handler", "justice.handler"),
        file=determination(parts=PARTS, opined=frozenset(rules.BODIES)),
    ),
    part.gives(
        "who sits in both, for the one that still owes",
        "justice",
        actor=person("staffing.handler", "justice.handler"),
        file=determination(parts=PARTS, opined=frozenset({Part.STAFFING})),
    ),
    #
    find.allows("a unit"),
    find.allows("a gap", outcome=Outcome.GAP, unit=None, named=None),
    find.refuses("a gap with a unit", OPINION, "unit", outcome=Outcome.GAP),
    find.refuses("a unit that is not named", OPINION, "unit", named=None),
    find.refuses("a unit that is not there", None, "unit", unit=None),
    carry.allows("an active department"),
    carry.refuses("nobody", None, "unit", unit=None),
    carry.refuses("a unit that handles nothing", None, "unit", unit=unit("centre")),
    carry.refuses("the desk", None, "unit", desk="unit"),
    carry.refuses(
        "a unit without a handler today",
        norms.RESPONSIBLE_PERSONS,
        "unit",
        unit=unit(posts=frozenset({"head", "deputy"})),
    ),
    carry.refuses("a unit that is not active", OPINION, "unit", unit=unit(active=False)),
    differ.allows("what both hold"),
    differ.refuses("another unit than both hold", N.DETERMINATION_JOINT, "differs_because", unit="other"),
    differ.refuses(
        "a gap where both hold a unit", N.DETERMINATION_JOINT, "differs_because", outcome=Outcome.GAP, unit=""
    ),
    differ.refuses(
        "what one of them holds", N.DETERMINATION_JOINT, "differs_because", opinions={**HELD, "区司法局": ("gap", "")}
    ),
    differ.allows("what neither holds, for a reason", unit="other", differs_because="补充材料后查明。"),
    dissent.gives("nobody", ""),
    dissent.gives("one of them", "区司法局", opinions={**HELD, "区司法局": ("unit", "other")}),
    dissent.gives("both", "区委编办、区司法局", outcome=Outcome.GAP, unit=""),
    number.allows("a new one"),
    number.refuses("one that was used", OPINION, "opinion_number", known=True),
    *(assign.allows(stage.label, file=determination(case_stage=stage)) for stage in WAITING),
    *(
        assign.refuses(stage.label, N.DETERMINATION_ASSIGN, file=determination(case_stage=stage))
        for stage in CaseStage
        if stage not in WAITING
    ),
    report.allows("to the leadership"),
    report.refuses("to nobody", N.SPECIAL_REPORT, leadership=()),
    due.allows("in a minute"),
    due.allows("whenever the regulation says", due_at=None),
    due.refuses("now", N.DISTRICT_DESIGNATES, "due_at", due_at=NOW),
    #
    enter.allows("a new code"),
    enter.refuses("a code that stands there", FOLLOW_UP, "code", known=("R1",)),
    enter.refuses("the lead as its own co-unit", FOLLOW_UP, "co_units", co_units=("unit",)),
    own.allows("a department"),
    own.refuses("nobody", None, "lead", known={}),
    own.refuses("a unit that handles nothing", None, "lead", known={"unit": unit("centre")}),
    own.refuses("a second one that is not there", None, "lead", units=("unit", "other")),
    name.allows(
        "the staffing office by its one word", unit=STAFFING, actor=person("staffing.deputy"), pack=BY_ONE_WORD
    ),
    *(name.allows(kind, unit=unit(kind), actor=person("unit.deputy")) for kind in ("staffing", "justice", "centre")),
    name.refuses("a department", CONTACTS, unit=unit(), actor=person("unit.deputy")),
    name.refuses("nobody", CONTACTS, unit=None),
    name.refuses("another unit's head", CONTACTS, actor=person("justice.head")),
    name.refuses("a post that names nobody", CONTACTS, actor=person("staffing.liaison")),
    name.refuses("somebody else's staff", CONTACTS, "account", account="stranger"),
    name.allows("the console", actor=Actor.installer()),
    name.refuses("somebody else's staff, by the console", CONTACTS, "account", actor=Actor.installer(), account="x"),
    dissolve.refuses(
        "where no clause says what ends it",
        N.DETERMINATION_REFER,
        file=determination(stage=Stage.SUBMITTED, case_stage=WAITING[0]),
        pack=without(WENDENG, N.DETERMINATION_ENDS),
    ),
    contact_begins.allows("on the same day"),
    contact_begins.allows("the first", last=None),
    contact_begins.refuses("a day before", CONTACTS, "from_on", on=NOW.date() - DAY),
    *(
        dissolve.refuses(stage.label, N.DETERMINATION_ENDS, file=determination(stage=Stage.SUBMITTED, case_stage=stage))
        for stage in WAITING
    ),
    *(
        dissolve.allows(f"handed over, {stage.label}", file=determination(stage=Stage.SUBMITTED, case_stage=stage))
        for stage in CaseStage
        if stage not in WAITING
    ),
    *(
        dissolve.refuses(f"prepared, {stage.label}", N.DETERMINATION_ENDS, file=determination(case_stage=stage))
        for stage in MAY_COME_BACK
    ),
    *(
        dissolve.allows(f"prepared, {stage.label}", file=determination(case_stage=stage))
        for stage in CaseStage
        if stage not in MAY_COME_BACK
    ),
    #
    record.allows("a designated lead"),
    record.allows("an adjudicated lead", case=case(adjudicated=True)),
    record.refuses("a lead by its duty", REFERRED, case=case()),
    refused.allows("now"),
    refused.allows("at any time, where nobody knows the dispatch", since=None),
    refused.refuses("while one waits", REFERRED, standing="YJ1"),
    refused.refuses("in a minute", REFERRED, "refused_at", at=NOW + MINUTE),
    refused.refuses("before the dispatch", REFERRED, "refused_at", at=NOW - MINUTE),
    explain.allows("once"),
    explain.refuses("twice", REFERRED, referral=referral(explained_at=NOW)),
    send.allows("what was explained"),
    send.allows("what was explained in time", referral=referral(explained_at=NOW, duties=owed(ReferralDuty.EXPLAIN))),
    send.refuses("what may still be explained", REFERRED, referral=EXPLAINING),
    send.refuses("in its last minute", REFERRED, referral=EXPLAINING, now=NOW + 2 * DAY - MINUTE),
    send.allows("when the time is over", referral=EXPLAINING, now=NOW + 2 * DAY),
    send.allows("where nobody owes an explanation", referral=referral()),
    goes_to.gives("a department", "区纪委监委"),
    goes_to.gives("a utility", "市供电公司", unit=unit("utility", superior_body="市供电公司")),
    goes_to.gives("a utility without a superior", "区纪委监委", unit=unit("utility")),
    goes_to.gives("a department that names a superior", "区纪委监委", unit=unit(superior_body="区政府")),
    goes_to.refuses("a department where nobody is competent", REFERRED, discipline=None),
    #
    submitted.allows("submitted"),
    submitted.refuses("not submitted", N.DETERMINATION_REFER, facts=determination()),
    signed.allows("signed"),
    signed.refuses("not signed", norms.REFUSAL_REFERRED, facts=referral()),
    issued.allows("issued"),
    issued.refuses("not issued", OPINION, facts=determination()),
    reported.allows("reported"),
    reported.refuses("not reported", N.SPECIAL_REPORT, facts=determination()),
)


@pytest.mark.clause("WD-4a", "WD-4g", "WD-4j", "A1-8")
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_determination_says(row: Row) -> None:
    row.holds()


@pytest.mark.clause("WD-4b")
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("named", [None, "u"])
def test_an_opinion_names_a_unit_or_a_gap_and_never_both(outcome: Outcome, named: str | None) -> None:
    found = unit() if named else None
    refusal = rules.may_find(outcome, found, named=named, desk="d", pack=WENDENG, norm=OPINION)
    assert (refusal is None) == ((outcome == Outcome.UNIT) == bool(named))


@pytest.mark.parametrize("type_code", sorted(WENDENG.unit_types))
def test_whoever_is_responsible_is_of_a_type_that_handles(type_code: str) -> None:
    handling = "handling" in WENDENG.unit_types[type_code].capacities
    assert (rules.may_carry(unit(type_code), desk="d", pack=WENDENG, norm=OPINION) is None) == handling
    assert (rules.may_be_party(unit(type_code), desk="d", there=(), pack=WENDENG) is None) == handling
