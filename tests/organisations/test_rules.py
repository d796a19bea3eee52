"""What the rules of the organisations say to which facts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.organisations import rules
from bihuan.organisations.types import JurisdictionFacts, Post
from bihuan.policy import norms
from tests.facts import NOW, WENDENG, person, plain, unit, without
from tests.rule_tables import Row, asked

RESPONSIBLE = frozenset({Post.HEAD, Post.DEPUTY, Post.HANDLER})
TRAINING = plain(JurisdictionFacts, training=True)
YEARS = timedelta(days=731)

activate = asked(rules.may_be_active, unit=unit(posts=RESPONSIBLE), pack=WENDENG)
found = asked(rules.may_found, type_code="department", superior_body="", pack=WENDENG)
appoint = asked(rules.may_appoint, post="handler", pack=WENDENG)
waive = asked(rules.may_waive_second_factor, training=True)
advance = asked(rules.may_advance, jurisdiction=TRAINING, before=NOW, after=NOW + timedelta(seconds=1))
administer = asked(rules.may_administer, actor=person("centre.administrator"))
leave = asked(rules.may_leave, post=Post.ADMINISTRATOR, others=1)
belong = asked(rules.may_belong, unit="a", parent="c", parents={"c": "b", "b": None})
enter = asked(rules.may_enter, lead="a", co_units=("b",), known=("a", "b"))

ROWS = (
    activate.allows("with all three"),
    *(
        activate.refuses(f"without its {post}", norms.RESPONSIBLE_PERSONS, unit=unit(posts=RESPONSIBLE - {post}))
        for post in sorted(RESPONSIBLE)
    ),
    activate.allows("a unit that handles nothing, with nobody", unit=unit("centre")),
    activate.allows(
        "with nobody, where none are wanted", unit=unit(), pack=without(WENDENG, norms.RESPONSIBLE_PERSONS)
    ),
    activate.allows(
        "without a deputy, where there are none",
        unit=unit(posts=RESPONSIBLE - {Post.DEPUTY}),
        pack=replace(WENDENG, posts={code: post for code, post in WENDENG.posts.items() if code != Post.DEPUTY}),
    ),
    found.allows("a department"),
    found.allows("a utility with its superior", type_code="utility", superior_body="市供电公司"),
    found.refuses("a type that the regulation does not name", norms.SUPERIOR_BODY, "type", type_code="guild"),
    found.refuses("a utility without a superior", norms.SUPERIOR_BODY, "superior_body", type_code="utility"),
    appoint.allows("a handler"),
    appoint.refuses("a post that the regulation does not name", norms.SUCCESSION, "post", post="mayor"),
    waive.allows("in training"),
    waive.refuses("in earnest", norms.IDENTITY_PROTECTED, training=False),
    #
    advance.allows("by a second"),
    advance.allows("by two years", after=NOW + YEARS),
    advance.refuses("by more", norms.TRAINING_CLOCK, after=NOW + YEARS + timedelta(seconds=1)),
    advance.refuses("by nothing", norms.TRAINING_CLOCK, after=NOW),
    advance.refuses("in earnest", norms.TRAINING_CLOCK, jurisdiction=plain(JurisdictionFacts)),
    administer.allows("the administrator"),
    administer.refuses("the head of a unit", norms.SUCCESSION, actor=person("unit.head")),
    leave.allows("one of two administrators"),
    leave.allows("the only handler", post=Post.HANDLER, others=0),
    leave.refuses("the only administrator", norms.SUCCESSION, others=0),
    belong.allows("below a unit of another line"),
    belong.refuses("below itself", norms.RESPONSIBLE_PERSONS, "parent", parent="a"),
    belong.refuses("below what lies below it", norms.RESPONSIBLE_PERSONS, "parent", parents={"c": "b", "b": "a"}),
    enter.allows("two units that are there"),
    enter.refuses("a lead that is not", norms.DISPATCH_WITH_BASIS, "lead", known=("b",)),
    enter.refuses("a co-unit that is not", norms.DISPATCH_WITH_BASIS, "co_units", co_units=("c",)),
    enter.refuses("the lead as its own co-unit", norms.DISPATCH_WITH_BASIS, "co_units", co_units=("a",)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_the_organisations_says(row: Row) -> None:
    row.holds()
