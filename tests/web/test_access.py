"""Coming in by the pages: throttled, with a second factor, from sessions that can be ended."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.test import Client
from django.utils import timezone
from pyotp import TOTP
from pytest_django import Settings

from bihuan.access import commands as access
from bihuan.access.models import Factor, SignIn
from bihuan.access.queries import bearer, tokens, wait
from bihuan.kernel.actor import Actor
from bihuan.organisations import commands as organisations
from bihuan.record.queries import events
from tests.towns import FOUNDER, PASSWORD, START, Town, found, put_ahead, settle
from tests.web.officials import ENROLMENT, Office, Official, Page

pytestmark = pytest.mark.django_db
CLERK = "wd.unit.handler"
CONSOLE = Actor("console", "系统管理员", "wd")
NEW = "四个没有关系的词 amber-7"


def attempt(client: Client, account: str = CLERK, password: str = "wrong", **more: str) -> tuple[int, str]:
    answer = client.post("/sign-in/", {"account": account, "password": password}, **more)
    return answer.status_code, Page(answer).text if answer.content else answer.headers.get("Location", "")


@pytest.mark.usefixtures("still")
def test_after_five_failures_the_account_rests_and_the_right_password_does_not_help(wendeng: Town) -> None:
    client = Client()
    for _ in range(4):
        assert attempt(client)[0] == 422
    status, text = attempt(client)
    assert (status, "已暂停" in text, "15分钟" in text) == (429, True, True)
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.9.9.9")[0] == 429
    assert attempt(client, account="wd.unit.head", password=PASSWORD)[0] == 302
    access.unlock(account=CLERK, actor=CONSOLE, now=START)
    assert attempt(client, password=PASSWORD)[0] == 302
    assert events(f"person:{CLERK}")[-1].kind == "access.account-unlocked"


def test_where_the_clock_was_moved_pages_say_which_times_are_real(wendeng: Town) -> None:
    """F48: sign-ins and tokens guard the real world."""
    said, client = "是实际时间，不随教学时钟拨动", Client()
    attempt(client, password=PASSWORD)
    assert said not in client.get("/account/").content.decode()
    put_ahead("wd", timedelta(days=30))
    assert said in client.get("/account/").content.decode()


def test_failures_are_kept_also_after_it_went_well(wendeng: Town) -> None:
    client = Client()
    attempt(client, REMOTE_ADDR="10.5.5.5")
    assert attempt(client, password=PASSWORD)[0] == 302
    kept = AccessFailureLog.objects.get()
    assert (kept.username, kept.ip_address) == (CLERK, "10.5.5.5")
    access.sweep(at=timezone.now())
    assert AccessFailureLog.objects.exists()
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(days=191))
    access.sweep(at=timezone.now())
    assert not AccessFailureLog.objects.exists()


def test_an_unknown_account_is_answered_like_a_known_one(wendeng: Town) -> None:
    known, unknown = ([attempt(Client(), account)[:2] for _ in range(6)] for account in (CLERK, "wd.nobody"))
    assert known == [(status, text.replace("wd.nobody", CLERK)) for status, text in unknown]


def crowd(address: str, times: int = 60) -> None:
    """So many failures of made-up accounts from an address, one right after the other."""
    for _ in range(times):
        access.failed(ip=address, at=timezone.now())


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.mark.usefixtures("still")
def test_one_address_that_tries_many_accounts_waits_longer_and_longer_and_nobody_else(
    wendeng: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F71."""
    for n in range(50):
        assert attempt(Client(), f"wd.guess{n}", REMOTE_ADDR="10.6.6.6")[0] == 422
    status, text = attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.6.6.6")
    assert (status, "请在1秒后再试" in text) == (429, True)
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.6.6.7")[0] == 302
    waits = []
    for _ in range(7):
        access.failed(ip="10.6.6.6", at=timezone.now())
        waits.append(wait("wd.guess", ip="10.6.6.6", known=False, at=timezone.now()))
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    later(monkeypatch, 31)
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.6.6.6")[0] == 302


@pytest.mark.usefixtures("still")
def test_whoever_came_in_from_there_before_waits_for_nobody(wendeng: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="2001:db8:1:2::1")[0] == 302
    crowd("2001:db8:1:2:ffff::9")
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="2001:db8:1:2:a::7")[0] == 302
    assert attempt(Client(), "wd.unit.head", PASSWORD, REMOTE_ADDR="2001:db8:1:2:a::7")[0] == 429
    later(monkeypatch, 31 * 86_400)
    crowd("2001:db8:1:2:ffff::9")
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="2001:db8:1:2:a::7")[0] == 429


