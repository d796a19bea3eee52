"""A unit takes work only while it has whom its regulation demands: asked at every door, not once at its opening."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as C
from bihuan.determination.types import Act as D
from bihuan.dispatch.queries import suggestions
from bihuan.duties import queries as duties
from bihuan.duties.types import Unheld
from bihuan.joint.types import Act as J
from bihuan.joint.types import Kind
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as M
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Vacate
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from bihuan.web.forms import Choices
from tests.determination.walks import DeterminationWalk, to_gap, to_submitted, with_determiners
from tests.joint.walks import JointWalk, with_bodies
from tests.matters.walks import MatterWalk, to_class
from tests.towns import FOUNDER, START, Town, settle
from tests.walks import Walk

YESTERDAY = START.date() - timedelta(days=1)
Door = Callable[[Town], tuple[Callable[[], object], str, str]]
"""Walks up to a door; answers what then asks for the unit, which unit that is, and the field that names it."""


def leave(unit: str, post: str = "handler", on: date = YESTERDAY) -> None:
    """Whoever holds the post of a unit leaves it."""
    account = next(a.account for a in queries.holders([unit], START) if a.post == post)
    commands.dismiss(account=account, unit=unit, post=post, until_on=on, actor=FOUNDER, now=START)


def _dispatch(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = Walk(town).along(C.REGISTER)
    return lambda: walk.do(C.DISPATCH), town.unit, "lead"


def _dispatch_beside(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = Walk(town).along(C.REGISTER)
    return lambda: walk.do(C.DISPATCH, co_units=[town.other]), town.other, "co_units"


def _link(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = Walk(town).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    return lambda: walk.do(C.LINK), town.other, "units"


def _whistle(town: Town) -> tuple[Callable[[], object], str, str]:
    town = with_bodies(town)
    walk = JointWalk(town, Kind.WHISTLE, Walk(town)).begin(units=[f"{town.code}.third"])
    return lambda: walk.do(J.ADD_UNITS, units=[town.other]), town.other, "units"


def _parties(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = Walk(town).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    return lambda: walk.do(C.REQUEST_DETERMINATION), town.other, "parties"


def _add_parties(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = DeterminationWalk(with_bodies(town), Walk(town)).begin()
    third = f"{town.code}.third"
    return lambda: walk.do(D.ADD_PARTIES, parties=[third]), third, "parties"


def _issue(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = to_submitted(DeterminationWalk(with_determiners(town), Walk(town))).heard()
    return lambda: walk.do(D.ISSUE_UNIT, unit=town.other), town.other, "unit"


def _designate(town: Town) -> tuple[Callable[[], object], str, str]:
    walk = to_gap(DeterminationWalk(with_determiners(town), Walk(town))).along(D.REPORT)
    return lambda: walk.do(D.DESIGNATE, unit=town.other), town.other, "unit"


DOORS = (_dispatch, _dispatch_beside, _link, _whistle, _parties, _add_parties, _issue, _designate)


def refused(door: Callable[[], object], field: str) -> None:
    with pytest.raises(Refused, match="现无经办人") as found:
        door()
    assert (found.value.refusal.norm, found.value.refusal.field) == (norms.RESPONSIBLE_PERSONS, field)


@pytest.mark.clause("WD-6.1c", "WD-6.1d")
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__.strip("_"))
def test_no_door_of_wendeng_gives_work_to_a_unit_without_a_handler(wendeng: Town, door: Door) -> None:
    ask, unit, field = door(wendeng)
    leave(unit)
    refused(ask, field)


@pytest.mark.clause("HN-5.1a")
@pytest.mark.parametrize("named", ["lead", "co_units"])
def test_no_matter_is_assigned_to_a_unit_without_a_handler(huainan: Town, named: str) -> None:
    walk = to_class(MatterWalk(huainan))
    leave(huainan.other)
    said = {"lead": huainan.other} if named == "lead" else {"co_units": [huainan.other]}
    refused(lambda: walk.do(M.ASSIGN, **said), named)


def test_who_leaves_tomorrow_is_there_today(wendeng: Town) -> None:
    leave(wendeng.unit, on=START.date() + timedelta(days=1))
    Walk(wendeng).along(C.REGISTER, C.DISPATCH)


@pytest.mark.parametrize("post", ["head", "deputy", "handler"])
def test_it_is_not_offered_either(wendeng: Town, post: str) -> None:
    standing = queries.by_account("wd.desk.dispatcher", at=START)
    assert standing is not None
    commands.enter_responsibility(
        jurisdiction="wd", code="X", matter="路灯", lead=wendeng.unit, basis="三定规定",
        from_on=YESTERDAY, actor=FOUNDER, now=START,
    )  # fmt: skip
    assert wendeng.unit in {one.value for one in Choices(standing).unit}
    assert suggestions({"C": "路灯不亮"}, "wd", now=START)["C"]
    leave(wendeng.unit, post)
    assert wendeng.unit not in {one.value for one in Choices(standing).unit}
    assert not suggestions({"C": "路灯不亮"}, "wd", now=START)["C"]
    known = queries.named([wendeng.unit, wendeng.other], "wd", now=START).values()
    able = queries.able(known, Capacity.HANDLING, queries.pack_of("wd"))
    assert [unit.code for unit in able] == [wendeng.other]


TOMORROW = START.date() + timedelta(days=1)


@pytest.fixture
def chief(wendeng: Town) -> Actor:
    """The administrator of the town."""
    settle(wendeng.code, wendeng.desk, "chief", "administrator")
    return wendeng.actor("chief")


def vacate(chief: Actor, post: str = "handler", unit: str = "unit", **said: Any) -> bool:
    """The administrator dismisses who holds a post, as the page has it done."""
    where, fields = f"wd.{unit}", Vacate(**{"until_on": TOMORROW, **said})
    owed = duties.open_in_posts([where], "wd").get((where, post), 0)
    account = f"wd.{unit}.{post}"
    return commands.dismiss(
        account=account, unit=where, post=post, **fields.model_dump(), owed=owed, actor=chief, now=START
    )


def not_yet(chief: Actor, field: str, *words: str, norm: Norm | None = norms.SUCCESSION, **asked: Any) -> None:
    with pytest.raises(Refused, match=".*".join(words)) as found:
        vacate(chief, **asked)
    assert (found.value.refusal.norm, found.value.refusal.field) == (norm, field)


def test_who_leaves_open_duties_names_a_successor_who_finds_everything(wendeng: Town, chief: Actor) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    not_yet(chief, "left_open", "经办人", "2项")
    settle("wd", wendeng.other, "next", "handler")
    assert vacate(chief, successor="wd.next")
    assert duties.unheld("wd", now=START + timedelta(days=1)) == ()
    walk.actors.clear()
    walk.later(days=1)
    with pytest.raises(Unknown):
        walk.do(C.ANSWER)
    walk.do(C.RECORD_CONTACT, by="next")
    walk.do(C.ANSWER, by="next")


def test_or_says_that_nobody_follows_and_it_stands_there(wendeng: Town, chief: Actor) -> None:
    Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    assert vacate(chief, left_open=True)
    assert duties.unheld("wd", now=START) == ()
    assert [(row.unit, row.post, row.until_on) for row in queries.leaving("wd", now=START)] == [
        ("wd.unit", "handler", TOMORROW)
    ]
    later = START + timedelta(days=1)
    assert duties.unheld("wd", now=later) == (Unheld("wd.unit", "wd.unit", "handler", 2),)
    assert queries.leaving("wd", now=later) == ()
    report = verify("wd")
    assert [(r.subject, r.reason) for r in report.remarks] == [
        ("unit:wd.unit", "wd.unit的经办人现在无人在任，有2项未办结的职责")
    ], "that day is long over by the real clock, which is the town's"
    assert report.clean


@pytest.mark.parametrize(("days", "told"), [(7, True), (8, False)])
def test_what_ends_is_told_seven_days_before(wendeng: Town, chief: Actor, days: int, told: bool) -> None:
    vacate(chief, until_on=START.date() + timedelta(days=days))
    assert bool(queries.leaving("wd", now=START)) == told


def test_nothing_is_told_of_a_post_that_somebody_else_holds_then(wendeng: Town, chief: Actor) -> None:
    Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    settle("wd", wendeng.unit, "beside", "handler")
    assert vacate(chief)
    assert queries.leaving("wd", now=START) == ()
    assert duties.unheld("wd", now=START + timedelta(days=1)) == ()


def test_what_a_deputy_owes_is_not_nobodys_while_there_is_a_head(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    walk.do(C.ANSWER)
    leave(wendeng.unit, "deputy")
    assert duties.unheld("wd", now=walk.now) == ()
    leave(wendeng.unit, "head")
    assert [(row.post, row.open) for row in duties.unheld("wd", now=walk.now)] == [("deputy", 1)]


@pytest.mark.parametrize("post", ["registrar", "dispatcher", "reviewer", "caller"])
def test_the_last_of_a_desk_leaves_only_with_a_successor(wendeng: Town, chief: Actor, post: str) -> None:
    not_yet(chief, "successor", "唯一", unit="desk", post=post, left_open=True)
    settle("wd", wendeng.desk, "next", "operator")
    assert vacate(chief, unit="desk", post=post, successor="wd.next")
    held = queries.holders([wendeng.desk], START + timedelta(days=1))
    assert [a.account for a in held if a.post == post] == ["wd.next"]


def test_a_successor_who_cannot_take_the_post_is_refused_at_the_field(wendeng: Town, chief: Actor) -> None:
    not_yet(chief, "successor", "已经担任", successor="wd.unit.handler")
    not_yet(chief, "successor", "没有这个人", norm=None, successor="wd.nobody")


def test_in_earnest_the_post_is_left_when_the_successor_is_confirmed(wendeng: Town, chief: Actor) -> None:
    from bihuan.organisations.models import Jurisdiction

    Jurisdiction.objects.filter(code="wd").update(training=False, second_factor=True)
    settle("wd", wendeng.other, "next", "handler")
    assert not vacate(chief, successor="wd.next")
    assert [a.account for a in queries.holders([wendeng.unit], START + timedelta(days=9)) if a.post == "handler"] == [
        "wd.unit.handler"
    ]
    (waiting,) = queries.proposals("wd")
    commands.confirm_post(proposal=waiting.id, actor=wendeng.actor("unit.head"), now=START)
    assert [a.account for a in queries.holders([wendeng.unit], START + timedelta(days=9)) if a.post == "handler"] == [
        "wd.next"
    ]
