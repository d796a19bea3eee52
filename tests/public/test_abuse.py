"""Programs, floods and guessers."""

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bihuan.cases.models import Case
from bihuan.floodgate.models import Bucket
from bihuan.floodgate.types import Measure
from bihuan.public import gates
from bihuan.public.humans import TRAP, WORK_BITS, Ticket
from tests.folded import MARKS, in_bounds
from tests.public.citizens import REACHABLE, SAID, Citizen, forged_ticket
from tests.towns import Town
from tests.web.officials import Page

pytestmark = pytest.mark.usefixtures("still")


def worked(ticket: Ticket) -> str:
    """What a browser with JavaScript finds."""
    for tried in range(2**22):
        digest = hashlib.sha256(f"{ticket.work}.{tried}".encode()).digest()
        if int.from_bytes(digest[:4]) >> (32 - WORK_BITS) == 0:
            return str(tried)
    raise AssertionError("no work is that hard")


def opened(form: dict[str, Any], town: Town) -> Ticket:
    """The ticket of a form."""
    ticket = Ticket.read(form["ticket"], town.code, timezone.now().timestamp())
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({TRAP: "http://spam.example"}, "应当留空的框"),
        ({"sum": "99"}, "算术题"),
        ({"sum": "", "work": ""}, "算术题"),
        ({"sum": "", "work": "1"}, "算术题"),
        ({"sum": "", "work": "9" * 13}, "算术题"),
        ({"sum": "", "work": "-1"}, "算术题"),
        ({"ticket": ""}, "打开得太久"),
        ({"ticket": "x" * 5000}, "打开得太久"),
    ],
)
def test_what_a_program_sends_is_not_registered_and_a_person_is_told_what_to_do(
    change: dict[str, str], said: str, citizen: Citizen
) -> None:
    page = citizen.send("submit/", {**citizen.fill_in(), **change}, 422)
    assert said in page.text
    assert SAID["content"] in page.html
    assert not Case.objects.exists()


def test_a_form_is_not_believed_that_was_signed_for_something_else_or_somewhere_else(citizen: Citizen) -> None:
    for ticket in (forged_ticket(citizen.town), Ticket.issue("elsewhere", timezone.now().timestamp() - 60).text):
        citizen.send("submit/", {**citizen.fill_in(), "ticket": ticket}, 422)
    assert not Case.objects.exists()


@pytest.mark.parametrize(("waited", "said"), [(0, "太快"), (5 * 3600, "打开得太久")])
def test_a_form_filled_in_too_fast_or_too_long_ago_is_shown_again(waited: int, said: str, citizen: Citizen) -> None:
    form = citizen.fill_in()
    form["ticket"] = Ticket("ab" * 16, int(timezone.now().timestamp()) - waited, citizen.town.code).text
    assert said in citizen.send("submit/", form, 422).text


def test_a_browser_works_instead_of_the_person(citizen: Citizen) -> None:
    form = citizen.fill_in()
    done = citizen.send("submit/", {**form, "sum": "", "work": worked(opened(form, citizen.town))})
    assert "已收到您的诉求" in done.text


def test_work_is_good_for_its_own_form_alone(citizen: Citizen) -> None:
    one, other = citizen.fill_in(), citizen.fill_in()
    found = worked(opened(one, citizen.town))
    assert not opened(other, citizen.town).worked(found)


def test_one_network_submits_only_so_much_and_others_go_on(site: Town) -> None:
    loud, calm = Citizen(site), Citizen(site, "203.0.113.99")
    for _ in range(gates.SUBMIT.tokens):
        loud.submit()
    form = loud.fill_in()
    answer = loud.client.post(f"{loud.url}submit/", form)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    page = Page(answer)
    assert "请拨打12345" in page.text
    assert SAID["content"] in page.html, "what was typed is not lost"
    assert Case.objects.count() == gates.SUBMIT.tokens
    calm.submit()


def test_addresses_of_one_ipv6_customer_are_one_network(site: Town) -> None:
    for last in range(gates.SUBMIT.tokens):
        Citizen(site, f"2001:db8:1:2::{last:x}").submit()
    same = Citizen(site, "2001:db8:1:2:ffff::1")
    assert same.client.post(f"{same.url}submit/", same.fill_in()).status_code == 429
    Citizen(site, "2001:db8:1:3::1").submit()


