"""Who may act is asked of the post when they act, never of an account that was written down earlier (F21, F22)."""

from datetime import timedelta
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.determination import queries as determination
from bihuan.determination.types import Act as D
from bihuan.duties import queries as duties
from bihuan.duties.types import DutyFilters
from bihuan.joint import queries as joint
from bihuan.joint.types import Act as J
from bihuan.joint.types import Kind
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.ledgers import commands as ledgers
from bihuan.ledgers import queries as views
from bihuan.ledgers.types import SaveView, Which
from bihuan.organisations import commands
from bihuan.organisations.forms import Fill, Vacate
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.determination.walks import DeterminationWalk, to_submitted, with_determiners
from tests.joint.walks import JointWalk, cover, name_liaison, with_bodies
from tests.towns import START, Town, settle
from tests.walks import Walk

TOMORROW = START.date() + timedelta(days=1)
LATER = START + timedelta(days=1)


@pytest.fixture
def town(wendeng: Town) -> Town:
    """A town with its bodies, and somebody new who so far holds nothing of weight."""
    town = with_bodies(wendeng)
    settle("wd", town.desk, "next", "operator")
    return town


def chief(town: Town) -> Actor:
    return town.actor("desk.administrator")


def succeed(town: Town, unit: str, post: str, account: str) -> None:
    """The administrator dismisses somebody and names who follows, from tomorrow on."""
    fields = Vacate(until_on=TOMORROW, successor="wd.next", left_open=False)
    commands.dismiss(account=f"wd.{account}", unit=unit, post=post, **fields.model_dump(), actor=chief(town), now=START)


def dismiss(town: Town, unit: str, post: str, account: str) -> None:
    fields = Vacate(until_on=TOMORROW, left_open=True)
    commands.dismiss(account=f"wd.{account}", unit=unit, post=post, **fields.model_dump(), actor=chief(town), now=START)


def reported(town: Town, leader: str = "leaders.leader") -> JointWalk:
    """A linkage whose difficulty was put before the leader whose portfolio covers the unit."""
    cover(town, town.unit, leader)
    walk = JointWalk(town, Kind.LINKAGE, Walk(town)).begin()
    walk.do(J.REPORT)
    return walk


def tomorrow(walk: JointWalk) -> JointWalk:
    walk.case.actors.clear()
    walk.case.later(days=1)
    return walk


@pytest.mark.clause("WD-2.3e", "HN-F3")
def test_what_was_put_before_a_leader_is_decided_by_the_successor(town: Town) -> None:
    walk = reported(town)
    succeed(town, f"{town.code}.leaders", "leader", "leaders.leader")
    (row,) = [r for r in joint.portfolios("wd", now=LATER) if r.in_force]
    assert (row.account, row.from_on) == ("wd.next", TOMORROW)
    told = [e for e in events("jurisdiction:wd") if e.kind == "joint.unit-covered"][-1]
    assert (told.facts["account"], told.facts["succeeded"]) == ("wd.next", "wd.leaders.leader")
    tomorrow(walk)
    with pytest.raises(Unknown):
        walk.do(J.INSTRUCT, by="leaders.leader")
    with pytest.raises(Refused, match="已转分管") as found:
        walk.do(J.INSTRUCT, by="leaders.second")
    assert found.value.refusal.norm == norms.LINKAGE_COORDINATE
    walk.do(J.INSTRUCT, by="next")
    assert verify("wd").clean


def test_where_the_leader_left_without_a_successor_any_leader_decides(town: Town) -> None:
    walk = reported(town)
    assert joint.leader_of(town.unit, now=START) == "wd.leaders.leader"
    dismiss(town, f"{town.code}.leaders", "leader", "leaders.leader")
    assert joint.leader_of(town.unit, now=LATER) == ""
    (row,) = joint.portfolios("wd", now=LATER)
    assert (row.in_force, row.vacant, row.until_on) == (False, True, TOMORROW)
    tomorrow(walk).do(J.INSTRUCT, by="leaders.second")


def mine(actor: Actor, now: Any = LATER) -> set[tuple[str, str]]:
    rows = duties.owed(actor, DutyFilters(mine=True), labels={}, now=now)
    return {(row.kind, row.holder) for row in rows}


