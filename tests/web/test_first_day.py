"""From an empty database to a closed case, by the console and by pages alone: the first day of a city."""

import re
from datetime import datetime

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.cli import jurisdiction
from bihuan.organisations import queries
from bihuan.organisations.models import Jurisdiction
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from tests.towns import DESK_POSTS, PASSWORD, UNIT_POSTS, Town
from tests.walks import DOERS
from tests.web.officials import Office, Official, Page, typed_for

pytestmark = pytest.mark.django_db
A = Act


def comes_in(account: str, once: str) -> None:
    """The first sign-in: the one-time password opens nothing but the form for one of one's own."""
    client = Client()
    assert client.post("/sign-in/", {"account": account, "password": once}).status_code == 302
    url = "/account/password/"
    assert client.get("/").headers["Location"] == url
    answer = client.post(url, {"old": once, "new": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302, Page(answer).text


def founded(ref: str) -> Official:
    """A training city founded at the console; its administrator, who has come in."""
    assert "bihuan jurisdiction found" in Client().get("/sign-in/").content.decode()
    words = ["found", "--pack", ref, "--code", "nc", "--name", "新城区", "--office", "诉求中心", "--training"]
    done = CliRunner().invoke(jurisdiction.command, [*words, "--administrator", "甲", "--account", "nc.chief"])
    assert done.exit_code == 0, done.output
    once = re.search(r"一次性密码 (\S+)", done.output)
    assert once, done.output
    comes_in("nc.chief", once[1])
    return Official("nc.chief")


def settle(chief: Official, unit: str, short: str, post: str) -> None:
    """An account, a post, and the first sign-in of whoever holds it."""
    account, today = f"nc.{short}.{post}", datetime.now(ZONE).date().isoformat()
    page = chief.send("/units/people/", "/units/people/", {"name": f"{short}{post}", "account": account}, 200)
    once = re.search(r'id="one-time-password">([^<]+)<', page.html)
    assert once, page.text
    url = f"/units/at/{unit}/"
    chief.send(url, url, {"account": account, "post": post, "from_on": today})
    comes_in(account, once[1])


@pytest.mark.parametrize("ref", ["wendeng-2021-10", "huainan-2021-55"])
def test_a_city_is_founded_staffed_and_closes_its_first_case(ref: str) -> None:
    assert not Jurisdiction.objects.exists()
    chief, rulebook, desk = founded(ref), pack(ref), "nc.office"
    missing = chief.read("/units/opening/").text
    assert "还没有受理单位" in missing
    for post in DESK_POSTS:
        settle(chief, desk, "desk", post)
    chief.send(f"/units/at/{desk}/", f"/units/at/{desk}/", {"do": "open"})
    for short in ("unit", "other"):
        said = {"name": f"{short}局", "code": f"nc.{short}", "type": "department"}
        chief.send("/units/", "/units/", said)
        for post in UNIT_POSTS:
            settle(chief, f"nc.{short}", short, post)
        chief.send(f"/units/at/nc.{short}/", f"/units/at/nc.{short}/", {"do": "open"})
    kind, today = queries.unit(desk, "nc", now=datetime.now(ZONE)).type, datetime.now(ZONE).date().isoformat()
    owned = [channel for channel in rulebook.channels.values() if channel.owner_unit_type == kind]
    for channel in owned:
        chief.send("/units/channels/", "/units/channels/", {"channel": channel.code, "unit": desk, "from_on": today})
    told = chief.read("/units/opening/").text
    assert not any(f"渠道“{channel.label}”还没有受理单位" in told for channel in owned)
    office = Office(Town("nc", owned[0].code, desk, "nc.unit", "nc.other"))
    sign_off = (A.SIGN_OFF,) if rulebook.binds(norms.SIGN_OFF) else ()
    number = office.register(channel=owned[0].code)
    acts = (A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER, *sign_off, A.APPROVE, A.RECORD_CALLBACK)
    for act in (*acts, A.CLOSE):
        office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
    assert "已办结" in office["desk.dispatcher"].read(f"/cases/{number}/").text
    assert verify("nc").clean
