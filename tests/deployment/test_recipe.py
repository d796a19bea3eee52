"""The manual's recipe for a server of one's own is carried out: founded, walked through nginx, backed up, restored."""

import json
import re
import socket
import ssl
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from xlsxwriter import Workbook

from bihuan.cases.types import Act
from bihuan.public import gates
from tests.care.test_workbook import city, written
from tests.cli.test_operations_page import typed
from tests.deployment.conftest import HERE, NAME, NGINX, Site, Visitor
from tests.towns import PASSWORD, Town
from tests.waits import LATE, until
from tests.walks import filled

pytestmark = [
    pytest.mark.xdist_group("deployment"),  # it is set up once
    pytest.mark.skipif(NGINX is None, reason="no nginx: apt-get install nginx (make install-tests does it as root)"),
]
TOWN = Town("nc", "hotline", "nc.office", "nc.d0", "nc.d1")
WHO = {
    "registrar": "nc.office.0", "dispatcher": "nc.office.1", "reviewer": "nc.office.2", "caller": "nc.office.3",
    "deputy": "nc.d0.1", "handler": "nc.d0.2",
}  # fmt: skip
WAY = {
    Act.DISPATCH: "dispatcher", Act.SIGN_IN: "handler", Act.RECORD_CONTACT: "handler", Act.ANSWER: "handler",
    Act.SIGN_OFF: "deputy", Act.APPROVE: "reviewer", Act.RECORD_CALLBACK: "caller", Act.CLOSE: "caller",
}  # fmt: skip
PEOPLE_ASK_NOTHING_OF = {"磁盘", "字体", "生僻字", "工作日历"}
"""What depends on the machine and the day of the test."""


@pytest.fixture(scope="module")
def founded(site: Site) -> dict[str, str]:
    """The sixth step: a city with its people; their passwords of one use."""
    said = ("--pack", "wendeng-2021-10", "--code", "nc", "--name", "新城区", "--office", "诉求中心", "--prefix", "NC")
    site.console("jurisdiction", "found", *said, "--administrator", "甲", "--administrator", "乙", "--training")
    site.console("account", "require-second-factor", "nc", "--off", "--reason", "教学")
    written(site.place / "新城区.xlsx", city())
    site.console("jurisdiction", "import", "新城区.xlsx")
    assert "可以开通" in site.console("jurisdiction", "check", "nc")
    site.console("public-site", "nc", "--open", "web")
    told = (site.place / "新城区-一次性密码.txt").read_text("utf-8")
    return {account: password for _, _, account, password in (line.split("\t") for line in told.splitlines())}


def comes_in(visitor: Visitor, account: str, once: str) -> None:
    """Sign in for the first time, and choose a password of one's own."""
    answer = visitor.send("/sign-in/", account=account, password=once, next="")
    assert answer.status_code == 302, answer.text
    assert visitor.ask("GET", "/").status_code == 302, "the password is owed first"
    answer = visitor.send("/account/password/", old=once, new=PASSWORD, again=PASSWORD)
    assert answer.status_code == 302, answer.text
    assert visitor.ask("GET", "/").status_code == 200


def test_a_case_is_walked_to_its_end_through_the_proxy(site: Site, founded: dict[str, str]) -> None:
    with ExitStack() as stack:
        systems: dict[str, Visitor] = {}
        for short, account in WHO.items():
            comes_in(stack.enter_context(site.visitor()), account, founded[account])
            token = site.console("token", "issue", account, "--label", "试").strip().splitlines()[-1]
            systems[short] = stack.enter_context(site.visitor(Authorization=f"Bearer {token}"))
        begun = systems["registrar"].ask("POST", "/api/v1/cases", json=form(Act.REGISTER))
        assert begun.status_code == 201, begun.text
        path = f"/api/v1/cases/{begun.json()['number']}"
        for act, short in WAY.items():
            done = systems[short].ask("POST", f"{path}/acts/{act}", json=form(act))
            assert done.status_code == 200, (act, done.text)
        assert systems["caller"].ask("GET", path).json()["stage_label"] == "办结"


def form(act: Act) -> dict[str, Any]:
    """A form filled in by the book, as JSON says it."""
    told: dict[str, Any] = json.loads(json.dumps(filled(act, TOWN, datetime.now(UTC)), default=str))
    return told


