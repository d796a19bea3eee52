"""What the administrator alone may do over the API × everybody: others are refused, and nothing is written.

The endpoints are read off the API; one that this test does not know fails until it is taught what to send. Sent by the
administrator the same is heard, so that others are refused for who they are and for nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from pytest_django import Settings
from xlsxwriter import Workbook

from bihuan.api.endpoints import Endpoint
from bihuan.api.routes import ROUTER
from bihuan.duties import commands as duties
from bihuan.duties import queries as limits
from bihuan.duties.forms import Adjust
from bihuan.localities import commands as places
from bihuan.localities.types import NewLocality
from bihuan.organisations import commands, queries
from bihuan.vetting.limits import ADJUSTABLE
from bihuan.webhooks import commands as webhooks
from bihuan.webhooks.types import NewEndpoint
from tests.api.clients import BASE, Api
from tests.towns import FOUNDER, Town, settle

ALONE = "（系统管理员）"
OURS = [endpoint for endpoint in ROUTER.endpoints if endpoint.summary.endswith(ALONE)]
EVERYBODY = (
    "desk.registrar", "desk.dispatcher", "desk.reviewer", "desk.caller", "unit.head", "unit.deputy", "unit.handler",
    "other.head", "township.head", "township.handler",
)  # fmt: skip
DAY = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
CHANGE = {"basis": "机构改革方案"}
ENDS = {"from_on": DAY, "successor": "wd.unit", **CHANGE}
VERSION = {"pack": "wendeng-2021-10/9", "from_on": DAY, "basis": "文号", "approver": "某区长"}
NOTICE = {"year": 2036, "notice": "通知", "holidays": "2036-01-01 元旦", "reason": "其余以后通知"}
HOOK = "https://hooks.example.com/bihuan"
ENTRY = {"matter": "路灯", "lead": "wd.unit", "basis": "三定", "from_on": DAY}
SENT: Mapping[str, tuple[str, Any, int]] = {
    "enter_unit": ("units", {"code": "wd.new", "name": "新局", "type": "department"}, 201),
    "change_unit": ("units/wd.other/change", {"name": "改名的局", **CHANGE}, 200),
    "activate_unit": ("units/wd.idle/activate", {}, 200),
    "end_unit": ("units/wd.other/end", ENDS, 200),
    "keep_unit": ("units/wd.other/keep", {"reason": "方案调整"}, 200),
    "merge_units": (
        "unit-endings/merge",
        {"units": ["wd.other"], "successor": "wd.unit", "from_on": DAY, **CHANGE},
        200,
    ),
    "give_channel": ("channels/desk", {"channel": "grid", "unit": "wd.desk", "from_on": DAY}, 200),
    "list_people": ("people", None, 200),
    "get_person": ("people/wd.unit.head", None, 200),
    "list_accounts": ("accounts", None, 200),
    "enter_person": ("people", {"name": "新来的人", "account": "wd.newcomer"}, 201),
    "appoint": ("units/wd.unit/appointments", {"account": "wd.idle", "post": "handler", "from_on": "2025-03-01"}, 201),
    "vacate_post": (
        "units/wd.unit/vacate",
        {"account": "wd.idle", "post": "handler", "until_on": "2025-03-02"},
        200,
    ),
    "close_account": ("people/wd.idle/close", {}, 200),
    "unlock_account": ("people/wd.other.deputy/unlock", {}, 409),
    "reset_second_factor": ("people/wd.other.deputy/second-factor/reset", {"reason": "手机丢失"}, 409),
    "revoke_token": ("people/wd.other.deputy/tokens/revoke", {"label": "测试"}, 200),
    "sign_account_out": ("people/wd.other.deputy/sign-out", {}, 200),
    "give_password": ("people/wd.other.deputy/password", {}, 200),
    "enter_responsibility": ("responsibilities", {"code": "A-1", **ENTRY, "from_on": "2025-03-01"}, 201),
    "amend_responsibility": ("responsibilities/amend", {"code": "A-1", **ENTRY}, 200),
    "end_responsibility": ("responsibilities/end", {"code": "A-1", "until_on": DAY, "reason": "并入"}, 200),
    "enter_place": ("places", {"code": "99", "name": "新区"}, 201),
    "load_places": ("places/load", {"places": [{"code": "9901", "name": "某街道"}]}, 200),
    "rename_place": ("places/37/rename", {"name": "改名的市", **CHANGE}, 200),
    "end_place": ("places/37/end", {"reason": "撤并"}, 200),
    "preview_notice": ("calendar/preview", NOTICE, 200),
    "enter_notice": ("calendar", NOTICE, 201),
    "adjust_limit": (
        "limits",
        {"rule": "dispatch|||", "limit": "9wh", "from_on": DAY, "reason": "试行", "basis": "纪要"},
        201,
    ),
    "end_adjustment": ("limits/{adjusted}/end", {"until_on": DAY, "reason": "期满"}, 200),
    "preview_version": ("regulations/versions/preview", VERSION, 409),
    "adopt_version": ("regulations/versions", VERSION, 409),
    "confirm_version": ("regulations/versions/1/confirm", {}, 404),
    "drop_version": ("regulations/versions/1/drop", {}, 404),
    "set_up_mail": (
        "carriers/smtp",
        {"address": "smtps://mail.example.com", "sender": "a@xc.gov.cn", "domains": "xc.gov.cn"},
        200,
    ),
    "set_up_sms": (
        "carriers/sms",
        {"address": "https://sms.example.com/", "body": "{phone}{text}", "success": "ok"},
        200,
    ),
    "list_carriers": ("carriers", None, 200),
    "list_carrier_messages": ("carriers/messages", None, 200),
    "resend_messages": ("carriers/resend", {}, 409),
    "stop_carrier": ("carriers/stop", {"carrier": "sms"}, 200),
    "add_webhook": ("webhooks", {"label": "平台", "address": HOOK, "account": "wd.unit.handler"}, 201),
    "change_webhook": ("webhooks/{webhook}/change", {"label": "另一平台", "address": HOOK}, 200),
    "renew_webhook_secret": ("webhooks/{webhook}/secret", {}, 200),
    "drop_webhook_secret": ("webhooks/{webhook}/secret/drop", {}, 200),
    "end_webhook": ("webhooks/{webhook}/end", {}, 200),
    "list_lacks": ("opening", None, 200),
    "fetch_workbook_template": ("workbook/template", None, 200),
    "fetch_workbook_export": ("workbook/export", None, 200),
    "carry_workbook": ("workbook?dry_run=false", None, 201),
    "get_workbook_run": (f"workbook/runs/{'0' * 32}", None, 404),
    "drop_workbook_run": (f"workbook/runs/{'0' * 32}/drop", {}, 404),
}
"""Endpoint → where and what is sent, and what the administrator is answered; in an order in which all of it goes."""


def written() -> int:
    """How much has happened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record_event WHERE kind <> 'record.attempt-refused'")
        return int(cursor.fetchone()[0])


