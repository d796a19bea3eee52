"""What the rules of intake say to which facts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.cases.types import AppealType, Part, Stage
from bihuan.intake import rules
from bihuan.intake.types import Agreed, Confirmed, Register
from bihuan.policy import norms
from bihuan.policy.pack import USUAL_GROUNDS, Category, Demand, Ground, GroundOf
from tests.facts import NOW, WENDENG, case, listing, person, without
from tests.rule_tables import Row, asked

NAMELESS = Register(channel="hotline", title="路灯不亮", content="东门外。", appeal_type="HELP", anonymous=True)
NAMED = NAMELESS.model_copy(update={"anonymous": False, "name": "王某", "phone": "13800001234"})
usual = {"case": case(), "actor": person("desk.reviewer"), "now": NOW, "pack": WENDENG}
TODAY, PROTECTED = NOW.date(), norms.IDENTITY_PROTECTED
PARENT = case(number="C2")

take_in = asked(rules.may_take_in, channel="hotline", desk="desk", pack=WENDENG)
public = asked(rules.may_be_public, channel="web", pack=WENDENG)
nameless = asked(rules.may_leave_no_name, fields=NAMELESS, pack=WENDENG)
called = asked(rules.may_be_called, urgency="urgent", pack=WENDENG)
CLASSED = replace(WENDENG, categories={"03.02": Category("03.02", "路灯")})
filed = asked(rules.may_be_filed_under, category="路灯", pack=WENDENG)
come = asked(rules.may_have_come, received_at=NOW, now=NOW)
at_once = asked(rules.may_answer_at_once, **{**usual, "case": case(appeal_type=AppealType.CONSULT)})
hand_over = asked(rules.may_hand_over, **{**usual, "case": case(urgency="urgent")})
decline = asked(rules.may_decide_decline, **usual)
accused = asked(rules.may_be_accused, codes=("a",), known=("a", "b"))
HELD = {Part.DESK: frozenset({"desk"}), Part.FORMER: frozenset({"old"}), Part.MAIN: frozenset({"main"})}
KEPT = case(secret=True, accused=("known",), parts={**HELD, Part.LEAD: frozenset({"lead"}), Part.CO: frozenset({"co"})})
name = asked(rules.may_name, case=KEPT, codes=("new",), names={})
renew = asked(rules.may_renew_code, **{**usual, "case": case(requester=7)})
code = asked(rules.may_be_given_code, agreed=Agreed.TITLE, day=None, came_on=(TODAY,), on_file=True)
BY_DAY = {"agreed": Agreed.DAY, "day": TODAY}
of_withdrawal = asked(rules.asked_of_withdrawal, case=case(), pack=WENDENG)
to_decline = asked(rules.grounds_to_decline, case=case(), actor=person("desk.registrar"), pack=WENDENG)
of_declining = asked(rules.asked_of_declining, case=case(), pack=WENDENG)
of_merging = asked(rules.asked_of_merging, case=case(), pack=WENDENG)
IN_WRITING = Ground(GroundOf.DECLINE, "judged", "已有生效判决", demands=frozenset({Demand.WRITTEN}))
tell_decline = asked(rules.may_tell_decline, how=Confirmed.PHONE, ground=None)
of_decline = asked(rules.asked_of_decline, case=case(), pack=WENDENG)
merge = asked(rules.may_merge, case=case(), parent=PARENT)
merged = asked(rules.may_be_merged, children=0)
confirmed = asked(rules.may_have_confirmed, at=NOW, registered_at=NOW, now=NOW)
contest = asked(rules.may_contest, by_desk=True, until=NOW, now=NOW - timedelta(seconds=1))

ROWS = (
    of_declining.wants("how the requester was told", {"told_how": [(norms.DECLINE_WITH_GROUND, {})]}),
    of_merging.wants("the same", {"requester_told": [(norms.MERGE_REPEATS, {})]}),
    tell_decline.allows("by telephone"),
    tell_decline.allows("by telephone, on a ground that wants no more", ground=USUAL_GROUNDS[0]),
    tell_decline.allows("in writing where the ground wants that", how=Confirmed.WRITTEN, ground=IN_WRITING),
    tell_decline.allows("nobody, where nobody is known", how=None, ground=IN_WRITING),
    tell_decline.refuses(
        "by telephone where it is to be in writing", norms.DECLINE_WITH_GROUND, "told_how", ground=IN_WRITING
    ),
    take_in.allows("a channel with its desk"),
    take_in.refuses("a channel that the regulation does not name", norms.NAMED_CHANNEL, "channel", channel="pigeon"),
    take_in.refuses("a channel without a desk", norms.NAMED_CHANNEL, "channel", desk=None),
    public.allows("a channel of the site"),
    public.refuses("a channel that is none", norms.NAMED_CHANNEL, "channel", channel="nosuch"),
    public.refuses("the telephone", norms.NAMED_CHANNEL, "channel", channel="hotline"),
    #
    nameless.allows("where such requests can be closed"),
    nameless.refuses(
        "where they cannot",
        norms.CLOSE_WITHOUT_CALLBACK,
        "anonymous",
        pack=without(WENDENG, norms.CLOSE_WITHOUT_CALLBACK),
    ),
    nameless.allows("whoever gives a name", fields=NAMED, pack=without(WENDENG, norms.CLOSE_WITHOUT_CALLBACK)),
    called.allows("what is listed"),
    called.allows("nothing", urgency=""),
    called.refuses("what is not", norms.REGISTER, "urgency", urgency="soon"),
    filed.allows("anything where no class is listed"),
    filed.allows("nothing", category="", pack=CLASSED),
    filed.allows("a class of the list", category="03.02", pack=CLASSED),
    filed.allows("what lies below one", category="03.02.05", pack=CLASSED),
    filed.refuses("what lies above one", norms.REGISTER, "subject_code", category="03", pack=CLASSED),
    filed.refuses("what begins like one", norms.REGISTER, "subject_code", category="03.021", pack=CLASSED),
    come.allows("now"),
    come.refuses("in a second", None, "received_at", received_at=NOW + timedelta(seconds=1)),
    #
    of_withdrawal.wants(
        "how and when the requester was asked",
        {"confirmed_how": [(norms.WITHDRAW, {})], "confirmed_at": [(norms.WITHDRAW, {})]},
    ),
    to_decline.gives("by the usual ones", {"ground": {g.code: g.label for g in USUAL_GROUNDS}}),
    of_decline.wants("one of them", {"ground": [(norms.DECLINE_WITH_GROUND, {})]}),
    of_decline.wants(
        "its paper where it demands one",
        {
            "ground": [(norms.DECLINE_WITH_GROUND, {})],
            "attachments": [(norms.DECLINE_WITH_GROUND, {"ground": ["judged"]})],
        },
        pack=listing(WENDENG, Ground(GroundOf.DECLINE, "judged", "已有判决", demands=frozenset({Demand.PAPER}))),
    ),
    name.allows("somebody who has nothing to do with it"),
    name.allows("somebody new beside who is known", codes=("known", "new")),
    name.refuses("whoever is known already", None, "accused", codes=("known",)),
    *(name.refuses(f"in secret: the {code}", PROTECTED, "accused", codes=(code, "new")) for code in ("lead", "co")),
    *(name.allows(f"in secret: {code}, who does nothing for it", codes=(code,)) for code in ("desk", "old", "main")),
    name.allows("in the open: the lead", codes=("lead",), case=case(parts=KEPT.parts)),
    accused.allows("one of the units"),
    accused.allows("every unit", codes=("a", "b")),
    accused.allows("nobody", codes=()),
    accused.refuses("a unit that is not there", None, "accused", codes=("a", "c")),
    renew.allows("of somebody"),
    renew.refuses("of nobody", PROTECTED, case=case()),
    code.allows("who knew what it is about"),
    code.allows("who knew what it is about, and said another day", day=TODAY - timedelta(days=1)),
    code.allows("who knew the day", **BY_DAY),
    code.refuses("who was asked for the day and said none", PROTECTED, "day", **{**BY_DAY, "day": None}),
    code.refuses("of another telephone", PROTECTED, "phone", evidence=True, on_file=False),
    code.refuses("who said another day", PROTECTED, "day", evidence=True, **{**BY_DAY, "came_on": ()}),
    #
    at_once.allows("a question"),
    *(
        at_once.refuses(word.label, norms.ANSWER_AT_ONCE, case=case(appeal_type=word))
        for word in AppealType
        if word != AppealType.CONSULT
    ),
    hand_over.allows("an emergency"),
    hand_over.refuses("what can wait", norms.HAND_OVER_EMERGENCY, case=case()),
    decline.allows("a second reader"),
    decline.refuses("who proposed it", norms.DECLINE_SECOND_READER, actor=person("desk.reviewer", account="proposer")),
    #
    merge.allows("into one that is handled"),
    merge.refuses("into nothing", None, "parent", parent=None),
    merge.refuses("into one of another desk", None, "parent", parent=case(number="C2", desk="other")),
    merge.refuses("into one of another city", None, "parent", parent=case(number="C2", jurisdiction="other")),
    merge.refuses("into itself", norms.MERGE_REPEATS, "parent", parent=case()),
    merge.refuses("into one that is over", norms.MERGE_REPEATS, "parent", parent=case(number="C2", stage=Stage.CLOSED)),
    confirmed.allows("at once"),
    confirmed.allows("by the requester, who need not be asked", at=None),
    confirmed.refuses("in a second", norms.WITHDRAW, "confirmed_at", at=NOW + timedelta(seconds=1)),
    confirmed.refuses("a minute before", norms.WITHDRAW, "confirmed_at", at=NOW - timedelta(minutes=1)),
    contest.allows("what the desk entered, to the last second"),
    contest.allows("where nothing is archived", until=None),
    contest.refuses("afterwards", norms.WITHDRAW, now=NOW),
    contest.refuses("what the requester did", norms.WITHDRAW, by_desk=False),
    merged.allows("nothing was put to it"),
    merged.refuses("one was", norms.MERGE_REPEATS, children=1),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_intake_says(row: Row) -> None:
    row.holds()
