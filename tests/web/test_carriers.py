"""Carriers and one's own preferences on pages, over the API and at the console."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bihuan.carriers.models import Address, Carrier, Message, Preference
from bihuan.cli.notices import command
from bihuan.outbound.origins import Listed
from bihuan.record.queries import events
from tests.api.clients import Api
from tests.carriers.sinks import sink
from tests.towns import Town, settle
from tests.web.officials import Office, Official

pytestmark = pytest.mark.django_db
MAIL = {
    "address": "smtps://mail.example.com",
    "sender": "12345@xc.gov.cn",
    "domains": "xc.gov.cn，xc.example.cn",
    "username": "bihuan",
    "secret": "a-long-password",
}
SMS = {
    "address": "https://sms.example.com/",
    "headers": "",
    "body": "to={phone}&say={text}",
    "success": "ok",
    "secret": "",
}
OWN = {
    "mail": "wang@xc.gov.cn", "mobile": "", "opened": "now", "falls_due": "digest", "fell_due": "now",
    "sms_opened": "off", "sms_falls_due": "off", "sms_fell_due": "now",
}  # fmt: skip


@pytest.fixture
def chief(office: Office) -> Official:
    """The administrator at a browser."""
    settle("wd", office.town.desk, "chief", "administrator", office.began)
    return office["chief"]


def lost(times: int) -> None:
    """Messages that were given up."""
    at, start = datetime.now(UTC), Message.objects.count()
    Message.objects.bulk_create(
        Message(
            jurisdiction="wd", account="wd.unit.handler", kind="smtp", notice=start + n, digest=False, queued_at=at,
            mail=f"{start + n}", state="failed", next_at=at, error="邮件服务器答复550：nobody",
        )
        for n in range(times)
    )  # fmt: skip


def test_the_administrator_sets_carriers_up_and_never_reads_what_is_secret(office: Office, chief: Official) -> None:
    assert chief.client.post("/carriers/", {"do": "smtp", **MAIL}).status_code == 302
    row = Carrier.objects.get()
    assert (row.kind, row.active, row.settings["domains"]) == ("smtp", True, "xc.gov.cn xc.example.cn")
    sealed = bytes(row.sealed or b"")
    page = chief.read("/carriers/")
    assert "mail.example.com" in page.text
    assert MAIL["secret"] not in page.html
    assert chief.client.post("/carriers/", {"do": "smtp", **MAIL, "secret": ""}).status_code == 302
    assert bytes(Carrier.objects.get().sealed or b"") == sealed, "the present one stays"
    assert chief.client.post("/carriers/", {"do": "sms", **SMS}).status_code == 302
    for wrong in (
        {"do": "smtp", **MAIL, "address": "smtp://10.0.0.1"},
        {"do": "smtp", **MAIL, "sender": "nobody"},
        {"do": "sms", **SMS, "body": "{text}"},
        {"do": "sms", **SMS, "headers": "Host: x"},
        {"do": "sms", **SMS, "address": "http://sms.example.com/"},
    ):
        assert chief.client.post("/carriers/", wrong).status_code == 422, wrong
    assert chief.client.post("/carriers/", {"do": "stop-sms"}).status_code == 302
    assert not Carrier.objects.get(kind="sms").active
    assert "没有在用" in chief.send("/carriers/", "/carriers/", {"do": "stop-sms"}).text
    assert chief.client.post("/carriers/", {"do": "nothing"}).status_code == 404
    kinds = [e.kind for e in events("jurisdiction:wd") if e.kind.startswith("carriers.")]
    assert kinds == ["carriers.set", "carriers.set", "carriers.set", "carriers.stopped"]


def test_what_was_not_sent_is_shown_and_sent_once_more(office: Office, chief: Official) -> None:
    chief.client.post("/carriers/", {"do": "smtp", **MAIL})
    lost(3)
    assert "550" in chief.read("/carriers/?state=failed").text
    assert chief.client.post("/carriers/", {"do": "resend"}).status_code == 302
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    assert chief.client.post("/carriers/", {"do": "stop-smtp"}).status_code == 302
    assert set(Message.objects.values_list("state", flat=True)) == {"failed"}


def test_nobody_else_sees_or_does_that(office: Office, chief: Official) -> None:
    chief.client.post("/carriers/", {"do": "smtp", **MAIL})
    for somebody in ("desk.registrar", "unit.head"):
        office[somebody].read("/carriers/", 409)
        for doing in ({"do": "stop-smtp"}, {"do": "resend"}, {"do": "smtp", **MAIL}):
            assert office[somebody].client.post("/carriers/", doing).status_code == 409
    assert Carrier.objects.get().active


def test_one_says_where_and_when_one_is_told(office: Office, chief: Official) -> None:
    handler, url = office["unit.handler"], "/notices/preferences/"
    assert "还没有设置" in handler.read(url).text
    assert handler.client.post(url, OWN).status_code == 422
    chief.client.post("/carriers/", {"do": "smtp", **MAIL})
    assert handler.client.post(url, OWN).status_code == 302
    page = handler.read(url)
    assert page.form(url).values["mail"] == ["wang@xc.gov.cn"]
    assert page.form(url).values["opened"] == ["now"]
    assert (Address.objects.count(), Preference.objects.count()) == (1, 6)
    assert handler.client.post(url, {**OWN, "fell_due": "off"}).status_code == 422
    assert handler.client.post(url, {**OWN, "mail": "wang@elsewhere.com"}).status_code == 422
    assert "wang@xc" not in office["unit.head"].read(url).html
    assert "/notices/preferences/" in handler.read("/notices/").links


def test_the_pages_ask_few_statements_however_much_there_is(office: Office, chief: Official) -> None:
    chief.client.post("/carriers/", {"do": "smtp", **MAIL})

    def statements(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            chief.read(url)
        return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)

    before = statements("/carriers/")
    lost(60)
    assert statements("/carriers/") == before <= 12
    assert statements("/notices/preferences/") <= 12
    assert any("before=" in link for link in chief.read("/carriers/").links)


def test_over_the_api(wendeng: Town) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")
    chief, handler = Api("wd.chief"), Api("wd.unit.handler")
    made = chief.post("/carriers/smtp", MAIL)
    assert made.status_code == 200, made.content
    (row,) = made.json()["items"]
    assert (row["kind"], row["has_secret"], "secret" in row["settings"]) == ("smtp", True, False)
    assert chief.post("/carriers/sms", SMS).status_code == 200
    assert chief.post("/carriers/stop", {"carrier": "sms"}).status_code == 200
    assert chief.post("/carriers/stop", {"carrier": "sms"}).status_code == 409
    lost(3)
    first = chief.get("/carriers/messages?limit=2").json()
    rest = chief.get(f"/carriers/messages?limit=2&before={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert chief.post("/carriers/resend").json() == {"times": 3}
    assert handler.get("/notices/preferences").json()["mail"] == ""
    assert handler.post("/notices/preferences", OWN).json()["mail"] == "wang@xc.gov.cn"
    assert handler.get("/notices/preferences").json()["opened"] == "now"
    assert chief.get("/notices/preferences").json()["mail"] == ""
    assert handler.post("/notices/preferences", {**OWN, "mobile": "13900005678"}).status_code == 409
    assert handler.get("/carriers").status_code == 403


def test_trying_at_the_console(wendeng: Town, settings: Settings) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")

    def run(*said: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["try", *said])
        return done.exit_code, done.output

    mine = ("--jurisdiction", "wd", "--to", "wang@xc.gov.cn")
    assert "没有设置" in run("smtp", *mine)[1]
    assert "没有辖区" in run("smtp", "--jurisdiction", "nowhere", "--to", "wang@xc.gov.cn")[1]
    assert run("smtp", "--jurisdiction", "wd", "--to", "nobody") == (1, "Error: --to 不是邮箱地址\n")
    assert run("sms", *mine) == (1, "Error: --to 不是手机号码\n")
    with sink() as there:
        settings.OUTBOUND = Listed.parse(there.address)
        said = {**MAIL, "address": there.address, "username": "", "secret": ""}
        assert Api("wd.chief").post("/carriers/smtp", said).status_code == 200
        code, told = run("smtp", *mine)
        assert (code, told.startswith("已发出")) == (0, True), told
        assert there.to == ["wang@xc.gov.cn"]
        there.says = {"RCPT": "550 nobody"}
        code, told = run("smtp", *mine)
        assert (code, "550" in told) == (1, True)
    assert Message.objects.count() == 0
