"""What the rules of supervision say to which facts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bihuan.cases.types import CaseFacts, DutyKind
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.types import Outcome
from bihuan.policy import norms
from bihuan.policy.pack import KeyProof
from bihuan.supervision import rules
from bihuan.supervision.types import (
    AboutRow,
    Colour,
    ColouredDuty,
    ColouredFacts,
    ColouredStage,
    Kind,
    OrderDuty,
    OrderGround,
    OrderKind,
    ReminderStage,
    Urged,
    UrgeDuty,
)
from bihuan.vetting.specimens import plain
from tests.facts import HUAINAN, NOW, WENDENG, case, directive, owed, person, unit, without
from tests.rule_tables import Row, asked

MINUTE = timedelta(minutes=1)
URGE = norms.SUPERVISE_URGE


def duty(**known: Any) -> Urged:
    """What `unit` owes on a case, still open."""
    usual = {"holder": "unit", "post": "handler", "due_at": NOW, "discharged_at": None, "paused": False}
    return plain(Urged, **{**usual, **known})


urge = asked(rules.may_urge, duty=duty(), issuer="offices", standing="")
repeat = asked(rules.may_repeat, urge=directive(duties=owed(UrgeDuty.REPLY, at=NOW - MINUTE)), now=NOW)
expect = asked(rules.may_expect, expected_on=NOW.date(), today=NOW.date())
end = asked(rules.may_end, outcome=Outcome.MET, done=True)

REMIND, RECTIFY = norms.SUPERVISE_REMIND, norms.SUPERVISE_RECTIFY
TODAY = NOW.date()
DAY = timedelta(days=1)
MOST = timedelta(days=rules.RECTIFY_WITHIN)
remind = asked(rules.may_remind, unit=unit(), issuer="desk", supervises=False, pack=WENDENG)
name = asked(rules.may_name, number="C1", unit="unit", parts={"former": frozenset({"unit"})})
until = asked(rules.may_rectify_until, rectify_by=TODAY + DAY, today=TODAY)
again = asked(rules.may_give_again, due_on=TODAY + DAY, today=TODAY)
answer = asked(
    rules.may_reply,
    measures="已办结",
    contests=False,
    contest_reason="",
    done_on=TODAY,
    issued_on=TODAY - DAY,
    today=TODAY,
)
uphold = asked(rules.may_uphold, reminder=directive(contested=True))
ORDER = norms.SUPERVISE_ORDER
ordered = asked(rules.may_order, unit=unit(), issuer="offices", supervises=True, pack=WENDENG)
on_order = asked(rules.may_be_ordered, number="C1", unit="unit", parts={"lead": frozenset({"unit"})})
because = asked(rules.may_order_because, ground=OrderGround.OVERDUE, overdue=True)
reply_until = asked(rules.may_reply_until, reply_by=TODAY + DAY, today=TODAY)
reply_again = asked(rules.may_reply_again, due_on=TODAY + DAY, today=TODAY)
ask_time = asked(rules.may_ask_time, order=directive())
decide_time = asked(rules.may_decide_time, order=directive(duties=owed(OrderDuty.TIME_DECISION)))
settled = asked(rules.may_have_settled, done_on=TODAY, today=TODAY)
raise_to = asked(rules.may_raise_to, kind=OrderKind.URGENT, before="general")
judge = asked(rules.may_judge, order=directive(issued_by="drafter"), actor=person("offices.supervisor"), others=True)
is_ordered = asked(rules.is_ordered, order=directive(issued_by="drafter"))
SENT_REMINDER = {"kind": Kind.REMINDER, "due_on": TODAY}
is_reminded = asked(rules.is_reminded, reminder=directive(**SENT_REMINDER, stage=ReminderStage.ISSUED))

KEY, MEDIA = norms.SUPERVISE_KEY_CLASS, WENDENG.key_classes["media"]
BLOCKING = replace(WENDENG, key_classes={**WENDENG.key_classes, "media": replace(MEDIA, blocks=True)})
BY_PAPER = ("internet_supervision", "gov_cn", "media", "leader")
mark = asked(rules.may_mark, code="media", marked=("gov_cn",), pack=WENDENG)
show = asked(rules.may_show, code="media", document="《行风热线》", scan=(1,), order="", pack=WENDENG)
show_order = asked(rules.may_show, code="superior", document="", scan=(), order="Z1", pack=WENDENG)
COLOURED_ORDER = directive(kind=Kind.COLOURED, stage=ColouredStage.REGISTERED)
rest = asked(rules.may_rest_on_order, order=COLOURED_ORDER, named="Z1", subject="case:C1")
have_received = asked(rules.may_have_received, on=TODAY, today=TODAY)
key_scan = asked(rules.may_be_key_scan, mimes=("image/png", "application/pdf"))
OFFICES = unit("two_offices", "offices")
bodies = asked(rules.bodies_for, bodies=[OFFICES, unit("two_offices", "more")], case=case())
LOOKS = {"actor": person("offices.supervisor"), "now": NOW, "pack": WENDENG}
look = asked(rules.may_look_at, case=case(key=True), **LOOKS)
look_again = asked(rules.may_look_again, next_on=TODAY + DAY, ended=False, today=TODAY)
unmark = asked(rules.may_unmark, case=case(key=True), **LOOKS)
unmark_as = asked(rules.may_unmark_as, code="media", marked=("media",))
close_key = asked(rules.may_close_key, blocked=True, told=True)

COLOURED = norms.SUPERVISE_COLOURED
REPLY_OF_UNIT = frozenset({(str(ColouredDuty.REPLY), "unit"), (str(ColouredDuty.RECEIPT), "unit")})


def coloured(**known: Any) -> Any:
    """A coloured order in the hands of `unit`, which owes all there is."""
    above = plain(ColouredFacts, colour=known.pop("colour", Colour.YELLOW))
    usual = {"kind": Kind.COLOURED, "stage": ColouredStage.DISTRIBUTED, "coloured": above, "owing": REPLY_OF_UNIT}
    parts = {"addressee": frozenset({"unit"})}
    return directive(**{**usual, "parts": parts, "closed_at": None, **known})


def dated(colour: Colour) -> Any:
    """One that was released."""
    return coloured(stage=ColouredStage.RELEASED, closed_at=NOW, owing=frozenset(), colour=colour)


RELEASED = coloured(stage=ColouredStage.RELEASED, closed_at=NOW, owing=frozenset())
ACCUSES = plain(CaseFacts, secret=True, accused=("unit",))
keeper = asked(rules.keeper_of, bodies=[unit()], accusing=[])
follow = asked(rules.may_follow, colour=Colour.ORANGE, previous=RELEASED, named="Z1", no_previous="")
rise = asked(rules.may_rise_to, colour=Colour.ORANGE, before=Colour.YELLOW)
is_new = asked(rules.is_new, registered="")
come = asked(rules.may_have_come, issued_on=TODAY, received_on=TODAY, due_on=TODAY, today=TODAY)
is_scan = asked(rules.may_be_scan, mimes=["image/png", "application/pdf"])
given = asked(rules.may_be_given, unit=unit(), keeper="offices", there=())
want_by = asked(rules.may_want_by, reply_by=TODAY + DAY, due_on=TODAY + DAY, today=TODAY)
receive = asked(rules.may_receive, order=coloured(), actor=person("unit.handler"))
answer_for = asked(rules.may_answer, order=coloured(), actor=person("unit.head"))
send_back = asked(rules.may_send_back, order=coloured(owing=frozenset()))
send_back_to = asked(rules.may_send_back_to, order=coloured(owing=frozenset()), unit="unit")
answer_up = asked(rules.may_answer_up, order=coloured(owing=frozenset()), owing=[])
have_been = asked(rules.may_have_been, on=TODAY, since=TODAY, today=TODAY, field="on")
is_kept = asked(rules.is_kept, order=coloured())

ROWS = (
    keeper.gives("whoever supervises", unit()),
    keeper.gives("the first of two", unit(), bodies=[unit(), unit(code="other")]),
    keeper.refuses("nobody does", COLOURED, bodies=[]),
    keeper.gives("the other one", unit(code="other"), bodies=[unit(), unit(code="other")], accusing=[ACCUSES]),
    keeper.refuses("the one that is accused", norms.IDENTITY_PROTECTED, "about", accusing=[ACCUSES]),
    follow.allows("what was released"),
    follow.allows("what fell away", previous=coloured(stage=ColouredStage.LAPSED, closed_at=NOW)),
    follow.allows("the first yellow one", colour=Colour.YELLOW, named="", previous=None),
    follow.allows("said that there is none", named="", previous=None, no_previous="直接下发"),
    follow.refuses("not said", COLOURED, "previous", named="", previous=None),
    follow.refuses("both", COLOURED, "no_previous", no_previous="直接下发"),
    follow.refuses("none of that number", COLOURED, "previous", previous=None),
    follow.refuses("entered wrongly", COLOURED, "previous", previous=coloured(stage=ColouredStage.VOID, closed_at=NOW)),
    follow.refuses("raised", COLOURED, "previous", previous=coloured(stage=ColouredStage.RAISED, closed_at=NOW)),
    follow.refuses("open", COLOURED, "previous", previous=coloured()),
    follow.refuses("lighter", COLOURED, "colour", colour=Colour.YELLOW, previous=dated(Colour.ORANGE)),
    follow.allows("the same colour", previous=dated(Colour.ORANGE)),
    rise.allows("heavier"),
    rise.allows("the heaviest again", colour=Colour.RED, before=Colour.RED),
    rise.refuses("the same", COLOURED, "colour", colour=Colour.YELLOW),
    rise.refuses("lighter", COLOURED, "colour", before=Colour.RED),
    is_new.allows("not entered"),
    is_new.refuses("entered", COLOURED, "document_number", registered="Z1"),
    come.allows("all today"),
    come.allows("no day set", due_on=None),
    come.refuses("tomorrow", COLOURED, "received_on", received_on=TODAY + DAY),
    come.refuses("before it was issued", COLOURED, "issued_on", issued_on=TODAY, received_on=TODAY - DAY),
    come.refuses("due before it was issued", COLOURED, "due_on", due_on=TODAY - DAY),
    is_scan.allows("pictures and PDF"),
    is_scan.refuses("a table", COLOURED, "scan", mimes=["image/png", "text/csv"]),
    given.allows("another unit"),
    given.refuses("no unit", None, "units", unit=None),
    given.refuses("one that is not there yet", None, "units", unit=unit(active=False)),
    given.refuses("oneself", COLOURED, "units", keeper="unit"),
    given.refuses("twice", COLOURED, "units", there=("unit",)),
    want_by.allows("on the last day"),
    want_by.allows("by the regulation's limit", reply_by=None),
    want_by.refuses("after it", COLOURED, "reply_by", due_on=TODAY + DAY, reply_by=TODAY + 2 * DAY),
    want_by.allows("where that day is past", due_on=TODAY, reply_by=TODAY + 2 * DAY),
    want_by.allows("where there is none", due_on=None, reply_by=TODAY + MOST),
    want_by.refuses("too late", COLOURED, "reply_by", due_on=None, reply_by=TODAY + MOST + DAY),
    want_by.refuses("today", COLOURED, "reply_by", reply_by=TODAY),
    receive.allows("what it owes"),
    receive.refuses("what another one owes", COLOURED, moot=True, actor=person("other.handler")),
    answer_for.allows("the head"),
    answer_for.refuses("the deputy", COLOURED, moot=True, actor=person("unit.deputy")),
    send_back.allows("what was replied"),
    send_back.refuses("nothing was", COLOURED, moot=True, order=coloured()),
    send_back_to.allows("whoever replied"),
    send_back_to.refuses("whoever did not", COLOURED, "unit", order=coloured()),
    answer_up.allows("all replied"),
    answer_up.refuses("somebody did not", COLOURED, owing=["城管局"]),
    answer_up.refuses("nobody was asked", COLOURED, order=coloured(parts={}, owing=frozenset())),
    have_been.allows("today"),
    have_been.allows("nobody knows since when", since=None),
    have_been.refuses("tomorrow", COLOURED, "on", on=TODAY + DAY),
    have_been.refuses("before that", COLOURED, "on", on=TODAY - DAY),
    is_kept.allows("entered"),
    is_kept.refuses("entered wrongly", COLOURED, order=coloured(stage=ColouredStage.VOID)),
    urge.allows("what somebody else owes"),
    urge.refuses("nothing", URGE, "duty", duty=None),
    urge.refuses("done already", URGE, "duty", duty=duty(discharged_at=NOW)),
    urge.refuses("one's own", URGE, "duty", issuer="unit"),
    urge.refuses("a leader", URGE, "duty", duty=duty(post="leader")),
    urge.allows("whoever dispatches", duty=duty(post="dispatcher")),
    urge.refuses("what stands still", URGE, "duty", duty=duty(paused=True)),
    urge.refuses("before the last one was answered", URGE, "duty", standing="C1"),
    repeat.allows("after the reply was due"),
    repeat.refuses("when it is due", URGE, urge=directive(duties=owed(UrgeDuty.REPLY, at=NOW))),
    repeat.refuses("before", URGE, urge=directive(duties=owed(UrgeDuty.REPLY, at=NOW + MINUTE))),
    repeat.allows("where nothing is owed", urge=directive()),
    expect.allows("today"),
    expect.allows("nothing said", expected_on=None),
    expect.refuses("yesterday", URGE, "expected_on", expected_on=NOW.date() - timedelta(days=1)),
    end.allows("done in time"),
    end.allows("done late", outcome=Outcome.LATE),
    end.refuses("owed still", URGE, moot=True, outcome=""),
    end.refuses("waived is not done", URGE, moot=True, outcome=Outcome.WAIVED),
    end.allows("wanted no more", outcome=Outcome.WAIVED, done=False),
    end.allows("never done", outcome=Outcome.UNMET, done=False),
    end.refuses("done is not given away", URGE, moot=True, outcome=Outcome.MET, done=False),
    ordered.allows("another unit"),
    ordered.allows("by the desk where that is written", supervises=False, issuer="desk"),
    ordered.refuses("by the desk where it is not", ORDER, supervises=False, pack=HUAINAN),
    ordered.refuses("no unit", None, "unit", unit=None),
    ordered.refuses("one that is not there yet", None, "unit", unit=unit(active=False)),
    ordered.refuses("oneself", ORDER, "unit", issuer="unit"),
    ordered.allows("by a supervising body where desks may not", pack=without(WENDENG, norms.SUPERVISE_ORDER_BY_DESK)),
    ordered.refuses(
        "by a desk where desks may not",
        ORDER,
        supervises=False,
        pack=without(WENDENG, norms.SUPERVISE_ORDER_BY_DESK),
    ),
    on_order.allows("what it takes part in"),
    on_order.refuses("what it does not", ORDER, "about", unit="other"),
    because.allows("overdue"),
    because.refuses("nothing is", ORDER, "ground", overdue=False),
    because.allows("for another reason", ground=OrderGround.UNSOLVED, overdue=False),
    reply_until.allows("tomorrow"),
    reply_until.allows("by the regulation's limit", reply_by=None),
    reply_until.refuses("today", ORDER, "reply_by", reply_by=TODAY),
    reply_again.allows("tomorrow"),
    reply_again.refuses("today", ORDER, "due_on", due_on=TODAY),
    ask_time.allows("the first time"),
    ask_time.refuses("a second time", ORDER, order=directive(asked_days=3)),
    decide_time.allows("what was asked"),
    decide_time.refuses("nothing was", ORDER, moot=True, order=directive()),
    settled.allows("today"),
    settled.allows("no day", done_on=None),
    settled.refuses("tomorrow", ORDER, "done_on", done_on=TODAY + DAY),
    raise_to.allows("heavier"),
    raise_to.refuses("the same", ORDER, "order_kind", kind=OrderKind.GENERAL),
    raise_to.refuses("lighter", ORDER, "order_kind", kind=OrderKind.GENERAL, before="listed"),
    raise_to.refuses("less than the heaviest", ORDER, "order_kind", kind=OrderKind.URGENT, before="listed"),
    raise_to.allows("the heaviest again", kind=OrderKind.LISTED, before="listed"),
    raise_to.allows("from none", before=""),
    judge.allows("another one"),
    judge.refuses("whoever sent it", ORDER, actor=person("offices.supervisor", account="drafter")),
    judge.allows("the only one there is", actor=person("offices.supervisor", account="drafter"), others=False),
    is_ordered.allows("sent"),
    is_ordered.refuses("a draft", ORDER, order=directive()),
    remind.allows("another unit"),
    remind.refuses("no unit", None, "unit", unit=None),
    remind.refuses("one that is not there yet", None, "unit", unit=unit(active=False)),
    remind.refuses("oneself", REMIND, "unit", issuer="unit"),
    remind.refuses("whoever supervises reminds no unit", REMIND, "unit", supervises=True),
    remind.allows("but the desk", supervises=True, unit=unit("centre", "desk"), issuer="offices"),
    name.allows("what it takes part in"),
    name.refuses("what it does not", REMIND, "about", unit="other"),
    until.allows("tomorrow"),
    until.refuses("today", REMIND, "rectify_by", rectify_by=TODAY),
    until.allows("the last day", rectify_by=TODAY + MOST),
    until.refuses("beyond", REMIND, "rectify_by", rectify_by=TODAY + MOST + DAY),
    again.allows("tomorrow"),
    again.refuses("today", RECTIFY, "due_on", due_on=TODAY),
    answer.allows("what was put right"),
    answer.refuses("nothing put right", RECTIFY, "measures", measures=""),
    answer.allows("contested", measures="", contests=True, contest_reason="事实有误"),
    answer.refuses("contested without a reason", RECTIFY, "contest_reason", contests=True),
    answer.refuses("a reason without contesting", RECTIFY, "contest_reason", contest_reason="事实有误"),
    answer.allows("no day", done_on=None),
    answer.allows("on the day of the reminder", done_on=TODAY - DAY),
    answer.refuses("before it", RECTIFY, "done_on", done_on=TODAY - 2 * DAY),
    answer.refuses("tomorrow", RECTIFY, "done_on", done_on=TODAY + DAY),
    uphold.allows("contested"),
    uphold.refuses("not contested", RECTIFY, moot=True, reminder=directive()),
    is_reminded.allows("sent"),
    is_reminded.refuses("a draft", REMIND, reminder=directive(**SENT_REMINDER, stage=ReminderStage.DRAFT)),
    is_reminded.refuses("dropped", REMIND, reminder=directive(**SENT_REMINDER, stage=ReminderStage.DROPPED)),
    asked(rules.codes_proved_by, proof=KeyProof.PAPER, pack=WENDENG).gives("each its own", BY_PAPER),
    asked(rules.codes_proved_by, proof=KeyProof.COLOURED, pack=WENDENG).gives("the order alone", ("superior",)),
    asked(rules.asked_of_marking, case=case(), pack=WENDENG).wants(
        "what it came with, or the order",
        {
            **{name: [(KEY, {"key_class": BY_PAPER})] for name in ("document", "received_on", "scan")},
            "order": [(KEY, {"key_class": ("superior",)})],
        },
    ),
    mark.allows("a class of the regulation"),
    mark.refuses("one that it does not list", None, "key_class", code="rumour"),
    mark.refuses("one that it is already", KEY, "key_class", marked=("gov_cn", "media")),
    show.allows("what it came with"),
    show.refuses("an order besides", KEY, "order", order="Z1"),
    show_order.allows("the order"),
    show_order.refuses("a document besides", KEY, "document", document="《行风热线》"),
    show_order.refuses("a scan besides", KEY, "scan", scan=(1,)),
    rest.allows("one about nothing of ours"),
    rest.allows("none", order=None, named=""),
    rest.refuses("one that is not there", KEY, "order", order=None),
    rest.refuses("one that was entered wrongly", KEY, "order", order=replace(COLOURED_ORDER, stage=ColouredStage.VOID)),
    rest.allows("one about the case", order=replace(COLOURED_ORDER, about=(plain(AboutRow, subject="case:C1"),))),
    rest.refuses(
        "one about another", KEY, "order", order=replace(COLOURED_ORDER, about=(plain(AboutRow, subject="case:C2"),))
    ),
    have_received.allows("today"),
    have_received.allows("no day", on=None),
    have_received.refuses("tomorrow", KEY, "received_on", on=TODAY + DAY),
    key_scan.allows("a picture and a PDF"),
    key_scan.refuses("a table", KEY, "scan", mimes=("image/png", "text/csv")),
    bodies.gives("all there are", [OFFICES, unit("two_offices", "more")]),
    bodies.refuses("none", KEY, "key_class", bodies=[]),
    bodies.gives("whom nobody complains of in secret", [OFFICES], case=case(secret=True, accused=("more",))),
    bodies.refuses(
        "complained of in secret",
        norms.IDENTITY_PROTECTED,
        "key_class",
        bodies=[OFFICES],
        case=case(secret=True, accused=("offices",)),
    ),
    look.allows("a key case"),
    look.refuses("no key case", KEY, moot=True, case=case()),
    look.refuses("one that ended and was looked at", KEY, moot=True, case=case(key=True, stage=CaseStage.CLOSED)),
    *(
        look.allows(f"one that ended with {kind} open", case=case(key=True, stage=CaseStage.CLOSED, duties=owed(kind)))
        for kind in (DutyKind.KEY_SUPERVISE, DutyKind.KEY_FEEDBACK)
    ),
    look_again.allows("tomorrow"),
    look_again.allows("no day", next_on=None, ended=True),
    look_again.refuses("after the end", KEY, "next_on", ended=True),
    look_again.refuses("today", KEY, "next_on", next_on=TODAY),
    look_again.allows("the last day", next_on=TODAY + MOST),
    look_again.refuses("beyond", KEY, "next_on", next_on=TODAY + MOST + DAY),
    unmark.allows("a key case"),
    unmark.refuses("no key case", KEY, moot=True, case=case()),
    unmark_as.allows("what it is"),
    unmark_as.refuses("what it is not", KEY, "key_class", code="gov_cn"),
    asked(rules.is_blocked, marked=("media",), pack=BLOCKING).gives("a class that blocks", True),
    asked(rules.is_blocked, marked=("gov_cn", "media"), pack=BLOCKING).gives("one of two", True),
    asked(rules.is_blocked, marked=("gov_cn",), pack=BLOCKING).gives("another one", False),
    asked(rules.is_blocked, marked=("media",), pack=WENDENG).gives("one that does not", False),
    asked(rules.is_blocked, marked=("rumour",), pack=WENDENG).gives("one of another version", False),
    close_key.allows("told"),
    close_key.allows("not blocked", blocked=False, told=False),
    close_key.refuses("not told", KEY, told=False),
    is_reminded.refuses(
        "a draft that fell away",
        REMIND,
        reminder=directive(kind=Kind.REMINDER, stage=ReminderStage.WITHDRAWN, due_on=None),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()
