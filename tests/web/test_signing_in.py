"""Signing in and out."""

import pytest
from django.test import Client

from bihuan.organisations import commands as organisations
from tests.towns import FOUNDER, PASSWORD, START, Town
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_to_sign_in_and_then_led_where_he_wanted_to_go(wendeng: Town) -> None:
    client = Client()
    answer = client.get("/cases/?open=1")
    assert answer.headers["Location"] == "/sign-in/?next=/cases/%3Fopen%3D1"
    said = {"account": "wd.desk.registrar", "password": PASSWORD, "next": "/cases/?open=1"}
    assert client.post("/sign-in/", said).headers["Location"] == "/cases/?open=1"


def test_nobody_is_led_away_to_another_site(wendeng: Town) -> None:
    said = {"account": "wd.desk.registrar", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in/", said).headers["Location"] == "/"


@pytest.mark.parametrize(
    "typed", [{"password": "wrong"}, {"account": "wd.nobody"}, {"account": "\x00"}, {"password": ""}]
)
def test_a_wrong_account_or_password_is_told_in_plain_words(wendeng: Town, typed: dict[str, str]) -> None:
    answer = Client().post("/sign-in/", {"account": "wd.desk.registrar", "password": PASSWORD, **typed})
    page = Page(answer)
    assert page.status == 422
    assert "账号" in page.text
    assert PASSWORD not in page.html


def test_somebody_without_a_post_may_not_come_in(wendeng: Town) -> None:
    organisations.enter_person(
        jurisdiction="wd", account="wd.newcomer", name="新人", password=PASSWORD, actor=FOUNDER, now=START
    )
    page = Page(Client().post("/sign-in/", {"account": "wd.newcomer", "password": PASSWORD}))
    assert (page.status, "没有在任的职务" in page.text) == (422, True)


def test_who_loses_the_post_is_out_at_the_next_page(office: Office) -> None:
    clerk = office["unit.handler"]
    clerk.read("/")
    organisations.dismiss(
        account="wd.unit.handler",
        unit=office.town.unit,
        post="handler",
        until_on=office.began.date(),
        actor=FOUNDER,
        now=office.began,
    )
    assert clerk.client.get("/").headers["Location"].startswith("/sign-in/")


def test_signing_out_ends_the_session(office: Office) -> None:
    clerk = office["unit.handler"]
    assert "登录" in clerk.send("/", "/sign-out/", {}).text
    assert clerk.client.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused_with_a_page(wendeng: Town) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"account": "x", "password": "y"})
    assert (answer.status_code, "页面已过期" in Page(answer).text) == (403, True)