def test_an_unknown_number_and_a_wrong_code_are_answered_alike(citizen: Citizen) -> None:
    citizen.submit()
    citizen.client.cookies.clear()
    wrong = f"{(int(citizen.code) + 1) % 10**10:010d}"
    pages = [
        citizen.follow(number, code, 422)
        for number, code in ((citizen.number, wrong), (f"{citizen.number[:-2]}99", wrong), ("WX1", citizen.code))
    ]
    said = {page.text.partition("编号或查询码不对")[1] for page in pages}
    assert said == {"编号或查询码不对"}
    assert len({page.text for page in pages}) == 1
    assert all("bihuan_case" not in citizen.client.cookies for _ in pages)


def test_an_unknown_number_costs_as_many_statements_as_a_wrong_code(
    citizen: Citizen,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    citizen.submit()
    counted = []
    for number in (citizen.number, f"{citizen.number[:-2]}99"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            citizen.follow(number, "0000000000", 422)
        counted.append([query["sql"].split()[0] for query in asked])
    assert counted[0] == counted[1]


def other(code: str) -> str:
    """A code that is not it."""
    return f"{(int(code) + 1) % 10**10:010d}"


def test_one_network_tries_only_so_many_codes_for_a_number(site: Town) -> None:
    owner, guesser = Citizen(site), Citizen(site, "198.51.100.1")
    owner.submit()
    for _ in range(gates.LOOK_UP_HERE.tokens):
        guesser.follow(owner.number, other(owner.code), 422)
    assert "请在" in guesser.follow(owner.number, other(owner.code), 429).text
    assert "请在" in guesser.follow(owner.number, owner.code, 429).text, "nor does a right one betray itself"
    assert owner.client.get(f"{owner.url}case/").status_code == 200, "who is in stays in"
    owner.client.cookies.clear()
    owner.follow()


def test_a_right_code_is_not_refused_for_what_others_tried(site: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their tries at this number, at all numbers, and of neighbours behind the same address."""
    owner = Citizen(site)
    owner.submit()
    for name in ("LOOK_UP", "LOOK_UP_NUMBER", "LOOK_UP_ALL"):
        monkeypatch.setattr(gates, name, Measure(name, 5, gates.HOUR))
    for measure, key in (
        (gates.LOOK_UP_NUMBER, f"{site.code} {owner.number}"),
        (gates.LOOK_UP_ALL, site.code),
        (gates.LOOK_UP, "203.0.113.7"),
    ):
        for _ in range(measure.tokens):
            gates.take(measure, key)
    owner.client.cookies.clear()
    for _ in range(gates.OWN - 1):
        owner.follow(owner.number, other(owner.code), 422)
    owner.follow()


def test_who_guesses_from_many_networks_has_few_tries_of_each_once_a_number_is_used_up(site: Town) -> None:
    owner = Citizen(site)
    owner.submit()
    for _ in range(gates.LOOK_UP_NUMBER.tokens):
        gates.take(gates.LOOK_UP_NUMBER, f"{site.code} {owner.number}")
    guesser = Citizen(site, "198.51.100.1")
    for _ in range(gates.OWN):
        guesser.follow(owner.number, other(owner.code), 422)
    assert "请在" in guesser.follow(owner.number, other(owner.code), 429).text


def test_right_codes_use_nothing_up(site: Town) -> None:
    owner = Citizen(site)
    owner.submit()
    for _ in range(gates.LOOK_UP.tokens + 1):
        owner.client.cookies.clear()
        owner.follow()


def test_tries_at_numbers_that_are_not_there_run_out_alike(site: Town) -> None:
    guesser = Citizen(site, "198.51.100.200")
    for _ in range(gates.LOOK_UP_HERE.tokens):
        guesser.follow("WX00000000000000000", "1", 422)
    guesser.follow("WX00000000000000000", "1", 429)


@pytest.mark.parametrize("field", ["number", "code"])
def test_what_is_no_number_is_not_read_to_its_end(field: str, citizen: Citizen) -> None:
    """Marks without end, of nobody in particular, kept a process busy for minutes before anything was counted."""
    citizen.submit()
    with in_bounds():
        page = citizen.send("follow/", {"number": citizen.number, "code": citizen.code, field: MARKS}, 422)
    assert "诉求编号或查询码不对" in page.text
    citizen.follow()


def test_one_case_takes_only_so_many_words(citizen: Citizen) -> None:
    citizen.submit()
    for n in range(gates.ACT.tokens):
        citizen.say("supplement", {"text": f"第{n}次。"})
    page = citizen.say("supplement", {"text": "还有这一句。"}, 429)
    assert "还有这一句。" in page.html


def test_a_flood_is_turned_away_at_the_door_before_it_is_read(site: Town) -> None:
    flooder = Client(REMOTE_ADDR="203.0.113.50")
    answers = [flooder.post(f"/p/{site.code}/follow/", {}) for _ in range(gates.ANYTHING.tokens + 1)]
    assert answers[-2].status_code == 422
    assert answers[-1].status_code == 429
    assert "Retry-After" in answers[-1].headers


def test_a_body_that_is_too_large_is_turned_away(site: Town, settings: Settings) -> None:
    settings.FORM_LIMIT = 3000
    answer = Client().post(f"/p/{site.code}/submit/", {"content": "x" * 5000})
    assert answer.status_code == 413
    assert "文件太大" in answer.content.decode()


def test_officials_are_not_counted(site: Town) -> None:
    """Their pages take no token of anybody's; only a sign-in that failed is counted, for the network."""
    before = Bucket.objects.count()
    for _ in range(3):
        Client().get("/sign-in/")
        Client().get("/cases/")
    assert Bucket.objects.count() == before
    Client().post("/sign-in/", {"account": "nobody", "password": "x"})
    assert Bucket.objects.count() == before + 1


def test_a_form_from_elsewhere_is_refused_on_a_page_for_citizens(site: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/p/{site.code}/submit/", {"content": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert "群众诉求" in answer.content.decode()


def test_a_form_whose_page_is_too_old_comes_back_with_what_was_typed_and_is_good_then(site: Town) -> None:
    citizen = Citizen(site)
    citizen.client = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")
    form = {**citizen.fill_in(REACHABLE), "csrfmiddlewaretoken": "x" * 64}
    page = citizen.send("submit/", form, 403)
    assert "您填写的内容还在" in page.text
    assert not Case.objects.exists()
    again = {k: v[0] for k, v in page.form("").values.items() if v}
    assert {name: again[name] for name in ("content", "name", "phone")} == {
        name: REACHABLE[name] for name in ("content", "name", "phone")
    }
    token = {"csrfmiddlewaretoken": again["csrfmiddlewaretoken"], "ticket": again["ticket"]}
    assert "已收到您的诉求" in citizen.send("submit/", {**form, **token}).text


def test_what_is_said_on_a_page_that_is_too_old_comes_back(citizen: Citizen) -> None:
    citizen.submit()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = citizen.client.cookies
    citizen.client = strict
    for act, typed in (("supplement", {"text": "灯杆编号0317。"}), ("withdraw", {"reason": "已经修好了。"})):
        page = citizen.send(f"case/{act}/", typed, 403)
        assert "您填写的内容还在" in page.text
        form = {k: v[0] for k, v in page.form(f"{citizen.url}case/{act}/").values.items()}
        assert form.items() >= typed.items()
    del strict.cookies["bihuan_case"]
    page = citizen.send("case/supplement/", {"text": "灯杆编号0317。"}, 403)
    assert page.form(f"{citizen.url}follow/").values["text"] == ["灯杆编号0317。"], "it is asked who that is first"
    page = citizen.send("follow/", {"number": citizen.number, "act": "supplement", "text": "灯杆编号0317。"}, 403)
    form = {k: v[0] for k, v in page.form(f"{citizen.url}follow/").values.items()}
    assert (form["number"], form["text"]) == (citizen.number, "灯杆编号0317。")
    assert citizen.client.post(f"{citizen.url}case/leave/").status_code == 403


@pytest.mark.parametrize(
    "typed",
    [
        {"content": "a\x00b"},
        {"content": "😀" * 300, "place": "\u202egnp.exe"},
        {"content": "<script>alert(1)</script>", "name": "=cmd|' /C calc'!A0", "phone": "13800001234"},
        {"content": ["one", "two"]},
        {"kept": ["abc", "-1", "99999999999999999999", "١٢"]},
        {"files": "a text where files should be"},
        {"appeal_type": ["HELP", "REPORT"]},
    ],
)
def test_what_nobody_would_type_breaks_nothing(typed: dict[str, Any], citizen: Citizen) -> None:
    answer = citizen.client.post(f"{citizen.url}submit/", {**citizen.fill_in(), **typed})
    assert answer.status_code in (302, 409, 422), answer.status_code
    assert b"<script>alert" not in answer.content
    assert b"<script>alert" not in citizen.client.get(f"{citizen.url}case/", follow=True).content
