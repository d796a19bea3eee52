"""The administrator sees no case, and gives nobody a power alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from bihuan.cli import account as console
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Fill
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.towns import FOUNDER, START, Town, found, settle
from tests.web.officials import Official, Page

TODAY = date(2025, 3, 3)


@pytest.fixture
def real(db: None) -> Town:
    """A town in earnest, with two administrators."""
    town = found("zs", "wendeng-2021-10", prefix="ZS", training=False)
    for short in ("chief", "second"):
        settle("zs", town.desk, short, "administrator")
    commands.enter_person(jurisdiction="zs", account="zs.new", name="新来的", password="x", actor=FOUNDER, now=START)
    return town


def fill(town: Town, actor: Actor, post: str = "handler", account: str = "new", **more: object) -> bool:
    fields = Fill.model_validate({"account": f"{town.code}.{account}", "post": post, "from_on": TODAY, **more})
    return commands.appoint(unit=town.unit, **fields.model_dump(), actor=actor, now=START)


def waiting(town: Town) -> list[int]:
    return [row.id for row in queries.proposals(town.code)]


def test_the_administrators_post_brings_no_sight() -> None:
    seats = {"administrator": frozenset(), "operator": frozenset(), "registrar": frozenset({"u"})}
    from bihuan.kernel.actor import Seat

    assert {post: Actor("a", "a", "t", frozenset({Seat("u", post)})).units for post in seats} == seats


def test_a_power_takes_effect_when_a_second_administrator_confirms_it(real: Town) -> None:
    assert fill(real, real.actor("chief")) is False
    assert real.actor("new").seats == frozenset()
    assert queries.holders([real.unit], START)
    (id,) = waiting(real)
    for nobody in ("chief", "new", "unit.handler", "other.head", "desk.registrar"):
        with pytest.raises(Refused) as refused:
            commands.confirm_post(proposal=id, actor=real.actor(nobody), now=START)
        assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED, nobody
    commands.confirm_post(proposal=id, actor=real.actor("second"), now=START)
    assert real.actor("new").holds("handler", unit=real.unit)
    assert waiting(real) == []
    told = events(f"unit:{real.unit}")[-1]
    assert (told.kind, told.account, told.facts["proposed_by"]) == ("organisations.appointed", "zs.second", "zs.chief")
    with pytest.raises(Refused):
        commands.confirm_post(proposal=id, actor=real.actor("second"), now=START)


def test_the_head_of_the_unit_confirms_from_the_day_of_confirming(real: Town) -> None:
    fill(real, real.actor("chief"), succeed=True)
    later = START + timedelta(days=3)
    commands.confirm_post(proposal=waiting(real)[0], actor=real.actor("unit.head", later), now=later)
    (row,) = [a for a in queries.holders([real.unit], later) if a.post == "handler"]
    assert (row.account, row.from_on) == ("zs.new", TODAY + timedelta(days=3))


def test_a_proposal_is_asked_again_when_it_is_confirmed(real: Town) -> None:
    fill(real, real.actor("chief"))
    with pytest.raises(Refused):
        fill(real, real.actor("second"))
    commands.close_account(account="zs.new", actor=real.actor("chief"), now=START, at=START)
    with pytest.raises(Refused):
        commands.confirm_post(proposal=waiting(real)[0], actor=real.actor("second"), now=START)


def test_a_proposal_is_taken_back_or_not_confirmed_and_can_be_made_again(real: Town) -> None:
    for who in ("chief", "second", "unit.head"):
        fill(real, real.actor("chief"))
        (id,) = waiting(real)
        with pytest.raises(Refused):
            commands.drop_post(proposal=id, actor=real.actor("unit.deputy"), now=START)
        commands.drop_post(proposal=id, actor=real.actor(who), now=START)
        assert waiting(real) == []
    assert real.actor("new").seats == frozenset()


def test_a_post_without_a_power_and_one_in_training_hold_at_once(real: Town, wendeng: Town) -> None:
    assert fill(real, real.actor("chief"), post="deputy") is True
    assert real.actor("new").holds("deputy")
    settle("wd", wendeng.desk, "chief", "administrator")
    assert fill(wendeng, wendeng.actor("chief"), account="other.head") is True
    assert wendeng.actor("other.head").holds("handler", unit=wendeng.unit)


def test_another_jurisdictions_proposal_is_not_there(real: Town, wendeng: Town) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")
    fill(real, real.actor("chief"))
    (id,) = waiting(real)
    for call in (commands.confirm_post, commands.drop_post):
        for number in (id, 10**15):
            with pytest.raises(Unknown):
                call(proposal=number, actor=wendeng.actor("chief"), now=START)


@pytest.mark.parametrize("training", [True, False])
def test_nobody_appoints_themselves_and_who_administers_holds_no_other_power(db: None, training: bool) -> None:
    town = found("ya", "wendeng-2021-10", prefix="YA", training=training)
    settle("ya", town.desk, "chief", "administrator")
    chief = town.actor("chief")
    for post, account in (
        ("handler", "chief"),
        ("deputy", "chief"),
        ("administrator", "unit.handler"),
        ("administrator", "desk.reviewer"),
    ):
        with pytest.raises(Refused) as refused:
            fill(town, chief, post=post, account=account)
        assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "account")
    settle("ya", town.desk, "second", "administrator")
    with pytest.raises(Refused):
        fill(town, chief, post="handler", account="second")
    assert fill(town, chief, post="deputy", account="second") is True


def test_powers_of_late_are_told_with_who_gave_and_confirmed_them(real: Town) -> None:
    fill(real, real.actor("chief"))
    commands.confirm_post(proposal=waiting(real)[0], actor=real.actor("second"), now=START)
    commands.appoint(account="zs.new", unit=real.unit, post="deputy", from_on=TODAY, actor=FOUNDER, now=START)
    found_rows = [row for row in queries.new_powers("zs", now=START + timedelta(days=29)) if row.account == "zs.new"]
    (row,) = found_rows
    assert (row.post, row.by, row.confirmed_by) == ("handler", "chief", "second")
    assert not queries.new_powers("zs", now=START + timedelta(days=31))


def test_the_console_lists_and_confirms_where_nobody_else_can(real: Town) -> None:
    fill(real, real.actor("chief"))
    (id,) = waiting(real)
    run = CliRunner()
    assert run.invoke(console.command, ["appointments", "zs"]).output == f"{id}\tzs.new\tzs.unit\thandler\tzs.chief\n"
    assert run.invoke(console.command, ["confirm", "zs", "999999"]).exit_code == 1
    assert run.invoke(console.command, ["confirm", "nowhere", str(id)]).exit_code == 1
    refused = run.invoke(console.command, ["confirm", "zs", str(id)])
    assert (refused.exit_code, "这项任命由second、unit.head确认" in refused.output) == (1, True), refused.output
    for account, unit, post in (("second", real.desk, "administrator"), ("unit.head", real.unit, "head")):
        until = {"until_on": queries.today(datetime.now(UTC)), "left_open": True, "now": datetime.now(UTC)}
        commands.dismiss(account=f"zs.{account}", unit=unit, post=post, actor=FOUNDER, **until)
    assert run.invoke(console.command, ["confirm", "zs", str(id)]).exit_code == 0
    assert real.actor("new", datetime.now(UTC)).holds("handler")


def test_on_the_pages_one_proposes_another_confirms_and_supervisors_see_it(real: Town) -> None:
    chief, head = Official("zs.chief"), Official("zs.unit.head")
    url = f"/units/at/{real.unit}/"
    form = {"do": "fill", "account": "zs.chief", "post": "handler", "from_on": "2021-06-01"}
    own = chief.client.post(url, form)
    assert (own.status_code, "不能任命自己" in Page(own).text) == (409, True)
    assert "确认后生效" in chief.send(url, url, {**form, "account": "zs.new"}).text
    assert "确认" not in [f.values for f in chief.read(url).forms if f.values.get("do") == ["confirm"]]
    page = head.read("/units/")
    assert "待确认的任命" in page.text
    confirming = next(f for f in head.read(url).forms if f.values.get("do") == ["confirm"])
    assert head.client.post(url, confirming.values).status_code == 302
    assert "待确认的任命" not in head.read(url).text
    assert head.client.post(url, confirming.values).status_code == 409
    assert head.client.post(url, {**confirming.values, "proposal": "x"}).status_code == 404
    listed = Official("zs.second").read("/looks/").text
    assert "近30天新授予的权限" in listed
    assert "新来的" in listed