@pytest.mark.usefixtures("still")
def test_a_browser_that_came_in_before_waits_for_nobody_wherever_it_is(wendeng: Town) -> None:
    own, others = Client(), Client()
    assert attempt(own, password=PASSWORD)[0] == 302
    told = own.cookies["device"]
    assert (told["httponly"], told["samesite"], told["max-age"]) == (True, "Strict", 30 * 86_400)
    assert CLERK not in told.value
    crowd("10.6.6.6")
    own.post("/sign-out/")
    assert attempt(own, password=PASSWORD, REMOTE_ADDR="10.6.6.6")[0] == 302
    assert attempt(own, "wd.unit.head", PASSWORD, REMOTE_ADDR="10.6.6.6")[0] == 429
    crowd("10.6.6.9")
    others.cookies["device"] = "x" + told.value
    assert attempt(others, password=PASSWORD, REMOTE_ADDR="10.6.6.9")[0] == 429
    others.cookies["device"] = told.value
    assert attempt(others, password=PASSWORD, REMOTE_ADDR="10.6.6.9")[0] == 302
    for _ in range(5):
        attempt(own, REMOTE_ADDR="10.6.6.6")
    assert attempt(own, password=PASSWORD, REMOTE_ADDR="10.6.6.6")[0] == 429, "the account's own limit holds for all"


@pytest.mark.usefixtures("still")
def test_the_second_factor_waits_too(office: Office) -> None:
    office["unit.handler"].take_up_second_factor()
    client = Client()
    assert attempt(client, password=PASSWORD)[1] == "/sign-in/code/"
    crowd("10.6.6.8")
    assert client.post("/sign-in/code/", {"code": "000000"}, REMOTE_ADDR="10.6.6.8").status_code == 429
    crowd("127.0.0.1", 49)
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422, "the last failure before it waits"
    assert wait("wd.nobody", ip="127.0.0.1", known=False, at=timezone.now()) > 0


