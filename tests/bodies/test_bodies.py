"""领导小组: seats as the annex prints them, held by posts; who succeeds is the member, and a note says so."""

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.bodies import commands, queries
from bihuan.bodies.types import BodyRow, PlaceSeat
from bihuan.clockwork.commands import sweep
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.policy.loader import pack
from tests.towns import FOUNDER, START, Town, settle

HUAINAN, TODAY = pack("huainan-2021-55"), date(2025, 3, 3)


def place(town: Town, seat: str, **said: Any) -> None:
    """Say by which post a seat is held; the installer acts for the administrator."""
    fields = PlaceSeat.model_validate({"from_on": TODAY, **said})
    commands.place_seat(seat=seat, fields=fields, actor=Actor.installer(town.code), now=START)


def seat_of(found: tuple[BodyRow, ...], code: str) -> Any:
    return next(seat for body in found for seat in body.seats if seat.code == code)


@pytest.mark.clause("HN-F1", "HN-F3")
def test_the_roster_is_by_posts_and_a_successor_is_a_member_without_a_document(huainan: Town) -> None:
    found = queries.bodies(huainan.code, HUAINAN, TODAY)
    group = found[0]
    assert [(seat.role, seat.text) for seat in group.seats][:3] == [
        ("组长", "市委常委、常务副市长"),
        ("第一副组长", "市政府秘书长"),
        ("副组长", "市委副秘书长、市督查考核办主任"),
    ]
    assert len(group.seats) == 9
    assert all(seat.vacant for seat in group.seats), "nobody is a member by name"
    assert seat_of(found, "member_newspaper").text == "淮南日报社社长"
    place(huainan, "deputy_supervision", unit=huainan.supervision, post="head")
    sweep(huainan.code, START)
    assert seat_of(queries.bodies(huainan.code, HUAINAN, TODAY), "deputy_supervision").holders == ("supervision.head",)
    settle(huainan.code, huainan.unit, "heir", "liaison", START)
    later = START + timedelta(days=3)
    organisations.appoint(
        account=f"{huainan.code}.heir",
        unit=str(huainan.supervision),
        post="head",
        from_on=date(2025, 3, 6),
        succeed=True,
        actor=FOUNDER,
        now=later,
    )
    sweep(huainan.code, later)
    after = queries.bodies(huainan.code, HUAINAN, date(2025, 3, 6))
    assert seat_of(after, "deputy_supervision").holders == ("heir",)
    before = queries.bodies(huainan.code, HUAINAN, date(2025, 3, 5))
    assert seat_of(before, "deputy_supervision").holders == ("supervision.head",), "by the day"
    told = [event.sentence for event in queries.history(huainan.code, "leading_group")]
    assert told[-1] == "副组长（市委副秘书长、市督查考核办主任）由heir履行职责，不再另行行文"
    assert commands.follow(jurisdiction=huainan.code, actor=Actor.clockwork(huainan.code), now=later) == 0
    assert verify().findings == ()


@pytest.mark.clause("HN-F2")
def test_the_office_has_its_director_and_deputy_by_posts(huainan: Town) -> None:
    place(huainan, "office_director", unit=huainan.office, post="list_director")
    office = queries.bodies(huainan.code, HUAINAN, TODAY)[1]
    assert [(seat.role, seat.holders) for seat in office.seats] == [
        ("办公室主任", ("office.list_director",)),
        ("办公室副主任", ()),
    ]
    with pytest.raises(Refused) as refused:
        place(huainan, "office_deputy", unit=huainan.unit, post="handler")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.BODY_OFFICE, "post")
    place(huainan, "office_director")
    assert seat_of(queries.bodies(huainan.code, HUAINAN, TODAY), "office_director").vacant
    with pytest.raises(Unknown):
        place(huainan, "council")


def test_officials_place_no_seat(huainan: Town) -> None:
    fields = PlaceSeat.model_validate({"from_on": TODAY})
    with pytest.raises(Refused):
        commands.place_seat(seat="leader", fields=fields, actor=huainan.actor("office.list_director"), now=START)
