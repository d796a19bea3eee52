"""What the rules of listed matters say to which facts."""

from datetime import date, timedelta

import pytest

from bihuan.attachments.types import AttachmentRef
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.stages import LISTABLE
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import AppealType, ClosureType, Part
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.dispatch.types import FeedbackMethod
from bihuan.kernel.needs import Need
from bihuan.matters import papers, rules
from bihuan.matters.types import ON_LEDGER, STRUCK, DutyKind, KeyBasis, MatterClass, Proof, Settled, Stage
from bihuan.policy import norms
from tests.facts import HUAINAN, NOW, WENDENG, case, matter, owed, person, plain, unit, without
from tests.rule_tables import Row, asked

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
N = norms
GENERAL, KEY, SPECIAL = MatterClass
KEEPER = person("office.list_keeper")
UNSEPARATED = without(HUAINAN, norms.LIST_STRIKE_OFF_SEPARATION)
LATE = case(duties=owed(CaseDuty.HANDLE, at=NOW - MINUTE))
on_matter = {"matter": matter(), "actor": KEEPER, "now": NOW, "pack": HUAINAN}

GUARD = (N.LIST_ENTRY_GUARD, {})
unsolved = asked(rules.is_unsolved, case=case(stage=CaseStage.CLOSED, duties=owed(CaseDuty.UNSOLVED_FOLLOW_UP)))
of_entry = asked(rules.asked_of_entry, matter=matter(), pack=HUAINAN)
to_another = asked(
    lambda lead: rules.another_unit(matter(), KEEPER, HUAINAN)["lead"](lead),  # type: ignore[operator]
    lead=unit(code="another"),
)
at_last = asked(rules.settled_at_last, matter=matter(), actor=KEEPER, pack=HUAINAN)
AT_LAST = [Settled.YES]
tier1 = asked(rules.tier1_due_at, case=case(duties=owed(CaseDuty.HANDLE, at=NOW)))
enter = asked(
    rules.may_enter, tier1_due_at=NOW - MINUTE, done="已到现场", why_unresolved="产权不清", override_reason="", now=NOW
)
be_entered = asked(
    rules.may_be_entered,
    matter=matter(),
    actor=KEEPER,
    tier1_due_at=NOW - MINUTE,
    done="已到现场",
    why_unresolved="产权不清",
    office_override_reason="",
    now=NOW,
)
enter_for = asked(
    rules.may_enter_for,
    matter=matter(
        parts={Part.REPORTER: frozenset({"desk"}), Part.OFFICE: frozenset({"office"})},
        duties=owed(DutyKind.REPORT, at=NOW),
    ),
    on_behalf_because="",
    now=NOW,
)
join = asked(rules.may_join, matter=matter(), other=matter(number="M2"))
number = asked(rules.may_use_number, origin_number="12345", matter="", case="")
register = asked(rules.may_register, **on_matter)
along = asked(
    rules.may_take_along, act=CaseAct.ENTER_LIST, matter=matter(stage=Stage.LISTED), leaving=CaseAct.LEAVE_LIST
)
archive = asked(rules.may_be_archived, matter=matter(stage=Stage.STRUCK_OFF))
relay = asked(rules.may_relay, **{**on_matter, "matter": matter(secret=True, requester=1)})
answer_relay = asked(rules.may_answer_relay, **{**on_matter, "matter": matter(duties=owed(DutyKind.RELAY))})
told_at = asked(rules.may_have_told, at=NOW, now=NOW)
conclusions = asked(rules.conclusions, matter=matter(), actor=KEEPER, pack=HUAINAN)
of_feedback = asked(rules.asked_of_feedback, matter=matter(), pack=HUAINAN)
proofs = asked(rules.proofs, matter=matter(), actor=person("unit.head"), pack=HUAINAN)
of_proof = asked(rules.asked_of_proof, matter=matter(), pack=HUAINAN)
end_tracking = asked(rules.may_end_tracking, settled=Settled.YES)
stop = asked(rules.may_stop_tracking, **{**on_matter, "matter": matter(case_stage=CaseStage.CLOSED)})
end = asked(rules.asked_of_end, matter=matter(), pack=HUAINAN)
SOLVED = "须写明问题是否解决：重要特殊事项持续跟踪，直至落实解决。"
dropping = matter(case_stage=CaseStage.HANDLING, case_due_at=NOW - MINUTE)
drop = asked(rules.may_drop, **{**on_matter, "matter": dropping})
UNSOLVED = case(stage=CaseStage.CLOSED, duties=owed(CaseDuty.UNSOLVED_FOLLOW_UP))
unsolved = asked(rules.is_unsolved, case=UNSOLVED)
let_be = asked(rules.may_let_be, candidate="")
propose = asked(rules.may_propose, case=LATE, listed_as="", now=NOW)
report_case = asked(rules.may_report_case, case=case(), listed_as="")
report_own = asked(rules.may_report_own, channel="rmw", desk="desk", title="路灯", content="不亮", pack=HUAINAN)
KEEPS, WATCHES = [unit("office", code="a")], [unit("supervision", code="b")]
listed = asked(rules.may_be_listed, case=matter(secret=True, accused=("c",)), bodies=[KEEPS, WATCHES])
WATCHED = matter(parts={Part.SUPERVISION: frozenset({"a"}), Part.OFFICE: frozenset({"b"})})
on_list = asked(rules.may_accuse_on_list, matter=WATCHED, accused=("a",), secret=True)
kept_by = asked(rules.may_be_kept_by, office=unit("office"))
classify = asked(
    rules.may_classify,
    before=None,
    after=KEY,
    key_basis=KeyBasis.INSTRUCTION,
    reference="1号",
    minutes=False,
    pack=HUAINAN,
)
by_its_number = asked(rules.may_rest_on_number, key_basis=KeyBasis.INSTRUCTION, by_number=True)
lighter = asked(rules.may_stay_lighter, matter=matter(matter_class=GENERAL), before=None)
with_unit = asked(rules.may_coordinate_with, unit=unit("department"), owing=(), pack=HUAINAN)
until = asked(rules.may_coordinate_until, due_on=date(2025, 3, 3), today=date(2025, 3, 3))
told_of = asked(rules.may_report_coordination, owing={"unit"}, actor=person("unit.handler"))
by_its_meeting = asked(rules.may_rest_on_meeting, key_basis=KeyBasis.MEETING, by_meeting=True)
by_meeting = {"key_basis": KeyBasis.MEETING}
key_paper = asked(rules.may_add_key_paper, **{**on_matter, "matter": matter(duties=owed(DutyKind.KEY_PAPER))})
assign = asked(rules.may_assign_to, unit=unit(), offices=("office", "supervision"), pack=HUAINAN)
share = asked(rules.may_share, lead="unit", co_units=("a", "b"))
limit = asked(rules.may_set_limit, due_at=NOW + MINUTE, now=NOW)
reassign = asked(rules.may_reassign, before="other", lead="unit")
copy_to = asked(rules.may_copy_to, supervision=unit("supervision"), pack=HUAINAN)
reply = asked(rules.may_reply, **{**on_matter, "matter": matter(duties=owed(DutyKind.URGE_REPLY))})
feed_back = asked(
    rules.may_feed_back, outcome=ClosureType.SOLVED, policy_basis="", told_at=NOW, since=NOW, now=NOW, pack=HUAINAN
)
send = asked(rules.may_send, **{**on_matter, "actor": person("unit.handler")})
submit = asked(rules.may_submit, matter=matter(), actor=person("unit.head"), proof=Proof.SIGNATURE, seal=())
seal = asked(rules.may_be_seal, scans=(plain(AttachmentRef, mime="image/png"),))
review = asked(rules.may_review, **on_matter)
watched = matter(matter_class=KEY, awaits_supervision=True, looks=1)
supervise = asked(rules.may_supervise, **{**on_matter, "matter": watched})
follow = asked(rules.may_track, **{**on_matter, "matter": matter(matter_class=KEY)})
follow_on = asked(rules.may_track_on, next_on=NOW.date() + DAY, today=NOW.date(), stage=Stage.HANDLING)
CO_HANDLER = person("other.handler")
cooperate = asked(
    rules.may_record_cooperation,
    **{**on_matter, "matter": matter(cooperating=frozenset({"other"})), "actor": CO_HANDLER},
)
wanted = asked(
    rules.may_want_feedback,
    matter=matter(matter_class=SPECIAL, stage=Stage.HANDLING),
    feedback_by=NOW.date() + DAY,
    today=NOW.date(),
)
look = asked(rules.asked_of_look, matter=matter(matter_class=SPECIAL, stage=Stage.HANDLING), pack=HUAINAN)
WORD = "重要特殊事项须限时反馈，请定承办单位的反馈期限。"
told = asked(rules.may_reply_track, **{**on_matter, "matter": matter(duties=owed(DutyKind.TRACK_REPLY))})
unwatched = asked(rules.may_go_unwatched, matter=matter(matter_class=KEY, looks=1), pack=HUAINAN)
overseen = matter(matter_class=GENERAL, supervised_by="overseer")
leave = asked(rules.may_leave_ledger, matter=overseen, actor=KEEPER, pack=HUAINAN)
strike = asked(rules.may_strike_off, **{**on_matter, "matter": matter(matter_class=KEY, looks=1)})
track = asked(rules.may_strike_off_and_track, **{**on_matter, "matter": matter(matter_class=SPECIAL, looks=1)})
recheck = asked(rules.may_recheck_on, on=NOW.date() + DAY, today=NOW.date())
balance = asked(rules.balances, opening=2, entered=3, reopened=1, struck_off=4, closing=2, counted=None)
assignment = asked(papers.assigned, matter=matter(assigned_at=NOW))
copy = asked(papers.copied, matter=matter(copied_at=NOW))
draft = asked(papers.drafted, matter=matter())
sent_back = asked(papers.to_be_made_good, matter=matter(duties=owed(DutyKind.REWORK)))
struck = asked(papers.struck, matter=matter(stage=Stage.STRUCK_OFF, round=1))