def test_an_address_is_believed_from_our_own_proxies_alone(wendeng: Town, settings: Settings) -> None:
    def seen() -> str:
        client = Client()
        said = {"account": CLERK, "password": PASSWORD}
        client.post("/sign-in/", said, REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1"})
        return SignIn.objects.latest("pk").ip

    assert seen() == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert seen() == "10.1.1.1"


def test_a_second_factor_is_taken_up_and_then_asked_for(office: Office) -> None:
    clerk = office["unit.handler"]
    assert "请输入密码" in clerk.send(ENROLMENT, ENROLMENT, {"begin": "1"}, 422).text
    assert "密码不对" in clerk.send(ENROLMENT, ENROLMENT, {"begin": "1", "proof": "wrong"}, 422).text
    assert not Factor.objects.exists()
    page = clerk.send(ENROLMENT, ENROLMENT, {"begin": "1", "proof": PASSWORD})
    assert "<svg" in page.html
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", page.html.split("<svg")[1].split("</svg>")[0])
    assert clerk.send(page, ENROLMENT, {"code": "000000"}, 422).text.count("验证码不对")
    secret = re.search(r'<code class="num">([A-Z2-7 ]+)</code>', page.html)[1].replace(" ", "")  # type: ignore[index]
    code = TOTP(secret).now()
    codes = clerk.send(ENROLMENT, ENROLMENT, {"code": code}, 200)
    spare = re.findall(r"[A-Z2-7]{6}(?:-[A-Z2-7]{6}){3}", codes.text)
    assert len(spare) == 8

    client = Client()
    said = {"account": CLERK, "password": PASSWORD, "next": "/cases/?open=1"}
    assert client.post("/sign-in/", said).headers["Location"] == "/sign-in/code/"
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/code/", {"code": code}).status_code == 422, "a code counts once"
    assert client.post("/sign-in/code/", {"code": spare[0]}).headers["Location"] == "/cases/?open=1"
    assert client.get("/account/").status_code == 200
    assert SignIn.objects.latest("pk").strong


def test_guessing_codes_locks_the_account(office: Office) -> None:
    office["unit.handler"].take_up_second_factor()
    client = Client()
    assert attempt(client, password=PASSWORD)[1] == "/sign-in/code/"
    said = [client.post("/sign-in/code/", {"code": f"{n:06}"}).status_code for n in range(6)]
    assert said == [422, 422, 422, 422, 422, 429]
    assert attempt(Client(), password=PASSWORD)[0] == 429


def test_a_password_waits_five_minutes_for_its_code(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office["unit.handler"].take_up_second_factor()
    client = Client()
    attempt(client, password=PASSWORD)
    session = client.session
    session["pending"] = {**session["pending"], "at": (timezone.now() - timedelta(minutes=6)).isoformat()}
    session.save()
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"
    assert Client().get("/sign-in/code/").headers["Location"] == "/sign-in/"


def test_where_the_work_is_real_nothing_is_reached_without_a_second_factor() -> None:
    town = found("zs", "wendeng-2021-10", prefix="ZS", training=False)
    client = Client()
    assert attempt(client, "zs.unit.handler", PASSWORD) == (302, "/")
    for url in ("/", "/cases/", "/account/", "/units/"):
        assert client.get(url).headers["Location"] == ENROLMENT, url
    assert client.post("/account/tokens/", {"label": "x"}).headers["Location"] == ENROLMENT
    assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == ENROLMENT
    assert client.get(ENROLMENT).status_code == 200
    official = Official(f"{town.code}.desk.dispatcher")
    assert official.read("/").status == 200


def test_a_new_session_begins_at_the_door_and_a_stolen_one_ends_at_sign_out(wendeng: Town) -> None:
    client = Client()
    client.get("/sign-in/")
    attempt(client, password=PASSWORD)
    thief = Client()
    thief.cookies = client.cookies.copy()  # type: ignore[assignment]
    assert thief.get("/").status_code == 200
    out = client.post("/sign-out/")
    assert "Clear-Site-Data" in out.headers
    assert thief.get("/").status_code == 302


def test_left_alone_the_session_ends_and_what_a_page_asks_by_itself_keeps_nobody_in(
    wendeng: Town, settings: Settings
) -> None:
    client = Client()
    attempt(client, password=PASSWORD)
    SignIn.objects.update(seen_at=timezone.now() - timedelta(minutes=20))
    client.get("/", headers={"HX-Request": "true"})
    assert SignIn.objects.get().seen_at < timezone.now() - timedelta(minutes=19)
    client.get("/")
    assert SignIn.objects.get().seen_at > timezone.now() - timedelta(minutes=1)
    SignIn.objects.update(seen_at=timezone.now() - settings.SESSION_IDLE)
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_one_sees_ones_sign_ins_and_ends_them(office: Office) -> None:
    here, there = office["unit.handler"], Official(CLERK)
    page = here.read("/account/")
    assert page.text.count("本次登录") >= 1
    foreign = Official("wd.unit.head")
    number = SignIn.objects.filter(person__account=CLERK).latest("pk").pk
    assert foreign.client.post(f"/account/sign-ins/{number}/end/", {"proof": PASSWORD}).status_code == 404
    here.send(page, f"/account/sign-ins/{number}/end/", {}, 200)
    assert there.client.get("/").status_code == 200, "the password is asked for first"
    here.prove(page, f"/account/sign-ins/{number}/end/", {})
    assert there.client.get("/").status_code == 302
    here.send("/account/", "/account/sign-out-everywhere/", {})
    assert here.client.get("/").status_code == 302, "within ten minutes nobody is asked again"


@pytest.mark.parametrize(
    "url",
    ["/account/second-factor/", "/account/recovery-codes/", "/account/sign-out-everywhere/", "/account/tokens/"],
)
def test_what_would_serve_a_stranger_asks_for_the_password_again(office: Office, url: str) -> None:
    clerk = office["unit.handler"]
    said = {"begin": "1", "label": "热线系统", "days": "30", "scopes": ["read"]}
    before = len(events(f"person:{CLERK}"))
    asked = Page(clerk.client.post(url, said))
    assert "请再输入一次密码" in asked.text
    assert (len(events(f"person:{CLERK}")), Factor.objects.count()) == (before, 0)
    assert {name: asked.form(url).values[name] for name in said} == {
        k: v if isinstance(v, list) else [v] for k, v in said.items()
    }
    for _ in range(5):
        wrong = Page(clerk.client.post(url, {**said, "proof": "wrong"}))
    assert "登录已暂停" in wrong.text
    assert "登录已暂停" in Page(clerk.client.post(url, {**said, "proof": PASSWORD})).text
    assert attempt(Client(), password=PASSWORD)[0] == 429
    assert (len(events(f"person:{CLERK}")), Factor.objects.count()) == (before, 0)


def test_the_password_is_asked_for_again_after_ten_minutes_and_at_every_sign_in(office: Office) -> None:
    clerk, url = office["unit.handler"], "/account/tokens/"
    said = {"label": "热线系统", "days": "30", "scopes": ["read"]}
    clerk.prove("/account/", url, said, 200)
    session = clerk.client.session
    session["proved_at"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    assert "请再输入一次密码" in clerk.send("/account/", url, {**said, "label": "另一个"}, 200).text
    clerk.prove("/account/", url, {**said, "label": "另一个"}, 200)
    attempt(clerk.client, password=PASSWORD)
    assert "请再输入一次密码" in clerk.send("/account/", url, {**said, "label": "再一个"}, 200).text


def test_guessing_the_old_password_locks_the_account_too(office: Office) -> None:
    clerk, url = office["unit.handler"], "/account/password/"
    for _ in range(5):
        page = clerk.send(url, url, {"old": "wrong", "new": NEW, "again": NEW}, 422)
    assert "登录已暂停" in page.text
    clerk.send(url, url, {"old": PASSWORD, "new": NEW, "again": NEW}, 422)


def test_a_password_is_changed_on_ones_page(office: Office) -> None:
    clerk, other = office["unit.handler"], Official(CLERK)
    url = "/account/password/"
    assert "不一样" in clerk.send(url, url, {"old": PASSWORD, "new": NEW, "again": "x"}, 422).text
    assert "至少10个字符" in clerk.send(url, url, {"old": PASSWORD, "new": "kurz", "again": "kurz"}, 422).text
    clerk.send(url, url, {"old": PASSWORD, "new": NEW, "again": NEW})
    assert clerk.read("/").status == 200
    assert other.client.get("/").status_code == 302
    assert attempt(Client(), password=NEW)[0] == 302


def test_a_password_given_by_somebody_else_is_changed_before_anything(wendeng: Town) -> None:
    once = organisations.enter_person(jurisdiction="wd", account="wd.new", name="新来的", actor=FOUNDER, now=START)
    organisations.appoint(
        account="wd.new", unit=wendeng.unit, post="handler", from_on=START.date(), actor=FOUNDER, now=START
    )
    client = Client()
    attempt(client, "wd.new", once)
    assert client.get("/cases/").headers["Location"] == "/account/password/"
    client.post("/account/password/", {"old": once, "new": NEW, "again": NEW})
    assert client.get("/cases/").status_code == 200


@pytest.mark.parametrize("url", ["/account/password/", "/account/second-factor/"])
def test_a_page_that_comes_before_anything_asks_for_nothing_that_leads_to_it_again(wendeng: Town, url: str) -> None:
    """It would be loaded anew without end, and nobody could type a password."""
    once = organisations.enter_person(jurisdiction="wd", account="wd.new", name="新来的", actor=FOUNDER, now=START)
    organisations.appoint(
        account="wd.new", unit=wendeng.unit, post="handler", from_on=START.date(), actor=FOUNDER, now=START
    )
    client = Client()
    attempt(client, "wd.new", once)
    page = client.get(url)
    assert page.status_code == 200
    by_itself = re.findall(r'hx-get="([^"]+)"[^>]*hx-trigger="[^"]*(?:load|every)', page.content.decode())
    assert by_itself == [], "of what waits for somebody it is told when all is open"
    there = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/password/"}
    asked = client.get("/notices/count/", headers=there)
    assert (asked.status_code, asked.headers.get("HX-Redirect")) == (204, None)
    elsewhere = client.get("/notices/count/", headers={**there, "HX-Current-URL": "http://testserver/cases/"})
    assert elsewhere.headers["HX-Redirect"] == "/account/password/"


def test_a_token_is_issued_shown_once_and_taken_back(office: Office) -> None:
    clerk, url = office["unit.handler"], "/account/tokens/"
    assert "用途" in clerk.prove("/account/", url, {"label": " "}, 422).text
    shown = clerk.send("/account/", url, {"label": "热线系统", "days": "30", "scopes": ["read"]}, 200)
    token = re.search(r'id="token">([^<]+)<', shown.html)[1]  # type: ignore[index]
    found = bearer(token, at=timezone.now())
    assert found is not None
    assert found.standing.actor.scopes == {"read"}
    assert token not in clerk.read("/account/").html
    again = clerk.send("/account/", url, {"label": "热线系统", "days": "30", "scopes": ["read"]}, 422)
    assert "已有用途" in again.text
    clerk.send("/account/", "/account/tokens/revoke/", {"label": "热线系统"})
    assert bearer(token, at=timezone.now()) is None
    assert clerk.client.post("/account/tokens/revoke/", {"label": "热线系统"}).status_code == 404


def test_a_token_is_renewed_and_may_see_requesters_from_named_networks_only(office: Office) -> None:
    clerk, url = office["unit.handler"], "/account/tokens/"
    typed = {"label": "热线系统", "days": "30", "scopes": ["read", "disclose"]}
    assert "限定使用的网络" in clerk.prove("/account/", url, typed, 422).text
    assert "不是网络地址" in clerk.send("/account/", url, {**typed, "networks": "总部"}, 422).text
    shown = clerk.send("/account/", url, {**typed, "networks": "10.20.0.0/16，192.168.3.7"}, 200)
    assert "10.20.0.0/16 192.168.3.7/32" in shown.text
    clerk.send("/account/", "/account/tokens/renew/", {"label": "热线系统"})
    (row,) = tokens(CLERK, at=timezone.now())
    assert row.expires_at > timezone.now() + timedelta(days=89)
    assert clerk.client.post("/account/tokens/renew/", {"label": "没有的"}).status_code == 404
    assert clerk.client.post(url, {"label": "x", "days": "365", "scopes": ["read"]}).status_code == 422


def test_a_changed_password_asks_what_becomes_of_the_tokens(office: Office) -> None:
    clerk, url = office["unit.handler"], "/account/password/"
    clerk.prove("/account/", "/account/tokens/", {"label": "热线系统", "days": "30", "scopes": ["read"]}, 200)
    said = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert "1个接口令牌" in clerk.read(url).text
    unchosen = clerk.client.post(url, said)
    assert (unchosen.status_code, "一并收回还是保留" in Page(unchosen).text) == (422, True)
    assert "收回了1个接口令牌" in clerk.send(url, url, {**said, "tokens": "revoke"}).text
    assert not tokens(CLERK, at=timezone.now())


def test_the_administrator_sees_the_tokens_of_others_and_takes_one_back(office: Office) -> None:
    settle("wd", office.town.desk, "desk.administrator", "administrator")
    keeper, clerk = office["desk.administrator"], office["unit.handler"]
    clerk.prove("/account/", "/account/tokens/", {"label": "热线系统", "days": "30", "scopes": ["read"]}, 200)
    page = keeper.read("/accounts/")
    assert "1个接口令牌" in page.text
    assert "热线系统" in page.text
    keeper.send(page, f"/accounts/{CLERK}/token/", {"label": "热线系统"})
    assert not tokens(CLERK, at=timezone.now())


def test_the_administrator_sees_and_settles_accounts_and_nobody_else_does(office: Office) -> None:
    settle("wd", office.town.desk, "desk.administrator", "administrator")
    keeper, clerk = office["desk.administrator"], office["unit.handler"]
    assert clerk.client.get("/accounts/").status_code == 409
    assert clerk.client.post("/accounts/wd.unit.head/password/").status_code in (302, 409)
    clerk.take_up_second_factor()
    for _ in range(5):
        attempt(Client())
    page = keeper.read("/accounts/")
    assert "已锁定" in page.text
    keeper.send(page, f"/accounts/{CLERK}/unlock/", {})
    keeper.send("/accounts/", f"/accounts/{CLERK}/second-factor/", {"reason": "手机丢失，当面核实"})
    assert clerk.client.get("/").status_code == 302
    shown = keeper.send("/accounts/", f"/accounts/{CLERK}/password/", {}, 200)
    password = re.search(r'id="password">([^<]+)<', shown.html)[1]  # type: ignore[index]
    client = Client()
    assert attempt(client, password=password)[0] == 302
    assert client.get("/").headers["Location"] == "/account/password/"
    assert keeper.client.post("/accounts/hn.nobody/unlock/").status_code == 404
    assert keeper.client.post(f"/accounts/{CLERK}/nothing/").status_code == 404
    said = [event.kind for event in events(f"person:{CLERK}")][-4:]
    assert said == [
        "access.second-factor-taken-up",
        "access.account-unlocked",
        "access.second-factor-reset",
        "access.password-given",
    ]
