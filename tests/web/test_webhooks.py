"""Webhooks on pages, over the API and at the console: set up, tended, sent again; the secret is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bihuan.cases.types import Act
from bihuan.cli.webhooks import command
from bihuan.record.queries import events
from bihuan.webhooks import commands
from bihuan.webhooks.models import Delivery, Endpoint
from bihuan.webhooks.types import Tried
from tests.api.clients import Api
from tests.towns import Town, settle
from tests.walks import Walk
from tests.web.officials import Office, Official

pytestmark = pytest.mark.django_db
HOOK = "https://hooks.example.com/bihuan"
FORM = {"label": "数据平台", "address": HOOK, "account": "wd.desk.dispatcher", "kinds": ""}


@pytest.fixture
def chief(office: Office) -> Official:
    """The administrator at a browser."""
    settle("wd", office.town.desk, "chief", "administrator", office.began)
    settle("wd", office.town.desk, "operator", "operator", office.began)
    return office["chief"]


def queued(endpoint: Endpoint, times: int) -> None:
    """Events on their way, as the job queues them."""
    at = datetime.now(UTC)
    start = Delivery.objects.count()
    Delivery.objects.bulk_create(
        Delivery(
            endpoint=endpoint, jurisdiction="wd", event=start + n, subject=f"case:X{start + n}", kind="case.registered",
            at=at, queued_at=at, body="{}",
        )
        for n in range(times)
    )  # fmt: skip


def test_the_administrator_sets_one_up_and_reads_its_secret_once(office: Office, chief: Official) -> None:
    page = chief.send("/webhooks/", "/webhooks/", FORM, 200)
    (row,) = Endpoint.objects.all()
    assert "whsec_" in page.text
    assert "whsec_" not in chief.read("/webhooks/").text
    assert row.label in chief.read("/webhooks/").text
    assert (row.jurisdiction, row.state, row.entered_by) == ("wd", "active", "wd.chief")
    wrong = chief.send("/webhooks/", "/webhooks/", {**FORM, "address": "https://10.0.0.1/", "label": "b"}, 422)
    assert "BIHUAN_OUTBOUND" in wrong.text
    assert "已有名称" in chief.send("/webhooks/", "/webhooks/", FORM, 422).text
    assert Endpoint.objects.count() == 1


def test_everything_that_can_be_done_on_its_page(office: Office, chief: Official) -> None:
    chief.send("/webhooks/", "/webhooks/", FORM, 200)
    (row,) = Endpoint.objects.all()
    url = f"/webhooks/{row.pk}/"

    def done(**typed: str) -> int:
        return int(chief.client.post(url, typed).status_code)

    assert "whsec_" in chief.send(url, url, {"do": "secret"}, 200).text
    assert done(do="drop-secret") == 302
    assert done(do="suspend") == 302
    assert "由人工操作" in chief.read(url).text
    assert done(do="resume") == 302
    assert done(do="change", label="新平台", address=HOOK, kinds="case.*") == 302
    assert Endpoint.objects.get().kinds == ["case.*"]
    assert done(do="change", label="新平台", address="ftp://x", kinds="") == 422
    queued(row, 2)
    first = Delivery.objects.order_by("id")[0]
    assert done(do="pass-by", delivery=str(first.pk)) == 302
    assert Delivery.objects.get(pk=first.pk).state == "dropped"
    assert done(do="again", delivery=str(first.pk)) == 302
    assert Delivery.objects.get(pk=first.pk).state == "waiting"
    assert done(do="again", delivery=str(first.pk)) == 302
    assert "没有可以重新推送" in chief.read(url).text
    assert done(do="again", delivery="x") == 302
    assert done(do="nothing") == 404
    assert done(do="redeliver", from_at="2025-01-02T00:00", until_at="2025-01-01T00:00") == 422
    assert done(do="end") == 302
    page = chief.read(url)
    assert "已结束" in page.text
    assert "暂停" not in page.text.partition("推送日志")[0].partition("可见范围")[0].partition("已结束")[2][:10]
    assert [e.kind for e in events("jurisdiction:wd") if e.kind.startswith("webhooks.")][-1] == "webhooks.ended"


def test_the_operator_tends_and_sets_nothing_up_and_nobody_else_sees_it(office: Office, chief: Official) -> None:
    chief.send("/webhooks/", "/webhooks/", FORM, 200)
    (row,) = Endpoint.objects.all()
    operator, url = office["operator"], f"/webhooks/{row.pk}/"
    assert "设置推送" not in operator.read("/webhooks/").text
    assert operator.client.post(url, {"do": "suspend"}).status_code == 302
    assert Endpoint.objects.get().state == "suspended"
    for refused in ({"do": "end"}, {"do": "secret"}):
        assert operator.client.post(url, refused).status_code == 302
    assert operator.client.post("/webhooks/", {**FORM, "label": "x"}).status_code == 422
    assert (Endpoint.objects.count(), Endpoint.objects.get().state) == (1, "suspended")
    for somebody in ("desk.registrar", "unit.head"):
        office[somebody].read("/webhooks/", 409)
        office[somebody].read(url, 409)
        assert office[somebody].client.post(url, {"do": "resume"}).status_code == 409
    assert Endpoint.objects.get().state == "suspended"
    operator.read("/webhooks/999999/", 404)


def test_the_pages_ask_few_statements_however_much_waits(office: Office, chief: Official) -> None:
    chief.send("/webhooks/", "/webhooks/", FORM, 200)
    (row,) = Endpoint.objects.all()

    def statements(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            chief.read(url)
        return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)

    for url in ("/webhooks/", f"/webhooks/{row.pk}/"):
        before = statements(url)
        queued(row, 60)
        assert statements(url) == before <= 12, url
    page = chief.read(f"/webhooks/{row.pk}/")
    (onward,) = [link for link in page.links if "before=" in link]
    assert "下一页" in chief.read(f"/webhooks/{row.pk}/{onward}").text or Delivery.objects.count() <= 100


def test_over_the_api(wendeng: Town) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")
    chief = Api("wd.chief")
    made = chief.post("/webhooks", FORM, Idempotency_Key="k-1")
    assert made.status_code == 201, made.content
    id, secret = made.json()["id"], made.json()["secret"]
    assert secret.startswith("whsec_")
    assert made["Location"] == f"/api/v1/webhooks/{id}"
    again = chief.post("/webhooks", FORM, Idempotency_Key="k-1").json()
    assert again == {"id": id, "secret": None}
    assert chief.get(f"/webhooks/{id}").json()["address"] == HOOK
    row = Endpoint.objects.get()
    queued(row, 3)
    first = chief.get(f"/webhooks/{id}/deliveries?limit=2").json()
    assert (len(first["items"]), first["next"]) == (2, first["items"][-1]["id"])
    rest = chief.get(f"/webhooks/{id}/deliveries?limit=2&before={first['next']}&state=waiting").json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    at = datetime.now(UTC)
    claimed = commands.claim(endpoint=id, at=at)
    assert claimed is None, "they are of no case that the account sees"
    assert Delivery.objects.filter(state="dropped").count() == 3
    one = Delivery.objects.order_by("id")[0]
    assert chief.post(f"/webhooks/{id}/redeliver-one", {"delivery": one.pk}).json() == {"times": 1}
    assert chief.post(f"/webhooks/{id}/pass-by", {"delivery": one.pk}).status_code == 200
    span = {"from_at": (at - timedelta(hours=1)).isoformat(), "until_at": (at + timedelta(hours=1)).isoformat()}
    assert chief.post(f"/webhooks/{id}/redeliver", span).json() == {"times": 3}
    backwards = {"from_at": span["until_at"], "until_at": span["from_at"]}
    assert chief.post(f"/webhooks/{id}/redeliver", backwards).status_code == 422
    assert chief.post(f"/webhooks/{id}/suspend").json()["state"] == "suspended"
    assert chief.post(f"/webhooks/{id}/suspend").status_code == 409
    assert chief.post(f"/webhooks/{id}/resume").json()["state"] == "active"
    assert chief.post(f"/webhooks/{id}/secret").json()["secret"] != secret
    assert chief.post(f"/webhooks/{id}/secret/drop").json()["two_secrets"] is False
    assert chief.post(f"/webhooks/{id}/end").json()["state"] == "ended"
    for strange in ("0", "x", str(2**63)):
        assert chief.get(f"/webhooks/{strange}").status_code == 404
    assert Api("wd.unit.handler").get("/webhooks").status_code == 403


def test_what_came_back_is_told(wendeng: Town, settings: Settings) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")
    chief = Api("wd.chief")
    id = chief.post("/webhooks", FORM).json()["id"]
    number = Walk(wendeng).along(Act.REGISTER).number
    at = datetime.now(UTC)
    row = Endpoint.objects.get()
    Delivery.objects.create(
        endpoint=row, jurisdiction="wd", event=1, subject=f"case:{number}", kind="case.registered", at=at, queued_at=at,
        body="{}",
    )  # fmt: skip
    claimed = commands.claim(endpoint=id, at=at)
    assert claimed is not None
    commands.note(claimed=claimed, tried=Tried(500, "broken", milliseconds=12), at=at)
    (told,) = chief.get(f"/webhooks/{id}/deliveries").json()["items"]
    assert (told["attempts"], told["state"], told["subject"]) == (1, "waiting", f"case:{number}")
    assert [(t["status"], t["answer"]) for t in told["tries"]] == [(500, "broken")]
    assert "body" not in told


def test_at_the_console(wendeng: Town) -> None:
    def run(*said: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, list(said))
        return done.exit_code, done.output

    code, told = run("add", "wd", HOOK, "--label", "数据平台", "--account", "wd.desk.dispatcher", "--kinds", "case.*")
    assert code == 0, told
    id, secret = told.strip().split("\t")
    assert secret.startswith("whsec_")
    assert "数据平台" in run("list", "wd")[1]
    for word in ("suspend", "resume"):
        assert run(word, "wd", id) == (0, "已办理\n")
    assert run("resume", "wd", id)[0] == 1
    assert "没有可以重新推送" in run("redeliver", "wd", id)[1]
    assert run("end", "wd", id)[0] == 0
    assert run("list", "wd")[1].count("已结束（由人工操作）") == 1
    for wrong in (
        ("list", "nowhere"),
        ("end", "wd", "999999"),
        ("add", "wd", "https://10.0.0.1/", "--label", "a", "--account", "wd.desk.dispatcher"),
        ("add", "wd", HOOK, "--label", "a" * 65, "--account", "wd.desk.dispatcher"),
        ("add", "wd", HOOK, "--label", "a", "--account", "nobody"),
        ("add", "wd", HOOK, "--label", "a", "--account", "wd.desk.dispatcher", "--kinds", "nothing"),
    ):
        assert run(*wrong)[0] == 1, wrong
    assert [e.account for e in events("jurisdiction:wd") if e.kind == "webhooks.added"] == ["console"]