SEPARATION = norms.LIST_STRIKE_OFF_SEPARATION
SECRET = matter(number="M2", secret=True, requester=1, parts={Part.REPORTER: frozenset({"desk"})})
DIRECTLY = [method for method in FeedbackMethod if method is not FeedbackMethod.THROUGH_DESK]


HANDLED = {Part.LEAD: frozenset({"unit"})}


def accusing(code: str, **known: object) -> object:
    """A candidate that accuses a unit, in secret."""
    return matter(secret=True, accused=(code,), **known)


def reported_by(*desks: str) -> object:
    """A matter that these offices reported."""
    return matter(parts={Part.REPORTER: frozenset(desks)})


go_back = asked(rules.may_go_back, ended=True)
ROWS = (
    go_back.allows("when its unit is no more"),
    go_back.refuses("while there is its unit", norms.LIST_ASSIGN, ended=False),
    tier1.gives("the handling", NOW),
    tier1.gives("the earlier of two", NOW, case=case(duties={CaseDuty.HANDLE: NOW + DAY, CaseDuty.REWORK: NOW})),
    tier1.gives("when it is done again", NOW, case=case(duties=owed(CaseDuty.REWORK, at=NOW))),
    tier1.gives("nothing is handled", None, case=case()),
    *(
        tier1.gives(f"{stage.label}: no clock runs", None, case=case(stage=stage, duties=owed(CaseDuty.HANDLE)))
        for stage in (CaseStage.AWAITING, CaseStage.HUNG, CaseStage.ADJUDICATING, CaseStage.ESCALATED)
    ),
    #
    enter.allows("a minute late, with its history"),
    enter.refuses("without a limit", N.LIST_ENTRY_GUARD, "tier1_due_at", tier1_due_at=None),
    enter.refuses("in its last moment", N.LIST_ENTRY_GUARD, "tier1_due_at", tier1_due_at=NOW),
    enter.refuses("without what was done", N.LIST_ENTRY_GUARD, "done", done=""),
    enter.refuses("without why", N.LIST_ENTRY_GUARD, "why_unresolved", why_unresolved=""),
    enter.allows("anything for a reason", tier1_due_at=None, done="", why_unresolved="", override_reason="领导要求"),
    be_entered.allows("a minute late, with its history"),
    be_entered.allows("a minute late, by whoever proposed it", actor=person(account="proposer")),
    be_entered.refuses("without what was done", N.LIST_ENTRY_GUARD, "done", done=""),
    be_entered.refuses("without why", N.LIST_ENTRY_GUARD, "why_unresolved", why_unresolved=""),
    be_entered.allows("closed as unsolved in time", tier1_due_at=NOW, matter=matter(case_unsolved=True)),
    be_entered.refuses("in its last moment", N.LIST_ENTRY_GUARD, "override_reason", tier1_due_at=NOW),
    be_entered.allows("in its last moment, for a reason", tier1_due_at=NOW, office_override_reason="领导要求"),
    be_entered.refuses(
        "in its last moment, for a reason of whoever proposed it",
        N.LIST_ENTRY_GUARD,
        "override_reason",
        tier1_due_at=NOW,
        office_override_reason="领导要求",
        actor=person(account="proposer"),
    ),
    enter_for.refuses("in the last moment of the desk's report", N.LIST_REPORT, "on_behalf_because"),
    enter_for.allows("in its last moment, for a reason", on_behalf_because="受理单位来电说明"),
    enter_for.allows("when the desk did not report", now=NOW + MINUTE),
    enter_for.allows(
        "when nobody has to report",
        matter=matter(parts={Part.REPORTER: frozenset({"desk"}), Part.OFFICE: frozenset({"office"})}),
    ),
    enter_for.allows(
        "when the desk is the office",
        matter=matter(
            parts={Part.REPORTER: frozenset({"office"}), Part.OFFICE: frozenset({"office"})},
            duties=owed(DutyKind.REPORT, at=NOW),
        ),
    ),
    #
    *(
        join.allows(f"one that is {stage.label}", other=matter(number="M2", stage=stage))
        for stage in (Stage.CANDIDATE, *ON_LEDGER)
    ),
    *(
        join.refuses(f"one that is {stage.label}", N.LIST_REGISTER, "into", other=matter(number="M2", stage=stage))
        for stage in STRUCK
    ),
    join.refuses("none", N.LIST_REGISTER, "into", other=None),
    join.refuses("itself", N.LIST_REGISTER, "into", other=matter()),
    join.refuses("a secret one, of another desk", N.IDENTITY_PROTECTED, "into", matter=reported_by("b"), other=SECRET),
    join.refuses(
        "a secret one, of two desks", N.IDENTITY_PROTECTED, "into", matter=reported_by("desk", "b"), other=SECRET
    ),
    join.allows("a secret one, of the same desk", matter=reported_by("desk"), other=SECRET),
    join.allows("a secret one, of nobody", other=SECRET),
    *(
        join.refuses(
            f"a secret one that accuses whoever has the other as its {part.label}",
            N.IDENTITY_PROTECTED,
            "into",
            matter=accusing("accused"),
            other=matter(number="M2", parts={part: frozenset({"accused"})}),
        )
        for part in (Part.LEAD, Part.CO)
    ),
    join.allows(
        "a secret one that accuses somebody else", matter=accusing("accused"), other=matter(number="M2", parts=HANDLED)
    ),
    join.allows(
        "an open one that accuses them",
        matter=matter(accused=("unit",)),
        other=matter(number="M2", parts=HANDLED),
    ),
    join.allows(
        "a secret one that accuses who has it already",
        matter=accusing("office", parts={Part.OFFICE: frozenset({"office"})}),
        other=matter(number="M2", parts={Part.OFFICE: frozenset({"office"})}),
    ),
    join.allows("an open one, of another desk", matter=reported_by("b"), other=matter(number="M2")),
    number.allows("that nobody used"),
    number.refuses("of a matter", None, "origin_number", matter="M1"),
    number.refuses("of a case", None, "origin_number", case="C1"),
    register.allows("what is no case"),
    register.allows("closed as unsolved", matter=matter(case_stage=CaseStage.CLOSED, case_unsolved=True)),
    *(register.allows(stage.label, matter=matter(case_stage=stage)) for stage in LISTABLE),
    *(
        register.refuses(stage.label, N.LIST_ONE_TRACK, matter=matter(case_stage=stage))
        for stage in CaseStage
        if stage not in LISTABLE
    ),
    *(along.allows(f"onto the list: {stage.label}", matter=matter(stage=stage)) for stage in ON_LEDGER),
    *(
        along.refuses(f"onto the list: {stage.label}", N.LIST_ONE_TRACK, matter=matter(stage=stage))
        for stage in (Stage.CANDIDATE, *STRUCK)
    ),
    along.refuses("onto the list, without a matter", N.LIST_ONE_TRACK, matter=None),
    along.allows("to its unit", act=CaseAct.FOLLOW_LIST, matter=matter(stage=Stage.ASSIGNED, due_at=NOW)),
    along.refuses("to no unit", N.LIST_ONE_TRACK, act=CaseAct.FOLLOW_LIST),
    *(
        row
        for act, other in (
            (CaseAct.LEAVE_LIST, CaseAct.CLOSE_LISTED),
            (CaseAct.CLOSE_LISTED, CaseAct.LEAVE_LIST),
        )
        for row in (
            along.allows(f"{act.label}, struck off", act=act, leaving=act, matter=matter(stage=Stage.STRUCK_OFF)),
            along.refuses(f"{act.label}, on the list", N.LIST_ONE_TRACK, act=act, leaving=act),
            along.refuses(f"{act.label}, never listed", N.LIST_ONE_TRACK, act=act, leaving=act, matter=None),
            along.refuses(
                f"{act.label} instead of the other",
                N.LIST_ONE_TRACK,
                act=act,
                leaving=other,
                matter=matter(stage=Stage.STRUCK_OFF),
            ),
        )
    ),
    archive.allows("what is struck off"),
    archive.allows("what was never listed", matter=None),
    archive.refuses("what is tracked", N.LIST_TRACK, matter=matter(stage=Stage.TRACKING)),
    #
    drop.allows("in its last moment", matter=matter(case_stage=CaseStage.HANDLING, case_due_at=NOW)),
    drop.allows("without a clock", matter=matter(case_stage=CaseStage.AWAITING)),
    drop.allows("where there is no case", matter=matter()),
    drop.allows("late, where that makes no candidate", pack=without(HUAINAN, N.LIST_OVERDUE)),
    *(
        drop.refuses(f"late and {stage}", N.LIST_OVERDUE, matter=matter(case_stage=stage, case_due_at=NOW - MINUTE))
        for stage in LISTABLE
    ),
    drop.allows("answered late", matter=matter(case_stage=CaseStage.CALLBACK, case_due_at=NOW - MINUTE)),
    propose.allows("a minute late"),
    propose.allows("one that was closed as unsolved", case=UNSOLVED),
    propose.refuses(
        "one that was closed as unsolved, and listed", N.LIST_OVERDUE, "case", case=UNSOLVED, listed_as="M"
    ),
    propose.refuses("one that was closed", N.LIST_OVERDUE, "case", case=case(stage=CaseStage.CLOSED)),
    let_be.allows("where it is no candidate"),
    let_be.refuses("where it is one", N.LIST_OVERDUE, candidate="M1"),
    unsolved.gives("what is followed up", True),
    unsolved.gives("what is closed", False, case=case(stage=CaseStage.CLOSED)),
    unsolved.gives("what is open", False, case=LATE),
    propose.refuses("listed already", N.LIST_OVERDUE, "case", listed_as="M1"),
    propose.refuses("in its last moment", N.LIST_OVERDUE, "case", case=case(duties=owed(CaseDuty.HANDLE, at=NOW))),
    propose.refuses("without a clock", N.LIST_OVERDUE, "case", case=case()),
    report_case.allows("one that is open"),
    report_case.refuses("none", None, "case", case=None),
    report_case.refuses("one that is closed", N.LIST_REPORT, "case", case=case(closed_at=NOW)),
    report_case.refuses("one that is listed", N.LIST_REPORT, "case", listed_as="M1"),
    report_own.allows("with channel, title and content"),
    report_own.refuses("by no channel", N.NAMED_CHANNEL, "channel", channel=""),
    report_own.refuses("by a channel without a desk", N.NAMED_CHANNEL, "channel", desk=None),
    report_own.refuses("without a title", N.LIST_REPORT, "title", title=""),
    report_own.refuses("without content", N.LIST_REPORT, "content", content=""),
    listed.allows("what complains of somebody else"),
    *(
        listed.refuses(f"what complains of {code}", N.IDENTITY_PROTECTED, "case", case=accusing(code))
        for code in ("a", "b")
    ),
    listed.allows("what complains of both in the open", case=matter(accused=("a", "b"))),
    listed.allows("where there is another body", case=accusing("a"), bodies=[[*KEEPS, *WATCHES], WATCHES]),
    listed.allows("where there are no such bodies", bodies=[[], []]),
    *(on_list.refuses(f"in secret: {code}", N.IDENTITY_PROTECTED, "accused", accused=(code,)) for code in ("a", "b")),
    on_list.allows("in secret: somebody else", accused=("c",)),
    on_list.allows("in the open", secret=False),
    kept_by.allows("an office"),
    kept_by.refuses("nobody", N.LIST_REGISTER, office=None),
    #
    by_its_number.allows("an instruction"),
    with_unit.allows("a unit that handles"),
    with_unit.refuses("nobody", norms.LIST_COORDINATE, "units", unit=None),
    with_unit.refuses("one that has ended", norms.LIST_COORDINATE, "units", unit=unit("department", active=False)),
    with_unit.refuses("a desk", norms.LIST_COORDINATE, "units", unit=unit("newspaper")),
    with_unit.refuses("one that has not reported", norms.LIST_COORDINATE, "units", owing={"unit"}),
    until.allows("today"),
    until.allows("by the regulation's limit", due_on=None),
    until.refuses("yesterday", norms.LIST_COORDINATE, "due_on", due_on=date(2025, 3, 2)),
    told_of.allows("a handler of a unit that owes it"),
    told_of.refuses("its head", norms.LIST_COORDINATE, moot=True, actor=person("unit.head")),
    told_of.refuses("another unit", norms.LIST_COORDINATE, moot=True, actor=person("other.handler")),
    by_its_meeting.allows("a meeting"),
    by_its_meeting.allows("an instruction, without one", key_basis=KeyBasis.INSTRUCTION, by_meeting=False),
    by_its_meeting.refuses("an instruction", norms.LIST_KEY_BASIS, "key_basis", key_basis=KeyBasis.INSTRUCTION),
    by_its_number.allows("a meeting, without one", key_basis=KeyBasis.MEETING, by_number=False),
    by_its_number.refuses("a meeting", norms.LIST_KEY_BASIS, "key_basis", key_basis=KeyBasis.MEETING),
    by_its_number.refuses("nothing said", norms.LIST_KEY_BASIS, "key_basis", key_basis=None),
    classify.allows("a key matter by instruction"),
    classify.allows("a key matter by instruction, without a number", reference=""),
    classify.allows("a key matter by a meeting", key_basis=KeyBasis.MEETING),
    classify.allows("a general one by nothing", after=GENERAL, key_basis=None, reference=""),
    classify.allows("a general one that stays so", before=GENERAL, after=GENERAL, key_basis=None),
    classify.allows("a key matter by nothing, where nothing is wanted", key_basis=None, pack=WENDENG),
    classify.refuses("a key matter by nothing", N.LIST_KEY_BASIS, "key_basis", key_basis=None),
    classify.refuses(
        "a key one that becomes general", N.LIST_KEY_BASIS, "key_basis", before=KEY, after=GENERAL, key_basis=None
    ),
    classify.refuses(
        "a meeting without a number", N.LIST_KEY_BASIS, "reference", key_basis=KeyBasis.MEETING, reference=""
    ),
    *(
        row
        for before, after in ((KEY, GENERAL), (SPECIAL, GENERAL), (SPECIAL, KEY))
        for row in (
            classify.refuses(
                f"{before} made {after} by a meeting without its minutes",
                N.LIST_KEY_BASIS,
                "attachments",
                **{**by_meeting, "before": before, "after": after},
            ),
            classify.allows(
                f"{before} made {after} by a meeting with its minutes",
                **{**by_meeting, "before": before, "after": after, "minutes": True},
            ),
            classify.allows(f"{before} made {after} by an instruction", before=before, after=after),
        )
    ),
    *(
        classify.allows(f"{before} made {after} by a meeting", **{**by_meeting, "before": before, "after": after})
        for before, after in ((GENERAL, KEY), (KEY, KEY), (KEY, SPECIAL))
    ),
    lighter.refuses("a key one made general", N.LIST_KEY_BASIS, before=KEY),
    lighter.refuses("a special one made key", N.LIST_KEY_BASIS, matter=matter(matter_class=KEY), before=SPECIAL),
    lighter.allows("a general one made key", matter=matter(matter_class=KEY), before=GENERAL),
    lighter.allows("a general one that stays so", before=GENERAL),
    lighter.allows("what nothing made lighter"),
    lighter.allows("what is of no weight", matter=matter(), before=KEY),
    key_paper.allows("where the minutes are missing"),
    key_paper.refuses("where none are", N.LIST_KEY_BASIS, moot=True, matter=matter()),
    #
    assign.allows("an active department"),
    assign.refuses("nobody", None, "lead", unit=None),
    assign.refuses("a unit that handles nothing", None, "lead", unit=unit("office")),
    assign.refuses("a unit that is not active", N.LIST_ASSIGN, "lead", unit=unit(active=False)),
    assign.refuses(
        "a unit without a handler today", N.RESPONSIBLE_PERSONS, "lead", unit=unit(posts=frozenset({"head", "deputy"}))
    ),
    assign.refuses("the office itself", N.LIST_ASSIGN, "lead", offices=("unit",)),
    assign.refuses("blames the field that named it", None, "co_units", unit=None, field="co_units"),
    assign.refuses(
        "not active, in another field", N.LIST_ASSIGN, "co_units", unit=unit(active=False), field="co_units"
    ),
    share.allows("two others"),
    share.refuses("the lead itself", N.LIST_ASSIGN, "co_units", co_units=("unit",)),
    share.refuses("one of them twice", N.LIST_ASSIGN, "co_units", co_units=("a", "a")),
    limit.allows("in a minute"),
    limit.refuses("now", N.LIST_ASSIGN, "due_on", due_at=NOW),
    reassign.allows("to another"),
    reassign.refuses("to the same", N.LIST_ASSIGN, "lead", before="unit"),
    copy_to.allows("with a copy"),
    copy_to.refuses("without one", N.LIST_COPY, supervision=None),
    copy_to.allows("without one where none is wanted", supervision=None, pack=without(HUAINAN, N.LIST_COPY)),
    reply.allows("to what was urged"),
    reply.refuses("to nothing", N.LIST_URGE, matter=matter()),
    relay.allows("of a secret one"),
    relay.refuses("of another", N.IDENTITY_PROTECTED, moot=True, matter=matter()),
    answer_relay.allows("what was asked"),
    answer_relay.refuses("nothing", N.IDENTITY_PROTECTED, moot=True, matter=matter()),
    told_at.allows("now"),
    told_at.refuses("in a minute", None, "told_at", at=NOW + MINUTE),
    #
    conclusions.gives("told by the unit", {"outcome": rules.CONCLUSIONS, "told_method": DIRECTLY}),
    conclusions.gives(
        "told by the desk where secrecy was asked for",
        {"outcome": rules.CONCLUSIONS, "told_method": [FeedbackMethod.THROUGH_DESK]},
        matter=matter(secret=True, requester=1),
    ),
    of_feedback.wants(
        "the law where something is explained",
        {"policy_basis": [(N.ANSWER_EXPLAINED, {"outcome": (ClosureType.EXPLAINED,)})]},
    ),
    of_feedback.wants("nothing where the law need not be told", {}, pack=without(HUAINAN, N.ANSWER_EXPLAINED)),
    of_feedback.wants(
        "the law of a complaint",
        {"policy_basis": [(N.ANSWER_POLICY_BASIS, {})]},
        matter=matter(appeal_type=AppealType.COMPLAINT),
        pack=without(HUAINAN, N.ANSWER_EXPLAINED),
    ),
    of_feedback.wants(
        "no law of a complaint where none need be told",
        {},
        matter=matter(appeal_type=AppealType.COMPLAINT),
        pack=without(HUAINAN, N.ANSWER_EXPLAINED, N.ANSWER_POLICY_BASIS),
    ),
    of_feedback.wants(
        "no law of a suggestion",
        {},
        matter=matter(appeal_type=AppealType.SUGGEST),
        pack=without(HUAINAN, N.ANSWER_EXPLAINED),
    ),
    of_feedback.wants(
        "how the requester was told, where there is one",
        {"told_method": [(N.LIST_HANDLE, {})]},
        matter=matter(requester=1),
        pack=without(HUAINAN, N.ANSWER_EXPLAINED),
    ),
    proofs.gives("both for the head", {"proof": list(Proof)}),
    proofs.gives("the seal for the deputy", {"proof": [Proof.SEAL]}, actor=person("unit.deputy")),
    of_proof.wants(
        "one of two, and of a seal the scan",
        {"proof": [(N.LIST_FEEDBACK_PROOF, {})], "seal": [(N.LIST_FEEDBACK_PROOF, {"proof": (Proof.SEAL,)})]},
    ),
    *(feed_back.allows(word.label, outcome=word, policy_basis="法") for word in rules.CONCLUSIONS),
    *(
        feed_back.refuses(f"{word.label} concludes nothing", None, "outcome", outcome=word, policy_basis="法")
        for word in ClosureType
        if word not in ("SOLVED", "PARTIAL", "EXPLAINED", "PROMISED")
    ),
    feed_back.refuses(
        "promised where nobody keeps promises",
        None,
        "outcome",
        outcome=ClosureType.PROMISED,
        pack=without(HUAINAN, N.COMMITMENT_REGISTER),
    ),
    feed_back.allows("solved without the law"),
    feed_back.refuses("explained without the law", N.ANSWER_EXPLAINED, "policy_basis", outcome=ClosureType.EXPLAINED),
    feed_back.allows(
        "explained where the law need not be told",
        outcome=ClosureType.EXPLAINED,
        pack=without(HUAINAN, N.ANSWER_EXPLAINED),
    ),
    feed_back.refuses("told in a minute", N.LIST_HANDLE, "told_at", told_at=NOW + MINUTE),
    feed_back.refuses("told before it was assigned", N.LIST_HANDLE, "told_at", told_at=NOW - MINUTE),
    feed_back.allows("to be told by the desk", told_at=None),
    send.allows("by another than who wrote it"),
    send.refuses("by who wrote it", N.SIGN_OFF, matter=matter(drafted_by="somebody")),
    send.allows("by the head who wrote it", matter=matter(drafted_by="somebody"), actor=person("unit.head")),
    send.allows(
        "by who wrote it where nobody else must look",
        matter=matter(drafted_by="somebody"),
        pack=without(HUAINAN, N.SIGN_OFF),
    ),
    submit.allows("signed by the head"),
    submit.refuses("neither signed nor sealed", N.LIST_FEEDBACK_PROOF, "proof", proof=None),
    submit.refuses("signed by the deputy", N.LIST_FEEDBACK_PROOF, "proof", actor=person("unit.deputy")),
    submit.refuses("signed by another's head", N.LIST_FEEDBACK_PROOF, "proof", actor=person("other.head")),
    submit.allows("sealed by the deputy", proof=Proof.SEAL, seal=(1,), actor=person("unit.deputy")),
    submit.refuses("sealed without the scan", N.LIST_FEEDBACK_PROOF, "seal", proof=Proof.SEAL),
    seal.allows("a picture"),
    seal.allows("a page", scans=(plain(AttachmentRef, mime="application/pdf"),)),
    seal.refuses("a recording", N.LIST_FEEDBACK_PROOF, "seal", scans=(plain(AttachmentRef, mime="audio/wav"),)),
    #
    review.allows("somebody who had no part in it"),
    review.refuses("who drafted it", N.LIST_REVIEW, actor=person("office.list_keeper", account="drafter")),
    review.refuses("who submitted it", N.LIST_REVIEW, actor=person("office.list_keeper", account="submitter")),
    review.refuses("who proposed it", SEPARATION, actor=person("office.list_keeper", account="proposer")),
    review.allows("who proposed it, where that may be", actor=person(account="proposer"), pack=UNSEPARATED),
    supervise.allows("a key matter"),
    supervise.refuses("a general one", N.LIST_SUPERVISION_FEEDBACK, matter=matter(awaits_supervision=True)),
    supervise.refuses("twice", N.LIST_SUPERVISION_FEEDBACK, matter=matter(matter_class=KEY)),
    *(
        supervise.refuses(f"the {account}", N.LIST_SUPERVISION_FEEDBACK, actor=person(account=account))
        for account in ("confirmer", "drafter", "submitter")
    ),
    supervise.refuses("unlooked at", N.LIST_SUPERVISE_KEY, matter=matter(matter_class=KEY, awaits_supervision=True)),
    follow.allows("a key matter"),
    follow.allows("a special one", matter=matter(matter_class=SPECIAL)),
    follow.refuses("a general one", N.LIST_URGE, moot=True, matter=matter(matter_class=GENERAL)),
    follow.refuses("one of no weight", N.LIST_URGE, moot=True, matter=matter()),
    follow_on.allows("tomorrow"),
    follow_on.allows("when the regulation says", next_on=None),
    follow_on.allows("when the regulation says, confirmed", next_on=None, stage=Stage.CONFIRMED),
    follow_on.refuses("today", N.LIST_URGE, "next_on", next_on=NOW.date()),
    follow_on.refuses("once it is confirmed", N.LIST_URGE, "next_on", stage=Stage.CONFIRMED),
    cooperate.allows("whoever does the work of a co-unit"),
    cooperate.refuses("of another unit", N.LIST_COOPERATE, moot=True, actor=person("unit.handler")),
    cooperate.refuses("its head", N.LIST_COOPERATE, moot=True, actor=person("other.head")),
    cooperate.refuses("once it was told", N.LIST_COOPERATE, moot=True, matter=matter()),
    wanted.allows("by tomorrow"),
    wanted.allows("of a key one", matter=matter(matter_class=KEY, stage=Stage.HANDLING)),
    wanted.allows("never", feedback_by=None),
    wanted.refuses("by today", N.LIST_TRACK, "feedback_by", feedback_by=NOW.date()),
    *(
        wanted.refuses(f"once it is {stage}", N.LIST_TRACK, "feedback_by", matter=matter(stage=stage))
        for stage in (Stage.REVIEW, Stage.CONFIRMED)
    ),
    wanted.refuses("twice", N.LIST_TRACK, "feedback_by", matter=matter(duties=owed(DutyKind.TRACK_REPLY))),
    look.gives("a day, of a special one", {"feedback_by": (Need(WORD, N.LIST_TRACK),)}),
    *(
        look.gives(f"nothing, {why}", {}, **said)
        for why, said in (
            ("of a key one", {"matter": matter(matter_class=KEY, stage=Stage.HANDLING)}),
            ("once it is sent", {"matter": matter(matter_class=SPECIAL, stage=Stage.REVIEW)}),
            ("once it is confirmed", {"matter": matter(matter_class=SPECIAL, stage=Stage.CONFIRMED)}),
            ("while it is awaited", {"matter": matter(matter_class=SPECIAL, duties=owed(DutyKind.TRACK_REPLY))}),
            ("where nothing is tracked", {"pack": without(HUAINAN, N.LIST_TRACK)}),
        )
    ),
    told.allows("what was asked for"),
    told.refuses("what nobody asked for", N.LIST_TRACK, moot=True, matter=matter()),
    unwatched.allows("one that was looked at"),
    unwatched.allows("a general one", matter=matter(matter_class=GENERAL)),
    unwatched.refuses("a key one", N.LIST_SUPERVISE_KEY, matter=matter(matter_class=KEY)),
    unwatched.refuses("a special one", N.LIST_SUPERVISE_KEY, matter=matter(matter_class=SPECIAL)),
    unwatched.allows(
        "a key one where that may be",
        matter=matter(matter_class=KEY),
        pack=without(HUAINAN, N.LIST_SUPERVISE_KEY),
    ),
    leave.allows("somebody who had no part in it"),
    leave.refuses("what weighs less by what nobody confirmed", N.LIST_KEY_BASIS, heavier=KEY),
    strike.refuses("what weighs less by what nobody confirmed", N.LIST_KEY_BASIS, heavier=SPECIAL),
    track.allows("what weighs more by what nobody confirmed", heavier=KEY),
    *(
        leave.refuses(f"the {account}", SEPARATION, actor=person("office.list_director", account=account))
        for account in ("confirmer", "proposer", "drafter", "submitter", "overseer")
    ),
    *(
        leave.allows(f"the {account}, where that may be", actor=person(account=account), pack=UNSEPARATED)
        for account in ("confirmer", "proposer")
    ),
    strike.allows("a key matter"),
    strike.refuses("a special one", N.LIST_TRACK, matter=matter(matter_class=SPECIAL)),
    strike.allows(
        "a special one where nothing is tracked",
        matter=matter(matter_class=SPECIAL, looks=1),
        pack=without(HUAINAN, N.LIST_TRACK),
    ),
    strike.refuses("a key one that nobody looked at", N.LIST_SUPERVISE_KEY, matter=matter(matter_class=KEY)),
    strike.refuses("the confirmer", SEPARATION, actor=person(account="confirmer")),
    track.allows("a special one"),
    track.refuses("one that nobody looked at", N.LIST_SUPERVISE_KEY, matter=matter(matter_class=SPECIAL)),
    track.refuses("a key one", N.LIST_TRACK, matter=matter(matter_class=KEY)),
    track.refuses("the confirmer", SEPARATION, actor=person(account="confirmer")),
    recheck.allows("tomorrow"),
    recheck.refuses("today", N.LIST_TRACK, "recheck_on", on=NOW.date()),
    end_tracking.allows("when it is solved"),
    stop.allows("once its case is closed"),
    stop.allows("where it has none", matter=matter()),
    *(
        stop.refuses(f"while its case is {stage}", N.LIST_TRACK, matter=matter(case_stage=stage))
        for stage in CaseStage
        if stage not in CASE_ENDS
    ),
    stop.refuses(
        "where nobody decided of what is unsolved",
        N.LIST_TRACK,
        matter=matter(case_stage=CaseStage.CLOSED, case_unsolved=True),
    ),
    end.gives("whether it is solved", {"settled": (Need(SOLVED, N.LIST_TRACK),)}),
    end.gives("nothing where nothing is tracked", {}, pack=without(HUAINAN, N.LIST_TRACK)),
    end_tracking.refuses("when it is not", N.LIST_TRACK, "settled", settled=Settled.NO),
    #
    balance.gives("every figure agrees", True),
    balance.gives("and so does what was counted", True, counted=2),
    *(
        balance.gives(f"{name} is one more", False, **{name: number})
        for name, number in {
            "opening": 3,
            "entered": 4,
            "reopened": 2,
            "struck_off": 5,
            "closing": 3,
            "counted": 3,
        }.items()
    ),
    #
    unsolved.gives("called unsolved, and nothing decided", True),
    unsolved.gives("decided", False, case=case(stage=CaseStage.CLOSED)),
    unsolved.gives("open again", False, case=case(duties=owed(CaseDuty.UNSOLVED_FOLLOW_UP))),
    of_entry.wants("what was done, and why it is not solved", {"done": [GUARD], "why_unresolved": [GUARD]}),
    of_entry.wants("what alone lacks", {"why_unresolved": [GUARD]}, matter=matter(done="已到现场")),
    of_entry.wants("nothing that stands there", {}, matter=matter(done="已到现场", why_unresolved="产权不清")),
    to_another.gives("another unit", True),
    to_another.gives("the one that has it", False, lead=unit()),
    at_last.gives("solved, or what cannot be", {"settled": AT_LAST}),
    assignment.allows("assigned"),
    assignment.refuses("not assigned", N.LIST_ASSIGN, matter=matter()),
    copy.allows("copied"),
    copy.refuses("not copied", N.LIST_COPY, matter=matter()),
    draft.allows("drafted"),
    draft.refuses("not drafted", N.LIST_FEEDBACK_PROOF, matter=matter(drafted_by="")),
    sent_back.allows("to be made good"),
    sent_back.refuses("not sent back", N.LIST_SEND_BACK, matter=matter()),
    struck.allows("struck off"),
    struck.allows("tracked", matter=matter(stage=Stage.TRACKING, round=1)),
    struck.allows("struck off once, and open again", matter=matter(round=2)),
    struck.refuses("never", N.LIST_STRIKE_OFF, matter=matter(round=1)),
)


@pytest.mark.clause("HN-1.2", "HN-2.2c", "HN-2.4", "HN-3.2a", "HN-3.2b", "HN-3.4a", "HN-3.4b")
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_the_list_says(row: Row) -> None:
    row.holds()