@pytest.fixture
def ask(wendeng: Town, settings: Settings, tmp_path: Path) -> Callable[[Api, Endpoint], HttpResponse]:
    """Sends what the endpoint hears."""
    settings.DATA_FOLDER = tmp_path / "data"
    settle("wd", wendeng.desk, "chief", "administrator")
    now = queries.jurisdiction("wd").offset + datetime.now(UTC)
    commands.enter_person(jurisdiction="wd", account="wd.idle", name="闲人", password="x", actor=FOUNDER, now=now)
    kind = next(k.code for k in queries.pack_of("wd").unit_types.values() if "handling" not in k.capacities)
    commands.found_unit(jurisdiction="wd", code="wd.idle", name="筹建", type_code=kind, actor=FOUNDER, now=now)
    Api("wd.other.deputy")
    chief = wendeng.actor("chief")
    places.add(fields=NewLocality(code="37", name="某市"), actor=chief, now=now)
    fields = Adjust(rule="sign_in|||", limit="9wh", from_on=queries.today(now), reason="试行", basis="纪要")
    duties.adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=chief, now=now)
    (adjusted,) = limits.overrides("wd")
    form = NewEndpoint(label="旧平台", address=HOOK, account="wd.unit.handler")
    webhook, _ = webhooks.add(fields=form, actor=chief, now=now, at=datetime.now(UTC))
    with Workbook(tmp_path / "city.xlsx") as book:
        sheet = book.add_worksheet("人员")
        for number, line in enumerate((("账号", "姓名"), ("wd.brought", "带来的人"))):
            sheet.write_row(number, 0, line)

    def asked(client: Api, endpoint: Endpoint) -> HttpResponse:
        path, body, _ = SENT[endpoint.name]
        where = f"/{path.format(adjusted=adjusted.id, webhook=webhook)}"
        if endpoint.method == "GET":
            return client.get(where)
        if endpoint.upload:
            with (tmp_path / "city.xlsx").open("rb") as file:
                return client.client.post(BASE + where, {"file": file}, headers=client.headers({}))
        return client.post(where, body)

    return asked


def test_every_endpoint_of_the_administration_is_known_here() -> None:
    assert [endpoint.name for endpoint in OURS if endpoint.name not in SENT] == []
    assert SENT.keys() == {endpoint.name for endpoint in OURS}


def test_nobody_else_administers(ask: Callable[[Api, Endpoint], HttpResponse]) -> None:
    before, others = written(), [Api(f"wd.{short}") for short in EVERYBODY]
    before = written()
    for client in others:
        for endpoint in OURS:
            answer = ask(client, endpoint)
            assert answer.status_code in (403, 409), (endpoint.name, answer.content.decode())
            assert "系统管理员" in answer.json()["detail"], (endpoint.name, answer.content.decode())
    assert written() == before
    chief, named = Api("wd.chief"), {endpoint.name: endpoint for endpoint in OURS}
    for name, (_, _, status) in SENT.items():
        answer = ask(chief, named[name])
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == status, (name, told[:400].decode("utf-8", "replace"))
        assert "系统管理员可以" not in told[:400].decode("utf-8", "replace"), name
    assert written() > before
