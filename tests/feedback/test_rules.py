"""What the rules of review, call-back, rework and closing say to which facts."""

from datetime import timedelta

import pytest

from bihuan.cases.stages import ANSWERED, ENDS
from bihuan.cases.types import ClosureType, DutyKind, Part, Stage
from bihuan.feedback import rules
from bihuan.feedback.types import CallbackMethod, CallbackRow, Satisfied, Solved
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from tests.facts import NOW, REQUESTER, WENDENG, binding, case, owed, person, plain, without
from tests.rule_tables import Row, asked

DAY = timedelta(days=1)
REVIEWER = person("desk.reviewer")
CALLER = person("desk.caller")


def call(**known: object) -> CallbackRow:
    """A call-back in which the requester says that all is well."""
    said = {"reached": True, "solved": Solved.YES, "satisfied": Satisfied.YES, "facts_true": True, "at": NOW}
    return plain(CallbackRow, **{**said, **known})


def missed(*days: int) -> tuple[CallbackRow, ...]:
    """Call-backs that reached nobody, so many days later each."""
    return tuple(call(reached=False, solved=None, satisfied=None, at=NOW + day * DAY) for day in days)


WELL, NOT_SOLVED = call(), call(solved=Solved.NO, satisfied=Satisfied.NO)
usual = {"case": case(), "actor": REVIEWER, "now": NOW, "pack": WENDENG}
calling = {"case": case(), "actor": CALLER, "callbacks": (WELL,)}

review = asked(rules.may_review, **usual)
approve = asked(rules.may_approve, **usual)
close_uncalled = asked(rules.may_close_without_callback, **{**usual, "case": case(callback_wanted=False)})
pass_on = asked(rules.may_pass_to_callback, case=case())
call_back = asked(rules.may_call_back, case=case(), actor=CALLER, pack=WENDENG)
record = asked(rules.may_record_callback, **{**calling, "callbacks": missed(0)}, pack=WENDENG)
contest = asked(rules.may_contest, callbacks=(call(by="caller"),), contested=False)
check = asked(
    rules.may_check_callback,
    case=case(duties={DutyKind.CALLBACK_CHECK: NOW}),
    actor=REVIEWER,
    callbacks=(call(by="caller"),),
    pack=WENDENG,
)
heard = asked(rules.heard, callbacks=(WELL, NOT_SOLVED))
method = asked(rules.may_say_so, method=CallbackMethod.PHONE, actor=CALLER)
close = asked(rules.may_close, **calling, pack=WENDENG)
close_as = asked(rules.may_close_as, closure=ClosureType.SOLVED, callbacks=(WELL,), pack=WENDENG)
rework = asked(rules.may_rework, **{**calling, "callbacks": (NOT_SOLVED,)}, pack=WENDENG)
reopen = asked(rules.may_reopen, **usual)
differs = asked(rules.differs, closure=ClosureType.SOLVED, callbacks=(WELL,))
of_closing = asked(rules.asked_of_closing, callbacks=(WELL,))
closures = asked(rules.closures, callbacks=(WELL,), pack=WENDENG)
methods = asked(rules.methods, actor=CALLER)
unsolved = asked(rules.may_decide_unsolved, **{**usual, "case": case(duties=owed(DutyKind.UNSOLVED_FOLLOW_UP))})
TOLD = case(stage=Stage.MERGED, duties=owed(DutyKind.TELL_RESULT), callback_wanted=False)
HEARD = case(stage=Stage.MERGED, duties=owed(DutyKind.TELL_RESULT))
joined = asked(rules.may_hear_joined, case=HEARD)
tell = asked(rules.may_tell_result, **{**usual, "case": TOLD})
follow = asked(rules.may_follow_answer, parent=case())
alone = asked(rules.may_go_on_alone, parent=case())
archive = asked(rules.may_archive, ripe_at=NOW, now=NOW)

