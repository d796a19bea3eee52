"""What the rules of dispatch and handling say to which facts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.cases.rules import BASED as BASED_TYPES
from bihuan.cases.types import AppealType, Basis, ClosureType, DutyKind
from bihuan.dispatch import papers, rules
from bihuan.dispatch.types import Draft, FeedbackMethod, LawUnit, SetStatutoryLimit, UnitFollowUp
from bihuan.organisations.types import AppointmentRow
from bihuan.policy import norms
from bihuan.policy.limits import Limit
from bihuan.policy.pack import Demand, Ground, GroundOf, Pack
from tests.facts import NOW, WENDENG, binding, case, listing, owed, person, plain, unit, without
from tests.rule_tables import Row, asked


def test_a_number_of_the_programs_own_is_told_as_such() -> None:
    """What stands behind the norm does not say how often; where the regulation gives the number, it is its own."""
    often = case(extensions=9, duties=owed(DutyKind.HANDLE))
    for told, pack in ((True, binding(WENDENG, EXTENSION)), (False, binding(WENDENG, EXTENSION, times=9))):
        refusal = rules.may_request_extension(often, HANDLER, NOW, pack)
        assert refusal is not None
        assert ("次（默认值，非文件规定）" in refusal.reason) == told, refusal.reason


def longest(limit: str) -> Pack:
    """The regulation with this longest extension."""
    row = WENDENG.limit("extension")
    return replace(WENDENG, limits={**WENDENG.limits, "extension": (replace(row, limit=Limit.parse(limit)),)})


SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
HANDLER = person("unit.handler")
CALLER = person("desk.caller")
NOBODY_DESIGNATES = without(WENDENG, norms.DESIGNATE_LEAD)
LONGEST = WENDENG.limit("extension").limit.amount
usual = {"case": case(), "actor": HANDLER, "now": NOW, "pack": WENDENG}

give = asked(rules.may_dispatch_to, unit=unit(), desk="desk", pack=WENDENG)
designate = asked(rules.may_designate, lead="unit", co_units=(), basis=Basis.DUTY, pack=WENDENG)
named = asked(rules.is_designated, co_units=(), basis=Basis.DUTY)
bases = asked(rules.bases, pack=WENDENG)
take = asked(rules.may_take_from_lead, determined=False)
recall = asked(rules.may_recall_for, reason="", assigned_at=NOW - 10 * MINUTE, now=NOW)
another = asked(rules.may_redispatch_to, lead="other", case=case(lead="unit"))
instead = asked(rules.may_suggest, unit="other", case=case(lead="unit"))
give_back = asked(rules.may_return, **usual)
window = asked(rules.may_return_now, window_ends_at=NOW, now=NOW)
request_return = asked(rules.may_request_return, **usual, window_ends_at=NOW)
return_again = asked(rules.may_ask_to_return_again, basis="三定规定", refused=["会议纪要"])
ask_again = asked(rules.may_ask_again, ground="配件停产", refused=["配件须外购"], norm=norms.TERMINATE, field="reason")
talked = asked(rules.may_return_on, contacted_at=NOW, assigned_at=NOW, now=NOW)
extend = asked(rules.may_request_extension, **{**usual, "case": case(duties=owed(DutyKind.HANDLE))})
extend_by = asked(rules.may_extend_by, days=LONGEST, pack=WENDENG)
counted = asked(rules.titles_of_extension, pack=WENDENG)
hung_until = asked(rules.titles_of_hanging, pack=WENDENG)
HOURS_MORE, TODAY_AT_MOST = (longest(said) for said in ("48h", "endOfDay"))
NO_LONGER, NEVER_AGAIN = (
    replace(WENDENG, limits={name: row for name, row in WENDENG.limits.items() if name != without})
    for without in ("extension", "hang_review")
)
decide_extension = asked(
    rules.may_decide_extension, **{**usual, "case": case(duties=owed(DutyKind.EXTENSION_DECISION))}
)
contact = asked(rules.may_record_contact, **usual)
relay = asked(rules.may_relay, **{**usual, "case": case(secret=True, requester=7)})
answer_relay = asked(rules.may_answer_relay, **{**usual, "case": case(duties=owed(DutyKind.RELAY))})
out_of_reach = asked(rules.is_out_of_reach, attempts=(NOW, NOW - timedelta(hours=2)))
happened = asked(rules.may_have_happened, at=NOW, now=NOW, field="contacted_at")
wait = asked(rules.may_await, **usual)
ask_to_wait = asked(rules.may_request_wait, **{**usual, "case": case(waits=2)})
decide_wait = asked(rules.may_decide_wait, **{**usual, "case": case(duties=owed(DutyKind.WAIT_DECISION))})
wait_for = asked(rules.may_wait_for, left=SECOND)
end_wait = asked(rules.may_end_wait, **{**usual, "case": case(duties={DutyKind.AWAIT_REQUESTER: NOW - SECOND})})
answer = asked(
    rules.may_answer,
    case=case(),
    outcome=ClosureType.SOLVED,
    policy_basis="",
    truthful=True,
    pack=WENDENG,
)
spoken = asked(rules.may_have_spoken, case=case(), feedback_method=FeedbackMethod.PHONE, in_vain=[NOW])
fed_back = asked(rules.may_have_fed_back, case=case(), feedback_method=FeedbackMethod.PHONE, feedback_at=NOW, now=NOW)
FORMED = case(form_resolved=False, form_follow_up="dissatisfied")
differs = asked(rules.told_contradiction, case=FORMED, outcome=ClosureType.SOLVED, follow_up=None)
answers = asked(rules.answers, case=case(), actor=HANDLER, pack=WENDENG)
of_answer = asked(rules.asked_of_answer, case=case(), pack=WENDENG)
sign = asked(rules.may_sign_off, **{**usual, "actor": person("unit.deputy", account="signer")})
FORM = case(form_resolved=False, form_follow_up="dissatisfied")
SOLVED = Draft(ClosureType.SOLVED, None, "")
beside = asked(rules.may_stand_beside_form, case=FORM, given=Draft(ClosureType.PARTIAL, None, ""), pack=WENDENG)
sign_answer = asked(
    rules.may_sign_off_answer, **{**usual, "actor": person("unit.deputy", account="signer")}, given=None
)
LISTED = listing(
    WENDENG,
    Ground(GroundOf.RETURN, "not_ours", "不属本单位职责", demands=frozenset({Demand.OTHER_UNIT})),
    Ground(GroundOf.TERMINATE, "sued", "诉求人已起诉", demands=frozenset({Demand.PAPER})),
    Ground(GroundOf.EXPLAIN, "no_law", "没有政策依据", demands=frozenset({Demand.BASIS})),
)
BY_LAW = binding(WENDENG, norms.STATUTORY_LIMIT)
HEADED = binding(WENDENG, norms.STATUTORY_LIMIT, by_head=True)
BOUNDED = binding(WENDENG, norms.STATUTORY_LIMIT, shortest_working_days=5)
LAW = SetStatutoryLimit(law="行政许可法", article="第四十二条", amount=20, unit=LawUnit.WORKING_DAYS, reason="须经许可")
notify = asked(
    rules.may_notify_extension,
    **{**usual, "case": case(duties=owed(DutyKind.HANDLE)), "pack": binding(WENDENG, norms.EXTENSION_BY_NOTICE)},
)
law = asked(rules.may_set_statutory_limit, **{**usual, "actor": person("desk.dispatcher"), "pack": BY_LAW})
the_law = asked(rules.may_be_the_law, fields=LAW, pack=BY_LAW)
lawful = asked(rules.titles_of_law, pack=BY_LAW)
bounds = asked(rules.bounds_of_law, unit=LawUnit.WORKING_DAYS, pack=BY_LAW)
by_law = asked(rules.may_be_due_by_law, due=(NOW + SECOND,), now=NOW)
to_return = asked(rules.grounds_to_return, case=case(), actor=HANDLER, pack=LISTED)
of_return = asked(rules.asked_of_return, case=case(), pack=LISTED)
to_terminate = asked(rules.grounds_to_terminate, case=case(), actor=HANDLER, pack=LISTED)
of_termination = asked(rules.asked_of_termination, case=case(), pack=LISTED)
of_ending = asked(rules.asked_of_ending, case=case(), pack=WENDENG)
of_extension = asked(rules.asked_of_extension, case=case(), pack=WENDENG)
of_hanging = asked(rules.asked_of_hanging, case=case(), pack=WENDENG)
terminate = asked(rules.may_request_termination, **usual)
decide_termination = asked(
    rules.may_decide_termination, **{**usual, "case": case(duties=owed(DutyKind.TERMINATION_DECISION))}
)
hang = asked(rules.may_hang_until, review_on=NOW.date() + DAY, today=NOW.date(), latest=NOW.date() + 3 * DAY)
HEAD = plain(AppointmentRow, account="h", name="某局长", post="head")
answer_for = asked(rules.may_answer_for, leader="h", heads=(HEAD,))
confirm_hang = asked(
    rules.may_confirm_hang,
    case=case(duties=owed(DutyKind.HANG_CONFIRM)),
    actor=person("unit.head", account="h"),
    leader="h",
    heads=(HEAD,),
)
assignment = asked(papers.assigned, case=case())
return_form = asked(papers.return_asked, case=case(returns=1))
extension_form = asked(papers.extension_asked, case=case(extensions=1))
reply = asked(papers.answer_signed, case=case())

DIRECTLY = [way for way in FeedbackMethod if way is not FeedbackMethod.THROUGH_DESK]
EXPLAINED = (norms.ANSWER_EXPLAINED, {"outcome": (ClosureType.EXPLAINED,)})
FED_BACK = (norms.ANSWER_TWO_PARTS, {})
BY_WHOM = (norms.ANSWER_TWO_PARTS, {"feedback_method": tuple(DIRECTLY)})
TOLD = {"feedback_method": [FED_BACK], "feedback_at": [BY_WHOM], "feedback_by": [BY_WHOM]}
BASED, TRUE = (norms.ANSWER_POLICY_BASIS, {}), (norms.ANSWER_TRUTH_DECLARED, {})
EXTENSION, RETURNED = norms.EXTENSION_WITH_APPROVAL, norms.RETURN_NOT_OWN_DUTY
DESIGNATED, ADJUDICATED = norms.RETURN_BARRED_FOR_DESIGNATED_LEAD, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD

go_back = asked(rules.may_go_back, ended=True)
end_handler = asked(rules.may_end_handler, pack=WENDENG, followed=False)

ROWS = (
    go_back.allows("when its unit is no more"),
    go_back.refuses("while there is its unit", norms.MISDIRECTED, ended=False),
    end_handler.allows("where cases go back"),
    end_handler.refuses(
        "where cases do not go back", norms.MISDIRECTED, "successor", pack=without(WENDENG, norms.MISDIRECTED)
    ),
    end_handler.allows("where another follows in them", pack=without(WENDENG, norms.MISDIRECTED), followed=True),
    give.allows("an active department"),
    give.refuses("nobody", None, "lead", unit=None),
    give.refuses("a unit that handles nothing", None, "lead", unit=unit("two_offices")),
    give.refuses("a unit whose responsible persons are not named", norms.ONE_LEAD, "lead", unit=unit(active=False)),
    give.refuses(
        "a unit without a handler today",
        norms.RESPONSIBLE_PERSONS,
        "lead",
        unit=unit(posts=frozenset({"head", "deputy"})),
    ),
    give.refuses("the desk itself", norms.ONE_LEAD, "lead", desk="unit"),
    give.refuses("blames the field that named it", None, "co_units", unit=None, field="co_units"),
    #
    bases.gives("what is no ruling", [one for one in Basis if one not in (Basis.ADJUDICATION, Basis.INSTRUCTION)]),
    bases.gives(
        "the same without designation, where nobody is designated",
        [one for one in Basis if one not in (Basis.ADJUDICATION, Basis.INSTRUCTION, Basis.DESIGNATION)],
        pack=NOBODY_DESIGNATES,
    ),
    bases.gives(
        "the same where nobody rules: there is no ruling either",
        [one for one in Basis if one not in (Basis.ADJUDICATION, Basis.INSTRUCTION)],
        pack=without(WENDENG, norms.DETERMINATION_ASSIGN),
    ),
    designate.allows("a lead alone"),
    designate.allows("two co-units", co_units=("a", "b")),
    designate.allows("by designation without co-units", basis=Basis.DESIGNATION),
    designate.refuses("the lead as its own co-unit", norms.DESIGNATE_LEAD, "co_units", co_units=("unit",)),
    designate.refuses("a co-unit twice", norms.DESIGNATE_LEAD, "co_units", co_units=("a", "a")),
    designate.refuses("co-units where nobody is designated", None, "co_units", co_units=("a",), pack=NOBODY_DESIGNATES),
    designate.refuses(
        "co-units where nobody links",
        None,
        "co_units",
        co_units=("a",),
        pack=without(WENDENG, norms.LINKAGE_REQUEST),
    ),
    designate.refuses(
        "designation where nobody is designated",
        None,
        "basis_kind",
        basis=Basis.DESIGNATION,
        pack=NOBODY_DESIGNATES,
    ),
    designate.allows("by territory where nobody is designated", basis=Basis.TERRITORY, pack=NOBODY_DESIGNATES),
    designate.refuses(
        "by determination outside of it", norms.DETERMINATION_ASSIGN, "basis_kind", basis=Basis.ADJUDICATION
    ),
    designate.refuses(
        "by instruction outside of it", norms.DETERMINATION_ASSIGN, "basis_kind", basis=Basis.INSTRUCTION
    ),
    *(
        designate.refuses(
            f"by {basis} where nothing is determined",
            None,
            "basis_kind",
            basis=basis,
            pack=without(WENDENG, norms.DETERMINATION_ASSIGN),
        )
        for basis in (Basis.ADJUDICATION, Basis.INSTRUCTION)
    ),
    #
    named.gives("not by duty alone", False),
    named.gives("with co-units", True, co_units=("a",)),
    named.gives("by designation", True, basis=Basis.DESIGNATION),
    #
    take.allows("whom the desk chose itself"),
    take.refuses("whom a determination named", ADJUDICATED, determined=True),
    recall.allows("without a word for ten minutes"),
    recall.refuses("without a word a minute later", norms.MISDIRECTED, "reason", now=NOW + MINUTE),
    recall.refuses("without a word from nobody knows when", norms.MISDIRECTED, "reason", assigned_at=None),
    recall.allows("with a reason later", now=NOW + DAY, reason="派错了。"),
    another.allows("to another unit"),
    another.refuses("to the same", norms.MISDIRECTED, "lead", lead="unit"),
    instead.allows("another unit"),
    instead.allows("none", unit=None),
    instead.refuses("itself", norms.RETURN_NOT_OWN_DUTY, "suggested_unit", unit="unit"),
    #
    give_back.allows("the lead by its duty"),
    give_back.refuses("an adjudicated lead", ADJUDICATED, evidence=True, case=case(adjudicated=True)),
    give_back.refuses("a designated lead", DESIGNATED, evidence=True, case=case(designated=True)),
    give_back.allows(
        "an adjudicated lead where it is not barred", case=case(adjudicated=True), pack=without(WENDENG, ADJUDICATED)
    ),
    give_back.refuses(
        "one whom the district designated on a determination",
        ADJUDICATED,
        evidence=True,
        case=case(designated=True),
        determined=True,
    ),
    give_back.refuses(
        "the same where whom a determination names is not barred",
        DESIGNATED,
        evidence=True,
        case=case(designated=True),
        determined=True,
        pack=without(WENDENG, ADJUDICATED),
    ),
    give_back.allows("the lead by its duty, on a determination", determined=True),
    give_back.allows(
        "a designated lead where it is not barred", case=case(designated=True), pack=without(WENDENG, DESIGNATED)
    ),
    #
    window.allows("in its last moment"),
    window.allows("where it never ends", window_ends_at=None),
    window.refuses("a minute after", norms.RETURN_WITHIN_WINDOW, now=NOW + MINUTE),
    #
    request_return.allows("in its last moment"),
    request_return.refuses("a designated lead", DESIGNATED, evidence=True, case=case(designated=True)),
    request_return.refuses("a minute late", norms.RETURN_WITHIN_WINDOW, window_ends_at=NOW - MINUTE),
    talked.allows("in the moment of the dispatch"),
    talked.allows("before now", assigned_at=NOW - DAY, contacted_at=NOW - MINUTE),
    talked.allows("where nobody knows when it was dispatched", assigned_at=None),
    talked.refuses("in the future", RETURNED, "contacted_at", contacted_at=NOW + MINUTE),
    talked.refuses("before the dispatch", RETURNED, "contacted_at", contacted_at=NOW - MINUTE),
    #
    extend.allows("in time, the first time"),
    extend.allows("in its last moment", now=NOW + 2 * DAY),
    extend.allows("while it is done again", case=case(duties=owed(DutyKind.REWORK))),
    extend.allows(
        "a second time where there are two",
        case=case(extensions=1, duties=owed(DutyKind.HANDLE)),
        pack=binding(WENDENG, EXTENSION, times=2),
    ),
    extend.refuses(
        "while one is asked for", EXTENSION, case=case(duties=owed(DutyKind.HANDLE, DutyKind.EXTENSION_DECISION))
    ),
    extend.allows("the first time where the regulation says nothing", pack=binding(WENDENG, EXTENSION)),
    extend.refuses(
        "a second time where the regulation says nothing",
        EXTENSION,
        case=case(extensions=1, duties=owed(DutyKind.HANDLE)),
        pack=binding(WENDENG, EXTENSION),
    ),
    extend.refuses("a second time", EXTENSION, case=case(extensions=1, duties=owed(DutyKind.HANDLE))),
    extend.refuses("a minute late", EXTENSION, now=NOW + 2 * DAY + MINUTE),
    extend.refuses("without a clock", EXTENSION, case=case()),
    #
    extend_by.allows("as long as may be"),
    extend_by.refuses("a day longer", EXTENSION, "days", days=LONGEST + 1),
    extend_by.refuses("by days, where the limit is the day's end", EXTENSION, "days", days=0, pack=TODAY_AT_MOST),
    counted.gives("working days", {"days": f"延长工作日数，最多{LONGEST}"}),
    counted.gives("hours", {"days": "延长小时数，最多48"}, pack=HOURS_MORE),
    counted.gives("nothing, where the limit is the day's end", {}, pack=TODAY_AT_MOST),
    counted.gives("nothing without such a limit", {}, pack=NO_LONGER),
    hung_until.gives("how far away", {"review_on": f"复核日期，最长间隔{WENDENG.limit('hang_review').limit.words}"}),
    hung_until.gives("nothing without such a limit", {}, pack=NEVER_AGAIN),
    #
    decide_extension.allows("what was asked for"),
    decide_extension.refuses("what nobody asked for", EXTENSION, case=case()),
    #
    out_of_reach.gives("two attempts, two hours apart", True),
    out_of_reach.gives("two attempts within two hours", False, attempts=(NOW, NOW - timedelta(hours=1))),
    out_of_reach.gives("one attempt", False, attempts=(NOW,)),
    out_of_reach.gives("none", False, attempts=()),
    contact.allows("the first time"),
    contact.refuses("with nobody", norms.FIRST_CONTACT, case=case(anonymous=True)),
    contact.refuses("a second time", norms.FIRST_CONTACT, case=case(contacted_at=NOW)),
    contact.refuses("the unit, in secret", norms.IDENTITY_PROTECTED, case=case(secret=True, requester=7)),
    contact.allows("the desk, in secret", case=case(secret=True, requester=7), actor=CALLER),
    contact.allows("the unit, where nobody is known of whom to keep a secret", case=case(secret=True)),
    contact.refuses("the desk, in the open", norms.FIRST_CONTACT, moot=True, actor=CALLER),
    contact.allows("another of the unit, in the open", actor=person("unit.deputy")),
    contact.allows("who handles and calls, in the open", actor=person("desk.caller", "unit.handler")),
    relay.allows("in secret"),
    relay.refuses("in the open", norms.IDENTITY_PROTECTED, moot=True, case=case(requester=7)),
    relay.refuses("of nobody", norms.IDENTITY_PROTECTED, moot=True, case=case(secret=True)),
    answer_relay.allows("what is owed"),
    answer_relay.refuses("what is not", norms.IDENTITY_PROTECTED, moot=True, case=case()),
    happened.allows("now"),
    happened.refuses("in a minute", None, "contacted_at", at=NOW + MINUTE),
    happened.allows("in the minute of the dispatch", since=NOW + 59 * SECOND),
    happened.refuses("in the minute before", None, "contacted_at", since=NOW + MINUTE),
    #
    wait.allows("a second time", case=case(waits=1)),
    wait.refuses("a third time without asking", norms.AWAIT_REQUESTER, case=case(waits=2)),
    ask_to_wait.allows("a third time"),
    ask_to_wait.refuses("a second time", norms.AWAIT_REQUESTER, moot=True, case=case(waits=1)),
    ask_to_wait.refuses("for nobody", norms.AWAIT_REQUESTER, moot=True, case=case(waits=2, anonymous=True)),
    ask_to_wait.refuses(
        "while it is asked for", norms.AWAIT_REQUESTER, case=case(waits=2, duties=owed(DutyKind.WAIT_DECISION))
    ),
    decide_wait.allows("what is asked for"),
    decide_wait.refuses("what is not", norms.AWAIT_REQUESTER, moot=True, case=case()),
    wait_for.allows("where something is left"),
    wait_for.allows("where nobody has waited", left=None),
    wait_for.refuses("where nothing is left", norms.AWAIT_REQUESTER, left=0 * SECOND),
    end_wait.allows("when it is over"),
    end_wait.refuses("at its last moment", norms.AWAIT_REQUESTER, case=case(duties={DutyKind.AWAIT_REQUESTER: NOW})),
    end_wait.refuses("where nobody waits", norms.AWAIT_REQUESTER, case=case()),
    wait.allows("for somebody"),
    wait.refuses("for nobody", norms.AWAIT_REQUESTER, case=case(anonymous=True)),
    #
    #
    answer.allows("solved, truthful, told"),
    return_again.allows("on other grounds"),
    return_again.allows("for the first time", refused=[]),
    return_again.refuses("on the same", norms.RETURN_DECIDED_BY_DESK, "basis", basis="会议纪要。"),
    return_again.refuses(
        "on the same within other signs",
        norms.RETURN_DECIDED_BY_DESK,
        "basis",
        basis="《会议纪要》第3条",
        refused=["会议纪要第3条"],
    ),
    return_again.refuses("a third time", norms.RETURN_DECIDED_BY_DESK, "", evidence=True, refused=["一", "二"]),
    ask_again.allows("for another reason"),
    ask_again.allows("for the first time", refused=[]),
    ask_again.refuses("for the same", norms.TERMINATE, "reason", ground="配件须外购。"),
    ask_again.refuses("beside its field", norms.TERMINATE, "basis", ground="配件 须外购", field="basis"),
    *(
        spoken.refuses(
            f"by {method.label}, nobody was reached",
            norms.ANSWER_TRUTH_DECLARED,
            "feedback_method",
            feedback_method=method,
        )
        for method in (FeedbackMethod.PHONE, FeedbackMethod.VISIT)
    ),
    *(
        spoken.allows(f"by {method}, nobody was reached", feedback_method=method)
        for method in (FeedbackMethod.MESSAGE, FeedbackMethod.WRITTEN, FeedbackMethod.THROUGH_DESK, None)
    ),
    spoken.allows("nobody tried before", in_vain=[]),
    spoken.allows("they were reached later", case=case(contacted_at=NOW)),
    fed_back.allows("told now"),
    fed_back.allows("of who told nobody yet", feedback_at=None),
    *(answer.allows(f"{word.label}", outcome=word, policy_basis="法") for word in rules.ANSWERABLE),
    *(
        answer.refuses(f"{word.label} is no answer", None, "outcome", outcome=word, policy_basis="法")
        for word in ClosureType
        if word not in ("SOLVED", "PARTIAL", "EXPLAINED", "PROMISED")
    ),
    answer.refuses(
        "promised where nobody keeps promises",
        None,
        "outcome",
        outcome=ClosureType.PROMISED,
        pack=without(WENDENG, norms.COMMITMENT_REGISTER),
    ),
    answer.refuses("nobody stands by it", norms.ANSWER_TRUTH_DECLARED, "truthful", truthful=False),
    answer.allows("nobody need stand by it", truthful=False, pack=without(WENDENG, norms.ANSWER_TRUTH_DECLARED)),
    answer.refuses("explained without the law", norms.ANSWER_EXPLAINED, "policy_basis", outcome=ClosureType.EXPLAINED),
    answer.allows(
        "explained where the law need not be told",
        outcome=ClosureType.EXPLAINED,
        pack=without(WENDENG, norms.ANSWER_EXPLAINED),
    ),
    *(
        answer.refuses(
            f"{word.label} without the law", norms.ANSWER_POLICY_BASIS, "policy_basis", case=case(appeal_type=word)
        )
        for word in (AppealType.COMPLAINT, AppealType.REPORT, AppealType.CONSULT)
    ),
    *(
        answer.allows(f"{word.label} without the law", case=case(appeal_type=word))
        for word in (AppealType.SUGGEST, AppealType.PRAISE)
    ),
    answer.allows("a complaint with the law", case=case(appeal_type=AppealType.COMPLAINT), policy_basis="法"),
    answer.allows(
        "a complaint where the law need not be told",
        case=case(appeal_type=AppealType.COMPLAINT),
        pack=without(WENDENG, norms.ANSWER_POLICY_BASIS),
    ),
    differs.gives("solved against the form", "未解决"),
    differs.gives("the requester sees it otherwise", "未解决，诉求人不满意", follow_up=UnitFollowUp.SATISFIED),
    differs.gives("in the view alone", "诉求人不满意", outcome=ClosureType.PARTIAL, follow_up=UnitFollowUp.SATISFIED),
    differs.gives("as the form says", "", outcome=ClosureType.PARTIAL, follow_up=UnitFollowUp.DISSATISFIED),
    differs.gives("solved as the form says", "", case=case(form_resolved=True)),
    differs.gives("where there is no form", "", case=case(), follow_up=UnitFollowUp.SATISFIED),
    answers.gives("told by the unit", {"outcome": rules.ANSWERABLE, "feedback_method": DIRECTLY, "ground": {}}),
    answers.gives(
        "told by the desk where secrecy was asked for",
        {"outcome": rules.ANSWERABLE, "feedback_method": [FeedbackMethod.THROUGH_DESK], "ground": {}},
        case=case(secret=True, requester=7),
    ),
    of_answer.wants(
        "of one who left no name", {"policy_basis": [EXPLAINED], "truthful": [TRUE]}, case=case(anonymous=True)
    ),
    of_answer.wants("of a request for help", {**TOLD, "policy_basis": [EXPLAINED], "truthful": [TRUE]}),
    of_answer.wants(
        "where the regulation lists why something cannot be solved",
        {
            **TOLD,
            "policy_basis": [EXPLAINED, (norms.ANSWER_EXPLAINED, {"ground": ["no_law"]})],
            "ground": [EXPLAINED],
            "truthful": [TRUE],
        },
        pack=LISTED,
    ),
    notify.allows("in its last moment", case=case(duties={DutyKind.HANDLE: NOW})),
    notify.allows("what is reworked", case=case(duties={DutyKind.REWORK: NOW})),
    notify.refuses("a second late", norms.EXTENSION_BY_NOTICE, case=case(duties={DutyKind.HANDLE: NOW - SECOND})),
    notify.refuses("where nothing runs", norms.EXTENSION_BY_NOTICE, case=case()),
    notify.refuses("a second time", norms.EXTENSION_BY_NOTICE, case=case(duties=owed(DutyKind.HANDLE), extensions=1)),
    notify.allows(
        "a second time where that is let",
        case=case(duties=owed(DutyKind.HANDLE), extensions=1),
        pack=binding(WENDENG, norms.EXTENSION_BY_NOTICE, times=2),
    ),
    extend_by.refuses(
        "more than may be taken", norms.EXTENSION_BY_NOTICE, "days", days=LONGEST + 1, norm=norms.EXTENSION_BY_NOTICE
    ),
    extension_form.refuses(
        "one that was told and not asked for",
        norms.EXTENSION_WITH_APPROVAL,
        case=case(extensions=1, pack="qingshan-2030-3/1"),
    ),
    law.allows("the dispatcher"),
    law.allows("in its last moment", case=case(duties={DutyKind.HANDLE: NOW})),
    law.refuses("a second late", norms.STATUTORY_LIMIT, case=case(duties={DutyKind.HANDLE: NOW - SECOND})),
    law.allows("what is reworked late by the regulation", case=case(duties={DutyKind.REWORK: NOW - SECOND})),
    law.refuses(
        "what is reworked late by the law",
        norms.STATUTORY_LIMIT,
        case=case(duties={DutyKind.REWORK: NOW - SECOND}),
        pack=binding(WENDENG, norms.STATUTORY_LIMIT, rework=True),
    ),
    law.allows("another duty that is late", case=case(duties={DutyKind.SIGN_IN: NOW - SECOND})),
    law.refuses("the dispatcher where a head is wanted", norms.STATUTORY_LIMIT, pack=HEADED),
    law.allows("the head", pack=HEADED, actor=person("desk.head")),
    law.allows("the deputy", pack=HEADED, actor=person("desk.deputy")),
    law.refuses("the head of the unit that handles", norms.STATUTORY_LIMIT, pack=HEADED, actor=person("unit.head")),
    lawful.gives("the usual bounds", {"amount": "法定期限，1至60个工作日或者1至90日（自然日）"}),
    the_law.allows("an article, within the bounds"),
    the_law.allows("in figures", fields=LAW.model_copy(update={"article": "第42条"})),
    the_law.refuses("a chapter", norms.STATUTORY_LIMIT, "article", fields=LAW.model_copy(update={"article": "第四章"})),
    the_law.allows("the longest", fields=LAW.model_copy(update={"amount": 60})),
    the_law.refuses("longer", norms.STATUTORY_LIMIT, "amount", fields=LAW.model_copy(update={"amount": 61})),
    the_law.allows("the longest in days", fields=LAW.model_copy(update={"amount": 90, "unit": LawUnit.DAYS})),
    the_law.refuses(
        "longer in days",
        norms.STATUTORY_LIMIT,
        "amount",
        fields=LAW.model_copy(update={"amount": 91, "unit": LawUnit.DAYS}),
    ),
    the_law.allows("the shortest", fields=LAW.model_copy(update={"amount": 5}), pack=BOUNDED),
    the_law.refuses(
        "shorter", norms.STATUTORY_LIMIT, "amount", fields=LAW.model_copy(update={"amount": 4}), pack=BOUNDED
    ),
    bounds.gives("in working days", (1, 60)),
    bounds.gives("in days", (1, 90), unit=LawUnit.DAYS),
    by_law.allows("nothing that is open", due=()),
    by_law.allows("what is due in a second"),
    by_law.refuses("what would be late", norms.STATUTORY_LIMIT, "amount", due=(NOW, NOW + SECOND)),
    to_return.gives("by none of a list", {"ground": {}}, pack=WENDENG),
    to_return.gives("by one of a list", {"ground": {"not_ours": "不属本单位职责"}}),
    of_return.wants("nothing of it where none are listed", {}, pack=WENDENG),
    of_return.wants(
        "one of a list, and what it demands",
        {
            "ground": [(norms.RETURN_NOT_OWN_DUTY, {})],
            "suggested_unit": [(norms.RETURN_NOT_OWN_DUTY, {"ground": ["not_ours"]})],
        },
    ),
    to_terminate.gives("by one of a list", {"ground": {"sued": "诉求人已起诉"}}),
    of_termination.wants(
        "one of a list, and its paper",
        {"ground": [(norms.TERMINATE, {})], "attachments": [(norms.TERMINATE, {"ground": ["sued"]})]},
    ),
    of_answer.wants(
        "against a signed form",
        {
            **TOLD,
            "policy_basis": [EXPLAINED],
            "differs_because": [
                (norms.ANSWER_TRUTH_DECLARED, {"outcome": (ClosureType.SOLVED,)}),
                (norms.ANSWER_TRUTH_DECLARED, {"follow_up": [UnitFollowUp.SATISFIED]}),
            ],
            "truthful": [TRUE],
        },
        case=FORMED,
    ),
    *(
        of_answer.wants(
            f"of a {word.label}",
            {
                **TOLD,
                "policy_basis": [EXPLAINED, BASED],
                "truthful": [TRUE],
            },
            case=case(appeal_type=word),
        )
        for word in BASED_TYPES
    ),
    of_answer.wants(
        "where the desk tells",
        {"feedback_method": [FED_BACK], "policy_basis": [EXPLAINED], "truthful": [TRUE]},
        case=case(secret=True, requester=7),
    ),
    of_answer.wants(
        "of a complaint where the law need not be told",
        {**TOLD, "truthful": [TRUE]},
        case=case(appeal_type=AppealType.COMPLAINT),
        pack=without(WENDENG, norms.ANSWER_EXPLAINED, norms.ANSWER_POLICY_BASIS),
    ),
    of_answer.wants(
        "of a complaint where it is told of complaints alone",
        {**TOLD, "policy_basis": [BASED], "truthful": [TRUE]},
        case=case(appeal_type=AppealType.COMPLAINT),
        pack=without(WENDENG, norms.ANSWER_EXPLAINED),
    ),
    of_answer.wants(
        "where nobody need stand by it",
        {**TOLD, "policy_basis": [EXPLAINED]},
        pack=without(WENDENG, norms.ANSWER_TRUTH_DECLARED),
    ),
    answer_for.allows("a head by account"),
    answer_for.allows("a head by name", leader="某局长"),
    answer_for.refuses("a title", norms.HANG, "leader", leader="分管负责人"),
    answer_for.refuses("anybody where nobody is in office", norms.HANG, "leader", heads=()),
    answer_for.allows("one post or two", leader="某局长", heads=(HEAD, replace(HEAD, post="deputy"))),
    answer_for.refuses(
        "one of two of that name", norms.HANG, "leader", leader="某局长", heads=(HEAD, replace(HEAD, account="h2"))
    ),
    answer_for.allows("one of two of that name, by account", leader="h2", heads=(HEAD, replace(HEAD, account="h2"))),
    confirm_hang.allows("whoever was named"),
    confirm_hang.refuses("another head", norms.HANG, actor=person("unit.deputy", account="other")),
    confirm_hang.allows("another head once that one is gone", actor=person("unit.deputy"), heads=()),
    confirm_hang.allows(
        "another head once that one is gone and a third is there",
        actor=person("unit.deputy"),
        heads=(replace(HEAD, account="third"),),
    ),
    confirm_hang.refuses("nothing", norms.HANG, moot=True, case=case()),
    fed_back.refuses("told in a minute", norms.ANSWER_TWO_PARTS, "feedback_at", feedback_at=NOW + MINUTE),
    fed_back.allows("told in the minute of the dispatch", case=case(assigned_at=NOW + 59 * SECOND)),
    fed_back.refuses(
        "told in the minute before", norms.ANSWER_TWO_PARTS, "feedback_at", case=case(assigned_at=NOW + MINUTE)
    ),
    fed_back.refuses(
        "told nobody", norms.ANSWER_TWO_PARTS, "feedback_method", missing=True, feedback_method=None, feedback_at=None
    ),
    fed_back.allows("nobody is there to be told", case=case(anonymous=True), feedback_method=None, feedback_at=None),
    #
    beside.allows("the same as the form"),
    beside.allows("the same view as the form", given=Draft(ClosureType.PARTIAL, UnitFollowUp.DISSATISFIED, "")),
    beside.allows("solved without a form", given=SOLVED, case=case()),
    beside.allows("nothing", given=None),
    beside.allows("a reason where nothing differs", given=Draft(ClosureType.PARTIAL, None, "另有说明"), case=case()),
    beside.refuses("solved against the form", norms.ANSWER_TRUTH_DECLARED, given=SOLVED),
    beside.refuses(
        "another view than the form's",
        norms.ANSWER_TRUTH_DECLARED,
        given=Draft(ClosureType.PARTIAL, UnitFollowUp.SATISFIED, ""),
    ),
    beside.allows("solved against the form, and why", given=Draft(ClosureType.SOLVED, None, "未解决")),
    beside.refuses(
        "solved against the form, and why something else is otherwise",
        norms.ANSWER_TRUTH_DECLARED,
        given=Draft(ClosureType.SOLVED, None, "诉求人不满意"),
    ),
    beside.allows(
        "against the form where nobody declares the truth",
        given=SOLVED,
        pack=without(WENDENG, norms.ANSWER_TRUTH_DECLARED),
    ),
    sign_answer.allows("another person"),
    sign_answer.refuses("who drafted it", norms.SEPARATION, actor=person("unit.deputy", account="drafter")),
    sign_answer.refuses("against the form", norms.ANSWER_TRUTH_DECLARED, case=FORM, given=SOLVED),
    of_ending.wants("how the requester was told", {"requester_told": [(norms.TERMINATE, {})]}),
    of_extension.wants("how the requester was told", {"requester_informed": [(EXTENSION, {})]}),
    of_extension.wants(
        "the same by notice",
        {"requester_informed": [(norms.EXTENSION_BY_NOTICE, {})]},
        pack=binding(WENDENG, norms.EXTENSION_BY_NOTICE),
    ),
    of_extension.gives("nothing of somebody unknown", {}, case=case(anonymous=True)),
    of_hanging.wants("how the requester was told", {"requester_told": [(norms.ANSWER_EXPLAINED, {})]}),
    of_hanging.wants("nothing of nobody", {}, case=case(anonymous=True)),
    of_hanging.wants("nothing where nobody must explain", {}, pack=without(WENDENG, norms.ANSWER_EXPLAINED)),
    sign.allows("another person"),
    sign.refuses("who drafted it", norms.SEPARATION, actor=person("unit.deputy", account="drafter")),
    #
    of_termination.wants("nothing where no ground is listed", {}, pack=WENDENG),
    of_termination.wants(
        "a paper of whoever was designated",
        {"attachments": [(norms.RETURN_BARRED_FOR_DESIGNATED_LEAD, {})]},
        case=case(designated=True),
        pack=WENDENG,
    ),
    of_termination.wants(
        "a paper of whoever was determined",
        {"attachments": [(norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD, {})]},
        case=case(adjudicated=True),
        pack=WENDENG,
    ),
    of_termination.wants(
        "none where nobody bars them",
        {},
        case=case(designated=True, adjudicated=True),
        pack=without(WENDENG, norms.RETURN_BARRED_FOR_DESIGNATED_LEAD, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD),
    ),
    terminate.allows("the first time"),
    terminate.refuses("while one is asked for", norms.TERMINATE, case=case(duties=owed(DutyKind.TERMINATION_DECISION))),
    decide_termination.allows("what was asked for"),
    decide_termination.refuses("what nobody asked for", norms.TERMINATE, case=case()),
    #
    hang.allows("until tomorrow"),
    hang.allows("until the last day", review_on=NOW.date() + 3 * DAY),
    hang.refuses("until today", norms.HANG, "review_on", review_on=NOW.date()),
    hang.refuses("a day too long", norms.HANG, "review_on", review_on=NOW.date() + 4 * DAY),
    #
    assignment.allows("of what was dispatched"),
    assignment.refuses("of what was not", norms.DISPATCH_WITH_BASIS, case=case(lead=None)),
    return_form.allows("of what was given back"),
    return_form.allows("of what is asked for", case=case(duties=owed(DutyKind.RETURN_DECISION))),
    return_form.refuses("of what was not", RETURNED, case=case()),
    extension_form.allows("of what was extended"),
    extension_form.allows("of what is asked for", case=case(duties=owed(DutyKind.EXTENSION_DECISION))),
    extension_form.refuses("of what was not", EXTENSION, case=case()),
    reply.allows("signed"),
    reply.refuses("not signed", norms.SIGN_OFF, case=case(signed_off_by="")),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_dispatch_says(row: Row) -> None:
    row.holds()
