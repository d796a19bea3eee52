"""The administrator keeps units, people, posts and the responsibility list; nobody else does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from pydantic import ValidationError

from bihuan.audit.queries import verify
from bihuan.duties.models import Duty
from bihuan.duties.queries import open_of
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import AmendEntry, ChangeUnit, EndEntry, Fill, NewEntry, NewPerson, Vacate
from bihuan.organisations.models import Person
from bihuan.record import scope
from bihuan.record.queries import events
from tests.towns import FOUNDER, START, Town, found, settle
from tests.walks import TO_HANDLING, Walk
from tests.walls.roles import as_the_site

TODAY = date(2025, 3, 3)
ENTRY: dict[str, Any] = {"code": "X-1", "matter": "路灯维护", "basis": "三定规定", "from_on": TODAY}


@pytest.fixture
def chief(wendeng: Town) -> Actor:
    """The administrator of the town."""
    settle(wendeng.code, wendeng.desk, "chief", "administrator")
    return wendeng.actor("chief")


def admitted(chief: Actor, account: str = "wd.new") -> str:
    return commands.enter_person(jurisdiction="wd", name="新来的人", account=account, actor=chief, now=START)


def test_nobody_but_the_administrator_administers(wendeng: Town) -> None:
    clerk = wendeng.actor("desk.registrar")
    with pytest.raises(Refused, match="只有系统管理员可以办理"):
        commands.enter_person(jurisdiction="wd", name="某", account="wd.x", actor=clerk, now=START)
    with pytest.raises(Refused, match="只有系统管理员可以办理"):
        commands.found_unit(
            jurisdiction="wd", name="某局", code="wd.x", type_code="department", parent=None, actor=clerk, now=START
        )
    with pytest.raises(Refused, match="只有系统管理员可以办理"):
        commands.close_account(account="wd.unit.head", actor=clerk, now=START, at=START)


def test_a_new_person_signs_in_with_the_one_time_password_told_once(wendeng: Town, chief: Actor) -> None:
    password = admitted(chief)
    assert check_password(password, Person.objects.get(account="wd.new").password)
    assert queries.person("wd.new", "wd", now=START).provisional
    assert password not in str([(e.sentence, e.facts, e.private) for e in events("person:wd.new")])
    with pytest.raises(Refused, match=r"账号wd\.new已被使用") as refused:
        admitted(chief)
    assert refused.value.refusal.field == "account"


@pytest.mark.clause("HN-F3")
def test_a_successor_takes_over_the_post_with_what_is_open_in_it(wendeng: Town, chief: Actor) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    owed = open_of(wendeng.unit, "wd")
    assert owed == {("handler", "first_contact"): 1, ("handler", "handle"): 1}
    admitted(chief)
    form = Fill(account="wd.new", post="handler", from_on=TODAY, succeed=True)
    commands.appoint(unit=wendeng.unit, **form.model_dump(), actor=chief, now=walk.now)
    gone, come = wendeng.actor("unit.handler", walk.now), wendeng.actor("new", walk.now)
    assert not gone.holds("handler")
    assert come.holds("handler", unit=wendeng.unit)
    walk.actors["unit.handler"] = come
    walk.do("answer")
    assert events(f"unit:{wendeng.unit}")[-1].facts["succeeded"] == ["wd.unit.handler"]
    assert verify("wd").clean


def test_who_holds_a_post_is_not_appointed_to_it_again(wendeng: Town, chief: Actor) -> None:
    form = Fill(account="wd.unit.head", post="head", from_on=TODAY)
    with pytest.raises(Refused, match="已经担任"):
        commands.appoint(unit=wendeng.unit, **form.model_dump(), actor=chief, now=START)
    with pytest.raises(Refused, match="没有“king”这个职务"):
        commands.appoint(
            unit=wendeng.unit,
            **Fill(account="wd.unit.head", post="king", from_on=TODAY).model_dump(),
            actor=chief,
            now=START,
        )


def test_the_only_administrator_stays(wendeng: Town, chief: Actor) -> None:
    leave = Vacate(until_on=TODAY + timedelta(days=1))
    post = {"unit": wendeng.desk, "post": "administrator", **leave.model_dump(), "actor": chief, "now": START}
    with pytest.raises(Refused, match="唯一的系统管理员"):
        commands.dismiss(account="wd.chief", **post)
    settle("wd", wendeng.desk, "second", "administrator")
    commands.dismiss(account="wd.chief", **post)
    assert not wendeng.actor("chief", START + timedelta(days=1)).seats


def test_an_account_is_closed_once_its_posts_are_given_up(wendeng: Town, chief: Actor) -> None:
    with pytest.raises(Refused, match="请先免职"):
        commands.close_account(account="wd.other.head", actor=chief, now=START, at=START)
    commands.dismiss(
        account="wd.other.head",
        unit=wendeng.other,
        post="head",
        **Vacate(until_on=TODAY).model_dump(),
        actor=chief,
        now=START,
    )
    commands.close_account(account="wd.other.head", actor=chief, now=START, at=START)
    assert queries.by_account("wd.other.head", at=START) is None


def test_a_unit_is_entered_renamed_and_placed_below_another_but_never_below_itself(wendeng: Town, chief: Actor) -> None:
    commands.found_unit(
        jurisdiction="wd",
        name="城管中队",
        code="wd.squad",
        type_code="department",
        parent=wendeng.unit,
        actor=chief,
        now=START,
    )
    with pytest.raises(Refused, match="已经有“城管中队”"):
        commands.found_unit(
            jurisdiction="wd", name="城管中队", code="wd.b", type_code="department", parent=None, actor=chief, now=START
        )
    with pytest.raises(Refused, match="不能隶属于自己"):
        commands.change_unit(
            code=wendeng.unit,
            fields=ChangeUnit(name="执法局", parent="wd.squad", basis="改革方案"),
            actor=chief,
            now=START,
        )
    commands.change_unit(code=wendeng.unit, fields=ChangeUnit(name="执法局", basis="改革方案"), actor=chief, now=START)
    assert queries.unit(wendeng.unit, "wd", now=START).name == "执法局"
    with pytest.raises(Refused, match="不能启用"):
        commands.activate_unit(jurisdiction="wd", code="wd.squad", actor=chief, now=START)


def test_what_belongs_to_another_jurisdiction_is_not_found(wendeng: Town, chief: Actor) -> None:
    elsewhere = found("we", "wendeng-2021-10", prefix="WE")
    with pytest.raises(Unknown):
        commands.close_account(account="we.unit.head", actor=chief, now=START, at=START)
    with pytest.raises(Unknown):
        commands.activate_unit(jurisdiction="we", code=elsewhere.unit, actor=chief, now=START)
    with pytest.raises(Unknown):
        commands.appoint(
            unit=elsewhere.unit,
            **Fill(account="wd.chief", post="head", from_on=TODAY).model_dump(),
            actor=chief,
            now=START,
        )
    with pytest.raises(Refused, match="没有这个单位"):
        commands.enter_responsibility(
            jurisdiction="wd", **NewEntry(**ENTRY, lead=elsewhere.unit).model_dump(), actor=chief, now=START
        )


def test_an_entry_of_the_list_is_amended_from_a_day_on_and_what_it_said_stays(wendeng: Town, chief: Actor) -> None:
    commands.enter_responsibility(
        jurisdiction="wd", **NewEntry(**ENTRY, lead=wendeng.unit).model_dump(), actor=chief, now=START
    )
    with pytest.raises(Refused, match="X-1已被使用"):
        commands.enter_responsibility(
            jurisdiction="wd", **NewEntry(**ENTRY, lead=wendeng.unit).model_dump(), actor=chief, now=START
        )
    later = TODAY + timedelta(days=7)
    amended = AmendEntry(matter="路灯和景观灯维护", lead=wendeng.other, basis="职责调整", from_on=later)
    commands.amend_responsibility(code="X-1", fields=amended, actor=chief, now=START)
    held = [(e.lead, e.from_on, e.until_on) for e in queries.entries("wd", code="X-1")]
    assert held == [(wendeng.other, later, None), (wendeng.unit, TODAY, later)]
    assert [r.lead for r in queries.responsibilities("wd", now=START)] == [wendeng.unit]
    assert [r.lead for r in queries.responsibilities("wd", now=START + timedelta(days=7))] == [wendeng.other]
    ending = EndEntry(until_on=later + timedelta(days=1), reason="不再使用")
    commands.end_responsibility(code="X-1", fields=ending, actor=chief, now=START)
    assert queries.responsibilities("wd", now=START + timedelta(days=8)) == ()
    with pytest.raises(Unknown):
        commands.end_responsibility(code="X-1", fields=ending, actor=chief, now=START)
    assert FOUNDER.account not in {e.account for e in events("jurisdiction:wd")[-3:]}


@pytest.mark.parametrize("account", ["", "A B", "新人", "x", "a" * 80, "wd/../x"])
def test_an_account_has_a_plain_name(account: str) -> None:
    with pytest.raises(ValidationError):
        NewPerson(name="某", account=account)


def test_what_a_post_hands_over_is_counted_right_for_who_sees_none_of_it(wendeng: Town, chief: Actor) -> None:
    Walk(wendeng).along(*TO_HANDLING)
    owed = open_of(wendeng.unit, "wd")
    stranger = wendeng.actor("other.handler")
    with as_the_site(), scope.reading(stranger):
        assert open_of(wendeng.unit, "wd") == owed != {}
        assert not Duty.objects.filter(holder=wendeng.unit).exists()