TOO_NEAR = (
    ("who drafted", person("desk.reviewer", account="drafter")),
    ("who signed", person("desk.reviewer", account="signer")),
)
JOINED_TOO = person("desk.reviewer", "desk.caller", "other.handler")
LINKED = case(parts={Part.CO: frozenset({"other"})})
WHISTLED = case(parts={Part.RESPONDER: frozenset({"other"})})
CONTESTED = case(duties={DutyKind.CALLBACK_CHECK: NOW}, parts={Part.CO: frozenset({"other"})})
UNSOLVED = owed(DutyKind.UNSOLVED_FOLLOW_UP)
who = asked(rules.handlers, case=case())
HANDLES_TOO = person("desk.reviewer", "unit.handler")
SILENT = binding(WENDENG, norms.REWORK)
ONCE = binding(WENDENG, norms.CALLBACK_ATTEMPTS, max=1)
TOGETHER = without(WENDENG, norms.SEPARATION)
"""Where nobody separates the duties."""
DRAFTER = person("desk.caller", account="drafter")

ROWS = (
    review.allows("somebody who had no part in it"),
    *(review.refuses(name, norms.SEPARATION, actor=actor) for name, actor in TOO_NEAR),
    review.refuses("somebody of the lead too", norms.REVIEW, actor=HANDLES_TOO),
    review.refuses("somebody of a co-unit", norms.REVIEW, actor=JOINED_TOO, case=LINKED),
    review.refuses("somebody of a department that came", norms.REVIEW, actor=JOINED_TOO, case=WHISTLED),
    call_back.refuses("somebody of a co-unit", norms.SEPARATION, actor=JOINED_TOO, case=LINKED),
    call_back.refuses("somebody of a department that came", norms.SEPARATION, actor=JOINED_TOO, case=WHISTLED),
    check.refuses("somebody of the lead", norms.SEPARATION, actor=HANDLES_TOO),
    check.refuses("somebody of a co-unit", norms.SEPARATION, actor=JOINED_TOO, case=CONTESTED),
    unsolved.refuses("somebody of the lead", norms.SEPARATION, actor=HANDLES_TOO),
    unsolved.allows("somebody of a desk that handled it itself", case=case(lead="desk", duties=UNSOLVED)),
    check.allows(
        "somebody of the lead where one may do both", actor=HANDLES_TOO, pack=without(WENDENG, norms.SEPARATION)
    ),
    unsolved.allows(
        "somebody of the lead where one may do both", actor=HANDLES_TOO, pack=without(WENDENG, norms.SEPARATION)
    ),
    who.gives("lead and whoever joined", frozenset({"unit", "other"}), case=LINKED),
    who.gives("nobody yet", frozenset(), case=case(lead=None)),
    review.allows("somebody of the lead where nobody reviews", actor=HANDLES_TOO, pack=without(WENDENG, norms.REVIEW)),
    review.allows("somebody of a desk that handled it itself", case=case(lead="desk")),
    review.allows("somebody of another unit too", actor=person("desk.reviewer", "other.handler")),
    *(review.allows(f"{name}, where duties are not separated", actor=a, pack=TOGETHER) for name, a in TOO_NEAR),
    review.refuses("somebody of the lead too, there", norms.REVIEW, actor=HANDLES_TOO, pack=TOGETHER),
    #
    approve.allows("for the call-back"),
    *(approve.refuses(name, norms.SEPARATION, actor=actor) for name, actor in TOO_NEAR),
    approve.refuses("where nobody can be called", norms.CALLBACK, case=case(anonymous=True)),
    #
    close_uncalled.allows("nobody wants a call"),
    close_uncalled.allows("nobody can be called", case=case(anonymous=True)),
    close_uncalled.refuses("a call is wanted", norms.CLOSE_WITHOUT_CALLBACK, case=case()),
    close_uncalled.allows("a call is wanted and nobody calls", case=case(), pack=without(WENDENG, norms.CALLBACK)),
    *(close_uncalled.refuses(name, norms.SEPARATION, actor=actor) for name, actor in TOO_NEAR),
    #
    pass_on.allows("somebody who wants a call"),
    pass_on.refuses("somebody who wants none", norms.CALLBACK, case=case(callback_wanted=False)),
    pass_on.refuses("nobody", norms.CALLBACK, case=case(anonymous=True)),
    #
    call_back.allows("somebody who had no part in it"),
    *(
        call_back.refuses(f"the {account}", norms.SEPARATION, actor=person("desk.caller", account=account))
        for account in ("drafter", "signer", "reviewer")
    ),
    call_back.refuses("somebody of the lead", norms.SEPARATION, actor=person("desk.caller", "unit.handler")),
    call_back.allows("whoever asked", actor=REQUESTER),
    call_back.allows("the drafter, where duties are not separated", actor=DRAFTER, pack=TOGETHER),
    record.refuses("a second time, there", norms.CALLBACK_ATTEMPTS, actor=DRAFTER, callbacks=(WELL,), pack=TOGETHER),
    record.allows("after one that reached nobody"),
    record.refuses("after one that reached somebody", norms.CALLBACK_ATTEMPTS, callbacks=(*missed(0), WELL)),
    record.refuses("the drafter", norms.SEPARATION, actor=person("desk.caller", account="drafter")),
    record.allows("what was joined, after an answer", case=HEARD, parent=case(number="C2")),
    record.refuses(
        "what was joined, before one", norms.MERGE_REPEATS, moot=True, case=case(stage=Stage.MERGED), parent=case()
    ),
    record.refuses(
        "whoever handled what it was joined to", norms.SEPARATION, case=HEARD, parent=case(answered_by="somebody")
    ),
    record.allows(
        "whoever handled it before it was joined",
        case=case(stage=Stage.MERGED, duties=owed(DutyKind.TELL_RESULT), answered_by="somebody"),
        parent=case(),
    ),
    record.allows("whoever asked, first", actor=REQUESTER),
    record.refuses("whoever asked, after the desk", None, actor=REQUESTER, callbacks=(WELL,)),
    #
    heard.gives("what was said last", NOT_SOLVED),
    heard.gives("who was reached, after who was not", WELL, callbacks=(*missed(0), WELL)),
    heard.gives("nobody", None, callbacks=missed(0)),
    #
    contest.allows("what the desk recorded"),
    contest.refuses("nothing was recorded", norms.CALLBACK, moot=True, callbacks=missed(0)),
    contest.refuses("their own words", norms.CALLBACK, moot=True, callbacks=(call(method=CallbackMethod.SELF),)),
    contest.refuses("a second time", norms.CALLBACK, moot=True, contested=True),
    #
    check.allows("somebody who did not call"),
    check.refuses("where nobody objects", norms.CALLBACK, moot=True, case=case()),
    check.refuses("whoever called", norms.SEPARATION, actor=person("desk.reviewer", account="caller")),
    check.allows("whoever it was, where nobody was reached", callbacks=missed(0)),
    #
    method.allows("an official by telephone"),
    method.allows("whoever asked on the site", method=CallbackMethod.SELF, actor=REQUESTER),
    method.refuses("an official on the site for them", norms.CALLBACK, "method", method=CallbackMethod.SELF),
    method.refuses("whoever asked by telephone", norms.CALLBACK, "method", actor=REQUESTER),
    #
    close.allows("solved"),
    close.allows("satisfied though it is not solved", callbacks=(call(solved=Solved.NO),)),
    close.refuses("the drafter", norms.SEPARATION, actor=person("desk.caller", account="drafter")),
    close.refuses("the drafter uncalled", norms.CALLBACK_ATTEMPTS, actor=DRAFTER, callbacks=(), pack=TOGETHER),
    close.refuses("nobody was called", norms.CALLBACK_ATTEMPTS, callbacks=()),
    close.allows(
        "nobody was called, where nobody counts", callbacks=(), pack=without(WENDENG, norms.CALLBACK_ATTEMPTS)
    ),
    close.allows("not solved, where nothing is reworked", callbacks=(NOT_SOLVED,), pack=without(WENDENG, norms.REWORK)),
    close.allows("three calls on two days", callbacks=missed(0, 0, 1)),
    close.refuses("two calls on two days", norms.CALLBACK_ATTEMPTS, callbacks=missed(0, 1)),
    close.refuses("three calls on one day", norms.CALLBACK_ATTEMPTS, callbacks=missed(0, 0, 0)),
    close.refuses(
        "three calls on one day of theirs, two of Greenwich's",
        norms.CALLBACK_ATTEMPTS,
        callbacks=tuple(call(reached=False, at=NOW + timedelta(hours=h)) for h in (-8, 3, 4)),
    ),
    close.allows("one call where one is enough", callbacks=missed(0), pack=ONCE),
    close.refuses("no call where one is enough", norms.CALLBACK_ATTEMPTS, callbacks=(), pack=ONCE),
    close.allows(
        "two calls on two days where two are enough",
        callbacks=missed(0, 1),
        pack=binding(WENDENG, norms.CALLBACK_ATTEMPTS, max=2),
    ),
    close.allows(
        "three calls on two days where the regulation says nothing",
        callbacks=missed(0, 0, 1),
        pack=binding(WENDENG, norms.CALLBACK_ATTEMPTS),
    ),
    close.refuses(
        "two calls on two days where the regulation says nothing",
        norms.CALLBACK_ATTEMPTS,
        callbacks=missed(0, 1),
        pack=binding(WENDENG, norms.CALLBACK_ATTEMPTS),
    ),
    close.refuses("not solved", norms.REWORK, callbacks=(NOT_SOLVED,)),
    close.refuses(
        "solved, though what was told is not true",
        norms.REWORK,
        callbacks=(call(satisfied=Satisfied.NO, facts_true=False),),
    ),
    close.allows("dissatisfied with what is solved", callbacks=(call(satisfied=Satisfied.NO),)),
    close.allows("not solved when it was done again twice", case=case(reworks=2), callbacks=(NOT_SOLVED,)),
    #
    *(close_as.allows(word.label, closure=word) for word in rules.CLOSABLE),
    *(
        close_as.refuses(f"{word.label} ends no handling", None, "closure", closure=word)
        for word in ClosureType
        if word not in ("SOLVED", "PARTIAL", "EXPLAINED", "PROMISED")
    ),
    close_as.refuses("solved though they say no", norms.CALLBACK, "closure", callbacks=(*missed(0), NOT_SOLVED)),
    close_as.refuses(
        "solved though they are dissatisfied",
        norms.CALLBACK,
        "closure",
        callbacks=(call(solved=Solved.PARTLY, satisfied=Satisfied.NO),),
    ),
    close_as.refuses(
        "solved though they are satisfied without", norms.CALLBACK, "closure", callbacks=(call(solved=Solved.NO),)
    ),
    close_as.allows("explained where they say no", closure=ClosureType.EXPLAINED, callbacks=(NOT_SOLVED,)),
    close_as.allows("solved where they say in part", callbacks=(call(solved=Solved.PARTLY),)),
    close_as.refuses(
        "promised where nobody keeps promises",
        None,
        "closure",
        closure=ClosureType.PROMISED,
        pack=without(WENDENG, norms.COMMITMENT_REGISTER),
    ),
    close_as.allows("solved where nobody was reached", callbacks=missed(0, 0, 1)),
    #
    rework.allows("not solved"),
    rework.allows("not solved, after a call that reached nobody", callbacks=(*missed(0), NOT_SOLVED)),
    rework.allows("a second time where the regulation says nothing", case=case(reworks=1), pack=SILENT),
    rework.refuses("a third time where the regulation says nothing", norms.REWORK, case=case(reworks=2), pack=SILENT),
    rework.allows("not solved a second time", case=case(reworks=1)),
    rework.refuses("all is well", norms.REWORK, callbacks=(WELL,)),
    rework.refuses("nobody was reached", norms.REWORK, callbacks=missed(0, 1)),
    rework.refuses("a third time", norms.REWORK, case=case(reworks=2)),
    rework.allows(
        "a third time where there are three", case=case(reworks=2), pack=binding(WENDENG, norms.REWORK, max=3)
    ),
    rework.refuses("the drafter", norms.SEPARATION, actor=person("desk.caller", account="drafter")),
    #
    reopen.allows("what a unit handled"),
    reopen.refuses("what was answered at once", norms.REOPEN, case=case(lead=None)),
    differs.gives("solved as they say", ""),
    differs.gives("explained though they say that it is solved", "已解决", closure=ClosureType.EXPLAINED),
    differs.gives("in part though they say that it is solved", "已解决", closure=ClosureType.PARTIAL),
    differs.gives("promised though they say that it is solved", "", closure=ClosureType.PROMISED),
    differs.gives("solved though they say in part", "部分解决", callbacks=(call(solved=Solved.PARTLY),)),
    *(
        differs.gives(f"{word.label} where they say in part", "", closure=word, callbacks=(call(solved=Solved.PARTLY),))
        for word in rules.CLOSABLE[1:]
    ),
    differs.gives("in part though they say no", "未解决", closure=ClosureType.PARTIAL, callbacks=(NOT_SOLVED,)),
    differs.gives("explained where they say no", "", closure=ClosureType.EXPLAINED, callbacks=(NOT_SOLVED,)),
    differs.gives("where nobody was reached", "", callbacks=missed(0, 1)),
    differs.gives("where they said nothing of it", "", callbacks=(call(solved=None),)),
    of_closing.wants(
        "why it is not called solved",
        {"note": [(norms.CALLBACK, {"closure": [ClosureType.PARTIAL, ClosureType.EXPLAINED]})]},
    ),
    of_closing.gives("nothing where nobody was reached", {}, callbacks=missed(0, 1)),
    closures.gives("all of them where all is well", list(rules.CLOSABLE)),
    closures.gives("all but solved where it is not", list(rules.CLOSABLE[1:]), callbacks=(NOT_SOLVED,)),
    methods.gives("an official's", [way for way in CallbackMethod if way is not CallbackMethod.SELF]),
    methods.gives("the requester's", [CallbackMethod.SELF], actor=REQUESTER),
    unsolved.allows("what is followed up"),
    unsolved.refuses("what is not", norms.UNSOLVED, moot=True, case=case()),
    joined.allows("after an answer"),
    joined.refuses("before one", norms.MERGE_REPEATS, moot=True, case=case(stage=Stage.MERGED)),
    joined.refuses("who wants no call", norms.CALLBACK, case=TOLD),
    tell.allows("after an answer"),
    tell.refuses("before one", norms.MERGE_REPEATS, moot=True, case=case(callback_wanted=False)),
    tell.refuses("who wants a call", norms.CALLBACK, case=HEARD),
    tell.allows("who wants a call where nobody calls", case=HEARD, pack=without(WENDENG, norms.CALLBACK)),
    *(
        row
        for stage in Stage
        for row in (
            follow.allows(stage.label, parent=case(stage=stage))
            if stage in ANSWERED
            else follow.refuses(stage.label, norms.MERGE_REPEATS, parent=case(stage=stage)),
            alone.allows(stage.label, parent=case(stage=stage))
            if stage in ENDS and stage not in ANSWERED
            else alone.refuses(stage.label, norms.MERGE_REPEATS, parent=case(stage=stage)),
        )
    ),
    archive.allows("when its time has come"),
    archive.refuses("a second before", norms.ARCHIVE, now=NOW - timedelta(seconds=1)),
)


@pytest.mark.parametrize(
    ("pack", "wanted"),
    [
        (binding(WENDENG, norms.CALLBACK_ATTEMPTS), "联系不上的须回访3次、分两天以上"),
        (binding(WENDENG, norms.CALLBACK_ATTEMPTS, max=2), "联系不上的须回访2次、分两天以上"),
        (ONCE, "联系不上的须回访1次"),
    ],
    ids=["as nobody sets it", "twice", "once"],
)
def test_a_closing_without_a_call_says_how_many_are_wanted_and_on_how_many_days(pack: Pack, wanted: str) -> None:
    refused = rules.may_close(case(), CALLER, (), pack=pack)
    assert refused is not None
    assert wanted in refused.reason
    assert ("分两天以上" in refused.reason) == ("分两天以上" in wanted)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_review_says(row: Row) -> None:
    row.holds()
