"""What rules of clues say: asked without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bihuan.accountability import rules
from bihuan.accountability.rules import detection
from bihuan.accountability.types import ClueDuty, ClueFacts, ClueStage, Destination, Route, Severity
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.vetting.specimens import plain
from tests.facts import NOW, WENDENG, binding, person, unit, without
from tests.rule_tables import Row, asked

HUAINAN = pack("huainan-2021-55")
CLUE = norms.ACCOUNT_CLUE
PLAIN, B, V = Severity.ORDINARY, Severity.BREACH, Severity.SEVERE


def clue(**known: Any) -> ClueFacts:
    """One that `desk` keeps of `unit`, verified by `clerk`."""
    usual = {
        "stage": ClueStage.VERIFIED,
        "unit": "unit",
        "keeper": "desk",
        "verified_by": "clerk",
        "recipient_unit": "",
        "referred_at": None,
        "copies": (),
        "route": "party",
        "duties": {},
    }
    return plain(ClueFacts, **{**usual, **known})


DESK, OTHER = unit(code="desk"), unit(code="other")
keeper = asked(rules.keeper_of, offices=[unit(code="office")], desks=[DESK, OTHER], desk="other")
concern = asked(rules.may_concern, unit=unit("department"), pack=WENDENG)
situation = asked(rules.may_be_situation, code="other", pack=WENDENG)
another = asked(rules.may_be_another, standing="")
add = asked(rules.may_add, count=99)
again = asked(rules.may_be_found_again, new=1)
due = {str(ClueDuty.EXPLAIN): NOW}
on = asked(rules.may_go_on, clue=clue(duties=due), now=NOW)
settle = asked(rules.may_settle, clue=clue(), actor=person("desk.head", account="head"))
consequence = asked(rules.must_tell_consequence, severity=V, consequence="群众聚集。")
way = asked(rules.route, unit=unit("department"), express=False, severity=PLAIN, pack=WENDENG)
BODY, PEOPLE = unit(code="discipline", name="纪委"), unit(code="personnel", name="组织部")
to = asked(
    rules.destination,
    way=Route.PARTY,
    unit=unit(superior_body="集团"),
    discipline=BODY,
    personnel=PEOPLE,
    party_body="党组",
    by=(CLUE,),
)
change = asked(rules.may_change_route, chosen=Route.DISCIPLINE, by_rule=Route.PARTY, reason="涉及负责人")
party = asked(rules.may_name_party, way=Route.PARTY, party_body="党组")
personnel = asked(rules.must_have_personnel, personnel=PEOPLE)
OWED = {str(ClueDuty.RECEIPT): NOW}
INSIDE = clue(recipient_unit="discipline", duties=OWED)
AT_DESK, AT_BODY = person("desk.assessor"), person("discipline.handler")
receive = asked(rules.may_receive, clue=clue(duties=OWED), actor=AT_DESK)
conclude = asked(rules.may_conclude, clue=clue(), actor=AT_DESK)
show = asked(rules.must_show_scan, scan=[1], outside=True)
taken = asked(rules.may_have_been_taken, taken_at=NOW, referred_at=NOW, now=NOW)
DAY = date(2025, 3, 3)
concluded = asked(rules.may_have_concluded, concluded_on=DAY, since=DAY, today=DAY)
guide = asked(rules.may_guide, clue=clue(route="guided"))
want = asked(rules.may_want_by, guide_by=None, today=DAY)
referred = asked(rules.is_referred, clue=clue(referred_at=datetime(2025, 3, 3, tzinfo=UTC)))
copied = asked(rules.is_copied, clue=clue(referred_at=NOW, copies=("纪委",)))
outcome = asked(rules.is_concluded, clue=clue(stage=ClueStage.CLOSED))
ROWS = (
    again.allows("something that was not on file yet"),
    again.refuses("nothing new", CLUE, "events", new=0),
    keeper.gives("the list office", unit(code="office")),
    keeper.gives("the desk of the case", OTHER, offices=[]),
    keeper.gives("the first desk", DESK, offices=[], desk=""),
    keeper.refuses("nobody", CLUE, offices=[], desks=[]),
    concern.allows("a department"),
    concern.refuses("nobody", None, "unit", unit=None),
    concern.refuses("one that is not at work", None, "unit", unit=unit("department", active=False)),
    concern.refuses("one that handles nothing", None, "unit", unit=unit("centre")),
    situation.allows("one that is listed"),
    situation.refuses("one that is not", None, "situation", code="long_unsolved"),
    another.allows("the first"),
    another.refuses("a second", CLUE, "unit", standing="WD2025X00001"),
    add.allows("the hundredth"),
    add.refuses("one more", CLUE, "evidence", count=100),
    on.allows("at the limit"),
    on.refuses("a moment before", CLUE, now=NOW - timedelta(seconds=1), moot=True),
    on.refuses("who was not asked", CLUE, clue=clue(), moot=True),
    settle.allows("another person"),
    settle.refuses("who verified it", norms.THREE_POWERS, actor=person("desk.head", account="clerk")),
    consequence.allows("a consequence"),
    consequence.allows("none of an ordinary one", severity=PLAIN, consequence="无"),
    consequence.refuses("none of a severe one", norms.ACCOUNT_SITUATIONS, "consequence", consequence="无。"),
    consequence.refuses("none of a breach", norms.ACCOUNT_SITUATIONS, "consequence", severity=B, consequence="无"),
    way.gives("the party body", (Route.PARTY, (CLUE,))),
    way.gives("severe, too", (Route.PARTY, (CLUE,)), severity=V),
    way.gives("a refusal", (Route.DISCIPLINE, (norms.REFUSAL_REFERRED, CLUE)), express=True),
    way.gives("a breach", (Route.DISCIPLINE, (norms.ACCOUNT_REFER_DISCIPLINE, CLUE)), severity=B),
    way.gives("a utility", (Route.SUPERIOR, (norms.SUPERIOR_BODY,)), unit=unit("utility")),
    way.gives(
        "a utility that refuses and breaks rules",
        (Route.SUPERIOR, (norms.SUPERIOR_BODY, norms.REFUSAL_REFERRED, norms.ACCOUNT_REFER_DISCIPLINE)),
        unit=unit("utility"),
        express=True,
        severity=B,
    ),
    way.gives("Huainan", (Route.GUIDED, (norms.ACCOUNT_GUIDE,)), pack=HUAINAN),
    way.gives("Huainan refused", (Route.GUIDED, (norms.ACCOUNT_GUIDE,)), pack=HUAINAN, express=True),
    way.gives(
        "Huainan severe", (Route.COPIED, (norms.ACCOUNT_COPY_SEVERE, norms.ACCOUNT_GUIDE)), pack=HUAINAN, severity=V
    ),
    way.gives(
        "Huainan breach", (Route.COPIED, (norms.ACCOUNT_COPY_SEVERE, norms.ACCOUNT_GUIDE)), pack=HUAINAN, severity=B
    ),
    to.gives("the party body", Destination(Route.PARTY, "党组", by=(CLUE,))),
    to.gives("its superior", Destination(Route.SUPERIOR, "集团", by=(CLUE,)), way=Route.SUPERIOR),
    to.refuses("no superior", norms.SUPERIOR_BODY, "route", way=Route.SUPERIOR, unit=unit()),
    to.gives(
        "the discipline body", Destination(Route.DISCIPLINE, "纪委", "discipline", by=(CLUE,)), way=Route.DISCIPLINE
    ),
    to.refuses("no discipline body", CLUE, "route", way=Route.DISCIPLINE, discipline=None),
    to.refuses(
        "no discipline body, by the first of two norms",
        CLUE,
        "route",
        way=Route.DISCIPLINE,
        discipline=None,
        by=(CLUE, norms.ACCOUNT_GUIDE),
    ),
    to.refuses(
        "no party body, by the first of two norms",
        CLUE,
        "party_body",
        way=Route.PARTY,
        party_body="",
        by=(CLUE, norms.ACCOUNT_GUIDE),
    ),
    to.refuses(
        "nobody to copy to, by the first of two norms",
        CLUE,
        "route",
        way=Route.COPIED,
        personnel=None,
        by=(CLUE, norms.ACCOUNT_GUIDE),
    ),
    to.refuses("nobody guides", CLUE, "route", way=Route.GUIDED, discipline=None),
    to.gives("no discipline body needed", Destination(Route.PARTY, "党组", by=(CLUE,)), discipline=None),
    to.refuses("no party body", CLUE, "party_body", party_body=""),
    to.gives("guided", Destination(Route.GUIDED, "党组", by=(CLUE,)), way=Route.GUIDED),
    to.gives("copied", Destination(Route.COPIED, "党组", copies=("纪委", "组织部"), by=(CLUE,)), way=Route.COPIED),
    to.refuses("nobody to copy to", CLUE, "route", way=Route.COPIED, personnel=None),
    change.allows("for a reason"),
    change.allows("as the rule says", chosen=Route.PARTY, reason=""),
    change.allows("nothing chosen", chosen=None, reason=""),
    change.refuses("for none", CLUE, "route_reason", reason=""),
    party.allows("a party body"),
    party.allows("none", way=Route.DISCIPLINE, party_body=""),
    party.refuses("one that gets nothing", None, "party_body", way=Route.DISCIPLINE),
    personnel.allows("there is one"),
    personnel.refuses("there is none", norms.ACCOUNT_DOSSIER, personnel=None),
    receive.allows("entered by the desk"),
    receive.refuses("twice", CLUE, clue=clue(), moot=True),
    receive.refuses("of a body outside by the discipline body", CLUE, actor=AT_BODY),
    receive.allows("by the recipient", clue=INSIDE, actor=AT_BODY),
    receive.refuses("of a body inside by the desk", CLUE, clue=INSIDE),
    conclude.allows("entered by the desk"),
    conclude.refuses("of a body outside by the discipline body", CLUE, actor=AT_BODY),
    show.allows("a scan"),
    show.allows("none inside", scan=[], outside=False),
    show.refuses("none outside", CLUE, "scan", scan=[]),
    taken.allows("at once"),
    taken.refuses("in the future", CLUE, "taken_at", taken_at=NOW + timedelta(minutes=1)),
    taken.refuses("before the letter", CLUE, "taken_at", taken_at=NOW - timedelta(minutes=1)),
    concluded.allows("the same day"),
    concluded.refuses("before", CLUE, "concluded_on", concluded_on=DAY - timedelta(days=1)),
    concluded.refuses("tomorrow", CLUE, "concluded_on", concluded_on=DAY + timedelta(days=1)),
    guide.allows("guided"),
    guide.allows("copied", clue=clue(route="copied")),
    guide.refuses("another route", norms.ACCOUNT_GUIDE, clue=clue(), moot=True),
    want.allows("no day"),
    want.allows("tomorrow", guide_by=DAY + timedelta(days=1)),
    want.refuses("today", norms.ACCOUNT_GUIDE, "guide_by", guide_by=DAY),
    referred.allows("handed over"),
    referred.refuses("not yet", CLUE, clue=clue()),
    copied.allows("copied"),
    copied.refuses("not yet", norms.ACCOUNT_COPY_SEVERE, clue=clue(copies=("纪委",))),
    copied.refuses("to nobody", norms.ACCOUNT_COPY_SEVERE, clue=clue(referred_at=NOW)),
    outcome.allows("closed"),
    outcome.allows("resulted", clue=clue(stage=ClueStage.RESULTED)),
    outcome.refuses("not yet", CLUE, clue=clue(stage=ClueStage.REFERRED)),
)
SAID = {"reached": True, "satisfied": "no", "contacted_by_unit": False, "facts_true": False}
"""A call-back that denies whatever an answer may say."""
SAYS_NOTHING = binding(WENDENG, norms.WHISTLE_MISUSE)
denies_satisfaction = asked(detection.denies_satisfaction, callback=SAID, follow_up="satisfied")
denies_contact = asked(detection.denies_contact, callback=SAID, uncontacted="", through_desk=False)
denies_facts = asked(detection.denies_facts, callback=SAID)
not_factual = asked(detection.is_not_factual, sent_back={"reason_code": "not_factual"})
evades = asked(detection.evades, norm="return.barred-for-designated-lead")
poor = asked(detection.is_poor, grade="poor")
average = asked(detection.is_average, grade="average")
misuse = asked(detection.is_misuse, times=2, pack=binding(WENDENG, norms.WHISTLE_MISUSE, wrong=2))
quarter = asked(detection.quarter_of, at=datetime(2025, 5, 17, 12, tzinfo=ZONE))
year = asked(detection.year_of, at=datetime(2025, 5, 17, 12, tzinfo=ZONE))
DETECTION = (
    denies_satisfaction.gives("satisfied, says the answer; not at all, says the requester", True),
    denies_satisfaction.gives("nobody reached", False, callback={**SAID, "reached": False}),
    denies_satisfaction.gives("nothing about reaching", False, callback={"satisfied": "no"}),
    *(
        denies_satisfaction.gives(f"the requester says {said}", False, callback={**SAID, "satisfied": said})
        for said in ("basic", "yes", None)
    ),
    denies_satisfaction.gives("the answer says so itself", False, follow_up="dissatisfied"),
    denies_satisfaction.gives("the answer says nothing", False, follow_up=None),
    denies_contact.gives("fed back, says the answer; never, says the requester", True),
    denies_contact.gives("nobody reached", False, callback={**SAID, "reached": False}),
    denies_contact.gives("nobody asked", False, callback={**SAID, "contacted_by_unit": None}),
    denies_contact.gives("the unit did", False, callback={**SAID, "contacted_by_unit": True}),
    denies_contact.gives("the answer says why not", False, uncontacted="诉求人匿名"),
    denies_contact.gives("the desk passes it on", False, through_desk=True),
    denies_facts.gives("untrue, says the requester", True),
    denies_facts.gives("nobody reached", False, callback={**SAID, "reached": False}),
    denies_facts.gives("nobody asked", False, callback={**SAID, "facts_true": None}),
    denies_facts.gives("true", False, callback={**SAID, "facts_true": True}),
    not_factual.gives("against the facts", True),
    not_factual.gives("for its wording", False, sent_back={"reason_code": "wording"}),
    evades.gives("who was designated", True),
    evades.gives("who was determined", True, norm="return.barred-for-adjudicated-lead"),
    evades.gives("who is too late alone", False, norm="return.within-window"),
    poor.gives("poor", True),
    poor.gives("average", False, grade="average"),
    average.gives("average", True),
    average.gives("fairly good", False, grade="fairly_good"),
    average.gives("poor", False, grade="poor"),
    misuse.gives("as often as the regulation says", True),
    misuse.gives("more often", True, times=3),
    misuse.gives("once less", False, times=1),
    misuse.gives("once, as the town says", True, times=1, pack=WENDENG),
    misuse.gives("never", False, times=0, pack=WENDENG),
    misuse.gives("once, where nothing is said of how often", True, times=1, pack=SAYS_NOTHING),
    misuse.gives("never, where nothing is said of how often", False, times=0, pack=SAYS_NOTHING),
    misuse.gives("where the regulation knows no misuse", False, pack=without(WENDENG, norms.WHISTLE_MISUSE)),
    *(
        quarter.gives(
            f"of month {month}", datetime(2025, begins, 1, tzinfo=ZONE), at=datetime(2025, month, 2, tzinfo=ZONE)
        )
        for begins in (1, 4, 7, 10)
        for month in range(begins, begins + 3)
    ),
    quarter.gives("at its first moment", datetime(2025, 4, 1, tzinfo=ZONE), at=datetime(2025, 3, 31, 16, tzinfo=UTC)),
    quarter.gives(
        "a moment before", datetime(2025, 1, 1, tzinfo=ZONE), at=datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC)
    ),
    year.gives("in the midst", datetime(2025, 1, 1, tzinfo=ZONE)),
    year.gives("at its first moment", datetime(2026, 1, 1, tzinfo=ZONE), at=datetime(2025, 12, 31, 16, tzinfo=UTC)),
    year.gives("a moment before", datetime(2025, 1, 1, tzinfo=ZONE), at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()


@pytest.mark.parametrize("row", DETECTION, ids=str)
def test_what_each_rule_of_a_detector_says(row: Row) -> None:
    row.holds()
