"""The way of a citizen as the role that the site works as: it owns nothing, and every policy holds for it."""

from collections.abc import Iterator

import pytest
from django.db import connection

from bihuan.cases.types import Act, Stage
from bihuan.kernel.actor import Actor
from bihuan.record import scope
from bihuan.walls.roles import ROLE
from tests.public.citizens import REACHABLE, Citizen, now_in
from tests.public.test_pages import fetched, photo
from tests.walks import TO_CALLBACK, Walk


@pytest.fixture
def as_the_site(citizen: Citizen) -> Iterator[Citizen]:
    """A citizen before a site that works as its own role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    yield citizen
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_a_citizen_goes_the_whole_way_behind_the_walls(as_the_site: Citizen) -> None:
    citizen = as_the_site
    citizen.submit(REACHABLE, files=[photo()])
    citizen.client.cookies.clear()
    assert "/case/files/mine-1/" in citizen.follow().html
    assert fetched(citizen, f"{citizen.url}case/files/mine-1/") == (200, "image/jpeg")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    walk = Walk(citizen.town, now_in(citizen.town), number=citizen.number).along(*TO_CALLBACK[1:])
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    assert "路灯已修复，感谢反映。" in citizen.read("case/").text
    citizen.say("supplement", {"text": "再看一眼。", "files": [photo()]})
    assert "您评价：未解决，不满意。" in citizen.say("evaluate", {"solved": "no", "satisfied": "no"}).text
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    walk.do(Act.REWORK)
    assert walk.facts.stage == Stage.REWORK


def test_the_database_itself_shows_a_requester_their_own_case_alone(as_the_site: Citizen) -> None:
    numbers = [as_the_site.submit() for _ in range(2)]
    for number in numbers:
        with scope.reading(Actor.requester(as_the_site.town.code, own=number)), connection.cursor() as cursor:
            cursor.execute("SELECT number FROM cases_case")
            assert cursor.fetchall() == [(number,)]
            cursor.execute("SELECT DISTINCT subject FROM record_event WHERE subject LIKE 'case:%'")
            assert cursor.fetchall() == [(f"case:{number}",)]