def test_one_client_is_slowed_and_nobody_else(site: Site, founded: dict[str, str]) -> None:
    """F123: by the recipe everybody had the proxy's address, and the first one stopped the whole city."""
    with site.visitor("127.0.0.2") as flooder, site.visitor("127.0.0.3") as neighbour:
        answers = [flooder.ask("POST", "/p/nc/follow/").status_code for _ in range(gates.ANYTHING.tokens)]
        assert 429 not in answers
        until(lambda: flooder.ask("POST", "/p/nc/follow/").status_code == 429)
        forged = {"X-Forwarded-For": "192.0.2.77"}
        assert flooder.ask("POST", "/p/nc/follow/", headers=forged).status_code == 429, "what it says is not believed"
        assert neighbour.ask("POST", "/p/nc/follow/").status_code != 429
        assert neighbour.ask("GET", "/p/nc/submit/").status_code == 200


def test_a_lock_can_be_lifted(site: Site, founded: dict[str, str]) -> None:
    """Whoever mistyped five times waits a quarter of an hour, or asks the operator."""
    account = "nc.d1.2"
    with site.visitor("127.0.0.4") as hasty:
        for _ in range(5):
            answer = hasty.send("/sign-in/", account=account, password="not this one", next="")
        assert answer.status_code == 429
        assert hasty.send("/sign-in/", account=account, password=founded[account], next="").status_code == 429
        site.console("account", "unlock", account)
        comes_in(hasty, account, founded[account])


def test_what_is_too_large_is_answered_by_a_page_of_ours(site: Site) -> None:
    """F124."""
    context = ssl.create_default_context(cafile=str(site.chain))
    with (
        socket.create_connection(("127.0.0.1", site.tls), LATE) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as sent,
    ):
        sent.sendall(
            f"POST /p/nc/submit/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {64 * 2**20 + 1}\r\n\r\n".encode()
        )
        told = b""
        while b"</html>" not in told and (more := sent.recv(65536)):
            told += more
    assert told.startswith(b"HTTP/1.1 413")
    assert "超过了 64 MB" in told.decode()


def test_the_proxy_leads_to_tls_and_hides_the_figures(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.plain}/p/nc/", headers={"Host": NAME})
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{NAME}/p/nc/")
    with site.visitor() as anybody:
        assert anybody.ask("GET", "/metrics").status_code == 403
        page = anybody.ask("GET", "/sign-in/")
        assert "max-age" in page.headers["Strict-Transport-Security"]
        assert re.search("__Host-csrf=.*; Secure", page.headers["Set-Cookie"])


def test_it_is_backed_up_verified_restored_and_the_doctor_is_content(
    site: Site, founded: dict[str, str], tmp_path: Path
) -> None:
    backups, key = str(site.place / "backups"), str(site.place / "credentials")
    site.run("bihuan-backup", **{"/var/backups/bihuan": backups, "%d": key})
    assert "全部相符" in site.run("bihuan-verify")
    (file,) = Path(backups).glob("*.backup")
    site.superuser("CREATE DATABASE second OWNER bihuan")
    told = site.console(
        "restore", str(file), BIHUAN_DATA=str(tmp_path / "again"), BIHUAN_BACKUP_KEY_FILE=f"{key}/backup.key",
        BIHUAN_OWNER_URL=replace(site, database="second").env("owner")["BIHUAN_OWNER_URL"],
    )  # fmt: skip
    assert "全部相符" in told
    assert "各表行数与备份时一致" in told

    outside = {"BIHUAN_ORIGINS": f"https://localhost:{site.tls}", "SSL_CERT_FILE": str(site.chain)}
    found = [one for one in json.loads(site.console("doctor", "--json", **outside)) if one["state"] != "ok"]
    bad = [one for one in found if one["state"] == "failure" and one["check"] not in PEOPLE_ASK_NOTHING_OF]
    assert bad == []
    assert {"反向代理", "公开地址", "网站账号", "数据库日志", "后台任务", "核验", "备份"}.isdisjoint(
        {one["check"] for one in found}
    ), found


def test_what_the_manuals_say_to_type_is_done(site: Site, founded: dict[str, str]) -> None:
    """F130: the examples of the manuals, on this city; `docs/founding.md` is typed by a test of its own."""
    with Workbook(site.place / "letters.xlsx") as book:
        sheet = book.add_worksheet("来件")
        sheet.write_row(0, 0, ["诉求内容", "联系电话"])
        sheet.write_row(1, 0, ["东门路灯不亮，请修复。", "13800001234"])
    here = {"wd-registrar": WHO["registrar"], "wendeng": "nc", "/var/backups/bihuan/today.backup": "today.backup"}
    key = f"{site.place}/credentials/backup.key"
    said = [
        [here.get(word, word) for word in words]
        for page in ("api.md", "citizens.md", "operations.md")
        for words in typed(HERE / "docs" / page)
    ]
    assert len(said) >= 12
    for words in said:
        if words != ["restore", "today.backup"]:  # into an installation of its own: the test above
            site.console(*words, BIHUAN_BACKUP_KEY_FILE=key)
    site.console("public-site", "nc", "--open", "web")
