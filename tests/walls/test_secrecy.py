"""Where the requester asked for secrecy: every post × every way of reading × a secret case and the matter made of it.

Name, telephone, other contact and address appear for the posts that must contact or supervise, on their grounds, alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.kernel.actor import Seat
from bihuan.kernel.refusal import Refused
from bihuan.ledgers.types import Which
from bihuan.matters.types import Act as M
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.privacy import commands as privacy
from bihuan.privacy.types import Correct
from bihuan.record import queries as record
from bihuan.requesters import queries as requesters
from bihuan.requesters import rules
from bihuan.requesters.types import Ground
from tests.api.clients import Api
from tests.matters.walks import MatterWalk
from tests.towns import DESK_POSTS, OFFICE_POSTS, START, SUPERVISION_POSTS, UNIT_POSTS, Town, found, settle
from tests.walks import TO_HANDLING, Walk
from tests.walls.roles import as_the_site
from tests.walls.test_squares import NUMBERED, Row, World, asked, asked_of_the_api, exported
from tests.web.officials import Official

A = Act
SECRET = {
    "name": "密名甲",
    "phone": "13977776666",
    "contact_alt": "密网号七八",
    "address": "密址路街道九号",
    "secrecy_requested": True,
}
WORDS = tuple(str(SECRET[name]) for name in ("name", "phone", "contact_alt", "address"))
PEOPLE = tuple(
    f"{short}.{post}"
    for short, posts in {
        "desk": DESK_POSTS,
        "unit": UNIT_POSTS,
        "other": UNIT_POSTS,
        "office": OFFICE_POSTS,
        "supervision": SUPERVISION_POSTS,
    }.items()
    for post in posts
)
READERS = ("desk.registrar", "desk.caller", "unit.handler", "other.handler", "office.list_keeper")
MAY_LOOK = {
    "case": {
        "desk.registrar": {Ground.CONTACT, Ground.VERIFY},
        "desk.caller": {Ground.CONTACT, Ground.CALLBACK},
    },
    "matter": {
        "desk.registrar": {Ground.CONTACT, Ground.VERIFY},
        "desk.caller": {Ground.CONTACT, Ground.CALLBACK},
        "office.list_keeper": {Ground.CONTACT, Ground.CALLBACK, Ground.VERIFY},
        "supervision.supervisor": {Ground.AUDIT},
    },
}
"""Who learns who asks, of what, on which grounds; nobody else on any."""


@dataclass
class Kept:
    """A town with a secret case in handling and the matter that was made of it."""

    town: Town
    walk: Walk
    matter: MatterWalk

    def subjects(self) -> Iterator[tuple[str, str]]:
        """Kind and number."""
        yield "case", self.walk.number
        yield "matter", self.matter.number


@pytest.fixture
def kept(huainan: Town) -> Kept:
    """A secret case that was not settled in time and went on the list, all its bodies taking part."""
    walk = Walk(huainan)
    walk.do(A.REGISTER, **SECRET)
    walk.along(A.DISPATCH, A.SIGN_IN).later(days=40)
    matter = MatterWalk(huainan, walk.now, case=walk.number, actors=walk.actors)
    matter.along(M.REPORT, M.REGISTER, M.CLASSIFY).do(M.ASSIGN, co_units=[huainan.other])
    return Kept(huainan, walk, matter)


def test_in_clear_only_the_named_posts_look_each_on_its_grounds(kept: Kept) -> None:
    seen = set()
    everybody = {person: (Official(f"hn.{person}"), Api(f"hn.{person}")) for person in PEOPLE}
    for (kind, number), person, ground in product(kept.subjects(), PEOPLE, Ground):
        said = {"ground": str(ground), "reason": "联系诉求人核实情况"}
        official, api = everybody[person]
        page = official.client.post(f"/{kind}s/{number}/requester/", said)
        told = api.post(f"/{kind}s/{number}/requester/disclosures", said)
        for text, way in ((page.content.decode(), "page"), (told.content.decode(), "api")):
            shown = [word in text for word in WORDS]
            assert all(shown) or not any(shown), (kind, person, ground, way)
            if all(shown):
                seen.add((kind, person, ground, way))
        if person.endswith(".handler") and told.status_code != 404:
            assert (told.status_code, told.json()["norm"]) == (409, "identity.protected")
            assert told.json()["detail"] == "诉求人要求保密，由受理单位代为联系。"
    expected = {
        (kind, person, ground, way)
        for kind, people in MAY_LOOK.items()
        for person, grounds in people.items()
        for ground, way in product(grounds, ("page", "api"))
    }
    assert seen == expected


def test_no_way_of_reading_shows_who_asks_to_anybody(kept: Kept) -> None:
    rows = [
        Row(kind, number, kept.town.code, frozenset(), WORDS, defaultdict(tuple)) for kind, number in kept.subjects()
    ]
    world, looked = World([kept.town], rows), 0
    pages, endpoints = asked(world), asked_of_the_api(world)
    browsers = {person: Official(f"hn.{person}").client for person in READERS}
    systems = {person: Api(f"hn.{person}") for person in READERS}
    sent_to: set[str] = set()
    with as_the_site():
        for person in READERS:
            ways = [(browsers[person].get, url) for url in pages] + [(systems[person].get, path) for path in endpoints]
            for get, where in ways:
                if (shape := NUMBERED.sub("…", where)) in sent_to:
                    continue
                answer = get(where)
                sent_to |= {shape} if answer.status_code == 405 else set()
                text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
                looked += 1
                assert not [word for word in WORDS if word in text], (person, where)
    assert looked > len(READERS) * len(endpoints), "everybody asked every endpoint, and pages besides"


def test_the_page_offers_no_button_to_who_may_not_look(kept: Kept) -> None:
    for kind, number in kept.subjects():
        for person in ("desk.registrar", "unit.handler", "office.list_keeper"):
            page = Official(f"hn.{person}").read(f"/{kind}s/{number}/")
            offered = f"/{kind}s/{number}/requester/" in [form.action.partition("#")[0] for form in page.forms]
            assert offered == (person in MAY_LOOK[kind]), (kind, person)
            assert offered or "诉求人要求保密，由受理单位代为联系" in page.text


def test_an_exported_ledger_shows_nothing_of_who_asks(kept: Kept, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    for account in ("hn.desk.dispatcher", "hn.office.list_keeper", "hn.supervision.supervisor"):
        standing = organisations.by_account(account, at=datetime.now(UTC))
        assert standing is not None
        for which in (Which.CASE, Which.MATTER):
            cells = exported(standing, which)
            assert not [word for word in WORDS if word in cells]


def test_who_may_not_know_who_asks_cannot_find_out_by_correcting(kept: Kept) -> None:
    guess = Correct(phone=str(SECRET["phone"]), reason="核对号码是否正确")
    for said in (guess, Correct(phone="13900000000", reason="核对号码是否正确")):
        with pytest.raises(Refused) as refused:
            privacy.correct(
                number=kept.walk.number, fields=said, actor=kept.walk.actor("unit.handler"), now=kept.walk.now
            )
        assert refused.value.refusal.reason == "诉求人要求保密，由受理单位代为联系。"
    done = privacy.correct(
        number=kept.walk.number,
        fields=Correct(phone="13900000000", reason="诉求人来电更正号码"),
        actor=kept.walk.actor("desk.caller"),
        now=kept.walk.now,
    )
    assert "联系电话" in done.sentence


@pytest.mark.parametrize(
    ("secret", "seat_among", "refused"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_rule_asks_for_a_seat_that_may_know(secret: bool, seat_among: bool, refused: bool) -> None:
    seats = {Seat("u", "handler")}
    refusal = rules.may_know(seats, secret=secret, confidants=seats if seat_among else {Seat("d", "caller")})
    assert (refusal.norm if refusal else None) == (norms.IDENTITY_PROTECTED if refused else None)


FINDERS = {
    "desk.registrar": 1,
    "desk.caller": 1,
    "unit.handler": 0,
    "office.list_keeper": 0,
    "supervision.supervisor": 0,
}
"""Who finds the secret case by its requester: who may look at it there, and who takes part."""


@pytest.mark.parametrize(
    "who", [SECRET["phone"], str(SECRET["phone"])[-8:], SECRET["name"]], ids=["phone", "8", "name"]
)
def test_a_secret_case_is_found_by_those_alone_who_may_look(kept: Kept, who: str) -> None:
    for person, times in FINDERS.items():
        page = Official(f"hn.{person}").send("/cases/", "/cases/by-requester/", {"who": who}, 200)
        assert (f"/cases/{kept.walk.number}/" in page.html) == bool(times), person
        last = record.events(f"requester-search:hn.{person}")[-1]
        assert last.sentence.endswith(f"找到{times}件")
    audited = requesters.looks_in("hn")
    missed = [look for look in audited if look.requester is None]
    assert {look.account for look in missed} == {f"hn.{p}" for p, times in FINDERS.items() if not times}
    assert all(look.reason.endswith("没有找到") and who not in str(look) for look in missed)
    assert len(audited) == len(FINDERS)


def test_an_ordinary_case_is_found_by_its_handler_but_not_by_four_digits(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    handler = Official("wd.unit.handler")
    found_by = handler.send("/cases/", "/cases/by-requester/", {"who": "13800001234"}, 200)
    assert f"/cases/{walk.number}/" in found_by.html
    refused = handler.send("/cases/", "/cases/by-requester/", {"who": "1234"}, 409)
    assert "由受理员、回访员查找" in refused.text
    assert "后四位" not in handler.read("/cases/").text
    for person in ("desk.registrar", "desk.caller"):
        page = Official(f"wd.{person}").send("/cases/", "/cases/by-requester/", {"who": "1234"}, 200)
        assert f"/cases/{walk.number}/" in page.html


@pytest.mark.usefixtures("still")
def test_the_thirty_first_search_within_an_hour_is_refused_in_words_and_misses_count(wendeng: Town) -> None:
    Walk(wendeng).along(*TO_HANDLING)
    caller, other = Official("wd.desk.caller"), Official("wd.desk.registrar")
    for tail in range(30):
        caller.send("/cases/", "/cases/by-requester/", {"who": f"{tail:04d}"}, 200)
    answer = caller.client.post("/cases/by-requester/", {"who": "1234"})
    assert answer.status_code == 429
    assert "查找太频繁（每个账号每小时30次、每天200次）" in answer.content.decode()
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert len(requesters.looks_in("wd")) == 30
    other.send("/cases/", "/cases/by-requester/", {"who": "1234"}, 200)


@pytest.mark.django_db
def test_the_audit_page_tells_of_searches_that_found_nobody() -> None:
    town = found("wd", "wendeng-2021-10", prefix="WX")
    settle(town.code, town.desk, "desk.supervisor", "supervisor", START)
    Official("wd.desk.registrar").send("/cases/", "/cases/by-requester/", {"who": "没有这个人"}, 200)
    page = Official("wd.desk.supervisor").send("/looks/", "/looks/", {"purpose": "季度个人信息保护检查"}, 200)
    assert "按诉求人姓名检索工单，没有找到" in page.text
    assert "没有这个人" not in page.text