@pytest.mark.clause("WD-3.3f")
@pytest.mark.parametrize(("kind", "duty"), [(Kind.WHISTLE, "check_in"), (Kind.LINKAGE, "linkage_accept")])
def test_the_liaison_in_force_finds_the_whistle_among_their_own(town: Town, kind: Kind, duty: str) -> None:
    settle("wd", town.other, "other.second", "deputy")
    JointWalk(town, kind, Walk(town)).begin()
    owed = (duty, town.other)

    def finds(short: str, now: Any = LATER) -> bool:
        return owed in mine(town.actor(short, now), now)

    assert finds("other.handler")
    assert finds("other.deputy"), "no liaison: the deputies"
    assert finds("other.second")
    assert not finds("unit.deputy")
    name_liaison(town, "other", "other.deputy")
    assert finds("other.deputy")
    assert not finds("other.second"), "another is the liaison"
    assert finds("other.handler"), "the handler as before"


@pytest.mark.clause("WD-3.3f")
def test_a_liaison_is_in_force_while_they_are_the_deputy_and_is_succeeded_with_the_post(town: Town) -> None:
    name_liaison(town, "other", "other.deputy")
    assert [row.in_force for row in joint.liaisons("wd", now=START)] == [True]
    succeed(town, town.other, "deputy", "other.deputy")
    rows = {row.account: row.in_force for row in joint.liaisons("wd", now=LATER)}
    assert rows == {"wd.next": True, "wd.other.deputy": False}
    told = events("jurisdiction:wd")[-1]
    assert (told.kind, told.facts["succeeded"]) == ("joint.liaison-named", "wd.other.deputy")
    dismissed = Vacate(until_on=TOMORROW + timedelta(days=1), left_open=True)
    commands.dismiss(
        account="wd.next", unit=town.other, post="deputy", **dismissed.model_dump(), actor=chief(town), now=START
    )
    rows = joint.liaisons("wd", now=LATER + timedelta(days=1))
    left = [(row.vacant, row.until_on) for row in rows if row.account == "wd.next"]
    assert left == [(True, TOMORROW + timedelta(days=1))], "nobody is told to be the liaison on and on"


def test_who_takes_over_by_appointment_inherits_too(town: Town) -> None:
    name_liaison(town, "other", "other.deputy")
    form = Fill(account="wd.next", post="deputy", from_on=TOMORROW, acting=False, succeed=True)
    commands.appoint(unit=town.other, **form.model_dump(), actor=chief(town), now=START)
    assert {row.account for row in joint.liaisons("wd", now=LATER) if row.in_force} == {"wd.next"}


def test_another_deputy_leaves_the_liaison_where_it_is(town: Town) -> None:
    settle("wd", town.other, "other.second", "deputy")
    name_liaison(town, "other", "other.deputy")
    succeed(town, town.other, "deputy", "other.second")
    assert {row.account for row in joint.liaisons("wd", now=LATER) if row.in_force} == {"wd.other.deputy"}


def test_who_speaks_for_a_body_is_succeeded_or_wanted_anew(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    settle("wd", town.desk, "next", "operator")
    walk = to_submitted(DeterminationWalk(town, Walk(town)))
    body = "wd.justice"
    walk.do(D.NAME_CONTACT, by="justice.handler")
    assert [c.account for c in determination.contacts("wd", now=walk.now) if c.unit == body] == ["wd.justice.handler"]
    succeed(town, body, "handler", "justice.handler")
    (contact,) = [c for c in determination.contacts("wd", now=walk.now + timedelta(days=1)) if c.unit == body]
    assert contact.account == "wd.next"
    assert determination.without_contact([body], "wd", now=walk.now + timedelta(days=1)) == ()


def test_a_view_that_is_shared_stays_with_the_unit(town: Town) -> None:
    clerk, deputy = town.actor("unit.handler"), town.actor("unit.deputy")
    for shared in (True, False):
        fields = SaveView(name=f"路灯{shared}", shared=shared)
        ledgers.save_view(which=Which.CASE, query="q=1", fields=fields, actor=clerk)
    (seen,) = views.views(Which.CASE, deputy, now=START)
    assert not seen.own
    with pytest.raises(Unknown):
        ledgers.drop_view(id=seen.id, actor=deputy, now=START)
    dismiss(town, town.unit, "handler", "unit.handler")
    gone = town.actor("unit.handler", LATER)
    assert [view.shared for view in views.views(Which.CASE, gone, now=LATER)] == [False]
    with pytest.raises(Unknown):
        ledgers.drop_view(id=seen.id, actor=gone, now=LATER)
    (seen,) = views.views(Which.CASE, town.actor("unit.deputy", LATER), now=LATER)
    assert seen.own
    ledgers.drop_view(id=seen.id, actor=town.actor("unit.deputy", LATER), now=LATER)
    assert views.views(Which.CASE, deputy, now=LATER) == []
