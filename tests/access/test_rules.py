"""What the rules of coming in say to which facts."""

from datetime import timedelta

import pytest

from bihuan.access import queries, rules
from bihuan.access.types import LONGEST_WAIT, POWERS, Owed, Power
from bihuan.organisations.types import JurisdictionFacts, Post
from bihuan.policy import norms
from tests.facts import NOW, WENDENG, person, plain
from tests.rule_tables import Row, asked

PROTECTED = norms.IDENTITY_PROTECTED
LABELS = {code: post.label for code, post in WENDENG.posts.items()}
ADMINISTRATOR = person("centre.administrator")
HOUR = timedelta(hours=1)

powers = asked(rules.powers, posts=())
may = asked(rules.may, power=Power.UNMASK, actor=person("unit.handler"), units=None, labels=LABELS)
barred = asked(
    queries.barred, power=Power.UNMASK, actor=person("unit.handler"), place=plain(JurisdictionFacts, pack=WENDENG.ref)
)
second_factor = asked(rules.needs_second_factor, seats=person("unit.handler").seats, required=True)
owes = asked(rules.owed, provisional=False, strong=False, enrolled=False, needed=True)
alive = asked(rules.alive, began_at=NOW, seen_at=NOW, at=NOW, idle=HOUR, whole=3 * HOUR)
wait = asked(rules.wait, left=0.9, last=NOW, at=NOW)
within = asked(rules.within, networks=("10.20.0.0/16",), address="10.20.255.255")
change = asked(rules.may_change_password, tokens=1, chosen=True)
administer = asked(rules.may_administer, actor=ADMINISTRATOR, account="other", jurisdiction="town")

ROWS = (
    powers.gives("of nobody", frozenset()),
    *(powers.gives(f"of a {post}", frozenset(p for p in Power if post in POWERS[p]), posts=(post,)) for post in Post),
    may.allows("a handler"),
    may.refuses("a deputy", PROTECTED, actor=person("unit.deputy")),
    may.allows("a handler of one of the units", units=("unit", "other")),
    may.refuses("a handler of another unit", PROTECTED, units=("other",)),
    may.refuses("a handler of no unit", PROTECTED, units=()),
    barred.allows("a handler"),
    barred.refuses("a deputy", PROTECTED, actor=person("unit.deputy")),
    barred.refuses("a handler of another unit", PROTECTED, units=("other",)),
    second_factor.gives("who may see identities", True),
    second_factor.gives("who may not", False, seats=person("unit.deputy").seats),
    second_factor.gives("where none is wanted", False, required=False),
    #
    owes.gives("a second factor", Owed.SECOND_FACTOR),
    owes.gives("a password first", Owed.PASSWORD, provisional=True),
    owes.gives("nothing after showing it", None, strong=True),
    owes.gives("nothing where none is needed", None, needed=False),
    alive.gives("at once", True),
    alive.gives("within the hour", True, at=NOW + HOUR - timedelta(seconds=1)),
    alive.gives("left alone for an hour", False, at=NOW + HOUR),
    alive.gives("seen, and young enough", True, seen_at=NOW + 2 * HOUR, at=NOW + 3 * HOUR - timedelta(seconds=1)),
    alive.gives("seen, and too old", False, seen_at=NOW + 3 * HOUR, at=NOW + 3 * HOUR),
    #
    wait.gives("nothing while a try is left", 0, left=1),
    wait.gives("nothing before the first try", 0, left=0, last=None),
    wait.gives("a second after the last", 1),
    wait.gives("nothing a second later", 0, at=NOW + timedelta(seconds=1)),
    wait.gives("nothing ever after", 0, at=NOW + HOUR),
    wait.gives("the rest of a second that has begun", 1, at=NOW + timedelta(milliseconds=1)),
    wait.gives("twice as long for one that is owed", 2, left=-1),
    wait.gives("eight seconds for three", 8, left=-3),
    wait.gives("three of eight seconds", 3, left=-3, at=NOW + timedelta(seconds=5)),
    wait.gives("and so long at most", LONGEST_WAIT, left=-60),
    #
    within.gives("from the network", True),
    within.gives("from beside it", False, address="10.21.0.0"),
    within.gives("from it, as the newer protocol writes it", True, address="::ffff:10.20.0.1"),
    within.gives("from nowhere", False, address=""),
    within.gives("from anywhere, where none is named", True, networks=(), address=""),
    within.gives("from the second one", True, networks=("10.20.0.0/16", "fd00::/16"), address="fd00::9"),
    change.allows("with tokens, having chosen"),
    change.refuses("with tokens, without a choice", PROTECTED, "tokens", chosen=False),
    change.allows("without tokens", tokens=0, chosen=False),
    #
    administer.allows("another's account"),
    administer.refuses("somebody who administers nothing", PROTECTED, actor=person("unit.head")),
    administer.refuses("another city's account", PROTECTED, jurisdiction="other"),
    administer.refuses("one's own account", PROTECTED, account="somebody"),
    administer.allows("the console", actor=person(account="console"), jurisdiction="other"),
    administer.allows("the console's own", actor=person(account="console"), account="console"),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_coming_in_says(row: Row) -> None:
    row.holds()


def test_the_refusal_names_the_posts_that_have_the_power_and_no_other() -> None:
    refusal = rules.may(Power.ERASE, person("unit.deputy"), labels=LABELS)
    assert refusal is not None
    assert [label for label in LABELS.values() if label in refusal.reason] == [LABELS[Post.REVIEWER]]
    assert rules.may(Power.ERASE, person("unit.deputy"), labels={}) is not None, "a regulation may leave a post off"
