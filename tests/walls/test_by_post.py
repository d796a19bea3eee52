"""A part that names posts is taken by them alone: sight, act, list, search, workbench and identity ask it (F133)."""

from datetime import date

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.commands import LIFE, let_join
from bihuan.cases.types import Act, CaseFilters, Part
from bihuan.duties.sight import Parts, parts_of, posts_in, takes_part
from bihuan.kernel.actor import Seat
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import by_account
from bihuan.record import scope
from tests.api.clients import Api
from tests.towns import FOUNDER, START, Town, settle
from tests.walks import REQUEST, Walk
from tests.walls.roles import as_the_site

OBSERVER, HANDLER, BOTH = "wd.other.supervisor", "wd.other.handler", "wd.other.head"
LOOK = {"ground": "audit", "reason": "监督检查办理情况，向诉求人核实。"}


def also(account: str, unit: str, post: str) -> None:
    """Somebody holds another post besides."""
    organisations.appoint(account=account, unit=unit, post=post, from_on=date(2021, 1, 1), actor=FOUNDER, now=START)


@pytest.fixture
def observed(wendeng: Town) -> Walk:
    """A case that the supervisor of a unit observes, in which nobody else of that unit has a part."""
    settle("wd", wendeng.other, "other.supervisor", "supervisor")
    also(BOTH, wendeng.other, "supervisor")
    walk = Walk(wendeng).along(Act.REGISTER)
    let_join(walk.number, {wendeng.other: Part.SUPERVISION}, now=walk.now, posts=["supervisor"])
    return walk


@pytest.mark.parametrize(("account", "sees"), [(OBSERVER, True), (HANDLER, False), (BOTH, True)])
def test_the_observer_sees_it_and_the_handler_of_the_same_unit_does_not(
    observed: Walk, account: str, sees: bool
) -> None:
    standing = by_account(account, at=observed.now)
    assert standing is not None
    actor, found = standing.actor, [observed.number] if sees else []
    with as_the_site(), scope.reading(actor):
        assert list(cases.visible_to(actor).values_list("number", flat=True)) == found
        assert cases.count_seen(actor, 10) == len(found)
        words = CaseFilters(words=REQUEST["title"])
        assert [row.number for row in cases.ledger(actor, words, now=observed.now)] == found
    for see in (lambda: cases.visible_facts(observed.number, actor), lambda: LIFE.see(observed.number, actor)):
        if sees:
            assert see().number == observed.number
        else:
            with pytest.raises(Unknown):
                see()


def test_who_does_not_see_it_does_not_act_on_it_and_learns_no_identity(observed: Walk) -> None:
    path = f"/cases/{observed.number}"
    for account, status in ((OBSERVER, 200), (HANDLER, 404)):
        api = Api(account)
        assert api.get(path).status_code == status
        assert api.post(f"{path}/requester/disclosures", LOOK).status_code == (201 if status == 200 else status)
    assert Api(HANDLER).post(f"{path}/acts/sign_in").status_code == 404
    standing = by_account(HANDLER, at=observed.now)
    assert standing is not None
    with pytest.raises(Unknown):
        LIFE.begin(observed.number, Act.SIGN_IN, actor=standing.actor, now=observed.now)


def test_whoever_holds_two_posts_looks_by_the_one_that_takes_part(observed: Walk) -> None:
    """The handler's seat brings nothing here, also to whoever is the observer besides."""
    also(OBSERVER, observed.town.other, "handler")
    handlers = {"ground": "contact", "reason": "联系诉求人核实有关情况。"}
    api = Api(OBSERVER)
    assert api.post(f"/cases/{observed.number}/requester/disclosures", handlers).status_code == 409
    assert api.post(f"/cases/{observed.number}/requester/disclosures", LOOK).status_code == 201


def test_a_part_of_the_whole_unit_is_everybodys_beside_one_of_a_post() -> None:
    parts = parts_of(["lead wd.unit ", "co wd.unit deputy", "supervision wd.other supervisor,head"])
    assert parts == {"lead": {"wd.unit"}, "co": {"wd.unit"}, "supervision": {"wd.other"}}
    assert posts_in(parts) == {"wd.other": {"supervisor", "head"}}
    assert posts_in(dict(parts)) == posts_in(Parts()) == {}
    assert takes_part(Seat("wd.unit", "handler"), posts_in(parts))
    assert not takes_part(Seat("wd.other", "handler"), posts_in(parts))
