"""What the rules of the organisations say to which facts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.organisations import rules
from bihuan.organisations.types import DESK_POSTS, InUse, JurisdictionFacts, Post, Task
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from tests.facts import HUAINAN, NOW, WENDENG, appointed, person, plain, unit, without
from tests.rule_tables import Row, asked

RESPONSIBLE = frozenset({Post.HEAD, Post.DEPUTY, Post.HANDLER})
NOBODY: frozenset[str] = frozenset()
NONE_RESPONSIBLE = without(WENDENG, norms.RESPONSIBLE_PERSONS)
TRAINING = plain(JurisdictionFacts, training=True)
YEARS = timedelta(days=731)
DAY, END = timedelta(days=1), datetime(2099, 1, 1, tzinfo=ZONE)
PROTECTED = norms.IDENTITY_PROTECTED

activate = asked(rules.may_be_active, unit=unit(posts=RESPONSIBLE), pack=WENDENG)
take_work = asked(rules.may_take_work, unit=unit(posts=RESPONSIBLE), pack=WENDENG, field="lead")
install = asked(rules.may_install, actor=Actor.installer())
OTHER = plain(JurisdictionFacts, code="other", name="他区", prefix="OT", matter_prefix="OTQD")
jurisdiction = asked(rules.may_found_jurisdiction, code="xc", prefix="XC", matter_prefix="XCQD", others=(OTHER,))
first = asked(rules.may_be_first, type_code="centre", pack=WENDENG)
first_type = asked(rules.first_type, pack=WENDENG)
found = asked(rules.may_found, type_code="department", superior_body="", pack=WENDENG)
AT_WORK = unit("centre", posts=frozenset({Post.REGISTRAR}))
give_channel = asked(rules.may_give_channel, channel="hotline", unit=AT_WORK, pack=WENDENG)
TODAY = NOW.date()
V2 = replace(WENDENG, version=2, digest="seen")
USED = InUse(frozenset({"department"}), frozenset({"handler"}), {"hotline": "centre"})
adopt_on = asked(rules.may_adopt_on, on=TODAY + DAY, after=V2, today=TODAY, planned=None)
adopt = asked(rules.may_adopt, after=V2, before=WENDENG.ref, checked="seen")
propose_version = asked(rules.may_propose_version, waiting=False)
confirm_version = asked(rules.may_confirm_version, actor=person("desk.administrator"), proposed_by="another")
do_without = asked(rules.may_do_without, after=V2, own=WENDENG, used=USED)
COMING = replace(V2, instrument=replace(V2.instrument, in_force_from=TODAY + 2 * DAY))
MOVED = replace(WENDENG.channels["hotline"], owner_unit_type="department")
give_from = asked(rules.may_give_from, on=TODAY, today=TODAY, running=TODAY)
appoint = asked(rules.may_appoint, post="handler", pack=WENDENG)
serve = asked(rules.may_serve_in, post="reviewer", name="中心", kind="centre", pack=WENDENG)
take = asked(rules.may_take_post, post="handler", account="somebody", held=frozenset({"deputy"}), by="chief")
confirmation = asked(rules.needs_confirmation, post="handler", training=False)
SECOND = person("centre.administrator", account="second")
PROPOSED = {"unit": "unit", "account": "somebody", "proposed_by": "chief"}
confirm = asked(rules.may_confirm, actor=SECOND, **PROPOSED)
drop = asked(rules.may_drop, actor=SECOND, **PROPOSED)
issue = asked(rules.may_issue_token, scopes=("read",), days=90, networks=(), second_factor=False)
CLEAR = {"scopes": ("read", "disclose"), "networks": ("10.20.0.0/16",), "second_factor": True}
renew = asked(rules.may_renew_token, actor=person(account="somebody"), account="somebody")
waive = asked(rules.may_waive_second_factor, training=True)
reset = asked(rules.may_reset, jurisdiction=TRAINING, actor=Actor(CONSOLE, "", "wd"), before=NOW + DAY, after=NOW)
advance = asked(rules.may_advance, jurisdiction=TRAINING, before=NOW, after=NOW + timedelta(seconds=1))
administer = asked(rules.may_administer, actor=person("centre.administrator"))
DESK = unit("centre")
leave = asked(rules.may_leave, unit=DESK, pack=WENDENG, post=Post.ADMINISTRATOR, others=1, followed=False)
leave_open = asked(rules.may_leave_open, label="经办人", owed=1, others=0, followed=False, left_open=True)


def alone(*held: tuple[str, str], pack: Pack = WENDENG) -> list[Task]:
    """What takes two people in a unit where these accounts hold these posts."""
    return [one.task for one in rules.lone([appointed(account, post) for account, post in held], pack)]


belong = asked(rules.may_belong, unit="a", parent="c", parents={"c": "b", "b": None})
ENDED = replace(unit(), ended_on=NOW.date())
still = asked(rules.may_still, unit=unit(), field="parent")
end_unit = asked(
    rules.may_end_unit, unit=unit(), on=TODAY, today=TODAY, planned=None, awaited=(), last_administrator=False
)
HEIR = unit("department", code="heir", name="综合局", posts=RESPONSIBLE)
carry_on = asked(rules.may_carry_on, successor=HEIR, unit=unit(), pack=WENDENG, ends=None)
merge = asked(rules.may_merge, units=("a", "b"), successor="c")
end_alone = asked(rules.may_end_alone, unit=unit(), pack=WENDENG)
THERE = {code: unit(code=code) for code in ("a", "b")}
VILLAGE = {"v": unit("village", code="v")}
enter = asked(rules.may_enter, lead="a", co_units=("b",), known=THERE, pack=WENDENG)

called = asked(rules.may_be_called, name="某局", taken=False)
coded = asked(rules.may_be_coded, code="wd.x", taken=False)

ROWS = (
    called.allows("a name of its own"),
    called.refuses("another's name", None, "name", taken=True),
    coded.allows("a code of its own"),
    coded.refuses("another's code", None, "code", taken=True),
    still.allows("one that is there"),
    still.allows("nobody", unit=None),
    still.refuses("one that has ended", norms.SUCCESSION, "parent", unit=ENDED),
    end_unit.allows("today"),
    end_unit.allows("later", on=TODAY + DAY),
    end_unit.refuses("yesterday", norms.SUCCESSION, "from_on", on=TODAY - DAY),
    end_unit.refuses("what ends already", norms.SUCCESSION, planned=TODAY + DAY),
    end_unit.refuses("what another waits for", norms.SUCCESSION, awaited=("他局",)),
    end_unit.refuses("where the last administrator sits", norms.SUCCESSION, last_administrator=True),
    carry_on.allows("another one of the type"),
    carry_on.refuses("nobody", None, "successor", successor=None),
    carry_on.refuses("itself", norms.SUCCESSION, "successor", unit=HEIR),
    carry_on.refuses("what ends itself", norms.SUCCESSION, "successor", ends=TODAY),
    carry_on.refuses("one not active", norms.SUCCESSION, "successor", successor=replace(HEIR, active=False)),
    carry_on.refuses("one for something else", norms.SUCCESSION, "successor", successor=replace(HEIR, type="centre")),
    carry_on.refuses(
        "one without a handler", norms.RESPONSIBLE_PERSONS, "successor", successor=replace(HEIR, posts=frozenset())
    ),
    carry_on.allows("what is for nothing that is known", unit=replace(unit(), type="guild")),
    merge.allows("two"),
    merge.refuses("nobody", norms.SUCCESSION, "units", units=()),
    merge.refuses("into one of them", norms.SUCCESSION, "successor", successor="a"),
    merge.refuses("into nobody", norms.SUCCESSION, "successor", successor=""),
    merge.refuses("the same twice", norms.SUCCESSION, "units", units=("a", "a")),
    end_alone.allows("a department"),
    end_alone.allows("a town", unit=unit("township")),
    end_alone.refuses("a desk", norms.SUCCESSION, "successor", unit=unit("centre")),
    activate.allows("with all three"),
    *(
        activate.refuses(f"without its {post}", norms.RESPONSIBLE_PERSONS, unit=unit(posts=RESPONSIBLE - {post}))
        for post in sorted(RESPONSIBLE)
    ),
    activate.allows("a unit that handles nothing, with nobody", unit=unit("centre", posts=NOBODY)),
    activate.allows("with nobody, where none are wanted", unit=unit(posts=NOBODY), pack=NONE_RESPONSIBLE),
    take_work.allows("with all three"),
    *(
        take_work.refuses(
            f"without its {post}", norms.RESPONSIBLE_PERSONS, "lead", unit=unit(posts=RESPONSIBLE - {post})
        )
        for post in sorted(RESPONSIBLE)
    ),
    take_work.allows("a unit that handles nothing, with nobody", unit=unit("centre", posts=NOBODY)),
    take_work.allows(
        "with a handler alone, where none are wanted", unit=unit(posts={Post.HANDLER}), pack=NONE_RESPONSIBLE
    ),
    take_work.refuses(
        "without a handler, where none are wanted",
        norms.RESPONSIBLE_PERSONS,
        "lead",
        unit=unit(posts=RESPONSIBLE - {Post.HANDLER}),
        pack=NONE_RESPONSIBLE,
    ),
    activate.allows(
        "without a deputy, where there are none",
        unit=unit(posts=RESPONSIBLE - {Post.DEPUTY}),
        pack=replace(WENDENG, posts={code: post for code, post in WENDENG.posts.items() if code != Post.DEPUTY}),
    ),
    install.allows("the console"),
    install.refuses("an administrator", norms.SUCCESSION, actor=person("centre.administrator")),
    jurisdiction.allows("with a code and prefixes of its own"),
    jurisdiction.refuses("a code that is taken", norms.WORKING_TIME, "code", code="other"),
    jurisdiction.refuses("a prefix that is taken", norms.WORKING_TIME, "prefix", prefix="OT"),
    jurisdiction.refuses("a prefix that stands before another's list", norms.WORKING_TIME, "prefix", prefix="OTQD"),
    jurisdiction.refuses("a list's prefix that is taken", norms.WORKING_TIME, "prefix", matter_prefix="OT"),
    *(
        jurisdiction.refuses(f"the prefix {wrong!r}", norms.WORKING_TIME, "prefix", prefix=wrong)
        for wrong in ("", "X", "xc", "X1", "ABCDEFGHI", "西城", "XC\n")
    ),
    jurisdiction.refuses("a list's prefix that is none", norms.WORKING_TIME, "prefix", matter_prefix="ABCDEFGQD"),
    first.allows("a desk"),
    first.allows("who keeps the list", type_code="office", pack=HUAINAN),
    first.refuses("a department", norms.NAMED_CHANNEL, "office_type", type_code="department"),
    first.refuses("a type that the regulation does not name", norms.NAMED_CHANNEL, "office_type", type_code=""),
    first.refuses("without an administrator's post", norms.NAMED_CHANNEL, "pack", pack=replace(WENDENG, posts={})),
    first_type.gives("which takes in all channels", "centre"),
    first_type.gives("which takes in most channels", "office", pack=HUAINAN),
    first_type.gives("of no channel", "", pack=replace(WENDENG, channels={})),
    found.allows("a department"),
    found.allows("a utility with its superior", type_code="utility", superior_body="市供电公司"),
    found.refuses("a type that the regulation does not name", None, "type", type_code="guild"),
    found.refuses("a utility without a superior", norms.SUPERIOR_BODY, "superior_body", type_code="utility"),
    give_channel.allows("the type of unit that the regulation says"),
    give_channel.refuses("no channel of the regulation", norms.NAMED_CHANNEL, "channel", channel="pigeon"),
    give_channel.refuses("nobody", None, "unit", unit=None),
    give_channel.refuses("a unit of another type", norms.NAMED_CHANNEL, "unit", unit=unit()),
    give_channel.refuses("one not active", norms.NAMED_CHANNEL, "unit", unit=replace(AT_WORK, active=False)),
    give_channel.refuses("without a registrar", norms.NAMED_CHANNEL, "unit", unit=unit("centre")),
    give_channel.allows(
        "without a registrar, where there are none",
        unit=unit("centre"),
        pack=replace(WENDENG, posts={code: post for code, post in WENDENG.posts.items() if code != Post.REGISTRAR}),
    ),
    adopt_on.allows("tomorrow"),
    adopt_on.refuses("today", norms.WORKING_TIME, "from_on", on=TODAY),
    adopt_on.allows("from the day on which the document comes into force", after=COMING, on=TODAY + 2 * DAY),
    adopt_on.refuses("before the document comes into force", norms.WORKING_TIME, "from_on", after=COMING),
    adopt_on.allows("from the day of what is planned", planned=TODAY + DAY),
    adopt_on.refuses("before what is planned", norms.WORKING_TIME, "from_on", planned=TODAY + 2 * DAY),
    adopt.allows("another version"),
    adopt.refuses("the version of that day", norms.WORKING_TIME, "pack", before=V2.ref),
    adopt.refuses("what was not checked so", norms.WORKING_TIME, "pack", checked="otherwise"),
    propose_version.allows("the only one"),
    propose_version.refuses("while one waits", norms.WORKING_TIME, "pack", waiting=True),
    confirm_version.allows("what another administrator proposed"),
    confirm_version.refuses("one's own", norms.WORKING_TIME, proposed_by="somebody"),
    do_without.allows("with all that is in use"),
    *(
        do_without.refuses(
            f"without {what} in use",
            norms.WORKING_TIME,
            "pack",
            after=replace(V2, **{kind: {k: v for k, v in getattr(V2, kind).items() if k != what}}),
        )
        for kind, what in (("unit_types", "department"), ("posts", "handler"), ("channels", "hotline"))
    ),
    do_without.refuses(
        "where another type takes the channel in",
        norms.WORKING_TIME,
        "pack",
        after=replace(V2, channels={**V2.channels, "hotline": MOVED}),
    ),
    do_without.allows("without what nobody uses", after=replace(V2, posts={"handler": V2.posts["handler"]})),
    give_from.allows("today"),
    give_from.allows("long ago, the first time", on=TODAY - YEARS, running=None),
    give_from.refuses("yesterday", norms.NAMED_CHANNEL, "from_on", on=TODAY - DAY, running=TODAY - DAY),
    give_from.refuses("before what is planned", norms.NAMED_CHANNEL, "from_on", running=TODAY + DAY),
    appoint.allows("a handler"),
    appoint.refuses("a post that the regulation does not name", norms.SUCCESSION, "post", post="mayor"),
    serve.allows("a reviewer in the centre"),
    serve.refuses("a reviewer in a neighbourhood committee", norms.SUCCESSION, "post", kind="village"),
    serve.refuses("a handler in the centre", norms.SUCCESSION, "post", post="handler"),
    serve.refuses("a leader in a department", norms.SUCCESSION, "post", post="leader", kind="department"),
    serve.allows("a supervisor in the discipline body", post="supervisor", kind="discipline"),
    serve.allows("a head anywhere", post="head", kind="village"),
    serve.allows("what only another version names", kind="guild"),
    serve.allows("a post that only another version names", post="mayor"),
    take.allows("beside a post without a power"),
    take.refuses("one's own", PROTECTED, "account", by="somebody"),
    take.allows("beside a post with a power", held=frozenset({"reviewer"})),
    take.allows("the administrator's, beside a post without a power", post="administrator"),
    take.allows("the administrator's again", post="administrator", held=frozenset({"administrator"})),
    take.refuses(
        "the administrator's, beside a handler's", PROTECTED, "account", post="administrator", held={"handler"}
    ),
    take.refuses("a handler's, beside the administrator's", PROTECTED, "account", held={"administrator"}),
    take.allows("a deputy's, beside the administrator's", post="deputy", held={"administrator"}),
    confirmation.gives("of a post with a power", True),
    confirmation.gives("of the administrator", True, post="administrator"),
    confirmation.gives("of a post without one", False, post="deputy"),
    confirmation.gives("in training", False, training=True),
    confirm.allows("a second administrator"),
    confirm.allows("the head of the unit", actor=person("unit.head", account="head")),
    confirm.refuses("the head of another unit", PROTECTED, actor=person("other.head", account="head")),
    confirm.refuses("a deputy of the unit", PROTECTED, actor=person("unit.deputy", account="deputy")),
    confirm.refuses("who proposed it", PROTECTED, actor=person("centre.administrator", account="chief")),
    confirm.refuses("who is appointed", PROTECTED, actor=person("unit.head", account="somebody")),
    confirm.allows("the console", actor=person(account="console")),
    confirm.refuses("the console where others can", PROTECTED, actor=person(account="console"), others=("李四",)),
    confirm.allows("one of those others", others=("李四",)),
    drop.allows("who proposed it", actor=person("centre.administrator", account="chief")),
    drop.allows("a second administrator"),
    drop.refuses("who is appointed", PROTECTED, actor=person("unit.head", account="somebody")),
    drop.refuses("a deputy of the unit", PROTECTED, actor=person("unit.deputy", account="deputy")),
    #
    issue.allows("for a calendar alone", scopes=("calendar",)),
    issue.refuses("for a calendar and more", norms.IDENTITY_PROTECTED, "scopes", scopes=("calendar", "read")),
    issue.allows("for everything", **{**CLEAR, "scopes": ("read", "act", "disclose")}),
    issue.allows("for ninety days"),
    issue.refuses("for longer", PROTECTED, "days", days=91),
    issue.allows("for a day", days=1),
    issue.refuses("for none", PROTECTED, "days", days=0),
    issue.refuses("for nothing", PROTECTED, "scopes", scopes=()),
    issue.refuses("for something unknown", PROTECTED, "scopes", scopes=("read", "admin")),
    issue.allows("from networks and addresses", networks=("10.0.0.0/8", "fd00::/16", "192.168.3.7")),
    issue.refuses("from half the world", PROTECTED, "networks", networks=("10.0.0.0/7",)),
    issue.refuses("from half the newer world", PROTECTED, "networks", networks=("fd00::/15",)),
    issue.refuses("from no network", PROTECTED, "networks", networks=("office",)),
    issue.allows("from sixteen", networks=tuple(f"10.0.0.{n}" for n in range(16))),
    issue.refuses("from seventeen", PROTECTED, "networks", networks=tuple(f"10.0.0.{n}" for n in range(17))),
    issue.allows("to see requesters", **CLEAR),
    issue.refuses(
        "to see requesters without a second factor", PROTECTED, "scopes", **{**CLEAR, "second_factor": False}
    ),
    issue.refuses("to see requesters from anywhere", PROTECTED, "networks", **{**CLEAR, "networks": ()}),
    renew.allows("one's own"),
    renew.refuses("another's", PROTECTED, account="other"),
    renew.refuses("another's, as the administrator", PROTECTED, actor=SECOND),
    waive.allows("in training"),
    waive.refuses("in earnest", norms.IDENTITY_PROTECTED, training=False),
    #
    reset.allows("at the console"),
    reset.refuses("in earnest", norms.TRAINING_CLOCK, jurisdiction=plain(JurisdictionFacts, training=False)),
    reset.refuses("by somebody who trains", norms.TRAINING_CLOCK, actor=person("desk.registrar")),
    reset.refuses("where it was not moved, or all is sealed", norms.TRAINING_CLOCK, before=NOW),
    advance.allows("to the last day", before=END - DAY, after=END - timedelta(seconds=1)),
    advance.refuses("beyond it", norms.TRAINING_CLOCK, before=END - DAY, after=END),
    advance.allows("by a second"),
    advance.allows("by two years", after=NOW + YEARS),
    advance.refuses("by more", norms.TRAINING_CLOCK, after=NOW + YEARS + timedelta(seconds=1)),
    advance.refuses("by nothing", norms.TRAINING_CLOCK, after=NOW),
    advance.refuses("in earnest", norms.TRAINING_CLOCK, jurisdiction=plain(JurisdictionFacts)),
    administer.allows("the console", actor=Actor.installer()),
    administer.allows("the administrator"),
    administer.refuses("the head of a unit", norms.SUCCESSION, actor=person("unit.head")),
    leave.allows("one of two administrators"),
    leave.allows("the only handler", post=Post.HANDLER, others=0),
    leave.allows("the only administrator, with a successor", others=0, followed=True),
    leave.refuses("the only administrator", norms.SUCCESSION, "successor", others=0),
    *(
        leave.refuses(f"the only {post} of a desk", norms.SUCCESSION, "successor", post=post, others=0)
        for post in DESK_POSTS
    ),
    leave.allows("the only registrar of a unit that is no desk", unit=unit(), post=Post.REGISTRAR, others=0),
    leave.allows("one of two registrars", post=Post.REGISTRAR),
    leave.allows("the only registrar, with a successor", post=Post.REGISTRAR, others=0, followed=True),
    leave_open.allows("who says that nobody follows"),
    leave_open.allows("who names a successor", left_open=False, followed=True),
    leave_open.allows("where another holds the post", left_open=False, others=1),
    leave_open.allows("where nothing is open", left_open=False, owed=0),
    leave_open.refuses("who says nothing", norms.SUCCESSION, "left_open", left_open=False),
    belong.allows("below a unit of another line"),
    belong.refuses("below itself", norms.RESPONSIBLE_PERSONS, "parent", parent="a"),
    belong.refuses("below what lies below it", norms.RESPONSIBLE_PERSONS, "parent", parents={"c": "b", "b": "a"}),
    give_channel.refuses(
        "a unit of another type, though it is at work", norms.NAMED_CHANNEL, "unit", unit=unit(posts=AT_WORK.posts)
    ),
    enter.allows("two units that are there"),
    enter.refuses("a lead that is not", None, "lead", known={"b": THERE["b"]}),
    enter.refuses("a lead that handles nothing", norms.DISPATCH_WITH_BASIS, "lead", lead="v", known=THERE | VILLAGE),
    enter.refuses(
        "a co-unit that handles nothing", norms.DISPATCH_WITH_BASIS, "co_units", co_units=("v",), known=THERE | VILLAGE
    ),
    enter.allows("one of a type that only another version names", known={**THERE, "a": unit("guild", code="a")}),
    enter.refuses("a co-unit that is not", None, "co_units", co_units=("c",)),
    enter.refuses("the lead as its own co-unit", norms.DISPATCH_WITH_BASIS, "co_units", co_units=("a",)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_the_organisations_says(row: Row) -> None:
    row.holds()


def test_work_for_two_is_told_where_one_person_is_there_for_it() -> None:
    assert alone(("a", "handler"), ("a", "deputy"), ("a", "head")) == [Task.SIGN_OFF]
    assert alone(("a", "handler"), ("a", "deputy"), ("b", "head")) == []
    assert alone(("a", "handler"), ("b", "deputy")) == []
    assert alone(("a", "handler")) == [], "the missing post is told as such"
    assert alone(("a", "deputy")) == [], "the missing post is told as such"
    assert alone(("a", "registrar"), ("a", "reviewer"), ("a", "caller")) == [Task.DECLINE, Task.CALL_BACK]
    assert alone(("a", "handler"), ("a", "deputy"), pack=without(WENDENG, norms.SIGN_OFF)) == []


def test_who_is_alone_is_told_with_the_posts_that_are_held_and_no_other() -> None:
    posts = {code: post for code, post in WENDENG.posts.items() if code != "deputy"}
    held = [appointed("a", "handler"), appointed("a", "deputy")]
    whole, fewer = (rules.lone(held, pack)[0] for pack in (WENDENG, replace(WENDENG, posts=posts)))
    assert whole.posts == (WENDENG.posts["handler"].label, WENDENG.posts["deputy"].label)
    assert fewer.posts == (WENDENG.posts["handler"].label,), "a regulation may leave a post off"
